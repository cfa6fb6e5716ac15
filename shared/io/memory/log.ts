/** A log that keeps what it is told, for tests and reports. */
import type { Log } from '../ports.ts';

export interface LogEntry {
  event: string;
  fields: Record<string, string | number | boolean | null>;
}

export function memoryLog(): { log: Log; entries: LogEntry[] } {
  const entries: LogEntry[] = [];
  return {
    entries,
    log(event, fields = {}) {
      entries.push({ event, fields: { ...fields } });
    },
  };
}
