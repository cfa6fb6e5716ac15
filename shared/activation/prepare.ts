/**
 * The readiness set (备考任务): what clauses 四 and 五 ask for without any warning, from the day the exam is adopted to
 * its first session. It stands outside any activation, and climbs like other work once it is late.
 */
import { DAY } from '../time.ts';
import { type Draft, nextCode, push, startGroup } from './draft.ts';
import { isOpen, openActivation, type Preparation, preparationId, type State } from './state.ts';

/** Opens what is not open yet, anew where the exam has another date; withdraws what is undone when the exam begins. */
export function decidePreparations(draft: Draft): void {
  const { inputs, state, situation } = draft;
  if (state.examVersion === null) return;
  if (inputs.now >= situation.firstAt) {
    for (const each of state.preparations.values()) {
      if (!isOpen(each)) continue;
      startGroup(draft);
      push(draft, { kind: 'task-state', taskId: each.id, state: 'withdrawn', by: null });
    }
    return;
  }
  const sites = {
    district: [null],
    site: situation.sites.map(({ id }) => id),
    'site-in-need': state.census?.inNeed ?? [],
  };
  for (const { id: item, clause, post, per, daysBefore } of inputs.plan.readiness.items) {
    const dueAt = situation.firstAt - daysBefore * DAY;
    const places = sites[per].flatMap((site) => {
      const known = state.preparations.get(preparationId(item, post, site));
      return known?.dueAt === dueAt ? [] : [{ site, code: known?.code ?? nextCode(draft) }];
    });
    if (places.length === 0) continue;
    startGroup(draft);
    push(draft, { kind: 'preparations-opened', item, clause, post, dueAt, places });
  }
}

/**
 * Whether an open activation still has to confirm a preparation anew (复核): the step that stands for it is not done
 * at its place; for the whole district, at every site.
 */
export function awaitsRecheck(state: State, { siteId }: Preparation, confirmedBy: string | null): boolean {
  const tasks = [...(openActivation(state)?.tasks.values() ?? [])];
  return tasks.some(
    (task) => task.step === confirmedBy && (siteId === null || task.siteId === siteId) && isOpen(task),
  );
}
