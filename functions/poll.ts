/** A tick of one feed: `{ feed }`, once a minute. */
import { assert } from '../shared/outcome.ts';
import { poll } from '../shared/stages/poll.ts';
import { FEEDS, type FeedId } from '../shared/warning/warning.ts';
import { house, ports } from './wire.ts';

export const handler = house('poll', async ({ feed }: { feed: FeedId }): Promise<void> => {
  assert(FEEDS.includes(feed), 'a tick of a feed that is not in the catalogue');
  await poll(ports(), feed);
});
