/** The summary of what a run did (`replay --json`), read from the record and the tables alone. */
import { audienceSentence } from '../shared/activation/sentence.ts';
import { type State, taskState, tasksOf } from '../shared/activation/state.ts';
import type { Item, Ports } from '../shared/io/ports.ts';
import { ATTEMPTS_MAX, accounted, countsOf, type Delivery } from '../shared/notice/delivery.ts';
import { type Counts, NO_COUNTS } from '../shared/notice/notice.ts';
import { everybodyIn, type Slice } from '../shared/notice/slices.ts';
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

/** A number and a text that some notice meant to say to somebody. */
interface Meant {
  no: string;
  id: string;
  deadline: number;
  allowed: number;
}

export async function summarise(
  ports: Ports,
  accepted: readonly Accepted[],
): Promise<{ summary: Summary; sms: SmsLine[] }> {
  const { store } = ports;
  const activations: Summary['activations'] = [];
  const decisions: Summary['decisions'] = [];
  const notices: Summary['notices'] = [];
  // Accepted SMS are matched by number and text: the carrier knows no notices, and a lost answer left no id.
  const meant = new Map<string, Meant[]>();
  let [lost, chainBroken, quarantined] = [0, 0, 0];
  for (const charge of await charges(store)) {
    const { chain } = charge;
    const state = await catchUp(store, chain);
    activations.push(...activationsOf(charge, state));
    decisions.push(...decisionsOf(charge, state));
    for (const { notice, counts: closed } of state.notices.values()) {
      const { no } = notice;
      const slices: Slice[] = [];
      for await (const slice of slicesOf(store, chain, no)) slices.push(slice);
      const rows = new Map<string, Delivery>();
      for await (const page of deliveriesOf(ports, chain, no)) for (const row of page) rows.set(row.sk, row);
      for (const { people, text, deadline } of slices) {
        for (const { id } of people) {
          const to = rows.get(id)?.to;
          if (to == null) continue;
          const one = { no, id, deadline, allowed: ATTEMPTS_MAX[notice.class] };
          meant.set(wordsKey(to, text), [...(meant.get(wordsKey(to, text)) ?? []), one]);
        }
      }
      // Receipts move the rows after the closing; their sum never changes.
      const counts = { ...countsOf(rows.values()), audience: everybodyIn(slices).length };
      // A closed notice without anybody was no notice: the finding stands in the record.
      if (closed !== null && counts.audience === 0) continue;
      notices.push(noticeOf(charge, state, no, counts));
      if (closed !== null) lost += counts.audience - accounted(counts);
    }
    chainBroken += (await checkRecord(ports, chain)).problems.length;
  }
  const now = ports.clock.now();
  const feeds = (await loadFeeds(store)).map((feed) => {
    const since = silentSince(feed, now);
    return { feed: feed.feed, state: feedState(feed, now), silentSince: since === null ? null : iso(since) };
  });
  for (const feed of FEEDS) quarantined += (await store.query<Item>('quarantine', feed)).items.length;
  const totals = {
    activations: activations.length,
    decisions: decisions.length,
    sms: accepted.length,
    parts: accepted.reduce((sum, each) => sum + each.parts, 0),
    quarantined,
  };
  const invariants = {
    lost,
    beyondPolicyDuplicates: duplicates(accepted, meant),
    afterDeadline: late(accepted, meant),
    chainBroken,
  };
  return {
    summary: { activations, decisions, notices, feeds, totals, invariants },
    sms: linesOf(accepted, meant),
  };
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
    warnings: [...activation.warnings],
    tasks: tasksOf(activation).map((task) => ({
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
