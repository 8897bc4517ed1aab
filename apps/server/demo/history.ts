import {
  addDays,
  businessDay,
  businessDayOf,
  compareDays,
  weekdayOf,
  type BusinessDay,
} from '../../../src/kernel/time.ts';
import type { Promotion } from '../../../src/pricing/promotion/promotion.ts';
import type { LoyaltyProgramme } from '../../../src/rewards/loyalty-programme.ts';
import type { AdjustmentReason, AdjustStock, CountStock } from '../../../src/stock/adjust.ts';
import type { ReceiveGoods, SetSafetyStock } from '../../../src/stock/receive.ts';
import type { ReserveStock } from '../../../src/stock/reserve.ts';
import type { TransferStock } from '../../../src/stock/transfer.ts';
import { openScribe, type Basket, type Sold, type Step } from './acts.ts';
import { hoursOn, localInstant, nextOpenDay, openAgenda } from './agenda.ts';
import type { DemoSku } from './catalogue.ts';
import { openDice, weighted } from './dice.ts';
import type { DemoCustomer, DemoStaff } from './people.ts';
import { CHANNELS, type DemoChannel, type DemoRetailer } from './retailer.ts';
import { free, goodsOf, packed, stockShelves, unitsWanted, type Shelf, type Stocked } from './shelves.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** After so many sales in Britain one is paid with a gift card. */
const CARD_EVERY = 120;

/** How the days of a week differ, Monday first. */
const STORE_WEEK = [0.72, 0.76, 0.86, 1.02, 1.2, 1.62, 0.84];
const ONLINE_WEEK = [1.16, 1.06, 1, 0.98, 0.92, 0.82, 1.1];
/** When people order at home: by the hour of the day. */
const ONLINE_HOURS = [2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 11, 11, 13, 11, 10, 10, 11, 12, 14, 18, 21, 20, 13, 6];

/** What a history is made of. `scale` 1 is a whole retailer; less makes fewer sales. */
export type HistoryPlan = {
  readonly retailer: DemoRetailer;
  readonly skus: readonly DemoSku[];
  readonly customers: readonly DemoCustomer[];
  readonly staff: DemoStaff;
  readonly seed: number;
  readonly opensAt: number;
  readonly firstDay: BusinessDay;
  readonly days: number;
  readonly endsAt: number;
  readonly scale: number;
  readonly promotions: readonly Promotion[];
  readonly programme: LoyaltyProgramme;
  /** Gift cards that are spent here and there in the stores of the British company. */
  readonly giftCards: readonly { readonly id: string; readonly balanceMinor: number }[];
};

/**
 * Simulates the retailer from its opening to now and gives every command in the order of time: opening stock, sales by the hour, orders
 * and their shipments, deliveries, transfers, counts, expenses. The same plan gives the same commands, to the letter.
 */
export function simulateHistory(plan: HistoryPlan): readonly Step[] {
  const { retailer, skus, staff, seed, opensAt, firstDay, endsAt, scale } = plan;
  const scribe = openScribe(retailer, plan);
  const agenda = openAgenda();
  const places = stockShelves({ retailer, skus, dice: openDice(seed, 'shelves'), scale });
  const at = (code: string): Stocked => places.get(code) as Stocked;
  const stores = [...places.values()].filter(({ place }) => place.kind === 'store');
  const warehouses = [...places.values()].filter(({ place }) => place.kind === 'warehouse');
  const whoAt = (stocked: Stocked): readonly string[] => staff.atPlace.get(stocked.place.code) ?? [staff.owner];
  const skuByCode = new Map(skus.map((sku) => [sku.code, sku]));
  const service = (code: string): DemoSku => skuByCode.get(code) as DemoSku;
  const lastDay = addDays(firstDay, plan.days - 1);
  const yesterday = addDays(lastDay, -1);
  /** What the supplier owes us: best sellers that have not come for more than two weeks. */
  const late = new Set(
    skus
      .filter((sku) => sku.product.kind === 'goods')
      .toSorted((a, b) => b.weight - a.weight)
      .slice(4, 60)
      .filter((_, n) => n % 5 === 0)
      .map((sku) => sku.id),
  );
  /** Shelves whose trouble is left for a person to see. */
  const untouched = new Set<string>();
  const today = (stocked: Stocked, now: number): BusinessDay => businessDayOf(now, stocked.location);

  // Stock ------------------------------------------------------------------------------------------------------------------------

  const costOf = (stocked: Stocked, sku: DemoSku, quantity: number, drift: number): number =>
    Math.round((((stocked.place.company === 'UK' ? sku.costGbp : sku.costEur) * quantity) / sku.product.per) * drift);

  function receive(
    now: number,
    stocked: Stocked,
    lines: readonly { shelf: Shelf; quantity: number }[],
    how: { reason: 'receipt' | 'opening'; ref: string; drift: () => number },
  ): void {
    if (lines.length === 0) return;
    const body: ReceiveGoods = {
      ...scribe.occasion(stocked, now),
      receiptId: scribe.mint('document', now),
      reason: how.reason,
      supplierRef: how.ref,
      lines: lines.map(({ shelf, quantity }, n) => ({
        line: n + 1,
        goods: { ...goodsOf(stocked, shelf.sku.id), quantity },
        valueMinor: costOf(stocked, shelf.sku, quantity, how.drift()),
      })),
    };
    for (const { shelf, quantity } of lines) shelf.net += quantity;
    if (how.reason === 'receipt')
      scribe.owed[stocked.place.company].supplier += body.lines.reduce((sum, line) => sum + line.valueMinor, 0);
    scribe.note({ at: now, type: 'ReceiveGoods', principalId: whoAt(stocked)[0] as string, body });
  }

  function open(stocked: Stocked): void {
    const dice = openDice(seed, `opening ${stocked.place.code}`);
    const shelves = [...stocked.shelves.values()];
    for (let from = 0; from < shelves.length; from += 100) {
      const lines = shelves
        .slice(from, from + 100)
        .map((shelf) => ({ shelf, quantity: packed(shelf.sku, shelf.target * (0.7 + dice.next() * 0.6)) }));
      receive(opensAt, stocked, lines, { reason: 'opening', ref: 'Opening stock', drift: () => 0.97 });
      const kept = lines.filter(({ shelf }) => shelf.safety > 0);
      const body: SetSafetyStock = {
        ...scribe.occasion(stocked, opensAt),
        lines: kept.map(({ shelf }) => ({
          skuId: shelf.sku.id,
          stockKey: goodsOf(stocked, shelf.sku.id).stockKey,
          safety: shelf.safety,
        })),
      };
      if (kept.length > 0) scribe.note({ at: opensAt, type: 'SetSafetyStock', principalId: staff.owner, body });
    }
  }

  /** Deliveries come twice a week, half the range each time, for what is below three weeks' need. */
  function deliver(now: number, stocked: Stocked, half: number): void {
    const dice = openDice(seed, `delivery ${stocked.place.code} ${now}`);
    const week = (now - opensAt) / (7 * DAY_MS);
    const lines: { shelf: Shelf; quantity: number }[] = [];
    let index = 0;
    for (const shelf of stocked.shelves.values()) {
      index += 1;
      const position = shelf.net - shelf.promised;
      if (index % 2 !== half || position > shelf.weekly * 3) continue;
      if (late.has(shelf.sku.id) && now > endsAt - 19 * DAY_MS) continue;
      const quantity = packed(
        shelf.sku,
        shelf.target + shelf.weekly - position,
        shelf.sku.product.baseUnit === 'piece' ? 6 : 1,
      );
      if (quantity > 0) lines.push({ shelf, quantity });
    }
    const drift = (): number => 0.98 + week * 0.004 + dice.next() * 0.04;
    for (let from = 0; from < lines.length; from += 60) {
      receive(now, stocked, lines.slice(from, from + 60), {
        reason: 'receipt',
        ref: `PO-${stocked.place.code}-${String(1000 + (scribe.steps.length % 9000))}`,
        drift,
      });
    }
  }

  /** Two mornings a week a van brings each store what it sold, as far as the warehouse has it. */
  function replenish(now: number, store: Stocked): void {
    const from = warehouses.find(({ place }) => place.company === store.place.company) as Stocked;
    const lines: TransferStock['lines'][number][] = [];
    for (const shelf of store.shelves.values()) {
      if (shelf.net > shelf.target * 0.55 || untouched.has(`${store.place.code} ${shelf.sku.id}`)) continue;
      const source = from.shelves.get(shelf.sku.id) as Shelf;
      const quantity = Math.min(packed(shelf.sku, shelf.target - shelf.net), free(source));
      if (quantity <= 0) continue;
      source.net -= quantity;
      shelf.net += quantity;
      lines.push({
        line: lines.length + 1,
        goods: { ...goodsOf(from, shelf.sku.id), quantity },
        to: goodsOf(store, shelf.sku.id),
      });
    }
    if (lines.length === 0) return;
    const body: TransferStock = {
      ...scribe.occasion(from, now),
      transferId: scribe.mint('document', now),
      toLocationId: store.location.id,
      toEntityId: store.location.entityId,
      lines,
    };
    scribe.note({ at: now, type: 'TransferStock', principalId: whoAt(from)[0] as string, body });
  }

  function count(now: number, stocked: Stocked, chosen: readonly Shelf[], found: (shelf: Shelf) => number): void {
    const body: CountStock = {
      ...scribe.occasion(stocked, now),
      countId: scribe.mint('document', now),
      lines: chosen.map((shelf, n) => {
        shelf.net = Math.max(shelf.promised, found(shelf));
        return { line: n + 1, goods: goodsOf(stocked, shelf.sku.id), counted: shelf.net };
      }),
    };
    scribe.note({ at: now, type: 'CountStock', principalId: whoAt(stocked)[0] as string, body });
  }

  function adjust(
    now: number,
    stocked: Stocked,
    shelf: Shelf,
    change: { delta: number; reason: AdjustmentReason },
  ): void {
    if (free(shelf) + change.delta < 0) return;
    shelf.net += change.delta;
    const body: AdjustStock = {
      ...scribe.occasion(stocked, now),
      adjustmentId: scribe.mint('document', now),
      fact: false,
      lines: [{ line: 1, goods: goodsOf(stocked, shelf.sku.id), ...change }],
    };
    scribe.note({ at: now, type: 'AdjustStock', principalId: whoAt(stocked)[0] as string, body });
  }

  // Selling ----------------------------------------------------------------------------------------------------------------------

  const lively = openDice(seed, 'days');
  /** Business grows towards Christmas, a little faster after pay-day, and no two days are alike. */
  const dayFactors = Array.from(
    { length: plan.days + 2 },
    (_, n) =>
      (0.88 + (n / Math.max(30, plan.days)) * 0.34) *
      (0.84 + lively.next() * 0.32) *
      ([25, 26, 27, 28].includes(Number(addDays(firstDay, n).slice(8))) ? 1.12 : 1) *
      scale,
  );

  function fill(dice: ReturnType<typeof openDice>, stocked: Stocked, most: number): Map<DemoSku, number> {
    const lines = Math.min(most, dice.pick([1, 1, 1, 1, 2, 2, 2, 3, 3, 4]));
    const basket = new Map<DemoSku, number>();
    for (let tries = 0; basket.size < lines && tries < lines * 4; tries += 1) {
      const sku = stocked.want();
      const shelf = stocked.shelves.get(sku.id);
      if (shelf === undefined || basket.has(sku)) continue;
      const quantity = unitsWanted(dice, sku);
      const there = stocked.place.kind === 'store' ? shelf.net - shelf.promised : free(shelf);
      if (quantity <= there) basket.set(sku, quantity);
    }
    return basket;
  }

  const storeChannel = (stocked: Stocked) => retailer.channelOf(`STORE-${stocked.place.company}`);
  let vouchersOut = 0;
  const giftCards = plan.giftCards.map((card) => ({ ...card }));
  let salesUntilCard = CARD_EVERY;

  /** Every so many sales somebody pays a part with a gift card: up to half of what is left on it. */
  function giftCardFor(stocked: Stocked, due: number): { id: string; amount: number } | undefined {
    if (stocked.place.company !== 'UK' || due < 500 || (salesUntilCard -= 1) > 0) return undefined;
    const card = giftCards.shift();
    if (card === undefined) return undefined;
    salesUntilCard = CARD_EVERY;
    const amount = Math.min(due, Math.ceil(card.balanceMinor / 2));
    giftCards.push({ ...card, balanceMinor: card.balanceMinor - amount });
    return amount > 0 ? { id: card.id, amount } : undefined;
  }

  function sellAt(now: number, stocked: Stocked, dice: ReturnType<typeof openDice>, wanted?: Basket): Sold | undefined {
    const basket = new Map(wanted ?? fill(dice, stocked, 4));
    if (wanted === undefined) {
      if (dice.chance(0.018)) basket.set(service(dice.chance(0.6) ? 'GVC-COR-25' : 'GVC-COR-50'), 1);
      else if (dice.chance(0.05) && basket.size > 0) basket.set(service('WRS-PLU'), 1);
    }
    if (basket.size === 0) return undefined;
    for (const [sku, quantity] of basket) {
      const shelf = stocked.shelves.get(sku.id);
      if (shelf !== undefined) shelf.net -= quantity;
      else if (sku.product.kind === 'voucher') vouchersOut += sku.product.price;
    }
    const people = whoAt(stocked);
    const mine = plan.customers.filter((customer) => customer.company === stocked.place.company);
    return scribe.sell({
      at: now,
      stocked,
      basket,
      channel: storeChannel(stocked),
      register: dice.pick(retailer.registersOf(stocked.place.code)),
      associateId: dice.pick(people),
      customer: dice.chance(0.16) ? dice.pick(mine) : undefined,
      pay(due) {
        const throwOf = dice.next();
        const card = giftCardFor(stocked, due);
        if (card !== undefined) {
          const paid = { method: 'gift_card' as const, amount: card.amount, accountKey: card.id };
          return card.amount === due ? [paid] : [{ method: 'card', amount: due - card.amount }, paid];
        }
        if (throwOf < 0.02 && vouchersOut > due) {
          vouchersOut -= due;
          return [{ method: 'voucher', amount: due }];
        }
        if (throwOf < 0.045 && due > 2000)
          return [
            { method: 'cash', amount: 1000 },
            { method: 'card', amount: due - 1000 },
          ];
        return [{ method: throwOf < 0.22 ? 'cash' : 'card', amount: due }];
      },
    });
  }

  function storeDay(stocked: Stocked, day: BusinessDay, n: number): void {
    const hours = hoursOn(stocked.place.week, day);
    if (hours === undefined) return;
    const dice = openDice(seed, `${stocked.place.code} ${day}`);
    const [from, to] = hours;
    const sales = dice.arrivals(
      stocked.place.salesADay * (STORE_WEEK[weekdayOf(day) - 1] ?? 1) * (dayFactors[n] ?? scale),
    );
    // People come around noon and after work.
    const hour = weighted(
      dice,
      Array.from(
        { length: to - from },
        (_, i) =>
          [
            from + i,
            from + i < 11 ? 0.6 : from + i < 14 ? 1.25 : from + i < 16 ? 1 : from + i < 18 ? 1.3 : 0.7,
          ] as const,
      ),
    );
    for (let i = 0; i < sales; i += 1) {
      const now = localInstant(day, stocked.place.timeZone, hour() * 60 + dice.next() * 59.9);
      agenda.put(now, () => {
        const sold = sellAt(now, stocked, dice);
        if (sold === undefined || !dice.chance(0.014)) return;
        const back = nextOpenDay(stocked.place.week, addDays(day, dice.whole(1, 9)));
        const opens = hoursOn(stocked.place.week, back)?.[0] ?? 10;
        putReturn(localInstant(back, stocked.place.timeZone, opens * 60 + dice.whole(20, 320)), sold, stocked, dice);
      });
    }
  }

  function putReturn(when: number, sold: Sold, to: Stocked, dice: ReturnType<typeof openDice>): void {
    const line = dice.pick(sold.lines.filter((one) => one.kind === 'goods' && to.shelves.has(one.skuId)));
    const payment = sold.payments[0];
    if (line === undefined || payment === undefined || line.grossMinor > payment.amount) return;
    agenda.put(when, () => {
      (to.shelves.get(line.skuId) as Shelf).net += line.quantity;
      scribe.takeBack({
        at: when,
        sold,
        line,
        to,
        principalId: whoAt(to)[0] as string,
        reason: dice.pick(['changed mind', 'wrong colour', 'too small', 'arrived broken', 'was a gift']),
      });
    });
  }

  const regulars = new Map(
    (['UK', 'NL'] as const).map((company) => {
      const mine = plan.customers.filter((customer) => customer.company === company);
      // A third of the customers bring two thirds of the orders.
      return [
        company,
        weighted(
          openDice(seed, `regulars ${company}`),
          mine.map((customer, n) => [customer, n % 3 === 0 ? 4 : 1] as const),
        ),
      ];
    }),
  );

  function onlineDay(channel: DemoChannel, day: BusinessDay, n: number): void {
    const dice = openDice(seed, `${channel.code} ${day}`);
    const from = at(channel.warehouse);
    const orders = dice.arrivals(
      channel.ordersADay * (ONLINE_WEEK[weekdayOf(day) - 1] ?? 1) * (dayFactors[n] ?? scale),
    );
    const hour = weighted(
      dice,
      ONLINE_HOURS.map((weight, h) => [h, channel.kind === 'call_centre' && (h < 9 || h > 17) ? 0 : weight] as const),
    );
    for (let i = 0; i < orders; i += 1) {
      const now = localInstant(day, from.place.timeZone, hour() * 60 + dice.next() * 59.9);
      agenda.put(now, () => orderOnline(now, channel, from, dice));
    }
  }

  let marketplaceOrders = 48_200;

  function orderOnline(
    now: number,
    { code, company }: DemoChannel,
    from: Stocked,
    dice: ReturnType<typeof openDice>,
    wanted?: Basket,
  ): Sold | undefined {
    const channel = retailer.channelOf(code);
    const basket = new Map(wanted ?? fill(dice, from, channel.kind === 'marketplace' ? 2 : 4));
    if (basket.size === 0) return undefined;
    const worth = [...basket].reduce((sum, [sku, quantity]) => sum + (sku.priceGbp * quantity) / sku.product.per, 0);
    for (const [sku, quantity] of basket) (from.shelves.get(sku.id) as Shelf).promised += quantity;
    if (channel.kind !== 'marketplace' && worth < 5000) basket.set(service('DLV-OAK'), 1);
    const phone = channel.kind === 'call_centre';
    const marketplace = channel.kind === 'marketplace';
    const sold = scribe.order({
      at: now,
      from,
      channel,
      basket,
      customer: marketplace ? undefined : regulars.get(company)?.(),
      principalId: phone ? staff.owner : staff.shopConnection,
      method: marketplace ? 'marketplace' : phone && dice.chance(0.5) ? 'bank' : 'card',
      ...(marketplace ? { externalRef: `FG-${(marketplaceOrders += 1)}` } : {}),
    });
    if (wanted !== undefined) return sold;
    if (!marketplace && dice.chance(0.03)) {
      const when = now + dice.whole(8, 70) * 60_000;
      agenda.put(when, () => {
        for (const [sku, quantity] of basket)
          if (sku.product.kind === 'goods') (from.shelves.get(sku.id) as Shelf).promised -= quantity;
        scribe.cancel({ at: when, sold, principalId: staff.shopConnection, reason: 'changed mind' });
      });
      return sold;
    }
    const when = packingTime(now, from, dice);
    const inTwo = basket.size > 1 && dice.chance(0.03);
    agenda.put(when, () => ship(when, sold, dice, inTwo));
    return sold;
  }

  /** What was ordered by one is packed the same day, the rest on the next working morning. */
  function packingTime(now: number, from: Stocked, dice: ReturnType<typeof openDice>): number {
    const day = today(from, now);
    const { timeZone, week } = from.place;
    const hours = hoursOn(week, day);
    const noon = localInstant(day, timeZone, 13 * 60);
    if (hours !== undefined && hours[1] > 14 && now < noon)
      return localInstant(day, timeZone, 14 * 60 + dice.whole(0, 170));
    const next = nextOpenDay(week, addDays(day, 1));
    return localInstant(next, timeZone, 6 * 60 + 30 + dice.whole(0, 240));
  }

  function ship(now: number, sold: Sold, dice: ReturnType<typeof openDice>, inTwo: boolean): void {
    const { from } = sold;
    const open = sold.lines.filter((line) => (sold.shipped.get(line.line) ?? 0) === 0);
    const leaving = inTwo ? open.slice(0, 1) : open;
    const there = leaving.every(
      (line) => line.kind !== 'goods' || (from.shelves.get(line.skuId)?.net ?? 0) >= line.quantity,
    );
    if (!there) {
      agenda.put(now + DAY_MS, () => ship(now + DAY_MS, sold, dice, false));
      return;
    }
    for (const line of leaving) {
      const shelf = from.shelves.get(line.skuId);
      if (line.kind !== 'goods' || shelf === undefined) continue;
      shelf.net -= line.quantity;
      shelf.promised -= line.quantity;
    }
    const lines = inTwo ? leaving.map(({ line, quantity }) => ({ line, quantity })) : undefined;
    scribe.ship({
      at: now,
      sold,
      lines,
      principalId: dice.pick(whoAt(from)),
      carrierCostMinor: 265 + dice.whole(0, 190),
    });
    if (inTwo) {
      const next = packingTime(now + 5 * HOUR_MS, from, dice);
      agenda.put(next, () => ship(next, sold, dice, false));
    } else if (dice.chance(0.055) && sold.channel.kind !== 'marketplace') {
      const back = nextOpenDay(from.place.week, addDays(today(from, now), dice.whole(6, 16)));
      putReturn(localInstant(back, from.place.timeZone, 10 * 60 + dice.whole(0, 150)), sold, from, dice);
    }
  }

  // Money ------------------------------------------------------------------------------------------------------------------------

  function payOut(now: number, stocked: Stocked): void {
    const owed = scribe.owed[stocked.place.company];
    const book = (what: {
      debit: 'bank';
      credit: 'card_clearing' | 'cash' | 'marketplace_clearing';
      amountMinor: number;
      note: string;
    }): void => scribe.expense({ at: now, stocked, principalId: staff.accountant, ...what });
    const kept = Math.max(0, owed.cash - 90_000);
    book({ debit: 'bank', credit: 'card_clearing', amountMinor: owed.card, note: 'Card payout of the week' });
    book({ debit: 'bank', credit: 'cash', amountMinor: kept, note: 'Takings brought to the bank' });
    book({ debit: 'bank', credit: 'marketplace_clearing', amountMinor: owed.marketplace, note: 'Fairground payout' });
    owed.card = Math.min(0, owed.card);
    owed.cash -= kept;
    owed.marketplace = Math.min(0, owed.marketplace);
  }

  function monthEnd(now: number, stocked: Stocked): void {
    const { company } = stocked.place;
    const owed = scribe.owed[company];
    const pay = (
      debit: 'other_expense' | 'bank_charges' | 'carrier_accrual' | 'goods_received_not_invoiced',
      amountMinor: number,
      note: string,
      place = stocked,
    ): void =>
      scribe.expense({
        at: now,
        stocked: place,
        debit,
        credit: 'bank',
        amountMinor,
        note,
        principalId: staff.accountant,
      });
    for (const place of places.values())
      if (place.place.company === company)
        pay('other_expense', place.place.rentMinor, `Rent, ${place.place.name}`, place);
    pay('other_expense', company === 'UK' ? 2_240_000 : 1_310_000, 'Wages and salaries');
    pay('bank_charges', company === 'UK' ? 4_850 : 3_920, 'Account and transfers');
    pay('carrier_accrual', owed.carrier, 'Parcels of the month');
    pay('goods_received_not_invoiced', owed.supplier, 'Suppliers, 30 days');
    owed.carrier = 0;
    owed.supplier = 0;
  }

  // The calendar -----------------------------------------------------------------------------------------------------------------

  function beginDay(day: BusinessDay, n: number): void {
    const weekday = weekdayOf(day);
    const dice = openDice(seed, `calendar ${day}`);
    for (const store of stores) {
      storeDay(store, day, n);
      const early = (minutes: number): number => localInstant(day, store.place.timeZone, minutes);
      if ((weekday === 1 || weekday === 4) && n > 0)
        agenda.put(early(7 * 60 + 10), () => replenish(early(7 * 60 + 10), store));
      if (weekday === 3 && n % 5 === stores.indexOf(store)) {
        agenda.put(early(8 * 60 + 15), () => {
          const shelves = [...store.shelves.values()].filter((shelf) => shelf.promised === 0 && shelf.net >= 0);
          const chosen = shelves.slice((n * 7) % 120, ((n * 7) % 120) + 14);
          count(
            early(8 * 60 + 15),
            store,
            chosen,
            (shelf) =>
              shelf.net +
              (shelf.sku.product.baseUnit !== 'piece'
                ? -dice.whole(0, 4) * 10
                : dice.chance(0.1)
                  ? -1
                  : dice.chance(0.03)
                    ? 1
                    : 0),
          );
        });
      }
      if (dice.chance(0.07)) {
        const when = early(8 * 60 + 40);
        const shelf = dice.pick([...store.shelves.values()]);
        agenda.put(when, () =>
          adjust(when, store, shelf, {
            delta: -1,
            reason: dice.pick(['damaged', 'damaged', 'stolen', 'sample', 'own_use']),
          }),
        );
      }
    }
    for (const warehouse of warehouses) {
      const moment = (minutes: number): number => localInstant(day, warehouse.place.timeZone, minutes);
      if (weekday === 2 || weekday === 5)
        agenda.put(moment(6 * 60 + 45), () => deliver(moment(6 * 60 + 45), warehouse, weekday === 2 ? 0 : 1));
      if (weekday === 1 && n > 0) agenda.put(moment(6 * 60 + 5), () => payOut(moment(6 * 60 + 5), warehouse));
      if (day.endsWith('-01') && n > 0) agenda.put(moment(6 * 60 + 20), () => monthEnd(moment(6 * 60 + 20), warehouse));
      const through = addDays(businessDay(`${day.slice(0, 8)}01`), -1);
      if (day.endsWith('-12') && compareDays(through, firstDay) > 0)
        agenda.put(moment(9 * 60), () =>
          scribe.close({ at: moment(9 * 60), stocked: warehouse, through, principalId: staff.accountant }),
        );
    }
    for (const channel of CHANNELS) if (channel.ordersADay > 0) onlineDay(channel, day, n);
  }

  /** What went wrong lately and waits for somebody: a shelf that sold more than it had, an order for what is not there, a fact nobody can read. */
  function putTroubles(): void {
    const dice = openDice(seed, 'troubles');
    const shortAt = (code: string, day: BusinessDay, minutes: number, after?: (shelf: Shelf) => void): void => {
      const stocked = at(code);
      const when = localInstant(nextOpenDay(stocked.place.week, day), stocked.place.timeZone, minutes);
      agenda.put(when, () => {
        const shelf = [...stocked.shelves.values()]
          .filter((one) => one.sku.product.baseUnit === 'piece' && one.promised === 0 && one.net >= 0)
          .toSorted((a, b) => a.net - b.net)[0];
        if (shelf === undefined) return;
        untouched.add(`${code} ${shelf.sku.id}`);
        sellAt(when, stocked, dice, new Map([[shelf.sku, shelf.net + 1]]));
        after?.(shelf);
      });
    };
    if (plan.days > 40) {
      shortAt('BTH', addDays(firstDay, plan.days - 36), 15 * 60 + 12, (shelf) => {
        const when = localInstant(addDays(firstDay, plan.days - 34), at('BTH').place.timeZone, 8 * 60 + 20);
        agenda.put(when, () => {
          untouched.delete(`BTH ${shelf.sku.id}`);
          count(when, at('BTH'), [shelf], () => 2);
        });
      });
    }
    shortAt('EDI', yesterday, 15 * 60 + 41);
    const garbledAt = localInstant(yesterday, at('BRS').place.timeZone, 15 * 60 + 58);
    agenda.put(garbledAt, () => {
      const register = retailer.registersOf('BRS').at(-1);
      const payload = JSON.stringify({
        type: 'sale',
        version: 9,
        occurredAt: new Date(garbledAt).toISOString(),
        basket: [{ sku: 'HMG-INK', n: 2, each: '14.00' }],
        paid: { card: '28.00' },
      });
      if (register !== undefined)
        scribe.garble({
          at: garbledAt,
          stocked: at('BRS'),
          register,
          payload,
          detail: 'version 9 of a sale is not known here',
        });
    });
    const market = CHANNELS.find((channel) => channel.kind === 'marketplace') as DemoChannel;
    const soldOutAt = localInstant(yesterday, at('AVM').place.timeZone, 19 * 60 + 26);
    agenda.put(soldOutAt, () => {
      const shelf = [...at('AVM').shelves.values()]
        .filter((one) => late.has(one.sku.id))
        .toSorted((a, b) => a.net - a.promised - (b.net - b.promised))[0];
      if (shelf !== undefined)
        orderOnline(
          soldOutAt,
          market,
          at('AVM'),
          dice,
          new Map([[shelf.sku, Math.max(1, shelf.net - shelf.promised + 1)]]),
        );
    });
    for (const [code, minutes] of [
      ['BRS', 14 * 60 + 5],
      ['UTR', 13 * 60 + 32],
    ] as const) {
      const stocked = at(code);
      const when = localInstant(yesterday, stocked.place.timeZone, minutes);
      agenda.put(when, () => {
        const shelf = [...stocked.shelves.values()].find(
          (one) => one.sku.product.category === 'light' && free(one) > 0,
        );
        if (shelf === undefined) return;
        shelf.promised += 1;
        const body: ReserveStock = {
          ...scribe.occasion(stocked, when, storeChannel(stocked)),
          expiresInMs: 72 * HOUR_MS,
          lines: [
            {
              line: 1,
              reservationId: scribe.mint('document', when),
              goods: { ...goodsOf(stocked, shelf.sku.id), quantity: 1 },
            },
          ],
        };
        scribe.note({ at: when, type: 'ReserveStock', principalId: whoAt(stocked)[0] as string, body });
      });
    }
  }

  agenda.put(opensAt, () => {
    for (const stocked of places.values()) open(stocked);
    for (const stocked of warehouses) {
      scribe.expense({
        at: opensAt,
        stocked,
        debit: 'bank',
        credit: 'opening_equity',
        amountMinor: stocked.place.company === 'UK' ? 14_500_000 : 9_500_000,
        note: 'Bank balance brought forward',
        principalId: staff.accountant,
      });
    }
  });
  for (let n = 0; n < plan.days; n += 1) {
    const day = addDays(firstDay, n);
    agenda.put(Math.max(opensAt, localInstant(day, 'Europe/Amsterdam', 0)), () => beginDay(day, n));
  }
  putTroubles();
  agenda.runUntil(endsAt);
  return scribe.steps;
}
