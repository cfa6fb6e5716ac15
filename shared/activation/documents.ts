/**
 * What goes up and comes down in writing: reports, requests (请示) and statements (报告), each drafted, reviewed and
 * signed by different people; and directives, relayed to each site with an answer owed. The record has a draft
 * composed of itself, and the hash of what people wrote; their words lie in a personal table.
 */
import * as z from 'zod';
import { issue } from '../outcome.ts';
import { type Exam, type Role, sitesIn } from '../plan/exam.ts';
import { dayTime, iso, MINUTE, pad } from '../time.ts';
import { type Actor, MAY_LOG, MAY_SIGN } from './actor.ts';
import { type ActAnswer, type Entry, entryHash, refusal, withEntry } from './entry.ts';
import { type Effect, isPlanStep } from './events.ts';
import { openMatters } from './matter.ts';
import { openedBy } from './review.ts';
import {
  DOCUMENT_NAMES,
  type DocumentKind,
  decisionSentence,
  KIND_NAMES,
  levelName,
  placeName,
} from './sentence.ts';
import type { Inputs } from './situation.ts';
import { isOpen, lastActivation, type State, taskId, tasksAtHand } from './state.ts';

const KINDS = Object.keys(DOCUMENT_NAMES) as [DocumentKind, ...DocumentKind[]];

/** Without any of these no report is one (四(三)2). */
const REQUIRED = ['time', 'cause', 'scope', 'measures'] as const;
type Field = (typeof REQUIRED)[number];

export interface Document {
  id: string;
  kind: DocumentKind;
  /** The incident or measure it is about. */
  matter: string | null;
  state: 'drafted' | 'reviewed' | 'signed';
  /** As composed from the record; what people wrote instead stands under `entry`. */
  draft: Partial<Record<Field, string>>;
  /** Hash of what the drafter wrote. */
  entry: string;
  at: number;
  drafted: string;
  reviewed: string | null;
  signed: string | null;
}

const MAY_REVIEW: ReadonlySet<Role> = new Set<Role>(['office', 'duty-leader', 'deputy', 'commander']);

const words = z.string().trim().min(1).optional();
const shape = z.object({
  id: z.string().optional(),
  kind: z.enum(KINDS).optional(),
  incident: z.string().optional(),
  state: z.enum(['drafted', 'reviewed', 'signed']).default('drafted'),
  ...{ time: words, cause: words, scope: words, measures: words },
  /** What is asked of a request; the words of a directive. */
  words,
  sites: z.array(z.string()).min(1).optional(),
  minutes: z.int().min(1).max(1440).optional(),
});
type Said = z.infer<typeof shape>;

/** Drafts a document, or moves one on: what is written anew is a draft again. */
export function recordDocument(inputs: Inputs, state: State, actor: Actor, typed?: Entry): ActAnswer {
  return withEntry(shape, typed, (said) => {
    const known = state.documents.get(said.id ?? '');
    if (said.id !== undefined && !known)
      return refusal([issue('/id', 'unknown-document', 'no such document')]);
    const by = actor.personId;
    if (!known || said.state === 'drafted') {
      const bad = mayWrite(actor, said, known);
      if (bad !== null) return { refused: bad };
      const document = drafted(inputs, state, said, known, by, entryHash(typed ?? {}));
      if (Array.isArray(document)) return refusal(document);
      const relayed = document.kind === 'directive' && !known ? relay(inputs, state, document, said) : [];
      if (relayed === null) return { refused: 'the plan was never started: a measure starts it by hand' };
      return { effects: [{ kind: 'document', document }, ...relayed] };
    }
    if (said.state === 'reviewed') {
      if (!MAY_REVIEW.has(actor.role)) return { refused: `not for ${actor.role}` };
      if (known.drafted === by) return { refused: 'not by its drafter' };
      if (known.state !== 'drafted') return { refused: `the document is ${known.state}` };
      return { effects: [{ kind: 'document', document: { ...known, state: 'reviewed', reviewed: by } }] };
    }
    if (!MAY_SIGN.has(actor.role)) return { refused: `not for ${actor.role}` };
    if (known.drafted === by || known.reviewed === by) return { refused: 'not by its drafter or reviewer' };
    if (known.state !== 'reviewed') return { refused: `the document is ${known.state}` };
    const document = { ...known, state: 'signed', signed: by } as const;
    return { effects: [{ kind: 'document', document }, ...owedDone(state, document, by)] };
  });
}

/** An order from above binds every site, and what is signed has gone out: why this one may not write it, or null. */
function mayWrite({ role, personId }: Actor, said: Said, known: Document | undefined): string | null {
  const isDirective = (known?.kind ?? said.kind) === 'directive';
  if (isDirective && !MAY_LOG.has(role)) return `not for ${role}`;
  if (known?.state === 'signed') return 'the document is signed';
  return known && known.drafted !== personId && !MAY_REVIEW.has(role) ? `not for ${role}` : null;
}

function drafted(
  inputs: Inputs,
  state: State,
  said: Said,
  known: Document | undefined,
  by: string,
  entry: string,
): Document | ReturnType<typeof issue>[] {
  const [open] = openMatters(state).filter(({ enters }) => enters === 'incident');
  const kind = known?.kind ?? said.kind ?? (open ? 'first-report' : 'statement');
  const matter = known?.matter ?? said.incident ?? (isOfIncident(kind) ? (open?.id ?? null) : null);
  if (isOfIncident(kind) && !state.matters.has(matter ?? '')) {
    return [issue('/incident', 'unknown-incident', 'which incident it reports')];
  }
  const draft = kind === 'request' || kind === 'directive' ? {} : draftOf(inputs, state, matter);
  const missing =
    kind in { request: 1, directive: 1 } ? (said.words ? [] : ['words']) : missingOf(draft, said);
  if (missing.length > 0)
    return missing.map((field) => issue(`/${field}`, 'missing', 'it is never left out'));
  const id = known?.id ?? `D${pad(state.documents.size + 1)}`;
  const { now: at } = inputs;
  return { id, kind, matter, state: 'drafted', draft, entry, at, drafted: by, reviewed: null, signed: null };
}

function missingOf(draft: Document['draft'], said: Said): Field[] {
  return REQUIRED.filter((field) => !(said[field] ?? draft[field]));
}

function isOfIncident(kind: DocumentKind): boolean {
  return ['first-report', 'follow-up', 'final-report', 'review-report'].includes(kind);
}

/** Time, cause, scope and measures as the record has them: of an incident, or of the activation. */
function draftOf({ exam }: Inputs, state: State, matterId: string | null): Document['draft'] {
  const activation = lastActivation(state);
  const matter = state.matters.get(matterId ?? '');
  const runs = matter ? state.activations : activation ? [activation] : [];
  const tasks = runs
    .flatMap((run) => [...run.tasks.values()])
    .filter(({ doneAt, step }) => doneAt !== null && (!matter || step.startsWith(`${matter.id}.`)));
  const names = tasks.map((task) =>
    isPlanStep(task.step) ? KIND_NAMES[task.step] : (task.title ?? task.step),
  );
  const measures =
    names.length > 0 ? `已完成：${[...new Set(names)].join('、')}` : '正在处置，尚无完成的事项';
  if (matter) {
    return {
      time: dayTime(matter.from, exam.timeZone),
      cause: matter.title ?? matter.kind,
      scope: matter.sites.map((site) => placeName(site, exam)).join('、') || '无考点',
      measures,
    };
  }
  if (!activation) return {};
  const opening = openedBy(state, activation);
  const affected = [...state.siteLevels].filter(([, { level }]) => level !== null);
  return {
    time: dayTime(activation.openedAt, exam.timeZone),
    cause: opening
      ? decisionSentence(opening, exam.timeZone)
      : `人工启动${activation.by ? `：${activation.by}` : ''}`,
    scope:
      affected.map(([site, { level }]) => `${placeName(site, exam)}（${levelName(level)}）`).join('、') ||
      '暂无考点受影响',
    measures,
  };
}

/** Signed, the work is done that the document was owed for. */
function owedDone(state: State, { kind, matter }: Document, by: string): Effect[] {
  const step = matter === null ? kind : `${matter}.${kind}`;
  return tasksAtHand(state)
    .filter((task) => task.step === step && isOpen(task))
    .map((task) => ({ kind: 'task-state', taskId: task.id, state: 'done', by }));
}

/**
 * Each site's lead passes a directive on and answers: an order that nobody confirms climbs like any task. It belongs
 * to the activation that is open, or to the last; null where there never was one.
 */
function relay(
  { plan, exam, district, now }: Inputs,
  state: State,
  { id }: Document,
  said: Said,
): Effect[] | null {
  const activation = lastActivation(state);
  if (!activation) return null;
  const own = sitesIn(exam, district).map((site) => site.id);
  const sites = (said.sites ?? own).filter((site) => own.includes(site));
  const step = `${id}.relay` as const;
  const places = sites
    .filter((site) => !activation.tasks.has(taskId(activation.id, step, 'site-lead', site)))
    .map((site, index) => ({ site, code: pad(state.lastCode + 1 + index, 4) }));
  const { clause, minutes } = plan.directives;
  const dueAt = now + (said.minutes ?? minutes) * MINUTE;
  const what = { clause, title: '落实上级指令', level: 'red', post: 'site-lead' } as const;
  return places.length === 0 ? [] : [{ kind: 'tasks-opened', step, ...what, dueAt, places }];
}

/** The document as it is printed: what people wrote stands over the draft; people stand as roster ids. */
export function printedForm(document: Document, exam: Exam, typed: Entry = {}): string {
  const { id, kind, draft, at, drafted: drafter, reviewed, signed } = document;
  const said = (field: string, otherwise = ''): string => String(typed[field] ?? otherwise);
  const own = kind === 'request' || kind === 'directive';
  const body = own
    ? [said('words')]
    : REQUIRED.map(
        (field, index) => `${['时间', '原因', '范围', '措施'][index]}：${said(field, draft[field])}`,
      );
  return [
    `${exam.signature} ${DOCUMENT_NAMES[kind]}（${id}）`,
    ...body,
    `拟稿 ${drafter} ${iso(at, exam.timeZone)}  审核 ${reviewed ?? '—'}  签发 ${signed ?? '—'}`,
    '',
  ].join('\n');
}
