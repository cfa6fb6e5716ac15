/** The shapes in which an office hands over its plan and its exam, and the one way in which either is read. */
import * as z from 'zod';
import { NOTICE_KINDS } from '../notice/notice.ts';
import { SLOT_NAMES } from '../notice/slots.ts';
import { type Issue, issue } from '../outcome.ts';
import { instant } from '../time.ts';
import { COLOURS, HAZARDS } from '../warning/warning.ts';
import { examIssues, planIssues } from './checks.ts';
import { type Exam, POSTS } from './exam.ts';
import { type Plan, STEPS } from './plan.ts';

const text = z.string().trim().min(1);
/** Ids stand in keys and paths, where these signs separate. */
const id = z
  .string()
  .regex(/^(?!-$)[^\s#|;@/\\]{1,64}$/, 'at most 64 signs without spaces or any of # | ; @ / \\');
const adcode = z.string().regex(/^\d{6}$/, 'a division code of six digits, as text');
const hours = z
  .number()
  .min(0)
  .max(24 * 365);
const minutes = z
  .number()
  .int()
  .min(0)
  .max(7 * 24 * 60);
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day, HH:mm');
const moment = z.string().refine(isInstant, 'an ISO 8601 time with offset');
const basis = z.enum(['clause', 'office-default']);
const hazard = z.enum(HAZARDS);
const colour = z.enum(COLOURS);
const post = z.enum(POSTS);
const kind = z.enum(NOTICE_KINDS);

function perColour<T extends z.ZodType>(value: T) {
  return z.strictObject({ blue: value, yellow: value, orange: value, red: value });
}

const trigger = z.strictObject({
  hazards: z.array(hazard).min(1),
  coastalOnly: z.boolean(),
  bands: z.array(z.strictObject({ fromHours: z.number(), floor: colour.nullable() })).min(1),
  clause: text,
  basis,
});

const strike = z.union([
  z.strictObject({ at: clock, on: z.enum(['every-day', 'exam-day', 'day-before']) }),
  z.strictObject({ hoursBeforeFirst: hours }),
]);

const step = z.strictObject({
  id: z.enum(STEPS),
  clause: text,
  title: text,
  duty: text,
  tasks: z.array(z.strictObject({ post, per: z.enum(['district', 'site']) })),
  notify: z.array(post),
  notice: kind.exclude(['exam-change']),
  words: z.partialRecord(z.enum(SLOT_NAMES), text),
  opens: z.enum(['start', 'passed', 'clock']),
  clock: z
    .strictObject({ strikes: z.array(strike).min(1), leadMinutes: minutes, graceMinutes: minutes })
    .nullable(),
  dueMinutes: perColour(minutes).nullable(),
  basis,
  reopensOnRaise: z.boolean(),
  nightRule: z.boolean(),
  beforeAdmissionMinutes: minutes.nullable(),
  checklist: z.array(z.union([text, z.strictObject({ text, only: z.array(colour).min(1) })])),
});

const candidates = z.strictObject({
  clause: text,
  withinHours: perColour(hours.nullable()),
  togetherMinutes: minutes,
  approvalMinutes: minutes,
  plausibleIssue: z.strictObject({ beforeMinutes: minutes, afterMinutes: minutes }),
  quiet: z.strictObject({
    from: clock,
    untilExamDay: clock,
    untilOtherDay: clock,
    orangeFrom: clock,
    orangeUntil: clock,
  }),
  summaries: z.strictObject({ evening: clock, morning: clock, unlessToldWithinHours: hours }),
  caps: z.strictObject({ perDay: z.int().min(1), perActivation: z.int().min(1) }),
  ceiling: z.strictObject({ perHour: z.int().min(1), perDay: z.int().min(1) }),
  allClear: z.strictObject({ clause: text, toldWithinHoursOfSession: hours }),
  basis,
});

const escalation = z.strictObject({
  clause: text,
  chain: z.array(post).min(1),
  topFromHours: hours,
  stepMinutes: perColour(minutes),
  standIns: z.partialRecord(post, post),
  digestMinutes: minutes,
  smsPerDay: z.int().min(1),
  keptForOrders: z.int().min(0),
  basis,
});

const playbookStep = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/, 'lower-case letters, digits and hyphens'),
  clause: text,
  title: text,
  duty: text,
  post,
  from: z.enum(['entry', 'paper', 'closing']),
  minutes: z.int().min(-1440).max(10080),
  workingDays: z.int().min(0).max(30),
  again: z.strictObject({ inSession: minutes.min(1), otherwise: minutes.min(1) }).nullable(),
  basis,
});

const playbook = z.strictObject({
  kind: z.string().regex(/^[a-z0-9-]+$/, 'lower-case letters, digits and hyphens'),
  enters: z.enum(['incident', 'measure']),
  title: text,
  clause: text,
  pace: colour,
  steps: z.array(playbookStep),
  tells: z.array(
    z.strictObject({
      template: text,
      to: z.union([z.literal('candidates'), z.array(post).min(1)]),
      codeOf: text.nullable(),
    }),
  ),
  words: z.record(z.string(), text),
});

const readiness = z.strictObject({
  remindDays: z.number().min(0).max(60),
  climbHours: hours,
  items: z.array(
    z.strictObject({
      id: z.string().regex(/^[a-z0-9-]+$/, 'lower-case letters, digits and hyphens'),
      clause: text,
      title: text,
      duty: text,
      post,
      per: z.enum(['district', 'site']),
      daysBefore: z.number().min(0).max(365),
      evidence: text,
      confirmedBy: z.enum(STEPS).nullable(),
      notice: z.literal('staff-briefing').nullable(),
      basis,
    }),
  ),
});

const planShape = z.strictObject({
  /** For editors: the published schema that stands beside the shipped plans. */
  $schema: z.string().optional(),
  id: z.string().regex(/^[a-z0-9-]+$/, 'lower-case letters, digits and hyphens'),
  version: text,
  title: text,
  document: text,
  clauses: z
    .array(z.strictObject({ number: text, heading: text, duty: text, document: text.optional() }))
    .min(1),
  window: z.strictObject({ beforeHours: hours, afterHours: hours, basis }),
  coastalCounties: z.array(adcode),
  issuers: z.strictObject({
    national: z.enum(['start', 'attach']),
    province: z.enum(['start', 'named', 'attach']),
    city: z.literal('start'),
    county: z.literal('start'),
  }),
  triggers: z.array(trigger).min(1),
  steps: z.array(step).min(1),
  night: z.strictObject({ from: clock, until: clock, untilHoursBeforeFirst: hours, basis }),
  candidates,
  escalation,
  readiness,
  approvals: z.array(
    z.strictObject({
      id: text,
      kinds: z.array(kind).min(1),
      templates: z.array(text).min(1),
      by: text,
      at: moment,
      document: text,
    }),
  ),
  examChange: z.strictObject({ clause: text, documentHours: hours, basis }),
  directives: z.strictObject({ clause: text, minutes, basis }),
  telling: z.strictObject({
    clause: text,
    callPosts: z.array(post).min(1),
    callMinutes: z.int().min(5),
    canaryPosts: z.array(post),
    pricePerPart: z.number().positive().nullable(),
    basis,
  }),
  incidentReports: z.array(playbookStep),
  playbooks: z.array(playbook),
  feedSilence: z.strictObject({ clause: text, post, basis }),
  ending: z.strictObject({ clause: text, calmHours: hours, remindHours: hours, basis }),
});

const examShape = z.strictObject({
  id,
  name: text,
  timeZone: z.string().refine(isZone, 'an IANA time zone').default('Asia/Shanghai'),
  hotline: z.string(),
  signature: z.string(),
  districts: z
    .array(z.strictObject({ id, name: text, adcode, excludes: z.array(adcode).default([]) }))
    .min(1),
  sites: z
    .array(
      z.strictObject({
        id,
        name: text,
        districtId: text,
        adcode,
        lon: z.number(),
        lat: z.number(),
        coastal: z.boolean().default(false),
        shelters: z.array(z.strictObject({ name: text, route: z.string().default('') })).default([]),
        seats: z.int().min(0).default(0),
        spareSeats: z.int().min(0).default(0),
      }),
    )
    .min(1),
  sessions: z
    .array(
      z.strictObject({
        id,
        name: text,
        batch: text.nullish().transform((value) => value ?? null),
        paper: text.nullish().transform((value) => value ?? null),
        startsAt: moment.transform(instant),
        endsAt: moment.transform(instant),
        admitFrom: moment.transform(instant),
      }),
    )
    .min(1),
});

/** A plan as JSON. `plan` is null when an issue is an error; warnings leave it usable. */
export function readPlan(json: unknown): { plan: Plan | null; issues: Issue[] } {
  const parsed = planShape.safeParse(json);
  if (!parsed.success) return { plan: null, issues: parsed.error.issues.map(asIssue) };
  const { clauses, $schema: _, ...rest } = parsed.data;
  const plan: Plan = {
    ...rest,
    clauses: clauses.map(({ document, ...clause }) => (document ? { ...clause, document } : clause)),
  };
  const issues = planIssues(plan);
  return { plan: hasError(issues) ? null : plan, issues };
}

/** An exam as JSON, its times ISO 8601. A key that we do not know is a warning, since a misspelt one would be lost. */
export function readExam(json: unknown): { exam: Exam | null; issues: Issue[] } {
  const known = structuredClone(json);
  let parsed = examShape.safeParse(known);
  const unknownKeys = (parsed.error?.issues ?? []).filter((entry) => entry.code === 'unrecognized_keys');
  const unknown = unknownKeys.map((entry) => ({ ...asIssue(entry), level: 'warning' as const }));
  if (unknownKeys.length > 0) {
    for (const entry of unknownKeys) removeKeys(known, entry.path, entry.keys);
    parsed = examShape.safeParse(known);
  }
  if (!parsed.success) return { exam: null, issues: [...unknown, ...parsed.error.issues.map(asIssue)] };
  const exam: Exam = {
    ...parsed.data,
    sessions: parsed.data.sessions.toSorted((a, b) => a.startsAt - b.startsAt || (a.id < b.id ? -1 : 1)),
  };
  const issues = [...unknown, ...examIssues(parsed.data)];
  return { exam: hasError(issues) ? null : exam, issues };
}

/** JSON Schema (draft 2020-12) of a plan file, for editors. */
export function planJsonSchema(): object {
  return z.toJSONSchema(planShape, { io: 'input' });
}

/** The same for an exam file. */
export function examJsonSchema(): object {
  return z.toJSONSchema(examShape, { io: 'input' });
}

/** `/sites[3]/adcode`; the root is `/`. */
function pathOf(path: readonly PropertyKey[]): string {
  const steps = path.map((part) => (typeof part === 'number' ? `[${part}]` : `/${String(part)}`));
  return steps.join('') || '/';
}

/** One complaint of a schema as an issue; its message never repeats the value. */
export function asIssue(entry: z.core.$ZodIssue): Issue {
  if (entry.code === 'unrecognized_keys') {
    const keys = entry.keys.join(', ');
    return issue(pathOf(entry.path), 'unknown-key', `unknown key: ${keys}`, { keys });
  }
  if (entry.code === 'invalid_type') {
    return issue(pathOf(entry.path), 'wrong-type', `must be ${entry.expected}`, { expected: entry.expected });
  }
  if (entry.code === 'invalid_value') {
    const allowed = entry.values.join(', ');
    return issue(pathOf(entry.path), 'not-one-of', `must be one of ${allowed}`, { allowed });
  }
  if (entry.code === 'too_small' || entry.code === 'too_big') {
    return issue(pathOf(entry.path), entry.code.replace('_', '-'), entry.message);
  }
  return issue(pathOf(entry.path), 'wrong-format', `must be ${entry.message}`);
}

function removeKeys(root: unknown, path: readonly PropertyKey[], keys: readonly string[]): void {
  let at = root as Record<PropertyKey, unknown>;
  for (const part of path) at = at[part] as Record<PropertyKey, unknown>;
  for (const key of keys) delete at[key];
}

function hasError(issues: Issue[]): boolean {
  return issues.some((entry) => entry.level === 'error');
}

function isInstant(value: string): boolean {
  try {
    return Number.isFinite(instant(value));
  } catch {
    return false;
  }
}

function isZone(value: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en-US', { timeZone: value }));
  } catch {
    return false;
  }
}
