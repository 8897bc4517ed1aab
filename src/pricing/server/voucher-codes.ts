import type { Tx } from '../../../platform/db/pool.ts';
import type { UsedPromotion } from '../promotion-use.ts';
import { promotionOfVoucher, type VoucherToIssue } from '../earned-voucher.ts';
import { readMadeCode, showMadeCode } from '../promotion/coupon-code.ts';
import type { Promotion } from '../promotion/promotion.ts';
import type { CouponCodes } from './coupon.store.ts';
import { findVouchersByCode, type FoundVoucher } from './earned-voucher-book.ts';

/** The code of a voucher follows from its id, as it is printed: the same act has the same code however often it is told. */
export function codeOfVoucher(codes: CouponCodes, id: string): string {
  return showMadeCode(codes.codeOf(`voucher ${id}`, 1));
}

/** The vouchers that an act may issue: of a customer who is known, else behind a code. Undefined where none was promised. */
export async function vouchersToIssue(
  asked: { readonly promotions: readonly UsedPromotion[] | null | undefined; readonly customerId?: string | undefined },
  deps: { readonly couponCodes: () => Promise<CouponCodes>; readonly mint: () => string },
): Promise<VoucherToIssue[] | undefined> {
  const promised = (asked.promotions ?? []).filter(({ voucher }) => voucher !== undefined);
  if (promised.length === 0) return undefined;
  const codes = asked.customerId === undefined ? await deps.couponCodes() : undefined;
  return promised.map(({ promotionId }) => {
    const id = deps.mint();
    return codes === undefined
      ? { promotionId, id }
      : { promotionId, id, codeHash: codes.hashOf(codes.codeOf(`voucher ${id}`, 1)) };
  });
}

/** The vouchers behind codes as people write them, by the code; used and expired ones too. */
export async function vouchersByCode(
  tx: Tx,
  wanted: readonly string[],
  codes: CouponCodes,
): Promise<Map<string, FoundVoucher>> {
  const byHash = new Map(
    wanted.flatMap((code): [string, string][] => {
      const made = readMadeCode(code);
      return made === undefined ? [] : [[codes.hashOf(made), code]];
    }),
  );
  const found = byHash.size === 0 ? [] : await findVouchersByCode(tx, [...byHash.keys()]);
  return new Map(found.map((one) => [byHash.get(one.codeHash) ?? '', one]));
}

/** Whether a voucher was used already, or everything it was earned by came back. */
export function isVoucherSpent({ used, takenBackMinor, amountMinor }: FoundVoucher): boolean {
  return used > 0 || takenBackMinor >= amountMinor;
}

/** A voucher that was found, as the promotion that it is for a basket. */
export function promotionOfFound({
  id,
  amountMinor,
  takenBackMinor,
  currency,
  name,
  codeHash,
}: FoundVoucher): Promotion {
  return promotionOfVoucher({ id, amountMinor, takenBackMinor, currency, name, byCode: codeHash !== '' });
}
