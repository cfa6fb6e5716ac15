/**
 * The catalogue of SMS texts. Carriers register each text, so a text never changes under its id, which is
 * `<kind>.<variant>@<version>`: a new wording is a new version, and an old one stays as long as a record names it.
 * `{署名}` and `{热线}` are the exam's own and registered as fixed words; the rest are slots. At the widest value of
 * every slot each text is one part.
 */
import { assert } from '../outcome.ts';
import type { Colour, Hazard } from '../warning/warning.ts';
import texts from './data/templates.json' with { type: 'json' };
import { NOTICE_KINDS, type NoticeKind } from './notice.ts';
import { hazardGroup, SLOTS, type SlotName } from './slots.ts';
import { units } from './text.ts';

/** Width for which texts are registered: the registered name of the office in `{署名}`. */
export const SIGNATURE_UNITS_MAX = 6;

/** Area code, hyphen, eight digits: the width of `{热线}`. */
export const HOTLINE_UNITS_MAX = 13;

export interface Template {
  id: string;
  kind: NoticeKind;
  text: string;
  slots: SlotName[];
}

/** Words that say whether the exam is held: only a text that rests on a recorded consent may. */
export const SAYS_WHETHER_HELD =
  /取消|停考|缓考|延期|延考|推迟|改期|改至|改在|中止|照常|如期|正常(举行|进行|开考)/;

const FIXED = { 署名: SIGNATURE_UNITS_MAX, 热线: HOTLINE_UNITS_MAX } as const;
export const IN_BRACES = /\{([^}]+)\}/g;

export const TEMPLATES: readonly Template[] = Object.entries(texts).map(([id, text]) => {
  const kind = NOTICE_KINDS.find((each) => id.startsWith(`${each}.`));
  assert(kind, `${id} is of no kind`);
  assert(kind === 'exam-change' || !SAYS_WHETHER_HELD.test(text), `${id} speaks of holding the exam`);
  const names = [...text.matchAll(IN_BRACES)].map((match) => match[1] ?? '');
  return { id, kind, text, slots: names.filter((name): name is SlotName => name in SLOTS) };
});

const BY_ID = new Map(TEMPLATES.map((entry) => [entry.id, entry]));

export function findTemplate(id: string): Template | undefined {
  return BY_ID.get(id);
}

/** The signal that reaches a candidate. An unknown colour has none: an officer sets it first. */
export function reminderTemplate(hazard: Hazard, level: Colour): string {
  return `candidate-reminder.${hazardGroup(hazard)}.${level}@1`;
}

/** The text of a kind that has one text only. */
export function onlyTemplate(kind: NoticeKind): string {
  const found = TEMPLATES.filter((entry) => entry.kind === kind);
  assert(found.length === 1 && found[0], `${kind} has ${found.length} templates, not one`);
  return found[0].id;
}

/** How things stand when a step's notice is written: begun, raised; ended by a real 解除, or without one. */
export type StepMoment = 'start' | 'raise' | 'lifted' | 'over';

/** The text of a plan step's notice. */
export function stepTemplate(kind: NoticeKind, level: Colour, of: StepMoment): string {
  if (kind === 'command-brief') return `command-brief.${of === 'raise' ? 'raise' : 'start'}@1`;
  if (kind === 'recheck') return `recheck.${of === 'lifted' ? 'after' : 'over'}@1`;
  if (kind === 'report-due') return 'report-due.report@1';
  if (kind === 'exercise') return 'exercise.start@1';
  // Work outdoors is asked for under blue and yellow only.
  if (kind === 'site-safety-check')
    return `site-safety-check.${level === 'blue' || level === 'yellow' ? 'outdoor' : 'indoor'}@1`;
  return onlyTemplate(kind);
}

/** Kinds of several texts among which the step's moment chooses. */
const CHOSEN_BY_STEP: ReadonlySet<NoticeKind> = new Set([
  'command-brief',
  'site-safety-check',
  'recheck',
  'report-due',
]);

/** Whether `stepTemplate` has a text for the kind: some kinds leave the choice to a person. */
export function hasStepTemplate(kind: NoticeKind): boolean {
  const found = TEMPLATES.filter((entry) => entry.kind === kind);
  return CHOSEN_BY_STEP.has(kind) || found.length === 1;
}

/** Those of `values` that the template takes; the ones that differ by site stand in `siteSlots` and may be missing here. */
export function slotsFor(id: string, values: Partial<Record<SlotName, string>>): Record<string, string> {
  const found = BY_ID.get(id);
  assert(found, `no template ${id}`);
  return Object.fromEntries(
    found.slots.flatMap((slot) => {
      const value = values[slot];
      return value === undefined ? [] : [[slot, value]];
    }),
  );
}

/** Units of the text at the widest value of every slot. */
export function widestUnits({ text, slots }: Template): number {
  const bare = text.replaceAll(IN_BRACES, '');
  const widths = slots.map((slot) => SLOTS[slot].max);
  const fixed = [...text.matchAll(IN_BRACES)].map((match) => FIXED[match[1] as keyof typeof FIXED] ?? 0);
  return units(bare) + [...widths, ...fixed].reduce((sum, width) => sum + width, 0);
}
