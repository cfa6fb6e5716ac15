import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { READING_BYTES_MAX } from '../shared/limits.ts';
import { instant } from '../shared/time.ts';
import { parseReading } from '../shared/warning/parse.ts';
import { FEEDS, type FeedId, type Parsed } from '../shared/warning/warning.ts';

const NOW = instant('2024-09-20T12:00:00+08:00');
const bytes = (text: string) => new TextEncoder().encode(text);
const read = (feed: FeedId, body: Uint8Array, contentType?: string): Parsed =>
  parseReading(feed, body, { now: NOW, contentType: contentType ?? null });

const CAP = `<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>35050041600000_20240919101500</identifier><sender>o</sender><sent>2024-09-19T10:15:00+08:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope><info><language>zh-CN</language><event>台风</event><severity>Moderate</severity><headline>泉州市气象台发布台风黄色预警信号</headline></info></alert>`;
const JSON_ENTRY =
  '[{"identifier":"35050041600000_20240919101500","headline":"泉州市气象台发布台风黄色预警信号","msgType":"Alert","severity":"yellow"}]';

describe('answers that cannot be trusted as a whole', () => {
  const cases: [sentence: string, feed: FeedId, body: string, reason: string][] = [
    ['No byte at all', 'gjzwfw', '', 'empty'],
    ['Only blanks', 'cap', ' \n\t ', 'empty'],
    [
      'A page of a firewall that answers 200',
      'nmc-alarm',
      '<!DOCTYPE html><html><body>WEB 应用防火墙</body></html>',
      'html',
    ],
    ['A page in place of CAP', 'cap', '<html><head><title>502</title></head><body/></html>', 'html'],
    ['A page with a comment before it', 'gjzwfw', '<!-- x --> <HTML></HTML>', 'html'],
    ['A script', 'nmc-typhoon', '<script>location="/"</script>', 'html'],
    ['XML with a DOCTYPE', 'cap', `<!DOCTYPE alert [<!ENTITY x "y">]>${CAP}`, 'doctype'],
    [
      'A DOCTYPE in small letters',
      'cap',
      `<?xml version="1.0"?><!doctype alert SYSTEM "file:///etc/passwd">${CAP}`,
      'doctype',
    ],
    ['A DOCTYPE after a comment that is left open', 'cap', `<!-- --><!DOCTYPE x>${CAP}<!-- `, 'doctype'],
    ['XML cut off', 'cap', CAP.slice(0, 300), 'truncated'],
    ['XML cut off after an end tag', 'cap', CAP.slice(0, -'</alert>'.length), 'truncated'],
    ['XML with a stray end tag', 'cap', CAP.replace('</info>', '</inf>'), 'malformed'],
    ['Two roots', 'cap', CAP + CAP, 'malformed'],
    ['Elements too deep', 'cap', '<a>'.repeat(100) + '</a>'.repeat(100), 'malformed'],
    ['A name of the prototype', 'cap', '<alert><__proto__/></alert>', 'malformed'],
    ['XML of another kind', 'cap', '<weather/>', 'not-the-format'],
    ['JSON in place of CAP', 'cap', JSON_ENTRY, 'not-the-format'],
    ['CAP in place of JSON', 'gjzwfw', CAP, 'not-the-format'],
    ['JSON cut off', 'gjzwfw', JSON_ENTRY.slice(0, 60), 'truncated'],
    ['JSON with a comma too many', 'gjzwfw', '[1,]', 'malformed'],
    ['JSONP without its last parenthesis', 'nmc-typhoon', 'f(({"typhoonList":[]})', 'truncated'],
    ['JSONP cut off inside', 'nmc-typhoon', 'f(({"typhoonList":[[1,"A"', 'truncated'],
    ['Code around JSON', 'weather-com-cn', 'var a={"data":[]};alert(1)', 'malformed'],
    ['null', 'gjzwfw', 'null', 'not-the-format'],
    ['Words', 'nmc-alarm', 'Service Unavailable', 'not-the-format'],
  ];
  test.each(cases)('%s.', (_, feed, body, reason) => {
    const parsed = read(feed, bytes(body));
    expect(parsed).toEqual({
      state: 'broken',
      reason,
      warnings: [],
      typhoons: [],
      entries: [],
      quarantined: [],
      page: null,
      issues: [expect.objectContaining({ code: reason, level: 'error' })],
    });
  });

  test('More bytes than any real answer has.', () => {
    expect(read('gjzwfw', new Uint8Array(READING_BYTES_MAX + 1).fill(32)).reason).toBe('too-large');
  });

  test('Bytes that are no text of any charset they name.', () => {
    expect(read('gjzwfw', new Uint8Array([0x5b, 0xff, 0xfe, 0x5d])).reason).toBe('undecodable');
  });

  test('The word DOCTYPE inside character data is only a word.', () => {
    const description = '<description><![CDATA[<!DOCTYPE html> is HTML]]></description></info>';
    expect(read('cap', bytes(CAP.replace('</info>', description))).state).toBe('ok');
  });
});

describe('answers that lie', () => {
  const row = (n: number) => ({
    identifier: `350500416000${String(n % 100).padStart(2, '0')}_20240919${String(100000 + n)}`,
    headline: '泉州市气象台发布台风黄色预警信号',
    msgType: 'Alert',
    severity: 'yellow',
  });
  const rows = (length: number) => Array.from({ length }, (_, n) => row(n % 59));
  const list = (all: unknown[]) => read('gjzwfw', bytes(JSON.stringify(all)));

  test('A page behind which a network wants a login is a page.', () => {
    const portal =
      '\ufeff\n<!-- login --><html lang="zh"><head><meta http-equiv="refresh" content="0"/></head></html>';
    expect(read('nmc-alarm', bytes(portal)).reason).toBe('html');
    expect(read('cap', bytes('<?xml version="1.0"?><html><body/></html>')).reason).toBe('html');
  });

  test('Data under the content type of a page is data, and a page under the type of data a page.', () => {
    expect(read('gjzwfw', bytes(JSON_ENTRY), 'text/html').warnings).toHaveLength(1);
    expect(read('cap', bytes(CAP), 'image/png').warnings).toHaveLength(1);
    expect(read('gjzwfw', bytes('<html></html>'), 'application/json').reason).toBe('html');
  });

  test('One bad entry among 500 is set aside, and 499 count.', () => {
    const parsed = list([...rows(250), { identifier: 'x' }, ...rows(249)]);
    expect([parsed.state, parsed.warnings.length, parsed.quarantined.map(({ path }) => path)]).toEqual([
      'ok',
      499,
      ['/250'],
    ]);
  });

  test('100,000 entries are no answer of an office.', () => {
    const many = Array.from({ length: 100_000 }, (_, n) => ({ identifier: n }));
    expect(list(many)).toMatchObject({ state: 'broken', reason: 'too-large', quarantined: [] });
  });

  test('50 levels of nesting are read or refused, and are no warning.', () => {
    const nested = (open: string, close: string) => bytes(open.repeat(50) + close.repeat(50));
    expect(read('gjzwfw', nested('[', ']')).warnings).toEqual([]);
    expect(read('gjzwfw', nested('{"data":', '}')).state).toBe('broken');
    expect(read('cap', nested('<info>', '</info>')).reason).toBe('not-the-format');
    const deep = `<description>${'<p>'.repeat(50)}台风${'</p>'.repeat(50)}</description></info>`;
    expect(read('cap', bytes(CAP.replace('</info>', deep))).warnings[0]?.text).toBe('台风');
  });

  test('Entities expand to one character each, however many there are.', () => {
    const text = `<description>${'&#21488;'.repeat(10_000)}&lol;</description></info>`;
    const parsed = read('cap', bytes(CAP.replace('</info>', text)));
    expect(parsed.warnings[0]?.text.startsWith('台台')).toBe(true);
    expect(parsed.warnings[0]?.text.length).toBeLessThanOrEqual(20_000);
  });

  test('Half a character is none: what is kept can be stored and sent.', () => {
    const half = { ...row(1), headline: '泉州市气象台发布台风\ud83c黄色预警信号', description: '\udf00' };
    const inXml = CAP.replace('<event>', '<event>&#xD83C;');
    for (const parsed of [list([half]), list([{ identifier: '\ud83c' }]), read('cap', bytes(inXml))]) {
      for (const warning of parsed.warnings) {
        expect(
          [warning.headline, warning.text, warning.hazardText].every((each) => each.isWellFormed()),
        ).toBe(true);
      }
      expect(parsed.quarantined.every(({ raw }) => raw.isWellFormed())).toBe(true);
    }
    expect(list([half]).warnings[0]).toMatchObject({ hazard: 'typhoon', level: 'yellow' });
  });

  test('A clock that was reset dates nothing.', () => {
    const reset = {
      ...row(1),
      identifier: '35050041600000_19700101080000',
      effective: '1970-01-01 08:00:00.0',
    };
    expect(list([reset]).warnings[0]?.issuedAt).toBeNull();
  });

  test('Nothing that an answer is filled with makes its reading hang.', () => {
    for (const piece of [
      '<',
      '<!--',
      '<a ',
      '<a b="',
      '&#1;',
      '[',
      '{"a":',
      '"',
      '(',
      'var a=',
      '解除',
      '发布红色',
      '1,',
    ]) {
      const body = bytes(piece.repeat(300_000 / piece.length));
      for (const feed of ['cap', 'weather-com-cn', 'nmefc-bulletin'] as const) {
        expect(read(feed, body).warnings).toEqual([]);
      }
    }
  }, 30_000);
});

describe('charsets', () => {
  const gb18030 = (text: string) => {
    // 台风 and 泉州市气象台发布…黄色预警信号 in GB 18030, by hand: Node encodes UTF-8 only.
    const table: Record<string, number[]> = {
      台: [0xcc, 0xa8],
      风: [0xb7, 0xe7],
      黄: [0xbb, 0xc6],
      色: [0xc9, 0xab],
    };
    return new Uint8Array([...text].flatMap((character) => table[character] ?? [character.charCodeAt(0)]));
  };
  const document = (declaration: string) =>
    gb18030(
      `${declaration}<alert><identifier>a</identifier><status>Actual</status><msgType>Alert</msgType><info><language>zh</language><event>台风</event><headline>台风黄色</headline></info></alert>`,
    );
  const hazard = (parsed: Parsed) => parsed.warnings[0]?.hazardText;

  test('The header names it.', () => {
    expect(hazard(read('cap', document(''), 'text/xml; charset=GB18030'))).toBe('台风');
  });

  test('The document names it.', () => {
    expect(hazard(read('cap', document('<?xml version="1.0" encoding="gb2312"?>')))).toBe('台风');
  });

  test('Nobody names it: nothing is guessed.', () => {
    expect(read('cap', document('')).reason).toBe('undecodable');
  });

  test('A charset that the server names by mistake does not spoil UTF-8.', () => {
    expect(read('gjzwfw', bytes(JSON_ENTRY), 'application/json; charset=gbk').warnings[0]?.level).toBe(
      'yellow',
    );
    expect(read('gjzwfw', bytes(JSON_ENTRY), 'application/json; charset=ISO-8859-1').warnings[0]?.level).toBe(
      'yellow',
    );
  });

  test('ISO-8859-1 is believed where the bytes are no UTF-8.', () => {
    const latin = CAP.replace(/[^\x20-\x7e]/g, 'x')
      .replace('<sender>o<', '<sender>Usulut\u00e1n<')
      .replace('35050041600000_', 'u-');
    const body = new Uint8Array(
      [...`<?xml version="1.0" encoding="iso-8859-1"?>${latin}`].map((each) => each.charCodeAt(0)),
    );
    expect(read('cap', body).warnings[0]?.issuer.name).toBe('Usulután');
  });

  test('A byte order mark outranks what the header says, UTF-16 too.', () => {
    const wide = new Uint8Array(Buffer.from(`\ufeff${JSON_ENTRY}`, 'utf16le'));
    expect(read('gjzwfw', wide, 'application/json; charset=utf-8').warnings[0]?.level).toBe('yellow');
    expect(
      read('gjzwfw', bytes(`\ufeff${JSON_ENTRY}`), 'application/json; charset=gbk').warnings[0]?.level,
    ).toBe('yellow');
  });
});

describe('any bytes', () => {
  const fixtures = new URL('./fixtures/feeds/', import.meta.url);
  const corpus = readdirSync(fixtures, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(new URL(entry.name, fixtures)));
  const feed = fc.constantFrom(...FEEDS);

  /** Nothing is used of a broken answer, every issue has a path, every quarantined text is some issue's. */
  function expectWhole(parsed: Parsed): void {
    if (parsed.state === 'broken') {
      expect(parsed).toMatchObject({ warnings: [], typhoons: [], entries: [], quarantined: [] });
      expect(parsed.reason).not.toBeNull();
    }
    const paths = parsed.issues.map((issue) => issue.path);
    for (const { path } of parsed.quarantined) expect(paths).toContain(path);
    for (const warning of parsed.warnings) expect(warning.id).not.toBe('');
  }

  test('Noise never throws and never warns.', () => {
    fc.assert(
      fc.property(feed, fc.uint8Array({ maxLength: 200 }), (id, noise) => {
        const parsed = read(id, noise);
        expectWhole(parsed);
        expect(parsed.warnings).toEqual([]);
      }),
    );
  });

  test('Any JSON never throws and never warns.', () => {
    fc.assert(
      fc.property(feed, fc.json(), (id, json) => {
        const parsed = read(id, bytes(json));
        expectWhole(parsed);
        expect(parsed.warnings).toEqual([]);
      }),
    );
  });

  test('JSON with the names of the formats in any places never throws.', () => {
    const names = [
      'identifier',
      'headline',
      'msgType',
      'data',
      'page',
      'list',
      'alarm',
      'alertid',
      'title',
      'code',
      'result',
    ];
    const more = [
      'warning',
      'alerts',
      'metadata',
      'typhoon',
      'typhoonList',
      'points',
      'tfid',
      'land',
      'payload',
      'issueTime',
    ];
    const leaf = fc.oneof(
      fc.constantFrom('0', '200', '台风红色预警', '解除', 'Alert', null, true, 0),
      fc.string(),
      fc.double(),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        leaf,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom(...names, ...more), tie('value')),
      ),
    }));
    fc.assert(
      fc.property(feed, value, (id, body) => {
        expectWhole(read(id, bytes(JSON.stringify(body))));
      }),
    );
  });

  test('A real answer with bytes changed, lost or doubled never throws, under any feed’s name.', () => {
    const damage = fc.record({
      file: fc.constantFrom(...corpus),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      lost: fc.integer({ min: 0, max: 60 }),
      put: fc.oneof(
        fc.uint8Array({ maxLength: 6 }),
        fc.constantFrom('<', '>', '"', '}', '[', '&#0;', '解除', '红色').map(bytes),
      ),
    });
    fc.assert(
      fc.property(feed, damage, (id, { file, at, lost, put }) => {
        const from = Math.floor(at * file.length);
        expectWhole(read(id, Buffer.concat([file.subarray(0, from), put, file.subarray(from + lost)])));
      }),
      { numRuns: 600 },
    );
  });

  test('No beginning of an answer is taken for the whole of it.', () => {
    for (const [id, body] of [
      ['cap', CAP],
      ['gjzwfw', JSON_ENTRY],
    ] as const) {
      const whole = bytes(body);
      for (let length = 0; length < whole.length; length += 1) {
        expect(read(id, whole.subarray(0, length)).state).toBe('broken');
      }
    }
  });
});
