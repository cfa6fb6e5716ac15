/** The all-clear: on a real 解除 alone, to those told, once what was being sent is accounted for. */
import { onlyTemplate } from '../notice/templates.ts';
import type { Session } from '../plan/exam.ts';
import { HOUR } from '../time.ts';
import { higher, rank } from '../warning/warning.ts';
import type { CellView, Told } from './cells.ts';
import { type Draft, startGroup, warningValues } from './draft.ts';
import { binding, quietUntil } from './hold.ts';
import { mattersOver } from './matter.ts';
import { isRefused, isSettled, type NoticeRecord } from './state.ts';
import { settleWaiting, type Wish } from './wanted.ts';

export function allClear(
  draft: Draft,
  siteId: string,
  here: CellView[],
  told: Told,
  waiting: NoticeRecord[],
): void {
  startGroup(draft);
  const wish = wishOf(draft, siteId, here, told);
  settleWaiting(draft, waiting, wish ? [wish] : []);
}

function wishOf(draft: Draft, siteId: string, here: CellView[], told: Told): Wish | null {
  const { plan, exam, now } = draft.inputs;
  const liftedBy = draft.siteLevels.get(siteId)?.liftedBy ?? null;
  const deadline = Math.max(...here.map((view) => view.lastEndsAt));
  if (liftedBy === null || deadline <= now || mattersOver(draft.state, siteId, now).length > 0) return null;
  const lifted = draft.situation.assessed.find((each) => each.revision.id === liftedBy);
  if (!lifted) return null;
  const released = told.records.filter((record) => record.releasedAt !== null);
  if (released.some((record) => !isSettled(record))) return null;
  const { clause, toldWithinHoursOfSession } = plan.candidates.allClear;
  const tells = released.filter((record) => isWorthClearing(record, exam.sessions, toldWithinHoursOfSession));
  if (tells.length === 0 || wasRefused(draft, siteId, liftedBy)) return null;
  const highest = lifted.thread.revisions.map(({ warning }) => warning.level).reduce((a, b) => higher(a, b));
  const { level } = lifted.revision.warning;
  return {
    wanted: {
      kind: 'all-clear',
      template: onlyTemplate('all-clear'),
      clause,
      audience: {
        who: 'told',
        siteId,
        notices: tells.map((record) => record.notice.no),
        withinHours: toldWithinHoursOfSession,
      },
      of: lifted,
      values: warningValues(draft, lifted, level === 'unknown' ? highest : level),
      deadline,
    },
    // Colours of the quiet hours do not apply to good news: it waits like the rest.
    hold: binding(now, [
      ['quiet-hours', quietUntil(plan.candidates.quiet, 'blue', now, exam.timeZone, exam.sessions)],
      ['paper', Math.max(...here.map((view) => view.paperUntil ?? 0))],
    ]),
  };
}

/** What an officer has stopped or rejected is not said again of the same 解除. */
function wasRefused({ state }: Draft, siteId: string, liftedBy: string): boolean {
  return [...state.notices.values()]
    .filter(isRefused)
    .some(
      ({ notice }) =>
        notice.warningId === liftedBy && notice.audience.who === 'told' && notice.audience.siteId === siteId,
    );
}

/** Orange and red always; blue and yellow if told within the plan's span of a session. */
function isWorthClearing(record: NoticeRecord, sessions: readonly Session[], withinHours: number): boolean {
  const { audience, level } = record.notice;
  const at = record.releasedAt ?? 0;
  if (rank(level) >= rank('orange')) return true;
  if (audience.who !== 'candidates') return false;
  return audience.cells.some((cell) => {
    const next = sessions.find((session) => cell.sessionIds.includes(session.id) && session.startsAt > at);
    return next !== undefined && next.startsAt - at <= withinHours * HOUR;
  });
}
