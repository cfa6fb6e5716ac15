/**
 * What an office hands over: its plan, what it has resolved to do, as versioned data; and its exam, what is protected.
 * The types of both follow from here ([plan.ts](plan.ts), [exam.ts](exam.ts)), and so do the published schemas.
 */
import * as z from 'zod';
import { NOTICE_KINDS } from '../notice/notice.ts';
import { SLOT_NAMES } from '../notice/slots.ts';
import { instant } from '../time.ts';
import { COLOURS, HAZARDS } from '../warning/warning.ts';
import { POSTS } from './exam.ts';
import { STEPS } from './plan.ts';

const text = z.string().trim().min(1);
/** Ids stand in keys and paths, where these signs separate. */
const id = z
  .string()
  .regex(/^(?!-$)[^\s#|;@/\\]{1,64}$/, 'at most 64 signs without spaces or any of # | ; @ / \\');
/** Ids that the office gives to parts of its plan. */
const slug = z.string().regex(/^[a-z0-9-]+$/, 'lower-case letters, digits and hyphens');
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
/** `clause`: the official text gives it; `office-default` (本局默认): the office chose it. */
const basis = z.enum(['clause', 'office-default']);
const colour = z.enum(COLOURS);
const post = z.enum(POSTS);
const per = z.enum(['district', 'site']);
/** Slots of a text that the plan itself fills: which report, to whom. */
const words = z.partialRecord(z.enum(SLOT_NAMES), text);

function perColour<T extends z.ZodType>(value: T) {
  return z.strictObject({ blue: value, yellow: value, orange: value, red: value });
}

const trigger = z.strictObject({
  hazards: z.array(z.enum(HAZARDS)).min(1),
  /** Counts only for coastal or ferry-reached sites. */
  coastalOnly: z.boolean(),
  /**
   * From `fromHours` (inclusive) after T, the first session of the exam, to the next band's start. `floor` is the
   * weakest colour that counts; null means recorded only (`below-threshold`).
   */
  bands: z.array(z.strictObject({ fromHours: z.number(), floor: colour.nullable() })).min(1),
  /** The clause that starts the plan on it. */
  clause: text,
  basis,
});

/** One time at which a step's clock strikes: HH:mm of every day, of days with a session, of the days before; or before T. */
const strike = z.union([
  z.strictObject({ at: clock, on: z.enum(['every-day', 'exam-day', 'day-before']) }),
  z.strictObject({ hoursBeforeFirst: hours }),
]);

const step = z.strictObject({
  id: z.enum(STEPS),
  clause: text,
  /** ≤ 8 characters: the {事项} of an SMS. */
  title: text,
  duty: text,
  /** Who holds the task: one per district, or one per affected site. Empty: the step only informs. */
  tasks: z.array(z.strictObject({ post, per })),
  /** Who gets the notice; site posts at the affected sites only. */
  notify: z.array(post),
  notice: z.enum(NOTICE_KINDS).exclude(['exam-change']),
  words,
  /** `start`: when a level begins; `passed`: when it has come to nothing; `clock`: only when its clock strikes. */
  opens: z.enum(['start', 'passed', 'clock']),
  /** The task opens `leadMinutes` before each strike and is due `graceMinutes` after it; null: no strikes. */
  clock: z
    .strictObject({ strikes: z.array(strike).min(1), leadMinutes: minutes, graceMinutes: minutes })
    .nullable(),
  /** Minutes from its opening to the due time; null: due when the clock says, or at the next admission. */
  dueMinutes: perColour(minutes).nullable(),
  basis,
  /** A raise opens the task anew. */
  reopensOnRaise: z.boolean(),
  /** Blue and yellow between the night hours before T−24 h: the duty officer only, the rest in the morning. */
  nightRule: z.boolean(),
  /** Never due later than this before the site's next admission; null: no such bound. */
  beforeAdmissionMinutes: minutes.nullable(),
  /** What to look at; some of it under some colours only. */
  checklist: z.array(z.union([text, z.strictObject({ text, only: z.array(colour).min(1) })])),
});

const candidates = z.strictObject({
  clause: text,
  /** Hours before the candidate's own next session within which a colour is told; null: at once. */
  withinHours: perColour(hours.nullable()),
  /** Blue and yellow wait this long from first sight, so that of signals issued together one is sent. */
  togetherMinutes: minutes,
  /** How long a reminder that needs an officer waits for one. */
  approvalMinutes: minutes,
  /** `issuedAt` must lie within this span of first sight. */
  plausibleIssue: z.strictObject({ beforeMinutes: minutes, afterMinutes: minutes }),
  /** Red passes at any time. */
  quiet: z.strictObject({
    from: clock,
    /** Ends on a day with any session / on other days. */
    untilExamDay: clock,
    untilOtherDay: clock,
    /** The shorter night of orange: falls silent at / speaks again at. */
    orangeFrom: clock,
    orangeUntil: clock,
  }),
  /** The evening before, and the exam morning. */
  summaries: z.strictObject({ evening: clock, morning: clock, unlessToldWithinHours: hours }),
  /** Of reminders and summaries to one audience, red apart; an officer may let more go. */
  caps: z.strictObject({ perDay: z.int().min(1), perActivation: z.int().min(1) }),
  ceiling: z.strictObject({ perHour: z.int().min(1), perDay: z.int().min(1) }),
  allClear: z.strictObject({ clause: text, toldWithinHoursOfSession: hours }),
  basis,
});

/** How work that nobody confirms climbs. Only what is not done climbs, and each post hears of it once. */
const escalation = z.strictObject({
  clause: text,
  /** Posts of the district above an owner, one after the other; a vacant one is passed over. */
  chain: z.array(post).min(1),
  /** The last of the chain hears of blue and yellow only from this long before T. */
  topFromHours: hours,
  /** Until the next post up is told. */
  stepMinutes: perColour(minutes),
  /** Who stands in (AB role) for a post that does not answer, or that nobody holds; without one, the office. */
  standIns: z.partialRecord(post, post),
  /** What is to be said to one post comes together, at most this often. */
  digestMinutes: minutes,
  /** SMS to one post at one place in a day; beyond them its people are called. */
  smsPerDay: z.int().min(1),
  /** Of those, how many reminders and escalations leave to orders and to news of feeds. */
  keptForOrders: z.int().min(0),
  basis,
});

const playbookStep = z.strictObject({
  id: slug,
  clause: text,
  /** ≤ 8 characters: the {事项} of an SMS. */
  title: text,
  duty: text,
  /** A post of a site has a task at each affected one, others one for the district. */
  post,
  /** Counted from when it was entered, from the start of the next paper, or from when it was closed. */
  from: z.enum(['entry', 'paper', 'closing']),
  /** Negative: before. */
  minutes: z.int().min(-1440).max(10080),
  /** Monday to Friday without the exam's holidays, on top of the minutes. */
  workingDays: z.int().min(0).max(30),
  /** Minutes after which it is due again, each time it was done, until the closing. */
  again: z.strictObject({ inSession: minutes.min(1), otherwise: minutes.min(1) }).nullable(),
  basis,
});

/** What is done about what people report: an incident at a site (六; 总预案五(一)), or a measure others have taken. */
const playbook = z.strictObject({
  /** `other` is for what the plan does not name. */
  kind: slug,
  enters: z.enum(['incident', 'measure']),
  /** ≤ 8 characters. */
  title: text,
  /** Under which the plan starts by it, if it has not. */
  clause: text,
  /** How fast late work climbs. */
  pace: colour,
  steps: z.array(playbookStep),
  /** Texts that are due at once; without a standing approval each waits for an officer. */
  tells: z.array(
    z.strictObject({
      template: text,
      to: z.union([z.literal('candidates'), z.array(post).min(1)]),
      /** The step whose task code stands in the text. */
      codeOf: text.nullable(),
    }),
  ),
  words,
});

/** What is owed without any warning (备考任务). */
const readiness = z.strictObject({
  /** The owner is reminded this long before it is due. */
  remindDays: z.number().min(0).max(60),
  /** Until the next post up hears of what is late. */
  climbHours: hours,
  items: z.array(
    z.strictObject({
      id: slug,
      clause: text,
      /** ≤ 8 characters: the {事项} of an SMS. */
      title: text,
      duty: text,
      post,
      /** `site-in-need`: of sites where the roster says that somebody has special needs. */
      per: z.enum(['district', 'site', 'site-in-need']),
      /** Due this many days before T. */
      daysBefore: z.number().min(0).max(365),
      /** What shows that it is done, in words. */
      evidence: text,
      /** The step by which an activation confirms it anew. */
      confirmedBy: z.enum(STEPS).nullable(),
      /** The text in which it is asked for, where it has one of its own. */
      notice: z.literal('staff-briefing').nullable(),
      basis,
    }),
  ),
});

/** Every number says where it is from. */
export const planShape = z.strictObject({
  /** For editors: the published schema that stands beside the shipped plans. */
  $schema: z.string().optional(),
  id: slug,
  version: text,
  title: text,
  document: text,
  /** Cited, each duty said in our own words; `document` where it stands in another than the plan's own. */
  clauses: z
    .array(z.strictObject({ number: text, heading: text, duty: text, document: text.exactOptional() }))
    .min(1),
  window: z.strictObject({ beforeHours: hours, afterHours: hours, basis }),
  /** Division codes of counties on the open coast. */
  coastalCounties: z.array(adcode),
  /** What a warning of each tier of issuer may do. `named`: start only if its text names the city, all the province, or the coast. */
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
  /** Leave given beforehand for template versions (general plan 六(二)): by whom, when, in which document. */
  approvals: z.array(
    z.strictObject({
      id: text,
      templates: z.array(text).min(1),
      by: text,
      at: moment,
      document: text,
    }),
  ),
  /** Under which clause a consent lets the exam be changed, and when its document must have followed. */
  examChange: z.strictObject({ clause: text, documentHours: hours, basis }),
  /** Under which clause a directive is passed on, and when its answer is owed where it names no time. */
  directives: z.strictObject({ clause: text, minutes, basis }),
  /** What the office decides about telling as such. */
  telling: z.strictObject({
    clause: text,
    /** Who calls those not reached where no site lead does: the first post that somebody holds. */
    callPosts: z.array(post).min(1),
    /** Within which they are to be called. */
    callMinutes: z.int().min(5),
    /** Who gets the text of a notice over a thousand people first; nobody if empty. */
    canaryPosts: z.array(post),
    /** Price of one SMS part, in the office's currency; null where nobody has entered it. */
    pricePerPart: z.number().positive().nullable(),
    basis,
  }),
  /** Owed of every incident, beside its playbook. */
  incidentReports: z.array(playbookStep),
  playbooks: z.array(playbook),
  feedSilence: z.strictObject({ clause: text, post, basis }),
  ending: z.strictObject({ clause: text, calmHours: hours, remindHours: hours, basis }),
});

/** One stage of an exam. */
export const examShape = z.strictObject({
  id,
  name: text,
  timeZone: z.string().refine(isZone, 'an IANA time zone').default('Asia/Shanghai'),
  hotline: z.string(),
  signature: z.string(),
  districts: z
    .array(
      z.strictObject({
        id,
        name: text,
        adcode,
        /** Division codes inside the district that another office answers for. */
        excludes: z.array(adcode).default([]),
      }),
    )
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
        /** On the open coast or reached by ferry: sea warnings count here. */
        coastal: z.boolean().default(false),
        shelters: z.array(z.strictObject({ name: text, route: z.string().default('') })).default([]),
        seats: z.int().min(0).default(0),
        spareSeats: z.int().min(0).default(0),
      }),
    )
    .min(1),
  /** One paper of one batch each. */
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
  /** Public holidays: working days leave them out. */
  holidays: z.array(z.iso.date()).exactOptional(),
});

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
