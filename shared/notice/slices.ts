/** A notice as senders see it: the projected item, its audience frozen in slices, and pointers to open work. */
import { SLICE_PEOPLE_MAX } from '../limits.ts';
import type { Exam, Session } from '../plan/exam.ts';
import { MINUTE } from '../time.ts';
import { rank } from '../warning/warning.ts';
import type { Counts, Lane, Notice } from './notice.ts';

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
  /** From admission to the end of each paper: nothing is published then (plan §4). */
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
 * Cuts an audience into slices numbered from `first`. The same people at the same `notice.createdAt` give the
 * same slices: people of one number (and one wording) become one member that keeps the papers of all of them.
 */
export function cutSlices(
  exam: Exam,
  chain: string,
  notice: Notice,
  addressees: Addressee[],
  wordingOf: (siteId: string | null) => Wording,
  first: number,
): Slice[] {
  const groups = new Map<string, { siteId: string | null; sessions: Session[]; members: Member[] }>();
  for (const shared of byNumber(addressees, wordingOf)) {
    const [lead, ...others] = shared;
    const ids = new Set(shared.flatMap((one) => one.sessionIds));
    const sessions = exam.sessions.filter((one) => ids.has(one.id) && one.endsAt > notice.createdAt);
    const key = [lead.siteId ?? '-', ...sessions.map((one) => one.id)].join('|');
    const group = groups.get(key) ?? { siteId: lead.siteId, sessions, members: [] };
    groups.set(key, group);
    const also = others.map((one) => one.id);
    group.members.push(lead.told ? { id: lead.id, also, told: lead.told } : { id: lead.id, also });
  }
  const slices: Slice[] = [];
  for (const { siteId, sessions, members } of groups.values()) {
    const deadline = deadlineOf(notice, sessions);
    for (const people of packs(members)) {
      slices.push({
        pk: noticeKey(chain, notice.no),
        sk: String(first + slices.length).padStart(4, '0'),
        lane: notice.lane,
        siteId,
        sessionIds: sessions.map((one) => one.id),
        papers: sessions.map((one) => ({ from: one.admitFrom, until: one.endsAt })),
        deadline,
        urgency: urgencyOf(deadline, notice),
        ...wordingOf(siteId),
        people,
        token: '',
        leaseUntil: 0,
      });
    }
  }
  return slices;
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
 * Candidates: when the next admission opens. Those told before: at the end of the last paper. Both never
 * after the warning's end (candidates) or the notice's own deadline.
 */
function deadlineOf(notice: Notice, sessions: Session[]): number {
  const bounds = [notice.deadline];
  if (notice.audience.who === 'candidates') {
    const next = sessions.find((one) => one.admitFrom > notice.createdAt);
    if (next) bounds.push(next.admitFrom);
    if (notice.validUntil !== null) bounds.push(notice.validUntil);
  }
  if (notice.audience.who === 'told' && sessions.length > 0) {
    bounds.push(Math.max(...sessions.map((one) => one.endsAt)));
  }
  return Math.min(...bounds);
}

/** People of one number and one wording together, each group in order of person id, groups in order of their first. */
function byNumber(
  addressees: Addressee[],
  wordingOf: (siteId: string | null) => Wording,
): [Addressee, ...Addressee[]][] {
  const groups = new Map<string, [Addressee, ...Addressee[]]>();
  const inOrder = addressees.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  for (const one of inOrder) {
    const key = `${one.phone} ${wordingOf(one.siteId).text}`;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()];
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

function packs(members: Member[]): Member[][] {
  const out: Member[][] = [];
  let people = 0;
  for (const member of members) {
    people += weight(member);
    const last = out.at(-1);
    if (last && people <= SLICE_PEOPLE_MAX) {
      last.push(member);
    } else {
      out.push([member]);
      people = weight(member);
    }
  }
  return out;
}
