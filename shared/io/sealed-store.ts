/**
 * A store whose personal fields (tables.ts) are sealed on the way in and opened on the way out: whoever is given the
 * store without the vault sees that somebody stands there, and not who.
 */
import { assert } from '../outcome.ts';
import type { Item, Key, Store, Vault } from './ports.ts';
import { TABLES, type TableName, type TableSpec } from './tables.ts';

export function sealedStore(store: Store, vault: Vault): Store {
  const sealedFields = (table: TableName): readonly string[] => (TABLES[table] as TableSpec).sealed ?? [];

  /** The item with each of its personal texts turned by `turn`; null stays null: there is nothing to hide. */
  async function turned<T extends Item & Key>(
    table: TableName,
    item: T,
    turn: (text: string, about: string) => Promise<string>,
  ): Promise<T> {
    const fields = sealedFields(table);
    if (fields.length === 0) return item;
    const other: Item & Key = { ...item };
    for (const field of fields) {
      const value = item[field];
      if (typeof value === 'string')
        other[field] = await turn(value, `${table}.${field}#${item.pk}#${item.sk}`);
    }
    return other as T;
  }

  const sealed = <T extends Item & Key>(table: TableName, item: T) => turned(table, item, vault.seal);
  const opened = <T extends Item & Key>(table: TableName, item: T) => turned(table, item, vault.open);
  const allOpened = <T extends Item & Key>(table: TableName, items: T[]) =>
    Promise.all(items.map((item) => opened(table, item)));

  return {
    async get<T extends Item>(table: TableName, key: Key) {
      const item = await store.get<T>(table, key);
      return item && (await opened(table, item));
    },
    async getMany<T extends Item>(table: TableName, keys: Key[]) {
      return await allOpened(table, await store.getMany<T>(table, keys));
    },
    async putIfAbsent(table, item) {
      return await store.putIfAbsent(table, await sealed(table, item));
    },
    async replaceIf(table, item, expected) {
      assert(!sealedFields(table).some((field) => field in expected), 'no condition on a sealed field');
      return await store.replaceIf(table, await sealed(table, item), expected);
    },
    async put(table, item) {
      await store.put(table, await sealed(table, item));
    },
    async putMany(table, items) {
      await store.putMany(table, await Promise.all(items.map((item) => sealed(table, item))));
    },
    async remove(table, key) {
      await store.remove(table, key);
    },
    async query<T extends Item>(table: TableName, pk: string, options = {}) {
      const page = await store.query<T>(table, pk, options);
      return { ...page, items: await allOpened(table, page.items) };
    },
    async byIndex<T extends Item>(table: TableName, value: string) {
      return await allOpened(table, await store.byIndex<T>(table, value));
    },
  };
}
