/**
 * Compares texts by code point, the order of PostgreSQL's C.UTF-8: negative, 0 or positive. `<` would compare UTF-16 code
 * units and put an emoji before `ﬁ`, so a list sorted here and one sorted by the database would disagree.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = a.length < b.length ? a.length : b.length;
  for (let i = 0; i < length; i += 1) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates (D800 to DFFF) stand for code points above FFFF, so they come after the units E000 to FFFF. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** The items in a new array by a key, texts by code point, numbers by size; items of one key keep their order. */
export function sortedBy<T>(items: readonly T[], key: ((item: T) => string) | ((item: T) => number)): T[] {
  const keyOf: (item: T) => string | number = key;
  return items
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => compareKeys(a.key, b.key))
    .map(({ item }) => item);
}

function compareKeys(a: string | number, b: string | number): number {
  if (typeof a === 'string' && typeof b === 'string') return compareCodePoints(a, b);
  return Number(a) - Number(b);
}
