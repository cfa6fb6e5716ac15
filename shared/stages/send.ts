/**
 * Sending: the most urgent open slice, claim by claim. Per SMS three calls, claim, publish, record;
 * whatever dies between them leaves a row that says so.
 */
import { GET_MANY_KEYS_MAX, type Ports } from '../io/ports.ts';
import { queryPages } from '../io/query-all.ts';
import { LEASE_MS } from '../limits.ts';
import type { Answer } from '../notice/delivery.ts';
import { LANES, type Lane } from '../notice/notice.ts';
import {
  barred,
  CANARY_SLICE,
  type Member,
  type NoticeItem,
  noticeKey,
  type Slice,
  type WorkItem,
} from '../notice/slices.ts';
import { SECOND } from '../time.ts';
import { gateOpen } from './canary.ts';
import { deliver, type Errand, type Job, newToken } from './deliver.ts';
import { errandsOf } from './errands.ts';
import { report, reserve } from './grant.ts';
import { CLAIM_AHEAD_MS, paceOf, type Slot } from './pace.ts';

/** How long one slice is worked on before the most urgent one is asked for anew: a raise waits no longer than this. */
export const SLICE_TURN_MS = LEASE_MS / 2;

/**
 * SMS of one run under way at a time: 400 a second at 160 ms each from claim to record, and the most that a process
 * which dies can leave unknown.
 */
export const PUBLISHES_AT_ONCE_MAX = 64;

/** How often a sender looks whether those who try the line have been answered. */
const CANARY_LOOK_MS = SECOND;

/** What one run of a sender keeps. */
interface Run {
  ports: Ports;
  until: number;
  /** No span of the grant begins before `until`. */
  spent: boolean;
  /** Outcomes the grant has not been told of. */
  seen: Answer['class'][];
}

/**
 * Sends what there is, lane by lane and in each the most urgent slice first, until nothing is left or `untilMachine`,
 * after which nothing new is begun. No run keeps to one lane: were all of them busy with candidates, a word to the
 * command office would wait for them. True if work is left that the caller's hint should bring back.
 */
export async function send(ports: Ports, untilMachine: number): Promise<boolean> {
  const run: Run = { ports, until: untilMachine, spent: false, seen: [] };
  const { clock } = ports;
  /** Slices with nothing to do before a machine time. */
  const resting = new Map<string, number>();
  let left = true;
  while (!run.spent && clock.machine() < untilMachine) {
    for (const [key, wakeAt] of resting) if (wakeAt <= clock.machine()) resting.delete(key);
    if (await sendMostUrgent(run, resting)) continue;
    left = resting.size > 0;
    const wakeAt = Math.min(...resting.values());
    if (wakeAt >= untilMachine) break;
    await sleepUntil(ports, wakeAt);
  }
  await report(ports, run.seen);
  return left;
}

/** Takes one slice, works through it and lets it go; false where there is none to work on now. */
async function sendMostUrgent(run: Run, resting: Map<string, number>): Promise<boolean> {
  const { store } = run.ports;
  let taken: Awaited<ReturnType<typeof take>> = null;
  for (const lane of LANES) taken ??= await take(run.ports, lane, resting);
  if (!taken) return false;
  const { pointer, slice } = taken;
  const wakeAt = await work(run, taken);
  if (wakeAt === null) await store.remove('work', pointer);
  else resting.set(pointer.sk, wakeAt);
  await store.replaceIf('slices', { ...slice, leaseUntil: 0 }, { token: slice.token });
  return true;
}

/** Leases the most urgent slice that may be worked on now. Pointers that lead nowhere are taken away. */
async function take(
  ports: Ports,
  lane: Lane,
  resting: Map<string, number>,
): Promise<(Job & { pointer: WorkItem }) | null> {
  const { store, clock } = ports;
  for await (const page of queryPages<WorkItem>(store, 'work', lane)) {
    for (const pointer of page) {
      if (resting.has(pointer.sk)) continue;
      const key = { pk: noticeKey(pointer.chain, pointer.no), sk: pointer.slice };
      const slice = await store.get<Slice>('slices', key);
      if (slice && slice.leaseUntil > clock.machine()) continue;
      const item = slice && (await noticeOf(ports, pointer.chain, pointer.no));
      if (!slice || !item || barred(item.state, slice, clock.now())) {
        await store.remove('work', pointer);
        continue;
      }
      if (slice.sk !== CANARY_SLICE && !(await gateOpen(ports, item))) {
        resting.set(pointer.sk, clock.machine() + CANARY_LOOK_MS);
        continue;
      }
      const leased = { ...slice, token: newToken(ports), leaseUntil: clock.machine() + LEASE_MS };
      const won = await store.replaceIf('slices', leased, { token: slice.token });
      if (won) return { item, slice: leased, pointer };
    }
  }
  return null;
}

/**
 * Works through a slice, a second of the grant at a time, each span reserved while the one before runs. Null when
 * nothing is left to do in it, else the machine time to come back.
 */
async function work(run: Run, job: Job): Promise<number | null> {
  const { ports } = run;
  const { parts, people } = job.slice;
  const turnEndsAt = ports.clock.machine() + SLICE_TURN_MS;
  const faults: unknown[] = [];
  const pages = chunks(people);
  const waiting: Errand[] = [];
  const underWay = new Set<Promise<void>>();
  let wakeAt = Number.POSITIVE_INFINITY;
  let walking: Promise<void> = Promise.resolve();

  const later = (machine: number): void => {
    wakeAt = Math.min(wakeAt, machine);
  };
  const errand = async (one: Errand, slot: Slot): Promise<void> => {
    try {
      const row = await deliver(ports, job, one, slot, (outcome) => run.seen.push(outcome));
      if (row?.notBefore != null) later(row.notBefore);
    } catch (fault) {
      faults.push(fault);
    }
  };
  const pace = paceOf(ports, (slot) => {
    const one = underWay.size < PUBLISHES_AT_ONCE_MAX && faults.length === 0 && waiting.shift();
    if (!one) return null;
    const over = errand(one, slot).finally(() => underWay.delete(over));
    underWay.add(over);
    return over;
  });

  try {
    while (faults.length === 0) {
      const wanted = waiting.length + pace.lacking();
      if (wanted <= 0) {
        const page = pages.next();
        if (!page.done) waiting.push(...(await errandsOf(ports, job, page.value, later)));
        else if (waiting.length + underWay.size > 0) await pace.moved();
        else break;
        continue;
      }
      if (ports.clock.machine() >= turnEndsAt) return turnEndsAt;
      const span = await reserve(ports, wanted * parts, parts, run.seen.splice(0), run.until);
      if (!span) {
        run.spent = true;
        return run.until;
      }
      await sleepUntil(ports, span.startAt - CLAIM_AHEAD_MS);
      const now = await noticeOf(ports, job.item.pk, job.item.sk);
      job.item = now ?? job.item;
      if (!now || barred(now.state, job.slice, ports.clock.now())) {
        waiting.length = 0;
        return null;
      }
      walking = pace.walk(span, Math.floor(span.parts / parts));
    }
  } finally {
    await walking;
    pace.end();
    await Promise.all(underWay);
  }
  if (faults.length > 0) throw faults[0];
  return wakeAt === Number.POSITIVE_INFINITY ? null : wakeAt;
}

async function noticeOf({ store }: Ports, chain: string, no: string): Promise<NoticeItem | null> {
  return await store.get<NoticeItem>('notices', { pk: chain, sk: no });
}

function* chunks(people: Member[]): Generator<Member[]> {
  for (let from = 0; from < people.length; from += GET_MANY_KEYS_MAX) {
    yield people.slice(from, from + GET_MANY_KEYS_MAX);
  }
}

async function sleepUntil({ clock }: Ports, machine: number): Promise<void> {
  const left = machine - clock.machine();
  if (left > 0) await clock.sleep(left);
}
