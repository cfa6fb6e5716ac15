/** The roster as the office hands it in: one CSV (cli.md's columns), read into people, with an issue for each bad field. */
import { parse } from 'csv-parse/sync';
import { type Issue, issue } from '../outcome.ts';
import { type Census, cellKey, type Exam, type Person, POSTS, type Role } from './exam.ts';

const COLUMNS = ['personId', 'name', 'phone', 'role', 'siteId', 'sessionIds', 'needs'] as const;
const OPTIONAL_COLUMNS = ['homeAdcode', 'function'] as const;
type Column = (typeof COLUMNS)[number] | (typeof OPTIONAL_COLUMNS)[number];

/** Characters of a person id: it is part of keys and of the closing digest, and somebody types it at night. */
export const PERSON_ID_MAX = 64;

const ROLES: ReadonlySet<string> = new Set<Role>(['candidate', ...POSTS]);

/** Posts that stand at a site; without one nobody would ever reach them. */
const SITE_POSTS: ReadonlySet<string> = new Set<Role>(['candidate', 'site-lead', 'site-staff']);

/** Mainland mobile number, E.164: the only ones the machine sends to; others go straight to the call list. */
export function isMainland(phone: string): boolean {
  return /^\+861[3-9]\d{9}$/.test(phone);
}

/**
 * Reads a roster. Rows are counted as a spreadsheet counts them: the header is row 1. A row with an error is left
 * out of `people`; every error stands at its row and column, without the value, which may be personal.
 */
export function readRoster(text: string, exam: Exam): { people: Person[]; issues: Issue[] } {
  const issues: Issue[] = [];
  const people: Person[] = [];
  let rows: string[][];
  try {
    rows = parse(text, { bom: true, relaxColumnCount: true, skipEmptyLines: false, trim: true });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    return { people, issues: [issue('/', 'not-csv', 'this is not a CSV table', { code })] };
  }
  const header = (rows[0] ?? []).map((name) => name.normalize('NFKC').trim());
  for (const name of COLUMNS) {
    if (!header.includes(name))
      issues.push(issue(`/header/${name}`, 'column-missing', `the column ${name} is missing`));
  }
  if (issues.length > 0) return { people, issues };

  const known = knowledgeOf(exam);
  const seen = new Map<string, number>();
  const numbers = new Map<string, number>();
  for (let index = 1; index < rows.length; index += 1) {
    const cells = rows[index] ?? [];
    if (cells.every((cell) => cell === '')) continue;
    const row = index + 1;
    const cell = (name: Column): string => cells[header.indexOf(name)] ?? '';
    const found: Issue[] = [];
    const person = readPerson(cell, known, (column, code, message, params = {}, level = 'error') => {
      found.push(issue(`/row[${row}]/${column}`, code, message, params, level));
    });
    const first = seen.get(person.personId);
    if (first !== undefined) {
      found.push(
        issue(`/row[${row}]/personId`, 'person-twice', `the person id stands in row ${first} already`, {
          first,
        }),
      );
    }
    seen.set(person.personId, first ?? row);
    const sharedWith = numbers.get(person.phone);
    if (sharedWith !== undefined && person.phone !== '') {
      const message = `the number stands in row ${sharedWith} already: one SMS tells both`;
      found.push(issue(`/row[${row}]/phone`, 'phone-shared', message, { first: sharedWith }, 'info'));
    }
    numbers.set(person.phone, sharedWith ?? row);
    issues.push(...found);
    if (!found.some(({ level }) => level === 'error')) people.push(person);
  }
  return { people, issues };
}

/** How many stand where, and nobody's name. Cells and posts come in the order of their keys. */
export function censusOf(version: string, people: Person[]): Census {
  const cells = new Map<string, Census['cells'][number]>();
  const posts = new Map<string, number>();
  for (const { role, siteId, homeAdcode: home, sessionIds } of people) {
    if (role !== 'candidate') {
      const key = `${role}@${siteId ?? '-'}`;
      posts.set(key, (posts.get(key) ?? 0) + 1);
    } else if (siteId !== null) {
      const cell = { siteId, home, sessionIds };
      const key = cellKey(cell);
      cells.set(key, { ...cell, count: (cells.get(key)?.count ?? 0) + 1 });
    }
  }
  return {
    version,
    cells: inKeyOrder(cells).map(([, cell]) => cell),
    posts: Object.fromEntries(inKeyOrder(posts)),
  };
}

interface Knowledge {
  sites: ReadonlySet<string>;
  /** Place of each session in the exam's order. */
  sessions: ReadonlyMap<string, number>;
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
    sites: new Set(exam.sites.map((site) => site.id)),
    sessions: new Map(exam.sessions.map((session, place) => [session.id, place])),
  };
}

function readPerson(cell: (name: Column) => string, known: Knowledge, complain: Complain): Person {
  const personId = cell('personId');
  if (personId === '') complain('personId', 'person-missing', 'the person id is empty');
  if (personId.length > PERSON_ID_MAX || /[\p{Cc}#|]/u.test(personId)) {
    complain('personId', 'person-id', `a person id has at most ${PERSON_ID_MAX} characters, without # and |`);
  }
  const role = readRole(cell('role'), complain);
  const siteId = readSite(cell('siteId'), role, known, complain);
  return {
    personId,
    name: cell('name'),
    phone: readPhone(cell('phone'), complain),
    role,
    siteId,
    sessionIds: readSessions(cell('sessionIds'), role, known, complain),
    needs: cell('needs'),
    homeAdcode: readAdcode(cell('homeAdcode'), complain),
    function: cell('function') || null,
  };
}

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
  else if (/[eE]\+?\d/.test(plain))
    complain('phone', 'phone-mangled', 'a spreadsheet has rounded this number');
  else
    complain('phone', 'phone-invalid', 'not a mainland mobile number of 11 digits', {
      digits: digits(plain),
    });
  return '';
}

function digits(text: string): number {
  return text.replace(/\D/g, '').length;
}

function readRole(role: string, complain: Complain): Role {
  if (!ROLES.has(role)) complain('role', 'role-unknown', 'neither candidate nor a post of the plan');
  return role as Role;
}

function readSite(siteId: string, role: Role, known: Knowledge, complain: Complain): string | null {
  if (siteId === '') {
    if (SITE_POSTS.has(role)) complain('siteId', 'site-missing', `a ${role} stands at a site`);
    return null;
  }
  if (!known.sites.has(siteId)) complain('siteId', 'site-unknown', 'the exam has no such site', { siteId });
  return siteId;
}

/** In the exam's order, each once. */
function readSessions(written: string, role: Role, known: Knowledge, complain: Complain): string[] {
  const ids = new Set(written.split(/[;；]/).map((id) => id.trim()));
  ids.delete('');
  if (role === 'candidate' && ids.size === 0)
    complain('sessionIds', 'session-missing', 'a candidate sits a paper');
  for (const sessionId of ids) {
    if (!known.sessions.has(sessionId)) {
      complain('sessionIds', 'session-unknown', 'the exam has no such session', { sessionId });
    }
  }
  const { sessions } = known;
  return [...ids].sort((a, b) => (sessions.get(a) ?? 0) - (sessions.get(b) ?? 0));
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
