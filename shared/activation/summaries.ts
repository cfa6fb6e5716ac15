/** The evening before and the exam morning: what still stands over that day's candidates. */
import { onlyTemplate } from '../notice/templates.ts';
import { cellKey } from '../plan/exam.ts';
import { atMinute, clockMinutes, dayNumber, dayTime, HOUR, MINUTE, minuteOfDay } from '../time.ts';
import { bounds, type CellView, grouped, type Over, sentTo, type Told } from './cells.ts';
import { type Draft, warningValues } from './draft.ts';
import { binding, ceilingUntil } from './hold.ts';
import { openActivation } from './state.ts';
import type { Wish } from './wanted.ts';

/** A summary missed by this much is not sent: what comes later has its own reminder. */
export const SUMMARY_GRACE_MS = 30 * MINUTE;

interface Slot {
  /** When it is due, today. */
  at: number;
  /** The day whose candidates it is for, by its number. */
  day: number;
}

function slotNow({ inputs: { plan, exam, now } }: Draft): Slot | null {
  const { evening, morning } = plan.candidates.summaries;
  const minute = minuteOfDay(now, exam.timeZone);
  const due = [
    { from: clockMinutes(evening), days: 1 },
    { from: clockMinutes(morning), days: 0 },
  ].find(({ from }) => minute >= from && minute < from + SUMMARY_GRACE_MS / MINUTE);
  if (!due) return null;
  return {
    at: atMinute(now, due.from, exam.timeZone),
    day: dayNumber(now, exam.timeZone) + due.days,
  };
}

/** To that day's candidates of a site with anything in force, unless reminded now or told of the same level lately. */
export function summaryWishes(
  draft: Draft,
  siteId: string,
  here: CellView[],
  told: Told,
  reminding: ReadonlySet<string>,
): Wish[] {
  const slot = slotNow(draft);
  if (!slot) return [];
  const { plan, exam, now } = draft.inputs;
  const rules = plan.candidates;
  const lately = slot.at - rules.summaries.unlessToldWithinHours * HOUR;
  const openedAt = openActivation(draft.state)?.openedAt ?? now;
  const graceEnds = slot.at + SUMMARY_GRACE_MS;
  const due = here.flatMap((view) => {
    // What waits for an officer is not summed up before it was told.
    const over = view.over.find((each) => each.approval === null);
    if (!over || view.next === null || view.paperUntil !== null || reminding.has(view.key)) return [];
    if (dayNumber(view.next.startsAt, exam.timeZone) !== slot.day) return [];
    if (wasTold(draft, told, view.key, over, lately, slot.at)) return [];
    const sent = sentTo(told, view.key, toldLately(told, over, lately));
    const ceiling = ceilingUntil(rules, over.level, sent, openedAt, now, exam.timeZone);
    return { view, over, hold: binding(now, [['ceiling', ceiling === null ? null : graceEnds]]) };
  });
  return grouped(due).map(({ over, hold, views }) => ({
    wanted: {
      kind: 'candidate-summary',
      template: onlyTemplate('candidate-summary'),
      clause: rules.clause,
      audience: {
        who: 'candidates',
        siteId,
        cells: views.map((view) => view.cell),
        dropTold: toldLately(told, over, lately),
      },
      level: over.level,
      of: over.lead,
      values: { ...warningValues(draft, over.lead, over.level), 时间: dayTime(slot.at, exam.timeZone) },
      ...bounds(draft, over, views),
    },
    hold,
  }));
}

/** Notices whose recipients have heard of this level since `lately`. */
function toldLately({ records }: Told, { level }: Over, lately: number): string[] {
  return records
    .filter(({ notice, releasedAt }) => notice.level === level && (releasedAt ?? 0) >= lately)
    .map(({ notice }) => notice.no);
}

/** By a summary since this one fell due; or of the same level within the last hours, all of them. */
function wasTold(
  { stopped, inputs }: Draft,
  told: Told,
  key: string,
  over: Over,
  lately: number,
  slotAt: number,
): boolean {
  const late = toldLately(told, over, lately);
  return told.records.some(({ notice, releasedAt, stoppedAt }) => {
    const { audience, no, kind } = notice;
    if (audience.who !== 'candidates' || releasedAt === null) return false;
    if (stoppedAt !== null || stopped.has(no)) return false;
    if (!audience.cells.some((cell) => cellKey(cell) === key)) return false;
    if (kind === 'candidate-summary' && releasedAt >= slotAt) return true;
    // With a reminder of this very instant one waits a minute to see whom it left out.
    if (releasedAt >= inputs.now) return true;
    // Whoever it left out had been told before: too long ago, perhaps.
    return late.includes(no) && audience.dropTold.every((other) => late.includes(other));
  });
}
