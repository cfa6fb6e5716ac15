/** Reads that take more than one call of the store. */
import { GET_MANY_KEYS_MAX, type Item, type Key, type Store } from './ports.ts';
import type { TableName } from './tables.ts';

/** The items of a query by sort key, page after page; `after`: only sort keys above this one. */
export async function* queryPages<T extends Item>(
  store: Pick<Store, 'query'>,
  table: TableName,
  pk: string,
  after?: string,
): AsyncGenerator<(T & Key)[]> {
  let from = after;
  do {
    const { items, next } = await store.query<T>(table, pk, { after: from });
    yield items;
    from = next;
  } while (from !== undefined);
}

/** `queryPages` without the turns of a generator: for what is asked for many times a minute. */
export async function visitPages<T extends Item>(
  store: Pick<Store, 'query'>,
  table: TableName,
  pk: string,
  after: string | undefined,
  visit: (items: (T & Key)[]) => void,
): Promise<void> {
  let from = after;
  do {
    const { items, next } = await store.query<T>(table, pk, { after: from });
    visit(items);
    from = next;
  } while (from !== undefined);
}

export async function queryAll<T extends Item>(
  store: Pick<Store, 'query'>,
  table: TableName,
  pk: string,
): Promise<(T & Key)[]> {
  const all: (T & Key)[] = [];
  await visitPages<T>(store, table, pk, undefined, (items) => all.push(...items));
  return all;
}

/** `getMany` for any number of keys: missing items are left out, order is not kept. */
export async function getAll<T extends Item>(
  store: Pick<Store, 'getMany'>,
  table: TableName,
  keys: readonly Key[],
): Promise<(T & Key)[]> {
  const all: (T & Key)[] = [];
  for (let from = 0; from < keys.length; from += GET_MANY_KEYS_MAX)
    all.push(...(await store.getMany<T>(table, keys.slice(from, from + GET_MANY_KEYS_MAX))));
  return all;
}
