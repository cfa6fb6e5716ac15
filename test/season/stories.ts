/** Small seasons of a few hours, told in full: short enough to let every single call of theirs fail. */

import type { Exam, Person } from '../../shared/plan/exam.ts';
import { HOUR, instant, MINUTE } from '../../shared/time.ts';
import type { Colour } from '../../shared/warning/warning.ts';
import { streamOf } from './chance.ts';
import { drawRoster } from './people.ts';
import type { Message, World } from './world.ts';

export const at = (text: string): number => instant(`2024-09-${text}:00+08:00`);

const session = (id: string, day: string): Exam['sessions'][number] => ({
  id,
  name: id,
  batch: 'A',
  paper: null,
  startsAt: at(`${day}T09:00`),
  endsAt: at(`${day}T12:00`),
  admitFrom: at(`${day}T08:15`),
});

/** One site in Jinjiang, one paper on the 12th. */
export const EXAM: Exam = {
  id: 'x1',
  name: '法考',
  timeZone: 'Asia/Shanghai',
  hotline: '0595-00000000',
  signature: '司法局',
  districts: [{ id: 'quanzhou', name: '泉州考区', adcode: '350500', excludes: ['350527'] }],
  sites: [
    {
      id: 's1',
      name: '晋江考点',
      districtId: 'quanzhou',
      adcode: '350582',
      lon: 118.55,
      lat: 24.78,
      coastal: true,
      shelters: [{ name: '报告厅', route: '沿走廊' }],
      seats: 20,
      spareSeats: 2,
    },
  ],
  sessions: [session('A1', '12')],
};

/** A duty officer, a commander, a site lead and three candidates, two of whom share a number. */
export function people(): Person[] {
  const all = drawRoster(streamOf('stories'), EXAM, 1);
  const some = (role: Person['role'], count: number): Person[] =>
    all.filter((person) => person.role === role && person.phone.startsWith('+86')).slice(0, count);
  const [first, second, third] = some('candidate', 3).map((person) => ({ ...person, homeAdcode: null }));
  const candidates = [first!, second!, { ...third!, phone: second!.phone }];
  return [...some('duty-officer', 1), ...some('commander', 1), ...some('site-lead', 1), ...candidates];
}

export function message(
  story: string,
  action: Message['action'],
  level: Colour,
  issuedAt: string,
  change: Partial<Message> = {},
): Message {
  const when = at(issuedAt);
  const digits = issuedAt.replace(/\D/g, '');
  return {
    id: `35050041600000_202409${digits}00`,
    story,
    status: 'actual',
    action,
    hazard: 'typhoon',
    level,
    product: 'signal',
    office: '泉州市气象台',
    adcode: '350500',
    naming: 'own',
    issuedAt: when,
    expiresAt: action === 'cancel' ? null : when + 24 * HOUR,
    references: [],
    shownAt: { gjzwfw: when + 2 * MINUTE },
    goneAt: null,
    misread: {},
    ...change,
  };
}

export function world(change: Partial<World> & Pick<World, 'start' | 'end' | 'messages'>): World {
  return {
    seed: 1,
    exams: [EXAM],
    rosters: [{ at: change.start, examId: EXAM.id, version: 'v1', people: people() }],
    plans: [],
    feedTroubles: [],
    rough: [],
    carrier: [],
    partsPerSecond: 20,
    refused: [],
    acts: [],
    indexLag: 0,
    ...change,
  };
}

const [officer] = people();

/** Each ends when all that it began is told and accounted for. */
/** A yellow is told, raised to orange and lifted, the evening before. */
export const RAISED: World = world({
  start: at('11T20:00'),
  end: at('11T21:12'),
  messages: [
    message('e1', 'issue', 'yellow', '11T20:00'),
    message('e1', 'update', 'orange', '11T20:25'),
    message('e1', 'cancel', 'orange', '11T20:55'),
  ],
});

/** A set drops it while the other feed is dark, and people come into the roster. */
export const DARK: World = world({
  start: at('12T06:02'),
  end: at('12T07:20'),
  messages: [
    message('e1', 'issue', 'orange', '12T06:02', {
      shownAt: { gjzwfw: at('12T06:05'), 'nmc-alarm': at('12T06:08') },
      goneAt: at('12T06:40'),
    }),
  ],
  feedTroubles: [{ feed: 'gjzwfw', from: at('12T06:20'), until: at('12T07:10'), kind: 'html' }],
  rosters: [
    { at: at('12T06:02'), examId: EXAM.id, version: 'v1', people: people().slice(0, 5) },
    { at: at('12T06:15'), examId: EXAM.id, version: 'v2', people: people() },
  ],
  acts: [{ at: at('12T06:12'), personId: officer!.personId, does: 'acknowledge' }],
});
