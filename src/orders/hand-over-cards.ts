import { accept, reject, type Decision } from '../kernel/decision.ts';
import type { Draft } from '../kernel/draft.ts';
import { split } from '../kernel/money.ts';
import { changeAccount, noOverdrafts, refuseCredit, REWARD_ACCOUNTS } from '../rewards/reward-account.ts';
import type { RewardsMoved } from '../rewards/reward-tenders.ts';
import type { StockOccasion } from '../stock/goods.ts';
import { sellsCards } from './gift-card-line.ts';
import type { PricedLine } from './order.ts';

/** A gift card that leaves with an order. `made` is a card that begins with it: what is kept of its code. */
export type CardHandedOver = {
  readonly line: number;
  readonly key: string;
  readonly made?: { readonly codeHash: string; readonly lastFour: string } | undefined;
};

/** A card as an act tells of it: its id, the end of its code, its line and what was put on it in minor units. */
export type ToldCard = readonly [id: string, lastFour: string, line: number, amountMinor: number];

type Leaving = Pick<PricedLine, 'line' | 'kind' | 'quantity' | 'taxMinor' | 'grossMinor' | 'taxes'>;

/**
 * Puts what lines of vouchers cost on the cards that leave with them, a card for each unit. Refuses `order_changed` when the cards are not as many as the units
 * that leave (something left meanwhile), `gift_card_line` (line: it sells no gift card) and what {@link refuseCredit} refuses.
 */
export function handOverCards(
  draft: Draft,
  command: StockOccasion & { readonly orderId: string; readonly giftCards?: readonly CardHandedOver[] | undefined },
  leaving: readonly Leaving[],
  currency: string,
): Decision<{
  readonly soldMinor: number;
  readonly told: readonly ToldCard[];
  readonly moved: Pick<RewardsMoved, 'overdrafts' | 'pointsOverdrawn'>;
}> {
  const overdrafts = noOverdrafts();
  const told: ToldCard[] = [];
  const { giftCards = [], orderId, entityId } = command;
  let soldMinor = 0;
  for (const number of new Set(giftCards.map(({ line }) => line))) {
    const cards = giftCards.filter(({ line }) => line === number);
    const line = leaving.find((one) => one.line === number);
    if (line !== undefined && !sellsCards(line)) return reject({ reason: 'gift_card_line', line: number });
    if (line === undefined || line.quantity !== cards.length) return reject({ reason: 'order_changed' });
    const amounts = split(
      line.grossMinor,
      cards.map(() => 1),
    );
    for (const [at, { key, made }] of cards.entries()) {
      const amountMinor = amounts[at] as number;
      if (made !== undefined)
        draft.change(REWARD_ACCOUNTS, {
          key,
          cause: { what: 'issued' },
          begin: { kind: 'gift_card', entityId, currency, state: 'issued', ...made },
        });
      const card = draft.get(REWARD_ACCOUNTS, key);
      const refusal = refuseCredit(card, { ...command, currency, amountMinor });
      if (refusal !== undefined) return reject(refusal);
      changeAccount(draft, { key, put: amountMinor, cause: { what: 'sold', orderId } }, overdrafts);
      told.push([key, card?.lastFour ?? '', number, amountMinor]);
      soldMinor += amountMinor;
    }
  }
  return accept({ soldMinor, told, moved: { overdrafts, pointsOverdrawn: [] } });
}
