/** The call list: whom a closed notice did not reach, those who are asked to call them, and what came of each call. */
import * as z from 'zod';
import { CALL_OUTCOMES, NOT_CALLED, type Notice, unreachedOf } from '../notice/notice.ts';
import { onlyTemplate } from '../notice/templates.ts';
import type { Post } from '../plan/exam.ts';
import { dayTime, MINUTE } from '../time.ts';
import { type Act, type Actor, MAY_DECIDE } from './actor.ts';
import { type Draft, nextCode, push, staffed, startGroup, vacant } from './draft.ts';
import { type ActAnswer, withEntry } from './entry.ts';
import type { NoticeRecord, State } from './state.ts';
import { addNotice } from './wanted.ts';

/** Hands each call list to those who call, once, and again when late receipts have made it longer. */
export function decideCalls(draft: Draft): void {
  for (const { notice, counts, listed } of draft.state.unfinished.values()) {
    const people = counts === null ? 0 : unreachedOf(counts);
    if (people <= listed || NOT_CALLED.has(notice.kind) || isOver(draft, notice)) continue;
    startGroup(draft);
    push(draft, { kind: 'unreached', no: notice.no, people });
    handOver(draft, notice, people);
  }
}

/** Candidates whose last paper is over need no call. */
function isOver({ inputs: { exam, now } }: Draft, { audience }: Notice): boolean {
  if (audience.who !== 'candidates') return false;
  const ids = new Set(audience.cells.flatMap(({ sessionIds }) => sessionIds));
  return exam.sessions.every(({ id, endsAt }) => !ids.has(id) || endsAt <= now);
}

function handOver(draft: Draft, notice: Notice, people: number): void {
  const { plan, exam, now } = draft.inputs;
  const { clause, callPosts, callMinutes } = plan.telling;
  const to = callers(draft, notice);
  if (!to) {
    vacant(draft, 'call-list', callPosts);
    return;
  }
  const dueAt = now + callMinutes * MINUTE;
  addNotice(draft, {
    kind: 'call-list',
    template: onlyTemplate('call-list'),
    clause,
    audience: { who: 'posts', ...to },
    values: {
      号: notice.no,
      人数: String(people),
      截止: dayTime(dueAt, exam.timeZone),
      码: nextCode(draft),
    },
    deadline: dueAt,
  });
}

/** The lead of the candidates' site; of staff, and where there is no lead, the first post of the district not itself missed. */
function callers(draft: Draft, { audience }: Notice): { posts: Post[]; sites: string[] | null } | null {
  const site = 'siteId' in audience ? audience.siteId : null;
  if (site !== null && staffed(draft, 'site-lead', site) > 0) return { posts: ['site-lead'], sites: [site] };
  const missed = audience.who === 'posts' ? audience.posts : [];
  const post = draft.inputs.plan.telling.callPosts.find(
    (each) => !missed.includes(each) && staffed(draft, each, null) > 0,
  );
  return post ? { posts: [post], sites: null } : null;
}

const call = z.object({ person: z.string(), outcome: z.enum(CALL_OUTCOMES).default('told') });

/**
 * One call of a list, with its outcome; without one the person was told. `listed`: where the person stands who is
 * on the list of that notice, null for somebody who is not.
 */
export function tick(
  state: State,
  actor: Actor,
  act: Act,
  listed: { siteId: string | null } | null,
): ActAnswer {
  return withEntry(call, act.with, ({ person, outcome }) => {
    const record = noticeNamed(state, act);
    if (!record) return { refused: 'no such notice' };
    if (record.counts === null) return { refused: `the notice is ${record.state}` };
    if (!listed) return { refused: 'with/person is not on the call list' };
    const isOwn = actor.role !== 'candidate' && actor.siteId !== null && actor.siteId === listed.siteId;
    if (!isOwn && !MAY_DECIDE.has(actor.role)) return { refused: `not for ${actor.role}` };
    if (record.calls.get(person)?.outcome === outcome) return { effects: [] };
    const { no } = record.notice;
    return { effects: [{ kind: 'called', no, person, outcome, by: actor.personId }] };
  });
}

/** By its number, or by the code of its call list. */
export function noticeNamed(state: State, { notice, task }: Act): NoticeRecord | undefined {
  if (notice !== undefined) return state.notices.get(notice);
  const list = [...state.notices.values()].find(
    (each) => each.notice.kind === 'call-list' && each.notice.slots.码 === task,
  );
  return list && state.notices.get(list.notice.slots.号 ?? '');
}
