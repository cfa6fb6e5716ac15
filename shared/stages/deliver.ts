/** One SMS to one member: claim, publish, record. Whatever dies between them leaves a row that says so. */
import type { Ports } from '../io/ports.ts';
import {
  type Answer,
  answered,
  claimed,
  type Delivery,
  type Instants,
  unclaimed,
  withheld,
} from '../notice/delivery.ts';
import type { Member, NoticeItem, Slice } from '../notice/slices.ts';
import type { Slot } from './pace.ts';

/** Tries of the write that records an answer: it is all that stands between a sent SMS and an unknown one. */
export const RECORD_TRIES_MAX = 8;

/** Longest wait before the first retry of that write, ms; doubled each time, within the claim's lease. */
export const RECORD_WAIT_MS = 50;

/** A slice under lease, and its notice as last read. */
export interface Job {
  item: NoticeItem;
  slice: Slice;
}

/** A member to be told now: the row to be replaced, if there is one, and the number. */
export interface Errand {
  member: Member;
  before: Delivery | undefined;
  to: string;
}

/**
 * Claim, wait for the `slot`, publish, record. The row as recorded; null where somebody else holds the claim.
 * `job.item` may be read anew meanwhile: what counts is the notice's state in the tick of the publish.
 */
export async function deliver(
  ports: Ports,
  job: Job,
  { member, before, to }: Errand,
  slot: Slot,
  seen: (outcome: Answer['class']) => void,
): Promise<Delivery | null> {
  const { slice } = job;
  const claim = claimed(slice, member, before, newToken(ports), to, instants(ports));
  if (!(await claims(ports, claim, before))) return null;
  const granted = await slot();
  // From this check to the publish nothing waits: lease, deadline and the notice's state hold in one tick.
  const why = withheld(job.item.state, slice, claim, instants(ports)) ?? (granted ? null : 'lease');
  if (why) return await recorded(ports, unclaimed(claim, why, instants(ports)));
  const answer = await ports.carrier.publish(to, slice.text);
  seen(answer.class);
  const row = await recorded(ports, answered(claim, answer, instants(ports), ports.random()));
  ports.log(`sms.${answer.class}`, {
    notice: slice.pk,
    person: member.id,
    lane: slice.lane,
    attempt: claim.attempt,
  });
  return row;
}

/** Whether the claim is ours; after a lost answer the token tells. */
async function claims(ports: Ports, claim: Delivery, before: Delivery | undefined): Promise<boolean> {
  const { store } = ports;
  let lost: unknown;
  try {
    const won = before
      ? await store.replaceIf('deliveries', claim, { state: before.state, token: before.token })
      : await store.putIfAbsent('deliveries', claim);
    if (won) return true;
  } catch (fault) {
    lost = fault;
  }
  const found = await store.get<Delivery>('deliveries', { pk: claim.pk, sk: claim.sk });
  if (found?.token === claim.token) return true;
  if (lost !== undefined) throw lost;
  return false;
}

/**
 * Writes what became of a claim. Safe to repeat, as it names the token: over our claim, or over the UNKNOWN that
 * the sweep made of it. Where the row has moved on, by a receipt or a new claim, it stands.
 */
async function recorded(ports: Ports, row: Delivery): Promise<Delivery> {
  const { store, clock, random } = ports;
  const { token } = row;
  let over: Delivery['state'] = 'CLAIMED';
  for (let tries = 1; ; tries += 1) {
    try {
      if (await store.replaceIf('deliveries', row, { token, state: over })) return row;
      const found = await store.get<Delivery>('deliveries', { pk: row.pk, sk: row.sk });
      const sweptUp = found?.token === token && found.state === 'UNKNOWN' && row.state !== 'UNKNOWN';
      if (!sweptUp) {
        if (found?.token !== token)
          ports.log('sms.late', { notice: row.pk, person: row.sk, state: row.state });
        return found ?? row;
      }
      over = 'UNKNOWN';
    } catch (fault) {
      if (tries >= RECORD_TRIES_MAX) throw fault;
    }
    await clock.sleep(random() * RECORD_WAIT_MS * 2 ** tries);
  }
}

export function instants({ clock }: Pick<Ports, 'clock'>): Instants {
  return { now: clock.now(), machine: clock.machine() };
}

/** Unique among the claims of one row, which is all it need be. */
export function newToken({ random }: Ports): string {
  return Math.floor(random() * Number.MAX_SAFE_INTEGER).toString(36);
}
