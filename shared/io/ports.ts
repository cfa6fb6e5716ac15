/**
 * The edge, as types. Adapters are chosen once, in the composition root: the AWS clients in `io/`, their
 * in-memory twins in `io/memory/`. Both pass the same contract suites.
 */
import type { FeedId } from '../warning/warning.ts';
import type { TableName } from './tables.ts';

export interface Clock {
  /** Domain time: when things happen in the world the exam lives in. */
  now(): number;
  /** Machine time in ms: leases, pacing and time budgets. On AWS the two are one. */
  machine(): number;
  /** Waits `ms` of machine time. */
  sleep(ms: number): Promise<void>;
}

/** Uniform in [0, 1). Injected so that a run can be repeated to the byte. */
export type Random = () => number;

export type Item = Record<string, unknown>;
export interface Key {
  pk: string;
  sk: string;
}

/** One page of a query, by sort key. `next`, absent at the end, is the `after` of the next page. */
export interface Page<T> {
  items: T[];
  next?: string | undefined;
}

export interface QueryOptions {
  /** Only sort keys above this one, which need not be there. */
  after?: string | undefined;
  limit?: number;
}

/** Keys of one `getMany`, as many as one BatchGetItem takes. */
export const GET_MANY_KEYS_MAX = 100;

/** Items of one `putMany`, as many as one BatchWriteItem takes. */
export const PUT_MANY_ITEMS_MAX = 25;

/**
 * Tables of items under (pk, sk), all strings. Reads are strongly consistent, except `byIndex`, which may lag
 * and on which nothing may rely. Every write touches one item; conditions are equalities on top-level fields.
 */
export interface Store {
  get<T extends Item>(table: TableName, key: Key): Promise<(T & Key) | null>;
  /** Many items of one table; missing ones are left out; order is not kept. At most 100 keys. */
  getMany<T extends Item>(table: TableName, keys: Key[]): Promise<(T & Key)[]>;
  /**
   * False if the key is taken. After a lost answer an equal item found under the key counts as this one, so an
   * item that must have one writer carries that writer's token.
   */
  putIfAbsent(table: TableName, item: Item & Key): Promise<boolean>;
  /** Replaces the whole item if it exists and each field of `expected` has that value (null: is absent or null). */
  replaceIf(table: TableName, item: Item & Key, expected: Item): Promise<boolean>;
  /** Puts without a condition: only for items that one writer owns or whose content its key determines. */
  put(table: TableName, item: Item & Key): Promise<void>;
  /** Puts items of different keys, each as `put` does; after a fault some of them may stand. At most 25 items. */
  putMany(table: TableName, items: (Item & Key)[]): Promise<void>;
  remove(table: TableName, key: Key): Promise<void>;
  query<T extends Item>(table: TableName, pk: string, options?: QueryOptions): Promise<Page<T & Key>>;
  /** The table's one index (see tables.ts): items whose index field equals `value`. May lag. */
  byIndex<T extends Item>(table: TableName, value: string): Promise<(T & Key)[]>;
}

/**
 * `readings`: raw answers of feeds. `record`: the sealed copy of the chain, under object lock. `inbox`: what a relay
 * brings of feeds that cannot be reached from here, `inbox/<feed>/…`, until it is read. `rosters`: what offices hand in
 * about an exam and its people, and the reports on it.
 */
export const BUCKETS = ['readings', 'record', 'inbox', 'rosters'] as const;
export type BucketName = (typeof BUCKETS)[number];

/** Objects: raw readings, sealed chain segments, relayed answers. The first segment of a key is the name of its bucket. */
export interface Blobs {
  put(key: string, bytes: Uint8Array): Promise<void>;
  get(key: string): Promise<Uint8Array | null>;
  /** Keys in order. */
  list(prefix: string): Promise<string[]>;
  /** Removes an object, or finds none. */
  remove(key: string): Promise<void>;
}

export const QUEUES = ['expand', 'send'] as const;
export type QueueName = (typeof QUEUES)[number];

/** Hints only: losing, doubling or delaying one loses nothing (design: truth lives in tables). */
export interface Queue {
  hint(queue: QueueName, body: Record<string, string>): Promise<void>;
}

export type PublishOutcome =
  /** The carrier took it. */
  | { class: 'accepted'; messageId: string }
  /** A definite, permanent no. */
  | { class: 'refused'; reason: string }
  /** A definite no for now: throttled. Lowers the grant. */
  | { class: 'throttled'; reason: string }
  /** The request was never written: certain that nothing was sent. */
  | { class: 'not-sent'; reason: string }
  /** The answer was lost: neither sent nor unsent. */
  | { class: 'unknown'; reason: string };

export interface Carrier {
  /** One SMS, one attempt, no retry inside. `to` is E.164. Never throws for what the carrier or the network does. */
  publish(to: string, text: string): Promise<PublishOutcome>;
}

/** What the carrier says later of one SMS. */
export interface Receipt {
  messageId: string;
  status: 'SUCCESS' | 'FAILURE';
  providerResponse: string;
  destination: string;
  /** When the carrier says it happened: up to 72 h after the publish. */
  at: number;
  /** When the carrier took the SMS, which is what ties a receipt to a publish whose answer was lost. */
  publishedAt?: number | undefined;
}

export interface FeedRequest {
  feed: FeedId;
  /** A document an index pointed to, or a further page; null for the feed itself. */
  link: string | null;
  etag: string | null;
  lastModified: string | null;
}

export type FeedAnswer =
  | {
      kind: 'body';
      bytes: Uint8Array;
      contentType: string | null;
      etag: string | null;
      lastModified: string | null;
    }
  | { kind: 'unchanged' }
  /** Nothing to poll yet (a scenario's feed before its first answer). */
  | { kind: 'not-yet' }
  | { kind: 'failed'; reason: string };

export interface FeedReader {
  /** One request under the feed's limits. Never throws for what the network or the office does. */
  read(request: FeedRequest): Promise<FeedAnswer>;
  /** Where the office, not the catalogue, says whether a feed counts as official. */
  isOfficial?(feed: FeedId): boolean;
}

/**
 * Seals what names a person. `about` says where a sealed value stands: put anywhere else, it does not open. Every
 * call throws a Fault where the key is not to be had.
 */
export interface Vault {
  seal(text: string, about: string): Promise<string>;
  open(sealed: string, about: string): Promise<string>;
  /** Keyed hash: to look up by a value that cannot be guessed from its hash. */
  hash(text: string): Promise<string>;
}

/** One past-tense event (`sms.sent`) with ids only: never a name, a number, or text typed by people. */
export type Log = (event: string, fields?: Record<string, string | number | boolean | null>) => void;

export interface Ports {
  clock: Clock;
  random: Random;
  store: Store;
  blobs: Blobs;
  queue: Queue;
  carrier: Carrier;
  feeds: FeedReader;
  vault: Vault;
  log: Log;
}
