/** CAP's areas: `lat,lon` pairs turned to GeoJSON's order, geocodes to division codes. */
import { type Issue, issue } from '../outcome.ts';
import { divisionName, stem } from './divisions.ts';
import type { Area, Level, Position } from './warning.ts';
import { children, childText, type Element, textOf } from './xml.ts';

type Where = { path: string; issues: Issue[] };

/** Names of geocodes that hold division codes. Other six- and seven-digit codes (SAME, Canada's) only look like them. */
const DIVISION_CODE = /CPEAS|adcode|GB\/?T ?2260|行政区/i;

/** Names of several divisions, side by side with their codes in the national system's messages. */
const CHINESE_LIST = /^[\p{Script=Han},，、 ]+$/u;

/** A hole, as DWD writes it. */
const HOLE = 'EXCLUDE_POLYGON';

/** A ring closes on its first point: three corners at least. */
const RING_POSITIONS_MIN = 4;

/** The areas of one info; `level` is theirs where it differs from the message's. */
export function areasIn(info: Element, level: Level | null, where: Where): Area[] {
  return children(info, 'area').flatMap((area, index) =>
    areaIn(area, level, { ...where, path: `${where.path}/area[${index + 1}]` }),
  );
}

function areaIn(area: Element, level: Level | null, where: Where): Area[] {
  const name = childText(area, 'areaDesc').replace(/\s+/g, ' ');
  const geocodes = children(area, 'geocode').flatMap(pairsIn);
  const holes = geocodes
    .filter((code) => code.name === HOLE)
    .flatMap((code) => ringIn(code.value, where) ?? []);
  const rings = children(area, 'polygon')
    .map(textOf)
    .filter((text) => text !== '');
  const polygons = rings.flatMap((text) => {
    const ring = ringIn(text, where);
    return ring ? [[ring, ...(holes.length > 0 ? [holes] : [])]] : [];
  });
  const circles = children(area, 'circle')
    .map(textOf)
    .filter((text) => text !== '');
  const shape = { level, polygons, circles: circles.flatMap((text) => circleIn(text, where)) };
  const codes = geocodes
    .filter((code) => DIVISION_CODE.test(code.name))
    .flatMap((code) => code.value.split(/[\s,，;]+/).filter((each) => each !== ''));
  const adcodes = codes.filter((code) => stem(code) !== null);
  if (adcodes.length < codes.length) {
    where.issues.push(
      issue(
        where.path,
        'geocode-unreadable',
        'no division code',
        { codes: codes.join(' ').slice(0, 80) },
        'warning',
      ),
    );
  }
  // One area may list many divisions; the shape belongs to all of them and stands once.
  const bare = { level, polygons: [], circles: [] };
  const names = CHINESE_LIST.test(name) ? name.split(/[,，、]/).filter((each) => each !== '') : [name];
  if (adcodes.length === 0)
    return names.map((each, index) => ({ name: each, adcode: null, ...(index === 0 ? shape : bare) }));
  const nameOf = (code: string) => {
    if (codes.length === 1) return name;
    return (names.length === codes.length && names[codes.indexOf(code)]) || divisionName(code) || name;
  };
  return [...new Set(adcodes)].map((adcode, index) => ({
    name: nameOf(adcode),
    adcode,
    ...(index === 0 ? shape : bare),
  }));
}

/** A geocode should hold one name and one value; some feeds put many pairs into one, the national system codes alone. */
function pairsIn(geocode: Element): { name: string; value: string }[] {
  const own = textOf(geocode);
  if (/^[\d,，\s]+$/.test(own) && children(geocode).length === 0) return [{ name: 'adcode', value: own }];
  const pairs: { name: string; value: string }[] = [];
  let name = '';
  for (const part of children(geocode)) {
    if (part.name === 'valueName') name = textOf(part);
    if (part.name === 'value') pairs.push({ name, value: textOf(part) });
  }
  return pairs;
}

/** `lat,lon lat,lon …`, also over several lines, as a closed ring. */
function ringIn(text: string, where: Where): Position[] | null {
  const corners = positionsIn(text);
  if (corners === null) {
    where.issues.push(
      issue(where.path, 'polygon-unreadable', 'a polygon has a corner that is no position', {}, 'warning'),
    );
    return null;
  }
  const [first, last] = [corners[0], corners.at(-1)];
  // Some offices leave out the closing corner; the area is the same.
  if (first && last && (first[0] !== last[0] || first[1] !== last[1])) corners.push([...first]);
  if (corners.length >= RING_POSITIONS_MIN) return corners;
  where.issues.push(
    issue(where.path, 'polygon-unreadable', 'a polygon has fewer than three corners', {}, 'warning'),
  );
  return null;
}

const POSITIONS = /^\s*(?:-?\d+(?:\.\d+)?,-?\d+(?:\.\d+)?(?:\s+|$))+$/;

const ZERO = '0'.charCodeAt(0);
const POINT = '.'.charCodeAt(0) - ZERO;
const MINUS = '-'.charCodeAt(0) - ZERO;

/** Characters of a number whose digits, and the power of ten under them, are exact in a double. */
const EXACT_CHARS = 15;
const POWERS = Array.from({ length: EXACT_CHARS }, (_, power) => 10 ** power);

/** Pairs of latitude and longitude, turned; null if any of them is none. A document may hold a hundred thousand. */
function positionsIn(text: string): Position[] | null {
  if (!POSITIONS.test(text)) return null;
  const positions: Position[] = [];
  let lat = 0;
  let isLat = true;
  for (let start = 0, end = 0; start < text.length; start = end + 1) {
    let digits = 0;
    let point = -1;
    for (end = start; end < text.length; end += 1) {
      const digit = text.charCodeAt(end) - ZERO;
      if (digit >= 0 && digit <= 9) digits = digits * 10 + digit;
      else if (digit === POINT) point = end;
      else if (digit !== MINUS) break;
    }
    if (start === end) continue;
    const places = point === -1 ? 0 : end - point - 1;
    // The quotient of two exact doubles is the double nearest to the number, as `Number` has it.
    const size =
      end - start <= EXACT_CHARS ? digits / POWERS[places]! : Math.abs(Number(text.slice(start, end)));
    if (size > (isLat ? 90 : 180)) return null;
    const value = text[start] === '-' ? -size : size;
    if (isLat) lat = value;
    else positions.push([value, lat]);
    isLat = !isLat;
  }
  return positions;
}

/** `lat,lon km`. A radius of 0 is the point itself. */
function circleIn(text: string, where: Where): Area['circles'] {
  const [pair, km, ...rest] = text.split(/\s+/);
  const centre = positionsIn(pair ?? '')?.[0];
  if (centre && km && /^\d+(?:\.\d+)?$/.test(km) && rest.length === 0) {
    return [{ lon: centre[0], lat: centre[1], km: Number(km) }];
  }
  where.issues.push(issue(where.path, 'circle-unreadable', 'not a centre and a radius', {}, 'warning'));
  return [];
}
