import { createHash } from 'node:crypto';
import { Temporal } from 'temporal-polyfill';
import type { Submission } from '../../../platform/commit/command.ts';
import type { Committer } from '../../../platform/commit/committer.ts';
import type { Master } from '../../../platform/commit/master-door.ts';
import { expenseAccounts, natureOf, writeOffReason } from '../../../connectors/online-retail/classify.ts';
import {
  linesOf,
  type PlannedInvoice,
  type PlannedLine,
  type ReplayPlan,
} from '../../../connectors/online-retail/plan.ts';
import { importCatalog, importCategories } from '../../../src/catalog/server/bulk.ts';
import { importPrices } from '../../../src/pricing/server/bulk.ts';
import { importCustomers } from '../../../src/customers/server/bulk.ts';
import type { BookExpense } from '../../../src/accounting/book-expense.ts';
import { seriesKey, type SeriesKind } from '../../../src/company/document-series.ts';
import { currencyCode } from '../../../src/kernel/currency.ts';
import { mintUuidv7 } from '../../../src/kernel/ids.ts';
import { businessDay, businessDayOf, type BusinessDay } from '../../../src/kernel/time.ts';
import type { LineKind, OrderKind, OrderTerms, PricedLine } from '../../../src/orders/order.ts';
import type { ReturnGoods } from '../../../src/orders/return-goods.ts';
import type { RecordSale } from '../../../src/orders/sale.ts';
import type { PaymentMethod } from '../../../src/payments/payment.ts';
import type { AdjustStock } from '../../../src/stock/adjust.ts';
import type { StockOccasion } from '../../../src/stock/goods.ts';
import type { ReceiveGoods } from '../../../src/stock/receive.ts';
import { goodsAt } from '../../../src/stock/server/goods-at.ts';
import { openRetailer } from '../setup/open-retailer.ts';

const ZONE = { timeZone: 'Europe/London', cutOffHour: 0 };
const CURRENCY = currencyCode('GBP');

/** Ids of the replayed retailer are made from its data, so that a replay that was broken off goes on with the same ones. */
function idOf(kind: string, name: string): string {
  const hex = createHash('sha256').update(`${kind}\n${name}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const ENTITY = idOf('entity', 'replay');
const WAREHOUSE = idOf('location', 'replay');
const AREA = idOf('area', 'replay');
const CHANNELS = { wholesale: idOf('channel', 'wholesale'), web: idOf('channel', 'web') };
const LOCATION = { id: WAREHOUSE, entityId: ENTITY, areaId: AREA, valuationMethod: 'moving_average' as const };
/** Who replays: a principal of its own, so that its keys are its own. */
export const REPLAY_PRINCIPAL = idOf('principal', 'replay');

const COUNTRIES: Readonly<Record<string, string>> = {
  'United Kingdom': 'GB',
  Germany: 'DE',
  France: 'FR',
  EIRE: 'IE',
  Spain: 'ES',
  Netherlands: 'NL',
  Belgium: 'BE',
  Switzerland: 'CH',
  Portugal: 'PT',
  Australia: 'AU',
  Norway: 'NO',
  Italy: 'IT',
  Finland: 'FI',
  Cyprus: 'CY',
  Sweden: 'SE',
  Austria: 'AT',
  Denmark: 'DK',
  Japan: 'JP',
  Poland: 'PL',
  Israel: 'IL',
  USA: 'US',
  'Hong Kong': 'HK',
  Singapore: 'SG',
  Iceland: 'IS',
  Canada: 'CA',
  Greece: 'GR',
  Malta: 'MT',
  'United Arab Emirates': 'AE',
  RSA: 'ZA',
  Lebanon: 'LB',
  Lithuania: 'LT',
  Brazil: 'BR',
  'Czech Republic': 'CZ',
  Bahrain: 'BH',
  'Saudi Arabia': 'SA',
};

/** Sets the retailer up and writes products, prices and customers. Repeating it changes nothing. */
export async function writeMasterData(master: Master, plan: ReplayPlan, at: number): Promise<void> {
  const from = { principalId: REPLAY_PRINCIPAL, at };
  const firstDay = businessDay((plan.invoices[0]?.at ?? '2010-01-01').slice(0, 10));
  orThrow(
    await openRetailer(
      master,
      { ...from, key: 'replay/retailer' },
      {
        entities: [
          {
            id: ENTITY,
            code: 'UK',
            name: 'Replayed retailer',
            country: 'GB',
            functionalCurrency: CURRENCY,
            fiscalYearStartMonth: 1,
          },
        ],
        registrations: [],
        locations: [
          {
            id: WAREHOUSE,
            entityId: ENTITY,
            code: 'WH',
            name: 'Warehouse',
            kind: 'warehouse',
            city: 'London',
            country: 'GB',
            ...ZONE,
          },
        ],
        areas: [
          {
            id: AREA,
            entityId: ENTITY,
            name: 'United Kingdom',
            method: 'moving_average',
            currency: CURRENCY,
            locationIds: [WAREHOUSE],
          },
        ],
        channels: [
          {
            id: CHANNELS.wholesale,
            entityId: ENTITY,
            code: 'WHOLESALE',
            name: 'Wholesale',
            kind: 'call_centre',
            currency: CURRENCY,
            defaultLocationId: WAREHOUSE,
            commissionPpm: 0,
          },
          {
            id: CHANNELS.web,
            entityId: ENTITY,
            code: 'WEB',
            name: 'Web shop',
            kind: 'shop',
            currency: CURRENCY,
            defaultLocationId: WAREHOUSE,
            commissionPpm: 0,
          },
        ],
        priceLists: [
          {
            id: idOf('price_list', 'web'),
            channelId: CHANNELS.web,
            currency: CURRENCY,
            taxInclusive: false,
            name: 'Web shop',
          },
        ],
        vatRates: [{ country: 'GB', taxClass: 'standard', validFrom: firstDay, ratePpm: 0, name: 'not in the file' }],
        exchangeRates: [],
        registers: [],
      },
    ),
  );
  const categoryId = idOf('category', 'replay');
  orThrowImport(
    await importCategories(master, { ...from, key: 'replay/categories' }, [
      { id: categoryId, name: 'All products', parentId: undefined, taxClass: 'standard', position: 0 },
    ]),
  );
  orThrowImport(
    await importCatalog(
      master,
      { ...from, key: 'replay/catalog' },
      plan.skus.map((sku) => ({
        id: idOf('product', sku.code),
        name: sku.name,
        categoryId,
        variants: [
          {
            id: idOf('variant', sku.code),
            skus: [{ id: idOf('sku', sku.code), code: sku.code, name: sku.name, kind: kindOf(sku.nature) }],
          },
        ],
      })),
    ),
  );
  orThrowImport(
    await importPrices(
      master,
      { ...from, key: 'replay/prices' },
      firstPrices(plan, Date.parse(`${firstDay}T00:00:00Z`)),
    ),
  );
  orThrowImport(
    await importCustomers(
      master,
      { ...from, key: 'replay/customers' },
      [...plan.customers].map(([number, country]) => ({
        id: idOf('customer', number),
        number,
        card: {
          id: idOf('card', number),
          name: `Customer ${number}`,
          email: '',
          phone: '',
          address: {},
          country: COUNTRIES[country] ?? '',
          purpose: 'sale',
          keepUntil: undefined,
          salt: idOf('salt', number),
        },
      })),
    ),
  );
}

function firstPrices(
  plan: ReplayPlan,
  validFrom: number,
): { priceListId: string; skuId: string; validFrom: number; amount: number; scale: number; per: number }[] {
  const seen = new Map<string, number>();
  for (const { fileLines } of plan.invoices) {
    for (const line of fileLines)
      if (line.unitPrice > 0 && line.quantity > 0 && natureOf(line.code) === 'goods' && !seen.has(line.code))
        seen.set(line.code, line.unitPrice);
  }
  return [...seen].map(([code, price]) => ({
    priceListId: idOf('price_list', 'web'),
    skuId: idOf('sku', code),
    validFrom,
    ...scaled(price),
    per: 1,
  }));
}

/** A price in thousandths of a pound as minor units with a scale: pence where it is whole pence. */
function scaled(thousandths: number): { amount: number; scale: number } {
  return thousandths % 10 === 0 ? { amount: thousandths / 10, scale: 0 } : { amount: thousandths, scale: 1 };
}

function kindOf(nature: PlannedLine['nature']): LineKind {
  switch (nature) {
    case 'goods':
    case 'service':
    case 'shipping':
    case 'discount':
    case 'voucher':
    case 'adjustment':
      return nature;
    case 'marketplace_fee':
    case 'bank_charge':
    case 'bad_debt':
    case 'commission':
    case 'test':
      return 'service';
  }
}

/**
 * Writes the year through the queue of commands, in the order of the file, in the bulk lane. Every command has a key made from the
 * invoice, so what a broken-off replay has written is answered again and not written twice.
 */
export async function writeYear(
  committer: Committer,
  plan: ReplayPlan,
  fingerprint: string,
  onProgress: (lines: number) => void,
): Promise<{ commands: number; repeated: number }> {
  let commands = 0;
  let repeated = 0;
  let lines = 0;
  const waiting = new Set<Promise<void>>();
  let failed: Error | undefined;
  const send = async (
    submission: Omit<Submission, 'principalId' | 'lane' | 'at' | 'sourceId'>,
    of: number,
  ): Promise<void> => {
    if (failed !== undefined) throw failed;
    commands += 1;
    const answer = committer
      .submit({ ...submission, principalId: REPLAY_PRINCIPAL, lane: 'bulk', at: Date.now(), sourceId: 'replay' })
      .then((outcome) => {
        if (outcome.kind !== 'accepted')
          throw new Error(`${submission.type} ${submission.key} was not accepted: ${JSON.stringify(outcome)}`);
        if (outcome.repeated) repeated += 1;
        lines += of;
        onProgress(lines);
        return undefined;
      })
      .catch((error: unknown) => {
        failed ??= error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => waiting.delete(answer));
    waiting.add(answer);
    // Enough for two full batches; more would only fill memory.
    while (waiting.size >= 512) await Promise.race(waiting);
  };

  const key = (name: string): string => `replay/${fingerprint.slice(0, 16)}/${name}`;
  for (const [i, receipt] of [...openingStock(plan)].entries())
    await send({ type: 'ReceiveGoods', key: key(`opening/${i}`), body: receipt }, 0);
  let sales = 0;
  for (const [i, invoice] of plan.invoices.entries()) {
    const planned = linesOf(invoice);
    const of = (treatment: PlannedLine['treatment']): PlannedLine[] =>
      planned.filter((line) => line.treatment === treatment);
    const at = instantOf(invoice.at);
    const sold = of('sale');
    const credited = of('credit');
    const moved = [...of('write_off'), ...of('found')];
    if (sold.length > 0) {
      sales += 1;
      await send(
        { type: 'RecordSale', key: key(`sale/${invoice.number}`), body: saleOf(invoice, sold, at, i, sales) },
        sold.length,
      );
    }
    if (credited.length > 0)
      await send(
        { type: 'ReturnGoods', key: key(`credit/${invoice.number}`), body: creditOf(invoice, credited, at, i) },
        credited.length,
      );
    if (moved.length > 0)
      await send(
        { type: 'AdjustStock', key: key(`stock/${invoice.number}`), body: adjustmentOf(moved, at, i) },
        moved.length,
      );
    for (const [n, line] of of('expense').entries()) {
      // A charge of nothing leaves no entry; it is counted among the lines at price zero.
      if (line.pence === 0) lines += 1;
      else
        await send(
          { type: 'BookExpense', key: key(`expense/${invoice.number}/${n}`), body: expenseOf(invoice, line, at, i, n) },
          1,
        );
    }
    lines += of('left_out').length;
  }
  await Promise.all(waiting);
  if (failed !== undefined) throw failed;
  return { commands, repeated };
}

function* openingStock(plan: ReplayPlan): Generator<ReceiveGoods> {
  const at = instantOf(plan.invoices[0]?.at ?? '2010-01-01 00:00:00') - 3_600_000;
  const there = plan.skus.filter((sku) => sku.opening > 0);
  for (let i = 0; i < there.length; i += 200) {
    yield {
      ...occasion(at, undefined),
      receiptId: mintUuidv7(at, i, 1),
      reason: 'opening',
      supplierRef: 'opening stock (assumed)',
      lines: there.slice(i, i + 200).map((sku, n) => ({
        line: n + 1,
        goods: { ...goodsAt(LOCATION, idOf('sku', sku.code)), quantity: sku.opening },
        valueMinor: sku.openingValuePence,
      })),
    };
  }
}
function occasion(at: number, channelId: string | undefined): StockOccasion {
  return {
    entityId: ENTITY,
    locationId: WAREHOUSE,
    channelId,
    entityCurrency: CURRENCY,
    occurredAt: at,
    businessDay: businessDayOf(at, ZONE),
  };
}

/** The file's times are on London's clock. */
function instantOf(local: string): number {
  return Temporal.PlainDateTime.from(local.replace(' ', 'T')).toZonedDateTime(ZONE.timeZone, {
    disambiguation: 'compatible',
  }).epochMilliseconds;
}

/** Customers that the file names buy on account, as a wholesaler's do; the others are taken as buyers of the web shop who have paid. */
function wayOf(invoice: PlannedInvoice): { channelId: string; method: PaymentMethod } {
  return invoice.customer === ''
    ? { channelId: CHANNELS.web, method: 'bank' }
    : { channelId: CHANNELS.wholesale, method: 'on_account' };
}

function termsOf(invoice: PlannedInvoice, kind: OrderKind, at: number): OrderTerms {
  const { channelId } = wayOf(invoice);
  return {
    kind,
    entityId: ENTITY,
    channelId,
    sellingLocationId: WAREHOUSE,
    customerId: invoice.customer === '' ? undefined : idOf('customer', invoice.customer),
    customerCardId: invoice.customer === '' ? undefined : idOf('card', invoice.customer),
    externalRef: invoice.number,
    currency: CURRENCY,
    taxInclusive: false,
    placedAt: at,
    businessDay: businessDayOf(at, ZONE),
  };
}

function seriesOf(kind: SeriesKind, day: BusinessDay): { key: string; prefix: string } {
  return {
    key: seriesKey({ entityId: ENTITY, kind, scopeId: ENTITY, fiscalYear: Number(day.slice(0, 4)) }),
    prefix: kind === 'credit_note' ? 'CN' : 'R',
  };
}

/** The file says nothing of tax, so none is booked: net is gross. */
function priced(line: PlannedLine, n: number, sign: 1 | -1): PricedLine {
  return {
    line: n + 1,
    kind: kindOf(line.nature),
    skuId: idOf('sku', line.code),
    description: line.description === '' ? line.code : line.description,
    quantity: line.quantity * sign,
    unitAmount: scaled(line.unitPrice).amount,
    unitScale: scaled(line.unitPrice).scale,
    unitPer: 1,
    taxPpm: 0,
    netMinor: line.pence * sign,
    taxMinor: 0,
    grossMinor: line.pence * sign,
    fulfillingLocationId: WAREHOUSE,
  };
}

function goodsOf(line: PlannedLine): Omit<ReturnType<typeof goodsAt>, 'skuId'> | null {
  if (line.nature !== 'goods') return null;
  const { skuId: _, ...goods } = goodsAt(LOCATION, idOf('sku', line.code));
  return goods;
}

function saleOf(
  invoice: PlannedInvoice,
  lines: readonly PlannedLine[],
  at: number,
  i: number,
  counter: number,
): RecordSale {
  const { channelId, method } = wayOf(invoice);
  const amount = lines.reduce((sum, line) => sum + line.pence, 0);
  const day = businessDayOf(at, ZONE);
  return {
    ...occasion(at, channelId),
    orderId: mintUuidv7(at, i, 2),
    terms: termsOf(invoice, 'till_sale', at),
    rate: [1, 1],
    fact: { sourceId: REPLAY_PRINCIPAL, counter, mac: '' },
    lines: lines.map((line, n) => ({ ...priced(line, n, 1), goods: goodsOf(line) })),
    tenders: [{ paymentId: mintUuidv7(at, i, 3), method, amount, providerRef: '', feeMinor: 0 }],
    series: seriesOf('receipt', day),
    reservationIds: [],
  };
}

function creditOf(invoice: PlannedInvoice, lines: readonly PlannedLine[], at: number, i: number): ReturnGoods {
  const { channelId, method } = wayOf(invoice);
  const amount = 0 - lines.reduce((sum, line) => sum + line.pence, 0);
  return {
    ...occasion(at, channelId),
    orderId: mintUuidv7(at, i, 4),
    terms: termsOf(invoice, 'return', at),
    rate: [1, 1],
    fact: true,
    reason: 'credit note of the file',
    lines: lines.map((line, n) => ({ ...priced(line, n, -1), goods: goodsOf(line), original: null })),
    tenders: [{ paymentId: mintUuidv7(at, i, 5), method, amount, providerRef: '' }],
    series: seriesOf('credit_note', businessDayOf(at, ZONE)),
  };
}

function adjustmentOf(lines: readonly PlannedLine[], at: number, i: number): AdjustStock {
  return {
    ...occasion(at, undefined),
    adjustmentId: mintUuidv7(at, i, 6),
    fact: true,
    lines: lines.map((line, n) => ({
      line: n + 1,
      goods: goodsAt(LOCATION, idOf('sku', line.code)),
      delta: line.quantity,
      reason: line.quantity > 0 ? 'found' : writeOffReason(line.description),
    })),
  };
}

function expenseOf(invoice: PlannedInvoice, line: PlannedLine, at: number, i: number, n: number): BookExpense {
  // A fee stands in the file as a negative amount of a credit note: what lowers the sales raises the expense.
  return {
    ...occasion(at, wayOf(invoice).channelId),
    expenseId: mintUuidv7(at, i, 100 + n),
    ...expenseAccounts(line.nature),
    currency: CURRENCY,
    rate: [1, 1],
    amountMinor: 0 - line.pence,
    note: `${invoice.number} ${line.description}`,
  };
}

function orThrow(outcome: { kind: string }): void {
  if (outcome.kind !== 'accepted') throw new Error(`The retailer could not be set up: ${JSON.stringify(outcome)}`);
}
function orThrowImport(imported: { refusal: unknown }): void {
  if (imported.refusal !== undefined) throw new Error(`An import was refused: ${JSON.stringify(imported.refusal)}`);
}
