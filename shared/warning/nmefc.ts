/**
 * Bulletins of the marine forecast centres: prose with one level per group of cities, or a relay's object around
 * it. The colour of the title is the highest anywhere, not that of our city.
 */
import { type Issue, issue } from '../outcome.ts';
import { civil, pad } from '../time.ts';
import { areaOf, compose, draft, plainText, TEXT_CHARS_MAX, timeField } from './compose.ts';
import { divisionNamed, NATION } from './divisions.ts';
import { readHeadline } from './headline.ts';
import { at, isObject, type Json, readJson, textAt } from './json.ts';
import { colourOf } from './level.ts';
import { admitRows, type Format, type Reading, setAside } from './reading.ts';
import { type Area, type Hazard, higher, type Level, type Warning } from './warning.ts';

/** The marine hazards that get colours. */
const HAZARDS: Partial<Record<Hazard, string>> = { 'storm-surge': '风暴潮', wave: '海浪', tsunami: '海啸' };

const STATEMENT = /(风暴潮|海浪|海啸)(?:预警|警报)(?:级别|等级)?为([蓝黄橙红])色/g;

const OFFICE =
  /国家海洋(?:环境)?预报(?:中心|台)|自然资源部|[\p{Script=Han}]{2,5}省?海洋(?:环境)?(?:监测)?预报(?:中心|台)/u;

/** Words beside the places in a sentence of the bulletin. */
const NO_PLACE = /方面|影响|^上述|^该|^其中|\d|^近海|^近岸|^沿海/;

export const readNmefc: Format = (text, reading, { now }) => {
  if (!/^\s*[[{]/.test(text)) return takeProse(reading, text, now) ? null : 'not-the-format';
  const json = readJson(text);
  if (!json.ok) return json.reason;
  const relayed = Array.isArray(json.value) ? json.value : [json.value];
  if (relayed.some((entry) => textAt(payloadOf(entry), 'title') === '')) return 'not-the-format';
  admitRows(reading, '', relayed.map(payloadOf), fromRelay);
  return null;
};

function payloadOf(entry: Json): Json {
  const payload = at(entry, 'payload');
  return isObject(payload) ? payload : entry;
}

function fromRelay(entry: Json, path: string): Warning {
  const id = textAt(entry, 'id') || textAt(entry, 'code');
  const where = { path, issues: [] as Issue[] };
  const kind = textAt(entry, 'warnType');
  const body = plainText(textAt(entry, 'description'), TEXT_CHARS_MAX);
  return compose(
    draft({
      ...where,
      feed: 'nmefc-bulletin',
      id,
      headline: textAt(entry, 'title'),
      text: body,
      event: kind === '' ? null : kind,
      levels: [colourOf(textAt(entry, 'level'))],
      ...officeIn(textAt(entry, 'orgUnit') || textAt(entry, 'author')),
      areas: areasIn(body, kind),
      issuedAt: timeField(where, 'updateDate', textAt(entry, 'updateDate')),
    }),
  );
}

/** One warning per hazard that the bulletin gives levels for, or else names in its title. */
function takeProse(reading: Reading, text: string, now: number): boolean {
  const title = text.trim().split('\n')[0]!.trim();
  const levelled = Object.entries(HAZARDS).filter(([, name]) => statements(text, name).length > 0);
  const told = Object.entries(HAZARDS).filter(
    (each) => levelled.some(([hazard]) => hazard === each[0]) || title.includes(each[1]),
  );
  if (told.length === 0) return false;
  if (!/预警|警报/.test(title) && /消息/.test(title)) {
    // 消息 stands below blue: news, no warning.
    reading.issues.push(
      issue('/title', 'not-a-warning', 'the bulletin is below the scale of warnings', {}, 'info'),
    );
    return true;
  }
  const read = readHeadline(title);
  if (levelled.length === 0 && read.level === null && read.action !== 'cancel') {
    setAside(
      reading,
      issue('/title', 'level-unreadable', 'the bulletin names no level and ends nothing'),
      text,
    );
    return true;
  }
  for (const [hazard, name] of told) {
    const where = { path: `/${hazard}`, issues: [] as Issue[] };
    const areas = areasIn(text, name);
    const { day, issuedAt } = dateIn(title, text, now, where);
    reading.warnings.push(
      compose(
        draft({
          ...where,
          feed: 'nmefc-bulletin',
          // Bulletins have no identifier of their own: another text is another bulletin.
          id: `NMEFC-${day}-${hazard}-${fingerprint(text)}`,
          headline: title,
          text,
          event: name,
          levels: areas.length === 0 ? [] : [areas.map((area) => area.level!).reduce(higher)],
          ...officeIn(text),
          areas,
          issuedAt,
        }),
      ),
    );
  }
  return true;
}

/** Where the bulletin says "the warning level of these places is that colour". */
function statements(text: string, hazard: string): { places: string; level: Level }[] {
  const found: { places: string; level: Level }[] = [];
  for (const sentence of text.split(/[。；;\n]/)) {
    let from = 0;
    for (const match of sentence.matchAll(STATEMENT)) {
      const places = sentence.slice(from, match.index);
      from = match.index + match[0].length;
      if (match[1] === hazard) found.push({ places, level: colourOf(match[2]!) });
    }
  }
  return found;
}

function areasIn(text: string, hazard: string): Area[] {
  return statements(text, hazard).flatMap(({ places, level }) =>
    placesIn(places).map((area) => ({ ...area, level })),
  );
}

/** 浙江台州市，福建莆田市、泉州市和漳州市的: places, the province carried on where a name needs it. */
function placesIn(text: string): Area[] {
  let province = NATION;
  const areas: Area[] = [];
  for (const word of text.split(/[,，、]|和(?!平)|与|及/)) {
    const name = word
      .replace(/^.*预计/, '')
      .replace(/(?:将|可能)?出现.*$/, '')
      .replace(/的?(?:近岸|近海|沿岸|沿海)?(?:海域)?的?$/, '')
      .trim();
    if (name === '' || NO_PLACE.test(name)) continue;
    const adcode = divisionNamed(name) ?? divisionNamed(name, province);
    if (adcode !== null) province = `${adcode.slice(0, 2)}0000`;
    areas.push(
      adcode === null ? { name, adcode, level: null, polygons: [], circles: [] } : areaOf(adcode, name),
    );
  }
  return areas;
}

function officeIn(text: string): { issuer: string; issuerAdcode: string | null } {
  const issuer = OFFICE.exec(text)?.[0] ?? '';
  return { issuer, issuerAdcode: /^(?:国家|自然资源部)/.test(issuer) ? NATION : divisionNamed(issuer) };
}

/** Day (yyyyMMdd) and, where the hour stands too, time of issue. A day without its year is of the year of reading. */
function dateIn(
  title: string,
  text: string,
  now: number,
  where: { path: string; issues: Issue[] },
): { day: string; issuedAt: number | null } {
  const date = /(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日(\d{1,2}[时:](?:\d{1,2}分?)?)?/;
  const found = date.exec(title) ?? date.exec(text);
  const year = found?.[1] ?? String(civil(now).year);
  const day = found ? `${year}${pad(Number(found[2]))}${pad(Number(found[3]))}` : 'undated';
  const hour = date.exec(title)?.[4];
  if (found && hour) {
    return { day, issuedAt: timeField(where, 'date', `${year}年${found[2]}月${found[3]}日${hour}`) };
  }
  where.issues.push(
    issue(`${where.path}/date`, 'time-unreadable', 'the bulletin does not say its hour', {}, 'warning'),
  );
  return { day, issuedAt: null };
}

/** FNV-1a, 32 bits: tells two bulletins of one day apart. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
