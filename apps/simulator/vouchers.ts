import type { Outcome, Submission } from '../../platform/commit/command.ts';
import { currencyCode } from '../../src/kernel/currency.ts';
import type { RecordSale } from '../../src/orders/sale.ts';
import { promotionOfVoucher, type ToldVoucher, type VoucherToIssue } from '../../src/pricing/earned-voucher.ts';
import type { UsedPromotion } from '../../src/pricing/promotion-use.ts';
import type { Promotion } from '../../src/pricing/promotion/promotion.ts';
import type { Dice } from './dice.ts';

/** A voucher as its holder knows it. Who is not a customer has a code. */
type HeldVoucher = {
  readonly id: string;
  readonly currency: string;
  readonly customerId: string | undefined;
  readonly amountMinor: number;
  readonly validUntil: number;
  isSpent: boolean;
};

/** What somebody brings to a basket: a voucher as the promotion that it is, by its code or as its owner. */
export type BroughtVouchers = {
  readonly promotions: readonly Promotion[];
  readonly codes: readonly string[];
  readonly offerIds: readonly string[];
};

/** Vouchers for next time in people's pockets. What goods that came back made of them is often not known. */
export type Vouchers = {
  /** Ids, and hashes of codes, for what a hand-over may issue; undefined where nothing was promised. */
  toIssue(
    promotions: readonly UsedPromotion[] | undefined,
    at: number,
    customerId: string | undefined,
  ): readonly VoucherToIssue[] | undefined;
  /** The vouchers that an order has earned, as far as anybody knows; undefined where nothing was promised. */
  ofOrder(orderId: string, promotions: readonly UsedPromotion[] | undefined): readonly string[] | undefined;
  brought(currency: string, at: number, customerId: string | undefined): BroughtVouchers;
  learn(submission: Submission, outcome: Outcome): void;
};

const NOTHING: BroughtVouchers = { promotions: [], codes: [], offerIds: [] };

/** Makes them. */
export function createVouchers(dice: Dice, id: (at: number) => string): Vouchers {
  const held: HeldVoucher[] = [];
  const byOrder = new Map<string, string[]>();
  const isPromised = (promotions: readonly UsedPromotion[] | undefined): boolean =>
    (promotions ?? []).some(({ voucher }) => voucher !== undefined);

  function noteIssued(orderId: string, of: Pick<HeldVoucher, 'currency' | 'customerId'>, outcome: Outcome): void {
    const told = (outcome as { body: { vouchers?: readonly ToldVoucher[] } }).body.vouchers ?? [];
    for (const [voucherId, , amountMinor, validUntil] of told) {
      held.push({ id: voucherId, ...of, amountMinor, validUntil, isSpent: false });
      byOrder.set(orderId, [...(byOrder.get(orderId) ?? []), voucherId]);
    }
  }

  function noteSpent(ids: readonly string[]): void {
    for (const one of held) if (ids.includes(one.id)) one.isSpent = true;
  }

  /** Who ordered, by order: what is shipped later earns for them. */
  const buyers = new Map<string, Pick<HeldVoucher, 'currency' | 'customerId'>>();

  return {
    toIssue(promotions, at, customerId) {
      if (!isPromised(promotions)) return undefined;
      return (promotions ?? []).flatMap(({ promotionId, voucher }): VoucherToIssue[] => {
        if (voucher === undefined) return [];
        const voucherId = id(at);
        return [
          { promotionId, id: voucherId, ...(customerId === undefined ? { codeHash: `hash of ${voucherId}` } : {}) },
        ];
      });
    },
    ofOrder: (orderId, promotions) => (isPromised(promotions) ? (byOrder.get(orderId) ?? []) : undefined),
    brought(currency, at, customerId) {
      const usable = held.filter(
        (one) =>
          one.currency === currency &&
          one.validUntil > at &&
          (one.customerId === undefined || one.customerId === customerId) &&
          // What the program is told of its use may come late, and somebody tries again.
          (!one.isSpent || dice.oneIn(12)),
      );
      if (usable.length === 0 || dice.oneIn(3)) return NOTHING;
      const voucher = dice.oneIn(2) ? dice.pick(usable) : (usable.at(-1) as HeldVoucher);
      const byCode = voucher.customerId === undefined;
      const { id: voucherId, amountMinor } = voucher;
      const worth = { id: voucherId, amountMinor, takenBackMinor: 0, currency: currencyCode(currency) };
      return {
        promotions: [promotionOfVoucher({ ...worth, name: 'Voucher', byCode })],
        codes: byCode ? [voucherId] : [],
        offerIds: byCode ? [] : [voucherId],
      };
    },
    learn({ type, body }, outcome) {
      const { orderId, terms } = body as { orderId: string; terms?: RecordSale['terms'] };
      if (outcome.kind === 'refused') {
        const said = outcome.rejection as { reason: string; promotionId?: string };
        if (said.promotionId !== undefined) noteSpent([said.promotionId]);
        return;
      }
      if (outcome.kind !== 'accepted') return;
      if ((type === 'RecordSale' || type === 'PlaceOrder') && terms !== undefined) {
        const { currency, customerId, promotions = [] } = terms;
        noteSpent(promotions.map(({ promotionId }) => promotionId));
        buyers.set(orderId, { currency, customerId });
      }
      const buyer = buyers.get(orderId);
      if ((type === 'RecordSale' || type === 'ShipOrder') && buyer !== undefined) noteIssued(orderId, buyer, outcome);
    },
  };
}
