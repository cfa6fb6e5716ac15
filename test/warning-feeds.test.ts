import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { instant, iso } from '../shared/time.ts';
import { CATALOGUE, PLAN_SITES } from '../shared/warning/catalogue.ts';
import { parseReading, warningJson } from '../shared/warning/parse.ts';
import { FEEDS, type FeedId, type Parsed, type Warning } from '../shared/warning/warning.ts';
import { CORPUS } from './corpus.ts';

const NOW = instant('2024-09-20T12:00:00+08:00');
const fixtures = new URL('./fixtures/feeds/', import.meta.url);

function read(feed: FeedId, file: string): Parsed {
  return parseReading(feed, readFileSync(new URL(file, fixtures)), { now: NOW });
}

function parse(feed: FeedId, body: unknown): Parsed {
  return parseReading(feed, new TextEncoder().encode(JSON.stringify(body)), { now: NOW });
}

function one(parsed: Parsed): Warning {
  expect(parsed.warnings).toHaveLength(1);
  return parsed.warnings[0]!;
}

const codes = (warning: Warning) => warning.issues.map((issue) => issue.code);

describe('the corpus', () => {
  test.each(CORPUS)('%s: %s is read as recorded.', async (feed, file) => {
    const parsed = read(feed, file);
    const typhoons = parsed.typhoons.map((typhoon) => ({
      ...typhoon,
      points: typhoon.points.map((point) => ({ ...point, at: iso(point.at) })),
      forecast: typhoon.forecast.map((point) => ({ ...point, at: iso(point.at), baseAt: iso(point.baseAt) })),
      landfalls: typhoon.landfalls.map((landfall) => ({ ...landfall, at: iso(landfall.at) })),
    }));
    const shown = { ...parsed, warnings: parsed.warnings.map(warningJson), typhoons };
    await expect(`${JSON.stringify(shown, null, 2)}\n`).toMatchFileSnapshot(
      `fixtures/feeds/read/${file}.json`,
    );
  });

  test('Every feed of the catalogue has a place in it.', () => {
    expect(new Set(CORPUS.map(([feed]) => feed))).toEqual(new Set(FEEDS));
  });

  test('The same message has the same identifier in every Chinese feed.', () => {
    const ids = [
      read('gjzwfw', 'gjzwfw.json'),
      read('nmc-alarm', 'nmc-alarm.json'),
      read('weather-com-cn', 'weather-com-cn.js'),
    ].map((parsed) => parsed.warnings[0]!.id);
    expect(new Set(ids)).toEqual(new Set(['35050041600000_20240919101500']));
  });
});

describe('the portal', () => {
  const entry = {
    identifier: '35050041600000_20240919101500',
    sender: '泉州市气象台',
    headline: '泉州市气象台发布暴雨橙色预警信号',
    eventType: '11B03',
    severity: 'orange',
    msgType: 'Alert',
    effective: '2024-09-19 10:15:00.0',
    expires: '2024-09-20 10:15:00.0',
  };

  test('An empty list is calm, and complete.', () => {
    expect(parse('gjzwfw', [])).toMatchObject({ state: 'ok', warnings: [], issues: [] });
  });

  test('A cancel is an end whatever colour it repeats.', () => {
    expect(one(parse('gjzwfw', [{ ...entry, msgType: 'Cancel', severity: 'red' }])).action).toBe('cancel');
  });

  test('A headline that ends outweighs a message type that was left as it was.', () => {
    const warning = one(parse('gjzwfw', [{ ...entry, headline: '泉州市气象台解除暴雨橙色预警信号' }]));
    expect(warning.action).toBe('cancel');
    expect(codes(warning)).toContain('action-conflict');
  });

  test('A cancel whose headline also issues something ends what it ends.', () => {
    const headline = '泉州市气象台解除台风橙色预警信号，同时发布暴雨黄色预警信号';
    const warning = one(
      parse('gjzwfw', [{ ...entry, headline, msgType: 'Cancel', eventType: '', severity: '' }]),
    );
    expect(warning).toMatchObject({ action: 'cancel', hazard: 'typhoon', level: 'orange' });
  });

  test('Headline and code of different colours: the higher counts and the conflict is told.', () => {
    const warning = one(parse('gjzwfw', [{ ...entry, severity: 'red' }]));
    expect(warning.level).toBe('red');
    expect(codes(warning)).toContain('level-conflict');
  });

  test('An official code outweighs the words for the hazard.', () => {
    const warning = one(parse('gjzwfw', [{ ...entry, eventType: '11B01' }]));
    expect(warning.hazard).toBe('typhoon');
    expect(codes(warning)).toContain('hazard-conflict');
  });

  test('A colour that nobody knows is unknown, never a known one.', () => {
    const warning = one(
      parse('gjzwfw', [{ ...entry, headline: '泉州市气象台发布暴雨预警', severity: 'UNKOWN' }]),
    );
    expect(warning.level).toBe('unknown');
    expect(codes(warning)).toContain('level-unknown');
  });

  test.each(['Renew', 'constructor', '__proto__'])(
    'A message type %s leaves the deed to the headline.',
    (msgType) => {
      const warning = one(
        parse('gjzwfw', [{ ...entry, msgType, headline: '泉州市气象台继续发布暴雨橙色预警信号' }]),
      );
      expect(warning.action).toBe('update');
      expect(codes(warning)).toContain('action-unknown');
    },
  );

  test('An end before the issue is no end.', () => {
    const warning = one(parse('gjzwfw', [{ ...entry, expires: '2024-09-19 09:00:00.0' }]));
    expect(warning.expiresAt).toBeNull();
    expect(codes(warning)).toContain('expires-before-issue');
  });

  test('One bad entry is kept for a person and the good ones count.', () => {
    const parsed = parse('gjzwfw', [
      entry,
      null,
      'text',
      7,
      [],
      { identifier: '' },
      { ...entry, headline: '' },
    ]);
    expect(parsed.state).toBe('ok');
    expect(parsed.warnings).toHaveLength(1);
    expect(parsed.quarantined.map((each) => each.path)).toEqual(['/1', '/2', '/3', '/4', '/5', '/6']);
    expect(parsed.issues.map((issue) => issue.path)).toEqual(parsed.quarantined.map((each) => each.path));
  });

  test('Keys of the prototype mean nothing.', () => {
    const body = `[{"__proto__":{"identifier":"x","headline":"泉州市气象台发布台风红色预警"},"constructor":1}]`;
    const parsed = parseReading('gjzwfw', new TextEncoder().encode(body), { now: NOW });
    expect(parsed.warnings).toEqual([]);
    expect(parsed.quarantined).toHaveLength(1);
    expect(({} as Record<string, unknown>).identifier).toBeUndefined();
  });

  test('A drill that is announced in words only is a drill.', () => {
    expect(
      one(parse('gjzwfw', [{ ...entry, headline: '【演练】泉州市气象台发布台风红色预警信号' }])).status,
    ).toBe('exercise');
    expect(one(parse('gjzwfw', [{ ...entry, description: '这是一条测试信息，请勿传播。' }])).status).toBe(
      'test',
    );
    expect(one(parse('gjzwfw', [{ ...entry, description: '请各单位做好防范，组织避险演练。' }])).status).toBe(
      'actual',
    );
  });

  test('A national centre is known by its zeros.', () => {
    for (const digits of ['000000', '100000']) {
      const warning = one(parse('gjzwfw', [{ ...entry, identifier: `${digits}41600000_20240919101500` }]));
      expect(warning.issuer.adcode).toBe('000000');
    }
  });

  test('A county unknown to its province is told as a place that cannot be found.', () => {
    const warning = one(parse('gjzwfw', [{ ...entry, identifier: '35059941600000_20240919101500' }]));
    expect(codes(warning)).toContain('area-unknown');
  });

  test('What stands as identifier may be none.', () => {
    const parsed = parse('gjzwfw', [{ ...entry, identifier: 'x'.repeat(400) }]);
    expect(parsed.issues[0]!.code).toBe('identifier-too-long');
  });
});

test('QWeather lists what a message replaces by its own identifiers alone.', () => {
  const row = { id: '4', sender: '泉州市气象台', title: '泉州市气象台更新大风黄色预警', status: 'update' };
  const { references } = one(parse('qweather', { code: '200', warning: [{ ...row, related: '1,2,3' }] }));
  expect(references).toEqual(['1', '2', '3']);
});

describe('pictures', () => {
  const row = (title: string, pic: string) => ({
    code: 0,
    data: {
      page: {
        list: [{ alertid: '35050041600000_20240919101500', issuetime: '2024/09/19 10:15', title, pic }],
      },
    },
  });

  test('A catch-all picture leaves the hazard to the title and tells the level.', () => {
    expect(one(parse('nmc-alarm', row('泉州市气象台发布强对流预警', 'p0000002.png')))).toMatchObject({
      hazard: 'convection',
      level: 'orange',
    });
  });

  test('A picture of another hazard is another warning’s and is not used at all.', () => {
    const warning = one(parse('nmc-alarm', row('泉州市气象台发布大风黄色预警信号', 'p0001002.png')));
    expect(warning).toMatchObject({ hazard: 'gale', level: 'yellow' });
    expect(codes(warning)).toEqual(['picture-conflict']);
  });

  test('A picture of the same hazard and a higher level raises.', () => {
    const warning = one(parse('nmc-alarm', row('泉州市气象台发布大风黄色预警信号', 'p0007002.png')));
    expect(warning.level).toBe('orange');
    expect(codes(warning)).toContain('level-conflict');
  });
});

describe('sets', () => {
  const page = (page: object) => parse('nmc-alarm', { msg: 'success', code: 0, data: { page } });

  test('A page says what it says of the whole.', () => {
    expect(page({ pageNo: 2, totalPage: 3, count: 401, list: [] }).page).toEqual({
      no: 2,
      of: 3,
      count: 401,
    });
  });

  test('A single page that does not hold what it counts is told.', () => {
    const parsed = page({ pageNo: 1, totalPage: 1, count: 2, list: [] });
    expect(parsed.issues.map((issue) => issue.code)).toEqual(['count-mismatch']);
  });

  test('Nothing in force is an answer.', () => {
    expect(page({ pageNo: 1, totalPage: 1, count: 0, list: [] })).toMatchObject({ state: 'ok', issues: [] });
    expect(parse('cma-map', { msg: 'success', code: 0, data: [] })).toMatchObject({
      state: 'ok',
      warnings: [],
    });
    expect(parse('cma-now', { msg: 'success', code: 0, data: { alarm: [] } })).toMatchObject({ state: 'ok' });
    expect(parse('hko-warnsum', {})).toMatchObject({ state: 'ok', warnings: [] });
    expect(parse('qweather', { code: '200', warning: [] })).toMatchObject({ state: 'ok', warnings: [] });
    expect(parse('qweather', { metadata: { zeroResult: true }, alerts: [] })).toMatchObject({ state: 'ok' });
    expect(parse('zj-typhoon', [])).toMatchObject({ state: 'ok', typhoons: [] });
  });

  const refusals: [sentence: string, feed: FeedId, body: unknown][] = [
    ['An error code of NMC', 'nmc-alarm', { msg: 'error', code: 500, data: { page: { list: [] } } }],
    ['NMC without its page', 'nmc-alarm', { msg: 'success', code: 0, data: {} }],
    ['A map without its list', 'cma-map', { msg: 'success', code: 0, data: {} }],
    ['A station without its field', 'cma-now', { msg: 'success', code: 0, data: { now: {} } }],
    ['The portal’s error object', 'gjzwfw', { code: 500, message: 'x' }],
    ['QWeather’s refusal', 'qweather', { code: '401' }],
    ['An error of the observatory', 'hko-warnsum', { error: 'x' }],
    ['A list of the observatory', 'hko-warnsum', []],
    [
      'A 404 of Zhejiang',
      'zj-typhoon',
      { timestamp: '2026-09-13T14:42:47Z', status: 404, error: 'Not Found' },
    ],
    ['NMC’s typhoons without their list', 'nmc-typhoon', { list: [] }],
    ['weather.com.cn without its list', 'weather-com-cn', { status: 'fail' }],
    ['A relay without a title', 'nmefc-bulletin', { payload: {} }],
    ['12379 without its list', 'cn-national', { rows: [] }],
  ];
  test.each(refusals)('%s is not taken for calm.', (_, feed, body) => {
    expect(parse(feed, body)).toMatchObject({ state: 'broken', reason: 'not-the-format' });
  });
});

describe('bulletins', () => {
  const bulletin = (text: string) =>
    parseReading('nmefc-bulletin', new TextEncoder().encode(text), { now: NOW });

  test('The level of a city is its own, not the title’s.', () => {
    const surge = read('nmefc-bulletin', 'nmefc-bulletin.txt').warnings.find(
      (warning) => warning.hazard === 'storm-surge',
    )!;
    const levels = Object.fromEntries(surge.areas.map((area) => [area.adcode, area.level]));
    expect(levels).toEqual({
      330300: 'yellow',
      350900: 'yellow',
      350100: 'yellow',
      350300: 'blue',
      350500: 'blue',
    });
  });

  test('Part of a province is no division.', () => {
    const wave = read('nmefc-bulletin', 'nmefc-bulletin.txt').warnings.find(
      (warning) => warning.hazard === 'wave',
    )!;
    expect(wave.areas.find((area) => area.name === '浙江南部')?.adcode).toBeNull();
    expect(wave.areas.find((area) => area.name === '福建')?.adcode).toBe('350000');
  });

  test('A relay’s markup is no part of a place.', () => {
    const description = '<p>福建泉州市的海浪预警级别为黄色</p>';
    const entry = { id: '1', title: '海浪橙色警报', level: '橙', warnType: '海浪', description };
    const [area] = one(parse('nmefc-bulletin', [entry])).areas;
    expect(area).toMatchObject({ adcode: '350500', level: 'yellow' });
  });

  test('A hazard that the title names counts beside the one that the text gives levels for.', () => {
    const { warnings } = bulletin(
      '国家海洋预报台2024年9月19日10时发布风暴潮橙色警报\n预计福建泉州近岸海域将出现大浪，该近岸海域海浪预警级别为黄色。',
    );
    expect(warnings.map(({ hazard, areas }) => [hazard, areas[0]?.adcode, areas[0]?.level])).toEqual([
      ['storm-surge', undefined, undefined],
      ['wave', '350500', 'yellow'],
    ]);
  });

  test('An end ends.', () => {
    expect(one(bulletin('国家海洋预报台2024年9月21日8时解除风暴潮橙色警报'))).toMatchObject({
      action: 'cancel',
      hazard: 'storm-surge',
      issuedAt: instant('2024-09-21T08:00:00+08:00'),
    });
  });

  test('News below the scale is no warning.', () => {
    expect(bulletin('国家海洋预报台2024年9月21日8时发布风暴潮消息')).toMatchObject({
      state: 'ok',
      warnings: [],
      quarantined: [],
    });
  });

  test('A bulletin without any level goes to a person.', () => {
    expect(bulletin('国家海洋预报台发布风暴潮警报，请注意防范')).toMatchObject({
      state: 'ok',
      warnings: [],
      quarantined: [{ path: '/title' }],
    });
  });

  test('A text about something else is not the format.', () => {
    expect(bulletin('今日天气晴好，适宜出行。')).toMatchObject({ state: 'broken' });
  });
});

describe('the national system', () => {
  const whole = readFileSync(new URL('cn-national.xml', fixtures), 'utf8');
  const national = (text: string) =>
    one(parseReading('cn-national', new TextEncoder().encode(text), { now: NOW }));

  test('Every area of it counts, with its shape, and a name without a code.', () => {
    const polygon = '<polygon>24,118 26,118 26,119 24,118</polygon>';
    const { areas } = national(
      whole
        .replace('<polygon/>', polygon)
        .replace('</info>', '<area><areaDesc>晋江市</areaDesc></area></info>'),
    );
    expect(areas.map(({ adcode, polygons }) => [adcode, polygons.length])).toEqual([
      ['350500000000', 1],
      ['350581000000', 0],
      ['350582', 0],
    ]);
  });

  test('A cancel that says why in its note alone says it.', () => {
    const text = whole
      .replace('Update', 'Cancel')
      .replace('<note/>', '<note>大风减弱</note>')
      .replace(/<description>.*<\/description>/, '<description/>');
    expect(national(text)).toMatchObject({ action: 'cancel', text: '大风减弱', lang: 'zh-CN' });
  });
});

describe('the catalogue', () => {
  test.each(FEEDS)('%s has a name for the SMS slot and hosts for its address.', (feed) => {
    const entry = CATALOGUE[feed];
    expect(entry.id).toBe(feed);
    expect(entry.nameZh.length).toBeLessThanOrEqual(8);
    expect(entry.silentAfterMinutes).toBeGreaterThan(entry.everyMinutes);
    expect(entry.url === null || entry.hosts.includes(new URL(entry.url).host)).toBe(true);
    expect(entry.url === null || !entry.official || entry.url.startsWith('https://')).toBe(true);
  });

  test('The three sites of clause 七 have pages for people.', () => {
    expect(PLAN_SITES.map((site) => site.nameZh)).toEqual([
      '福建水利信息网',
      '福建省气象局',
      '福建海洋预报台',
    ]);
  });
});
