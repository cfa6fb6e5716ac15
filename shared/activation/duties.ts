/** The plan's steps as tasks with owner and due time, and the notices that hand them out. */
import type { Hold, Notice } from '../notice/notice.ts';
import { findTemplate, type StepMoment, stepTemplate } from '../notice/templates.ts';
import { type Post, SITE_POSTS } from '../plan/exam.ts';
import type { Step } from '../plan/plan.ts';
import { dayTime } from '../time.ts';
import { higher, type Level, rank } from '../warning/warning.ts';
import {
  colourOf,
  type Draft,
  leading,
  nextCode,
  nextSessionSlot,
  push,
  STAFF_NOTICE_LASTS_MS,
  staffed,
  startGroup,
  stopNotice,
  vacant,
  warningValues,
} from './draft.ts';
import { decideDeadlines } from './escalate.ts';
import { type Duty, type Owed, owedAt, type Place, placesOf, strikeOf, type TimedDuty } from './owed.ts';
import { type Activation, DISTRICT, isOpen, openActivation, taskId } from './state.ts';
import { addNotice, settleWaiting, type Wish } from './wanted.ts';

export function decideDuties(draft: Draft): void {
  const activation = openActivation(draft.state);
  const touched = new Set<string>();
  if (draft.activationId !== null) {
    const [district, sites] = placesOf(draft);
    for (const step of draft.inputs.plan.steps) {
      const strike = strikeOf(draft, step);
      for (const { post, per } of step.tasks) {
        decideTasks(
          draft,
          { step, post, strike },
          per === 'district' ? [district] : sites,
          activation,
          touched,
        );
      }
    }
  }
  decideDeadlines(draft, touched);
  decideHeld(draft, activation);
}

/** Places that owe the same, and get it together. */
interface Round extends Omit<Owed, 'since'> {
  places: { site: string | null; code: string }[];
}

function decideTasks(
  draft: Draft,
  duty: TimedDuty,
  places: Place[],
  activation: Activation | null,
  touched: Set<string>,
): void {
  const { now } = draft.inputs;
  const opening: Round[] = [];
  const shortened: Round[] = [];
  for (const place of places) {
    const task = activation?.tasks.get(taskId(activation.id, duty.step.id, duty.post, place.site));
    const running = task !== undefined && isOpen(task);
    const owed = owedAt(draft, duty, place, task);
    if (owed === null) {
      if (running) {
        touched.add(task.id);
        startGroup(draft);
        push(draft, { kind: 'task-state', taskId: task.id, state: 'withdrawn', by: null });
      }
      continue;
    }
    const { since, ...round } = owed;
    if (!task || task.withdrawnAt !== null || task.openedAt < since) {
      if (task) touched.add(task.id);
      const code = task?.code ?? nextCode(draft);
      opening.push({ ...round, places: [{ site: place.site, code }] });
    } else if (running && duty.step.opens === 'start' && rank(round.level) > rank(task.level)) {
      // The earlier of the old time and the new span; what is already late stays late.
      touched.add(task.id);
      const dueAt = Math.min(task.dueAt, Math.max(now, round.dueAt));
      shortened.push({ ...round, dueAt, places: [{ site: place.site, code: task.code }] });
    }
  }
  const { step, post } = duty;
  const retold = [...opening, ...shortened].flatMap((round) => round.places);
  if (retold.length > 0) stopOlder(draft, duty, new Map(retold.map(({ site, code }) => [site, code])));
  for (const round of together(opening)) {
    startGroup(draft);
    const { level, dueAt, struck, places: these } = round;
    const { id, clause } = step;
    push(draft, { kind: 'tasks-opened', step: id, clause, post, dueAt, level, struck, places: these });
    handOut(draft, duty, round);
  }
  for (const round of together(shortened)) {
    startGroup(draft);
    const { level, dueAt } = round;
    push(draft, {
      kind: 'tasks-due',
      step: step.id,
      post,
      dueAt,
      level,
      sites: round.places.map(({ site }) => site),
    });
    handOut(draft, duty, round);
  }
}

function together(rounds: readonly Round[]): Round[] {
  const alike = Map.groupBy(rounds, ({ level, dueAt, of }) => `${level} ${dueAt} ${of?.revision.id}`);
  return [...alike.values()].map((some) => ({ ...some[0]!, places: some.flatMap(({ places }) => places) }));
}

/** A notice of the duty that still waits or sends is stopped when every place in it is told anew. */
function stopOlder(draft: Draft, { step, post }: Duty, retold: ReadonlyMap<string | null, string>): void {
  startGroup(draft);
  for (const { notice, stoppedAt, counts } of draft.state.unfinished.values()) {
    const { audience, kind, no } = notice;
    if (kind !== step.notice || audience.who !== 'posts' || stoppedAt !== null || counts !== null) continue;
    const isSameTask = (site: string | null): boolean => {
      const code = notice.siteSlots[site ?? DISTRICT]?.码 ?? notice.slots.码;
      return retold.has(site) && (code === undefined || code === retold.get(site));
    };
    const isOurs = audience.sites !== null || step.tasks.length === 1 || audience.posts.includes(post);
    if (isOurs && (audience.sites ?? [null]).every(isSameTask)) stopNotice(draft, no, 'raised');
  }
}

/** Tells those whom the step names of the tasks of one round. */
function handOut(draft: Draft, duty: Duty, round: Round): void {
  const wish = wishOf(draft, duty, round);
  const posts = toldOf(duty, round);
  if (wish) addNotice(draft, wish.wanted, wish.hold);
  else if (posts.length > 0) vacant(draft, duty.step.id, posts);
  // At night the duty officer knows at once; the rest are told in the morning.
  const informed = round.night !== null && round.places[0]?.site === null && !posts.includes('duty-officer');
  const atOnce = informed ? wishOf(draft, duty, { ...round, night: null }, ['duty-officer']) : null;
  if (atOnce) addNotice(draft, atOnce.wanted);
}

/** Site posts hear of site tasks, the others of the district's; where a step has several owners, each of its own. */
function toldOf({ step, post }: Duty, { places }: Round): Post[] {
  const atSites = places[0]?.site !== null;
  return step.notify.filter(
    (each) => SITE_POSTS.includes(each) === atSites && (atSites || step.tasks.length === 1 || each === post),
  );
}

/** The notice that hands out a round; null where nobody holds the posts or nothing is in force there. */
function wishOf(draft: Draft, duty: Duty, round: Round, posts = toldOf(duty, round)): Wish | null {
  const { exam, now } = draft.inputs;
  const { step } = duty;
  const { level, dueAt, night, places } = round;
  const sites = places.flatMap(({ site }) => site ?? []);
  const to = sites.length === 0 ? null : sites;
  const lead =
    round.of ?? leading(draft.inForce, (each) => (to === null ? each.level : highestOver(each.sites, to)));
  const present = posts.filter((post) => (to ?? [null]).some((site) => staffed(draft, post, site) > 0));
  if (!lead || present.length === 0) return null;
  const template = stepTemplate(step.notice, colourOf(level), momentOf(draft, round));
  const hold: Hold | null = night === null ? null : { for: 'quiet-hours', until: night };
  return {
    wanted: {
      kind: step.notice,
      template,
      clause: step.clause,
      audience: { who: 'posts', posts: present, sites: to },
      level,
      of: lead,
      values: {
        ...warningValues(draft, lead, level),
        ...step.words,
        数: String([...draft.siteLevels.values()].filter((over) => over.level !== null).length),
        场次: nextSessionSlot(draft),
        截止: dayTime(dueAt, exam.timeZone),
        ...(to === null && places[0] ? { 码: places[0].code } : {}),
      },
      siteSlots: to === null ? {} : codesOf(template, places),
      deadline: Math.max(dueAt, (night ?? now) + STAFF_NOTICE_LASTS_MS),
    },
    hold,
  };
}

function momentOf(draft: Draft, { of }: Round): StepMoment {
  if (of !== null) return of.standing === 'cancelled' ? 'lifted' : 'over';
  const span = draft.spans.get(DISTRICT);
  return span && span.began !== span.rose ? 'raise' : 'start';
}

/** {码} by site, where the text has one. */
function codesOf(template: string, places: Round['places']): Record<string, Record<string, string>> {
  if (!findTemplate(template)?.slots.includes('码')) return {};
  return Object.fromEntries(places.map(({ site, code }) => [site ?? DISTRICT, { 码: code }]));
}

/** What waits for the morning is decided again then: it goes to those whose task still runs, in today's words. */
function decideHeld(draft: Draft, activation: Activation | null): void {
  const { now, plan } = draft.inputs;
  for (const record of draft.state.unfinished.values()) {
    const { notice, hold } = record;
    if (record.state !== 'held' || !hold || notice.audience.who !== 'posts') continue;
    if (notice.kind === 'staff-reminder' || draft.stopped.has(notice.no)) continue;
    startGroup(draft);
    if (notice.kind !== 'recheck' && notice.warningId !== null && draft.activationLevel === null) {
      stopNotice(draft, notice.no, 'nothing in force');
    } else if (hold.until <= now && hold.for !== 'quiet-hours') {
      stopNotice(draft, notice.no, 'not approved');
    } else if (hold.until <= now) {
      const step = plan.steps.find((each) => each.notice === notice.kind);
      settleWaiting(draft, [record], step ? morningWishes(draft, step, notice, activation) : []);
    }
  }
}

/** By the level of today; a place whose task was raised meanwhile has had its own notice. */
function morningWishes(draft: Draft, step: Step, notice: Notice, activation: Activation | null): Wish[] {
  const { audience } = notice;
  if (!activation || audience.who !== 'posts') return [];
  const { posts, sites } = audience;
  const owners = step.tasks.filter(({ per }) => (per === 'site') === (sites !== null));
  const owner = owners.find(({ post }) => posts.includes(post)) ?? owners[0];
  if (!owner) return [];
  const rounds: Round[] = [];
  for (const site of sites ?? [null]) {
    const task = activation.tasks.get(taskId(activation.id, step.id, owner.post, site));
    const level = site === null ? draft.activationLevel : (draft.siteLevels.get(site)?.level ?? null);
    if (!task || !isOpen(task) || task.level !== notice.level || level === null) continue;
    rounds.push({
      level,
      dueAt: task.dueAt,
      struck: false,
      night: null,
      of: null,
      places: [{ site, code: task.code }],
    });
  }
  return together(rounds).flatMap((round) => wishOf(draft, { step, post: owner.post }, round, posts) ?? []);
}

function highestOver(levels: ReadonlyMap<string, Level>, sites: readonly string[]): Level | null {
  let highest: Level | null = null;
  for (const site of sites) {
    const level = levels.get(site);
    if (level !== undefined) highest = higher<Level | null>(highest, level);
  }
  return highest;
}
