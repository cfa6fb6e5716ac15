/** An exercise (演练) in the decision: what it looks at, and what it may tell. */
import type { Notice } from '../notice/notice.ts';
import { EXERCISE, isExercise, rehearsed } from '../plan/exercise.ts';
import { iso } from '../time.ts';
import { rememberWord, type WarningRecord } from '../warning/record.ts';
import type { Effect } from './events.ts';
import type { Watched } from './situation.ts';
import type { State } from './state.ts';

/** Acts that an exercise knows. What would speak to candidates, or for a real warning, is none of them. */
export const EXERCISED: ReadonlySet<string> = new Set([
  ...['acknowledge', 'done', 'enter-warning', 'incident', 'measure', 'report'],
  ...['stop', 'pause', 'resume', 'end'],
]);

/** An exercise sees no feed and no warning but those entered as exercises in its own record, which count there alone. */
export function ownSky<T extends Watched>(inputs: T, state: State): T {
  const { exam, plan } = inputs;
  if (!isExercise(exam)) return inputs;
  const records = new Map<string, WarningRecord>();
  for (const { key, warningId, word } of state.words) {
    if (word.fields.status !== 'exercise') continue;
    const counted = { ...word, fields: { ...word.fields, status: 'actual' as const } };
    records.set(warningId, rememberWord(records.get(warningId) ?? null, warningId, key, counted));
  }
  const begun = state.words[0]?.word;
  const own = rehearsed(plan, begun?.by ?? 'nobody', iso(begun?.at ?? inputs.now));
  return { ...inputs, plan: own, warnings: [...records.values()], feeds: [] };
}

/** The last wall before the record: an exercise tells posts in its own text, and nothing else does. Null: all is well. */
export function acrossExercise(chain: string, effects: readonly Effect[]): Notice | null {
  for (const effect of effects) {
    if (effect.kind !== 'notice') continue;
    const { kind, template, audience } = effect.notice;
    const isRehearsed = kind === 'exercise' && template.startsWith('exercise.') && audience.who === 'posts';
    const isReal = kind !== 'exercise' && !template.startsWith('exercise.');
    if (!(chain.startsWith(EXERCISE) ? isRehearsed : isReal)) return effect.notice;
  }
  return null;
}
