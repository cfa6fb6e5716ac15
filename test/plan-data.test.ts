import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { run } from '../infra/commands/check.ts';
import { reachesFloor } from '../shared/activation/situation.ts';
import { findTemplate } from '../shared/notice/templates.ts';
import type { Plan, Step } from '../shared/plan/plan.ts';
import { publishedSchema, readPlan } from '../shared/plan/schema.ts';
import { HOUR, instant } from '../shared/time.ts';
import { COLOURS, type Colour, type Hazard } from '../shared/warning/warning.ts';
import { withChange } from './with-change.ts';

function load(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../shared/plan/data/${name}.json`, import.meta.url), 'utf8'));
}

function shipped(): Plan {
  const { plan } = readPlan(load('quanzhou'));
  if (!plan) throw new Error('the shipped plan is not valid');
  return plan;
}

describe('the shipped plan', () => {
  const plan = shipped();
  const first = instant('2024-09-21T09:00:00+08:00');

  test.each(['quanzhou', 'example-hainan'])('%s is valid without a single remark.', (name) => {
    expect(readPlan(load(name))).toMatchObject({ issues: [], plan: { id: name } });
  });

  /** Weakest colour that counts at T − 168 h, − 72 h − 1 s, − 72 h, − 24 h − 1 s, − 24 h, + 30 h. */
  const floors: [hazard: Hazard, early: Colour | null, middle: Colour | null, late: Colour | null][] = [
    ['typhoon', 'blue', 'blue', 'blue'],
    ['rainstorm', 'orange', 'blue', 'blue'],
    ['flood', 'orange', 'blue', 'blue'],
    ['flash-flood', 'orange', 'blue', 'blue'],
    ['waterlogging', 'orange', 'blue', 'blue'],
    ['geological', 'orange', 'blue', 'blue'],
    ['gale', null, 'orange', 'yellow'],
    ['thunderstorm-gale', null, 'orange', 'yellow'],
    ['convection', null, 'orange', 'yellow'],
    ['sea-gale', null, 'orange', 'yellow'],
    ['wave', null, 'orange', 'yellow'],
    ['storm-surge', null, 'orange', 'yellow'],
  ];
  test.each(floors)('%s counts from %s, then %s, then %s.', (hazard, early, middle, late) => {
    const trigger = plan.triggers.find((each) => each.hazards.includes(hazard));
    const weakest = (hours: number) =>
      COLOURS.find((colour) => trigger && reachesFloor(trigger, colour, first, first + hours * HOUR)) ?? null;
    const second = 1 / 3600;
    expect([-168, -72 - second].map(weakest)).toEqual([early, early]);
    expect([-72, -24 - second].map(weakest)).toEqual([middle, middle]);
    expect([-24, 30].map(weakest)).toEqual([late, late]);
    expect(weakest(-168 - second)).toBeNull();
  });

  test('Only the sea counts on the coast alone, and every trigger cites its clause.', () => {
    expect(plan.triggers.filter((each) => each.coastalOnly).flatMap((each) => each.hazards)).toEqual([
      'sea-gale',
      'wave',
      'storm-surge',
    ]);
    expect(new Set(plan.triggers.map((each) => each.clause))).toEqual(new Set(['四(二)1⑴']));
  });

  const due: [id: Step['id'], clause: string, blue: number, yellow: number, orange: number, red: number][] = [
    ['command-brief', '四(二)1', 60, 30, 15, 10],
    ['duty', '四(四)', 60, 30, 15, 10],
    ['linkage', '五(一)', 240, 120, 60, 30],
    ['assessment', '五(二)', 240, 120, 60, 30],
    ['site-safety-check', '五(四)', 720, 360, 180, 60],
    ['shelter', '五(六)', 360, 240, 120, 60],
    ['staff-reminder', '二(二)', 720, 360, 180, 60],
  ];
  test.each(due)('%s follows clause %s, due after %i/%i/%i/%i minutes.', (id, clause, ...minutes) => {
    const step = plan.steps.find((each) => each.id === id);
    expect(step?.clause).toBe(clause);
    expect(COLOURS.map((colour) => step?.dueMinutes?.[colour])).toEqual(minutes);
  });

  test('A raise opens anew what must be confirmed again; the night spares what can wait.', () => {
    const of = (pick: (step: Step) => boolean) => plan.steps.filter(pick).map((step) => step.id);
    expect(of((step) => step.reopensOnRaise)).toEqual(['command-brief', 'duty', 'linkage', 'assessment']);
    expect(of((step) => step.nightRule)).toEqual(['command-brief', 'duty']);
    expect(of((step) => step.beforeAdmissionMinutes !== null)).toEqual([
      'site-safety-check',
      'shelter',
      'recheck',
    ]);
  });

  test('The standing approval covers what goes out by itself and nothing that changes the exam.', () => {
    const [approval] = plan.approvals;
    expect(approval?.id).toBe('quanzhou-standing-1');
    const kinds = approval?.templates.map((id) => findTemplate(id)?.kind);
    expect(kinds).toContain('all-clear');
    for (const kind of ['exam-change', 'traffic', 'stay', 'correction', 'absentee-register'] as const) {
      expect(kinds).not.toContain(kind);
    }
  });

  test('Every clause of the document that gives a duty is there once.', () => {
    const numbers = plan.clauses.map((clause) => clause.number);
    for (const list of ['四(二)1⑴⑵⑶⑷⑸⑹⑺', '四(二)3⑴⑵⑶⑷⑸']) {
      const [head, marks] = [list.slice(0, 5), list.slice(5)];
      for (const mark of marks) expect(numbers).toContain(head + mark);
    }
    for (const item of '一二三四五六') expect(numbers).toContain(`五(${item})`);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});

describe('what is wrong with a plan', () => {
  const plan = shipped();
  const reversed = plan.triggers[0]!.bands.toReversed();
  const unfired = plan.triggers[2]!.bands.map((band) => ({ ...band, floor: null }));
  const [first] = plan.clauses;
  const early = [
    { fromHours: -400, floor: 'blue' },
    { fromHours: -168, floor: null },
  ];
  const noRed = { blue: 60, yellow: 30, orange: 15 };
  const [strike, atStart] = ['steps.10.clock.strikes.0', { hoursBeforeFirst: 0.5 }];
  const atOffice = [{ post: 'office', per: 'district' }];
  const templates = 'approvals.0.templates.42';
  const unset = '/approvals[0]/templates[42]';

  const cases: [sentence: string, change: string, to: unknown, path: string, code: string][] = [
    ['A step that nobody holds.', 'steps.6.notify', [], '/steps[6]', 'no-post'],
    [
      'A district post as a site post.',
      'steps.0.tasks.0.per',
      'site',
      '/steps[0]/tasks[0]',
      'post-elsewhere',
    ],
    [
      'A site post for the district.',
      'steps.4.tasks.0.per',
      'district',
      '/steps[4]/tasks[0]',
      'post-elsewhere',
    ],
    [
      'A site step of two posts.',
      'steps.5.tasks',
      [
        { post: 'site-lead', per: 'site' },
        { post: 'inspector', per: 'site' },
      ],
      '/steps[5]/tasks',
      'two-owners',
    ],
    ['Two playbooks of one kind.', 'playbooks.1.kind', 'download', '/playbooks[1]/kind', 'duplicate'],
    [
      'Two steps of one name.',
      'playbooks.1.steps.1.id',
      'generator',
      '/playbooks[1]/steps[1]/id',
      'duplicate',
    ],
    [
      'A step that every incident owes.',
      'playbooks.1.steps.1.id',
      'phone',
      '/playbooks[1]/steps[1]/id',
      'duplicate',
    ],
    ['A trigger that can never fire.', 'triggers.2.bands', unfired, '/triggers[2]', 'never-fires'],
    ['Bands out of order.', 'triggers.0.bands', reversed, '/triggers[0]/bands[1]/fromHours', 'out-of-order'],
    [
      'A band before the window.',
      'window.beforeHours',
      100,
      '/triggers[0]/bands[0]/fromHours',
      'outside-window',
    ],
    [
      'A hazard with two triggers.',
      'triggers.2.hazards.3',
      'typhoon',
      '/triggers[2]/hazards[3]',
      'duplicate',
    ],
    ['A coast without counties.', 'coastalCounties', [], '/triggers[3]', 'no-coast'],
    ['A trigger of an unknown clause.', 'triggers.1.clause', '九', '/triggers[1]/clause', 'unknown-clause'],
    ['A step of an unknown clause.', 'steps.1.clause', '九', '/steps[1]/clause', 'unknown-clause'],
    ['An ending of an unknown clause.', 'ending.clause', '九', '/ending/clause', 'unknown-clause'],
    ['A clause that stands twice.', 'clauses.47', first, '/clauses[47]/number', 'duplicate'],
    ['A step left out.', 'steps', plan.steps.slice(1), '/steps', 'step-missing'],
    ['A title too long for its slot.', 'steps.0.title', '考试场所安全检查表', '/steps[0]/title', 'too-long'],
    ['More time for red than for orange.', 'steps.1.dueMinutes.red', 99, '/steps[1]/dueMinutes', 'slower'],
    [
      'A kind whose text a person chooses.',
      'steps.1.notice',
      'traffic',
      '/steps[1]/notice',
      'template-missing',
    ],
    ['Leave for a text that does not exist.', templates, 'duty.confirm@9', unset, 'template-missing'],
    ['Leave beforehand to change the exam.', templates, 'exam-change.postponed@1', unset, 'needs-consent'],
    ['A hazard whose reminder has no leave.', 'triggers.0.hazards.1', 'fog', '/triggers[0]', 'not-approved'],
    [
      'A night of orange that ends last.',
      'candidates.quiet.orangeUntil',
      '07:00',
      '/candidates/quiet/orangeUntil',
      'out-of-order',
    ],
    [
      'A night of orange that begins first.',
      'candidates.quiet.orangeFrom',
      '21:00',
      '/candidates/quiet/orangeFrom',
      'out-of-order',
    ],
    ['A time that is not one.', 'night.from', '25:00', '/night/from', 'wrong-format'],
    [
      'An approval without an offset.',
      'approvals.0.at',
      '2024-09-02 09:00',
      '/approvals[0]/at',
      'wrong-format',
    ],
    ['A misspelt key.', 'window.beforeHuors', 1, '/window', 'unknown-key'],
    ['An unknown hazard.', 'triggers.0.hazards.1', 'locusts', '/triggers[0]/hazards[1]', 'not-one-of'],
    [
      'A preparation of an unknown clause.',
      'readiness.items.0.clause',
      '九',
      '/readiness/items[0]/clause',
      'unknown-clause',
    ],
    [
      'A preparation at no place of its post.',
      'readiness.items.0.per',
      'site',
      '/readiness/items[0]',
      'post-elsewhere',
    ],
    [
      'A preparation that stands twice.',
      'readiness.items.1.id',
      'posts',
      '/readiness/items[1]/id',
      'duplicate',
    ],
    ['No triggers at all.', 'triggers', [], '/triggers', 'too-small'],
    ['A step that merely tells.', 'steps.2.tasks', [], '/steps[2]', 'no-post'],
    ['A post that no task lets hear.', 'steps.4.notify', ['commander'], '/steps[4]/notify[0]', 'never-told'],
    ['Bands over before the window.', 'triggers.2.bands', early, '/triggers[2]', 'never-fires'],
    ['A level without a due time.', 'steps.0.dueMinutes', noRed, '/steps[0]/dueMinutes/red', 'wrong-type'],
    ['A level without a span.', 'candidates.withinHours', noRed, '/candidates/withinHours/red', 'wrong-type'],
    ['No due time at all.', 'steps.0.dueMinutes', null, '/steps[0]/dueMinutes', 'no-span'],
    ['A span longer than the window.', 'window.beforeHours', 3, '/steps[2]/dueMinutes/blue', 'after-session'],
    ['A strike due when papers are sat.', strike, atStart, '/steps[10]/clock/strikes[0]', 'after-session'],
    [
      'A preparation due at the start.',
      'readiness.items.0.daysBefore',
      0,
      '/readiness/items[0]/daysBefore',
      'after-session',
    ],
    [
      'A bound before no admission.',
      'steps.0.beforeAdmissionMinutes',
      9,
      '/steps[0]/beforeAdmissionMinutes',
      'no-admission',
    ],
    ['A clock that is missing.', 'steps.9.clock', null, '/steps[9]/clock', 'never-opens'],
    ['A recheck of the district.', 'steps.7.tasks', atOffice, '/steps[7]', 'never-opens'],
    ['A text of two parts.', 'steps.8.words.报告', '报'.repeat(20), '/steps[8]/words', 'too-many-parts'],
    ['A word for which no slot is.', 'steps.8.words.报告', '日报', '/steps[8]/words/报告', 'wrong-word'],
    ['A text that lacks a word.', 'steps.8.words', {}, '/steps[8]/words', 'slot-missing'],
    ['A measure without its word.', 'playbooks.13.words', {}, '/playbooks[13]/words', 'slot-missing'],
    [
      'A playbook of an unknown clause.',
      'playbooks.1.steps.0.clause',
      '九',
      '/playbooks[1]/steps[0]/clause',
      'unknown-clause',
    ],
    ['No playbook for the rest.', 'playbooks', [], '/playbooks', 'no-other'],
    [
      'A playbook’s text that needs consent.',
      'playbooks.0.tells.0.template',
      'exam-change.moved@1',
      '/playbooks[0]/tells[0]/template',
      'template-missing',
    ],
    [
      'A code of no step.',
      'playbooks.0.tells.0.codeOf',
      'none',
      '/playbooks[0]/tells[0]/codeOf',
      'step-missing',
    ],
  ];
  test.each(cases)('%s', (_, change, to, path, code) => {
    const { issues } = readPlan(withChange(plan, change, to));
    const remedy = expect.stringMatching(/:|must|at most|too /i);
    expect(issues).toContainEqual(expect.objectContaining({ path, code, message: remedy }));
  });

  test('An error leaves no plan, a warning does.', () => {
    expect(readPlan(withChange(plan, 'ending.clause', '九')).plan).toBeNull();
    expect(readPlan(withChange(plan, 'steps', plan.steps.slice(1))).plan).not.toBeNull();
  });

  test('`plan check` lists all that is wrong, fails, and stores nothing.', async () => {
    const here = mkdtempSync(join(tmpdir(), 'plan-'));
    const file = join(here, 'plan.json');
    const bad = withChange(withChange(plan, 'ending.clause', '九'), 'steps.8.words', {});
    writeFileSync(file, JSON.stringify(bad));
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    expect(await run('plan', ['check', file])).toBe(1);
    const lines = said.mock.calls.map(([line]) => String(line));
    vi.restoreAllMocks();
    expect(lines).toEqual([
      expect.stringContaining('/ending/clause error unknown-clause'),
      expect.stringContaining('/steps[8]/words error slot-missing'),
      expect.stringContaining('/steps[8]/words error slot-missing'),
    ]);
    expect(readdirSync(here)).toEqual(['plan.json']);
  });

  test.each([null, 7, 'plan', [], {}])('%j is no plan, and says so with a path.', (json) => {
    const { plan, issues } = readPlan(json);
    expect(plan).toBeNull();
    expect(issues.length).toBeGreaterThan(0);
    for (const each of issues) expect(each.path).toMatch(/^\//);
  });
});

test.each(['plan', 'exam'] as const)(
  'The published schema of a %s is the one that is checked by.',
  (name) => {
    expect(load(`${name}.schema`)).toEqual(JSON.parse(JSON.stringify(publishedSchema(name))));
  },
);

test('The published schema describes the file that is shipped.', () => {
  const schema = publishedSchema('plan') as { required: string[]; additionalProperties: boolean };
  expect(new Set(schema.required)).toEqual(
    new Set(Object.keys(load('quanzhou') as object).filter((key) => key !== '$schema')),
  );
  expect(schema.additionalProperties).toBe(false);
});
