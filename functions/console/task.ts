/** A task as every table of tasks shows it. */
import { html } from 'hono/html';
import { isPlanStep } from '../../shared/activation/events.ts';
import type { Task } from '../../shared/activation/state.ts';
import type { Plan } from '../../shared/plan/plan.ts';
import { type Html, time } from './page.ts';
import type { Tongue } from './words.ts';

/** What is to be done, and the clause that asks for it. */
export function taskName(t: Tongue, { step, title, clause }: Task): Html {
  return html`${isPlanStep(step) ? t.kind(step) : (title ?? step)} <small>${clause}</small>`;
}

/** By when, and whether the official text or the office says so. */
export function taskDue(t: Tongue, { step, dueAt }: Task, plan: Plan): Html {
  const basis = plan.steps.find(({ id }) => id === step)?.basis;
  return html`${time(t, dueAt)} <small class="basis">${t.say(basis === 'clause' ? 'byClause' : 'officeDefault')}</small>`;
}
