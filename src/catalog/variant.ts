import type { Options } from './attributes.ts';
import type { Sku, WantedSku } from './sku.ts';

/** One of the forms a product comes in. Most have one SKU; a second one is another pack of the same thing. */
export type Variant = {
  readonly id: string;
  readonly productId: string;
  readonly name: string;
  readonly options: Options;
  readonly position: number;
  readonly skus: readonly Sku[];
};

/** A variant as it is asked for, with the SKUs it starts with. */
export type WantedVariant = {
  readonly id: string;
  readonly name?: string | undefined;
  readonly options?: Options | undefined;
  readonly skus: readonly WantedSku[];
};

/** Why a variant is refused, besides its SKUs. */
export type VariantRejection =
  | { reason: 'no_variants' }
  | { reason: 'no_skus'; variant: string }
  | { reason: 'duplicate_options'; options: Options };
