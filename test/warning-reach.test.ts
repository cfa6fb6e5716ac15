import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  contains,
  divisionName,
  divisionNamed,
  divisionsWithin,
  isPlace,
  shortName,
  tierOf,
} from '../shared/warning/divisions.ts';
import { issuerTier, levelOver, provincialReach, touches } from '../shared/warning/reach.ts';
import type { Area, Warning } from '../shared/warning/warning.ts';

const QUANZHOU = { adcode: '350500', excludes: ['350527'] };
/** A site in Fengze, Quanzhou. */
const SITE = { adcode: '350503', lon: 118.6, lat: 24.9 };

const area = (adcode: string | null, more: Partial<Area> = {}): Area => ({
  name: '',
  adcode,
  level: null,
  polygons: [],
  circles: [],
  ...more,
});

const warning = (areas: Area[], more: Partial<Warning> = {}): Warning => ({
  id: 'x',
  feed: 'gjzwfw',
  status: 'actual',
  action: 'issue',
  hazard: 'typhoon',
  hazardText: '台风',
  product: 'signal',
  level: 'yellow',
  issuer: { name: '', adcode: '350500' },
  areas,
  issuedAt: null,
  effectiveAt: null,
  onsetAt: null,
  expiresAt: null,
  references: [],
  headline: '',
  text: '',
  lang: 'zh-CN',
  issues: [],
  ...more,
});

describe('divisions', () => {
  const cases: [sentence: string, outer: string, inner: string, expected: boolean][] = [
    ['A province holds its cities.', '350000', '350500', true],
    ['A province in two digits holds counties in twelve.', '35', '350581000000', true],
    ['A city holds its counties.', '350500', '350581', true],
    ['A city in twelve digits is the city in six.', '350500000000', '350500', true],
    ['A county holds itself.', '350581', '350581000000', true],
    ['A county holds its townships.', '350581', '350581101000', true],
    ['A county does not hold its city.', '350581', '350500', false],
    ['A city does not hold its neighbour.', '350500', '350600', false],
    ['The nation holds all, by either code.', '000000', '350500', true],
    ['The nation holds all, by either code.', '100000', '350500', true],
    ['A city does not hold the nation.', '350500', '000000', false],
    ['The urban districts together stand for the city.', '350501', '350503', true],
    ['In a municipality 01 is a district of its own.', '310101', '310104', false],
    ['A pseudo code lies in its city and holds no district.', '310100', '310199', true],
    ['A pseudo code lies in its city and holds no district.', '310199', '310104', false],
    ['What is no code holds nothing.', '3505', '', false],
    ['What is no code holds nothing.', 'x', '350500', false],
    ['Five digits are no code.', '35050', '350503', false],
  ];
  test.each(cases)('%s', (_, outer, inner, expected) => {
    expect(contains(outer, inner)).toBe(expected);
  });

  test('Containment is reflexive and transitive over all divisions.', () => {
    const all = fc.constantFrom(...divisionsWithin('000000').map((each) => each.adcode));
    fc.assert(
      fc.property(all, all, all, (a, b, c) => {
        expect(contains(a, a)).toBe(true);
        expect(!(contains(a, b) && contains(b, c)) || contains(a, c)).toBe(true);
      }),
    );
  });

  const named: [text: string, region: string, expected: string | null][] = [
    ['福建省泉州市石狮市气象台', '000000', '350581'],
    ['泉州市', '000000', '350500'],
    ['泉州', '000000', '350500'],
    ['浙江台州市', '000000', '331000'],
    ['上海中心气象台', '000000', '310000'],
    ['石狮市', '000000', null],
    ['石狮市', '350000', '350581'],
    ['鼓楼区', '000000', null],
    ['鼓楼区', '350000', '350102'],
    ['连江县', '350000', '350122'],
    ['新疆维吾尔自治区伊犁哈萨克自治州昭苏县', '000000', null],
    ['北京', '350000', null],
    ['东海东南部', '000000', null],
    ['', '000000', null],
  ];
  test.each(named)('%s within %s', (text, region, expected) => {
    expect(divisionNamed(text, region)).toBe(expected);
  });

  test('Names, tiers and places by code.', () => {
    expect(divisionName('350581000000')).toBe('石狮市');
    expect(divisionName('000000')).toBe('全国');
    expect(divisionName('511527')).toBeNull();
    expect(['000000', '350000', '310000', '350500', '350581', 'x'].map(tierOf)).toEqual([
      'national',
      'province',
      'province',
      'city',
      'county',
      'unknown',
    ]);
    expect(['350581', '511527', '350599', '077074', '350'].map(isPlace)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(['泉州市', '沙县', '石狮市', '内蒙古自治区'].map(shortName)).toEqual([
      '泉州',
      '沙县',
      '石狮',
      '内蒙古',
    ]);
  });

  test('The plan’s district has the counties that it has.', () => {
    expect(divisionsWithin('350500')).toHaveLength(12);
  });
});

describe('the level over a site', () => {
  const square = [
    [
      [118.5, 24.8],
      [118.7, 24.8],
      [118.7, 25],
      [118.5, 25],
      [118.5, 24.8],
    ],
  ] as [number, number][][];
  const hole = [
    [118.55, 24.85],
    [118.65, 24.85],
    [118.65, 24.95],
    [118.55, 24.95],
    [118.55, 24.85],
  ] as [number, number][];
  const cases: [sentence: string, areas: Area[], expected: string | null][] = [
    ['Its city.', [area('350500')], 'yellow'],
    ['Its county in twelve digits.', [area('350503000000')], 'yellow'],
    ['Its province.', [area('350000')], 'yellow'],
    ['Another county.', [area('350581')], null],
    ['A township of its county: nobody can tell, so it counts.', [area('350503101000')], 'yellow'],
    ['A township of another county.', [area('350581101000')], null],
    ['A polygon around it.', [area(null, { polygons: [square] })], 'yellow'],
    ['A polygon with a hole around it.', [area(null, { polygons: [[square[0]!, hole]] })], null],
    ['A circle of 10 km.', [area(null, { circles: [{ lon: 118.6, lat: 24.95, km: 10 }] })], 'yellow'],
    ['A circle of 5 km, 5.6 km away.', [area(null, { circles: [{ lon: 118.6, lat: 24.95, km: 5 }] })], null],
    [
      'Another county’s code with a polygon around the site: either covers.',
      [area('350581', { polygons: [square] })],
      'yellow',
    ],
    ['An area’s own level.', [area('350503', { level: 'red' })], 'red'],
    [
      'The higher of two areas.',
      [area('350503', { level: 'blue' }), area('350500', { level: 'orange' })],
      'orange',
    ],
    [
      'An unknown level ranks above blue.',
      [area('350503', { level: 'blue' }), area('350500', { level: 'unknown' })],
      'unknown',
    ],
    ['No area.', [], null],
    ['An area without a place.', [area(null)], null],
  ];
  test.each(cases)('%s', (_, areas, expected) => {
    expect(levelOver(warning(areas), SITE)).toBe(expected);
  });

  test('A circle covers what lies nearer than its radius, wherever on earth.', () => {
    const degrees = fc.record({
      lon: fc.double({ min: -180, max: 180, noNaN: true }),
      lat: fc.double({ min: -90, max: 90, noNaN: true }),
    });
    fc.assert(
      fc.property(degrees, (place) => {
        const over = (km: number) =>
          levelOver(warning([area(null, { circles: [{ ...place, km }] })]), { adcode: '350503', ...place });
        expect([over(0), over(1)]).toEqual(['yellow', 'yellow']);
      }),
    );
  });
});

describe('the district', () => {
  const cases: [sentence: string, areas: Area[], expected: boolean][] = [
    ['The city itself.', [area('350500')], true],
    ['One of its counties.', [area('350581000000')], true],
    ['A development zone without a county.', [area('350599')], true],
    ['The county that another office answers for.', [area('350527')], false],
    ['That county and another one.', [area('350527'), area('350582')], true],
    ['The province.', [area('350000')], true],
    ['The nation.', [area('000000')], true],
    ['Another city.', [area('350600')], false],
    [
      'A polygon without a code says nothing of a territory.',
      [
        area(null, {
          polygons: [
            [
              [
                [118.5, 24.8],
                [118.7, 24.8],
                [118.7, 25],
                [118.5, 24.8],
              ],
            ],
          ],
        }),
      ],
      false,
    ],
  ];
  test.each(cases)('%s', (_, areas, expected) => {
    expect(touches(warning(areas), QUANZHOU)).toBe(expected);
  });

  test('A shape touches the territory where it covers one of the places that stand for it.', () => {
    const shape = warning([area(null, { circles: [{ lon: 118.6, lat: 24.9, km: 1 }] })]);
    expect(touches(shape, QUANZHOU, [SITE])).toBe(true);
    expect(touches(shape, QUANZHOU, [{ ...SITE, lat: 26 }])).toBe(false);
  });

  test('Whatever covers a site of it touches the territory.', () => {
    const codes = fc.constantFrom(
      '000000',
      '350000',
      '350500',
      '350503',
      '350503101000',
      '350581',
      '350600',
      '110000',
      null,
    );
    fc.assert(
      fc.property(fc.array(codes, { maxLength: 4 }), (adcodes) => {
        const given = warning(adcodes.map((adcode) => area(adcode)));
        expect(levelOver(given, SITE) === null || touches(given, QUANZHOU)).toBe(true);
      }),
    );
  });
});

describe('who issued it', () => {
  const tiers: [adcode: string | null, tier: string][] = [
    ['000000', 'national'],
    ['350000', 'province'],
    ['310000', 'province'],
    ['350500', 'city'],
    ['350581', 'county'],
    ['350599', 'county'],
    [null, 'unknown'],
  ];
  test.each(tiers)('%s: %s', (adcode, tier) => {
    expect(issuerTier(warning([], { issuer: { name: '', adcode } }))).toBe(tier);
  });
});

describe('how far a provincial text reaches', () => {
  const cases: [text: string, expected: string][] = [
    ['预计未来24小时我省大部分地区有暴雨。', 'whole'],
    ['请全省各地注意防范。', 'whole'],
    ['全省气象部门进入应急状态。', 'elsewhere'],
    ['全省北部地区有大雨。', 'elsewhere'],
    ['我省北部有大雨。', 'elsewhere'],
    ['泉州、厦门、漳州三市有暴雨。', 'city'],
    ['惠安、石狮沿海有8级大风。', 'city'],
    ['福建中北部沿海有大风。', 'coast'],
    ['我省沿海有大风。', 'coast'],
    ['北部沿海有大风。', 'elsewhere'],
    ['浙江沿海有大风。', 'elsewhere'],
    ['南平、三明、龙岩有暴雨。', 'elsewhere'],
    ['金门有大雾。', 'elsewhere'],
    ['台风中心位于泉州东南方约400公里的洋面上。', 'elsewhere'],
    ['台风中心距离泉州400公里,泉州将有暴雨。', 'city'],
    ['', 'elsewhere'],
  ];
  test.each(cases)('%s %s', (text, expected) => {
    const provincial = warning([area('350000', { name: '福建省' })], {
      headline: '福建省气象台发布台风黄色预警信号',
      text,
    });
    expect(provincialReach(provincial, QUANZHOU)).toBe(expected);
  });

  test('An area that is a county of the territory names it as well as words do.', () => {
    expect(provincialReach(warning([area('350581')]), QUANZHOU)).toBe('city');
    expect(provincialReach(warning([area('350527')]), QUANZHOU)).toBe('elsewhere');
  });
});
