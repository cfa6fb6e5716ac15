/**
 * The oracle: from what the offices said, what the feeds showed and what the plan says, who should have been told
 * what by when; held against what the carrier took and what the record says. It knows nothing of how the product
 * decides, and claims only what is certain: where feeds, machinery or carrier are in trouble, time stands still
 * for its demands.
 */
import { openMatters } from '../../shared/activation/matter.ts';
import { openActivation, type State } from '../../shared/activation/state.ts';
import type { Delivery } from '../../shared/notice/delivery.ts';
import type { Notice } from '../../shared/notice/notice.ts';
import type { District, Exam, Person, Site } from '../../shared/plan/exam.ts';
import { catchUp, chainOf } from '../../shared/stages/chain.ts';
import { MINUTE } from '../../shared/time.ts';
import { contains } from '../../shared/warning/divisions.ts';
import { type Level, rank } from '../../shared/warning/warning.ts';
import type { Lived } from './drive.ts';
import { type Holding, type Outlook, outlooks } from './outlook.ts';
import { NATION, PROVINCE } from './places.ts';
import { AT_SEA, COASTAL_COUNTIES, inWindow, reaches } from './rules.ts';
import { CLOCK_STEP_MS, type Message } from './world.ts';

/** What is demanded must have happened after this much time without trouble. */
export const SLACK_MS = 4 * MINUTE;

/** After trouble ends, this long until demands count again: breakers close, lost hints are laid again. */
export const RECOVERY_MS = 10 * MINUTE;

export type FindingKind =
  | 'lost'
  | 'beyond-policy'
  | 'after-deadline'
  | 'false-activation'
  | 'missed-activation'
  | 'chain-broken'
  | 'other';

export interface Finding {
  kind: FindingKind;
  at: number;
  what: string;
}

/** One SMS or call-list entry to one person, as the tables have it. */
export interface Told {
  row: Delivery;
  notice: Notice;
  /** When it was first tried; of what was never tried, when that was settled. */
  at: number;
}

/** A district of an exam with everything that is known of it. */
export interface Ward {
  exam: Exam;
  district: District;
  sites: Site[];
  chain: string;
  state: State;
  told: Told[];
  /** By tick: what counts for this district. */
  skies: Sky[];
}

/** What counts for a district at one tick. */
export interface Sky {
  at: number;
  outlook: Outlook;
  /** Holdings that start, join or raise here now, surely or perhaps. */
  counted: Holding[];
  /** Those of them that may open an activation. */
  starts: Holding[];
  /** Whether an activation is open. */
  open: boolean;
}

/** Spans in which nothing is demanded. */
export interface Calm {
  /** Whether nothing was in trouble at any time from `from` to `until`. */
  between(from: number, until: number): boolean;
  /** How far back from `at` the trouble reaches in which something sent now may have been decided. */
  reach(at: number): number;
}

export function calmOf({ world, struckAt }: Lived): Calm {
  const struck = struckAt === null ? [] : [{ from: struckAt, until: struckAt }];
  const spans = [...world.rough, ...world.carrier, ...struck].map(({ from, until }) => ({
    from,
    until: until + RECOVERY_MS,
  }));
  return {
    between: (from, until) => spans.every((span) => span.until < from || span.from > until),
    reach(at) {
      let back = at - SLACK_MS;
      for (let moved = true; moved; ) {
        moved = false;
        for (const { from, until } of spans) {
          if (from - SLACK_MS < back && until >= back) {
            back = from - SLACK_MS;
            moved = true;
          }
        }
      }
      return back;
    },
  };
}

export async function wardsOf(lived: Lived): Promise<Ward[]> {
  const { world, store, ticks } = lived;
  const sky = outlooks(world, lived.heard, ticks, lived.acts);
  const rows = Map.groupBy(store.items<Delivery>('deliveries'), ({ pk }) => pk);
  const storyOf = new Map(world.messages.map(({ id, story }) => [id, story]));
  const wards: Ward[] = [];
  for (const exam of world.exams) {
    for (const district of exam.districts) {
      const chain = chainOf(exam.id, district.id);
      const state = await catchUp({ ...store }, chain);
      const sites = exam.sites.filter(({ districtId }) => districtId === district.id);
      const told = [...state.notices.values()].flatMap(({ notice }) =>
        (rows.get(`${chain}#${notice.no}`) ?? []).map((row) => ({
          row,
          notice,
          at: row.firstClaimedAt ?? row.at,
        })),
      );
      const skies = sky.map((outlook) => skyOf(outlook, { exam, district, sites, state }, storyOf));
      wards.push({ exam, district, sites, chain, state, told: told.sort((a, b) => a.at - b.at), skies });
    }
  }
  return wards;
}

function skyOf(
  outlook: Outlook,
  { exam, district, sites, state }: Pick<Ward, 'exam' | 'district' | 'sites' | 'state'>,
  storyOf: ReadonlyMap<string, string>,
): Sky {
  const { at } = outlook;
  const activation = state.activations.find(
    ({ openedAt, endedAt }) => openedAt < at + MINUTE && (endedAt === null || endedAt >= at + MINUTE),
  );
  // Beyond the window an event that joined before goes on to count; another of the same office does not.
  const joined = new Set([...(activation?.warnings ?? [])].map((id) => storyOf.get(id)));
  const counted = outlook.holding
    .map((each) => told(each))
    .filter(
      (each) =>
        concerns(each, district, sites) &&
        reaches(each.message.hazard, each.level, exam, at) &&
        (joined.has(each.message.story) || inWindow(exam, at)),
    );
  const starts = counted.filter(({ message, wordless }) => {
    return message.adcode !== NATION && !(message.adcode === PROVINCE && wordless);
  });
  return {
    at,
    outlook,
    counted: activation ? counted : starts,
    starts: inWindow(exam, at) ? starts : [],
    open: activation !== undefined,
  };
}

/** What a province says without words may or may not mean a place: nothing is demanded for it, nothing held against it. */
function told(each: Holding): Holding {
  return each.message.adcode === PROVINCE && each.wordless ? { ...each, sure: false } : each;
}

/** Whether a warning touches the district at all. */
export function concerns(each: Holding, district: District, sites: readonly Site[]): boolean {
  const { message, wordless } = each;
  const { adcode, hazard } = message;
  if (AT_SEA.has(hazard) && !sites.some((site) => isOver(each, site))) return false;
  if (adcode === NATION) return true;
  if (adcode === PROVINCE) return wordless || namesDistrict(message, district);
  if (contains(adcode, district.adcode)) return true;
  return contains(district.adcode, adcode) && !district.excludes.some((other) => contains(other, adcode));
}

function namesDistrict({ naming }: Message, { adcode }: District): boolean {
  if (naming === 'coast') return COASTAL_COUNTIES.some((county) => contains(adcode, county));
  return naming === 'whole' || naming === 'city';
}

/** Whether a warning that concerns the district is over a place in it. */
export function isOver(each: Holding, place: { adcode: string; coastal: boolean }): boolean {
  const { message, wordless } = each;
  const { adcode, hazard, naming } = message;
  const onCoast = place.coastal || COASTAL_COUNTIES.includes(place.adcode);
  if (AT_SEA.has(hazard) && !place.coastal) return false;
  if (adcode === PROVINCE && naming === 'coast' && !onCoast && !wordless) return false;
  return adcode === NATION || contains(adcode, place.adcode);
}

/** Whether an incident or a measure is open over a site: until then nobody there is given the all-clear. */
export function isMatterOpen({ state }: Ward, siteId: string | null, at: number): boolean {
  return [...state.matters.values()].some(
    ({ sites, from, to, closedAt }) =>
      sites.includes(siteId ?? '') &&
      from <= at &&
      at < Math.min(to ?? Number.POSITIVE_INFINITY, closedAt ?? Number.POSITIVE_INFINITY),
  );
}

/** Whether candidates are told of it by itself: a colour signal whose colour is known. */
export function isForCandidates({ message, level }: Holding): boolean {
  return message.product === 'signal' && level !== 'unknown';
}

/** The highest of these levels; null for none. */
export function highest(holding: readonly Holding[]): Level | null {
  return holding.reduce<Level | null>((top, { level }) => (rank(level) > rank(top) ? level : top), null);
}

/** Who is in the roster of an exam at an instant, by the version that was adopted last. */
export function rosterAt({ world }: Lived, exam: Exam, at: number): Person[] {
  return world.rosters.findLast((version) => version.examId === exam.id && version.at <= at)?.people ?? [];
}

/** Activations: none without ground, none missing. */
export function judgeActivations(ward: Ward, calm: Calm): Finding[] {
  const findings: Finding[] = [];
  for (const { openedAt, id } of ward.state.activations) {
    const back = calm.reach(openedAt);
    const until = openedAt + CLOCK_STEP_MS;
    const ground = ward.skies.some(({ at, starts }) => at >= back && at <= until && starts.length > 0);
    const byHand = [...ward.state.matters.values()].some(({ from }) => from >= back && from <= openedAt);
    if (!ground && !byHand)
      findings.push({ kind: 'false-activation', at: openedAt, what: `${id} has no ground` });
  }
  let owedSince: number | null = null;
  for (const { at, starts, open } of ward.skies) {
    const owed = !open && starts.some(({ sure }) => sure);
    if (!owed || !calm.between(owedSince ?? at, at)) owedSince = null;
    if (owed) owedSince ??= at;
    if (owedSince === null || at - owedSince < SLACK_MS) continue;
    const { message } = starts.find(({ sure }) => sure)!;
    findings.push({ kind: 'missed-activation', at, what: `${ward.chain}: ${message.id} started nothing` });
    owedSince = null;
  }
  return findings;
}

/** Ended by a person, or by the window; never left open beyond it with nothing in force. */
export function judgeEndings(ward: Ward): Finding[] {
  const open = openActivation(ward.state);
  const last = ward.skies.at(-1)!;
  if (
    !open ||
    openMatters(ward.state).length > 0 ||
    last.counted.length > 0 ||
    inWindow(ward.exam, last.at - RECOVERY_MS)
  )
    return [];
  return [{ kind: 'other', at: last.at, what: `${open.id} never ended` }];
}
