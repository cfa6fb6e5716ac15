/** Administrative divisions (GB/T 2260): containment by code, names by code, codes by name. */
import divisions from './data/divisions.json' with { type: 'json' };

/** The whole country, in the form national identifiers use. */
export const NATION = '000000';

const NAMES = new Map(Object.entries(divisions));

/** Provinces whose counties we know in full: a county code of theirs that we do not know is nobody's. */
const KNOWN_TO_THE_COUNTY = new Set(
  [...NAMES.keys()].filter((code) => !code.endsWith('00')).map((code) => code.slice(0, 2)),
);

/** Municipalities under the state: their districts stand right below them, and xx01 there is a real district. */
const MUNICIPALITIES = ['11', '12', '31', '50'];

const SUFFIX = /(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|自治州|自治县|地区|省|市|县|区|盟)$/;

/** What still stands after a known name and is itself a place: the text means something smaller that we do not know. */
const SMALLER_PLACE = /^[^省市县区旗]{1,8}[市县区旗镇乡]/;

/** Part of a division or a sea: no division, whatever name it begins with. */
const PART = /[东南西北中]{1,2}部|以[东南西北]|附近|海峡/;

/**
 * A code reduced to the division it means: 35, 350000 and 350000000000 are `35`, 350500 is `3505`, 350581 and
 * 350581000000 are `350581`, the nation (000000, 100000) is empty. Null for what is no division code.
 */
export function stem(code: string): string | null {
  const known = STEMS.get(code);
  return known === undefined ? stemOf(code) : known;
}

/** Digits of a code: provinces, cities, counties, then towns and villages with three more each. */
const CODE_LENGTHS = [2, 4, 6, 9, 12];

function stemOf(code: string): string | null {
  if (!CODE_LENGTHS.includes(code.length) || !/^\d+$/.test(code)) return null;
  const county = code.slice(0, 6).padEnd(6, '0');
  const below = code.slice(6).replace(/(?:000)+$/, '');
  if (below !== '') return county + below;
  if (county === NATION || county === '100000') return '';
  if (county.endsWith('0000')) return county.slice(0, 2);
  if (county.endsWith('00')) return county.slice(0, 4);
  return isUrbanPseudoCode(county) ? county.slice(0, 4) : county;
}

/** Of the codes we know, worked out once, also with twelve digits: one decision asks for thousands. */
const STEMS = new Map(
  [...NAMES.keys()].flatMap((code) => [code, `${code}000000`]).map((code) => [code, stemOf(code)]),
);

/** xx01 of an ordinary prefecture (350501 市辖区) means its urban districts together: read as the whole prefecture. */
function isUrbanPseudoCode(county: string): boolean {
  if (!county.endsWith('01') || MUNICIPALITIES.includes(county.slice(0, 2))) return false;
  return county.slice(2, 4) !== '90' && !NAMES.has(county);
}

/** Whether the division `inner` lies in `outer` or is it; false where either is no code. */
export function contains(outer: string, inner: string): boolean {
  const [around, within] = [stem(outer), stem(inner)];
  if (around === null || within === null) return false;
  return within.startsWith(around);
}

/** How deep a code reaches; `unknown` for what is no code. */
export function tierOf(code: string): 'national' | 'province' | 'city' | 'county' | 'unknown' {
  const division = stem(code);
  if (division === null) return 'unknown';
  if (division === '') return 'national';
  if (division.length === 2) return 'province';
  return division.length === 4 ? 'city' : 'county';
}

/** The division's name (泉州市), or null where we do not know it. Townships have their county's name. */
export function divisionName(code: string): string | null {
  const division = stem(code);
  if (division === null) return null;
  return division === '' ? '全国' : (NAMES.get(division.slice(0, 6).padEnd(6, '0')) ?? null);
}

/** Whether a code can be placed: all digits are a division's, and in a province known to the county it exists. */
export function isPlace(code: string): boolean {
  const division = stem(code);
  if (division === null) return false;
  if (division === '') return true;
  if (!NAMES.has(`${division.slice(0, 2)}0000`)) return false;
  if (division.length < 6 || !KNOWN_TO_THE_COUNTY.has(division.slice(0, 2))) return true;
  return NAMES.has(division.slice(0, 6));
}

/** 泉州市 → 泉州. Names of two characters lose nothing: 沙县 would be nobody. */
export function shortName(name: string): string {
  const short = name.replace(SUFFIX, '');
  return short.length < 2 ? name : short;
}

/**
 * The code of a division by its name, long or short, with or without what is above it (福建省泉州市石狮市, 泉州); what
 * follows the name (气象台) is ignored. Null if `region` has none or more than one, or if the text names a smaller
 * place than we know, or only a part. A bare county name (鼓楼区 stands in four provinces) needs a region.
 */
export function divisionNamed(text: string, region: string = NATION): string | null {
  if (PART.test(text)) return null;
  let [rest, found] = [text, null as string | null];
  for (const width of [2, 4, 6]) {
    const inside = found ?? region;
    if (width === 6 && stem(inside) === '') break;
    const matches = [...NAMES].filter(
      ([code]) => stem(code)?.length === width && contains(inside, code) && spelled(rest, code) > 0,
    );
    const longest = Math.max(...matches.map(([code]) => spelled(rest, code)));
    const best = matches.filter(([code]) => spelled(rest, code) === longest);
    if (best.length > 1) return null;
    if (best.length === 1) {
      found = best[0]![0];
      rest = rest.slice(longest);
    }
  }
  return SMALLER_PLACE.test(rest) ? null : found;
}

/** How many characters of the beginning of `text` spell the division's name: 0 if they do not. */
function spelled(text: string, code: string): number {
  const name = NAMES.get(code)!;
  if (text.startsWith(name)) return name.length;
  const short = shortName(name);
  return text.startsWith(short) ? short.length : 0;
}

/** Codes and names of the divisions directly or indirectly inside `outer`, itself left out. */
export function divisionsWithin(outer: string): { adcode: string; name: string }[] {
  const around = stem(outer);
  return [...NAMES]
    .filter(([code]) => contains(outer, code) && stem(code) !== around)
    .map(([adcode, name]) => ({ adcode, name }));
}
