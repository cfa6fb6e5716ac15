/** Whether what goes out now can be sent in time, and at what price. */
import type { Notice } from '../notice/notice.ts';
import { deadlineOf } from '../notice/slices.ts';
import { cellKey } from '../plan/exam.ts';
import { SECOND } from '../time.ts';
import type { Draft } from './draft.ts';
import type { Effect } from './events.ts';
import { openNotices, placeKey, type State } from './state.ts';

/** People above which a notice is reckoned through before it goes out. */
export const PREFLIGHT_OVER_PEOPLE = 100;

/**
 * Reckons through what this decision lets go, before it goes: people, parts, price, and when the last of them would
 * be told, after everything more urgent. Whoever would be told too late is counted, with the rate that would do.
 * The counts are the census's, so those told already, who are dropped at freezing, are still in them.
 */
export function reckonThrough(draft: Draft): void {
  const { state } = draft;
  const going = draft.groups.flatMap((group) =>
    group.flatMap((effect) => {
      const notice = goesOut(state, effect);
      return notice ? [{ notice, group }] : [];
    }),
  );
  if (going.length === 0) return;
  const counts = new Map(state.census?.cells.map((cell) => [cellKey(cell), cell.count]));
  const open = [...openNotices(state)].flatMap(({ notice }) => loadsOf(draft, notice, counts));
  const owns = going.map((each) => ({ ...each, own: loadsOf(draft, each.notice, counts) }));
  const parts = partsUntil([...open, ...owns.flatMap(({ own }) => own)]);
  for (const { notice, group, own } of owns) {
    const people = own.reduce((sum, load) => sum + load.people, 0);
    if (people > PREFLIGHT_OVER_PEOPLE) group.push(...preflight(draft, notice, own, people, parts));
  }
}

/** Parts that go before or at each deadline: the soonest goes first, which is how slices are taken. */
function partsUntil(loads: readonly Load[]): Map<number, number> {
  const inTurn = [...Map.groupBy(loads, ({ deadline }) => deadline)].sort(([a], [b]) => a - b);
  let sum = 0;
  return new Map(
    inTurn.map(([deadline, due]) => {
      for (const { people } of due) sum += people;
      return [deadline, sum];
    }),
  );
}

function goesOut({ notices }: State, effect: Effect): Notice | null {
  if (effect.kind === 'notice') return effect.hold === null ? effect.notice : null;
  if (effect.kind !== 'notice-released') return null;
  const { notice } = notices.get(effect.no)!;
  return { ...notice, deadline: effect.deadline };
}

/** People of one place with one deadline. */
interface Load {
  site: string;
  people: number;
  deadline: number;
}

/** `counts`: people by cell. */
function loadsOf({ state, inputs }: Draft, notice: Notice, counts: ReadonlyMap<string, number>): Load[] {
  const { audience, deadline } = notice;
  const { census } = state;
  const { sessions } = inputs.exam;
  switch (audience.who) {
    case 'posts':
      return (audience.sites ?? [null]).map((site) => ({
        site: site ?? '-',
        people: audience.posts.reduce((sum, post) => sum + (census?.posts[placeKey(post, site)] ?? 0), 0),
        deadline,
      }));
    case 'candidates':
      return audience.cells.map((cell) => {
        const papers = sessions.filter(({ id }) => cell.sessionIds.includes(id));
        const people = counts.get(cellKey(cell)) ?? 0;
        return { site: cell.siteId, people, deadline: deadlineOf(notice, papers) };
      });
    case 'told':
    case 'of': {
      const numbers = audience.who === 'told' ? audience.notices : [audience.notice];
      const counted = numbers.map((no) => state.notices.get(no)?.counts?.audience ?? 0);
      const site = audience.who === 'told' ? audience.siteId : '-';
      return [{ site, people: Math.max(0, ...counted), deadline }];
    }
  }
}

/** Texts have one part each. `partsBefore`: what must be sent until each deadline, this notice's own among it. */
function preflight(
  draft: Draft,
  notice: Notice,
  own: Load[],
  people: number,
  partsBefore: ReadonlyMap<number, number>,
): Effect[] {
  const { carrier, plan, now } = draft.inputs;
  const rate = carrier.partsPerSecond;
  let [finishAt, late, rateNeeded] = [now, 0, 0];
  for (const load of own) {
    const parts = partsBefore.get(load.deadline) ?? 0;
    const seconds = Math.max(1, (load.deadline - now) / SECOND);
    finishAt = Math.max(finishAt, now + Math.ceil(parts / rate) * SECOND);
    late += Math.min(load.people, Math.max(0, Math.ceil(parts - rate * seconds)));
    rateNeeded = Math.max(rateNeeded, Math.ceil(parts / seconds));
  }
  const { no } = notice;
  const sites: Record<string, number> = {};
  for (const load of own) sites[load.site] = (sites[load.site] ?? 0) + load.people;
  const { pricePerPart } = plan.telling;
  const cost = pricePerPart === null ? null : Math.round(people * pricePerPart * 100) / 100;
  const reckoned = { people, parts: people, cost, sites, rate, finishAt, late, rateNeeded };
  const effects: Effect[] = [{ kind: 'preflight', no, ...reckoned }];
  if (late > 0)
    effects.push({
      kind: 'finding',
      code: 'too-slow',
      params: { notice: no, people, late, rate, rateNeeded },
    });
  return effects;
}
