/** What the office resolved to do: the natural-disaster plan as versioned data. Every number says where it is from. */
import type { NoticeKind, OrdinaryKind } from '../notice/notice.ts';
import type { SlotName } from '../notice/slots.ts';
import type { Colour, Hazard } from '../warning/warning.ts';
import type { Post } from './exam.ts';
import type { Playbook, PlaybookStep } from './playbook.ts';

/** `clause`: the official text gives it; `office-default` (本局默认): the office chose it. */
export type Basis = 'clause' | 'office-default';

/** One clause of the official document: cited, and its duty said in our own words. */
export interface Clause {
  number: string;
  heading: string;
  duty: string;
  /** Where it stands in another document than the plan's own. */
  document?: string;
}

/**
 * From `fromHours` (inclusive) after T, the first session of the exam, to the next band's start. `floor` is the
 * weakest colour that counts; null means recorded only (`below-threshold`).
 */
export interface Band {
  fromHours: number;
  floor: Colour | null;
}

export interface Trigger {
  hazards: Hazard[];
  /** Counts only for coastal or ferry-reached sites. */
  coastalOnly: boolean;
  bands: Band[];
  /** The clause that starts the plan on it. */
  clause: string;
  basis: Basis;
}

export const STEPS = [
  'command-brief',
  'duty',
  'linkage',
  'assessment',
  'site-safety-check',
  'shelter',
  'staff-reminder',
  'recheck',
  'start-report',
  'daily-report',
  'decision-clock',
] as const;
export type StepId = (typeof STEPS)[number];

/** One time at which a step's clock strikes. */
export type Strike =
  /** HH:mm of every day, of days with a session, or of the days before those. */
  { at: string; on: 'every-day' | 'exam-day' | 'day-before' } | { hoursBeforeFirst: number };

/** The task opens `leadMinutes` before each strike and is due `graceMinutes` after it. */
export interface StepClock {
  strikes: Strike[];
  leadMinutes: number;
  graceMinutes: number;
}

export interface Step {
  id: StepId;
  clause: string;
  /** ≤ 8 characters: the {事项} of an SMS. */
  title: string;
  duty: string;
  /** Who holds the task: one per district, or one per affected site. Empty: the step only informs. */
  tasks: { post: Post; per: 'district' | 'site' }[];
  /** Who gets the notice; site posts at the affected sites only. */
  notify: Post[];
  notice: OrdinaryKind;
  /** Slots of the notice that the step itself fills: which report, to whom. */
  words: Partial<Record<SlotName, string>>;
  /** `start`: when a level begins; `passed`: when it has come to nothing; `clock`: only when its clock strikes. */
  opens: 'start' | 'passed' | 'clock';
  /** Times of day or before T at which it is due again; null: none. */
  clock: StepClock | null;
  /** Minutes from its opening to the due time; null: due when the clock says, or at the next admission. */
  dueMinutes: Record<Colour, number> | null;
  basis: Basis;
  /** A raise opens the task anew (plan §3). */
  reopensOnRaise: boolean;
  /** Blue and yellow between the night hours before T−24 h: the duty officer only, the rest in the morning. */
  nightRule: boolean;
  /** Never due later than this before the site's next admission; null: no such bound. */
  beforeAdmissionMinutes: number | null;
  /** What to look at; some of it under some colours only. */
  checklist: (string | { text: string; only: Colour[] })[];
}

export interface QuietHours {
  /** HH:mm. Red passes at any time. */
  from: string;
  /** Ends on a day with any session / on other days. */
  untilExamDay: string;
  untilOtherDay: string;
  /** The shorter night of orange: falls silent at / speaks again at. */
  orangeFrom: string;
  orangeUntil: string;
}

export interface CandidateRules {
  clause: string;
  /** Hours before the candidate's own next session within which a colour is told; null: at once. */
  withinHours: Record<Colour, number | null>;
  /** Blue and yellow wait this long from first sight, so that of signals issued together one is sent. */
  togetherMinutes: number;
  /** How long a reminder that needs an officer waits for one. */
  approvalMinutes: number;
  /** `issuedAt` must lie within this span of first sight, in minutes before and after. */
  plausibleIssue: { beforeMinutes: number; afterMinutes: number };
  quiet: QuietHours;
  /** HH:mm: the evening before, and the exam morning. */
  summaries: { evening: string; morning: string; unlessToldWithinHours: number };
  /** Of reminders and summaries to one audience, red apart; an officer may let more go. */
  caps: { perDay: number; perActivation: number };
  ceiling: { perHour: number; perDay: number };
  allClear: { clause: string; toldWithinHoursOfSession: number };
  basis: Basis;
}

/** How work that nobody confirms climbs (plan §3). Only what is not done climbs, and each post hears of it once. */
export interface Escalation {
  clause: string;
  /** Posts of the district above an owner, one after the other; a vacant one is passed over. */
  chain: Post[];
  /** The last of the chain hears of blue and yellow only from this long before T. */
  topFromHours: number;
  /** Until the next post up is told. */
  stepMinutes: Record<Colour, number>;
  /** Who stands in (AB role) for a post that does not answer, or that nobody holds; without one, the office. */
  standIns: Partial<Record<Post, Post>>;
  /** What is to be said to one post comes together, at most this often. */
  digestMinutes: number;
  /** SMS to one post at one place in a day; beyond them its people are called. */
  smsPerDay: number;
  /** Of those, how many reminders and escalations leave to orders and to news of feeds. */
  keptForOrders: number;
  basis: Basis;
}

/** One preparation that is owed without any warning (备考任务). */
export interface ReadinessItem {
  id: string;
  clause: string;
  /** ≤ 8 characters: the {事项} of an SMS. */
  title: string;
  duty: string;
  post: Post;
  per: 'district' | 'site';
  /** Due this many days before T. */
  daysBefore: number;
  /** What shows that it is done, in words. */
  evidence: string;
  /** The step by which an activation confirms it anew. */
  confirmedBy: StepId | null;
  /** The text in which it is asked for, where it has one of its own. */
  notice: 'staff-briefing' | null;
  basis: Basis;
}

export interface Readiness {
  /** The owner is reminded this long before it is due. */
  remindDays: number;
  /** Until the next post up hears of what is late. */
  climbHours: number;
  items: ReadinessItem[];
}

/** Leave given beforehand for a template version (general plan 六(二)): by whom, when, in which document. */
export interface StandingApproval {
  id: string;
  kinds: NoticeKind[];
  templates: string[];
  by: string;
  at: string;
  document: string;
}

/** What the office decides about telling as such. */
export interface Telling {
  clause: string;
  /** Who calls those not reached where no site lead does: the first post that somebody holds. */
  callPosts: Post[];
  /** Minutes within which they are to be called. */
  callMinutes: number;
  /** Who gets the text of a notice over a thousand people first; nobody if empty. */
  canaryPosts: Post[];
  /** Price of one SMS part, in the office's currency; null where nobody has entered it. */
  pricePerPart: number | null;
  basis: Basis;
}

export interface Plan {
  id: string;
  version: string;
  title: string;
  document: string;
  clauses: Clause[];
  window: { beforeHours: number; afterHours: number; basis: Basis };
  /** Division codes of counties on the open coast. */
  coastalCounties: string[];
  /** What a warning of each tier of issuer may do. `named`: start only if its text names the city, all the province, or the coast. */
  issuers: {
    national: 'start' | 'attach';
    province: 'start' | 'named' | 'attach';
    city: 'start';
    county: 'start';
  };
  triggers: Trigger[];
  steps: Step[];
  night: { from: string; until: string; untilHoursBeforeFirst: number; basis: Basis };
  candidates: CandidateRules;
  escalation: Escalation;
  readiness: Readiness;
  approvals: StandingApproval[];
  /** Under which clause a consent lets the exam be changed, and when its document must have followed. */
  examChange: { clause: string; documentHours: number; basis: Basis };
  /** Under which clause a directive is passed on, and when its answer is owed where it names no time. */
  directives: { clause: string; minutes: number; basis: Basis };
  telling: Telling;
  /** Owed of every incident, beside its playbook. */
  incidentReports: PlaybookStep[];
  playbooks: Playbook[];
  feedSilence: { clause: string; post: Post; basis: Basis };
  ending: { clause: string; calmHours: number; remindHours: number; basis: Basis };
}

/** Names one version of a plan, as the record does. */
export function planKey({ id, version }: Pick<Plan, 'id' | 'version'>): string {
  return `${id}@${version}`;
}
