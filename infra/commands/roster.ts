/** `huhang roster check|import|adopt`: a file of people against an exam, into a version, and into use. */
import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openTable, pagesOf } from '../../shared/io/spreadsheet.ts';
import { type Issue, issue } from '../../shared/outcome.ts';
import { type Census, type Exam, overfull } from '../../shared/plan/exam.ts';
import { censusTaker, NotATable, rosterReader } from '../../shared/plan/roster.ts';
import {
  adoptsItself,
  adoptVersion,
  importTable,
  openExam,
  type RosterReport,
  rosterInUse,
} from '../../shared/stages/roster.ts';
import { withData } from '../data.ts';
import { InputError, UsageError } from '../usage.ts';
import { examIn, issueLine, told } from './check.ts';
import { DEFAULT_DATA } from './verify.ts';

/** Rows between two words of progress. */
const PROGRESS_ROWS = 10_000;

/** Who stands in the record where nobody is signed in. */
export const BY_COMMAND = 'command';

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      exam: { type: 'string' },
      data: { type: 'string', default: DEFAULT_DATA },
      adopt: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const [verb, what] = positionals;
  const { exam } = values;
  const named = (): string => {
    if (exam === undefined) throw new UsageError(`roster ${verb} needs --exam`);
    return exam;
  };
  const verbs: Record<string, (what: string) => Promise<number>> = {
    check: (file) => check(file, exam, values.json),
    import: (file) => bring(file, named(), values),
    adopt: (version) => adopt(version, named(), values.data),
  };
  const work = verbs[verb ?? ''];
  if (!work || what === undefined || positionals.length > 2)
    throw new UsageError('roster check FILE | import FILE | adopt VERSION');
  return await reading(what, () => work(what));
}

/** Whatever reads a table may find that it is none. */
export async function reading<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof NotATable ? new InputError(`${file} ${issueLine(error.issue)}`) : error;
  }
}

/** Without an exam the rows are held against the roster's own rules alone, and the answer says so. */
async function check(file: string, examFile: string | undefined, json: boolean): Promise<number> {
  const issues = await issuesOf(file, examFile === undefined ? null : examIn(examFile));
  return told(
    file,
    issues,
    json,
    examFile === undefined ? '; sites and sessions not checked without --exam' : '',
  );
}

async function issuesOf(file: string, exam: Exam | null): Promise<Issue[]> {
  const issues: Issue[] = [];
  const read = rosterReader(exam);
  const taker = censusTaker();
  let rows = 0;
  for await (const page of pagesOf(await tableIn(file))) {
    for (const cells of page) {
      rows += 1;
      const { person, issues: own } = read(cells);
      if (person) taker.add(person);
      issues.push(...own);
    }
  }
  // A file without a row lacks every column.
  if (rows === 0) return read([]).issues;
  return exam ? [...issues, ...crowds(exam, taker.census('-').cells)] : issues;
}

function crowds(exam: Exam, cells: Census['cells']): Issue[] {
  return overfull(exam, cells).map(({ site: { id, seats, spareSeats }, session, people }) => {
    const code = people > seats + spareSeats ? 'over-capacity' : 'spare-seats';
    const message = `${people} sit ${session.id} at ${id}, which has ${seats} seats and ${spareSeats} spare`;
    return issue(`/sites/${id}/seats`, code, message, { people, seats, spareSeats }, 'warning');
  });
}

async function bring(
  file: string,
  examId: string,
  { data, adopt: atOnce, json }: { data: string; adopt: boolean; json: boolean },
): Promise<number> {
  const table = await tableIn(file);
  return await withData(data, async (ports) => {
    const charge = await openExam(ports.store, examId);
    if (!charge) throw new InputError(`no open exam ${examId} in ${data}`);
    let told = 0;
    const report = await importTable(ports, charge, { hash: table.hash, pages: pagesOf(table) }, (rows) => {
      if (rows - told < PROGRESS_ROWS) return;
      told = rows;
      process.stderr.write(`huhang roster: ${rows} rows\n`);
    });
    for (const each of report.issues) process.stderr.write(`${file} ${issueLine(each)}\n`);
    if (atOnce || adoptsItself(report)) await adoptVersion(ports, charge, report.version, BY_COMMAND);
    const inUse = (await rosterInUse(ports.store, charge)) === report.version;
    process.stdout.write(json ? `${JSON.stringify({ ...report, inUse })}\n` : words(report, inUse));
    return report.accepted > 0 ? 0 : 1;
  });
}

async function adopt(version: string, examId: string, data: string): Promise<number> {
  return await withData(data, async (ports) => {
    const charge = await openExam(ports.store, examId);
    if (!charge) throw new InputError(`no open exam ${examId} in ${data}`);
    if (!(await adoptVersion(ports, charge, version, BY_COMMAND)))
      throw new InputError(`no roster version ${version} that holds anybody`);
    process.stdout.write(`${examId}: roster ${version} is in use\n`);
    return 0;
  });
}

export async function tableIn(file: string) {
  await access(file).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`${file}: cannot be read (${error.code})`);
  });
  return await openTable(() => createReadStream(file));
}

function words(report: RosterReport, inUse: boolean): string {
  const { exam, version, base, accepted, refused, carried, change } = report;
  const { sites, ...kinds } = change;
  const changed = Object.entries(kinds).flatMap(([kind, { count, first }]) => {
    const some = first.length === 0 ? '' : `: ${first.join(' ')}${count > first.length ? ' …' : ''}`;
    return count === 0 ? [] : [`  ${count} ${kind}${some}`];
  });
  return [
    `${exam}: roster ${version}, ${accepted} people read, ${refused} rows refused, ${carried} taken over`,
    `  against ${base ?? 'nothing'}:`,
    ...changed,
    ...Object.entries(sites).map(([site, { before, after }]) => `  ${site}: ${before} → ${after}`),
    inUse ? '  in use' : `  not in use: huhang roster adopt ${version} --exam ${exam}`,
    '',
  ].join('\n');
}
