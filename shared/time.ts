/**
 * Instants are milliseconds since the Unix epoch (`number`); they become text only at an edge.
 * Civil time is read through the exam's IANA zone, never through the machine's.
 */

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** China has kept one offset since 1991; feeds that print naked times mean this one. */
export const CHINA_OFFSET_MINUTES = 8 * 60;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Offset of `zone` from UTC at the instant `at`, in minutes east. */
export function offsetMinutes(at: number, zone: string): number {
  if (zone === 'Asia/Shanghai') return CHINA_OFFSET_MINUTES;
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    formats.set(zone, format);
  }
  const name = format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(name);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}

export interface CivilTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

/** Wall-clock fields of `at` in `zone`. */
export function civil(at: number, zone = 'Asia/Shanghai'): CivilTime {
  const shifted = new Date(at + offsetMinutes(at, zone) * MINUTE);
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
  };
}

/** Number of the local calendar day of `at`: the same for all instants of one day, one more for those of the next. */
export function dayNumber(at: number, zone: string): number {
  return Math.floor((at + offsetMinutes(at, zone) * MINUTE) / DAY);
}

/** Minutes since local midnight, the form in which quiet hours and summary times are compared. */
export function minuteOfDay(at: number, zone: string): number {
  return Math.floor((at - atMinute(at, 0, zone)) / MINUTE);
}

/** Local calendar day of `at`, as `yyyy-MM-dd`. */
export function localDay(at: number, zone = 'Asia/Shanghai'): string {
  const { year, month, day } = civil(at, zone);
  return `${year}-${pad(month)}-${pad(day)}`;
}

/** The instant at which local time on the day of `at`, `days` later, reads `minutes` since midnight. */
export function atMinute(at: number, minutes: number, zone: string, days = 0): number {
  return (dayNumber(at, zone) + days) * DAY + (minutes - offsetMinutes(at, zone)) * MINUTE;
}

/** `HH:mm` as minutes since midnight. */
export function clockMinutes(text: string): number {
  let minutes = clocks.get(text);
  if (minutes === undefined) {
    const match = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(text);
    if (!match) throw new RangeError(`not a time of day (HH:mm): ${text}`);
    minutes = Number(match[1]) * 60 + Number(match[2]);
    clocks.set(text, minutes);
  }
  return minutes;
}

/** Times of day that were read before, which are no more than a day has minutes: each decision asks for a plan's again. */
const clocks = new Map<string, number>();

/** ISO 8601 to the second with the zone's offset, as every output of the product prints an instant. */
export function iso(at: number, zone = 'Asia/Shanghai'): string {
  const offset = offsetMinutes(at, zone);
  const local = new Date(at + offset * MINUTE).toISOString().slice(0, 19);
  const size = Math.abs(offset);
  return `${local}${offset < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

/** The instant of an ISO 8601 text with offset or `Z`; anything else is refused, so no time is ever guessed. */
export function instant(text: string): number {
  const match =
    /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?(?:Z|([+-])(\d\d):(\d\d))$/.exec(text);
  if (!match) throw new RangeError(`not an ISO 8601 time with offset: ${text}`);
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHour, offsetMinute] = match;
  const utc = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second ?? 0),
    Number((fraction ?? '0').padEnd(3, '0')),
  );
  if (new Date(utc).getUTCDate() !== Number(day) || Number(hour) > 23 || Number(minute) > 59) {
    throw new RangeError(`no such time: ${text}`);
  }
  const offset = (Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0)) * MINUTE;
  return sign === '-' ? utc + offset : utc - offset;
}

/** `D日HH:mm`, the way observatories write the hour of a signal; the month is left out, an SMS lives for days. */
export function dayTime(at: number, zone: string): string {
  const { day, hour, minute } = civil(at, zone);
  return `${day}日${pad(hour)}:${pad(minute)}`;
}

export function pad(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}
