/** 演练: an exam of its own kind. Its key space, its people and its texts are no real exam's. */
import { civil, DAY, pad } from '../time.ts';
import type { Exam } from './exam.ts';
import type { Plan } from './plan.ts';

/** What the id of every exercise begins with and no exam's may: chain, roster, notices and rows are keyed by it. */
export const EXERCISE = 'drill-';

export interface Exercise extends Exam {
  id: `${typeof EXERCISE}${string}`;
}

export function isExercise(exam: Pick<Exam, 'id'>): exam is Exercise {
  return exam.id.startsWith(EXERCISE);
}

/** The exercise of an exam that begins `now`: by the same times of day, with the first paper a day or two ahead. */
export function exerciseOf(exam: Exam, now: number): Exercise {
  const first = Math.min(...exam.sessions.map(({ startsAt }) => startsAt));
  const move = Math.ceil((now + DAY - first) / DAY) * DAY;
  const { year, month, day, hour, minute } = civil(now, exam.timeZone);
  return {
    ...exam,
    id: `${EXERCISE}${exam.id}-${year}${[month, day, hour, minute].map((part) => pad(part)).join('')}`,
    name: `${exam.name}（演练）`,
    sessions: exam.sessions.map((session) => ({
      ...session,
      startsAt: session.startsAt + move,
      endsAt: session.endsAt + move,
      admitFrom: session.admitFrom + move,
    })),
  };
}

/**
 * The plan as it is rehearsed, on the word of whoever began: steps that somebody holds a task of, all of them told in
 * the exercise's text, by day and night. Nothing is prepared, and what playbooks tell is left unsaid.
 */
export function rehearsed(plan: Plan, by: string, at: string): Plan {
  const leave = { id: by, templates: ['exercise.start@1', 'exercise.end@1'] };
  return {
    ...plan,
    steps: plan.steps
      .filter(({ tasks }) => tasks.length > 0)
      .map((step) => ({ ...step, notice: 'exercise', words: {}, nightRule: false })),
    readiness: { ...plan.readiness, items: [] },
    playbooks: plan.playbooks.map((playbook) => ({ ...playbook, tells: [] })),
    approvals: [{ ...leave, by, at, document: plan.document }],
  };
}
