/** Does each in turn, whatever becomes of the others: the first fault is thrown once all have had theirs. */
export async function inTurn<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const faults: unknown[] = [];
  for (const item of items) {
    try {
      await work(item);
    } catch (fault) {
      faults.push(fault);
    }
  }
  if (faults.length > 0) throw faults[0];
}

/**
 * Runs `work` over `items` with at most `width` at once. All that were started are awaited before a failure is
 * thrown, so that nothing goes on in the background of a frozen process.
 */
export async function inParallel<T>(
  items: Iterable<T>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items[Symbol.iterator]();
  const faults: unknown[] = [];
  async function worker(): Promise<void> {
    while (faults.length === 0) {
      const next = waiting.next();
      if (next.done) return;
      try {
        await work(next.value);
      } catch (fault) {
        faults.push(fault);
      }
    }
  }
  await Promise.all(Array.from({ length: width }, worker));
  if (faults.length > 0) throw faults[0];
}
