/** Hazards by the event codes and the words of the feeds. A code is read through its official name, so that one list of words decides. */

import { entryOf } from './spelling.ts';
import type { Hazard } from './warning.ts';

/**
 * Words of each hazard, in order of precedence: what is more precise, or hidden inside a longer phrase, comes
 * first (台风风暴潮 is a storm surge, 海上雷雨大风 a thunderstorm gale, 枯水 no flood).
 */
const WORDS: [Hazard, RegExp][] = [
  ['low-water', /枯水|低水位/],
  ['storm-surge', /风暴潮|風暴潮|storm surge|king tide|coastal flood/i],
  ['tsunami', /海啸|海嘯|tsunami/i],
  ['wave', /海浪|台风浪|巨浪|大浪|狂浪|涌浪|high (?:surf|waves?)|sea waves?/i],
  ['earthquake', /地震|earthquake/i],
  ['flash-flood', /山洪|flash[- ]?flood/i],
  ['waterlogging', /内涝|渍涝|积涝|淹水|waterlogg|urban flood/i],
  ['geological', /地质灾害|滑坡|泥石流|崩塌|地面塌陷|地裂缝|地面沉降|山泥[倾傾][泻瀉]|土石流|geological/i],
  ['geological', /landsli[dp]|debris flow|mud ?(?:flow|slide)/i],
  ['flood', /洪水|洪涝|水情|中小河流|江河|凌汛|溃坝|水库重大险情|堤防重大险情|高水位|flood/i],
  ['typhoon', /台风|颱風|热带气旋|熱帶氣旋|热带风暴|热带低压|飓风|颶風/],
  ['typhoon', /typhoon|hurricane|tropical (?:storm|depression)|cyclone/i],
  ['thunderstorm-gale', /(?:海上|海区)?(?:雷雨大风|雷暴大风|雷雨强风)/],
  ['thunderstorm-gale', /thunder ?gust|thunderstorms?(?: and| with)?(?: strong)? (?:winds?|gales?)/i],
  ['convection', /强对流|龙卷|下击暴流|飑|convecti|tornado|downburst|squall|severe thunderstorm/i],
  ['sea-gale', /(?:海上|海区|海域|沿海|近海|海峡|海面)(?:偏?[东南西北]{1,2})?(?:大风|强风)/],
  ['sea-gale', /gales? at sea|sea gale|marine wind|small craft|wind warning for coastal waters/i],
  ['lightning', /雷电|雷暴|闪电|雷雨|lightning|thunder/i],
  ['hail', /冰雹|\bhail/i],
  [
    'snow',
    /暴雪|大雪|雪灾|降雪|风雪|(?:道路)?冰雪|低温雨雪冰冻|雨雪|积雪|snow|blizzard|winter (?:storm|weather)/i,
  ],
  [
    'rainstorm',
    /(?:短时|短历时)?(?:强降雨|强降水)|暴雨|大雨|降雨|豪雨|rainstorm|heavy rain|rainfall|torrential/i,
  ],
  ['fog', /(?:海上|海区)?大雾|浓雾|海雾|雾|霧|能见度|\bfog/i],
  ['heat', /高温|高溫|热浪|熱浪|干热风|炎热|酷[热熱]|中暑|high temperature|\bheat|very hot/i],
  [
    'cold',
    /寒潮|低[温溫]|霜[冻凍]|寒冷|严寒|降温|冰冻|冻害|冻雨|\bcold|frost|freez|low temperature|wind chill/i,
  ],
  ['drought', /干旱|乾旱|旱情|枯旱|drought/i],
  [
    'wildfire',
    /(?:森林|草原)?(?:火险|火灾)|山火|wild ?fire|(?:forest|bush|grass) ?fire|fire (?:weather|danger)/i,
  ],
  ['gale', /大风|大風|强风|強風|烈风|阵风|季[候]?[风風]|gale|(?:high|strong) winds?\b|^winds?$|monsoon/i],
];

/** National events of family 11B (weather) in public use, by serial number; QWeather's 10NN are the same list. */
// biome-ignore format: a table
const WEATHER_EVENTS: Record<string, string> = {
  '01': '台风', '02': '龙卷风', '03': '暴雨', '04': '暴雪', '05': '寒潮', '06': '大风', '07': '沙尘暴', '08': '低温冻害',
  '09': '高温', '10': '热浪', '11': '干热风', '12': '下击暴流', '14': '雷电', '15': '冰雹', '16': '霜冻', '17': '大雾',
  '19': '霾', '20': '雷雨大风', '21': '道路结冰', '22': '干旱', '23': '海上大风', '24': '高温中暑', '25': '森林火险',
  '26': '草原火险', '27': '冰冻', '30': '低温雨雪冰冻', '31': '强对流', '33': '大雪', '34': '寒冷', '35': '连阴雨',
  '36': '渍涝风险', '37': '地质灾害', '38': '强降雨', '39': '强降温', '40': '雪灾', '41': '森林火险', '43': '雷暴',
  '49': '台风暴雨', '50': '严寒', '51': '沙尘', '52': '海上雷雨大风', '53': '海上大雾', '54': '海上雷电',
  '55': '海上台风', '56': '低温', '57': '道路冰雪', '58': '雷暴大风', '62': '海区大风', '63': '短历时强降水',
  '64': '短时强降雨', '65': '海区大雾',
};

/** QWeather's 12NN: water and ground. */
// biome-ignore format: a table
const WATER_EVENTS: Record<string, string> = {
  '01': '洪水', '02': '内涝', '03': '水库重大险情', '04': '堤防重大险情', '05': '凌汛灾害', '06': '渍涝', '07': '洪涝',
  '08': '枯水', '09': '中小河流洪水和山洪气象风险', '11': '中小河流洪水气象风险', '13': '城市内涝风险', '14': '山洪灾害',
  '15': '农业干旱', '19': '山洪灾害气象风险', '41': '滑坡', '42': '泥石流', '43': '山体崩塌', '44': '地面塌陷',
  '45': '地裂缝', '46': '地面沉降', '48': '地质灾害气象风险', '49': '地质灾害气象', '50': '地质灾害', '51': '地质灾害风险',
};

/** Marine events that a client was seen to use; the rest of family 11E is read from the words. */
const MARINE_EVENTS: Record<string, string> = { '02': '风暴潮', '06': '海浪' };

/** Pictures of NMC and CMA, `p` + four digits + level. 0000 is their catch-all and says nothing. */
// biome-ignore format: a table
const PICTURES: Record<string, string> = {
  '0001': '台风', '0002': '暴雨', '0003': '高温', '0004': '寒潮', '0005': '大雾', '0006': '暴雪', '0007': '大风',
  '0008': '沙尘暴', '0009': '冰雹', '0010': '干旱', '0011': '道路结冰', '0012': '雷电', '0013': '霜冻', '0014': '霾',
  '0015': '雷雨大风', '0021': '地质灾害', '0024': '山洪灾害', '0026': '强对流',
};

/** weather.com.cn's own order; 91 and above are its extras and say nothing. */
// biome-ignore format: a table
const WEATHER_COM_CN: Record<string, string> = {
  '01': '台风', '02': '暴雨', '03': '暴雪', '04': '寒潮', '05': '大风', '06': '沙尘暴', '07': '高温', '08': '干旱',
  '09': '雷电', '10': '冰雹', '11': '霜冻', '12': '大雾', '13': '霾', '14': '道路结冰',
};

/** The hazard that `text` names, and the words from there on; null if it names none that we know. */
export function hazardIn(text: string): { hazard: Hazard; words: string } | null {
  for (const [hazard, pattern] of WORDS) {
    const found = pattern.exec(text);
    if (found) return { hazard, words: text.slice(found.index) };
  }
  return null;
}

/** Whether `text` names this hazard, beside whatever else it names. */
export function names(text: string, hazard: Hazard): boolean {
  return WORDS.some(([each, pattern]) => each === hazard && pattern.test(text));
}

/** Official name of a national event code (11B03, 11E02, compact 11B2002) or of QWeather's number (1003); else null. */
export function eventName(code: string): string | null {
  const national = /^11([BE])(\d\d)(?:\d\d)?$/i.exec(code.trim());
  if (national)
    return (national[1]!.toUpperCase() === 'B' ? WEATHER_EVENTS : MARINE_EVENTS)[national[2]!] ?? null;
  const numbered = /^1([02])(\d\d)$/.exec(code.trim());
  if (numbered) return (numbered[1] === '0' ? WEATHER_EVENTS : WATER_EVENTS)[numbered[2]!] ?? null;
  return null;
}

/** Name behind the picture `…/p0007003.png`, with the digits of its level; null if there is no such picture. */
export function pictureEvent(picture: string): { name: string | null; level: string } | null {
  const match = /\bp(\d{4})(\d{3})(?:\.\w+)?$/.exec(picture.trim());
  return match ? { name: PICTURES[match[1]!] ?? null, level: match[2]! } : null;
}

/** Name behind weather.com.cn's type number. */
export function weatherComCnEvent(type: string): string | null {
  return entryOf(WEATHER_COM_CN, type) ?? null;
}
