/**
 * Leave from above to change the exam, as it came by phone or document, hop by hop (Ministry → province). No path
 * leads to a text about a change but through a recorded consent that covers it (there is no break-glass).
 */
import * as z from 'zod';
import type { ExamChange, Notice } from '../notice/notice.ts';
import { nameSlot, newTimeSlot, type SlotName, sessionSlot } from '../notice/slots.ts';
import { findTemplate, slotsFor } from '../notice/templates.ts';
import { type Issue, issue } from '../outcome.ts';
import { cellsSitting, type Session, sitesIn } from '../plan/exam.ts';
import { dayTime, HOUR, pad } from '../time.ts';
import { type ActAnswer, type Entry, entryHash, moment, refusal, withEntry } from './entry.ts';
import type { Effect } from './events.ts';
import type { Inputs } from './situation.ts';
import type { State } from './state.ts';

/** Who gave leave. The text to candidates names the one whose leave it rests on. */
export type Hop = 'ministry' | 'province';

export interface Consent {
  id: string;
  hop: Hop;
  outcome: 'whole' | 'partial' | 'refused';
  /** What it is confined to; null for all of the exam in the district. */
  sites: string[] | null;
  sessions: string[] | null;
  givenAt: number;
  /** Hash of who said what to whom, and of the document that followed; null until it came. */
  entry: string;
  document: string | null;
}

/** A change to a paper that has begun is told once the paper is over, and for this long. */
export const TOLD_AFTER_PAPER_MS = 6 * HOUR;

const ids = z.array(z.string()).min(1);
const consentShape = z.object({
  /** Of a consent on record: its document has come, or a change that rests on it is to be told. */
  id: z.string().optional(),
  hop: z.enum(['ministry', 'province']).optional(),
  from: z.string().trim().min(1).optional(),
  when: moment.optional(),
  words: z.string().trim().min(1).optional(),
  scope: z.union([z.string(), z.object({ sites: ids.optional(), sessions: ids.optional() })]).optional(),
  outcome: z.enum(['whole', 'partial', 'refused']).optional(),
  document: z.string().trim().min(1).optional(),
  change: z
    .object({
      what: z.enum(['postponed', 'moved', 'delayed', 'site', 'halted', 'absent', 'as-planned']),
      session: z.string(),
      sites: ids.optional(),
      /** The new time; with `site` the new site; with `absent` until when to register. */
      to: moment.optional(),
      newSite: z.string().optional(),
    })
    .optional(),
});
type Said = z.infer<typeof consentShape>;
type Change = NonNullable<Said['change']>;

export function recordConsent(inputs: Inputs, state: State, typed: Entry | undefined): ActAnswer {
  return withEntry(consentShape, typed, (said) => {
    const entry = entryHash(typed ?? {});
    const known = said.id === undefined ? undefined : state.consents.get(said.id);
    if (said.id !== undefined && !known) return refusal([issue('/id', 'unknown-consent', 'no such consent')]);
    const consent = known ?? consentOf(inputs, state, said, entry);
    if (Array.isArray(consent)) return refusal(consent);
    const effects: Effect[] = [];
    if (!known || said.document !== undefined) {
      const document = said.document === undefined ? consent.document : entry;
      effects.push({ kind: 'consent', consent: { ...consent, document } });
    }
    const told = said.change ? changeNotices(inputs, state, consent, said.change) : [];
    if ('issues' in told) return refusal(told.issues);
    return { effects: [...effects, ...told] };
  });
}

function consentOf({ exam, now }: Inputs, state: State, said: Said, entry: string): Consent | Issue[] {
  const { from, when, words, scope, outcome } = said;
  const missing = Object.entries({ from, when, words, scope })
    .filter(([, value]) => value === undefined)
    .map(([key]) => issue(`/${key}`, 'missing', 'who gave it, when, in which words, for what'));
  const hop = said.hop ?? hopOf(from ?? '');
  if (hop === null) missing.push(issue('/hop', 'missing', 'ministry or province'));
  const { sites = null, sessions = null } = typeof scope === 'object' ? scope : {};
  const unknown = [
    ...unknownIds('/scope/sites', sites, exam.sites),
    ...unknownIds('/scope/sessions', sessions, exam.sessions),
  ];
  if (missing.length > 0 || unknown.length > 0 || hop === null) return [...missing, ...unknown];
  if (when !== undefined && when > now) return [issue('/when', 'in-future', 'nobody has said it yet')];
  const inWords =
    typeof scope === 'string' ? (['whole', 'refused'] as const).find((each) => each === scope) : null;
  // A scope in words alone covers nothing that the machine could tell by itself.
  const covers = typeof scope === 'object' || inWords === 'whole' || outcome === 'whole';
  return {
    id: `C${pad(state.consents.size + 1)}`,
    hop,
    outcome: outcome ?? inWords ?? (sites || sessions || !covers ? 'partial' : 'whole'),
    sites: covers ? sites : [],
    sessions: covers ? sessions : [],
    givenAt: when ?? now,
    entry,
    document: said.document === undefined ? null : entry,
  };
}

function hopOf(from: string): Hop | null {
  if (/司法部|ministry/i.test(from)) return 'ministry';
  return /省|province/i.test(from) ? 'province' : null;
}

function unknownIds(path: string, wanted: string[] | null, known: { id: string }[]): Issue[] {
  const others = (wanted ?? []).filter((id) => !known.some((each) => each.id === id));
  return others.length > 0 ? [issue(path, 'unknown-id', 'not of this exam')] : [];
}

/** One notice to the candidates of each site with a paper in that session; each waits for the Command's approval. */
function changeNotices(
  inputs: Inputs,
  state: State,
  consent: Consent,
  change: Change,
): Effect[] | { issues: Issue[] } {
  const { exam, district, now } = inputs;
  const session = exam.sessions.find(({ id }) => id === change.session);
  const values = session && valuesOf(inputs, session, change);
  const own = sitesIn(exam, district).map(({ id }) => id);
  const sites = change.sites ?? own.filter((id) => consent.sites?.includes(id) ?? true);
  if (!session) return { issues: [issue('/change/session', 'unknown-id', 'not of this exam')] };
  if (!values) return { issues: [issue('/change', 'missing', 'the new time, or the new site of this exam')] };
  if (sites.some((id) => !own.includes(id))) return { issues: unknownIds('/change/sites', sites, []) };
  const deadline = now < session.admitFrom ? session.admitFrom : session.endsAt + TOLD_AFTER_PAPER_MS;
  const template = `exam-change.${change.what}@1`;
  const notices = sites.flatMap((siteId) => {
    const cells = cellsSitting(state.census, siteId, new Set([session.id]));
    return cells.length === 0 ? [] : [{ siteId, cells }];
  });
  const told = notices.map(({ siteId, cells }, index): ExamChange & Notice => {
    const no = pad(state.notices.size + 1 + index, 4);
    return {
      no,
      kind: 'exam-change',
      consent: consent.id,
      session: session.id,
      class: 'action',
      lane: 'candidates',
      hazard: null,
      level: null,
      warningId: null,
      clause: inputs.plan.examChange.clause,
      template,
      slots: slotsFor(template, { ...values, 号: no }),
      siteSlots: {},
      audience: { who: 'candidates', siteId, cells, dropTold: [] },
      approvedBy: null,
      createdAt: now,
      deadline,
      validUntil: null,
    };
  });
  if (told.length === 0 || !told.every((notice) => isCovered(notice, consent))) {
    return { issues: [issue('/change', 'not-consented', 'the consent does not cover this')] };
  }
  return told.map((notice) => ({ kind: 'notice', notice, hold: { for: 'approval', until: deadline } }));
}

/** Null where the text needs a value that was not said. */
function valuesOf(
  { exam }: Inputs,
  session: Session,
  { what, to, newSite }: Change,
): Partial<Record<SlotName, string>> | null {
  const zone = exam.timeZone;
  const site = exam.sites.find(({ id }) => id === newSite);
  const values: Partial<Record<SlotName, string>> = { 场次: sessionSlot(session, zone) };
  if (to !== undefined) {
    const at = dayTime(to, zone);
    Object.assign(values, { 时间: at, 截止: at, 新时间: newTimeSlot(to, zone) });
  }
  if (site) values.考点 = nameSlot('考点', site.name);
  const needed = findTemplate(`exam-change.${what}@1`)?.slots ?? [];
  return needed.every((slot) => values[slot] !== undefined) ? values : null;
}

/** Whether this consent gives leave for what the notice says, to whom it says it. */
function isCovered(notice: ExamChange & Notice, consent: Consent): boolean {
  const { audience, template, session } = notice;
  const hop: Hop = template === 'exam-change.as-planned@1' ? 'province' : 'ministry';
  return (
    audience.who === 'candidates' &&
    consent.outcome !== 'refused' &&
    consent.hop === hop &&
    (consent.sites?.includes(audience.siteId) ?? true) &&
    (consent.sessions?.includes(session) ?? true)
  );
}

/** Whether a notice may stand in the record: what changes the exam rests on a consent there that covers it. */
export function isConsented(consents: ReadonlyMap<string, Consent>, notice: Notice): boolean {
  if (notice.kind !== 'exam-change') return !notice.template.startsWith('exam-change.');
  const consent = consents.get(notice.consent);
  return consent !== undefined && isCovered(notice, consent);
}

/** The first notice that these effects, after this record, would add without leave; null if there is none. */
export function withoutConsent(state: State, effects: readonly Effect[]): Notice | null {
  const consents = new Map(state.consents);
  for (const effect of effects) {
    if (effect.kind === 'consent') consents.set(effect.consent.id, effect.consent);
    else if (effect.kind === 'notice' && !isConsented(consents, effect.notice)) return effect.notice;
  }
  return null;
}
