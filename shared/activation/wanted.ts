/** Notices in a decision: what is wanted now, what waits already, and bringing the two into line. */
import type {
  Audience,
  Hold,
  Lane,
  Notice,
  NoticeClass,
  NoticeKind,
  OrdinaryKind,
} from '../notice/notice.ts';
import type { SlotName } from '../notice/slots.ts';
import { slotsFor } from '../notice/templates.ts';
import { assert } from '../outcome.ts';
import type { Post } from '../plan/exam.ts';
import { isExercise } from '../plan/exercise.ts';
import type { Plan } from '../plan/plan.ts';
import { atMinute, localDay, MINUTE, pad } from '../time.ts';
import type { Level } from '../warning/warning.ts';
import { type Draft, findOnce, NUMBERS_MAX, push, staffed, stopNotice, vacant } from './draft.ts';
import { CORRECTED } from './events.ts';
import { isSame } from './seal.ts';
import type { Assessed } from './situation.ts';
import { isRefused, type NoticeRecord, placeKey } from './state.ts';

/** What a notice needs said; the rest follows from kind and level. */
export interface Wanted {
  kind: OrdinaryKind;
  template: string;
  clause: string;
  audience: Notice['audience'];
  level?: Level | null;
  /** The warning it speaks of, where it speaks of one. */
  of?: Assessed;
  values: Partial<Record<SlotName, string>>;
  siteSlots?: Record<string, Record<string, string>>;
  deadline: number;
  validUntil?: number | null;
  /** The person who asked for it; else it needs a standing approval. */
  askedBy?: string;
  matter?: string;
}

/** A notice as it should stand now: what it says, and what it waits for. */
export interface Wish {
  wanted: Wanted;
  hold: Hold | null;
}

/** Numbers the notice and records it; of staff, for those whose SMS of the day are not used up. */
export function addNotice(draft: Draft, wanted: Wanted, hold: Hold | null = null): void {
  // In an exercise only its own text is sent: reminders, escalations and calls stand in the record alone.
  if (isExercise(draft.inputs.exam) && wanted.kind !== 'exercise') return;
  const audience = hold === null ? withinDay(draft, wanted) : wanted.audience;
  if (audience !== null) enterNotice(draft, { ...wanted, audience }, hold);
}

function enterNotice(draft: Draft, wanted: Wanted, hold: Hold | null): void {
  draft.notices += 1;
  assert(draft.notices <= NUMBERS_MAX, 'notice numbers are used up');
  const no = pad(draft.notices, 4);
  const { level = null } = wanted;
  const notice: Notice = {
    no,
    kind: wanted.kind,
    class: noticeClass(wanted.kind, level),
    lane: laneOf(draft, wanted.audience),
    hazard: wanted.of?.revision.warning.hazard ?? null,
    level,
    warningId: wanted.of?.revision.id ?? null,
    ...(wanted.matter === undefined ? {} : { matter: wanted.matter }),
    clause: wanted.clause,
    template: wanted.template,
    slots: slotsFor(wanted.template, { 号: no, ...wanted.values }),
    siteSlots: wanted.siteSlots ?? {},
    audience: wanted.audience,
    approvedBy: wanted.askedBy ?? standingApproval(draft, wanted)?.id ?? null,
    createdAt: draft.inputs.now,
    deadline: wanted.deadline,
    validUntil: wanted.validUntil ?? null,
  };
  push(draft, { kind: 'notice', notice, hold: holdOf(draft, wanted, hold) });
}

/** What follows a notice goes as urgently as that did. */
function laneOf({ state }: Draft, audience: Audience): Lane {
  if (audience.who === 'posts') return audience.sites === null ? 'office' : 'staff';
  return audience.who === 'of' ? state.notices.get(audience.notice)!.notice.lane : 'candidates';
}

/** To those of the posts of the district that somebody holds; that nobody holds any of them is a finding. */
export function tellPosts(draft: Draft, all: readonly Post[], wanted: Omit<Wanted, 'audience'>): void {
  const posts = all.filter((post) => staffed(draft, post, null) > 0);
  if (posts.length === 0) vacant(draft, wanted.kind, all);
  else addNotice(draft, { ...wanted, audience: { who: 'posts', posts, sites: null } });
}

/** Places whose SMS of the day are used up are left out: their people are called. Null where none is left. */
function withinDay(draft: Draft, { kind, audience }: Wanted): Audience | null {
  if (audience.who !== 'posts') return audience;
  const { exam, plan, now } = draft.inputs;
  const sent = smsToday(draft);
  const { smsPerDay, keptForOrders } = plan.escalation;
  const most = kind === 'task-reminder' || kind === 'escalation' ? smsPerDay - keptForOrders : smsPerDay;
  const isFree = (post: Post, site: string | null): boolean => (sent.get(placeKey(post, site)) ?? 0) < most;
  const posts = audience.posts.filter((post) =>
    (audience.sites ?? [null]).some((site) => isFree(post, site)),
  );
  const sites = audience.sites?.filter((site) => posts.some((post) => isFree(post, site))) ?? null;
  const called = {
    posts: audience.posts.filter((post) => !posts.includes(post)).join(' '),
    sites: audience.sites?.filter((site) => !sites?.includes(site)).join(' ') ?? '',
  };
  if (called.posts !== '' || called.sites !== '')
    findOnce(draft, 'call-instead', { kind, ...called, day: localDay(now, exam.timeZone) });
  if (posts.length === 0) return null;
  const left = { ...audience, posts, sites };
  countSms(sent, left);
  return left;
}

/** SMS that went to each post at each place today. */
function smsToday(draft: Draft): Map<string, number> {
  if (draft.smsToday) return draft.smsToday;
  const { exam, now } = draft.inputs;
  const midnight = atMinute(now, 0, exam.timeZone);
  draft.smsToday = new Map();
  for (const { notice, releasedAt } of draft.state.notices.values()) {
    if (releasedAt !== null && releasedAt >= midnight) countSms(draft.smsToday, notice.audience);
  }
  return draft.smsToday;
}

function countSms(sent: Map<string, number>, audience: Audience): void {
  if (audience.who !== 'posts') return;
  for (const post of audience.posts) {
    for (const site of audience.sites ?? [null]) {
      const key = placeKey(post, site);
      sent.set(key, (sent.get(key) ?? 0) + 1);
    }
  }
}

function standingApproval({ inputs }: Draft, { template }: Wanted): Plan['approvals'][number] | undefined {
  return inputs.plan.approvals.find(({ templates }) => templates.includes(template));
}

/** Without a standing approval of its template version a notice waits for a person, as long as it means anything. */
function holdOf(draft: Draft, wanted: Wanted, hold: Hold | null): Hold | null {
  return wanted.askedBy !== undefined || standingApproval(draft, wanted)
    ? hold
    : { for: 'approval', until: wanted.deadline };
}

/**
 * Brings the notices that wait into line with what should stand now (decided again, not merely released).
 * One whose words and audience are still the same goes on waiting or goes out; another is stopped, and what is new
 * is added, unless a person has stopped the same words to the same people. Returns the wishes that go out now.
 */
export function settleWaiting(
  draft: Draft,
  waiting: readonly NoticeRecord[],
  wishes: readonly Wish[],
): Wish[] {
  const kept = new Set<NoticeRecord>();
  const fresh: Wish[] = [];
  const going: Wish[] = [];
  for (const wish of wishes) {
    if (wasRefused(draft, wish.wanted)) continue;
    const hold = afterCorrection(draft, wish.wanted, holdOf(draft, wish.wanted, wish.hold));
    if (hold === null) going.push(wish);
    const same = waiting.find((record) => !kept.has(record) && saysTheSame(draft, record, wish.wanted));
    if (!same) {
      fresh.push({ ...wish, hold });
      continue;
    }
    kept.add(same);
    const { no } = same.notice;
    if (hold === null) {
      // Held it had counted for no day: of those who have had their SMS meanwhile it is a text no longer.
      const audience = withinDay(draft, wish.wanted);
      if (isSame(audience, wish.wanted.audience))
        push(draft, { kind: 'notice-released', no, deadline: wish.wanted.deadline });
      else {
        stopNotice(draft, no, 'decided again');
        if (audience !== null) enterNotice(draft, { ...wish.wanted, audience }, null);
      }
    } else if (hold.for !== same.hold?.for || hold.until !== same.hold.until) {
      push(draft, { kind: 'notice-held', no, hold });
    }
  }
  for (const each of waiting) if (!kept.has(each)) stopNotice(draft, each.notice.no, 'decided again');
  for (const { wanted, hold } of fresh) addNotice(draft, wanted, hold);
  return going;
}

function wasRefused(draft: Draft, wanted: Wanted): boolean {
  return [...draft.state.notices.values()].some(
    (record) => isRefused(record) && saysTheSame(draft, record, wanted),
  );
}

function saysTheSame(draft: Draft, { notice }: NoticeRecord, wanted: Wanted): boolean {
  return (
    hasWords(notice, wanted) &&
    isSame(withoutTold(notice.audience), withoutTold(wanted.audience)) &&
    !hasOpened(draft, notice)
  );
}

function hasWords(notice: Notice, wanted: Wanted): boolean {
  const slots = slotsFor(wanted.template, { 号: notice.no, ...wanted.values });
  return (
    notice.level === (wanted.level ?? null) &&
    notice.template === wanted.template &&
    notice.warningId === (wanted.of?.revision.id ?? null) &&
    isSame(notice.slots, slots) &&
    isSame(notice.siteSlots, wanted.siteSlots ?? {})
  );
}

/** Words that an officer has just corrected are said again only if nobody set them right in the time for approvals. */
function afterCorrection({ inputs, state }: Draft, wanted: Wanted, hold: Hold | null): Hold | null {
  const same = [...state.notices.values()].findLast(
    ({ stoppedFor, notice }) => stoppedFor === CORRECTED && hasWords(notice, wanted),
  );
  const until = (same?.stoppedAt ?? 0) + inputs.plan.candidates.approvalMinutes * MINUTE;
  return until > Math.max(inputs.now, hold?.until ?? 0) ? { for: 'approval', until } : hold;
}

/** Who was told meanwhile elsewhere at the site changes nobody's words. */
function withoutTold(audience: Audience): Audience {
  return audience.who === 'candidates' ? { ...audience, dropTold: [] } : audience;
}

/** Whether an admission has opened since: the deadline of those admitted is past, so they need a notice of their own. */
function hasOpened(draft: Draft, { audience, createdAt }: Notice): boolean {
  if (audience.who !== 'candidates') return false;
  const ids = new Set(audience.cells.flatMap((cell) => cell.sessionIds));
  return draft.inputs.exam.sessions.some(
    ({ id, admitFrom }) => ids.has(id) && admitFrom > createdAt && admitFrom <= draft.inputs.now,
  );
}

const ALWAYS_ACTION: ReadonlySet<NoticeKind> = new Set([
  'duty',
  'escalation',
  'feed-silent',
  'shelter',
  'stay',
  'absentee-register',
  'all-clear',
  'correction',
  'exam-change',
  'confirm-end',
]);
const ACTION_WHEN_SEVERE: ReadonlySet<NoticeKind> = new Set([
  'candidate-reminder',
  'staff-reminder',
  'site-safety-check',
]);

/** Design §5: which notices may be sent a second time when the first answer was lost. */
export function noticeClass(kind: NoticeKind, level: Level | null): NoticeClass {
  const severe = level === 'orange' || level === 'red';
  return ALWAYS_ACTION.has(kind) || (severe && ACTION_WHEN_SEVERE.has(kind)) ? 'action' : 'information';
}
