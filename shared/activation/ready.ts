/** What an exam's district still lacks: each a sentence that an officer can act upon, in the order of asking. */
import type { NoticeKind } from '../notice/notice.ts';
import { postSlot, sourceSlot } from '../notice/slots.ts';
import { reminderTemplate, TEMPLATES } from '../notice/templates.ts';
import { overfull, type Post, SITE_POSTS, sitesIn } from '../plan/exam.ts';
import { isExercise } from '../plan/exercise.ts';
import { atMinute, clockMinutes, dayTime, localDay, MINUTE, SECOND } from '../time.ts';
import { canSee } from '../warning/health.ts';
import { COLOURS } from '../warning/warning.ts';
import { awaitsRecheck } from './prepare.ts';
import type { Watched } from './situation.ts';
import { placeKey, type State } from './state.ts';

/** `partsPerSecond`: what the carrier lets us send. Carriers' registrations are kept nowhere and not asked for. */
export function lacks(inputs: Watched, state: State, partsPerSecond: number): string[] {
  return [
    ...vacantPosts(inputs, state),
    ...textsWithoutLeave(inputs),
    ...slowDays(inputs, state, partsPerSecond),
    ...blindFeeds(inputs),
    ...bareSites(inputs),
    ...fullSites(inputs, state),
    ...undone(inputs, state),
  ];
}

function vacantPosts({ plan, exam, district }: Watched, { census }: State): string[] {
  if (census === null) return ['没有采用名册'];
  const named = [
    ...plan.steps.flatMap(({ tasks, notify }) => [...tasks.map(({ post }) => post), ...notify]),
    ...plan.readiness.items.map(({ post }) => post),
    ...plan.escalation.chain,
  ];
  const sites = sitesIn(exam, district);
  const isVacant = (post: Post, site: string | null): boolean => !census.posts[placeKey(post, site)];
  return [...new Set(named)].flatMap((post) => {
    if (!SITE_POSTS.includes(post)) return isVacant(post, null) ? [`岗位空缺：${postSlot(post)}`] : [];
    return sites
      .filter(({ id }) => isVacant(post, id))
      .map(({ name }) => `岗位空缺：${name}的${postSlot(post)}`);
  });
}

/** Kinds that no step names and that still go out by themselves, beside reminders. */
const UNASKED: readonly NoticeKind[] = [
  'candidate-summary',
  'all-clear',
  'task-reminder',
  'escalation',
  'call-list',
  'feed-silent',
  'unreadable',
  'confirm-end',
  'breaker',
];

/** Texts that should go out by themselves and have no leave; what a playbook tells candidates waits for a person anyway. */
function textsWithoutLeave({ plan, exam }: Watched): string[] {
  const approved = new Set(plan.approvals.flatMap(({ templates }) => templates));
  const ofMatters = plan.playbooks.flatMap(({ tells }) => tells.map(({ template }) => template));
  const kinds = new Set([
    ...plan.steps.map(({ notice }) => notice),
    ...plan.readiness.items.flatMap(({ notice }) => notice ?? []),
    ...(isExercise(exam) ? [] : UNASKED),
  ]);
  const reminders = (isExercise(exam) ? [] : plan.triggers).flatMap(({ hazards }) =>
    hazards.flatMap((hazard) => COLOURS.map((colour) => reminderTemplate(hazard, colour))),
  );
  return TEMPLATES.filter(
    ({ id, kind }) => reminders.includes(id) || (kinds.has(kind) && !ofMatters.includes(id)),
  )
    .filter(({ id }) => !approved.has(id))
    .map(({ id }) => `没有预授权的短信：${id}，每次都要等人批准`);
}

/** The morning's summary must reach the whole day's candidates before the first of them is admitted. */
function slowDays({ plan, exam }: Watched, { census }: State, partsPerSecond: number): string[] {
  const days = Map.groupBy(exam.sessions, ({ startsAt }) => localDay(startsAt, exam.timeZone));
  return [...days].flatMap(([day, sessions]) => {
    const ids = new Set(sessions.map(({ id }) => id));
    const sitting = (census?.cells ?? []).filter(({ sessionIds }) => sessionIds.some((id) => ids.has(id)));
    const people = sitting.reduce((sum, { count }) => sum + count, 0);
    const opens = Math.min(...sessions.map(({ admitFrom }) => admitFrom));
    const from = atMinute(opens, clockMinutes(plan.candidates.summaries.morning), exam.timeZone);
    const takes = (people / partsPerSecond) * SECOND;
    if (from + takes <= opens) return [];
    const minutes = Math.ceil(takes / MINUTE);
    return [
      `发送额度不够：${day} 有考生 ${people} 人，每秒 ${partsPerSecond} 条要 ${minutes} 分钟，${dayTime(opens, exam.timeZone)}开始入场`,
    ];
  });
}

function blindFeeds({ feeds, now }: Watched): string[] {
  if (feeds.length === 0) return ['没有一个预警来源读到过'];
  return feeds.filter((feed) => !canSee(feed, now)).map(({ feed }) => `预警来源中断：${sourceSlot(feed)}`);
}

function bareSites({ exam, district }: Watched): string[] {
  return sitesIn(exam, district)
    .filter(({ shelters }) => shelters.length === 0)
    .map(({ name }) => `没有避险场所：${name}`);
}

/** Spare seats are for what fails on the day. */
function fullSites({ exam, district }: Watched, { census }: State): string[] {
  const sites = sitesIn(exam, district);
  return overfull({ ...exam, sites }, census?.cells ?? []).map(
    ({ site, session, people }) =>
      `座位不够：${site.name}，${session.name}有考生 ${people} 人，座位 ${site.seats}，备用 ${site.spareSeats}`,
  );
}

function undone({ plan, exam, now }: Watched, state: State): string[] {
  return [...state.preparations.values()].flatMap((each) => {
    const item = plan.readiness.items.find(({ id }) => id === each.item);
    const site = exam.sites.find(({ id }) => id === each.siteId);
    const what = `${item?.title ?? each.item}（${site?.name ?? postSlot(each.post)}，预案${each.clause}）`;
    if (each.doneAt === null) {
      const shown = item ? `，凭据：${item.evidence}` : '';
      return [
        `备考任务${each.dueAt < now ? '逾期' : '未完成'}：${what}，时限 ${dayTime(each.dueAt, exam.timeZone)}${shown}`,
      ];
    }
    return awaitsRecheck(state, each, item?.confirmedBy ?? null) ? [`备考任务待复核：${what}`] : [];
  });
}
