/** Keeps the areas of one message small enough for its stored item: outlines may be lost, places never. */
import { stem } from './divisions.ts';
import { boxOf } from './reach.ts';
import type { Area, Position } from './warning.ts';

/** Corners of all shapes together: some 150 KB of an item's 400 KB. The largest real shape met near us has 1,200. */
export const POSITIONS_MAX = 6_000;

/** Areas of one message: a nationwide list of counties is longer and is then its provinces. */
export const AREAS_MAX = 500;

/** Length of a degree of latitude at its shortest. */
const KM_PER_DEGREE = 110.5;

/**
 * The areas themselves where they fit; else boxes in place of their polygons, one box for each area, or in the end
 * the provinces and one box around everything. `issuer`: the region in which names without codes are looked for.
 */
export function bounded(areas: Area[], issuer: string | null): Area[] {
  if (fits(areas)) return areas;
  const boxes = areas.map((area) => ({
    ...area,
    polygons: area.polygons.map((rings) => boxAround(rings[0]!)),
  }));
  if (fits(boxes)) return boxes;
  const single = areas.map((area) => ({ ...area, ...shapeAround(cornersOf(area)) }));
  if (fits(single)) return single;
  const codes = areas.flatMap(({ adcode }) => stem(adcode ?? '') ?? []);
  const provinces = new Set(codes.map((code) => code.slice(0, 2).padEnd(6, '0')));
  // A name without a code can only be in its office's region.
  if (issuer !== null && areas.some(({ adcode }) => adcode === null)) provinces.add(issuer);
  const everywhere = shapeAround(areas.flatMap(cornersOf));
  return [
    ...[...provinces].map((adcode) => ({ name: adcode, adcode, level: null, polygons: [], circles: [] })),
    ...(everywhere.polygons.length > 0 ? [{ name: '', adcode: null, level: null, ...everywhere }] : []),
  ];
}

function fits(areas: Area[]): boolean {
  const positions = areas.reduce(
    (sum, { polygons, circles }) =>
      sum +
      circles.length +
      polygons.reduce((all, rings) => all + rings.reduce((each, ring) => each + ring.length, 0), 0),
    0,
  );
  return areas.length <= AREAS_MAX && positions <= POSITIONS_MAX;
}

/** Corners within whose box the whole shape lies. */
function cornersOf({ polygons, circles }: Area): Position[] {
  const around = circles.flatMap(({ lon, lat, km }): Position[] => {
    const north = km / KM_PER_DEGREE;
    const east = north / Math.max(Math.cos(((Math.abs(lat) + north) * Math.PI) / 180), north / 180);
    return [
      [lon - east, lat - north],
      [lon + east, lat + north],
    ];
  });
  return [...polygons.flatMap((rings) => rings[0]!), ...around];
}

function shapeAround(corners: Position[]): Pick<Area, 'polygons' | 'circles'> {
  return { polygons: corners.length > 0 ? [boxAround(corners)] : [], circles: [] };
}

function boxAround(corners: Position[]): Position[][] {
  const [west, south, east, north] = boxOf(corners);
  return [
    [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ],
  ];
}
