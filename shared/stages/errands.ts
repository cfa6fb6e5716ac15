/** Who of a slice is to be told now, and at which number: looked up when it is sent, not when it was frozen. */
import type { Key, Ports } from '../io/ports.ts';
import { type Delivery, standing, unsent } from '../notice/delivery.ts';
import { type Member, noticeKey, rosterKey, type Slice } from '../notice/slices.ts';
import type { Person } from '../plan/exam.ts';
import { isMainland } from '../plan/roster.ts';
import { type Errand, instants, type Job } from './deliver.ts';

/**
 * Who of these is to be told now. Those who cannot be get their row at once; of those to be told later, `later`
 * is given the machine time.
 */
export async function errandsOf(
  ports: Ports,
  job: Job,
  members: Member[],
  later: (machine: number) => void,
): Promise<Errand[]> {
  const { store } = ports;
  const { item, slice } = job;
  const keys = members.map((member) => ({ pk: slice.pk, sk: member.id }));
  const rows = byId(await store.getMany<Delivery>('deliveries', keys));
  const at = instants(ports);
  const due = members.filter((member) => {
    const row = rows.get(member.id);
    if (standing(row, item.notice.class, false, at) !== 'open') return false;
    if (row?.notBefore == null || row.notBefore <= at.machine) return true;
    later(row.notBefore);
    return false;
  });
  const numbers = await numbersOf(ports, job, due);
  const errands: Errand[] = [];
  for (const member of due) {
    const before = rows.get(member.id);
    // What is unknown was tried at one number, and is tried again at that one.
    const to = (before?.state === 'UNKNOWN' ? before.to : null) ?? numbers.get(member.id);
    if (to !== undefined && isMainland(to)) errands.push({ member, before, to });
    else await settleUnsent(ports, slice, member, before, to === undefined);
  }
  return errands;
}

/** A person who left the roster, or whose number is for the call list alone. */
async function settleUnsent(
  ports: Ports,
  slice: Slice,
  member: Member,
  before: Delivery | undefined,
  gone: boolean,
): Promise<void> {
  const now = ports.clock.now();
  const row = gone
    ? unsent(slice, member, 'SUPPRESSED', 'not-in-roster', now)
    : unsent(slice, member, 'REJECTED', 'outside-mainland', now);
  if (before) await ports.store.replaceIf('deliveries', row, { state: before.state, token: before.token });
  else await ports.store.putIfAbsent('deliveries', row);
}

/** Numbers by member: the one that was told before, or the roster's. */
async function numbersOf(ports: Ports, job: Job, members: Member[]): Promise<Map<string, string>> {
  const before = members.filter(({ told }) => told !== undefined);
  const others = members.filter(({ told }) => told === undefined);
  const numbers = await numbersTold(ports, job.item.pk, before);
  for (const [id, number] of await numbersInRoster(ports, job, others)) numbers.set(id, number);
  return numbers;
}

/** The numbers that were told before, whatever the roster says by now. */
async function numbersTold({ store }: Ports, chain: string, members: Member[]): Promise<Map<string, string>> {
  if (members.length === 0) return new Map();
  const rowOf = ({ id, told }: Member): Key => ({ pk: noticeKey(chain, told?.no ?? ''), sk: told?.id ?? id });
  const rows = await store.getMany<Delivery>('deliveries', members.map(rowOf));
  const numbers = new Map<string, string>();
  for (const member of members) {
    const { pk, sk } = rowOf(member);
    const to = rows.find((row) => row.pk === pk && row.sk === sk)?.to;
    if (to) numbers.set(member.id, to);
  }
  return numbers;
}

/** Those who share a number stand in for one who has left. */
async function numbersInRoster(
  { store }: Ports,
  { item, slice }: Job,
  members: Member[],
): Promise<Map<string, string>> {
  if (members.length === 0) return new Map();
  const pk = rosterKey(item.examId, item.rosterVersion, slice.siteId);
  const keys = members.map(({ id }) => ({ pk, sk: id }));
  const people = byId(await store.getMany<RosterRow>('roster', keys));
  const numbers = new Map<string, string>();
  for (const { id, also } of members) {
    let person = people.get(id) ?? null;
    for (const other of also) person ??= await store.get<RosterRow>('roster', { pk, sk: other });
    if (person) numbers.set(id, person.phone);
  }
  return numbers;
}

type RosterRow = Person & Key & Record<string, unknown>;

function byId<T extends Key>(items: T[]): Map<string, T> {
  return new Map(items.map((item) => [item.sk, item]));
}
