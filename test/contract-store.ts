/** What every store must do, whatever it is made of. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Item, Key, Page, Store } from '../shared/io/ports.ts';
import { queryAll, queryPages } from '../shared/io/query-all.ts';

export interface StoreUnderTest {
  store: Store;
  /** Brings the index up to date; a store whose index is prompt does nothing. */
  settleIndex(): void;
  stop?(): Promise<void>;
}

/** Code points of every class of UTF-8 length and both sides of the surrogates, in their order. */
const SORTED_KEYS = [
  ' ',
  '0',
  '00000009',
  '00000010',
  'A',
  'a',
  'z',
  'é',
  '泉州',
  '考点一',
  '\uffee',
  '🌀',
  '🌊',
];

export function storeContract(name: string, start: () => Promise<StoreUnderTest>): void {
  describe(`store contract: ${name}`, () => {
    let under: StoreUnderTest;
    let store: Store;
    let fresh = 0;
    const newPk = () => `partition-${++fresh}`;

    beforeAll(async () => {
      under = await start();
      store = under.store;
    }, 60_000);
    afterAll(() => under?.stop?.());

    async function fill(pk: string, keys: string[]): Promise<void> {
      await Promise.all(keys.map((sk) => store.put('notices', { pk, sk, text: `of ${sk}` })));
    }
    const sks = (items: Key[]) => items.map((item) => item.sk);

    it('gives back every kind of plain value as it was', async () => {
      const item = {
        pk: newPk(),
        sk: '福建🌀',
        text: '台风“山猫”红色预警\n',
        empty: '',
        zero: 0,
        negative: -12.75,
        instant: 1_726_700_400_123,
        yes: true,
        nothing: null,
        list: ['a', 1, null, [], {}],
        deep: { a: { b: [{ c: '深' }] }, '考点 一.#:': 'a name of any signs' },
      };
      await store.put('notices', item);
      expect(await store.get('notices', item)).toEqual(item);
    });

    it('leaves out undefined fields at any depth', async () => {
      const key = { pk: newPk(), sk: '-' };
      await store.put('notices', { ...key, gone: undefined, deep: { gone: undefined, kept: 1 } });
      expect(await store.get('notices', key)).toStrictEqual({ ...key, deep: { kept: 1 } });
    });

    it('says null for a missing item', async () => {
      expect(await store.get('notices', { pk: newPk(), sk: '-' })).toBeNull();
    });

    it('keeps tables, partitions and sort keys apart', async () => {
      const pk = newPk();
      await store.put('notices', { pk, sk: 'a', in: 'notices' });
      await store.put('slices', { pk, sk: 'a', in: 'slices' });
      expect(await store.get('notices', { pk, sk: 'a' })).toMatchObject({ in: 'notices' });
      expect(await store.get('slices', { pk, sk: 'a' })).toMatchObject({ in: 'slices' });
      expect(await store.get('notices', { pk: `${pk}a`, sk: 'a' })).toBeNull();
      expect(await store.get('notices', { pk, sk: 'A' })).toBeNull();
    });

    it('shares no object with its callers', async () => {
      const item = { pk: newPk(), sk: '-', list: [1] };
      await store.put('notices', item);
      item.list.push(2);
      const read = await store.get<{ list: number[] }>('notices', item);
      expect(read?.list).toEqual([1]);
      read?.list.push(3);
      const [queried] = (await store.query<{ list: number[] }>('notices', item.pk)).items;
      expect(queried?.list).toEqual([1]);
    });

    it('lets one of 50 racing puts of one key win, and keeps the winner', async () => {
      const key = { pk: newPk(), sk: '00000001' };
      const tokens = Array.from({ length: 50 }, (_, i) => `worker-${i}`);
      const won = await Promise.all(tokens.map((token) => store.putIfAbsent('chain', { ...key, token })));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await store.get('chain', key)).toEqual({ ...key, token: tokens[won.indexOf(true)] });
    });

    it('lets one of 50 racing replacements of one state win', async () => {
      const key = { pk: newPk(), sk: '-' };
      await store.put('grant', { ...key, nextFreeAt: 1, by: 'nobody' });
      const won = await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          store.replaceIf('grant', { ...key, nextFreeAt: 2, by: `worker-${i}` }, { nextFreeAt: 1 }),
        ),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await store.get('grant', key)).toMatchObject({ by: `worker-${won.indexOf(true)}` });
    });

    it('lets each of 20 counters that race by conditional replacement count', async () => {
      const key = { pk: newPk(), sk: '-' };
      await store.put('grant', { ...key, count: 0 });
      await Promise.all(
        Array.from({ length: 20 }, async () => {
          for (;;) {
            const read = await store.get<{ count: number }>('grant', key);
            const next = { ...key, count: read!.count + 1 };
            if (await store.replaceIf('grant', next, { count: read!.count })) return;
          }
        }),
      );
      expect(await store.get('grant', key)).toMatchObject({ count: 20 });
    });

    it('puts a removed key anew', async () => {
      const item = { pk: newPk(), sk: '-', n: 1 };
      expect(await store.putIfAbsent('work', item)).toBe(true);
      expect(await store.putIfAbsent('work', item)).toBe(false);
      await store.remove('work', item);
      await store.remove('work', item);
      expect(await store.get('work', item)).toBeNull();
      expect(await store.putIfAbsent('work', { ...item, n: 2 })).toBe(true);
    });

    const stored = { state: 'CLAIMED', token: 't-1', lease: 60, told: true, note: null, empty: '' };
    it.each<[string, Item, boolean]>([
      ['no field is asked for', {}, true],
      ['every field fits', { state: 'CLAIMED', token: 't-1', lease: 60, told: true }, true],
      ['an empty text fits an empty text', { empty: '' }, true],
      ['one of two fields differs', { state: 'CLAIMED', token: 't-2' }, false],
      ['a number is asked for as text', { lease: '60' }, false],
      ['false is asked for where true stands', { told: false }, false],
      ['a value is asked of an absent field', { messageId: 'm-1' }, false],
      ['a value is asked of a null', { note: 'n' }, false],
      ['null is asked of an absent field', { messageId: null }, true],
      ['null is asked of a null', { note: null }, true],
      ['null is asked of a value', { token: null }, false],
      ['null is asked of an empty text', { empty: null }, false],
      ['a reserved word is the field', { state: 'CLAIMED', size: null, name: null, status: null }, true],
    ])('replaces or leaves the item when %s', async (_, expected, replaced) => {
      const key = { pk: newPk(), sk: '-' };
      await store.put('deliveries', { ...key, ...stored });
      expect(await store.replaceIf('deliveries', { ...key, state: 'SENT' }, expected)).toBe(replaced);
      const now = await store.get('deliveries', key);
      expect(now).toEqual(replaced ? { ...key, state: 'SENT' } : { ...key, ...stored });
    });

    it('never makes an item by replacing it', async () => {
      const key = { pk: newPk(), sk: '-' };
      expect(await store.replaceIf('deliveries', { ...key, state: 'SENT' }, {})).toBe(false);
      expect(await store.replaceIf('deliveries', { ...key, state: 'SENT' }, { state: null })).toBe(false);
      expect(await store.get('deliveries', key)).toBeNull();
    });

    it('reads many keys at once, each once, without those that are missing', async () => {
      const pk = newPk();
      const keys = Array.from({ length: 99 }, (_, i) => ({ pk, sk: String(i).padStart(4, '0') }));
      await fill(
        pk,
        keys.slice(0, 60).map((key) => key.sk),
      );
      const found = await store.getMany('notices', [...keys, keys[0]!]);
      expect(sks(found).sort()).toEqual(sks(keys.slice(0, 60)));
      expect(await store.getMany('notices', [])).toEqual([]);
    });

    it('puts many items at once, over those that are there', async () => {
      const pk = newPk();
      const items = Array.from({ length: 25 }, (_, i) => ({ pk, sk: String(i).padStart(2, '0'), n: i }));
      await store.put('notices', { pk, sk: '03', old: true });
      await store.putMany('notices', items);
      expect(await queryAll(store, 'notices', pk)).toEqual(items);
      await store.putMany('notices', []);
    });

    it('orders sort keys by code point', async () => {
      const pk = newPk();
      await fill(pk, [...SORTED_KEYS].reverse());
      expect(sks(await queryAll(store, 'notices', pk))).toEqual(SORTED_KEYS);
    });

    it('finds nothing in a partition without items', async () => {
      expect((await store.query('notices', newPk())).items).toEqual([]);
    });

    it.each([
      ['a key that is there', 'b2', ['b3', 'b考', 'c']],
      ['a key that is not', 'b2a', ['b3', 'b考', 'c']],
      ['a key below all', '!', ['a', 'b', 'b1', 'b2', 'b3', 'b考', 'c']],
      ['the last', 'c', []],
    ])('queries what is above %s', async (_, after, expected) => {
      const pk = newPk();
      await fill(pk, ['a', 'b', 'b1', 'b2', 'b3', 'b考', 'c']);
      const found: string[] = [];
      for await (const page of queryPages(store, 'notices', pk, after)) found.push(...sks(page));
      expect(found).toEqual(expected);
    });

    it.each([undefined, 'a', 'b003'])(
      'pages by a limit from %s on, without gap or repetition',
      async (start) => {
        const pk = newPk();
        await fill(pk, ['a', ...Array.from({ length: 17 }, (_, i) => `b${String(i).padStart(3, '0')}`), 'c']);
        const whole = sks(await queryAll(store, 'notices', pk)).filter((sk) => sk > (start ?? ''));
        const paged: string[] = [];
        let after: string | undefined = start;
        do {
          const page: Page<Key> = await store.query('notices', pk, { limit: 4, after });
          expect(page.items.length).toBeLessThanOrEqual(4);
          paged.push(...sks(page.items));
          after = page.next;
        } while (after !== undefined);
        expect(whole.length).toBeGreaterThan(10);
        expect(paged).toEqual(whole);
      },
    );

    it('goes on from a page whose last item was removed meanwhile', async () => {
      const pk = newPk();
      await fill(pk, ['1', '2', '3', '4']);
      const first = await store.query('notices', pk, { limit: 2 });
      await store.remove('notices', { pk, sk: '2' });
      const rest = await store.query('notices', pk, { after: first.next });
      expect([...sks(first.items), ...sks(rest.items)]).toEqual(['1', '2', '3', '4']);
    });

    it('pages through more than one answer holds', async () => {
      const pk = newPk();
      const text = '险'.repeat(30_000);
      const keys = Array.from({ length: 30 }, (_, i) => String(i).padStart(4, '0'));
      for (const sk of keys) await store.put('notices', { pk, sk, text });
      const all = await queryAll<{ text: string }>(store, 'notices', pk);
      expect(sks(all)).toEqual(keys);
      expect(all.every((item) => item.text === text)).toBe(true);
    });

    it('takes an item of 380 KB and refuses one above 400 KB for good', async () => {
      const key = { pk: newPk(), sk: '-' };
      await store.put('chain', { ...key, event: 'x'.repeat(380 * 1024) });
      expect((await store.get<{ event: string }>('chain', key))?.event).toHaveLength(380 * 1024);
      const tooLarge = store.put('chain', { ...key, event: 'x'.repeat(401 * 1024) });
      await expect(tooLarge).rejects.toMatchObject({ name: 'Fault', retryable: false });
    });

    it('finds by the index what was written, once it has settled, and only that', async () => {
      const pk = newPk();
      const id = `message-${pk}`;
      await store.put('deliveries', { pk, sk: 'p-1', messageId: id, state: 'SENT' });
      await store.put('deliveries', { pk, sk: 'p-2', messageId: id, state: 'SENT' });
      await store.put('deliveries', { pk, sk: 'p-3', messageId: `${id}-other`, state: 'SENT' });
      await store
        .put('deliveries', { pk, sk: 'p-4', messageId: null, state: 'CLAIMED' })
        .catch(() => undefined);
      await store.put('deliveries', { pk, sk: 'p-5', state: 'CLAIMED' });
      under.settleIndex();
      expect(sks(await store.byIndex('deliveries', id)).sort()).toEqual(['p-1', 'p-2']);
      expect(await store.byIndex('deliveries', 'nobody')).toEqual([]);
    });

    it('refuses a field of the index that is null: absent is the way to say nothing', async () => {
      const item = { pk: newPk(), sk: 'p-1', messageId: null };
      await expect(store.put('deliveries', item)).rejects.toThrow();
    });

    it('forgets in the index what was changed or removed, once it has settled', async () => {
      const pk = newPk();
      const id = `message-${pk}`;
      await store.put('deliveries', { pk, sk: 'p-1', messageId: id });
      await store.put('deliveries', { pk, sk: 'p-2', messageId: id });
      await store.replaceIf('deliveries', { pk, sk: 'p-1', messageId: `${id}-new` }, { messageId: id });
      await store.remove('deliveries', { pk, sk: 'p-2' });
      under.settleIndex();
      expect(await store.byIndex('deliveries', id)).toEqual([]);
      expect(sks(await store.byIndex('deliveries', `${id}-new`))).toEqual(['p-1']);
    });
  });
}
