/** Feeds that answer badly: nothing ends or falls because of it, the board says why, the duty officer is told once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { replay } from '../infra/replay.ts';
import { readScenario } from '../infra/scenario.ts';
import { summarise } from '../infra/summary.ts';
import { READING_BYTES_MAX } from '../shared/limits.ts';
import { loadFeed } from '../shared/stages/warnings.ts';
import { type ExtraAnswer, type SmallStorm, writeSmallStorm } from './small-storm.ts';

const root = mkdtempSync(join(tmpdir(), 'huhang-bad-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let stories = 0;

async function run(storm: SmallStorm) {
  stories += 1;
  const { ports, carrier } = await replay(readScenario(writeSmallStorm(join(root, String(stories)), storm)));
  const { summary } = await summarise(ports, carrier.outbox);
  return { ports, summary };
}

const BAD: [string, Omit<ExtraAnswer, 'at'>, string][] = [
  ['an HTML page with status 200', { fault: 'html' }, 'html'],
  ['a body cut in half', { fault: 'truncated' }, 'truncated'],
  ['an empty body', { fault: 'empty' }, 'empty'],
  ['a time-out', { fault: 'timeout' }, 'timeout'],
  ['a reset line', { fault: 'reset' }, 'reset'],
  ['status 403', { status: 403 }, 'http-403'],
  [
    'a DOCTYPE where JSON should be',
    { content: '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>' },
    'not-the-format',
  ],
  ['JSON of another shape', { content: '{"msg":"ok"}' }, 'not-the-format'],
  ['more than a reading may be', { content: `[${' '.repeat(READING_BYTES_MAX)}]` }, 'too-large'],
];

describe.each(BAD)('%s', (_, answer, reason) => {
  test('makes the feed broken, holds the level, and is told to the duty officer once', async () => {
    const { ports, summary } = await run({
      candidates: 4,
      answersUntil: '09:30',
      until: '09:50',
      extra: [{ at: '09:20', ...answer }],
    });
    const [feed] = summary.feeds as { state: string; silentSince: string | null }[];
    expect(feed?.state).toBe('broken');
    expect(feed?.silentSince).toBe('2024-09-20T09:19:00+08:00');
    expect((await loadFeed(ports.store, 'gjzwfw'))?.brokenReason).toBe(reason);
    const [activation] = summary.activations as { levels: { level: string | null }[] }[];
    expect(activation?.levels.map(({ level }) => level)).toEqual(['yellow', 'orange']);
    expect(summary.notices.filter(({ kind }) => kind === 'feed-silent').length).toBe(1);
    expect(summary.notices.filter(({ kind }) => kind === 'all-clear').length).toBe(0);
  });
});

describe('a feed that breaks while another goes on', () => {
  const NMC_ROW = {
    alertid: '35058141600000_20240920093000',
    issuetime: '2024/09/20 09:30',
    title: '福建省泉州市石狮市气象台发布暴雨红色预警信号',
    url: '/publish/alarm/35058141600000_20240920093000.html',
    pic: 'https://image.nmc.cn/assets/img/alarm/p0002001.png',
  };
  const nmc = (rows: object[]): string =>
    JSON.stringify({
      msg: 'success',
      code: 0,
      data: {
        page: { pageNo: 1, pageSize: 200, count: rows.length, prev: 1, next: 1, totalPage: 1, list: rows },
      },
    });

  test('leaves the other heard: its red reaches the site', async () => {
    const { summary } = await run({
      candidates: 4,
      answersUntil: '09:10',
      until: '10:00',
      extra: [
        { at: '08:00', feed: 'nmc-alarm', content: nmc([]) },
        { at: '09:20', fault: 'html' },
        { at: '09:31', feed: 'nmc-alarm', content: nmc([NMC_ROW]) },
      ],
    });
    const [activation] = summary.activations as { levels: { level: string | null }[] }[];
    expect(activation?.levels.map(({ level }) => level)).toEqual(['yellow', 'orange', 'red']);
  });

  test('sets aside one row that cannot be read, keeps its text, and takes the good one', async () => {
    const { summary } = await run({
      candidates: 4,
      answersUntil: '08:05',
      until: '10:00',
      extra: [{ at: '09:31', feed: 'nmc-alarm', content: nmc([{ alertid: 7 }, NMC_ROW]) }],
    });
    expect(summary.totals.quarantined).toBe(1);
    expect(summary.notices.filter(({ kind }) => kind === 'unreadable').length).toBe(1);
    expect(summary.decisions.map((entry) => (entry as { reason: string }).reason)).toContain('activate');
  });
});
