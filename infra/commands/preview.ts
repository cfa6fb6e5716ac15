/** `huhang exam preview`: every text as this exam would send it, before anything is sent. */
import { parseArgs } from 'node:util';
import { SMS_PART_UNITS } from '../../shared/limits.ts';
import { previews } from '../../shared/notice/preview.ts';
import { readExam, readPlan } from '../../shared/plan/schema.ts';
import { jsonIn } from '../files.ts';
import { SHIPPED_PLAN } from '../scenario.ts';
import { InputError, UsageError } from '../usage.ts';
import { issueLine } from './check.ts';

export function run(args: string[]): number {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { plan: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError('exam preview FILE [--plan FILE]');
  const planFile = values.plan ?? SHIPPED_PLAN;
  const { exam, issues } = readExam(jsonIn(file));
  if (!exam) throw new InputError(issues.map((each) => `${file} ${issueLine(each)}`).join('\n'));
  const { plan } = readPlan(jsonIn(planFile));
  if (!plan) throw new InputError(`${planFile}: not a valid plan; see huhang plan check`);
  const texts = previews(exam, plan);
  const cut = issues.filter(({ code }) => code === 'long-name');
  if (values.json) process.stdout.write(`${JSON.stringify({ exam: exam.id, texts, cut })}\n`);
  else {
    for (const each of cut) process.stderr.write(`${file} ${issueLine(each)}\n`);
    const lines = texts.map(
      ({ template, text, units, parts }) =>
        `${template}  ${units} of ${SMS_PART_UNITS}, ${parts} SMS\n  ${text}\n`,
    );
    process.stdout.write(lines.join(''));
  }
  return 0;
}
