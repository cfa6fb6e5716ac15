/** What the pages show, read in one go: the record, the warnings, the feeds, and the deliveries as they are now. */

import type { ChainEvent } from '../../shared/activation/events.ts';
import {
  type Figures,
  figuresOf,
  type Holding,
  holdings,
  noticesOf,
  type SmsSpan,
} from '../../shared/activation/review.ts';
import { open } from '../../shared/activation/seal.ts';
import {
  type Activation,
  type NoticeRecord,
  openActivation,
  type State,
} from '../../shared/activation/state.ts';
import type { Item, Key, Ports, Store } from '../../shared/io/ports.ts';
import { RECEIPT_PARK_MS } from '../../shared/limits.ts';
import { countsOf } from '../../shared/notice/delivery.ts';
import { type Counts, NO_COUNTS } from '../../shared/notice/notice.ts';
import type { NoticeItem } from '../../shared/notice/slices.ts';
import { inParallel } from '../../shared/parallel.ts';
import { catchUp, events } from '../../shared/stages/chain.ts';
import { deliveriesOf } from '../../shared/stages/notices.ts';
import { type Charge, charges, underItsPlan } from '../../shared/stages/office.ts';
import { loadFeeds, loadWarnings } from '../../shared/stages/warnings.ts';
import type { FeedRecord } from '../../shared/warning/health.ts';
import { FEEDS, type FeedId } from '../../shared/warning/warning.ts';

/** Entries shown of one feed's quarantine: whoever has read so many knows that the feed itself has changed. */
export const QUARANTINE_SHOWN_MAX = 50;

/** Notices counted side by side: enough to hide the store's latency, few enough to leave it to the senders. */
const COUNTED_AT_ONCE = 8;

export interface DistrictView {
  charge: Charge;
  state: State;
  counted: Holding[];
  recorded: Holding[];
  /** The last one, open or ended. */
  activation: Activation | null;
  /** Since it opened; before any, all. */
  notices: NoticeRecord[];
  counts: Map<string, Counts>;
}

export interface BoardView {
  now: number;
  feeds: FeedRecord[];
  districts: DistrictView[];
  quarantined: number;
}

export type Quarantined = Item & Key & { path: string; raw: string; firstSeenAt: number };

export async function gatherBoard({ store, clock }: Pick<Ports, 'store' | 'clock'>): Promise<BoardView> {
  const now = clock.now();
  const [open, warnings, feeds, waiting] = await Promise.all([
    charges(store),
    loadWarnings(store, now),
    loadFeeds(store),
    gatherQuarantine(store),
  ]);
  const districts = await Promise.all(
    open.map(async (each): Promise<DistrictView> => {
      const state = await catchUp(store, each.chain);
      const charge = await underItsPlan(store, each, state);
      const activation = state.activations.at(-1) ?? null;
      const notices = activation ? noticesOf(state, activation) : [];
      if (!openActivation(state)) notices.push(...noticesOf(state, null));
      return {
        charge,
        state,
        ...holdings({ ...charge, warnings, feeds, now }, state),
        activation,
        notices,
        counts: (await countNotices(store, charge.chain, notices, now)).counts,
      };
    }),
  );
  return {
    now,
    feeds,
    districts,
    quarantined: [...waiting.values()].reduce((sum, all) => sum + all.length, 0),
  };
}

export interface ActivationView {
  charge: Charge;
  state: State;
  activation: Activation;
  events: ChainEvent[];
  notices: NoticeRecord[];
  counts: Map<string, Counts>;
  figures: Figures;
}

/** Null where no open exam has an activation of this id. */
export async function gatherActivation(
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
  id: string,
): Promise<ActivationView | null> {
  for (const charge of await charges(store)) {
    const state = await catchUp(store, charge.chain);
    const activation = state.activations.find((each) => each.id === id);
    if (!activation) continue;
    const all: ChainEvent[] = [];
    for await (const sealed of events(store, charge.chain)) all.push(open(sealed));
    const notices = noticesOf(state, activation);
    const now = clock.now();
    const { counts, sms } = await countNotices(store, charge.chain, notices, now);
    const figures = figuresOf(state, activation, sms, now);
    return { charge, state, activation, events: all, notices, counts, figures };
  }
  return null;
}

/** The entries that could not be read, by feed; the first ones of each feed. */
export async function gatherQuarantine(store: Store): Promise<Map<FeedId, Quarantined[]>> {
  const found = await Promise.all(
    FEEDS.map(async (feed) => {
      const page = await store.query<Quarantined>('quarantine', feed, { limit: QUARANTINE_SHOWN_MAX });
      return [feed, page.items.toSorted((a, b) => b.firstSeenAt - a.firstSeenAt)] as const;
    }),
  );
  return new Map(found.filter(([, items]) => items.length > 0));
}

/** Counts that nothing can change any more, by chain and number: a warm process need not count them again. */
const final = new WeakMap<Store, Map<string, Counted>>();

interface Counted {
  counts: Counts;
  sms: SmsSpan | null;
}

/** Counts of the rows as they are now: receipts move them after the closing, so its own counts are not enough. */
async function countNotices(
  store: Store,
  chain: string,
  records: readonly NoticeRecord[],
  now: number,
): Promise<{ counts: Map<string, Counts>; sms: SmsSpan | null }> {
  const kept = final.get(store) ?? new Map<string, Counted>();
  final.set(store, kept);
  const found = new Map<string, Counts>();
  let sms: SmsSpan | null = null;
  await inParallel(records, COUNTED_AT_ONCE, async (record) => {
    const { no, deadline } = record.notice;
    const key = `${chain}#${no}`;
    const counted = kept.get(key) ?? (await countNotice(store, chain, record));
    const { counts } = counted;
    found.set(no, counts);
    sms = around(sms, counted.sms);
    const movable = counts.sent + counts.unknown + counts.undelivered > 0 && now < deadline + RECEIPT_PARK_MS;
    if (record.counts !== null && !movable) kept.set(key, counted);
  });
  return { counts: found, sms };
}

function around(a: SmsSpan | null, b: SmsSpan | null): SmsSpan | null {
  return a && b ? { first: Math.min(a.first, b.first), last: Math.max(a.last, b.last) } : (a ?? b);
}

/** Until the audience is frozen it is not known, and counts as the rows that are there. */
async function countNotice(store: Store, chain: string, record: NoticeRecord): Promise<Counted> {
  if (record.releasedAt === null) return { counts: NO_COUNTS, sms: null };
  const { no } = record.notice;
  let counts = NO_COUNTS;
  let sms: SmsSpan | null = null;
  for await (const rows of deliveriesOf({ store }, chain, no)) {
    const more = countsOf(rows);
    const sum = { ...counts };
    for (const state of Object.keys(sum) as (keyof Counts)[]) sum[state] += more[state];
    counts = sum;
    for (const { firstClaimedAt: first, claimedAt: last } of rows)
      if (first !== null && last !== null) sms = around(sms, { first, last });
  }
  const item = record.counts ?? (await store.get<NoticeItem>('notices', { pk: chain, sk: no }));
  return { counts: { ...counts, audience: Math.max(counts.audience, item?.audience ?? 0) }, sms };
}
