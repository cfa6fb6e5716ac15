/** A notice in words: its template with its slots filled, as it is sent. */
import { SMS_PART_UNITS } from '../limits.ts';
import { assert } from '../outcome.ts';
import type { Exam } from '../plan/exam.ts';
import type { Notice } from './notice.ts';
import { SLOTS } from './slots.ts';
import { findTemplate, IN_BRACES } from './templates.ts';
import { smsParts, units } from './text.ts';

/** The text that is sent for one site (null: the whole district). Throws where a caller broke the slots' contract. */
export function renderNotice(
  notice: Pick<Notice, 'template' | 'slots' | 'siteSlots'>,
  siteId: string | null,
  exam: Pick<Exam, 'signature' | 'hotline'>,
): string {
  const found = findTemplate(notice.template);
  assert(found, `no template ${notice.template}`);
  const values: Record<string, string> = { ...notice.slots, ...notice.siteSlots[siteId ?? '-'] };
  for (const name of Object.keys(values)) {
    assert(
      found.slots.some((slot) => slot === name),
      `${found.id} has no slot ${name}`,
    );
  }
  for (const slot of found.slots) {
    const value = values[slot];
    const { max, shape } = SLOTS[slot];
    assert(value !== undefined, `${found.id} lacks ${slot}`);
    assert(units(value) <= max && shape.test(value), `${found.id} refuses this value of ${slot}`);
  }
  const fixed: Record<string, string> = { 署名: exam.signature, 热线: exam.hotline };
  const text = found.text.replaceAll(IN_BRACES, (_, name: string) => fixed[name] ?? values[name] ?? '');
  assert(units(text) <= SMS_PART_UNITS && smsParts(text) === 1, `${found.id} is longer than one part`);
  return text;
}
