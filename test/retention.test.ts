/** What names people ends: when it is due, in pieces if it must, with the proof in the record and nothing else touched. */
import { beforeEach, expect, test } from 'vitest';
import { shippedPlan } from '../shared/plan/shipped.ts';
import { append, catchUp } from '../shared/stages/chain.ts';
import { freeze } from '../shared/stages/freeze.ts';
import { adoptRoster, enterExam } from '../shared/stages/office.ts';
import { forgetPeople, PERSONAL_DELETED, PERSONAL_KEPT_MS } from '../shared/stages/retention.ts';
import { importRoster, openExam } from '../shared/stages/roster.ts';
import {
  CHAIN,
  candidates,
  EXAM,
  notice,
  officer,
  phone,
  type Room,
  room,
  rowsOf,
  untilSettled,
} from './delivery-room.ts';

const LAST_PAPER_ENDS = EXAM.sessions.at(-1)!.endsAt;
const PEOPLE = 6;

let made: Room;
beforeEach(async () => {
  made = room();
  const { ports } = made;
  await enterExam(ports, { exam: EXAM, examVersion: '1', plan: shippedPlan(), by: 'office' });
  const people = [...candidates(PEOPLE), officer(1, 'office')];
  await adoptRoster(ports, EXAM, await importRoster(ports, EXAM, 'v1', people), 'office');
  await append(ports, CHAIN, { by: 'system', cause: { kind: 'decided' } }, () => [
    { kind: 'notice', notice: notice(), hold: null },
  ]);
  await freeze(ports, EXAM, CHAIN, notice(), 'v1');
  await untilSettled(made);
  await ports.store.put('entries', { pk: 'typed', sk: '-', typed: { words: '考生1 的电话' } });
  const act = { kind: 'act', does: 'incident', person: 'O-1', entry: 'typed' } as const;
  await append(ports, CHAIN, { by: 'O-1', cause: act }, () => [
    { kind: 'finding', code: 'act-refused', params: {} },
  ]);
  await ports.store.put('receipts', { pk: await ports.vault.hash(phone(1)), sk: 'm-9', at: 1 });
});

async function forget(late: () => boolean = () => false): Promise<void> {
  await forgetPeople(made.ports, (await openExam(made.ports.store, EXAM.id))!, late);
}
const proofs = async () =>
  (await catchUp(made.ports.store, CHAIN)).findings
    .filter(({ code }) => code === PERSONAL_DELETED)
    .map(({ params }) => params);

test('before it is due nothing goes, and nothing is said', async () => {
  await made.time.runUntil(LAST_PAPER_ENDS + PERSONAL_KEPT_MS - 1);
  await forget();
  expect(made.store.items('roster')).toHaveLength(PEOPLE + 1);
  expect(await proofs()).toEqual([]);
});

test('when it is due rows, numbers and receipts go, what became of each SMS stays, and the record says how many', async () => {
  const before = rowsOf(made);
  await made.time.runUntil(LAST_PAPER_ENDS + PERSONAL_KEPT_MS);
  await forget();
  await forget();
  expect(made.store.items('roster')).toEqual([]);
  expect(made.store.items('receipts')).toEqual([]);
  expect(made.store.items('entries')).toEqual([]);
  expect(rowsOf(made)).toEqual(before.map((row) => ({ ...row, to: null })));
  expect(await proofs()).toEqual([
    {
      people: PEOPLE + 1,
      numbers: PEOPLE,
      receipts: 1,
      entries: 1,
      versions: 'v1',
      through: '0001',
      complete: 1,
    },
  ]);
  const left = JSON.stringify(made.store.items('deliveries')) + JSON.stringify(made.store.items('chain'));
  expect(left).not.toMatch(/139\d{8}|考生\d/);
});

test('a run without time leaves the rest to the next, which says that nothing is left', async () => {
  await made.time.runUntil(LAST_PAPER_ENDS + PERSONAL_KEPT_MS);
  let looks = 0;
  await forget(() => {
    looks += 1;
    return looks > 1;
  });
  expect(await proofs()).toMatchObject([{ people: 0, numbers: PEOPLE, complete: 0 }]);
  await forget(() => true);
  expect(await proofs()).toHaveLength(1);
  await forget();
  expect(await proofs()).toMatchObject([{}, { people: PEOPLE + 1, numbers: 0, complete: 1 }]);
});

test('a run that deletes what was typed and nothing else says so', async () => {
  await made.time.runUntil(LAST_PAPER_ENDS + PERSONAL_KEPT_MS);
  for (let run = 0; run < 2; run += 1) {
    let looks = 0;
    await forget(() => {
      looks += 1;
      return looks > 1;
    });
  }
  expect(await proofs()).toMatchObject([
    { numbers: PEOPLE, entries: 0 },
    { numbers: 0, receipts: 0, entries: 1, people: 0, complete: 0 },
  ]);
});

test('a roster that is imported after that goes as well', async () => {
  await made.time.runUntil(LAST_PAPER_ENDS + PERSONAL_KEPT_MS);
  await forget();
  await importRoster(made.ports, EXAM, 'v2', candidates(2));
  await forget();
  expect(made.store.items('roster')).toEqual([]);
  expect(await proofs()).toMatchObject([{}, { people: 2, versions: 'v1 v2', complete: 1 }]);
});
