/**
 * How the bench measures: a figure stands beside its bare floor, both taken turn by turn in the same run, so that
 * whatever else the machine is doing slows both.
 */

/** One line of the bench. */
export interface Figure {
  name: string;
  /** What it was measured on, where one name has several lines. */
  of: string;
  value: number;
  unit: string;
  floor: number;
  /** 1 is perfect, larger is worse, for costs and for rates alike. */
  ratio: number;
  /** Things measured in one turn: SMS, entries, pairs. */
  n: number;
  /** How far the turns of `value` lie apart: largest less smallest, by their median. */
  spread: number;
}

export interface Sides<T> {
  floor: T[];
  ours: T[];
}

/** Turns of each side; odd, so that the median is one of them. */
export const TURNS = 5;

/** Floor, ours, floor, ours …; the first turn of each warms up and does not count. */
export async function byTurns<T>(
  sides: { floor: () => T | Promise<T>; ours: () => T | Promise<T> },
  turns = TURNS,
): Promise<Sides<T>> {
  const taken: Sides<T> = { floor: [], ours: [] };
  for (let turn = 0; turn <= turns; turn += 1) {
    const floor = await sides.floor();
    const ours = await sides.ours();
    if (turn === 0) continue;
    taken.floor.push(floor);
    taken.ours.push(ours);
  }
  return taken;
}

/** The line of a cost (less is better) or of a rate (more is better): the medians, and their ratio. */
export function figure(
  what: { name: string; of?: string; unit: string; n: number; kind?: 'cost' | 'rate' },
  { floor, ours }: Sides<number>,
): Figure {
  const { name, of = '', unit, n, kind = 'cost' } = what;
  const [value, bare] = [median(ours), median(floor)];
  return {
    name,
    of,
    value: rounded(value),
    unit,
    floor: rounded(bare),
    ratio: rounded(kind === 'cost' ? value / bare : bare / value),
    n,
    spread: rounded((Math.max(...ours) - Math.min(...ours)) / value),
  };
}

/** Milliseconds that this thread computed: what else the machine does meanwhile does not count. */
export function computed(work: () => unknown): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

/** One measure of each turn. */
export function measure<T>(sides: Sides<T>, take: (turn: T) => number): Sides<number> {
  return { floor: sides.floor.map(take), ours: sides.ours.map(take) };
}

export function median(values: readonly number[]): number {
  const inOrder = values.toSorted((a, b) => a - b);
  const middle = Math.floor(inOrder.length / 2);
  return inOrder.length % 2 === 1
    ? inOrder[middle]!
    : ((inOrder[middle - 1] ?? Number.NaN) + (inOrder[middle] ?? Number.NaN)) / 2;
}

/** Four figures: what a machine repeats. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
