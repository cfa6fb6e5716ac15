/** Freezing an audience: from the filter that the chain recorded to numbered slices of person ids. */
import type { Item, Ports, Store } from '../io/ports.ts';
import { queryAll } from '../io/query-all.ts';
import type { Audience, Notice } from '../notice/notice.ts';
import { renderNotice } from '../notice/render.ts';
import {
  type Addressee,
  CANARIES_MAX,
  CANARY_HOLD_MS,
  CANARY_HOLD_RED_MS,
  CANARY_OVER_PEOPLE,
  canarySlice,
  cutSlices,
  everybodyIn,
  type NoticeItem,
  rosterKey,
  type SendState,
  type Slice,
  type Wording,
} from '../notice/slices.ts';
import { smsParts } from '../notice/text.ts';
import { cellKey, type Exam, type Person, type Post, type Role, serves } from '../plan/exam.ts';
import { HOUR } from '../time.ts';
import { rank } from '../warning/warning.ts';
import { chainOf } from './chain.ts';
import { change, layWork, slicesOf, type Told, toldOf } from './notices.ts';

/**
 * Puts the notice's item in the `state` that the chain has it in by now, freezes its audience from `rosterVersion`,
 * lays the work and hints the senders. Done again after a crash, or by two at once, it goes on from the slices
 * that are there: nobody is in two of them, and nobody of the audience is in none. Notices of one chain are to be
 * frozen in the order of their numbers, as `dropTold` reads the slices of those before. Of a large audience a few of
 * `canaryPosts` get the text first.
 */
export async function freeze(
  ports: Ports,
  exam: Exam,
  chain: string,
  notice: Notice,
  rosterVersion: string,
  state: SendState = 'sending',
  canaryPosts: readonly Post[] = [],
): Promise<NoticeItem> {
  const { store } = ports;
  const item = await itemOf(store, {
    pk: chain,
    sk: notice.no,
    notice,
    examId: exam.id,
    rosterVersion,
    state,
    frozenAt: null,
    audience: 0,
    slices: 0,
    gate: null,
    closed: null,
  });
  if (item.frozenAt !== null) return item;
  const peopleAt = rosterBySite(store, exam.id, item.rosterVersion);
  const addressees = await addresseesOf(ports, exam, chain, notice, peopleAt);
  const wordingOf = wordings(notice, exam);
  const canaries =
    addressees.length > CANARY_OVER_PEOPLE
      ? (await staffOf(exam, chain, canaryPosts, peopleAt)).slice(0, CANARIES_MAX)
      : [];
  if (canaries.length > 0) {
    const wording = wordingOf(addressees[0]?.siteId ?? null);
    await store.putIfAbsent('slices', canarySlice(chain, notice, canaries, wording));
  }
  const slices = await putSlices(store, exam, chain, notice, addressees, wordingOf);
  await layWork(ports, slices);
  const audience = everybodyIn(slices).length;
  const at = ports.clock.now();
  const hold = notice.level === 'red' ? CANARY_HOLD_RED_MS : CANARY_HOLD_MS;
  const gate = canaries.length > 0 ? { canaries: canaries.map(({ id }) => id), until: at + hold } : null;
  const frozen = { frozenAt: at, audience, slices: slices.length, gate };
  const won = await change(store, chain, notice.no, (now) =>
    now.frozenAt === null ? { ...now, ...frozen } : null,
  );
  if (won) ports.log('notice.frozen', { chain, notice: notice.no, audience, slices: slices.length });
  return await itemOf(store, { ...item, ...frozen });
}

/** The item as it stands; put if it is not there yet. */
async function itemOf(store: Store, item: NoticeItem): Promise<NoticeItem> {
  if (await store.putIfAbsent('notices', item)) return item;
  return (await store.get<NoticeItem>('notices', { pk: item.pk, sk: item.sk })) ?? item;
}

/** Each site's text is rendered once and stands in its slices. */
function wordings(notice: Notice, exam: Exam): (siteId: string | null) => Wording {
  const known = new Map<string | null, Wording>();
  return (siteId) => {
    let wording = known.get(siteId);
    if (!wording) {
      const text = renderNotice(notice, siteId, exam);
      wording = { text, parts: smsParts(text) };
      known.set(siteId, wording);
    }
    return wording;
  };
}

/** Puts a slice for everybody who is in none, one after the other; starts over where another freezer was first. */
async function putSlices(
  store: Store,
  exam: Exam,
  chain: string,
  notice: Notice,
  addressees: Addressee[],
  wordingOf: (siteId: string | null) => Wording,
): Promise<Slice[]> {
  for (;;) {
    const there = await slicesOf(store, chain, notice.no);
    const placed = new Set(everybodyIn(there));
    const left = addressees.filter((one) => !placed.has(one.id));
    const slices = cutSlices(exam, chain, notice, left, wordingOf, there.length + 1);
    let put = 0;
    for (const slice of slices) {
      if (!(await store.putIfAbsent('slices', slice))) break;
      put += 1;
    }
    if (put === slices.length) return [...there, ...slices];
  }
}

async function addresseesOf(
  ports: Ports,
  exam: Exam,
  chain: string,
  notice: Notice,
  peopleAt: PeopleAt,
): Promise<Addressee[]> {
  const { audience } = notice;
  switch (audience.who) {
    case 'posts': {
      return await staffOf(exam, chain, audience.posts, peopleAt, audience.sites);
    }
    case 'candidates': {
      const cells = new Set(audience.cells.map(cellKey));
      const dropped = await alreadyTold(ports, chain, audience.dropTold);
      return (await peopleAt(audience.siteId))
        .filter((person) => person.role === 'candidate' && cells.has(cellOf(person, audience.siteId)))
        .filter((person) => !dropped.has(person.personId))
        .map(addressee);
    }
    case 'told':
      return await toldBefore(ports, exam, chain, notice, audience, peopleAt);
    case 'of': {
      const told = await toldOf(ports, chain, [audience.notice]);
      const wanted = [...told].filter(
        ([, { row, byPhone }]) => audience.fate === 'reached' || (row.state === 'UNKNOWN' && !byPhone),
      );
      return await whereTold(ports, chain, new Map(wanted), peopleAt);
    }
  }
}

/** Who holds these posts at these sites; without sites, who answers for the whole district. */
async function staffOf(
  exam: Exam,
  chain: string,
  posts: readonly Role[],
  peopleAt: PeopleAt,
  sites: readonly string[] | null = null,
): Promise<Addressee[]> {
  const district = exam.districts.find(({ id }) => chainOf(exam.id, id) === chain)!;
  const people = await Promise.all((sites ?? [null]).map(peopleAt));
  return people
    .flat()
    .filter((person) => posts.includes(person.role) && serves(person, district))
    .map((person) => ({ ...addressee(person), sessionIds: [] }));
}

type PeopleAt = (siteId: string | null) => Promise<Person[]>;

/** The people of a site (null: of the district) in one roster version; each site is read once. */
function rosterBySite(store: Store, examId: string, version: string): PeopleAt {
  const sites = new Map<string | null, Promise<Person[]>>();
  return (siteId) => {
    const known =
      sites.get(siteId) ?? queryAll<Person & Item>(store, 'roster', rosterKey(examId, version, siteId));
    sites.set(siteId, known);
    return known;
  };
}

function addressee({ personId, phone, siteId, sessionIds }: Person): Addressee {
  return { id: personId, phone, siteId, sessionIds };
}

function cellOf(person: Person, siteId: string): string {
  return cellKey({ siteId, home: person.homeAdcode, sessionIds: person.sessionIds });
}

/** Who was told by one of these notices, or is still to be told by one that is neither closed nor stopped. */
async function alreadyTold(ports: Ports, chain: string, notices: string[]): Promise<Set<string>> {
  const people = new Set((await toldOf(ports, chain, notices)).keys());
  for (const no of notices) {
    const item = await ports.store.get<NoticeItem>('notices', { pk: chain, sk: no });
    if (!item || item.closed !== null || item.state === 'stopped') continue;
    for (const person of everybodyIn(await slicesOf(ports.store, chain, no))) people.add(person);
  }
  return people;
}

/** Of those told before, whose last paper has not ended and for whom the plan wants an all-clear. */
async function toldBefore(
  ports: Ports,
  exam: Exam,
  chain: string,
  notice: Notice,
  audience: Extract<Audience, { who: 'told' }>,
  peopleAt: PeopleAt,
): Promise<Addressee[]> {
  const urgent = new Set<string>();
  for (const no of audience.notices) {
    const item = await ports.store.get<NoticeItem>('notices', { pk: chain, sk: no });
    if (item && rank(item.notice.level) >= rank('orange')) urgent.add(no);
  }
  const told = await toldOf(ports, chain, audience.notices);
  const addressees = await whereTold(ports, chain, told, peopleAt);
  return addressees.filter(({ id, siteId, sessionIds }) => {
    const { no, at } = told.get(id)!;
    if (siteId !== audience.siteId) return false;
    const sessions = exam.sessions.filter((session) => sessionIds.includes(session.id));
    if (sessions.length > 0 && sessions.every((session) => session.endsAt <= notice.createdAt)) return false;
    const next = sessions.find((session) => session.startsAt > at);
    return urgent.has(no) || (next !== undefined && next.startsAt - at <= audience.withinHours * HOUR);
  });
}

/**
 * People told before, with the papers of the slice they were told in: they may have left the roster since. Who was
 * told by phone alone has no number here but the roster's.
 */
async function whereTold(
  ports: Ports,
  chain: string,
  told: Map<string, Told>,
  peopleAt: PeopleAt,
): Promise<Addressee[]> {
  const slices = new Map<string, Slice>();
  for (const no of new Set([...told.values()].map((each) => each.no)))
    for (const slice of await slicesOf(ports.store, chain, no)) slices.set(`${no} ${slice.sk}`, slice);
  const addressees: Addressee[] = [];
  for (const [id, { no, row }] of told) {
    const slice = slices.get(`${no} ${row.slice}`);
    if (!slice) continue;
    const { siteId, sessionIds } = slice;
    if (row.to !== null) {
      addressees.push({ id, phone: row.to, siteId, sessionIds, told: { no, id: row.sk } });
    } else {
      const person = (await peopleAt(siteId)).find(({ personId }) => personId === id);
      if (person) addressees.push({ id, phone: person.phone, siteId, sessionIds });
    }
  }
  return addressees;
}
