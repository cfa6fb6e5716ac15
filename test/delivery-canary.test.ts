/** Officers who try the line before a large audience is told. */
import { describe, expect, test } from 'vitest';
import { emptyState } from '../shared/activation/state.ts';
import type { Notice } from '../shared/notice/notice.ts';
import { CANARY_HOLD_MS, CANARY_HOLD_RED_MS, CANARY_RECEIPT_MS } from '../shared/notice/slices.ts';
import { canaryFindings } from '../shared/stages/canary.ts';
import { freeze } from '../shared/stages/freeze.ts';
import { setGrant } from '../shared/stages/grant.ts';
import { receive } from '../shared/stages/receive.ts';
import { MINUTE, SECOND } from '../shared/time.ts';
import {
  CHAIN,
  candidates,
  EXAM,
  inTime,
  itemOf,
  notice,
  officer,
  type Room,
  type RoomOptions,
  rowsOf,
  START,
  sendFor,
  untilSettled,
  withRoster,
} from './delivery-room.ts';

const OFFICER = officer(1, 'duty-officer');

async function large(people: number, options: RoomOptions = {}, change: Partial<Notice> = {}): Promise<Room> {
  const made = await withRoster([...candidates(people), OFFICER, officer(2, 'office')], options);
  await setGrant(made.ports, 1_000);
  await freeze(made.ports, EXAM, CHAIN, notice(change), 'v1', 'sending', ['duty-officer']);
  return made;
}

const FAST = { partsPerSecond: 1_000 };

describe('canaries', () => {
  test('An officer gets the text first, and is no part of the audience', async () => {
    const made = await large(1_001, { carrier: FAST });
    await sendFor(made, 50 * SECOND);
    expect(made.carrier.outbox[0]).toMatchObject({ to: OFFICER.phone });
    expect(made.carrier.outbox[1]!.at).toBeGreaterThanOrEqual(made.carrier.outbox[0]!.at);
    expect(new Set(made.carrier.outbox.map(({ text }) => text)).size).toBe(1);
    const counts = await untilSettled(made);
    expect(counts).toMatchObject({ audience: 1_001, delivered: 1_001 });
    expect(made.carrier.outbox).toHaveLength(1_002);
  });

  test('A thousand are told without', async () => {
    const made = await large(1_000, { carrier: FAST });
    await sendFor(made, 50 * SECOND);
    expect(made.carrier.outbox.map(({ to }) => to)).not.toContain(OFFICER.phone);
  });

  test.each([
    ['orange', CANARY_HOLD_MS],
    ['red', CANARY_HOLD_RED_MS],
  ] as const)(
    'Where none is accepted, %s goes on after its bound, and the office is told',
    async (level, bound) => {
      const made = await large(1_001, { carrier: { ...FAST, refuse: [OFFICER.phone] } }, { level });
      await sendFor(made, bound - SECOND);
      expect(made.carrier.outbox).toEqual([]);
      await made.time.runUntil(START + bound);
      await sendFor(made, 50 * SECOND);
      expect(made.carrier.outbox).toHaveLength(1_001);
      await made.time.runUntil(START + Math.max(bound, CANARY_RECEIPT_MS));
      const state = emptyState(CHAIN, '');
      const said = await canaryFindings(made.ports, await itemOf(made), state);
      expect(said).toEqual([{ kind: 'finding', code: 'canary-not-accepted', params: { notice: '0001' } }]);
      state.findings.push({ at: START, code: 'canary-not-accepted', params: { notice: '0001' } });
      expect(await canaryFindings(made.ports, await itemOf(made), state)).toEqual([]);
    },
  );

  test('A receipt that stays away is said, and one that comes is not', async () => {
    for (const comes of [false, true]) {
      const made = await large(1_001, { carrier: FAST });
      await sendFor(made, 50 * SECOND);
      await made.time.runUntil(START + 3 * MINUTE);
      if (comes) await inTime(made, () => receive(made.ports, made.carrier.takeReceipts(START + 3 * MINUTE)));
      const said = await canaryFindings(made.ports, await itemOf(made), emptyState(CHAIN, ''));
      expect(said.map((effect) => 'code' in effect && effect.code)).toEqual(
        comes ? [] : ['canary-no-receipt'],
      );
      expect(rowsOf(made).find(({ canary }) => canary)?.sk).toBe(OFFICER.personId);
    }
  });
});
