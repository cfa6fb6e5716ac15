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
