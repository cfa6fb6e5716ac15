/** Ports whose Nth call fails, before it has its effect or after it, as a network between us and the world does. */
import type { Carrier, Ports, PublishOutcome } from '../shared/io/ports.ts';
import { Fault } from '../shared/outcome.ts';

export interface FaultPlan {
  /** Which call fails, from 1 on, counted over store, blobs, queue and carrier together; 0 for none. */
  at: number;
  when: 'before' | 'after';
  /** How many calls fail in a row from there: more than the code will retry is an outage. */
  times?: number;
}

export interface FaultyPorts {
  ports: Ports;
  /** Every call so far, as `store.get`; what an undisturbed run makes is how many faults there are to try. */
  calls: string[];
}

/** A failing call throws a Fault; a failing publish answers `unknown`, as the carrier's port never throws. */
export function faultyPorts(ports: Ports, plan: FaultPlan): FaultyPorts {
  const calls: string[] = [];
  const fails = (): boolean =>
    plan.at > 0 && calls.length >= plan.at && calls.length < plan.at + (plan.times ?? 1);

  function wrapped<T extends object>(name: string, target: T): T {
    return new Proxy(target, {
      get(owner, property, receiver) {
        const method = Reflect.get(owner, property, receiver);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          calls.push(`${name}.${String(property)}`);
          const failing = fails();
          const fault = new Fault(`injected ${plan.when} ${calls.at(-1)}`, { retryable: true });
          if (failing && plan.when === 'before') throw fault;
          const answer = await Reflect.apply(method, owner, args);
          if (failing) throw fault;
          return answer;
        };
      },
    });
  }

  const carrier: Carrier = {
    async publish(to, text): Promise<PublishOutcome> {
      calls.push('carrier.publish');
      const failing = fails();
      if (failing && plan.when === 'before') return { class: 'unknown', reason: 'injected' };
      const answer = await ports.carrier.publish(to, text);
      return failing ? { class: 'unknown', reason: 'injected' } : answer;
    },
  };
  return {
    calls,
    ports: {
      ...ports,
      store: wrapped('store', ports.store),
      blobs: wrapped('blobs', ports.blobs),
      queue: wrapped('queue', ports.queue),
      carrier,
    },
  };
}
