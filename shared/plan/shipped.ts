/** The plan that an exam runs under unless its office brings another. */
import { assert } from '../outcome.ts';
import quanzhou from './data/quanzhou.json' with { type: 'json' };
import type { Plan } from './plan.ts';
import { readPlan } from './schema.ts';

export function shippedPlan(): Plan {
  const { plan } = readPlan(quanzhou);
  assert(plan, 'the shipped plan is valid');
  return plan;
}
