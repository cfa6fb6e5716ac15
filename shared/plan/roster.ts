/** The roster as the office hands it in: a table, read row by row, with an issue for each bad field. */
import { type Options, parse } from 'csv-parse/sync';
import { postSlot } from '../notice/slots.ts';
import { type Issue, issue } from '../outcome.ts';
import { type Census, cellKey, type Exam, type Person, POSTS, type Role, SITE_POSTS } from './exam.ts';
import { isExercise } from './exercise.ts';

const REQUIRED = ['personId', 'name', 'phone', 'role', 'siteId', 'sessionIds', 'needs'] as const;
const OPTIONAL = ['districtId', 'homeAdcode', 'function'] as const;
type Column = (typeof REQUIRED)[number] | (typeof OPTIONAL)[number];
const COLUMNS: readonly Column[] = [...REQUIRED, ...OPTIONAL];

/** How Chinese offices head these columns. A bare 编号 is missing here: it may as well be the row's own number. */
const CHINESE: Record<Column, readonly string[]> = {
  personId: ['准考证号', '考生编号', '人员编号', '工号'],
  name: ['姓名'],
  phone: ['手机', '手机号', '手机号码', '联系电话'],
  role: ['角色', '岗位', '身份'],
  siteId: ['考点', '考点编号', '考点代码'],
  sessionIds: ['场次', '考试场次', '场次编号'],
  needs: ['特殊需求', '特殊需要', '便利措施'],
  districtId: ['考区', '考区编号', '考区代码'],
  homeAdcode: ['居住地区划', '户籍区划', '区划代码'],
  function: ['职责', '分工'],
};

/** Characters of a person id: it is part of keys and of the closing digest, and somebody types it at night. */
export const PERSON_ID_MAX = 64;

/**
 * Rows of one roster: the whole country's candidates of a year. It bounds what is kept of the rows before, by which
 * a person or a number that comes twice is found.
 */
export const ROSTER_ROWS_MAX = 1_000_000;

/** By id, and as people of the office say it. */
const ROLES: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['candidate', 'candidate'],
  ['考生', 'candidate'],
  ...POSTS.flatMap((post): [string, Role][] => [
    [post, post],
    [postSlot(post), post],
  ]),
]);

/** Roles of a site; without one, or others with one, nobody would ever reach them. */
const OF_A_SITE: readonly Role[] = ['candidate', ...SITE_POSTS];

/** Mainland mobile number, E.164: the only ones the machine sends to; others go straight to the call list. */
export function isMainland(phone: string): boolean {
  return /^\+861[3-9]\d{9}$/.test(phone);
}

/** Rows stay rows, also empty ones, so that they are counted as a spreadsheet counts them. */
export const CSV: Options = {
  bom: true,
  delimiter: [',', '\t'],
  relaxColumnCount: true,
  relaxQuotes: true,
  skipEmptyLines: false,
  trim: true,
};

/** A person, or null for an empty row and for one with an error; the issues never quote a value that may be personal. */
export interface RosterRow {
  person: Person | null;
  issues: Issue[];
}

/**
 * Reads the rows of a roster in order, the header first, and remembers who came before. What a header lacks is its
 * issues, and nothing under it is read. Without an exam sites and sessions stand as they are written.
 */
export function rosterReader(exam: Exam | null): (cells: readonly string[]) => RosterRow {
  let read: RowReader | null = null;
  let row = 0;
  return (cells) => {
    row += 1;
    if (row > 1) return read?.(cells, row) ?? { person: null, issues: [] };
    const { place, issues } = placesIn(cells);
    if (issues.length === 0) read = rowReader(place, exam);
    return { person: null, issues };
  };
}

type RowReader = (cells: readonly string[], row: number) => RosterRow;

/** Where each column stands, and what is wrong with the header. */
function placesIn(header: readonly string[]): { place: Map<Column, number>; issues: Issue[] } {
  const place = new Map<Column, number>();
  const issues: Issue[] = [];
  for (const [at, written] of header.entries()) {
    const column = columnOf(written);
    if (column === null) continue;
    if (place.has(column))
      issues.push(issue(`/header/${column}`, 'column-twice', `two columns are headed as ${column}`));
    place.set(column, at);
  }
  for (const name of REQUIRED) {
    if (!place.has(name))
      issues.push(issue(`/header/${name}`, 'column-missing', `the column ${name} is missing`));
  }
  return { place, issues };
}

function columnOf(written: string): Column | null {
  const plain = written.normalize('NFKC').replace(/[\s_*-]/g, '');
  const found = COLUMNS.find(
    (column) => column.toLowerCase() === plain.toLowerCase() || CHINESE[column].includes(plain),
  );
  return found ?? null;
}

function rowReader(place: ReadonlyMap<Column, number>, exam: Exam | null): RowReader {
  const known = exam && knowledgeOf(exam);
  const seen = new Map<string, number>();
  const numbers = new Map<string, number>();
  return (cells, row) => {
    if (cells.every((cell) => cell === '')) return { person: null, issues: [] };
    const issues: Issue[] = [];
    if (row > ROSTER_ROWS_MAX + 1) {
      const message = `a roster has at most ${ROSTER_ROWS_MAX} rows`;
      return { person: null, issues: [issue(`/row[${row}]`, 'too-many-rows', message)] };
    }
    const complain: Complain = (column, code, message, params = {}, level = 'error') => {
      issues.push(issue(`/row[${row}]/${column}`, code, message, params, level));
    };
    const person = readPerson((name) => cells[place.get(name) ?? -1]?.trim() ?? '', known, complain);
    const first = seen.get(person.personId);
    if (first === undefined) seen.set(person.personId, row);
    else complain('personId', 'person-twice', `the person id stands in row ${first} already`, { first });
    const sharedWith = person.phone === '' ? undefined : numbers.get(person.phone);
    if (sharedWith === undefined) numbers.set(person.phone, row);
    else {
      const message = `the number stands in row ${sharedWith} already: one SMS tells both`;
      complain('phone', 'phone-shared', message, { first: sharedWith }, 'info');
    }
    return { person: issues.some(({ level }) => level === 'error') ? null : person, issues };
  };
}

/** Reads a roster of CSV text at once. A row with an error is left out of `people`. */
export function readRoster(text: string, exam: Exam): { people: Person[]; issues: Issue[] } {
  let rows: string[][];
  try {
    rows = parse(text, CSV) as string[][];
  } catch (cause) {
    return { people: [], issues: [notCsv(cause)] };
  }
  const reader = rosterReader(exam);
  const read = (rows.length > 0 ? rows : [[]]).map((cells) => reader(cells));
  return {
    people: read.flatMap(({ person }) => person ?? []),
    issues: read.flatMap(({ issues }) => issues),
  };
}

/** The file is no table; nothing of it was read. */
export class NotATable extends Error {
  readonly issue: Issue;

  constructor(found: Issue) {
    super(found.message);
    this.name = 'NotATable';
    this.issue = found;
  }
}

export function notCsv(cause: unknown): Issue {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
  return issue('/', 'not-csv', 'this is not a CSV table', { code });
}

/** Counts people one by one: how many stand where, and nobody's name. Cells and posts come in the order of their keys. */
export function censusTaker(): { add(person: Person): void; census(version: string): Census } {
  const cells = new Map<string, Census['cells'][number]>();
  const posts = new Map<string, number>();
  const inNeed = new Set<string>();
  return {
    add({ role, siteId, districtId, homeAdcode: home, sessionIds, needs }) {
      if (siteId !== null && needs !== '') inNeed.add(siteId);
      if (role !== 'candidate') {
        const key = `${role}@${siteId ?? ofDistrict(districtId)}`;
        posts.set(key, (posts.get(key) ?? 0) + 1);
      } else if (siteId !== null) {
        const cell = { siteId, home, sessionIds };
        const key = cellKey(cell);
        cells.set(key, { ...cell, count: (cells.get(key)?.count ?? 0) + 1 });
      }
    },
    census: (version) => ({
      version,
      cells: inKeyOrder(cells).map(([, cell]) => cell),
      posts: Object.fromEntries(inKeyOrder(posts)),
      inNeed: [...inNeed].sort(),
    }),
  };
}

/** Place of staff of a whole district in a census of the whole roster; null: of every district. */
export function ofDistrict(districtId: string | null): string {
  return districtId === null ? '-' : `-#${districtId}`;
}

export function censusOf(version: string, people: Iterable<Person>): Census {
  const taker = censusTaker();
  for (const person of people) taker.add(person);
  return taker.census(version);
}

interface Knowledge {
  isExercise: boolean;
  /** Sites and sessions by id, and by name where no other has it. */
  sites: ReadonlyMap<string, string>;
  districts: ReadonlyMap<string, string>;
  districtOf: ReadonlyMap<string, string>;
  sessions: ReadonlyMap<string, string>;
  /** Place of each session in the exam's order. */
  order: ReadonlyMap<string, number>;
}

type Complain = (
  column: Column,
  code: string,
  message: string,
  params?: Issue['params'],
  level?: Issue['level'],
) => void;

function knowledgeOf(exam: Exam): Knowledge {
  return {
    isExercise: isExercise(exam),
    sites: byIdOrName(exam.sites),
    districts: byIdOrName(exam.districts),
    districtOf: new Map(exam.sites.map(({ id, districtId }) => [id, districtId])),
    sessions: byIdOrName(exam.sessions),
    order: new Map(exam.sessions.map((session, place) => [session.id, place])),
  };
}

function byIdOrName(all: readonly { id: string; name: string }[]): Map<string, string> {
  const names = Map.groupBy(all, ({ name }) => name);
  const own = [...names.values()].flatMap(([one, ...others]) => (one && others.length === 0 ? [one] : []));
  return new Map([...own.map(({ id, name }) => [name, id]), ...all.map(({ id }) => [id, id])] as [
    string,
    string,
  ][]);
}

function readPerson(cell: (name: Column) => string, known: Knowledge | null, complain: Complain): Person {
  const personId = cell('personId');
  if (personId === '') complain('personId', 'person-missing', 'the person id is empty');
  if (personId.length > PERSON_ID_MAX || /[\p{Cc}#|]/u.test(personId)) {
    complain('personId', 'person-id', `a person id has at most ${PERSON_ID_MAX} characters, without # and |`);
  }
  if (MANGLED.test(personId)) complain('personId', 'person-mangled', 'a spreadsheet has rounded this id');
  const role = readRole(cell('role'), known, complain);
  const siteId = readSite(cell('siteId'), role, known, complain);
  return {
    personId,
    name: cell('name'),
    phone: readPhone(cell('phone'), complain),
    role,
    siteId,
    districtId: readDistrict(cell('districtId'), role, siteId, known, complain),
    sessionIds: readSessions(cell('sessionIds'), role, known, complain),
    needs: cell('needs'),
    homeAdcode: readAdcode(cell('homeAdcode'), complain),
    function: cell('function') || null,
  };
}

/** How a spreadsheet shows a long number that it has rounded. */
const MANGLED = /^\d[.\d]*[eE]\+\d+$/;

/** E.164. Full-width digits, blanks, dashes, brackets, `+86`, `0086` and a bare `86` are people's ways to write one. */
function readPhone(written: string, complain: Complain): string {
  const plain = written.normalize('NFKC').replace(/[\s\-‐-―−().·'’]/g, '');
  const mobile = /^(?:\+|00)?(?:86)?(1[3-9]\d{9})$/.exec(plain)?.[1];
  if (mobile) return `+86${mobile}`;
  const abroad = /^(?:\+|00)(?!86)([1-9]\d{6,14})$/.exec(plain)?.[1];
  if (abroad) {
    complain(
      'phone',
      'phone-abroad',
      'not a mainland number: this person is called, never texted',
      {},
      'warning',
    );
    return `+${abroad}`;
  }
  if (plain === '') complain('phone', 'phone-missing', 'the number is empty');
  else if (MANGLED.test(plain)) complain('phone', 'phone-mangled', 'a spreadsheet has rounded this number');
  else
    complain('phone', 'phone-invalid', 'not a mainland mobile number of 11 digits', {
      digits: digits(plain),
    });
  return '';
}

function digits(text: string): number {
  return text.replace(/\D/g, '').length;
}

function readRole(written: string, known: Knowledge | null, complain: Complain): Role {
  const role = ROLES.get(written);
  if (role === 'candidate' && known?.isExercise)
    complain('role', 'role-candidate', 'no candidate takes part in an exercise: leave the row out');
  if (role === undefined) complain('role', 'role-unknown', 'neither candidate nor a post of the plan');
  return role ?? (written as Role);
}

function readSite(written: string, role: Role, known: Knowledge | null, complain: Complain): string | null {
  if (written === '') {
    if (OF_A_SITE.includes(role)) complain('siteId', 'site-missing', `a ${role} stands at a site`);
    return null;
  }
  const siteId = known ? known.sites.get(written) : written;
  if (siteId === undefined) complain('siteId', 'site-unknown', 'the exam has no such site');
  else if (ROLES.has(role) && !OF_A_SITE.includes(role)) {
    const message = `a ${role} answers for the district and is told nothing at a site: leave it empty`;
    complain('siteId', 'post-elsewhere', message, {}, 'warning');
  }
  return siteId ?? written;
}

/** A site says its district itself; of an exam of several, staff of no site who name none hear of every district. */
function readDistrict(
  written: string,
  role: Role,
  siteId: string | null,
  known: Knowledge | null,
  complain: Complain,
): string | null {
  if (written === '') {
    const districts = new Set(known?.districts.values()).size;
    if (siteId === null && role !== 'candidate' && districts > 1) {
      const message = `stands at no site and names no district: hears of all ${districts}`;
      complain('districtId', 'district-unnamed', message, { districts }, 'info');
    }
    return null;
  }
  const districtId = known ? known.districts.get(written) : written;
  const own = siteId === null ? districtId : known?.districtOf.get(siteId);
  if (districtId === undefined) complain('districtId', 'district-unknown', 'the exam has no such district');
  else if (own !== undefined && own !== districtId)
    complain('districtId', 'district-other', 'the site is of another district');
  return siteId === null ? (districtId ?? written) : null;
}

/** In the exam's order, each once. */
function readSessions(written: string, role: Role, known: Knowledge | null, complain: Complain): string[] {
  const names = new Set(written.split(/[;；]/).map((name) => name.trim()));
  names.delete('');
  if (role === 'candidate' && names.size === 0)
    complain('sessionIds', 'session-missing', 'a candidate sits a paper');
  const ids = new Set<string>();
  for (const name of names) {
    const sessionId = known ? known.sessions.get(name) : name;
    if (sessionId === undefined) complain('sessionIds', 'session-unknown', 'the exam has no such session');
    else ids.add(sessionId);
  }
  return [...ids].sort((a, b) => (known?.order.get(a) ?? 0) - (known?.order.get(b) ?? 0));
}

function readAdcode(written: string, complain: Complain): string | null {
  const code = written.normalize('NFKC');
  if (code === '') return null;
  if (!/^\d{6}$/.test(code)) complain('homeAdcode', 'adcode', 'a county has a code of 6 digits');
  return code;
}

function inKeyOrder<T>(map: Map<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
