/** A notice as senders see it: the projected item, its audience frozen in slices, and pointers to open work. */
import { SLICE_PEOPLE_MAX } from '../limits.ts';
import type { Exam, Session } from '../plan/exam.ts';
import { MINUTE } from '../time.ts';
import { rank } from '../warning/warning.ts';
import { type Counts, isOfWeather, type Lane, type Notice, type SmsSpan } from './notice.ts';

/** Sort key of the slice of canaries. */
export const CANARY_SLICE = '0000';

/** People above which a few officers get the text first (design: a wrong text or a dead line harms few). */
export const CANARY_OVER_PEOPLE = 1_000;

/** Numbers that try the line. */
export const CANARIES_MAX = 3;

/** How long the audience may wait for them: red may not wait longer than one sweep. */
export const CANARY_HOLD_MS = 10 * MINUTE;
export const CANARY_HOLD_RED_MS = MINUTE;

/** A canary's receipt is late after this. */
export const CANARY_RECEIPT_MS = 2 * MINUTE;

export type SendState = 'sending' | 'paused' | 'stopped';

/** What senders need of one notice, projected from the chain. */
export type NoticeItem = {
  /** The chain: exam#district. */
  pk: string;
  /** The notice's number. */
  sk: string;
  notice: Notice;
  examId: string;
  /** The version whose numbers are used; the audience stays the one that was frozen. */
  rosterVersion: string;
  state: SendState;
  /** When the audience was frozen whole; null until then, and nothing may close before. */
  frozenAt: number | null;
  /** People, and slices, once frozen. */
  audience: number;
  slices: number;
  /** Until one of these officers' SMS is accepted, or until then, the audience waits; null where nobody tries first. */
  gate: { canaries: string[]; until: number } | null;
  /** The rows as the last sweep found them, for pages; null before the first. */
  found: { counts: Counts; sms: SmsSpan | null } | null;
  closed: (Counts & { digest: string }) | null;
};

/** One number to be told: by person id, with those who share the number. */
export type Member = {
  id: string;
  also: string[];
  /** An officer who tries the line before the audience is told, and is not part of it. */
  canary?: true;
  /** Where the number is looked up that was told before; absent means in the roster. */
  told?: { no: string; id: string };
};

/** Up to 500 people of one site who sit the same papers from now on. */
export type Slice = {
  /** The chain and the notice's number. */
  pk: string;
  sk: string;
  lane: Lane;
  /** Null for staff of the whole district. */
  siteId: string | null;
  /** Papers that had not ended when the audience was frozen, in order; empty for staff. */
  sessionIds: string[];
  /** From admission to the end of each paper: nothing is published then. */
  papers: { from: number; until: number }[];
  /** Nothing is published at or after this instant. */
  deadline: number;
  urgency: string;
  /** Rendered once, so that a second attempt says the very same. */
  text: string;
  parts: number;
  people: Member[];
  /** Lease of the sender at work on it, in machine time. */
  token: string;
  leaseUntil: number;
};

/** A pointer to a slice with work; the sweep lays it again where it is missing. */
export type WorkItem = {
  pk: Lane;
  sk: string;
  chain: string;
  no: string;
  slice: string;
};

/** Somebody to be told, before those of one number are put together. */
export interface Addressee {
  id: string;
  phone: string;
  siteId: string | null;
  sessionIds: string[];
  told?: { no: string; id: string };
}

export interface Wording {
  text: string;
  parts: number;
}

export type WordingOf = (siteId: string | null) => Wording;

/** Members of one site with the same papers to come, and the people behind them. */
interface Group {
  siteId: string | null;
  sessions: Session[];
  members: Member[];
  people: number;
}

/** Key of everything that belongs to one notice of a chain. */
export function noticeKey(chain: string, no: string): string {
  return `${chain}#${no}`;
}

export function rosterKey(examId: string, version: string, siteId: string | null): string {
  return `${examId}#${version}#${siteId ?? '-'}`;
}

export function peopleOf({ id, also, canary }: Omit<Member, 'told'>): string[] {
  return canary ? [] : [id, ...also];
}

/** Everybody who is to be told by these slices, by id. */
export function everybodyIn(slices: readonly Pick<Slice, 'people'>[]): string[] {
  return slices.flatMap(({ people }) => people.flatMap(peopleOf));
}

/** How many people one SMS to this member tells. */
export function weight({ also, canary }: Pick<Member, 'also' | 'canary'>): number {
  return canary ? 0 : 1 + also.length;
}

/** Where a slice stands in its lane: the soonest deadline first, then the higher level. */
export function urgencyOf(deadline: number, notice: Notice): string {
  return `${new Date(deadline).toISOString()}.${9 - rank(notice.level)}`;
}

export function pointerTo(slice: Slice): WorkItem {
  const [exam, district, no] = slice.pk.split('#');
  return {
    pk: slice.lane,
    sk: `${slice.urgency}#${slice.pk}#${slice.sk}`,
    chain: `${exam}#${district}`,
    no: no ?? '',
    slice: slice.sk,
  };
}

/**
 * Counts how many of an audience share a number and a wording: together they are one member. Given everybody before the
 * first is cut, as one who shares a number may come long after the other.
 */
export function numberCount(wordingOf: WordingOf): { add(one: Addressee): void; of(one: Addressee): number } {
  const byText = new Map<string, Map<string, number>>();
  function counts({ siteId }: Addressee): Map<string, number> {
    const { text } = wordingOf(siteId);
    const known = byText.get(text) ?? new Map<string, number>();
    byText.set(text, known);
    return known;
  }
  return {
    add(one) {
      counts(one).set(one.phone, this.of(one) + 1);
    },
    of: (one) => counts(one).get(one.phone) ?? 0,
  };
}

/**
 * Cuts an audience that is given one by one into slices numbered from `first`, each as soon as it is full; `sharing` is
 * how many have somebody's number and wording: one member, which keeps the papers of all of them. The same people in
 * the same order at the same `notice.createdAt` give the same slices.
 */
export function sliceCutter(
  exam: Exam,
  chain: string,
  notice: Notice,
  wordingOf: WordingOf,
  sharing: (one: Addressee) => number,
  first: number,
): { add(one: Addressee): Slice[]; rest(): Slice[] } {
  const groups = new Map<string, Group>();
  /** Those who share a number, until all of them have come. */
  const incomplete = new Map<string, [Addressee, ...Addressee[]]>();
  let number = first;

  function slice({ siteId, sessions, members }: Group): Slice {
    const deadline = deadlineOf(notice, sessions);
    return {
      pk: noticeKey(chain, notice.no),
      sk: String(number++).padStart(4, '0'),
      lane: notice.lane,
      siteId,
      sessionIds: sessions.map((one) => one.id),
      papers: sessions.map((one) => ({ from: one.admitFrom, until: one.endsAt })),
      deadline,
      urgency: urgencyOf(deadline, notice),
      ...wordingOf(siteId),
      people: members,
      token: '',
      leaseUntil: 0,
    };
  }

  function place([lead, ...others]: [Addressee, ...Addressee[]]): Slice[] {
    const ids = new Set([lead, ...others].flatMap((one) => one.sessionIds));
    const sessions = exam.sessions.filter((one) => ids.has(one.id) && one.endsAt > notice.createdAt);
    const key = [lead.siteId ?? '-', ...sessions.map((one) => one.id)].join('|');
    const member: Member = { id: lead.id, also: others.map((one) => one.id) };
    if (lead.told) member.told = lead.told;
    const group = groups.get(key) ?? { siteId: lead.siteId, sessions, members: [], people: 0 };
    const full = group.people > 0 && group.people + weight(member) > SLICE_PEOPLE_MAX;
    const kept = full ? { ...group, members: [], people: 0 } : group;
    kept.members.push(member);
    kept.people += weight(member);
    groups.set(key, kept);
    return full ? [slice(group)] : [];
  }

  return {
    add(one) {
      const count = sharing(one);
      if (count <= 1) return place([one]);
      const key = `${one.phone} ${wordingOf(one.siteId).text}`;
      const others = incomplete.get(key);
      if (others) others.push(one);
      const together = others ?? [one];
      incomplete.set(key, together);
      if (together.length < count) return [];
      incomplete.delete(key);
      return place(together);
    },
    rest() {
      const full = [...incomplete.values()].flatMap(place);
      return [...full, ...[...groups.values()].map(slice)];
    },
  };
}

/** Why nothing of this slice may be published now; null if it may. */
export function barred(
  state: SendState,
  slice: Pick<Slice, 'deadline' | 'papers'>,
  now: number,
): 'stopped' | 'paused' | 'expired' | 'paper' | null {
  if (state === 'stopped') return 'stopped';
  if (now >= slice.deadline) return 'expired';
  if (state === 'paused') return 'paused';
  return slice.papers.some(({ from, until }) => from <= now && now < until) ? 'paper' : null;
}

/**
 * Candidates who are told of a warning: when the next admission to one of these papers opens. What is told of the
 * exam itself outlasts that paper. Those told before: at the end of the last paper. None after the warning's end
 * (candidates) or the notice's own deadline.
 */
export function deadlineOf(notice: Notice, sessions: Session[]): number {
  const bounds = [notice.deadline];
  if (notice.audience.who === 'candidates') {
    const next = sessions.find((one) => one.admitFrom > notice.createdAt);
    if (next && isOfWeather(notice)) bounds.push(next.admitFrom);
    if (notice.validUntil !== null) bounds.push(notice.validUntil);
  }
  if (notice.audience.who === 'told' && sessions.length > 0) {
    bounds.push(Math.max(...sessions.map((one) => one.endsAt)));
  }
  return Math.min(...bounds);
}

/** The slice of those who try the line first: before everything else in its lane. */
export function canarySlice(
  chain: string,
  notice: Notice,
  people: readonly { id: string }[],
  wording: Wording,
): Slice {
  return {
    pk: noticeKey(chain, notice.no),
    sk: CANARY_SLICE,
    lane: notice.lane,
    siteId: null,
    sessionIds: [],
    papers: [],
    deadline: notice.deadline,
    urgency: urgencyOf(0, notice),
    ...wording,
    people: people.map(({ id }) => ({ id, also: [], canary: true })),
    token: '',
    leaseUntil: 0,
  };
}
