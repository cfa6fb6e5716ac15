/**
 * What an office hands in as objects: `rosters/<exam>/exam.json`, `plan.json`, and tables of people. A table under
 * `rosters/<exam>/adopt/` carries a person's word that it is to be used; any other is reported on first. Reports come
 * back under `rosters/reports/<exam>/`. Keys are chosen by people and may hold a name, so none is logged.
 */
import { digest } from '../activation/seal.ts';
import type { Ports } from '../io/ports.ts';
import { issue } from '../outcome.ts';
import type { Plan } from '../plan/plan.ts';
import { NotATable } from '../plan/roster.ts';
import { readExam, readPlan } from '../plan/schema.ts';
import { enterExam, versionOf } from './office.ts';
import {
  adoptsItself,
  adoptVersion,
  importTable,
  openExam,
  rosterInUse,
  type TableOfPeople,
} from './roster.ts';

/** Where reports are put: no exam may be called so. */
export const REPORTS = 'reports';

/** Who stands in the record for what came as an object: S3's own log tells who put it. */
const BY_UPLOAD = 'upload';

/** What of the edge this stage is handed: how a table is read (NotATable where it is none), and the shipped plan. */
export interface UploadTools {
  readTable(bytes: Uint8Array): Promise<TableOfPeople>;
  shippedPlan: Plan;
}

/** Takes one object, each content under each key once: an old event that comes again must not bring back an old roster. */
export async function takeUpload(ports: Ports, key: string, tools: UploadTools): Promise<void> {
  const [, examId = '', ...rest] = key.split('/');
  const bytes = examId === REPORTS || rest.length === 0 ? null : await ports.blobs.get(key);
  if (bytes === null) return;
  const content = digest(bytes);
  const taken = { pk: `upload#${examId}`, sk: digest(`${key} ${content}`).slice(0, 16) };
  if (await ports.store.get('versions', taken)) return;
  const name = rest.at(-1);
  const report =
    name === 'exam.json' || name === 'plan.json'
      ? await takeExam(ports, examId, tools)
      : await takeTable(ports, examId, { bytes, byWord: rest[0] === 'adopt' }, tools);
  await ports.blobs.put(
    `rosters/${REPORTS}/${examId}/${content.slice(0, 12)}.json`,
    Buffer.from(JSON.stringify(report, null, 2)),
  );
  // What led to nothing may come again when what it lacked is there.
  if (report.entered !== null) await ports.store.put('versions', { ...taken, at: ports.clock.now() });
}

/** What came of an object, as the office reads it; `entered` is null where it led to nothing. */
interface Taken {
  entered: object | null;
  [more: string]: unknown;
}

/** The exam and the plan that lie there now; without a plan there, under the one it has, or at first the shipped one. */
async function takeExam(ports: Ports, examId: string, { shippedPlan }: UploadTools): Promise<Taken> {
  const examText = await ports.blobs.get(`rosters/${examId}/exam.json`);
  const planText = await ports.blobs.get(`rosters/${examId}/plan.json`);
  const { exam, issues } = readExam(examText && parsed(examText));
  const own = planText && readPlan(parsed(planText));
  const plan = own ? own.plan : ((await openExam(ports.store, examId))?.plan ?? shippedPlan);
  const found = [...issues, ...(own?.issues ?? [])];
  if (!exam || !plan) return { entered: null, issues: found };
  if (exam.id !== examId) {
    const message = 'the exam is put under another name than its id';
    return { entered: null, issues: [...found, issue('/id', 'exam-elsewhere', message)] };
  }
  const examVersion = versionOf(exam);
  await enterExam(ports, { exam, examVersion, plan, by: BY_UPLOAD });
  return { entered: { exam: exam.id, examVersion, plan: plan.id, planVersion: plan.version }, issues: found };
}

async function takeTable(
  ports: Ports,
  examId: string,
  { bytes, byWord }: { bytes: Uint8Array; byWord: boolean },
  { readTable }: UploadTools,
): Promise<Taken> {
  const charge = await openExam(ports.store, examId);
  if (!charge) {
    const message = 'no such exam is open: put its exam.json there first';
    return { entered: null, issues: [issue('/', 'no-exam', message)] };
  }
  try {
    const report = await importTable(ports, charge, await readTable(bytes), (rows) =>
      ports.log('roster.read', { exam: examId, rows }),
    );
    if (byWord || adoptsItself(report)) await adoptVersion(ports, charge, report.version, BY_UPLOAD);
    const inUse = (await rosterInUse(ports.store, charge)) === report.version;
    return { entered: { roster: report.version }, ...report, inUse };
  } catch (error) {
    if (error instanceof NotATable) return { entered: null, issues: [error.issue] };
    throw error;
  }
}

/** Undefined, which no schema takes, where it is no JSON. */
function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
