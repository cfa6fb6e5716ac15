/** Recorded answers of the real feeds, where they lie beside the repository; the corpus inside it is our own. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { instant } from '../shared/time.ts';
import { readHeadline } from '../shared/warning/headline.ts';
import { parseReading } from '../shared/warning/parse.ts';
import { FEEDS, type FeedId, type Parsed } from '../shared/warning/warning.ts';

const NOW = instant('2026-10-07T12:00:00+08:00');
const samples = new URL('../../shared/feeds/', import.meta.url);
const present = existsSync(samples);

const read = (feed: FeedId, file: string): Parsed =>
  parseReading(feed, readFileSync(new URL(file, samples)), { now: NOW });

/** What each warning is in one line: action, hazard, level, issuing division. */
const told = (parsed: Parsed) =>
  parsed.warnings.map(({ action, hazard, level, issuer }) => `${action} ${hazard} ${level} ${issuer.adcode}`);

/** A row of the table: file, feed, state, what it holds, issues. */
const ROW = /^\| `([^`]+)` \| ([a-z-]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|/gm;
const ORIGINS = present ? readFileSync(new URL('ORIGINS.tsv', samples), 'utf8') : '';

if (present) describe('recorded samples', asked);
else {
  test('No recorded samples lie beside the repository: the corpus inside it stands alone.', () => {
    expect(readdirSync(new URL('./fixtures/feeds/', import.meta.url)).length).toBeGreaterThan(0);
  });
}

function asked(): void {
  const warnings: [feed: FeedId, file: string, expected: string[]][] = [
    [
      'cap',
      'cap-cn/cn-cma-xx_37061441600000_20260801133303_high-temp-red_Update.xml',
      ['update heat red 370614'],
    ],
    ['cap', 'cap-cn/cn-cma-xx_13013241600000_20260826160913_flash-flood-blue_excerpt.xml', []],
    ['cap', 'cap-cn/us-noaa-nws-en-marine_leading-zero-SAME_excerpt.xml', []],
    ['cap', 'gdacs-tc/gdacs_cap_tc.xml', ['issue typhoon orange null']],
    ['cap', 'cwa-tw/typhoon_cap_nested-description.xml', ['update typhoon unknown null']],
    ['cap', 'kde-fpas/mo-cap_monsoon.xml', ['cancel gale yellow null']],
    ['cap', 'kde-fpas/gdacs-cap_1470644.xml', ['issue earthquake unknown null']],
    [
      'cap',
      'kde-fpas/ie-2.49.0.1.372.0.250413231648.N_Norm002_SmallCraft.xml',
      ['issue sea-gale yellow null'],
    ],
    ['cap', 'kde-fpas/il-488abaaf-cad5-4d2b-93b2-703016878453.xml', ['issue flood yellow null']],
    ['cap', 'kde-fpas/ru-20250301222516-0086037.xml', ['issue other yellow null']],
    ['cap', 'google-cap-library/testdata/canada.cap', ['cancel lightning blue null']],
    ['cap', 'google-cap-library/testdata/earthquake-iso8859-1.cap', ['issue earthquake unknown null']],
    ['cap', 'google-cap-library/testdata/wcatwc-warning.cap', ['update tsunami red null']],
    ['cap', 'google-cap-library/testdata/weather.atom', ['issue flash-flood orange null']],
    [
      'gjzwfw',
      'cn-national/gjzwfw_findWarnCapByElement_shape.json',
      ['issue rainstorm orange 511527', 'cancel rainstorm orange 511527'],
    ],
    [
      'cn-national',
      'cn-national/41000041600000_20200205105119_11B06_BLUE_Update.xml',
      ['update gale blue 410000'],
    ],
    ['cn-national', 'cn-national/12379_alarm_list_all_2018.json', ['issue other yellow 120000']],
    ['nmc-alarm', 'nmc-findAlarm/findAlarm_fujian_20261006.json', ['issue gale yellow 350604']],
    [
      'nmc-alarm',
      'nmc-findAlarm/findAlarm_water-dept_20260807.json',
      ['issue flash-flood blue 330000', 'issue geological yellow 140000'],
    ],
    [
      'cma-map',
      'cma-map-alarm/alarm_entries.json',
      [
        'issue convection yellow 320312',
        'issue gale blue 310199',
        'issue gale yellow 310115',
        'issue snow yellow 230400',
      ],
    ],
    [
      'cma-now',
      'cma-now-alarm/api_now_alarm.json',
      [
        'issue gale blue 210200',
        'issue rainstorm yellow 440500',
        'issue thunderstorm-gale orange 440500',
        'issue gale blue 230100',
      ],
    ],
    ['weather-com-cn', 'weather-com-cn/alarmMap_row.json', ['issue lightning yellow 654026']],
    ['weather-com-cn', 'weather-com-cn/alarm_detail.jsonp', ['issue lightning yellow 654026']],
    ['qweather', 'qweather/getWarningNow-zh.json', ['issue gale blue 310000']],
    ['qweather', 'qweather/getWeatherAlertCurrent-zh.json', ['update gale blue null']],
    ['hko-warnsum', 'hko/hko-warnsum-tropical-cyclone.json', ['update typhoon unknown 810000']],
    ['nmefc-bulletin', 'nmefc/openquake_nmefc-surge_shape.json', ['issue storm-surge orange 000000']],
    [
      'nmefc-bulletin',
      'nmefc/bulletin_20210723_in-fa_storm-surge-wave-orange.txt',
      ['issue storm-surge orange 000000', 'issue wave orange 000000'],
    ],
  ];
  test.each(warnings)('%s: %s', (feed, file, expected) => {
    const parsed = read(feed, file);
    expect(parsed.state).toBe('ok');
    expect(told(parsed)).toEqual(expected);
  });

  const broken: [feed: FeedId, file: string, reason: string][] = [
    ['cap', 'google-cap-library/testdata/xee.cap', 'doctype'],
    ['cap', 'google-cap-library/testdata/xee.atom', 'doctype'],
    ['cap', 'google-cap-library/validator/homeland_security.url', 'not-the-format'],
    ['cap', 'cap-cn/cn-cma-xx_14022341600000_20221030174929_gale-blue_as-json.json', 'not-the-format'],
    ['zj-typhoon', 'zj-typhoon/TyphoonForecast_404.json', 'not-the-format'],
    ['qweather', 'qweather/getStormTrack.json', 'not-the-format'],
  ];
  test.each(broken)('%s: %s is broken', (feed, file, reason) => {
    expect(read(feed, file)).toMatchObject({ state: 'broken', reason, warnings: [] });
  });

  const indexes: [file: string, entries: number][] = [
    ['kde-fpas/au-bom-en.rss.xml', 1],
    ['india-sachet/rss_shape.xml', 1],
    ['google-cap-library/testdata/weather_index.atom', 2],
    ['google-cap-library/testdata/earthquake_index.atom', 1],
    ['google-cap-library/testdata/ny_index.rss', 2],
    ['google-cap-library/testdata/empty_weather_index.atom', 0],
  ];
  test.each(indexes)('%s points to documents', (file, entries) => {
    const parsed = read('cap', file);
    expect(parsed).toMatchObject({ state: 'ok', warnings: [], quarantined: [] });
    expect(parsed.entries).toHaveLength(entries);
  });

  test('Quanzhou’s level in the bulletin of 2021 is its own.', () => {
    const surge = read('nmefc-bulletin', 'nmefc/bulletin_20210723_in-fa_storm-surge-wave-orange.txt')
      .warnings[0]!;
    expect(surge.areas.find((area) => area.adcode === '350500')?.level).toBe('yellow');
    expect(surge.areas.find((area) => area.adcode === '350100')?.level).toBe('orange');
  });

  test('NMC’s typhoons: UTC, lon before lat, quadrants NE, SE, SW, NW.', () => {
    const [typhoon] = read('nmc-typhoon', 'nmc-typhoon/view_3346168_20261007.jsonp').typhoons;
    expect(typhoon).toMatchObject({
      id: '3346168',
      number: '2628',
      nameZh: '诺洛',
      nameEn: 'NOLO',
      active: true,
    });
    expect(typhoon!.points[1]).toMatchObject({
      at: instant('2026-10-07T14:00:00+08:00'),
      lon: 162.6,
      lat: 25.4,
      grade: 'TY',
      radiiKm: { '30kt': { ne: 380, se: 250, sw: 250, nw: 380 } },
    });
    expect(typhoon!.forecast[0]).toMatchObject({ agency: 'BABJ', at: instant('2026-10-08T02:00:00+08:00') });
  });

  test('Zhejiang’s typhoons: Beijing time, quadrants NE, SE, NW, SW.', () => {
    const [typhoon] = read('zj-typhoon', 'zj-typhoon/TyphoonInfo_202411_excerpt.json').typhoons;
    expect(typhoon).toMatchObject({ id: '202411', number: '2411', active: false });
    expect(typhoon!.points[0]).toMatchObject({
      at: instant('2024-09-05T07:00:00+08:00'),
      grade: 'SuperTY',
      radiiKm: { '30kt': { ne: 300, se: 300, sw: 350, nw: 350 } },
    });
  });

  test('docs/FEEDS.md says what is found in each of them.', () => {
    const rows = readFileSync(new URL('../docs/FEEDS.md', import.meta.url), 'utf8').matchAll(ROW);
    const listed = [...rows].map(([, file = '', feed, ...found]) => {
      const { state, reason, warnings, typhoons, entries, quarantined, issues } = read(feed as FeedId, file);
      const codes = [...issues, ...warnings.flatMap((each) => each.issues)].map(({ code }) => code);
      const held = Object.entries({ warning: warnings, typhoon: typhoons, pointer: entries })
        .filter(([, { length }]) => length > 0)
        .map(([what, { length }]) => `${length} ${what}${length === 1 ? '' : 's'}`);
      if (quarantined.length > 0) held.push(`${quarantined.length} set aside`);
      const said = [...Map.groupBy(codes, (code) => code)].map(([code, { length }]) =>
        length === 1 ? code : `${code} ×${length}`,
      );
      expect([file, ...found]).toEqual([
        file,
        reason === null ? state : `${state}: ${reason}`,
        held.join(', ') || 'nothing',
        said.join(', ') || '–',
      ]);
      return file;
    });
    const answers = [...ORIGINS.matchAll(/^(\S+)\t/gm)].map(([, file = '']) => file);
    const unread = answers.filter((file) => !/^path$|\.xsd$|^caiyun/.test(file) && !listed.includes(file));
    expect(unread.filter((file) => existsSync(new URL(file, samples)))).toEqual([]);
  });

  test('Of all recorded headlines an end ends and what is issued is understood.', () => {
    const titles = readFileSync(new URL('nmc-findAlarm/titles_20261006.txt', samples), 'utf8').split('\n');
    const headlines = [...ORIGINS.matchAll(/^(\S+\.(?:json|jsonp|xml))\t/gm)]
      .filter(([, file = '']) => existsSync(new URL(file, samples)))
      .flatMap(([, file = '']) => FEEDS.flatMap((feed) => read(feed, file).warnings))
      .map(({ headline }) => headline);
    const all = [...new Set([...titles, ...headlines])].filter((headline) => /预警/.test(headline));
    expect(all.length).toBeGreaterThan(20);
    for (const headline of all) {
      const said = readHeadline(headline);
      if (/解除|撤销/.test(headline)) expect([headline, said.action]).toEqual([headline, 'cancel']);
      else if (/发布.*色预警/.test(headline)) {
        expect([headline, said.hazardText === '', said.level === null, said.issuers.length === 0]).toEqual([
          headline,
          false,
          false,
          false,
        ]);
      }
    }
  });

  test('Every sample under every feed’s name is read without a throw.', () => {
    const files = readdirSync(samples, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    for (const entry of files) {
      const bytes = readFileSync(`${entry.parentPath}/${entry.name}`);
      // The one sample of 1.7 MB is for the format that it is in.
      const feeds = bytes.length > 1_000_000 ? (['cap'] as const) : FEEDS;
      for (const feed of feeds)
        expect(['ok', 'broken']).toContain(parseReading(feed, bytes, { now: NOW }).state);
    }
  });
}
