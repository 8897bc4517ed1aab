import { withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import { createReferenceCache } from '../../../platform/db/reference-cache.ts';
import { accept, reject, type Decision } from '../../kernel/decision.ts';
import type { InstantMs } from '../../kernel/time.ts';
import { uuidv7 } from 'uuidv7';
import type { VoucherToIssue } from '../earned-voucher.ts';
import type { UsedPromotion } from '../promotion-use.ts';
import { normaliseCouponCode } from '../promotion/coupon-code.ts';
import type { CompiledPromotions } from '../promotion/compile-promotions.ts';
import type { Promotion } from '../promotion/promotion.ts';
import type { PromotionUsed } from '../promotion/promotion-basket.ts';
import { findCoupons, findOffers, findOffersById, type CouponCodes } from './coupon.store.ts';
import {
  findAnyVoucher,
  findVouchersOfCustomers,
  findVouchersOfOrder,
  type FoundVoucher,
} from './earned-voucher-book.ts';
import type { PromotionCache } from './promotion-cache.ts';
import { findPromotions, findPromotionUses } from './promotion.store.ts';
import { codeOfVoucher, isVoucherSpent, promotionOfFound, vouchersByCode, vouchersToIssue } from './voucher-codes.ts';

/** What a customer brings to the promotions of a basket. `coupons` are codes of limited use with what the commit counts them by. */
export type BroughtPromotions = {
  readonly couponCodes: readonly string[];
  readonly couponPromotions: Readonly<Record<string, string>>;
  readonly coupons: Readonly<Record<string, { readonly hash: string; readonly uses: number }>>;
  readonly offerIds: readonly string[];
  readonly offerPromotions: Readonly<Record<string, string>>;
  /** Vouchers that earlier baskets earned, each as the promotion that it is for this one. */
  readonly vouchers: readonly Promotion[];
};

/** Why a code opens nothing. */
export type CouponRejection =
  | { readonly reason: 'unknown_coupon'; readonly code: string }
  | { readonly reason: 'coupon_expired'; readonly code: string }
  | { readonly reason: 'coupon_used_up'; readonly code: string; readonly used: number; readonly limit: number };

/** What is asked of the database before a basket is priced. The commit confirms what others may use up meanwhile. */
export type PromotionDoor = {
  brought(asked: {
    readonly couponCodes: readonly string[];
    readonly customerId: string | undefined;
    readonly at: InstantMs;
  }): Promise<Decision<BroughtPromotions | undefined, CouponRejection>>;
  /** How far promotions were used, by id. */
  uses(
    promotionIds: readonly string[],
    customerId: string | undefined,
  ): Promise<Readonly<Record<string, PromotionUsed>>>;
  /** What tills used without a network: ended, archived and used-up ones too. What there never was is missing. */
  sold(asked: {
    readonly promotionIds: readonly string[];
    readonly couponCodes: readonly string[];
    readonly offerIds: readonly string[];
    readonly at: InstantMs;
  }): Promise<SoldPromotions>;
  /** What a hand-over may issue of what was promised; undefined where nothing was. */
  vouchersToIssue(asked: {
    readonly promotions: readonly UsedPromotion[] | null | undefined;
    readonly customerId?: string | undefined;
  }): Promise<readonly VoucherToIssue[] | undefined>;
  /** The vouchers of an order, for what comes back; undefined where none was promised. */
  vouchersOf(
    orderId: string,
    promotions: readonly UsedPromotion[] | null | undefined,
  ): Promise<readonly string[] | undefined>;
  /** The code of a voucher, as it is printed. */
  codeOfVoucher(id: string): Promise<string>;
};

/** Promotions by id, codes of limited use as they were asked for (normalised), and the promotions of offers. */
export type SoldPromotions = {
  readonly promotions: ReadonlyMap<string, Promotion>;
  readonly coupons: ReadonlyMap<string, { readonly promotionId: string; readonly hash: string; readonly uses: number }>;
  readonly offers: ReadonlyMap<string, string>;
};

/** What a customer may use: personal offers with their promotions, and earned vouchers. */
type Owned = {
  readonly offers: ReadonlyMap<string, string> | undefined;
  readonly vouchers: readonly FoundVoucher[] | undefined;
};

const NO_VOUCHERS: ReadonlyMap<string, FoundVoucher> = new Map();

/** Whether one of the promotions is such a one, looked up once for each time they are compiled. */
function remembered(is: (promotion: Promotion) => boolean): (compiled: CompiledPromotions) => boolean {
  const known = new WeakMap<CompiledPromotions, boolean>();
  return (compiled) => {
    let answer = known.get(compiled);
    if (answer === undefined) {
      answer = [...compiled.byId.values()].some(({ promotion }) => is(promotion));
      known.set(compiled, answer);
    }
    return answer;
  };
}

/** Opens it over a retailer's promotions. Nothing is read for who brings nothing. */
export function openPromotionDoor(deps: {
  readonly pool: Pool;
  readonly schema: string;
  readonly promotions: Pick<PromotionCache, 'compiled'>;
  readonly couponCodes: () => Promise<CouponCodes>;
}): PromotionDoor {
  const reading = <T>(fn: (tx: Tx) => Promise<T>): Promise<T> =>
    withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, fn);
  // Nothing is kept, because an offer is used once: it is for those who ask in the same turn to share a read.
  const owned = createReferenceCache<Owned>({
    max: 0,
    load: async (keys) => {
      const asked = keys.map((key) => JSON.parse(key) as [customerId: string, at: InstantMs]);
      const wanted = asked.map(([customerId, at]) => ({ customerId, at }));
      const [offers, vouchers] = await reading((tx) =>
        Promise.all([findOffers(tx, wanted), findVouchersOfCustomers(tx, wanted)]),
      );
      return new Map(keys.map((key, nth) => [key, { offers: offers[nth], vouchers: vouchers[nth] }]));
    },
  });
  const hasOffers = remembered((one) => one.when.offer === true);
  const givesVouchers = remembered((one) => one.effect.kind === 'voucher');
  let werePromised = false;
  let wereIssued: Promise<boolean> | undefined;
  /** Whether anybody may have a voucher: only a promotion issues them, and one that did may have gone since. */
  const mayBeVouchers = async (compiled: CompiledPromotions): Promise<boolean> => {
    werePromised ||= givesVouchers(compiled);
    if (werePromised) return true;
    wereIssued ??= reading(findAnyVoucher);
    wereIssued.catch(() => (wereIssued = undefined));
    return wereIssued;
  };
  const ownedBy = async (customerId: string, at: InstantMs): Promise<Owned | undefined> => {
    const key = JSON.stringify([customerId, at]);
    return (await owned.get([key])).get(key);
  };

  return {
    vouchersToIssue: (asked) => vouchersToIssue(asked, { ...deps, mint: uuidv7 }),
    async vouchersOf(orderId, promotions) {
      const isPromised = promotions?.some(({ voucher }) => voucher !== undefined) === true;
      return isPromised ? reading((tx) => findVouchersOfOrder(tx, orderId)) : undefined;
    },
    codeOfVoucher: async (id) => codeOfVoucher(await deps.couponCodes(), id),
    async sold({ promotionIds, couponCodes, offerIds, at }) {
      const codes = couponCodes.length === 0 ? undefined : await deps.couponCodes();
      return reading(async (tx) => {
        const promotions = await findPromotions(tx, promotionIds);
        const found = codes === undefined ? [] : await findCoupons(tx, couponCodes, { codes, at });
        return {
          promotions: new Map(promotions.map(({ promotion }) => [promotion.id, promotion])),
          coupons: new Map(found.map((one) => [one.code, one])),
          offers: offerIds.length === 0 ? new Map<string, string>() : await findOffersById(tx, offerIds),
        };
      });
    },
    uses: (promotionIds, customerId) => reading((tx) => findPromotionUses(tx, promotionIds, customerId)),
    async brought({ couponCodes, customerId, at }) {
      const compiled = await deps.promotions.compiled();
      const couponPromotions: Record<string, string> = {};
      const coupons: Record<string, { hash: string; uses: number }> = {};
      const vouchers: Promotion[] = [];
      const wanted = [...new Set(couponCodes.map((text) => normaliseCouponCode(text) ?? text))];
      for (const code of wanted) if (isOver(compiled, code, at)) return reject({ reason: 'coupon_expired', code });
      const single = wanted.filter((code) => !compiled.codes.has(code));
      if (single.length > 0) {
        const codes = await deps.couponCodes();
        const found = new Map(
          (await reading((tx) => findCoupons(tx, single, { codes, at }))).map((one) => [one.code, one]),
        );
        const others = single.filter((code) => !found.has(code));
        const earned = others.length === 0 ? NO_VOUCHERS : await reading((tx) => vouchersByCode(tx, others, codes));
        for (const code of others) {
          const voucher = earned.get(code);
          if (voucher === undefined) return reject({ reason: 'unknown_coupon', code });
          if (voucher.validUntil <= at) return reject({ reason: 'coupon_expired', code });
          if (isVoucherSpent(voucher))
            return reject({ reason: 'coupon_used_up', code, used: Math.max(1, voucher.used), limit: 1 });
          couponPromotions[code] = voucher.id;
          vouchers.push(promotionOfFound(voucher));
        }
        for (const code of single) {
          const coupon = found.get(code);
          if (coupon === undefined) continue;
          const { promotionId, hash, uses, used, expired } = coupon;
          if (expired) return reject({ reason: 'coupon_expired', code });
          if (used >= uses) return reject({ reason: 'coupon_used_up', code, used, limit: uses });
          couponPromotions[code] = promotionId;
          coupons[code] = { hash, uses };
        }
      }
      const isOwner = customerId !== undefined && (hasOffers(compiled) || (await mayBeVouchers(compiled)));
      const owned = isOwner ? await ownedBy(customerId, at) : undefined;
      const offerPromotions = new Map(owned?.offers);
      for (const voucher of owned?.vouchers ?? []) {
        offerPromotions.set(voucher.id, voucher.id);
        vouchers.push(promotionOfFound(voucher));
      }
      if (wanted.length === 0 && offerPromotions.size === 0) return accept(undefined);
      return accept({
        couponCodes: wanted,
        couponPromotions,
        coupons,
        offerIds: [...offerPromotions.keys()],
        offerPromotions: Object.fromEntries(offerPromotions),
        vouchers,
      });
    },
  };
}

/** Whether a shared code belongs to promotions that have all ended: who brings it hears so, instead of paying more without a word. */
function isOver(compiled: CompiledPromotions, code: string, at: InstantMs): boolean {
  const ids = compiled.codes.get(code);
  return (
    ids !== undefined &&
    ids.every((id) => {
      const until = compiled.byId.get(id)?.promotion.when.until;
      return until !== undefined && until <= at;
    })
  );
}
