/** The all-clear: only a real 解除 clears, and only those who were told. */
import { describe, expect, test } from 'vitest';
import { HOUR } from '../shared/time.ts';
import { census, exam, feed, INLAND, on, SHIPPED_PLAN, type Story, session, site, story } from './story.ts';

/** One site, two batches: s1 s2 on the 21st, s3 s4 on the 22nd. */
function begin(start: string, changes: Parameters<typeof story>[1] = {}): Story {
  return story(on(start), { exam: exam({ sites: [INLAND] }), ...changes });
}

describe('the all-clear', () => {
  const clears = (one: Story): string[] => one.told('all-clear');

  test('On a real 解除, in the next minute, to those told by every notice since the last one.', () => {
    const one = begin('20 10:00');
    const blue = one.hear({ level: 'blue' });
    one.until(on('20 10:30'));
    const orange = one.hear({ level: 'orange', action: 'update', references: [blue.id] });
    one.until(on('20 11:00'));
    one.lift(orange);
    one.until(on('20 11:05'));
    expect(clears(one)).toEqual(['20 11:00 - S1 told']);
    expect(one.notices('all-clear')[0]?.notice.audience).toEqual({
      who: 'told',
      siteId: 'S1',
      notices: one.notices('candidate-reminder').map(({ notice }) => notice.no),
      withinHours: 48,
    });
  });

  test('Only once what was being sent is stopped and accounted for.', () => {
    const one = begin('20 10:00');
    one.leaveOpen();
    const orange = one.hear({ level: 'orange' });
    one.until(on('20 10:02'));
    one.lift(orange);
    one.until(on('20 10:05'));
    const [reminder] = one.notices('candidate-reminder');
    expect([reminder?.state, reminder?.stoppedFor, clears(one)]).toEqual(['stopped', 'over', []]);
    one.close(reminder!.notice.no);
    one.until(on('20 10:06'));
    expect(clears(one)).toEqual(['20 10:05 - S1 told']);
  });

  test.each<[string, (one: Story) => void]>([
    ['An expiry sends none.', (one) => void one.hear({ level: 'orange', expiresAt: on('20 11:00') })],
    [
      'A lapse sends none.',
      (one) => {
        const orange = one.hear({ level: 'orange', feed: 'nmc-alarm', expiresAt: null });
        one.until(on('20 10:30'));
        one.drop(orange);
      },
    ],
    [
      'While another signal stands over the site there is none.',
      (one) => {
        const orange = one.hear({ level: 'orange' });
        one.hear({ level: 'blue', hazard: 'rainstorm' });
        one.until(on('20 10:30'));
        one.lift(orange);
      },
    ],
    [
      'Nor when that one then runs out by itself.',
      (one) => {
        const orange = one.hear({ level: 'orange' });
        one.hear({ level: 'blue', hazard: 'rainstorm', expiresAt: on('20 11:00') });
        one.until(on('20 10:30'));
        one.lift(orange);
      },
    ],
    [
      'The end of something that never was in force here is no ground for one.',
      (one) => {
        one.hear({ level: 'orange', expiresAt: on('20 11:00') });
        one.until(on('20 11:10'));
        one.hear({ hazard: 'rainstorm', action: 'cancel' });
      },
    ],
    [
      'Those who were told nothing need none.',
      (one) => {
        const blue = one.hear({ level: 'blue' });
        one.until(on('20 10:05'));
        one.lift(blue);
      },
    ],
  ])('%s', (_, events) => {
    const set = feed('nmc-alarm', on('20 10:00'), { kind: 'set', listed: [] });
    const one = begin('20 10:00', { feeds: [feed('gjzwfw', on('20 10:00')), set] });
    events(one);
    one.until(on('20 15:00'));
    expect(clears(one)).toEqual([]);
  });

  test('Those who were told for their home county alone are told of its end, too.', () => {
    const cell = { siteId: 'S1', home: '350526', sessionIds: ['s1', 's2'], count: 5 };
    const one = begin('20 10:00', {
      census: { ...census(exam({ sites: [INLAND] })), cells: [cell, { ...cell, home: null }] },
    });
    const orange = one.hear({ issuer: '350526', level: 'orange' });
    one.until(on('20 10:30'));
    one.lift(orange);
    one.until(on('20 10:35'));
    expect(clears(one)).toEqual(['20 10:30 - S1 told']);
  });

  test('A late 解除 of what had run out by itself is a real one.', () => {
    const one = begin('20 10:00');
    const orange = one.hear({ level: 'orange', expiresAt: on('20 11:00') });
    one.until(on('20 11:10'));
    one.lift(orange);
    one.until(on('20 11:15'));
    expect(clears(one)).toEqual(['20 11:10 - S1 told']);
  });

  test('Yellow told three days ahead is not worth one; told within 48 h of a paper it is.', () => {
    for (const [start, expected] of [
      ['18 10:00', []],
      ['19 10:00', ['19 12:00 - S1 told']],
    ] as const) {
      const one = begin(start);
      const yellow = one.hear({ level: 'yellow' });
      one.until(one.now + 2 * HOUR);
      one.lift(yellow);
      one.until(one.now + HOUR);
      expect(clears(one)).toEqual(expected);
    }
  });

  test('It waits for the end of the quiet hours.', () => {
    const one = begin('20 20:00');
    const orange = one.hear({ level: 'orange' });
    one.until(on('20 23:10'));
    one.lift(orange);
    one.ask();
    expect(one.notices('all-clear')[0]?.hold).toEqual({ for: 'quiet-hours', until: on('21 06:00') });
    one.until(on('21 07:00'));
    expect(clears(one)).toEqual(['21 06:00 - S1 told']);
  });

  test('And is decided again then: with a new signal in the night it is not sent.', () => {
    const one = begin('20 20:00');
    const orange = one.hear({ level: 'orange' });
    one.until(on('20 23:10'));
    one.lift(orange);
    one.until(on('21 03:00'));
    one.hear({ level: 'blue' });
    one.until(on('21 07:00'));
    expect(clears(one)).toEqual([]);
    expect(one.notices('all-clear').map(({ state }) => state)).toEqual(['stopped']);
  });

  test.each(['stop', 'reject'] as const)(
    'What an officer does with it while it waits stands (%s): only another 解除 makes another.',
    (does) => {
      const one = begin('20 20:00');
      const orange = one.hear({ level: 'orange' });
      one.until(on('20 23:10'));
      one.lift(orange);
      one.ask();
      const [held] = one.notices('all-clear');
      expect(one.act('duty-officer', { does, notice: held!.notice.no })).toBeNull();
      one.until(on('21 07:00'));
      expect(one.notices('all-clear').map(({ state }) => state)).toEqual(['stopped']);
      const red = one.hear({ level: 'red' });
      one.until(on('21 07:10'));
      one.lift(red);
      one.until(on('21 07:20'));
      expect(clears(one)).toEqual(['21 07:10 - S1 told']);
    },
  );

  test('It goes in the morning though the activation was ended in the night.', () => {
    const one = begin('20 20:00');
    const orange = one.hear({ level: 'orange' });
    one.until(on('20 23:10'));
    one.lift(orange);
    one.until(on('20 23:30'));
    one.act('duty-officer', { does: 'end' });
    one.until(on('21 06:30'));
    expect(clears(one)).toEqual(['21 06:00 - S1 told']);
  });

  test('Nobody hears it in a paper.', () => {
    const one = begin('21 07:00');
    const orange = one.hear({ level: 'orange' });
    one.until(on('21 09:00'));
    one.lift(orange);
    one.until(on('21 13:00'));
    expect(clears(one)).toEqual(['21 12:00 - S1 told']);
  });

  test('It resets what was told: the same colour afterwards is told again.', () => {
    const one = begin('20 10:00');
    const orange = one.hear({ level: 'orange' });
    one.until(on('20 11:00'));
    one.lift(orange);
    one.until(on('20 12:00'));
    one.hear({ level: 'orange' });
    one.until(on('20 12:10'));
    expect(one.told('candidate-reminder')).toEqual(['20 10:00 orange S1 s1+s3', '20 12:00 orange S1 s1+s3']);
    expect(clears(one)).toHaveLength(1);
  });

  test('Let go by an officer, it resets what was told as well, and is sent once.', () => {
    const approvals = SHIPPED_PLAN.approvals.map((each) => ({
      ...each,
      templates: each.templates.filter((id) => !id.startsWith('all-clear.')),
    }));
    const one = begin('20 10:00', { plan: { ...SHIPPED_PLAN, approvals } });
    const orange = one.hear({ level: 'orange' });
    one.until(on('20 11:00'));
    one.lift(orange);
    one.until(on('20 11:10'));
    const [held] = one.notices('all-clear');
    expect(held?.hold?.for).toBe('approval');
    one.act('office', { does: 'approve', notice: held!.notice.no });
    one.until(on('20 13:00'));
    expect(clears(one)).toEqual(['20 11:10 - S1 told']);
  });

  test('After the last paper of everybody there is nobody to tell.', () => {
    const one = begin('22 10:00');
    const red = one.hear({ level: 'red' });
    one.until(on('22 17:30'));
    one.lift(red);
    one.until(on('22 19:00'));
    expect(clears(one)).toEqual([]);
  });

  test('A site still under another signal has none while its neighbour has.', () => {
    const two = exam({
      sites: [INLAND, site('S3', '350526')],
      sessions: [session('s1', '21 09:00', '21 12:00', '21 08:15')],
    });
    const one = story(on('20 10:00'), { exam: two });
    const city = one.hear({ level: 'orange' });
    one.hear({ level: 'orange', issuer: '350526', hazard: 'rainstorm' });
    one.until(on('20 11:00'));
    one.lift(city);
    one.until(on('20 11:30'));
    expect(clears(one)).toEqual(['20 11:00 - S1 told']);
  });

  test('While their home county is under another there is none, nor once that has run out.', () => {
    const home = { siteId: 'S1', home: '350526', sessionIds: ['s1', 's2'], count: 5 };
    const one = begin('20 10:00', { census: { version: '1', cells: [home], posts: {}, inNeed: [] } });
    one.hear({ level: 'orange', issuer: '350526', hazard: 'rainstorm', expiresAt: on('20 12:00') });
    const orange = one.hear({ level: 'orange', issuer: '350502' });
    one.until(on('20 11:00'));
    one.lift(orange);
    one.until(on('20 13:00'));
    expect(clears(one)).toEqual([]);
  });
});
