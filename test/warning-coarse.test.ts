/** Areas too many or too fine for a stored item: what they covered stays covered. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AREAS_MAX, bounded, POSITIONS_MAX } from '../shared/warning/coarse.ts';
import { levelOver } from '../shared/warning/reach.ts';
import type { Area, Position, Warning } from '../shared/warning/warning.ts';
import { warning } from './story.ts';

/** Bytes that an item may have are 400 KB; feeds share it. */
const AREA_BYTES_MAX = 300_000;

const over = (areas: Area[]): Warning => ({ ...warning(0, { level: 'orange' }), areas });
const shape = (given: Partial<Area>): Area => ({
  name: '',
  adcode: null,
  level: null,
  polygons: [],
  circles: [],
  ...given,
});

/** A ring of many corners around a place. */
function ring(lon: number, lat: number, radius: number, corners: number): Position[] {
  const positions = Array.from({ length: corners }, (_, corner): Position => {
    const turn = (2 * Math.PI * corner) / corners;
    return [lon + radius * Math.cos(turn), lat + radius * Math.sin(turn)];
  });
  return [...positions, positions[0]!];
}

const many = <T>(length: number, make: (place: number) => T): T[] =>
  Array.from({ length }, (_, n) => make(n));
const at = (n: number): [number, number] => [115 + (n % 40) / 8, 23 + Math.floor(n / 40) / 8];

describe('areas of one message', () => {
  test('Are kept as they are while they fit.', () => {
    const areas = [shape({ polygons: [[ring(118, 25, 1, 500)]] }), shape({ adcode: '350500' })];
    expect(bounded(areas, null)).toBe(areas);
  });

  const cases: [sentence: string, areas: Area[]][] = [
    ['one outline with very many corners', [shape({ polygons: [[ring(118, 25, 1, 50_000)]] })]],
    ['many outlines', [shape({ polygons: many(600, (n) => [ring(...at(n), 0.1, 40)]) })]],
    ['more outlines than boxes fit', [shape({ polygons: many(3_000, (n) => [ring(...at(n), 0.1, 4)]) })]],
    ['many areas with outlines', many(2_000, (n) => shape({ polygons: [[ring(...at(n), 0.1, 5)]] }))],
    [
      'many circles',
      [shape({ circles: many(7_000, (n) => ({ lon: at(n)[0], lat: at(n)[1], km: n % 60 })) })],
    ],
    ['many codes', many(3_000, (n) => shape({ adcode: n % 2 === 0 ? '350582' : `3505${(n % 90) + 10}` }))],
  ];
  test.each(cases)('Fit and cover what they covered: %s.', (_, areas) => {
    const less = bounded(areas, null);
    expect(less).not.toBe(areas);
    expect(less.length).toBeLessThanOrEqual(AREAS_MAX);
    expect(less.flatMap(({ polygons }) => polygons.flat(2)).length).toBeLessThanOrEqual(POSITIONS_MAX);
    expect(JSON.stringify(less).length).toBeLessThan(AREA_BYTES_MAX);
    const places = fc.record({
      adcode: fc.constantFrom('350582', '350500', '440300'),
      lon: fc.double({ min: 114, max: 121, noNaN: true }),
      lat: fc.double({ min: 22, max: 34, noNaN: true }),
    });
    fc.assert(
      fc.property(places, (place) => {
        if (levelOver(over(areas), place) !== null) expect(levelOver(over(less), place)).toBe('orange');
      }),
      { numRuns: 40 },
    );
  });

  test('Names without codes stay in their office’s region.', () => {
    const [only, ...more] = bounded(
      many(AREAS_MAX + 1, (n) => shape({ name: `第${n}村` })),
      '350500',
    );
    expect([only?.adcode, more]).toEqual(['350500', []]);
  });

  test('A circle’s box holds the circle, wherever on earth.', () => {
    const circle = fc.record({
      lon: fc.double({ min: -179, max: 179, noNaN: true }),
      lat: fc.double({ min: -80, max: 80, noNaN: true }),
      km: fc.double({ min: 0, max: 800, noNaN: true }),
      turn: fc.double({ min: 0, max: 6.28, noNaN: true }),
    });
    fc.assert(
      fc.property(circle, ({ turn, ...round }) => {
        const areas = [shape({ circles: Array(POSITIONS_MAX + 1).fill(round) })];
        const out = (round.km / 111.4) * 0.99;
        const lon = round.lon + (out * Math.cos(turn)) / Math.cos((round.lat * Math.PI) / 180);
        const place = { adcode: '999999', lon, lat: round.lat + out * Math.sin(turn) };
        if (levelOver(over(areas), place) !== null)
          expect(levelOver(over(bounded(areas, null)), place)).not.toBeNull();
      }),
      { numRuns: 60 },
    );
  });
});
