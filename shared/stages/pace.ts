/**
 * The pace of one sender: each publish goes out in a slot of a span that was reserved, or not at all. A slot that is
 * missed is given up and never made up for, as the next span may be another sender's already.
 */
import type { Ports } from '../io/ports.ts';
import type { Span } from '../notice/grant.ts';

/** A slot is missed after this, ms: so much of SMS may come in a bunch, 2 % of a second; the way to the carrier adds as much. */
export const SLOT_LATE_MAX_MS = 20;

/** How long before its slot an SMS is claimed, ms: a claim takes about 10, and at a slow hour some tens. */
export const CLAIM_AHEAD_MS = 100;

/** Waits for a slot; false where none will come. */
export type Slot = () => Promise<boolean>;

export interface Pace {
  /** SMS begun that have had no slot yet, less the slots that will serve them. */
  lacking(): number;
  /** Walks through the slots of a span, as many as `count`; resolves after the last. */
  walk(span: Span, count: number): Promise<void>;
  /** Resolves when `lacking` may have changed. */
  moved(): Promise<void>;
  /** Whoever waits for a slot from now on waits in vain. */
  end(): void;
}

/** `begin` begins another SMS, which asks for its slot once and is over when the promise resolves, or declines. */
export function paceOf({ clock }: Pick<Ports, 'clock'>, begin: (slot: Slot) => Promise<void> | null): Pace {
  const waiting: ((granted: boolean) => void)[] = [];
  /** Slots that have come while nobody was ready, not yet missed. */
  let unused: number[] = [];
  /** Slots to come; those of them for which somebody should be under way; SMS under way without a slot. */
  let [left, near, held] = [0, 0, 0];
  let ended = false;
  let change = Promise.withResolvers<void>();

  function missed(slot: number): boolean {
    return clock.machine() - slot > SLOT_LATE_MAX_MS;
  }
  function open(): number {
    unused = unused.filter((each) => !missed(each));
    return unused.length;
  }
  /** Begins whoever can be served soon, and says that something has changed. */
  function moved(): void {
    while (held < near + open() && begun());
    change.resolve();
    change = Promise.withResolvers();
  }

  function begun(): boolean {
    let holds = true;
    const letGo = (): void => {
      if (holds) held -= 1;
      holds = false;
    };
    const slot = async (): Promise<boolean> => {
      const served = open() > 0 && unused.shift() !== undefined;
      if (served) letGo();
      moved();
      if (served || ended) return served;
      return await new Promise((resolve) =>
        waiting.push((granted) => {
          letGo();
          resolve(granted);
        }),
      );
    };
    const over = begin(slot);
    if (over === null) return false;
    held += 1;
    void over.finally(() => {
      letGo();
      moved();
    });
    return true;
  }

  async function at(slots: number[], ahead: number, act: (slot: number) => void): Promise<void> {
    for (const each of slots) {
      const wait = each - ahead - clock.machine();
      if (wait > 0) await clock.sleep(wait);
      act(each);
    }
  }

  return {
    lacking: () => held - left - open(),
    moved: () => change.promise,
    async walk({ startAt, spanMs }, count) {
      const slots = Array.from({ length: count }, (_, place) =>
        Math.floor(startAt + (place * spanMs) / count),
      );
      left += count;
      await Promise.all([
        at(slots, CLAIM_AHEAD_MS, () => {
          near += 1;
          moved();
        }),
        at(slots, 0, (each) => {
          left -= 1;
          near -= 1;
          if (!missed(each)) {
            const next = waiting.shift();
            if (next) next(true);
            else unused.push(each);
          }
          moved();
        }),
      ]);
    },
    end() {
      ended = true;
      for (const give of waiting.splice(0)) give(false);
    },
  };
}
