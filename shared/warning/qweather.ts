/** QWeather (commercial): warnings at a point, the answer of `/v7/warning/now` and that of `/weatheralert/v1/current`. */
import type { Issue } from '../outcome.ts';
import { actionField, areaOf, compose, type Draft, draft, timeField } from './compose.ts';
import { divisionNamed } from './divisions.ts';
import { eventName } from './hazard.ts';
import { at, type Json, listAt, textAt } from './json.ts';
import { colourOf, severityLevel } from './level.ts';
import { admitRows, inJson } from './reading.ts';
import type { Warning } from './warning.ts';

/** The one province whose counties we know by name, and that the product watches. */
const HOME = '350000';

export const readQweather = inJson((json, reading) => {
  const old = textAt(json, 'code') === '200' ? listAt(json, 'warning') : null;
  const rows = old ?? (at(json, 'metadata') === undefined ? null : listAt(json, 'alerts'));
  if (rows === null) return 'not-the-format';
  if (old) admitRows(reading, '/warning', rows, fromNow);
  else admitRows(reading, '/alerts', rows, fromCurrent);
  return null;
});

function fromNow(row: Json, path: string): Warning {
  const where = { path, issues: [] as Issue[] };
  return compose(
    draft({
      ...where,
      ...senderIn(textAt(row, 'sender')),
      feed: 'qweather',
      id: textAt(row, 'id'),
      action: actionField(where, 'status', textAt(row, 'status')),
      headline: textAt(row, 'title'),
      text: textAt(row, 'text'),
      event: eventName(textAt(row, 'type')),
      // Years ago `type` held the name itself.
      eventText: textAt(row, 'typeName') || textAt(row, 'type'),
      levels: levels(textAt(row, 'severityColor'), textAt(row, 'severity')),
      issuedAt: timeField(where, 'pubTime', textAt(row, 'pubTime')),
      effectiveAt: timeField(where, 'startTime', textAt(row, 'startTime')),
      expiresAt: timeField(where, 'endTime', textAt(row, 'endTime')),
      references: textAt(row, 'related')
        .split(/[\s,]+/)
        .filter((id) => id !== ''),
    }),
  );
}

function fromCurrent(row: Json, path: string): Warning {
  const where = { path, issues: [] as Issue[] };
  const supersedes = listAt(row, 'messageType', 'supersedes') ?? [];
  return compose(
    draft({
      ...where,
      ...senderIn(textAt(row, 'senderName')),
      feed: 'qweather',
      id: textAt(row, 'id'),
      action: actionField(where, 'messageType', textAt(row, 'messageType', 'code')),
      headline: textAt(row, 'headline'),
      text: textAt(row, 'description'),
      event: eventName(textAt(row, 'eventType', 'code')),
      eventText: textAt(row, 'eventType', 'name'),
      levels: levels(textAt(row, 'color', 'code'), textAt(row, 'severity')),
      issuedAt: timeField(where, 'issuedTime', textAt(row, 'issuedTime')),
      effectiveAt: timeField(where, 'effectiveTime', textAt(row, 'effectiveTime')),
      onsetAt: timeField(where, 'onsetTime', textAt(row, 'onsetTime')),
      expiresAt: timeField(where, 'expireTime', textAt(row, 'expireTime')),
      references: supersedes.map((id) => textAt([id], 0)).filter((id) => id !== ''),
    }),
  );
}

/** The colour is the office's; severity only stands in where there is none. */
function levels(colour: string, severity: string): Draft['levels'] {
  return [colour === '' ? severityLevel(severity) : colourOf(colour)];
}

/** Identifiers here are QWeather's own, so that the office and its division are known by name only. */
function senderIn(issuer: string): Pick<Draft, 'issuer' | 'areas'> & { issuerAdcode: string | null } {
  const issuerAdcode = divisionNamed(issuer) ?? divisionNamed(issuer, HOME);
  return { issuer, issuerAdcode, areas: issuerAdcode === null ? [] : [areaOf(issuerAdcode)] };
}
