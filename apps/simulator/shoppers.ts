import type { Outcome, Submission } from '../../platform/commit/command.ts';
import type { OrderPayment, PlaceOrder } from '../../src/orders/place-order.ts';
import type { OrderRewardTerms } from '../../src/orders/rewards-of-order.ts';
import type { RecordSale } from '../../src/orders/sale.ts';
import type { PromotionUsed } from '../../src/pricing/promotion/promotion-basket.ts';
import type { LoyaltyProgramme } from '../../src/rewards/loyalty-programme.ts';
import { pointsKey } from '../../src/rewards/points-account.ts';
import { storeCreditKey } from '../../src/rewards/reward-account.ts';
import type { Dice } from './dice.ts';
import {
  priceOffered,
  SHARED_CODE,
  SHIPPED_TO,
  type OfferedBasket,
  type Offers,
  type Wanted,
  type WorldCustomer,
} from './offers.ts';
import type { LimitsEditor } from './limits-editor.ts';
import type { PriceOffice, Quote } from './price-office.ts';
import type { Vouchers } from './vouchers.ts';
import type { Wallets } from './wallets.ts';
import { orderCommand, saleCommand, type World, type WorldChannel, type WorldLocation } from './world.ts';

/** Where somebody buys. */
type Shop = {
  readonly at: number;
  readonly location: WorldLocation;
  readonly channel: WorldChannel;
  readonly of: { readonly currency?: string; readonly rate?: readonly [number, number] };
};

/** People who buy with codes, customer numbers, gift cards, store credit and points. What they believe of them is often old. */
export type Shoppers = {
  /** A sale at a counter, with `fact` one that has happened already. Undefined where the basket cannot be sold. */
  sale(shop: Shop, fact: RecordSale['fact'], registerId: string): RecordSale | undefined;
  order(shop: Shop, fact: boolean, externalRef: string): PlaceOrder | undefined;
  /** What a hand-over of an order must know to earn. */
  earning(entityId: string, customerId: string | undefined): OrderRewardTerms | undefined;
  learn(submission: Submission, outcome: Outcome): void;
};

type Listed = { readonly wanted: readonly Wanted[]; readonly quote: Quote; readonly listed: readonly number[] };

/** A priced basket with what the lists were asked for it, and the numbers of the lines that cost what they said. */
type PricedShopping = OfferedBasket & Pick<Listed, 'quote' | 'listed'>;

type Tenders = readonly {
  readonly paymentId: string;
  readonly method: 'gift_card' | 'store_credit' | 'points';
  readonly amount: number;
  readonly accountKey: string | undefined;
}[];

/** Makes the shoppers of a world with offers. */
export function createShoppers(stage: {
  readonly world: World;
  readonly offers: Offers;
  readonly wallets: Wallets;
  readonly vouchers: Vouchers;
  readonly editor: LimitsEditor;
  readonly prices: PriceOffice;
  readonly dice: Dice;
  readonly id: (at: number) => string;
}): Shoppers {
  const { world, offers, wallets, vouchers, editor, prices, dice, id } = stage;
  const uses = new Map<string, PromotionUsed>();
  const usedCodes = new Set<string>();

  const programmeOf = (entityId: string): LoyaltyProgramme =>
    offers.programmes.find((one) => one.entityId === entityId) as LoyaltyProgramme;
  const currencyOf = ({ location, of }: Shop): string =>
    of.currency ?? (world.entities.find((one) => one.id === location.entityId) as World['entities'][number]).currency;

  function wanted(): Wanted[] {
    const lines: Wanted[] = Array.from({ length: dice.between(1, 4) }, () => {
      const wide = dice.whole(world.skuIds.length);
      const measured = dice.oneIn(10);
      return {
        skuId: world.skuIds[dice.oneIn(2) ? wide % 5 : wide] as string,
        kind: 'goods',
        quantity: dice.between(1, 6),
        unitAmount: dice.oneIn(25) ? 0 : dice.between(1, measured ? 499_999 : 4999),
        ...(measured ? { unitScale: 2, unitPer: dice.between(1, 3) } : {}),
      };
    });
    const extra = (kind: Wanted['kind'], unitAmount: number): void =>
      void lines.push({ skuId: world.skuIds[0] as string, kind, quantity: 1, unitAmount });
    if (dice.oneIn(3)) extra('shipping', dice.between(1, 999));
    if (dice.oneIn(8)) extra('service', dice.between(1, 999));
    if (dice.oneIn(12)) extra('discount', 0 - dice.between(1, 300));
    if (dice.oneIn(7)) extra('voucher', dice.between(500, 9000));
    return lines;
  }

  function codesFor(customer: WorldCustomer | undefined): { codes: string[]; offerIds: string[] } {
    const codes: string[] = [];
    if (dice.oneIn(4)) codes.push(SHARED_CODE);
    if (dice.oneIn(3)) {
      const coupon = dice.pick(offers.coupons);
      if (!usedCodes.has(coupon.code) || dice.oneIn(6)) codes.push(coupon.code);
    }
    const own = offers.personal.find((one) => one.customerId === customer?.id);
    return { codes, offerIds: own !== undefined && dice.oneIn(8) ? [own.id] : [] };
  }

  /** The lists' prices in place of those that somebody made up; some lines keep a price that was given by hand. */
  function fromLists(shop: Shop, lines: readonly Wanted[], customer: WorldCustomer | undefined): Listed {
    const asks = lines.map(
      ({ kind, unitPer, unitAmount }) => kind === 'goods' && unitPer === undefined && unitAmount % 6 !== 0,
    );
    const counts = new Map<string, number>();
    for (const [n, { skuId, quantity }] of lines.entries())
      if (asks[n] === true) counts.set(skuId, (counts.get(skuId) ?? 0) + quantity);
    const { channel, location, at } = shop;
    const quote = prices.quote(
      {
        channelId: channel.id,
        locationId: location.id,
        currency: currencyOf(shop),
        groupIds: customer?.groupIds ?? [],
        at,
      },
      counts,
    );
    const listed: number[] = [];
    const wanted = lines.map((line, n) => {
      const price = asks[n] === true ? quote.prices.get(line.skuId) : undefined;
      if (price === undefined) return line;
      listed.push(n + 1);
      return { ...line, unitAmount: price.amount, unitScale: price.scale };
    });
    return { wanted, quote, listed };
  }

  function basket(shop: Shop, customer: WorldCustomer | undefined): PricedShopping | undefined {
    const { location, channel, at } = shop;
    const known: Record<string, PromotionUsed> = {};
    if (!dice.oneIn(10))
      for (const [key, used] of uses) {
        const [promotionId = '', customerId] = key.split('|');
        if (customerId === undefined || customerId === customer?.id)
          known[promotionId] = { ...(known[promotionId] ?? NOT_USED), ...used };
      }
    const { codes, offerIds } = codesFor(customer);
    const currency = currencyOf(shop);
    const brought = vouchers.brought(currency, at, customer?.id);
    const to = channel.kind === 'store' || dice.oneIn(3) ? undefined : dice.pick(SHIPPED_TO);
    const { wanted: lines, quote, listed } = fromLists(shop, wanted(), customer);
    const priced = priceOffered({
      world,
      offers: editor.offers(at),
      location,
      channel,
      at,
      currency,
      customer,
      wanted: lines,
      codes: [...codes, ...brought.codes],
      offerIds: [...offerIds, ...brought.offerIds],
      vouchers: brought.promotions,
      uses: known,
      to,
    });
    return priced === undefined ? undefined : { ...priced, quote, listed };
  }

  /** How much of a balance somebody wants to use: all that fits, a part, or more than there is. */
  function wish(balance: number, open: number, bold: boolean): number {
    if (bold) return dice.between(1, open);
    const most = Math.min(balance, open);
    return most > 1 && dice.oneIn(3) ? dice.between(1, most) : most;
  }

  function rewardTenders(
    shop: Shop,
    dueMinor: number,
    { customer, fact }: { customer: WorldCustomer | undefined; fact: boolean },
  ): Tenders {
    const tenders: Tenders[number][] = [];
    const { entityId } = shop.location;
    const currency = currencyOf(shop);
    let open = dueMinor;
    const pay = (method: Tenders[number]['method'], amount: number, accountKey: string | undefined): void => {
      if (amount <= 0) return;
      tenders.push({ paymentId: id(shop.at), method, amount, accountKey });
      open -= amount;
    };
    const bold = (): boolean => dice.oneIn(fact ? 4 : 12);
    if (open > 0 && dice.oneIn(3)) {
      // Now and then the card of another company, or of another currency.
      const fitting = dice.oneIn(12) ? { entityId } : { entityId, currency };
      const card = wallets.someCard(dice.oneIn(25) ? undefined : fitting);
      if (fact && dice.oneIn(12)) pay('gift_card', dice.between(1, open), undefined);
      else if (card !== undefined) pay('gift_card', wish(card.balance, open, bold()), card.key);
    }
    if (customer !== undefined && open > 0 && dice.oneIn(2)) {
      const key = storeCreditKey({ entityId, customerId: customer.id, currency });
      pay('store_credit', wish(wallets.balance(key), open, bold()), key);
    }
    if (customer !== undefined && open > 0 && dice.oneIn(2)) {
      const programme = programmeOf(entityId);
      const key = pointsKey({ programmeId: programme.id, customerId: customer.id });
      const { minor, points } = programme.value;
      const worth = Math.floor((wallets.balance(key) * minor) / points);
      if (programme.currency === currency || dice.oneIn(4)) pay('points', wish(worth, open, bold()), key);
    }
    return tenders;
  }

  function earning(entityId: string, customerId: string | undefined): OrderRewardTerms | undefined {
    if (customerId === undefined) return undefined;
    return { membership: { programme: programmeOf(entityId), customerId }, catalog: offers.catalog };
  }

  /** The terms of the deal: who buys, what is used of promotions, how it is taxed. */
  function terms<T extends { readonly terms: RecordSale['terms'] }>(
    base: T,
    priced: OfferedBasket,
    customer: WorldCustomer | undefined,
  ): T {
    const { promotions, taxInclusive, taxJurisdiction } = priced;
    return {
      ...base,
      terms: {
        ...base.terms,
        taxInclusive,
        taxJurisdiction,
        ...(promotions.length === 0 ? {} : { promotions }),
        ...(customer === undefined ? {} : { customerId: customer.id, customerCardId: customer.cardId }),
      },
    };
  }

  /** Cards that the voucher lines sell; now and then somebody names a line that sells none. */
  function cardsSold(shop: Shop, { lines }: OfferedBasket): OrderRewardTerms['cards'] {
    const cards: { line: number; key: string }[] = [];
    for (const { line, kind } of lines) {
      if (kind !== 'voucher' && !dice.oneIn(150)) continue;
      const card = wallets.someCard(
        dice.oneIn(20) ? undefined : { entityId: shop.location.entityId, currency: currencyOf(shop) },
      );
      if (card !== undefined) cards.push({ line, key: card.key });
    }
    return cards.length === 0 ? undefined : cards;
  }

  function sale(shop: Shop, fact: RecordSale['fact'], registerId: string): RecordSale | undefined {
    const customer = dice.oneIn(3) ? undefined : dice.pick(offers.customers);
    const priced = basket(shop, customer);
    if (priced === undefined) return undefined;
    const { at, location, channel, of } = shop;
    const base = saleCommand({
      world,
      location,
      channel,
      at,
      orderId: id(at),
      paymentId: id(at),
      wanted: [],
      method: 'cash',
      fact,
      registerId,
      ...of,
    });
    const due = grossOf(priced);
    const ours = rewardTenders(shop, due, { customer, fact: fact !== null });
    const rest = due - ours.reduce((sum, one) => sum + one.amount, 0);
    const method = dice.oneIn(2) ? 'cash' : 'card';
    const money: RecordSale['tenders'] =
      rest === 0
        ? []
        : [
            {
              paymentId: id(at),
              method,
              amount: rest,
              providerRef: method === 'card' ? 'auth' : '',
              feeMinor: method === 'card' ? Math.min(20, Math.max(0, rest)) : 0,
            },
          ];
    const cards = cardsSold(shop, priced);
    const rewards = { ...earning(location.entityId, customer?.id), ...(cards === undefined ? {} : { cards }) };
    prices.file(base.orderId, priced.quote, priced.listed);
    const toIssue = fact === null ? vouchers.toIssue(priced.promotions, at, customer?.id) : undefined;
    return {
      ...terms(base, priced, customer),
      lines: priced.lines,
      tenders: [...ours.map((one) => ({ ...one, providerRef: '', feeMinor: 0 })), ...money],
      ...(Object.keys(rewards).length === 0 ? {} : { rewards }),
      ...(toIssue === undefined ? {} : { vouchers: toIssue }),
    };
  }

  function order(shop: Shop, fact: boolean, externalRef: string): PlaceOrder | undefined {
    const customer = fact || dice.oneIn(4) ? undefined : dice.pick(offers.customers);
    const asked = basket(shop, customer);
    if (asked === undefined) return undefined;
    // Gift cards are sold at counters: an order would have to put money on them when it is handed over.
    const lines = asked.lines.filter(({ kind }) => kind !== 'voucher').map((line, at) => ({ ...line, line: at + 1 }));
    const priced = { ...asked, lines };
    const due = grossOf(priced);
    if (due < 0 || lines.length === 0) return undefined;
    const { at, location, channel, of } = shop;
    const base = orderCommand({
      world,
      location,
      channel,
      at,
      orderId: id(at),
      paymentId: id(at),
      wanted: [],
      method: 'card',
      fact,
      externalRef,
      ...of,
    });
    const kept = asked.lines.filter(({ kind }) => kind !== 'voucher').map(({ line }) => line);
    prices.file(
      base.orderId,
      asked.quote,
      asked.listed.map((line) => kept.indexOf(line) + 1),
    );
    const ours = fact ? [] : rewardTenders(shop, due, { customer, fact });
    const rest = due - ours.reduce((sum, one) => sum + one.amount, 0);
    const bank = !fact && dice.oneIn(4);
    const payments: OrderPayment[] = [
      ...ours.map(({ amount, ...one }) => ({ ...one, authorised: amount, captured: amount, providerRef: '' })),
      ...(rest === 0
        ? []
        : [
            {
              paymentId: id(at),
              method: fact ? ('marketplace' as const) : bank ? ('bank' as const) : ('card' as const),
              authorised: rest,
              captured: bank ? rest : 0,
              providerRef: 'auth_1',
            },
          ]),
    ];
    const rewards = ours.length === 0 ? undefined : earning(location.entityId, customer?.id);
    return {
      ...terms(base, priced, customer),
      lines,
      payments,
      ...(rewards === undefined ? {} : { rewards }),
    };
  }

  return {
    sale,
    order,
    earning,
    learn({ body }, outcome) {
      if (outcome.kind !== 'refused') return;
      const said = outcome.rejection as unknown as {
        reason: string;
        promotionId: string;
        used: number;
        spentMinor: number;
      };
      const { terms: of } = body as { terms?: RecordSale['terms'] };
      if (said.reason === 'promotion_used_up') uses.set(said.promotionId, { ...NOT_USED, total: said.used });
      if (said.reason === 'promotion_budget_spent')
        uses.set(said.promotionId, { ...NOT_USED, budgetMinor: said.spentMinor });
      if (said.reason === 'promotion_limit_of_customer')
        uses.set(`${said.promotionId}|${of?.customerId ?? ''}`, { ...NOT_USED, byCustomer: said.used });
      if (said.reason === 'coupon_used_up')
        for (const { coupon } of of?.promotions ?? [])
          for (const { code, hash } of offers.coupons) if (hash === coupon?.hash) usedCodes.add(code);
    },
  };
}

const NOT_USED: PromotionUsed = { total: 0, byCustomer: 0, budgetMinor: 0 };

function grossOf({ lines }: Pick<OfferedBasket, 'lines'>): number {
  return lines.reduce((sum, line) => sum + line.grossMinor, 0);
}
