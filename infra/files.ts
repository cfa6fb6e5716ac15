/** Files that a person names; one that cannot be used is told by its path, never by what is in it. */
import { readFileSync } from 'node:fs';
import { InputError } from './usage.ts';

/** Throws an InputError where there is no such file, or none that may be read. */
export function bytesIn(path: string | URL): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new InputError(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** Throws an InputError, besides, where the file is not JSON. */
export function jsonIn(path: string | URL): unknown {
  const text = Buffer.from(bytesIn(path)).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError(`${path}: not JSON`);
  }
}
