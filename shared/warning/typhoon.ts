/**
 * Typhoon tracks of NMC and of Zhejiang. They start nothing by themselves. NMC's columns are UTC and its quadrants
 * NE, SE, SW, NW; Zhejiang's are Beijing time and NE, SE, NW, SW.
 */
import { issue } from '../outcome.ts';
import { HOUR } from '../time.ts';
import { at, isObject, type Json, listAt, numberAt, textAt } from './json.ts';
import { inJson, type Reading, setAside } from './reading.ts';
import { entryOf, type Naked, timeOf } from './spelling.ts';
import type { Grade, Radii, TrackPoint, Typhoon } from './warning.ts';

const GRADES: Record<string, Grade> = {
  TD: 'TD',
  TS: 'TS',
  STS: 'STS',
  TY: 'TY',
  STY: 'STY',
  SUPERTY: 'SuperTY',
  热带低压: 'TD',
  热带风暴: 'TS',
  强热带风暴: 'STS',
  台风: 'TY',
  强台风: 'STY',
  超强台风: 'SuperTY',
};

/** Wind circles of Zhejiang by Beaufort force, in the knots by which NMC names the same circles. */
const CIRCLES = { radius7: '30kt', radius10: '50kt', radius12: '64kt' } as const;

/** Names of a system that has none. */
const NAMELESS = /^(?:nameless|未命名)$/i;

export const readNmcTyphoon = inJson((json, reading) => {
  const list = listAt(json, 'typhoonList');
  const one = listAt(json, 'typhoon');
  if (list === null && one === null) return 'not-the-format';
  for (const [index, row] of (list ?? [one!]).entries()) {
    take(reading, list ? `/typhoonList/${index}` : '/typhoon', row, nmcTyphoon);
  }
  return null;
});

export const readZjTyphoon = inJson((json, reading) => {
  const rows = Array.isArray(json) ? json : [json];
  if (rows.length > 0 && rows.every((row) => textAt(row, 'tfid') === '')) return 'not-the-format';
  for (const [index, row] of rows.entries()) take(reading, `/${index}`, row, zjTyphoon);
  return null;
});

type Note = (path: string, code: string, message: string) => void;

function take(
  reading: Reading,
  path: string,
  row: Json,
  read: (row: Json, note: Note) => Typhoon | null,
): void {
  const typhoon = read(row, (inside, code, message) => {
    reading.issues.push(issue(`${path}${inside}`, code, message, {}, 'warning'));
  });
  if (typhoon) {
    reading.typhoons.push(typhoon);
    return;
  }
  setAside(reading, issue(path, 'identifier-missing', 'the typhoon has no id'), JSON.stringify(row));
}

/** `[id, nameEn, nameZh, number, number, internal, meaning, "start" | "stop", points?]`. */
function nmcTyphoon(row: Json, note: Note): Typhoon | null {
  const id = textAt(row, 0);
  if (id === '') return null;
  const number = textAt(row, 3) || textAt(row, 4);
  const points: Typhoon['points'] = [];
  let forecast: Typhoon['forecast'] = [];
  for (const [index, point] of (listAt(row, 8) ?? []).entries()) {
    const where = `/8/${index}`;
    const base = trackPoint(point, { time: 1, grade: 3, lon: 4, lat: 5, hPa: 6, windMs: 7 }, 'utc');
    if (!base) {
      note(where, 'point-unreadable', 'a point without time or position was left out');
      continue;
    }
    const epoch = numberAt(point, 2);
    if (epoch !== null && epoch !== base.at)
      note(where, 'time-conflict', 'the two times of a point differ; the text counts');
    points.push({ ...base, radiiKm: nmcRadii(at(point, 10)) });
    const ahead = nmcForecast(at(point, 11));
    if (ahead.length > 0) forecast = ahead;
  }
  return {
    id,
    // An integer has lost the zero of years before 2010.
    number: number === '' ? null : number.padStart(4, '0'),
    nameZh: nameOf(textAt(row, 2)),
    nameEn: nameOf(textAt(row, 1)),
    active: textAt(row, 7) === 'start',
    points,
    forecast,
    landfalls: [],
  };
}

/** `[["30KTS", NE, SE, SW, NW, id], …]`. */
function nmcRadii(value: Json | undefined): Record<string, Radii> {
  const radii: [string, Radii][] = [];
  for (const row of Array.isArray(value) ? value : []) {
    const force = /^(\d+)KTS?$/i.exec(textAt(row, 0))?.[1];
    const [ne, se, sw, nw] = [numberAt(row, 1), numberAt(row, 2), numberAt(row, 3), numberAt(row, 4)];
    if (force && ne !== null && se !== null && sw !== null && nw !== null)
      radii.push([`${force}kt`, { ne, se, sw, nw }]);
  }
  return Object.fromEntries(radii);
}

/** `{agency: [[hours, base, lon, lat, hPa, m/s, agency, grade], …]}`. */
function nmcForecast(value: Json | undefined): Typhoon['forecast'] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([agency, rows]) =>
    (Array.isArray(rows) ? rows : []).flatMap((row) => {
      const hours = numberAt(row, 0);
      const base = trackPoint(row, { time: 1, grade: 7, lon: 2, lat: 3, hPa: 4, windMs: 5 }, 'utc');
      return base && hours !== null ? [{ ...base, agency, baseAt: base.at, at: base.at + hours * HOUR }] : [];
    }),
  );
}

function zjTyphoon(row: Json, note: Note): Typhoon | null {
  const id = textAt(row, 'tfid');
  if (id === '') return null;
  // The list of active ones carries the last point in the row itself.
  const rows = listAt(row, 'points') ?? (textAt(row, 'time') === '' ? [] : [row]);
  const points: Typhoon['points'] = [];
  let forecast: Typhoon['forecast'] = [];
  for (const [index, point] of rows.entries()) {
    const base = zjPoint(point);
    if (!base) {
      note(`/points/${index}`, 'point-unreadable', 'a point without time or position was left out');
      continue;
    }
    points.push({ ...base, radiiKm: zjRadii(point) });
    const ahead = zjForecast(at(point, 'forecast'), base.at);
    if (ahead.length > 0) forecast = ahead;
  }
  const isActive = textAt(row, 'isactive');
  const season = /^20(\d{4})$/.exec(id);
  return {
    id,
    number: season ? season[1]! : id,
    nameZh: nameOf(textAt(row, 'name')),
    nameEn: nameOf(textAt(row, 'enname')),
    active: isActive === '' ? textAt(row, 'endtime') === '' : isActive === '1',
    points,
    forecast,
    landfalls: (listAt(row, 'land') ?? []).flatMap((land) => {
      const landedAt = timeOf(textAt(land, 'landtime'));
      if (landedAt === null) return [];
      return [
        {
          at: landedAt,
          lon: numberAt(land, 'lng'),
          lat: numberAt(land, 'lat'),
          place: textAt(land, 'landaddress'),
        },
      ];
    }),
  };
}

function zjPoint(point: Json): TrackPoint | null {
  return trackPoint(
    point,
    { time: 'time', grade: 'strong', lon: 'lng', lat: 'lat', hPa: 'pressure', windMs: 'speed' },
    'china',
  );
}

/** `"300|300|350|350"` in NE, SE, NW, SW, or one number for all round, or nothing. */
function zjRadii(point: Json): Record<string, Radii> {
  const radii: [string, Radii][] = [];
  for (const [field, force] of Object.entries(CIRCLES)) {
    const parts = textAt(point, field)
      .split('|')
      .map((part) => numberAt(part));
    if (parts.length !== 1 && parts.length !== 4) continue;
    const [ne, se = ne, nw = ne, sw = ne] = parts as [number | null, ...(number | null)[]];
    if (ne !== null && se !== null && nw !== null && sw !== null && Math.max(ne, se, nw, sw) > 0) {
      radii.push([force, { ne, se: se!, sw: sw!, nw: nw! }]);
    }
  }
  return Object.fromEntries(radii);
}

/** One agency or a list of them; in 2024 an object, in 2016 a list. */
function zjForecast(value: Json | undefined, baseAt: number): Typhoon['forecast'] {
  const agencies = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return agencies.flatMap((each) =>
    (listAt(each, 'forecastpoints') ?? []).flatMap((row) => {
      const point = zjPoint(row);
      return point ? [{ ...point, agency: textAt(each, 'tm') || textAt(each, 'sets'), baseAt }] : [];
    }),
  );
}

type Columns = Record<'time' | 'grade' | 'lon' | 'lat' | 'hPa' | 'windMs', string | number>;

function trackPoint(row: Json, columns: Columns, naked: Naked): TrackPoint | null {
  const time = timeOf(textAt(row, columns.time), naked);
  const lon = numberAt(row, columns.lon);
  const lat = numberAt(row, columns.lat);
  if (time === null || lon === null || lat === null || Math.abs(lon) > 180 || Math.abs(lat) > 90) return null;
  return {
    at: time,
    lon,
    lat,
    grade: entryOf(GRADES, textAt(row, columns.grade).toUpperCase()) ?? null,
    hPa: numberAt(row, columns.hPa),
    windMs: numberAt(row, columns.windMs),
  };
}

function nameOf(text: string): string | null {
  return text === '' || NAMELESS.test(text) ? null : text;
}
