/** Objects in memory. */
import { byCodePoint } from '../order.ts';
import type { Blobs } from '../ports.ts';

export function memoryBlobs(): Blobs {
  const objects = new Map<string, Uint8Array>();
  return {
    async put(key, bytes) {
      objects.set(key, bytes.slice());
    },
    async get(key) {
      return objects.get(key)?.slice() ?? null;
    },
    async list(prefix) {
      return [...objects.keys()].filter((key) => key.startsWith(prefix)).sort(byCodePoint);
    },
    async remove(key) {
      objects.delete(key);
    },
  };
}
