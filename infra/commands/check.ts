/** `huhang plan|exam|roster check`: every issue of a file, with its path. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Issue } from '../../shared/outcome.ts';
import { readRoster } from '../../shared/plan/roster.ts';
import { readExam, readPlan } from '../../shared/plan/schema.ts';
import { UsageError } from '../usage.ts';

export async function run(what: 'plan' | 'exam' | 'roster', args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { exam: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const [verb, file] = positionals;
  if (verb !== 'check' || file === undefined || positionals.length > 2)
    throw new UsageError(`${what} check FILE`);
  if (what === 'roster' && values.exam === undefined) throw new UsageError('roster check needs --exam FILE');
  let issues: Issue[];
  try {
    issues = issuesOf(what, file, values.exam);
  } catch (error) {
    process.stderr.write(`huhang ${what}: ${(error as Error).message}\n`);
    return 1;
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ file, issues })}\n`);
  else {
    for (const { path, level, code, message } of issues)
      process.stderr.write(`${file} ${path} ${level} ${code}: ${message}\n`);
    process.stdout.write(`${file}: ${issues.length} issues\n`);
  }
  return issues.some((each) => each.level === 'error') ? 1 : 0;
}

function issuesOf(what: 'plan' | 'exam' | 'roster', file: string, examFile: string | undefined): Issue[] {
  if (what === 'plan') return readPlan(json(file)).issues;
  const { exam, issues } = readExam(json(what === 'exam' ? file : examFile!));
  if (what === 'exam') return issues;
  if (!exam) throw new Error(`${examFile}: not a valid exam; see huhang exam check`);
  return readRoster(text(file), exam).issues;
}

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function json(file: string): unknown {
  try {
    return JSON.parse(text(file));
  } catch (error) {
    if (error instanceof SyntaxError) throw new Error(`${file}: not JSON`);
    throw error;
  }
}
