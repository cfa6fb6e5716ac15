/** A task as every table of tasks shows it. */
import { html } from 'hono/html';
import { colourOf } from '../../shared/activation/draft.ts';
import { isPlanStep } from '../../shared/activation/events.ts';
import type { Task } from '../../shared/activation/state.ts';
import type { Plan, PlaybookStep, Step } from '../../shared/plan/plan.ts';
import { type Html, recorded, time } from './page.ts';
import type { Tongue } from './words.ts';

/** What is to be done and the clause that asks for it; opened, the plan's words on it and what to look at. */
export function taskName(t: Tongue, task: Task, plan: Plan): Html {
  const { step, title, clause, level } = task;
  const name = html`${isPlanStep(step) ? t.kind(step) : (title ?? step)} <small>${clause}</small>`;
  const asked = stepOf(plan, task);
  if (!asked) return name;
  const list = 'checklist' in asked ? asked.checklist : [];
  const looks = list.flatMap((each) => {
    if (typeof each === 'string') return each;
    return each.only.includes(colourOf(level)) ? each.text : [];
  });
  const items = looks.map((each) => html`<li>${recorded(each)}</li>`);
  return html`<details><summary>${name}</summary>${recorded(asked.duty)}${items.length > 0 ? html`<ul>${items}</ul>` : ''}</details>`;
}

/** By when, and whether the official text or the office says so. */
export function taskDue(t: Tongue, task: Task, plan: Plan): Html {
  const basis = stepOf(plan, task)?.basis;
  return html`${time(t, task.dueAt)} <small class="basis">${t.say(basis === 'clause' ? 'byClause' : 'officeDefault')}</small>`;
}

/** The plan's own step, or a playbook's: of several with one id the one with the task's title. */
function stepOf(plan: Plan, { step, title }: Task): Step | PlaybookStep | undefined {
  const [, id] = step.split('.');
  const ofMatters = [...plan.playbooks.flatMap(({ steps }) => steps), ...plan.incidentReports];
  return (
    plan.steps.find((each) => each.id === step) ??
    ofMatters.find((each) => each.id === id && each.title === title)
  );
}
