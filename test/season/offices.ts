/** The feeds of a season: what each answers at any time, as bytes in its own real format. */
import { civil, iso, MINUTE, pad, SECOND } from '../../shared/time.ts';
import type { Colour, Hazard, Level } from '../../shared/warning/warning.ts';
import { streamOf } from './chance.ts';
import { type FeedTrouble, type Message, SEASON_FEEDS, type SeasonFeed, type World } from './world.ts';

/** What one feed answers from one instant on. */
export interface Answer {
  from: number;
  feed: SeasonFeed;
  /** Null where nothing comes at all. */
  bytes: Uint8Array | null;
  fault: 'timeout' | null;
  etag: string;
  /** Whether a reader can trust it as a whole. */
  good: boolean;
  /** Whether it shows all that it shows: a garbled entry may be anything. */
  whole: boolean;
  /** Identifiers that can be read in it. */
  shows: string[];
  /** Documents behind the links of an index. */
  documents: Map<string, Uint8Array>;
}

/** Messages that a feed of the latest still holds. */
const WINDOW_HOLDS = 40;

const HAZARD_WORDS: Partial<Record<Hazard, string>> = {
  typhoon: '台风',
  rainstorm: '暴雨',
  gale: '大风',
  'sea-gale': '海上大风',
  'thunderstorm-gale': '雷雨大风',
  'flash-flood': '山洪灾害',
  geological: '地质灾害',
  'storm-surge': '风暴潮',
  heat: '高温',
  fog: '大雾',
};
const EVENT_CODES: Partial<Record<Hazard, string>> = {
  typhoon: '11B01',
  rainstorm: '11B03',
  gale: '11B06',
  'sea-gale': '11B23',
  'thunderstorm-gale': '11B20',
  'storm-surge': '11E02',
  heat: '11B09',
  fog: '11B17',
};
const PICTURES: Partial<Record<Hazard, string>> = {
  typhoon: '0001',
  rainstorm: '0002',
  gale: '0007',
  'thunderstorm-gale': '0015',
  geological: '0021',
  'flash-flood': '0024',
  heat: '0003',
  fog: '0005',
};
const COLOUR_WORDS: Record<Colour, string> = { blue: '蓝色', yellow: '黄色', orange: '橙色', red: '红色' };
const GRADES: Record<Colour, string> = { blue: 'Ⅳ级', yellow: 'Ⅲ级', orange: 'Ⅱ级', red: 'Ⅰ级' };
const SEVERITIES: Record<Colour, string> = {
  blue: 'Minor',
  yellow: 'Moderate',
  orange: 'Severe',
  red: 'Extreme',
};
const REACH_WORDS: Record<Message['naming'], string> = {
  own: '请注意防范',
  whole: '预计全省大部有强风雨',
  city: '预计泉州、厦门和南平等市有强风雨',
  coast: '预计我省沿海有大风',
  elsewhere: '预计三明、龙岩两市山区有强风雨',
};

/** Every answer of every feed, in order of time, found by `answerAt`. */
export function drawAnswers(world: World): Map<SeasonFeed, Answer[]> {
  return new Map(SEASON_FEEDS.map((feed) => [feed, answersOf(world, feed)]));
}

export function answerAt(answers: readonly Answer[], now: number): Answer | null {
  let [low, high] = [0, answers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (answers[middle]!.from <= now) low = middle + 1;
    else high = middle;
  }
  return answers[low - 1] ?? null;
}

function answersOf(world: World, feed: SeasonFeed): Answer[] {
  const shown = world.messages.filter((message) => message.shownAt[feed] !== undefined);
  const troubles = world.feedTroubles.filter((trouble) => trouble.feed === feed);
  const instants = new Set([world.start]);
  for (const { shownAt, goneAt } of shown) {
    instants.add(shownAt[feed]!);
    if (feed === 'nmc-alarm' && goneAt !== null) instants.add(goneAt);
  }
  for (const { from, until } of troubles) instants.add(from).add(until);
  const answers: Answer[] = [];
  const truth = (at: number): Message[] => listedAt(feed, shown, at);
  for (const at of [...instants].sort((a, b) => a - b)) {
    if (at < world.start || at > world.end) continue;
    const trouble = troubles.find(({ from, until }) => from <= at && at < until);
    answers.push({ ...answerFor(feed, at, truth, trouble, world.seed), from: at });
  }
  return answers;
}

function listedAt(feed: SeasonFeed, shown: readonly Message[], at: number): Message[] {
  const listed = shown.filter(({ shownAt, goneAt }) => {
    const gone = feed === 'nmc-alarm' && goneAt !== null && goneAt <= at;
    return shownAt[feed]! <= at && !gone;
  });
  const newestFirst = listed.sort((a, b) => b.shownAt[feed]! - a.shownAt[feed]! || (a.id < b.id ? -1 : 1));
  return feed === 'nmc-alarm' ? newestFirst : newestFirst.slice(0, WINDOW_HOLDS);
}

function answerFor(
  feed: SeasonFeed,
  at: number,
  truth: (at: number) => Message[],
  trouble: FeedTrouble | undefined,
  seed: number,
): Omit<Answer, 'from'> {
  const silent = { feed, documents: new Map(), shows: [], good: false, whole: false, fault: null };
  const told = (messages: Message[], garbled: Message | null = null): Omit<Answer, 'from'> => ({
    feed,
    ...bodyOf(feed, messages, garbled),
    fault: null,
    etag: `"${messages.map(({ id }) => id).join()}${garbled ? `!${garbled.id}` : ''}"`,
    good: true,
    whole: garbled === null,
    shows: messages.filter((message) => message !== garbled).map(({ id }) => id),
  });
  switch (trouble?.kind) {
    case undefined:
      return told(truth(at));
    case 'stale':
      return told(truth(trouble.from));
    case 'bad-entry':
      return told(truth(at), truth(at)[0] ?? null);
    case 'drops': {
      const keep = (message: Message): boolean => streamOf(seed, trouble.from, message.id)() < 0.5;
      return told(truth(at).filter(keep));
    }
    case 'empties':
      return told([]);
    case 'timeout':
      return { ...silent, bytes: null, fault: 'timeout', etag: '' };
    case 'html':
      return { ...silent, bytes: Buffer.from('<!DOCTYPE html><html><body>访问受限</body></html>'), etag: '' };
    case 'empty':
      return { ...silent, bytes: new Uint8Array(), etag: '' };
    case 'truncated': {
      const { bytes } = bodyOf(feed, truth(at), null);
      return { ...silent, bytes: bytes.subarray(0, Math.floor(bytes.length / 2)), etag: '' };
    }
  }
}

interface Body {
  bytes: Uint8Array;
  documents: Map<string, Uint8Array>;
}

function bodyOf(feed: SeasonFeed, messages: Message[], garbled: Message | null): Body {
  if (feed === 'gjzwfw') return json(messages.map((message) => gjzwfwEntry(message, message === garbled)));
  if (feed === 'cap') return capIndex(messages, garbled);
  const list = messages.map((message) => nmcRow(message, message === garbled));
  const page = { pageNo: 1, pageSize: 200, count: list.length, prev: 1, next: 1, totalPage: 1, list };
  return json({ msg: 'success', code: 0, data: { page } });
}

function json(value: unknown): Body {
  return { bytes: Buffer.from(JSON.stringify(value)), documents: new Map() };
}

function told(message: Message, feed: SeasonFeed): Level {
  return message.misread[feed] ?? message.level;
}

function headline(message: Message, feed: SeasonFeed): string {
  const { office, action, hazard, product } = message;
  const level = told(message, feed);
  const verb = { issue: '发布', update: '变更发布', cancel: '解除' }[action];
  const drill = message.status === 'exercise' ? '【演练】' : '';
  const words = HAZARD_WORDS[hazard];
  if (level === 'unknown') return `${drill}${office}${verb}${words}预警信号`;
  if (product === 'level') return `${drill}${office}${verb}${words}预警${GRADES[level]}`;
  return `${drill}${office}${verb}${words}${COLOUR_WORDS[level]}预警信号`;
}

function gjzwfwEntry(message: Message, garbled: boolean): Record<string, string> {
  const { id, office, action, hazard, issuedAt, expiresAt, references, naming, product } = message;
  const level = told(message, 'gjzwfw');
  return {
    identifier: garbled ? '' : id,
    sender: office,
    headline: headline(message, 'gjzwfw'),
    description: `${headline(message, 'gjzwfw')}。${REACH_WORDS[naming]}。`,
    effective: `${iso(issuedAt).slice(0, 19).replace('T', ' ')}.0`,
    expires: expiresAt === null ? '' : `${iso(expiresAt).slice(0, 19).replace('T', ' ')}.0`,
    eventType: EVENT_CODES[hazard] ?? '',
    eventTypeCN: `${HAZARD_WORDS[hazard]}事件`,
    severity: product === 'level' || level === 'unknown' ? 'unknown' : level,
    msgType: { issue: 'Alert', update: 'Update', cancel: 'Cancel' }[action],
    referencesInfo: references.join(','),
    note: '',
  };
}

function nmcRow(message: Message, garbled: boolean): Record<string, string> {
  const { id, hazard, issuedAt, product } = message;
  const level = told(message, 'nmc-alarm');
  const { year, month, day, hour, minute } = civil(issuedAt);
  const tail =
    level === 'unknown' || product === 'level'
      ? '000'
      : `00${{ red: 1, orange: 2, yellow: 3, blue: 4 }[level]}`;
  return {
    alertid: garbled ? '' : id,
    issuetime: `${year}/${pad(month)}/${pad(day)} ${pad(hour)}:${pad(minute)}`,
    title: headline(message, 'nmc-alarm'),
    url: `/publish/alarm/${id}.html`,
    pic: `https://image.nmc.cn/assets/img/alarm/p${PICTURES[hazard] ?? '0000'}${tail}.png`,
  };
}

function capIndex(messages: Message[], garbled: Message | null): Body {
  const documents = new Map<string, Uint8Array>();
  const items = messages.map((message) => {
    const link = `https://severeweather.wmo.int/v2/cap-alerts/cn-cma-xx/${message.id}.xml`;
    const whole = capDocument(message);
    documents.set(link, Buffer.from(message === garbled ? whole.slice(0, whole.length / 2) : whole));
    return `<item><title>${headline(message, 'cap')}</title><link>${link}</link><guid isPermaLink="false">${message.id}</guid></item>`;
  });
  const index = `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>China</title>${items.join('')}</channel></rss>`;
  return { bytes: Buffer.from(index), documents };
}

function capDocument(message: Message): string {
  const { id, action, hazard, issuedAt, expiresAt, references, adcode, naming, product, status } = message;
  const level = told(message, 'cap');
  const severity = level === 'unknown' || product === 'level' ? 'Unknown' : SEVERITIES[level];
  const sent = iso(issuedAt - (issuedAt % MINUTE) + (issuedAt % MINUTE >= 30 * SECOND ? 30 * SECOND : 0));
  const field = (name: string, text: string): string => (text === '' ? '' : `<${name}>${text}</${name}>`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">',
    field('identifier', id),
    '<sender>Observatory</sender>',
    field('sent', sent),
    field('status', status === 'actual' ? 'Actual' : 'Exercise'),
    field('msgType', { issue: 'Alert', update: 'Update', cancel: 'Cancel' }[action]),
    '<scope>Public</scope>',
    field('references', references.map((each) => `Observatory,${each},${sent}`).join(' ')),
    '<info><language>zh-CN</language><category>Met</category>',
    field('event', HAZARD_WORDS[hazard] ?? ''),
    '<urgency>Unknown</urgency>',
    field('severity', severity),
    '<certainty>Unknown</certainty>',
    field('effective', sent),
    field('expires', expiresAt === null ? '' : iso(expiresAt)),
    field('headline', headline(message, 'cap')),
    field('description', `${REACH_WORDS[naming]}。`),
    `<area><areaDesc>${message.office}</areaDesc><geocode><valueName>CPEAS Geographic Code</valueName><value>${adcode}000000</value></geocode></area>`,
    '</info></alert>',
  ].join('');
}
