/** Events as lines of JSON on standard output, where CloudWatch Logs and a person with `jq` read them alike. */
import { iso } from '../time.ts';
import type { Clock, Log } from './ports.ts';

export function jsonLog(
  clock: Pick<Clock, 'now'>,
  write: (line: string) => void = (line) => process.stdout.write(line),
): Log {
  return (event, fields) => write(`${JSON.stringify({ at: iso(clock.now()), event, ...fields })}\n`);
}
