/** Large answers of weather offices, made of the shipped storm's: as long as a bad day's, in the offices' own form. */
import { readdirSync, readFileSync } from 'node:fs';
import { pad } from '../../shared/time.ts';

const ANSWERS = new URL('../storm/answers/', import.meta.url);

/** Entries of a long list: a nationwide feed on a bad day. */
export const ENTRIES = 500;

/** The largest document of a real office has 1,400 polygons; this many make one megabyte. */
export const POLYGONS = 560;

/** Corners of a polygon: a county drawn by hand has about as many. */
export const CORNERS = 100;

/** An Atom index of CAP that holds every document. */
export function capFeed(length = ENTRIES): Uint8Array {
  const indexes = answers('cap-', '.xml').filter((text) => text.includes('<entry>'));
  const entries = indexes.flatMap((text) => text.match(/<entry>[\s\S]*?<\/entry>/g) ?? []);
  const head = indexes[0]!.slice(0, indexes[0]!.indexOf('<entry>'));
  const many = repeated(length, entries, (entry, place) => entry.replaceAll(NATIONAL_ID, numbered(place)));
  return Buffer.from(`${head}${many.join('\n  ')}\n</feed>\n`);
}

/** One CAP document, of a megabyte unless said otherwise: its last area has many polygons. */
export function capDocument(length = POLYGONS): Uint8Array {
  const [text = ''] = answers('document-', '.xml');
  const end = text.lastIndexOf('</area>');
  const polygons = Array.from({ length }, (_, place) => {
    const corners = ring(118 + (place % 20) / 10, 24.5 + Math.floor(place / 20) / 20, 0.04);
    return `<polygon>${corners.map(([lon, lat]) => `${lat.toFixed(5)},${lon.toFixed(5)}`).join(' ')}</polygon>`;
  });
  return Buffer.from(`${text.slice(0, end)}${polygons.join('\n      ')}\n    ${text.slice(end)}`);
}

/** The list of the national service portal. */
export function portalList(): Uint8Array {
  const rows = answers('gjzwfw-', '.json')
    .flatMap((text) => JSON.parse(text) as Record<string, string>[])
    .filter(({ identifier }) => identifier !== '');
  const many = repeated(ENTRIES, rows, (row, place) => ({
    ...row,
    identifier: row.identifier!.replace(NATIONAL_ID, numbered(place)),
  }));
  return Buffer.from(JSON.stringify(many));
}

/** A closed ring around a place, in degrees. */
export function ring(lon: number, lat: number, radius: number): [number, number][] {
  const corners = Array.from({ length: CORNERS }, (_, corner): [number, number] => {
    const turn = (2 * Math.PI * corner) / CORNERS;
    return [lon + radius * Math.cos(turn), lat + radius * Math.sin(turn)];
  });
  return [...corners, corners[0]!];
}

/** `adcode dept… _ stamp`: the last six digits are a time of day. */
const NATIONAL_ID = /(\d{14}_\d{8})\d{6}/g;

/** Every entry is another message: its time of day is the entry's place, in seconds. */
function numbered(place: number): string {
  return `$1${pad(Math.floor(place / 3600))}${pad(Math.floor(place / 60) % 60)}${pad(place % 60)}`;
}

function repeated<T>(length: number, few: readonly T[], another: (one: T, place: number) => T): T[] {
  return Array.from({ length }, (_, place) => another(few[place % few.length]!, place));
}

function answers(start: string, end: string): string[] {
  return readdirSync(ANSWERS)
    .filter((name) => name.startsWith(start) && name.endsWith(end))
    .toSorted()
    .map((name) => readFileSync(new URL(name, ANSWERS), 'utf8'));
}
