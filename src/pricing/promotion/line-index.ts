import { attributeKey } from './compile-promotions.ts';
import type { PromotionLine } from './promotion-basket.ts';

/** What lines are found by, as in compiled promotions. */
export const INDEXED_BY = ['skus', 'products', 'categories', 'attributes'] as const;
type IndexedBy = (typeof INDEXED_BY)[number];

/** From a key to the places of the lines that have it, in their order. Lists are shared by everything that finds them, and never changed. */
type LineIndex = ReadonlyMap<string, readonly number[]>;

/** Gives the index of what lines are found by. */
export type LinesBy = (by: IndexedBy) => LineIndex;

/** No lines yet; replaced by a list of its own as soon as there is one. */
export const NO_LINES: readonly number[] = [];

/** An index of a basket's lines, made for what somebody asks by. */
export function indexLines(lines: readonly PromotionLine[]): LinesBy {
  const made: { [By in IndexedBy]?: LineIndex } = {};
  return (by) => (made[by] ??= indexBy(lines, by));
}

function indexBy(lines: readonly PromotionLine[], by: IndexedBy): LineIndex {
  const index = new Map<string, number[]>();
  lines.forEach((line, at) => {
    for (const key of keysOfLine(line, by)) {
      const own = index.get(key);
      if (own === undefined) index.set(key, [at]);
      else if (own[own.length - 1] !== at) own.push(at);
    }
  });
  return index;
}

function keysOfLine(line: PromotionLine, by: IndexedBy): readonly string[] {
  switch (by) {
    case 'skus':
      return [line.skuId];
    case 'products':
      return [line.productId];
    case 'categories':
      return line.categoryIds;
    case 'attributes':
      return Object.entries(line.attributes ?? {}).map(([name, value]) => attributeKey(name, value));
  }
}

/** Two ascending lists as one, each line once. */
export function joinLines(some: readonly number[], others: readonly number[]): readonly number[] {
  if (some.length === 0 || some === others) return others;
  if (others.length === 0) return some;
  const joined: number[] = [];
  for (let at = 0, other = 0; at < some.length || other < others.length;) {
    const one = some[at] ?? Infinity;
    const two = others[other] ?? Infinity;
    joined.push(Math.min(one, two));
    if (one <= two) at += 1;
    if (two <= one) other += 1;
  }
  return joined;
}
