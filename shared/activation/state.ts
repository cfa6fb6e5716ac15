/** What a chain folds to: what has been decided, told and done so far. */
import {
  type CallOutcome,
  type Counts,
  type Hold,
  NOT_CALLED,
  type Notice,
  unreachedOf,
} from '../notice/notice.ts';
import type { Cell, Census, Post } from '../plan/exam.ts';
import type { HandWord } from '../warning/record.ts';
import { type FeedId, type Level, rank } from '../warning/warning.ts';
import type { Consent } from './consent.ts';
import type { Document } from './documents.ts';
import {
  type Effect,
  type FollowUp,
  REFUSALS,
  type Reason,
  type SiteLevel,
  type StopReason,
  type Versions,
  type WorkId,
} from './events.ts';
import type { Matter } from './matter.ts';

/** Something that a post has to do by a time. */
export interface Assignment {
  id: string;
  clause: string;
  siteId: string | null;
  post: Post;
  code: string;
  openedAt: number;
  /** When it was last handed out: opened, or given less time by a raise. */
  givenAt: number;
  dueAt: number;
  /** Posts that were reminded of it since. */
  reminded: Post[];
  /** Posts above its owner, or in a vacant owner's place, that were told of it, and when the last of them was. */
  escalated: Post[];
  escalatedAt: number | null;
  acknowledgedAt: number | null;
  doneAt: number | null;
  overdueAt: number | null;
  withdrawnAt: number | null;
}

/** A step of the plan in an activation. */
export interface Task extends Assignment {
  step: WorkId;
  /** Of a playbook's step. */
  title?: string;
  level: Level;
}

/** An item of the readiness set, outside any activation. */
export interface Preparation extends Assignment {
  item: string;
}

export type NoticeState = 'held' | 'sending' | 'paused' | 'stopped' | 'closed';

export interface NoticeRecord {
  notice: Notice;
  state: NoticeState;
  hold: Hold | null;
  releasedAt: number | null;
  stoppedAt: number | null;
  stoppedFor: StopReason | null;
  counts: Counts | null;
  /** People whom its call lists have named so far. */
  listed: number;
  /** The last call to each person of the call list. */
  calls: Map<string, { at: number; outcome: CallOutcome }>;
  /** What officers asked for, and the number of the notice that answers it. */
  followUps: (FollowUp & { no: string | null })[];
}

export interface Activation {
  id: string;
  openedAt: number;
  /** What started it, where that was entered by hand. */
  by: string | null;
  endedAt: number | null;
  versions: Versions;
  level: Level | null;
  levels: { at: number; level: Level | null }[];
  warnings: Set<string>;
  tasks: Map<string, Task>;
  /** Earlier rounds of the steps that follow a clock, as they stood when the next one began. */
  rounds: Task[];
}

export type DecisionEntry = Extract<Effect, { kind: 'reason' }> & { at: number };

/** The parts of the next census that have come. */
export interface Incoming {
  census: Census;
  added: Cell[];
  parts: number;
}

/** When the level over a place last began from nothing, when it last rose, and when and from what it fell to nothing. */
export interface Span {
  began: number;
  rose: number;
  passed: { at: number; from: Level } | null;
}

/** Key of the whole district among its sites. */
export const DISTRICT = '-';

export interface State {
  chain: string;
  seq: number;
  hash: string;
  at: number;
  examVersion: string | null;
  planVersion: string | null;
  census: Census | null;
  incoming: Incoming | null;
  /** Cells with people added by a roster version after they were told. */
  cellsAdded: Map<string, number>;
  activations: Activation[];
  preparations: Map<string, Preparation>;
  decisions: DecisionEntry[];
  /** Last reason of each warning revision. */
  reasons: Map<string, Reason>;
  siteLevels: Map<string, SiteLevel>;
  /** By site, and by DISTRICT for the activation. */
  spans: Map<string, Span>;
  notices: Map<string, NoticeRecord>;
  /** Those of them from which anything may still follow: the others are history, which no decision reads through. */
  unfinished: Map<string, NoticeRecord>;
  /** Candidate notices of each site since its last all-clear. */
  toldAt: Map<string, string[]>;
  /** Candidate notices of each site from the first. */
  everToldAt: Map<string, string[]>;
  /** Highest rank that the staff of a site were reminded of while something was in force there. */
  staffTold: Map<string, number>;
  /** When a post at a place (`post@site`) was last reminded of its work or told of another's. */
  pressedAt: Map<string, number>;
  silentFeeds: Map<FeedId, number>;
  /** Since when the carrier is known to be broken. */
  brokenAt: number | null;
  /** When a feed that had been silent was last seen again. */
  healedAt: Map<FeedId, number>;
  lastCode: number;
  lastCalmAt: number | null;
  /** What officers said of warnings, by place in the chain. */
  words: { key: string; warningId: string; word: HandWord }[];
  consents: Map<string, Consent>;
  matters: Map<string, Matter>;
  documents: Map<string, Document>;
  findings: { at: number; code: string; params: Record<string, string | number> }[];
}

export function emptyState(chain: string, genesis: string): State {
  return {
    chain,
    seq: 0,
    hash: genesis,
    at: Number.NEGATIVE_INFINITY,
    examVersion: null,
    planVersion: null,
    census: null,
    incoming: null,
    cellsAdded: new Map(),
    activations: [],
    preparations: new Map(),
    decisions: [],
    reasons: new Map(),
    siteLevels: new Map(),
    spans: new Map(),
    notices: new Map(),
    unfinished: new Map(),
    toldAt: new Map(),
    everToldAt: new Map(),
    staffTold: new Map(),
    pressedAt: new Map(),
    silentFeeds: new Map(),
    brokenAt: null,
    healedAt: new Map(),
    lastCode: 0,
    lastCalmAt: null,
    words: [],
    consents: new Map(),
    matters: new Map(),
    documents: new Map(),
    findings: [],
  };
}

/** Reasons that make a warning part of the activation. */
export const JOINING: ReadonlySet<Reason> = new Set(['activate', 'attach', 'raise', 'lower', 'continue']);

/** The span of a place after its level went from `before` to `after` at `at`. */
export function spanAfter(
  state: Pick<State, 'spans'>,
  place: string,
  before: Level | null,
  after: Level | null,
  at: number,
): Span {
  const was = state.spans.get(place) ?? { began: at, rose: at, passed: null };
  if (after === null && before !== null) return { ...was, passed: { at, from: before } };
  if (rank(after) <= rank(before)) return was;
  return { began: before === null ? at : was.began, rose: at, passed: null };
}

/** A post at a site, or with null for the whole district: as the census names it. */
export function placeKey(post: string, site: string | null): string {
  return `${post}@${site ?? DISTRICT}`;
}

/** The open activation, or null. */
export function openActivation(state: State): Activation | null {
  const last = state.activations[state.activations.length - 1];
  return last && last.endedAt === null ? last : null;
}

/** The open activation, or the last: what is owed after an end still belongs to it. */
export function lastActivation(state: State): Activation | null {
  return state.activations[state.activations.length - 1] ?? null;
}

/** All that was handed out in an activation: the rounds that came before, then the tasks as they stand. */
export function tasksOf({ rounds, tasks }: Activation): Task[] {
  return [...rounds, ...tasks.values()];
}

/** The tasks of the last activation, and what was owed before it and is owed still: last reports, answers. */
export function tasksAtHand({ activations }: State): Task[] {
  const last = activations.length - 1;
  return activations.flatMap(({ tasks }, place) =>
    [...tasks.values()].filter((task) => place === last || isOpen(task)),
  );
}

export function taskId(activationId: string, step: WorkId, post: Post, site: string | null): string {
  return `${activationId}/${step}/${site ?? post}`;
}

export function preparationId(item: string, post: Post, site: string | null): string {
  return `readiness/${item}/${site ?? post}`;
}

/** A task or a preparation by its id; last reports may be owed from before the activation that is open now. */
export function assignment(state: State, id: string): Assignment | undefined {
  const holder = state.activations.findLast(({ tasks }) => tasks.has(id));
  return holder?.tasks.get(id) ?? state.preparations.get(id);
}

/** `overdue` is shown until the work is done; an acknowledgement keeps its own time beside it. */
export function taskState(task: Assignment): 'open' | 'acknowledged' | 'done' | 'overdue' | 'withdrawn' {
  if (task.doneAt !== null) return 'done';
  if (task.withdrawnAt !== null) return 'withdrawn';
  if (task.overdueAt !== null) return 'overdue';
  return task.acknowledgedAt !== null ? 'acknowledged' : 'open';
}

/** Whether it is still to be done: neither done nor withdrawn. */
export function isOpen({ doneAt, withdrawnAt }: Pick<Assignment, 'doneAt' | 'withdrawnAt'>): boolean {
  return doneAt === null && withdrawnAt === null;
}

/** Whether it sends no more and everybody is accounted for. */
export function isSettled(record: NoticeRecord): boolean {
  return record.counts !== null || (record.state === 'stopped' && record.releasedAt === null);
}

/** Whether nothing follows from it any more: no sending, no follow-up that was asked for, no call list. */
export function isFinished(record: NoticeRecord): boolean {
  const { notice, counts, listed, followUps } = record;
  const awaitsCalls = counts !== null && unreachedOf(counts) > listed && !NOT_CALLED.has(notice.kind);
  return isSettled(record) && !awaitsCalls && followUps.every(({ no }) => no !== null);
}

/** Whether a person stopped or rejected it. */
export function isRefused({ stoppedFor }: NoticeRecord): boolean {
  return REFUSALS.some((why) => why === stoppedFor);
}

/** Whether it goes on being sent, or would if nobody had paused it. */
export function isSending({ state }: NoticeRecord): boolean {
  return state === 'sending' || state === 'paused';
}

/** Notices that were released and are not accounted for yet. */
export function* openNotices(state: State): Generator<NoticeRecord> {
  for (const record of state.unfinished.values()) {
    if (record.releasedAt !== null && record.counts === null) yield record;
  }
}

/** How many parts of a census version have come. */
export function incomingParts({ incoming }: State, version: string): number {
  return incoming?.census.version === version ? incoming.parts : 0;
}
