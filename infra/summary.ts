/** The summary of what a run did (cli.md, `replay --json`), read from the record and the tables alone. */
import { audienceSentence } from '../shared/activation/sentence.ts';
import { type State, taskState } from '../shared/activation/state.ts';
import type { Item, Ports } from '../shared/io/ports.ts';
import { ATTEMPTS_MAX, countsOf, type Delivery } from '../shared/notice/delivery.ts';
import { type Counts, NO_COUNTS, type NoticeClass } from '../shared/notice/notice.ts';
import { peopleOf, type Slice } from '../shared/notice/slices.ts';
import { catchUp } from '../shared/stages/chain.ts';
import { deliveriesOf, slicesOf } from '../shared/stages/notices.ts';
import { type Charge, charges } from '../shared/stages/office.ts';
import { checkRecord } from '../shared/stages/record.ts';
import { loadFeeds } from '../shared/stages/warnings.ts';
import { iso } from '../shared/time.ts';
import { feedState, silentSince } from '../shared/warning/health.ts';
import { FEEDS } from '../shared/warning/warning.ts';

/** What the carrier accepted, as far as the summary needs it. */
export interface Accepted {
  at: number;
  to: string;
  text: string;
  parts: number;
}

export interface Summary {
  activations: ReturnType<typeof activationsOf>;
  decisions: ReturnType<typeof decisionsOf>;
  notices: ReturnType<typeof noticeOf>[];
  feeds: unknown[];
  totals: { activations: number; decisions: number; sms: number; parts: number; quarantined: number };
  invariants: { lost: number; beyondPolicyDuplicates: number; afterDeadline: number; chainBroken: number };
}

/** One accepted SMS beside the notice and the person it was for. */
export interface SmsLine {
  at: string;
  to: string;
  text: string;
  parts: number;
  noticeNo: string | null;
  personId: string | null;
}

interface NoticeRows {
  no: string;
  noticeClass: NoticeClass;
  slices: Slice[];
  rows: Map<string, Delivery>;
}

export async function summarise(
  ports: Ports,
  accepted: readonly Accepted[],
): Promise<{ summary: Summary; sms: SmsLine[] }> {
  const now = ports.clock.now();
  const all = await charges(ports.store);
  const summary: Summary = {
    activations: [],
    decisions: [],
    notices: [],
    feeds: [],
    totals: { activations: 0, decisions: 0, sms: 0, parts: 0, quarantined: 0 },
    invariants: { lost: 0, beyondPolicyDuplicates: 0, afterDeadline: 0, chainBroken: 0 },
  };
  const found: NoticeRows[] = [];
  for (const charge of all) {
    const state = await catchUp(ports.store, charge.chain);
    summary.activations.push(...activationsOf(charge, state));
    summary.decisions.push(...decisionsOf(charge, state));
    for (const record of state.notices.values()) {
      const slices = await slicesOf(ports.store, charge.chain, record.notice.no);
      const rows = new Map<string, Delivery>();
      for await (const page of deliveriesOf(ports, charge.chain, record.notice.no)) {
        for (const row of page) rows.set(row.sk, row);
      }
      found.push({ no: record.notice.no, noticeClass: record.notice.class, slices, rows });
      const counts = withAudience(countsOf(rows.values()), slices);
      // A closed notice without anybody was no notice: the finding stands in the record.
      if (record.counts !== null && counts.audience === 0) continue;
      summary.notices.push(noticeOf(charge, state, record.notice.no, counts));
      if (record.counts !== null) summary.invariants.lost += unaccounted(counts);
    }
    summary.invariants.chainBroken += (await checkRecord(ports, charge.chain)).problems.length;
  }
  for (const feed of await loadFeeds(ports.store)) {
    const since = silentSince(feed, now);
    summary.feeds.push({
      feed: feed.feed,
      state: feedState(feed, now),
      silentSince: since === null ? null : iso(since),
    });
  }
  for (const feed of FEEDS) {
    summary.totals.quarantined += (await ports.store.query<Item>('quarantine', feed)).items.length;
  }
  const meant = meantFor(found);
  const sms = linesOf(accepted, meant);
  summary.invariants.beyondPolicyDuplicates = duplicates(accepted, meant);
  summary.invariants.afterDeadline = late(accepted, meant);
  summary.totals.activations = summary.activations.length;
  summary.totals.decisions = summary.decisions.length;
  summary.totals.sms = accepted.length;
  summary.totals.parts = accepted.reduce((sum, each) => sum + each.parts, 0);
  return { summary, sms };
}

/** Every activation of a chain, as the summary's `activations`. */
export function activationsOf({ exam, district }: Charge, state: State) {
  const at = (instant: number | null): string | null =>
    instant === null ? null : iso(instant, exam.timeZone);
  return state.activations.map((activation) => ({
    id: activation.id,
    districtId: district.id,
    openedAt: at(activation.openedAt),
    endedAt: at(activation.endedAt),
    levels: activation.levels.map((each) => ({ at: at(each.at), level: each.level })),
    warnings: activation.warnings,
    tasks: [...activation.rounds, ...activation.tasks.values()].map((task) => ({
      id: task.id,
      step: task.step,
      clause: task.clause,
      siteId: task.siteId,
      post: task.post,
      dueAt: at(task.dueAt),
      acknowledgedAt: at(task.acknowledgedAt),
      doneAt: at(task.doneAt),
      state: taskState(task),
    })),
  }));
}

/** Every decision of a chain, as the summary's `decisions`. */
export function decisionsOf({ exam, district }: Charge, state: State) {
  return state.decisions.map(({ at, warningId, reason, clause, activationId }) => ({
    at: iso(at, exam.timeZone),
    districtId: district.id,
    warningId,
    reason,
    clause,
    activationId,
  }));
}

/** One notice, as in the summary's `notices`. */
export function noticeOf({ exam }: Charge, state: State, no: string, counts: Counts) {
  const { notice, state: stands, hold, releasedAt } = state.notices.get(no)!;
  return {
    no,
    kind: notice.kind,
    class: notice.class,
    hazard: notice.hazard,
    level: notice.level,
    audience: audienceSentence(notice, exam),
    approvedBy: notice.approvedBy,
    createdAt: iso(notice.createdAt, exam.timeZone),
    deadline: iso(notice.deadline, exam.timeZone),
    state: stands,
    ...(stands === 'held' ? { heldFor: hold?.for } : {}),
    counts: releasedAt === null ? NO_COUNTS : counts,
  };
}

/** Counts are of the rows as they are now: receipts move them after the closing, their sum never changes. */
function withAudience(counts: Counts, slices: Slice[]): Counts {
  return { ...counts, audience: slices.flatMap((slice) => slice.people.flatMap(peopleOf)).length };
}

function unaccounted({ audience, ...states }: Counts): number {
  return audience - Object.values(states).reduce((sum, each) => sum + each, 0);
}

/** A number and a text that some notice meant to say to somebody. */
interface Meant {
  no: string;
  id: string;
  deadline: number;
  allowed: number;
}

/** Accepted SMS are matched by number and text: the carrier knows no notices, and a lost answer left no id. */
function meantFor(found: NoticeRows[]): Map<string, Meant[]> {
  const meant = new Map<string, Meant[]>();
  for (const { no, noticeClass, slices, rows } of found) {
    for (const { people, text, deadline } of slices) {
      for (const { id } of people) {
        const to = rows.get(id)?.to;
        if (to == null) continue;
        const key = wordsKey(to, text);
        meant.set(key, [...(meant.get(key) ?? []), { no, id, deadline, allowed: ATTEMPTS_MAX[noticeClass] }]);
      }
    }
  }
  return meant;
}

function wordsKey(to: string, text: string): string {
  return `${to}|${text}`;
}

function linesOf(accepted: readonly Accepted[], meant: Map<string, Meant[]>): SmsLine[] {
  const used = new Map<Meant, number>();
  return accepted.map(({ at, to, text, parts }) => {
    const all = meant.get(wordsKey(to, text)) ?? [];
    const match = all.find((each) => (used.get(each) ?? 0) < each.allowed) ?? all[0];
    if (match) used.set(match, (used.get(match) ?? 0) + 1);
    return { at: iso(at), to, text, parts, noticeNo: match?.no ?? null, personId: match?.id ?? null };
  });
}

/** SMS beyond what the classes of the notices that meant them allow to one number. */
function duplicates(accepted: readonly Accepted[], meant: Map<string, Meant[]>): number {
  const sent = Map.groupBy(accepted, ({ to, text }) => wordsKey(to, text));
  let beyond = 0;
  for (const [key, each] of sent) {
    const allowed = (meant.get(key) ?? []).reduce((sum, one) => sum + one.allowed, 0);
    beyond += Math.max(0, each.length - allowed);
  }
  return beyond;
}

/** SMS that the carrier accepted at or after every deadline that its text had. */
function late(accepted: readonly Accepted[], meant: Map<string, Meant[]>): number {
  return accepted.filter(({ at, to, text }) =>
    (meant.get(wordsKey(to, text)) ?? []).every((each) => at >= each.deadline),
  ).length;
}
