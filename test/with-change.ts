/** A copy of `json` whose value at `path` (`sites.1.adcode`; an index may be the list's end) is another one. */
export function withChange<T>(json: T, path: string, value: unknown): T {
  const copy = structuredClone(json);
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let at = copy as Record<string, unknown>;
  for (const step of steps) at = at[step] as Record<string, unknown>;
  at[last] = value;
  return copy;
}
