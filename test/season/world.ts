/**
 * A season as one value: exams, people, what the weather offices really did, how each feed told of it, and what
 * breaks when. Plain data, so that a failing season can be cut down piece by piece and written to a file.
 */
import type { Exam, Person } from '../../shared/plan/exam.ts';
import { SECOND } from '../../shared/time.ts';
import type { FeedId, Hazard, Level } from '../../shared/warning/warning.ts';

export const SEASON_FEEDS = ['cap', 'gjzwfw', 'nmc-alarm'] as const satisfies FeedId[];
export type SeasonFeed = (typeof SEASON_FEEDS)[number];

/** What a provincial text names; a city's or county's means its own division. */
export type Naming = 'own' | 'whole' | 'city' | 'coast' | 'elsewhere';

/** One message of an office, as it was really issued. */
export interface Message {
  id: string;
  /** The event it belongs to: what threads should find again. */
  story: string;
  status: 'actual' | 'exercise';
  action: 'issue' | 'update' | 'cancel';
  hazard: Hazard;
  level: Level;
  /** A grade without a colour (台风预警Ⅳ级) is another product. */
  product: 'signal' | 'level';
  office: string;
  /** Division of the office. */
  adcode: string;
  naming: Naming;
  issuedAt: number;
  expiresAt: number | null;
  references: string[];
  /** When each feed begins to show it; absent: never. */
  shownAt: Partial<Record<SeasonFeed, number>>;
  /** When the feed that lists what is in force stops listing it; null: never. */
  goneAt: number | null;
  /** A feed that names another colour than the office did. */
  misread: Partial<Record<SeasonFeed, Level>>;
}

/**
 * What a feed does instead of telling the truth. `stale` repeats what it said when it began; `bad-entry` garbles one
 * entry; `drops` leaves entries out of a well-formed answer, `empties` all of them.
 */
export interface FeedTrouble {
  feed: SeasonFeed;
  from: number;
  until: number;
  kind: 'timeout' | 'html' | 'empty' | 'truncated' | 'stale' | 'bad-entry' | 'drops' | 'empties';
}

/** Shares of port calls that go wrong in each way; what is left answers at once. */
export interface CallShares {
  crash: number;
  failBefore: number;
  failAfter: number;
  /** Answers after seconds, its effect at once or as late. */
  late: number;
}

/** How far off a process's clock may be, either way, ms. */
export const CLOCK_STEP_MS = 20 * SECOND;

/** A span in which the machinery is rough: processes, store, queue, clocks. */
export interface Rough {
  from: number;
  until: number;
  calls: CallShares;
  /** Shares of hints. */
  hints: { lost: number; doubled: number; delayed: number };
  /** When it is over, every process is gone at once and begun anew. */
  restart: boolean;
  /** Two pollers and two sweeps at once. */
  twins: boolean;
  /** One process in two runs with its clock this far off, ms. */
  clockStepMs: number;
}

/** A span in which the carrier is not well. */
export interface CarrierTrouble {
  from: number;
  until: number;
  outage: boolean;
  lose: number;
  throttle: number;
  undelivered: number;
  undeliveredBecause: string;
  /** Share of receipts that come minutes to days late, or never. */
  lateReceipts: number;
}

/** What an officer means to do; which task or notice it hits is found when the time has come. */
export interface PlannedAct {
  at: number;
  personId: string;
  does:
    | 'acknowledge'
    | 'done'
    | 'approve'
    | 'reject'
    | 'stop'
    | 'pause'
    | 'resume'
    | 'confirm-warning'
    | 'end'
    | 'enter-warning'
    | 'measure'
    | 'incident'
    | 'consent'
    | 'tick'
    | 'correct';
  /** What is typed into it, where that does not hang on how things stand by then. */
  with?: Record<string, unknown>;
  /** Of tasks: every one that is open, not the first alone. */
  every?: true;
}

export interface RosterVersion {
  at: number;
  examId: string;
  version: string;
  people: Person[];
}

/** A version of the plan that the office adopts: the same numbers under another name. */
export interface PlanVersion {
  at: number;
  examId: string;
  version: string;
}

export interface World {
  seed: number;
  start: number;
  end: number;
  exams: Exam[];
  /** In order of time; the first of each exam at `start`. */
  rosters: RosterVersion[];
  plans: PlanVersion[];
  messages: Message[];
  feedTroubles: FeedTrouble[];
  rough: Rough[];
  carrier: CarrierTrouble[];
  /** What the carrier's account may send, and the office has been granted. */
  partsPerSecond: number;
  /** Numbers that the carrier refuses for good. */
  refused: string[];
  acts: PlannedAct[];
  /** Writes that the index of the store stays behind. */
  indexLag: number;
}
