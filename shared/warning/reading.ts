/** What a format's file fills in while it reads one answer. */
import { type Issue, issue } from '../outcome.ts';
import type { Broken } from './bytes.ts';
import { type Json, readJson } from './json.ts';
import type { Parsed, Warning } from './warning.ts';

/** Characters kept of an entry that could not be read: enough to judge it, small enough for one stored item. */
const QUARANTINE_CHARS_MAX = 20_000;

/** Characters of an identifier, which becomes the key of a stored item. The longest real one has 104. */
const ID_CHARS_MAX = 300;

export interface Context {
  /** When the answer was received. */
  now: number;
  contentType?: string | null;
  /** The document behind a link of an index, where it is at hand. */
  document?: (link: string) => Uint8Array | undefined;
}

export type Reading = Omit<Parsed, 'state' | 'reason'>;

/** Reads the text of one answer into `reading`; returns why it cannot be trusted as a whole, or null. */
export type Format = (text: string, reading: Reading, context: Context) => Broken | null;

/** A format whose answers are JSON. */
export function inJson(read: (json: Json, reading: Reading, context: Context) => Broken | null): Format {
  return (text, reading, context) => {
    const json = readJson(text);
    return json.ok ? read(json.value, reading, context) : json.reason;
  };
}

export function emptyReading(): Reading {
  return { warnings: [], typhoons: [], entries: [], issues: [], quarantined: [], page: null };
}

/** An entry that cannot be read. */
export interface Refusal {
  refused: Issue;
}

export function refuse(path: string, code: string, message: string, params: Issue['params'] = {}): Refusal {
  return { refused: issue(path, code, message, params) };
}

/** Takes an entry's warning, or keeps its raw text for a person; the other entries count either way. */
export function admit(reading: Reading, raw: () => string, path: string, entry: Warning | Refusal): void {
  if ('refused' in entry) {
    setAside(reading, entry.refused, raw());
  } else if (entry.id === '') {
    setAside(reading, issue(path, 'identifier-missing', 'the entry has no identifier'), raw());
  } else if (entry.headline === '' && entry.feed !== 'cap' && entry.feed !== 'cn-national') {
    // Only a cancel in CAP may say nothing.
    setAside(reading, issue(path, 'headline-missing', 'the entry has no headline'), raw());
  } else if (entry.id.length > ID_CHARS_MAX) {
    setAside(reading, issue(path, 'identifier-too-long', 'what stands as identifier is none'), raw());
  } else {
    reading.warnings.push(entry);
  }
}

/** The rows of a list in JSON, each on its own. */
export function admitRows(
  reading: Reading,
  path: string,
  rows: Json[],
  read: (row: Json, path: string) => Warning | Refusal,
): void {
  for (const [index, row] of rows.entries()) {
    const place = `${path}/${index}`;
    admit(reading, () => JSON.stringify(row), place, read(row, place));
  }
}

/** Keeps what could not be read for a person. */
export function setAside(reading: Reading, why: Issue, raw: string): void {
  reading.issues.push(why);
  reading.quarantined.push({ path: why.path, raw: raw.slice(0, QUARANTINE_CHARS_MAX) });
}

/** A list that says how many it holds and holds another number: not complete, whatever it is. */
export function checkCount(reading: Reading, path: string, said: number, held: number): void {
  if (said === held) return;
  reading.issues.push(
    issue(path, 'count-mismatch', 'the list does not hold what it counts', { said, held }, 'warning'),
  );
}
