/**
 * How feeds spell things. Every spelling of a time, as an instant: `new Date(text)` guesses the machine's zone, nothing
 * here does; and words that stand in a table.
 */
import { CHINA_OFFSET_MINUTES, HOUR, MINUTE } from '../time.ts';
import { type Message, STATUSES } from './warning.ts';

/** What a time without an offset means in a feed: Beijing time, except in NMC's typhoon columns. */
export type Naked = 'china' | 'utc';

/** Thai feeds count Buddhist years, 543 ahead. No weather message of ours is that far in the future. */
const BUDDHIST_YEAR_MIN = 2500;
const BUDDHIST_YEARS = 543;

/** Outside these years a number is a typing error rather than a time, or from a clock that was reset (1970). */
export const YEAR_MIN = 1980;
const YEAR_MAX = 2299;

/** The widest offset in use is +14:00 (Kiribati). */
const OFFSET_MINUTES_MAX = 14 * 60;

/** Characters of the longest spelling, with room for blanks. */
const TIME_CHARS_MAX = 64;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const CLOCK = String.raw`(?<half>上午|下午)? ?(?<hour>\d{1,2}):(?<minute>\d{1,2})(?::(?<second>\d{1,2})(?:\.\d+)?)?`;
const OFFSET = String.raw`(?: ?(?<utc>Z|UTC|GMT|UT)| ?(?<sign>[+-])(?<offsetHour>\d\d):?(?<offsetMinute>\d\d))?`;

const PATTERNS = [
  // 2026-08-01T13:31:00+08:00, 2026/10/06 20:28, 2016/7/3 8:00:00, 2026-08-23 17:08:00.0, 2026/10/6 下午 8:28
  new RegExp(
    String.raw`^(?<year>\d{4})(?<dash>[-/.])(?<month>\d{1,2})\k<dash>(?<day>\d{1,2})(?:T| ?)${CLOCK}${OFFSET}$`,
    'i',
  ),
  // 202610070600, 20261007060000
  /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)?$/,
  // 2026年10月7日14时, 2026年10月07日14时05分, 2026年10月7日14:05
  /^(?<year>\d{4})年(?<month>\d{1,2})月(?<day>\d{1,2})日 ?(?<half>上午|下午)? ?(?<hour>\d{1,2})(?:[时点時](?:(?<minute>\d{1,2})分(?:(?<second>\d{1,2})秒)?)?|:(?<minuteToo>\d{1,2}))$/,
  // Thu, 01 Jan 2026 16:00:00 +0000 (RFC 822); zone names other than UTC's are ambiguous and refused
  new RegExp(
    String.raw`^(?:[a-z]{3}, )?(?<day>\d{1,2}) (?<name>[a-z]{3}) (?<year>\d{4}) ${CLOCK}${OFFSET}$`,
    'i',
  ),
];

/** The status that a message names, in whatever case. */
export function statusOf(written: string): Message['status'] | undefined {
  return STATUSES.find((each) => each === written.toLowerCase());
}

/** The instant that `text` spells, or null if it spells none; a time without an offset is read as `naked` says. */
export function timeOf(text: string, naked: Naked = 'china'): number | null {
  if (text.length > TIME_CHARS_MAX) return null;
  const plain = text.normalize('NFKC').replace(/\s+/g, ' ').trim();
  for (const pattern of PATTERNS) {
    const parts = pattern.exec(plain)?.groups;
    if (parts) return assemble(parts, naked);
  }
  return null;
}

function assemble(parts: Record<string, string | undefined>, naked: Naked): number | null {
  const written = Number(parts.year);
  const year = written >= BUDDHIST_YEAR_MIN ? written - BUDDHIST_YEARS : written;
  const month = parts.name ? MONTHS.indexOf(parts.name.toLowerCase()) + 1 : Number(parts.month);
  const day = Number(parts.day);
  const minute = Number(parts.minute ?? parts.minuteToo ?? 0);
  const second = Number(parts.second ?? 0);
  let hour = Number(parts.hour);
  if (parts.half && hour > 12) return null;
  if (parts.half === '下午' && hour < 12) hour += 12;
  if (parts.half === '上午' && hour === 12) hour = 0;
  if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12) return null;
  // 24:00 is how offices write the end of a day.
  if (hour > 24 || (hour === 24 && (minute > 0 || second > 0)) || minute > 59 || second > 59) return null;
  const midnight = Date.UTC(year, month - 1, day);
  if (new Date(midnight).getUTCDate() !== day) return null;
  const offset = offsetOf(parts, naked);
  if (offset === null) return null;
  return midnight + hour * HOUR + (minute - offset) * MINUTE + second * 1000;
}

/** Minutes east of UTC. */
function offsetOf(parts: Record<string, string | undefined>, naked: Naked): number | null {
  if (parts.utc) return 0;
  if (!parts.sign) return naked === 'utc' ? 0 : CHINA_OFFSET_MINUTES;
  const minutes = Number(parts.offsetHour) * 60 + Number(parts.offsetMinute);
  if (minutes > OFFSET_MINUTES_MAX || Number(parts.offsetMinute) > 59) return null;
  return parts.sign === '-' ? -minutes : minutes;
}

/** The entry of a table under a word as it was written: `constructor` and `__proto__` are words like others. */
export function entryOf<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
