/**
 * The functions, what triggers each and what each may touch, as data. The stacks turn it into AWS resources and
 * permissions; the one-machine deployment turns it into timers and loops. Neither knows a function that is not here.
 */
import type { BucketName, QueueName } from '../shared/io/ports.ts';
import type { TableName } from '../shared/io/tables.ts';

export type Trigger =
  /** A tick `{ feed }` for each configured feed, as often as the catalogue says. */
  | { by: 'feed' }
  /** A tick `{}` each minute. */
  | { by: 'minute' }
  /** One hint at a time, in at most `atOnce` runs side by side. */
  | { by: 'queue'; queue: QueueName; atOnce: number }
  /** A request of the console. */
  | { by: 'http' }
  /** An object that an office puts into a bucket. */
  | { by: 'upload'; bucket: BucketName }
  /** The carrier's delivery log, as CloudWatch Logs hands it to a subscriber. */
  | { by: 'sms-log' };

export interface FunctionSpec {
  /** One sentence for the person who reads the deployed function's description. */
  does: string;
  trigger: Trigger;
  memoryMb: number;
  timeoutSeconds: number;
  /** At most one run at a time. */
  alone: boolean;
  /** Tables it only reads. */
  reads: readonly TableName[];
  /** Tables it reads and puts items into. */
  writes: readonly TableName[];
  /** Tables it reads and deletes items from. The record is in no function's list. */
  removes: readonly TableName[];
  readsObjects: readonly BucketName[];
  writesObjects: readonly BucketName[];
  removesObjects: readonly BucketName[];
  hints: readonly QueueName[];
  /** May hand an SMS to the carrier. Exactly one function may. */
  sendsSms: boolean;
  /** May open names and numbers; without it their fields stay sealed. */
  opensNames: boolean;
}

/** What a function may do where its entry does not say so. */
const NOTHING = {
  alone: false,
  reads: [],
  writes: [],
  removes: [],
  readsObjects: [],
  writesObjects: [],
  removesObjects: [],
  hints: [],
  sendsSms: false,
  opensNames: false,
} as const;

export const FUNCTIONS = {
  poll: {
    ...NOTHING,
    does: 'Reads one feed, or what a relay brought of it, keeps the answer raw, stores its warnings and decides for each district they touch.',
    trigger: { by: 'feed' },
    memoryMb: 1024,
    timeoutSeconds: 180,
    reads: ['versions', 'grant'],
    writes: ['feeds', 'warnings', 'quarantine', 'chain'],
    readsObjects: ['inbox'],
    writesObjects: ['readings'],
    removesObjects: ['inbox'],
    hints: ['expand'],
  },
  expand: {
    ...NOTHING,
    does: 'Freezes the audience of each new notice of a district in slices and says that there is work.',
    trigger: { by: 'queue', queue: 'expand', atOnce: 4 },
    memoryMb: 512,
    timeoutSeconds: 60,
    reads: ['chain', 'versions', 'roster', 'deliveries', 'keys'],
    writes: ['notices', 'slices', 'work'],
    hints: ['send'],
    opensNames: true,
  },
  send: {
    ...NOTHING,
    does: 'Claims, publishes and records the SMS of the most urgent open slice, at the pace of the grant.',
    trigger: { by: 'queue', queue: 'send', atOnce: 10 },
    memoryMb: 1024,
    timeoutSeconds: 60,
    reads: ['roster', 'notices', 'keys'],
    writes: ['slices', 'deliveries', 'grant'],
    removes: ['work'],
    sendsSms: true,
    opensNames: true,
  },
  receipts: {
    ...NOTHING,
    does: 'Settles deliveries by what the carrier says of them, in any order and at any time.',
    trigger: { by: 'sms-log' },
    memoryMb: 1024,
    timeoutSeconds: 60,
    reads: ['keys'],
    writes: ['deliveries', 'receipts', 'grant'],
    opensNames: true,
  },
  sweep: {
    ...NOTHING,
    does: 'Decides again for every district, keeps deadlines, repairs what was lost on the way, seals the record.',
    trigger: { by: 'minute' },
    memoryMb: 1024,
    timeoutSeconds: 58,
    alone: true,
    reads: ['versions', 'feeds', 'roster', 'keys', 'grant'],
    writes: ['chain', 'warnings', 'notices', 'slices', 'work', 'deliveries', 'receipts'],
    removes: ['roster', 'receipts', 'entries'],
    readsObjects: ['record'],
    writesObjects: ['record'],
    hints: ['expand', 'send'],
    opensNames: true,
  },
  roster: {
    ...NOTHING,
    does: 'Takes an exam, its plan or a roster that an office puts into the bucket, and reports what it found.',
    trigger: { by: 'upload', bucket: 'rosters' },
    memoryMb: 2048,
    timeoutSeconds: 900,
    alone: true,
    writes: ['versions', 'roster', 'chain', 'keys'],
    readsObjects: ['rosters'],
    writesObjects: ['rosters'],
    opensNames: true,
  },
  console: {
    ...NOTHING,
    does: 'Shows the command office its boards; it changes nothing.',
    trigger: { by: 'http' },
    memoryMb: 1024,
    timeoutSeconds: 28,
    reads: ['chain', 'warnings', 'feeds', 'quarantine', 'versions', 'notices'],
  },
} as const satisfies Record<string, FunctionSpec>;

export type FunctionName = keyof typeof FUNCTIONS;

/** The same catalogue with its names, for code that treats all functions alike. */
export const FUNCTION_LIST = Object.entries(FUNCTIONS) as [FunctionName, FunctionSpec][];

/**
 * How many time limits a hint stays hidden while a function works on it. AWS asks for six, so that a run that was
 * throttled first still ends before the hint shows again.
 */
export const VISIBILITY_PER_TIMEOUT = 6;

/**
 * Seconds that a hint lives. The sweep lays each needed hint again every minute, so an older one says nothing new;
 * and since hints carry no count of failures, this is also what ends one that no function can handle.
 */
export const HINT_RETENTION_SECONDS = 15 * 60;

/**
 * Seconds after which a tick that could not be delivered is dropped: the next one asks the same question again,
 * and a stale one would only stand in its way. The least that both the scheduler and Lambda accept.
 */
export const TICK_AGE_SECONDS = 60;

/**
 * What V8 may take, MB: left to itself it goes by the machine's memory, where objects of one call grow to thrice 32 MB
 * and dead ones are kept as long as there is room. Half of a function's memory is for what lives on.
 */
const SEMI_SPACE_MB = 8;
const OLD_SPACE_SHARE = 0.5;

/** How Node runs a function, wherever that is. */
export function nodeOptions({ memoryMb }: FunctionSpec): string[] {
  const oldSpaceMb = Math.floor(memoryMb * OLD_SPACE_SHARE);
  return [`--max-semi-space-size=${SEMI_SPACE_MB}`, `--max-old-space-size=${oldSpaceMb}`];
}

/** The function that a queue invokes. */
export function consumerOf(queue: QueueName): FunctionSpec {
  const found = FUNCTION_LIST.find(([, spec]) => spec.trigger.by === 'queue' && spec.trigger.queue === queue);
  if (!found) throw new Error(`no function takes the hints of ${queue}`);
  return found[1];
}

/** Seconds for which a hint is hidden once a function has it. */
export function visibilitySeconds(queue: QueueName): number {
  return VISIBILITY_PER_TIMEOUT * consumerOf(queue).timeoutSeconds;
}
