/** A short storm as a scenario directory: one morning's signals over two sites, small enough to run many times. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const HOTLINE = '0595-00000000';

/** Warnings as the national portal lists them. */
interface Signal {
  id: string;
  headline: string;
  colour: 'blue' | 'yellow' | 'orange' | 'red';
  action: 'Alert' | 'Update' | 'Cancel';
  at: string;
  until: string;
  refers: string;
}

const YELLOW: Signal = {
  id: '35050041600000_20240920081000',
  headline: '泉州市气象台发布台风黄色预警信号[III级/较重]',
  colour: 'yellow',
  action: 'Alert',
  at: '2024-09-20 08:10:00.0',
  until: '2024-09-21 08:10:00.0',
  refers: '',
};
const ORANGE: Signal = {
  id: '35050041600000_20240920090000',
  headline: '泉州市气象台升级发布台风橙色预警信号[II级/严重]',
  colour: 'orange',
  action: 'Update',
  at: '2024-09-20 09:00:00.0',
  until: '2024-09-21 09:00:00.0',
  refers: YELLOW.id,
};
const LIFTED: Signal = {
  id: '35050041600000_20240920100000',
  headline: '泉州市气象台解除台风橙色预警信号',
  colour: 'orange',
  action: 'Cancel',
  at: '2024-09-20 10:00:00.0',
  until: '2024-09-21 09:00:00.0',
  refers: ORANGE.id,
};

/** In place of the first: a warning of the second site's county alone, which the next then does not follow. */
const COUNTY_YELLOW: Signal = {
  ...YELLOW,
  id: '35058141600000_20240920081000',
  headline: '石狮市气象台发布台风黄色预警信号[III级/较重]',
};
const OWN_ORANGE: Signal = {
  ...ORANGE,
  headline: '泉州市气象台发布台风橙色预警信号[II级/严重]',
  action: 'Alert',
  refers: '',
};

/** What the portal's feed answers from a time of day on, beside the storm's own answers. */
export interface ExtraAnswer {
  at: string;
  feed?: string;
  fault?: 'timeout' | 'reset' | 'html' | 'truncated' | 'empty';
  status?: number;
  /** Content of a body that is not one of the storm's. */
  content?: string;
}

/** What somebody does at a time of day. */
export interface StormAct {
  at: string;
  person: string;
  does: string;
  task?: string;
  notice?: string;
  with?: object;
}

export interface SmallStorm {
  candidates?: number;
  /** Every so many candidates one sits at the second site, the others at the first. */
  secondSiteEvery?: number;
  /** The yellow signal is of the second site's county alone. */
  countyYellow?: boolean;
  /** Time of day at which the story ends. */
  until?: string;
  /** Leaves out the answers after this time of day. */
  answersUntil?: string;
  /** In place of the shipped plan. */
  plan?: object;
  extra?: ExtraAnswer[];
  acts?: StormAct[];
  carrier?: { partsPerSecond?: number; lose?: number; throttle?: number; refuse?: string[] };
}

/** Writes the scenario into `directory`, 08:00 to 10:30 on the eve of the exam, and returns the directory. */
export function writeSmallStorm(
  directory: string,
  {
    candidates = 60,
    secondSiteEvery = 2,
    countyYellow = false,
    until = '10:30',
    answersUntil = '23:59',
    plan,
    extra = [],
    acts = [],
    carrier = {},
  }: SmallStorm = {},
): string {
  mkdirSync(directory, { recursive: true });
  const write = (name: string, content: unknown): void =>
    writeFileSync(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content));
  write('exam.json', {
    id: 'small',
    name: '小型考试',
    timeZone: 'Asia/Shanghai',
    hotline: HOTLINE,
    signature: '泉州市司法局',
    districts: [{ id: 'qz', name: '泉州考区', adcode: '350500', excludes: ['350527'] }],
    sites: [
      site('S1', '鲤城一号考点', '350502', 118.59, 24.91, false),
      site('S2', '石狮二号考点', '350581', 118.65, 24.73, true),
    ],
    sessions: [
      session('s1', '2024-09-21T09:00:00+08:00', '2024-09-21T12:00:00+08:00', '2024-09-21T08:15:00+08:00'),
      session('s2', '2024-09-21T14:30:00+08:00', '2024-09-21T17:30:00+08:00', '2024-09-21T13:45:00+08:00'),
    ],
  });
  if (plan) write('plan.json', plan);
  write('none.json', []);
  const signals = countyYellow ? [OWN_ORANGE, COUNTY_YELLOW] : [ORANGE, YELLOW];
  write('yellow.json', signals.slice(1).map(row));
  write('orange.json', signals.map(row));
  write('lifted.json', [LIFTED, ...signals].map(row));
  write('roster.csv', rosterOf(candidates, secondSiteEvery));
  const answer = (time: string, body: string): object => ({
    at: `2024-09-20T${time}:00+08:00`,
    feed: 'gjzwfw',
    status: 200,
    body,
  });
  write('scenario.json', {
    name: '小型风暴',
    start: '2024-09-20T08:00:00+08:00',
    end: `2024-09-20T${until}:00+08:00`,
    exam: 'exam.json',
    plan: plan ? 'plan.json' : null,
    roster: 'roster.csv',
    answers: [
      ...(
        [
          ['08:00', 'none.json'],
          ['08:12', 'yellow.json'],
          ['09:02', 'orange.json'],
          ['10:02', 'lifted.json'],
        ] as const
      )
        .filter(([time]) => time <= answersUntil)
        .map(([time, body]) => answer(time, body)),
      ...extra.map(({ at, feed = 'gjzwfw', content, ...rest }, index) => {
        if (content === undefined) return { at: `2024-09-20T${at}:00+08:00`, feed, ...rest };
        write(`extra-${index}`, content);
        return { at: `2024-09-20T${at}:00+08:00`, feed, status: 200, body: `extra-${index}` };
      }),
    ],
    people: [{ at: '08:20', person: 'D1', does: 'acknowledge', task: 'duty' }, ...acts].map((act) => ({
      ...act,
      at: `2024-09-20T${act.at}:00+08:00`,
    })),
    carrier,
  });
  return directory;
}

/** E.164 of the n-th invented person. */
export function inventedPhone(n: number): string {
  return `+86139${String(n).padStart(8, '0')}`;
}

function site(id: string, name: string, adcode: string, lon: number, lat: number, coastal: boolean): object {
  return {
    id,
    name,
    districtId: 'qz',
    adcode,
    lon,
    lat,
    coastal,
    shelters: [{ name: '报告厅', route: '南门' }],
    seats: 500,
    spareSeats: 5,
  };
}

function session(id: string, startsAt: string, endsAt: string, admitFrom: string): object {
  return { id, name: id, batch: 'b1', paper: id, startsAt, endsAt, admitFrom };
}

function row({ id, headline, colour, action, at, until, refers }: Signal): object {
  return {
    identifier: id,
    sender: '泉州市气象台',
    headline,
    description: headline,
    effective: at,
    expires: until,
    eventType: '11B01',
    eventTypeCN: '台风事件',
    severity: colour,
    msgType: action,
    referencesInfo: refers,
    note: '',
  };
}

const STAFF = ['commander', 'deputy', 'member', 'office', 'liaison', 'assessment', 'partner'];

export function rosterOf(candidates: number, secondSiteEvery = 2): string {
  const lines = ['personId,name,phone,role,siteId,sessionIds,needs'];
  let n = 0;
  const add = (id: string, role: string, siteId: string, sessions: string): void => {
    n += 1;
    lines.push(`${id},某${id},${inventedPhone(n).slice(3)},${role},${siteId},${sessions},`);
  };
  for (let c = 1; c <= candidates; c += 1)
    add(`C${c}`, 'candidate', c % secondSiteEvery ? 'S1' : 'S2', 's1;s2');
  STAFF.forEach((role, index) => {
    add(`P${index + 1}`, role, '', '');
  });
  add('D1', 'duty-officer', '', '');
  for (const each of ['S1', 'S2']) add(`L-${each}`, 'site-lead', each, '');
  return `${lines.join('\n')}\n`;
}
