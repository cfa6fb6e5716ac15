/** Hong Kong Observatory `warnsum`: one object, a field per warning in force; `{}` is calm. */
import type { Issue } from '../outcome.ts';
import { actionField, areaOf, compose, draft, timeField } from './compose.ts';
import { isObject, type Json, textAt } from './json.ts';
import { admit, inJson, type Refusal, refuse } from './reading.ts';
import { entryOf } from './spelling.ts';
import type { Warning } from './warning.ts';

const HONG_KONG = '810000';

/** The observatory's signals by their code; another scheme than the four colours, which it has no part in. */
const SIGNALS: Record<string, string> = {
  WTCSGNL: '热带气旋',
  WTCPRE8: '热带气旋',
  WRAIN: '暴雨',
  WTS: '雷暴',
  WL: '山泥倾泻',
  WFNTSA: '洪水',
  WMSGNL: '强烈季候风',
  WFIRE: '山火',
  WFROST: '霜冻',
  WHOT: '酷热',
  WCOLD: '寒冷',
  WTMW: '海啸',
};

export const readHko = inJson((json, reading) => {
  if (!isObject(json)) return 'not-the-format';
  const entries = Object.entries(json);
  // An error message is an object too: without a single warning in it, it is no summary.
  if (entries.length > 0 && !entries.some(([, entry]) => isObject(entry))) return 'not-the-format';
  for (const [name, entry] of entries) {
    const path = `/${name}`;
    admit(reading, () => JSON.stringify(entry), path, warningIn(entry, name, path));
  }
  return null;
});

function warningIn(entry: Json, name: string, path: string): Warning | Refusal {
  const issued = textAt(entry, 'issueTime');
  const where = { path, issues: [] as Issue[] };
  const code = textAt(entry, 'actionCode');
  const action = actionField(where, 'actionCode', code);
  if (issued === '') return refuse(path, 'identifier-missing', 'the warning has no time of issue');
  if (action === null) return refuse(path, 'action-unknown', 'the warning has no known action', { code });
  const issuedAt = timeField(where, 'issueTime', issued);
  const headline = textAt(entry, 'name');
  return compose(
    draft({
      ...where,
      feed: 'hko-warnsum',
      // Signals have no identifier; a signal stands from its issue until the next one or its end.
      id: `HKO-${name}-${issued}`,
      headline,
      lang: /\p{Script=Han}/u.test(headline) ? 'zh' : 'en',
      action,
      event: entryOf(SIGNALS, name) ?? null,
      eventText: textAt(entry, 'type') || headline,
      issuer: '香港天文台',
      issuerAdcode: HONG_KONG,
      areas: [areaOf(HONG_KONG)],
      issuedAt,
      effectiveAt: timeField(where, 'updateTime', textAt(entry, 'updateTime')),
      expiresAt: timeField(where, 'expireTime', textAt(entry, 'expireTime')),
    }),
  );
}
