/**
 * What an attentive reader of the same answers would hold to be in force, written from the design and not from the
 * product's code: a fold over what each feed answered and which polls came to an end. Where nobody can tell, it
 * says so.
 */
import { DAY, MINUTE } from '../../shared/time.ts';
import { CATALOGUE } from '../../shared/warning/catalogue.ts';
import { higher, type Level } from '../../shared/warning/warning.ts';
import { BROKE_OFF, type Heard, type Lived } from './drive.ts';
import { type Message, SEASON_FEEDS, type SeasonFeed, type World } from './world.ts';

/** A message that holds, surely or perhaps. */
export interface Holding {
  message: Message;
  /** As the feeds that showed it name it: where they differ, the higher. */
  level: Level;
  sure: boolean;
  /** Past its end, and no feed that showed it can be seen: blind is not calm. */
  blind: boolean;
  firstSeenAt: number;
  /** Shown by a set alone, whose titles name no places: what it means for a part of its province cannot be told. */
  wordless: boolean;
}

/** The sky at one tick. */
export interface Outlook {
  at: number;
  holding: Holding[];
  /** Messages that ended an event since the tick before, with everything that event had. */
  lifted: Message[];
  /** Feeds that can be believed now. */
  fresh: SeasonFeed[];
  /** Since when each silent feed has given no good answer. */
  silent: Map<SeasonFeed, number>;
}

/** A set lapses what two complete answers this far apart leave out. */
const LAPSE_MS = 5 * MINUTE;

/** What a feed answered, or with none what an officer entered. */
type Reading = Omit<Heard, 'feed'> & { feed: SeasonFeed | null };

interface Known {
  message: Message;
  feeds: Set<SeasonFeed>;
  /** Shown with its text, at least to a poll that never came to its end. */
  worded: boolean;
  /** Read by a poll that never came to its end. */
  perhaps: boolean;
  firstSeenAt: number;
  over: boolean;
}

interface Feed {
  firstAt: number | null;
  lastGoodAt: number | null;
  good: boolean;
  listed: Set<string>;
  missing: Map<string, number>;
  completeAt: number;
}

export function outlooks(
  world: World,
  heard: readonly Heard[],
  ticks: readonly number[],
  acts: Lived['acts'],
): Outlook[] {
  const words = acts.filter(({ act, refused }) => act.does === 'confirm-warning' && refused === null);
  const byId = new Map(world.messages.map((message) => [message.id, message]));
  const known = new Map<string, Known>();
  const newest = new Map<string, Known>();
  const feeds = new Map<SeasonFeed, Feed>();
  for (const feed of SEASON_FEEDS) {
    feeds.set(feed, {
      firstAt: null,
      lastGoodAt: null,
      good: true,
      listed: new Set(),
      missing: new Map(),
      completeAt: 0,
    });
  }
  const entered = acts.flatMap(({ at, act, refused }): Reading[] => {
    if (act.does !== 'enter-warning' || (refused !== null && refused !== BROKE_OFF)) return [];
    const takenAt = refused === null ? at : null;
    return [{ at, feed: null, good: true, whole: false, shows: [String(act.with?.id)], takenAt }];
  });
  const readings: Reading[] = [...heard, ...entered].sort(
    (a, b) => (a.takenAt ?? a.at) - (b.takenAt ?? b.at),
  );
  let place = 0;
  const all: Outlook[] = [];
  for (const at of ticks) {
    const lifted: Message[] = [];
    for (
      ;
      place < readings.length && (readings[place]!.takenAt ?? readings[place]!.at) < at + MINUTE;
      place += 1
    ) {
      hear(readings[place]!, lifted);
    }
    all.push({ at, ...standing(at), lifted });
  }
  return all;

  function hear(reading: Reading, lifted: Message[]): void {
    const { feed, shows, good, whole, takenAt } = reading;
    const state = feed && feeds.get(feed)!;
    if (state && takenAt !== null) {
      state.firstAt ??= takenAt;
      state.good = good;
      if (good) state.lastGoodAt = takenAt;
      if (good && whole) list(state, shows, takenAt);
    }
    if (!good) return;
    for (const id of shows) see(byId.get(id)!, reading, lifted);
  }

  function see(message: Message, { feed, at, takenAt }: Reading, lifted: Message[]): void {
    if (message.status !== 'actual') return;
    const before = known.get(message.id);
    const one = before ?? {
      message,
      feeds: new Set<SeasonFeed>(),
      worded: false,
      perhaps: true,
      firstSeenAt: takenAt ?? at,
      over: false,
    };
    known.set(message.id, one);
    if (feed !== 'nmc-alarm') one.worded = true;
    if (takenAt === null) return;
    if (feed) one.feeds.add(feed);
    one.perhaps = false;
    const current = newest.get(message.story);
    if (current && current.message.issuedAt > message.issuedAt) return;
    if (current !== one && message.action === 'cancel') lifted.push(message);
    newest.set(message.story, one);
  }

  function standing(at: number): Omit<Outlook, 'at' | 'lifted'> {
    const fresh = SEASON_FEEDS.filter((feed) => {
      const { good, lastGoodAt, firstAt } = feeds.get(feed)!;
      return good && firstAt !== null && at - (lastGoodAt ?? firstAt) < silentAfter(feed);
    });
    const silent = new Map<SeasonFeed, number>();
    for (const feed of SEASON_FEEDS) {
      const { lastGoodAt, firstAt } = feeds.get(feed)!;
      const since = lastGoodAt ?? firstAt;
      if (since !== null && at - since >= silentAfter(feed)) silent.set(feed, since);
    }
    const holding: Holding[] = [];
    const perhaps = [...known.values()].filter((one) => one.perhaps).map(({ message }) => message);
    for (const one of known.values()) {
      const top = newest.get(one.message.story);
      const doubted = perhaps.some(
        ({ story, issuedAt }) => story === one.message.story && issuedAt > one.message.issuedAt,
      );
      const state = one.perhaps ? perhapsHolds(one, top) : top === one ? holds(one, at, fresh) : 'over';
      if (state === 'over') continue;
      const word = words.findLast(
        ({ act, at: said }) => said <= at && act.with?.warningId === one.message.id,
      );
      holding.push({
        message: one.message,
        level: word ? one.message.level : levelOf(one),
        sure: state === 'holds' && !doubted,
        blind: state === 'blind' && !doubted,
        firstSeenAt: one.firstSeenAt,
        wordless: !one.worded,
      });
    }
    return { holding, fresh, silent };
  }

  function perhapsHolds(one: Known, top: Known | undefined): 'perhaps' | 'over' {
    const newer = !top || top.message.issuedAt < one.message.issuedAt;
    return newer && one.message.action !== 'cancel' ? 'perhaps' : 'over';
  }

  function holds(one: Known, at: number, fresh: readonly SeasonFeed[]): 'holds' | 'blind' | 'over' {
    const { message } = one;
    if (message.action === 'cancel') return 'over';
    const set = feeds.get('nmc-alarm')!;
    const inSet = one.feeds.has('nmc-alarm');
    const sees = inSet && fresh.includes('nmc-alarm');
    if (sees && set.listed.has(message.id)) {
      one.over = false;
      return 'holds';
    }
    if (one.over) return 'over';
    const byHand = one.feeds.size === 0;
    const worded = byHand || one.feeds.has('cap') || one.feeds.has('gjzwfw');
    const end = (worded ? message.expiresAt : null) ?? (inSet ? null : message.issuedAt + DAY);
    const seen = byHand || [...one.feeds].some((feed) => fresh.includes(feed));
    const missing = set.missing.get(message.id);
    const dropped = sees && missing !== undefined && set.completeAt - missing >= LAPSE_MS;
    if ((end !== null && at >= end && seen) || dropped) {
      one.over = true;
      return 'over';
    }
    return end !== null && at >= end ? 'blind' : 'holds';
  }
}

function list(state: Feed, shows: readonly string[], at: number): void {
  const now = new Set(shows);
  for (const id of state.listed) if (!now.has(id)) state.missing.set(id, at);
  for (const id of now) state.missing.delete(id);
  state.listed = now;
  state.completeAt = at;
}

function silentAfter(feed: SeasonFeed): number {
  return CATALOGUE[feed].silentAfterMinutes * MINUTE;
}

function levelOf({ message, feeds }: Known): Level {
  let level: Level | null = null;
  for (const feed of feeds) level = higher(level, message.misread[feed] ?? message.level);
  return level ?? message.level;
}
