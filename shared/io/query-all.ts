/** The items of a query, by sort key. */
import type { Item, Key, Store } from './ports.ts';
import type { TableName } from './tables.ts';

/** Page after page; `after`: only sort keys above this one. */
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

export async function queryAll<T extends Item>(
  store: Pick<Store, 'query'>,
  table: TableName,
  pk: string,
): Promise<(T & Key)[]> {
  const all: (T & Key)[] = [];
  for await (const page of queryPages<T>(store, table, pk)) all.push(...page);
  return all;
}
