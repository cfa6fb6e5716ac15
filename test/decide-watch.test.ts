/** Watching the watchers, and the end: silent feeds, the proposal to end, the end of the window. */
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../shared/time.ts';
import { census, clock, exam, feed, LAST_END, on, SHIPPED_PLAN, type Story, story, T } from './story.ts';

describe('a silent feed', () => {
  const START = T - 2 * DAY;
  const about = (one: Story): string[] =>
    one.notices('feed-silent').map(({ notice }) => `${clock(notice.createdAt)} ${notice.template}`);

  test('Is told to the duty officer once at its limit, and once when it is seen again.', () => {
    const one = story(START);
    one.silence('gjzwfw');
    one.until(START + 9 * MINUTE);
    expect(about(one)).toEqual([]);
    one.until(START + 3 * HOUR);
    one.heal('gjzwfw');
    one.until(START + 5 * HOUR);
    expect(about(one)).toEqual(['19 09:10 feed-silent.broken@1', '19 12:01 feed-silent.healed@1']);
    expect(one.notices('feed-silent')[0]?.notice).toMatchObject({
      class: 'action',
      clause: '四(四)2',
      audience: { who: 'posts', posts: ['duty-officer'], sites: null },
    });
  });

  test('A second silence is told again.', () => {
    const one = story(START);
    for (const hour of [0, 2]) {
      one.until(START + hour * HOUR);
      one.silence('gjzwfw');
      one.until(START + (hour + 1) * HOUR);
      one.heal('gjzwfw');
    }
    one.until(START + 4 * HOUR);
    expect(about(one)).toHaveLength(4);
  });

  test('A single bad answer is not a silence.', () => {
    const one = story(START);
    one.silence('gjzwfw', 'html');
    one.until(START + 5 * MINUTE);
    one.heal('gjzwfw');
    one.until(START + HOUR);
    expect(about(one)).toEqual([]);
  });

  test.each<[string, number, number]>([
    ['Before the window it is nobody’s concern; from T−7 d it is told.', T - 7 * DAY - HOUR, T - 7 * DAY],
    ['In the window it is told at its limit.', T - DAY, T - DAY + 10 * MINUTE],
  ])('%s', (_, start, at) => {
    const one = story(start);
    one.silence('gjzwfw');
    one.until(start + 2 * HOUR);
    expect(one.notices('feed-silent').map(({ notice }) => notice.createdAt)).toEqual([at]);
  });

  test('After the window nothing is told.', () => {
    const one = story(LAST_END + 12 * HOUR + MINUTE);
    one.silence('gjzwfw');
    one.until(one.now + HOUR);
    expect(about(one)).toEqual([]);
  });

  test('Each feed for itself.', () => {
    const one = story(START, {
      feeds: [feed('gjzwfw', START), feed('cap', START, { silentAfterMs: 15 * MINUTE })],
    });
    one.silence('gjzwfw');
    one.silence('cap');
    one.until(START + HOUR);
    expect(about(one)).toEqual(['19 09:10 feed-silent.broken@1', '19 09:15 feed-silent.broken@1']);
  });

  test('What nobody can read is told to the duty officer at once, and more of it once that notice is old.', () => {
    const one = story(START, { feeds: [feed('gjzwfw', START), feed('cap', START)] });
    const unreadable = () => one.notices('unreadable').map(({ notice }) => clock(notice.createdAt));
    one.until(START + MINUTE);
    one.garble('gjzwfw');
    one.until(START + 2 * MINUTE);
    expect(unreadable()).toEqual(['19 09:01']);
    one.garble('gjzwfw');
    one.garble('cap');
    one.until(START + HOUR);
    expect(unreadable()).toEqual(['19 09:01', '19 09:02']);
    one.until(START + 5 * HOUR);
    expect(unreadable()).toEqual(['19 09:01', '19 09:02', '19 11:01']);
    expect(one.notices('unreadable')[0]?.notice).toMatchObject({
      template: 'unreadable.entry@1',
      audience: { who: 'posts', posts: ['duty-officer'], sites: null },
    });
  });

  test('With nobody to tell it stands in the record as a finding.', () => {
    const people = census(exam());
    const { 'duty-officer@-': _, ...posts } = people.posts;
    const one = story(START, { census: { ...people, posts } });
    one.silence('gjzwfw');
    one.until(START + HOUR);
    expect(about(one)).toEqual([]);
    expect(one.state.findings.map(({ code, params }) => [code, params.step])).toEqual([
      ['post-vacant', 'feed-silent'],
    ]);
  });

  test('It lowers nothing and ends nothing.', () => {
    const one = story(START);
    one.hear({ level: 'orange', expiresAt: START + HOUR });
    one.ask();
    one.silence('gjzwfw');
    one.until(START + DAY);
    expect(one.levels()).toEqual({ S1: 'orange', S2: 'orange' });
  });
});

describe('the end of an activation', () => {
  /** Lifted at `at`; the exam is over at 17:30 of the 22nd. */
  function calmFrom(at: string): Story {
    const one = story(on('22 08:00'));
    const blue = one.hear({ expiresAt: on('24 00:00') });
    one.until(on(at));
    one.lift(blue);
    one.ask();
    return one;
  }
  const proposals = (one: Story): string[] =>
    one.notices('confirm-end').map(({ notice }) => clock(notice.createdAt));

  test.each<[string, string, string]>([
    ['After six hours of calm.', '22 15:00', '22 21:00'],
    ['Not before the last session is over.', '22 09:00', '22 17:30'],
  ])('Is proposed: %s', (_, lifted, proposed) => {
    const one = calmFrom(lifted);
    one.until(on(proposed) - MINUTE);
    expect(proposals(one)).toEqual([]);
    one.until(on(proposed));
    expect(proposals(one)).toEqual([proposed]);
    expect(one.reasons().at(-1)).toBe('propose-end');
    expect(one.state.activations[0]?.endedAt).toBeNull();
  });

  test('Is asked again every three hours, the proposal stands once.', () => {
    const one = calmFrom('22 09:00');
    one.until(on('23 01:00'));
    expect(proposals(one)).toEqual(['22 17:30', '22 20:30', '22 23:30']);
    expect(one.reasons().filter((reason) => reason === 'propose-end')).toHaveLength(1);
  });

  test('Is proposed once though nobody is there to confirm it.', () => {
    const people = census(exam());
    const { 'duty-officer@-': _, ...posts } = people.posts;
    const one = story(on('22 08:00'), { census: { ...people, posts } });
    const blue = one.hear({ expiresAt: on('24 00:00') });
    one.until(on('22 09:00'));
    one.lift(blue);
    one.until(on('23 00:00'));
    expect(one.reasons().filter((reason) => reason === 'propose-end')).toHaveLength(1);
    expect(one.state.findings.filter(({ params }) => params.step === 'confirm-end')).toHaveLength(1);
  });

  test('Is asked the next day of an officer who has had the day’s SMS.', () => {
    const plan = {
      ...SHIPPED_PLAN,
      escalation: { ...SHIPPED_PLAN.escalation, smsPerDay: 1, keptForOrders: 0 },
    };
    const one = story(on('22 08:00'), { plan });
    const blue = one.hear({ expiresAt: on('24 00:00') });
    one.until(on('22 09:00'));
    one.lift(blue);
    one.until(on('23 01:00'));
    expect(one.reasons().filter((reason) => reason === 'propose-end')).toHaveLength(1);
    expect(proposals(one)).toEqual(['23 00:00']);
  });

  test('Comes with the duty officer’s word, and is asked no more.', () => {
    const one = calmFrom('22 09:00');
    one.until(on('22 18:00'));
    expect(one.act('duty-officer', { does: 'end' })).toBeNull();
    one.until(on('23 12:00'));
    expect(clock(one.state.activations[0]!.endedAt!)).toBe('22 18:00');
    expect(proposals(one)).toHaveLength(1);
    expect(one.reasons().at(-1)).toBe('end');
  });

  test('Comes by itself when the window is over.', () => {
    const one = calmFrom('22 20:00');
    one.until(LAST_END + 12 * HOUR);
    expect(one.state.activations[0]?.endedAt).toBeNull();
    one.until(LAST_END + 12 * HOUR + MINUTE);
    expect(one.state.activations[0]?.endedAt).toBe(LAST_END + 12 * HOUR + MINUTE);
    expect(one.reasons().at(-1)).toBe('window-over');
  });

  test('Waits beyond the window for what is still in force.', () => {
    const one = story(on('22 08:00'));
    one.hear({ expiresAt: on('23 09:00') });
    one.until(on('23 08:59'));
    expect(one.state.activations[0]?.endedAt).toBeNull();
    one.until(on('23 09:01'));
    expect(one.reasons()).toEqual(['activate', 'expire', 'window-over']);
  });

  test('Beyond the window only the events that had joined go on; a new one neither joins nor raises.', () => {
    const one = story(on('22 08:00'));
    const joined = one.hear({ expiresAt: on('23 12:00') });
    one.until(on('23 08:00'));
    const other = one.hear({ hazard: 'flash-flood', level: 'orange' });
    const told = one.told('duty').length;
    one.until(on('23 08:10'));
    expect(one.reason(other)).toBe('outside-window');
    expect(one.told('duty')).toHaveLength(told);
    const update = one.hear({ action: 'update', level: 'orange', references: [joined.id] });
    one.until(on('23 08:20'));
    expect(one.reason(update)).toBe('raise');
  });

  test('A new signal begins the calm anew.', () => {
    const one = calmFrom('22 12:00');
    one.until(on('22 17:00'));
    const other = one.hear({ level: 'yellow' });
    one.until(on('22 17:10'));
    one.lift(other);
    one.until(on('22 23:09'));
    expect(proposals(one)).toEqual([]);
    one.until(on('22 23:10'));
    expect(proposals(one)).toEqual(['22 23:10']);
  });

  test('Blind is not calm: nothing is proposed while no feed of the warning is seen, and its six hours begin anew.', () => {
    const one = calmFrom('22 15:00');
    one.until(on('22 18:00'));
    one.silence('gjzwfw');
    one.until(on('22 22:00'));
    expect(proposals(one)).toEqual([]);
    one.heal('gjzwfw');
    one.until(on('23 05:00'));
    expect(proposals(one)).toEqual(['23 04:01']);
  });

  test('Another feed of the same warning that was seen all the while is enough.', () => {
    const start = on('22 08:00');
    const one = story(start, { feeds: [feed('gjzwfw', start), feed('cap', start)] });
    const blue = one.hear({ expiresAt: on('24 00:00') });
    one.hear({ id: blue.id, feed: 'cap', expiresAt: on('24 00:00') });
    one.until(on('22 15:00'));
    one.lift(blue);
    one.until(on('22 18:00'));
    one.silence('gjzwfw');
    one.until(on('22 21:00'));
    expect(proposals(one)).toEqual(['22 21:00']);
  });

  test('The activation is on watch in between: levels say null, and it stays open.', () => {
    const one = calmFrom('22 12:00');
    expect(one.state.activations[0]).toMatchObject({ level: null, endedAt: null });
    expect(one.state.activations[0]?.levels.at(-1)).toEqual({ at: on('22 12:00'), level: null });
  });
});
