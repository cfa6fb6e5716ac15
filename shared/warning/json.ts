/** JSON, and the JavaScript wrappers around it, as values read by name. Nothing is ever evaluated. */
import type { Trusted } from './bytes.ts';

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** `callback((…));` and `var alarminfo={…};`, as many parentheses closed as were opened. */
const WRAPPED = /^(?:var\s+)?[A-Za-z_$][\w$.]*\s*(=\s*\(*|(?:\(\s*)+)/;

export function readJson(text: string): Trusted<Json> {
  const plain = text.trim();
  if (/^[[{]/.test(plain)) return parsed(plain);
  const wrapper = WRAPPED.exec(plain)?.[0];
  if (wrapper === undefined) return { ok: false, reason: 'not-the-format' };
  const end = Math.max(plain.lastIndexOf('}'), plain.lastIndexOf(']')) + 1;
  const tail = plain.slice(end);
  if (end === 0) return { ok: false, reason: 'truncated' };
  if (/[^\s);]/.test(tail)) return { ok: false, reason: 'malformed' };
  if (count(wrapper, '(') !== count(tail, ')')) return { ok: false, reason: 'truncated' };
  return parsed(plain.slice(wrapper.length, end));
}

function parsed(text: string): Trusted<Json> {
  try {
    return { ok: true, value: JSON.parse(text) as Json };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ok: false, reason: /[\]}]$/.test(text) ? 'malformed' : 'truncated' };
  }
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

/** The value under `name`; own properties only, so that a key `__proto__` or `constructor` means nothing. */
export function at(value: Json | undefined, ...names: (string | number)[]): Json | undefined {
  let current = value;
  for (const name of names) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) return undefined;
    current = (current as Record<string | number, Json>)[name];
  }
  return current;
}

/** The text under `name`: strings trimmed, numbers as written; empty where there is neither. */
export function textAt(value: Json | undefined, ...names: (string | number)[]): string {
  const found = at(value, ...names);
  if (typeof found === 'string') return found.trim().toWellFormed();
  return typeof found === 'number' && Number.isFinite(found) ? String(found) : '';
}

/** The number under `name`, also where it is written as a string; null where there is none. */
export function numberAt(value: Json | undefined, ...names: (string | number)[]): number | null {
  const text = textAt(value, ...names);
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : null;
}

export function listAt(value: Json | undefined, ...names: (string | number)[]): Json[] | null {
  const found = at(value, ...names);
  return Array.isArray(found) ? found : null;
}

export function isObject(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
