/** weather.com.cn: the list of rows and the detail of one warning, as JSON or in `var alarminfo=…`. Naked Beijing times. */
import type { Issue } from '../outcome.ts';
import { actionField, compose, draft, referencesIn, timeField } from './compose.ts';
import { weatherComCnEvent } from './hazard.ts';
import { at, isObject, type Json, listAt, numberAt, textAt } from './json.ts';
import { colourOf, serialLevel } from './level.ts';
import { admit, admitRows, checkCount, inJson } from './reading.ts';
import type { Warning } from './warning.ts';

export const readWeatherComCn = inJson((json, reading) => {
  if (textAt(json, 'head') !== '') {
    admit(reading, () => JSON.stringify(json), '', fromDetail(json, ''));
    return null;
  }
  const list = isObject(at(json, 'result')) ? at(json, 'result') : json;
  const rows = listAt(list, 'data');
  const count = numberAt(list, 'count');
  if (rows === null) return 'not-the-format';
  admitRows(reading, '/data', rows, fromRow);
  if (count !== null) checkCount(reading, '/count', count, rows.length);
  return null;
});

/** A row: region, file, lon, lat, identifier, identifier, title, shape of the region. */
function fromRow(row: Json, path: string): Warning {
  const id = textAt(row, 4) || textAt(row, 5);
  // `101131007-20261006212927-0902.html`: the last four digits are type and level.
  const file = /-(\d\d)(\d\d)\.html$/.exec(textAt(row, 1));
  const headline = textAt(row, 6) || textAt(row, 0);
  return compose(
    draft({
      path,
      issues: [],
      feed: 'weather-com-cn',
      id,
      headline,
      event: file ? weatherComCnEvent(file[1]!) : null,
      levels: file ? [serialLevel(file[2]!)] : [],
    }),
  );
}

function fromDetail(detail: Json, path: string): Warning {
  const id = textAt(detail, 'identifier') || textAt(detail, 'ALERTID');
  const where = { path, issues: [] as Issue[] };
  const msgType = textAt(detail, 'msgType');
  return compose(
    draft({
      ...where,
      feed: 'weather-com-cn',
      id,
      headline: textAt(detail, 'head'),
      text: textAt(detail, 'ISSUECONTENT'),
      action: msgType === '' ? null : actionField(where, 'msgType', msgType),
      event: weatherComCnEvent(textAt(detail, 'TYPECODE')),
      eventText: textAt(detail, 'SIGNALTYPE'),
      levels: [serialLevel(textAt(detail, 'LEVELCODE')), colourOf(textAt(detail, 'SIGNALLEVEL'))],
      issuedAt: timeField(where, 'ISSUETIME', textAt(detail, 'ISSUETIME')),
      expiresAt: timeField(where, 'RELIEVETIME', textAt(detail, 'RELIEVETIME')),
      references: referencesIn(textAt(detail, 'references')),
    }),
  );
}
