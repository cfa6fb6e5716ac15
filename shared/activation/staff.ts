/** The step that only informs: the staff of affected sites hear of a signal when their candidates would (二(二)). */
import type { Hold } from '../notice/notice.ts';
import { stepTemplate } from '../notice/templates.ts';
import { nextSession } from '../plan/exam.ts';
import type { Step } from '../plan/plan.ts';
import { HOUR } from '../time.ts';
import { type Level, rank } from '../warning/warning.ts';
import { colourOf, type Draft, leading, staffed, startGroup, stopNotice, warningValues } from './draft.ts';
import { binding, quietUntil, togetherUntil } from './hold.ts';
import type { Assessed } from './situation.ts';
import { isSending } from './state.ts';
import { settleWaiting, type Wish } from './wanted.ts';

/** By the candidates' spans, waits and quiet hours, but of every level: grades too, and an unknown colour as yellow. */
export function decideStaff(draft: Draft): void {
  for (const step of draft.inputs.plan.steps) if (step.notice === 'staff-reminder') decideStep(draft, step);
}

/** What the staff of one site are to be told. */
interface Due {
  site: string;
  level: Level;
  lead: Assessed;
  hold: Hold | null;
  deadline: number;
}

function decideStep(draft: Draft, step: Step): void {
  const due = draft.situation.sites.flatMap(({ id }) => dueAt(draft, step, id) ?? []);
  const alike = Map.groupBy(
    due,
    ({ level, lead, hold }) => `${level} ${lead.revision.id} ${hold?.for} ${hold?.until}`,
  );
  startGroup(draft);
  const ours = [...draft.state.unfinished.values()].filter(({ notice }) => notice.kind === step.notice);
  const waiting = ours.filter(({ state }) => state === 'held');
  const going = settleWaiting(
    draft,
    waiting,
    [...alike.values()].map((groups) => wishOf(draft, step, groups)),
  );
  const retold = new Set(
    going.flatMap(({ wanted: { audience } }) => (audience.who === 'posts' ? (audience.sites ?? []) : [])),
  );
  for (const record of ours) {
    const { audience, no } = record.notice;
    if (!isSending(record) || audience.who !== 'posts') continue;
    const sites = audience.sites ?? [];
    if (sites.every((site) => retold.has(site))) stopNotice(draft, no, 'raised');
    else if (sites.every((site) => (draft.siteLevels.get(site)?.level ?? null) === null)) {
      stopNotice(draft, no, 'over');
    }
  }
}

function dueAt(draft: Draft, step: Step, site: string): Due | null {
  const { plan, exam, now } = draft.inputs;
  const level = draft.siteLevels.get(site)?.level ?? null;
  const next = nextSession(draft.papers.get(site) ?? [], now);
  if (level === null || next === null) return null;
  if (step.notify.every((post) => staffed(draft, post, site) === 0)) return null;
  if (rank(level) <= (draft.state.staffTold.get(site) ?? 0)) return null;
  const lead = leading(draft.inForce, (each) => each.sites.get(site) ?? null);
  const rules = plan.candidates;
  const colour = colourOf(level);
  const within = rules.withinHours[colour];
  if (!lead || (within !== null && next.startsAt - now > within * HOUR)) return null;
  const hold = binding(now, [
    ['together', togetherUntil(rules, colour, lead.revision.firstSeenAt)],
    ['quiet-hours', quietUntil(rules.quiet, colour, now, exam.timeZone, exam.sessions)],
  ]);
  return { site, level, lead, hold, deadline: next.admitFrom };
}

/** One text for all sites that read the same. */
function wishOf(draft: Draft, step: Step, alike: Due[]): Wish {
  const { level, lead, hold } = alike[0]!;
  const sites = alike.map(({ site }) => site);
  const posts = step.notify.filter((post) => sites.some((site) => staffed(draft, post, site) > 0));
  return {
    wanted: {
      kind: step.notice,
      template: stepTemplate(step.notice, colourOf(level), 'start'),
      clause: step.clause,
      audience: { who: 'posts', posts, sites },
      level,
      of: lead,
      values: warningValues(draft, lead, level),
      deadline: Math.max(...alike.map(({ deadline }) => deadline)),
    },
    hold,
  };
}
