/** A file of JSON lines that is only appended to, and in which what was acknowledged survives a crash. */
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';

/** The journal's lines so far. A last line that a crash cut short was never acknowledged: it goes. */
export function readJournal<Line>(path: string): Line[] {
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const end = bytes.lastIndexOf('\n') + 1;
  if (end < bytes.length) truncateSync(path, end);
  const lines = bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Line);
}

/** Returns once the line is on the disk. */
export function appendToJournal(path: string, line: unknown): void {
  appendFileSync(path, `${JSON.stringify(line)}\n`, { flush: true });
}
