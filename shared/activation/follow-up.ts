/** What an officer wants said beside a notice: a correction to exactly those it reached, or once more to those unknown. */
import * as z from 'zod';
import type { Notice } from '../notice/notice.ts';
import { nameSlot, SLOTS, type SlotName } from '../notice/slots.ts';
import { findTemplate } from '../notice/templates.ts';
import { units } from '../notice/text.ts';
import { assert } from '../outcome.ts';
import type { Exam } from '../plan/exam.ts';
import { dayTime, HOUR } from '../time.ts';
import type { Act, Actor } from './actor.ts';
import { type Draft, startGroup } from './draft.ts';
import { type ActAnswer, withEntry } from './entry.ts';
import { CORRECTED, type Effect, type FollowUp, REFUSALS } from './events.ts';
import type { Inputs } from './situation.ts';
import { isSending, isSettled, type NoticeRecord, type State } from './state.ts';
import { addNotice } from './wanted.ts';

/** A correction is worth sending for a day: later than that it tells of what nobody remembers. */
export const CORRECTION_LASTS_MS = 24 * HOUR;

/**
 * `correct` names the wrong field and its right value (`with.field`, `with.value`), or with neither says that the
 * whole text was sent in error. What still sends is stopped first; of a wrong field the decision tells the rest anew,
 * in the same words only once an officer had time to set the warning right. `send-again` is for those of an information
 * notice of whom nobody knows whether it reached them: the same text, once more.
 */
export function followUp(inputs: Inputs, state: State, actor: Actor, act: Act): ActAnswer {
  const record = state.notices.get(act.notice ?? '');
  if (!record) return { refused: 'no such notice' };
  if (record.releasedAt === null) return { refused: `the notice is ${record.state}` };
  return act.does === 'correct' ? correct(inputs, record, actor, act) : sendAgain(inputs, record, actor);
}

/** The slot whose value a field's right value must be. */
const SLOT_OF = {
  机构: '机构',
  时间: '时间',
  预警级别: '预警',
  考点: '考点',
  场次: '场次',
  地点: '地点',
} as const satisfies Record<string, SlotName>;

const correction = z.object({
  field: z.enum(Object.keys(SLOT_OF) as (keyof typeof SLOT_OF)[]).optional(),
  value: z.string().optional(),
});

function correct({ exam }: Inputs, record: NoticeRecord, actor: Actor, act: Act): ActAnswer {
  const { notice } = record;
  return withEntry(correction, act.with, ({ field, value }) => {
    if (notice.kind === 'exam-change') return { refused: 'a changed exam needs a consent of its own' };
    const bad = field === undefined ? wrongVoid(notice, value) : wrongValue(exam, notice, field, value);
    if (bad !== null) return { refused: bad };
    const asked: FollowUp = {
      what: 'correction',
      template: field === undefined ? 'correction.void@1' : 'correction.field@1',
      slots: field === undefined || value === undefined ? {} : { 字段: field, 正值: value },
      by: actor.personId,
    };
    const why = field === undefined ? REFUSALS[1] : CORRECTED;
    const stops: Effect[] = isSending(record) ? [{ kind: 'notice-stopped', no: notice.no, why }] : [];
    return { effects: [...stops, { kind: 'follow-up', of: notice.no, followUp: asked }] };
  });
}

function wrongVoid({ slots }: Notice, value: string | undefined): string | null {
  if (value !== undefined) return 'with/value needs with/field';
  return slots.预警 === undefined ? 'the notice names no warning' : null;
}

/** Only what could have stood there: no free words reach a phone. */
function wrongValue(
  exam: Exam,
  notice: Notice,
  field: keyof typeof SLOT_OF,
  value: string | undefined,
): string | null {
  const slot = SLOT_OF[field];
  if (!findTemplate(notice.template)?.slots.includes(slot)) return 'with/field does not stand in the text';
  const places = exam.sites.flatMap(({ name, shelters }) =>
    slot === '考点' ? [name] : shelters.map((shelter) => shelter.name),
  );
  const isOne =
    slot === '考点' || slot === '地点'
      ? places.some((name) => nameSlot(slot, name) === value)
      : value !== undefined && fits(slot, value);
  return isOne && value !== undefined && fits('正值', value) ? null : 'with/value could not stand there';
}

function fits(slot: SlotName, value: string): boolean {
  const { max, shape } = SLOTS[slot];
  return units(value) <= max && shape.test(value);
}

function sendAgain({ now }: Inputs, { notice, counts, followUps }: NoticeRecord, actor: Actor): ActAnswer {
  if (counts === null) return { refused: 'the notice is not closed' };
  if (notice.class !== 'information') return { refused: 'an action notice was sent again by itself' };
  if (counts.unknown === 0) return { refused: 'nobody is unknown' };
  if (followUps.some(({ what }) => what === 'send-again')) return { refused: 'it was sent again already' };
  if (now >= notice.deadline) return { refused: 'its time is over' };
  const { template } = notice;
  const asked: FollowUp = { what: 'send-again', template, slots: {}, by: actor.personId };
  return { effects: [{ kind: 'follow-up', of: notice.no, followUp: asked }] };
}

/** Makes the notices that were asked for, each once the one it follows is accounted for. */
export function decideFollowUps(draft: Draft): void {
  for (const record of draft.state.unfinished.values()) {
    if (!isSettled(record)) continue;
    for (const asked of record.followUps) {
      if (asked.no !== null) continue;
      startGroup(draft);
      if (asked.what === 'correction') addCorrection(draft, record, asked);
      else addAgain(draft, record.notice, asked);
    }
  }
}

function addCorrection(draft: Draft, { notice, releasedAt }: NoticeRecord, asked: FollowUp): void {
  const { exam, now } = draft.inputs;
  addNotice(draft, {
    kind: 'correction',
    template: asked.template,
    clause: notice.clause,
    audience: { who: 'of', notice: notice.no, fate: 'reached' },
    level: notice.level,
    values: { ...notice.slots, ...asked.slots, 时间: dayTime(releasedAt ?? now, exam.timeZone) },
    deadline: now + CORRECTION_LASTS_MS,
    askedBy: asked.by,
  });
}

/** To the letter the same text, its number included, so that whoever gets it twice knows it again. */
function addAgain(draft: Draft, notice: Notice, asked: FollowUp): void {
  assert(notice.kind !== 'exam-change', 'sent again by itself, like all action');
  addNotice(draft, {
    kind: notice.kind,
    template: notice.template,
    clause: notice.clause,
    audience: { who: 'of', notice: notice.no, fate: 'unknown' },
    level: notice.level,
    values: notice.slots,
    siteSlots: notice.siteSlots,
    deadline: notice.deadline,
    validUntil: notice.validUntil,
    askedBy: asked.by,
  });
}
