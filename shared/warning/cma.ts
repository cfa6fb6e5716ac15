/** weather.cma.cn: the map of what is in force in a province, and the warnings at one station. Naked Beijing times. */
import type { Issue } from '../outcome.ts';
import { compose, draft, timeField } from './compose.ts';
import { eventName } from './hazard.ts';
import { at, isObject, type Json, listAt, textAt } from './json.ts';
import { colourOf } from './level.ts';
import { pictured } from './picture.ts';
import { admitRows, inJson } from './reading.ts';
import { stampOf } from './record.ts';
import type { Warning } from './warning.ts';

export const readCmaMap = inJson((json, reading) => {
  const rows = listAt(json, 'data');
  if (textAt(json, 'code') !== '0' || rows === null) return 'not-the-format';
  admitRows(reading, '/data', rows, (row, path) => warningIn('cma-map', row, path));
  return null;
});

export const readCmaNow = inJson((json, reading) => {
  const alarm = at(json, 'data', 'alarm');
  // A single warning comes without its list.
  const rows = Array.isArray(alarm) ? alarm : isObject(alarm) ? [alarm] : null;
  if (textAt(json, 'code') !== '0' || rows === null) return 'not-the-format';
  admitRows(reading, '/data/alarm', rows, (row, path) => warningIn('cma-now', row, path));
  return null;
});

function warningIn(feed: 'cma-map' | 'cma-now', row: Json, path: string): Warning {
  const id = textAt(row, 'id');
  // The headline names the office; the title only the region, and sometimes nothing.
  const headline = textAt(row, 'headline') || textAt(row, 'title');
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
