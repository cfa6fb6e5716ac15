/** Weeks of weather: events that rise, fall, end or fade, as the offices tell of them and as each feed carries it. */
import type { Random } from '../../shared/io/ports.ts';
import type { Exam } from '../../shared/plan/exam.ts';
import { civil, DAY, HOUR, MINUTE, pad, SECOND } from '../../shared/time.ts';
import { COLOURS, type Colour, type Hazard, type Level } from '../../shared/warning/warning.ts';
import { between, happens, pick } from './chance.ts';
import { type Department, DISTRICTS, NATION, NEIGHBOURS, officeName, PROVINCE } from './places.ts';
import { type Message, type Naming, SEASON_FEEDS, type SeasonFeed } from './world.ts';

/** How long each feed is behind the office, in minutes. */
const BEHIND: Record<SeasonFeed, [number, number]> = { gjzwfw: [1, 4], 'nmc-alarm': [2, 9], cap: [5, 20] };

/** Share of events that each feed carries at all. */
const CARRIES: Record<SeasonFeed, number> = { gjzwfw: 0.85, 'nmc-alarm': 0.8, cap: 0.7 };

/** Share of events that no feed carries. */
const BY_HAND = 0.06;

/** By weight; the second half is rare. */
const HAZARDS: readonly Hazard[] = [
  ...Array<Hazard>(8).fill('typhoon'),
  ...Array<Hazard>(6).fill('rainstorm'),
  ...Array<Hazard>(3).fill('gale'),
  'sea-gale',
  'sea-gale',
  'thunderstorm-gale',
  'flash-flood',
  'geological',
  'storm-surge',
  'heat',
  'fog',
];

interface Event {
  story: string;
  hazard: Hazard;
  department: Department;
  adcode: string;
  naming: Naming;
  product: 'signal' | 'level';
  /** Levels from first to last; null is its end by a real 解除. */
  course: (Level | null)[];
  exercise: boolean;
  /** Lasting validity of each message, or null. */
  validMs: number | null;
  feeds: SeasonFeed[];
}

/** Every message of the season, in order of issue. */
export function drawWeather(random: Random, exams: readonly Exam[], start: number, end: number): Message[] {
  const messages: Message[] = [];
  const busy = new Map<string, number>();
  let count = 0;
  const event = (around: number): void => {
    count += 1;
    const one = drawEvent(random, exams, `e${count}`);
    const key = `${one.adcode}|${one.department}|${one.hazard}|${one.product}`;
    // One office has one event of a kind at a time.
    const from = Math.max(around, busy.get(key) ?? start);
    const told = drawMessages(random, one, from);
    busy.set(key, Math.max(...told.map((each) => each.issuedAt)) + 26 * HOUR);
    messages.push(...told.filter((each) => each.issuedAt < end - 12 * HOUR));
  };
  for (const exam of exams) {
    const first = exam.sessions[0]!.startsAt;
    for (let left = between(random, 3, 6); left > 0; left -= 1) {
      event(first - between(random, -36 * 60, 8 * 24 * 60) * MINUTE);
    }
    // One that is told of when deadlines are about to end.
    const { admitFrom } = pick(random, exam.sessions);
    event(admitFrom - between(random, 2, 40) * MINUTE);
  }
  for (let left = between(random, 0, 2); left > 0; left -= 1) {
    event(start + between(random, 0, (end - start) / HOUR) * HOUR);
  }
  return messages.sort((a, b) => a.issuedAt - b.issuedAt || (a.id < b.id ? -1 : 1));
}

function drawEvent(random: Random, exams: readonly Exam[], story: string): Event {
  const hazard = pick(random, HAZARDS);
  const district = pick(random, pick(random, exams).districts);
  const place = DISTRICTS.find(({ adcode }) => adcode === district.adcode)!;
  const tier = random();
  let [adcode, naming]: [string, Naming] = [place.adcode, 'own'];
  if (tier < 0.35) adcode = pick(random, place.counties).adcode;
  else if (tier > 0.94) adcode = pick(random, NEIGHBOURS);
  else if (tier > 0.91) adcode = NATION;
  else if (tier > 0.8) [adcode, naming] = [PROVINCE, pick(random, ['whole', 'city', 'coast', 'elsewhere'])];
  const water = hazard === 'flash-flood';
  const course = drawCourse(random);
  const carried = SEASON_FEEDS.filter((feed) => happens(random, CARRIES[feed]));
  return {
    story,
    hazard,
    department: water ? '332' : '416',
    adcode,
    naming,
    // A headline without a colour or grade reads as a signal.
    product:
      hazard === 'typhoon' && !course.includes('unknown') && happens(random, 0.08) ? 'level' : 'signal',
    course,
    exercise: happens(random, 0.03),
    validMs: happens(random, 0.15) ? null : pick(random, [6 * HOUR, 12 * HOUR, DAY, DAY, DAY]),
    // Of some an officer hears by telephone alone.
    feeds: happens(random, BY_HAND) ? [] : carried.length > 0 ? carried : ['gjzwfw'],
  };
}

function drawCourse(random: Random): (Level | null)[] {
  if (happens(random, 0.04)) return ['unknown', pick(random, COLOURS), null];
  const course: (Level | null)[] = [];
  let at = pick(random, [0, 0, 0, 1, 1, 2]);
  for (let left = between(random, 1, 5); left > 0; left -= 1) {
    course.push(COLOURS[at]!);
    at = Math.min(3, Math.max(0, at + pick(random, [-1, 0, 1, 1])));
  }
  if (happens(random, 0.75)) course.push(null);
  return course;
}

function drawMessages(random: Random, event: Event, from: number): Message[] {
  const told: Message[] = [];
  let at = from + between(random, 0, 59) * SECOND;
  let level: Level = 'blue';
  for (const step of event.course) {
    const before = told[told.length - 1];
    level = step ?? level;
    const action = step === null ? 'cancel' : before ? 'update' : 'issue';
    const message: Message = {
      id: `${event.adcode}${event.department}00000_${stamp(at)}`,
      story: event.story,
      status: event.exercise ? 'exercise' : 'actual',
      action,
      hazard: event.hazard,
      level,
      product: event.product,
      office: officeName(event.adcode, event.department),
      adcode: event.adcode,
      naming: event.naming,
      issuedAt: at,
      expiresAt: event.validMs === null || action === 'cancel' ? null : at + event.validMs,
      references: before && happens(random, 0.8) ? [before.id] : [],
      shownAt: {},
      goneAt: null,
      misread: {},
    };
    show(random, event, message, before);
    told.push(message);
    // Mostly renewed or ended before its own end, sometimes long after.
    const span = event.validMs ?? DAY;
    const next = happens(random, 0.85)
      ? between(random, 20, span / MINUTE - 5)
      : between(random, 20, 30 * 60);
    at += next * MINUTE + between(random, 0, 59) * SECOND;
  }
  const last = told[told.length - 1]!;
  // A set tells of an end only by leaving it out, of a fading event some time after its end.
  if (last.action !== 'cancel') {
    const faded = (last.expiresAt ?? last.issuedAt + DAY) + between(random, -240, 180) * MINUTE;
    last.goneAt = Math.max(faded, last.issuedAt + 30 * MINUTE);
  }
  return told;
}

function show(random: Random, event: Event, message: Message, before: Message | undefined): void {
  const late = happens(random, 0.04) ? between(random, 30, 27 * 60) * MINUTE : 0;
  for (const feed of event.feeds) {
    if (feed !== 'cap' && event.exercise) continue;
    const straggles = happens(random, 0.04) ? between(random, 20, 240) * MINUTE : 0;
    const [least, most] = BEHIND[feed];
    const at = message.issuedAt + between(random, least, most) * MINUTE + late + straggles;
    if (feed === 'nmc-alarm') {
      // The set lists what is in force, so what is replaced or lifted goes away, now and then far too late.
      const lags = happens(random, 0.05) ? between(random, 30, 300) * MINUTE : 0;
      if (before) before.goneAt = at + lags;
      if (message.action === 'cancel') continue;
    }
    if (happens(random, 0.05)) continue;
    message.shownAt[feed] = at;
    if (happens(random, 0.02) && message.product === 'signal' && message.level !== 'unknown') {
      message.misread[feed] = COLOURS[between(random, 0, 3)] as Colour;
    }
  }
}

function stamp(at: number): string {
  const { year, month, day, hour, minute, second } = civil(at);
  return `${year}${pad(month)}${pad(day)}${pad(hour)}${pad(minute)}${pad(second)}`;
}
