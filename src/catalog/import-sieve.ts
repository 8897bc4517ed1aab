import { optionsKey } from './attributes.ts';
import type { ImportedProduct, ImportedVariant, ImportProblem } from './imported-product.ts';

/** Sees all products of one import, one after the other, and takes out what stands in it twice. */
export type ImportSieve = (product: ImportedProduct) => ImportedProduct;

/** Opens one. The first of two wins: it is what the person sees first when looking. */
export function openImportSieve(tell: (problem: ImportProblem) => void): ImportSieve {
  const lineOfCode = new Map<string, number>();
  const lineOfGtin = new Map<string, number>();

  return (product) => {
    const options = new Set<string>();
    const variants: ImportedVariant[] = [];
    for (const variant of product.variants) {
      const before = lineOfCode.get(variant.code);
      if (before !== undefined) {
        tell({
          line: variant.line,
          column: 'SKU',
          value: variant.code,
          weight: 'error',
          reason: 'duplicate_sku',
          says: `The SKU stands in line ${before} already.`,
          does: 'This article is left out.',
        });
        continue;
      }
      lineOfCode.set(variant.code, variant.line);
      const key = optionsKey(variant.options);
      if (options.has(key)) {
        tell({
          line: variant.line,
          column: '',
          value: Object.values(variant.options).join(' / '),
          weight: 'error',
          reason: 'duplicate_options',
          says: 'Another variant of the product has the same options.',
          does: 'This variant is left out.',
        });
        continue;
      }
      options.add(key);
      variants.push(withOwnGtin(variant));
    }
    return { ...product, variants };
  };

  function withOwnGtin(variant: ImportedVariant): ImportedVariant {
    if (variant.gtin === undefined) return variant;
    const before = lineOfGtin.get(variant.gtin);
    if (before === undefined) {
      lineOfGtin.set(variant.gtin, variant.line);
      return variant;
    }
    tell({
      line: variant.line,
      column: 'GTIN',
      value: variant.gtin,
      weight: 'warning',
      reason: 'duplicate_gtin',
      says: `The bar code number stands in line ${before} already.`,
      does: 'This article is taken in without it.',
    });
    return { ...variant, gtin: undefined };
  }
}
