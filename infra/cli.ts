/** The `huhang` command (see README): one line of errors on stderr, exit 0 / 1 / 2, JSON alone on stdout with --json. */
import { InputError, UsageError } from './usage.ts';

interface Command {
  usage: string;
  does: string;
  /** Loaded when asked for: `parse` needs no database. */
  run(args: string[]): Promise<number>;
}

const COMMANDS: Record<string, Command> = {
  parse: {
    usage: 'parse --feed FEED [--now T] [--json] FILE…',
    does: 'reads recorded answers of one feed and prints what it understood',
    run: async (args) => (await import('./commands/parse.ts')).run(args),
  },
  replay: {
    usage: 'replay DIR [--plan FILE] [--out DIR] [--json]',
    does: 'runs a scenario in virtual time and prints the summary',
    run: async (args) => (await import('./commands/replay.ts')).run(args),
  },
  start: {
    usage: 'start [--port 8080] [--data DIR] [--scenario DIR] [--speed N]',
    does: 'the whole system on one machine, with its console',
    run: async (args) => (await import('./commands/start.ts')).run(args),
  },
  bench: {
    usage: 'bench [NAME…] [--json]',
    does: 'measures each figure beside its bare floor; `bench compare` sends the same SMS in two other ways',
    run: async (args) => (await import('./commands/bench.ts')).run(args),
  },
  simulate: {
    usage: 'simulate --seeds N [--from S] [--json] [--shrink DIR] [--season FILE]',
    does: 'lives seeded seasons of storms with faults and holds each against the plan',
    run: async (args) => (await import('./commands/simulate.ts')).run(args),
  },
  cost: {
    usage: 'cost [--people N] [--json]',
    does: 'what it costs: an idle month, an exam week, a storm over so many people; SMS apart; from a dated price table',
    run: async (args) => (await import('./commands/cost.ts')).run(args),
  },
  verify: {
    usage: 'verify [ACTIVATION] [--data DIR] [--json]',
    does: 'checks the hash chain and completeness of stored activations',
    run: async (args) => (await import('./commands/verify.ts')).run(args),
  },
  export: {
    usage: 'export ACTIVATION [--format json|csv|html] [--data DIR]',
    does: 'prints the record of an activation, to keep or to hand on',
    run: async (args) => (await import('./commands/export.ts')).run(args),
  },
  ready: {
    usage: 'ready --exam ID [--data DIR] [--json]',
    does: 'is the exam ready: posts, texts, the grant, feeds, shelters, the readiness set; a line for each lack',
    run: async (args) => (await import('./commands/ready.ts')).run(args),
  },
  plan: {
    usage: 'plan check FILE [--json]',
    does: 'validates a plan and lists every issue with its path',
    run: async (args) => (await import('./commands/check.ts')).run('plan', args),
  },
  exam: {
    usage:
      'exam check FILE [--json] | preview FILE [--plan FILE] [--json] | adopt FILE [--plan FILE] | drill ID --roster FILE [--hazard H] [--level L] [--data DIR]',
    does: 'validates an exam and lists every issue with its path; shows every SMS as it would read at its longest; enters it, under the shipped plan by default; begins an exercise (演练) of it',
    run: async ([verb = '', ...args]) => {
      if (verb === 'drill') return await (await import('./commands/drill.ts')).run(args);
      if (verb === 'preview') return (await import('./commands/preview.ts')).run(args);
      return await (await import('./commands/check.ts')).run('exam', [verb, ...args]);
    },
  },
  roster: {
    usage:
      'roster check FILE [--exam FILE] | import FILE --exam ID [--adopt] | adopt VERSION --exam ID [--data DIR] [--json]',
    does: 'validates a roster (CSV, XLSX) row by row; imports it as a version and shows what it changes; puts one in use',
    run: async (args) => (await import('./commands/roster.ts')).run(args),
  },
};

const HELP = [
  'huhang — 护航: warnings start the exam’s natural-disaster plan, people are told, the record stands.',
  '',
  ...Object.values(COMMANDS).map(({ usage, does }) => `  huhang ${usage}\n      ${does}`),
  '',
].join('\n');

export async function main(argv: string[]): Promise<number> {
  const [name, ...args] = argv;
  const command = name === undefined ? undefined : COMMANDS[name];
  if (name === '--help' || name === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  if (!command) {
    process.stderr.write(
      `huhang: ${name === undefined ? 'no command' : `no such command: ${name}`}; see huhang --help\n`,
    );
    return 2;
  }
  if (args.includes('--help')) {
    process.stdout.write(`huhang ${command.usage}\n    ${command.does}\n`);
    return 0;
  }
  try {
    return await command.run(args);
  } catch (error) {
    if (error instanceof UsageError || isParseArgsError(error)) {
      process.stderr.write(`huhang ${name}: ${(error as Error).message.split('\n')[0]}\n`);
      return 2;
    }
    if (error instanceof InputError) {
      for (const line of error.message.split('\n')) process.stderr.write(`huhang ${name}: ${line}\n`);
      return 1;
    }
    throw error;
  }
}

function isParseArgsError(error: unknown): boolean {
  return (
    error instanceof TypeError && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')
  );
}

if (import.meta.main) {
  process.exitCode = await main(process.argv.slice(2));
}
