/** What a shape alone cannot say of a plan or an exam: that its parts fit each other. Each message says what to do. */

import { SMS_PART_UNITS } from '../limits.ts';
import { SLOTS, type SlotName } from '../notice/slots.ts';
import {
  findTemplate,
  HOTLINE_UNITS_MAX,
  hasStepTemplate,
  reminderTemplate,
  SIGNATURE_UNITS_MAX,
  stepTemplate,
  widestUnits,
} from '../notice/templates.ts';
import { units } from '../notice/text.ts';
import { type Issue, type IssueLevel, issue } from '../outcome.ts';
import { clockMinutes } from '../time.ts';
import { contains } from '../warning/divisions.ts';
import { COLOURS, type Hazard } from '../warning/warning.ts';
import { type Exam, type Post, SITE_POSTS } from './exam.ts';
import { EXERCISE, isExercise } from './exercise.ts';
import { type Plan, type Playbook, STEPS, type Step, type Trigger } from './plan.ts';

/** One thing asked: whether it is wrong, where, its code, and what to do about it. */
type Asked = [wrong: boolean, path: string, code: string, message: string, level?: IssueLevel];

export function planIssues(plan: Plan): Issue[] {
  return found([
    ...duplicates('/clauses', plan.clauses, 'number'),
    ...duplicates('/steps', plan.steps, 'id'),
    ...duplicates('/approvals', plan.approvals, 'id'),
    ...duplicates('/readiness/items', plan.readiness.items, 'id'),
    ...citations(plan),
    ...plan.triggers.flatMap((trigger, index) => ofTrigger(plan, trigger, index)),
    ...STEPS.map((id): Asked => {
      const message = `the plan has no step ${id}: nobody will be asked for it`;
      return [plan.steps.every((step) => step.id !== id), '/steps', 'step-missing', message, 'warning'];
    }),
    ...plan.steps.flatMap((step, index) => ofStep(plan, step, `/steps[${index}]`)),
    ...ofPlaybooks(plan),
    ...ofReadiness(plan),
    ...ofApprovals(plan),
    ...ofQuiet(plan),
  ]);
}

/** `exam` as it stands in the file: paths count its sessions in that order. */
export function examIssues(exam: Exam): Issue[] {
  return found([
    ...duplicates('/districts', exam.districts, 'id'),
    ...duplicates('/sites', exam.sites, 'id'),
    ...duplicates('/sessions', exam.sessions, 'id'),
    ...ofSender(exam),
    [isExercise(exam), '/id', 'reserved-id', `begins as exercises do, with ${EXERCISE}: name it otherwise`],
    ...exam.districts.flatMap((district, index) => ofDistrict(exam, district, `/districts[${index}]`)),
    ...exam.sites.flatMap((site, index) => ofSite(exam, site, `/sites[${index}]`)),
    ...exam.sessions.flatMap((session, index) => ofSession(exam, session, `/sessions[${index}]`)),
  ]);
}

function found(asked: Asked[]): Issue[] {
  return asked
    .filter(([wrong]) => wrong)
    .map(([, path, code, message, level]) => issue(path, code, message, {}, level));
}

function duplicates<K extends string>(list: string, items: readonly Record<K, string>[], key: K): Asked[] {
  const values = items.map((item) => item[key]);
  return values.map((value, index) => {
    const first = values.indexOf(value);
    const message = `${value} stands at ${list}[${first}] already: name one of them otherwise`;
    return [first !== index, `${list}[${index}]/${key}`, 'duplicate', message];
  });
}

/** Wherever the plan cites a clause, however deep: the list of clauses has it. */
function citations({ clauses, ...rest }: Plan): Asked[] {
  const known = new Set(clauses.map(({ number }) => number));
  const walk = (value: unknown, path: string): Asked[] => {
    if (Array.isArray(value)) return value.flatMap((each, index) => walk(each, `${path}[${index}]`));
    if (value === null || typeof value !== 'object') return [];
    return Object.entries(value).flatMap(([key, each]): Asked[] => {
      const at = `${path}/${key}`;
      if (key !== 'clause') return walk(each, at);
      return [
        [!known.has(each), at, 'unknown-clause', `no clause ${each}: add it to /clauses, or cite another`],
      ];
    });
  };
  return walk(rest, '');
}

function ofTrigger(plan: Plan, trigger: Trigger, index: number): Asked[] {
  const { bands, hazards, coastalOnly } = trigger;
  const path = `/triggers[${index}]`;
  const opens = -plan.window.beforeHours;
  // A band is over when the next one begins, and nothing counts before the window opens.
  const isEver = bands.some(
    ({ floor }, place) => floor !== null && (bands[place + 1]?.fromHours ?? 0) > opens,
  );
  const isBare = coastalOnly && plan.coastalCounties.length === 0;
  const first = (hazard: Hazard): number => plan.triggers.findIndex((each) => each.hazards.includes(hazard));
  const twice = (hazard: Hazard, place: number): boolean =>
    first(hazard) !== index || hazards.indexOf(hazard) !== place;
  return [
    [!isEver, path, 'never-fires', 'no band within the window has a floor: give one a colour'],
    ...bands.flatMap(({ fromHours }, place): Asked[] => {
      const at = `${path}/bands[${place}]/fromHours`;
      const previous = bands[place - 1]?.fromHours ?? Number.NEGATIVE_INFINITY;
      return [
        [fromHours <= previous, at, 'out-of-order', 'bands follow each other in time: sort them'],
        [fromHours < opens, at, 'outside-window', `begins before the window: not before ${opens}`, 'warning'],
      ];
    }),
    ...hazards.map((hazard, place): Asked => {
      const message = `${hazard} has the trigger /triggers[${first(hazard)}]: leave it out of one`;
      return [twice(hazard, place), `${path}/hazards[${place}]`, 'duplicate', message];
    }),
    [isBare, path, 'no-coast', 'counts on the coast only: fill /coastalCounties', 'warning'],
  ];
}

function ofStep(plan: Plan, step: Step, path: string): Asked[] {
  const { tasks, notify, opens, clock, dueMinutes, notice, beforeAdmissionMinutes } = step;
  const perSite = (post: Post): boolean => SITE_POSTS.includes(post);
  const hears = (post: Post): boolean =>
    notice === 'staff-reminder'
      ? perSite(post)
      : tasks.some(
          (task) =>
            (task.per === 'site') === perSite(post) &&
            (perSite(post) || tasks.length === 1 || task.post === post),
        );
  const isNobodys = tasks.length === 0 && (notify.length === 0 || notice !== 'staff-reminder');
  const owners = tasks.filter(({ per }) => per === 'site').map((task) => task.post);
  const atSites = owners.length > 0;
  const shared = `${owners.join(' and ')} would share one task at a site: name one, the other as its stand-in`;
  const isBound = beforeAdmissionMinutes !== null;
  const hasText = hasStepTemplate(notice);
  const spanOfWindow = plan.window.beforeHours * 60;
  return [
    [owners.length > 1, `${path}/tasks`, 'two-owners', shared],
    [isNobodys, path, 'no-post', 'nobody holds a task of this step: name a post in tasks'],
    ...tasks.map(({ post, per }, place): Asked => {
      const message = `${post} does not stand at a ${per}: name another post or place`;
      return [(per === 'site') !== perSite(post), `${path}/tasks[${place}]`, 'post-elsewhere', message];
    }),
    ...notify.map((post, place): Asked => {
      const message = `${post} would never hear of it: give it a task, or leave it out`;
      return [!isNobodys && !hears(post), `${path}/notify[${place}]`, 'never-told', message];
    }),
    titled(step.title, path),
    [opens === 'clock' && clock === null, `${path}/clock`, 'never-opens', 'opens by its clock: give it one'],
    [opens === 'passed' && !atSites, path, 'never-opens', 'what has passed: per site'],
    [opens === 'start' && !dueMinutes, `${path}/dueMinutes`, 'no-span', 'due at once: say when'],
    ...COLOURS.flatMap((colour, place): Asked[] => {
      const span = dueMinutes?.[colour] ?? 0;
      const before = dueMinutes?.[COLOURS[place - 1] ?? colour] ?? 0;
      const late = `opened with the window it is due after the first session: at most ${spanOfWindow}`;
      return [
        [
          span > before,
          `${path}/dueMinutes`,
          'slower',
          `a higher colour gives more time: at most ${before}`,
          'warning',
        ],
        [span > spanOfWindow && !isBound, `${path}/dueMinutes/${colour}`, 'after-session', late],
      ];
    }),
    ...(clock?.strikes ?? []).map((strike, place): Asked => {
      const isLate = 'hoursBeforeFirst' in strike && strike.hoursBeforeFirst * 60 < clock!.graceMinutes;
      const message = 'due after the first session starts: strike earlier, or give less grace';
      return [isLate, `${path}/clock/strikes[${place}]`, 'after-session', message];
    }),
    [isBound && !atSites, `${path}/beforeAdmissionMinutes`, 'no-admission', 'of sites alone: write null'],
    [!hasText, `${path}/notice`, 'template-missing', `no text for a step of kind ${notice}: another`],
    ...(hasText ? texts(step) : []).flatMap((id) => ofText(id, SAID_BY_STEP, step.words, `${path}/words`)),
  ];
}

/** Every text that a step may send. */
function texts({ notice }: Step): string[] {
  const all = (['start', 'raise', 'lifted', 'over'] as const).flatMap((moment) =>
    COLOURS.map((colour) => stepTemplate(notice, colour, moment)),
  );
  return [...new Set(all)];
}

/** Slots that the decision fills by itself. */
const SAID_BY_STEP: readonly SlotName[] = ['机构', '时间', '预警', '数', '场次', '截止', '码', '号'];
const SAID_OF_MATTER: readonly SlotName[] = [
  '时间',
  '截止',
  '场次',
  '区域',
  '响应',
  '考点',
  '地点',
  '路段',
  '号',
];

/** What the plan puts into a text: enough for it, fit for its slots, and in one part at their widest. */
function ofText(id: string, said: readonly SlotName[], words: Step['words'], path: string): Asked[] {
  const template = findTemplate(id);
  if (!template) return [];
  const own = template.slots.flatMap((slot) =>
    words[slot] === undefined ? [] : [[slot, words[slot]] as const],
  );
  const widest = own.reduce(
    (sum, [slot, word]) => sum + units(word) - SLOTS[slot].max,
    widestUnits(template),
  );
  const message = `${id} takes ${widest} units at its widest, more than one part: shorten its words`;
  return [
    [widest > SMS_PART_UNITS, path, 'too-many-parts', message],
    ...own.map(([slot, word]): Asked => {
      const { max, shape } = SLOTS[slot];
      const wrong = units(word) > max || !shape.test(word);
      return [
        wrong,
        `${path}/${slot}`,
        'wrong-word',
        `${id} cannot say it: another word, at most ${max} units`,
      ];
    }),
    ...template.slots.map((slot): Asked => {
      const missing = words[slot] === undefined && !said.includes(slot);
      return [missing, path, 'slot-missing', `${id} has nothing for ${slot}: say it in words`];
    }),
  ];
}

/** What a playbook tells must be a text; and what it does not name has one of its own. */
function ofPlaybooks({ playbooks, incidentReports }: Plan): Asked[] {
  const others = (['incident', 'measure'] as const).map((enters): Asked => {
    const named = playbooks.some((each) => each.enters === enters && each.kind === 'other');
    return [!named, '/playbooks', 'no-other', `no playbook for an ${enters} that none names: add kind other`];
  });
  const each = ({ steps, tells, enters, words }: Playbook, index: number): Asked[] => {
    const path = `/playbooks[${index}]`;
    const all = enters === 'incident' ? [...steps, ...incidentReports] : steps;
    return [
      ...tells.flatMap(({ template, codeOf }, place): Asked[] => {
        const at = `${path}/tells[${place}]`;
        const isText = findTemplate(template) !== undefined && !template.startsWith('exam-change.');
        const hasStep = codeOf === null || all.some(({ id }) => id === codeOf);
        return [
          [!isText, `${at}/template`, 'template-missing', `no text that needs no consent: another`],
          [!hasStep, `${at}/codeOf`, 'step-missing', `no step ${codeOf} here: name one, or null`],
          ...ofText(
            template,
            codeOf === null ? SAID_OF_MATTER : [...SAID_OF_MATTER, '码'],
            words,
            `${path}/words`,
          ),
        ];
      }),
      ...duplicates(`${path}/steps`, steps, 'id'),
      ...steps.flatMap(({ id, title }, place): Asked[] => {
        const at = `${path}/steps[${place}]`;
        const isReport = enters === 'incident' && incidentReports.some((report) => report.id === id);
        const message = `${id} is owed of every incident already: name it otherwise`;
        return [titled(title, at), [isReport, `${at}/id`, 'duplicate', message]];
      }),
    ];
  };
  const kinds = playbooks.map(({ enters, kind }) => ({ kind: `${enters} ${kind}` }));
  return [
    ...others,
    ...duplicates('/playbooks', kinds, 'kind'),
    ...duplicates('/incidentReports', incidentReports, 'id'),
    ...playbooks.flatMap(each),
  ];
}

function titled(title: string, path: string): Asked {
  const { max } = SLOTS.事项;
  return [title.length > max, `${path}/title`, 'too-long', `at most ${max} characters: shorten it`];
}

function ofReadiness({ readiness }: Plan): Asked[] {
  return readiness.items.flatMap(({ post, per, title, daysBefore }, index): Asked[] => {
    const path = `/readiness/items[${index}]`;
    const elsewhere = `${post} does not stand at a ${per}: name another post or place`;
    return [
      [(per !== 'district') !== SITE_POSTS.includes(post), path, 'post-elsewhere', elsewhere],
      [daysBefore === 0, `${path}/daysBefore`, 'after-session', 'due when the exam begins: sooner'],
      titled(title, path),
    ];
  });
}

/** Leave is given to texts; and none that is given beforehand covers a change to the exam. */
function ofApprovals({ approvals, triggers }: Plan): Asked[] {
  const approved = new Set(approvals.flatMap(({ templates }) => templates));
  const own = approvals.flatMap(({ templates }, index) =>
    templates.flatMap((id, place): Asked[] => {
      const at = `/approvals[${index}]/templates[${place}]`;
      const message = 'a change to the exam is never approved beforehand: leave it out';
      return [
        [!findTemplate(id), at, 'template-missing', `no text ${id}: leave it out`],
        [id.startsWith('exam-change.'), at, 'needs-consent', message],
      ];
    }),
  );
  const held = triggers.map(({ hazards }, index): Asked => {
    const without = hazards.filter((hazard) =>
      COLOURS.some((colour) => !approved.has(reminderTemplate(hazard, colour))),
    );
    const message = `reminders of ${without.join(', ')} wait for a person: list their texts in an approval`;
    return [without.length > 0, `/triggers[${index}]`, 'not-approved', message, 'warning'];
  });
  return [...own, ...held];
}

/** The night of orange lies within the night of the rest. */
function ofQuiet({ candidates: { quiet } }: Plan): Asked[] {
  const path = '/candidates/quiet';
  const [from, orangeFrom, orangeUntil] = [quiet.from, quiet.orangeFrom, quiet.orangeUntil].map(clockMinutes);
  const until = Math.min(clockMinutes(quiet.untilExamDay), clockMinutes(quiet.untilOtherDay));
  const early = orangeFrom! < from! && orangeFrom! > orangeUntil!;
  return [
    [early, `${path}/orangeFrom`, 'out-of-order', `orange falls silent after the rest: from ${quiet.from}`],
    [orangeUntil! > until, `${path}/orangeUntil`, 'out-of-order', 'orange speaks before the rest: sooner'],
  ];
}

function ofSender({ signature, hotline }: Exam): Asked[] {
  const signed =
    /^[\p{Script=Han}A-Za-z0-9]{2,}$/u.test(signature) && signature.length <= SIGNATURE_UNITS_MAX;
  const called = /^\d[\d-]{3,}\d$/.test(hotline) && hotline.length <= HOTLINE_UNITS_MAX;
  return [
    [!signed, '/signature', 'wrong-signature', `the registered name: 2 to ${SIGNATURE_UNITS_MAX} letters`],
    [!called, '/hotline', 'wrong-hotline', `digits and hyphens as registered, at most ${HOTLINE_UNITS_MAX}`],
  ];
}

function ofDistrict(exam: Exam, district: Exam['districts'][number], path: string): Asked[] {
  const { id, adcode, excludes } = district;
  const around = exam.districts.find(
    (other) =>
      other !== district &&
      contains(other.adcode, adcode) &&
      !other.excludes.some((code) => contains(code, adcode)),
  );
  const isEmpty = exam.sites.every((site) => site.districtId !== id);
  const twice = `lies in district ${around?.id}: a warning there starts both; exclude it from that one`;
  return [
    ...excludes.map((code, index): Asked => {
      const message = `${code} is no part of ${adcode}: leave it out`;
      return [!contains(adcode, code), `${path}/excludes[${index}]`, 'outside-district', message, 'warning'];
    }),
    [around !== undefined, `${path}/adcode`, 'districts-overlap', twice, 'warning'],
    [isEmpty, path, 'no-site', 'the district has no site: add one, or leave it out', 'warning'],
  ];
}

function ofSite({ districts }: Exam, site: Exam['sites'][number], path: string): Asked[] {
  const { lon, lat, adcode, districtId, shelters, seats, name } = site;
  const district = districts.find(({ id }) => id === districtId);
  const isInside = !district || contains(district.adcode, adcode);
  const isExcluded = isInside && (district?.excludes ?? []).some((code) => contains(code, adcode));
  // Chinese longitudes are 73 to 135 and latitudes 3 to 54, so a swap shows.
  const isSwapped = lat >= 73 && lat <= 135 && lon >= 3 && lon <= 54;
  const isOff = !isSwapped && (lon < -180 || lon > 180 || lat < -90 || lat > 90);
  const named = (path: string, text: string, { max }: { max: number }): Asked => {
    return [text.length > max, path, 'long-name', `beyond ${max} characters an SMS cuts it`, 'warning'];
  };
  return [
    [!district, `${path}/districtId`, 'unknown-district', `no district ${districtId}: add it to /districts`],
    [!isInside, `${path}/adcode`, 'outside-district', `${adcode} is no part of district ${district?.adcode}`],
    [isExcluded, `${path}/adcode`, 'excluded', `${adcode} is excluded from district ${district?.adcode}`],
    [isSwapped, `${path}/lat`, 'swapped', 'lon and lat look swapped: longitude first'],
    [isOff, `${path}/lat`, 'out-of-range', 'not a position in degrees'],
    [shelters.length === 0, `${path}/shelters`, 'no-shelter', 'a site needs at least one shelter', 'warning'],
    ...shelters.flatMap(({ name, route }, index): Asked[] => {
      const at = `${path}/shelters[${index}]`;
      const message = 'nobody can be led there: say how one gets to it';
      return [
        named(`${at}/name`, name, SLOTS.地点),
        [route.trim() === '', `${at}/route`, 'no-route', message, 'warning'],
      ];
    }),
    [seats === 0, `${path}/seats`, 'no-seats', 'nobody could sit here: say how many', 'warning'],
    named(`${path}/name`, name, SLOTS.考点),
  ];
}

function ofSession({ sessions }: Exam, session: Exam['sessions'][number], path: string): Asked[] {
  const { startsAt, endsAt, admitFrom, batch } = session;
  const other = sessions
    .slice(0, sessions.indexOf(session))
    .find((earlier) => earlier.batch === batch && startsAt < earlier.endsAt && earlier.startsAt < endsAt);
  return [
    [endsAt <= startsAt, `${path}/endsAt`, 'out-of-order', 'a session ends after it starts'],
    [admitFrom > startsAt, `${path}/admitFrom`, 'out-of-order', 'admission opens before the session starts'],
    [other !== undefined, path, 'overlap', `overlaps ${other?.id}: one batch cannot sit two papers`],
  ];
}
