/** An invented exam that begins in three days, its candidates, and the notice that tells them. */
import type { Notice } from '../../shared/notice/notice.ts';
import type { Exam, Person, Session } from '../../shared/plan/exam.ts';
import { DAY, HOUR, MINUTE, pad } from '../../shared/time.ts';

/** Where the notice stands. */
export const CHAIN = 'bench#qz';
export const NUMBER = '0001';

const SITE = 'S1';
const PAPERS = ['p1', 'p2'];

export function examFrom(now: number, id: string): Exam {
  const first = Math.floor(now / DAY) * DAY + 3 * DAY + HOUR;
  return {
    id,
    name: '测速考试',
    timeZone: 'Asia/Shanghai',
    hotline: '0595-00000000',
    signature: '测速司法局',
    districts: [{ id: 'qz', name: '测速考区', adcode: '350500', excludes: [] }],
    sites: [
      {
        id: SITE,
        name: '第一考点',
        districtId: 'qz',
        adcode: '350503',
        lon: 118.6,
        lat: 24.9,
        coastal: false,
        shelters: [{ name: '报告厅', route: '南门' }],
        seats: 10_000,
        spareSeats: 10,
      },
    ],
    sessions: PAPERS.map((id, place) => paper(id, first + place * 5 * HOUR)),
  };
}

/** A paper of three hours. */
export function paper(id: string, startsAt: number, batch: string | null = null): Session {
  const [admitFrom, endsAt] = [startsAt - 45 * MINUTE, startsAt + 3 * HOUR];
  return { id, name: id, batch, paper: id, admitFrom, startsAt, endsAt };
}

/** Invented numbers: no network gives out 139 with zeros for the region. */
export function candidates(count: number, from = 0): Person[] {
  return Array.from({ length: count }, (_, place) => ({
    personId: `C-${pad(from + place, 6)}`,
    name: `考生${from + place}`,
    phone: `+86139${pad(from + place, 8)}`,
    role: 'candidate',
    siteId: SITE,
    sessionIds: PAPERS,
    needs: '',
    districtId: null,
    homeAdcode: null,
    function: null,
  }));
}

export function dutyOfficer(): Person {
  const [person] = candidates(1);
  return {
    ...person!,
    personId: 'D-1',
    phone: `+86138${pad(1, 8)}`,
    role: 'duty-officer',
    siteId: null,
    sessionIds: [],
  };
}

/** An orange reminder to everybody. */
export function reminder(exam: Exam, no: string, createdAt: number): Notice {
  return {
    no,
    kind: 'candidate-reminder',
    class: 'action',
    lane: 'candidates',
    hazard: 'typhoon',
    level: 'orange',
    warningId: null,
    clause: '五(三)',
    template: 'candidate-reminder.wind.orange@1',
    slots: { 机构: '市气象台', 时间: '20日09:30', 预警: '台风橙色' },
    siteSlots: {},
    audience: {
      who: 'candidates',
      siteId: SITE,
      cells: [{ siteId: SITE, home: null, sessionIds: PAPERS }],
      dropTold: [],
    },
    approvedBy: 'bench',
    createdAt,
    deadline: exam.sessions[0]!.admitFrom,
    validUntil: null,
  };
}
