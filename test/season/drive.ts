/**
 * A season lived through: the real stages over the in-memory store, queue and carrier in virtual time, each handler
 * in a process of its own, with everything befalling them that the world has in store.
 */

import { HINT_RETURNS_MS, SEND_RUN_MS } from '../../infra/replay.ts';
import { HINT_RETENTION_SECONDS } from '../../infra/topology.ts';
import { virtualTime } from '../../infra/virtual.ts';
import type { Act } from '../../shared/activation/actor.ts';
import { openMatters } from '../../shared/activation/matter.ts';
import { open } from '../../shared/activation/seal.ts';
import {
  type Assignment,
  isOpen,
  openActivation,
  openNotices,
  type State,
  tasksAtHand,
} from '../../shared/activation/state.ts';
import { memoryBlobs } from '../../shared/io/memory/blobs.ts';
import { type MemoryCarrier, memoryCarrier } from '../../shared/io/memory/carrier.ts';
import { seededRandom } from '../../shared/io/memory/random.ts';
import { type MemoryStore, memoryStore } from '../../shared/io/memory/store.ts';
import { memoryVault } from '../../shared/io/memory/vault.ts';
import type {
  Blobs,
  FeedAnswer,
  FeedReader,
  Ports,
  QueueName,
  Receipt,
  Store,
} from '../../shared/io/ports.ts';
import type { Delivery } from '../../shared/notice/delivery.ts';
import { type DeliveryState, UNREACHED_STATES, unreachedOf } from '../../shared/notice/notice.ts';
import { ADOPT_REST_MS } from '../../shared/notice/receipts.ts';
import { Fault } from '../../shared/outcome.ts';
import type { Person } from '../../shared/plan/exam.ts';
import type { Plan } from '../../shared/plan/plan.ts';
import { takeAct } from '../../shared/stages/act.ts';
import { catchUp, chainOf, events } from '../../shared/stages/chain.ts';
import { expand } from '../../shared/stages/expand.ts';
import { setGrant } from '../../shared/stages/grant.ts';
import { adoptRoster, enterExam } from '../../shared/stages/office.ts';
import { poll } from '../../shared/stages/poll.ts';
import { type ParkedReceipt, receive } from '../../shared/stages/receive.ts';
import { importRoster } from '../../shared/stages/roster.ts';
import { send } from '../../shared/stages/send.ts';
import { ADOPT_EVERY_MINUTES, sweep } from '../../shared/stages/sweep.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../shared/time.ts';
import { asksAgain, foreseen, type Moment, nextRecorded } from './agenda.ts';
import { streamOf } from './chance.ts';
import { type Answer, answerAt, drawAnswers } from './offices.ts';
import { hasPerson } from './people.ts';
import { drawFate, type Fate, FINE, type Mishaps, newProcess, type Process } from './process.ts';
import {
  type Message,
  type PlannedAct,
  type Rough,
  SEASON_FEEDS,
  type SeasonFeed,
  type World,
} from './world.ts';

/** One answer as a poller got it, and when its run had taken it in; null: it never had. */
export interface Heard {
  at: number;
  feed: SeasonFeed;
  good: boolean;
  whole: boolean;
  shows: string[];
  takenAt: number | null;
}

/** A season after it was lived. */
export interface Lived {
  world: World;
  plan: Plan;
  store: MemoryStore;
  blobs: Blobs;
  carrier: MemoryCarrier;
  heard: Heard[];
  /** Minutes lived through. */
  ticks: number[];
  acts: { at: number; act: Act; personId: string; refused: string | null }[];
  mishaps: Mishaps;
  /** Calls of all processes in order, where a strike counts them: when, in a run of what, of which port. */
  calls: { at: number; name: string }[];
  struckAt: number | null;
  /** What must never happen, as seen while it happened. */
  seen: string[];
}

/** Why an act was not taken whose run ended before it could say: perhaps it was. */
export const BROKE_OFF = 'the run failed';

/** A run is ended after this, as its platform would. */
const RUN_MAX_MS: Record<string, number> = {
  poll: 180 * SECOND,
  expand: 60 * SECOND,
  send: 60 * SECOND,
  receipts: 60 * SECOND,
  sweep: 60 * SECOND,
  console: 60 * SECOND,
};

/** Time a run keeps back of it. */
const RUN_MARGIN_MS = 10 * SECOND;

/** How long an SMS is on its way to the carrier, and its answer on the way back. */
const PUBLISH_MS = 80;

/** For so long what a feed said is fresh: well within the span after which it counts as silent. */
const HEARD_FOR_MS = 4 * MINUTE;

/** How often late receipts of closed notices are counted. */
const RECOUNT_MS = ADOPT_EVERY_MINUTES * MINUTE;

/** Senders at once. */
const SENDERS_MAX = 2;

export interface DriveOptions {
  /** Live through every minute instead of those that matter. */
  everyMinute?: boolean;
  /** What befalls the nth call of all, from 1 on. */
  strike?: { nth: number; fate: Fate };
}

export async function live(world: World, plan: Plan, options: DriveOptions = {}): Promise<Lived> {
  const time = virtualTime(world.start);
  const { clock } = time;
  const store = memoryStore({ indexLag: world.indexLag, frozen: true });
  const blobs = memoryBlobs();
  const { partsPerSecond, refused: refuse } = world;
  const carrier = memoryCarrier(clock, seededRandom(world.seed + 1), { partsPerSecond, refuse });
  const answers = drawAnswers(world);
  const mishaps: Mishaps = { crashes: 0, faults: 0 };
  const lived: Lived = {
    world,
    plan,
    store,
    blobs,
    carrier,
    heard: [],
    ticks: [],
    acts: [],
    mishaps,
    calls: [],
    struckAt: null,
    seen: [],
  };
  /** Minutes to come that matter whatever the record says, in order. */
  let known: Moment[] = foreseen(world, answers).sort((a, b) => a.at - b.at);
  let failedAt = Number.NEGATIVE_INFINITY;
  let running = 0;
  let hints = 0;

  const roughAt = (at: number): Rough | undefined =>
    world.rough.find(({ from, until }) => from <= at && at < until);
  const noLeak = (where: string, text: string): void => {
    if (hasPerson(text)) lived.seen.push(`personal data in ${where}`);
  };

  const ordinals = new Map<string, number>();
  /** How often this has been asked for at this instant: what chance befalls a thing depends on nothing else. */
  const ordinal = (what: string): string => {
    const key = `${what}@${clock.now()}`;
    const count = (ordinals.get(key) ?? 0) + 1;
    if (ordinals.size > 1_000) ordinals.clear();
    ordinals.set(key, count);
    return `${key}#${count}`;
  };

  const ports: Ports = {
    clock,
    random: seededRandom(world.seed),
    vault: memoryVault(),
    store: onlyForward(store, lived.seen),
    blobs: {
      ...blobs,
      put: (key, bytes) => {
        noLeak('the key of an object', key);
        return blobs.put(key, bytes);
      },
    },
    queue: {
      async hint(name, body) {
        noLeak('a hint', JSON.stringify(body));
        layHint(name, body);
      },
    },
    carrier: {
      async publish(to, text) {
        await clock.sleep(PUBLISH_MS);
        const outcome = await carrier.publish(to, text);
        await clock.sleep(PUBLISH_MS);
        for (const receipt of carrier.takeReceipts(Number.POSITIVE_INFINITY)) owe(receipt);
        return outcome;
      },
    },
    feeds: feedsOf(answers, () => clock.now()),
    log: (event, fields = {}) => noLeak(`the log of ${event}`, JSON.stringify(fields)),
  };

  const { strike } = options;
  function fateIn(rough: Rough | undefined, name: string): Process['fate'] {
    const draw = rough && streamOf(world.seed, name);
    if (!strike) return draw ? () => drawFate(rough.calls, draw) : null;
    return (call) => {
      lived.calls.push({ at: clock.now(), name: `${name} ${call}` });
      if (lived.calls.length !== strike.nth) return draw ? drawFate(rough.calls, draw) : FINE;
      lived.struckAt = clock.now();
      failedAt = clock.now();
      return strike.fate;
    };
  }

  /** Processes by what they run; a crashed one is never used again. */
  const pools = new Map<string, Process[]>();
  function idle(kind: string): Process {
    const pool = (pools.get(kind) ?? []).filter((process) => !process.dead);
    const found = pool.find((process) => !process.busy);
    if (found) return found;
    const made = newProcess(ports, mishaps);
    pools.set(kind, [...pool, made]);
    return made;
  }

  /** One run of a handler; whether it ended well. */
  async function run(kind: string, work: (ports: Ports) => Promise<unknown>): Promise<boolean> {
    const process = idle(kind);
    const rough = roughAt(clock.now());
    const name = rough ? ordinal(kind) : kind;
    process.busy = true;
    process.fate = fateIn(rough, name);
    process.clockStepMs = rough && streamOf(world.seed, 'clock', name)() < 0.5 ? rough.clockStepMs : 0;
    running += 1;
    const broken = Promise.withResolvers<boolean>();
    process.crash = () => broken.resolve(false);
    const callOff = time.at(clock.now() + RUN_MAX_MS[kind]!, () => {
      process.dead = true;
      process.crash();
    });
    const done = work(process.ports).then(
      () => true,
      (error: unknown) => {
        if (!(error instanceof Fault)) lived.seen.push(`bug in ${kind}: ${(error as Error).stack}`);
        return false;
      },
    );
    const well = await Promise.race([done, broken.promise]);
    callOff();
    process.busy = false;
    running -= 1;
    if (!well) failedAt = clock.now();
    return well;
  }

  const busy = new Map<string, { runs: number; again: boolean }>();
  function layHint(name: QueueName, body: Record<string, string>): void {
    const rough = roughAt(clock.now());
    if (!rough) {
      bring(clock.now(), name, body);
      return;
    }
    const draw = streamOf(world.seed, ordinal(`hint ${name} ${JSON.stringify(body)}`));
    const copies = draw() < rough.hints.lost ? 0 : draw() < rough.hints.doubled ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const late = draw() < rough.hints.delayed ? Math.floor(draw() * 5 * MINUTE) : 0;
      bring(clock.now() + late, name, body);
    }
  }
  function bring(at: number, name: QueueName, body: Record<string, string>, laidAt = clock.now()): void {
    if (at >= laidAt + HINT_RETENTION_SECONDS * SECOND) return;
    hints += 1;
    time.at(at, () => {
      hints -= 1;
      return takeHint(name, body, laidAt);
    });
  }
  async function takeHint(name: QueueName, body: Record<string, string>, laidAt: number): Promise<void> {
    const key = `${name} ${body.chain ?? ''}`;
    const now = busy.get(key) ?? { runs: 0, again: false };
    busy.set(key, now);
    if (now.runs >= (name === 'send' ? SENDERS_MAX : 1)) {
      now.again = true;
      return;
    }
    now.runs += 1;
    if (name === 'expand') {
      await run('expand', (seen) => expand(seen, body.chain!));
    } else {
      await run('send', async (seen) => {
        const left = await send(seen, seen.clock.machine() + SEND_RUN_MS);
        if (left) bring(clock.now() + HINT_RETURNS_MS, name, body, laidAt);
      });
    }
    now.runs -= 1;
    if (!now.again) return;
    now.again = false;
    await takeHint(name, body, laidAt);
  }

  /** A receipt comes within seconds, or whenever the carrier likes, or never. */
  function owe(receipt: Receipt): void {
    const trouble = carrierAt(clock.now());
    const draw = streamOf(world.seed, 'receipt', receipt.messageId);
    let at = receipt.at;
    if (trouble && draw() < trouble.lateReceipts) {
      const fate = draw();
      if (fate < 0.15) return;
      at += Math.floor((fate < 0.6 ? 10 * MINUTE : fate < 0.9 ? 6 * HOUR : 4 * DAY) * draw());
    }
    time.at(at, async () => {
      await run('receipts', (seen) => receive(seen, [receipt]));
      const parked = store.items<ParkedReceipt>('receipts');
      // What a late or a parked one moves in a closed sum is counted again now and then.
      if (at === receipt.at && parked.every(({ messageId }) => messageId !== receipt.messageId)) return;
      const recount = (Math.floor((at + ADOPT_REST_MS) / RECOUNT_MS) + 1) * RECOUNT_MS;
      known.splice(known.findLastIndex((each) => each.at <= recount) + 1, 0, { at: recount });
    });
  }
  const carrierAt = (at: number) => world.carrier.find(({ from, until }) => from <= at && at < until);
  for (const { until, restart } of world.rough) if (restart) time.at(until, () => pools.clear());
  for (const { from, until, ...behaviour } of world.carrier) {
    time.at(from, () => carrier.behave(behaviour));
    time.at(until, () => carrier.behave({ outage: false, lose: 0, throttle: 0, undelivered: 0 }));
  }

  const storyOf = new Map(world.messages.map(({ id, story }) => [id, story]));
  const chains = world.exams.flatMap((exam) =>
    exam.districts.map(({ id }) => {
      const changes = world.rosters.filter(({ examId }) => examId === exam.id).map(({ at }) => at);
      return { exam, chain: chainOf(exam.id, id), changes, looked: 0, joined: new Set<string>() };
    }),
  );
  const observer: Store = { ...store };
  const states = async (): Promise<State[]> =>
    await Promise.all(chains.map(({ chain }) => catchUp(observer, chain)));

  /** The next minute at which anything can happen in a district, after all of this one has. */
  async function nextOf(ward: (typeof chains)[number], now: number): Promise<number> {
    const { exam, chain, changes, looked } = ward;
    const state = await catchUp(observer, chain);
    ward.looked = state.seq;
    ward.joined = openActivation(state)?.warnings ?? new Set();
    if (!openNotices(state).next().done) return now + MINUTE;
    for await (const sealed of events(observer, chain, looked))
      if (asksAgain(open(sealed), state)) return now + MINUTE;
    return nextRecorded(state, plan, exam, changes, now);
  }

  /** The next of the minutes to come that concern anything now. */
  function nextKnown(): number {
    const stories = new Set(chains.flatMap(({ joined }) => [...joined].map((id) => storyOf.get(id))));
    const matters = ({ stories: its }: Moment): boolean => its?.some((story) => stories.has(story)) ?? true;
    return known.find(matters)?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Somebody whom a notice did not reach. */
  const missedIn = (chain: string, no: string): string | undefined =>
    store
      .items<Delivery>('deliveries')
      .find(({ pk, state }) => pk === `${chain}#${no}` && UNREACHED_STATES.includes(state))?.sk;

  async function intend(planned: PlannedAct): Promise<void> {
    const version = world.rosters.findLast(
      ({ at, people }) => at <= planned.at && people.some(({ personId }) => personId === planned.personId),
    );
    const actor = version?.people.find(({ personId }) => personId === planned.personId);
    if (!actor) return;
    const now = await states();
    const { does } = planned;
    const acts = planned.every
      ? now.flatMap((state) =>
          openTasks(state).map(({ id }): Act => ({ does, task: id, with: { district: state.chain } })),
        )
      : [aimed(planned, actor, now, world.messages, missedIn)];
    for (const act of acts) {
      let refused: string | null = BROKE_OFF;
      await run('console', async (seen) => {
        refused = await takeAct(seen, actor, act);
      });
      lived.acts.push({ at: clock.now(), act, personId: planned.personId, refused });
    }
  }

  /** Whether a feed answers otherwise than a minute before. */
  function hasNews(feed: SeasonFeed, at: number): boolean {
    const all = answers.get(feed)!;
    return answerAt(all, at) !== answerAt(all, at - MINUTE);
  }

  function turnsBad(feed: SeasonFeed, at: number): boolean {
    return hasNews(feed, at) && answerAt(answers.get(feed)!, at)?.good === false;
  }

  /** When each feed was last heard whole; of one that was not, everything may still be new. */
  const wholeAt = new Map<SeasonFeed, number>();
  /** Whether a poll would change anything: of a feed that was just heard and says the same it would not. */
  function isDue(feed: SeasonFeed, at: number): boolean {
    const isOld = at - (wholeAt.get(feed) ?? Number.NEGATIVE_INFINITY) >= HEARD_FOR_MS;
    const mayFail = roughAt(at) !== undefined || roughAt(at - MINUTE) !== undefined;
    return options.everyMinute || mayFail || hasNews(feed, at) || turnsBad(feed, at + MINUTE) || isOld;
  }

  /** A poll, with what it heard. */
  async function polling(feed: SeasonFeed): Promise<void> {
    let heard: Heard | null = null;
    const well = await run('poll', (seen) => {
      const read: FeedReader['read'] = async (request) => {
        const answer = await seen.feeds.read(request);
        heard = hearing(
          heard,
          feed,
          request.link,
          answer,
          answerAt(answers.get(feed)!, clock.now()),
          clock.now(),
        );
        return answer;
      };
      return poll({ ...seen, feeds: { ...seen.feeds, read } }, feed);
    });
    if (well && (heard as Heard | null)?.whole) wholeAt.set(feed, clock.now());
    else wholeAt.delete(feed);
    if (heard) lived.heard.push({ ...(heard as Heard), takenAt: well ? clock.now() : null });
  }

  async function tick(at: number): Promise<void> {
    lived.ticks.push(at);
    for (const version of world.rosters) {
      if (version.at > lastTick && version.at <= at && version.version !== 'v1') {
        const exam = world.exams.find(({ id }) => id === version.examId)!;
        await adoptRoster(
          ports,
          exam,
          await importRoster(ports, exam, version.version, version.people),
          'office',
        );
      }
    }
    for (const version of world.plans) {
      if (version.at <= lastTick || version.at > at) continue;
      const exam = world.exams.find(({ id }) => id === version.examId)!;
      const next = { ...plan, version: version.version };
      await enterExam(ports, { exam, examVersion: '1', plan: next, by: 'office' });
    }
    const twins = roughAt(at)?.twins ? [1, 2] : [1];
    // What has news comes last, so that no look at it finds the others old.
    const inTurn = SEASON_FEEDS.toSorted((a, b) => Number(hasNews(a, at)) - Number(hasNews(b, at)));
    const polls = inTurn.filter((feed) => isDue(feed, at)).map((feed) => () => polling(feed));
    const sweeping = () =>
      run('sweep', (seen) => sweep(seen, seen.clock.machine() + RUN_MAX_MS.sweep! - RUN_MARGIN_MS));
    const acts = world.acts.filter((act) => act.at > lastTick && act.at <= at);
    lastTick = at;
    if (twins.length > 1) {
      await Promise.all([
        ...twins.flatMap(() => [...polls, sweeping]).map((work) => work()),
        ...acts.map(intend),
      ]);
      return;
    }
    for (const work of polls) await work();
    for (const act of acts) await intend(act);
    await sweeping();
  }

  await setGrant(ports, partsPerSecond);
  for (const exam of world.exams) {
    await enterExam(ports, { exam, examVersion: '1', plan, by: 'office' });
    const { people } = world.rosters.find(({ examId }) => examId === exam.id)!;
    await adoptRoster(ports, exam, await importRoster(ports, exam, 'v1', people), 'office');
  }
  let lastTick = Number.NEGATIVE_INFINITY;
  for (let at = world.start; at <= world.end; ) {
    const now = at;
    time.at(now, () => tick(now));
    await time.runUntil(now + MINUTE - 1);
    const working = running > 0 || hints > 0 || failedAt >= now;
    known = known.filter((each) => each.at > now);
    const recorded = await Promise.all(chains.map((ward) => nextOf(ward, now)));
    at = options.everyMinute || working ? now + MINUTE : Math.min(world.end + 1, nextKnown(), ...recorded);
    if (at <= now + MINUTE) continue;
    // Heard a minute before, too: whose answer turns bad, as its last good one counts; and where several have news each
    // of them, as the first would find the others old.
    const next = at;
    const news = SEASON_FEEDS.filter((feed) => hasNews(feed, next));
    const heard = news.length > 1 ? news : news.filter((feed) => turnsBad(feed, next));
    if (heard.length > 0)
      time.at(next - MINUTE, async () => {
        for (const feed of heard) await polling(feed);
      });
  }
  await time.runUntil(world.end + 4 * DAY);
  return lived;
}

/** The task, notice or warning that an officer's intention meets: of warnings the newest, whose colour is set right. */
function aimed(
  { does, at, with: entry }: PlannedAct,
  actor: Person,
  states: readonly State[],
  messages: readonly Message[],
  missedIn: (chain: string, no: string) => string | undefined,
): Act {
  if (entry?.closed) {
    const state = states.find(({ chain }) => chain === entry.district)!;
    const open = openMatters(state).find(({ enters }) => enters === does);
    return { does, with: { ...entry, ...(open && { id: open.id }) } };
  }
  if (entry) return { does, with: entry };
  if (does === 'confirm-warning') {
    const shown = ({ shownAt }: Message): boolean => Object.values(shownAt).some((since) => since < at);
    const message = messages.findLast((each) => each.level !== 'unknown' && shown(each));
    return { does, with: { warningId: message?.id, level: message?.level } };
  }
  for (const state of states) {
    const notice = [...state.notices.values()].findLast(
      (record) =>
        record.notice.audience.who !== 'posts' &&
        ((does === 'stop' && (record.state === 'held' || record.state === 'sending')) ||
          ((does === 'approve' || does === 'reject') &&
            record.hold?.for === 'approval' &&
            record.state === 'held') ||
          (does === 'pause' && record.state === 'sending') ||
          (does === 'resume' && record.state === 'paused') ||
          (does === 'correct' && record.releasedAt !== null && record.notice.level !== null) ||
          (does === 'tick' && record.counts !== null && unreachedOf(record.counts) > 0)),
    );
    if (notice) {
      const { no } = notice.notice;
      const person = does === 'tick' ? missedIn(state.chain, no) : undefined;
      return { does, notice: no, with: { district: state.chain, ...(person && { person }) } };
    }
    if (does !== 'acknowledge' && does !== 'done') continue;
    const tasks = openTasks(state);
    // Mostly one of their own.
    const task = tasks.find(({ post }) => post === actor.role) ?? tasks[0];
    if (task) return { does, task: task.id };
  }
  const over = states.find((state) => openActivation(state)?.level === null);
  return { does, ...(does === 'end' && over ? { with: { district: over.chain } } : {}) };
}

/** What is still to be done, for a warning or for the exam. */
function openTasks(state: State): Assignment[] {
  return [...tasksAtHand(state), ...state.preparations.values()].filter(isOpen);
}

function feedsOf(answers: ReadonlyMap<SeasonFeed, readonly Answer[]>, now: () => number): FeedReader {
  return {
    async read({ feed, link, etag }) {
      const answer = answerAt(answers.get(feed as SeasonFeed) ?? [], now());
      if (!answer) return { kind: 'not-yet' };
      if (answer.bytes === null) return { kind: 'failed', reason: answer.fault ?? 'reset' };
      const bytes = link === null ? answer.bytes : answer.documents.get(link);
      if (!bytes) return { kind: 'failed', reason: 'http-404' };
      if (link === null && etag !== null && etag === answer.etag) return { kind: 'unchanged' };
      return { kind: 'body', bytes, contentType: null, etag: answer.etag || null, lastModified: null };
    },
    isOfficial: () => true,
  };
}

/** Identifiers of the nation's and the districts' own province's: other documents of an index are nobody's concern. */
const FETCHED = /^(00|35)/;

/** What a poll has heard once it got this answer too: of the feed itself, or of a document that it points to. */
function hearing(
  before: Heard | null,
  feed: SeasonFeed,
  link: string | null,
  got: FeedAnswer,
  answer: Answer | null,
  at: number,
): Heard | null {
  if (link === null) {
    if (got.kind === 'not-yet' || !answer) return null;
    const good = got.kind !== 'failed' && answer.good;
    const read = answer.shows.filter((id) => feed !== 'cap' || FETCHED.test(id));
    return { at, feed, good, whole: good && answer.whole, shows: good ? read : [], takenAt: null };
  }
  // A list says what it says, though the words of an entry do not come.
  if (!before || got.kind === 'body' || feed !== 'cap') return before;
  return { ...before, whole: false, shows: before.shows.filter((id) => !link.includes(id)) };
}

/** Where a delivery may go from each state (design: states only forward). */
const FORWARD: Record<DeliveryState, readonly DeliveryState[]> = {
  CLAIMED: ['SENT', 'REJECTED', 'UNKNOWN', 'SUPPRESSED', 'EXPIRED', 'DEFERRED'],
  DEFERRED: ['CLAIMED', 'SUPPRESSED', 'EXPIRED', 'REJECTED'],
  // Its worker may come back and say what became of it after all.
  UNKNOWN: ['CLAIMED', 'SENT', 'DELIVERED', 'UNDELIVERED', 'REJECTED', 'DEFERRED', 'SUPPRESSED', 'EXPIRED'],
  SENT: ['DELIVERED', 'UNDELIVERED'],
  UNDELIVERED: ['DELIVERED'],
  DELIVERED: [],
  REJECTED: [],
  SUPPRESSED: [],
  EXPIRED: [],
};

function onlyForward(store: MemoryStore, seen: string[]): Store {
  const states = new Map<string, DeliveryState>();
  const moved = (item: { pk: string; sk: string; state?: unknown }): void => {
    const key = `${item.pk}/${item.sk}`;
    const before = states.get(key);
    const after = item.state as DeliveryState;
    if (before && !FORWARD[before].includes(after)) seen.push(`a delivery went from ${before} to ${after}`);
    states.set(key, after);
  };
  return {
    ...store,
    async putIfAbsent(table, item) {
      const won = await store.putIfAbsent(table, item);
      if (won && table === 'deliveries') moved(item);
      return won;
    },
    async replaceIf(table, item, expected) {
      const won = await store.replaceIf(table, item, expected);
      if (won && table === 'deliveries') moved(item);
      return won;
    },
  };
}
