import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { iso } from '../shared/time.ts';
import { eventName, hazardIn, pictureEvent, weatherComCnEvent } from '../shared/warning/hazard.ts';
import { type Headline, readHeadline } from '../shared/warning/headline.ts';
import {
  colourOf,
  gradeOf,
  pictureLevel,
  serialLevel,
  settle,
  severityLevel,
} from '../shared/warning/level.ts';
import { timeOf } from '../shared/warning/spelling.ts';
import { COLOURS } from '../shared/warning/warning.ts';

describe('spellings of a time', () => {
  const cases: [sentence: string, text: string, expected: string | null][] = [
    ['CAP writes the offset.', '2026-08-01T13:31:00+08:00', '2026-08-01T13:31:00+08:00'],
    ['CAP writes UTC as -00:00.', '2011-09-02T11:36:50-00:00', '2011-09-02T19:36:50+08:00'],
    ['Atom writes UTC as Z.', '2010-08-31T00:48:10Z', '2010-08-31T08:48:10+08:00'],
    ['QWeather leaves the seconds out.', '2023-04-03T10:30+08:00', '2023-04-03T10:30:00+08:00'],
    ['The national system writes a blank for T.', '2020-02-05 10:45:00+08:00', '2020-02-05T10:45:00+08:00'],
    ['NMC writes naked Beijing time with slashes.', '2026/10/06 20:28', '2026-10-06T20:28:00+08:00'],
    ['Zhejiang once left out leading zeros.', '2016/7/3 8:00:00', '2016-07-03T08:00:00+08:00'],
    ['The portal writes a tenth of a second.', '2026-08-23 17:08:00.0', '2026-08-23T17:08:00+08:00'],
    ['The typhoon columns have no separators.', '202610070600', '2026-10-07T06:00:00+08:00'],
    ['Identifiers carry seconds.', '20240830101500', '2024-08-30T10:15:00+08:00'],
    ['RSS follows RFC 822.', 'Thu, 01 Jan 2026 16:00:00 +0000', '2026-01-02T00:00:00+08:00'],
    ['RSS may name GMT.', 'Sun, 10 May 2026 08:33:16 GMT', '2026-05-10T16:33:16+08:00'],
    ['Other zone names are ambiguous.', 'Thu, 01 Jan 2026 16:00:00 CST', null],
    ['An afternoon in Chinese.', '2026/10/6 下午 08:28:00', '2026-10-06T20:28:00+08:00'],
    ['Midnight in Chinese.', '2026/10/6 上午 12:05:00', '2026-10-06T00:05:00+08:00'],
    ['Prose in Chinese.', '2026年10月07日14时00分', '2026-10-07T14:00:00+08:00'],
    ['Prose to the hour.', '2026年10月7日14时', '2026-10-07T14:00:00+08:00'],
    ['Full-width figures are figures.', '２０２６-10-06 20:28', '2026-10-06T20:28:00+08:00'],
    ['A Buddhist year is 543 ahead.', '2569-10-06T20:28:00+07:00', '2026-10-06T21:28:00+08:00'],
    ['A day ends at 24:00.', '2026-10-06 24:00', '2026-10-07T00:00:00+08:00'],
    ['There is no 24:01.', '2026-10-06 24:01', null],
    ['There is no 30 February.', '2026-02-30 10:00:00', null],
    ['There is no month 13.', '2026-13-01 10:00:00', null],
    ['No zone lies 15 hours off.', '2026-10-06T20:28:00+15:00', null],
    ['A day alone is no time.', '2026-10-06', null],
    ['An American date is ambiguous.', '10/06/2026 20:28', null],
    ['Nothing is no time.', '', null],
  ];
  test.each(cases)('%s', (_, text, expected) => {
    const at = timeOf(text);
    expect(at === null ? null : iso(at)).toBe(expected);
  });

  test('A naked time of a UTC column is UTC, one with an offset keeps it.', () => {
    expect(iso(timeOf('202610070600', 'utc')!)).toBe('2026-10-07T14:00:00+08:00');
    expect(iso(timeOf('2026-10-07T06:00:00+08:00', 'utc')!)).toBe('2026-10-07T06:00:00+08:00');
  });

  test('Any instant survives its own ISO spelling.', () => {
    fc.assert(
      fc.property(fc.integer({ min: 320_000_000, max: 4_000_000_000 }), (seconds) => {
        expect(timeOf(iso(seconds * 1000))).toBe(seconds * 1000);
      }),
    );
  });
});

describe('levels', () => {
  const cases: [sentence: string, actual: string, expected: string][] = [
    ['蓝色', colourOf('蓝色'), 'blue'],
    ['BLUE', colourOf('BLUE'), 'blue'],
    ['黄', colourOf('黄'), 'yellow'],
    ['橘黄 is old for orange', colourOf('橘黄'), 'orange'],
    ['橘色', colourOf('橘色'), 'orange'],
    ['Orange', colourOf('Orange'), 'orange'],
    ['紅色', colourOf('紅色'), 'red'],
    ['白色 is outside the scheme', colourOf('白色'), 'unknown'],
    ['Green is outside the scheme', colourOf('Green'), 'unknown'],
    ['nothing', colourOf(''), 'unknown'],
    ['Ⅳ in one glyph', gradeOf('Ⅳ'), 'blue'],
    ['III in letters', gradeOf('III'), 'yellow'],
    ['二', gradeOf('二'), 'orange'],
    ['1', gradeOf('1'), 'red'],
    ['V', gradeOf('V'), 'unknown'],
    ['Minor', severityLevel('Minor'), 'blue'],
    ['Moderate', severityLevel('Moderate'), 'yellow'],
    ['severe in small letters', severityLevel('severe'), 'orange'],
    ['Extreme', severityLevel('Extreme'), 'red'],
    ['Unknown', severityLevel('Unknown'), 'unknown'],
    ['picture 001', pictureLevel('001'), 'red'],
    ['picture 004', pictureLevel('004'), 'blue'],
    ['picture 005', pictureLevel('005'), 'unknown'],
    ['picture 000', pictureLevel('000'), 'unknown'],
    ['serial 01', serialLevel('01'), 'blue'],
    ['serial 04', serialLevel('04'), 'red'],
    ['serial nothing', serialLevel(''), 'unknown'],
  ];
  test.each(cases)('%s', (_, actual, expected) => {
    expect(actual).toBe(expected);
  });

  test('Of claims that differ the highest counts, and blue is not lost to a field that says nothing.', () => {
    expect(settle(['yellow', 'orange'])).toEqual({ level: 'orange', conflict: true });
    expect(settle(['unknown', 'blue', 'unknown'])).toEqual({ level: 'blue', conflict: false });
    expect(settle(['unknown'])).toEqual({ level: 'unknown', conflict: false });
    expect(settle([])).toEqual({ level: 'unknown', conflict: false });
  });
});

describe('hazards', () => {
  const cases: [words: string, hazard: string | null][] = [
    ['台风', 'typhoon'],
    ['台风暴雨', 'typhoon'],
    ['台风风暴潮', 'storm-surge'],
    ['风暴潮', 'storm-surge'],
    ['海浪', 'wave'],
    ['海啸', 'tsunami'],
    ['暴雨', 'rainstorm'],
    ['短时强降水', 'rainstorm'],
    ['山洪灾害', 'flash-flood'],
    ['中小河流洪水', 'flood'],
    ['洪水', 'flood'],
    ['枯水', 'low-water'],
    ['城市内涝', 'waterlogging'],
    ['渍涝风险', 'waterlogging'],
    ['地质灾害气象风险', 'geological'],
    ['滑坡', 'geological'],
    ['大风', 'gale'],
    ['雷雨大风', 'thunderstorm-gale'],
    ['海上雷雨大风', 'thunderstorm-gale'],
    ['海上大风', 'sea-gale'],
    ['海区大风', 'sea-gale'],
    ['强对流', 'convection'],
    ['龙卷风', 'convection'],
    ['雷电', 'lightning'],
    ['冰雹', 'hail'],
    ['大雾', 'fog'],
    ['海上大雾', 'fog'],
    ['高温', 'heat'],
    ['寒潮', 'cold'],
    ['霜冻', 'cold'],
    ['暴雪', 'snow'],
    ['干旱', 'drought'],
    ['森林火险', 'wildfire'],
    ['地震', 'earthquake'],
    ['颱風', 'typhoon'],
    ['Flash flood events', 'flash-flood'],
    ['high temperature', 'heat'],
    ['gale', 'gale'],
    ['Tropical Cyclone', 'typhoon'],
    ['SEVERE THUNDERSTORM', 'convection'],
    ['霾', null],
    ['道路结冰', null],
    ['沙尘暴', null],
    ['TestCase', null],
  ];
  test.each(cases)('%s', (words, hazard) => {
    expect(hazardIn(words)?.hazard ?? null).toBe(hazard);
  });

  const codes: [sentence: string, name: string | null, expected: string | null][] = [
    ['11B01', eventName('11B01'), '台风'],
    ['11B03', eventName('11B03'), '暴雨'],
    ['11E02, a number to careless parsers', eventName('11E02'), '风暴潮'],
    ['11B2002 with its level', eventName('11B2002'), '雷雨大风'],
    ['1006 of QWeather', eventName('1006'), '大风'],
    ['1208 of QWeather', eventName('1208'), '枯水'],
    ['9999, a catch-all', eventName('9999'), null],
    ['11B99, private', eventName('11B99'), null],
    ['09 of weather.com.cn', weatherComCnEvent('09'), '雷电'],
    ['91 of weather.com.cn, an extra', weatherComCnEvent('91'), null],
    ['p0007003', pictureEvent('https://image.nmc.cn/assets/img/alarm/p0007003.png')!.name, '大风'],
    ['p0000003, a catch-all', pictureEvent('p0000003')!.name, null],
  ];
  test.each(codes)('%s', (_, name, expected) => {
    expect(name).toBe(expected);
  });
});

type Said = [action: Headline['action'], hazard: string | null, text: string, level: string | null];

describe('headlines', () => {
  const cases: [headline: string, issuers: string[], said: Said][] = [
    [
      '福建省泉州市石狮市气象台发布大风黄色预警信号',
      ['福建省泉州市石狮市气象台'],
      ['issue', 'gale', '大风', 'yellow'],
    ],
    [
      '江苏省徐州市铜山区发布强对流黄色预警',
      ['江苏省徐州市铜山区'],
      ['issue', 'convection', '强对流', 'yellow'],
    ],
    ['发布大风蓝色预警', [], ['issue', 'gale', '大风', 'blue']],
    ['上海市气象台发布中心城区大风蓝色预警[Ⅳ级/一般]', ['上海市气象台'], ['issue', 'gale', '大风', 'blue']],
    ['天津市气象局发布道路结冰黄色预警/III/较重', ['天津市气象局'], ['issue', null, '道路结冰', 'yellow']],
    ['东城区气象台发布暴雨蓝色预警[IV/一般]', ['东城区气象台'], ['issue', 'rainstorm', '暴雨', 'blue']],
    ['泉州市气象台发布台风橘黄色预警信号', ['泉州市气象台'], ['issue', 'typhoon', '台风', 'orange']],
    ['泉州市气象台发布台风Ⅲ级（黄色）预警', ['泉州市气象台'], ['issue', 'typhoon', '台风', 'yellow']],
    [
      '浙江省水利厅、浙江省气象台发布山洪灾害蓝色预警',
      ['浙江省水利厅', '浙江省气象台'],
      ['issue', 'flash-flood', '山洪灾害', 'blue'],
    ],
    [
      '山西省自然资源厅和山西省气象台发布地质灾害黄色预警',
      ['山西省自然资源厅', '山西省气象台'],
      ['issue', 'geological', '地质灾害', 'yellow'],
    ],
    [
      '天津市和平区气象台与天津市应急管理局联合发布森林火险红色预警',
      ['天津市和平区气象台', '天津市应急管理局'],
      ['issue', 'wildfire', '森林火险', 'red'],
    ],
    [
      '福建省突发事件预警信息发布中心发布暴雨红色预警',
      ['福建省突发事件预警信息发布中心'],
      ['issue', 'rainstorm', '暴雨', 'red'],
    ],
    ['国家海洋预报台发布风暴潮红色警报', ['国家海洋预报台'], ['issue', 'storm-surge', '风暴潮', 'red']],
    ['中央气象台10月06日18时继续发布台风红色预警', ['中央气象台'], ['update', 'typhoon', '台风', 'red']],
    [
      '蓬莱区气象台变更发布高温红色预警信号[Ⅰ级/特别严重]',
      ['蓬莱区气象台'],
      ['update', 'heat', '高温', 'red'],
    ],
    ['临桂区气象台更新大风蓝色预警信号', ['临桂区气象台'], ['update', 'gale', '大风', 'blue']],
    [
      '泉州市气象台将高温橙色预警信号升级为高温红色预警信号：目前',
      ['泉州市气象台'],
      ['update', 'heat', '高温', 'red'],
    ],
    ['泉州市气象台将台风预警信号由蓝色升级为黄色', ['泉州市气象台'], ['update', 'typhoon', '台风', 'yellow']],
    ['台风红色预警降为橙色预警', [], ['update', 'typhoon', '台风', 'orange']],
    ['泉州市气象台降级暴雨红色预警信号为橙色', ['泉州市气象台'], ['update', 'rainstorm', '暴雨', 'orange']],
    ['泉州市气象台变更台风红色为黄色预警信号', ['泉州市气象台'], ['update', 'typhoon', '台风', 'yellow']],
    [
      '泉州市气象台变更暴雨橙色预警，雨量为100毫米',
      ['泉州市气象台'],
      ['update', 'rainstorm', '暴雨', 'orange'],
    ],
    ['泉州市气象台发布台风预警信号：橙色', ['泉州市气象台'], ['issue', 'typhoon', '台风', 'orange']],
    ['泉州市气象台发布台风“橙色”预警', ['泉州市气象台'], ['issue', 'typhoon', '台风', 'orange']],
    ['Quanzhou Observatory lifts the yellow typhoon warning signal', [], ['cancel', null, '', null]],
    ['The flood warning has been cancelled', [], ['cancel', null, '', null]],
    ['The flood warning remains in force, flights are cancelled', [], [null, null, '', null]],
    ['泉州市气象台更正台风橙色预警信号', ['泉州市气象台'], ['update', 'typhoon', '台风', 'orange']],
    ['泉州市气象台解除台风红色预警信号', ['泉州市气象台'], ['cancel', 'typhoon', '台风', 'red']],
    ['泉州市气象台撤销暴雨橙色预警信号', ['泉州市气象台'], ['cancel', 'rainstorm', '暴雨', 'orange']],
    ['泉州市气象台取消大雾黄色预警信号', ['泉州市气象台'], ['cancel', 'fog', '大雾', 'yellow']],
    ['泉州市气象台发布解除大风蓝色预警信号', ['泉州市气象台'], ['cancel', 'gale', '大风', 'blue']],
    ['泉州市气象台将大风蓝色预警信号解除', ['泉州市气象台'], ['cancel', 'gale', '大风', 'blue']],
    [
      '惠安县气象台发布的雷雨大风黄色预警信号已解除',
      ['惠安县气象台'],
      ['cancel', 'thunderstorm-gale', '雷雨大风', 'yellow'],
    ],
    ['泉州市气象台发布的台风黄色预警，现已解除', ['泉州市气象台'], ['cancel', 'typhoon', '台风', 'yellow']],
    ['关于解除海浪黄色警报的通知', [], ['cancel', 'wave', '海浪', 'yellow']],
    ['強烈季候風(即黑球)信號於 2025年04月13日06時00分 取消。', [], ['cancel', 'gale', '季候風', null]],
    ['尚未解除台风红色预警', [], [null, 'typhoon', '台风', 'red']],
    ['深圳市气象台发布台风白色预警信号', ['深圳市气象台'], ['issue', 'typhoon', '台风', 'unknown']],
    ['福建省水利厅发布枯水蓝色预警', ['福建省水利厅'], ['issue', 'low-water', '枯水', 'blue']],
    ['福建省水利厅发布洪水蓝色预警', ['福建省水利厅'], ['issue', 'flood', '洪水', 'blue']],
    ['泉州市气象台发布阵风10级大风黄色预警', ['泉州市气象台'], ['issue', 'gale', '阵风10级大风', 'yellow']],
    ['Penglai District Meteorological Observatory issues a red warning signal', [], [null, null, '', null]],
    ['', [], [null, null, '', null]],
  ];
  test.each(cases)('%s', (headline, issuers, [action, hazard, hazardText, level]) => {
    expect(readHeadline(headline)).toMatchObject({
      issuers,
      action,
      hazard,
      hazardText,
      level,
      product: 'signal',
    });
  });

  const graded: [headline: string, level: string][] = [
    ['福建省气象台发布台风预警Ⅳ级', 'blue'],
    ['福建省气象台发布台风Ⅲ级预警', 'yellow'],
    ['福建省气象台发布台风预警[Ⅱ级/严重]', 'orange'],
    ['福建省气象台升级发布台风预警为Ⅰ级', 'red'],
    ['福建省气象台发布台风预警（四级）', 'blue'],
  ];
  test.each(graded)('%s is a grade without a colour, another product than the signal.', (headline, level) => {
    expect(readHeadline(headline)).toMatchObject({ hazard: 'typhoon', level, product: 'level' });
  });

  test('A colour and another grade beside it: the higher counts and is doubted.', () => {
    const read = readHeadline('泉州市气象台发布台风橙色预警[Ⅲ级/较重]');
    expect(read).toMatchObject({ level: 'orange', product: 'signal', doubts: ['level-conflict'] });
  });

  test('An end and a new signal together are the new signal, never an all-clear.', () => {
    const read = readHeadline('泉州市气象台解除台风橙色预警信号，同时发布暴雨黄色预警信号');
    expect(read).toMatchObject({
      action: 'issue',
      hazard: 'rainstorm',
      level: 'yellow',
      doubts: ['two-actions'],
    });
  });

  const together: [headline: string, expected: object][] = [
    [
      '泉州市气象台发布台风橙色预警信号，原台风黄色预警信号解除',
      { action: 'issue', hazard: 'typhoon', level: 'orange', ended: { level: 'yellow' } },
    ],
    ['台风红色预警解除，转为橙色预警', { action: 'update', hazard: 'typhoon', level: 'orange' }],
    [
      '泉州市气象台发布暴雨橙色预警，台风警报已解除',
      { action: 'issue', hazard: 'rainstorm', level: 'orange' },
    ],
    ['泉州市气象台发布台风红色预警，部分航班取消起降', { action: 'issue', hazard: 'typhoon', level: 'red' }],
    ['泉州市气象台发布台风红色预警，学校取消户外活动', { action: 'issue', hazard: 'typhoon', level: 'red' }],
    ['大风蓝色预警信号解除通知', { action: 'cancel', hazard: 'gale', level: 'blue' }],
    ['泉州市气象台解除台风橙色、暴雨黄色预警信号', { action: 'cancel', level: 'orange' }],
  ];
  test.each(together)('%s', (headline, expected) => {
    expect(readHeadline(headline)).toMatchObject(expected);
  });

  test('Of several signals the strongest speaks.', () => {
    const read = readHeadline('泉州市气象台发布台风黄色、暴雨橙色预警信号');
    expect(read).toMatchObject({
      hazard: 'rainstorm',
      level: 'orange',
      others: [{ hazard: 'typhoon', level: 'yellow' }],
      doubts: ['several-signals'],
    });
  });

  test('A response of the flood command is no warning.', () => {
    const nothing = { hazard: null, level: null, product: 'signal', doubts: ['not-a-signal'] };
    expect(readHeadline('福建省气象局启动台风Ⅳ级应急响应')).toMatchObject(nothing);
    expect(readHeadline('福建省防指将防台风应急响应提升为Ⅲ级')).toMatchObject(nothing);
  });

  const OFFICES = [
    '泉州市气象台',
    '福建省泉州市晋江市气象台',
    '福建省气象台',
    '泉州市水利局',
    '呼和浩特市和林格尔县气象局',
  ];
  const WORDS: [string, string][] = [
    ['台风', 'typhoon'],
    ['暴雨', 'rainstorm'],
    ['海上大风', 'sea-gale'],
    ['雷雨大风', 'thunderstorm-gale'],
    ['山洪灾害气象风险', 'flash-flood'],
    ['地质灾害', 'geological'],
    ['森林火险', 'wildfire'],
    ['风暴潮', 'storm-surge'],
    ['枯水', 'low-water'],
  ];
  const VERBS: [string, Headline['action']][] = [
    ['发布', 'issue'],
    ['继续发布', 'update'],
    ['变更发布', 'update'],
    ['升级发布', 'update'],
    ['更新', 'update'],
    ['更正', 'update'],
    ['解除', 'cancel'],
    ['撤销', 'cancel'],
    ['发布解除', 'cancel'],
  ];
  const BRACKETS = [
    ['[Ⅳ级/一般]', '/IV/一般', ''],
    ['[Ⅲ级/较重]', '[III级/较重]', ''],
    ['[Ⅱ级/严重]', '[II/严重]', ''],
    ['[Ⅰ级/特别严重]', '[I级/特别重大]', ''],
  ];

  test('What is written by the grammar is read back by it.', () => {
    const parts = fc.record({
      offices: fc.uniqueArray(fc.constantFrom(...OFFICES), { minLength: 1, maxLength: 3 }),
      day: fc.constantFrom('', '10月06日18时', '2026年10月6日18时05分'),
      verb: fc.constantFrom(...VERBS),
      hazard: fc.constantFrom(...WORDS),
      rank: fc.integer({ min: 0, max: 3 }),
      suffix: fc.constantFrom('预警', '预警信号', '警报'),
      bracket: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(parts, ({ offices, day, verb, hazard, rank, suffix, bracket }) => {
        const colour = ['蓝色', '黄色', '橙色', '红色'][rank]!;
        const written = `${offices.join('、')}${day}${verb[0]}${hazard[0]}${colour}${suffix}${BRACKETS[rank]![bracket]}`;
        expect(readHeadline(written)).toEqual({
          issuers: offices,
          action: verb[1],
          hazard: hazard[1],
          hazardText: hazard[0],
          level: COLOURS[rank],
          others: [],
          ended: null,
          product: 'signal',
          doubts: [],
        });
      }),
    );
  });

  test('No text at all makes the grammar throw, and no text without a verb that raises has an issue in it.', () => {
    const pieces = fc.constantFrom(
      '解除',
      '撤销',
      '红色',
      '台风',
      '预警',
      '信号',
      '将',
      '已',
      '，',
      '[Ⅰ级]',
      '泉州市气象台',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (words) => {
        expect(['cancel', null]).toContain(readHeadline(words.join('')).action);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        expect(readHeadline(text).doubts).toBeInstanceOf(Array);
      }),
    );
  });
});
