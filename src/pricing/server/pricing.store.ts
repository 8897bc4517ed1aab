import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { currencyCode, type CurrencyCode } from '../../kernel/currency.ts';
import { instantToText, type BusinessDay } from '../../kernel/time.ts';
import type { PlacedPrice, Price, PriceList } from '../price-list.ts';
import type { VatRate } from '../vat.ts';

const sql = loadSql(import.meta.url, './pricing.sql', [
  'find_price_lists',
  'insert_price_lists',
  'save_prices',
  'find_prices_before',
  'find_prices_in_force',
  'find_prices_of_sku',
  'find_prices_since',
  'find_vat_rates',
  'save_vat_rates',
]);

/** All price lists, one per channel and currency. */
export async function loadPriceLists(tx: Tx): Promise<PriceList[]> {
  type Row = { id: string; channel_id: string; currency: string; tax_inclusive: boolean; name: string };
  return (await tx.rows<Row>(sql.find_price_lists)).map(({ id, name, ...row }) => ({
    id,
    channelId: row.channel_id,
    currency: currencyCode(row.currency),
    taxInclusive: row.tax_inclusive,
    name,
  }));
}

/** Inserts price lists. */
export async function insertPriceLists(tx: Tx, lists: readonly PriceList[]): Promise<void> {
  await tx.run(sql.insert_price_lists, [
    lists.map((each) => each.id),
    lists.map((each) => each.channelId),
    lists.map((each) => each.currency),
    lists.map((each) => each.taxInclusive),
    lists.map((each) => each.name),
  ]);
}

/** Writes prices over those of the same list, SKU and instant, in key order. */
export async function savePrices(tx: Tx, prices: readonly PlacedPrice[]): Promise<void> {
  await tx.run(sql.save_prices, [
    ...keyColumns(prices),
    prices.map((each) => each.amount),
    prices.map((each) => each.scale),
    prices.map((each) => each.per),
    prices.map(({ validUntil }) => (validUntil === undefined ? null : instantToText(validUntil))),
    prices.map((each) => each.markdown === true),
  ]);
}

/** An amount as events tell it. */
export type PriceAmount = { readonly amount: number; readonly scale: number; readonly per: number };

/** For each price what held until it begins, undefined when nothing did; in the order of the prices. */
export async function findPricesBefore(tx: Tx, prices: readonly PlacedPrice[]): Promise<(PriceAmount | undefined)[]> {
  const rows = await tx.rows<PriceAmount & { place: number }>(sql.find_prices_before, keyColumns(prices));
  const byPlace = new Map(rows.map(({ place, amount, scale, per }) => [place, { amount, scale, per }]));
  return prices.map((_, index) => byPlace.get(index + 1));
}

/** A price in force, with what it is the price of. */
export type PriceInForce = PriceAmount & {
  readonly channelId: string;
  readonly currency: CurrencyCode;
  readonly taxInclusive: boolean;
};

/** The prices in force at an instant by SKU, of one channel or of all. SKUs without a price are missing. */
export async function findPricesInForce(
  tx: Tx,
  skuIds: readonly string[],
  wanted: { channelId?: string | undefined; at: number },
): Promise<Map<string, PriceInForce[]>> {
  type Row = PriceAmount & { sku_id: string; channel_id: string; currency: string; tax_inclusive: boolean };
  const rows = await tx.rows<Row>(sql.find_prices_in_force, [
    skuIds,
    instantToText(wanted.at),
    wanted.channelId ?? null,
  ]);
  const prices = new Map<string, PriceInForce[]>();
  for (const {
    sku_id: skuId,
    channel_id: channelId,
    currency,
    tax_inclusive: taxInclusive,
    amount,
    scale,
    per,
  } of rows) {
    const list = prices.get(skuId) ?? [];
    list.push({ channelId, currency: currencyCode(currency), taxInclusive, amount, scale, per });
    prices.set(skuId, list);
  }
  return prices;
}

/** A stored price of a change, or one with an end, as its columns tell it. */
type SpanRow = {
  markdown: boolean;
  change_id: string | null;
  waits: boolean;
  valid_from: number;
  valid_until: number | null;
};

function priceOf({ amount, scale, per, ...row }: PriceAmount & SpanRow): Price {
  return {
    validFrom: row.valid_from,
    amount,
    scale,
    per,
    ...(row.valid_until === null ? {} : { validUntil: row.valid_until }),
    ...(row.markdown ? { markdown: true } : {}),
    ...(row.change_id === null ? {} : { changeId: row.change_id }),
    ...(row.waits ? { waits: true } : {}),
  };
}

/** The latest 200 prices of a SKU on all channels, those to come first. */
export async function findPricesOfSku(
  tx: Tx,
  skuId: string,
): Promise<(Price & Omit<PriceInForce, keyof PriceAmount> & { priceListId: string })[]> {
  type Row = PriceAmount &
    SpanRow & { price_list_id: string; channel_id: string; currency: string; tax_inclusive: boolean };
  return (await tx.rows<Row>(sql.find_prices_of_sku, [skuId])).map((row) => ({
    priceListId: row.price_list_id,
    channelId: row.channel_id,
    currency: currencyCode(row.currency),
    taxInclusive: row.tax_inclusive,
    ...priceOf(row),
  }));
}

/** For each list and SKU its prices from the one in force at an instant on, oldest first; in the order of the keys. */
export async function findPricesSince(
  tx: Tx,
  keys: readonly { priceListId: string; skuId: string }[],
  at: number,
): Promise<Price[][]> {
  type Row = PriceAmount & SpanRow & { place: number };
  const rows = await tx.rows<Row>(sql.find_prices_since, [
    keys.map((each) => each.priceListId),
    keys.map((each) => each.skuId),
    instantToText(at),
  ]);
  const prices: Price[][] = keys.map(() => []);
  for (const row of rows) prices[row.place - 1]?.push(priceOf(row));
  return prices;
}

/** All VAT rates. */
export async function loadVatRates(tx: Tx): Promise<VatRate[]> {
  type Row = { country: string; tax_class: string; valid_from: BusinessDay; rate_ppm: number; name: string };
  return (await tx.rows<Row>(sql.find_vat_rates)).map(({ country, name, ...row }) => ({
    country,
    taxClass: row.tax_class,
    validFrom: row.valid_from,
    ratePpm: row.rate_ppm,
    name,
  }));
}

/** Writes VAT rates over those of the same class and day. The event that says so carries `vat: true`, so that caches notice. */
export async function saveVatRates(tx: Tx, rates: readonly VatRate[]): Promise<void> {
  await tx.run(sql.save_vat_rates, [
    rates.map((each) => each.country),
    rates.map((each) => each.taxClass),
    rates.map((each) => each.validFrom),
    rates.map((each) => each.ratePpm),
    rates.map((each) => each.name),
  ]);
}

function keyColumns(prices: readonly PlacedPrice[]): [string[], string[], string[]] {
  return [
    prices.map((each) => each.priceListId),
    prices.map((each) => each.skuId),
    prices.map((each) => instantToText(each.validFrom)),
  ];
}
