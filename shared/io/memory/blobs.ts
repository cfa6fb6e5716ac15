/** Objects in memory. */
import { endOfPrefix, firstAtOrAfter } from '../order.ts';
import type { Blobs } from '../ports.ts';

export function memoryBlobs(): Blobs {
  const objects = new Map<string, Uint8Array>();
  /** In order. */
  const keys: string[] = [];
  return {
    async put(key, bytes) {
      if (!objects.has(key)) keys.splice(firstAtOrAfter(keys, key), 0, key);
      objects.set(key, bytes.slice());
    },
    async get(key) {
      return objects.get(key)?.slice() ?? null;
    },
    async list(prefix) {
      return keys.slice(firstAtOrAfter(keys, prefix), firstAtOrAfter(keys, endOfPrefix(prefix)));
    },
    async remove(key) {
      if (objects.delete(key)) keys.splice(firstAtOrAfter(keys, key), 1);
    },
  };
}
