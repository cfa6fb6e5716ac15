/** NMC `findAlarm`: the set in force, in pages; titles without bodies, which stand on pages of their own; a picture for hazard and level. */
import type { Issue } from '../outcome.ts';
import { textIn } from './bytes.ts';
import { compose, draft, plainText, TEXT_CHARS_MAX, timeField } from './compose.ts';
import { at, type Json, listAt, numberAt, textAt } from './json.ts';
import { pictured } from './picture.ts';
import { admitRows, checkCount, inJson } from './reading.ts';
import type { Warning } from './warning.ts';

export const readNmcAlarm = inJson((json, reading) => {
  const page = at(json, 'data', 'page');
  const rows = listAt(page, 'list');
  if (textAt(json, 'code') !== '0' || rows === null) return 'not-the-format';
  admitRows(reading, '/data/page/list', rows, warningIn);
  const [no, of, count] = [numberAt(page, 'pageNo'), numberAt(page, 'totalPage'), numberAt(page, 'count')];
  if (no === null || of === null || count === null) return null;
  reading.page = { no, of, count };
  if (of <= 1) checkCount(reading, '/data/page/count', count, rows.length);
  return null;
});

function warningIn(row: Json, path: string): Warning {
  const id = textAt(row, 'alertid');
  const headline = textAt(row, 'title');
  const where = { path, issues: [] as Issue[] };
  return compose(
    draft({
      ...where,
      ...pictured(where, textAt(row, 'pic'), headline),
      feed: 'nmc-alarm',
      id,
      headline,
      issuedAt: timeField(where, 'issuetime', textAt(row, 'issuetime')),
    }),
  );
}

/** The words of a warning on its page (`/publish/alarm/<alertid>.html`); empty where the page holds none. */
export function wordsOnPage(page: Uint8Array): string {
  const text = textIn(page);
  const words = text.ok
    ? /\bid=["']?alarmtext\b[^>]*>([\s\S]*?)<\/(?:div|section|td)>/i.exec(text.value)
    : null;
  return plainText(words?.[1] ?? '', TEXT_CHARS_MAX);
}
