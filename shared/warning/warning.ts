/** What the warning offices say, once it is understood: the one shape that every feed becomes. */
import type { Issue } from '../outcome.ts';

export const FEEDS = [
  'cap',
  'cn-national',
  'gjzwfw',
  'cma-map',
  'cma-now',
  'nmc-alarm',
  'weather-com-cn',
  'qweather',
  'hko-warnsum',
  'nmefc-bulletin',
  'nmc-typhoon',
  'zj-typhoon',
] as const;
export type FeedId = (typeof FEEDS)[number];

/** Colours of the official scheme, weakest first; `unknown` is a warning whose colour could not be read. */
export const COLOURS = ['blue', 'yellow', 'orange', 'red'] as const;
export type Colour = (typeof COLOURS)[number];
export type Level = Colour | 'unknown';

export const HAZARDS = [
  'typhoon',
  'rainstorm',
  'flood',
  'flash-flood',
  'storm-surge',
  'wave',
  'gale',
  'thunderstorm-gale',
  'convection',
  'lightning',
  'hail',
  'geological',
  'fog',
  'heat',
  'cold',
  'snow',
  'drought',
  'wildfire',
  'tsunami',
  'earthquake',
  'waterlogging',
  'sea-gale',
  'low-water',
  'other',
] as const;
export type Hazard = (typeof HAZARDS)[number];

/** [lon, lat] in WGS-84, GeoJSON order. */
export type Position = [number, number];

export interface Area {
  name: string;
  /** Division code, 2 to 12 digits, as text; null where the feed names no code. */
  adcode: string | null;
  /** The area's own level where one message gives several; null means the message's level. */
  level: Level | null;
  /** GeoJSON polygons: each a list of rings, the first the outer one. */
  polygons: Position[][][];
  circles: { lon: number; lat: number; km: number }[];
}

/** CAP's, which the national format shares. Only `actual` is meant. */
export const STATUSES = ['actual', 'exercise', 'system', 'test', 'draft'] as const;

/** What an office says, whoever brought it: a feed, or an officer who heard it. */
export interface Message {
  /** The national identifier where there is one: the key that joins all Chinese feeds. */
  id: string;
  status: (typeof STATUSES)[number];
  action: 'issue' | 'update' | 'cancel';
  hazard: Hazard;
  hazardText: string;
  /** `level` is a grade without a colour (台风预警Ⅳ级), another product than the colour signal. */
  product: 'signal' | 'level';
  level: Level;
  issuer: { name: string; adcode: string | null };
  areas: Area[];
  issuedAt: number | null;
  effectiveAt: number | null;
  onsetAt: number | null;
  expiresAt: number | null;
  /** Identifiers only, without the message's own. */
  references: string[];
  headline: string;
  text: string;
  lang: string;
  issues: Issue[];
}

/** A message as one feed brought it. */
export interface Warning extends Message {
  feed: FeedId;
}

/** An index entry that only points to a document. */
export interface Entry {
  id: string;
  link: string;
  updatedAt: number | null;
}

export type Grade = 'TD' | 'TS' | 'STS' | 'TY' | 'STY' | 'SuperTY';
export interface Radii {
  ne: number;
  se: number;
  sw: number;
  nw: number;
}
export interface TrackPoint {
  at: number;
  lon: number;
  lat: number;
  grade: Grade | null;
  hPa: number | null;
  windMs: number | null;
}
export interface Typhoon {
  id: string;
  number: string | null;
  nameZh: string | null;
  nameEn: string | null;
  active: boolean;
  points: (TrackPoint & { radiiKm: Record<string, Radii> })[];
  forecast: (TrackPoint & { agency: string; baseAt: number })[];
  landfalls: { at: number; lon: number | null; lat: number | null; place: string }[];
}

/** What one answer of one feed turned out to say. `broken`: it cannot be trusted as a whole and nothing in it is used. */
export interface Parsed {
  state: 'ok' | 'broken';
  reason: string | null;
  warnings: Warning[];
  typhoons: Typhoon[];
  entries: Entry[];
  issues: Issue[];
  /** Raw text of each entry that could not be read, by the path of its issue. */
  quarantined: { path: string; raw: string }[];
  /** Where a list comes in pages: what this page says of the whole. */
  page: { no: number; of: number; count: number } | null;
}

/** Rank of a level: nothing 0, blue 1 … red 4; `unknown` ranks as yellow. */
export function rank(level: Level | null): number {
  if (level === null) return 0;
  if (level === 'unknown') return 2;
  return COLOURS.indexOf(level) + 1;
}

/** The higher of two levels; at a tie a known colour is preferred to `unknown`. */
export function higher<T extends Level | null>(a: T, b: T): T {
  if (rank(a) !== rank(b)) return rank(a) > rank(b) ? a : b;
  return a === 'unknown' ? b : a;
}
