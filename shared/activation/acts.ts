/** What people do to a record: acknowledge, finish, approve, stop, end. Each act becomes effects, or is refused with a reason. */
import type { Notice } from '../notice/notice.ts';
import type { Post, Role } from '../plan/exam.ts';
import { isExercise } from '../plan/exercise.ts';
import { type Act, type Actor, type Facts, MAY_DECIDE, MAY_END, MAY_LOG, MAY_SIGN, STAFF } from './actor.ts';
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
  type NoticeRecord,
  openActivation,
  type Preparation,
  type State,
  type Task,
  tasksAtHand,
} from './state.ts';
import { withdrawn } from './watch.ts';

/** Who may ask for what by role alone; of what each act asks further it refuses by itself. */
const MAY: Readonly<Record<string, ReadonlySet<Role>>> = {
  acknowledge: STAFF,
  done: STAFF,
  tick: STAFF,
  report: STAFF,
  incident: STAFF,
  'enter-warning': MAY_DECIDE,
  'confirm-warning': MAY_DECIDE,
  measure: MAY_DECIDE,
  consent: MAY_DECIDE,
  approve: MAY_DECIDE,
  reject: MAY_DECIDE,
  stop: MAY_DECIDE,
  pause: MAY_DECIDE,
  resume: MAY_DECIDE,
  correct: MAY_DECIDE,
  'send-again': MAY_DECIDE,
  end: MAY_END,
};

/** What follows from an act, over the office as it stands: effects, or why it is refused. */
export function actOn(inputs: Inputs, state: State, actor: Actor, act: Act, facts: Facts = {}): ActAnswer {
  const may = MAY[act.does];
  if (!may) return { refused: `no such act: ${act.does}` };
  if (!may.has(actor.role)) return { refused: `not for ${actor.role}` };
  if (isExercise(inputs.exam) && !EXERCISED.has(act.does)) return { refused: 'not in an exercise' };
  switch (act.does) {
    case 'acknowledge':
    case 'done':
      if (act.with?.for === undefined) return onTask(state, actor, act);
      if (!MAY_LOG.has(actor.role)) return { refused: `not for ${actor.role} on behalf of another` };
      return facts.behalf ? onTask(state, facts.behalf, act) : { refused: 'with.for is not in the roster' };
    case 'tick':
      return tick(state, actor, act, facts.listed ?? null);
    case 'correct':
    case 'send-again':
      return followUp(inputs, state, actor, act);
    case 'end':
      return end(state, actor);
    case 'enter-warning':
      return enterWarning(inputs, act.with);
    case 'confirm-warning':
      return confirmWarning(inputs, act.with);
    case 'report':
      return recordDocument(inputs, state, actor, act.with);
    case 'incident':
      return recordIncident(inputs, state, actor, act.with);
    case 'measure':
      return recordMeasure(inputs, state, act.with);
    case 'consent':
      return recordConsent(inputs, state, act.with);
    default:
      return onNotice(state, actor, act);
  }
}

function released({ no, deadline }: Notice, { personId: approvedBy }: Actor): Effect[] {
  return [{ kind: 'notice-released', no, deadline, approvedBy }];
}

function onTask(state: State, actor: Actor, act: Act): ActAnswer {
  const to = act.does === 'done' ? 'done' : 'acknowledged';
  const names = (task: Task | Preparation): string[] => [
    task.id,
    task.code,
    'step' in task ? task.step : task.item,
  ];
  const tasks = [...tasksAtHand(state), ...state.preparations.values()];
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

/** The states of a notice in which each act on it is taken, and what follows. */
const ON_NOTICE: Readonly<
  Record<string, { of: NoticeRecord['state'][]; effects: (notice: Notice, actor: Actor) => Effect[] }>
> = {
  approve: { of: ['held'], effects: released },
  reject: { of: ['held'], effects: ({ no }) => [{ kind: 'notice-stopped', no, why: REFUSALS[0] }] },
  stop: {
    of: ['held', 'sending', 'paused'],
    effects: ({ no }) => [{ kind: 'notice-stopped', no, why: REFUSALS[1] }],
  },
  pause: { of: ['sending'], effects: ({ no }) => [{ kind: 'notice-paused', no }] },
  resume: { of: ['paused'], effects: ({ no }) => [{ kind: 'notice-resumed', no }] },
};

function onNotice(state: State, actor: Actor, { does, notice: no }: Act): ActAnswer {
  const record = state.notices.get(no ?? '');
  if (!record) return { refused: 'no such notice' };
  const { notice, hold } = record;
  const { of, effects } = ON_NOTICE[does]!;
  // What changes the exam is for the Command itself to let go.
  if (does === 'approve' && notice.kind === 'exam-change' && !MAY_SIGN.has(actor.role))
    return { refused: `not for ${actor.role}` };
  if (!of.includes(record.state)) return { refused: `the notice is ${record.state}` };
  if (does === 'approve' && hold?.for !== 'approval' && hold?.for !== 'ceiling')
    return { refused: `the notice waits for ${hold?.for}` };
  return { effects: effects(notice, actor) };
}

function end(state: State, actor: Actor): ActAnswer {
  const activation = openActivation(state);
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
