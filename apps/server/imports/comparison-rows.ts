import type { ComparedSku } from '../../../connectors/oneshelf-csv/comparison-csv.ts';
import type { Tx } from '../../../platform/db/pool.ts';
import type { ImportProblem } from '../../../src/catalog/imported-product.ts';
import { findSkuPlaces } from '../../../src/catalog/server/catalog.store.ts';
import { minorUnits, type CurrencyCode } from '../../../src/kernel/currency.ts';
import { decimalString } from '../../../src/kernel/money.ts';
import { findPricesInForce, type PriceAmount } from '../../../src/pricing/server/pricing.store.ts';
import { importSql } from './import-store.ts';
import { noCounts } from './row-did.ts';
import type { RowContext, RowPlan } from './row-kinds.ts';

type Said = Pick<ImportProblem, 'column' | 'weight' | 'reason' | 'says' | 'does'>;

/** Between a code and its location in what tells two rows apart; a code has no line break. */
const APART = '\n';
/** Rows of ours that are looked through at a time. */
const PAGE = 1_000;

/** What tells one row from another: an article is counted once at each place. */
export function comparedIdentity({ code, location = '' }: ComparedSku): string {
  return `${code}${APART}${location}`;
}

/** Compares rows of the old system with what stands here. Nothing is written; each difference is told. */
export async function planComparison(
  tx: Tx,
  rows: readonly ComparedSku[],
  { deps, of, at, tell }: RowContext,
): Promise<RowPlan> {
  const counts = noCounts();
  const codes = rows.map(({ code }) => code);
  const places = await findSkuPlaces(tx, codes);
  const skuIds = [...new Set([...places.values()].map(({ skuId }) => skuId))];
  const alike = new Map(
    (await tx.rows<{ wanted: string; code: string }>(importSql.codes_alike, [codes])).map((row) => [
      row.wanted,
      row.code,
    ]),
  );
  const levels = await tx.rows<{ sku_id: string; location_id: string; units: number }>(importSql.levels_of_skus, [
    skuIds,
  ]);
  const channel = of.settings.channelId === undefined ? undefined : deps.company.channel(of.settings.channelId);
  const prices = channel === undefined ? undefined : await findPricesInForce(tx, skuIds, { channelId: channel.id, at });
  const placeOf = (name: string | undefined): string | undefined =>
    name === undefined
      ? of.settings.locationId
      : deps.company.locations().find((one) => one.code.toUpperCase() === name.toUpperCase() || one.name === name)?.id;

  for (const row of rows) {
    const say = (said: Said): void => tell({ line: row.line, value: row.code, ...said });
    const skuId = places.get(row.code)?.skuId;
    if (skuId === undefined) {
      counts.leftOut += 1;
      const written = alike.get(row.code);
      say(
        written === undefined
          ? {
              column: '',
              weight: 'error',
              reason: 'only_there',
              says: `The old system has the article ${row.code}; here it is not.`,
              does: 'Import it, or leave it behind on purpose.',
            }
          : {
              column: '',
              weight: 'error',
              reason: 'written_alike',
              says: `The old system has ${row.code}, and here there is ${written}.`,
              does: 'See whether they are the same, and give both one code.',
            },
      );
      continue;
    }
    const locationId = placeOf(row.location);
    if (row.location !== undefined && locationId === undefined) {
      counts.leftOut += 1;
      say({
        column: '',
        weight: 'error',
        reason: 'unknown_location',
        says: `There is no location ${row.location} here.`,
        does: 'The row is not compared.',
      });
      continue;
    }
    const units = levels
      .filter((level) => level.sku_id === skuId && (locationId === undefined || level.location_id === locationId))
      .reduce((sum, level) => sum + level.units, 0);
    const differs = [
      ...differentUnits(row, units),
      ...(channel === undefined
        ? []
        : differentPrice(
            row,
            prices?.get(skuId)?.find(({ currency }) => currency === channel.currency),
            channel,
          )),
    ];
    for (const said of differs) say(said);
    if (differs.length > 0) counts.changed += 1;
    else counts.unchanged += 1;
  }
  return { did: { counts } };
}

function differentUnits({ quantity }: ComparedSku, here: number): Said[] {
  if (quantity === undefined || quantity === here) return [];
  return [
    {
      column: 'quantity',
      weight: 'warning',
      reason: 'units_differ',
      says: `The old system has ${quantity}, here are ${here} (${here > quantity ? '+' : ''}${here - quantity}).`,
      does: 'Count it, or import the stock anew.',
    },
  ];
}

function differentPrice(
  { price }: ComparedSku,
  here: PriceAmount | undefined,
  { currency }: { readonly currency: CurrencyCode },
): Said[] {
  if (price === undefined) return [];
  const text = ({ amount, scale }: { amount: number; scale: number }): string =>
    `${decimalString(amount, minorUnits(currency) + scale)} ${currency}`;
  if (here === undefined)
    return [
      {
        column: 'price',
        weight: 'warning',
        reason: 'no_price_here',
        says: `The old system sells it at ${text(price)}, here it has no price.`,
        does: 'Set one: without it the article is not sold.',
      },
    ];
  // 12.5 and 12.50 are one price.
  const same = BigInt(price.amount) * 10n ** BigInt(here.scale) === BigInt(here.amount) * 10n ** BigInt(price.scale);
  if (same && here.per === 1) return [];
  return [
    {
      column: 'price',
      weight: 'warning',
      reason: 'prices_differ',
      says: `The old system sells it at ${text(price)}, here it costs ${text(here)}${here.per === 1 ? '' : ` for ${here.per}`}.`,
      does: 'Decide which one holds, and set it.',
    },
  ];
}

/** Tells what is here and not in the file. `seen` are the identities of its rows. */
export async function endComparison(tx: Tx, seen: ReadonlySet<string>, { tell }: RowContext): Promise<void> {
  const codes = new Set([...seen].map((identity) => identity.slice(0, identity.indexOf(APART))));
  for (let after = ''; ;) {
    const rows = await tx.rows<{ code: string; units: number }>(importSql.own_skus, [PAGE, after]);
    for (const { code, units } of rows) {
      if (codes.has(code)) continue;
      tell({
        line: 0,
        column: '',
        value: code,
        weight: units === 0 ? 'note' : 'warning',
        reason: 'only_here',
        says: `${code} is here (${units} on the shelf) and not in the file.`,
        does: units === 0 ? 'Nothing, if it is new.' : 'See where its units come from.',
      });
    }
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.code ?? after;
  }
}
