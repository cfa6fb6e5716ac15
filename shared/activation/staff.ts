/** The step that only informs: the staff of affected sites hear of a signal when their candidates would (plan §3, 二(二)). */
import { stepTemplate } from '../notice/templates.ts';
import type { Step } from '../plan/plan.ts';
import { HOUR } from '../time.ts';
import { type Level, rank } from '../warning/warning.ts';
import {
  colourOf,
  type Draft,
  leading,
  nextSession,
  staffed,
  startGroup,
  stopNotice,
  warningValues,
} from './draft.ts';
import { binding, type Hold, quietUntil, togetherUntil } from './hold.ts';
import type { Assessed } from './situation.ts';
import { settleWaiting, type Wish } from './wanted.ts';

/** By the candidates' spans, waits and quiet hours, but of every level: grades too, and an unknown colour as yellow. */
export function decideStaff(draft: Draft): void {
  for (const step of draft.inputs.plan.steps) if (step.notice === 'staff-reminder') decideStep(draft, step);
}

interface Group {
  level: Level;
  lead: Assessed;
  hold: Hold | null;
  sites: string[];
  deadline: number;
}

function decideStep(draft: Draft, step: Step): void {
  const groups = new Map<string, Group>();
  for (const { id } of draft.situation.sites) {
    const group = dueAt(draft, step, id);
    if (!group) continue;
    const key = `${group.level} ${group.lead.revision.id} ${group.hold?.for} ${group.hold?.until}`;
    const known = groups.get(key);
    if (!known) groups.set(key, group);
    else {
      known.sites.push(id);
      known.deadline = Math.max(known.deadline, group.deadline);
    }
  }
  startGroup(draft);
  const ours = [...draft.state.notices.values()].filter(({ notice }) => notice.kind === step.notice);
  const waiting = ours.filter(({ state }) => state === 'held');
  const going = settleWaiting(
    draft,
    waiting,
    [...groups.values()].map((group) => wishOf(draft, step, group)),
  );
  const retold = new Set(
    going.flatMap(({ wanted: { audience } }) => (audience.who === 'posts' ? (audience.sites ?? []) : [])),
  );
  for (const { notice, state, counts } of ours) {
    const { audience, no } = notice;
    if ((state !== 'sending' && state !== 'paused') || counts !== null || audience.who !== 'posts') continue;
    const sites = audience.sites ?? [];
    if (sites.every((site) => retold.has(site))) stopNotice(draft, no, 'raised');
    else if (sites.every((site) => (draft.siteLevels.get(site)?.level ?? null) === null)) {
      stopNotice(draft, no, 'over');
    }
  }
}

/** The group of one site, if its staff are to be reminded. */
function dueAt(draft: Draft, step: Step, site: string): Group | null {
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
  return { level, lead, hold, sites: [site], deadline: next.admitFrom };
}

function wishOf(draft: Draft, step: Step, { level, lead, hold, sites, deadline }: Group): Wish {
  const posts = step.notify.filter((post) => sites.some((site) => staffed(draft, post, site) > 0));
  return {
    wanted: {
      kind: step.notice,
      lane: 'staff',
      template: stepTemplate(step.notice, colourOf(level), 'start'),
      clause: step.clause,
      audience: { who: 'posts', posts, sites },
      level,
      of: lead,
      values: warningValues(draft, lead, level),
      deadline,
    },
    hold,
  };
}
