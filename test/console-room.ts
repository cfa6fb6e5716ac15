/** A small exam and one day of weather over it, told up to any hour: what the console's tests look at. */
import { type Replayed, replay } from '../infra/replay.ts';
import { type Answer, readScenario, type Scenario } from '../infra/scenario.ts';
import { readRoster } from '../shared/plan/roster.ts';
import { readExam } from '../shared/plan/schema.ts';
import { instant } from '../shared/time.ts';

export const ACTIVATION = 'fk-probe-qz-01';

/** The hour on the day before the exam and on exam day, in Beijing. */
export const at = (text: string): number => instant(`2024-09-${text}:00+08:00`);

const site = (id: string, name: string, adcode: string, coastal: boolean) => ({
  ...{ id, name, adcode, coastal, districtId: 'qz', lon: 118.6, lat: 24.9, seats: 30, spareSeats: 2 },
  shelters: [{ name: '礼堂', route: '出南门' }],
});

const session = (id: string, name: string, admit: string, from: string, to: string) => ({
  ...{ id, name, batch: 'A', paper: id },
  admitFrom: `2024-09-21T${admit}:00+08:00`,
  startsAt: `2024-09-21T${from}:00+08:00`,
  endsAt: `2024-09-21T${to}:00+08:00`,
});

const EXAM = {
  ...{
    id: 'fk-probe',
    name: '法考试演',
    timeZone: 'Asia/Shanghai',
    hotline: '0595-00000000',
    signature: '泉州市司法局',
  },
  districts: [{ id: 'qz', name: '泉州考区', adcode: '350500', excludes: ['350527'] }],
  sites: [site('S1', '鲤城甲考点', '350502', false), site('S2', '石狮乙考点', '350581', true)],
  sessions: [
    session('A1', '卷一', '08:15', '09:00', '12:00'),
    session('A2', '卷二', '13:45', '14:30', '17:30'),
  ],
};

const POSTS: [role: string, siteId: string][] = [
  ['commander', ''],
  ['deputy', ''],
  ['office', ''],
  ['duty-officer', ''],
  ['liaison', ''],
  ['assessment', ''],
  ['site-lead', 'S1'],
  ['site-lead', 'S2'],
];

const ROSTER = [
  'personId,name,phone,role,siteId,sessionIds,needs',
  ...POSTS.map(
    ([role, place], index) =>
      `W-${index},演员${'甲乙丙丁戊己庚辛'[index]},1390000010${index},${role},${place},,`,
  ),
  ...Array.from(
    { length: 12 },
    (_, index) =>
      `C-${index},考生${'子丑寅卯辰巳午未申酉戌亥'[index]},139000002${String(index).padStart(2, '0')},candidate,S${(index % 2) + 1},A1;A2,`,
  ),
].join('\n');

const shipped = readScenario('infra/storm');

/** An entry of the portal as it really looks; only what these stories tell of is changed. */
const [model] = JSON.parse(Buffer.from(shipped.file('answers/gjzwfw-0919-0917.json')).toString('utf8'));

const typhoon = (stamp: string, colour: string, severity: string) => ({
  ...model,
  identifier: `35050041600000_202409${stamp}00`,
  sender: '泉州市气象台',
  headline: `泉州市气象台发布台风${colour}预警信号`,
  description: `泉州市气象台发布台风${colour}预警信号`,
  eventType: '11B01',
  eventTypeCN: '台风事件',
  effective: '',
  expires: '2024-09-21 20:00:00.0',
  severity,
});

const YELLOW = typhoon('200900', '黄色', 'yellow');
const ORANGE = typhoon('202030', '橙色', 'Orange');
/** What a hostile or broken office might say. */
export const UNREADABLE = '<script>document.title="taken"</script>';

const lists: Record<string, unknown> = {
  none: [],
  yellow: [YELLOW, { identifier: '', headline: UNREADABLE }],
  orange: [ORANGE, YELLOW],
  set: {
    msg: 'success',
    code: 0,
    data: { page: { pageNo: 1, pageSize: 200, count: 0, totalPage: 1, list: [] } },
  },
};

const ANSWERS: Answer[] = [
  { at: at('20T08:00'), feed: 'gjzwfw', status: 200, body: 'none' },
  { at: at('20T08:00'), feed: 'nmc-alarm', status: 200, body: 'set' },
  { at: at('20T08:10'), feed: 'nmc-alarm', fault: 'timeout' },
  { at: at('20T08:40'), feed: 'nmc-alarm', status: 200, body: 'set' },
  { at: at('20T09:02'), feed: 'gjzwfw', status: 200, body: 'yellow' },
  { at: at('20T20:31'), feed: 'gjzwfw', status: 200, body: 'orange' },
];

/** The story from 08:00 on the day before the exam until `end`; `change` bends it. */
export async function story(
  end: string,
  change: Partial<Scenario> = {},
): Promise<Replayed & { personal: string[] }> {
  const { exam } = readExam(EXAM);
  if (!exam) throw new Error('the exam of this room is not one');
  const { people } = readRoster(ROSTER, exam);
  const scenario: Scenario = {
    name: 'console',
    start: at('20T08:00'),
    end: at(end),
    exam,
    plan: shipped.plan,
    people,
    acts: [{ at: at('20T09:10'), person: 'W-3', does: 'done', task: 'duty' }],
    answers: ANSWERS,
    carrier: { partsPerSecond: 20, lose: 0, throttle: 0, refuse: ['+8613900000205'] },
    issues: [],
    file: (name) => Buffer.from(JSON.stringify(lists[name])),
    ...change,
  };
  const personal = people.flatMap(({ name, phone }) => [name, phone, phone.slice(3)]);
  return { ...(await replay(scenario)), personal };
}
