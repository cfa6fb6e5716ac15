/** QWeather (commercial): warnings at a point, the answer of `/v7/warning/now` and that of `/weatheralert/v1/current`. */
import { type Issue, issue } from '../outcome.ts';
import { areaOf, compose, type Draft, draft, timeField } from './compose.ts';
import { divisionNamed } from './divisions.ts';
import { eventName } from './hazard.ts';
import { at, type Json, listAt, readJson, textAt } from './json.ts';
import { colourOf, severityLevel } from './level.ts';
import { admitRows, type Format, type Refusal, refuse } from './reading.ts';
import { entryOf } from './spelling.ts';
import type { Warning } from './warning.ts';

/** The one province whose counties we know by name, and that the product watches. */
const HOME = '350000';

const ACTIONS: Record<string, Warning['action']> = {
  active: 'issue',
  alert: 'issue',
  update: 'update',
  cancel: 'cancel',
};

export const readQweather: Format = (text, reading) => {
  const json = readJson(text);
  if (!json.ok) return json.reason;
  const old = textAt(json.value, 'code') === '200' ? listAt(json.value, 'warning') : null;
  const rows = old ?? (at(json.value, 'metadata') === undefined ? null : listAt(json.value, 'alerts'));
  if (rows === null) return 'not-the-format';
  if (old) admitRows(reading, '/warning', rows, fromNow);
  else admitRows(reading, '/alerts', rows, fromCurrent);
  return null;
};

function fromNow(row: Json, path: string): Warning | Refusal {
  const where = { path, issues: [] as Issue[] };
  return finished(where, textAt(row, 'id'), textAt(row, 'sender'), textAt(row, 'status'), () => ({
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
  }));
}

function fromCurrent(row: Json, path: string): Warning | Refusal {
  const where = { path, issues: [] as Issue[] };
  const supersedes = listAt(row, 'messageType', 'supersedes') ?? [];
  return finished(
    where,
    textAt(row, 'id'),
    textAt(row, 'senderName'),
    textAt(row, 'messageType', 'code'),
    () => ({
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
function finished(
  where: { path: string; issues: Issue[] },
  id: string,
  sender: string,
  type: string,
  said: () => Partial<Draft> & Pick<Draft, 'headline'>,
): Warning | Refusal {
  if (id === '') return refuse(where.path, 'identifier-missing', 'the entry has no id');
  const action = entryOf(ACTIONS, type.toLowerCase()) ?? null;
  if (action === null) {
    where.issues.push(
      issue(where.path, 'action-unknown', 'not a message type', { text: type.slice(0, 40) }, 'warning'),
    );
  }
  const adcode = divisionNamed(sender) ?? divisionNamed(sender, HOME);
  const areas = adcode === null ? [] : [areaOf(adcode)];
  return compose(
    draft({ ...said(), ...where, feed: 'qweather', id, action, issuer: sender, issuerAdcode: adcode, areas }),
  );
}
