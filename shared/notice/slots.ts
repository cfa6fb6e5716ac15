/**
 * What may stand in an SMS beside its fixed words. Every value is taken from a closed table, a number, or data of
 * our own exam; no character of a feed passes through here.
 */
import type { Post, Session } from '../plan/exam.ts';
import { civil, pad } from '../time.ts';
import { CATALOGUE } from '../warning/catalogue.ts';
import { divisionName, tierOf } from '../warning/divisions.ts';
import type { Colour, FeedId, Hazard, Level, Warning } from '../warning/warning.ts';
import { cut } from './text.ts';

const DAY_TIME = /^\d{1,2}日\d\d:\d\d$/;
/** Names of our own exam and of roads: letters and digits only, so that neither link nor bracket can be formed. */
const NAME = /^[\p{Script=Han}A-Za-z0-9〇]+…?$/u;
/** A road says that it is one, so that no person's name can stand in its place. */
const ROAD =
  /^[\p{Script=Han}A-Za-z0-9]*(?:[GSXY]\d{1,4}|[国省县乡]道|高速|公路|大道|路|街|桥|隧道)[\p{Script=Han}A-Za-z0-9]*$/u;
const NOT_IN_NAME = /[^\p{Script=Han}A-Za-z0-9〇]/gu;

const COLOUR_WORDS: Record<Colour, string> = { blue: '蓝色', yellow: '黄色', orange: '橙色', red: '红色' };
const GRADE_WORDS: Record<Colour, string> = { blue: 'Ⅳ级', yellow: 'Ⅲ级', orange: 'Ⅱ级', red: 'Ⅰ级' };

const HAZARD_WORDS: Record<Hazard, string> = {
  typhoon: '台风',
  rainstorm: '暴雨',
  flood: '洪水',
  'flash-flood': '山洪灾害',
  'storm-surge': '风暴潮',
  wave: '海浪',
  gale: '大风',
  'thunderstorm-gale': '雷雨大风',
  convection: '强对流',
  lightning: '雷电',
  hail: '冰雹',
  geological: '地质灾害',
  fog: '大雾',
  heat: '高温',
  cold: '寒潮',
  snow: '冰雪',
  drought: '干旱',
  wildfire: '森林火险',
  tsunami: '海啸',
  earthquake: '地震',
  waterlogging: '城市内涝',
  'sea-gale': '海上大风',
  'low-water': '枯水',
  other: '灾害',
};

const POST_WORDS: Record<Post, string> = {
  commander: '指挥长',
  deputy: '副指挥长',
  member: '指挥部成员',
  office: '指挥部办公室',
  'duty-leader': '带班领导',
  'duty-officer': '值班员',
  liaison: '联络员',
  assessment: '研判专员',
  'site-lead': '考点负责人',
  'site-staff': '考务人员',
  inspector: '驻点督考',
  partner: '联动单位',
  province: '省厅',
};

/** Why a feed is silent, as those who fetch and read it name it; the first that fits. */
const REASON_WORDS: readonly [reason: RegExp, word: string][] = [
  [/^(silent|stale)$/, '长时间无更新'],
  [/timeout|ETIMEDOUT/i, '连接超时'],
  [/reset|^E[A-Z]+$/, '连接中断'],
  [/^html$/, '返回异常网页'],
  [/^empty$/, '返回空内容'],
  [/^truncated$/, '内容不完整'],
  [/^(not-the-format|malformed|undecodable|doctype|too-large)$/, '内容不合格式'],
  [/^(http|status)-\d+$/, '答复异常'],
];
const OTHER_REASON = '读取失败';

const UNKNOWN_ISSUER = '气象部门';
/** First match wins: a joint warning of water and weather offices is the water office's. */
const OFFICES: readonly [word: string, office: string][] = [
  ['水利', '水利局'],
  ['自然资源', '自然资源局'],
  ['海洋', '海洋预报台'],
  ['气象', '气象台'],
];
/** 福建省 and 泉州市 are 省 and 市; a prefecture 地区 or a special region has no such word. */
const TIER_WORD = /(?<!行政|地)[省市区州盟]$/;
const AT_PROVINCE: Record<string, string> = { 水利局: '水利厅', 自然资源局: '自然资源厅' };

const REPORTS = ['启动情况报告', '防御情况报告', '首报', '续报', '终报'] as const;
const RECIPIENTS = ['省厅', '省厅指挥部', '市指挥部', '省厅考试处'] as const;
const REGIONS = ['全市', '全市沿海地区', '全市山区', '市区', '部分县区'] as const;
const MEASURES = [
  '停课停工停产停运',
  '停课停工停产停业',
  '停课',
  '停工停课',
  '公交停运',
  '客运停运',
  '渡船停航',
  '高速公路封闭',
] as const;
const RESPONSES = ['防台风', '防暴雨'].flatMap((hazard) =>
  ['Ⅳ级', 'Ⅲ级', 'Ⅱ级', 'Ⅰ级'].map((grade) => hazard + grade),
);
const FIELDS = ['机构', '时间', '预警级别', '考点', '场次', '地点'] as const;

/** Every slot: its widest value in UTF-16 units, and the shape without which a value is refused. */
export const SLOTS = {
  机构: { max: 6, shape: /^\p{Script=Han}{0,3}(气象台|海洋预报台|水利[厅局]|自然资源[厅局]|气象部门)$/u },
  时间: { max: 8, shape: DAY_TIME },
  预警: { max: 6, shape: oneOf(Object.values(HAZARD_WORDS), '([蓝黄橙红]色|[ⅣⅢⅡⅠ]级)?') },
  场次: { max: 9, shape: /^\d{1,2}月\d{1,2}日(上午|下午|晚上|主观题|客观题)$/ },
  考点: { max: 8, shape: NAME },
  数: { max: 3, shape: /^\d{1,3}$/ },
  人数: { max: 6, shape: /^\d{1,6}$/ },
  截止: { max: 8, shape: DAY_TIME },
  码: { max: 4, shape: /^\d{4}$/ },
  岗位: { max: 6, shape: oneOf(Object.values(POST_WORDS)) },
  事项: { max: 8, shape: NAME },
  号: { max: 4, shape: /^\d{4}$/ },
  源: { max: 8, shape: oneOf(Object.values(CATALOGUE).map((feed) => feed.nameZh)) },
  原因: { max: 6, shape: oneOf([...REASON_WORDS.map(([, word]) => word), OTHER_REASON]) },
  报告: { max: 6, shape: oneOf(REPORTS) },
  对象: { max: 6, shape: oneOf(RECIPIENTS) },
  区域: { max: 6, shape: oneOf(REGIONS) },
  措施: { max: 8, shape: oneOf(MEASURES) },
  路段: { max: 10, shape: ROAD },
  字段: { max: 4, shape: oneOf(FIELDS) },
  正值: { max: 8, shape: /^[\p{Script=Han}A-Za-z0-9〇ⅣⅢⅡⅠ:]+…?$/u },
  新时间: { max: 11, shape: /^\d{1,2}月\d{1,2}日\d\d:\d\d$/ },
  地点: { max: 6, shape: NAME },
  响应: { max: 6, shape: oneOf(RESPONSES) },
} as const satisfies Record<string, { max: number; shape: RegExp }>;

export type SlotName = keyof typeof SLOTS;
export const SLOT_NAMES = Object.keys(SLOTS) as SlotName[];

/** Which advice fits a hazard; `travel` is for those with none of their own. */
type HazardGroup = 'wind' | 'water' | 'land' | 'sea' | 'travel';

const GROUPS: Partial<Record<Hazard, HazardGroup>> = {
  typhoon: 'wind',
  gale: 'wind',
  'thunderstorm-gale': 'wind',
  convection: 'wind',
  lightning: 'wind',
  hail: 'wind',
  rainstorm: 'water',
  flood: 'water',
  'flash-flood': 'water',
  waterlogging: 'water',
  geological: 'land',
  'storm-surge': 'sea',
  wave: 'sea',
  'sea-gale': 'sea',
  tsunami: 'sea',
};

export function hazardGroup(hazard: Hazard): HazardGroup {
  return GROUPS[hazard] ?? 'travel';
}

/** The office that issued, by the division and the department (GB/T 4657) of the identifier; a name only chooses among our own words. */
export function issuerSlot(warning: Pick<Warning, 'id' | 'issuer'>): string {
  return shortIssuer(warning.issuer.adcode, warning.issuer.name, warning.id);
}

export function shortIssuer(adcode: string | null, name: string, id = ''): string {
  const office = officeOf(id, name);
  const tier = tierOf(adcode ?? '');
  if (adcode === null || office === null || tier === 'unknown') return UNKNOWN_ISSUER;
  if (tier === 'national') return office === '气象台' ? '中央气象台' : office;
  const place = divisionName(adcode) ?? '当地';
  if (tier === 'county') return fitting(place, office);
  const kind = TIER_WORD.exec(place)?.[0] ?? '当地';
  return fitting(kind, tier === 'province' ? (AT_PROVINCE[office] ?? office) : office);
}

/** `台风黄色`, `台风Ⅳ级` for a grade without a colour; an unknown level leaves the colour out. */
export function warningSlot(hazard: Hazard, level: Level, product: Warning['product']): string {
  if (level === 'unknown') return HAZARD_WORDS[hazard];
  return HAZARD_WORDS[hazard] + (product === 'level' ? GRADE_WORDS : COLOUR_WORDS)[level];
}

/** `9月21日上午`. */
export function sessionSlot(session: Pick<Session, 'startsAt'>, zone: string): string {
  const { month, day, hour } = civil(session.startsAt, zone);
  const half = hour < 12 ? '上午' : hour < 18 ? '下午' : '晚上';
  return `${month}月${day}日${half}`;
}

/** `9月22日09:00`: when a paper begins that was moved. */
export function newTimeSlot(startsAt: number, zone: string): string {
  const { month, day, hour, minute } = civil(startsAt, zone);
  return `${month}月${day}日${pad(hour)}:${pad(minute)}`;
}

/** `防台风Ⅱ级`. */
export function responseSlot(hazard: 'typhoon' | 'rainstorm', grade: Colour): string {
  return `防${HAZARD_WORDS[hazard]}${GRADE_WORDS[grade]}`;
}

export function sourceSlot(feed: FeedId): string {
  return CATALOGUE[feed].nameZh;
}

export function reasonSlot(reason: string): string {
  return REASON_WORDS.find(([shape]) => shape.test(reason))?.[1] ?? OTHER_REASON;
}

export function postSlot(post: Post): string {
  return POST_WORDS[post];
}

/** A name from our own exam or plan (a site, a shelter, a step), shortened to its slot. */
export function nameSlot(slot: '考点' | '地点' | '事项', name: string): string {
  return cut(name.replaceAll(NOT_IN_NAME, ''), SLOTS[slot].max);
}

export function hazardWord(hazard: Hazard): string {
  return HAZARD_WORDS[hazard];
}

/** Departments 416 and 332 of GB/T 4657 stand in the identifier; others are known by their names only. */
function officeOf(id: string, name: string): string | null {
  const department = /^\d{6}(\d{3})\d*_/.exec(id)?.[1];
  if (department === '332') return '水利局';
  if (department === '416') return '气象台';
  return OFFICES.find(([word]) => name.includes(word))?.[1] ?? null;
}

function fitting(place: string, office: string): string {
  const full = place + office;
  return full.length <= SLOTS.机构.max ? full : office;
}

function oneOf(words: readonly string[], tail = ''): RegExp {
  return new RegExp(`^(?:${words.join('|')})${tail}$`, 'u');
}
