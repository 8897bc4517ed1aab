import { accept, type Decision } from '../kernel/decision.ts';
import { lineAmount, split, type UnitPrice } from '../kernel/money.ts';
import { applyPromotions } from './promotion/apply-promotions.ts';
import type { CompiledPromotions } from './promotion/compile-promotions.ts';
import type {
  AppliedPromotion,
  LineDiscount,
  PromotionBasket,
  PromotionLine,
  PromotionOutcome,
} from './promotion/promotion-basket.ts';
import { taxBasket, type LineTax, type TaxRejection, type TaxRequest } from './tax/tax-basket.ts';
import type { TaxRules } from './tax/tax-rules.ts';

/** A part of a bundle on a line: its share of the line's amount follows its weight. `key` is unique among all lines and parts of the basket. */
export type BasketPart = {
  readonly key: string;
  readonly kind: string;
  readonly taxClass: string;
  readonly quantity: number;
  readonly weight: number;
};

/** What somebody buys of one thing, at a price that a list or a person gave. A line with `parts` is a bundle and comes out as these. */
export type BasketLine = Omit<PromotionLine, 'amountMinor'> & {
  readonly unitPrice: UnitPrice;
  readonly taxClass: string;
  readonly parts?: readonly BasketPart[] | undefined;
};

/** A basket to price: who buys where and when, and what. Prices hold the tax as `tax.taxInclusive` says. */
export type Basket = {
  readonly promotion: Omit<PromotionBasket, 'lines'>;
  readonly tax: Omit<TaxRequest, 'lines'>;
  readonly lines: readonly BasketLine[];
};

/**
 * What a line, or a part of a bundle, comes to. `listMinor` is what it was before promotions and `discounts` what they took off it, both in the mode of the
 * price; net, tax and gross are what is charged. Minor units.
 */
export type BasketResult = {
  readonly key: string;
  readonly listMinor: number;
  readonly amountMinor: number;
  readonly discounts: readonly LineDiscount[];
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly grossMinor: number;
  readonly taxes: readonly LineTax[];
};

/** A priced basket: its lines in order, a bundle's parts in its place, and the promotions that made it so. */
export type PricedBasket = Pick<PromotionOutcome, 'gifts' | 'earnedVouchers' | 'trace'> & {
  readonly lines: readonly BasketResult[];
  readonly applied: readonly AppliedPromotion[];
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly grossMinor: number;
};

/** What baskets are priced by. */
export type PricingRules = { readonly promotions: CompiledPromotions; readonly taxes: TaxRules };

const NONE: readonly LineDiscount[] = [];
const NOTHING: Pick<PromotionOutcome, 'applied' | 'gifts' | 'earnedVouchers' | 'trace'> = {
  applied: [],
  gifts: [],
  earnedVouchers: [],
  trace: [],
};

/**
 * What a basket costs, and why: each line at its price, rounded once; less what promotions take off; taxed. The same files give the same answer, to the minor
 * unit, on the server, in the shop, at a till without a network and in the simulator. The sums are those of the lines, so a document always adds up.
 * Refuses with `no_tax_rate`. Throws a Bug on malformed prices.
 */
export function priceBasket(
  rules: PricingRules,
  basket: Basket,
  options: { readonly trace?: boolean } = {},
): Decision<PricedBasket, TaxRejection> {
  const { lines } = basket;
  const amounts = lines.map((line) => lineAmount(line.unitPrice, line.quantity));
  const outcome = promote(rules.promotions, basket, amounts, options);
  const pieces: Piece[] = [];
  for (let at = 0; at < lines.length; at += 1)
    addPieces(pieces, lines[at] as BasketLine, amounts[at] as number, outcome.lines?.[at]?.discounts ?? NONE);
  const taxed = taxBasket(rules.taxes, { ...basket.tax, lines: pieces });
  if (!taxed.ok) return taxed;
  const { netMinor, taxMinor, grossMinor } = taxed.value;
  const { applied, gifts, earnedVouchers, trace } = outcome;
  return accept({
    lines: taxed.value.lines.map((line, at): BasketResult => {
      const { key, listMinor, amountMinor, discounts } = pieces[at] as Piece;
      return {
        key,
        listMinor,
        amountMinor,
        discounts,
        netMinor: line.netMinor,
        taxMinor: line.taxMinor,
        grossMinor: line.grossMinor,
        taxes: line.taxes,
      };
    }),
    applied,
    gifts,
    earnedVouchers,
    trace,
    netMinor,
    taxMinor,
    grossMinor,
  });
}

/** What promotions do. Where there are none, nothing is asked. */
function promote(
  promotions: CompiledPromotions,
  { promotion, lines }: Basket,
  amounts: readonly number[],
  options: { readonly trace?: boolean },
): Omit<PromotionOutcome, 'lines'> & { readonly lines?: PromotionOutcome['lines'] } {
  if (promotions.byId.size + promotions.brought.size === 0) return NOTHING;
  const seen = lines.map(({ unitPrice: _, taxClass: __, parts: ___, ...line }, at): PromotionLine => ({
    ...line,
    amountMinor: amounts[at] as number,
  }));
  return applyPromotions(promotions, { ...promotion, lines: seen }, options);
}

/** A line or a part of one, as it is taxed. */
type Piece = TaxRequest['lines'][number] & {
  readonly listMinor: number;
  readonly discounts: readonly LineDiscount[];
};

/** A bundle's amount and each of its discounts are split over its parts by largest remainder, so that the parts sum to both. */
function addPieces(to: Piece[], line: BasketLine, listMinor: number, discounts: readonly LineDiscount[]): void {
  const { key, kind, taxClass, quantity, parts } = line;
  if (parts === undefined) {
    const amountMinor = listMinor - takenOff(discounts);
    to.push({ key, kind, taxClass, quantity, amountMinor, listMinor, discounts });
    return;
  }
  const weights = parts.map((part) => part.weight);
  const lists = split(listMinor, weights);
  const own: LineDiscount[][] = parts.map(() => []);
  let left = lists;
  for (const { promotionId, amountMinor: whole, supplierMinor } of discounts) {
    // A part gives up a share of what is left of it, and so never more than that.
    const taken = split(whole, left);
    const funded = supplierMinor === undefined ? undefined : split(supplierMinor, taken);
    left = left.map((amount, at) => amount - (taken[at] as number));
    taken.forEach((amountMinor, at) => {
      if (amountMinor === 0) return;
      const supplier = funded === undefined ? {} : { supplierMinor: funded[at] as number };
      own[at]?.push({ promotionId, amountMinor, ...supplier });
    });
  }
  parts.forEach((part, at) => {
    to.push({
      key: part.key,
      kind: part.kind,
      taxClass: part.taxClass,
      quantity: part.quantity,
      amountMinor: left[at] as number,
      listMinor: lists[at] as number,
      discounts: own[at] ?? NONE,
    });
  });
}

function takenOff(discounts: readonly LineDiscount[]): number {
  let sum = 0;
  for (const { amountMinor } of discounts) sum += amountMinor;
  return sum;
}
