/** What is done about what people report: an incident at a site (六; 总预案五(一)), or a measure others have taken. */
import type { SlotName } from '../notice/slots.ts';
import type { Colour } from '../warning/warning.ts';
import type { Post } from './exam.ts';
import type { Basis } from './plan.ts';

export interface PlaybookStep {
  id: string;
  clause: string;
  /** ≤ 8 characters: the {事项} of an SMS. */
  title: string;
  duty: string;
  /** A post of a site has a task at each affected one, others one for the district. */
  post: Post;
  /** Counted from when it was entered, from the start of the next paper, or from when it was closed. */
  from: 'entry' | 'paper' | 'closing';
  /** Negative: before. */
  minutes: number;
  /** Monday to Friday, on top of the minutes. */
  workingDays: number;
  /** Minutes after which it is due again, each time it was done, until the closing. */
  again: { inSession: number; otherwise: number } | null;
  basis: Basis;
}

export interface Playbook {
  /** `other` is for what the plan does not name. */
  kind: string;
  enters: 'incident' | 'measure';
  /** ≤ 8 characters. */
  title: string;
  /** Under which the plan starts by it, if it has not. */
  clause: string;
  /** How fast late work climbs. */
  pace: Colour;
  steps: PlaybookStep[];
  /** Texts that are due at once; without a standing approval each waits for an officer. */
  tells: {
    template: string;
    to: Post[] | 'candidates';
    /** The step whose task code stands in the text. */
    codeOf: string | null;
  }[];
  /** Slots that the kind itself decides. */
  words: Partial<Record<SlotName, string>>;
}
