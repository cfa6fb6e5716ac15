/** A season from its seed. The same seed gives the same world, to the byte. */
import type { Random } from '../../shared/io/ports.ts';
import type { District, Exam, Person, Session, Site } from '../../shared/plan/exam.ts';
import { atMinute, DAY, HOUR, instant, MINUTE } from '../../shared/time.ts';
import { divisionName } from '../../shared/warning/divisions.ts';
import { between, happens, pick, streamOf } from './chance.ts';
import { changedRoster, drawRoster } from './people.ts';
import { DISTRICTS } from './places.ts';
import { drawActs, drawCarrier, drawEntries, drawFeedTroubles, drawRough, soreMoments } from './troubles.ts';
import { drawWeather } from './weather.ts';
import type { PlanVersion, RosterVersion, World } from './world.ts';

/** Length of a season. */
export const SEASON_DAYS = 30;

const START = instant('2024-09-01T08:00:00+08:00');
const ZONE = 'Asia/Shanghai';

export function drawWorld(seed: number): World {
  const stream = (name: string): Random => streamOf(seed, name);
  const end = START + SEASON_DAYS * DAY;
  const exams = drawExams(stream('exams'));
  const people = exams.map((exam, place) => drawRoster(stream(`people ${place}`), exam, 1 + place * 400));
  const messages = drawWeather(stream('weather'), exams, START, end);
  const sore = soreMoments(stream('sore'), exams, messages);
  return {
    seed,
    start: START,
    end,
    exams,
    rosters: drawRosters(stream('rosters'), exams, people),
    plans: drawPlans(stream('plans'), exams),
    messages,
    feedTroubles: drawFeedTroubles(stream('feeds'), sore, START, end),
    rough: drawRough(stream('rough'), sore, START, end),
    carrier: drawCarrier(stream('carrier'), sore, START, end),
    partsPerSecond: pick(stream('grant'), [2, 5, 20, 20]),
    refused: people.flat().flatMap(({ phone }) => (happens(stream(`refused ${phone}`), 0.03) ? [phone] : [])),
    acts: [
      ...drawActs(stream('acts'), exams, people),
      ...drawEntries(stream('entries'), exams, people, messages),
    ].sort((a, b) => a.at - b.at),
    indexLag: happens(stream('index'), 0.3) ? between(stream('lag'), 1, 20) : 0,
  };
}

function drawExams(random: Random): Exam[] {
  const two = happens(random, 0.3);
  // Of two exams none is large: with every district more a season takes as long again, and sees little that is new.
  const sizes = two ? [1, 1, 2] : [1, 1, 2, 3];
  const exams = [drawExam(random, 'x1', between(random, 9, 12), pick(random, sizes))];
  if (two) exams.push(drawExam(random, 'x2', between(random, 20, 24), pick(random, sizes)));
  return exams;
}

function drawExam(random: Random, id: string, day: number, count: number): Exam {
  const from = between(random, 0, DISTRICTS.length - 1);
  const places = DISTRICTS.map((_, place) => DISTRICTS[(from + place) % DISTRICTS.length]!).slice(0, count);
  const districts = places.map(
    ({ id: name, adcode, excludes }): District => ({
      id: name,
      name: `${divisionName(adcode)}考区`,
      adcode,
      excludes,
    }),
  );
  const sites = places.flatMap((place) => {
    const counties = place.counties.filter(() => happens(random, 0.5));
    const chosen = counties.length > 0 ? counties.slice(0, 2) : place.counties.slice(0, 1);
    return chosen.map(
      ({ adcode, coastal }): Site => ({
        id: `s${adcode}`,
        name: `${divisionName(adcode)}考点`,
        districtId: place.id,
        adcode,
        lon: 118,
        lat: 25,
        coastal,
        shelters: [{ name: '报告厅', route: '沿走廊' }],
        seats: 20,
        spareSeats: 2,
      }),
    );
  });
  return {
    id,
    name: '法考',
    timeZone: ZONE,
    hotline: '0595-00000000',
    signature: '司法局',
    districts,
    sites,
    sessions: drawSessions(random, START + day * DAY),
  };
}

/** Two papers a day on one or two days, or one long paper on one. */
function drawSessions(random: Random, day: number): Session[] {
  const session = (id: string, batch: string, at: number, from: number, until: number): Session => ({
    id,
    name: id,
    batch,
    paper: null,
    startsAt: atMinute(at, from, ZONE),
    endsAt: atMinute(at, until, ZONE),
    admitFrom: atMinute(at, from - 45, ZONE),
  });
  if (happens(random, 0.25)) return [session('Z1', 'Z', day, 9 * 60, 13 * 60)];
  const batches = happens(random, 0.6) ? ['A', 'B'] : ['A'];
  return batches.flatMap((batch, place) => [
    session(`${batch}1`, batch, day + place * DAY, 9 * 60, 12 * 60),
    session(`${batch}2`, batch, day + place * DAY, 14 * 60 + 30, 17 * 60 + 30),
  ]);
}

function drawPlans(random: Random, exams: readonly Exam[]): PlanVersion[] {
  return exams.flatMap((exam) => {
    const at = exam.sessions[0]!.startsAt - between(random, 2, 8 * 24 * 60) * MINUTE;
    return happens(random, 0.4) ? [{ at, examId: exam.id, version: 'next' }] : [];
  });
}

function drawRosters(random: Random, exams: readonly Exam[], people: readonly Person[][]): RosterVersion[] {
  const versions: RosterVersion[] = [];
  for (const [place, exam] of exams.entries()) {
    let current = people[place]!;
    versions.push({ at: START, examId: exam.id, version: 'v1', people: current });
    const first = exam.sessions[0]!.startsAt;
    for (let count = pick(random, [0, 0, 1, 2]); count > 0; count -= 1) {
      const version = `v${versions.filter(({ examId }) => examId === exam.id).length + 1}`;
      const before = versions[versions.length - 1]!.at;
      const at = Math.max(before + HOUR, first - between(random, 2, 9 * 24 * 60) * MINUTE);
      current = changedRoster(random, exam, current, 201 + place * 400 + versions.length * 20);
      versions.push({ at, examId: exam.id, version, people: current });
    }
  }
  return versions.sort((a, b) => a.at - b.at);
}
