/** `huhang plan|exam check`: every issue of a file, with its path; `huhang exam adopt`: the exam enters the office. */
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Issue } from '../../shared/outcome.ts';
import type { Exam } from '../../shared/plan/exam.ts';
import { readExam, readPlan } from '../../shared/plan/schema.ts';
import { enterExam, versionOf } from '../../shared/stages/office.ts';
import { withData } from '../data.ts';
import { jsonIn } from '../files.ts';
import { SHIPPED_PLAN } from '../scenario.ts';
import { InputError, UsageError } from '../usage.ts';
import { DEFAULT_DATA } from './verify.ts';

export async function run(what: 'plan' | 'exam', args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      plan: { type: 'string' },
      data: { type: 'string', default: DEFAULT_DATA },
      json: { type: 'boolean', default: false },
    },
  });
  const [verb, file] = positionals;
  const adopts = what === 'exam' && verb === 'adopt';
  if (!(adopts || verb === 'check') || file === undefined || positionals.length > 2)
    throw new UsageError(`${what} check FILE`);
  if (adopts) return await adopt(file, values.plan, values.data);
  const read = what === 'plan' ? readPlan : readExam;
  return told(file, read(jsonIn(file)).issues, values.json);
}

/** Prints the issues of a file, and what was not asked of it; the exit code. */
export function told(file: string, issues: Issue[], asJson: boolean, unasked = ''): number {
  if (asJson) process.stdout.write(`${JSON.stringify({ file, issues })}\n`);
  else {
    for (const each of issues) process.stderr.write(`${file} ${issueLine(each)}\n`);
    process.stdout.write(`${file}: ${issues.length} issues${unasked}\n`);
  }
  return issues.some((each) => each.level === 'error') ? 1 : 0;
}

async function adopt(file: string, planFile: string | undefined, data: string): Promise<number> {
  const exam = examIn(file);
  const { plan } = readPlan(jsonIn(planFile ?? SHIPPED_PLAN));
  if (!plan) throw new InputError(`${planFile}: not a valid plan; see huhang plan check`);
  const examVersion = versionOf(exam);
  mkdirSync(data, { recursive: true });
  await withData(data, (ports) => enterExam(ports, { exam, examVersion, plan, by: 'command' }));
  process.stdout.write(`${exam.id}: exam ${examVersion} under plan ${plan.id} ${plan.version}\n`);
  return 0;
}

export function issueLine({ path, level, code, message }: Issue): string {
  return `${path} ${level} ${code}: ${message}`;
}

export function examIn(file: string): Exam {
  const { exam } = readExam(jsonIn(file));
  if (!exam) throw new InputError(`${file}: not a valid exam; see huhang exam check`);
  return exam;
}
