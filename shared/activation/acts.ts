/** What people do to a record: acknowledge, finish, approve, stop, end. Each act becomes effects, or is refused with a reason. */
import type { Notice } from '../notice/notice.ts';
import type { Post, Role } from '../plan/exam.ts';
import { isExercise } from '../plan/exercise.ts';
import { type Act, type Actor, type Facts, MAY_DECIDE, MAY_SIGN } from './actor.ts';
import { confirmWarning, enterWarning } from './by-hand.ts';
import { tick } from './calls.ts';
import { recordConsent } from './consent.ts';
import { recordDocument } from './documents.ts';
import type { ActAnswer } from './entry.ts';
import { type Effect, REFUSALS } from './events.ts';
import { EXERCISED } from './exercise.ts';
import { followUp } from './follow-up.ts';
import { openMatters, recordIncident, recordMeasure } from './matter.ts';
import type { Inputs } from './situation.ts';
import {
  type Assignment,
  lastActivation,
  type NoticeRecord,
  openActivation,
  type Preparation,
  type State,
  type Task,
} from './state.ts';
import { withdrawn } from './watch.ts';

/** Posts that may confirm that an activation is over (plan §2). */
const MAY_END: ReadonlySet<Role> = new Set<Role>(['duty-officer', 'deputy', 'commander']);

/** Posts that log what somebody said on the phone; the liaison does so for the partners (plan §1). */
const MAY_STAND_IN: ReadonlySet<Role> = new Set<Role>([...MAY_DECIDE, 'liaison']);

/** What follows from an act, over the office as it stands: effects, or why it is refused. */
export function actOn(inputs: Inputs, state: State, actor: Actor, act: Act, facts: Facts = {}): ActAnswer {
  if (isExercise(inputs.exam) && !EXERCISED.has(act.does)) return { refused: 'not in an exercise' };
  switch (act.does) {
    case 'acknowledge':
    case 'done':
      if (act.with?.for === undefined) return onTask(state, actor, act);
      if (!MAY_STAND_IN.has(actor.role)) return { refused: `not for ${actor.role} on behalf of another` };
      return facts.behalf ? onTask(state, facts.behalf, act) : { refused: 'with.for is not in the roster' };
    case 'tick':
      return tick(state, actor, act, facts.listed ?? null);
    case 'correct':
    case 'send-again':
      return followUp(inputs, state, actor, act);
    case 'end':
      return end(state, actor);
    case 'enter-warning':
    case 'confirm-warning': {
      if (!MAY_DECIDE.has(actor.role)) return { refused: `not for ${actor.role}` };
      const take = act.does === 'enter-warning' ? enterWarning : confirmWarning;
      return take(inputs, act.with);
    }
    case 'report':
      if (actor.role === 'candidate') return { refused: 'not for candidate' };
      return recordDocument(inputs, state, actor, act.with);
    case 'incident':
      if (actor.role === 'candidate') return { refused: 'not for candidate' };
      return recordIncident(inputs, state, actor.siteId, act.with);
    case 'measure':
      if (!MAY_DECIDE.has(actor.role)) return { refused: `not for ${actor.role}` };
      return recordMeasure(inputs, state, act.with);
    case 'consent':
      if (!MAY_DECIDE.has(actor.role)) return { refused: `not for ${actor.role}` };
      return recordConsent(inputs, state, act.with);
    case 'approve':
      // What changes the exam is for the Command itself to let go.
      if (state.notices.get(act.notice ?? '')?.notice.kind === 'exam-change' && !MAY_SIGN.has(actor.role))
        return { refused: `not for ${actor.role}` };
      return onNotice(state, actor, act, ['held'], ({ notice, hold }) =>
        hold?.for === 'approval' || hold?.for === 'ceiling' ? released(notice, actor) : null,
      );
    case 'reject':
      return onNotice(state, actor, act, ['held'], ({ notice }) => [
        { kind: 'notice-stopped', no: notice.no, why: REFUSALS[0] },
      ]);
    case 'stop':
      return onNotice(state, actor, act, ['held', 'sending', 'paused'], ({ notice }) => [
        { kind: 'notice-stopped', no: notice.no, why: REFUSALS[1] },
      ]);
    case 'pause':
      return onNotice(state, actor, act, ['sending'], ({ notice }) => [
        { kind: 'notice-paused', no: notice.no },
      ]);
    case 'resume':
      return onNotice(state, actor, act, ['paused'], ({ notice }) => [
        { kind: 'notice-resumed', no: notice.no },
      ]);
    default:
      return { refused: `no such act: ${act.does}` };
  }
}

/** Let go by a person; an all-clear resets what was told, as when it goes by itself. */
function released({ no, deadline, audience }: Notice, actor: Actor): Effect[] {
  return [
    { kind: 'notice-released', no, deadline, approvedBy: actor.personId },
    ...(audience.who === 'told' ? [{ kind: 'told-reset' as const, sites: [audience.siteId] }] : []),
  ];
}

function onTask(state: State, actor: Actor, act: Act): ActAnswer {
  const to = act.does === 'done' ? 'done' : 'acknowledged';
  const names = (task: Task | Preparation): string[] => [
    task.id,
    task.code,
    'step' in task ? task.step : task.item,
  ];
  const tasks = [...(lastActivation(state)?.tasks.values() ?? []), ...state.preparations.values()];
  const named = tasks.filter((task) => names(task).includes(act.task ?? ''));
  // Those who lead may tick off for another, where it is clear whose task is meant.
  const own = named.find((each) => isOwn(each, actor));
  const task = own ?? (named.length === 1 && MAY_DECIDE.has(actor.role) ? named[0] : undefined);
  if (!task) return { refused: named.length === 0 ? 'no such task' : 'not your task' };
  if (task.withdrawnAt !== null) return { refused: 'the task was withdrawn' };
  const already = to === 'done' ? task.doneAt : task.acknowledgedAt;
  if (already !== null) return { effects: [] };
  return { effects: [{ kind: 'task-state', taskId: task.id, state: to, by: actor.personId }] };
}

function isOwn(task: Assignment, actor: Actor): boolean {
  const post: Post = task.post;
  if (task.siteId === null) return actor.role === post;
  return actor.role !== 'candidate' && actor.siteId === task.siteId;
}

function onNotice(
  state: State,
  actor: Actor,
  act: Act,
  states: NoticeRecord['state'][],
  effects: (record: NoticeRecord) => Effect[] | null,
): ActAnswer {
  if (!MAY_DECIDE.has(actor.role)) return { refused: `not for ${actor.role}` };
  const record = state.notices.get(act.notice ?? '');
  if (!record) return { refused: 'no such notice' };
  if (!states.includes(record.state)) return { refused: `the notice is ${record.state}` };
  const found = effects(record);
  return found === null ? { refused: `the notice waits for ${record.hold?.for}` } : { effects: found };
}

function end(state: State, actor: Actor): ActAnswer {
  const activation = openActivation(state);
  if (!MAY_END.has(actor.role)) return { refused: `not for ${actor.role}` };
  if (!activation) return { refused: 'nothing is open' };
  if (activation.level !== null) return { refused: 'a warning is in force' };
  if (openMatters(state).length > 0) return { refused: 'an incident or measure is open' };
  return {
    effects: [
      ...withdrawn(activation, actor.personId),
      {
        kind: 'reason',
        warningId: null,
        reason: 'end',
        clause: null,
        activationId: activation.id,
        evidence: {},
      },
      { kind: 'ended', activationId: activation.id },
    ],
  };
}
