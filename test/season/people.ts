/** Invented people: names and numbers that occur nowhere else, so that a leak is found by searching for them. */
import type { Random } from '../../shared/io/ports.ts';
import type { Exam, Person, Post } from '../../shared/plan/exam.ts';
import { pad } from '../../shared/time.ts';
import { between, happens, pick } from './chance.ts';

/** Every name and every number of a season has its own of these in it. */
const NAME_MARK = '某试';
const PHONE_MARK = '1390000';

/** Whether a text has a name or a number of a season in it; digits of a hash or of an instant are none. */
export function hasPerson(text: string): boolean {
  return text.includes(NAME_MARK) || NUMBER.test(text);
}

const NUMBER = new RegExp(`(?<![0-9a-f])(\\+?86)?${PHONE_MARK}\\d{4}(?![0-9a-f])`);

const DISTRICT_POSTS: readonly Post[] = [
  'commander',
  'deputy',
  'office',
  'duty-leader',
  'duty-officer',
  'liaison',
  'assessment',
  'partner',
];

const DIGITS = '〇一二三四五六七八九';

export function phoneOf(place: number): string {
  return `+86${PHONE_MARK}${pad(place, 4)}`;
}

function nameOf(place: number): string {
  return `${NAME_MARK}${[...pad(place, 3)].map((digit) => DIGITS[Number(digit)]).join('')}`;
}

/** The first version of a roster. `from` is the first number to give: no two exams of a season share one. */
export function drawRoster(random: Random, exam: Exam, from: number): Person[] {
  const people: Person[] = [];
  const add = (role: Person['role'], siteId: string | null, sessionIds: string[] = []): Person => {
    const place = from + people.length;
    const person: Person = {
      personId: `${role === 'candidate' ? 'C' : 'S'}-${pad(place, 4)}`,
      name: nameOf(place),
      phone: phoneOf(place),
      role,
      siteId,
      sessionIds,
      needs: '',
      districtId: null,
      homeAdcode: null,
      function: null,
    };
    people.push(person);
    return person;
  };
  for (const post of DISTRICT_POSTS) add(post, null);
  if (happens(random, 0.5)) add('duty-officer', null);
  const days = [...Map.groupBy(exam.sessions, (session) => session.batch).values()];
  const batches = days.map((sessions) => sessions.map(({ id }) => id));
  const withHomes = happens(random, 0.3);
  for (const site of exam.sites) {
    add('site-lead', site.id);
    add('site-staff', site.id);
    for (let count = between(random, 3, 8); count > 0; count -= 1) {
      const candidate = add('candidate', site.id, pick(random, batches));
      if (withHomes && happens(random, 0.5)) candidate.homeAdcode = pick(random, exam.sites).adcode;
      const before = people[people.length - 2]!;
      if (happens(random, 0.05) && before.role === 'candidate') candidate.phone = before.phone;
      else if (happens(random, 0.03)) candidate.phone = `+852${pad(90_000_000 + from + people.length, 8)}`;
    }
  }
  return people;
}

/** A later version: some left, some came, some have another number. */
export function changedRoster(random: Random, exam: Exam, people: readonly Person[], from: number): Person[] {
  const next = people
    .filter((person) => person.role !== 'candidate' || !happens(random, 0.15))
    .map((person) => ({ ...person }));
  let place = from;
  for (const person of next) {
    if (person.role !== 'candidate' || !happens(random, 0.1)) continue;
    person.phone = phoneOf(place);
    place += 1;
  }
  const candidates = next.filter((person) => person.role === 'candidate');
  for (let count = between(random, 0, 4); count > 0 && candidates.length > 0; count -= 1) {
    const like = pick(random, candidates);
    next.push({
      ...like,
      personId: `C-${pad(place, 4)}`,
      name: nameOf(place),
      phone: phoneOf(place),
      siteId: pick(random, exam.sites).id,
    });
    place += 1;
  }
  return next;
}
