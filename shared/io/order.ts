/**
 * Order of keys by code point, which is the order of their UTF-8 bytes and so DynamoDB's and S3's. JavaScript's
 * own `<` orders UTF-16 units and puts an emoji before U+E000–U+FFFF.
 */
export function byCodePoint(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return placeOf(left) - placeOf(right);
  }
  return a.length - b.length;
}

/** Moves the surrogates, which stand for U+10000 and above, behind the rest of the 16-bit range. */
function placeOf(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Index of the first of `keys` (in order, distinct) that is above `key`. */
export function firstAfter(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (byCodePoint(keys[middle]!, key) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}
