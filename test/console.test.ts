import { describe, expect, test } from 'vitest';
import { consoleApp } from '../functions/console/app.ts';
import { handler } from '../functions/console.ts';
import { usePorts } from '../functions/wire.ts';
import type { Replayed } from '../infra/replay.ts';
import { open } from '../shared/activation/seal.ts';
import { effectSentence } from '../shared/activation/sentence.ts';
import { memoryLog } from '../shared/io/memory/log.ts';
import type { Store } from '../shared/io/ports.ts';
import type { Counts } from '../shared/notice/notice.ts';
import { Fault } from '../shared/outcome.ts';
import { append, catchUp, events } from '../shared/stages/chain.ts';
import { ACTIVATION, at, story, UNREADABLE } from './console-room.ts';

const CHAIN = 'fk-probe#qz';

type Story = Replayed & { personal: string[] };
const stories = new Map<string, Promise<Story>>();
function told(end: string): Promise<Story> {
  const known = stories.get(end) ?? story(end);
  stories.set(end, known);
  return known;
}

async function look(end: string, path = '/', headers: Record<string, string> = {}): Promise<Response> {
  return await consoleApp((await told(end)).ports).request(path, { headers });
}

/** What a reader sees: markup gone, white space as in print. */
function words(markup: string): string {
  return markup
    .replace(/<head>.*?<\/head>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
}

async function read(end: string, path = '/', headers: Record<string, string> = {}): Promise<string> {
  return words(await (await look(end, path, headers)).text());
}

/** Rows of the table with this class, as the texts of their cells. */
function rowsOf(markup: string, className: string): string[][] {
  const table = new RegExp(`<table[^>]*class="${className}".*?</table>`, 's').exec(markup)?.[0] ?? '';
  const [, ...rows] = table.split('<tr');
  return rows.slice(1).map((row) =>
    row
      .split(/<t[hd] /)
      .slice(1)
      .map((cell) => words(`<${cell}`).trim()),
  );
}

const QUIET = '20T08:05';
const SILENT = '20T08:30';
const OPENED = '20T09:05';
const NIGHT = '20T22:40';

describe('the board tells calm from blindness', () => {
  test('A morning with every source answering is calm.', async () => {
    const page = await read(QUIET);
    expect(page).toContain('无预警 平静：各来源正常');
    expect(page).toContain('预案 未启动');
    expect(page).not.toContain('来源中断');
  });

  test('A source silent beyond its limit is said loudly, with where to look, and nothing is called calm.', async () => {
    const page = await read(SILENT);
    expect(page).toContain(
      '来源中断，不代表没有预警 中央气象台预警 自 9月20日 08:09 起无有效应答（连接超时） · 人工查询',
    );
    expect(page).toContain('不能视为平静');
    expect(page).not.toContain('平静：各来源正常');
    expect(page).toContain('✕ 异常');
  });

  test('With no source to be believed the board says that it sees nothing.', async () => {
    const { ports } = await story('20T08:05', {
      answers: [{ at: at('20T08:00'), feed: 'gjzwfw', fault: 'html' }],
    });
    const page = words(await (await consoleApp(ports).request('/')).text());
    expect(page).toContain('看不见：没有一个来源可信');
    expect(page).toContain('返回异常网页');
  });

  test('Before any source was read the board does not look calm.', async () => {
    const { ports } = await story('20T08:05', {
      answers: [{ at: at('21T08:00'), feed: 'gjzwfw', body: 'none' }],
    });
    const page = words(await (await consoleApp(ports).request('/')).text());
    expect(page).toContain('看不见');
    expect(page).toContain('尚未读取任何来源：看不见，不是平静');
  });
});

describe('the board in a storm', () => {
  test('What is in force stands with colour as a word, issuer, sites, source, end, and the reason with its clause.', async () => {
    const page = await read(OPENED);
    expect(page).toContain('最高预警级别 黄色 自 9月20日 09:02 起');
    expect(page).toContain(
      '黄色 台风 泉州市气象台 9月20日 09:00 2 鲤城甲考点、石狮乙考点 国家政务平台 9月21日 20:00',
    );
    expect(page).toContain(
      '泉州市气象台 20日09:00 发布台风黄色预警，覆盖 2 个考点：启动预案（预案四(二)1⑴）',
    );
    expect(page).toContain('下一场 卷一 9月21日 09:00–12:00');
  });

  test('A raise moves the level and keeps the reason of the opening beside its own.', async () => {
    const page = await read(NIGHT);
    expect(page).toContain('最高预警级别 橙色 自 9月20日 20:31 起');
    expect(page).toMatch(
      /启动依据: .*台风黄色预警.* 最近变化 9月20日 20:31 ?: .*台风橙色预警.*考点预警级别上升/,
    );
  });

  test('A reminder that waits says for what and until when.', async () => {
    expect(await read(OPENED)).toContain(
      '考生提醒 黄色 鲤城甲考点尚有考试的考生 等待 合并等待，至 9月20日 09:12',
    );
  });

  test('Overdue tasks come first, with the word, and due times say that the office chose them.', async () => {
    const early = await read('20T13:10');
    expect(early).toMatch(/逾期 \d+ 待确认 \d+ 已确认 0 已完成 1 事项/);
    const states = /待办任务.*?发送中与等待中/.exec(early)![0].match(/本局默认 (逾期|待确认)/g)!;
    expect(new Set(states)).toEqual(new Set(['本局默认 逾期', '本局默认 待确认']));
    expect(states.lastIndexOf('本局默认 逾期')).toBeLessThan(states.indexOf('本局默认 待确认'));
    expect(early).toMatch(
      /避险场所复核 五\(六\) 再次核实[^·]*引导人员到位[^·]* 考点负责人 · 鲤城甲考点 9月20日 13:02 本局默认 逾期/,
    );
  });

  test('Each state of a delivery has its own column, and the states add up to the audience.', async () => {
    const rows = rowsOf(await (await look(NIGHT)).text(), 'numbers');
    for (const [kind, , audience, ...states] of rows) {
      expect(
        states.reduce((sum, each) => sum + Number(each), 0),
        kind,
      ).toBe(Number(audience));
    }
    const [, notices, audience, , , , rejected] = rows.find(([kind]) => kind === '考生提醒') ?? [];
    expect({ notices, audience, rejected }).toEqual({ notices: '4', audience: '24', rejected: '2' });
  });

  test('What receipts moved after the closing stands on the board once the record has counted again.', async () => {
    const { ports } = await story(OPENED);
    const app = consoleApp(ports);
    const count = async (): Promise<string[]> =>
      rowsOf(await (await app.request('/')).text(), 'numbers')
        .find(([kind]) => kind === '避险场所复核')!
        .slice(3, 5);
    const state = await catchUp(ports.store, CHAIN);
    const { notice, counts } = [...state.notices.values()].find((each) => each.notice.kind === 'shelter')!;
    const recount = (moved: Counts) =>
      append(ports, CHAIN, { by: 'system', cause: { kind: 'settled' } }, () => [
        { kind: 'notice-recounted', no: notice.no, counts: moved },
      ]);
    await recount({ ...counts!, delivered: 0, sent: 2 });
    expect(await count()).toEqual(['0', '2']);
    await recount(counts!);
    expect(await count()).toEqual(['2', '0']);
  });

  test('The page names its time and the head of the record, refreshes itself, and can be held still.', async () => {
    const { ports } = await told(NIGHT);
    const { seq, hash } = await catchUp(ports.store, CHAIN);
    const page = await (await look(NIGHT)).text();
    expect(words(page)).toContain(`记录 #${seq} · ${hash.slice(0, 12)}`);
    expect(words(page)).toContain('数据时间 2024-09-20 22:40:00');
    expect(page).toContain('<meta http-equiv="refresh" content="15">');
    expect(await (await look(NIGHT, '/?refresh=off')).text()).not.toContain('http-equiv');
  });
});

describe('what could not be read', () => {
  test('The board counts it, and its own page shows the raw text without letting it act.', async () => {
    expect(await read(OPENED)).toContain('1 条信息系统不能判读');
    const page = await (await look(OPENED, '/quarantine')).text();
    expect(page).not.toContain(UNREADABLE);
    expect(page).toContain('&lt;script&gt;');
    expect(words(page)).toContain('国家政务平台 (1)');
  });

  test('With nothing waiting the page says so.', async () => {
    expect(await read(QUIET, '/quarantine')).toContain('没有等待判读的条目');
  });
});

describe('an activation', () => {
  const path = `/activations/${ACTIVATION}`;

  test('Its events stand in order with time, author, sentence, clause and evidence.', async () => {
    const page = await read(NIGHT, path);
    const inOrder = [
      '09:02 系统',
      '启动预案（预案四(二)1⑴）',
      '距首场 24 小时',
      '09:10 W-3',
      '任务“在岗确认”（值班员）已完成',
      '09:12 系统',
      '放行',
      '20:31 系统',
      '最高预警级别：橙色',
    ];
    let from = page.indexOf('事件 (');
    for (const text of inOrder) {
      const found = page.indexOf(text, from);
      expect(found, text).toBeGreaterThan(-1);
      from = found;
    }
  });

  test('The heading counts all the tasks under it, the rounds of a step that came before included.', async () => {
    const page = await (await look(NIGHT, path)).text();
    const [, count, table] = /任务 \((\d+)\)<\/h3>(.*?)<\/table>/s.exec(page) ?? [];
    expect(table?.split('<tr').slice(2)).toHaveLength(Number(count));
    expect(words(table ?? '').match(/ 研判 五\(二\)/g)?.length).toBeGreaterThan(1);
  });

  test('Each notice stands with its text as sent, its approval, and what became of it.', async () => {
    const page = await read(NIGHT, path);
    expect(page).toContain(
      '【泉州市司法局】市气象台于20日20:30发布台风橙色预警，早出门、防坠物，受阻请电0595-00000000。考试以官方通知为准。',
    );
    expect(page).toMatch(
      /考生提醒 橙色 已收口 .*应发 6 已送达 \d .*批准 quanzhou-standing-1 · candidate-reminder\.wind\.orange@1/,
    );
    expect(page).toContain('2 个考点的考点负责人 · 以鲤城甲考点为例');
  });

  test('Every level it had is listed, also for those who cannot see the drawing.', async () => {
    const page = await (await look(NIGHT, path)).text();
    expect(words(page)).toMatch(/级别变化 .*9月20日 09:02 黄色 9月20日 20:31 橙色/);
    expect(page).toMatch(/<svg class="timeline"[^>]*aria-hidden="true"/);
  });

  test('An unknown one is a page that says so.', async () => {
    const response = await look(QUIET, path);
    expect(response.status).toBe(404);
    expect(words(await response.text())).toContain('没有这一页');
  });

  test('Every effect of the record has a sentence that is whole.', async () => {
    const { ports, scenario } = await told(NIGHT);
    const sentences: string[] = [];
    for await (const sealed of events(ports.store, CHAIN)) {
      for (const effect of open(sealed).effects) sentences.push(effectSentence(effect, scenario.exam));
    }
    expect(sentences.length).toBeGreaterThan(50);
    expect(sentences.filter((each) => each === '' || /undefined|null|NaN|\[object/.test(each))).toEqual([]);
  });
});

describe('every page', () => {
  const pages = ['/', '/quarantine', `/activations/${ACTIVATION}`, '/nowhere'];

  test.each(pages)('%s names nobody and shows no number of anybody, in either language', async (path) => {
    const { personal } = await told(NIGHT);
    for (const lang of ['zh', 'en']) {
      const page = await (await look(NIGHT, `${path}?lang=${lang}`)).text();
      expect(personal.filter((each) => page.includes(each))).toEqual([]);
    }
  });

  test.each(pages)('%s runs no script, loads only its own style, and is kept by nobody', async (path) => {
    const response = await look(NIGHT, path);
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
    const page = await response.text();
    expect(page).not.toMatch(/<script|\sstyle=|\son\w+=/);
    const style = await look(NIGHT, /href="(\/style-[^"]+)"/.exec(page)?.[1]);
    expect([style.status, style.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8']);
  });

  test.each(pages)(
    '%s has one language, a title, a heading, and a name for each cell of its tables',
    async (path) => {
      const page = await (await look(NIGHT, path)).text();
      expect(page).toContain('<html lang="zh-CN">');
      expect(page).toMatch(/<title>[^<]+<\/title>/);
      expect(page).toMatch(/<h1/);
      expect(page.match(/<td(?![^>]* data-head="[^"]+")[^>]*>/g)).toBeNull();
      expect(page).not.toContain('undefined');
    },
  );

  test('English is there on request and is remembered; without either it is Chinese.', async () => {
    const asked = await look(NIGHT, '/?lang=en');
    expect(words(await asked.text())).toContain('Highest signal in force orange since 20 Sep 20:31');
    const cookie = asked.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^lang=en; Max-Age=31536000; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(await read(NIGHT, '/', { cookie: 'lang=en' })).toContain('Highest signal in force');
    expect(await read(NIGHT, '/', { cookie: 'lang=xx' })).toContain('最高预警级别');
  });

  test('An address that is none of ours is not repeated in a link.', async () => {
    expect(await (await look(QUIET, '//elsewhere.example/%22')).text()).not.toContain('elsewhere');
  });
});

describe('when it fails', () => {
  const { log, entries } = memoryLog();
  const refused = () =>
    Promise.reject(new Fault('store-unreachable', { retryable: true, cause: new Error('secret') }));
  const failing = { query: refused, get: refused, getMany: refused } as unknown as Store;
  const app = consoleApp({ store: failing, clock: { now: () => at('20T08:00') } as never, log });

  test('The board says that this is no calm, tries again, and the reason is logged without what was quoted.', async () => {
    const response = await app.request('/');
    const page = await response.text();
    expect(response.status).toBe(503);
    expect(words(page)).toContain('这不代表没有预警');
    expect(page).toContain('http-equiv="refresh"');
    expect(page).not.toContain('secret');
    expect(JSON.stringify(entries)).toContain('"reason":"store-unreachable"');
    expect(JSON.stringify(entries)).not.toContain('secret');
  });

  test('The probe is told the truth.', async () => {
    const bad = await app.request('/health');
    expect([bad.status, await bad.json()]).toEqual([503, { ok: false, at: '2024-09-20T08:00:00+08:00' }]);
    const good = await look(QUIET, '/health');
    expect([good.status, await good.json()]).toEqual([200, { ok: true, at: '2024-09-20T08:05:00+08:00' }]);
  });
});

test('The handler answers an event of the HTTP API with the page and the cookie.', async () => {
  usePorts((await told(OPENED)).ports);
  const event = {
    ...{ version: '2.0', routeKey: '$default', rawPath: '/', rawQueryString: 'lang=en', body: null },
    headers: { host: 'board.example' },
    isBase64Encoded: false,
    requestContext: { domainName: 'board.example', http: { method: 'GET', path: '/' } },
  };
  const answer = (await handler(event as never, {} as never)) as unknown as Record<string, unknown>;
  expect(answer.statusCode).toBe(200);
  expect(words(String(answer.body))).toContain('Highest signal in force yellow');
  expect(answer.cookies).toEqual([expect.stringContaining('lang=en')]);
});
