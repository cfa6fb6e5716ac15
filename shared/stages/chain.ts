/** Reading and appending the record of a district: one put-if-absent per event, no lock, no transaction. */
import { withoutConsent } from '../activation/consent.ts';
import type { Cause, ChainEvent, Decision, Effect, SealedEvent } from '../activation/events.ts';
import { acrossExercise } from '../activation/exercise.ts';
import { apply } from '../activation/fold.ts';
import { canonical, GENESIS, open, seal } from '../activation/seal.ts';
import { emptyState, type State } from '../activation/state.ts';
import type { Ports, Store } from '../io/ports.ts';
import { queryPages, visitPages } from '../io/query-all.ts';
import { EVENT_BYTES_MAX } from '../limits.ts';
import { assert, Fault } from '../outcome.ts';
import { pad } from '../time.ts';

/** Races lost in a row before an append gives up; the sweep decides again within a minute anyway. */
export const APPEND_ATTEMPTS_MAX = 20;

/** Longest wait between two attempts, ms: half a minute's worth of rivals spread out. */
export const APPEND_BACKOFF_MAX_MS = 1_000;

/** Events of one append, in a row: far more than the largest district needs; beyond, an answer never settles. */
export const EVENTS_PER_APPEND_MAX = 100;

/** Bytes kept free for what stands around the effects of an event. */
const ENVELOPE_BYTES = 1_024;

interface ChainItem extends SealedEvent {
  [field: string]: unknown;
}

/** What a warm process has folded already. A fold is a cache of the chain: dropping it loses nothing. */
const folded = new WeakMap<Store, Map<string, State>>();

/** Exam and district as one chain's key. */
export function chainOf(examId: string, districtId: string): string {
  return `${examId}#${districtId}`;
}

/** The state of a chain with everything that is committed now. */
export async function catchUp(store: Store, chain: string): Promise<State> {
  const states = folded.get(store) ?? new Map<string, State>();
  folded.set(store, states);
  const state = states.get(chain) ?? emptyState(chain, GENESIS);
  states.set(chain, state);
  await visitPages<ChainItem>(store, 'chain', chain, pad(state.seq, 8), (page) => {
    for (const sealed of page) {
      // Two readers of one process share the fold: what the other applied meanwhile is not applied again.
      if (sealed.seq > state.seq) fold(store, state, open(sealed), sealed.hash);
    }
  });
  return state;
}

/** An event that cannot be applied is a bug; the fold it left half done is not used again. */
function fold(store: Store, state: State, event: ChainEvent, hash: string): void {
  try {
    apply(state, event, hash);
  } catch (bug) {
    folded.get(store)?.delete(state.chain);
    throw bug;
  }
}

/** The sealed events after `seq`, in order. */
export async function* events(store: Store, chain: string, seq = 0): AsyncGenerator<SealedEvent> {
  for await (const page of queryPages<ChainItem>(store, 'chain', chain, pad(seq, 8)))
    for (const sealed of page) yield sealed;
}

type Author = { by: string; cause: Cause };

/** The instant of a record's next event: it never runs backwards. */
export function nowIn(clock: Ports['clock'], state: State): number {
  return Math.max(clock.now(), state.at);
}

/**
 * Appends what follows from the state as one event of that instant, if anything does. A lost race is asked anew over
 * what won.
 */
export async function append(
  ports: Pick<Ports, 'store' | 'clock' | 'random'>,
  chain: string,
  author: Author,
  answer: (state: State, now: number) => Effect[],
): Promise<State> {
  for (let attempt = 0; attempt < APPEND_ATTEMPTS_MAX; attempt += 1) {
    const state = await catchUp(ports.store, chain);
    const now = nowIn(ports.clock, state);
    const effects = answer(state, now);
    if (effects.length === 0) return state;
    assert(fitting([effects]).length === effects.length, 'an act must fit one event');
    if (await commit(ports.store, state, { at: now, ...author, effects })) return state;
    await waitAfterLoss(ports, attempt);
  }
  throw new Fault('append-lost-every-race', { retryable: true });
}

/**
 * Appends event after event until nothing more follows. Groups that do not fit one event are cut off: the rest
 * follows when asked again, which is why each group must stand whole. An answer of null means that what it rests on
 * is older than the record: it is asked again after `refresh`.
 */
export async function appendAll(
  ports: Pick<Ports, 'store' | 'clock' | 'random'>,
  chain: string,
  author: Author,
  answer: (state: State, now: number) => Decision | null,
  refresh: () => Promise<void> = async () => undefined,
): Promise<State> {
  let lost = 0;
  let stale = 0;
  for (let written = 0; written < EVENTS_PER_APPEND_MAX; ) {
    const state = await catchUp(ports.store, chain);
    // From here to the write nothing is awaited: the event follows the very state that was asked about.
    const now = nowIn(ports.clock, state);
    const groups = answer(state, now);
    if (groups?.length === 0) return state;
    if (groups === null) {
      stale += 1;
      if (stale > APPEND_ATTEMPTS_MAX) throw new Fault('append-always-stale', { retryable: true });
      await refresh();
    } else if (await commit(ports.store, state, { at: now, ...author, effects: fitting(groups) })) {
      written += 1;
      lost = 0;
      stale = 0;
    } else {
      lost += 1;
      if (lost === APPEND_ATTEMPTS_MAX) throw new Fault('append-lost-every-race', { retryable: true });
      await waitAfterLoss(ports, lost);
    }
  }
  throw new Fault('append-never-settled', { retryable: true });
}

/** Writes the next event; false if another was first. */
async function commit(store: Store, state: State, next: Omit<ChainEvent, 'seq'>): Promise<boolean> {
  const bare = withoutConsent(state, next.effects);
  assert(bare === null, `notice ${bare?.no} changes the exam without a consent that covers it`);
  const astray = acrossExercise(state.chain, next.effects);
  assert(astray === null, `notice ${astray?.no} is on the wrong side of an exercise`);
  const event: ChainEvent = { seq: state.seq + 1, ...next };
  const sealed = seal(event, state.hash);
  const item = { pk: state.chain, sk: pad(event.seq, 8), at: event.at, ...sealed };
  const won = (await store.putIfAbsent('chain', item)) || (await isOurs(store, item));
  if (won && state.seq < event.seq) fold(store, state, event, sealed.hash);
  return won;
}

async function waitAfterLoss(
  { clock, random }: Pick<Ports, 'clock' | 'random'>,
  attempt: number,
): Promise<void> {
  await clock.sleep(random() * Math.min(APPEND_BACKOFF_MAX_MS, 20 * 2 ** attempt));
}

/** A client that retried a write whose answer was lost meets its own event: the hash tells. */
async function isOurs(store: Store, item: { pk: string; sk: string; hash: string }): Promise<boolean> {
  const found = await store.get<ChainItem>('chain', { pk: item.pk, sk: item.sk });
  return found?.hash === item.hash;
}

/** The first groups that fit one event; of a first group larger than that, as much as fits. */
function fitting(groups: Decision): Effect[] {
  if (ENVELOPE_BYTES + Buffer.byteLength(JSON.stringify(groups)) <= EVENT_BYTES_MAX) return groups.flat();
  let bytes = ENVELOPE_BYTES;
  const effects: Effect[] = [];
  for (const group of groups) {
    const sizes = group.map((effect) => Buffer.byteLength(canonical(effect)) + 1);
    const size = sizes.reduce((sum, each) => sum + each, 0);
    if (bytes + size > EVENT_BYTES_MAX) {
      if (effects.length > 0) return effects;
      const count = sizes.findIndex((each) => {
        bytes += each;
        return bytes > EVENT_BYTES_MAX;
      });
      assert(count > 0, 'one effect alone is larger than an event may be');
      return group.slice(0, count);
    }
    bytes += size;
    effects.push(...group);
  }
  return effects;
}
