/** A small exam, its roster and a notice, over the in-memory world in virtual time: what delivery tests stand on. */

import { type VirtualTime, virtualTime } from '../infra/virtual.ts';
import type { Effect } from '../shared/activation/events.ts';
import type { CarrierBehaviour } from '../shared/io/carrier-behaviour.ts';
import { memoryBlobs } from '../shared/io/memory/blobs.ts';
import { type MemoryCarrier, memoryCarrier } from '../shared/io/memory/carrier.ts';
import { type LogEntry, memoryLog } from '../shared/io/memory/log.ts';
import { type MemoryQueue, memoryQueue } from '../shared/io/memory/queue.ts';
import { seededRandom } from '../shared/io/memory/random.ts';
import { type MemoryStore, memoryStore } from '../shared/io/memory/store.ts';
import { memoryVault } from '../shared/io/memory/vault.ts';
import type { Ports } from '../shared/io/ports.ts';
import type { Delivery } from '../shared/notice/delivery.ts';
import type { Counts, Notice } from '../shared/notice/notice.ts';
import { type NoticeItem, noticeKey, type Slice } from '../shared/notice/slices.ts';
import type { Exam, Person, Post } from '../shared/plan/exam.ts';
import { append } from '../shared/stages/chain.ts';
import { freeze } from '../shared/stages/freeze.ts';
import { project } from '../shared/stages/notices.ts';
import { receive } from '../shared/stages/receive.ts';
import { importRoster } from '../shared/stages/roster.ts';
import { send } from '../shared/stages/send.ts';
import { settle } from '../shared/stages/settle.ts';
import { instant, MINUTE, SECOND } from '../shared/time.ts';

export const START = instant('2024-09-20T10:00:00+08:00');
export const CHAIN = 'fk#qz';

const session = (id: string, day: number, admit: string, from: string, until: string) => ({
  id,
  name: id,
  batch: String(day),
  paper: id,
  admitFrom: instant(`2024-09-${day}T${admit}:00+08:00`),
  startsAt: instant(`2024-09-${day}T${from}:00+08:00`),
  endsAt: instant(`2024-09-${day}T${until}:00+08:00`),
});

const site = (id: string, adcode: string) => ({
  id,
  name: id,
  districtId: 'qz',
  adcode,
  lon: 118.6,
  lat: 24.9,
  coastal: false,
  shelters: [],
  seats: 100,
  spareSeats: 0,
});

export const EXAM: Exam = {
  id: 'fk',
  name: '法考',
  timeZone: 'Asia/Shanghai',
  hotline: '0595-20000000',
  signature: '泉州市司法局',
  districts: [{ id: 'qz', name: '泉州考区', adcode: '350500', excludes: [] }],
  sites: [site('s1', '350503'), site('s2', '350521')],
  sessions: [
    session('a1', 21, '08:15', '09:00', '12:00'),
    session('a2', 21, '13:45', '14:30', '17:30'),
    session('b1', 22, '08:15', '09:00', '12:00'),
    session('b2', 22, '13:45', '14:30', '17:30'),
  ],
};

export function phone(place: number): string {
  return `+8613900${String(place).padStart(6, '0')}`;
}

export function candidate(place: number, change: Partial<Person> = {}): Person {
  return {
    personId: `C-${String(place).padStart(5, '0')}`,
    name: `考生${place}`,
    phone: phone(place),
    role: 'candidate',
    siteId: 's1',
    sessionIds: ['a1', 'a2'],
    needs: '',
    districtId: null,
    homeAdcode: null,
    function: null,
    ...change,
  };
}

export function candidates(count: number, change: Partial<Person> = {}): Person[] {
  return Array.from({ length: count }, (_, place) => candidate(place + 1, change));
}

export function officer(place: number, role: Post, siteId: string | null = null): Person {
  return candidate(900_000 + place, { personId: `O-${place}`, role, siteId, sessionIds: [] });
}

/** An orange reminder to the candidates of s1 who sit the first day's papers. */
export function notice(change: Partial<Notice> = {}): Notice {
  return {
    no: '0001',
    kind: 'candidate-reminder',
    class: 'action',
    lane: 'candidates',
    hazard: 'typhoon',
    level: 'orange',
    warningId: 'w1',
    clause: '五(三)',
    template: 'candidate-reminder.wind.orange@1',
    slots: { 机构: '市气象台', 时间: '20日09:30', 预警: '台风橙色' },
    siteSlots: {},
    audience: {
      who: 'candidates',
      siteId: 's1',
      cells: [
        { siteId: 's1', home: null, sessionIds: ['a1', 'a2'] },
        { siteId: 's1', home: null, sessionIds: ['b1', 'b2'] },
      ],
      dropTold: [],
    },
    approvedBy: 'standing-1',
    createdAt: START,
    deadline: instant('2024-09-22T08:15:00+08:00'),
    validUntil: null,
    ...change,
  } as Notice;
}

export const INFORMATION: Partial<Notice> = {
  class: 'information',
  level: 'yellow',
  template: 'candidate-reminder.wind.yellow@1',
  slots: { 机构: '市气象台', 时间: '20日09:30', 预警: '台风黄色', 号: '0001' },
};

export interface Room {
  ports: Ports;
  time: VirtualTime;
  store: MemoryStore;
  carrier: MemoryCarrier;
  queue: MemoryQueue;
  logs: LogEntry[];
}

export interface RoomOptions {
  seed?: number;
  carrier?: Partial<CarrierBehaviour>;
  indexLag?: number;
}

export function room(options: RoomOptions = {}): Room {
  const { seed = 1, indexLag = 0 } = options;
  const time = virtualTime(START);
  const carrier = memoryCarrier(time.clock, seededRandom(seed + 1), options.carrier);
  const store = memoryStore({ indexLag });
  const queue = memoryQueue();
  const { log, entries } = memoryLog();
  const ports: Ports = {
    clock: time.clock,
    random: seededRandom(seed),
    store,
    blobs: memoryBlobs(),
    vault: memoryVault(),
    queue,
    carrier,
    feeds: { read: async () => ({ kind: 'not-yet' }) },
    log,
  };
  return { ports, time, store, carrier, queue, logs: entries };
}

/** The room's ports with a carrier that has the SMS only after a while, or answers only a while after it has it. */
export function slowCarrier({ ports, carrier }: Room, ms: number, when: 'before' | 'after'): Ports {
  return {
    ...ports,
    carrier: {
      async publish(to, text) {
        if (when === 'before') await ports.clock.sleep(ms);
        const answer = await carrier.publish(to, text);
        if (when === 'after') await ports.clock.sleep(ms);
        return answer;
      },
    },
  };
}

/** Begins a piece of work in the room's time; it goes on while time does. */
export function begun<T>({ time }: Pick<Room, 'time'>, work: () => Promise<T>): Promise<T> {
  return new Promise((done, failed) => {
    time.at(time.clock.now(), () => work().then(done, failed));
  });
}

/** Does a piece of work in the room's time, moving time as far as it waits. Rejects as it does. */
export async function inTime<T>(made: Pick<Room, 'time'>, work: () => Promise<T>): Promise<T> {
  let over = false;
  const result = begun(made, work).finally(() => {
    over = true;
  });
  result.catch(() => {});
  while (!over) await made.time.runUntil(made.time.clock.now() + SECOND);
  return await result;
}

export async function withRoster(people: Person[], options: RoomOptions = {}): Promise<Room> {
  const made = room(options);
  await importRoster(made.ports, EXAM, 'v1', people);
  return made;
}

export async function itemOf({ store }: Pick<Room, 'store'>, no = '0001'): Promise<NoticeItem> {
  const item = await store.get<NoticeItem>('notices', { pk: CHAIN, sk: no });
  if (!item) throw new Error(`no notice ${no}`);
  return item;
}

export function rowsOf({ store }: Pick<Room, 'store'>, no = '0001'): Delivery[] {
  return store.items<Delivery>('deliveries').filter((row) => row.pk === noticeKey(CHAIN, no));
}

/** Rows by state, for one-line expectations. */
export function tally(rows: Delivery[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of rows) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** SMS the carrier accepted, by number. */
export function heard({ carrier }: Pick<Room, 'carrier'>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { to } of carrier.outbox) counts.set(to, (counts.get(to) ?? 0) + 1);
  return counts;
}

/** Sends, takes receipts and sweeps, a minute at a time, until the notice's sum closes. */
export async function untilSettled(
  made: Room,
  no = '0001',
  options: { receipts?: boolean; minutes?: number } = {},
): Promise<Counts & { digest: string }> {
  const { ports, carrier, time } = made;
  const { receipts = true, minutes = 60 * 48 } = options;
  for (let minute = 0; minute < minutes; minute += 1) {
    const item = await itemOf(made, no);
    await inTime(made, () => send(ports, time.clock.machine() + 50 * SECOND));
    await time.runUntil(time.clock.now() + MINUTE);
    if (receipts) await inTime(made, () => receive(ports, carrier.takeReceipts(time.clock.now())));
    const counts = await inTime(made, () => settle(ports, item));
    if (counts) return counts;
  }
  throw new Error(`notice ${no} did not settle`);
}

/** A room with the roster imported as v1 and the notice frozen. */
export async function frozen(
  people: Person[],
  change: Partial<Notice> = {},
  options: RoomOptions = {},
): Promise<Room> {
  const made = await withRoster(people, options);
  await freeze(made.ports, EXAM, CHAIN, notice(change), 'v1');
  return made;
}

export function sendFor(made: Room, ms: number, ports = made.ports): Promise<boolean> {
  return inTime(made, () => send(ports, made.time.clock.machine() + ms));
}

export async function settleNow(made: Room, no = '0001') {
  const item = await itemOf(made, no);
  return await inTime(made, () => settle(made.ports, item));
}

export function slicesOf({ store }: Pick<Room, 'store'>, no = '0001'): Slice[] {
  return store.items<Slice>('slices').filter((slice) => slice.pk === noticeKey(CHAIN, no));
}

const WORDS = { stopped: 'notice-stopped', paused: 'notice-paused', sending: 'notice-resumed' } as const;

/** Enters a word on a frozen notice into the record and projects it; whether that changed what senders see. */
export async function say({ ports }: Room, word: keyof typeof WORDS, no = '0001'): Promise<boolean> {
  const author = { by: 'system', cause: { kind: 'decided' } } as const;
  await append(ports, CHAIN, author, ({ notices }): Effect[] => [
    ...(notices.has(no) ? [] : [{ kind: 'notice' as const, notice: notice({ no }), hold: null }]),
    word === 'stopped' ? { kind: WORDS[word], no, why: 'over' } : { kind: WORDS[word], no },
  ]);
  return await project(ports, CHAIN, no);
}
