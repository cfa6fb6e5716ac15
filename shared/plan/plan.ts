/** What the office resolved to do: the natural-disaster plan. What each field means stands in its [shape](shape.ts). */
import type * as z from 'zod';
import type { planShape } from './shape.ts';

export type Plan = Omit<z.infer<typeof planShape>, '$schema'>;
export type Trigger = Plan['triggers'][number];
export type Step = Plan['steps'][number];
export type Playbook = Plan['playbooks'][number];
export type PlaybookStep = Playbook['steps'][number];

export const STEPS = [
  'command-brief',
  'duty',
  'linkage',
  'assessment',
  'site-safety-check',
  'shelter',
  'staff-reminder',
  'recheck',
  'start-report',
  'daily-report',
  'decision-clock',
] as const;
export type StepId = (typeof STEPS)[number];

/** Names one version of a plan, as the record does. */
export function planKey({ id, version }: Pick<Plan, 'id' | 'version'>): string {
  return `${id}@${version}`;
}
