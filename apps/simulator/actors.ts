import type { Outcome, Submission } from '../../platform/commit/command.ts';
import type { BookExpense, ClosePeriod } from '../../src/accounting/book-expense.ts';
import { mintUuidv7 } from '../../src/kernel/ids.ts';
import { addDays } from '../../src/kernel/time.ts';
import type { PlaceOrder } from '../../src/orders/place-order.ts';
import type { QuarantineFact } from '../../src/orders/quarantine-fact.ts';
import type { RecordSale, SaleLine } from '../../src/orders/sale.ts';
import type { AdjustStock, CountStock } from '../../src/stock/adjust.ts';
import type { ReceiveGoods, SetSafetyStock } from '../../src/stock/receive.ts';
import type { ExpireReservations, ReleaseReservations, ReserveStock } from '../../src/stock/reserve.ts';
import type { TransferStock } from '../../src/stock/transfer.ts';
import { paidInCoins } from './coins.ts';
import type { Dice } from './dice.ts';
import type { LimitsEditor } from './limits-editor.ts';
import type { Offers } from './offers.ts';
import type { PriceOffice } from './price-office.ts';
import { createOrderActors, remember } from './order-actors.ts';
import { createShoppers } from './shoppers.ts';
import { createVouchers } from './vouchers.ts';
import { createWallets } from './wallets.ts';
import {
  goodsOf,
  occasion,
  orderCommand,
  pricedLines,
  saleCommand,
  worldId,
  type World,
  type WorldChannel,
  type WorldLocation,
} from './world.ts';

type KnownReservation = {
  readonly ids: readonly string[];
  readonly location: WorldLocation;
  readonly skuIds: readonly string[];
  readonly quantities: readonly number[];
};
type Register = {
  readonly id: string;
  readonly location: WorldLocation;
  readonly channel: WorldChannel;
  counter: number;
  readonly backlog: Submission[];
  online: boolean;
};

/** The people and machines of a world. They act on what they believe, which is often wrong, as it is in shops. */
export type Actors = {
  /** What somebody wants now. Registers that come back push several at once, in order. */
  next(at: number): readonly Submission[];
  /** Tells the actors what became of it. */
  learn(submission: Submission, outcome: Outcome): void;
  /** What the registers still have to push: empty once everything offline has arrived. */
  leftover(at: number): readonly Submission[];
};

const PRINCIPAL = worldId(8, 0);

/** Makes the actors of a world. Everything they do follows from the dice. With offers people use them too. */
export function createActors(
  world: World,
  dice: Dice,
  offers?: Offers,
  editor?: LimitsEditor,
  prices?: PriceOffice,
): Actors {
  const reservations: KnownReservation[] = [];
  const registers: Register[] = world.locations
    .filter((one) => !one.code.endsWith('-W'))
    .map((location, n) => ({
      id: worldId(7, n),
      location,
      channel: channelOf(location.entityId, 'store'),
      counter: 0,
      backlog: [],
      online: true,
    }));
  let minted = 0;
  let sent = 0;

  function channelOf(entityId: string, kind: WorldChannel['kind']): WorldChannel {
    return world.channels.find((one) => one.entityId === entityId && one.kind === kind) as WorldChannel;
  }
  const id = (at: number): string => mintUuidv7(Math.max(0, at), (minted += 1), 4000);
  const submission = (type: string, body: unknown, at: number, extra: Partial<Submission> = {}): Submission => ({
    type,
    key: `k${(sent += 1)}`,
    principalId: PRINCIPAL,
    lane: 'interactive',
    at,
    body,
    ...extra,
  });
  const someLocation = (): WorldLocation => dice.pick(world.locations);
  const someSku = (): string => {
    // A few SKUs are wanted by everybody.
    const wide = dice.whole(world.skuIds.length);
    return world.skuIds[dice.oneIn(2) ? wide % 5 : wide] as string;
  };
  const wanted = (most = 4): { skuId: string; quantity: number; unitAmount: number }[] =>
    Array.from({ length: dice.between(1, most) }, () => ({
      skuId: someSku(),
      quantity: dice.between(1, 5),
      unitAmount: dice.between(1, 4999),
    }));

  const wallets = offers === undefined ? undefined : createWallets({ world, offers, dice, id });
  const vouchers = offers === undefined ? undefined : createVouchers(dice, id);
  const shoppers =
    offers === undefined ||
    wallets === undefined ||
    vouchers === undefined ||
    editor === undefined ||
    prices === undefined
      ? undefined
      : createShoppers({ world, offers, wallets, vouchers, editor, prices, dice, id });
  const { ship, cancel, giveBack, ...orderActors } = createOrderActors({
    world,
    dice,
    shoppers,
    vouchers,
    id,
    submission,
    channelOf,
    someLocation,
    wanted,
  });

  /** Money of another country on some marketplaces and shops. */
  const moneyOf = (channel: WorldChannel): { currency?: string; rate?: readonly [number, number] } => {
    if (channel.code === 'marketplace-1') return { currency: 'EUR', rate: [8612, 10_000] };
    if (channel.code === 'shop-1' && dice.oneIn(3)) return { currency: 'EUR', rate: [8612, 10_000] };
    if (channel.code === 'shop-2' && dice.oneIn(2)) return { currency: 'JPY', rate: [61, 10_000] };
    return {};
  };

  /** Goods and now and then postage, a service and a discount beside them. */
  function basket(
    location: WorldLocation,
    channel: WorldChannel,
  ): { lines: SaleLine[]; of: { currency?: string; rate?: readonly [number, number] } } {
    const of = moneyOf(channel);
    const entity = world.entities.find((one) => one.id === location.entityId) as World['entities'][number];
    const lines = pricedLines(location, wanted(), of.currency ?? entity.currency);
    const goodsGross = lines.reduce((sum, line) => sum + line.grossMinor, 0);
    const extra = (kind: SaleLine['kind'], grossMinor: number): void => {
      const taxMinor = Math.trunc(grossMinor / 6);
      lines.push({
        line: lines.length + 1,
        kind,
        skuId: world.skuIds[0] as string,
        description: kind,
        quantity: 1,
        unitAmount: grossMinor,
        unitScale: 0,
        unitPer: 1,
        taxPpm: 200_000,
        netMinor: grossMinor - taxMinor,
        taxMinor,
        grossMinor,
        fulfillingLocationId: location.id,
        goods: null,
      });
    };
    if (dice.oneIn(4)) extra('shipping', dice.between(1, 999));
    if (dice.oneIn(8)) extra('service', dice.between(1, 999));
    if (dice.oneIn(6) && goodsGross > 1) extra('discount', -dice.between(1, Math.min(goodsGross, 500)));
    return { lines, of };
  }

  function receive(at: number): Submission {
    const location = someLocation();
    const lines = dice.oneIn(40)
      ? []
      : wanted(6).map(({ skuId, quantity, unitAmount }, i) => ({
          line: i + 1,
          goods: { ...goodsOf(location, skuId), quantity: quantity * dice.between(1, 8) },
          valueMinor: dice.oneIn(20) ? 0 : unitAmount * quantity,
        }));
    const body: ReceiveGoods = {
      ...occasion(world, location, at),
      receiptId: id(at),
      reason: dice.oneIn(12) ? 'opening' : 'receipt',
      supplierRef: 'PO',
      lines,
    };
    return submission('ReceiveGoods', body, at);
  }

  function adjust(at: number): Submission {
    const location = someLocation();
    const reasons = ['damaged', 'stolen', 'expired', 'found', 'own_use', 'sample', 'correction'] as const;
    const lines = wanted(3).map(({ skuId, quantity }, i) => ({
      line: i + 1,
      goods: goodsOf(location, skuId),
      delta: dice.oneIn(30) ? 0 : dice.oneIn(2) ? quantity : -quantity,
      reason: dice.pick(reasons),
    }));
    const body: AdjustStock = {
      ...occasion(world, location, at),
      adjustmentId: id(at),
      fact: dice.oneIn(4),
      lines: dice.oneIn(30) ? [] : lines,
    };
    return submission('AdjustStock', body, at);
  }

  function count(at: number): Submission {
    const location = someLocation();
    const lines = wanted(4).map(({ skuId }, i) => ({
      line: i + 1,
      goods: goodsOf(location, skuId),
      counted: dice.whole(25),
    }));
    const unique = dice.oneIn(10)
      ? lines
      : lines.filter((line, i) => lines.findIndex((other) => other.goods.skuId === line.goods.skuId) === i);
    const body: CountStock = { ...occasion(world, location, at), countId: id(at), lines: dice.oneIn(30) ? [] : unique };
    return submission('CountStock', body, at);
  }

  function transfer(at: number): Submission {
    const from = someLocation();
    const to = someLocation();
    const lines = wanted(3).map(({ skuId, quantity }, i) => ({
      line: i + 1,
      goods: { ...goodsOf(from, skuId), quantity },
      to: goodsOf(to, skuId),
    }));
    const body: TransferStock = {
      ...occasion(world, from, at),
      transferId: id(at),
      toLocationId: to.id,
      toEntityId: to.entityId,
      lines: dice.oneIn(20) ? [] : lines,
    };
    return submission('TransferStock', body, at);
  }

  function safety(at: number): Submission {
    const location = someLocation();
    const { skuId, stockKey } = goodsOf(location, someSku());
    const body: SetSafetyStock = {
      ...occasion(world, location, at),
      lines: [{ skuId, stockKey, safety: dice.whole(4) }],
    };
    return submission('SetSafetyStock', body, at);
  }

  function reserve(at: number): Submission {
    const location = someLocation();
    const lines = wanted(3).map(({ skuId, quantity }, i) => ({
      line: i + 1,
      goods: { ...goodsOf(location, skuId), quantity },
      reservationId: id(at),
    }));
    const body: ReserveStock = {
      ...occasion(world, location, at, channelOf(location.entityId, 'shop')),
      lines,
      expiresInMs: dice.between(1000, 600_000),
    };
    return submission('ReserveStock', body, at);
  }

  function release(at: number): Submission {
    const known = reservations.length > 0 && !dice.oneIn(30) ? dice.pick(reservations) : undefined;
    const location = known?.location ?? someLocation();
    const reservationIds = known === undefined ? [id(at)] : dice.oneIn(3) ? known.ids.slice(0, 1) : known.ids;
    const body: ReleaseReservations = { ...occasion(world, location, at), reservationIds };
    return submission('ReleaseReservations', body, at);
  }

  function sweep(at: number): Submission {
    const known = reservations.length > 0 ? dice.pick(reservations) : undefined;
    const body: ExpireReservations = {
      ...occasion(world, known?.location ?? someLocation(), at),
      reservationIds: known?.ids ?? [id(at)],
    };
    return submission('ExpireReservations', body, at);
  }

  /** A sale with everything that a till rings up; `tampered` ones do not pay what is due. */
  function sale(at: number, location: WorldLocation, fact: RecordSale['fact'], registerId: string): RecordSale {
    const channel = channelOf(location.entityId, 'store');
    const offered = dice.oneIn(3) ? undefined : shoppers?.sale({ at, location, channel, of: {} }, fact, registerId);
    if (offered !== undefined) return paidInCoins(offered, location, dice);
    const { lines } = basket(location, channel);
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
    });
    const due = lines.reduce((sum, line) => sum + line.grossMinor, 0);
    const byCard = dice.oneIn(2);
    const tender = (amount: number, method: 'cash' | 'card'): RecordSale['tenders'][number] => ({
      paymentId: id(at),
      method,
      amount,
      providerRef: method === 'card' ? 'auth' : '',
      feeMinor: method === 'card' ? Math.min(20, Math.max(0, amount)) : 0,
    });
    const part = due > 1 && dice.oneIn(5) ? dice.between(1, due - 1) : due;
    const wrong = dice.oneIn(30) ? dice.between(1, 9) : 0;
    const tenders = [
      tender(part + wrong, byCard ? 'card' : 'cash'),
      ...(part === due ? [] : [tender(due - part, 'cash')]),
    ].filter((one) => one.amount !== 0);
    return paidInCoins({ ...base, lines, tenders }, location, dice);
  }

  function requestedSale(at: number): Submission {
    const register = dice.pick(registers);
    const body = sale(at, register.location, null, register.location.id);
    return submission('RecordSale', dice.oneIn(50) ? { ...body, lines: [], tenders: [] } : body, at);
  }

  function saleOfReserved(at: number): Submission {
    if (reservations.length === 0) return reserve(at);
    const known = dice.pick(reservations);
    const { location } = known;
    const entity = world.entities.find((one) => one.id === location.entityId) as World['entities'][number];
    // They take what was put aside, sometimes less, sometimes more, sometimes one SKU on two lines.
    const asked = known.skuIds.map((skuId, i) => ({
      skuId,
      quantity: Math.max(1, (known.quantities[i] as number) + dice.between(-1, 1)),
      unitAmount: dice.between(1, 999),
    }));
    if (dice.oneIn(3)) asked.push({ ...(asked[0] as (typeof asked)[0]), quantity: dice.between(1, 3) });
    const lines = pricedLines(location, asked, entity.currency);
    const due = lines.reduce((sum, line) => sum + line.grossMinor, 0);
    const channel = channelOf(location.entityId, 'store');
    const base = saleCommand({
      world,
      location,
      channel,
      at,
      orderId: id(at),
      paymentId: id(at),
      wanted: [],
      method: 'cash',
      fact: null,
    });
    const reservationIds = dice.oneIn(8) ? [id(at), ...known.ids] : known.ids;
    const tenders: RecordSale['tenders'] = [
      { paymentId: id(at), method: 'cash', amount: due, providerRef: '', feeMinor: 0 },
    ];
    const body = paidInCoins({ ...base, lines, tenders, reservationIds }, location, dice);
    return submission('RecordSaleOfReserved', body, at);
  }

  function placeOrder(at: number, kind: 'shop' | 'marketplace'): Submission {
    const location = someLocation();
    const channel = channelOf(location.entityId, kind);
    const fact = kind === 'marketplace';
    const from = fact ? { lane: 'bulk' as const, sourceId: channel.id } : {};
    const offered = dice.oneIn(3)
      ? undefined
      : shoppers?.order({ at, location, channel, of: moneyOf(channel) }, fact, fact ? `M-${minted}` : '');
    if (offered !== undefined) return submission('PlaceOrder', offered, at, from);
    const { lines, of } = basket(location, channel);
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
      externalRef: fact ? `M-${minted}` : '',
      ...of,
    });
    const due = Math.max(
      0,
      lines.reduce((sum, line) => sum + line.grossMinor, 0),
    );
    const method = fact ? 'marketplace' : dice.pick(['card', 'bank', 'on_account'] as const);
    const payment = (amount: number): PlaceOrder['payments'][number] => ({
      paymentId: id(at),
      method,
      authorised: amount,
      captured: !fact && method === 'bank' && dice.oneIn(2) ? dice.between(0, amount) : 0,
      providerRef: 'auth',
    });
    const short = dice.oneIn(20) ? Math.min(due, dice.between(1, 500)) : 0;
    const part = due > 2 && dice.oneIn(5) ? dice.between(1, due - 1) : 0;
    const payments = [payment(due - part - Math.min(short, due - part)), ...(part > 0 ? [payment(part)] : [])];
    const body: PlaceOrder = { ...base, lines: !fact && dice.oneIn(40) ? [] : lines, payments };
    return submission('PlaceOrder', body.lines.length === 0 ? { ...body, payments: [] } : body, at, from);
  }

  function expense(at: number): Submission {
    const location = someLocation();
    const foreign = dice.oneIn(4);
    const roles = ['bank_charges', 'other_expense', 'bank', 'bad_debts'] as const;
    const where = occasion(world, location, at);
    const body: BookExpense = {
      ...where,
      expenseId: id(at),
      debit: dice.pick(roles),
      credit: 'bank',
      currency: foreign ? 'JPY' : where.entityCurrency,
      rate: foreign ? [61, 10_000] : [1, 1],
      amountMinor: dice.oneIn(10) ? 0 : dice.between(1, 99_999),
      note: 'fees',
    };
    return submission('BookExpense', body, at);
  }

  function closePeriod(at: number): Submission {
    const location = someLocation();
    const where = occasion(world, location, at);
    const body: ClosePeriod = { ...where, through: addDays(where.businessDay, dice.between(-3, 0)) };
    return submission('ClosePeriod', body, at);
  }

  /** A till sells; without a network the fact waits in its backlog. Some facts come out unreadable. */
  function sellAtTill(at: number): readonly Submission[] {
    const register = dice.pick(registers);
    if (dice.oneIn(12)) register.online = !register.online;
    register.counter += 1;
    const fact = { sourceId: register.id, counter: register.counter, mac: `mac-${register.counter}` };
    const extra = { lane: 'bulk' as const, sourceId: register.id };
    if (dice.oneIn(25)) {
      const body: QuarantineFact = {
        ...occasion(world, register.location, at),
        fact,
        reason: dice.pick(['malformed', 'forged', 'unknown_version']),
        detail: 'as it came',
        raw: '{',
      };
      register.backlog.push(submission('QuarantineFact', body, at, extra));
    } else {
      register.backlog.push(submission('RecordSale', sale(at, register.location, fact, register.id), at, extra));
    }
    return register.online ? push(register, 40) : [];
  }

  /** Pushes a register's backlog in order, or, being software, two facts the wrong way round and one again under another key. */
  function push(register: Register, most: number): readonly Submission[] {
    const pushed = register.backlog.slice(0, most);
    if (pushed.length > 1 && dice.oneIn(10)) {
      const i = dice.whole(pushed.length - 1);
      pushed.splice(i, 2, pushed[i + 1] as Submission, pushed[i] as Submission);
    }
    const first = pushed[0];
    if (first !== undefined && dice.oneIn(15)) pushed.push({ ...first, key: `k${(sent += 1)}` });
    return pushed;
  }

  const trades: readonly (readonly [weight: number, act: (at: number) => Submission | readonly Submission[]])[] = [
    [14, receive],
    [3, adjust],
    [2, count],
    [4, transfer],
    [1, safety],
    [5, reserve],
    [2, release],
    [2, sweep],
    [4, saleOfReserved],
    [18, requestedSale],
    [18, sellAtTill],
    [12, (at) => placeOrder(at, 'shop')],
    [4, (at) => placeOrder(at, 'marketplace')],
    [14, ship],
    [4, cancel],
    [5, giveBack],
    [1, expense],
    ...(wallets?.acts ?? []).map(
      ([weight, act]) =>
        [
          weight,
          (at: number) => {
            const { type, body } = act(at);
            return submission(type, body, at);
          },
        ] as const,
    ),
  ];
  const weights = trades.reduce((sum, [weight]) => sum + weight, 0);

  return {
    next(at) {
      if (dice.oneIn(150)) return [closePeriod(at)];
      if (dice.oneIn(60)) editor?.edit(at);
      prices?.edit(at);
      let thrown = dice.whole(weights);
      for (const [weight, act] of trades) {
        thrown -= weight;
        if (thrown >= 0) continue;
        const deed = act(at);
        return Array.isArray(deed) ? (deed as readonly Submission[]) : [deed as Submission];
      }
      return [];
    },
    learn(said, outcome) {
      const { type, body, key, sourceId } = said;
      orderActors.learn(said, outcome);
      shoppers?.learn(said, outcome);
      vouchers?.learn(said, outcome);
      wallets?.learn(said, outcome);
      if (sourceId !== undefined) {
        const register = registers.find((one) => one.id === sourceId);
        const fact = (body as { fact?: { counter: number } }).fact;
        const gone =
          outcome.kind === 'accepted' || (outcome.kind === 'refused' && outcome.rejection.reason === 'fact_repeated');
        const at =
          register === undefined || !gone
            ? -1
            : register.backlog.findIndex(
                (one) => one.key === key || (one.body as { fact: { counter: number } }).fact.counter === fact?.counter,
              );
        if (at >= 0) register?.backlog.splice(at, 1);
      }
      if (outcome.kind !== 'accepted') return;
      if (type === 'ReserveStock') {
        const { lines, locationId } = body as ReserveStock;
        remember(reservations, {
          ids: lines.map((line) => line.reservationId),
          location: world.locations.find((one) => one.id === locationId) as WorldLocation,
          skuIds: lines.map((line) => line.goods.skuId),
          quantities: lines.map((line) => line.goods.quantity),
        });
      }
    },
    leftover: () => registers.flatMap((register) => register.backlog.slice(0, 200)),
  };
}
