/** The clock of a deployment on AWS, where domain time and machine time are one. */
import type { Clock } from './ports.ts';

export const systemClock: Clock = {
  now: Date.now,
  machine: Date.now,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
