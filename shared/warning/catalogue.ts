/**
 * The feeds as data: what each is, where it stands, how often it is asked and when its silence must be told. What is
 * known of them only from others, and must be tried before going live, stands in docs/FEEDS.md.
 */
import type { FeedId } from './warning.ts';

export interface CatalogueEntry {
  id: FeedId;
  /** For people and SMS: at most 8 characters. */
  nameZh: string;
  /** A `set` lists all that is in force, a `window` the latest messages, `tracks` start nothing by themselves. */
  kind: 'set' | 'window' | 'tracks';
  /** An official office over HTTPS: what it says reaches candidates without a second feed. */
  official: boolean;
  everyMinutes: number;
  /** Without a good answer for this long the feed counts as silent. */
  silentAfterMinutes: number;
  /** Where a person looks while the feed is silent. */
  page?: string;
  /** Hosts that the feed, its documents and its redirects may be on. */
  hosts: readonly string[];
  /** Null where no public address is known: it comes by agreement, with an account's own host, or as an object in the inbox. */
  url: string | null;
  /** Body of the POST by which the feed is asked. */
  form?: string;
  /** What the site refuses to answer without. */
  referer?: string;
  /** Where the words of one of its warnings stand, before the identifier and `.html`: its list has titles alone. */
  words?: string;
}

const WINDOW = { kind: 'window', official: true } as const;
const SET = { kind: 'set', official: true } as const;
const TRACKS = { kind: 'tracks', official: true, everyMinutes: 10, silentAfterMinutes: 60 } as const;

export const CATALOGUE: Readonly<Record<FeedId, CatalogueEntry>> = {
  gjzwfw: {
    ...WINDOW,
    id: 'gjzwfw',
    nameZh: '国家政务平台',
    everyMinutes: 1,
    silentAfterMinutes: 10,
    page: 'https://app.gjzwfw.gov.cn/',
    hosts: ['app.gjzwfw.gov.cn'],
    url: 'https://app.gjzwfw.gov.cn/fwmhapp/qixiang/interfaces/findWarnCapByElement.do',
    // The colours are spelled as the portal's own page spells them; others are not answered.
    form: 'areaCode=350500&warnLevel=RED,BLUE,YELLOW,Orange,UNKOWN&warnEvent=A',
  },
  cap: {
    ...WINDOW,
    id: 'cap',
    nameZh: '世界气象组织',
    everyMinutes: 1,
    silentAfterMinutes: 15,
    page: 'https://severeweather.wmo.int/',
    hosts: ['severeweather.wmo.int'],
    url: 'https://severeweather.wmo.int/v2/cap-alerts/cn-cma-xx/rss.xml',
  },
  'cn-national': {
    ...WINDOW,
    id: 'cn-national',
    nameZh: '国家预警系统',
    everyMinutes: 1,
    silentAfterMinutes: 15,
    page: 'http://www.12379.cn/',
    hosts: [],
    url: null,
  },
  'nmc-alarm': {
    ...SET,
    id: 'nmc-alarm',
    nameZh: '中央气象台预警',
    everyMinutes: 3,
    silentAfterMinutes: 15,
    page: 'https://www.nmc.cn/publish/alarm.html',
    hosts: ['www.nmc.cn'],
    url: 'https://www.nmc.cn/rest/findAlarm?pageNo=1&pageSize=200&signaltype=&signallevel=&province=%E7%A6%8F%E5%BB%BA%E7%9C%81',
    words: 'https://www.nmc.cn/publish/alarm/',
  },
  'cma-map': {
    ...SET,
    id: 'cma-map',
    nameZh: '中国气象局地图',
    everyMinutes: 3,
    silentAfterMinutes: 15,
    page: 'https://weather.cma.cn/web/alarm/map.html',
    hosts: ['weather.cma.cn'],
    url: 'https://weather.cma.cn/api/map/alarm?adcode=35',
    referer: 'https://weather.cma.cn/',
  },
  'cma-now': {
    ...SET,
    id: 'cma-now',
    nameZh: '中国气象局实况',
    everyMinutes: 3,
    silentAfterMinutes: 15,
    page: 'https://weather.cma.cn/',
    hosts: ['weather.cma.cn'],
    // 59137 is Jinjiang, a national station of the district.
    url: 'https://weather.cma.cn/api/now/59137',
    referer: 'https://weather.cma.cn/',
  },
  'weather-com-cn': {
    ...WINDOW,
    id: 'weather-com-cn',
    nameZh: '中国天气网',
    everyMinutes: 5,
    silentAfterMinutes: 20,
    page: 'http://www.weather.com.cn/alarm/index.shtml',
    hosts: ['forecast.weather.com.cn', 'product.weather.com.cn'],
    url: 'https://forecast.weather.com.cn/api/v1/traffic/alarm/alarmMap',
    referer: 'http://www.weather.com.cn/alarm/index.shtml',
  },
  qweather: {
    ...WINDOW,
    official: false,
    id: 'qweather',
    nameZh: '和风天气',
    everyMinutes: 5,
    silentAfterMinutes: 20,
    hosts: [],
    url: null,
  },
  'hko-warnsum': {
    ...SET,
    id: 'hko-warnsum',
    nameZh: '香港天文台',
    everyMinutes: 5,
    silentAfterMinutes: 20,
    page: 'https://www.hko.gov.hk/sc/wxinfo/dailywx/wxwarntoday.htm',
    hosts: ['data.weather.gov.hk'],
    url: 'https://data.weather.gov.hk/weatherAPI/opendata/weather.php?dataType=warnsum&lang=sc',
  },
  'nmefc-bulletin': {
    ...WINDOW,
    official: false,
    id: 'nmefc-bulletin',
    nameZh: '国家海洋预报台',
    everyMinutes: 10,
    silentAfterMinutes: 24 * 60,
    page: 'http://www.nmefc.cn/',
    hosts: [],
    url: null,
  },
  'nmc-typhoon': {
    ...TRACKS,
    id: 'nmc-typhoon',
    nameZh: '中央气象台台风',
    page: 'https://typhoon.nmc.cn/web.html',
    hosts: ['typhoon.nmc.cn'],
    url: 'https://typhoon.nmc.cn/weatherservice/typhoon/jsons/list_default',
  },
  'zj-typhoon': {
    ...TRACKS,
    id: 'zj-typhoon',
    nameZh: '浙江台风路径',
    page: 'https://typhoon.slt.zj.gov.cn/',
    hosts: ['typhoon.slt.zj.gov.cn'],
    // Spelled so by the site.
    url: 'https://typhoon.slt.zj.gov.cn/Api/TyhoonActivity',
  },
};

/** The sites that clause 七 of the plan names. None has a machine interface: people read them. */
export const PLAN_SITES: readonly { nameZh: string; page: string }[] = [
  { nameZh: '福建水利信息网', page: 'https://slt.fujian.gov.cn/' },
  { nameZh: '福建省气象局', page: 'http://fj.cma.gov.cn/' },
  { nameZh: '福建海洋预报台', page: 'http://www.fjhyyb.cn/' },
];
