/** Freezing an audience: from the filter that the chain recorded to numbered slices of person ids. */
import type { Item, Ports, Store } from '../io/ports.ts';
import type { Audience, Notice } from '../notice/notice.ts';
import { renderNotice } from '../notice/render.ts';
import {
  type Addressee,
  CANARIES_MAX,
  CANARY_HOLD_MS,
  CANARY_HOLD_RED_MS,
  CANARY_OVER_PEOPLE,
  canarySlice,
  everybodyIn,
  type NoticeItem,
  numberCount,
  pointerTo,
  rosterKey,
  type SendState,
  type Slice,
  sliceCutter,
  type Wording,
  type WordingOf,
  type WorkItem,
} from '../notice/slices.ts';
import { smsParts } from '../notice/text.ts';
import { cellKey, type Exam, type Person, type Post, type Role, serves } from '../plan/exam.ts';
import { HOUR } from '../time.ts';
import { rank } from '../warning/warning.ts';
import { chainOf } from './chain.ts';
import { change, layWork, slicesOf, type Told, toldBy, toldOf } from './notices.ts';
import { peopleIn } from './roster.ts';

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
    found: null,
    closed: null,
  });
  if (item.frozenAt !== null) return item;
  const audienceOf = await addresseesOf(ports, exam, item);
  const wordingOf = wordings(notice, exam);
  const numbers = numberCount(wordingOf);
  let met = 0;
  let site: string | null = null;
  for await (const page of audienceOf()) {
    site ??= page[0]?.siteId ?? null;
    met += page.length;
    for (const one of page) numbers.add(one);
  }
  const officers = staffOf(store, exam, item, canaryPosts);
  const canaries = met > CANARY_OVER_PEOPLE ? await canariesOf(officers) : [];
  if (canaries.length > 0)
    await store.putIfAbsent('slices', canarySlice(chain, notice, canaries, wordingOf(site)));
  const cutFrom = (first: number) => sliceCutter(exam, chain, notice, wordingOf, numbers.of, first);
  const { audience, pointers } = await putSlices(store, item, audienceOf, cutFrom);
  await layWork(ports, pointers);
  const at = ports.clock.now();
  const hold = notice.level === 'red' ? CANARY_HOLD_RED_MS : CANARY_HOLD_MS;
  const gate = canaries.length > 0 ? { canaries: canaries.map(({ id }) => id), until: at + hold } : null;
  const frozen = { frozenAt: at, audience, slices: pointers.length, gate };
  const won = await change(store, chain, notice.no, (now) =>
    now.frozenAt === null ? { ...now, ...frozen } : null,
  );
  if (won) ports.log('notice.frozen', { chain, notice: notice.no, audience, slices: pointers.length });
  return await itemOf(store, { ...item, ...frozen });
}

/** An audience, page after page; walked through more than once, and never whole in memory. */
type Everybody = () => AsyncIterable<Addressee[]>;

/** A few officers of the district who try the line first. */
async function canariesOf(officers: Everybody): Promise<Addressee[]> {
  const canaries: Addressee[] = [];
  for await (const page of officers()) {
    canaries.push(...page);
    if (canaries.length >= CANARIES_MAX) break;
  }
  return canaries.slice(0, CANARIES_MAX);
}

/** The item as it stands; put if it is not there yet. Looked for first: every sweep asks for every open notice. */
async function itemOf(store: Store, item: NoticeItem): Promise<NoticeItem> {
  const found = (): Promise<NoticeItem | null> =>
    store.get<NoticeItem>('notices', { pk: item.pk, sk: item.sk });
  const known = await found();
  if (known) return known;
  return (await store.putIfAbsent('notices', item)) ? item : ((await found()) ?? item);
}

/** Each site's text is rendered once and stands in its slices. */
function wordings(notice: Notice, exam: Exam): WordingOf {
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
  { pk, sk }: NoticeItem,
  audienceOf: Everybody,
  cutFrom: (first: number) => ReturnType<typeof sliceCutter>,
): Promise<{ audience: number; pointers: WorkItem[] }> {
  for (;;) {
    const placed = new Set<string>();
    const pointers: WorkItem[] = [];
    for await (const slice of slicesOf(store, pk, sk)) {
      pointers.push(pointerTo(slice));
      for (const id of everybodyIn([slice])) placed.add(id);
    }
    let audience = placed.size;
    let won = true;
    for await (const slice of cut(audienceOf(), placed, cutFrom(pointers.length + 1))) {
      won = await store.putIfAbsent('slices', slice);
      if (!won) break;
      pointers.push(pointerTo(slice));
      audience += everybodyIn([slice]).length;
    }
    if (won) return { audience, pointers };
  }
}

async function* cut(
  everybody: AsyncIterable<Addressee[]>,
  placed: Set<string>,
  cutter: ReturnType<typeof sliceCutter>,
): AsyncGenerator<Slice> {
  for await (const page of everybody) {
    const left = page.filter((one) => !placed.has(one.id));
    for (const one of left) yield* cutter.add(one);
  }
  yield* cutter.rest();
}

async function addresseesOf(ports: Ports, exam: Exam, item: NoticeItem): Promise<Everybody> {
  const { store } = ports;
  const { pk: chain, notice } = item;
  const { audience } = notice;
  switch (audience.who) {
    case 'posts':
      return staffOf(store, exam, item, audience.posts, audience.sites);
    case 'candidates': {
      const cells = new Set(audience.cells.map(cellKey));
      const dropped = await alreadyTold(ports, chain, audience.dropTold);
      const isOfIt = (person: Person): boolean =>
        person.role === 'candidate' &&
        cells.has(cellOf(person, audience.siteId)) &&
        !dropped.has(person.personId);
      return () => chosen(peopleIn(store, exam.id, item.rosterVersion, [audience.siteId]), isOfIt);
    }
    case 'told':
      return inMemory(await toldBefore(ports, exam, item, audience));
    case 'of': {
      const told = await toldOf(ports, chain, [audience.notice]);
      const wanted = [...told].filter(
        ([, { row, byPhone }]) => audience.fate === 'reached' || (row.state === 'UNKNOWN' && !byPhone),
      );
      return inMemory(await whereTold(ports, item, new Map(wanted)));
    }
  }
}

/** Who holds these posts at these sites; without sites, who answers for the whole district. */
function staffOf(
  store: Store,
  exam: Exam,
  { pk: chain, rosterVersion }: NoticeItem,
  posts: readonly Role[],
  sites: readonly string[] | null = null,
): Everybody {
  const district = exam.districts.find(({ id }) => chainOf(exam.id, id) === chain)!;
  return () =>
    chosen(
      peopleIn(store, exam.id, rosterVersion, sites ?? [null]),
      (person) => posts.includes(person.role) && serves(person, district),
    );
}

async function* chosen(
  people: AsyncIterable<Person[]>,
  is: (person: Person) => boolean,
): AsyncGenerator<Addressee[]> {
  for await (const page of people) yield page.filter(is).map(addressee);
}

/** Those told before, who are no more than a site holds, in order of person id. */
function inMemory(people: Addressee[]): Everybody {
  const inOrder = people.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return async function* () {
    yield inOrder;
  };
}

/** Papers bind candidates alone. */
function addressee({ personId, phone, role, siteId, sessionIds }: Person): Addressee {
  return { id: personId, phone, siteId, sessionIds: role === 'candidate' ? sessionIds : [] };
}

function cellOf(person: Person, siteId: string): string {
  return cellKey({ siteId, home: person.homeAdcode, sessionIds: person.sessionIds });
}

/** Who was told by one of these notices, or is still to be told by one that is neither closed nor stopped. */
async function alreadyTold(ports: Ports, chain: string, notices: string[]): Promise<Set<string>> {
  const people = new Set<string>();
  for (const no of notices) {
    for await (const [person] of toldBy(ports, chain, no)) people.add(person);
    const item = await ports.store.get<NoticeItem>('notices', { pk: chain, sk: no });
    if (!item || item.closed !== null || item.state === 'stopped') continue;
    for await (const slice of slicesOf(ports.store, chain, no))
      for (const person of everybodyIn([slice])) people.add(person);
  }
  return people;
}

/** Of those told before, whose last paper has not ended and for whom the plan wants an all-clear. */
async function toldBefore(
  ports: Ports,
  exam: Exam,
  item: NoticeItem,
  audience: Extract<Audience, { who: 'told' }>,
): Promise<Addressee[]> {
  const { pk: chain, notice } = item;
  const urgent = new Set<string>();
  for (const no of audience.notices) {
    const before = await ports.store.get<NoticeItem>('notices', { pk: chain, sk: no });
    if (before && rank(before.notice.level) >= rank('orange')) urgent.add(no);
  }
  const told = await toldOf(ports, chain, audience.notices);
  const addressees = await whereTold(ports, item, told);
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
  { store }: Ports,
  { pk: chain, examId, rosterVersion }: NoticeItem,
  told: Map<string, Told>,
): Promise<Addressee[]> {
  const slices = new Map<string, Slice>();
  for (const no of new Set([...told.values()].map((each) => each.no)))
    for await (const slice of slicesOf(store, chain, no)) slices.set(`${no} ${slice.sk}`, slice);
  const addressees: Addressee[] = [];
  for (const [id, { no, row }] of told) {
    const slice = slices.get(`${no} ${row.slice}`);
    if (!slice) continue;
    const { siteId, sessionIds } = slice;
    if (row.to !== null) {
      addressees.push({ id, phone: row.to, siteId, sessionIds, told: { no, id: row.sk } });
    } else {
      const key = { pk: rosterKey(examId, rosterVersion, siteId), sk: id };
      const person = await store.get<Person & Item>('roster', key);
      if (person) addressees.push({ id, phone: person.phone, siteId, sessionIds });
    }
  }
  return addressees;
}
