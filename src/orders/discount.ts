import { lineAmount, powerOfTen, type UnitPrice } from '../kernel/money.ts';

type Price = Pick<UnitPrice, 'amount'> & { readonly scale?: number | undefined; readonly per?: number | undefined };

/** A line at another price than that of the list; `list` is absent where there is none. */
export type OverriddenLine = { readonly quantity: number; readonly asked: Price; readonly list: Price | undefined };

/**
 * How far prices go below the list: `minor` in whole minor units over all lines, `ppm` of the list's price on the line that goes furthest, or of all of them
 * when that is more (a line of discount beside goods). Going above the list is no discount.
 */
export function discountOf(lines: readonly OverriddenLine[]): { readonly minor: number; readonly ppm: number } {
  let minor = 0;
  let listed = 0;
  let ppm = 0;
  for (const { quantity, asked, list } of lines) {
    const now = amountOf(asked, quantity);
    const before = list === undefined ? Math.max(0, now) : amountOf(list, quantity);
    const less = Math.max(0, before - now);
    minor += less;
    listed += Math.max(0, before);
    ppm = Math.max(ppm, share(less, before));
  }
  return { minor, ppm: Math.max(ppm, share(minor, listed)) };
}

/** Parts per million, rounded up, so that a limit is not passed by rounding. All of it where there is nothing to take it from. */
function share(less: number, of: number): number {
  if (less === 0) return 0;
  return of <= 0 ? 1_000_000 : Math.ceil((less * 1_000_000) / of);
}

/** More than any line may be; beyond it the line is refused anyway. */
const MOST = 1_000_000_000_000;

function amountOf({ amount, scale = 0, per = 1 }: Price, quantity: number): number {
  const about = (amount / powerOfTen(scale) / per) * quantity;
  if (Math.abs(about) > MOST) return about < 0 ? -MOST : MOST;
  return lineAmount({ amount, scale, per } as UnitPrice, quantity);
}
