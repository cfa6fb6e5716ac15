/** A decision in the making: the inputs, what is already recorded, and the effects found so far. */

import { issuerSlot, type SlotName, sessionSlot, warningSlot } from '../notice/slots.ts';
import { assert } from '../outcome.ts';
import type { Census, Exam, Post, Session, Site } from '../plan/exam.ts';
import { planKey } from '../plan/plan.ts';
import { dayTime, HOUR, MINUTE, pad } from '../time.ts';
import type { FeedRecord } from '../warning/health.ts';
import { levelOver } from '../warning/reach.ts';
import { type Colour, type FeedId, type Level, rank } from '../warning/warning.ts';
import type { Decision, Effect, SiteLevel, StopReason } from './events.ts';
import { ownSky } from './exercise.ts';
import { isSame } from './seal.ts';
import { type Assessed, type Inputs, type Situation, situation } from './situation.ts';
import { JOINING, openActivation, placeKey, type Span, type State } from './state.ts';

export interface Draft {
  inputs: Inputs;
  state: State;
  situation: Situation;
  /** Effects found so far, in groups that are committed whole. */
  groups: Decision;
  /** The activation that is open once the effects so far hold. */
  activationId: string | null;
  /** Revisions that belong to it as the record stands. */
  joined: ReadonlySet<string>;
  /** In force and part of the activation, oldest first. */
  inForce: Assessed[];
  /** Levels, and since when they are what they are, once the effects so far hold. */
  siteLevels: Map<string, SiteLevel>;
  activationLevel: Level | null;
  spans: Map<string, Span>;
  /** Notices that the effects so far stop. */
  stopped: Set<string>;
  /** Papers of each site's candidates; all of the exam's where the roster names none. */
  papers: Map<string, Session[]>;
  /** SMS of today by `post@site`, once they were counted. */
  smsToday: Map<string, number> | null;
  /** Home counties that the roster names, each with the sites of its candidates. */
  homes: Map<string, Set<string>>;
  notices: number;
  codes: number;
}

/** A notice to staff lives at least this long, so that a task due at once can still be handed out. */
export const STAFF_NOTICE_LASTS_MS = 30 * MINUTE;

/** Four digits hold them all: more notices or codes than this in one exam and district is a bug, not a storm. */
export const NUMBERS_MAX = 9_999;

export function startDraft(given: Inputs, state: State): Draft {
  const inputs = ownSky(given, state);
  const activation = openActivation(state);
  const joined = activation?.warnings ?? new Set<string>();
  const found = situation(inputs, joined);
  return {
    inputs,
    state,
    situation: found,
    groups: [],
    activationId: activation?.id ?? null,
    joined,
    inForce: [],
    siteLevels: new Map(state.siteLevels),
    activationLevel: activation?.level ?? null,
    spans: new Map(state.spans),
    stopped: new Set(),
    papers: papersOf(inputs.exam, found.sites, state.census),
    smsToday: null,
    homes: homesOf(state.census),
    notices: state.notices.size,
    codes: state.lastCode,
  };
}

function papersOf(exam: Exam, sites: Site[], census: Census | null): Map<string, Session[]> {
  const ids = new Map(sites.map((site) => [site.id, new Set<string>()]));
  for (const cell of census?.cells ?? []) for (const id of cell.sessionIds) ids.get(cell.siteId)?.add(id);
  const papers = ([site, own]: [string, Set<string>]): [string, Session[]] => [
    site,
    own.size === 0 ? exam.sessions : exam.sessions.filter((session) => own.has(session.id)),
  ];
  return new Map([...ids].map(papers));
}

function homesOf(census: Census | null): Map<string, Set<string>> {
  const homes = new Map<string, Set<string>>();
  for (const { home, siteId } of census?.cells ?? []) {
    if (home !== null) homes.set(home, (homes.get(home) ?? new Set()).add(siteId));
  }
  return homes;
}

/** The level over candidates' home county: a warning of sea or coast is no concern inland. */
export function levelAtHome({ inputs: { plan } }: Draft, each: Assessed, home: string): Level | null {
  if (each.coastalOnly || (each.alongCoast && !plan.coastalCounties.includes(home))) return null;
  return levelOver(each.revision.warning, { adcode: home, lon: Number.NaN, lat: Number.NaN });
}

/** Sites with candidates whose home county a warning covers. */
export function sitesByHome(draft: Draft, each: Assessed): string[] {
  return [...draft.homes].flatMap(([home, its]) => (levelAtHome(draft, each, home) === null ? [] : [...its]));
}

/** Sites that a warning concerns: those under it, and those of candidates whose home county is. */
export function sitesOf(draft: Draft, each: Assessed): string[] {
  return [...each.sites.keys(), ...sitesByHome(draft, each)];
}

/** Hours from now to T, to a tenth. */
export function hoursToFirst({ inputs, situation }: Draft): number {
  return Math.round(((situation.firstAt - inputs.now) / HOUR) * 10) / 10;
}

/** What is pushed from here on stands or falls together, until the next group. */
export function startGroup(draft: Draft): void {
  draft.groups.push([]);
}

export function push(draft: Draft, ...effects: Effect[]): void {
  if (draft.groups.length === 0) startGroup(draft);
  draft.groups[draft.groups.length - 1]!.push(...effects);
}

/** Records a finding that does not stand in the record yet. */
export function findOnce(draft: Draft, code: string, params: Record<string, string | number>): void {
  const isKnown = draft.state.findings.some((each) => each.code === code && isSame(each.params, params));
  if (!isKnown) push(draft, { kind: 'finding', code, params });
}

/** Opens an activation under a clause; `by` names what started it where that is no warning. */
export function startActivation(draft: Draft, clause: string, by?: string): void {
  const { state, inputs } = draft;
  draft.activationId = `${inputs.exam.id}-${inputs.district.id}-${pad(state.activations.length + 1, 2)}`;
  push(draft, {
    kind: 'opened',
    activationId: draft.activationId,
    clause,
    ...(by === undefined ? {} : { by }),
    versions: {
      exam: state.examVersion ?? '-',
      plan: planKey(inputs.plan),
      roster: state.census?.version ?? '-',
      templates: '1',
    },
  });
}

/** Stops a notice, once. */
export function stopNotice(draft: Draft, no: string, why: StopReason): void {
  if (draft.stopped.has(no)) return;
  draft.stopped.add(no);
  push(draft, { kind: 'notice-stopped', no, why });
}

export function nextCode(draft: Draft): string {
  draft.codes += 1;
  assert(draft.codes <= NUMBERS_MAX, 'task codes are used up');
  return pad(draft.codes, 4);
}

/** The slots that speak of a warning, as it stands over one place (or the whole district). */
export function warningValues(draft: Draft, of: Assessed, level: Level): Partial<Record<SlotName, string>> {
  const { warning, firstSeenAt } = of.revision;
  return {
    机构: issuerSlot(warning),
    时间: dayTime(warning.issuedAt ?? firstSeenAt, draft.inputs.exam.timeZone),
    预警: warningSlot(warning.hazard, level, warning.product),
  };
}

/** The warning that a text about a place names: the highest there, at a tie the newest. */
export function leading(
  inForce: readonly Assessed[],
  levelOf: (each: Assessed) => Level | null,
): Assessed | null {
  let lead: Assessed | null = null;
  let highest = 0;
  for (const each of inForce) {
    const here = rank(levelOf(each));
    if (here > 0 && here >= highest) [lead, highest] = [each, here];
  }
  return lead;
}

/** The level at which candidates are told by themselves: of colour signals whose colour and place are known. */
export function candidateLevel({ revision, wordless }: Assessed, level: Level | null): Colour | null {
  return revision.warning.product === 'signal' && !wordless && level !== 'unknown' ? level : null;
}

/** Staff take an unknown colour for yellow. */
export function colourOf(level: Level): Colour {
  return level === 'unknown' ? 'yellow' : level;
}

/** Whether the record counts this revision as in force; `joined`: what belongs to the open activation. */
export function countsAlready(state: State, joined: ReadonlySet<string>, id: string): boolean {
  const reason = state.reasons.get(id);
  return reason !== undefined && (JOINING.has(reason) || reason === 'cannot-tell') && joined.has(id);
}

/** {场次} of the next session; of the last one when none is to come. */
export function nextSessionSlot({ inputs: { exam, now } }: Draft): string {
  const session = exam.sessions.find((each) => each.endsAt > now) ?? exam.sessions[exam.sessions.length - 1]!;
  return sessionSlot(session, exam.timeZone);
}

/** How many people of a post the adopted roster has at a place. */
export function staffed(draft: Draft, post: string, siteId: string | null): number {
  return draft.state.census?.posts[placeKey(post, siteId)] ?? 0;
}

/** Nobody holds the posts that should have been told. */
export function vacant(draft: Draft, step: string, posts: readonly Post[]): void {
  findOnce(draft, 'post-vacant', { step, posts: posts.join(' ') });
}

export function feedOf(draft: Draft, id: FeedId): FeedRecord | undefined {
  return draft.inputs.feeds.find((feed) => feed.feed === id);
}
