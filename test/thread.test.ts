/** Messages of one event in order, whatever the order in which they came; one message as several feeds tell it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../shared/time.ts';
import {
  afterBadAnswer,
  afterGoodAnswer,
  canSee,
  feedState,
  hasDropped,
  silentSince,
} from '../shared/warning/health.ts';
import { isKnown, join, remember, revision, stampOf, type WarningRecord } from '../shared/warning/record.ts';
import { newest, standing, threads } from '../shared/warning/thread.ts';
import type { FeedId, Warning } from '../shared/warning/warning.ts';
import { feed, on, type Said, warning } from './story.ts';

const NOW = on('20 10:00');

function recordsOf(...messages: Warning[]): WarningRecord[] {
  const records = new Map<string, WarningRecord>();
  for (const each of messages) records.set(each.id, remember(records.get(each.id) ?? null, each, NOW));
  return [...records.values()];
}

/** Threads as their identifiers, `first<second<…`. */
function shape(records: WarningRecord[]): string[] {
  return threads(records).map(({ revisions }) => revisions.map(({ id }) => id).join('<'));
}

function at(minutes: number, id: string, said: Said = {}): Warning {
  return warning(NOW + minutes * MINUTE, { id, ...said });
}

describe('what belongs to one thread', () => {
  test.each<[string, Warning[], string[]]>([
    [
      'What refers to an identifier.',
      [at(0, 'a'), at(9, 'b', { references: ['a'], hazard: 'rainstorm' })],
      ['a<b'],
    ],
    [
      'What names the first of three.',
      [at(0, 'a'), at(1, 'b', { references: ['a'] }), at(2, 'c', { references: ['a'] })],
      ['a<b<c'],
    ],
    ['Issuer, hazard and product alike, while the thread runs.', [at(0, 'a'), at(60, 'b')], ['a<b']],
    ['Long after its end it is a new event.', [at(0, 'a'), at(25 * 60, 'b')], ['a', 'b']],
    ['An update continues it at any time.', [at(0, 'a'), at(25 * 60, 'b', { action: 'update' })], ['a<b']],
    [
      'After a cancel it is a new event.',
      [at(0, 'a'), at(1, 'b', { action: 'cancel' }), at(2, 'c')],
      ['a<b', 'c'],
    ],
    [
      'What refers to a cancelled message revives its thread.',
      [at(0, 'a'), at(1, 'b', { action: 'cancel' }), at(2, 'c', { references: ['a'] })],
      ['a<b<c'],
    ],
    ['Another office is another thread.', [at(0, 'a'), at(1, 'b', { issuer: '350581' })], ['a', 'b']],
    ['Another hazard is another thread.', [at(0, 'a'), at(1, 'b', { hazard: 'rainstorm' })], ['a', 'b']],
    ['A grade is another product than a colour.', [at(0, 'a'), at(1, 'b', { product: 'level' })], ['a', 'b']],
    [
      'Hazards outside the list are told apart by their words.',
      [
        at(0, 'a', { hazard: 'other', hazardText: '海雾' }),
        at(1, 'b', { hazard: 'other', hazardText: '霾' }),
      ],
      ['a', 'b'],
    ],
    [
      'A drill belongs to nothing.',
      [at(0, 'a'), at(1, 'b', { status: 'exercise', references: ['a'] })],
      ['a'],
    ],
    [
      'What refers to two threads makes them one.',
      [
        at(0, 'a'),
        at(1, 'b', { issuer: '350581' }),
        at(2, 'c', { action: 'cancel', references: ['b', 'a'] }),
      ],
      ['a<b<c'],
    ],
    [
      'The stamp in the identifier counts, not what a feed says of the time.',
      [at(5, '35050041600000_20240920080000'), at(0, '35050041600000_20240920090000')],
      ['35050041600000_20240920080000<35050041600000_20240920090000'],
    ],
    [
      'Two departments of one place are two offices.',
      [
        at(0, '35050041600000_20240920080000', { hazard: 'flash-flood' }),
        at(1, '35050033200000_20240920090000', { hazard: 'flash-flood' }),
      ],
      ['35050041600000_20240920080000', '35050033200000_20240920090000'],
    ],
    [
      'Of one instant the end comes first.',
      [at(0, 'a'), at(5, 'z', { action: 'cancel' }), at(5, 'b')],
      ['a<z', 'b'],
    ],
    [
      'But after the very message it ends.',
      [at(5, 'b'), at(5, 'a', { action: 'cancel', references: ['b'] })],
      ['b<a'],
    ],
  ])('%s', (_, messages, expected) => {
    expect(shape(recordsOf(...messages))).toEqual(expected);
  });

  const messages = fc
    .array(
      fc.record({
        minute: fc.nat(40),
        action: fc.constantFrom<Warning['action']>('issue', 'update', 'cancel'),
        level: fc.constantFrom<Warning['level']>('blue', 'yellow', 'orange', 'red', 'unknown'),
        feed: fc.constantFrom<FeedId>('gjzwfw', 'cap', 'nmc-alarm'),
        id: fc.nat(6),
        references: fc.array(fc.nat(6), { maxLength: 2 }),
        issuer: fc.constantFrom('350500', '350581'),
      }),
      { maxLength: 12 },
    )
    .map((all) =>
      all.map(({ minute, id, references, ...said }) =>
        at(minute, `m${id}`, {
          ...said,
          references: references.map((other) => `m${other}`).filter((other) => other !== `m${id}`),
        }),
      ),
    );

  function remembered(all: Warning[]): WarningRecord[] {
    const records = new Map<string, WarningRecord>();
    for (const each of all) records.set(each.id, remember(records.get(each.id) ?? null, each, NOW));
    return [...records.values()];
  }

  test('Any order and any repetition of the same messages give the same threads, in the same words.', () => {
    fc.assert(
      fc.property(
        messages.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 })),
        ),
        ([all, shuffled]) => {
          expect(threads(remembered(shuffled))).toEqual(threads(remembered(all)));
        },
      ),
    );
  });

  test('Every actual message is in exactly one thread, and each thread is in order.', () => {
    fc.assert(
      fc.property(messages, (all) => {
        const found = threads(remembered(all));
        const ids = found.flatMap(({ revisions }) => revisions.map(({ id }) => id));
        expect([...ids].sort()).toEqual([...new Set(all.map(({ id }) => id))].sort());
        for (const { revisions, id } of found) {
          expect(revisions.map(({ order }) => order)).toEqual(
            revisions.map(({ order }) => order).sort((a, b) => a - b),
          );
          expect(id).toBe(revisions[0]?.id);
        }
      }),
    );
  });
});

describe('one message as several feeds tell it', () => {
  const ID = '35050041600000_20240920100000';
  const full = at(0, ID, { feed: 'gjzwfw', level: 'yellow', references: ['before'] });
  const row = at(4, ID, { feed: 'nmc-alarm', level: 'yellow', text: '', expiresAt: null });

  test('A list entry dated some minutes later takes neither words, nor end, nor references from it.', () => {
    const [record] = recordsOf(full, row);
    expect(revision(record!).warning).toMatchObject({
      text: full.text,
      expiresAt: full.expiresAt,
      references: ['before'],
    });
  });

  test('Of one version the higher level counts, and a cancel only if all agree.', () => {
    const [record] = recordsOf({ ...full, action: 'cancel' }, { ...row, level: 'red' });
    expect(revision(record!).warning).toMatchObject({ level: 'red', action: 'issue' });
    const [later] = recordsOf(full, { ...row, action: 'cancel' });
    expect(revision(later!).warning.action).toBe('issue');
    const [agreed] = recordsOf({ ...full, action: 'cancel' }, { ...row, action: 'cancel' });
    expect(revision(agreed!).warning.action).toBe('cancel');
  });

  test('A version that is really later decides alone.', () => {
    const [record] = recordsOf(full, { ...row, issuedAt: NOW + HOUR, level: 'blue' });
    expect(revision(record!).warning).toMatchObject({ level: 'blue', text: full.text });
  });

  test('A feed that does not date it speaks of the version in hand.', () => {
    const [record] = recordsOf(full, { ...row, issuedAt: null, level: 'orange' });
    expect(revision(record!).warning.level).toBe('orange');
  });

  test('It is first seen when the first feed had it, whichever is remembered first.', () => {
    const first = remember(null, full, NOW + MINUTE);
    const other = remember(null, row, NOW);
    expect(join(first, other)).toEqual(join(other, first));
    expect(join(first, other).firstSeenAt).toBe(NOW);
  });

  test('The same again is known; a later version of the feed is not, an earlier one is.', () => {
    const record = remember(null, full, NOW);
    expect(isKnown(record, full)).toBe(true);
    expect(isKnown(record, { ...full, issuedAt: NOW + MINUTE })).toBe(false);
    expect(isKnown(record, { ...full, issuedAt: NOW - MINUTE })).toBe(true);
    expect(isKnown(record, row)).toBe(false);
  });

  test.each<[string, number | null]>([
    [ID, NOW],
    ['35050041600000_20240920100000_2', NOW],
    ['35050041600000_20240931100000', null],
    ['urn:oid:2.49.0.0.344', null],
  ])('The stamp in %s', (id, expected) => {
    expect(stampOf(id)).toBe(expected);
  });
});

describe('the health of a feed', () => {
  const set = feed('nmc-alarm', NOW, {
    kind: 'set',
    listed: ['a', 'b'],
    lastCompleteAt: NOW,
    silentAfterMs: 15 * MINUTE,
  });
  const reading = (listed: string[], complete = true) => ({ contentHash: listed.join(), listed, complete });

  test('Missing twice, five minutes apart, is dropped; coming back clears it.', () => {
    const once = afterGoodAnswer(set, NOW + MINUTE, reading(['b']));
    expect(hasDropped(once, 'a')).toBe(false);
    const twice = afterGoodAnswer(once, NOW + 6 * MINUTE, 'unchanged');
    expect([hasDropped(twice, 'a'), hasDropped(twice, 'b')]).toEqual([true, false]);
    expect(hasDropped(afterGoodAnswer(twice, NOW + 7 * MINUTE, reading(['a', 'b'])), 'a')).toBe(false);
  });

  test('A reading with an entry that nobody understood leaves nothing out, nor does a 304 that repeats it.', () => {
    const half = afterGoodAnswer(set, NOW + MINUTE, reading(['b'], false));
    expect(half.listed).toEqual(['a', 'b']);
    const again = afterGoodAnswer(half, NOW + 10 * MINUTE, 'unchanged');
    expect([again.missing, again.lastCompleteAt]).toEqual([{}, NOW]);
    expect(canSee(again, NOW + 10 * MINUTE)).toBe(true);
  });

  test('Half a reading is no second word on what was missing from a whole one.', () => {
    const once = afterGoodAnswer(set, NOW + MINUTE, reading(['b']));
    const half = afterGoodAnswer(once, NOW + 10 * MINUTE, reading(['b'], false));
    expect(hasDropped(half, 'a')).toBe(false);
  });

  test('What a reading showed before it broke off is listed, and can be missed later.', () => {
    const broken = afterBadAnswer(set, 'count-changed', ['c']);
    expect(broken).toMatchObject({
      brokenReason: 'count-changed',
      listed: ['a', 'b', 'c'],
      lastCompleteAt: NOW,
    });
    const good = afterGoodAnswer(broken, NOW + MINUTE, reading(['a', 'b']));
    expect(good.missing).toEqual({ c: NOW + MINUTE });
  });

  test('A well-formed empty list is a complete reading.', () => {
    expect(afterGoodAnswer(set, NOW + MINUTE, reading([])).missing).toEqual({
      a: NOW + MINUTE,
      b: NOW + MINUTE,
    });
  });

  test.each<[string, number, ReturnType<typeof feedState>]>([
    ['in good contact with new content', 5, 'fresh'],
    ['a minute before its limit', 14, 'fresh'],
    ['at its limit', 15, 'stale'],
  ])('It is, %s, …', (_, minutes, expected) => {
    expect(feedState(set, NOW + minutes * MINUTE)).toBe(expected);
  });

  test('In contact without new content for a day it is quiet, and can be believed.', () => {
    const quiet = { ...set, lastGoodAt: NOW + DAY };
    expect([feedState(quiet, NOW + DAY), canSee(quiet, NOW + DAY)]).toEqual(['quiet', true]);
  });

  test('A bad answer breaks it at once; it counts as silent only at its limit, from its last good answer.', () => {
    const broken = afterBadAnswer(set, 'html');
    expect([
      canSee(broken, NOW + MINUTE),
      silentSince(broken, NOW + MINUTE),
      silentSince(broken, NOW + 15 * MINUTE),
    ]).toEqual([false, null, NOW]);
  });

  test('A feed that never answered is silent from when it was first asked.', () => {
    expect(silentSince({ ...set, lastGoodAt: null }, NOW + 15 * MINUTE)).toBe(NOW);
  });
});

test('Only the newest revision of a thread can be in force, whatever a set still lists.', () => {
  const set = feed('nmc-alarm', NOW, { kind: 'set', listed: ['a'] });
  const records = recordsOf(
    at(0, 'a', { feed: 'nmc-alarm' }),
    at(1, 'b', { action: 'cancel', references: ['a'] }),
  );
  const [thread] = threads(records);
  expect(newest(thread!).id).toBe('b');
  expect(standing(thread!, new Map([['nmc-alarm', set]]), NOW + MINUTE)).toBe('cancelled');
});
