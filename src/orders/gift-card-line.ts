import type { PricedLine } from './order.ts';

/** Whether a line sells gift cards: a voucher without tax (multi-purpose). A voucher that is taxed is sold like goods and is no card. */
export function sellsCards({
  kind,
  taxMinor,
  grossMinor,
}: Pick<PricedLine, 'taxMinor' | 'grossMinor'> & { readonly kind: string }): boolean {
  return kind === 'voucher' && taxMinor === 0 && grossMinor > 0;
}
