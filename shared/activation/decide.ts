/**
 * The product, as one pure function: what follows from the plan, the exam, the record, and the warnings and feeds
 * as they are now. Level-triggered: it compares what is in force with what the record has already answered, so
 * asking twice changes nothing. Every answer has a reason from a closed set, also the answer to do nothing.
 */
import { higher, type Level, rank } from '../warning/warning.ts';
import { decideCalls } from './calls.ts';
import { decideCandidates } from './candidates.ts';
import { decideCarrier } from './carrier.ts';
import {
  candidateLevel,
  countsAlready,
  type Draft,
  feedOf,
  hoursToFirst,
  push,
  sitesByHome,
  sitesOf,
  startActivation,
  startDraft,
  startGroup,
} from './draft.ts';
import { decideDuties } from './duties.ts';
import type { Decision, Evidence, Reason, SiteLevel } from './events.ts';
import { decideFollowUps } from './follow-up.ts';
import { decideConsents, decideMatters } from './matters.ts';
import { reckonThrough } from './preflight.ts';
import { decidePreparations } from './prepare.ts';
import type { Assessed, Inputs } from './situation.ts';
import { decideStaff } from './staff.ts';
import { DISTRICT, JOINING, type State, spanAfter } from './state.ts';
import { decideEnding, decideExerciseEnd, decideFeeds } from './watch.ts';

/** Empty when the record already answers everything. Total; never changes `state`. */
export function decide(inputs: Inputs, state: State): Decision {
  const draft = startDraft(inputs, state);
  decideMatters(draft);
  decideWarnings(draft);
  decideConsents(draft);
  decidePreparations(draft);
  decideDuties(draft);
  decideStaff(draft);
  decideCandidates(draft);
  decideFeeds(draft);
  decideCarrier(draft);
  decideFollowUps(draft);
  decideCalls(draft);
  decideEnding(draft);
  decideExerciseEnd(draft);
  reckonThrough(draft);
  return draft.groups.filter((group) => group.length > 0);
}

/** The revisions that count, as each judgement leaves them: by thread, and by how many have each rank over a site. */
interface Counted {
  byThread: Map<string, Assessed>;
  ranks: Map<string, number[]>;
}

function decideWarnings(draft: Draft): void {
  const { state, situation } = draft;
  const counted: Counted = {
    byThread: new Map(),
    ranks: new Map(situation.sites.map((site) => [site.id, [0, 0, 0, 0, 0]])),
  };
  const threads = [...Map.groupBy(situation.assessed, (each) => each.thread).values()];
  for (const revisions of threads) {
    const counts = revisions.findLast((each) => countsAlready(state, draft.joined, each.revision.id));
    if (counts) count(counted, counts);
  }
  // Those that may only attach come last, so that one poll's order of feeds does not decide whether they join; a
  // thread has its place by its newest revision.
  const inTurn = threads
    .map((revisions) => {
      const newest = revisions.find((each) => each.standing !== null) ?? revisions[0]!;
      return { older: revisions.filter((each) => each !== newest), newest };
    })
    .sort(
      (a, b) =>
        Number(a.newest.attachOnly) - Number(b.newest.attachOnly) ||
        a.newest.revision.order - b.newest.revision.order,
    );
  for (const { older, newest } of inTurn) {
    startGroup(draft);
    for (const each of older) judgeOlder(draft, each);
    judgeNewest(draft, newest, counted);
  }
  // Ends and the levels they leave are one: cut apart, a 解除 would be recorded and its all-clear lost.
  startGroup(draft);
  const lifted = new Map<string, string>();
  for (const { older, newest } of inTurn) {
    if (newest.standing === 'cancelled') judgeEnd(draft, older, newest, counted, lifted);
  }
  draft.inForce = situation.assessed.filter((each) => counted.byThread.get(each.thread.id) === each);
  recordLevels(draft, lifted);
}

/** A revision that has a newer one. It goes on counting until that one is judged, which is measured against it. */
function judgeOlder(draft: Draft, each: Assessed): void {
  const { id } = each.revision;
  if (countsAlready(draft.state, draft.joined, id)) say(draft, each, 'superseded');
  else if (!draft.joined.has(id) && !draft.state.reasons.has(id)) {
    say(draft, each, each.exclusion ?? 'out-of-order');
  }
}

function judgeNewest(draft: Draft, each: Assessed, counted: Counted): void {
  const { revision, thread, standing, exclusion } = each;
  const said = draft.state.reasons.get(revision.id);
  const joined = draft.joined.has(revision.id);
  if (exclusion !== null) {
    uncount(counted, each);
    // What is over keeps the reason it had: only a warning that counts, or might, is judged anew. One that counted
    // is excluded when another feed tells more of it.
    const mightCount = standing === 'in-force' || countsAlready(draft.state, draft.joined, revision.id);
    if (said === undefined || (mightCount && said !== exclusion)) say(draft, each, exclusion);
    return;
  }
  switch (standing) {
    case null:
    case 'cancelled':
      return;
    case 'expired':
    case 'lapsed': {
      uncount(counted, each);
      const reason = standing === 'expired' ? 'expire' : 'lapse';
      if (belongs(draft, each) && said !== reason) say(draft, each, reason);
      return;
    }
    case 'held':
      // What counted goes on counting while nobody can tell whether it is over; what did not, does not begin.
      if (countsAlready(draft.state, draft.joined, revision.id)) {
        if (said !== 'cannot-tell') say(draft, each, 'cannot-tell');
        return;
      }
      if (!counted.byThread.has(thread.id)) return;
      join(draft, each, counted);
      say(draft, each, 'cannot-tell');
      return;
    case 'in-force':
      if (joined && said !== undefined && JOINING.has(said)) {
        judgeLevel(draft, each, counted);
        return;
      }
      // What has lapsed comes back only where it is listed again, not because a set went blind or came back.
      if (said === 'lapse' && !each.listed) return;
      if (draft.activationId === null && each.attachOnly) {
        if (said !== 'below-threshold') say(draft, each, 'below-threshold');
        return;
      }
      join(draft, each, counted);
  }
}

/** An officer's word, or another feed, may give another level to a revision that counts already. */
function judgeLevel(draft: Draft, each: Assessed, { ranks }: Counted): void {
  const { decisions, siteLevels } = draft.state;
  const before = decisions.findLast(({ warningId }) => warningId === each.revision.id)?.evidence.level;
  if (before === undefined || rank(before) === rank(each.level)) return;
  const changes = [...each.sites.keys()].map(
    (site) => highestOf(ranks, site) - rank(siteLevels.get(site)?.level ?? null),
  );
  const rises = changes.some((change) => change > 0);
  say(draft, each, rises ? 'raise' : changes.some((change) => change < 0) ? 'lower' : 'continue');
}

function highestOf(ranks: Counted['ranks'], site: string): number {
  return ranks.get(site)!.findLastIndex((number) => number > 0);
}

/** The warning starts to count: it opens an activation or joins the open one. */
function join(draft: Draft, each: Assessed, counted: Counted): void {
  const isNew = !belongs(draft, each);
  const change = count(counted, each);
  if (draft.activationId !== null) {
    say(draft, each, change.rises ? 'raise' : change.falls ? 'lower' : isNew ? 'attach' : 'continue');
    return;
  }
  startActivation(draft, each.clause!);
  say(draft, each, 'activate');
}

/** A 解除 ends its thread, and lifts what the thread concerned if it was part of the activation. */
function judgeEnd(
  draft: Draft,
  older: Assessed[],
  end: Assessed,
  counted: Counted,
  lifted: Map<string, string>,
): void {
  const { id } = end.revision;
  const said = draft.state.reasons.get(id);
  const ours = belongs(draft, end);
  uncount(counted, end);
  if (said === 'cancel' || end.exclusion !== null) return;
  // An end of what never counted keeps the reason it was given at first.
  if (said !== undefined && !ours) return;
  if (ours) for (const each of [...older, end]) for (const site of sitesOf(draft, each)) lifted.set(site, id);
  say(draft, end, 'cancel');
}

/** Whether some revision of its thread belongs to the open activation. */
function belongs(draft: Draft, { thread }: Assessed): boolean {
  return thread.revisions.some(({ id }) => draft.joined.has(id));
}

/** Counts a revision in place of its thread's earlier one; whether any site's level rises or falls by that. */
function count(counted: Counted, each: Assessed): { rises: boolean; falls: boolean } {
  const { byThread, ranks } = counted;
  const before = byThread.get(each.thread.id);
  const sites = new Set([...(before?.sites.keys() ?? []), ...each.sites.keys()]);
  const ranksBefore = [...sites].map((site) => highestOf(ranks, site));
  uncount(counted, each);
  byThread.set(each.thread.id, each);
  for (const [site, level] of each.sites) ranks.get(site)![rank(level)]! += 1;
  const changes = [...sites].map((site, index) => highestOf(ranks, site) - ranksBefore[index]!);
  return { rises: changes.some((change) => change > 0), falls: changes.some((change) => change < 0) };
}

function uncount({ byThread, ranks }: Counted, { thread }: Assessed): void {
  for (const [site, level] of byThread.get(thread.id)?.sites ?? []) ranks.get(site)![rank(level)]! -= 1;
  byThread.delete(thread.id);
}

function say(draft: Draft, each: Assessed, reason: Reason): void {
  const isPart = PART_OF_ACTIVATION.has(reason) || (reason === 'cancel' && belongs(draft, each));
  push(draft, {
    kind: 'reason',
    warningId: each.revision.id,
    reason,
    clause: JOINING.has(reason) || reason === 'cancel' ? each.clause : null,
    activationId: isPart ? draft.activationId : null,
    evidence: evidence(draft, each, reason),
  });
}

const PART_OF_ACTIVATION: ReadonlySet<Reason> = new Set([
  ...JOINING,
  'lapse',
  'expire',
  'superseded',
  'cannot-tell',
]);

function evidence(draft: Draft, each: Assessed, reason: Reason): Evidence {
  const { warning, feeds, firstSeenAt } = each.revision;
  return {
    issuer: warning.issuer.name,
    hazard: warning.hazard,
    hazardText: warning.hazardText,
    level: each.level,
    issuedAt: warning.issuedAt,
    feeds,
    sites: each.sites.size,
    hoursToFirst: hoursToFirst(draft),
    baseline: feeds.length > 0 && feeds.every((id) => feedOf(draft, id)?.firstPolledAt === firstSeenAt),
    ...(reason === 'below-threshold' && each.exclusion === null ? { attachOnly: true } : {}),
  };
}

function recordLevels(draft: Draft, lifted: Map<string, string>): void {
  if (draft.activationId === null) return;
  const { state, siteLevels, spans, inputs } = draft;
  /** By what is over the homes of their candidates. */
  const concerned = new Set<string>();
  const over = new Map<string, Omit<SiteLevel, 'liftedBy'>>(
    draft.situation.sites.map((site) => [site.id, { level: null, candidates: null }]),
  );
  for (const each of draft.inForce) {
    for (const site of sitesByHome(draft, each)) concerned.add(site);
    for (const [site, level] of each.sites) {
      const here = over.get(site)!;
      here.level = higher<Level | null>(here.level, level);
      here.candidates = higher<Level | null>(here.candidates, candidateLevel(each, level));
    }
  }
  const changed: Record<string, SiteLevel> = {};
  for (const [site, { level, candidates }] of over) {
    const was = siteLevels.get(site) ?? { level: null, candidates: null, liftedBy: null };
    const liftedBy = level !== null || concerned.has(site) ? null : (lifted.get(site) ?? was.liftedBy);
    if (was.level === level && was.candidates === candidates && was.liftedBy === liftedBy) continue;
    changed[site] = { level, candidates, liftedBy };
    spans.set(site, spanAfter(state, site, was.level, level, inputs.now));
    siteLevels.set(site, changed[site]);
  }
  if (Object.keys(changed).length > 0) push(draft, { kind: 'site-levels', sites: changed });
  const highest = draft.inForce.reduce<Level | null>((level, each) => higher(level, each.level), null);
  const hasNone = state.activations.every(({ id }) => id !== draft.activationId);
  if (hasNone || highest !== draft.activationLevel) {
    spans.set(DISTRICT, spanAfter(state, DISTRICT, draft.activationLevel, highest, inputs.now));
    draft.activationLevel = highest;
    push(draft, { kind: 'activation-level', level: highest });
  }
}
