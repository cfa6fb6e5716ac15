/** Recorded answers of every feed, in `test/fixtures/feeds`, each with the feed that gave it. */
import type { FeedId } from '../shared/warning/warning.ts';

export const CORPUS: [feed: FeedId, file: string][] = [
  ['cap', 'cap-cancel.xml'],
  ['cap', 'cap-index.rss.xml'],
  ['cn-national', 'cn-national.xml'],
  ['gjzwfw', 'gjzwfw.json'],
  ['nmc-alarm', 'nmc-alarm.json'],
  ['cma-map', 'cma-map.json'],
  ['cma-now', 'cma-now.json'],
  ['weather-com-cn', 'weather-com-cn.js'],
  ['weather-com-cn', 'weather-com-cn-detail.js'],
  ['qweather', 'qweather-now.json'],
  ['qweather', 'qweather-current.json'],
  ['hko-warnsum', 'hko-warnsum.json'],
  ['nmefc-bulletin', 'nmefc-bulletin.txt'],
  ['nmc-typhoon', 'nmc-typhoon.jsonp'],
  ['zj-typhoon', 'zj-typhoon.json'],
];
