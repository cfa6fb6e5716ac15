/** The pure half of delivery: what becomes of a row, of a receipt, of the grant, and how an audience is cut. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noticeClass } from '../shared/activation/wanted.ts';
import { LEASE_MS, PUBLISH_TIMEOUT_MS, SLICE_PEOPLE_MAX, UNKNOWN_SETTLES_MS } from '../shared/limits.ts';
import {
  type Answer,
  accounted,
  answered,
  BACKOFF_MAX_MS,
  claimed,
  countsOf,
  type Delivery,
  lapsed,
  receipted,
  roll,
  standing,
  unclaimed,
  unsent,
  withheld,
} from '../shared/notice/delivery.ts';
import {
  DELIVERY_STATES,
  type DeliveryState,
  NO_COUNTS,
  NOTICE_KINDS,
  type Notice,
} from '../shared/notice/notice.ts';
import { mayAdopt, receiptReason } from '../shared/notice/receipts.ts';
import {
  type Addressee,
  barred,
  numberCount,
  peopleOf,
  pointerTo,
  type Slice,
  sliceCutter,
  weight,
} from '../shared/notice/slices.ts';
import { HOUR, MINUTE, SECOND } from '../shared/time.ts';
import type { Level } from '../shared/warning/warning.ts';
import { CHAIN, EXAM, notice, phone, START } from './delivery-room.ts';

const AT = { now: START, machine: START };
const WORDING = { text: '【泉州市司法局】演练', parts: 1 };
const ONE: Addressee = { id: 'C-1', phone: phone(1), siteId: 's1', sessionIds: ['a1', 'a2'] };

/** An audience cut into slices, everybody counted first. */
function cut(what: Notice, people: Addressee[]): Slice[] {
  const numbers = numberCount(() => WORDING);
  for (const one of people) numbers.add(one);
  const cutter = sliceCutter(EXAM, CHAIN, what, () => WORDING, numbers.of, 1);
  return [...people.flatMap(cutter.add), ...cutter.rest()];
}

const SLICE = cut(notice(), [ONE])[0] as Slice;
const MEMBER = { id: 'C-1', also: [] };

const FIRST = claimed(SLICE, MEMBER, undefined, 't1', phone(1), AT);
const SECOND_TRY = claimed(SLICE, MEMBER, lapsed(FIRST, START), 't2', phone(1), AT);

describe('after the answer', () => {
  test.each([
    ['accepted', FIRST, 'SENT', 1],
    ['refused', FIRST, 'REJECTED', 1],
    ['throttled', FIRST, 'DEFERRED', 0],
    ['not-sent', FIRST, 'DEFERRED', 0],
    ['unknown', FIRST, 'UNKNOWN', 1],
    ['accepted', SECOND_TRY, 'SENT', 2],
    ['refused', SECOND_TRY, 'UNKNOWN', 2],
    ['throttled', SECOND_TRY, 'UNKNOWN', 1],
    ['not-sent', SECOND_TRY, 'UNKNOWN', 1],
    ['unknown', SECOND_TRY, 'UNKNOWN', 2],
  ] as const)('%s at the first or second try', (outcome, row, state, attempt) => {
    const answer: Answer = {
      class: outcome,
      ...(outcome === 'accepted' ? { messageId: 'm' } : { reason: 'why' }),
    };
    const reason = answer.reason ?? null;
    expect(answered(row, answer, AT, 0.5)).toMatchObject({ state, attempt, reason, token: row.token });
  });

  test('an SMS has the id that the carrier gave it, and no such field where it gave none', () => {
    expect(answered(FIRST, { class: 'accepted', messageId: 'm' }, AT, 0).messageId).toBe('m');
    const nameless = answered(FIRST, { class: 'accepted' }, AT, 0);
    expect(nameless.state).toBe('SENT');
    expect(nameless).not.toHaveProperty('messageId');
  });

  test('a back-off doubles up to a minute and is never at once', () => {
    let row = FIRST;
    const waits = Array.from({ length: 8 }, () => {
      row = answered({ ...row, attempt: 1 }, { class: 'throttled' }, AT, 0);
      return row.notBefore! - AT.machine;
    });
    const longest = BACKOFF_MAX_MS / 2;
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, longest, longest]);
  });

  test('a back-off is spread over its upper half, at the second try in domain time', () => {
    const at = { now: START, machine: START + HOUR };
    expect(answered(FIRST, { class: 'throttled' }, at, 0.5).notBefore).toBe(at.machine + 750);
    expect(answered(SECOND_TRY, { class: 'throttled' }, at, 0.5).settleBy).toBe(at.now + 750);
  });
});

describe('in the tick of the publish', () => {
  test.each([
    ['may go', 'sending', START, START, null],
    ['is stopped', 'stopped', START, START, 'stopped'],
    ['is paused', 'paused', START, START, 'paused'],
    ['is at its deadline', 'sending', SLICE.deadline, START, 'expired'],
    ['has a millisecond to its deadline', 'sending', SLICE.deadline - 1, START, null],
    ['has just enough lease', 'sending', START, START + LEASE_MS - PUBLISH_TIMEOUT_MS, null],
    ['has too little lease', 'sending', START, START + LEASE_MS - PUBLISH_TIMEOUT_MS + 1, 'lease'],
  ] as const)('a claim that %s', (_, state, now, machine, why) => {
    expect(withheld(state, SLICE, FIRST, { now, machine })).toBe(why);
  });

  test('during a paper nothing goes, from admission until its end', () => {
    const { papers } = SLICE;
    const slice = { papers, deadline: START + 100 * HOUR };
    const { from, until } = papers[0]!;
    expect([from - 1, from, until - 1, until].map((now) => barred('sending', slice, now))).toEqual([
      null,
      'paper',
      'paper',
      null,
    ]);
  });

  test.each([
    [FIRST, 'stopped', 'SUPPRESSED'],
    [FIRST, 'expired', 'EXPIRED'],
    [FIRST, 'paused', 'DEFERRED'],
    [FIRST, 'paper', 'DEFERRED'],
    [FIRST, 'lease', 'DEFERRED'],
    [SECOND_TRY, 'stopped', 'UNKNOWN'],
    [SECOND_TRY, 'expired', 'UNKNOWN'],
    [SECOND_TRY, 'lease', 'UNKNOWN'],
  ] as const)(
    'a claim given back counts as no attempt, and what was unknown stays so (%#)',
    (row, why, state) => {
      expect(unclaimed(row, why, AT)).toMatchObject({ state, attempt: row.attempt - 1 });
    },
  );
});

describe('where a member stands', () => {
  const unknown = lapsed(FIRST, START);
  const deferred = answered(FIRST, { class: 'throttled' }, AT, 0);
  const later = { now: START + UNKNOWN_SETTLES_MS, machine: START + LEASE_MS };
  test.each([
    ['no row is open', undefined, 'action', false, AT, 'open'],
    ['no row of what is over is overdue', undefined, 'action', true, AT, 'overdue'],
    ['what was put off is open', deferred, 'information', false, AT, 'open'],
    ['what was put off is overdue once it is over', deferred, 'information', true, AT, 'overdue'],
    ['a claim under lease is in flight, also of what is over', FIRST, 'action', true, AT, 'in-flight'],
    ['a claim past its lease is lapsed', FIRST, 'action', false, later, 'lapsed'],
    ['what is unknown waits for a receipt', unknown, 'information', false, AT, 'waiting'],
    ['an action is opened again', unknown, 'action', false, later, 'open'],
    ['information is not', unknown, 'information', false, later, 'settled'],
    ['an action is not opened a second time', lapsed(SECOND_TRY, START), 'action', false, later, 'settled'],
    ['an unknown of what is over is settled', unknown, 'action', true, AT, 'settled'],
    [
      'what was sent is settled',
      answered(FIRST, { class: 'accepted', messageId: 'm' }, AT, 0),
      'action',
      false,
      AT,
      'settled',
    ],
  ] as const)('%s', (_, row, noticeClass, over, at, stand) => {
    expect(standing(row, noticeClass, over, at)).toBe(stand);
  });
});

test('a claim whose worker never came back is unknown, and says why', () => {
  expect(lapsed(FIRST, START)).toMatchObject({ state: 'UNKNOWN', reason: 'lapsed', attempt: 1 });
});

describe('a second attempt after a lost answer', () => {
  const always = [
    ...['duty', 'shelter', 'escalation', 'feed-silent', 'confirm-end', 'absentee-register', 'stay'],
    ...['all-clear', 'correction', 'exam-change'],
  ];
  const severe = ['candidate-reminder', 'staff-reminder', 'site-safety-check'];
  test.each<[Level | null, string[]]>([
    [null, always],
    ['blue', always],
    ['yellow', always],
    ['unknown', always],
    ['orange', [...always, ...severe]],
    ['red', [...always, ...severe]],
  ])('of level %s is for notices that somebody must act on', (level, kinds) => {
    for (const kind of NOTICE_KINDS)
      expect(noticeClass(kind, level), kind).toBe(kinds.includes(kind) ? 'action' : 'information');
  });
});

describe('receipts', () => {
  test.each([
    ['No quota left for account', 'no-quota'],
    ['no quota left for account', 'no-quota'],
    ['This delivery would exceed max price', 'price'],
    ['Phone number is opted out', 'opted-out'],
    ['Blocked as spam by phone carrier', 'spam'],
    ['Destination is on a blocked list', 'blocked'],
    ['Phone is on a blocked list', 'blocked'],
    ['Phone carrier has blocked this message', 'blocked'],
    ['Phone has blocked SMS', 'blocked'],
    ['Invalid phone number', 'invalid-number'],
    ['Message body is invalid', 'invalid-text'],
    ['Phone is currently unreachable/unavailable', 'unreachable'],
    ['Phone carrier is currently unreachable/unavailable', 'unreachable'],
    ['Unknown error attempting to reach phone', 'other'],
    ['', 'other'],
  ])('"%s" is %s', (text, reason) => {
    expect(receiptReason(text)).toBe(reason);
  });

  const receipt = fc.record({
    messageId: fc.constant('m'),
    status: fc.constantFrom('SUCCESS' as const, 'FAILURE' as const),
    providerResponse: fc.constantFrom('Phone has blocked SMS', 'Invalid phone number'),
  });
  const sent = answered(FIRST, { class: 'accepted', messageId: 'm' }, AT, 0);
  const ended = (
    receipts: { messageId: string; status: 'SUCCESS' | 'FAILURE'; providerResponse: string }[],
  ) => receipts.reduce<Delivery>((row, one) => receipted(row, one, START) ?? row, sent).state;

  test('in any order and any number end in the same state', () => {
    fc.assert(
      fc.property(fc.array(receipt, { maxLength: 6 }), fc.integer(), (receipts, turn) => {
        const other = receipts
          .map((_, place) => receipts[(place + Math.abs(turn)) % receipts.length]!)
          .reverse();
        expect(ended(other)).toBe(ended(receipts));
        expect(ended([...receipts, ...receipts])).toBe(ended(receipts));
      }),
    );
  });

  test.each<['SUCCESS' | 'FAILURE', Partial<Record<DeliveryState, DeliveryState>>]>([
    ['SUCCESS', { SENT: 'DELIVERED', UNKNOWN: 'DELIVERED', UNDELIVERED: 'DELIVERED' }],
    ['FAILURE', { SENT: 'UNDELIVERED', UNKNOWN: 'UNDELIVERED' }],
  ])('of %s move what may have arrived, and nothing else', (status, moves) => {
    for (const state of DELIVERY_STATES) {
      const row = receipted({ ...sent, state }, { messageId: 'm', status, providerResponse: '' }, START);
      expect(row?.state, state).toBe(moves[state]);
    }
  });

  test.each([
    ['five seconds before the claim', -5 * SECOND, true],
    ['earlier', -5 * SECOND - 1, false],
    ['ten minutes after it', 10 * MINUTE, true],
    ['later', 10 * MINUTE + 1, false],
  ])('of the number, %s: may it be of the lost answer?', (_, offset, may) => {
    expect(mayAdopt(FIRST, START + offset)).toBe(may);
  });
});

describe('counting', () => {
  test('the sum is the audience once nobody is claimed or deferred, whatever the states', () => {
    const states = fc.constantFrom(...DELIVERY_STATES);
    fc.assert(
      fc.property(fc.array(fc.tuple(states, fc.nat({ max: 3 }))), (drawn) => {
        const rows = drawn.map(([state, others], place) => ({
          ...FIRST,
          sk: `P${place}`,
          also: Array.from({ length: others }, (_, other) => `P${place}-${other}`),
          state,
        }));
        const counts = countsOf(rows);
        expect(Object.keys(counts)).toEqual(Object.keys(NO_COUNTS));
        const open = rows.filter(({ state }) => state === 'CLAIMED' || state === 'DEFERRED');
        expect(counts.audience - accounted(counts)).toBe(open.reduce((sum, row) => sum + weight(row), 0));
        expect(roll(rows)).toBe(roll(rows.toReversed()));
        expect(roll(rows).split('\n').filter(Boolean)).toHaveLength(counts.audience);
      }),
    );
  });

  test('an officer who tries the line is nobody of the audience', () => {
    const row = claimed(SLICE, { ...MEMBER, canary: true }, undefined, 't1', phone(1), AT);
    const sent = answered(row, { class: 'accepted', messageId: 'm' }, AT, 0);
    expect(countsOf([sent])).toEqual(NO_COUNTS);
    expect(roll([sent])).toBe('');
  });

  test('a row that was never tried keeps no number', () => {
    expect(unsent(SLICE, MEMBER, 'EXPIRED', 'deadline', START)).toMatchObject({ to: null, attempt: 0 });
  });
});

describe('cutting an audience', () => {
  const papers = fc.constantFrom<string[]>(['a1', 'a2'], ['b1', 'b2'], ['a1'], ['a1', 'a2', 'b1', 'b2']);
  const people = fc.array(fc.record({ number: fc.nat({ max: 900 }), sessionIds: papers }), {
    maxLength: 1_500,
  });

  test('everybody is in exactly one slice of at most 500, and one number is one member', () => {
    fc.assert(
      fc.property(people, (drawn) => {
        const addressees = drawn.map(({ number, sessionIds }, place) => ({
          ...ONE,
          id: `C-${place}`,
          phone: phone(number),
          sessionIds,
        }));
        const slices = cut(notice(), addressees);
        const ids = slices.flatMap((slice) => slice.people.flatMap(peopleOf));
        expect(ids.toSorted()).toEqual(addressees.map(({ id }) => id).toSorted());
        for (const slice of slices) {
          const heavy = slice.people.reduce((sum, member) => sum + weight(member), 0);
          expect(heavy <= SLICE_PEOPLE_MAX || slice.people.length === 1).toBe(true);
        }
        const members = slices.reduce((sum, slice) => sum + slice.people.length, 0);
        expect(members).toBe(new Set(addressees.map((one) => one.phone)).size);
      }),
      { numRuns: 25 },
    );
  });

  test('a member keeps the papers of everybody at its number, and ends when the first of them goes in', () => {
    const other = { ...ONE, id: 'C-2', sessionIds: ['b1'] };
    const slices = cut(notice(), [ONE, other]);
    expect(slices).toMatchObject([
      { people: [{ id: 'C-1', also: ['C-2'] }], sessionIds: ['a1', 'a2', 'b1'], deadline: SLICE.deadline },
    ]);
  });

  test('a person without a paper to come is told until the notice ends', () => {
    const late = notice({ createdAt: START + 60 * HOUR, deadline: START + 70 * HOUR });
    expect(cut(late, [ONE])).toMatchObject([{ sessionIds: [], papers: [], deadline: START + 70 * HOUR }]);
  });

  test.each<[string, object]>([
    ['A change to the exam', { kind: 'exam-change' }],
    ['What is told of a measure', { matter: 'M01' }],
  ])('%s waits out the paper that begins before its deadline', (_, change) => {
    const told = { ...notice(), ...change } as Notice;
    expect(cut(told, [ONE])).toMatchObject([{ deadline: notice().deadline }]);
    expect(SLICE.deadline).toBeLessThan(notice().deadline);
  });

  test('the pointer of the sooner and then of the higher comes first', () => {
    const sk = (level: 'yellow' | 'red', no: string, sessionIds: string[]): string =>
      pointerTo(cut(notice({ level, no }), [{ ...ONE, sessionIds }])[0]!).sk;
    const pointers = [sk('yellow', '0001', ['a1']), sk('red', '0002', ['a1']), sk('red', '0003', ['b1'])];
    expect(pointers.toSorted()).toEqual([pointers[1], pointers[0], pointers[2]]);
  });
});
