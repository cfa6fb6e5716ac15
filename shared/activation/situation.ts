/** What the warnings in hand mean for one district now: which count, which are in force, and over which sites. */

import type { CarrierNow } from '../notice/grant.ts';
import { type District, type Exam, type Site, sitesIn } from '../plan/exam.ts';
import type { Plan, Trigger } from '../plan/plan.ts';
import { HOUR } from '../time.ts';
import { contains } from '../warning/divisions.ts';
import type { FeedRecord } from '../warning/health.ts';
import { issuerTier, levelOver, provincialReach, touches } from '../warning/reach.ts';
import { type Revision, revision, type WarningRecord } from '../warning/record.ts';
import { isListed, newest, type Standing, standing, type Thread, threads } from '../warning/thread.ts';
import { type FeedId, higher, type Level, type Message, rank } from '../warning/warning.ts';
import type { Reason } from './events.ts';

/** What a judgement of the warnings looks at, as values. */
export interface Watched {
  plan: Plan;
  exam: Exam;
  district: District;
  warnings: readonly WarningRecord[];
  feeds: readonly FeedRecord[];
  now: number;
}

/** Everything the decision looks at. */
export interface Inputs extends Watched {
  carrier: CarrierNow;
}

/** One revision of a thread, judged for this district. */
export interface Assessed {
  thread: Thread;
  revision: Revision;
  /** Null for a revision that is not its thread's newest, and for what is no actual warning. */
  standing: Standing | null;
  /** A set that can be seen lists it now. */
  listed: boolean;
  /** Why it does not count here, in the order of asking; null if it counts. */
  exclusion: Reason | null;
  /** The clause under which a warning of its hazard starts the plan; null if the plan lists no such hazard. */
  clause: string | null;
  /** It may join an open activation but not open one (the rule of issuers). */
  attachOnly: boolean;
  /** A province's list entry without a body: where in the province it means, nobody can tell. */
  wordless: boolean;
  /** It counts for coastal and ferry-reached sites only. */
  coastalOnly: boolean;
  /** A province's text that names its coast: it counts there only. */
  alongCoast: boolean;
  /** Level over each affected site. */
  sites: Map<string, Level>;
  /** Highest level it has anywhere in the district. */
  level: Level;
}

/** The plan's times around the exam. */
interface Frame {
  /** T, the first session of the exam. */
  firstAt: number;
  lastEndsAt: number;
  windowOpensAt: number;
  /** End of the plan's window, 12 h after the last session by default. */
  windowEndsAt: number;
  sites: Site[];
  grounds: WeakMap<Message, Ground>;
}

export interface Situation extends Frame {
  /** Every revision that was ever seen, oldest first. */
  assessed: Assessed[];
}

/** `joined`: the revisions that belong to the open activation. */
export function situation(inputs: Watched, joined: ReadonlySet<string>): Situation {
  const frame = frameOf(inputs);
  const feeds = new Map<FeedId, FeedRecord>(inputs.feeds.map((feed) => [feed.feed, feed]));
  const assessed: Assessed[] = [];
  for (const thread of threads(inputs.warnings)) {
    const belongs = thread.revisions.some((each) => joined.has(each.id));
    const current = newest(thread);
    for (const each of thread.revisions) {
      const stands = each === current ? standing(thread, feeds, inputs.now) : null;
      const listed = each === current && isListed(thread, feeds, inputs.now);
      assessed.push(assess(inputs, frame, { thread, each, belongs, stands, listed }));
    }
  }
  for (const record of inputs.warnings) {
    const each = revision(record);
    if (each.warning.status === 'actual') continue;
    const thread = { id: each.id, revisions: [each] };
    assessed.push(assess(inputs, frame, { thread, each, belongs: false, stands: null, listed: false }));
  }
  assessed.sort((a, b) => a.revision.order - b.revision.order || (a.revision.id < b.revision.id ? -1 : 1));
  return { ...frame, assessed };
}

function frameOf(watched: Watched): Frame {
  const { plan, exam, district } = watched;
  const firstAt = Math.min(...exam.sessions.map((session) => session.startsAt));
  const lastEndsAt = Math.max(...exam.sessions.map((session) => session.endsAt));
  return {
    firstAt,
    lastEndsAt,
    windowOpensAt: firstAt - plan.window.beforeHours * HOUR,
    windowEndsAt: lastEndsAt + plan.window.afterHours * HOUR,
    sites: sitesIn(exam, district),
    grounds: groundsIn(watched),
  };
}

/** What a message means for a district by what it says, whatever the hour. */
interface Ground
  extends Pick<Assessed, 'attachOnly' | 'wordless' | 'coastalOnly' | 'alongCoast' | 'sites' | 'level'> {
  trigger: Trigger | undefined;
  outside: boolean;
}

/** Messages, plans and exams are never written into: what a sweep asks each minute is worked out once. */
const GROUNDS = new WeakMap<
  District,
  Pick<Watched, 'plan' | 'exam'> & { byMessage: WeakMap<Message, Ground> }
>();

function groundsIn({ plan, exam, district }: Watched): WeakMap<Message, Ground> {
  let known = GROUNDS.get(district);
  if (known?.plan !== plan || known.exam !== exam) {
    known = { plan, exam, byMessage: new WeakMap() };
    GROUNDS.set(district, known);
  }
  return known.byMessage;
}

function groundOf({ plan, district }: Watched, { grounds, sites }: Frame, warning: Message): Ground {
  let ground = grounds.get(warning);
  if (!ground) {
    ground = surveyed(plan, district, sites, warning);
    grounds.set(warning, ground);
  }
  return ground;
}

function surveyed(plan: Plan, district: District, ours: Site[], warning: Message): Ground {
  const trigger = plan.triggers.find(({ hazards }) => hazards.includes(warning.hazard));
  const tier = issuerTier(warning);
  const reach = tier === 'province' ? provincialReach(warning, district) : null;
  const sites = affectedSites(warning, trigger, plan, reach === 'coast', ours);
  const wordless = isWordless(plan, warning, reach);
  const attachOnly =
    (tier === 'national' && plan.issuers.national === 'attach') ||
    (tier === 'province' && plan.issuers.province === 'attach') ||
    wordless;
  return {
    trigger,
    outside: isOutside(plan, district, ours, warning, trigger, reach, sites),
    attachOnly,
    wordless,
    coastalOnly: trigger?.coastalOnly ?? false,
    alongCoast: reach === 'coast',
    sites,
    level: levelInside(warning, district, sites),
  };
}

/** One revision as it stands; `belongs`: some revision of its thread is part of the open activation. */
interface Look {
  thread: Thread;
  each: Revision;
  belongs: boolean;
  stands: Standing | null;
  listed: boolean;
}

function assess(inputs: Watched, frame: Frame, { thread, each, belongs, stands, listed }: Look): Assessed {
  const { now } = inputs;
  const ground = groundOf(inputs, frame, each.warning);
  const { trigger } = ground;
  const inWindow = now >= frame.windowOpensAt && now <= frame.windowEndsAt;
  let exclusion: Reason | null = null;
  if (each.warning.status !== 'actual') exclusion = 'not-actual';
  else if (ground.outside) exclusion = 'outside-area';
  else if (!trigger) exclusion = 'hazard-not-listed';
  else if (!reachesFloor(trigger, levelAsked(thread, each, ground.level), frame.firstAt, now)) {
    exclusion = inWindow ? 'below-threshold' : 'outside-window';
  } else if (!inWindow && !belongs) exclusion = 'outside-window';
  // The end of what belongs here is its end, however little its own words say of place and hazard.
  if (belongs && stands === 'cancelled') exclusion = null;
  return {
    thread,
    revision: each,
    standing: stands,
    listed,
    exclusion,
    clause: trigger?.clause ?? null,
    attachOnly: ground.attachOnly,
    wordless: ground.wordless,
    coastalOnly: ground.coastalOnly,
    alongCoast: ground.alongCoast,
    sites: ground.sites,
    level: ground.level,
  };
}

/** Whether the warning's own area, its issuer's tier and the reach of its text leave the district out. */
function isOutside(
  plan: Plan,
  district: District,
  sites: Site[],
  warning: Message,
  trigger: Trigger | undefined,
  reach: ReturnType<typeof provincialReach> | null,
  affected: Map<string, Level>,
): boolean {
  if (!touches(warning, district, sites)) return true;
  // A sea warning over no coastal site of ours touches nobody.
  if (trigger?.coastalOnly && affected.size === 0) return true;
  if (reach === null || plan.issuers.province !== 'named') return false;
  if (reach === 'elsewhere') return !isWordless(plan, warning, reach);
  return reach === 'coast' && !plan.coastalCounties.some((county) => contains(district.adcode, county));
}

/** Without a body no part of the province is named: it may join, as a national one, not start. */
function isWordless(plan: Plan, warning: Message, reach: ReturnType<typeof provincialReach> | null): boolean {
  return plan.issuers.province === 'named' && reach === 'elsewhere' && warning.text === '';
}

function affectedSites(
  warning: Message,
  trigger: Trigger | undefined,
  plan: Plan,
  coastOnly: boolean,
  sites: Site[],
): Map<string, Level> {
  const affected = new Map<string, Level>();
  const bare = warning.areas.every(({ polygons, circles }) => polygons.length + circles.length === 0);
  // Without shapes the sites of one county are alike.
  const byCode = new Map<string, Level | null>();
  for (const site of sites) {
    if (trigger?.coastalOnly && !site.coastal) continue;
    if (coastOnly && !site.coastal && !plan.coastalCounties.includes(site.adcode)) continue;
    let level = bare ? byCode.get(site.adcode) : undefined;
    if (level === undefined) {
      level = levelOver(warning, site);
      byCode.set(site.adcode, level);
    }
    if (level !== null) affected.set(site.id, level);
  }
  return affected;
}

/** The highest level of the areas that touch the district; a red elsewhere in the same message is not ours. */
function levelInside(warning: Message, district: District, sites: Map<string, Level>): Level {
  const levels = [...sites.values()];
  for (const area of warning.areas) {
    if (touches({ ...warning, areas: [area] }, district)) levels.push(area.level ?? warning.level);
  }
  return levels.length === 0 ? warning.level : levels.reduce((a, b) => higher(a, b));
}

/** A cancel is asked with the level of what it ends: its own colour is the old one, or missing. */
function levelAsked(thread: Thread, each: Revision, level: Level): Level {
  if (each.warning.action !== 'cancel') return level;
  return thread.revisions.map(({ warning }) => warning.level).reduce((a, b) => higher(a, b), level);
}

/** Whether the level counts in the band that holds at `now` (the trigger table). */
export function reachesFloor(trigger: Trigger, level: Level, firstAt: number, now: number): boolean {
  const hours = (now - firstAt) / HOUR;
  const band = trigger.bands.findLast((each) => hours >= each.fromHours);
  return band !== undefined && band.floor !== null && rank(level) >= rank(band.floor);
}
