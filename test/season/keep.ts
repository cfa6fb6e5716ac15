/**
 * A season kept as files: `season.json`, the world itself, which is lived again to the byte; and beside it, for
 * one exam, a scenario directory with its weather, people and acts, which `replay` and `start` read.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Exam } from '../../shared/plan/exam.ts';
import { iso } from '../../shared/time.ts';
import type { Lived } from './drive.ts';
import { drawAnswers } from './offices.ts';

const COLUMNS = [
  'personId',
  'name',
  'phone',
  'role',
  'siteId',
  'sessionIds',
  'needs',
  'homeAdcode',
  'function',
] as const;

export function keepSeason(lived: Lived, exam: Exam, directory: string): void {
  const { world, acts } = lived;
  mkdirSync(join(directory, 'answers'), { recursive: true });
  const put = (name: string, text: string | Uint8Array): void => writeFileSync(join(directory, name), text);
  put('season.json', `${JSON.stringify(world, null, 1)}\n`);
  put('exam.json', `${JSON.stringify(examJson(exam), null, 2)}\n`);
  const roster = world.rosters.find(({ examId }) => examId === exam.id)?.people ?? [];
  const rows = roster.map((person) => ({ ...person, sessionIds: person.sessionIds.join(';') }));
  const lines = rows.map((row) => COLUMNS.map((column) => row[column] ?? '').join(','));
  put('roster.csv', `${[COLUMNS.join(','), ...lines].join('\n')}\n`);
  const answers: object[] = [];
  for (const [feed, all] of drawAnswers(world)) {
    for (const [place, { from, bytes, fault, documents }] of all.entries()) {
      const at = iso(from);
      if (bytes === null) {
        answers.push({ at, feed, fault: fault ?? 'reset' });
        continue;
      }
      const body = `answers/${feed}-${place}`;
      put(body, bytes);
      const names = [...documents].map(([link, document], which) => {
        put(`${body}-${which}.xml`, document);
        return [link, `${body}-${which}.xml`];
      });
      answers.push({ at, feed, body, ...(names.length > 0 ? { documents: Object.fromEntries(names) } : {}) });
    }
  }
  const people = acts.map(({ at, act, personId: person }) => {
    return { at: iso(at), person, ...act };
  });
  const scenario = {
    name: `season ${world.seed}`,
    start: iso(world.start),
    end: iso(world.end),
    exam: 'exam.json',
    plan: null,
    roster: 'roster.csv',
    answers,
    people,
    carrier: { partsPerSecond: world.partsPerSecond, lose: 0, throttle: 0, refuse: world.refused },
  };
  put('scenario.json', `${JSON.stringify(scenario, null, 1)}\n`);
}

function examJson(exam: Exam): object {
  const sessions = exam.sessions.map((session) => ({
    ...session,
    startsAt: iso(session.startsAt, exam.timeZone),
    endsAt: iso(session.endsAt, exam.timeZone),
    admitFrom: iso(session.admitFrom, exam.timeZone),
  }));
  return { ...exam, sessions };
}
