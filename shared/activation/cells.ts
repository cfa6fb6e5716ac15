/** Candidates as the decision sees them: cells of one site with the same papers, and what stands over each now. */
import type { Hold } from '../notice/notice.ts';
import { type Cell, cellKey, nextSession, type Session, sittingAt } from '../plan/exam.ts';
import { type Colour, type FeedId, higher, rank } from '../warning/warning.ts';
import { candidateLevel, type Draft, feedOf, levelAtHome } from './draft.ts';
import { approvalUntil, type Sent } from './hold.ts';
import type { Assessed } from './situation.ts';
import type { NoticeRecord } from './state.ts';

/** A level over some candidates, and the warning that a text about it names. */
export interface Over {
  level: Colour;
  lead: Assessed;
  /** Until when it waits for an officer, or null. */
  approval: number | null;
  /** First sight of the first signal of this level that is in force here. */
  since: number;
}

/** One cell as it stands now. */
export interface CellView {
  cell: Cell;
  key: string;
  /** The highest level; and, while that waits for an officer, the highest that need not wait. */
  over: Over[];
  /** The next session whose admission has not opened. */
  next: Session | null;
  /** End of the paper these candidates are sitting, or are being admitted to. */
  paperUntil: number | null;
  lastEndsAt: number;
}

/** Answers what is over a place; each site and home county is looked at once. */
export type Overhead = (cell: Cell) => Over[];

export function overhead(draft: Draft): Overhead {
  const bySite = new Map<string, [Assessed, Colour][]>();
  for (const each of draft.inForce) {
    for (const [site, level] of each.sites) {
      const told = candidateLevel(each, level);
      if (told === null) continue;
      const here = bySite.get(site);
      if (here) here.push([each, told]);
      else bySite.set(site, [[each, told]]);
    }
  }
  const homes = new Map<string, Map<Assessed, Colour>>();
  const known = new Map<string, Over[]>();
  return (cell) => {
    const key = `${cell.siteId}|${cell.home ?? ''}`;
    let over = known.get(key);
    if (!over) {
      const atSite = bySite.get(cell.siteId) ?? [];
      const levels = cell.home === null ? atSite : joined(atSite, homeLevels(draft, cell.home, homes));
      over = oversOf(draft, levels);
      known.set(key, over);
    }
    return over;
  };
}

/** Signals over the candidates' home county, where the roster has it. */
function homeLevels(
  draft: Draft,
  home: string,
  homes: Map<string, Map<Assessed, Colour>>,
): Map<Assessed, Colour> {
  const known = homes.get(home);
  if (known) return known;
  const levels = new Map<Assessed, Colour>();
  for (const each of draft.inForce) {
    const level = levelAtHome(draft, each, home);
    const told = candidateLevel(each, level);
    if (told) levels.set(each, told);
  }
  homes.set(home, levels);
  return levels;
}

/** Each warning over site or home with the higher of its levels, oldest first. */
function joined(atSite: [Assessed, Colour][], atHome: Map<Assessed, Colour>): [Assessed, Colour][] {
  const levels = new Map(atSite);
  for (const [each, level] of atHome) levels.set(each, higher(levels.get(each) ?? level, level));
  return [...levels].sort(([a], [b]) => a.revision.order - b.revision.order);
}

function oversOf(draft: Draft, levels: [Assessed, Colour][]): Over[] {
  const highest = highestOf(draft, levels);
  if (!highest || highest.approval === null) return highest ? [highest] : [];
  const vouched = highestOf(
    draft,
    levels.filter(([each]) => approvalOf(draft, each) === null),
  );
  // Of two that say the same colour the one that needs no officer speaks.
  if (vouched?.level === highest.level) return [vouched];
  return vouched ? [highest, vouched] : [highest];
}

/** The highest, at a tie the newest. */
function highestOf(draft: Draft, levels: [Assessed, Colour][]): Over | null {
  const top = Math.max(...levels.map(([, level]) => rank(level)));
  const highest = levels.filter(([, level]) => rank(level) === top);
  const last = highest[highest.length - 1];
  if (!last) return null;
  const since = Math.min(...highest.map(([each]) => each.revision.firstSeenAt));
  return { level: last[1], lead: last[0], approval: approvalOf(draft, last[0]), since };
}

/** Until when it waits for an officer; null if it need not, or has waited long enough. */
function approvalOf(draft: Draft, { revision }: Assessed): number | null {
  const { plan, now } = draft.inputs;
  const isOfficial = (feed: FeedId): boolean => feedOf(draft, feed)?.official ?? false;
  const until = approvalUntil(plan.candidates, revision, isOfficial);
  return until !== null && until > now ? until : null;
}

/** The candidate notices of one site, as far back as they matter. */
export interface Told {
  /** Since the last all-clear. */
  records: NoticeRecord[];
  /** Highest rank told by cell, since it last gained people. */
  ranks: Map<string, number>;
  /** When something that was not stopped went out to a cell since it last gained people; all-clears do not count. */
  sent: Map<string, Sent[]>;
}

export function toldAt(draft: Draft, siteId: string): Told {
  const { state } = draft;
  const recordsOf = (numbers: readonly string[] = []): NoticeRecord[] =>
    numbers.map((no) => state.notices.get(no)!);
  const told: Told = { records: recordsOf(state.toldAt.get(siteId)), ranks: new Map(), sent: new Map() };
  const since = new Set(told.records);
  for (const record of recordsOf(state.everToldAt.get(siteId))) {
    const { notice, releasedAt, stoppedAt, counts } = record;
    if (notice.audience.who !== 'candidates' || releasedAt === null) continue;
    if (stoppedAt !== null || draft.stopped.has(notice.no)) continue;
    for (const key of notice.audience.cells.map(cellKey)) {
      if (releasedAt < (state.cellsAdded.get(key) ?? Number.NEGATIVE_INFINITY)) continue;
      const sent = { no: notice.no, at: releasedAt, rank: rank(notice.level) };
      told.sent.set(key, [...(told.sent.get(key) ?? []), sent]);
      // Whom it did not reach in time is still to be told; whoever was reached is dropped from what follows.
      if (since.has(record) && !counts?.expired)
        told.ranks.set(key, Math.max(told.ranks.get(key) ?? 0, rank(notice.level)));
    }
  }
  return told;
}

export function viewOf(draft: Draft, cell: Cell, over: Over[]): CellView {
  const { exam, now } = draft.inputs;
  const own = exam.sessions.filter((session) => cell.sessionIds.includes(session.id));
  const { siteId, home, sessionIds } = cell;
  return {
    cell: { siteId, home, sessionIds },
    key: cellKey(cell),
    over,
    next: nextSession(own, now),
    paperUntil: sittingAt(own, now)?.endsAt ?? null,
    lastEndsAt: Math.max(...own.map((session) => session.endsAt)),
  };
}

/** Cells of a site that are told the same, at the same time. */
export interface Group {
  over: Over;
  hold: Hold | null;
  views: CellView[];
}

/** Brings what is due to single cells together. */
export function grouped(due: readonly (Omit<Group, 'views'> & { view: CellView })[]): Group[] {
  const alike = Map.groupBy(
    due,
    ({ over, hold }) => `${over.level}|${over.lead.revision.id}|${hold?.for}|${hold?.until}`,
  );
  return [...alike.values()].map((some) => ({ ...some[0]!, views: some.map(({ view }) => view) }));
}

/** What those were sent whom a notice that leaves out the recipients of `dropTold` is for. */
export function sentTo(told: Told, key: string, dropTold: readonly string[]): Sent[] {
  return (told.sent.get(key) ?? []).filter(({ no }) => !dropTold.includes(no));
}

/** Until when a text to these cells means anything: the latest next admission, or the warning's end if earlier. */
export function bounds(
  draft: Draft,
  { lead }: Over,
  views: CellView[],
): { deadline: number; validUntil: number | null } {
  const opens = Math.max(...views.map((view) => view.next?.admitFrom ?? 0));
  const { expiresAt } = lead.revision.warning;
  // A set may list it beyond its own end.
  const validUntil = expiresAt !== null && expiresAt > draft.inputs.now ? expiresAt : null;
  return { deadline: Math.min(opens, validUntil ?? opens), validUntil };
}
