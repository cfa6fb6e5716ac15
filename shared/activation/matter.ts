/** What people enter that holds for a time and is worked on by a playbook: incidents at a site, measures of others. */
import * as z from 'zod';
import { SLOTS } from '../notice/slots.ts';
import { findTemplate } from '../notice/templates.ts';
import { issue } from '../outcome.ts';
import { type Exam, sitesIn } from '../plan/exam.ts';
import type { Plan, Playbook, PlaybookStep } from '../plan/plan.ts';
import { DAY, localDay, pad } from '../time.ts';
import { contains, divisionNamed, isPlace } from '../warning/divisions.ts';
import type { Colour } from '../warning/warning.ts';
import { type Actor, MAY_LOG } from './actor.ts';
import { type ActAnswer, type Entry, entryHash, moment, refusal, withEntry } from './entry.ts';
import type { Inputs } from './situation.ts';
import type { State } from './state.ts';

export interface Matter {
  /** `I01` for an incident, `M01` for a measure; counted together. */
  id: string;
  enters: 'incident' | 'measure';
  /** Of its playbook, and what that calls it. */
  kind: string;
  title?: string;
  /** Affected sites: the incident's own; of a measure those in its area. */
  sites: string[];
  /** Divisions a measure is for; empty for an incident. */
  areas: string[];
  /** 应急响应 Ⅳ–Ⅰ as blue…red; null where none was said. Shown apart from warning levels, which it never moves. */
  level: Colour | null;
  hazard: 'typhoon' | 'rainstorm';
  /** {措施}, where another than the playbook's was said. */
  measure: string | null;
  /** {路段}, of a road that is cut. */
  road?: string;
  from: number;
  /** When it was entered, which may be later. */
  enteredAt: number;
  /** When it ends by itself; null: when a person says so. */
  to: number | null;
  closedAt: number | null;
  /** Hash of what was typed: the words lie in a personal table. */
  entry: string;
}

const GRADES: Record<string, Colour> = {
  ...{ Ⅳ: 'blue', Ⅲ: 'yellow', Ⅱ: 'orange', Ⅰ: 'red' },
  ...{ IV: 'blue', III: 'yellow', II: 'orange', I: 'red' },
  ...{ blue: 'blue', yellow: 'yellow', orange: 'orange', red: 'red' },
};
const grade = z.union([z.string(), z.number()]).transform((said, context) => {
  const found =
    GRADES[String(said).replace(/级$/, '')] ??
    (['red', 'orange', 'yellow', 'blue'] as const)[Number(said) - 1];
  if (found) return found;
  context.addIssue({ code: 'custom', message: 'a colour, or Ⅳ to Ⅰ' });
  return z.NEVER;
});
const closing = { id: z.string().optional(), closed: z.boolean().default(false) };
const incidentShape = z.object({
  ...closing,
  site: z.string().optional(),
  siteId: z.string().optional(),
  kind: z.string().default('other'),
});
const measureShape = z.object({
  ...closing,
  kind: z.string().default('other'),
  level: grade.nullish().transform((level) => level ?? null),
  hazard: z.enum(['typhoon', 'rainstorm']).default('typhoon'),
  area: z.union([z.string(), z.array(z.string())]).optional(),
  measure: z.string().regex(SLOTS.措施.shape, 'a measure that a text can name').optional(),
  road: z.string().max(SLOTS.路段.max).regex(SLOTS.路段.shape, 'a road, by number or name').exactOptional(),
  from: moment.optional(),
  to: moment.nullish().transform((at) => at ?? null),
});

/** An incident at a site, or its closing. Its own staff, or the watch, may say so: at once, nobody is asked first. */
export function recordIncident(inputs: Inputs, state: State, actor: Actor, typed?: Entry): ActAnswer {
  const { siteId: ownSite, role } = actor;
  if (ownSite === null && !MAY_LOG.has(role)) return { refused: `not for ${role} of no site` };
  return withEntry(incidentShape, typed, ({ id, closed, kind, siteId, site = siteId ?? ownSite ?? '' }) => {
    if (id !== undefined || closed) return close(state, 'incident', id, ownSite);
    if (sitesIn(inputs.exam, inputs.district).every(({ id: known }) => known !== site))
      return refusal([issue('/site', 'unknown-site', 'no site of this district')]);
    if (ownSite !== null && ownSite !== site) return { refused: 'not your site' };
    return opened(inputs, state, typed, {
      ...{
        enters: 'incident',
        kind,
        sites: [site],
        areas: [],
        level: null,
        hazard: 'typhoon',
        measure: null,
      },
      ...{ from: inputs.now, to: null },
    });
  });
}

/** A measure of the flood command, the city or a carrier; an earthquake; or a start by hand. */
export function recordMeasure(inputs: Inputs, state: State, typed?: Entry): ActAnswer {
  return withEntry(measureShape, typed, ({ id, closed, area, from = inputs.now, measure, ...rest }) => {
    if (id !== undefined || closed) return close(state, 'measure', id, null);
    const { district, exam } = inputs;
    const said = area === undefined ? [district.adcode] : [area].flat();
    const areas = said.flatMap((each) => divisionOf(each, district.adcode) ?? []);
    if (areas.length < said.length) {
      return refusal([issue('/area', 'unknown-area', 'a division code, or a name within the district')]);
    }
    // So a measure finds its district by itself where an officer serves several.
    if (areas.some((code) => !contains(code, district.adcode) && !contains(district.adcode, code)))
      return refusal([issue('/area', 'outside-area', 'no part of this district')]);
    const needsRoad = inputs.plan.playbooks.some(
      ({ enters, kind, tells }) =>
        enters === 'measure' &&
        kind === rest.kind &&
        tells.some(({ template }) => findTemplate(template)?.slots.includes('路段')),
    );
    if (needsRoad && rest.road === undefined)
      return refusal([issue('/road', 'missing', 'which road is cut')]);
    if (rest.to !== null && rest.to <= from)
      return refusal([issue('/to', 'out-of-order', 'ends after it begins')]);
    const sites = sitesIn(exam, district)
      .filter((each) => areas.some((code) => contains(code, each.adcode)))
      .map((each) => each.id);
    return opened(inputs, state, typed, {
      ...rest,
      enters: 'measure',
      areas,
      sites,
      measure: measure ?? null,
      from,
    });
  });
}

function divisionOf(said: string, region: string): string | null {
  return isPlace(said) ? said : divisionNamed(said, region);
}

/** A kind that the plan has no playbook for goes by its last one: it is reported like any other. */
function opened(
  { plan, now }: Inputs,
  state: State,
  typed: Entry | undefined,
  said: Omit<Matter, 'id' | 'title' | 'enteredAt' | 'closedAt' | 'entry'>,
): ActAnswer {
  const playbook = playbookOf(plan, said) ?? playbookOf(plan, { ...said, kind: 'other' });
  const id = `${said.enters === 'incident' ? 'I' : 'M'}${pad(state.matters.size + 1)}`;
  const matter: Matter = {
    ...said,
    id,
    kind: playbook?.kind ?? 'other',
    ...(playbook && { title: playbook.title }),
    enteredAt: now,
    closedAt: null,
    entry: entryHash(typed ?? {}),
  };
  return { effects: [{ kind: 'matter-opened', matter }] };
}

/** Without an id, the one that is open (at the site). */
function close(
  state: State,
  what: Matter['enters'],
  id: string | undefined,
  ownSite: string | null,
): ActAnswer {
  const open = openMatters(state).filter(
    ({ enters, sites }) => enters === what && (ownSite === null || sites.includes(ownSite)),
  );
  const matters = id === undefined ? open : open.filter((each) => each.id === id);
  if (matters.length !== 1) {
    return { refused: matters.length === 0 ? 'nothing like it is open' : 'several are open: give its id' };
  }
  return { effects: [{ kind: 'matter-closed', id: matters[0]!.id }] };
}

/** From when its playbook's minutes count: what holds later than it was entered has its time from then. */
export function begunAt({ from, enteredAt }: Matter): number {
  return Math.max(from, enteredAt);
}

export function openMatters(state: State): Matter[] {
  return [...state.matters.values()].filter(({ closedAt }) => closedAt === null);
}

/** What holds now, over one site or, with null, anywhere: while it does nothing is given the all-clear there. */
export function mattersOver(state: State, siteId: string | null, now: number): Matter[] {
  return openMatters(state).filter(
    (each) => each.from <= now && !isPast(each, now) && (siteId === null || each.sites.includes(siteId)),
  );
}

/** Closed by a person, or past its own end. */
export function isPast({ closedAt, to }: Matter, now: number): boolean {
  return closedAt !== null || (to !== null && to <= now);
}

export function playbookOf(plan: Plan, { enters, kind }: Pick<Matter, 'enters' | 'kind'>): Playbook | null {
  return plan.playbooks.find((each) => each.enters === enters && each.kind === kind) ?? null;
}

/** Its playbook's steps; every incident is reported besides. */
export function stepsOf(plan: Plan, matter: Matter): PlaybookStep[] {
  const own = playbookOf(plan, matter)?.steps ?? [];
  return matter.enters === 'incident' ? [...own, ...plan.incidentReports] : own;
}

/** The same time of day so many working days later: Monday to Friday, public holidays left out where the exam lists them. */
export function afterWorkingDays(
  at: number,
  days: number,
  { timeZone, holidays = [] }: Pick<Exam, 'timeZone' | 'holidays'>,
): number {
  let left = days;
  let day = at;
  while (left > 0) {
    day += DAY;
    const date = localDay(day, timeZone);
    const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
    if (weekday !== 0 && weekday !== 6 && !holidays.includes(date)) left -= 1;
  }
  return day;
}

/** Papers that candidates of a site sit, by the exam alone. */
export function isInSession({ sessions }: Exam, now: number): boolean {
  return sessions.some(({ startsAt, endsAt }) => startsAt <= now && now < endsAt);
}
