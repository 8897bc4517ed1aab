import { lineAmount, mulDiv } from '../../kernel/money.ts';
import type { BusinessDay, InstantMs } from '../../kernel/time.ts';
import type { Tx } from '../../../platform/db/pool.ts';
import type { ChannelRef, CompanyCache } from '../../company/server/company-cache.ts';
import type { SkuCache } from '../../catalog/server/sku-cache.ts';
import { applyPromotions } from '../promotion/apply-promotions.ts';
import { compilePromotions } from '../promotion/compile-promotions.ts';
import type { PromotionLine } from '../promotion/promotion-basket.ts';
import type { Effect, Promotion, Target } from '../promotion/promotion.ts';
import { withoutTax } from '../tax/tax-rules.ts';
import type { PriceRouteDeps } from './price-route-deps.ts';

/** What a promotion would sell for less than it costs: without tax, for `quantity` of the SKU. Minor units. */
export type BelowCost = {
  readonly skuId: string;
  readonly channelId: string;
  readonly netMinor: number;
  readonly costMinor: number;
};

/** What is asked to find it. */
export type BelowCostDeps = Pick<PriceRouteDeps, 'prices' | 'costsOf' | 'taxes'> & {
  readonly company: CompanyCache;
  readonly skus: SkuCache;
};

/** SKUs looked at when a promotion is saved; more are looked at when a basket is tried. */
const LOOK_AT = 50;

/** A basket that fills a set of a promotion. */
type FilledSet = readonly { readonly skuId: string; readonly quantity: number }[];

/**
 * Tries a promotion, as if all its conditions held, on each SKU that it names, as many as make up a set (a bundle with all its parts), on every channel it is
 * for. Promotions for a category or the whole order name no SKU: for those the basket that is tried tells.
 */
export async function findBelowCost(
  tx: Tx,
  promotion: Promotion,
  deps: BelowCostDeps,
  when: { readonly at: InstantMs; readonly day: BusinessDay },
): Promise<BelowCost[]> {
  const sets = filledSets(promotion.effect).slice(0, LOOK_AT);
  const skuIds = [...new Set(sets.flatMap((set) => set.map((line) => line.skuId)))];
  if (skuIds.length === 0) return [];
  const skus = await deps.skus.get(skuIds);
  const rules = await deps.taxes.rules();
  const compiled = compilePromotions([{ ...promotion, when: {}, limits: {}, choice: 'best' }]);
  const found = new Map<string, BelowCost>();
  for (const channel of channelsOf(promotion, deps.company)) {
    const place = deps.company.location(channel.defaultLocationId);
    const areaId = place?.areaId;
    if (place === undefined || areaId === undefined || place.areaCurrency !== channel.currency) continue;
    const ask = {
      channelId: channel.id,
      currency: channel.currency,
      locationId: place.id,
      groupIds: [],
      at: when.at,
    };
    const prices = await deps.prices.get(ask, sets.flat());
    const costs = await deps.costsOf(tx, areaId, skuIds);
    for (const set of sets) {
      const lines = set.flatMap(({ skuId, quantity }, index): PromotionLine[] => {
        const [sku, price] = [skus.get(skuId), prices.get(skuId)];
        if (sku === undefined || price === undefined) return [];
        return [
          {
            key: String(index + 1),
            skuId,
            productId: sku.productId,
            categoryIds: sku.categoryIds,
            kind: sku.kind,
            quantity,
            countable: sku.baseUnit === 'piece',
            amountMinor: lineAmount({ ...price, currency: channel.currency }, quantity),
          },
        ];
      });
      // A set that lacks a part cannot be sold there.
      if (lines.length < set.length) continue;
      const outcome = applyPromotions(compiled, {
        currency: channel.currency,
        at: when.at,
        weekMinute: 0,
        businessDay: when.day,
        channelId: channel.id,
        locationId: place.id,
        couponCodes: [],
        offerIds: [],
        refused: [],
        lines,
      });
      for (const [index, { skuId, quantity, amountMinor }] of lines.entries()) {
        const discounts = outcome.lines[index]?.discounts ?? [];
        const [sku, price, cost] = [skus.get(skuId), prices.get(skuId), costs.get(skuId)];
        if (discounts.length === 0 || cost === undefined || cost.quantity <= 0) continue;
        const paid = amountMinor - discounts.reduce((sum, one) => sum + one.amountMinor, 0);
        const netMinor = withoutTax(rules, paid, {
          taxInclusive: price?.taxInclusive === true,
          jurisdiction: place.country,
          taxClass: sku?.taxClass ?? '',
          day: when.day,
        });
        const costMinor = mulDiv(cost.valueMinor, quantity, cost.quantity);
        if (netMinor < costMinor)
          found.set(`${skuId} ${channel.id}`, { skuId, channelId: channel.id, netMinor, costMinor });
      }
    }
  }
  return [...found.values()];
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

/** For each SKU that an effect names a basket in which it gets the effect; of parts beside it the first SKU. None where a part names no SKU. */
function filledSets(effect: Effect): FilledSet[] {
  const idsOf = (target: Target): readonly string[] => (target.kind === 'sku' ? target.ids : []);
  const each = (target: Target, quantity: number): FilledSet[] => idsOf(target).map((skuId) => [{ skuId, quantity }]);
  switch (effect.kind) {
    case 'n_for_m':
      return each(effect.of, effect.n);
    case 'group':
      return each(effect.of, effect.quantity);
    case 'buy_get': {
      const { buyQuantity, getQuantity } = effect;
      const [bought] = idsOf(effect.buy);
      return idsOf(effect.get).flatMap((skuId): FilledSet[] => {
        if (idsOf(effect.buy).includes(skuId)) return [[{ skuId, quantity: buyQuantity + getQuantity }]];
        if (bought === undefined) return [];
        return [
          [
            { skuId: bought, quantity: buyQuantity },
            { skuId, quantity: getQuantity },
          ],
        ];
      });
    }
    case 'bundle': {
      const parts = effect.parts.map(({ of, quantity }) => ({ skuId: idsOf(of)[0] ?? '', quantity }));
      return parts.some(({ skuId }) => skuId === '') ? [] : [parts];
    }
    case 'percentage':
    case 'amount':
    case 'price':
    case 'tiers':
    case 'voucher':
      return each(effect.of, 1);
    case 'gift':
      return [];
  }
}
