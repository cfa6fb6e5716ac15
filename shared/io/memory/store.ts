/** The store's twin in memory: the same contract as DynamoDB's adapter, bounds and refusals included. */
import { assert, Fault } from '../../outcome.ts';
import { byCodePoint, firstAfter } from '../order.ts';
import type { Item, Key, QueryOptions, Store } from '../ports.ts';
import { GET_MANY_KEYS_MAX, PUT_MANY_ITEMS_MAX } from '../ports.ts';
import { TABLES, type TableName, type TableSpec } from '../tables.ts';

/** Bytes of one item: DynamoDB refuses more. */
export const ITEM_BYTES_MAX = 400 * 1024;

/** Bytes of UTF-8 that one unit of a text takes at most. */
const UNIT_BYTES_MAX = 3;

/** Items of one page. DynamoDB ends a page at 1 MB; a small page shows a caller that forgets `next`. */
const PAGE_ITEMS = 100;

export interface MemoryStore extends Store {
  /** Brings the index up to date with every write so far. */
  settleIndex(): void;
  /** Every item of a table, by (pk, sk): for checks and reports, which no stage may rely on. */
  items<T extends Item>(table: TableName): (T & Key)[];
}

type Stored = Item & Key;

interface Partition {
  items: Map<string, Stored>;
  /** Sort keys in order. */
  keys: string[];
}

interface Table {
  partitions: Map<string, Partition>;
  /** By the value of the index field, then by the item's key. */
  index: Map<string, Map<string, Stored>>;
  /** What the index has not seen yet, oldest first. */
  behind: { before: Stored | undefined; after: Stored | undefined }[];
}

/**
 * `indexLag`: how many writes of a table its index stays behind; `pageItems`: items of a page. Items are copied
 * on their way in and out, so nobody shares one with the store; with `frozen` they are handed out as they lie
 * there, and whoever writes into one fails: for runs that read millions.
 */
export function memoryStore(
  options: { indexLag?: number; pageItems?: number; frozen?: boolean } = {},
): MemoryStore {
  const { indexLag = 0, pageItems = PAGE_ITEMS, frozen = false } = options;
  const out = <T>(item: Stored): T => (frozen ? item : copy(item)) as T;
  const tables = new Map<TableName, Table>();

  function tableOf(name: TableName): Table {
    let table = tables.get(name);
    if (!table) {
      table = { partitions: new Map(), index: new Map(), behind: [] };
      tables.set(name, table);
    }
    return table;
  }

  function stored(name: TableName, key: Key): Stored | undefined {
    return tableOf(name).partitions.get(key.pk)?.items.get(key.sk);
  }

  function write(name: TableName, key: Key, after: Stored | undefined): void {
    const table = tableOf(name);
    let partition = table.partitions.get(key.pk);
    if (!partition) {
      partition = { items: new Map(), keys: [] };
      table.partitions.set(key.pk, partition);
    }
    const before = partition.items.get(key.sk);
    if (after) {
      if (!before) partition.keys.splice(firstAfter(partition.keys, key.sk), 0, key.sk);
      partition.items.set(key.sk, after);
    } else if (before) {
      partition.keys.splice(firstAfter(partition.keys, key.sk) - 1, 1);
      partition.items.delete(key.sk);
    }
    const field = (TABLES[name] as TableSpec).index;
    if (!field) return;
    table.behind.push({ before, after });
    while (table.behind.length > indexLag) reindex(table, field);
  }

  return {
    async get<T extends Item>(name: TableName, key: Key) {
      const item = stored(name, key);
      return item ? out<T & Key>(item) : null;
    },

    async getMany<T extends Item>(name: TableName, keys: Key[]) {
      assert(keys.length <= GET_MANY_KEYS_MAX, `getMany of ${keys.length} keys`);
      const found = new Set<Stored>();
      for (const key of keys) {
        const item = stored(name, key);
        if (item) found.add(item);
      }
      return [...found].map((item) => out<T & Key>(item));
    },

    async putIfAbsent(name, item) {
      const wanted = admitted(name, item, frozen);
      if (stored(name, item)) return false;
      write(name, item, wanted);
      return true;
    },

    async replaceIf(name, item, expected) {
      const wanted = admitted(name, item, frozen);
      const current = stored(name, item);
      if (!current) return false;
      for (const [field, value] of Object.entries(expected)) {
        assert(typeof value !== 'object' || value === null, `the condition on ${field} is a plain value`);
        if ((current[field] ?? null) !== (value ?? null)) return false;
      }
      write(name, item, wanted);
      return true;
    },

    async put(name, item) {
      write(name, item, admitted(name, item, frozen));
    },

    async putMany(name, items) {
      assert(items.length <= PUT_MANY_ITEMS_MAX, `putMany of ${items.length} items`);
      for (const item of items) write(name, item, admitted(name, item, frozen));
    },

    async remove(name, key) {
      write(name, key, undefined);
    },

    async query<T extends Item>(name: TableName, pk: string, { after, limit }: QueryOptions = {}) {
      const partition = tableOf(name).partitions.get(pk);
      if (!partition) return { items: [] };
      const start = after === undefined ? 0 : firstAfter(partition.keys, after);
      const keys = partition.keys.slice(start, start + Math.min(limit ?? pageItems, pageItems));
      const items = keys.map((sk) => out<T & Key>(partition.items.get(sk)!));
      // As there, a page that is as long as its limit does not know whether it is the last.
      const more = keys.length === limit || start + keys.length < partition.keys.length;
      return more ? { items, next: keys.at(-1) } : { items };
    },

    async byIndex<T extends Item>(name: TableName, value: string) {
      assert((TABLES[name] as TableSpec).index, `${name} has no index`);
      const items = tableOf(name).index.get(value)?.values() ?? [];
      return [...items].map((item) => out<T & Key>(item));
    },

    settleIndex() {
      for (const [name, table] of tables) {
        const field = (TABLES[name] as TableSpec).index;
        while (field && table.behind.length > 0) reindex(table, field);
      }
    },

    items<T extends Item>(name: TableName) {
      const partitions = [...tableOf(name).partitions].sort(([a], [b]) => byCodePoint(a, b));
      return partitions.flatMap(([, { items, keys }]) => keys.map((sk) => out<T & Key>(items.get(sk)!)));
    },
  };
}

/** Lets the index see the oldest write that it has not seen. */
function reindex(table: Table, field: string): void {
  const { before, after } = table.behind.shift()!;
  const was = before?.[field];
  const is = after?.[field];
  if (before && typeof was === 'string') table.index.get(was)?.delete(placeOf(before));
  if (after && typeof is === 'string') {
    let entry = table.index.get(is);
    if (!entry) {
      entry = new Map();
      table.index.set(is, entry);
    }
    entry.set(placeOf(after), after);
  }
}

function placeOf({ pk, sk }: Key): string {
  return `${pk}\u0000${sk}`;
}

/** A copy of an item that DynamoDB would take; anything else is refused as it would be there. */
function admitted(name: TableName, item: Stored, frozen: boolean): Stored {
  assert(item.pk !== '' && item.sk !== '', 'a key is never empty');
  const indexed = item[(TABLES[name] as TableSpec).index ?? 'pk'];
  assert(indexed === undefined || typeof indexed === 'string', 'a field of an index is a text or absent');
  const size = { most: 0 };
  const taken = copy(item, { size, frozen }) as Stored;
  if (size.most > ITEM_BYTES_MAX && bytesOf(taken) > ITEM_BYTES_MAX)
    throw new Fault('store.put item too large', { retryable: false });
  return taken;
}

interface Copying {
  /** Counts the bytes that it can have at most, which is quicker than how many it has. */
  size?: { most: number };
  frozen?: boolean;
}

/** Bytes of a value about as DynamoDB counts them. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 1;
  const names = Array.isArray(value) ? [] : Object.keys(value);
  return [...names, ...Object.values(value)].reduce((sum: number, part) => sum + bytesOf(part), 3);
}

/** A deep copy of plain data without its undefined fields. */
function copy(value: unknown, how: Copying = {}): unknown {
  const { size, frozen } = how;
  if (typeof value === 'string') {
    if (size) size.most += value.length * UNIT_BYTES_MAX;
    return value;
  }
  if (value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) {
    if (size) size.most += 1;
    return value;
  }
  if (size) size.most += 3;
  if (Array.isArray(value)) {
    const entries = value.filter((entry) => entry !== undefined).map((entry) => copy(entry, how));
    return frozen ? Object.freeze(entries) : entries;
  }
  assert(
    typeof value === 'object' && !(value instanceof Date) && !ArrayBuffer.isView(value),
    'items are plain',
  );
  const fields: Item = {};
  for (const name of Object.keys(value)) {
    const field = (value as Item)[name];
    if (field === undefined) continue;
    assert(name !== '', 'a field has a name');
    if (size) size.most += name.length * UNIT_BYTES_MAX;
    fields[name] = copy(field, how);
  }
  return frozen ? Object.freeze(fields) : fields;
}
