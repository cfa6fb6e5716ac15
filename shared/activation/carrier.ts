/** The carrier as the office must know it: broken, and mended. */
import type { Notice } from '../notice/notice.ts';
import { dayTime, HOUR, MINUTE } from '../time.ts';
import { type Draft, push, startGroup } from './draft.ts';
import { openNotices, type State } from './state.ts';
import { tellPosts } from './wanted.ts';

/** A carrier that breaks and mends again and again is told of once in this time; the record has every change. */
export const BREAKER_NOTICE_REST_MS = 30 * MINUTE;

/** Such a notice is worth sending for this long. */
export const BREAKER_NOTICE_LASTS_MS = 2 * HOUR;

/** A break is told where something was being sent; its end where it was told. */
export function decideCarrier(draft: Draft): void {
  const { inputs, state } = draft;
  const { carrier, now } = inputs;
  const { brokenAt } = state;
  startGroup(draft);
  if (carrier.broken !== null && brokenAt === null) {
    const interrupted = mostUrgent(state);
    if (!interrupted) return;
    push(draft, { kind: 'carrier-broken', why: carrier.broken });
    const told = lastTold(state);
    const rests = told !== undefined && now - told.createdAt < BREAKER_NOTICE_REST_MS;
    if (!rests) tell(draft, 'paused', interrupted.no);
  } else if (carrier.broken === null && brokenAt !== null) {
    push(draft, { kind: 'carrier-healed', since: brokenAt });
    const told = lastTold(state);
    if (told && told.createdAt >= brokenAt) tell(draft, 'resumed', told.slots.号 ?? told.no);
  }
}

/** The last notice about the carrier. */
function lastTold({ notices }: State): Notice | undefined {
  return [...notices.values()].findLast(({ notice }) => notice.kind === 'breaker')?.notice;
}

/** Of what is being sent, the soonest that would be late. */
function mostUrgent(state: State): Notice | undefined {
  return [...openNotices(state)]
    .map(({ notice }) => notice)
    .filter(({ kind }) => kind !== 'breaker')
    .sort((a, b) => a.deadline - b.deadline)[0];
}

function tell(draft: Draft, variant: 'paused' | 'resumed', about: string): void {
  const { plan, exam, now } = draft.inputs;
  tellPosts(draft, plan.telling.callPosts, {
    kind: 'breaker',
    template: `breaker.${variant}@1`,
    clause: plan.telling.clause,
    values: { 号: about, 时间: dayTime(now, exam.timeZone) },
    deadline: now + BREAKER_NOTICE_LASTS_MS,
  });
}
