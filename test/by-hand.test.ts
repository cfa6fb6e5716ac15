/** Warnings by hand: entered, confirmed, set right; they live as those of feeds do, and bad input loses nothing. */
import { describe, expect, test } from 'vitest';
import type { Act } from '../shared/activation/actor.ts';
import { MINUTE } from '../shared/time.ts';
import { rememberWord, revision, type WarningRecord } from '../shared/warning/record.ts';
import { area, COAST, feed, INLAND, on, story } from './story.ts';

const NOON = on('20 12:00');
const typhoon = (changes: object = {}): Act => ({
  does: 'enter-warning',
  with: {
    hazard: 'typhoon',
    level: 'orange',
    issuer: { name: '泉州市气象台', adcode: '350500' },
    issuedAt: '2024-09-20T11:50:00+08:00',
    readFrom: 'phone',
    ...changes,
  },
});

describe('entering a warning', () => {
  test('starts the plan, tells candidates without a second source, and ends with its own end', () => {
    const told = story(NOON, { feeds: [] });
    expect(told.act('duty-officer', typhoon({ expiresAt: '2024-09-20T20:00:00+08:00' }))).toBeNull();
    told.until(NOON + 60_000);
    expect(told.reasons()).toEqual(['activate']);
    expect(told.levels()).toEqual({ [INLAND.id]: 'orange', [COAST.id]: 'orange' });
    expect(told.told('candidate-reminder').map((line) => line.slice(0, 15))).toEqual([
      '20 12:00 orange',
      '20 12:00 orange',
    ]);
    told.jump(on('20 20:00'));
    expect(told.reasons()).toEqual(['activate', 'expire']);
    expect(told.notices('all-clear')).toEqual([]);
  });

  test('is one event with what a feed says of it later, and the feed’s cancel ends it', () => {
    const told = story(NOON);
    told.act('duty-officer', typhoon());
    told.ask();
    told.jump(on('20 12:30'));
    const heard = told.hear({ id: '35050041600000_20240920121500', level: 'red' });
    told.jump(on('20 12:31'));
    told.lift(heard, { id: '35050041600000_20240920130000', issuedAt: on('20 13:00') });
    told.jump(on('20 13:01'));
    expect(told.reasons()).toEqual(['activate', 'superseded', 'raise', 'superseded', 'cancel']);
  });

  test('typed twice it is one warning; its cancel, typed too, lifts it and clears those told', () => {
    const told = story(NOON, { feeds: [] });
    told.act('duty-officer', typhoon());
    told.act('office', typhoon());
    told.ask();
    expect(told.reasons()).toEqual(['activate']);
    told.until(on('20 12:10'));
    told.act('duty-officer', typhoon({ action: 'cancel', issuedAt: '2024-09-20T12:09:00+08:00' }));
    told.until(on('20 12:12'));
    expect(told.reasons()).toEqual(['activate', 'superseded', 'cancel']);
    expect(told.told('all-clear').length).toBe(2);
  });

  test.each<[string, object, string]>([
    ['An unknown hazard is named by its path.', { hazard: 'meteor' }, 'with/hazard not-one-of'],
    ['So is a time without offset.', { issuedAt: '2024-09-20T11:50' }, 'with/issuedAt wrong-format'],
    ['A person is no office.', { issuer: { name: '张某某' } }, 'with/issuer/name wrong-format'],
    [
      'A place that does not exist warns nobody.',
      { areas: [{ adcode: '350599' }] },
      'with/areas[0]/adcode wrong-format',
    ],
  ])('%s', (_, changes, refused) => {
    const told = story(NOON);
    expect(told.act('duty-officer', typhoon(changes))).toBe(refused);
    expect(told.state.words).toEqual([]);
  });

  test('is for those who keep the watch', () => {
    expect(story(NOON).act('site-staff', typhoon(), INLAND.id)).toBe('not for site-staff');
  });
});

describe('confirming a warning', () => {
  test('gives an unknown colour its colour, and candidates are told', () => {
    const told = story(NOON);
    const heard = told.hear({ level: 'unknown' });
    told.until(on('20 12:15'));
    expect(told.notices('candidate-reminder')).toEqual([]);
    const confirm = { does: 'confirm-warning', with: { warningId: heard.id, level: 'red' } };
    expect(told.act('duty-officer', confirm)).toBeNull();
    told.ask();
    expect(told.levels()).toEqual({ [INLAND.id]: 'red', [COAST.id]: 'red' });
    expect(told.told('candidate-reminder').length).toBe(2);
  });

  test('says of each change of level over a site that it rises or falls, once', () => {
    const told = story(NOON);
    const heard = told.hear({ level: 'yellow' });
    const other = told.hear({ hazard: 'rainstorm', level: 'orange', areas: [area(INLAND.adcode)] });
    told.until(on('20 12:01'));
    for (const level of ['red', 'red', 'orange', 'blue']) {
      told.act('duty-officer', { does: 'confirm-warning', with: { id: heard.id, level } });
      told.until(told.now + MINUTE);
    }
    expect(told.reasons(heard)).toEqual(['activate', 'raise', 'lower', 'lower']);
    told.act('duty-officer', { does: 'confirm-warning', with: { id: other.id, level: 'blue' } });
    told.until(told.now + MINUTE);
    expect(told.reasons(other).at(-1)).toBe('lower');
  });

  test('lets the reminder of an unofficial feed go before its ten minutes are over', () => {
    const told = story(NOON, { feeds: [feed('qweather', NOON, { official: false })] });
    const heard = told.hear({ feed: 'qweather', level: 'red' });
    told.until(on('20 12:02'));
    expect(told.notices('candidate-reminder').every(({ hold }) => hold?.for === 'approval')).toBe(true);
    told.act('duty-leader', { does: 'confirm-warning', with: { id: heard.id } });
    told.ask();
    expect(told.told('candidate-reminder')[0]).toMatch(/^20 12:02 red/);
  });

  test('of what nobody has heard is refused', () => {
    const refused = story(NOON).act('office', { does: 'confirm-warning', with: { id: 'w-none' } });
    expect(refused).toBe('with/warningId unknown-warning');
  });
});

describe('words of officers', () => {
  const heard = story(NOON).hear({ level: 'yellow' });
  const base: WarningRecord = {
    id: heard.id,
    firstSeenAt: NOON,
    said: { gjzwfw: { warning: heard, firstAt: NOON } },
  };
  const low = { by: 'P1', at: NOON + 1, fields: { level: 'blue' } } as const;
  const high = { by: 'P2', at: NOON + 2, fields: { level: 'red' } } as const;

  test('stand in the order in which they were spoken, whatever order they are laid in', () => {
    const one = rememberWord(rememberWord(base, heard.id, 'a', low), heard.id, 'b', high);
    const other = rememberWord(rememberWord(base, heard.id, 'b', high), heard.id, 'a', low);
    expect(revision(one)).toEqual(revision(other));
    expect(revision(one)).toMatchObject({ enteredBy: 'P2', warning: { level: 'red' } });
  });

  test('do not stand over a version that was issued after them', () => {
    const later = { ...heard, level: 'orange', issuedAt: NOON + 60_000 } as const;
    const record = { ...base, said: { gjzwfw: { warning: later, firstAt: NOON } }, words: { a: high } };
    expect(revision(record)).toMatchObject({ enteredBy: null, warning: { level: 'orange' } });
  });
});
