/** Telling candidates: who is reminded of what, now or when the wait is over. Summaries, all-clears: beside this. */
import { type Hold, isOfWeather } from '../notice/notice.ts';
import { reminderTemplate } from '../notice/templates.ts';
import { type Cell, cellKey } from '../plan/exam.ts';
import { HOUR } from '../time.ts';
import { type Level, rank } from '../warning/warning.ts';
import { allClear } from './all-clear.ts';
import {
  bounds,
  type CellView,
  type Group,
  grouped,
  type Over,
  type Overhead,
  overhead,
  sentTo,
  type Told,
  toldAt,
  viewOf,
} from './cells.ts';
import { type Draft, startGroup, stopNotice, warningValues } from './draft.ts';
import { binding, ceilingUntil, quietUntil, togetherUntil } from './hold.ts';
import { isRefused, isSending, type NoticeRecord, openActivation } from './state.ts';
import { summaryWishes } from './summaries.ts';
import { settleWaiting, type Wish } from './wanted.ts';

export function decideCandidates(draft: Draft): void {
  const { state } = draft;
  const cells = state.census?.cells;
  // After an end there is still an all-clear to give.
  if (!cells || (draft.activationId === null && state.toldAt.size === 0)) return;
  const bySite = Map.groupBy(cells, (cell) => cell.siteId);
  const waiting = waitingAt(draft);
  const over = overhead(draft);
  for (const { id } of draft.situation.sites) {
    const here = (bySite.get(id) ?? []).map((cell) => viewOf(draft, cell, over(cell)));
    if (here.length === 0) continue;
    startGroup(draft);
    stopStale(draft, id, over);
    const told = toldAt(draft, id);
    const reminders = reminderWishes(draft, id, here, told);
    const summaries = summaryWishes(draft, id, here, told, new Set(reminders.flatMap(cellsOf)));
    const held = waiting.get(id) ?? [];
    const waitingToTell = held.filter(({ notice }) => notice.audience.who === 'candidates');
    const going = settleWaiting(draft, waitingToTell, [...reminders, ...summaries]);
    for (const wish of going) stopLower(draft, told, wish);
    const waitingToClear = held.filter(({ notice }) => notice.audience.who === 'told');
    allClear(draft, id, here, told, waitingToClear);
  }
}

/** Candidate notices that wait, by site. */
function waitingAt({ state }: Draft): Map<string, NoticeRecord[]> {
  const held = [...state.unfinished.values()].filter(
    ({ state: stands, notice }) => stands === 'held' && isOfWeather(notice),
  );
  return Map.groupBy(held, ({ notice: { audience } }) => ('siteId' in audience ? audience.siteId : ''));
}

function cellsOf({ wanted: { audience } }: Wish): string[] {
  return audience.who === 'candidates' ? audience.cells.map(cellKey) : [];
}

/** A reminder or summary that still sends, though what it says no longer holds for any of its cells, is stopped. */
function stopStale(draft: Draft, siteId: string, over: Overhead): void {
  for (const no of draft.state.toldAt.get(siteId) ?? []) {
    const record = draft.state.notices.get(no)!;
    const { audience, level } = record.notice;
    if (!isSending(record) || audience.who !== 'candidates') continue;
    const holds = Math.max(0, ...audience.cells.flatMap(over).map((each) => rank(each.level)));
    if (holds < rank(level)) stopNotice(draft, no, holds === 0 ? 'over' : 'lowered');
  }
}

/** A raise stops the open reminder of the same people before it starts its own. */
function stopLower(draft: Draft, told: Told, wish: Wish): void {
  const cells = new Set(cellsOf(wish));
  for (const { notice } of told.records.filter(isSending)) {
    const { audience, level, no } = notice;
    if (audience.who !== 'candidates' || rank(level) >= rank(wish.wanted.level ?? null)) continue;
    if (audience.cells.some((cell) => cells.has(cellKey(cell)))) stopNotice(draft, no, 'raised');
  }
}

/** Reminders that should go or wait now: of a level above the highest that these candidates were told. */
function reminderWishes(draft: Draft, siteId: string, here: CellView[], told: Told): Wish[] {
  const { plan, now } = draft.inputs;
  const isDue = ({ next, key, cell }: CellView, over: Over): boolean => {
    const within = plan.candidates.withinHours[over.level];
    if (next === null || (within !== null && next.startsAt - now > within * HOUR)) return false;
    return rank(over.level) > (told.ranks.get(key) ?? 0) && !wasRefused(told, cell, over);
  };
  const due = here.flatMap((view) =>
    view.over
      .filter((over) => isDue(view, over))
      .map((over) => ({ view, over, hold: holdOf(draft, view, over, told) })),
  );
  return grouped(due).map((group) => wishOf(draft, siteId, group, told));
}

/** What an officer has stopped is not said again of the same warning, unless it rises. */
function wasRefused(told: Told, cell: Cell, { level, lead }: Over): boolean {
  const key = cellKey(cell);
  return told.records
    .filter(isRefused)
    .some(
      ({ notice }) =>
        notice.warningId === lead.revision.id &&
        rank(notice.level) >= rank(level) &&
        notice.audience.who === 'candidates' &&
        notice.audience.cells.some((each) => cellKey(each) === key),
    );
}

function holdOf(draft: Draft, view: CellView, over: Over, told: Told): Hold | null {
  const { plan, exam, now } = draft.inputs;
  const rules = plan.candidates;
  const { level } = over;
  const sent = sentTo(told, view.key, toldOf(told, level));
  const openedAt = openActivation(draft.state)?.openedAt ?? now;
  return binding(now, [
    ['approval', over.approval],
    ['together', togetherUntil(rules, level, over.since)],
    ['quiet-hours', quietUntil(rules.quiet, level, now, exam.timeZone, exam.sessions)],
    ['paper', view.paperUntil],
    ['ceiling', ceilingUntil(rules, level, sent, openedAt, now, exam.timeZone)],
  ]);
}

/** Notices whose recipients know of this level or a higher one. */
function toldOf({ records }: Told, level: Level): string[] {
  return records
    .filter(({ notice, releasedAt }) => releasedAt !== null && rank(notice.level) >= rank(level))
    .map(({ notice }) => notice.no);
}

function wishOf(draft: Draft, siteId: string, { over, hold, views }: Group, told: Told): Wish {
  const { level, lead } = over;
  return {
    wanted: {
      kind: 'candidate-reminder',
      template: reminderTemplate(lead.revision.warning.hazard, level),
      clause: draft.inputs.plan.candidates.clause,
      audience: {
        who: 'candidates',
        siteId,
        cells: views.map((view) => view.cell),
        dropTold: toldOf(told, level),
      },
      level,
      of: lead,
      values: warningValues(draft, lead, level),
      ...bounds(draft, over, views),
    },
    hold,
  };
}
