/** Every item of a query, page after page. */
import type { Item, Key, QueryOptions, Store } from './ports.ts';
import type { TableName } from './tables.ts';

/** `options.limit` and `next` are the page's own affair and are not taken. */
export async function queryAll<T extends Item>(
  store: Store,
  table: TableName,
  pk: string,
  options: Omit<QueryOptions, 'limit' | 'next'> = {},
): Promise<(T & Key)[]> {
  const all: (T & Key)[] = [];
  let next: string | undefined;
  do {
    const page = await store.query<T>(table, pk, { ...options, next });
    for (const item of page.items) all.push(item);
    next = page.next;
  } while (next !== undefined);
  return all;
}
