/** How many SMS a day one post is sent at one place, and who is called once they are used up. */
import { beforeEach, describe, expect, test } from 'vitest';
import { startDraft } from '../shared/activation/draft.ts';
import { addNotice, tellPosts, type Wanted } from '../shared/activation/wanted.ts';
import type { Hold } from '../shared/notice/notice.ts';
import type { Post } from '../shared/plan/exam.ts';
import { on, SHIPPED_PLAN, type Story, story } from './story.ts';

const plan = { ...SHIPPED_PLAN, escalation: { ...SHIPPED_PLAN.escalation, smsPerDay: 3, keptForOrders: 1 } };

/** An order to site posts at these places, or of the whole district. */
function order(posts: Post[], sites: string[] | null, change: Partial<Wanted> = {}): Wanted {
  return {
    kind: 'duty',
    template: 'escalation.overdue@1',
    clause: '五(一)',
    audience: { who: 'posts', posts, sites },
    values: { 事项: '值班值守', 截止: '19日12:00', 码: '0001' },
    deadline: on('19 12:00'),
    askedBy: 'P-office',
    ...change,
  };
}

describe('of three SMS a day, one kept for orders', () => {
  let one: Story;
  beforeEach(() => {
    one = story(on('18 10:00'), { plan });
  });

  /** What one decision makes of these; it is folded. */
  function add(...all: [Wanted, (Hold | null)?][]): string[] {
    const draft = startDraft(one.inputs(), one.state);
    for (const [wanted, hold] of all) addNotice(draft, wanted, hold);
    const effects = draft.groups.flat();
    one.fold(effects);
    return effects.map((effect) => {
      if (effect.kind === 'finding') return `${effect.code} ${JSON.stringify(effect.params)}`;
      if (effect.kind !== 'notice' || effect.notice.audience.who !== 'posts') return effect.kind;
      const { posts, sites } = effect.notice.audience;
      return `${effect.notice.lane} ${posts.join('+')} ${sites?.join('+') ?? '-'}`;
    });
  }

  const called = (kind: string, posts: string, sites: string): string =>
    `call-instead ${JSON.stringify({ kind, posts, sites, day: '2024-09-18' })}`;

  test.each([
    ['duty', 3],
    ['task-reminder', 2],
    ['escalation', 2],
  ] as const)('%s has %i, also within one decision; then the post is called', (kind, most) => {
    const orders = Array.from({ length: 4 }, (): [Wanted] => [order(['office'], null, { kind })]);
    const said = add(...orders);
    expect(said.filter((line) => line === 'office office -')).toHaveLength(most);
    expect(new Set(said.slice(most))).toEqual(new Set([called(kind, 'office', '')]));
    expect(add([order(['office'], null, { kind })])).toEqual([]);
  });

  test('each place and post counts by itself: who has any left is told, the others are called', () => {
    for (let times = 0; times < 3; times += 1) {
      expect(add([order(['site-lead'], ['S1'])])).toEqual(['staff site-lead S1']);
    }
    expect(add([order(['site-lead'], ['S1', 'S2'])])).toEqual([
      called('duty', '', 'S1'),
      'staff site-lead S2',
    ]);
    expect(add([order(['site-lead', 'site-staff'], ['S1'])])).toEqual([
      called('duty', 'site-lead', ''),
      'staff site-staff S1',
    ]);
    expect(add([order(['site-lead'], ['S1'])])).toEqual([called('duty', 'site-lead', 'S1')]);
    expect(add([order(['site-lead', 'site-staff'], ['S1', 'S2'])])).toEqual([
      'staff site-lead+site-staff S1+S2',
    ]);
  });

  test('what waits counts for no day, and what went out counts from midnight', () => {
    const waits: Hold = { for: 'quiet-hours', until: on('18 12:00') };
    add(...Array.from({ length: 4 }, (): [Wanted, Hold] => [order(['office'], null), waits]));
    for (let times = 0; times < 3; times += 1) {
      expect(add([order(['office'], null)])).toEqual(['office office -']);
    }
    one.jump(on('18 23:59'));
    expect(add([order(['office'], null)])).toEqual([called('duty', 'office', '')]);
    one.jump(on('19 00:00'));
    for (let times = 0; times < 3; times += 1) {
      expect(add([order(['office'], null)])).toEqual(['office office -']);
    }
    expect(add([order(['office'], null)])).toEqual([called('duty', 'office', '').replace('09-18', '09-19')]);
  });

  test('posts that nobody holds are left out; that nobody holds any is a finding', () => {
    const draft = startDraft(one.inputs(), one.state);
    tellPosts(draft, ['inspector', 'office'], order([], null));
    tellPosts(draft, ['inspector'], order([], null));
    expect(draft.groups.flat()).toMatchObject([
      { kind: 'notice', notice: { audience: { who: 'posts', posts: ['office'], sites: null } } },
      { kind: 'finding', code: 'post-vacant', params: { step: 'duty', posts: 'inspector' } },
    ]);
  });
});
