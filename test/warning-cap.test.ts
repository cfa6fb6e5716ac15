import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instant } from '../shared/time.ts';
import { parseReading } from '../shared/warning/parse.ts';
import type { Parsed, Warning } from '../shared/warning/warning.ts';

const NOW = instant('2024-09-20T12:00:00+08:00');
const bytes = (text: string) => new TextEncoder().encode(text);
const read = (text: string, document?: (link: string) => Uint8Array | undefined): Parsed =>
  parseReading('cap', bytes(text), { now: NOW, ...(document ? { document } : {}) });

const CAP = 'urn:oasis:names:tc:emergency:cap:1.2';

interface Fields {
  id?: string;
  status?: string;
  msgType?: string;
  references?: string;
  infos?: string;
}

function cap({
  id = '35050041600000_20240919101500',
  status = 'Actual',
  msgType = 'Alert',
  references = '',
  infos = info(),
}: Fields = {}) {
  return `<alert xmlns="${CAP}"><identifier>${id}</identifier><sender>Quanzhou_Meteorological_Observatory</sender>
    <sent>2024-09-19T10:15:00+08:00</sent><status>${status}</status><msgType>${msgType}</msgType><scope>Public</scope>
    <references>${references}</references>${infos}</alert>`;
}

function info(
  more = '',
  {
    language = 'zh-CN',
    event = '台风',
    severity = 'Moderate',
    urgency = 'Unknown',
    headline = '泉州市气象台发布台风黄色预警信号',
  } = {},
) {
  return `<info><language>${language}</language><category>Met</category><event>${event}</event><urgency>${urgency}</urgency>
    <severity>${severity}</severity><certainty>Unknown</certainty><senderName>林小满</senderName><headline>${headline}</headline>${more}</info>`;
}

const area = (inner: string, name = '泉州') => `<area><areaDesc>${name}</areaDesc>${inner}</area>`;
const geocode = (value: string, name = 'CPEAS Geographic Code') =>
  `<geocode><valueName>${name}</valueName><value>${value}</value></geocode>`;

function one(parsed: Parsed): Warning {
  expect(parsed.state).toBe('ok');
  expect(parsed.issues).toEqual([]);
  expect(parsed.warnings).toHaveLength(1);
  return parsed.warnings[0]!;
}
const codes = (warning: Warning) => warning.issues.map((issue) => issue.code);

describe('a document of CMA', () => {
  test('The office stands in the headline; the person on duty stands nowhere.', () => {
    const warning = one(read(cap()));
    expect(warning.issuer).toEqual({ name: '泉州市气象台', adcode: '350500' });
    expect(JSON.stringify(warning)).not.toContain('林小满');
  });

  test('Without an area it means the division of its identifier.', () => {
    expect(one(read(cap())).areas).toEqual([
      { name: '泉州市', adcode: '350500', level: null, polygons: [], circles: [] },
    ]);
  });

  test('Chinese is read before the machine’s English, whichever comes first.', () => {
    const english = info('', {
      language: 'en-US',
      event: 'typhoon',
      headline: 'Quanzhou issues a yellow warning',
    });
    expect(one(read(cap({ infos: english + info() }))).lang).toBe('zh-CN');
    expect(one(read(cap({ infos: info() + english }))).lang).toBe('zh-CN');
    expect(one(read(cap({ infos: english })))).toMatchObject({
      lang: 'en-US',
      hazard: 'typhoon',
      level: 'yellow',
      issuer: { name: 'Quanzhou Meteorological Observatory' },
    });
  });

  test('References keep identifiers only, and never its own.', () => {
    const references =
      'Office,35050041600000_20240918101500,2024-09-19T10:15:00+08:00\n Office,35050041600000_20240919101500,2024-09-19T10:15:00+08:00';
    expect(one(read(cap({ msgType: 'Update', references }))).references).toEqual([
      '35050041600000_20240918101500',
    ]);
  });

  test('Foreign references are triples, also of senders with blanks.', () => {
    const references =
      'a b@c.org,urn:oid:1.2,2024-09-19T10:15:00-00:00 d@e.org,urn:oid:1.3,2024-09-19T10:15:00-00:00';
    expect(one(read(cap({ id: 'urn:oid:1.4', references }))).references).toEqual([
      'urn:oid:1.2',
      'urn:oid:1.3',
    ]);
  });

  test('An issuer outside its area is told.', () => {
    const warning = one(read(cap({ infos: info(area(geocode('350600000000'), '漳州')) })));
    expect(codes(warning)).toEqual(['issuer-outside-area']);
  });

  test('A grade without a colour is another product.', () => {
    const infos = info('', { headline: '福建省气象台发布台风预警Ⅳ级', severity: 'Minor' });
    expect(one(read(cap({ infos })))).toMatchObject({ product: 'level', level: 'blue' });
  });
});

describe('the end of a warning', () => {
  const ends: [sentence: string, fields: Fields][] = [
    [
      'A Cancel ends, even with severity Extreme.',
      { msgType: 'Cancel', infos: info('', { severity: 'Extreme' }) },
    ],
    ['A Cancel needs no info.', { msgType: 'Cancel', infos: '' }],
    [
      'An Update with AllClear ends.',
      { msgType: 'Update', infos: info('<responseType>AllClear</responseType>') },
    ],
    ['An Update whose urgency is Past ends.', { msgType: 'Update', infos: info('', { urgency: 'Past' }) }],
    [
      'A headline that lifts ends.',
      {
        msgType: 'Update',
        infos: info('', { headline: '泉州市气象台解除台风红色预警信号', severity: 'Extreme' }),
      },
    ],
  ];
  test.each(ends)('%s', (_, fields) => {
    expect(one(read(cap(fields))).action).toBe('cancel');
  });

  test('A first message about the past is still one (GDACS writes all of its own so).', () => {
    expect(one(read(cap({ infos: info('', { urgency: 'Past' }) }))).action).toBe('issue');
  });

  test('Where only a part is over, the rest counts.', () => {
    const infos =
      info(`<responseType>AllClear</responseType>${area(geocode('350581'), '石狮')}`, {
        severity: 'Extreme',
      }) + info(area(geocode('350582'), '晋江'));
    const warning = one(read(cap({ msgType: 'Update', infos })));
    expect(warning).toMatchObject({ action: 'update', level: 'yellow', areas: [{ adcode: '350582' }] });
    expect(codes(warning)).toEqual(['part-over']);
  });
});

describe('status', () => {
  test.each(['Exercise', 'System', 'Test', 'Draft'])('%s is no actual warning.', (status) => {
    expect(one(read(cap({ status }))).status).toBe(status.toLowerCase());
  });

  const refused: [sentence: string, fields: Fields, code: string][] = [
    ['No status', { status: '' }, 'status-unknown'],
    ['An invented status', { status: 'Real' }, 'status-unknown'],
    ['No message type', { msgType: '' }, 'action-unknown'],
    ['An acknowledgement', { msgType: 'Ack' }, 'not-a-warning'],
    ['A complaint', { msgType: 'Error' }, 'not-a-warning'],
    ['No identifier', { id: '' }, 'identifier-missing'],
  ];
  test.each(refused)('%s is kept for a person.', (_, fields, code) => {
    const parsed = read(cap(fields));
    expect(parsed).toMatchObject({ state: 'ok', warnings: [], issues: [{ code }] });
    expect(parsed.quarantined[0]!.raw).toContain('<alert');
  });
});

describe('levels and codes', () => {
  test('An event code is text: 11E02 is a storm surge, not 1100.', () => {
    const infos = info('<eventCode><valueName>event</valueName><value>11E02</value></eventCode>', {
      event: 'sea',
      headline: '',
    });
    expect(one(read(cap({ infos }))).hazard).toBe('storm-surge');
  });

  test('GDACS says its colour in a parameter, which severity does not follow.', () => {
    const parameter = (colour: string) =>
      `<parameter><valueName>alertlevel</valueName><value>${colour}</value></parameter>`;
    const gdacs = (colour: string) =>
      one(
        read(cap({ id: 'GDACS_TC_1_1', infos: info(parameter(colour), { language: 'en', headline: 'x' }) })),
      ).level;
    expect([gdacs('Orange'), gdacs('Red'), gdacs('Green')]).toEqual(['orange', 'red', 'unknown']);
  });

  test('Areas of several infos carry their own level beside the highest.', () => {
    const infos =
      info(area(geocode('350581'), '石狮')) +
      info(area(geocode('350582'), '晋江'), {
        severity: 'Severe',
        headline: '泉州市气象台发布台风橙色预警信号',
      });
    const warning = one(read(cap({ infos })));
    expect(warning.level).toBe('orange');
    expect(warning.areas.map((each) => [each.adcode, each.level])).toEqual([
      ['350581', 'yellow'],
      ['350582', null],
    ]);
  });

  test('The end of an NWS event is its parameter where the message ends before the event begins.', () => {
    const more = `<onset>2024-09-21T03:00:00+08:00</onset><expires>2024-09-20T07:00:00+08:00</expires>
      <parameter><valueName>eventEndingTime</valueName><value>2024-09-21T15:00:00+08:00</value></parameter>`;
    expect(one(read(cap({ id: 'urn:oid:2.49', infos: info(more) }))).expiresAt).toBe(
      instant('2024-09-21T15:00:00+08:00'),
    );
  });
});

describe('areas', () => {
  const areas = (inner: string, id?: string) =>
    one(read(cap({ ...(id ? { id } : {}), infos: info(area(inner)) })));

  test('Polygons are turned from lat,lon to lon,lat and closed.', () => {
    const [found] = areas('<polygon>24.9,118.1 24.9,118.9\n\t25.3,118.9</polygon>').areas;
    expect(found!.polygons).toEqual([
      [
        [
          [118.1, 24.9],
          [118.9, 24.9],
          [118.9, 25.3],
          [118.1, 24.9],
        ],
      ],
    ]);
  });

  test('A corner is where its digits say, however many there are.', () => {
    const written = (max: number) =>
      fc
        .tuple(fc.constantFrom('', '-', '00'), fc.nat(max - 1), fc.stringMatching(/^(\.\d{1,30})?$/))
        .map((parts) => parts.join(''));
    const corner = fc.tuple(written(90), written(180));
    fc.assert(
      fc.property(fc.array(corner, { minLength: 4, maxLength: 9 }), (corners) => {
        const text = corners.map((each) => each.join(',')).join(' \n');
        const [ring] = areas(`<polygon>${text}</polygon>`).areas[0]!.polygons[0]!;
        expect(ring!.slice(0, corners.length)).toEqual(
          corners.map(([lat, lon]) => [Number(lon), Number(lat)]),
        );
      }),
    );
  });

  test('Circles have a radius in km, also none.', () => {
    expect(areas('<circle>24.9,118.6 10.5</circle><circle>25,118 0</circle>').areas[0]!.circles).toEqual([
      { lon: 118.6, lat: 24.9, km: 10.5 },
      { lon: 118, lat: 25, km: 0 },
    ]);
  });

  test('A hole belongs to its polygon.', () => {
    const hole = geocode('24.9,118.5 25,118.5 25,118.6 24.9,118.5', 'EXCLUDE_POLYGON');
    expect(
      areas(`<polygon>24,118 26,118 26,119 24,119 24,118</polygon>${hole}`).areas[0]!.polygons[0],
    ).toHaveLength(2);
  });

  const bad: [sentence: string, inner: string, code: string][] = [
    ['a polygon of two corners', '<polygon>24,118 25,118</polygon>', 'polygon-unreadable'],
    ['a latitude of 95', '<polygon>24,118 95,118 25,119 24,118</polygon>', 'polygon-unreadable'],
    ['words for a polygon', '<polygon>none</polygon>', 'polygon-unreadable'],
    ['a circle without a radius', '<circle>24,118</circle>', 'circle-unreadable'],
    ['a radius below zero', '<circle>24,118 -3</circle>', 'circle-unreadable'],
    ['a code of five digits', geocode('35050'), 'geocode-unreadable'],
  ];
  test.each(bad)('Unreadable: %s; the area is then where its name is, if anywhere.', (_, inner, code) => {
    expect(codes(areas(inner))).toEqual([code]);
    expect(codes(areas(inner, 'PH-1'))).toEqual([code, 'area-unknown']);
  });

  test('Codes of other countries that look like ours are not ours.', () => {
    const found = areas(
      geocode('3505064', 'profile:CAP-CP:Location:0.3') +
        geocode('035058', 'SAME') +
        geocode('350500', 'FIPS6'),
      'urn:oid:2.49',
    );
    expect(found.areas[0]!.adcode).toBeNull();
  });

  test('A name without a code is the division of that name where its office answers, else nowhere.', () => {
    const named = (name: string, id: string) =>
      read(cap({ id, infos: info(area('', name)) })).warnings[0]!.areas.map((each) => each.adcode);
    expect(named('石狮市沿海', '35050041600000_20240919101500')).toEqual(['350581']);
    expect(named('泉州', '35000041600000_20240919101500')).toEqual(['350500']);
    expect(named('鼓楼区', '35000041600000_20240919101500')).toEqual(['350102']);
    expect(named('鼓楼区', '35050041600000_20240919101500')).toEqual([null]);
    expect(named('台湾海峡', '35000041600000_20240919101500')).toEqual([null]);
    expect(named('泉州', 'PH-1')).toEqual([null]);
  });

  test('Names side by side with their codes keep them; names alone are each looked for.', () => {
    const named = (inner: string) =>
      one(read(cap({ infos: info(area(inner, '石狮市,晋江市')) }))).areas.map((each) => [
        each.name,
        each.adcode,
      ]);
    expect(named(geocode('350581000000 350582000000'))).toEqual([
      ['石狮市', '350581000000'],
      ['晋江市', '350582000000'],
    ]);
    expect(named('')).toEqual([
      ['石狮市', '350581'],
      ['晋江市', '350582'],
    ]);
  });

  test('One geocode with many pairs, one value with many codes.', () => {
    const many = `<geocode><valueName>UGC</valueName><value>GMZ074</value><valueName>CPEAS Geographic Code</valueName><value>350581000000 350582000000</value></geocode>`;
    expect(areas(many).areas.map((each) => [each.name, each.adcode])).toEqual([
      ['石狮市', '350581000000'],
      ['晋江市', '350582000000'],
    ]);
  });
});

describe('what documents come in', () => {
  test('A prefix, a byte order mark and CAP 1.1 make no difference.', () => {
    const prefixed = cap()
      .replaceAll(/<(\/?)(?=[a-z])/gi, '<$1cap:')
      .replace('xmlns=', 'xmlns:cap=')
      .replace('1.2', '1.1');
    expect(one(read(`\ufeff<?xml version="1.0" encoding="UTF-8"?>${prefixed}`))).toMatchObject({
      level: 'yellow',
    });
  });

  test('Elements inside a description are words of it.', () => {
    const infos = info(
      '<description><typhoon-info><section title="x">巴威</section>海上</typhoon-info></description>',
    );
    expect(one(read(cap({ infos }))).text).toBe('巴威 海上');
  });

  test('A root with many documents and an EDXL envelope hold them all.', () => {
    const two = cap() + cap({ id: '35050041600000_20240919111500' });
    expect(read(`<alerts>${two}</alerts>`).warnings).toHaveLength(2);
    const edxl = `<e:EDXLDistribution xmlns:e="urn:oasis:names:tc:emergency:EDXL:DE:1.0"><e:contentObject><e:xmlContent><e:embeddedXMLContent>${cap()}</e:embeddedXMLContent></e:xmlContent></e:contentObject></e:EDXLDistribution>`;
    expect(read(edxl).warnings).toHaveLength(1);
  });

  const atom = (entry: string) => `<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id>${entry}</feed>`;

  test('An index without entries is calm.', () => {
    expect(read(atom(''))).toMatchObject({ state: 'ok', warnings: [], entries: [], issues: [] });
    expect(read('<rss version="2.0"><channel><title>x</title></channel></rss>')).toMatchObject({
      state: 'ok',
      entries: [],
    });
  });

  test('The link to the document is found by its type, else it is the one that is no page.', () => {
    const link = (links: string) =>
      read(atom(`<entry><id>urn:uuid:1</id><updated>2024-09-19T02:15:00Z</updated>${links}</entry>`)).entries;
    const wanted = [
      { id: 'urn:uuid:1', link: 'https://a.org/1.xml', updatedAt: instant('2024-09-19T10:15:00+08:00') },
    ];
    expect(
      link(
        '<link rel="alternate" type="text/html" href="https://a.org/"/><link rel="related" type="application/cap+xml" href="https://a.org/1.xml"/>',
      ),
    ).toEqual(wanted);
    expect(
      link(
        '<link rel="alternate" type="text/html" href="https://a.org/"/><link href="https://a.org/1.xml"/>',
      ),
    ).toEqual(wanted);
    expect(link('<link href="https://a.org/1.xml"/>')).toEqual(wanted);
  });

  test('A document at hand takes the place of its pointer.', () => {
    const index = atom(
      '<entry><id>1</id><link href="https://a.org/1.xml"/></entry><entry><id>2</id><link href="https://a.org/2.xml"/></entry>',
    );
    const parsed = read(index, (link) => (link.endsWith('1.xml') ? bytes(cap()) : undefined));
    expect(parsed.warnings).toHaveLength(1);
    expect(parsed.entries.map((entry) => entry.id)).toEqual(['2']);
  });

  test('A document that cannot be trusted concerns its own entry only.', () => {
    const index = atom(
      `<entry><id>1</id><link href="https://a.org/1.xml"/></entry><entry><id>2</id><content>${cap()}</content></entry>`,
    );
    const parsed = read(index, () => bytes('<html><body>502</body></html>'));
    expect(parsed.warnings).toHaveLength(1);
    expect(parsed.issues).toMatchObject([{ path: '/feed/entry[1]', code: 'document-unreadable' }]);
    expect(parsed.quarantined).toHaveLength(1);
  });

  test('A document may stand in an entry as escaped text, in RSS under its description.', () => {
    const escaped = cap().replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    expect(
      read(atom(`<entry><id>1</id><content type="text/xml">${escaped}</content></entry>`)).warnings,
    ).toHaveLength(1);
    const rss = `<rss><channel><item><guid>1</guid><description><![CDATA[${cap()}]]></description></item></channel></rss>`;
    expect(read(rss).warnings).toHaveLength(1);
  });
});
