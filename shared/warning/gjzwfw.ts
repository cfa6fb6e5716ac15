/** The national service portal's CAP in JSON: one array with codes, ends and references; naked Beijing times. */
import type { Issue } from '../outcome.ts';
import { actionField, compose, draft, referencesIn, timeField } from './compose.ts';
import { eventName } from './hazard.ts';
import { type Json, textAt } from './json.ts';
import { colourOf } from './level.ts';
import { admitRows, inJson } from './reading.ts';
import { stampOf } from './record.ts';
import type { Warning } from './warning.ts';

export const readGjzwfw = inJson((json, reading) => {
  if (!Array.isArray(json)) return 'not-the-format';
  admitRows(reading, '', json, warningIn);
  return null;
});

function warningIn(entry: Json, path: string): Warning {
  const id = textAt(entry, 'identifier');
  const headline = textAt(entry, 'headline');
  const at = { path, issues: [] as Issue[] };
  const effectiveAt = timeField(at, 'effective', textAt(entry, 'effective'));
  return compose(
    draft({
      ...at,
      feed: 'gjzwfw',
      id,
      headline,
      text: textAt(entry, 'description') || textAt(entry, 'note'),
      action: actionField(at, 'msgType', textAt(entry, 'msgType')),
      event: eventName(textAt(entry, 'eventType')),
      eventText: textAt(entry, 'eventTypeCN').replace(/事件$/, ''),
      levels: [colourOf(textAt(entry, 'severity'))],
      issuer: textAt(entry, 'sender'),
      // A cancel repeats the `effective` of what it ends; the identifier carries its own time.
      issuedAt: stampOf(id) ?? effectiveAt,
      effectiveAt,
      expiresAt: timeField(at, 'expires', textAt(entry, 'expires')),
      references: referencesIn(textAt(entry, 'referencesInfo')),
    }),
  );
}
