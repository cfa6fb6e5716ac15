/**
 * The grammar of Chinese headlines: issuers · 发布, 继续发布, 变更, 升级, 解除 … · hazard · colour · 预警[信号] or
 * 警报 · [grade]. A colour counts only as the object of a verb that raises: 解除台风红色预警 ends and raises nothing.
 */
import { hazardIn } from './hazard.ts';
import { colourOf, gradeOf, settle } from './level.ts';
import { type Hazard, type Level, rank } from './warning.ts';

export interface Signal {
  hazard: Hazard | null;
  /** The words of the hazard as written; empty where none stands. */
  hazardText: string;
  /** Null where neither colour nor grade stands; `unknown` for a colour outside the scheme (白色, 黑色). */
  level: Level | null;
}

/** Its own signal is the strongest that it names. */
export interface Headline extends Signal {
  /** As written, in order; several sign together. */
  issuers: string[];
  /** Null where no verb says what is done. */
  action: 'issue' | 'update' | 'cancel' | null;
  /** The weaker signals beside it (台风黄色、暴雨橙色预警). */
  others: Signal[];
  /** What it ends, where it raises something else in the same breath. */
  ended: Signal | null;
  /** `level`: a grade without a colour (台风预警Ⅳ级). */
  product: 'signal' | 'level';
  /** Things in the headline that a person should know of: codes of issues. */
  doubts: ('two-actions' | 'several-signals' | 'level-conflict' | 'not-a-signal')[];
}

/** Characters of a headline; a longer one is a body in the wrong field. */
export const HEADLINE_CHARS_MAX = 500;

const NOTHING_SAID: Headline = {
  issuers: [],
  action: null,
  hazard: null,
  hazardText: '',
  level: null,
  others: [],
  ended: null,
  product: 'signal',
  doubts: [],
};

const UPDATE =
  '(?:继续|变更|更新|升级|降级|重新|延续|延长|更正|升格)发布|继续|变更|更新|更正|延长|延续|维持|改发布?';
const CHANGE =
  '(?:升级|降级|升格|提升|提高|上调|下调|降低|调整|变更|更改|升|降|改|转)(?:发布)?(?:为|至|到|成)';
/** 升级台风橙色预警为红色, the target behind the signal: read like 将台风橙色预警升级为红色. */
const MOVED =
  /(升级|降级|变更|更改|调整|提升|上调|下调)(?:发布)?([^,;。]*?(?:色|级|预警|警报|信号))(?:为|至|到|成)(?=[^,;。]*[色级])/;
const TO = new RegExp(`[由从]?(?:${CHANGE})$`);
const ISSUE = '(?<!信息)发布|發布|發佈|签发|发出|拉响';
const UP_TO_VERB = new RegExp(`^.*?(?:${ISSUE})的?`);
const CANCEL = '(?<![未不没暂即])(?<!将要?|将于.{0,12}|拟)(?:解除|撤销|撤消|取消|终止)';
const VERB = new RegExp(
  `(?<change>${CHANGE})|(?<update>${UPDATE})|(?<issue>${ISSUE})|(?<cancel>${CANCEL})`,
  'g',
);

const COLOUR = /橘黄色|橘黃色|[蓝藍黄黃橙橘红紅白黑]色/g;
/** Ⅳ级 and the like; after NFKC the one-glyph numerals are plain letters. 10级 and 7至8级 are wind forces. */
const GRADE = /(?<![\d十至到~-])(IV|III|II|I|[一二三四1-4])级/;
/** [Ⅲ级/较重], (IV/一般), /III/较重 at the end of a headline: repeats the colour, or stands in its place. */
const GRADE_IN_BRACKETS =
  /[[(【/](?:(IV|III|II|I)(?=级|[/\])】]|$)|([一二三四1-4])(?=级))级?(?:\/[\u4e00-\u9fff]{2,4})?[\])】]?/;
/** What may follow an end whose object stands before it; 取消航班 ends no warning. */
const NOTHING_MORE = /^(?:了|的?(?:通知|通告|公告|消息|信息))?[)）]?$/;
const OBJECT = /预警|預警|警报|警報|警告|信号|信號|消息|色/;

/** The end of an office's name: only after one of these does 和 join two offices (呼和浩特, 和平区). */
const OFFICE = '台|局|厅|委|中心|部|站|办|所';
const JOINT = new RegExp(`(?<=${OFFICE})(?:、|,|和|与|及|暨|联合)+`);

/** An end in CMA's English and that of its neighbours: `… lifts the yellow typhoon warning signal`. */
const LIFTED =
  /\b(?:lift(?:s|ed)?|cancel(?:s|l?ed)|removed?s?|clear(?:s|ed))\b[^,.;:]*\b(?:warning|signal)|\b(?:warning|signal)\b[^,.;:]*\b(?:is|was|been) (?:lifted|cancell?ed|removed|cleared)/i;

/** Headlines remembered: more than a nation has in force, which an index says again at every look. */
const REMEMBERED_MAX = 2_000;

const SAID = new Map<string, Headline>();

/** What the headline says. Total: a text outside the grammar gives nulls. */
export function readHeadline(headline: string): Headline {
  const known = SAID.get(headline);
  if (known) return known;
  const said = read(headline);
  if (headline.length > HEADLINE_CHARS_MAX) return said;
  if (SAID.size === REMEMBERED_MAX) SAID.clear();
  // Under a copy: a piece of an answer would keep the whole of it in memory.
  SAID.set(Buffer.from(headline).toString(), said);
  return said;
}

function read(headline: string): Headline {
  const text = headline.slice(0, HEADLINE_CHARS_MAX).normalize('NFKC').replace(/\s+/g, '');
  if (!/\p{Script=Han}/u.test(text)) {
    return LIFTED.test(headline) ? { ...NOTHING_SAID, action: 'cancel' } : NOTHING_SAID;
  }
  const bracket = GRADE_IN_BRACKETS.exec(text);
  const plain = (bracket ? text.replace(bracket[0], '') : text)
    .replace(/【[^】]*】/g, '')
    .replace(/:(?![蓝黄橙红]).*$/, '')
    .replace(MOVED, '将$2$1为');
  const doubts: Headline['doubts'] = [];
  const said = deed(plain);
  if (said.ended !== null) doubts.push('two-actions');
  const [signal, ...others] = signalsIn(said.object, doubts);
  const inBrackets = bracket?.[1] ?? bracket?.[2];
  const grade = inBrackets ?? (signal.level === null ? GRADE.exec(said.object)?.[1] : undefined);
  const graded = grade && !doubts.includes('not-a-signal') ? gradeOf(grade) : null;
  let { level } = signal;
  if (level !== null && level !== 'unknown' && graded && graded !== level) {
    doubts.push('level-conflict');
    level = settle([level, graded]).level;
  }
  return {
    issuers: issuersOf(plain),
    action: said.action,
    hazard: signal.hazard,
    hazardText: signal.hazardText,
    level: level ?? graded,
    others,
    ended: said.ended === null ? null : signalsIn(said.ended, [])[0],
    product: level === null && graded !== null ? 'level' : 'signal',
    doubts,
  };
}

interface Deed {
  action: Headline['action'];
  object: string;
  /** What the headline ends beside what it raises. */
  ended: string | null;
}

/** The deed that counts and what it is done to. A new or changed signal outweighs an end in the same headline. */
function deed(text: string): Deed {
  let raised: { action: 'issue' | 'update'; object: string }[] = [];
  const ended: string[] = [];
  for (const clause of text.split(/[,;。!]/)) {
    const before = raised;
    const verbs = [...clause.matchAll(VERB)];
    for (const [index, verb] of verbs.entries()) {
      const object = clause.slice(verb.index + verb[0].length, verbs[index + 1]?.index);
      if (!verb.groups!.cancel) {
        if (!OBJECT.test(object) && !GRADE.test(object)) continue;
        const action = verb.groups!.issue ? 'issue' : 'update';
        raised = [...raised, { action, object: completed(object, text) }];
      } else if (OBJECT.test(object)) {
        ended.push(object);
      } else if (NOTHING_MORE.test(object)) {
        // 台风蓝色预警已解除: what stands before is what ends, also what was 发布 in the same clause; a clause
        // without a signal (现已解除) ends all that was named.
        const own = clause.slice(0, verb.index);
        raised = OBJECT.test(own) ? before : [];
        ended.push(afterVerb(OBJECT.test(own) ? own : text));
      }
    }
  }
  const last = raised.at(-1);
  if (last) return { ...last, ended: ended[0] ?? null };
  if (ended.length > 0) return { action: 'cancel', object: ended.join(','), ended: null };
  return { action: null, object: text, ended: null };
}

/** 台风预警由蓝色升级为黄色: the target names a colour only, so the hazard is taken from before the verb. */
function completed(object: string, text: string): string {
  if (hazardIn(object)) return object;
  const before = text.slice(0, text.indexOf(object)).replace(COLOUR, '').replace(GRADE, '').replace(TO, '');
  const hazard = hazardIn(afterVerb(before));
  return hazard ? `${hazard.words.replace(/(?:预警|警报).*$/, '')}${object}` : object;
}

function afterVerb(text: string): string {
  return text.replace(UP_TO_VERB, '').replace(/^.*?将/, '');
}

/** The signals named in the object of a verb, the strongest first; one, perhaps empty, at least. */
function signalsIn(object: string, doubts: Headline['doubts']): [Signal, ...Signal[]] {
  if (/响应/.test(object) && !/预警|预报|警报|信号/.test(object)) {
    // 启动台风Ⅳ级应急响应 is an order of the flood command, entered by hand, never a warning.
    doubts.push('not-a-signal');
    return [{ hazard: null, hazardText: '', level: null }];
  }
  const signals: Signal[] = [];
  let from = 0;
  for (const colour of object.matchAll(COLOUR)) {
    signals.push(signalOf(object.slice(from, colour.index) || object, object, colourOf(colour[0])));
    from = colour.index + colour[0].length;
  }
  if (signals.length > 1) doubts.push('several-signals');
  const [strongest, ...others] = signals.sort((a, b) => rank(b.level) - rank(a.level));
  return [strongest ?? signalOf(object, object, null), ...others];
}

/** The hazard in `words`, or else anywhere in the object they are from. */
function signalOf(words: string, object: string, level: Level | null): Signal {
  const found = hazardIn(words) ?? hazardIn(object);
  return { hazard: found?.hazard ?? null, hazardText: strip(found?.words ?? words), level };
}

/** The hazard's words without what follows or surrounds them. */
function strip(words: string): string {
  return words
    .replace(/(?:橘黄|[蓝藍黄黃橙橘红紅白黑])色.*$/, '')
    .replace(/(?:预警|預警|警报|警報|警告|信号|信號).*$/, '')
    .replace(GRADE, '')
    .replace(/^[的了关于,、和及]+/, '')
    .replace(/[“"‘'《]*$|[,、和及(].*$/, '');
}

/** Offices before the first verb, without the date and what is done to the signal. */
function issuersOf(text: string): string[] {
  VERB.lastIndex = 0;
  const verb = VERB.exec(text);
  VERB.lastIndex = 0;
  if (!verb) return [];
  const before = text
    .slice(0, verb.index)
    .replace(/(?:\d{2,4}年)?(?:\d{1,2}月)?\d{1,2}日.*$/, '')
    .replace(/(?:今天|今日|\d{1,2}[时点]|于\d|将|对).*$/, '')
    .replace(/(?:关于|联合|于)$/, '');
  if (/(?:预警|警报)(?!信息)|信[号號]|色/.test(before)) return [];
  return before.split(JOINT).filter((name) => name !== '');
}
