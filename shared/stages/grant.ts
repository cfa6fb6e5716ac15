/** The carrier's grant, shared by every sender through one item and one conditional write. */
import type { Ports } from '../io/ports.ts';
import type { Answer } from '../notice/delivery.ts';
import {
  delivered,
  exhausted,
  GRANT_PARTS_PER_SECOND,
  type Grant,
  newGrant,
  observed,
  reserved,
  type Span,
} from '../notice/grant.ts';
import { Fault } from '../outcome.ts';

const KEY = { pk: 'grant', sk: '-' };

/** Races lost in a row before a writer gives up; many times the senders there can be. */
export const GRANT_RACES_MAX = 50;

/** Longest wait after a lost race, ms: a write takes about 10. */
export const GRANT_RACE_WAIT_MS = 100;

type Held = Pick<Ports, 'store' | 'clock' | 'random'>;

/**
 * Takes the next span of the grant for up to `parts`, at most a second's worth, and tells the grant what became
 * of the publishes since the last time. Nothing unused is carried forward. Null, and nothing taken, where the next
 * span begins at `until` or later: senders with little time left would else push it on and on, and nobody send.
 */
export async function reserve(
  ports: Held,
  parts: number,
  atLeast = 1,
  seen: Answer['class'][] = [],
  until = Number.POSITIVE_INFINITY,
): Promise<Span | null> {
  let span: Span | null = null;
  await update(ports, (grant, machine) => {
    const told = observed(grant, seen, machine);
    const next = reserved(told, parts, atLeast, machine);
    span = next.span.startAt < until ? next.span : null;
    return span ? next.grant : told;
  });
  return span;
}

/** Tells the grant what became of some publishes: throttled ones lower its rate, too many bad ones break it. */
export async function report(ports: Held, seen: Answer['class'][]): Promise<void> {
  if (seen.length > 0) await update(ports, (grant, machine) => observed(grant, seen, machine));
}

/** Opens the breaker: the account has no quota left. */
export async function exhaust(ports: Held): Promise<void> {
  await update(ports, (grant) => exhausted(grant, ports.clock.now()));
}

/** Closes it again, where it is open for that, once an SMS that was taken since has been delivered. */
export async function reportDelivered(ports: Held, takenAt: number): Promise<void> {
  await update(ports, (grant, machine) => delivered(grant, takenAt, machine));
}

/** Sets what the account may send, in parts per second. */
export async function setGrant(ports: Held, partsPerSecond: number): Promise<void> {
  await update(ports, (grant) => ({ ...grant, rate: partsPerSecond, ceiling: partsPerSecond }));
}

/** The grant as it stands, for the console and the sweep. */
export async function grantNow(ports: Held): Promise<Grant> {
  return (
    (await ports.store.get<Grant>('grant', KEY)) ?? newGrant(GRANT_PARTS_PER_SECOND, ports.clock.machine())
  );
}

async function update(ports: Held, change: (grant: Grant, machine: number) => Grant): Promise<void> {
  const { store, clock, random } = ports;
  for (let race = 0; race < GRANT_RACES_MAX; race += 1) {
    const grant = await grantNow(ports);
    const changed = change(grant, clock.machine());
    if (changed === grant) return;
    const next = { ...changed, ...KEY, revision: grant.revision + 1 };
    const won =
      grant.revision === 0
        ? await store.putIfAbsent('grant', next)
        : await store.replaceIf('grant', next, { revision: grant.revision });
    if (won) return;
    await clock.sleep(random() * GRANT_RACE_WAIT_MS);
  }
  throw new Fault('grant-lost-every-race', { retryable: true });
}
