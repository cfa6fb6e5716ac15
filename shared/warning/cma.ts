/** weather.cma.cn: the map of what is in force in a province, and the warnings at one station. Naked Beijing times. */
import type { Issue } from '../outcome.ts';
import { compose, draft, timeField } from './compose.ts';
import { eventName } from './hazard.ts';
import { at, isObject, type Json, listAt, readJson, textAt } from './json.ts';
import { colourOf } from './level.ts';
import { pictured } from './picture.ts';
import { admitRows, type Format, type Refusal, refuse } from './reading.ts';
import { stampOf } from './record.ts';
import type { Warning } from './warning.ts';

export const readCmaMap: Format = (text, reading) => {
  const json = readJson(text);
  if (!json.ok) return json.reason;
  const rows = listAt(json.value, 'data');
  if (textAt(json.value, 'code') !== '0' || rows === null) return 'not-the-format';
  admitRows(reading, '/data', rows, (row, path) => warningIn('cma-map', row, path));
  return null;
};

export const readCmaNow: Format = (text, reading) => {
  const json = readJson(text);
  if (!json.ok) return json.reason;
  const alarm = at(json.value, 'data', 'alarm');
  // A single warning comes without its list.
  const rows = Array.isArray(alarm) ? alarm : isObject(alarm) ? [alarm] : null;
  if (textAt(json.value, 'code') !== '0' || rows === null) return 'not-the-format';
  admitRows(reading, '/data/alarm', rows, (row, path) => warningIn('cma-now', row, path));
  return null;
};

function warningIn(feed: 'cma-map' | 'cma-now', row: Json, path: string): Warning | Refusal {
  const id = textAt(row, 'id');
  // The headline names the office; the title only the region, and sometimes nothing.
  const headline = textAt(row, 'headline') || textAt(row, 'title');
  if (id === '') return refuse(path, 'identifier-missing', 'the row has no id');
  if (headline === '') return refuse(path, 'headline-missing', 'the row has neither headline nor title');
  const where = { path, issues: [] as Issue[] };
  const shown = pictured(where, textAt(row, 'type'), headline);
  const effectiveAt = timeField(where, 'effective', textAt(row, 'effective'));
  return compose(
    draft({
      ...where,
      feed,
      id,
      headline,
      text: textAt(row, 'description'),
      event: eventName(textAt(row, 'eventType')) ?? shown.event,
      eventText: textAt(row, 'signaltype'),
      levels: [...shown.levels, colourOf(textAt(row, 'severity')), colourOf(textAt(row, 'signallevel'))],
      issuedAt: stampOf(id) ?? effectiveAt,
      effectiveAt,
    }),
  );
}
