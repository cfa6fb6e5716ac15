/** What falls due with time: reminders at half time, and late work that climbs from post to post. */
import type { OrdinaryKind } from '../notice/notice.ts';
import { nameSlot, postSlot, type SlotName } from '../notice/slots.ts';
import { findTemplate, onlyTemplate } from '../notice/templates.ts';
import { type Post, SITE_POSTS } from '../plan/exam.ts';
import { DAY, dayTime, HOUR, MINUTE } from '../time.ts';
import { higher, type Level, rank } from '../warning/warning.ts';
import { colourOf, type Draft, push, STAFF_NOTICE_LASTS_MS, staffed, startGroup } from './draft.ts';
import type { WorkId } from './events.ts';
import { nightUntil } from './hold.ts';
import { isOpen, type Preparation, placeKey, type Task, tasksAtHand } from './state.ts';
import { addNotice } from './wanted.ts';

/** Steps that ask for nothing but a confirmation: acknowledged, they are never late. */
const CONFIRMATIONS: ReadonlySet<WorkId> = new Set(['duty', 'command-brief', 'decision-clock']);

/** Largest number that fits the {数} of a digest. */
const COUNT_MAX = 999;

/** One task of which one post at one place is to hear now. */
interface Call {
  task: Task | Preparation;
  post: Post;
  site: string | null;
  why: 'half' | 'vacant' | 'late';
}

/** `touched`: tasks that this very decision reopens, shortens or withdraws: they have their time first. */
export function decideDeadlines(draft: Draft, touched: ReadonlySet<string>): void {
  const { inputs, state, situation } = draft;
  const { plan, exam, now } = inputs;
  const preparations = now < situation.firstAt ? state.preparations.values() : [];
  const calls: Call[] = [];
  for (const task of [...tasksAtHand(state), ...preparations]) {
    if (touched.has(task.id) || now < task.givenAt + MINUTE || !isWaiting(task)) continue;
    // What is done at its due time is in time.
    const isLate = task.dueAt < now;
    if (isLate && task.overdueAt === null) {
      startGroup(draft);
      push(draft, { kind: 'task-state', taskId: task.id, state: 'overdue', by: null });
    }
    if (!('step' in task) && !isPressed(task, plan.readiness.remindDays)) continue;
    const owed = handOver(draft, task) ?? (isLate ? climb(draft, task) : remind(draft, task));
    if (owed.length === 0) continue;
    const level = 'step' in task ? task.level : 'blue';
    const night = nightUntil(plan.night, level, now, exam.timeZone, situation.firstAt);
    calls.push(...owed.filter(({ post }) => night === null || post === 'duty-officer'));
  }
  const byRecipient = Map.groupBy(calls, ({ post, site }) => placeKey(post, site));
  const rested = now - plan.escalation.digestMinutes * MINUTE;
  const ready = [...byRecipient].filter(([key]) => (state.pressedAt.get(key) ?? rested) <= rested);
  const messages = ready.map(([, own]) => messageOf(draft, own));
  for (const alike of Map.groupBy(messages, ({ key }) => key).values()) tell(draft, alike);
}

/** Whether a preparation was entered in time to be asked for: later it is shown, and nobody is pressed for it. */
function isPressed({ openedAt, dueAt }: Preparation, remindDays: number): boolean {
  return openedAt <= dueAt - remindDays * DAY;
}

function isWaiting(task: Task | Preparation): boolean {
  const isConfirmed = task.acknowledgedAt !== null && 'step' in task && CONFIRMATIONS.has(task.step);
  return isOpen(task) && !isConfirmed;
}

/** The next post up, once the one below has had its time; each hears of a task once. */
function climb(draft: Draft, task: Task | Preparation): Call[] {
  const { inputs, situation } = draft;
  const { escalation, readiness } = inputs.plan;
  const { chain, topFromHours, stepMinutes } = escalation;
  const since = task.escalatedAt;
  const rest = 'step' in task ? stepMinutes[colourOf(task.level)] * MINUTE : readiness.climbHours * HOUR;
  if (since !== null && inputs.now < since + rest) return [];
  const above = chain.slice(chain.indexOf(task.post) + 1);
  const post = above.find((each) => staffed(draft, each, null) > 0 && !task.escalated.includes(each));
  if (post === undefined) return [];
  const isGrave = 'step' in task && rank(task.level) >= rank('orange');
  if (post === chain[chain.length - 1] && !isGrave && inputs.now < situation.firstAt - topFromHours * HOUR)
    return [];
  return [{ task, post, site: null, why: 'late' }];
}

/** A task that nobody holds, be it late by then, goes to who stands in first; null where somebody holds it. */
function handOver(draft: Draft, task: Task | Preparation): Call[] | null {
  const isHeld = staffed(draft, task.post, task.siteId) > 0 || task.escalated.length > 0;
  const post = isHeld || task.acknowledgedAt !== null ? null : standInFor(draft, task);
  return post && [{ task, post, site: placeOf(post, task), why: 'vacant' }];
}

/** A task that nobody confirms is recalled to its owner and to who stands in at half time. */
function remind(draft: Draft, task: Task | Preparation): Call[] {
  const { now, plan } = draft.inputs;
  if (task.acknowledgedAt !== null) return [];
  if (now < recallAt(draft, task)) return [];
  const both: Call[] = [{ task, post: task.post, site: task.siteId, why: 'half' }];
  const standIn = plan.escalation.standIns[task.post];
  if (standIn && 'step' in task)
    both.push({ task, post: standIn, site: placeOf(standIn, task), why: 'half' });
  return both.filter(
    ({ post, site }) =>
      staffed(draft, post, site) > 0 && !task.reminded.includes(post) && !task.escalated.includes(post),
  );
}

/** Who stands in for a post; what cannot be assigned goes to the office, or to whoever is there above it. */
function standInFor(draft: Draft, task: Task | Preparation): Post | null {
  const { standIns, chain } = draft.inputs.plan.escalation;
  const others: (Post | undefined)[] = [standIns[task.post], 'office', ...chain];
  const isThere = (post: Post): boolean => staffed(draft, post, placeOf(post, task)) > 0;
  return others.find((each) => each && each !== task.post && isThere(each)) ?? null;
}

/** Where a post stands that is to hear of a task: at the task's site, or for the whole district. */
function placeOf(post: Post, { siteId }: Task | Preparation): string | null {
  return SITE_POSTS.includes(post) ? siteId : null;
}

/** Half-way from handing out, in the morning where the night rule let the owner sleep, to the due time; never if both are one. */
function recallAt({ inputs, situation }: Draft, task: Task | Preparation): number {
  const { plan, exam } = inputs;
  if (!('step' in task)) return task.dueAt - plan.readiness.remindDays * DAY;
  const { step, post, level, givenAt, dueAt } = task;
  const sleeps = post !== 'duty-officer' && plan.steps.find(({ id }) => id === step)?.nightRule === true;
  const morning = sleeps ? nightUntil(plan.night, level, givenAt, exam.timeZone, situation.firstAt) : null;
  const from = morning ?? givenAt;
  return dueAt > from ? (from + dueAt) / 2 : Number.POSITIVE_INFINITY;
}

interface Message {
  calls: Call[];
  template: string;
  values: Partial<Record<SlotName, string>>;
  code: string | null;
  /** Messages that differ only in place and code. */
  key: string;
}

/** What one post at one place is told now, of one task or of several together. */
function messageOf({ inputs: { plan, exam } }: Draft, calls: Call[]): Message {
  const [first] = calls.toSorted((a, b) => a.task.dueAt - b.task.dueAt) as [Call];
  const { task, post, site, why } = first;
  const isReminder = calls.every((call) => call.why === 'half');
  const isSingle = calls.length === 1;
  const variant = isSingle ? { half: 'half', vacant: 'vacant', late: 'overdue' }[why] : 'digest';
  const source =
    'step' in task
      ? plan.steps.find(({ id }) => id === task.step)
      : plan.readiness.items.find(({ id }) => id === task.item);
  const template =
    isReminder && isSingle && !('step' in task) && source?.notice
      ? onlyTemplate(source.notice)
      : `${isReminder ? 'task-reminder' : 'escalation'}.${variant}@1`;
  const values = {
    岗位: postSlot(task.post),
    事项: nameSlot('事项', source?.title ?? ('title' in task && task.title ? task.title : '备考任务')),
    截止: dayTime(task.dueAt, exam.timeZone),
    ...(isSingle ? {} : { 数: String(Math.min(calls.length, COUNT_MAX)) }),
  };
  const key = [post, site === null, template, ...Object.values(values)].join(' ');
  return { calls, template, values, code: isSingle ? task.code : null, key };
}

/** One notice for all places that read the same but for the code; what it tells of stands beside it. */
function tell(draft: Draft, messages: Message[]): void {
  const [{ calls, template, values, code }] = messages as [Message, ...Message[]];
  const { post, site } = calls[0]!;
  const all = messages.flatMap((message) => message.calls);
  startGroup(draft);
  for (const climbs of [false, true]) {
    const tasks = all.filter(({ why }) => (why !== 'half') === climbs).map(({ task }) => task.id);
    if (tasks.length > 0) push(draft, { kind: 'tasks-pressed', tasks, to: post, climbs });
  }
  const codes = messages.map((message) => [message.calls[0]!.site, { 码: message.code ?? '' }]);
  addNotice(draft, {
    kind: findTemplate(template)!.kind as OrdinaryKind,
    template,
    clause: draft.inputs.plan.escalation.clause,
    audience: {
      who: 'posts',
      posts: [post],
      sites: site === null ? null : messages.flatMap((message) => message.calls[0]!.site ?? []),
    },
    level: all.reduce<Level | null>(
      (level, { task }) => ('step' in task ? higher<Level | null>(level, task.level) : level),
      null,
    ),
    values: { ...values, ...(code !== null && site === null ? { 码: code } : {}) },
    siteSlots: code !== null && site !== null ? Object.fromEntries(codes) : {},
    deadline: draft.inputs.now + STAFF_NOTICE_LASTS_MS,
  });
}
