/**
 * From what a format's file mapped, field by field, to a Warning. The formats map and do not interpret; what a
 * headline, a code or a missing area means is decided here once, in the order status, action, level.
 */
import { type Issue, issue } from '../outcome.ts';
import { AREAS_MAX } from './coarse.ts';
import { contains, divisionName, divisionNamed, isPlace, NATION } from './divisions.ts';
import { hazardIn, names } from './hazard.ts';
import { HEADLINE_CHARS_MAX, type Headline, readHeadline, type Signal } from './headline.ts';
import { settle } from './level.ts';
import { stampOf } from './record.ts';
import { entryOf, type Naked, timeOf } from './spelling.ts';
import type { Area, FeedId, Hazard, Level, Warning } from './warning.ts';

/** Characters of a body: the longest real bulletin has 6,000, and the warning must fit one stored item. */
export const TEXT_CHARS_MAX = 20_000;

/** Characters of an area's name in which a division may stand. */
const NAME_CHARS_MAX = 60;

export interface Draft {
  feed: FeedId;
  /** Where it stands in the answer, for issues. */
  path: string;
  id: string;
  status: Warning['status'];
  /** What the feed's own field says; null where it has none. */
  action: Warning['action'] | null;
  headline: string;
  text: string;
  lang: string;
  /** Official name behind the feed's event code; null where the code is a catch-all or there is none. */
  event: string | null;
  /** The feed's own words for the hazard, beside the headline. */
  eventText: string;
  /** What the feed's coded fields say of the level. */
  levels: Level[];
  /** The office, where the feed names one outside the headline. */
  issuer: string;
  /** Division of the office, for feeds without national identifiers. */
  issuerAdcode?: string | null;
  areas: Area[];
  issuedAt: number | null;
  effectiveAt: number | null;
  onsetAt: number | null;
  expiresAt: number | null;
  references: string[];
  issues: Issue[];
}

/** A draft in which only what is given differs from "the feed says nothing". */
export function draft(
  given: Pick<Draft, 'feed' | 'path' | 'id' | 'headline' | 'issues'> & Partial<Draft>,
): Draft {
  return {
    status: 'actual',
    action: null,
    text: '',
    lang: 'zh-CN',
    event: null,
    eventText: '',
    levels: [],
    issuer: '',
    areas: [],
    issuedAt: null,
    effectiveAt: null,
    onsetAt: null,
    expiresAt: null,
    references: [],
    ...given,
  };
}

export function compose(from: Draft): Warning {
  const issues = [...from.issues];
  const say = (code: string, message: string, params: Issue['params'] = {}) => {
    issues.push(issue(from.path, code, message, params, 'warning'));
  };
  const headline = plainText(from.headline.replace(/\s+/g, ' '), HEADLINE_CHARS_MAX);
  const text = plainText(from.text, TEXT_CHARS_MAX);
  const read = readHeadline(headline);
  for (const doubt of read.doubts) say(doubt, `the headline is ambiguous: ${doubt}`);

  const status = from.status === 'actual' ? (statusInWords(headline, text) ?? 'actual') : from.status;
  if (status !== from.status)
    say('status-by-text', `the words say this is no actual warning: ${status}`, { status });
  const action = actionOf(from, read, say);
  const isSignal = !read.doubts.includes('not-a-signal');
  // Of several signals in one headline the one of this message's own hazard counts, else the strongest.
  const coded = codedHazard(from);
  const told = action === 'cancel' && read.ended ? [read.ended] : [read, ...read.others];
  const signal = told.find((each) => coded !== null && each.hazard === coded) ?? told[0]!;
  const { hazard, hazardText } = isSignal
    ? hazardOf(from, signal, say)
    : { hazard: 'other' as const, hazardText: '' };
  const { level, conflict } = settle([...from.levels, signal.level ?? 'unknown']);
  if (conflict)
    say('level-conflict', 'headline and codes name different levels; the higher counts', { level });
  if (level === 'unknown' && action !== 'cancel')
    say('level-unknown', 'no level of the official scheme is named');

  const division = issuerAdcode(from.id);
  const adcode = from.issuerAdcode ?? division;
  const name = plainText(from.issuer || read.issuers.join('、'), HEADLINE_CHARS_MAX);
  // Without an area a message means the division of its own identifier; other identifiers mean nowhere.
  const own =
    division === null
      ? []
      : [areaOf(division, divisionName(division) ?? (name.replace(OFFICE, '') || division))];
  const given = from.areas.map((area, place) => (place < AREAS_MAX ? named(area, adcode) : area));
  const areas = given.length > 0 ? given : own;
  for (const area of areas) checkArea(area, adcode, say);
  if (areas.length === 0) say('area-unknown', 'neither an area nor a division is named');

  let { expiresAt } = from;
  const issuedAt = from.issuedAt ?? stampOf(from.id);
  if (expiresAt !== null && issuedAt !== null && expiresAt <= issuedAt && action !== 'cancel') {
    say('expires-before-issue', 'the end stands before the issue and was left out');
    expiresAt = null;
  }
  return {
    id: from.id,
    feed: from.feed,
    status,
    action,
    hazard,
    hazardText,
    product: read.product,
    level,
    issuer: { name, adcode },
    areas,
    issuedAt,
    effectiveAt: from.effectiveAt,
    onsetAt: from.onsetAt,
    expiresAt,
    references: [...new Set(from.references)].filter((id) => id !== from.id),
    headline,
    text,
    lang: from.lang,
    issues,
  };
}

/** What follows the region in an office's name. */
const OFFICE = /(?:中心)?(?:气象|水利|水务|自然资源|应急|海洋|预警|林业|农业|突发).*$/;

type Say = (code: string, message: string, params?: Issue['params']) => void;

/** An end is an end, whichever part of the message says so; else the feed's field, else the verb. */
function actionOf(from: Draft, read: Headline, say: Say): Warning['action'] {
  const ended = read.action === 'cancel';
  if (ended && from.action !== null && from.action !== 'cancel') {
    say('action-conflict', 'the headline ends the warning, the message type does not', {
      field: from.action,
    });
  }
  if (from.action === 'cancel' && read.action === 'issue') {
    say('action-conflict', 'the message type ends the warning, the headline does not', { field: 'cancel' });
  }
  return ended ? 'cancel' : (from.action ?? read.action ?? 'issue');
}

/** The code's name outranks the words, unless it means nothing in particular. */
function hazardOf(from: Draft, read: Signal, say: Say): Pick<Warning, 'hazard' | 'hazardText'> {
  const eventText = from.eventText.slice(0, HEADLINE_CHARS_MAX);
  const byWords = read.hazard ?? hazardIn(eventText)?.hazard ?? null;
  const byCode = codedHazard(from);
  if (byCode && byWords && byCode !== byWords && !names(from.headline, byCode)) {
    say('hazard-conflict', 'headline and code name different hazards; the code counts', {
      words: byWords,
      code: byCode,
    });
  }
  const hazard = byCode ?? byWords ?? 'other';
  // The headline's own words, unless they are another hazard's.
  const words = read.hazard === hazard ? read.hazardText : '';
  return { hazard, hazardText: words || eventText || from.event || read.hazardText };
}

function codedHazard(from: Draft): Hazard | null {
  return from.event === null ? null : (hazardIn(from.event)?.hazard ?? null);
}

/** Drills and tests that a feed without a status field, or with a wrong one, announces in words only. */
function statusInWords(headline: string, text: string): 'exercise' | 'test' | null {
  const opening = /^\s*[【[(（]\s*(演练|演习|测试)/.exec(text)?.[1];
  const stated = /(?:这|此|本)(?:是|为|次|条)[^,，。]{0,6}(演练|演习|测试)/.exec(text)?.[1];
  const said = /演练|演习|测试/.exec(headline)?.[0] ?? opening ?? stated;
  if (said === undefined) return null;
  return said === '测试' ? 'test' : 'exercise';
}

/** Division of the office: the first six digits of a national identifier; null for other identifiers. */
export function issuerAdcode(id: string): string | null {
  const digits = /^(\d{6})\d*_\d{14}(?:_\d+)?$/.exec(id)?.[1];
  if (digits === undefined) return null;
  if (digits === NATION || digits === '100000') return NATION;
  return isPlace(`${digits.slice(0, 2)}0000`) ? digits : null;
}

/** The area that is one division. */
export function areaOf(adcode: string, name: string = divisionName(adcode) ?? adcode): Area {
  return { name, adcode, level: null, polygons: [], circles: [] };
}

/** Whether the area is anywhere: a division that there is, or a shape. */
export function isPlaced({ adcode, polygons, circles }: Area): boolean {
  return (adcode !== null && isPlace(adcode)) || polygons.length > 0 || circles.length > 0;
}

/** An area that is only a name is the division of that name in the region its office answers for. */
function named(area: Area, region: string | null): Area {
  if (area.adcode !== null || region === null || isPlaced(area)) return area;
  return { ...area, adcode: divisionNamed(area.name.slice(0, NAME_CHARS_MAX), region) };
}

function checkArea(area: Area, issuer: string | null, say: Say): void {
  if (!isPlaced(area)) {
    say('area-unknown', 'the area cannot be placed', { area: area.name, adcode: area.adcode });
  }
  if (area.adcode !== null && issuer !== null && !contains(issuer, area.adcode)) {
    say('issuer-outside-area', 'the office does not answer for this area', { issuer, area: area.adcode });
  }
}

/** A field's time; a field that is there and cannot be read is an issue and no time. */
export function timeField(
  from: { path: string; issues: Issue[] },
  name: string,
  text: string,
  naked: Naked = 'china',
): number | null {
  if (text === '') return null;
  const at = timeOf(text, naked);
  if (at === null) {
    from.issues.push(
      issue(`${from.path}/${name}`, 'time-unreadable', 'not a time', { text: text.slice(0, 40) }, 'warning'),
    );
  }
  return at;
}

/** CAP's words, QWeather's and the Hong Kong Observatory's. */
const ACTIONS: Record<string, Warning['action']> = {
  alert: 'issue',
  active: 'issue',
  issue: 'issue',
  update: 'update',
  reissue: 'update',
  extend: 'update',
  cancel: 'cancel',
};

/** The feed's own word for what is done; null, with an issue, for any other. */
export function actionField(
  from: { path: string; issues: Issue[] },
  name: string,
  word: string,
): Warning['action'] | null {
  const action = entryOf(ACTIONS, word.trim().toLowerCase());
  if (action) return action;
  from.issues.push(
    issue(
      `${from.path}/${name}`,
      'action-unknown',
      'not a message type',
      { text: word.slice(0, 40) },
      'warning',
    ),
  );
  return null;
}

/** Identifiers in a list of references: national ones wherever they stand, else CAP's `sender,identifier,sent`, else words. */
export function referencesIn(text: string): string[] {
  const national = text.match(/(?<!\d)\d{6,20}_\d{14}(?:_\d{1,4})?(?!\d)/g);
  if (national) return national;
  // Between commas stand: sender, identifier, sent and the next sender, identifier, …
  const pieces = text.split(',');
  const listed = pieces.length >= 3 ? pieces.filter((_, index) => index % 2 === 1) : text.split(/[\s,;]+/);
  return listed.map((id) => id.trim()).filter((id) => id !== '');
}

const ENTITIES: Record<string, string> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  '#39': "'",
  nbsp: ' ',
};

/** Text for people: entities of a second escaping decoded, markup taken out, cut between characters. */
export function plainText(text: string, max: number): string {
  const decoded = text.replace(/&(lt|gt|amp|quot|apos|#39|nbsp);/g, (_, name: string) => ENTITIES[name]!);
  const plain = decoded
    .replace(/<\/?[a-z][^<>]*>/gi, ' ')
    .replace(/[ \t]+/g, ' ')
    .trim();
  return plain.length <= max ? plain : plain.slice(0, max).replace(/[\ud800-\udbff]$/, '');
}
