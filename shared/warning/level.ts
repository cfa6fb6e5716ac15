/** The colours of the official scheme in the encodings of the feeds. Numbers run in opposite directions: one reader each. */

import { entryOf } from './spelling.ts';
import { type Colour, higher, type Level } from './warning.ts';

/** Colour words of a field that holds nothing else, and of prose. 橘黄 is old wording for orange and comes before 黄. */
const COLOUR_WORDS: [RegExp, Colour][] = [
  [/^(?:blue|蓝|藍|蓝色|藍色)$/i, 'blue'],
  [/^(?:orange|橙|橙色|橘|橘色|橘黄|橘黄色|橘黃|橘黃色)$/i, 'orange'],
  [/^(?:yellow|黄|黃|黄色|黃色)$/i, 'yellow'],
  [/^(?:red|红|紅|红色|紅色)$/i, 'red'],
];

const GRADES: Record<string, Colour> = {
  IV: 'blue',
  III: 'yellow',
  II: 'orange',
  I: 'red',
  四: 'blue',
  三: 'yellow',
  二: 'orange',
  一: 'red',
  4: 'blue',
  3: 'yellow',
  2: 'orange',
  1: 'red',
};

const SEVERITIES: Record<string, Colour> = {
  minor: 'blue',
  moderate: 'yellow',
  severe: 'orange',
  extreme: 'red',
};

/** A field that holds one colour word (蓝色, 橘黄, BLUE, Yellow, 红); anything else is `unknown`. */
export function colourOf(field: string): Level {
  const word = field.normalize('NFKC').trim();
  return COLOUR_WORDS.find(([pattern]) => pattern.test(word))?.[1] ?? 'unknown';
}

/** The grade of a notice, Ⅳ (一般) to Ⅰ (特别严重), in Roman, Chinese or Arabic figures. */
export function gradeOf(figure: string): Level {
  return entryOf(GRADES, figure.normalize('NFKC')) ?? 'unknown';
}

/** CAP severity, to which the national system maps its colours, or the colour that its own messages have there. */
export function severityLevel(severity: string): Level {
  return entryOf(SEVERITIES, severity.trim().toLowerCase()) ?? colourOf(severity);
}

/** Tail of the pictures of NMC and CMA (`p0007003`): 001 red … 004 blue. */
export function pictureLevel(digits: string): Level {
  return levelAt(['red', 'orange', 'yellow', 'blue'], digits);
}

/** Level of weather.com.cn, Caiyun and the compact event codes: 01 blue … 04 red. */
export function serialLevel(digits: string): Level {
  return levelAt(['blue', 'yellow', 'orange', 'red'], digits);
}

/** The highest of what the parts of one message claim, and whether the known ones disagree. */
export function settle(claims: Level[]): { level: Level; conflict: boolean } {
  const known = claims.filter((claim) => claim !== 'unknown');
  return {
    level: known.length === 0 ? 'unknown' : known.reduce(higher),
    conflict: new Set(known).size > 1,
  };
}

function levelAt(order: Colour[], digits: string): Level {
  return order[Number.parseInt(digits, 10) - 1] ?? 'unknown';
}
