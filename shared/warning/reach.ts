/** Where a warning holds: who issued it, over which places, and how far its text reaches. */
import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon';
import { contains, divisionName, divisionsWithin, shortName, stem, tierOf } from './divisions.ts';
import { type Area, higher, type Level, type Message, type Position } from './warning.ts';

/** A place as warnings are asked about it; positions in WGS-84. */
export interface Place {
  adcode: string;
  lon: number;
  lat: number;
}

/** Mean radius (IUGG), in km: circles in warnings are not drawn finer than that. */
const EARTH_KM = 6371.0088;

export function issuerTier(warning: Message): 'national' | 'province' | 'city' | 'county' | 'unknown' {
  return warning.issuer.adcode === null ? 'unknown' : tierOf(warning.issuer.adcode);
}

/**
 * The highest level the warning has over the place, null where it does not reach it. Geometry only: status and
 * action are the caller's to ask first. An area with a code and a shape covers what either covers.
 */
export function levelOver(warning: Message, place: Place): Level | null {
  let level: Level | null = null;
  for (const area of warning.areas) {
    if (covers(area, place)) level = higher(level, area.level ?? warning.level);
  }
  return level;
}

function covers(area: Area, place: Place): boolean {
  return (
    (area.adcode !== null &&
      (contains(area.adcode, place.adcode) || isTownshipIn(area.adcode, place.adcode))) ||
    area.polygons.some((rings) => booleanPointInPolygon([place.lon, place.lat], boxed(rings))) ||
    area.circles.some((circle) => distanceKm(circle, place) <= circle.km)
  );
}

interface Boxed {
  type: 'Polygon';
  coordinates: Position[][];
  bbox: ReturnType<typeof boxOf>;
}

/** A decision asks about hundreds of places, and most are outside the box around a polygon: it is drawn once. */
const boxes = new WeakMap<Position[][], Boxed>();

function boxed(rings: Position[][]): Boxed {
  const known = boxes.get(rings);
  if (known) return known;
  const polygon: Boxed = { type: 'Polygon', coordinates: rings, bbox: boxOf(rings[0] ?? []) };
  boxes.set(rings, polygon);
  return polygon;
}

/** West, south, east and north of these corners. */
export function boxOf(corners: readonly Position[]): [number, number, number, number] {
  let [west, south, east, north] = [180, 90, -180, -90];
  for (const [lon, lat] of corners) {
    west = Math.min(west, lon);
    south = Math.min(south, lat);
    east = Math.max(east, lon);
    north = Math.max(north, lat);
  }
  return [west, south, east, north];
}

/** A warning for a township inside the place's county: whether the place is in it cannot be told, so it counts. */
function isTownshipIn(adcode: string, county: string): boolean {
  return (stem(adcode) ?? '').length > 6 && contains(county, adcode);
}

/** Great-circle distance by the haversine formula. */
function distanceKm(a: { lon: number; lat: number }, b: { lon: number; lat: number }): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half = (degrees: number) => Math.sin(radians(degrees) / 2) ** 2;
  const chord =
    half(b.lat - a.lat) + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * half(b.lon - a.lon);
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** A territory by code, less the divisions in it that another office answers for. */
export interface Territory {
  adcode: string;
  excludes: readonly string[];
}

/**
 * Whether the warning covers any part of the territory, by code. A shape without a code says nothing about a
 * territory that has none: `places` are the points that stand for it.
 */
export function touches(warning: Message, territory: Territory, places: readonly Place[] = []): boolean {
  return warning.areas.some((area) => {
    if (places.some((place) => covers(area, place))) return true;
    if (area.adcode === null) return false;
    if (contains(area.adcode, territory.adcode)) return true;
    return (
      contains(territory.adcode, area.adcode) &&
      !territory.excludes.some((other) => contains(other, area.adcode!))
    );
  });
}

/** Names that a text qualifies its coast with when it means another one. */
const OTHER_COAST = /(?:(?<!中)北部|东北部|闽东|闽北|浙江|广东|浙南|粤东)$/;

/** 我省北部 is a part; 全省气象部门 is an organisation. */
const WHOLE_PROVINCE =
  /全省(?![中东西南北]{1,2}部|气象|水利|海洋|应急|各级|防)|(?:我省|福建省?)(?:大部|各地|全境|普遍)/;

/** What measures a distance: 位于泉州东南方约400公里 names a point, no area. */
const DISTANCE = /\d ?多?(?:公里|千米|海里|km)/;

/**
 * What a provincial warning's own words say of the territory: all of the province, the city or one of its
 * counties, the coast; `elsewhere` when they name none of these, also when there are no words.
 */
export function provincialReach(
  warning: Message,
  territory: Territory,
): 'whole' | 'city' | 'coast' | 'elsewhere' {
  const said = [warning.headline, warning.text, ...warning.areas.map((area) => area.name)].join('。');
  const clauses = said.split(/[,，。;；:：\n]/).map((clause) => clause.split(DISTANCE).at(-1)!);
  const words = clauses.join('，');
  if (WHOLE_PROVINCE.test(words)) return 'whole';
  const smaller = warning.areas.filter((area) => /city|county/.test(tierOf(area.adcode ?? '')));
  const named = touches({ ...warning, areas: smaller }, territory);
  if (named || namesOf(territory).some((name) => words.includes(name))) return 'city';
  const coasts = [...words.matchAll(/([^,，。;；、:：]{0,6})沿海/g)];
  return coasts.some((coast) => !OTHER_COAST.test(coast[1]!)) ? 'coast' : 'elsewhere';
}

/** Names by territory, which an exam's districts are for as long as it is open. */
const NAMES = new WeakMap<Territory, string[]>();

/** 泉州, 石狮 …: short names of the territory and of what is in it. */
function namesOf(territory: Territory): string[] {
  const known = NAMES.get(territory);
  if (known) return known;
  const { adcode, excludes } = territory;
  const own = divisionName(adcode);
  const inside = divisionsWithin(adcode).filter(
    (each) => !excludes.some((other) => contains(other, each.adcode)),
  );
  const names = [...(own === null ? [] : [own]), ...inside.map((each) => each.name)].map(shortName);
  NAMES.set(territory, names);
  return names;
}
