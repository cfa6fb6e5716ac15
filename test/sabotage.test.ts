/** The list of sabotages still fits the source: each change can be made, at one place, and leaves a program. */
import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import { expect, test } from 'vitest';
import { sabotaged, sabotages } from './sabotage/list.ts';

const source = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

test.each(sabotages)('can be made: $danger', (sabotage) => {
  const sound = source(sabotage.file);
  const changed = sabotaged(sabotage, sound);
  expect(changed).not.toBe(sound);
  expect(transformSync(changed, { loader: 'ts' }).warnings).toEqual([]);
});

test('each tells another danger', () => {
  expect(new Set(sabotages.map(({ danger }) => danger)).size).toBe(sabotages.length);
});

test('a change that fits no place or several is refused', () => {
  const change = { file: 'x.ts', find: 'a', replace: 'b', danger: '' };
  expect(() => sabotaged(change, 'c')).toThrow('0 places');
  expect(() => sabotaged(change, 'a a')).toThrow('2 places');
  expect(sabotaged({ ...change, replace: '$&' }, 'a')).toBe('$&');
});
