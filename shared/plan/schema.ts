/** The one way in which a plan or an exam is read. */
import * as z from 'zod';
import { type Issue, issue } from '../outcome.ts';
import { examIssues, planIssues } from './checks.ts';
import type { Exam } from './exam.ts';
import type { Plan } from './plan.ts';
import { examShape, planShape } from './shape.ts';

/** A plan as JSON. `plan` is null when an issue is an error; warnings leave it usable. */
export function readPlan(json: unknown): { plan: Plan | null; issues: Issue[] } {
  const parsed = planShape.safeParse(json);
  if (!parsed.success) return { plan: null, issues: parsed.error.issues.map(asIssue) };
  const { $schema: _, ...plan } = parsed.data;
  const issues = planIssues(plan);
  return { plan: hasError(issues) ? null : plan, issues };
}

/** An exam as JSON, its times ISO 8601. A key that we do not know is a warning, since a misspelt one would be lost. */
export function readExam(json: unknown): { exam: Exam | null; issues: Issue[] } {
  const known = structuredClone(json);
  let parsed = examShape.safeParse(known);
  const unknownKeys = (parsed.error?.issues ?? []).filter((entry) => entry.code === 'unrecognized_keys');
  const unknown = unknownKeys.map((entry) => ({ ...asIssue(entry), level: 'warning' as const }));
  if (unknownKeys.length > 0) {
    for (const entry of unknownKeys) removeKeys(known, entry.path, entry.keys);
    parsed = examShape.safeParse(known);
  }
  if (!parsed.success) return { exam: null, issues: [...unknown, ...parsed.error.issues.map(asIssue)] };
  const exam: Exam = {
    ...parsed.data,
    sessions: parsed.data.sessions.toSorted((a, b) => a.startsAt - b.startsAt || (a.id < b.id ? -1 : 1)),
  };
  const issues = [...unknown, ...examIssues(parsed.data)];
  return { exam: hasError(issues) ? null : exam, issues };
}

/** JSON Schema (draft 2020-12) of a plan's or an exam's file, for editors. */
export function publishedSchema(of: 'plan' | 'exam'): object {
  return z.toJSONSchema(of === 'plan' ? planShape : examShape, { io: 'input' });
}

/** `/sites[3]/adcode`; the root is `/`. */
function pathOf(path: readonly PropertyKey[]): string {
  const steps = path.map((part) => (typeof part === 'number' ? `[${part}]` : `/${String(part)}`));
  return steps.join('') || '/';
}

/** One complaint of a schema as an issue; its message never repeats the value. */
export function asIssue(entry: z.core.$ZodIssue): Issue {
  if (entry.code === 'unrecognized_keys') {
    const keys = entry.keys.join(', ');
    return issue(pathOf(entry.path), 'unknown-key', `unknown key: ${keys}`, { keys });
  }
  if (entry.code === 'invalid_type') {
    return issue(pathOf(entry.path), 'wrong-type', `must be ${entry.expected}`, { expected: entry.expected });
  }
  if (entry.code === 'invalid_value') {
    const allowed = entry.values.join(', ');
    return issue(pathOf(entry.path), 'not-one-of', `must be one of ${allowed}`, { allowed });
  }
  if (entry.code === 'too_small' || entry.code === 'too_big') {
    return issue(pathOf(entry.path), entry.code.replace('_', '-'), entry.message);
  }
  return issue(pathOf(entry.path), 'wrong-format', `must be ${entry.message}`);
}

function removeKeys(root: unknown, path: readonly PropertyKey[], keys: readonly string[]): void {
  let at = root as Record<PropertyKey, unknown>;
  for (const part of path) at = at[part] as Record<PropertyKey, unknown>;
  for (const key of keys) delete at[key];
}

function hasError(issues: Issue[]): boolean {
  return issues.some((entry) => entry.level === 'error');
}
