/** The record of an activation as a file: whole, readable where it is opened, and without anybody's name or number. */
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, test } from 'vitest';
import { type ActivationView, gatherActivation } from '../functions/console/gather.ts';
import { FORMATS } from '../infra/commands/export.ts';
import { summarise } from '../infra/summary.ts';
import { eventsOf } from '../shared/activation/review.ts';
import { ACTIVATION, story } from './console-room.ts';

let told: Awaited<ReturnType<typeof story>>;
let view: ActivationView;
const exported = (format: string): Promise<string> => FORMATS[format]!(view, told.ports.clock.now());

beforeAll(async () => {
  told = await story('20T21:00');
  view = (await gatherActivation(told.ports, ACTIVATION))!;
});

describe('an exported activation', () => {
  test('as JSON has what the summary says of it, and every event in order', async () => {
    const { summary } = await summarise(told.ports, told.carrier.outbox);
    const record = JSON.parse(await exported('json'));
    expect(record.activation).toEqual(summary.activations[0]);
    expect(record.decisions).toEqual(summary.decisions.filter((each) => each.activationId === ACTIVATION));
    const byNumber = new Map(summary.notices.map((notice) => [notice.no, notice]));
    expect(record.notices.length).toBeGreaterThan(5);
    for (const notice of record.notices) expect(notice).toEqual(byNumber.get(notice.no) ?? notice);
    expect(record.events.map(({ seq }: { seq: number }) => seq)).toEqual(
      eventsOf(view.events, ACTIVATION).map(({ seq }) => seq),
    );
    expect(record.head).toEqual({ seq: view.state.seq, hash: view.state.hash });
    expect(record.review).toMatchObject({ tasks: record.activation.tasks.length });
    const [sent] = told.carrier.outbox;
    const openedAt = Date.parse(record.activation.openedAt);
    expect(record.review.activationToFirstSms).toBe(sent!.at - openedAt);
  });

  test('as CSV has one line for each effect, in a file that a spreadsheet takes for Chinese', async () => {
    const text = await exported('csv');
    expect(text.startsWith('\uFEFF')).toBe(true);
    const rows: string[][] = parse(text, { bom: true });
    const effects = eventsOf(view.events, ACTIVATION).flatMap((event) => event.effects);
    expect(rows).toHaveLength(effects.length + 1);
    expect(rows.map((row) => row[3]).slice(1)).toEqual(effects.map(({ kind }) => kind));
  });

  test('as CSV runs nothing that an issuer wrote', async () => {
    const effect = view.events.flatMap(({ effects }) => effects).find(({ kind }) => kind === 'reason')!;
    const hostile = { ...effect, evidence: { issuer: '=HYPERLINK("x")', hazardText: '', level: 'red' } };
    const events = view.events.map((event) => ({
      ...event,
      effects: event.effects.map((each) => (each === effect ? hostile : each)),
    })) as ActivationView['events'];
    const text = await FORMATS.csv!({ ...view, events }, 0);
    const rows: string[][] = parse(text, { bom: true });
    expect(rows.flat().filter((cell) => cell.includes('HYPERLINK'))).toEqual([
      expect.stringMatching(/^'=HYPERLINK\("x"\)/),
    ]);
  });

  test('as HTML is one page that asks for nothing else', async () => {
    const text = await exported('html');
    expect(text).toContain(ACTIVATION);
    expect(text).toContain('<style>');
    expect(text).not.toMatch(/<link|<script|src=|url\(|@import/);
  });

  test.each(['json', 'csv', 'html'])('as %s names no person and no number', async (format) => {
    const text = await exported(format);
    expect(told.personal.filter((each) => text.includes(each))).toEqual([]);
  });
});
