/** The plan that seasons are lived under. */
import { readFileSync } from 'node:fs';
import { SHIPPED_PLAN } from '../../infra/scenario.ts';
import { assert } from '../../shared/outcome.ts';
import type { Plan } from '../../shared/plan/plan.ts';
import { readPlan } from '../../shared/plan/schema.ts';

export function shippedPlan(): Plan {
  const { plan } = readPlan(JSON.parse(readFileSync(SHIPPED_PLAN, 'utf8')));
  assert(plan, 'the shipped plan is valid');
  return plan;
}
