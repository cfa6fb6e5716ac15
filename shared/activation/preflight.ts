/** Whether what goes out now can be sent in time, and at what price. */
import type { Notice } from '../notice/notice.ts';
import { type Cell, type Census, cellKey } from '../plan/exam.ts';
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
  const loads: Load[] = [...openNotices(state)].flatMap(({ notice }) => loadsOf(draft, notice));
  const going: { notice: Notice; group: Effect[] }[] = [];
  for (const group of draft.groups) {
    for (const effect of group) {
      const notice = goesOut(state, effect);
      if (!notice) continue;
      going.push({ notice, group });
      loads.push(...loadsOf(draft, notice));
    }
  }
  for (const { notice, group } of going) {
    const own = loadsOf(draft, notice);
    const people = own.reduce((sum, load) => sum + load.people, 0);
    if (people > PREFLIGHT_OVER_PEOPLE) group.push(...preflight(draft, notice, own, people, loads));
  }
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

function loadsOf({ state, inputs }: Draft, notice: Notice): Load[] {
  const { audience, deadline } = notice;
  const { census } = state;
  switch (audience.who) {
    case 'posts':
      return (audience.sites ?? [null]).map((site) => ({
        site: site ?? '-',
        people: audience.posts.reduce((sum, post) => sum + (census?.posts[placeKey(post, site)] ?? 0), 0),
        deadline,
      }));
    case 'candidates':
      return audience.cells.map((cell) => {
        const next = inputs.exam.sessions.find(
          ({ id, admitFrom }) => cell.sessionIds.includes(id) && admitFrom > notice.createdAt,
        );
        const own = Math.min(deadline, next?.admitFrom ?? deadline);
        return { site: cell.siteId, people: countOf(census, cell), deadline: own };
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

function countOf(census: Census | null, cell: Cell): number {
  const key = cellKey(cell);
  return census?.cells.find((each) => cellKey(each) === key)?.count ?? 0;
}

/** Texts have one part each. Among loads, the soonest deadline goes first: that is how slices are taken. */
function preflight(
  draft: Draft,
  notice: Notice,
  own: Load[],
  people: number,
  loads: readonly Load[],
): Effect[] {
  const { carrier, plan, now } = draft.inputs;
  const rate = carrier.partsPerSecond;
  const before = (deadline: number): number =>
    loads.reduce((sum, load) => sum + (load.deadline <= deadline ? load.people : 0), 0);
  let [finishAt, late, rateNeeded] = [now, 0, 0];
  for (const load of own) {
    const parts = before(load.deadline);
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
