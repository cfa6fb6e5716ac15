/** One look at a feed: what is remembered of a good, a half and a bad answer, and what is asked for again. */
import { beforeEach, describe, expect, test } from 'vitest';
import { memoryLog } from '../shared/io/memory/log.ts';
import { memoryStore } from '../shared/io/memory/store.ts';
import type { FeedAnswer, FeedRequest } from '../shared/io/ports.ts';
import { catchUp } from '../shared/stages/chain.ts';
import { adoptRoster, enterExam } from '../shared/stages/office.ts';
import { FETCHES_PER_POLL_MAX, LOOK_MS, poll } from '../shared/stages/poll.ts';
import { loadFeed, loadWarnings, saveFeed } from '../shared/stages/warnings.ts';
import { HOUR, MINUTE } from '../shared/time.ts';
import { canSee, feedState, silentSince } from '../shared/warning/health.ts';
import { levelOver } from '../shared/warning/reach.ts';
import { revision } from '../shared/warning/record.ts';
import { threads } from '../shared/warning/thread.ts';
import { stillPorts } from './still.ts';
import { census, exam, SHIPPED_PLAN, T } from './story.ts';

const START = T - 20 * HOUR;

function body(value: unknown, etag: string | null = null): FeedAnswer {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { kind: 'body', bytes: Buffer.from(text), contentType: null, etag, lastModified: null };
}

/** A page of the set that NMC lists. */
function page(ids: string[], place = { pageNo: 1, totalPage: 1, count: ids.length }): unknown {
  const list = ids.map((alertid) => ({
    alertid,
    issuetime: '2024/09/20 12:00',
    title: alertid.startsWith('x') ? '' : '福建省泉州市气象台发布台风橙色预警信号',
    url: '',
    pic: '',
  }));
  return {
    msg: 'success',
    code: 0,
    data: { page: { pageSize: 200, prev: 1, next: 1, ...place, list }, provinceAlarms: [] },
  };
}

const A = '35050041600000_20240920120000';
const B = '35058141600000_20240920120100';

function house(answers: (request: FeedRequest) => FeedAnswer) {
  const store = memoryStore();
  const { log, entries } = memoryLog();
  const asked: FeedRequest[] = [];
  const ports = stillPorts(START, {
    store,
    log,
    feeds: {
      async read(request) {
        asked.push(request);
        return answers(request);
      },
    },
  });
  const { now } = ports.clock;
  return {
    ports,
    asked,
    async look(feed: 'nmc-alarm' | 'cap' | 'gjzwfw', minutes = 1) {
      ports.at(now() + minutes * MINUTE);
      await poll(ports, feed);
      return (await loadFeed(store, feed))!;
    },
    pass(ms: number) {
      ports.at(now() + ms);
    },
    said: (what: string) => entries.filter(({ event }) => event === what).length,
    known: async () => (await loadWarnings(store, now())).map(({ id }) => id).sort(),
  };
}

describe('a set', () => {
  let answer: FeedAnswer;
  let pages: Record<string, FeedAnswer>;
  let office: ReturnType<typeof house>;
  beforeEach(() => {
    pages = {};
    office = house(({ link }) =>
      link === null ? answer : (pages[link] ?? { kind: 'failed', reason: 'timeout' }),
    );
  });

  test('What it lists is remembered and believed; what it leaves out is missing.', async () => {
    answer = body(page([A, B]));
    expect((await office.look('nmc-alarm')).listed).toEqual([A, B]);
    answer = body(page([B]));
    const { listed, missing } = await office.look('nmc-alarm');
    expect([listed, Object.keys(missing)]).toEqual([[B], [A]]);
    expect(await office.known()).toEqual([A, B]);
  });

  test('An empty list is a complete reading; an empty body and a page of a firewall are none.', async () => {
    answer = body(page([A]));
    await office.look('nmc-alarm');
    for (const bad of [
      '',
      '<html><body>WEB 应用防火墙</body></html>',
      JSON.stringify(page([A])).slice(0, 80),
    ]) {
      answer = body(bad);
      const record = await office.look('nmc-alarm');
      expect([record.listed, record.missing, canSee(record, office.ports.clock.now())]).toEqual([
        [A],
        {},
        false,
      ]);
    }
    answer = body(page([]));
    expect(Object.keys((await office.look('nmc-alarm')).missing)).toEqual([A]);
  });

  test('With a row that nobody can read nothing is missing: it may stand there.', async () => {
    answer = body(page([A]));
    await office.look('nmc-alarm');
    answer = body(page(['x1']));
    const record = await office.look('nmc-alarm');
    expect([record.listed, record.missing, feedState(record, office.ports.clock.now())]).toEqual([
      [A],
      {},
      'fresh',
    ]);
    expect((await office.ports.store.query('quarantine', 'nmc-alarm')).items).toHaveLength(1);
  });

  test('A page that does not come makes the whole answer bad, and what did come is listed all the same.', async () => {
    answer = body(page([A], { pageNo: 1, totalPage: 2, count: 2 }));
    const record = await office.look('nmc-alarm');
    expect([record.brokenReason, record.listed, record.lastCompleteAt]).toEqual(['timeout', [A], null]);
    expect(await office.known()).toEqual([A]);
    pages['?pageNo=2'] = body(page([B], { pageNo: 2, totalPage: 2, count: 2 }));
    expect((await office.look('nmc-alarm')).listed).toEqual([A, B]);
  });

  test('A page that tells another count belongs to another list.', async () => {
    answer = body(page([A], { pageNo: 1, totalPage: 2, count: 2 }));
    pages['?pageNo=2'] = body(page([B], { pageNo: 2, totalPage: 2, count: 3 }));
    expect((await office.look('nmc-alarm')).brokenReason).toBe('count-changed');
  });

  test('304 repeats the last reading; before any reading it is no answer.', async () => {
    answer = { kind: 'unchanged' };
    expect((await office.look('nmc-alarm')).brokenReason).toBe('unchanged-before-any-content');
    answer = body(page([A]), '"1"');
    await office.look('nmc-alarm');
    answer = { kind: 'unchanged' };
    const record = await office.look('nmc-alarm');
    expect([record.listed, record.lastCompleteAt]).toEqual([[A], office.ports.clock.now()]);
    expect(office.asked.at(-1)?.etag).toBe('"1"');
  });

  test('304 is contact and no content: good since now, new since the last change.', async () => {
    answer = body(page([A]));
    const { newestContentAt } = await office.look('nmc-alarm');
    answer = { kind: 'unchanged' };
    expect(await office.look('nmc-alarm')).toMatchObject({
      lastGoodAt: office.ports.clock.now(),
      newestContentAt,
    });
    answer = body(page([A]));
    expect(await office.look('nmc-alarm')).toMatchObject({
      lastGoodAt: office.ports.clock.now(),
      newestContentAt,
    });
  });

  test('The words of a province’s warning are fetched from its page, until they come; others’ are not.', async () => {
    const province = '35000041600000_20240920120000';
    const link = `https://www.nmc.cn/publish/alarm/${province}.html`;
    const words = async () => {
      const records = await loadWarnings(office.ports.store, office.ports.clock.now());
      return records.map((record) => revision(record).warning.text).sort();
    };
    answer = body(page([A, province]));
    await office.look('nmc-alarm');
    expect(await words()).toEqual(['', '']);
    pages[link] = body(
      '<!DOCTYPE html><html><div class="x" id="alarmtext"><p>预计我省沿海有大风。</p></div></html>',
    );
    await office.look('nmc-alarm');
    await office.look('nmc-alarm');
    expect(await words()).toEqual(['', '预计我省沿海有大风。']);
    expect(office.asked.flatMap((each) => each.link ?? [])).toEqual([link, link]);
  });

  test('The network’s failures are the feed’s state; the last listing stands.', async () => {
    answer = body(page([A]));
    await office.look('nmc-alarm');
    answer = { kind: 'failed', reason: 'timeout' };
    const record = await office.look('nmc-alarm');
    expect([record.brokenReason, record.listed]).toEqual(['timeout', [A]]);
  });
});

describe('an index that points to documents', () => {
  const document = (id: string) => `<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>${id}</identifier><sender>s</sender>
<sent>2024-09-20T12:00:00+08:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
<info><language>zh-CN</language><category>Met</category><event>台风</event><urgency>Unknown</urgency>
<severity>Severe</severity><certainty>Unknown</certainty><headline>泉州市气象台发布台风橙色预警信号</headline>
<area><areaDesc>泉州</areaDesc><geocode><valueName>code</valueName><value>${id.slice(0, 6)}000000</value></geocode></area></info></alert>`;
  const index = (ids: string[], at = 'Fri, 20 Sep 2024 04:00:00 +0000') =>
    `<?xml version="1.0"?><rss version="2.0"><channel>${ids
      .map(
        (id) =>
          `<item><title>t</title><link>https://example.org/${id}.xml</link><guid>${id}</guid><pubDate>${at}</pubDate></item>`,
      )
      .join('')}</channel></rss>`;
  const idOf = (link: string) => link.replace('https://example.org/', '').replace('.xml', '');

  function wmo() {
    const now = {
      ids: [A, B],
      at: 'Fri, 20 Sep 2024 04:00:00 +0000',
      gone: new Map<string, FeedAnswer>(),
      eachTakesMs: 0,
    };
    const office = house(({ link }) => {
      if (link === null) return body(index(now.ids, now.at), '"index"');
      office.pass(now.eachTakesMs);
      return now.gone.get(idOf(link)) ?? body(document(idOf(link)));
    });
    const links = () => office.asked.flatMap(({ link }) => (link === null ? [] : [idOf(link)]));
    return { now, office, links };
  }

  test('Each is taken once, and again when the index says that it was updated.', async () => {
    const { now, office, links } = wmo();
    await office.look('cap');
    expect(await office.known()).toEqual([A, B]);
    await office.look('cap');
    expect(links()).toEqual([A, B]);
    now.at = 'Fri, 20 Sep 2024 05:00:00 +0000';
    await office.look('cap');
    expect(links()).toEqual([A, B, A, B]);
  });

  test('What did not come is asked for again, and until then the index is read again though it says the same.', async () => {
    const { now, office, links } = wmo();
    now.gone.set(B, { kind: 'failed', reason: 'timeout' });
    expect((await office.look('cap')).etag).toBeNull();
    expect(await office.known()).toEqual([A]);
    now.gone.clear();
    expect((await office.look('cap')).etag).toBe('"index"');
    expect([links(), await office.known()]).toEqual([
      [A, B, B],
      [A, B],
    ]);
  });

  test('One that came broken is taken when it comes whole.', async () => {
    const { now, office } = wmo();
    now.gone.set(B, body(document(B).slice(0, 200)));
    await office.look('cap');
    expect(await office.known()).toEqual([A]);
    now.gone.clear();
    await office.look('cap');
    expect(await office.known()).toEqual([A, B]);
  });

  test('One that is no document, or is not there, is set aside once; the others count.', async () => {
    const { now, office } = wmo();
    now.gone.set(B, { kind: 'failed', reason: 'http-404' });
    await office.look('cap');
    await office.look('cap');
    expect((await office.ports.store.query('quarantine', 'cap')).items).toHaveLength(1);
    expect(await office.known()).toEqual([A]);
  });

  test('Of the whole country’s entries our own province’s, the nation’s and those of unknown offices are fetched.', async () => {
    const { now, office, links } = wmo();
    await enterExam(office.ports, { exam: exam(), examVersion: '1', plan: SHIPPED_PLAN, by: 'office' });
    const others = Array.from({ length: 200 }, (_, n) => `44010041600000_202409201${String(20000 + n)}`);
    const nation = ['00000041600000_20240920120000', '10000041600000_20240920120000'];
    now.ids = [...others, A, ...nation, 'HK-1'];
    expect((await office.look('cap')).etag).toBe('"index"');
    expect(links().sort()).toEqual([...nation, A, 'HK-1'].sort());
  });

  test('More documents than one look takes are all taken in the next ones.', async () => {
    const { now, office, links } = wmo();
    now.ids = Array.from({ length: FETCHES_PER_POLL_MAX + 5 }, (_, n) => `d-${n}`);
    expect((await office.look('cap')).etag).toBeNull();
    expect(links().length).toBe(FETCHES_PER_POLL_MAX);
    expect((await office.look('cap')).etag).toBe('"index"');
    expect(new Set(links()).size).toBe(FETCHES_PER_POLL_MAX + 5);
  });

  test('Documents that cannot be had do not stand in the way of the others.', async () => {
    const { now, office } = wmo();
    const gone = Array.from({ length: FETCHES_PER_POLL_MAX }, (_, n) => `d-${n}`);
    now.ids = [...gone, A];
    for (const id of gone) now.gone.set(id, { kind: 'failed', reason: 'http-404' });
    await office.look('cap');
    expect(await office.known()).toEqual([]);
    await office.look('cap');
    expect(await office.known()).toEqual([A]);
  });

  test('An index whose documents do not come is no calm: the feed is broken, and silent in the end.', async () => {
    const { now, office } = wmo();
    await office.look('cap');
    now.at = 'Fri, 20 Sep 2024 05:00:00 +0000';
    now.gone.set(B, { kind: 'failed', reason: 'http-503' });
    const record = await office.look('cap');
    expect([record.brokenReason, record.etag]).toEqual(['http-503', null]);
    expect(canSee(record, office.ports.clock.now())).toBe(false);
    office.pass(record.silentAfterMs);
    expect(silentSince(await office.look('cap'), office.ports.clock.now())).toBe(record.lastGoodAt);
    now.gone.clear();
    expect(await office.look('cap')).toMatchObject({ brokenReason: null, etag: '"index"' });
  });

  test('A slow site is given up for this look after its time; what is left follows at the next.', async () => {
    const { now, office, links } = wmo();
    now.ids = Array.from({ length: 20 }, (_, n) => `d-${n}`);
    now.eachTakesMs = LOOK_MS;
    expect((await office.look('cap')).etag).toBeNull();
    const inFirst = links().length;
    expect(inFirst).toBeLessThan(10);
    now.eachTakesMs = 0;
    expect((await office.look('cap')).etag).toBe('"index"');
    expect(links().length).toBe(20);
  });
});

test('A warning that is nowhere is remembered and set aside for a person, once.', async () => {
  const row = { msgType: 'Alert', severity: 'red', headline: '台风红色预警', identifier: 'x-1' };
  const office = house(() => body([row]));
  const { unreadAt } = await office.look('gjzwfw');
  expect(unreadAt).toBe(office.ports.clock.now());
  expect((await office.look('gjzwfw')).unreadAt).toBe(unreadAt);
  expect(await office.known()).toEqual(['x-1']);
  const { items } = await office.ports.store.query('quarantine', 'gjzwfw');
  expect(items).toMatchObject([{ path: 'x-1', raw: '台风红色预警\n' }]);
});

test('What is known is one list while nothing is new, so that what follows from it need not be found again.', async () => {
  let rows = [{ identifier: 'x-1', headline: '泉州市气象台发布台风红色预警信号', msgType: 'Alert' }];
  const office = house(() => body(rows));
  const known = () => loadWarnings(office.ports.store, office.ports.clock.now());
  await office.look('gjzwfw');
  const first = await known();
  await office.look('gjzwfw');
  expect(await known()).toBe(first);
  rows = [...rows, { ...rows[0]!, identifier: 'x-2' }];
  await office.look('gjzwfw');
  const second = await known();
  expect(second.map(({ id }) => id).sort()).toEqual(['x-1', 'x-2']);
  expect(second.find(({ id }) => id === 'x-1')).toBe(first[0]);
});

test('A message of the future is heard, and outranks neither its correction nor its end.', async () => {
  let rows: object[] = [
    {
      identifier: '35050041600000_20990101000000',
      headline: '泉州市气象台发布台风红色预警信号',
      msgType: 'Alert',
    },
  ];
  const office = house(() => body(rows));
  await office.look('gjzwfw');
  const [record] = await loadWarnings(office.ports.store, office.ports.clock.now());
  expect(revision(record!)).toMatchObject({
    order: record!.firstSeenAt,
    warning: { issuedAt: null, level: 'red' },
  });
  const before = office.said('warning.heard');
  await office.look('gjzwfw');
  expect([before, office.said('warning.heard')]).toEqual([1, 1]);
  rows = [
    ...rows,
    {
      identifier: '35050041600000_20240920150000',
      headline: '泉州市气象台解除台风红色预警信号',
      msgType: 'Cancel',
      referencesInfo: '35050041600000_20990101000000',
    },
  ];
  await office.look('gjzwfw');
  const [thread] = threads(await loadWarnings(office.ports.store, office.ports.clock.now()));
  expect(thread?.revisions).toHaveLength(2);
});

test('A document of some megabytes of outlines is remembered in an item that can be stored.', async () => {
  const ring = Array.from(
    { length: 200 },
    (_, n) => `${(24 + Math.sin(n)).toFixed(6)},${(118 + Math.cos(n)).toFixed(6)}`,
  );
  const polygons = `<polygon>${ring.join(' ')}</polygon>`.repeat(500);
  const text = `<alert><identifier>${A}</identifier><status>Actual</status><msgType>Alert</msgType><info><language>zh-CN</language><headline>泉州市气象台发布台风橙色预警信号</headline><area><areaDesc>x</areaDesc>${polygons}</area></info></alert>`;
  const office = house(() => body(text));
  await office.look('cap');
  const [record] = await loadWarnings(office.ports.store, office.ports.clock.now());
  expect(JSON.stringify(record).length).toBeLessThan(300_000);
  expect(levelOver(record!.said.cap!.warning, { adcode: '999999', lon: 118.5, lat: 24.5 })).toBe('orange');
});

test('An answer that repeats the one before is kept once, and the catalogue has the word on its feed.', async () => {
  const office = house(() => body(page([A])));
  const record = await office.look('nmc-alarm');
  await saveFeed(office.ports.store, { ...record, official: !record.official, kind: 'window' });
  const { put } = office.ports.blobs;
  const kept: string[] = [];
  office.ports.blobs.put = async (key, bytes) => {
    kept.push(key);
    await put(key, bytes);
  };
  expect(await office.look('nmc-alarm')).toMatchObject({ official: record.official, kind: 'set' });
  expect(kept).toEqual([]);
});

describe('a relay, for a site that cannot be reached', () => {
  const relay = (answer: FeedAnswer = { kind: 'failed', reason: 'no-address' }) => {
    const office = house(() => answer);
    const { blobs, clock } = office.ports;
    return {
      office,
      bring: (name: string, value: unknown) =>
        blobs.put(
          `inbox/nmc-alarm/${name}`,
          Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
        ),
      waiting: () => blobs.list('inbox/'),
      kept: async () => (await blobs.list('readings/')).length,
      state: async () => feedState((await loadFeed(office.ports.store, 'nmc-alarm'))!, clock.now()),
    };
  };

  test('Its answers are read in the order of their names, remembered, kept and taken out of the inbox.', async () => {
    const { office, bring, waiting, kept } = relay();
    await bring('0901.json', page([B]));
    await bring('0900.json', page([A]));
    const { listed, missing, relayedAt } = await office.look('nmc-alarm');
    expect([listed, Object.keys(missing), relayedAt]).toEqual([[B], [A], office.ports.clock.now()]);
    expect([await office.known(), await waiting(), await kept()]).toEqual([[A, B], [], 2]);
  });

  test('It is contact: the site’s own silence counts only once the relay is silent too.', async () => {
    const { office, bring, state } = relay();
    await office.look('nmc-alarm');
    expect(await state()).toBe('broken');
    await bring('1.json', page([A]));
    await office.look('nmc-alarm');
    expect(await state()).toBe('fresh');
    await office.look('nmc-alarm', 14);
    expect(await state()).toBe('fresh');
    await office.look('nmc-alarm', 1);
    expect(await state()).toBe('broken');
  });

  test('What it brings broken is broken, and does not stand in the way of what it brings next.', async () => {
    const { office, bring, waiting, state } = relay();
    await bring('1.json', '<html></html>');
    await office.look('nmc-alarm');
    expect([await state(), await waiting()]).toEqual(['broken', []]);
    await bring('2.json', page([A]));
    expect((await office.look('nmc-alarm')).listed).toEqual([A]);
  });

  test('Where the site answers as well, both are heard.', async () => {
    const { office, bring } = relay(body(page([A])));
    await bring('1.json', page([B]));
    await office.look('nmc-alarm');
    expect(await office.known()).toEqual([A, B]);
  });

  test('What could not be remembered stays in the inbox.', async () => {
    const { office, bring, waiting } = relay();
    await bring('1.json', page([A]));
    const { store } = office.ports;
    const put = store.putIfAbsent;
    store.putIfAbsent = () => Promise.reject(new Error('the store is away'));
    await expect(office.look('nmc-alarm')).rejects.toThrow('away');
    expect(await waiting()).toHaveLength(1);
    store.putIfAbsent = put;
    await office.look('nmc-alarm');
    expect([await office.known(), await waiting()]).toEqual([[A], []]);
  });
});

test('A message that says something new is decided at once.', async () => {
  const office = house(() => body(page([A])));
  await enterExam(office.ports, { exam: exam(), examVersion: '1', plan: SHIPPED_PLAN, by: 'office' });
  await adoptRoster(office.ports, exam(), census(exam()), 'office');
  await office.look('nmc-alarm');
  const state = await catchUp(office.ports.store, 'fk#qz');
  expect(state.activations.map(({ level }) => level)).toEqual(['orange']);
  expect(state.decisions[0]?.evidence.baseline).toBe(true);
});
