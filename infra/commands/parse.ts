/** `huhang parse`: recorded answers of one feed, as they are understood. */
import { parseArgs } from 'node:util';
import { instant, iso } from '../../shared/time.ts';
import { parseReading } from '../../shared/warning/parse.ts';
import { FEEDS, type Parsed } from '../../shared/warning/warning.ts';
import { bytesIn } from '../files.ts';
import { parsedJson } from '../parsed-json.ts';
import { InputError, UsageError } from '../usage.ts';

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { feed: { type: 'string' }, now: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const feed = FEEDS.find((id) => id === values.feed);
  if (!feed)
    throw new UsageError(`--feed takes one of ${FEEDS.join(' ')}; given: ${values.feed ?? 'nothing'}`);
  if (positionals.length === 0) throw new UsageError('no file given');
  const now = values.now === undefined ? Date.now() : time(values.now);
  const unread: string[] = [];
  for (const file of positionals) {
    try {
      const parsed = parseReading(feed, bytesIn(file), { now });
      const asked = values.json
        ? `${JSON.stringify({ file, ...parsedJson(parsed) })}\n`
        : words(file, parsed);
      process.stdout.write(asked);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      unread.push(error.message);
    }
  }
  if (unread.length > 0) throw new InputError(unread.join('\n'));
  return 0;
}

function time(text: string): number {
  try {
    return instant(text);
  } catch {
    throw new UsageError(`--now takes an ISO 8601 time with offset; given: ${text}`);
  }
}

function words(file: string, read: Parsed): string {
  const lines = [`${file}: ${read.state}${read.reason ? ` (${read.reason})` : ''}`];
  for (const { id, action, hazard, level, issuer, issuedAt } of read.warnings) {
    const when = issuedAt === null ? '-' : iso(issuedAt);
    lines.push(`  ${id}  ${action} ${hazard} ${level}  ${issuer.name}  ${when}`);
  }
  for (const { id, nameZh, points } of read.typhoons)
    lines.push(`  ${id}  ${nameZh ?? '-'}  ${points.length} points`);
  for (const entry of read.entries) lines.push(`  → ${entry.id}  ${entry.link}`);
  for (const { path, code, message } of read.issues) lines.push(`  ! ${path} ${code}: ${message}`);
  return `${lines.join('\n')}\n`;
}
