/** Objects in memory. */
import { firstAfter } from '../order.ts';
import type { Blobs } from '../ports.ts';

export function memoryBlobs(): Blobs {
  const objects = new Map<string, Uint8Array>();
  /** In order. */
  const keys: string[] = [];
  return {
    async put(key, bytes) {
      if (!objects.has(key)) keys.splice(firstAfter(keys, key), 0, key);
      objects.set(key, bytes.slice());
    },
    async get(key) {
      return objects.get(key)?.slice() ?? null;
    },
    async list(prefix) {
      const from = firstAfter(keys, prefix) - (objects.has(prefix) ? 1 : 0);
      let end = from;
      while (keys[end]?.startsWith(prefix)) end += 1;
      return keys.slice(from, end);
    },
    async remove(key) {
      if (objects.delete(key)) keys.splice(firstAfter(keys, key) - 1, 1);
    },
  };
}
