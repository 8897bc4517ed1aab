import { lineAmount, mulDiv } from '../../kernel/money.ts';
import { includedTax } from '../../kernel/rate.ts';
import type { BusinessDay, InstantMs } from '../../kernel/time.ts';
import type { Tx } from '../../../platform/db/pool.ts';
import type { ChannelRef, CompanyCache } from '../../company/server/company-cache.ts';
import type { SkuCache } from '../../catalog/server/sku-cache.ts';
import { applyPromotions } from '../promotion/apply-promotions.ts';
import { compilePromotions } from '../promotion/compile-promotions.ts';
import { targetsOf, type Promotion } from '../promotion/promotion.ts';
import type { PriceRouteDeps } from './price-route-deps.ts';

/** What a promotion would sell for less than it costs: without tax, for `quantity` of the SKU. Minor units. */
export type BelowCost = {
  readonly skuId: string;
  readonly channelId: string;
  readonly netMinor: number;
  readonly costMinor: number;
};

/** What is asked to find it. */
export type BelowCostDeps = Pick<PriceRouteDeps, 'prices' | 'costsOf'> & {
  readonly company: CompanyCache;
  readonly skus: SkuCache;
};

/** SKUs looked at when a promotion is saved; more are looked at when a basket is tried. */
const LOOK_AT = 50;

/**
 * Tries a promotion, as if all its conditions held, on each SKU that it names, as many as make up a set, on every channel it is for. Promotions for a category
 * or the whole order name no SKU: for those the basket that is tried tells.
 */
export async function findBelowCost(
  tx: Tx,
  promotion: Promotion,
  deps: BelowCostDeps,
  when: { readonly at: InstantMs; readonly day: BusinessDay },
): Promise<BelowCost[]> {
  const named = targetsOf(promotion.effect).flatMap((target) => (target.kind === 'sku' ? target.ids : []));
  const skuIds = [...new Set(named)].slice(0, LOOK_AT);
  if (skuIds.length === 0) return [];
  const skus = await deps.skus.get(skuIds);
  const compiled = compilePromotions([{ ...promotion, when: {}, limits: {}, choice: 'best' }]);
  const found: BelowCost[] = [];
  for (const channel of channelsOf(promotion, deps.company)) {
    const place = deps.company.location(channel.defaultLocationId);
    const areaId = place?.areaId;
    if (place === undefined || areaId === undefined || place.areaCurrency !== channel.currency) continue;
    const quantity = unitsOfSet(promotion);
    const ask = {
      channelId: channel.id,
      currency: channel.currency,
      locationId: place.id,
      groupIds: [],
      at: when.at,
    };
    const prices = await deps.prices.get(
      ask,
      skuIds.map((skuId) => ({ skuId, quantity })),
    );
    const costs = await deps.costsOf(tx, areaId, skuIds);
    for (const skuId of skuIds) {
      const [sku, price, cost] = [skus.get(skuId), prices.get(skuId), costs.get(skuId)];
      if (sku === undefined || price === undefined || cost === undefined || cost.quantity <= 0) continue;
      const amountMinor = lineAmount({ ...price, currency: channel.currency }, quantity);
      const { applied } = applyPromotions(compiled, {
        currency: channel.currency,
        at: when.at,
        weekMinute: 0,
        businessDay: when.day,
        channelId: channel.id,
        locationId: place.id,
        couponCodes: [],
        offerIds: [],
        refused: [],
        lines: [
          {
            key: '1',
            skuId,
            productId: sku.productId,
            categoryIds: sku.categoryIds,
            kind: sku.kind,
            quantity,
            countable: sku.baseUnit === 'piece',
            amountMinor,
          },
        ],
      });
      const paid = amountMinor - (applied[0]?.amountMinor ?? 0);
      const rate = deps.company.vatRate(place.country, sku.taxClass, when.day)?.ratePpm ?? 0;
      const netMinor = price.taxInclusive ? paid - includedTax(paid, rate) : paid;
      const costMinor = mulDiv(cost.valueMinor, quantity, cost.quantity);
      if (applied.length > 0 && netMinor < costMinor) found.push({ skuId, channelId: channel.id, netMinor, costMinor });
    }
  }
  return found;
}

function channelsOf({ when, currency }: Promotion, company: CompanyCache): ChannelRef[] {
  return company
    .channels()
    .filter(
      (channel) =>
        !channel.archived &&
        (when.channelIds?.includes(channel.id) ?? true) &&
        (currency === undefined || channel.currency === currency),
    );
}

function unitsOfSet({ effect }: Promotion): number {
  switch (effect.kind) {
    case 'n_for_m':
      return effect.n;
    case 'buy_get':
      return effect.buyQuantity + effect.getQuantity;
    case 'group':
      return effect.quantity;
    case 'bundle':
    case 'percentage':
    case 'amount':
    case 'price':
    case 'tiers':
    case 'gift':
    case 'voucher':
      return 1;
  }
}
