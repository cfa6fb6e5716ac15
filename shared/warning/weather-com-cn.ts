/** weather.com.cn: the list of rows and the detail of one warning, as JSON or in `var alarminfo=…`. Naked Beijing times. */
import type { Issue } from '../outcome.ts';
import { actionField, compose, draft, referencesIn, timeField } from './compose.ts';
import { weatherComCnEvent } from './hazard.ts';
import { at, isObject, type Json, listAt, numberAt, readJson, textAt } from './json.ts';
import { colourOf, serialLevel } from './level.ts';
import { admit, admitRows, checkCount, type Format, type Refusal, refuse } from './reading.ts';
import { stampOf } from './record.ts';
import type { Warning } from './warning.ts';

export const readWeatherComCn: Format = (text, reading) => {
  const json = readJson(text);
  if (!json.ok) return json.reason;
  if (textAt(json.value, 'head') !== '') {
    admit(reading, () => text, '', fromDetail(json.value, ''));
    return null;
  }
  const list = isObject(at(json.value, 'result')) ? at(json.value, 'result') : json.value;
  const rows = listAt(list, 'data');
  const count = numberAt(list, 'count');
  if (rows === null) return 'not-the-format';
  admitRows(reading, '/data', rows, fromRow);
  if (count !== null) checkCount(reading, '/count', count, rows.length);
  return null;
};

/** A row: region, file, lon, lat, identifier, identifier, title, shape of the region. */
function fromRow(row: Json, path: string): Warning | Refusal {
  const id = textAt(row, 4) || textAt(row, 5);
  if (id === '') return refuse(path, 'identifier-missing', 'the row has no identifier');
  // `101131007-20261006212927-0902.html`: the last four digits are type and level.
  const file = /-(\d\d)(\d\d)\.html$/.exec(textAt(row, 1));
  const headline = textAt(row, 6) || textAt(row, 0);
  if (headline === '') return refuse(path, 'headline-missing', 'the row has no title');
  return compose(
    draft({
      path,
      issues: [],
      feed: 'weather-com-cn',
      id,
      headline,
      event: file ? weatherComCnEvent(file[1]!) : null,
      levels: file ? [serialLevel(file[2]!)] : [],
      issuedAt: stampOf(id),
    }),
  );
}

function fromDetail(detail: Json, path: string): Warning | Refusal {
  const id = textAt(detail, 'identifier') || textAt(detail, 'ALERTID');
  if (id === '') return refuse(path, 'identifier-missing', 'the detail has no identifier');
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
