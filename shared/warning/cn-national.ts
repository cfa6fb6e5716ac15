/**
 * The national system's own messages: XML that resembles CAP (other names, plain comma lists, blanks in times;
 * GB/T 34283, GB/T 35965.1), and the list of 12379.cn. Naked times are Beijing's.
 */
import type { Issue } from '../outcome.ts';
import { actionField, areaOf, compose, draft, referencesIn, timeField } from './compose.ts';
import { stem } from './divisions.ts';
import { eventName } from './hazard.ts';
import { type Json, listAt, readJson, textAt } from './json.ts';
import { colourOf } from './level.ts';
import { admit, admitRows, type Format, type Refusal, refuse } from './reading.ts';
import { statusOf } from './spelling.ts';
import type { Area, Warning } from './warning.ts';
import { child, childText, descendants, type Element, markup, readXml } from './xml.ts';

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
  if (xml.value.name !== 'alert' && xml.value.name !== 'alerts') return 'not-the-format';
  const messages = xml.value.name === 'alert' ? [xml.value] : descendants(xml.value, 'alert');
  for (const [index, message] of messages.entries()) {
    const path = xml.value.name === 'alert' ? '/alert' : `/alerts/alert[${index + 1}]`;
    admit(reading, () => markup(message), path, fromXml(message, path));
  }
  return null;
};

function fromXml(message: Element, path: string): Warning | Refusal {
  const id = childText(message, 'identifier');
  const status = statusOf(childText(message, 'status'));
  const info = child(message, 'info');
  const headline = childText(info, 'headline');
  if (id === '') return refuse(path, 'identifier-missing', 'the message has no identifier');
  if (!status) return refuse(`${path}/status`, 'status-unknown', 'the message has no known status');
  const where = { path, issues: [] as Issue[] };
  return compose(
    draft({
      ...where,
      feed: 'cn-national',
      id,
      status,
      headline,
      text: childText(info, 'description') || childText(message, 'note'),
      lang: childText(info, 'language') || 'zh-CN',
      action: actionField(where, 'msgType', childText(message, 'msgType')),
      event: eventName(childText(info, 'eventType')),
      levels: [colourOf(childText(info, 'severity'))],
      issuer: childText(message, 'sender'),
      areas: areasIn(child(info, 'area')),
      issuedAt: timeField(where, 'sendTime', childText(message, 'sendTime')),
      effectiveAt: timeField(where, 'effective', childText(info, 'effective')),
      onsetAt: timeField(where, 'onset', childText(info, 'onset')),
      expiresAt: timeField(where, 'expires', childText(info, 'expires')),
      references: referencesIn(childText(message, 'references')),
    }),
  );
}

/** Two comma lists side by side, in which entries repeat. */
function areasIn(area: Element | undefined): Area[] {
  const names = childText(area, 'areaDesc').split(/[,，]/);
  const codes = childText(area, 'geocode')
    .split(/[,，]/)
    .map((code) => code.trim());
  const areas = new Map<string, Area>();
  for (const [index, code] of codes.entries()) {
    if (stem(code) !== null && !areas.has(code))
      areas.set(code, areaOf(code, names[index]?.trim() || undefined));
  }
  return [...areas.values()];
}

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
