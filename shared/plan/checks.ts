/** What a shape alone cannot say of a plan or an exam: that its parts fit each other. */

import { SLOTS } from '../notice/slots.ts';
import {
  findTemplate,
  HOTLINE_UNITS_MAX,
  hasStepTemplate,
  reminderTemplate,
  SIGNATURE_UNITS_MAX,
} from '../notice/templates.ts';
import { type Issue, issue } from '../outcome.ts';
import { clockMinutes } from '../time.ts';
import { contains } from '../warning/divisions.ts';
import { COLOURS } from '../warning/warning.ts';
import { type Exam, SITE_POSTS } from './exam.ts';
import { type Plan, STEPS } from './plan.ts';

export function planIssues(plan: Plan): Issue[] {
  return [
    ...duplicates('/clauses', plan.clauses, 'number'),
    ...duplicates('/steps', plan.steps, 'id'),
    ...duplicates('/approvals', plan.approvals, 'id'),
    ...unknownClauses(plan),
    ...triggerIssues(plan),
    ...stepIssues(plan),
    ...playbookIssues(plan),
    ...duplicates('/readiness/items', plan.readiness.items, 'id'),
    ...readinessIssues(plan),
    ...approvalIssues(plan),
    ...quietIssues(plan),
  ];
}

/** `exam` as it stands in the file: paths count its sessions in that order. */
export function examIssues(exam: Exam): Issue[] {
  return [
    ...duplicates('/districts', exam.districts, 'id'),
    ...duplicates('/sites', exam.sites, 'id'),
    ...duplicates('/sessions', exam.sessions, 'id'),
    ...senderIssues(exam),
    ...exam.districts.flatMap((district, index) => districtIssues(exam, district, `/districts[${index}]`)),
    ...exam.sites.flatMap((site, index) => siteIssues(exam, site, `/sites[${index}]`)),
    ...exam.sessions.flatMap((session, index) => sessionIssues(exam, session, `/sessions[${index}]`)),
  ];
}

function duplicates<K extends string>(list: string, items: readonly Record<K, string>[], key: K): Issue[] {
  const values = items.map((item) => item[key]);
  return values.flatMap((value, index) => {
    const first = values.indexOf(value);
    if (first === index) return [];
    return [
      issue(`${list}[${index}]/${key}`, 'duplicate', `${value} stands at ${list}[${first}] already`, {
        first,
      }),
    ];
  });
}

function unknownClauses(plan: Plan): Issue[] {
  const cited: [path: string, clause: string][] = [
    ...plan.triggers.map(
      (trigger, index) => [`/triggers[${index}]/clause`, trigger.clause] as [string, string],
    ),
    ...plan.steps.map((step, index) => [`/steps[${index}]/clause`, step.clause] as [string, string]),
    ['/candidates/clause', plan.candidates.clause],
    ['/candidates/allClear/clause', plan.candidates.allClear.clause],
    ...plan.readiness.items.map(
      (item, index) => [`/readiness/items[${index}]/clause`, item.clause] as [string, string],
    ),
    ['/escalation/clause', plan.escalation.clause],
    ...plan.playbooks.map(({ clause }, index) => [`/playbooks[${index}]/clause`, clause] as [string, string]),
    ...plan.playbooks.flatMap(({ steps }, index) =>
      steps.map(({ clause }, place): [string, string] => [
        `/playbooks[${index}]/steps[${place}]/clause`,
        clause,
      ]),
    ),
    ...plan.incidentReports.map(({ clause }, index): [string, string] => [
      `/incidentReports[${index}]/clause`,
      clause,
    ]),
    ['/examChange/clause', plan.examChange.clause],
    ['/directives/clause', plan.directives.clause],
    ['/telling/clause', plan.telling.clause],
    ['/feedSilence/clause', plan.feedSilence.clause],
    ['/ending/clause', plan.ending.clause],
  ];
  const known = new Set(plan.clauses.map((clause) => clause.number));
  return cited
    .filter(([, clause]) => !known.has(clause))
    .map(([path, clause]) => issue(path, 'unknown-clause', `no clause ${clause} in /clauses`, { clause }));
}

function triggerIssues(plan: Plan): Issue[] {
  const seen = new Map<string, number>();
  return plan.triggers.flatMap((trigger, index) => {
    const path = `/triggers[${index}]`;
    const issues: Issue[] = [];
    if (trigger.bands.every((band) => band.floor === null)) {
      issues.push(
        issue(path, 'never-fires', 'no band has a floor, so this trigger can never start the plan'),
      );
    }
    trigger.bands.forEach((band, place) => {
      const at = `${path}/bands[${place}]/fromHours`;
      const previous = trigger.bands[place - 1];
      if (previous && band.fromHours <= previous.fromHours) {
        issues.push(issue(at, 'out-of-order', 'bands follow each other in time'));
      }
      if (band.fromHours < -plan.window.beforeHours) {
        issues.push(issue(at, 'outside-window', 'begins before the window of the plan opens', {}, 'warning'));
      }
    });
    trigger.hazards.forEach((hazard, place) => {
      const first = seen.get(hazard);
      if (first === undefined) seen.set(hazard, index);
      else
        issues.push(
          issue(`${path}/hazards[${place}]`, 'duplicate', `${hazard} has the trigger /triggers[${first}]`),
        );
      if (trigger.coastalOnly && plan.coastalCounties.length === 0) {
        issues.push(
          issue(path, 'no-coast', 'counts on the coast only, and /coastalCounties is empty', {}, 'warning'),
        );
      }
    });
    return issues;
  });
}

function stepIssues(plan: Plan): Issue[] {
  const missing = STEPS.filter((id) => plan.steps.every((step) => step.id !== id));
  const issues = missing.map((id) =>
    issue('/steps', 'step-missing', `the plan has no step ${id}`, { id }, 'warning'),
  );
  plan.steps.forEach((step, index) => {
    const path = `/steps[${index}]`;
    if (step.tasks.length === 0 && step.notify.length === 0) {
      issues.push(issue(path, 'no-post', 'nobody holds a task of this step and nobody is told'));
    }
    step.tasks.forEach((task, place) => {
      if ((task.per === 'site') !== SITE_POSTS.includes(task.post)) {
        const at = `${path}/tasks[${place}]`;
        issues.push(issue(at, 'post-elsewhere', `${task.post} does not stand at a ${task.per}`));
      }
    });
    if (step.title.length > SLOTS.事项.max) {
      issues.push(
        issue(`${path}/title`, 'too-long', `at most ${SLOTS.事项.max} characters`, { max: SLOTS.事项.max }),
      );
    }
    const { dueMinutes } = step;
    if (
      dueMinutes &&
      COLOURS.some((colour, place) => dueMinutes[colour] > dueMinutes[COLOURS[place - 1] ?? colour])
    ) {
      issues.push(issue(`${path}/dueMinutes`, 'slower', 'a higher colour gives more time', {}, 'warning'));
    }
    if (!hasStepTemplate(step.notice)) {
      issues.push(issue(`${path}/notice`, 'template-missing', `no text for a step of kind ${step.notice}`));
    }
  });
  return issues;
}

/** What a playbook tells must be a text; and what it does not name has one of its own. */
function playbookIssues({ playbooks, incidentReports }: Plan): Issue[] {
  const issues = (['incident', 'measure'] as const)
    .filter((enters) => playbooks.every((each) => each.enters !== enters || each.kind !== 'other'))
    .map((enters) =>
      issue('/playbooks', 'no-other', `no playbook for an ${enters} of a kind that none names`),
    );
  playbooks.forEach(({ steps, tells, enters }, index) => {
    const path = `/playbooks[${index}]`;
    tells.forEach(({ template, codeOf }, place) => {
      const at = `${path}/tells[${place}]`;
      const all = enters === 'incident' ? [...steps, ...incidentReports] : steps;
      if (!findTemplate(template) || template.startsWith('exam-change.'))
        issues.push(issue(`${at}/template`, 'template-missing', `no text ${template} that needs no consent`));
      if (codeOf !== null && all.every(({ id }) => id !== codeOf))
        issues.push(issue(`${at}/codeOf`, 'step-missing', `no step ${codeOf} here`));
    });
    steps.forEach(({ title }, place) => {
      if (title.length > SLOTS.事项.max)
        issues.push(
          issue(`${path}/steps[${place}]/title`, 'too-long', `at most ${SLOTS.事项.max} characters`),
        );
    });
  });
  return issues;
}

function readinessIssues({ readiness }: Plan): Issue[] {
  return readiness.items.flatMap(({ post, per, title }, index) => {
    const path = `/readiness/items[${index}]`;
    const issues: Issue[] = [];
    if ((per === 'site') !== SITE_POSTS.includes(post))
      issues.push(
        issue(path, 'post-elsewhere', `${post} does not stand at a ${per}: name another post or place`),
      );
    if (title.length > SLOTS.事项.max)
      issues.push(issue(`${path}/title`, 'too-long', `at most ${SLOTS.事项.max} characters: shorten it`));
    return issues;
  });
}

/** Leave is given to texts, not to kinds; and no leave given beforehand covers a change to the exam. */
function approvalIssues(plan: Plan): Issue[] {
  const issues: Issue[] = [];
  plan.approvals.forEach((approval, index) => {
    const path = `/approvals[${index}]`;
    approval.kinds.forEach((kind, place) => {
      if (kind !== 'exam-change') return;
      issues.push(
        issue(
          `${path}/kinds[${place}]`,
          'needs-consent',
          'a change to the exam is never approved beforehand',
        ),
      );
    });
    approval.templates.forEach((id, place) => {
      const template = findTemplate(id);
      const at = `${path}/templates[${place}]`;
      if (!template) issues.push(issue(at, 'template-missing', `no text ${id}`, { id }));
      else if (!approval.kinds.includes(template.kind)) {
        issues.push(issue(at, 'kind-missing', `${template.kind} is not among the kinds of this approval`));
      }
    });
  });
  const approved = new Set(plan.approvals.flatMap((approval) => approval.templates));
  plan.triggers.forEach((trigger, index) => {
    const held = trigger.hazards.filter((hazard) =>
      COLOURS.some((colour) => !approved.has(reminderTemplate(hazard, colour))),
    );
    if (held.length === 0) return;
    const message = `reminders of ${held.join(', ')} wait for a person: no standing approval lists their texts`;
    issues.push(
      issue(`/triggers[${index}]`, 'not-approved', message, { hazards: held.join(' ') }, 'warning'),
    );
  });
  return issues;
}

/** The night of orange lies within the night of the rest. */
function quietIssues(plan: Plan): Issue[] {
  const { from, untilExamDay, untilOtherDay, orangeFrom, orangeUntil } = plan.candidates.quiet;
  const path = '/candidates/quiet';
  const issues: Issue[] = [];
  if (clockMinutes(orangeFrom) < clockMinutes(from) && clockMinutes(orangeFrom) > clockMinutes(orangeUntil)) {
    issues.push(
      issue(`${path}/orangeFrom`, 'out-of-order', 'orange may not fall silent before the rest does'),
    );
  }
  if (clockMinutes(orangeUntil) > Math.min(clockMinutes(untilExamDay), clockMinutes(untilOtherDay))) {
    issues.push(
      issue(`${path}/orangeUntil`, 'out-of-order', 'orange may not stay silent after the rest speaks'),
    );
  }
  return issues;
}

function senderIssues(exam: Exam): Issue[] {
  const issues: Issue[] = [];
  if (
    !/^[\p{Script=Han}A-Za-z0-9]{2,}$/u.test(exam.signature) ||
    exam.signature.length > SIGNATURE_UNITS_MAX
  ) {
    const message = `the registered name without brackets, 2 to ${SIGNATURE_UNITS_MAX} characters`;
    issues.push(issue('/signature', 'wrong-signature', message, { max: SIGNATURE_UNITS_MAX }));
  }
  if (!/^\d[\d-]{3,}\d$/.test(exam.hotline) || exam.hotline.length > HOTLINE_UNITS_MAX) {
    const message = `digits and hyphens, at most ${HOTLINE_UNITS_MAX}, as registered with the texts`;
    issues.push(issue('/hotline', 'wrong-hotline', message, { max: HOTLINE_UNITS_MAX }));
  }
  return issues;
}

function districtIssues(exam: Exam, district: Exam['districts'][number], path: string): Issue[] {
  const issues = district.excludes.flatMap((code, index) => {
    if (contains(district.adcode, code)) return [];
    const message = `${code} is no part of ${district.adcode}`;
    return [issue(`${path}/excludes[${index}]`, 'outside-district', message, { code }, 'warning')];
  });
  if (exam.sites.every((site) => site.districtId !== district.id)) {
    issues.push(issue(path, 'no-site', 'the district has no site', { district: district.id }, 'warning'));
  }
  return issues;
}

function siteIssues(exam: Exam, site: Exam['sites'][number], path: string): Issue[] {
  const issues: Issue[] = [];
  const district = exam.districts.find(({ id }) => id === site.districtId);
  if (!district) {
    const message = `no district ${site.districtId}`;
    issues.push(issue(`${path}/districtId`, 'unknown-district', message, { district: site.districtId }));
  } else if (!contains(district.adcode, site.adcode)) {
    const message = `${site.adcode} is no part of district ${district.adcode}`;
    issues.push(issue(`${path}/adcode`, 'outside-district', message, { adcode: site.adcode }));
  } else if (district.excludes.some((code) => contains(code, site.adcode))) {
    const message = `${site.adcode} is excluded from district ${district.adcode}`;
    issues.push(issue(`${path}/adcode`, 'excluded', message, { adcode: site.adcode }));
  }
  if (site.lon < -180 || site.lon > 180 || site.lat < -90 || site.lat > 90 || looksSwapped(site)) {
    const message = looksSwapped(site) ? 'lon and lat look swapped' : 'not a position in degrees';
    issues.push(issue(`${path}/lat`, looksSwapped(site) ? 'swapped' : 'out-of-range', message));
  }
  if (site.shelters.length === 0) {
    issues.push(issue(`${path}/shelters`, 'no-shelter', 'a site needs at least one shelter', {}, 'warning'));
  }
  if (site.name.length > SLOTS.考点.max) {
    const message = `longer than ${SLOTS.考点.max} characters, it is shortened in an SMS`;
    issues.push(issue(`${path}/name`, 'long-name', message, { max: SLOTS.考点.max }, 'warning'));
  }
  return issues;
}

/** Chinese longitudes are 73 to 135 and latitudes 3 to 54, so a swap shows. */
function looksSwapped({ lon, lat }: { lon: number; lat: number }): boolean {
  return lat >= 73 && lat <= 135 && lon >= 3 && lon <= 54;
}

function sessionIssues(exam: Exam, session: Exam['sessions'][number], path: string): Issue[] {
  const issues: Issue[] = [];
  if (session.endsAt <= session.startsAt) {
    issues.push(issue(`${path}/endsAt`, 'out-of-order', 'a session ends after it starts'));
  }
  if (session.admitFrom > session.startsAt) {
    issues.push(issue(`${path}/admitFrom`, 'out-of-order', 'admission opens before the session starts'));
  }
  const other = exam.sessions
    .slice(0, exam.sessions.indexOf(session))
    .find((earlier) => earlier.batch === session.batch && overlap(earlier, session));
  if (other) {
    const message = `overlaps ${other.id}, and one batch cannot sit two papers`;
    issues.push(issue(path, 'overlap', message, { other: other.id }));
  }
  return issues;
}

function overlap(a: Exam['sessions'][number], b: Exam['sessions'][number]): boolean {
  return a.startsAt < b.endsAt && b.startsAt < a.endsAt;
}
