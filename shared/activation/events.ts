/**
 * The record: one chain of events per (exam, district). An event carries its effects, not only its cause, so a
 * fold never works them out again with newer code. Nothing here names a person: people stand as roster ids.
 */
import type { CallOutcome, Counts, Hold, Notice } from '../notice/notice.ts';
import type { Cell, Census, Post } from '../plan/exam.ts';
import type { StepId } from '../plan/plan.ts';
import type { HandWord } from '../warning/record.ts';
import type { FeedId, Hazard, Level } from '../warning/warning.ts';
import type { Consent } from './consent.ts';
import type { Document } from './documents.ts';
import type { Matter } from './matter.ts';

export const REASONS = [
  'activate',
  'attach',
  'raise',
  'lower',
  'continue',
  'cancel',
  'lapse',
  'expire',
  'propose-end',
  'end',
  'superseded',
  'out-of-order',
  'outside-area',
  'outside-window',
  'below-threshold',
  'hazard-not-listed',
  'not-actual',
  'cannot-tell',
  'window-over',
] as const;
export type Reason = (typeof REASONS)[number];

/** What a reason rests on, enough to say it in a sentence later without the warning at hand. */
export interface Evidence {
  issuer?: string;
  hazardText?: string;
  hazard?: Hazard;
  level?: Level;
  issuedAt?: number | null;
  feeds?: FeedId[];
  /** Affected sites at that instant. */
  sites?: number;
  /** Hours from now to T, the exam's first session; negative after it. */
  hoursToFirst?: number;
  /** Whether it was already in force when its feed was read for the first time. */
  baseline?: boolean;
  /** Set where it was not enough that it may join what others start. */
  attachOnly?: true;
}

export interface Versions {
  exam: string;
  plan: string;
  roster: string;
  templates: string;
}

/** What is in force over a site. */
export interface SiteLevel {
  level: Level | null;
  /** Without what candidates are not told of by itself: grades, unknown colours. */
  candidates: Level | null;
  /** The 解除 that left nothing over the site and its candidates' homes: the ground of an all-clear. */
  liftedBy: string | null;
}

/** A step of the plan, or of a playbook: `I01.generator`. */
export type WorkId = StepId | `${string}.${string}`;

export function isPlanStep(work: WorkId): work is StepId {
  return !work.includes('.');
}

/** One task at one place; `site` is null for the district. The code is the {码} by which it is acknowledged. */
export interface TaskPlace {
  site: string | null;
  code: string;
}

/** What an officer asked for beside a notice: a correction to those reached, or the same text to those unknown. */
export interface FollowUp {
  what: 'correction' | 'send-again';
  template: string;
  /** The slots that the officer gave; the rest follow from the notice. */
  slots: Record<string, string>;
  by: string;
}

export type Effect =
  | { kind: 'adopted'; what: 'exam' | 'plan'; version: string }
  /** `added`: cells that gained people since the version before; they are told by the next decision. */
  | { kind: 'roster-adopted'; census: Census; added: Cell[] }
  /** Part of a census too large for one event; the same version's `roster-adopted` brings the last part. */
  | { kind: 'roster-part'; census: Census; added: Cell[] }
  /** `by`: what started it, where that was entered by hand. */
  | { kind: 'opened'; activationId: string; clause: string; by?: string; versions: Versions }
  | { kind: 'ended'; activationId: string }
  | {
      kind: 'reason';
      warningId: string | null;
      reason: Reason;
      clause: string | null;
      activationId: string | null;
      evidence: Evidence;
    }
  | { kind: 'site-levels'; sites: Record<string, SiteLevel> }
  | { kind: 'activation-level'; level: Level | null }
  | {
      kind: 'tasks-opened';
      step: WorkId;
      clause: string;
      post: Post;
      dueAt: number;
      level: Level;
      /** The step's clock struck: what a place had of it before was a round of its own. */
      struck?: boolean;
      places: TaskPlace[];
      /** Of a playbook's step, which the plan names nowhere else. */
      title?: string;
    }
  | { kind: 'tasks-due'; step: StepId; post: Post; dueAt: number; level: Level; sites: (string | null)[] }
  | {
      kind: 'task-state';
      taskId: string;
      state: 'acknowledged' | 'done' | 'overdue' | 'withdrawn';
      by: string | null;
    }
  | {
      kind: 'preparations-opened';
      item: string;
      clause: string;
      post: Post;
      dueAt: number;
      places: TaskPlace[];
    }
  /**
   * Owner, or who stands in, was reminded of work not yet confirmed; `climbs`: a post above the owner, or in place of a
   * vacant one, was told of work that is late or that nobody holds.
   */
  | { kind: 'tasks-pressed'; tasks: string[]; to: Post; climbs: boolean }
  | { kind: 'notice'; notice: Notice; hold: Hold | null }
  | { kind: 'notice-held'; no: string; hold: Hold }
  /** `approvedBy`: the person who let it go, where one did. */
  | { kind: 'notice-released'; no: string; deadline: number; approvedBy?: string }
  | { kind: 'notice-paused'; no: string }
  | { kind: 'notice-resumed'; no: string }
  | { kind: 'notice-stopped'; no: string; why: StopReason }
  | { kind: 'notice-closed'; no: string; counts: Counts; digest: string }
  /** The carrier takes no more than a probe now and then: too much went wrong, or the account is dry. */
  | { kind: 'carrier-broken'; why: 'outcomes' | 'no-quota' }
  | { kind: 'carrier-healed'; since: number }
  /** A large notice reckoned through before it goes out; `late` people would be told after their deadline. */
  | {
      kind: 'preflight';
      no: string;
      people: number;
      parts: number;
      /** In the plan's currency; null where the plan has no price. */
      cost: number | null;
      sites: Record<string, number>;
      /** Parts per second granted, and what would do for everybody. */
      rate: number;
      rateNeeded: number;
      finishAt: number;
      late: number;
    }
  /** Receipts that came after the closing moved its counts; their sum stays. */
  | { kind: 'notice-recounted'; no: string; counts: Counts }
  /** So many people of a closed notice were not reached, and the call list was handed to those who call. */
  | { kind: 'unreached'; no: string; people: number }
  /** One person of a closed notice's call list was called. */
  | { kind: 'called'; no: string; person: string; outcome: CallOutcome; by: string }
  /** An officer wants those of a notice told something more: the decision makes the notice. */
  | { kind: 'follow-up'; of: string; followUp: FollowUp }
  | { kind: 'feed-silent'; feed: FeedId; since: number }
  | { kind: 'feed-healed'; feed: FeedId; since: number }
  /** An officer's word on a warning: entered, confirmed or corrected by hand, and what it was read from. */
  | { kind: 'warning-word'; warningId: string; fields: HandWord['fields']; readFrom: string }
  /** Leave from above, as it stands by now: recorded, or its document followed. */
  | { kind: 'consent'; consent: Consent }
  | { kind: 'matter-opened'; matter: Matter }
  | { kind: 'matter-closed'; id: string }
  /** As it stands by now: drafted, reviewed or signed. */
  | { kind: 'document'; document: Document }
  /** Something the office should know that is neither a warning nor a task. */
  | { kind: 'finding'; code: string; params: Record<string, string | number> };

/** Effects in groups that each stand whole in one event: whatever is cut off after a group follows when asked again. */
export type Decision = Effect[][];

/** Why an officer stopped a notice: what a person has refused is not said again of the same warning. */
export const REFUSALS = ['rejected', 'stopped by an officer'] as const;

/** Why a notice is stopped of which an officer has put a value right: whoever it did not reach is still to be told. */
export const CORRECTED = 'corrected';

/** Why a notice was stopped: by an officer, or by the decision. */
export type StopReason =
  | (typeof REFUSALS)[number]
  | typeof CORRECTED
  | 'over'
  | 'raised'
  | 'lowered'
  | 'nothing in force'
  | 'decided again'
  | 'not approved';

/** What made the event happen. A person stands by roster id; `system` acts under the clause of each effect. */
export type Cause =
  | { kind: 'decided' }
  | { kind: 'settled' }
  | { kind: 'entered'; what: string }
  /** `entry`: hash of what the person typed, which lies in a personal table. */
  | { kind: 'act'; does: string; person: string; entry?: string };

export interface ChainEvent {
  seq: number;
  at: number;
  by: string;
  cause: Cause;
  effects: Effect[];
}

/** An event as it lies in the chain: its canonical JSON, sealed together with the hash before it. */
export interface SealedEvent {
  seq: number;
  json: string;
  hash: string;
  before: string;
}
