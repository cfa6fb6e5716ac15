/**
 * The national system's own messages: XML that resembles CAP (other names, plain comma lists, blanks in times;
 * GB/T 34283, GB/T 35965.1), and the list of 12379.cn. Naked times are Beijing's.
 */
import type { Issue } from '../outcome.ts';
import { takeRoot } from './cap-index.ts';
import { compose, draft, timeField } from './compose.ts';
import { type Json, listAt, readJson, textAt } from './json.ts';
import { admitRows, type Format, type Refusal, refuse } from './reading.ts';
import type { Warning } from './warning.ts';
import { readXml } from './xml.ts';

export const readCnNational: Format = (text, reading) => {
  if (!/^\s*</.test(text)) {
    const json = readJson(text);
    if (!json.ok) return json.reason;
    const rows = Array.isArray(json.value) ? json.value : listAt(json.value, 'alertData');
    if (rows === null) return 'not-the-format';
    admitRows(reading, '/alertData', rows, fromList);
    return null;
  }
  const xml = readXml(text);
  if (!xml.ok) return xml.reason;
  return takeRoot(reading, xml.value, 'cn-national') ? null : 'not-the-format';
};

function fromList(row: Json, path: string): Warning | Refusal {
  const id = textAt(row, 'identifier');
  const headline = textAt(row, 'headline');
  if (id === '') return refuse(path, 'identifier-missing', 'the row has no identifier');
  if (headline === '') return refuse(path, 'headline-missing', 'the row has no headline');
  const where = { path, issues: [] as Issue[] };
  return compose(
    draft({
      ...where,
      feed: 'cn-national',
      id,
      headline,
      text: textAt(row, 'description'),
      issuedAt: timeField(where, 'sendTime', textAt(row, 'sendTime')),
    }),
  );
}
