/**
 * A model checker for the code that sends: the real stages over the in-memory store, one call at a time. At each
 * call it tries everything that may befall it, in every order of the workers, within a budget of mishaps; what is
 * left behind is then put in order by sweeps and senders that work, and looked at.
 *
 * Two runs that reach the same tables by the same answers go on the same way, so each such state is left once.
 */
import { createHash } from 'node:crypto';
import { memoryBlobs } from '../shared/io/memory/blobs.ts';
import { seededRandom } from '../shared/io/memory/random.ts';
import { memoryStore } from '../shared/io/memory/store.ts';
import { memoryVault } from '../shared/io/memory/vault.ts';
import type { Ports, PublishOutcome, Receipt } from '../shared/io/ports.ts';
import type { Delivery } from '../shared/notice/delivery.ts';
import type { Counts, DeliveryState, Notice } from '../shared/notice/notice.ts';
import type { NoticeItem } from '../shared/notice/slices.ts';
import { freeze } from '../shared/stages/freeze.ts';
import { receive } from '../shared/stages/receive.ts';
import { importRoster } from '../shared/stages/roster.ts';
import { send } from '../shared/stages/send.ts';
import { settle } from '../shared/stages/settle.ts';
import { MINUTE, SECOND } from '../shared/time.ts';
import { CHAIN, candidates, EXAM, phone, START } from './delivery-room.ts';

/** What may befall a call. `crash` is before it: a crash after it is one before the next. */
type Fate = 'ok' | 'crash' | 'fails' | 'answer-lost' | 'stalls' | 'refused' | 'throttled' | 'never-arrives';

const READ_FATES: Fate[] = ['ok', 'crash', 'fails', 'stalls'];
const WRITE_FATES: Fate[] = ['ok', 'crash', 'fails', 'answer-lost', 'stalls'];
const PUBLISH_FATES: Fate[] = [
  'ok',
  'crash',
  'answer-lost',
  'never-arrives',
  'refused',
  'throttled',
  'stalls',
];

/** Who begins to work, how long after the round before; whoever stalled until then comes back. */
export interface Round {
  afterMs: number;
  work: ('send' | 'settle' | 'receive')[];
}

export interface Bounds {
  rounds: Round[];
  /** Calls of all workers together that may come to something else than `ok`. */
  mishaps: number;
  /** How often a worker may be interrupted by another that has work. */
  switches: number;
  /** Whether slices refuse a second worker; without, every claim is contended for. */
  leases: boolean;
  /** What the carrier says in the end of each SMS it took; null: nothing, ever. */
  receipts: 'SUCCESS' | 'FAILURE' | null;
}

export interface Ending {
  sms: number;
  row: Delivery | undefined;
  counts: Counts;
  /** How it came about, for the message of a failed expectation. */
  story: string[];
}

interface Call {
  name: string;
  fates: Fate[];
  effect: () => Promise<unknown>;
  answer: (value: unknown) => void;
  fail: (fault: Error) => void;
}

interface Worker {
  call: Call | null;
  /** Calls under way beside it: a sender claims and reserves at once. */
  next: Call[];
  state: 'running' | 'done' | 'crashed' | 'stalled';
  /** Digest of what it was told so far: with the tables, all that its next step depends on. */
  heard: string;
  /** Resolves when it waits for a call again, or has ended. */
  waits: Promise<void>;
  wake: () => void;
}

interface World {
  machine: { now: number };
  store: ReturnType<typeof memoryStore>;
  accepted: { messageId: string; at: number }[];
  ports: Ports;
}

/** Explores everything within the bounds; gives each distinct ending to `look`. Returns how many runs that took. */
export async function explore(
  notice: Notice,
  bounds: Bounds,
  look: (ending: Ending) => void,
): Promise<{ runs: number; endings: number }> {
  const left: number[][] = [[]];
  const seen = new Set<string>();
  let runs = 0;
  let endings = 0;
  while (left.length > 0) {
    runs += 1;
    const ending = await run(notice, bounds, left.pop()!, left, seen);
    if (!ending) continue;
    endings += 1;
    look(ending);
  }
  return { runs, endings };
}

async function run(
  notice: Notice,
  bounds: Bounds,
  choices: number[],
  left: number[][],
  seen: Set<string>,
): Promise<Ending | null> {
  const world = await prepared(notice);
  const workers: Worker[] = [];
  const story: string[] = [];
  let { mishaps, switches } = bounds;
  let step = 0;
  for (const [round, { afterMs, work }] of bounds.rounds.entries()) {
    world.machine.now += afterMs;
    for (const worker of workers) if (worker.state === 'stalled') worker.state = 'running';
    let current = workers.length;
    for (const task of work) workers.push(await started(world, notice, bounds, workers.length, task));
    for (; ; step += 1) {
      const options = optionsOf(workers, current, mishaps, switches);
      if (options.length === 0) break;
      if (step >= choices.length) {
        const state = [
          round,
          current,
          mishaps,
          switches,
          world.machine.now,
          remainsOf(world, workers),
        ].join();
        if (seen.has(state)) return null;
        seen.add(state);
        const path = [...choices, ...Array.from({ length: step - choices.length }, () => 0)];
        for (let other = 1; other < options.length; other += 1) left.push([...path, other]);
      }
      const { place, fate } = options[choices[step] ?? 0]!;
      if (place !== current && workers[current]?.state === 'running') switches -= 1;
      if (fate !== 'ok') mishaps -= 1;
      current = place;
      const worker = workers[place]!;
      story.push(`round ${round + 1}, worker ${place + 1}, ${worker.call!.name}: ${fate}`);
      const before = rowOf(world)?.state;
      await befall(worker, fate);
      const after = rowOf(world)?.state;
      if (before && before !== after && !NEXT[before].includes(after ?? '')) {
        throw new Error(`${before} became ${after} after\n${story.join('\n')}`);
      }
    }
  }
  const end = ['end', remainsOf(world, workers)].join();
  if (seen.has(end)) return null;
  seen.add(end);
  return await inOrder(world, notice, bounds, workers, story);
}

/** What may happen next, the undisturbed course first. */
function optionsOf(
  workers: Worker[],
  current: number,
  mishaps: number,
  switches: number,
): { place: number; fate: Fate }[] {
  const options: { place: number; fate: Fate }[] = [];
  for (const [offset] of workers.entries()) {
    const place = (current + offset) % workers.length;
    const { call, state } = workers[place]!;
    const interrupts = place !== current && workers[current]?.state === 'running';
    if (state !== 'running' || !call || (interrupts && switches === 0)) continue;
    for (const fate of call.fates) if (fate === 'ok' || mishaps > 0) options.push({ place, fate });
  }
  return options;
}

async function prepared(notice: Notice): Promise<World> {
  const machine = { now: START };
  const store = memoryStore();
  const accepted: World['accepted'] = [];
  const ports: Ports = {
    clock: {
      now: () => machine.now,
      machine: () => machine.now,
      // A sender sleeps while its calls are under way: sleeping is no call, and two who sleep do so at once.
      async sleep(ms) {
        const until = machine.now + ms;
        await null;
        machine.now = Math.max(machine.now, until);
      },
    },
    random: seededRandom(1),
    store,
    blobs: memoryBlobs(),
    vault: memoryVault(),
    queue: { hint: async () => {} },
    carrier: {
      async publish() {
        const messageId = `sms-${accepted.length + 1}`;
        accepted.push({ messageId, at: machine.now });
        return { class: 'accepted', messageId };
      },
    },
    feeds: { read: async () => ({ kind: 'not-yet' }) },
    log: () => {},
  };
  await importRoster(ports, EXAM, 'v1', candidates(1));
  await freeze(ports, EXAM, CHAIN, notice, 'v1');
  return { machine, store, accepted, ports };
}

/** A sender, a sweep or a batch of receipts whose every call waits for its fate. */
async function started(
  world: World,
  notice: Notice,
  bounds: Bounds,
  place: number,
  task: Round['work'][number],
): Promise<Worker> {
  const worker: Worker = {
    call: null,
    next: [],
    state: 'running',
    heard: '',
    waits: Promise.resolve(),
    wake: () => {},
  };
  const rest = (): void => {
    worker.waits = new Promise((resolve) => {
      worker.wake = resolve;
    });
  };
  const ask = <T>(name: string, fates: Fate[], effect: () => Promise<T>): Promise<T> =>
    new Promise<T>((answer, fail) => {
      const call = { name, fates, effect, answer: answer as Call['answer'], fail };
      if (worker.call) worker.next.push(call);
      else worker.call = call;
      worker.wake();
    });
  const { store, carrier } = world.ports;
  const asked = new Proxy(store, {
    get: (owner, property: keyof typeof store) => {
      const method = owner[property] as (...args: unknown[]) => Promise<unknown>;
      const reads = ['get', 'getMany', 'query', 'byIndex'].includes(property);
      return (...args: unknown[]) =>
        ask(`${String(property)} ${args[0]}`, reads ? READ_FATES : WRITE_FATES, async () => {
          const value = await method.apply(owner, args);
          if (bounds.leases || args[0] !== 'slices') return value;
          return property === 'replaceIf' ? true : value && { ...value, leaseUntil: 0 };
        });
    },
  });
  const ports: Ports = {
    ...world.ports,
    store: asked,
    random: seededRandom(100 + place),
    carrier: { publish: (to, text) => ask('publish', PUBLISH_FATES, () => carrier.publish(to, text)) },
  };
  rest();
  const doing = async (): Promise<void> => {
    if (task === 'send') return void (await send(ports, world.machine.now + MINUTE));
    if (task === 'receive') return await receive(ports, world.accepted.map(receiptOf('SUCCESS')));
    const item = await asked.get<NoticeItem>('notices', { pk: CHAIN, sk: notice.no });
    await settle(ports, item!);
  };
  doing().then(ended, ended);
  function ended(): void {
    worker.call = null;
    worker.state = 'done';
    worker.wake();
  }
  await worker.waits;
  return worker;
}

async function befall(worker: Worker, fate: Fate): Promise<void> {
  const call = worker.call!;
  const publishes = call.name === 'publish';
  if (fate === 'crash') {
    worker.state = 'crashed';
    return;
  }
  const quiet: Record<string, PublishOutcome> = {
    'never-arrives': { class: 'unknown', reason: 'timeout' },
    refused: { class: 'refused', reason: 'no' },
    throttled: { class: 'throttled', reason: 'later' },
  };
  let value: unknown = quiet[fate];
  if (fate === 'ok' || fate === 'answer-lost' || fate === 'stalls') value = await call.effect();
  if (fate === 'answer-lost' && publishes) value = { class: 'unknown', reason: 'timeout' };
  if (fate === 'stalls') {
    // The effect is there, the answer is heard by a process that was frozen until after its lease.
    worker.state = 'stalled';
    worker.call = { ...call, fates: ['ok'], effect: async () => value };
    return;
  }
  const throws = fate === 'fails' || (fate === 'answer-lost' && !publishes);
  await heard(worker, throws ? new Error(fate) : value);
}

async function heard(worker: Worker, value: unknown): Promise<void> {
  const { call } = worker;
  const said = value instanceof Error ? value.message : (JSON.stringify(value) ?? '');
  worker.heard = createHash('md5').update(worker.heard).update(said).digest('base64');
  worker.call = worker.next.shift() ?? null;
  worker.waits = worker.call
    ? Promise.resolve()
    : new Promise((resolve) => {
        worker.wake = resolve;
      });
  if (value instanceof Error) call!.fail(value);
  else call!.answer(value);
  await worker.waits;
}

/** Sweeps and senders that work, with whoever stalled coming back among them, until the sum closes. */
async function inOrder(
  { machine, store, ports, accepted }: World,
  notice: Notice,
  bounds: Bounds,
  workers: Worker[],
  story: string[],
): Promise<Ending> {
  for (let minutes = 0; minutes < 20; minutes += 1) {
    machine.now += MINUTE + SECOND;
    const item = await store.get<NoticeItem>('notices', { pk: CHAIN, sk: notice.no });
    const counts = await settle(ports, item!);
    for (const worker of workers) {
      if (worker.state !== 'stalled') continue;
      worker.state = 'running';
      while (worker.call) await heard(worker, await worker.call.effect());
    }
    if (counts) {
      return { sms: accepted.length, row: rowOf({ store }), counts, story };
    }
    await send(ports, machine.now + MINUTE);
    if (bounds.receipts) await receive(ports, accepted.map(receiptOf(bounds.receipts)));
  }
  throw new Error(`the sum did not close after\n${story.join('\n')}`);
}

const receiptOf =
  (status: Receipt['status']) =>
  ({ messageId, at }: World['accepted'][number]): Receipt => ({
    messageId,
    status,
    providerResponse: 'Phone is currently unreachable/unavailable',
    destination: phone(1),
    at: at + SECOND,
  });

/** Where a row may go from where it is: what was known is never forgotten. */
const NEXT: Record<DeliveryState, readonly string[]> = {
  CLAIMED: ['SENT', 'REJECTED', 'UNKNOWN', 'DEFERRED', 'SUPPRESSED', 'EXPIRED'],
  DEFERRED: ['CLAIMED', 'SUPPRESSED', 'EXPIRED'],
  UNKNOWN: ['CLAIMED', 'SENT', 'REJECTED', 'DEFERRED', 'DELIVERED', 'UNDELIVERED'],
  SENT: ['DELIVERED', 'UNDELIVERED'],
  UNDELIVERED: ['DELIVERED'],
  DELIVERED: [],
  REJECTED: [],
  SUPPRESSED: [],
  EXPIRED: [],
};

function rowOf({ store }: Pick<World, 'store'>): Delivery | undefined {
  return store.items<Delivery>('deliveries')[0];
}

const TABLES = ['notices', 'slices', 'work', 'deliveries', 'receipts', 'grant'] as const;

/** All that what follows depends on: the tables, what the carrier took, and where everybody stands. */
function remainsOf({ store, accepted }: World, workers: Worker[]): string {
  const tables = TABLES.map((table) => store.items(table));
  const places = workers.map(({ state, heard: told }) =>
    state === 'running' || state === 'stalled' ? told : state,
  );
  return createHash('md5')
    .update(JSON.stringify([tables, accepted, places]))
    .digest('base64');
}
