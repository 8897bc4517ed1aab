import { applyPromotions } from './apply-promotions.ts';
import { compilePromotions } from './compile-promotions.ts';
import { CROWDED, fingerprint, openDice, randomBasket, randomPromotion } from './random-baskets.ts';

/** After so many baskets other promotions hold. */
const BASKETS_A_SHOP = 100;

/**
 * The fingerprint of the totals and traces of so many random baskets. Node and a browser must come to the same one, byte for byte: the till without a network
 * and the server calculate with the same file, and this is how we know that they calculate the same.
 */
export function fingerprintOfBaskets(count: number, seed: number): string {
  const dice = openDice(seed);
  let print = fingerprint(seed);
  let compiled = compilePromotions([]);
  for (let basket = 0; basket < count; basket += 1) {
    if (basket % BASKETS_A_SHOP === 0)
      compiled = compilePromotions(
        Array.from({ length: 5 + dice(20) }, (_, number) => randomPromotion(dice, CROWDED, number)),
      );
    print = fingerprint(applyPromotions(compiled, randomBasket(dice, CROWDED, 1 + dice(8)), { trace: true }), print);
  }
  return print;
}
