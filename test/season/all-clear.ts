/** The all-clear, by the oracle's own reading: on a real 解除 that leaves nothing over them, to those told. */

import { type NoticeKind, TOLD_STATES } from '../../shared/notice/notice.ts';
import type { Person } from '../../shared/plan/exam.ts';
import { HOUR } from '../../shared/time.ts';
import { rank } from '../../shared/warning/warning.ts';
import { anythingOver, type Memory, memoryOf } from './candidates.ts';
import type { Lived } from './drive.ts';
import { type Calm, type Finding, isMatterOpen, rosterAt, type Sky, SLACK_MS, type Ward } from './oracle.ts';
import { inPaper, isQuiet, own } from './rules.ts';

/** Blue and yellow are cleared for those told within this of their next session. */
const TOLD_WITHIN_MS = 48 * HOUR;

export function judgeAllClears(lived: Lived, ward: Ward, calm: Calm): Finding[] {
  const findings: Finding[] = [];
  const owedSince = new Map<string, number>();
  const memories = new Map<string, Memory>();
  let before: Sky | null = null;
  for (const sky of ward.skies) {
    const { at } = sky;
    const ended = new Set(sky.outlook.lifted.map(({ story }) => story));
    if (ended.size > 0 || owedSince.size > 0) {
      const candidates = rosterAt(lived, ward.exam, at).filter(({ role }) => role === 'candidate');
      // An all-clear is a site's: while anything is over one of its candidates, at home perhaps, nobody has it.
      const under = new Set(
        candidates
          .filter((person) => anythingOver(person, ward, sky.outlook.holding).length > 0)
          .map(({ siteId }) => siteId),
      );
      for (const person of candidates) {
        const lifts =
          before &&
          anythingOver(person, ward, before.counted).some(({ message }) => ended.has(message.story));
        const memory = memories.get(person.personId) ?? memoryOf(person, ward);
        memories.set(person.personId, memory);
        if (under.has(person.siteId) || !sky.open || sky.outlook.fresh.length < 3)
          owedSince.delete(person.personId);
        else if (lifts && isOwed(person, ward, memory, at)) owedSince.set(person.personId, at);
        const since = owedSince.get(person.personId);
        if (since === undefined) continue;
        if (isDone(person, ward, memory, since, at) || isStopped(lived, ward, person, since, at))
          owedSince.delete(person.personId);
        else if (isHeld(lived, ward, at) || isMatterOpen(ward, person.siteId, at) || !calm.between(since, at))
          owedSince.set(person.personId, at);
        else if (at - since >= SLACK_MS) {
          findings.push({ kind: 'lost', at, what: `${ward.chain} ${person.personId} got no all-clear` });
          owedSince.delete(person.personId);
        }
      }
    }
    before = sky;
  }
  return findings;
}

/** What tells of a warning; a correction takes it back. */
const WARNS: readonly NoticeKind[] = ['candidate-reminder', 'candidate-summary'];

/** Told of orange or red since the last all-clear, or of anything within two days of a session still to come then. */
function isOwed(person: Person, ward: Ward, { told, resets }: Memory, at: number): boolean {
  const since = Math.max(Number.NEGATIVE_INFINITY, ...resets.filter((reset) => reset <= at));
  const sessions = own(ward.exam, person.sessionIds);
  return told.some(({ row, notice, at: when }) => {
    // Ticked off the call list counts as told.
    const call = ward.state.notices.get(notice.no)?.calls.get(person.personId);
    const heard = TOLD_STATES.includes(row.state) || (call?.outcome === 'told' && call.at < at);
    if (when < since || when >= at || !heard || !WARNS.includes(notice.kind)) return false;
    const next = sessions.find((session) => session.startsAt > when);
    return (
      rank(notice.level) >= rank('orange') || (next !== undefined && next.startsAt - when <= TOLD_WITHIN_MS)
    );
  });
}

/** Told, or nothing is left to tell: the last paper is over. */
function isDone(person: Person, ward: Ward, { told }: Memory, since: number, at: number): boolean {
  const lastEnds = Math.max(...own(ward.exam, person.sessionIds).map(({ endsAt }) => endsAt));
  return at >= lastEnds || told.some((each) => each.notice.kind === 'all-clear' && each.at >= since);
}

/** An officer held the site's all-clear back. */
function isStopped(
  { acts }: Lived,
  { chain, state }: Ward,
  { siteId }: Person,
  since: number,
  until: number,
) {
  return acts.some(({ at, act, refused }) => {
    const audience = state.notices.get(act.notice ?? '')?.notice.audience;
    const holds = act.does === 'stop' || act.does === 'reject';
    const isOurs = act.with?.district === chain && refused === null && at >= since && at <= until;
    return holds && isOurs && audience?.who === 'told' && audience.siteId === siteId;
  });
}

/** Held by the night, or while anybody at the place sits a paper. */
function isHeld(lived: Lived, ward: Ward, at: number): boolean {
  const sitting = rosterAt(lived, ward.exam, at).some(({ sessionIds }) =>
    inPaper(own(ward.exam, sessionIds), at),
  );
  return sitting || isQuiet(null, at, ward.exam);
}
