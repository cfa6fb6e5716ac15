/** Incidents and measures at work: they start the plan, owe their playbook's steps by its clocks, and are told of. */
import { isOfWeather, type Notice, type OrdinaryKind } from '../notice/notice.ts';
import { nameSlot, responseSlot, type SlotName, sessionSlot } from '../notice/slots.ts';
import { cellsSitting, type Post, SITE_POSTS, sittingAt } from '../plan/exam.ts';
import type { Playbook, PlaybookStep } from '../plan/plan.ts';
import { dayTime, HOUR, MINUTE } from '../time.ts';
import { contains } from '../warning/divisions.ts';
import type { Consent } from './consent.ts';
import {
  type Draft,
  nextCode,
  nextSessionSlot,
  push,
  STAFF_NOTICE_LASTS_MS,
  startActivation,
  startGroup,
  stopNotice,
} from './draft.ts';
import type { WorkId } from './events.ts';
import {
  afterWorkingDays,
  begunAt,
  isInSession,
  isPast,
  type Matter,
  playbookOf,
  stepsOf,
} from './matter.ts';
import { isOpen, lastActivation, type State, type Task, taskId } from './state.ts';
import { addNotice, tellPosts, type Wanted } from './wanted.ts';

/** Until when a text to candidates about a matter without an end is worth sending. */
export const TELL_LASTS_MS = 6 * HOUR;

/** By when absent candidates are asked to register, after their paper. */
export const REGISTER_WITHIN_MS = 24 * HOUR;

/** A count that was not made stays owed this long; then the next paper's takes its place. */
const COUNT_OWED_MS = 2 * HOUR;

/** How long a matter that is over may still owe something: a last report, written within working days. */
const OWED_AFTER_MS = 30 * 24 * HOUR;

export function decideMatters(draft: Draft): void {
  const { state, inputs } = draft;
  for (const matter of state.matters.values()) {
    const { id, from, closedAt } = matter;
    if (from > inputs.now || (closedAt !== null && inputs.now > closedAt + OWED_AFTER_MS)) continue;
    const isOver = isPast(matter, inputs.now);
    const playbook = playbookOf(inputs.plan, matter);
    if (!playbook) continue;
    startGroup(draft);
    if (isOver && closedAt === null) push(draft, { kind: 'matter-closed', id });
    if (!isOver && draft.activationId === null) startActivation(draft, playbook.clause, playbook.title);
    const codes = decideSteps(draft, matter, playbook, isOver ? (closedAt ?? inputs.now) : null);
    for (const tell of playbook.tells) if (!isOver) decideTell(draft, matter, playbook, tell, codes);
  }
  dropUnapproved(draft);
}

/** Opens what is due to be done, and withdraws what the closing leaves undone; the code of each step's first task. */
function decideSteps(
  draft: Draft,
  matter: Matter,
  playbook: Playbook,
  closedAt: number | null,
): Map<string, string> {
  const codes = new Map<string, string>();
  if (draft.activationId === null && lastActivation(draft.state) === null) return codes;
  for (const step of stepsOf(draft.inputs.plan, matter)) {
    const work = `${matter.id}.${step.id}` as const;
    for (const site of SITE_POSTS.includes(step.post) ? matter.sites : [null]) {
      const task = taskOf(draft.state, work, step.post, site);
      if (task) codes.set(step.id, task.code);
      if (task && isOpen(task) && closedAt !== null && step.from !== 'closing')
        push(draft, { kind: 'task-state', taskId: task.id, state: 'withdrawn', by: null });
      const dueAt = dueOf(draft, matter, step, task, closedAt);
      if (dueAt === null) continue;
      const code = task?.code ?? nextCode(draft);
      codes.set(step.id, code);
      const { clause, post, title } = step;
      const places = [{ site, code }];
      push(draft, {
        kind: 'tasks-opened',
        step: work,
        clause,
        post,
        dueAt,
        level: playbook.pace,
        struck: task !== undefined,
        places,
        title,
      });
    }
  }
  return codes;
}

/** The task of a playbook's step, in whatever activation it was opened. */
function taskOf(state: State, step: WorkId, post: Post, site: string | null): Task | undefined {
  const tasks = state.activations.map(({ id, tasks: own }) => own.get(taskId(id, step, post, site)));
  return tasks.find((task) => task !== undefined);
}

/** When a step that is to be opened now falls due; null where it is open, done with, or its time has gone. */
function dueOf(
  draft: Draft,
  matter: Matter,
  step: PlaybookStep,
  task: Task | undefined,
  closedAt: number | null,
): number | null {
  const { exam, now } = draft.inputs;
  const span = step.minutes * MINUTE;
  if ((closedAt === null) === (step.from === 'closing')) return null;
  if (step.from === 'closing') {
    return task ? null : afterWorkingDays(closedAt! + span, step.workingDays, exam);
  }
  if (step.from === 'paper') {
    const papers = matter.sites.flatMap((site) => draft.papers.get(site) ?? []);
    const dues = papers.map(({ startsAt }) => startsAt + span).filter((due) => due >= matter.from);
    // Of each paper once: after one is counted, the next one's count is owed.
    const isOwed = task?.doneAt === null && now < task.dueAt + COUNT_OWED_MS;
    const done = isOwed ? Number.POSITIVE_INFINITY : (task?.dueAt ?? 0);
    const next = dues.filter((due) => due > done && due >= now);
    return next.length > 0 ? Math.min(...next) : null;
  }
  if (!task) return begunAt(matter) + span;
  if (step.again === null || task.doneAt === null) return null;
  return task.doneAt + (isInSession(exam, now) ? step.again.inSession : step.again.otherwise) * MINUTE;
}

type Tell = Playbook['tells'][number];

function decideTell(
  draft: Draft,
  matter: Matter,
  playbook: Playbook,
  tell: Tell,
  codes: ReadonlyMap<string, string>,
): void {
  const { template, to } = tell;
  const told = [...draft.state.notices.values()].flatMap(({ notice }) =>
    notice.matter === matter.id && notice.template === template ? [notice] : [],
  );
  const about = {
    kind: template.slice(0, template.indexOf('.')) as OrdinaryKind,
    template,
    clause: playbook.clause,
    matter: matter.id,
  };
  if (to === 'candidates') tellCandidates(draft, matter, playbook, about, told);
  else if (told.length === 0) tellOffice(draft, matter, playbook, { ...tell, to }, about, codes);
}

/** What every notice about one matter with one text has in common. */
type About = Pick<Wanted, 'kind' | 'template' | 'clause' | 'matter'>;

function tellOffice(
  draft: Draft,
  matter: Matter,
  playbook: Playbook,
  { to, codeOf }: Tell & { to: Post[] },
  about: About,
  codes: ReadonlyMap<string, string>,
): void {
  const { now, plan } = draft.inputs;
  const minutes = stepsOf(plan, matter).find(({ id }) => id === codeOf)?.minutes ?? 0;
  const code = codeOf === null ? undefined : codes.get(codeOf);
  tellPosts(draft, to, {
    ...about,
    values: {
      ...valuesOf(draft, matter, playbook, matter.sites[0] ?? null, begunAt(matter) + minutes * MINUTE),
      ...(code && { 码: code }),
    },
    deadline: now + STAFF_NOTICE_LASTS_MS,
  });
}

function tellCandidates(
  draft: Draft,
  matter: Matter,
  playbook: Playbook,
  about: About,
  told: readonly Notice[],
): void {
  const { kind } = about;
  const { now, exam } = draft.inputs;
  for (const siteId of matter.sites) {
    if (told.some(({ audience }) => audience.who === 'candidates' && audience.siteId === siteId)) continue;
    const papers = draft.papers.get(siteId) ?? [];
    const sitting = sittingAt(papers, now);
    // After its last paper the people of a site are those of that paper: they may be there still.
    const last = papers.findLast(({ endsAt }) => endsAt <= now && now < endsAt + TELL_LASTS_MS);
    const paper = sitting ?? (kind === 'stay' ? last : papers.find(({ endsAt }) => endsAt > now));
    if (!paper) continue;
    const isOfAll = kind === 'traffic' || kind === 'candidate-reminder';
    const whose = isOfAll ? papers.filter(({ endsAt }) => endsAt > now) : [paper];
    const cells = cellsSitting(draft.state.census, siteId, new Set(whose.map(({ id }) => id)));
    if (cells.length === 0) continue;
    const until = paper.endsAt + REGISTER_WITHIN_MS;
    addNotice(draft, {
      ...about,
      audience: { who: 'candidates', siteId, cells, dropTold: [] },
      values: valuesOf(draft, matter, playbook, siteId, until, sessionSlot(paper, exam.timeZone)),
      deadline: matter.to ?? Math.max(now, sitting?.endsAt ?? now) + TELL_LASTS_MS,
    });
  }
}

function valuesOf(
  draft: Draft,
  matter: Matter,
  { words }: Playbook,
  siteId: string | null,
  until: number,
  session?: string,
): Partial<Record<SlotName, string>> {
  const { exam, district } = draft.inputs;
  const zone = exam.timeZone;
  const site = exam.sites.find(({ id }) => id === siteId);
  return {
    时间: dayTime(matter.from, zone),
    截止: dayTime(until, zone),
    场次: session ?? nextSessionSlot(draft),
    区域: matter.areas.some((code) => contains(code, district.adcode)) ? '全市' : '部分县区',
    响应: responseSlot(matter.hazard, matter.level ?? 'blue'),
    考点: nameSlot('考点', site?.name ?? district.name),
    地点: nameSlot('地点', site?.shelters[0]?.name ?? '考点内'),
    ...words,
    ...(matter.measure === null ? {} : { 措施: matter.measure }),
    ...(matter.road === undefined ? {} : { 路段: matter.road }),
  };
}

/** A consent by telephone is followed by its document: owed by the office, while an activation is open. */
export function decideConsents(draft: Draft): void {
  startGroup(draft);
  for (const consent of draft.state.consents.values()) followDocument(draft, consent);
}

function followDocument(draft: Draft, { id, givenAt, document }: Consent): void {
  const { inputs, state, activationId } = draft;
  const { clause, documentHours } = inputs.plan.examChange;
  const step = `${id}.document` as const;
  const task = taskOf(state, step, 'office', null);
  if (document === null && !task && activationId !== null) {
    const dueAt = Math.max(inputs.now, givenAt + documentHours * HOUR);
    const what = { clause, title: '补办书面批复', level: 'orange', post: 'office' } as const;
    push(draft, {
      kind: 'tasks-opened',
      step,
      ...what,
      dueAt,
      places: [{ site: null, code: nextCode(draft) }],
    });
  } else if (document !== null && task && isOpen(task)) {
    push(draft, { kind: 'task-state', taskId: task.id, state: 'done', by: null });
  }
}

/** What no officer let go in its time, and what is told of a matter that is over, is stopped. */
function dropUnapproved(draft: Draft): void {
  const { state, inputs } = draft;
  for (const { notice, state: stands, hold, counts } of state.unfinished.values()) {
    if (notice.audience.who === 'posts' || counts !== null || stands === 'stopped') continue;
    const matter = state.matters.get(notice.matter ?? '');
    const isOver = matter !== undefined && isPast(matter, inputs.now);
    const isLate = stands === 'held' && hold?.for === 'approval' && hold.until <= inputs.now;
    if (isOver) stopNotice(draft, notice.no, 'over');
    else if (isLate && (notice.matter !== undefined || !isOfWeather(notice)))
      stopNotice(draft, notice.no, 'not approved');
  }
}
