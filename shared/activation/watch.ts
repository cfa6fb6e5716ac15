/** Watching the watchers, and the end: silent feeds (blind is not calm), proposing to end, the end of the window. */
import { reasonSlot, sourceSlot } from '../notice/slots.ts';
import { onlyTemplate } from '../notice/templates.ts';
import { POSTS, type Post, SITE_POSTS } from '../plan/exam.ts';
import { isExercise } from '../plan/exercise.ts';
import { dayTime, HOUR } from '../time.ts';
import { canSee, type FeedRecord, feedState, silentSince } from '../warning/health.ts';
import {
  type Draft,
  hoursToFirst,
  nextCode,
  push,
  STAFF_NOTICE_LASTS_MS,
  staffed,
  startGroup,
} from './draft.ts';
import { type Effect, isPlanStep, type Reason } from './events.ts';
import { openMatters } from './matter.ts';
import { type Activation, isOpen, lastActivation, openActivation } from './state.ts';
import { addNotice, tellPosts, type Wanted } from './wanted.ts';

/** A notice to the duty officer about a feed is worth sending for this long. */
export const FEED_NOTICE_LASTS_MS = 2 * HOUR;

/** Each feed's silence is told once when it passes the feed's limit, and once when the feed heals. */
export function decideFeeds(draft: Draft): void {
  const { inputs, state, situation } = draft;
  const { now } = inputs;
  const inWindow = now >= situation.windowOpensAt && now <= situation.windowEndsAt;
  for (const feed of inputs.feeds) {
    const since = silentSince(feed, now);
    const told = state.silentFeeds.get(feed.feed);
    startGroup(draft);
    if (since !== null && told === undefined && inWindow) {
      push(draft, { kind: 'feed-silent', feed: feed.feed, since });
      const reason = feedState(feed, now) === 'broken' ? (feed.brokenReason ?? 'silent') : 'silent';
      tellOfFeed(draft, feed, 'broken', since, { 原因: reasonSlot(reason) });
    } else if (since === null && told !== undefined) {
      push(draft, { kind: 'feed-healed', feed: feed.feed, since: told });
      tellOfFeed(draft, feed, 'healed', feed.lastGoodAt ?? now, {});
    }
    startGroup(draft);
    if (inWindow && isUnreadNews(draft, feed)) {
      push(draft, { kind: 'finding', code: UNREADABLE, params: { feed: feed.feed, at: feed.unreadAt! } });
      tellOfFeed(draft, feed, 'entry', feed.unreadAt!, {});
    }
  }
}

/** Code of the finding that a feed said something which a person must read. */
const UNREADABLE = 'unreadable';

/** What the feed said since it was last told of, once that notice is no longer the newest word: an office in trouble says much. */
function isUnreadNews({ inputs, state }: Draft, { feed, unreadAt }: FeedRecord): boolean {
  const told = state.findings.findLast(({ code, params }) => code === UNREADABLE && params.feed === feed);
  if (unreadAt === undefined || inputs.now - unreadAt >= FEED_NOTICE_LASTS_MS) return false;
  return !told || (unreadAt > Number(told.params.at) && inputs.now - told.at >= FEED_NOTICE_LASTS_MS);
}

function tellOfFeed(
  draft: Draft,
  { feed }: FeedRecord,
  variant: 'broken' | 'healed' | 'entry',
  at: number,
  values: Wanted['values'],
): void {
  const { plan, exam, now } = draft.inputs;
  const { post, clause } = plan.feedSilence;
  const kind = variant === 'entry' ? 'unreadable' : 'feed-silent';
  tellPosts(draft, [post], {
    kind,
    template: `${kind}.${variant}@1`,
    clause,
    values: { 源: sourceSlot(feed), 时间: dayTime(at, exam.timeZone), ...values },
    deadline: now + FEED_NOTICE_LASTS_MS,
  });
}

/** When all has been calm long enough an end is proposed to a person; at the window's end it comes by itself. */
export function decideEnding(draft: Draft): void {
  const activation = openActivation(draft.state);
  if (!activation || draft.activationLevel !== null || draft.inForce.length > 0) return;
  const { inputs, state, situation } = draft;
  const { now, plan, exam } = inputs;
  if (openMatters(state).length > 0) return;
  startGroup(draft);
  if (now > situation.windowEndsAt) {
    push(draft, ...withdrawn(activation, null), ofActivation(draft, activation, 'window-over'), {
      kind: 'ended',
      activationId: activation.id,
    });
    return;
  }
  const closed = [...state.matters.values()].map(({ closedAt }) => closedAt ?? 0);
  const calm = calmSince(draft, activation);
  const since = calm === null ? null : Math.max(calm, ...closed);
  if (since === null || now - since < plan.ending.calmHours * HOUR || now < situation.lastEndsAt) return;
  const proposed = state.decisions.findLast(({ reason, at }) => reason === 'propose-end' && at >= since);
  const asked = [...state.notices.values()].findLast(
    ({ notice }) => notice.kind === 'confirm-end' && notice.createdAt >= since,
  );
  const last = asked?.notice.createdAt ?? proposed?.at ?? Number.NEGATIVE_INFINITY;
  if (now - last < plan.ending.remindHours * HOUR) return;
  if (!proposed) push(draft, ofActivation(draft, activation, 'propose-end'));
  tellPosts(draft, ['duty-officer'], {
    kind: 'confirm-end',
    template: onlyTemplate('confirm-end'),
    clause: plan.ending.clause,
    values: { 时间: dayTime(since, exam.timeZone), 码: nextCode(draft) },
    deadline: now + plan.ending.remindHours * HOUR,
  });
}

/**
 * Since when nothing has been in force while somebody could have seen it: hours in which every feed that carried a
 * warning of the activation was silent do not count. Null while none of them can be seen.
 */
function calmSince({ inputs, state, joined, situation }: Draft, { warnings }: Activation): number | null {
  if (state.lastCalmAt === null) return null;
  const threads = new Set(situation.assessed.map(({ thread }) => thread));
  const ours = [...threads].flatMap(({ revisions }) =>
    revisions.some(({ id }) => joined.has(id)) ? revisions : [],
  );
  const carriers = new Set(ours.flatMap(({ feeds }) => feeds));
  const known = inputs.feeds.filter(({ feed }) => carriers.has(feed));
  if (known.length === 0 || warnings.size === 0) return state.lastCalmAt;
  const seeing = known.filter((feed) => canSee(feed, inputs.now));
  if (seeing.length === 0) return null;
  const seenSince = ({ feed }: FeedRecord): number =>
    state.silentFeeds.has(feed) ? inputs.now : (state.healedAt.get(feed) ?? Number.NEGATIVE_INFINITY);
  return Math.max(state.lastCalmAt, Math.min(...seeing.map(seenSince)));
}

/** Tasks that an end leaves undone; last reports and answers to directives are owed beyond it. */
export function withdrawn(activation: Activation, by: string | null): Effect[] {
  return [...activation.tasks.values()]
    .filter((task) => isPlanStep(task.step) && isOpen(task))
    .map((task) => ({ kind: 'task-state', taskId: task.id, state: 'withdrawn', by }));
}

function ofActivation(draft: Draft, { id }: Activation, reason: Reason): Effect {
  return {
    kind: 'reason',
    warningId: null,
    reason,
    clause: draft.inputs.plan.ending.clause,
    activationId: id,
    evidence: { hoursToFirst: hoursToFirst(draft) },
  };
}

const EXERCISE_OVER = 'exercise.end@1';

/** Once it is over everybody who took part hears that what comes next is real. */
export function decideExerciseEnd(draft: Draft): void {
  const { inputs, state } = draft;
  if (!isExercise(inputs.exam)) return;
  const endsNow = draft.groups.flat().some(({ kind }) => kind === 'ended');
  const endedAt = endsNow ? inputs.now : (lastActivation(state)?.endedAt ?? null);
  if (endedAt === null) return;
  const said = [...state.notices.values()].some(
    ({ notice }) => notice.template === EXERCISE_OVER && notice.createdAt >= endedAt,
  );
  if (said) return;
  startGroup(draft);
  for (const sites of [null, draft.situation.sites.map(({ id }) => id)]) {
    const holds = (post: Post): boolean => (sites ?? [null]).some((site) => staffed(draft, post, site) > 0);
    const posts = POSTS.filter((post) => SITE_POSTS.includes(post) === (sites !== null) && holds(post));
    if (posts.length === 0) continue;
    addNotice(draft, {
      kind: 'exercise',
      template: EXERCISE_OVER,
      clause: inputs.plan.ending.clause,
      audience: { who: 'posts', posts, sites },
      values: { 时间: dayTime(endedAt, inputs.exam.timeZone) },
      deadline: inputs.now + STAFF_NOTICE_LASTS_MS,
    });
  }
}
