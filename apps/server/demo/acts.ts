import type { BookExpense, ClosePeriod } from '../../../src/accounting/book-expense.ts';
import type { Channel } from '../../../src/channels/channel.ts';
import { encodeId } from '../../../src/kernel/ids.ts';
import { applyRate, includedTax } from '../../../src/kernel/rate.ts';
import { businessDayOf, fiscalYearOf, instantToText, weekMinuteOf } from '../../../src/kernel/time.ts';
import type { CancelOrder } from '../../../src/orders/cancel-order.ts';
import type { PlaceOrder } from '../../../src/orders/place-order.ts';
import type { QuarantineFact } from '../../../src/orders/quarantine-fact.ts';
import type { ReturnGoods } from '../../../src/orders/return-goods.ts';
import type { RecordSale, SaleLine, Tender } from '../../../src/orders/sale.ts';
import { macOf } from '../../../src/orders/server/register-facts.ts';
import { seriesFor } from '../../../src/orders/server/prepare.ts';
import type { ShipOrder } from '../../../src/orders/ship-order.ts';
import type { OrderRewardTerms } from '../../../src/orders/rewards-of-order.ts';
import type { PaymentMethod } from '../../../src/payments/payment.ts';
import { lineAmount } from '../../../src/kernel/money.ts';
import type { UsedPromotion } from '../../../src/pricing/promotion-use.ts';
import { applyPromotions } from '../../../src/pricing/promotion/apply-promotions.ts';
import { compilePromotions } from '../../../src/pricing/promotion/compile-promotions.ts';
import type { Promotion } from '../../../src/pricing/promotion/promotion.ts';
import { vatRateOn } from '../../../src/pricing/vat.ts';
import type { LoyaltyProgramme } from '../../../src/rewards/loyalty-programme.ts';
import type { StockOccasion } from '../../../src/stock/goods.ts';
import { priceAt, type DemoSku } from './catalogue.ts';
import { demoId, type DemoIdKind } from './dice.ts';
import type { DemoCustomer } from './people.ts';
import { VAT_RATES, type DemoRetailer } from './retailer.ts';
import { shelfOf, type Stocked } from './shelves.ts';

/** One command of the history: when it happened and everything the door wants to know. `of` is the order it is about, where there is one. */
export type Step = {
  readonly at: number;
  readonly type: string;
  readonly key: string;
  readonly principalId: string;
  readonly sourceId?: string;
  readonly body: unknown;
  readonly sent?: unknown;
  readonly of?: string;
};

/** SKUs somebody wants, with how many base units. */
export type Basket = ReadonlyMap<DemoSku, number>;

/** An order or sale as the simulator remembers it until it is shipped, cancelled or returned. */
export type Sold = {
  readonly orderId: string;
  readonly channel: Channel;
  readonly from: Stocked;
  readonly lines: readonly SaleLine[];
  readonly customer: DemoCustomer | undefined;
  readonly payments: readonly { readonly paymentId: string; readonly method: PaymentMethod; readonly amount: number }[];
  readonly shipped: Map<number, number>;
  readonly rewards?: OrderRewardTerms | undefined;
};

/** What the card company and the marketplace keep. */
const CARD_ONLINE = { ppm: 14_000, fixedMinor: 20 };
const CARD_TERMINAL = { ppm: 9_000, fixedMinor: 0 };

type Owed = Record<'card' | 'cash' | 'marketplace' | 'carrier' | 'supplier', number>;

/** What a customer is given besides: promotions, and points of the company whose programme it is. */
export type DemoOffers = {
  readonly promotions: readonly Promotion[];
  readonly programme?: LoyaltyProgramme | undefined;
};

/** Opens a scribe: it writes commands as the routes prepare them, in the order they are asked for. It counts facts and receipts of registers, and what is owed to whom in each company (`owed`). */
export function openScribe(retailer: DemoRetailer, { promotions, programme }: DemoOffers) {
  const steps: Step[] = [];
  const compiled = compilePromotions(promotions);
  const welcomed = new Set<string>();
  const counts = new Map<DemoIdKind, number>();
  const registers = new Map<string, { counter: number; mac: string; numbers: Map<number, number> }>();
  const owed: Record<'UK' | 'NL', Owed> = {
    UK: { card: 0, cash: 0, marketplace: 0, carrier: 0, supplier: 0 },
    NL: { card: 0, cash: 0, marketplace: 0, carrier: 0, supplier: 0 },
  };

  const mint = (kind: DemoIdKind, at: number): string => {
    const n = counts.get(kind) ?? 0;
    counts.set(kind, n + 1);
    return demoId(kind, at, n);
  };
  const occasion = (stocked: Stocked, at: number, channel?: Channel): StockOccasion => ({
    entityId: stocked.location.entityId,
    locationId: stocked.location.id,
    channelId: channel?.id,
    entityCurrency: retailer.entityOf(stocked.place.company).functionalCurrency,
    occurredAt: at,
    businessDay: businessDayOf(at, stocked.location),
  });
  const setting = (stocked: Stocked, channel: Channel, at: number) => ({
    entity: retailer.entityOf(stocked.place.company),
    channel: { ...channel, archived: false },
    location: { ...stocked.location, archived: false },
    businessDay: businessDayOf(at, stocked.location),
  });
  const note = (step: Omit<Step, 'key'> & { key?: string }): void =>
    void steps.push({ key: `demo/${steps.length}`, ...step });

  const priced = (
    basket: Basket,
    about: {
      from: Stocked;
      channel: Channel;
      at: number;
      associateId?: string | undefined;
      customer: DemoCustomer | undefined;
      code?: string | undefined;
    },
  ): { lines: SaleLine[]; used: UsedPromotion[] } => {
    const { from, channel, at, customer, code } = about;
    const businessDay = businessDayOf(at, from.location);
    const wanted = [...basket].map(([sku, quantity]) => {
      const unitAmount = priceAt(sku, channel);
      const price = { amount: unitAmount, currency: channel.currency, per: sku.product.per };
      return { sku, quantity, unitAmount, listMinor: lineAmount(price, quantity) };
    });
    // What a marketplace sells for is its own price.
    const outcome =
      channel.kind === 'marketplace'
        ? undefined
        : applyPromotions(compiled, {
            currency: channel.currency,
            at,
            weekMinute: weekMinuteOf(at, from.location.timeZone),
            businessDay,
            channelId: channel.id,
            locationId: from.location.id,
            ...(customer === undefined
              ? {}
              : {
                  customer: {
                    id: customer.id,
                    groupIds: [],
                    firstOrder: !welcomed.has(customer.id),
                    employee: false,
                  },
                }),
            couponCodes: code === undefined ? [] : [code],
            offerIds: [],
            refused: [],
            lines: wanted.map(({ sku, quantity, listMinor }, index) => ({
              key: String(index + 1),
              skuId: sku.id,
              productId: sku.productId,
              categoryIds: [sku.categoryId],
              kind: sku.product.kind,
              quantity,
              countable: sku.product.baseUnit === 'piece',
              amountMinor: listMinor,
              closed: sku.product.kind === 'voucher',
            })),
          });
    const limitsOf = (id: string) => compiled.byId.get(id)?.promotion.limits ?? {};
    const used = (outcome?.applied ?? []).map(({ promotionId, amountMinor }): UsedPromotion => ({
      promotionId,
      amountMinor,
      limits: limitsOf(promotionId),
      ...(customer === undefined ? {} : { customerId: customer.id }),
    }));
    const lines = wanted.map(({ sku, quantity, unitAmount, listMinor }, index): SaleLine => {
      const { per, kind } = sku.product;
      const rate = vatRateOn(VAT_RATES, { country: from.location.country, taxClass: sku.taxClass, day: businessDay });
      if (rate === undefined) throw new Error(`The demo has no VAT rate for ${sku.code}.`);
      const discounts = outcome?.lines[index]?.discounts ?? [];
      const grossMinor = listMinor - discounts.reduce((sum, one) => sum + one.amountMinor, 0);
      const taxMinor = includedTax(grossMinor, rate.ratePpm);
      return {
        line: index + 1,
        kind: kind === 'bundle' ? 'goods' : kind,
        skuId: sku.id,
        description: sku.name,
        quantity,
        unitAmount,
        unitScale: 0,
        unitPer: per,
        taxPpm: rate.ratePpm,
        netMinor: grossMinor - taxMinor,
        taxMinor,
        grossMinor,
        ...(discounts.length === 0 ? {} : { discounts }),
        fulfillingLocationId: from.location.id,
        associateId: about.associateId,
        goods: kind === 'goods' ? shelfOf(from, sku.id) : null,
      };
    });
    return { lines, used };
  };
  /** Whose points a sale at a till earns, and what of. */
  const earning = (
    basket: Basket,
    stocked: Stocked,
    customer: DemoCustomer | undefined,
  ): OrderRewardTerms | undefined =>
    programme === undefined || customer === undefined || programme.entityId !== stocked.location.entityId
      ? undefined
      : {
          membership: { programme, customerId: customer.id },
          catalog: new Map(
            [...basket.keys()].map(({ id, productId, categoryId }) => [id, { productId, categoryIds: [categoryId] }]),
          ),
        };
  const due = (lines: readonly SaleLine[]): number => lines.reduce((sum, line) => sum + line.grossMinor, 0);

  return {
    steps,
    owed,
    mint,
    occasion,
    note,
    registerOf: (registerId: string) => {
      let register = registers.get(registerId);
      if (register === undefined) registers.set(registerId, (register = { counter: 0, mac: '', numbers: new Map() }));
      return register;
    },

    /** A sale at a till, sent by its register as a fact with the register's own number. */
    sell(sale: {
      at: number;
      stocked: Stocked;
      channel: Channel;
      register: DemoRetailer['plan']['registers'][number];
      basket: Basket;
      associateId: string;
      customer: DemoCustomer | undefined;
      pay: (due: number) => readonly { method: PaymentMethod; amount: number; accountKey?: string }[];
    }): Sold {
      const { at, stocked, channel, register, associateId, customer } = sale;
      const orderId = mint('order', at);
      const { lines, used } = priced(sale.basket, { from: stocked, channel, at, associateId, customer });
      const rewards = earning(sale.basket, stocked, customer);
      const where = setting(stocked, channel, at);
      const paid = sale.pay(due(lines)).map((one) => ({ ...one, paymentId: mint('payment', at) }));
      const tenders = paid.map(({ paymentId, method, amount, accountKey }, n): Tender => ({
        paymentId,
        method,
        amount,
        providerRef: method === 'card' ? `terminal:${orderId.slice(-12)}${n}` : '',
        feeMinor: method === 'card' ? applyRate(amount, CARD_TERMINAL.ppm) : 0,
        ...(accountKey === undefined ? {} : { accountKey }),
      }));
      const count = this.registerOf(register.id);
      const fiscalYear = fiscalYearOf(where.businessDay, { startMonth: where.entity.fiscalYearStartMonth });
      const number = (count.numbers.get(fiscalYear) ?? 0) + 1;
      count.numbers.set(fiscalYear, number);
      const payload = JSON.stringify(
        receiptOf({
          orderId,
          at,
          channel,
          lines,
          tenders,
          businessDay: where.businessDay,
          fiscalYear,
          number,
          customer,
          associateId,
        }),
      );
      const counter = (count.counter += 1);
      const previous = count.mac;
      const mac = (count.mac = macOf(register.factSecret, { counter, previous, payload }));
      const body: RecordSale = {
        ...occasion(stocked, at, channel),
        orderId,
        rate: [1, 1],
        terms: {
          kind: 'till_sale',
          entityId: where.entity.id,
          channelId: channel.id,
          sellingLocationId: stocked.location.id,
          externalRef: '',
          currency: channel.currency,
          taxInclusive: true,
          placedAt: at,
          businessDay: where.businessDay,
          registerId: register.id,
          associateId,
          customerId: customer?.id,
          customerCardId: customer?.cardId,
          ...(used.length === 0 ? {} : { promotions: used }),
        },
        ...(rewards === undefined ? {} : { rewards }),
        fact: { sourceId: register.id, counter, mac },
        lines,
        tenders,
        series: { ...seriesFor(where, 'receipt', { id: register.id, code: register.code, fiscalYear }), number },
        reservationIds: [],
      };
      note({
        at,
        type: 'RecordSale',
        key: `fact:${counter}`,
        principalId: register.id,
        sourceId: register.id,
        body,
        sent: JSON.stringify({ counter, previous, mac, payload }),
      });
      const books = owed[stocked.place.company];
      for (const tender of tenders) {
        if (tender.method === 'card') books.card += tender.amount - tender.feeMinor;
        if (tender.method === 'cash') books.cash += tender.amount;
      }
      return {
        orderId,
        channel,
        from: stocked,
        lines,
        customer,
        payments: paid,
        shipped: new Map(lines.map((line) => [line.line, line.quantity])),
        rewards,
      };
    },

    /** A fact of a register that nobody can read: a till that was updated before the server was. */
    garble(fact: {
      at: number;
      stocked: Stocked;
      register: DemoRetailer['plan']['registers'][number];
      payload: string;
      detail: string;
    }): void {
      const { at, stocked, register, payload, detail } = fact;
      const count = this.registerOf(register.id);
      const counter = (count.counter += 1);
      const previous = count.mac;
      const mac = (count.mac = macOf(register.factSecret, { counter, previous, payload }));
      const raw = JSON.stringify({ counter, previous, mac, payload });
      const body: QuarantineFact = {
        ...occasion(stocked, at),
        fact: { sourceId: register.id, counter, mac },
        reason: 'unknown_version',
        detail,
        raw,
      };
      note({
        at,
        type: 'QuarantineFact',
        key: `fact:${counter}`,
        principalId: register.id,
        sourceId: register.id,
        body,
        sent: raw,
      });
    },

    /** An order by the web shop, the telephone or the marketplace. */
    order(order: {
      at: number;
      from: Stocked;
      channel: Channel;
      basket: Basket;
      customer: DemoCustomer | undefined;
      principalId: string;
      method: PaymentMethod;
      externalRef?: string;
    }): Sold {
      const { at, from, channel, customer, method } = order;
      const fact = channel.kind === 'marketplace';
      const orderId = mint('order', at);
      // Who orders for the first time in a web shop has heard of the code.
      const code = channel.kind === 'shop' && customer !== undefined ? 'WELCOME10' : undefined;
      const { lines, used } = priced(order.basket, { from, channel, at, customer, code });
      if (customer !== undefined) welcomed.add(customer.id);
      const amount = due(lines);
      const paymentId = mint('payment', at);
      const where = setting(from, channel, at);
      const body: PlaceOrder = {
        ...occasion(from, at, channel),
        orderId,
        rate: [1, 1],
        fact,
        lines,
        terms: {
          kind: fact ? 'marketplace_order' : 'order',
          entityId: where.entity.id,
          channelId: channel.id,
          sellingLocationId: from.location.id,
          externalRef: order.externalRef ?? '',
          currency: channel.currency,
          taxInclusive: true,
          placedAt: at,
          businessDay: where.businessDay,
          customerId: customer?.id,
          customerCardId: customer?.cardId,
          ...(used.length === 0 ? {} : { promotions: used }),
        },
        payments: [
          {
            paymentId,
            method,
            authorised: amount,
            captured: method === 'bank' ? amount : 0,
            providerRef: `${method === 'card' ? 'online' : method}:${orderId.slice(-12)}`,
          },
        ],
        series: seriesFor(where, 'order'),
      };
      note({
        at,
        type: 'PlaceOrder',
        principalId: order.principalId,
        ...(fact ? { sourceId: channel.id } : {}),
        body,
        of: orderId,
      });
      return { orderId, channel, from, lines, customer, payments: [{ paymentId, method, amount }], shipped: new Map() };
    },

    /** Ships lines of an order, or all that is left. */
    ship(shipment: {
      at: number;
      sold: Sold;
      lines: readonly { line: number; quantity: number }[] | undefined;
      principalId: string;
      carrierCostMinor: number;
    }): void {
      const { at, sold, lines, carrierCostMinor } = shipment;
      const { from, channel } = sold;
      const fees = { card: CARD_ONLINE, marketplace: { ppm: channel.commissionPpm, fixedMinor: 0 } };
      const body: ShipOrder = {
        ...occasion(from, at, channel),
        orderId: sold.orderId,
        rate: [1, 1],
        lines,
        series: seriesFor(setting(from, channel, at), 'invoice'),
        fees,
        carrierCostMinor,
      };
      note({ at, type: 'ShipOrder', principalId: shipment.principalId, body, of: sold.orderId });
      const books = owed[from.place.company];
      books.carrier += carrierCostMinor;
      const part =
        lines ?? sold.lines.map(({ line, quantity }) => ({ line, quantity: quantity - (sold.shipped.get(line) ?? 0) }));
      const first = sold.shipped.size === 0;
      let amount = 0;
      for (const { line, quantity } of part) {
        sold.shipped.set(line, (sold.shipped.get(line) ?? 0) + quantity);
        amount += sold.lines.find((one) => one.line === line)?.grossMinor ?? 0;
      }
      // Lines are shipped whole here, so their amounts need not be shared out.
      const { method } = sold.payments[0] ?? { method: 'bank' };
      if (method === 'card')
        books.card += amount - applyRate(amount, CARD_ONLINE.ppm) - (first ? CARD_ONLINE.fixedMinor : 0);
      if (method === 'marketplace') books.marketplace += amount - applyRate(amount, channel.commissionPpm);
    },

    /** Cancels what is left of an order. */
    cancel(cancellation: { at: number; sold: Sold; principalId: string; reason: string }): void {
      const { at, sold, principalId, reason } = cancellation;
      const body: CancelOrder = {
        ...occasion(sold.from, at, sold.channel),
        orderId: sold.orderId,
        rate: [1, 1],
        lines: undefined,
        reason,
      };
      note({ at, type: 'CancelOrder', principalId, body, of: sold.orderId });
    },

    /** Takes back one whole line of a sale and gives the money back the way it came. */
    takeBack(back: { at: number; sold: Sold; line: SaleLine; to: Stocked; principalId: string; reason: string }): void {
      const { at, sold, line, to, reason } = back;
      const { channel } = sold;
      const where = setting(to, channel, at);
      const payment = sold.payments[0];
      if (payment === undefined) return;
      const { goods, ...rest } = line;
      const body: ReturnGoods = {
        ...occasion(to, at, channel),
        orderId: mint('order', at),
        rate: [1, 1],
        fact: false,
        reason,
        terms: {
          kind: 'return',
          entityId: where.entity.id,
          channelId: channel.id,
          sellingLocationId: to.location.id,
          externalRef: '',
          currency: channel.currency,
          taxInclusive: true,
          placedAt: at,
          businessDay: where.businessDay,
          originalOrderId: sold.orderId,
          customerId: sold.customer?.id,
          customerCardId: sold.customer?.cardId,
        },
        lines: [
          {
            ...rest,
            line: 1,
            fulfillingLocationId: to.location.id,
            goods: goods === null ? null : shelfOf(to, line.skuId),
            original: line.line,
            returnedBefore: 0,
          },
        ],
        tenders: [
          {
            paymentId: mint('payment', at),
            method: payment.method,
            amount: line.grossMinor,
            providerRef: '',
            refundOf: payment.paymentId,
          },
        ],
        series: seriesFor(where, 'credit_note'),
        ...(sold.rewards === undefined ? {} : { rewards: sold.rewards }),
      };
      note({ at, type: 'ReturnGoods', principalId: back.principalId, body, of: sold.orderId });
      const books = owed[to.place.company];
      if (payment.method === 'card' || payment.method === 'cash' || payment.method === 'marketplace')
        books[payment.method] -= line.grossMinor;
    },

    /** Books what no sale brings. Nothing when there is nothing to book. */
    expense(expense: {
      at: number;
      stocked: Stocked;
      debit: BookExpense['debit'];
      credit: BookExpense['credit'];
      amountMinor: number;
      note: string;
      principalId: string;
    }): void {
      const { at, stocked, debit, credit, amountMinor, principalId } = expense;
      if (amountMinor <= 0) return;
      const where = occasion(stocked, at);
      const body: BookExpense = {
        ...where,
        expenseId: mint('document', at),
        debit,
        credit,
        currency: where.entityCurrency,
        rate: [1, 1],
        amountMinor,
        note: expense.note,
      };
      note({ at, type: 'BookExpense', principalId, body });
    },

    /** Closes the books of the company of a place. */
    close(closing: { at: number; stocked: Stocked; through: ClosePeriod['through']; principalId: string }): void {
      const body: ClosePeriod = { ...occasion(closing.stocked, closing.at), through: closing.through };
      note({ at: closing.at, type: 'ClosePeriod', principalId: closing.principalId, body });
    },
  };
}

/** A sale as a till writes it down: version 1 of its facts. */
function receiptOf(of: {
  orderId: string;
  at: number;
  channel: Channel;
  lines: readonly SaleLine[];
  tenders: readonly Tender[];
  businessDay: string;
  fiscalYear: number;
  number: number;
  customer: DemoCustomer | undefined;
  associateId: string;
}): Record<string, unknown> {
  return {
    type: 'sale',
    version: 1,
    orderId: encodeId('ord', of.orderId),
    occurredAt: instantToText(of.at),
    businessDay: of.businessDay,
    channelId: encodeId('chn', of.channel.id),
    currency: of.channel.currency,
    taxInclusive: true,
    document: { fiscalYear: of.fiscalYear, number: of.number },
    ...(of.customer === undefined ? {} : { customerId: encodeId('cus', of.customer.id) }),
    associateId: encodeId('per', of.associateId),
    lines: of.lines.map(
      ({
        skuId,
        kind,
        description,
        quantity,
        unitAmount,
        unitScale,
        unitPer,
        taxPpm,
        netMinor,
        taxMinor,
        grossMinor,
      }) => ({
        skuId: encodeId('sku', skuId),
        kind,
        description,
        quantity,
        unitAmount,
        unitScale,
        unitPer,
        taxPpm,
        netMinor,
        taxMinor,
        grossMinor,
      }),
    ),
    tenders: of.tenders.map(({ paymentId, method, amount, providerRef, feeMinor }) => ({
      paymentId: encodeId('pay', paymentId),
      method,
      amountMinor: amount,
      reference: providerRef,
      feeMinor,
    })),
  };
}
