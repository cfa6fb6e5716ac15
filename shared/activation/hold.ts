/** When a text to candidates must wait, and until when. Every rule is a function of level and time alone. */

import type { HeldFor, Hold } from '../notice/notice.ts';
import type { Session } from '../plan/exam.ts';
import type { Plan } from '../plan/plan.ts';
import { atMinute, clockMinutes, dayNumber, HOUR, MINUTE, minuteOfDay } from '../time.ts';
import type { Revision } from '../warning/record.ts';
import { type FeedId, type Level, rank } from '../warning/warning.ts';

type Rules = Plan['candidates'];

/**
 * End of the quiet hours that hold at `now` for a text of this level, or null. Red passes; orange has
 * shorter hours; the rest waits until 06:00 on a day with any session, else 07:30.
 */
export function quietUntil(
  quiet: Rules['quiet'],
  level: Level,
  now: number,
  zone: string,
  sessions: readonly Session[],
): number | null {
  if (level === 'red') return null;
  const from = clockMinutes(level === 'orange' ? quiet.orangeFrom : quiet.from);
  const ahead = minuteOfDay(now, zone) >= from ? 1 : 0;
  const day = dayNumber(now, zone) + ahead;
  const examDay = sessions.some((session) => dayNumber(session.startsAt, zone) === day);
  const rest = examDay ? quiet.untilExamDay : quiet.untilOtherDay;
  return nightEnd(from, clockMinutes(level === 'orange' ? quiet.orangeUntil : rest), now, zone);
}

/** End of the night at `now` that is from one minute of the day until one of the next; null by day. */
function nightEnd(from: number, until: number, now: number, zone: string): number | null {
  const minute = minuteOfDay(now, zone);
  if (minute < from && minute >= until) return null;
  return atMinute(now, until, zone, minute >= from ? 1 : 0);
}

/** Blue and yellow wait together from first sight, so that of signals issued together one is sent. */
export function togetherUntil(rules: Rules, level: Level, firstSeenAt: number): number | null {
  return level === 'blue' || level === 'yellow' ? firstSeenAt + rules.togetherMinutes * MINUTE : null;
}

/**
 * Until when a reminder waits for an officer, or null if the warning may be told without one: an official feed or
 * two feeds, an issuer that contains its area, a plausible time of issue.
 */
export function approvalUntil(
  rules: Rules,
  revision: Revision,
  isOfficial: (feed: FeedId) => boolean,
): number | null {
  if (revision.enteredBy !== null) return null;
  const vouched = revision.feeds.some(isOfficial) || revision.feeds.length >= 2;
  const contained = !revision.warning.issues.some((each) => each.code === 'issuer-outside-area');
  const { issuedAt } = revision.warning;
  const age = issuedAt === null ? null : revision.firstSeenAt - issuedAt;
  const { beforeMinutes, afterMinutes } = rules.plausibleIssue;
  const plausible = age !== null && age <= beforeMinutes * MINUTE && age >= -afterMinutes * MINUTE;
  return vouched && contained && plausible ? null : revision.firstSeenAt + rules.approvalMinutes * MINUTE;
}

/** A reminder or summary that went out. */
export interface Sent {
  no: string;
  at: number;
  rank: number;
}

/**
 * When a text may follow those `sent` to the same people, or null. A level above all of those that a bound
 * counts is a raise and never held by it; the cap leaves out red. An officer may let it go before.
 */
export function ceilingUntil(
  { caps, ceiling }: Rules,
  level: Level,
  sent: readonly Sent[],
  openedAt: number,
  now: number,
  zone: string,
): number | null {
  const exceeds = (counted: readonly Sent[], bound: number): boolean =>
    counted.length >= bound && counted.some((each) => each.rank >= rank(level));
  const lastHour = sent.filter(({ at }) => at > now - HOUR).sort((a, b) => a.at - b.at);
  const today = sent.filter(({ at }) => dayNumber(at, zone) === dayNumber(now, zone));
  const activation = sent.filter(({ at }) => at >= openedAt);
  const isCapped =
    level !== 'red' && (exceeds(today, caps.perDay) || exceeds(activation, caps.perActivation));
  if (isCapped || exceeds(today, ceiling.perDay)) return atMinute(now, 0, zone, 1);
  if (!exceeds(lastHour, ceiling.perHour)) return null;
  return lastHour[lastHour.length - ceiling.perHour]!.at + HOUR;
}

/** The hold that ends last of those that still hold at `now`; null if none does. */
export function binding(now: number, holds: readonly (readonly [HeldFor, number | null])[]): Hold | null {
  let last: Hold | null = null;
  for (const [reason, until] of holds) {
    if (until !== null && until > now && until > (last?.until ?? 0)) last = { for: reason, until };
  }
  return last;
}

/** The staff's night rule: until when blue and yellow wait for the morning, or null. */
export function nightUntil(
  night: Plan['night'],
  level: Level,
  now: number,
  zone: string,
  firstAt: number,
): number | null {
  if (level === 'orange' || level === 'red' || now >= firstAt - night.untilHoursBeforeFirst * HOUR)
    return null;
  return nightEnd(clockMinutes(night.from), clockMinutes(night.until), now, zone);
}
