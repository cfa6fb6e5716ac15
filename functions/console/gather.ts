/** What the pages show, read in one go: the record, the warnings, the feeds, and the deliveries as they are now. */

import type { ChainEvent } from '../../shared/activation/events.ts';
import {
  type Figures,
  figuresOf,
  type Holding,
  holdings,
  noticesOf,
} from '../../shared/activation/review.ts';
import { open } from '../../shared/activation/seal.ts';
import {
  type Activation,
  type NoticeRecord,
  openActivation,
  type State,
} from '../../shared/activation/state.ts';
import type { Item, Key, Ports, Store } from '../../shared/io/ports.ts';
import { getAll } from '../../shared/io/query-all.ts';
import { around, type Counts, NO_COUNTS, type SmsSpan } from '../../shared/notice/notice.ts';
import type { NoticeItem } from '../../shared/notice/slices.ts';
import { catchUp, events } from '../../shared/stages/chain.ts';
import { type Charge, charges, underItsPlan } from '../../shared/stages/office.ts';
import { loadFeeds, loadWarnings } from '../../shared/stages/warnings.ts';
import type { FeedRecord } from '../../shared/warning/health.ts';
import { FEEDS, type FeedId } from '../../shared/warning/warning.ts';

/** Entries shown of one feed's quarantine: whoever has read so many knows that the feed itself has changed. */
export const QUARANTINE_SHOWN_MAX = 50;

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
        counts: (await countNotices(store, charge.chain, notices)).counts,
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
    const { counts, sms } = await countNotices(store, charge.chain, notices);
    const figures = figuresOf(state, activation, sms, clock.now());
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

/** What became of everybody, as the record has it or, while a notice is open, as the last sweep found it. */
async function countNotices(
  store: Store,
  chain: string,
  records: readonly NoticeRecord[],
): Promise<{ counts: Map<string, Counts>; sms: SmsSpan | null }> {
  const keys = records.map(({ notice: { no } }) => ({ pk: chain, sk: no }));
  const items = new Map((await getAll<NoticeItem>(store, 'notices', keys)).map((item) => [item.sk, item]));
  const counts = new Map<string, Counts>();
  let sms: SmsSpan | null = null;
  for (const { notice, counts: closed } of records) {
    const item = items.get(notice.no);
    const open = { ...(item?.found?.counts ?? NO_COUNTS), audience: item?.audience ?? 0 };
    counts.set(notice.no, closed ?? open);
    sms = around(sms, item?.found?.sms ?? null);
  }
  return { counts, sms };
}
