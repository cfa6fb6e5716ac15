/** What an officer wants said beside a notice: a correction to exactly those it reached, or once more to those unknown. */
import * as z from 'zod';
import type { Notice } from '../notice/notice.ts';
import { SLOTS, type SlotName } from '../notice/slots.ts';
import { dayTime, HOUR } from '../time.ts';
import { type Act, type Actor, MAY_DECIDE } from './actor.ts';
import { type Draft, startGroup } from './draft.ts';
import { type ActAnswer, withEntry } from './entry.ts';
import { type Effect, type FollowUp, REFUSALS } from './events.ts';
import { isSettled, type NoticeRecord, type State } from './state.ts';
import { addNotice } from './wanted.ts';

/** A correction is worth sending for a day: later than that it tells of what nobody remembers. */
export const CORRECTION_LASTS_MS = 24 * HOUR;

/**
 * `correct` names the wrong field and its right value (`with.field`, `with.value`), or with neither says that the
 * whole text was sent in error. What still sends is stopped first. `send-again` is for those of an information
 * notice of whom nobody knows whether it reached them: the same text, once more.
 */
export function followUp(state: State, actor: Actor, act: Act): ActAnswer {
  if (!MAY_DECIDE.has(actor.role)) return { refused: `not for ${actor.role}` };
  const record = state.notices.get(act.notice ?? '');
  if (!record) return { refused: 'no such notice' };
  if (record.releasedAt === null) return { refused: `the notice is ${record.state}` };
  return act.does === 'correct' ? correct(record, actor, act) : sendAgain(record, actor);
}

const correction = z.object({ field: value('字段').optional(), value: value('正值').optional() });

function correct({ notice, state }: NoticeRecord, actor: Actor, act: Act): ActAnswer {
  return withEntry(correction, act.with, ({ field, value: right }) => {
    const isVoid = field === undefined && right === undefined;
    if (!isVoid && (field === undefined || right === undefined))
      return { refused: 'with/field and with/value belong together' };
    if (isVoid && notice.slots.预警 === undefined) return { refused: 'the notice names no warning' };
    const asked: FollowUp = {
      what: 'correction',
      template: isVoid ? 'correction.void@1' : 'correction.field@1',
      slots: isVoid ? {} : { 字段: field!, 正值: right! },
      by: actor.personId,
    };
    const stops: Effect[] =
      state === 'sending' || state === 'paused'
        ? [{ kind: 'notice-stopped', no: notice.no, why: REFUSALS[1] }]
        : [];
    return { effects: [...stops, { kind: 'follow-up', of: notice.no, followUp: asked }] };
  });
}

function sendAgain({ notice, counts, followUps }: NoticeRecord, actor: Actor): ActAnswer {
  if (counts === null) return { refused: 'the notice is not closed' };
  if (notice.class !== 'information') return { refused: 'an action notice was sent again by itself' };
  if (counts.unknown === 0) return { refused: 'nobody is unknown' };
  if (followUps.some(({ what }) => what === 'send-again')) return { refused: 'it was sent again already' };
  const { template } = notice;
  const asked: FollowUp = { what: 'send-again', template, slots: {}, by: actor.personId };
  return { effects: [{ kind: 'follow-up', of: notice.no, followUp: asked }] };
}

/** Makes the notices that were asked for, each once the one it follows is accounted for. */
export function decideFollowUps(draft: Draft): void {
  for (const record of draft.state.notices.values()) {
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
    lane: notice.lane,
    template: asked.template,
    clause: notice.clause,
    audience: { who: 'of', notice: notice.no, fate: 'reached' },
    level: notice.level,
    of: null,
    values: { ...notice.slots, ...asked.slots, 时间: dayTime(releasedAt ?? now, exam.timeZone) },
    deadline: now + CORRECTION_LASTS_MS,
    askedBy: asked.by,
  });
}

/** To the letter the same text, its number included, so that whoever gets it twice knows it again. */
function addAgain(draft: Draft, notice: Notice, asked: FollowUp): void {
  addNotice(draft, {
    kind: notice.kind,
    lane: notice.lane,
    template: notice.template,
    clause: notice.clause,
    audience: { who: 'of', notice: notice.no, fate: 'unknown' },
    level: notice.level,
    of: null,
    values: notice.slots,
    siteSlots: notice.siteSlots,
    deadline: notice.deadline,
    validUntil: notice.validUntil,
    askedBy: asked.by,
  });
}

/** Text that the slot takes. */
function value(slot: SlotName): z.ZodString {
  const { max, shape } = SLOTS[slot];
  return z.string().max(max).regex(shape);
}
