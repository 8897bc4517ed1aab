import { reject, accept, type Decision } from '../kernel/decision.ts';
import type { InstantMs } from '../kernel/time.ts';
import type { BaseUnit, PackSize } from '../kernel/quantity.ts';
import { decidePackBundle, type BundlePart, type BundleRejection, type PartsOf } from './bundle.ts';
import { readGtin, type Gtin, type GtinProblem } from './gtin.ts';

/** What a SKU is. Only goods are stocked; a bundle sells its parts; the others are lines without a shelf. */
export type SkuKind = 'goods' | 'service' | 'shipping' | 'discount' | 'voucher' | 'bundle' | 'adjustment';

/** All kinds, in the order of pickers. */
export const SKU_KINDS: readonly SkuKind[] = [
  'goods',
  'service',
  'shipping',
  'discount',
  'voucher',
  'bundle',
  'adjustment',
];

/** What is counted, priced and sold. `taxClass` undefined: that of its product's category. */
export type Sku = {
  readonly id: string;
  readonly variantId: string;
  readonly productId: string;
  readonly code: string;
  readonly name: string;
  readonly gtin: Gtin | undefined;
  readonly kind: SkuKind;
  readonly baseUnit: BaseUnit;
  readonly packSizes: readonly PackSize[];
  readonly taxClass: string | undefined;
  readonly archivedAt: InstantMs | undefined;
  readonly version: number;
  /** Of a bundle; empty for all others. */
  readonly parts: readonly BundlePart[];
};

/** A SKU as it is asked for. What is left out: goods, counted in pieces, without GTIN, packs and a tax class of its own. */
export type WantedSku = {
  readonly id: string;
  readonly code: string;
  readonly name?: string | undefined;
  readonly gtin?: string | undefined;
  readonly kind?: SkuKind | undefined;
  readonly baseUnit?: BaseUnit | undefined;
  readonly packSizes?: readonly PackSize[] | undefined;
  readonly taxClass?: string | undefined;
  readonly parts?: readonly BundlePart[] | undefined;
};

/** Why a SKU is refused. */
export type SkuRejection =
  | { reason: 'duplicate_code'; code: string }
  | ({ reason: 'bad_gtin'; gtin: string } & GtinProblem)
  | { reason: 'duplicate_gtin'; gtin: string; code: string }
  | { reason: 'duplicate_pack'; code: string; pack: string }
  | { reason: 'parts_without_bundle'; code: string }
  | BundleRejection;

/** What a SKU is decided beside: who holds a code, who holds a GTIN, what bundles hold. Look-ups see other SKUs of the same request too. */
export type SkuSurroundings = {
  readonly skuIdByCode: ReadonlyMap<string, string>;
  readonly skuByGtin: ReadonlyMap<string, { readonly id: string; readonly code: string }>;
  readonly kindOf: (skuId: string) => SkuKind | undefined;
  readonly partsOf: PartsOf;
};

/** Says whether a SKU may be added to a variant. */
export function decideAddSku(
  wanted: WantedSku,
  place: { variantId: string; productId: string; name: string },
  around: SkuSurroundings,
): Decision<Sku, SkuRejection> {
  const { id, code, kind = 'goods', packSizes = [], parts = [] } = wanted;
  const holder = around.skuIdByCode.get(code);
  if (holder !== undefined && holder !== id) return reject({ reason: 'duplicate_code', code });
  const gtin = decideGtin({ id, gtin: wanted.gtin }, around);
  if (!gtin.ok) return gtin;
  const pack = doubledPack(packSizes);
  if (pack !== undefined) return reject({ reason: 'duplicate_pack', code, pack });
  if (kind !== 'bundle' && parts.length > 0) return reject({ reason: 'parts_without_bundle', code });
  if (kind === 'bundle') {
    const packed = decidePackBundle({ skuId: id, code, parts }, around);
    if (!packed.ok) return packed;
  }
  return accept({
    id,
    variantId: place.variantId,
    productId: place.productId,
    code,
    name: wanted.name ?? place.name,
    gtin: gtin.value,
    kind,
    baseUnit: wanted.baseUnit ?? 'piece',
    packSizes,
    taxClass: wanted.taxClass,
    archivedAt: undefined,
    version: 1,
    parts,
  });
}

/** What may change about a SKU. Its code stays on labels and its base unit in every count, so both stay as they are; `null` takes away. */
export type EditSku = {
  readonly version: number;
  readonly name?: string | undefined;
  readonly gtin?: string | null | undefined;
  readonly packSizes?: readonly PackSize[] | undefined;
  readonly taxClass?: string | null | undefined;
  readonly archived?: boolean | undefined;
};

/** Why an edit of a SKU is refused. */
export type EditSkuRejection =
  | SkuRejection
  | { reason: 'stale_version'; current: number }
  | { reason: 'sku_archived'; code: string };

/** Says whether a SKU may become as asked. An archived one can only be restored. */
export function decideEditSku(
  sku: Sku,
  edit: EditSku,
  around: SkuSurroundings & { now: InstantMs },
): Decision<Sku, EditSkuRejection> {
  if (edit.version !== sku.version) return reject({ reason: 'stale_version', current: sku.version });
  if (sku.archivedAt !== undefined && edit.archived !== false)
    return reject({ reason: 'sku_archived', code: sku.code });
  const gtin =
    edit.gtin === undefined ? accept(sku.gtin) : decideGtin({ id: sku.id, gtin: edit.gtin ?? undefined }, around);
  if (!gtin.ok) return gtin;
  const packSizes = edit.packSizes ?? sku.packSizes;
  const pack = doubledPack(packSizes);
  if (pack !== undefined) return reject({ reason: 'duplicate_pack', code: sku.code, pack });
  return accept({
    ...sku,
    name: edit.name ?? sku.name,
    gtin: gtin.value,
    packSizes,
    taxClass: edit.taxClass === undefined ? sku.taxClass : (edit.taxClass ?? undefined),
    archivedAt: edit.archived === true ? around.now : undefined,
    version: sku.version + 1,
  });
}

function decideGtin(
  wanted: { id: string; gtin: string | undefined },
  around: SkuSurroundings,
): Decision<Gtin | undefined, SkuRejection> {
  if (wanted.gtin === undefined) return accept(undefined);
  const read = readGtin(wanted.gtin);
  if (!read.ok) {
    const { ok: _, ...problem } = read;
    return reject({ reason: 'bad_gtin', gtin: wanted.gtin, ...problem });
  }
  const holder = around.skuByGtin.get(read.gtin);
  if (holder !== undefined && holder.id !== wanted.id)
    return reject({ reason: 'duplicate_gtin', gtin: read.gtin, code: holder.code });
  return accept(read.gtin);
}

function doubledPack(packs: readonly PackSize[]): string | undefined {
  return packs.find((pack, index) => packs.findIndex((each) => each.name === pack.name) !== index)?.name;
}
