/** When a text must wait, and until when, as a table of instants. */
import { describe, expect, test } from 'vitest';
import {
  approvalUntil,
  binding,
  ceilingUntil,
  nightUntil,
  quietUntil,
  togetherUntil,
} from '../shared/activation/hold.ts';
import { MINUTE } from '../shared/time.ts';
import { remember, rememberWord, revision } from '../shared/warning/record.ts';
import type { Level } from '../shared/warning/warning.ts';
import { clock, on, SESSIONS, SHIPPED_PLAN, T, warning } from './story.ts';

const rules = SHIPPED_PLAN.candidates;
const ZONE = 'Asia/Shanghai';
const said = (at: number | null): string | null => (at === null ? null : clock(at));

describe('quiet hours', () => {
  test.each<[Level, string, string | null]>([
    ['blue', '19 21:59', null],
    ['blue', '19 22:00', '20 07:30'],
    ['blue', '20 07:29', '20 07:30'],
    ['blue', '20 07:30', null],
    ['yellow', '20 22:00', '21 06:00'],
    ['yellow', '21 05:59', '21 06:00'],
    ['yellow', '21 06:00', null],
    ['blue', '22 23:00', '23 07:30'],
    ['orange', '19 22:59', null],
    ['orange', '19 23:00', '20 05:30'],
    ['orange', '20 05:29', '20 05:30'],
    ['orange', '20 05:30', null],
    ['red', '20 03:00', null],
  ])('%s at %s', (level, now, until) => {
    expect(said(quietUntil(rules.quiet, level, on(now), ZONE, SESSIONS))).toBe(until);
  });
});

describe('the staff’s night', () => {
  test.each<[Level, string, string | null]>([
    ['blue', '19 21:59', null],
    ['blue', '19 22:00', '20 07:30'],
    ['unknown', '20 02:00', '20 07:30'],
    ['yellow', '20 07:30', null],
    ['orange', '19 23:00', null],
    ['red', '19 23:00', null],
    ['blue', '20 22:00', null],
  ])('%s at %s', (level, now, until) => {
    expect(said(nightUntil(SHIPPED_PLAN.night, level, on(now), ZONE, T))).toBe(until);
  });
});

describe('waiting together', () => {
  test.each<[Level, string | null]>([
    ['blue', '20 10:10'],
    ['yellow', '20 10:10'],
    ['orange', null],
    ['red', null],
  ])('%s', (level, until) => {
    expect(said(togetherUntil(rules, level, on('20 10:00')))).toBe(until);
  });
});

describe('an officer’s word', () => {
  const SEEN = on('20 10:00');
  const wait = (age: number | null, by: string | null = null, official = true) => {
    const message = warning(SEEN, { issuedAt: age === null ? null : SEEN - age * MINUTE });
    const heard = remember(null, message, SEEN);
    const record = by === null ? heard : rememberWord(heard, message.id, 'w1', { by, at: SEEN, fields: {} });
    return said(approvalUntil(rules, revision(record), () => official));
  };

  test.each<[string, string | null, string | null]>([
    ['Issued 24 h before first sight it needs none.', wait(24 * 60), null],
    ['A minute longer and it does.', wait(24 * 60 + 1), '20 10:10'],
    ['Ten minutes ahead of us is a clock.', wait(-10), null],
    ['Eleven are not.', wait(-11), '20 10:10'],
    ['Without a time nobody can tell.', wait(null), '20 10:10'],
    ['An unofficial feed alone does not do.', wait(0, null, false), '20 10:10'],
    ['What an officer entered counts as official.', wait(null, 'P1', false), null],
  ])('%s', (_, found, expected) => {
    expect(found).toBe(expected);
  });
});

describe('the ceiling and the cap', () => {
  const OPENED = on('18 08:00');
  const sent = (...all: [string, number][]) =>
    all.map(([at, rank], index) => ({ no: `${index}`, at: on(at), rank }));

  test.each<[string, Level, [string, number][], string | null]>([
    ['Nothing was sent.', 'blue', [], null],
    ['An hour ago is not within the hour.', 'blue', [['20 11:00', 1]], null],
    ['Within the hour the same colour waits for its end.', 'blue', [['20 11:01', 1]], '20 12:01'],
    ['A higher colour does not.', 'yellow', [['20 11:59', 1]], null],
    [
      'Three today are the cap.',
      'orange',
      [
        ['20 01:00', 3],
        ['20 08:00', 1],
        ['20 09:00', 2],
      ],
      '21 00:00',
    ],
    [
      'Red is outside of the cap.',
      'red',
      [
        ['20 01:00', 4],
        ['20 08:00', 1],
        ['20 09:00', 2],
      ],
      null,
    ],
    [
      'Five a day are the ceiling for red as well.',
      'red',
      [
        ['20 01:00', 4],
        ['20 02:00', 4],
        ['20 03:00', 4],
        ['20 08:00', 1],
        ['20 09:00', 2],
      ],
      '21 00:00',
    ],
    [
      'Yesterday’s do not count for the day.',
      'blue',
      [
        ['19 20:00', 1],
        ['19 21:00', 1],
        ['19 22:00', 1],
      ],
      null,
    ],
    [
      'Six in one activation are the cap.',
      'blue',
      [
        ['18 09:00', 1],
        ['18 11:00', 1],
        ['18 13:00', 1],
        ['19 09:00', 1],
        ['19 11:00', 1],
        ['19 13:00', 1],
      ],
      '21 00:00',
    ],
    [
      'Those before the activation do not count for it.',
      'blue',
      [
        ['17 09:00', 1],
        ['18 11:00', 1],
        ['18 13:00', 1],
        ['19 09:00', 1],
        ['19 11:00', 1],
        ['19 13:00', 1],
      ],
      null,
    ],
  ])('%s', (_, level, before, until) => {
    expect(said(ceilingUntil(rules, level, sent(...before), OPENED, on('20 12:00'), ZONE))).toBe(until);
  });
});

test('Of several reasons to wait the one that ends last is named; one that is over is none.', () => {
  const now = on('20 10:00');
  expect(
    binding(now, [
      ['together', now + MINUTE],
      ['quiet-hours', now + 2 * MINUTE],
      ['paper', now],
    ]),
  ).toEqual({
    for: 'quiet-hours',
    until: now + 2 * MINUTE,
  });
  expect(
    binding(now, [
      ['together', now],
      ['paper', null],
    ]),
  ).toBeNull();
});
