import { cashRoundingOf, refundRoundingOf } from '../../src/orders/cash-tenders.ts';
import type { ReturnGoods } from '../../src/orders/return-goods.ts';
import type { RecordSale } from '../../src/orders/sale.ts';
import type { Dice } from './dice.ts';
import type { KnownOrder } from './known-orders.ts';
import type { WorldLocation } from './world.ts';

/**
 * A sale as it is paid where small coins are out of use: what cash pays is rounded, and the server is told by which coin. Now and then somebody forgets to; a
 * till says by how much it rounded, or does not say so, or took the amount to the cent.
 */
export function paidInCoins(sale: RecordSale, { coinMinor }: WorldLocation, dice: Dice): RecordSale {
  if (coinMinor === undefined) return sale;
  const told = { ...sale, cashStepMinor: coinMinor };
  const grossMinor = sale.lines.reduce((sum, line) => sum + line.grossMinor, 0);
  const cashRoundingMinor = cashRoundingOf(sale.tenders, grossMinor, coinMinor);
  const cash = sale.tenders.filter(({ method }) => method === 'cash');
  const [first] = cash;
  if (cashRoundingMinor === 0 || first === undefined || dice.oneIn(sale.fact === null ? 15 : 3)) return told;
  const amount = cash.reduce((sum, tender) => sum + tender.amount, cashRoundingMinor);
  const tenders = [...sale.tenders.filter(({ method }) => method !== 'cash'), { ...first, amount }];
  return { ...told, tenders, ...(sale.fact !== null && dice.oneIn(2) ? { cashRoundingMinor } : {}) };
}

/** How what is given back in cash is rounded, as far as this counter knows: it goes on where the sale and the returns before stopped. */
export function coinsBack({ coinMinor = 1 }: WorldLocation, known: KnownOrder | undefined): Pick<ReturnGoods, 'cash'> {
  const openMinor = known?.cash.openMinor ?? 0;
  return coinMinor === 1 && openMinor === 0
    ? {}
    : { cash: { stepMinor: coinMinor, openMinor, originalVersion: known?.cash.version } };
}

/** What is given back by one method of what is due, in coins where it is cash. */
export function givenBack(method: 'cash' | 'card', dueMinor: number, { cash }: Pick<ReturnGoods, 'cash'>): number {
  return dueMinor + refundRoundingOf([{ method, amount: dueMinor }], dueMinor, cash);
}
