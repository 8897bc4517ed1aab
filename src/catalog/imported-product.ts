import type { Attributes, Options } from './attributes.ts';
import type { Gtin } from './gtin.ts';
import type { SkuKind } from './sku.ts';

/** An amount as a file says it: `amount / 10^scale` minor units. */
export type ImportedAmount = { readonly amount: number; readonly scale: number };

/** A picture that a product should have: an address, or the name of a file in the archive that came along. */
export type ImportedPicture = { readonly line: number; readonly source: string; readonly alt: string };

/** A SKU as a file of another system describes it. What is undefined is not in the file and stays as it is. `code` is what tells that two imports mean the same. */
export type ImportedVariant = {
  readonly line: number;
  readonly code: string;
  readonly options: Options;
  readonly gtin: Gtin | undefined;
  readonly kind: SkuKind | undefined;
  readonly taxClass: string | undefined;
  readonly price: ImportedAmount | undefined;
  /** What one unit cost, for the value of the stock there is. */
  readonly unitCost: ImportedAmount | undefined;
  /** Units there are. */
  readonly stock: number | undefined;
};

/** A product as a file of another system describes it. `reference` is what that system calls it. Undefined is not in the file and stays as it is. */
export type ImportedProduct = {
  readonly line: number;
  readonly reference: string;
  readonly name: string | undefined;
  readonly description: string | undefined;
  /** Names of categories from the top down. */
  readonly category: readonly string[] | undefined;
  readonly attributes: Attributes;
  readonly pictures: readonly ImportedPicture[];
  readonly variants: readonly ImportedVariant[];
};

/** How much a problem matters: `error` leaves something out, `warning` takes it in otherwise than it stands there, `note` is good to know. */
export type ProblemWeight = 'error' | 'warning' | 'note';

/** What is wrong at one place of a file, and what will be done about it, in words of a shop owner. `reason` is stable; `column` and `value` are empty where the row as a whole is meant. */
export type ImportProblem = {
  readonly line: number;
  readonly column: string;
  readonly value: string;
  readonly weight: ProblemWeight;
  readonly reason: string;
  readonly says: string;
  readonly does: string;
};

/** The form in which a SKU code is kept: printable ASCII of 1 to 60 letters, no spaces at the ends. Undefined when nothing is left. */
export function tidyCode(text: string): string | undefined {
  const plain = text
    .normalize('NFKD')
    .replaceAll(/[^\x20-\x7e]/g, '')
    .trim()
    .replaceAll(/\s+/g, ' ')
    .slice(0, 60)
    .trim();
  return plain === '' ? undefined : plain;
}

/** A code for a variant that has none, the same at every import: the product's own reference and its options. */
export function codeFromOptions(reference: string, options: Options): string | undefined {
  return tidyCode([reference, ...Object.values(options)].join('-').replaceAll(/\s+/g, '-'));
}

/** The name of a variant: what tells it apart, in the order of its options. */
export function nameOfOptions(options: Options): string {
  return Object.values(options).join(' / ').slice(0, 200);
}
