/** The console's words in both languages. Names of kinds, posts and states are their ids in English. */
import { HOLD_NAMES, KIND_NAMES, levelName } from '../../shared/activation/sentence.ts';
import type { HeldFor, NoticeKind } from '../../shared/notice/notice.ts';
import { hazardWord, postSlot, sourceSlot } from '../../shared/notice/slots.ts';
import type { Post, Session } from '../../shared/plan/exam.ts';
import type { StepId } from '../../shared/plan/plan.ts';
import { civil, pad } from '../../shared/time.ts';
import type { FeedId, Level, Warning } from '../../shared/warning/warning.ts';
import words from './words.json' with { type: 'json' };

export const LANGS = ['zh', 'en'] as const;
export type Lang = (typeof LANGS)[number];

export type Word = keyof typeof words;

/** One language at one place: says words, names ids and writes times in the exam's zone. */
export interface Tongue {
  lang: Lang;
  zone: string;
  say(word: Word, values?: Record<string, string | number>): string;
  level(level: Level | null): string;
  kind(kind: NoticeKind | StepId): string;
  post(post: Post): string;
  hold(hold: HeldFor): string;
  feed(feed: FeedId): string;
  hazard(warning: Pick<Warning, 'hazard' | 'hazardText'>): string;
  at(instant: number): string;
  day(instant: number): string;
  session(session: Session): string;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function tongue(lang: Lang, zone: string): Tongue {
  const zh = lang === 'zh';
  const spaced = (id: string): string => id.replaceAll('-', ' ');
  const day = (instant: number): string => {
    const { month, day: date } = civil(instant, zone);
    return zh ? `${month}月${date}日` : `${date} ${MONTHS[month - 1]}`;
  };
  const at = (instant: number): string => `${day(instant)} ${clockOf(instant, zone)}`;
  return {
    lang,
    zone,
    at,
    day,
    say: (word, values = {}) =>
      words[word][lang].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '')),
    level: (level) =>
      zh ? levelName(level) : level === null ? 'none' : level === 'unknown' ? 'colour unknown' : level,
    kind: (kind) => (zh ? KIND_NAMES[kind] : spaced(kind)),
    post: (post) => (zh ? postSlot(post) : spaced(post)),
    hold: (hold) => (zh ? HOLD_NAMES[hold] : spaced(hold)),
    feed: (feed) => (zh ? sourceSlot(feed) : feed),
    hazard: ({ hazard, hazardText }) => (zh ? hazardText || hazardWord(hazard) : spaced(hazard)),
    session: ({ name, startsAt, endsAt }) => `${name} ${at(startsAt)}–${clockOf(endsAt, zone)}`,
  };
}

/** `HH:mm`. */
function clockOf(instant: number, zone: string): string {
  const { hour, minute } = civil(instant, zone);
  return `${pad(hour)}:${pad(minute)}`;
}
