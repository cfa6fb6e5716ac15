/** Who acts on a record, what they ask for, and the posts that may decide. */
import { POSTS, type Role } from '../plan/exam.ts';
import type { Entry } from './entry.ts';

export interface Actor {
  personId: string;
  role: Role;
  siteId: string | null;
  /** Of no site: the district served, or null for every one. */
  districtId?: string | null;
}

export interface Act {
  does: string;
  /** A task's id, its code, or the name of its step or preparation. */
  task?: string | undefined;
  /** A notice's number. */
  notice?: string | undefined;
  /** What else the act needs; each act reads its own. */
  with?: Entry | undefined;
}

/** What an act rests on beyond the record, looked up by whoever takes it. */
export interface Facts {
  /** On whose behalf it is done (`with.for`): somebody who phoned. */
  behalf?: Actor | undefined;
  /** Where the person of a call (`with.person`) stands who is on the notice's call list. */
  listed?: { siteId: string | null } | undefined;
}

/** Everybody of the roster but candidates. */
export const STAFF: ReadonlySet<Role> = new Set<Role>(POSTS);

/** Posts that may let a notice go or hold it back, and say what a warning means. */
export const MAY_DECIDE: ReadonlySet<Role> = new Set<Role>([
  'duty-officer',
  'duty-leader',
  'office',
  'deputy',
  'commander',
]);

/** Posts that log what somebody said on the phone; the liaison does so for the partners. */
export const MAY_LOG: ReadonlySet<Role> = new Set<Role>([...MAY_DECIDE, 'liaison']);

/** Posts that may confirm that an activation is over. */
export const MAY_END: ReadonlySet<Role> = new Set<Role>(['duty-officer', 'deputy', 'commander']);

/** Posts that answer for what goes out in the office's name. */
export const MAY_SIGN: ReadonlySet<Role> = new Set<Role>(['deputy', 'commander']);
