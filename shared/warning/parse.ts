/** The one door: the bytes of one answer of one feed become what it says, or the reason why nothing of it is used. */
import { issue } from '../outcome.ts';
import { iso } from '../time.ts';
import { type Broken, decode } from './bytes.ts';
import { readCapFeed } from './cap-index.ts';
import { readCmaMap, readCmaNow } from './cma.ts';
import { readCnNational } from './cn-national.ts';
import { readGjzwfw } from './gjzwfw.ts';
import { readHko } from './hko.ts';
import { readNmcAlarm } from './nmc-alarm.ts';
import { readNmefc } from './nmefc.ts';
import { readQweather } from './qweather.ts';
import { type Context, emptyReading, type Format, type Reading } from './reading.ts';
import { readNmcTyphoon, readZjTyphoon } from './typhoon.ts';
import type { FeedId, Parsed, Warning } from './warning.ts';
import { readWeatherComCn } from './weather-com-cn.ts';

const FORMATS: Record<FeedId, Format> = {
  cap: readCapFeed,
  'cn-national': readCnNational,
  gjzwfw: readGjzwfw,
  'cma-map': readCmaMap,
  'cma-now': readCmaNow,
  'nmc-alarm': readNmcAlarm,
  'weather-com-cn': readWeatherComCn,
  qweather: readQweather,
  'hko-warnsum': readHko,
  'nmefc-bulletin': readNmefc,
  'nmc-typhoon': readNmcTyphoon,
  'zj-typhoon': readZjTyphoon,
};

/** Entries of one answer: the longest real one, of all countries, has 2,100. */
export const ENTRIES_MAX = 5_000;

const WHY: Record<Broken, string> = {
  empty: 'the body is empty',
  'too-large': 'the answer is larger than any real one',
  undecodable: 'the bytes are no text of the charset they name',
  html: 'a page stands in place of the data',
  doctype: 'the document brings a DOCTYPE of its own',
  truncated: 'the answer breaks off',
  malformed: 'the answer is not well-formed',
  'not-the-format': 'the answer is not in the format of this feed',
};

/**
 * Total: any bytes give a result. `broken` when the answer as a whole cannot be trusted; then nothing in it is
 * used. One bad entry is an issue with its raw text, and the good ones count.
 */
export function parseReading(feed: FeedId, bytes: Uint8Array, context: Context): Parsed {
  const text = decode(bytes, context.contentType);
  if (!text.ok) return broken(text.reason);
  const reading = emptyReading();
  const reason = FORMATS[feed](text.value, reading, context) ?? (isTooLong(reading) ? 'too-large' : null);
  return reason === null ? { state: 'ok', reason: null, ...reading } : broken(reason);
}

function isTooLong({ warnings, entries, quarantined }: Reading): boolean {
  return warnings.length + entries.length + quarantined.length > ENTRIES_MAX;
}

function broken(reason: Broken): Parsed {
  return { state: 'broken', reason, ...emptyReading(), issues: [issue('', reason, WHY[reason])] };
}

/** The warning as the command line prints it: times in ISO 8601 at Beijing's offset. */
export function warningJson(warning: Warning): Record<string, unknown> {
  const time = (at: number | null) => (at === null ? null : iso(at));
  return {
    ...warning,
    issuedAt: time(warning.issuedAt),
    effectiveAt: time(warning.effectiveAt),
    onsetAt: time(warning.onsetAt),
    expiresAt: time(warning.expiresAt),
  };
}
