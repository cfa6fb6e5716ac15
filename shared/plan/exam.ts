/** What is protected: an exam of one stage, its districts, sites, sessions. What each field means stands in its [shape](shape.ts). */
import type * as z from 'zod';
import type { examShape } from './shape.ts';

/** Times are instants; sessions stand in order of start. */
export type Exam = z.infer<typeof examShape>;
export type District = Exam['districts'][number];
export type Site = Exam['sites'][number];
export type Session = Exam['sessions'][number];

export const POSTS = [
  'commander',
  'deputy',
  'member',
  'office',
  'duty-leader',
  'duty-officer',
  'liaison',
  'assessment',
  'site-lead',
  'site-staff',
  'inspector',
  'partner',
  'province',
] as const;
export type Post = (typeof POSTS)[number];
/** Posts that stand at a site; the others answer for the whole district. */
export const SITE_POSTS: readonly Post[] = ['site-lead', 'site-staff', 'inspector'];
export type Role = 'candidate' | Post;

export interface Person {
  personId: string;
  name: string;
  /** E.164. */
  phone: string;
  role: Role;
  /** Null for staff of the whole district. */
  siteId: string | null;
  /** Of those, the district they serve; null: every district of the exam. */
  districtId: string | null;
  sessionIds: string[];
  needs: string;
  homeAdcode: string | null;
  function: string | null;
}

/** Candidates of one site with the same papers (and the same home county, where the roster has it). */
export interface Cell {
  siteId: string;
  home: string | null;
  sessionIds: string[];
}

/**
 * What the decision knows of a roster: how many people stand where, and nobody's name.
 * `posts` is keyed `post@siteId`, with `-` for the whole district.
 */
export interface Census {
  version: string;
  cells: (Cell & { count: number })[];
  posts: Record<string, number>;
  /** Sites where somebody has special needs: the roster alone knows who and what. */
  inNeed: string[];
}

/** Whether somebody of no site answers for this district. */
export function serves({ districtId }: Pick<Person, 'districtId'>, { id }: Pick<District, 'id'>): boolean {
  return !districtId || districtId === id;
}

export function cellKey(cell: Cell): string {
  return `${cell.siteId}|${cell.home ?? ''}|${cell.sessionIds.join(';')}`;
}

/** The sites of one district. */
export function sitesIn({ sites }: Pick<Exam, 'sites'>, district: Pick<District, 'id'>): Site[] {
  return sites.filter(({ districtId }) => districtId === district.id);
}

/** The paper that is being sat, or admitted to; null if none is. */
export function sittingAt(sessions: readonly Session[], now: number): Session | null {
  return sessions.find(({ admitFrom, endsAt }) => admitFrom <= now && now < endsAt) ?? null;
}

/** The first session whose admission has not opened; null if none is to come. */
export function nextSession(sessions: readonly Session[], now: number): Session | null {
  return sessions.find(({ admitFrom }) => admitFrom > now) ?? null;
}

/** Candidates of a site who sit any of these papers. */
export function cellsSitting(census: Census | null, site: string, sessionIds: ReadonlySet<string>): Cell[] {
  return (census?.cells ?? [])
    .filter((cell) => cell.siteId === site && cell.sessionIds.some((id) => sessionIds.has(id)))
    .map(({ siteId, home, sessionIds: papers }) => ({ siteId, home, sessionIds: papers }));
}

/** The session at which a site is fullest, where more sit then than it has seats: papers of batches may overlap. */
export function overfull(
  { sites, sessions }: Pick<Exam, 'sites' | 'sessions'>,
  cells: Census['cells'],
): { site: Site; session: Session; people: number }[] {
  return sites.flatMap((site) => {
    const here = cells.filter(({ siteId }) => siteId === site.id);
    const crowds = sessions.map((session) => {
      const sat = ({ startsAt, endsAt }: Session): boolean =>
        startsAt <= session.startsAt && session.startsAt < endsAt;
      const atOnce = new Set(sessions.filter(sat).map(({ id }) => id));
      const sitting = here.filter(({ sessionIds }) => sessionIds.some((id) => atOnce.has(id)));
      return { site, session, people: sitting.reduce((sum, { count }) => sum + count, 0) };
    });
    const [fullest] = crowds.sort((a, b) => b.people - a.people);
    return fullest && site.seats > 0 && fullest.people > site.seats ? [fullest] : [];
  });
}
