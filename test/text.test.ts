import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NOTICE_KINDS } from '../shared/notice/notice.ts';
import { renderNotice } from '../shared/notice/render.ts';
import {
  hazardGroup,
  issuerSlot,
  nameSlot,
  postSlot,
  reasonSlot,
  SLOTS,
  sessionSlot,
  shortIssuer,
  sourceSlot,
  warningSlot,
} from '../shared/notice/slots.ts';
import {
  findTemplate,
  HOTLINE_UNITS_MAX,
  onlyTemplate,
  reminderTemplate,
  SIGNATURE_UNITS_MAX,
  slotsFor,
  stepTemplate,
  TEMPLATES,
  widestUnits,
} from '../shared/notice/templates.ts';
import { cut, smsParts, units } from '../shared/notice/text.ts';
import { POSTS } from '../shared/plan/exam.ts';
import { instant } from '../shared/time.ts';
import { COLOURS, FEEDS, HAZARDS } from '../shared/warning/warning.ts';

const exam = { signature: '泉州市司法局', hotline: '0595-00000000' };

describe('parts of an SMS', () => {
  const cases: [sentence: string, text: string, parts: number][] = [
    ['An empty text is one part.', '', 1],
    ['70 Chinese characters are one part.', '台'.repeat(70), 1],
    ['71 Chinese characters are two.', '台'.repeat(71), 2],
    ['134 Chinese characters fill two joined parts.', '台'.repeat(134), 2],
    ['135 need three.', '台'.repeat(135), 3],
    ['160 letters are one part of the GSM alphabet.', 'a'.repeat(160), 1],
    ['161 letters are two.', 'a'.repeat(161), 2],
    ['A sign that needs an escape costs two septets.', '€'.repeat(80), 1],
    ['One more such sign is a second part.', '€'.repeat(81), 2],
    ['One character outside the alphabet makes all of it UCS-2.', `${'a'.repeat(70)}…`, 2],
    ['A pair of surrogates is two units.', '🌊'.repeat(35), 1],
    ['A pair is not split between joined parts: 67 is odd, so 66 fit.', '🌊'.repeat(67), 3],
  ];
  test.each(cases)('%s', (_, text, parts) => {
    expect(smsParts(text)).toBe(parts);
  });
});

describe('cutting a text', () => {
  const cases: [sentence: string, text: string, max: number, expected: string][] = [
    ['A text that fits is left alone.', '台风', 2, '台风'],
    ['A cut is marked within the bound.', '台风暴雨', 3, '台风…'],
    ['A pair of surrogates is kept whole or dropped.', '水🌊🌊', 4, '水🌊…'],
    ['A pair that would need one unit more is dropped.', '水🌊🌊', 3, '水…'],
    ['A family is one grapheme.', '水👩‍👩‍👧水水', 9, '水…'],
    ['Nothing fits in nothing.', '台风', 0, ''],
  ];
  test.each(cases)('%s', (_, text, max, expected) => {
    expect(cut(text, max)).toBe(expected);
  });

  test('No cut is longer than its bound or holds half a character.', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(80), (text, max) => {
        const kept = cut(text, max);
        expect(units(kept)).toBeLessThanOrEqual(Math.max(max, 0));
        expect(kept.isWellFormed()).toBe(true);
        expect(text.startsWith(kept.replace(/…$/, ''))).toBe(true);
      }),
    );
  });
});

/** Kinds whose one text is asked for by the kind alone. */
const ONLY = [
  'duty',
  'linkage',
  'assessment',
  'shelter',
  'staff-reminder',
  'candidate-summary',
  'all-clear',
] as const;

describe('the catalogue', () => {
  test.each(TEMPLATES.map((entry) => [entry.id, entry] as const))(
    '%s keeps the rules of the carriers.',
    (id, entry) => {
      expect(id).toMatch(/^[a-z-]+\.[a-z-]+(\.[a-z]+)?@\d+$/);
      expect(NOTICE_KINDS).toContain(entry.kind);
      expect(widestUnits(entry)).toBeLessThanOrEqual(70);
      expect(new Set(entry.slots).size).toBe(entry.slots.length);
      expect(entry.text).not.toMatch(/\}\{/);
      expect(entry.text.replace('{署名}', '').replace('{热线}', '').match(/\{/g)?.length ?? 0).toBe(
        entry.slots.length,
      );
      expect(entry.text.match(/[【】]/g)).toEqual(['【', '】']);
      expect(entry.text).toMatch(/^【\{署名\}】/);
      expect(entry.text).not.toMatch(/https?:|www|\.c|\/|\p{Extended_Pictographic}|市委|市政府/u);
    },
  );

  test('Ids are unique and every kind of notice has a text.', () => {
    expect(new Set(TEMPLATES.map((entry) => entry.id)).size).toBe(TEMPLATES.length);
    expect(new Set(TEMPLATES.map((entry) => entry.kind))).toEqual(new Set(NOTICE_KINDS));
  });

  test('Only a consented change speaks of the fate of the exam.', () => {
    const fate = /取消|停考|延期|照常|如期|正常(进行|举行)|中止|改期|推迟|改至|改在|停止考试|暂停考试/;
    for (const entry of TEMPLATES) {
      if (entry.kind !== 'exam-change') expect(entry.text, entry.id).not.toMatch(fate);
    }
  });

  test('Every reminder says whose word counts.', () => {
    for (const entry of TEMPLATES.filter(({ kind }) => kind === 'candidate-reminder')) {
      expect(entry.text, entry.id).toContain('以官方通知为准');
    }
  });

  test('A drill says so in its first words.', () => {
    for (const entry of TEMPLATES) {
      expect(/】演练：/.test(entry.text), entry.id).toBe(entry.kind === 'exercise');
    }
  });

  test('The choosers name texts that exist.', () => {
    const ids = [
      ...HAZARDS.flatMap((hazard) => COLOURS.map((colour) => reminderTemplate(hazard, colour))),
      ...COLOURS.map((colour) => stepTemplate('site-safety-check', colour, 'start')),
      stepTemplate('command-brief', 'red', 'start'),
      ...ONLY.map(onlyTemplate),
      stepTemplate('command-brief', 'red', 'raise'),
      ...(['lifted', 'over'] as const).map((moment) => stepTemplate('recheck', 'red', moment)),
      stepTemplate('report-due', 'red', 'start'),
    ];
    for (const id of ids) expect(findTemplate(id)?.id, id).toBe(id);
    expect(() => onlyTemplate('traffic')).toThrow('bug');
  });

  test('Orange and red keep people indoors, blue and yellow let them work outside.', () => {
    expect(COLOURS.map((colour) => stepTemplate('site-safety-check', colour, 'start'))).toEqual([
      'site-safety-check.outdoor@1',
      'site-safety-check.outdoor@1',
      'site-safety-check.indoor@1',
      'site-safety-check.indoor@1',
    ]);
  });
});

describe('slots', () => {
  test.each([
    ['A city observatory.', '350500', '泉州市气象台', '35050041600000_20240919091500', '市气象台'],
    ['A provincial one.', '350000', '福建省气象台', '35000041600000_20240919091500', '省气象台'],
    ['A county one.', '350581', '石狮市气象台', '35058141600000_20240919091500', '石狮市气象台'],
    ['The national one.', '000000', '中央气象台', '', '中央气象台'],
    ['The national one by its other code.', '100000', '中央气象台', '', '中央气象台'],
    ['Department 332 is water.', '350500', '泉州市水利局', '35050033200000_20240919091500', '市水利局'],
    [
      'A joint warning is filed by the department in its identifier.',
      '350500',
      '泉州市水利局、泉州市气象台',
      '35050033200000_20240919091500',
      '市水利局',
    ],
    [
      'Without an identifier the water office comes first.',
      '350000',
      '福建省水利厅、福建省气象台',
      '',
      '省水利厅',
    ],
    ['Land and resources.', '350000', '福建省自然资源厅', '', '省自然资源厅'],
    ['The sea.', '350000', '福建省海洋预报台', '', '省海洋预报台'],
    ['A municipality is a city.', '310000', '上海中心气象台', '', '市气象台'],
    ['A region.', '450000', '广西壮族自治区气象台', '', '区气象台'],
    ['An office we do not know is named in general.', '350500', '某某公司', '', '气象部门'],
    ['No division, no office.', null, '泉州市气象台', '', '气象部门'],
  ])('%s', (_, adcode, name, id, expected) => {
    expect(shortIssuer(adcode, name, id)).toBe(expected);
    expect(issuerSlot({ id, issuer: { adcode, name } })).toBe(expected);
    expect(expected).toMatch(SLOTS.机构.shape);
  });

  test('Whatever a feed writes as issuer, the slot takes a word of ours.', () => {
    const adcode = fc.oneof(fc.stringMatching(/^\d{6}$/), fc.string(), fc.constant(null));
    fc.assert(
      fc.property(adcode, fc.string({ unit: 'binary' }), fc.string(), (code, name, id) => {
        const slot = shortIssuer(code, `${name}气象台`, id);
        expect(units(slot)).toBeLessThanOrEqual(SLOTS.机构.max);
        expect(slot).toMatch(SLOTS.机构.shape);
      }),
    );
  });

  test.each([
    ['typhoon', 'yellow', 'signal', '台风黄色'],
    ['typhoon', 'blue', 'level', '台风Ⅳ级'],
    ['flash-flood', 'orange', 'signal', '山洪灾害橙色'],
    ['rainstorm', 'red', 'level', '暴雨Ⅰ级'],
    ['geological', 'unknown', 'signal', '地质灾害'],
  ] as const)('%s %s as a %s is %s.', (hazard, level, product, expected) => {
    expect(warningSlot(hazard, level, product)).toBe(expected);
  });

  test('Every closed table keeps its limit and its shape.', () => {
    const values = [
      ...HAZARDS.flatMap((hazard) =>
        ([...COLOURS, 'unknown'] as const).flatMap((level) =>
          (['signal', 'level'] as const).map(
            (product) => ['预警', warningSlot(hazard, level, product)] as const,
          ),
        ),
      ),
      ...POSTS.map((post) => ['岗位', postSlot(post)] as const),
      ...FEEDS.map((feed) => ['源', sourceSlot(feed)] as const),
      ...['silent', 'html', 'timeout', 'anything <else>'].map(
        (reason) => ['原因', reasonSlot(reason)] as const,
      ),
    ];
    for (const [slot, value] of values) {
      expect(units(value), value).toBeLessThanOrEqual(SLOTS[slot].max);
      expect(value).toMatch(SLOTS[slot].shape);
    }
    expect(HAZARDS.map(hazardGroup)).not.toContain(undefined);
  });

  test('A session is named by its day and half.', () => {
    const at = (text: string) => sessionSlot({ startsAt: instant(text) }, 'Asia/Shanghai');
    expect(at('2024-09-21T09:00:00+08:00')).toBe('9月21日上午');
    expect(at('2024-09-21T14:30:00+08:00')).toBe('9月21日下午');
    expect(at('2024-10-20T18:30:00+08:00')).toBe('10月20日晚上');
  });

  test('A name of ours is shortened, and signs that could form a link or a bracket are dropped.', () => {
    expect(nameSlot('考点', '泉州信息学院考点')).toBe('泉州信息学院考点');
    expect(nameSlot('考点', '泉州经贸职业技术学院考点')).toBe('泉州经贸职业技…');
    expect(nameSlot('地点', '【一号楼】http://a.b')).toBe('一号楼ht…');
  });
});

describe('rendering', () => {
  const reminder = {
    template: reminderTemplate('typhoon', 'orange'),
    slots: { 机构: '市气象台', 时间: '20日21:30', 预警: '台风橙色' },
    siteSlots: {},
  };
  const duty = {
    template: onlyTemplate('duty'),
    slots: { 预警: '台风橙色', 截止: '20日21:45' },
    siteSlots: { 'QZ-01': { 码: '0427' }, '-': { 码: '0428' } },
  };

  test('A reminder reads as registered.', () => {
    expect(renderNotice(reminder, 'QZ-01', exam)).toBe(
      '【泉州市司法局】市气象台于20日21:30发布台风橙色预警，早出门、防坠物，受阻请电0595-00000000。考试以官方通知为准。',
    );
  });

  test('A slot that differs by site is filled for that site, and the district has its own.', () => {
    expect(renderNotice(duty, 'QZ-01', exam)).toContain('任务码0427');
    expect(renderNotice(duty, null, exam)).toContain('任务码0428');
  });

  test.each([
    ['a template that is not in the catalogue', { ...reminder, template: 'candidate-reminder.wind.green@1' }],
    ['a missing slot', { ...reminder, slots: { 机构: '市气象台', 时间: '20日21:30' } }],
    ['a slot of another template', { ...reminder, slots: { ...reminder.slots, 号: '0128' } }],
    ['a value over its limit', { ...reminder, slots: { ...reminder.slots, 机构: '泉州市中心气象台' } }],
    ['a value outside its table', { ...reminder, slots: { ...reminder.slots, 预警: '考试延期' } }],
    ['a time that is not one', { ...reminder, slots: { ...reminder.slots, 时间: '今晚' } }],
  ])('Refuses %s.', (_, notice) => {
    expect(() => renderNotice(notice, null, exam)).toThrow('bug');
  });

  test('No message of a bug quotes the value that was refused.', () => {
    const notice = { ...reminder, slots: { ...reminder.slots, 机构: '13900000001' } };
    expect(() => renderNotice(notice, null, exam)).toThrow(/^(?!.*1390).*$/);
  });

  test('Every text rendered at its widest is one part.', () => {
    const widest: Record<string, string> = {
      机构: '省海洋预报台',
      时间: '20日21:30',
      预警: '山洪灾害橙色',
      场次: '10月20日主观题',
      考点: '泉州信息学院考点',
      数: '120',
      人数: '120000',
      截止: '20日21:30',
      码: '0427',
      岗位: '指挥部办公室',
      事项: '考试场所安全检查',
      号: '0128',
      源: '国家海洋预报台',
      原因: '长时间无更新',
      报告: '防御情况报告',
      对象: '省厅指挥部',
      区域: '全市沿海地区',
      措施: '停课停工停产停运',
      路段: '国道324线洛江段',
      字段: '预警级别',
      正值: '地质灾害橙色预警',
      新时间: '10月27日09:00',
      地点: '一号楼报告厅',
      响应: '防台风Ⅱ级',
    };
    const wide = { signature: '省'.repeat(SIGNATURE_UNITS_MAX), hotline: '0'.repeat(HOTLINE_UNITS_MAX) };
    for (const entry of TEMPLATES) {
      const text = renderNotice(
        { template: entry.id, slots: slotsFor(entry.id, widest), siteSlots: {} },
        null,
        wide,
      );
      expect(smsParts(text), entry.id).toBe(1);
      expect(text).not.toMatch(/[{}]/);
    }
  });

  test('Only what the template takes is kept of the values at hand.', () => {
    expect(slotsFor(reminder.template, { ...reminder.slots, 号: '0128', 数: '3' })).toEqual(reminder.slots);
  });
});
