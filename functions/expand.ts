/** A hint `{ chain }`: the record of a district holds notices whose audience is not frozen yet. */
import type { SQSEvent } from 'aws-lambda';
import { assert } from '../shared/outcome.ts';
import { expand } from '../shared/stages/expand.ts';
import { house, ports } from './wire.ts';

export const handler = house('expand', async ({ Records }: SQSEvent): Promise<void> => {
  for (const { body } of Records) {
    const { chain } = (JSON.parse(body) ?? {}) as { chain?: unknown };
    // A hint without one was not laid by this program.
    assert(typeof chain === 'string', 'a hint without chain');
    await expand(ports(), chain);
  }
});
