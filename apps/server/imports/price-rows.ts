import type { ImportedPrice } from '../../../connectors/oneshelf-csv/price-csv.ts';
import { readDate } from '../../../platform/files/dates.ts';
import type { Tx } from '../../../platform/db/pool.ts';
import type { ImportProblem } from '../../../src/catalog/imported-product.ts';
import { findSkuPlaces } from '../../../src/catalog/server/catalog.store.ts';
import { findPricesInForce, loadPriceLists } from '../../../src/pricing/server/pricing.store.ts';
import { noCounts, type RowDid } from './row-did.ts';
import type { RowContext, RowPlan } from './row-kinds.ts';

/** Plans prices of the channel that was chosen: those that are different on their first day. */
export async function planPrices(
  tx: Tx,
  rows: readonly ImportedPrice[],
  { deps, of, dates, at, tell }: RowContext,
): Promise<RowPlan> {
  const counts = noCounts();
  const leave = (row: ImportedPrice, said: Pick<ImportProblem, 'reason' | 'says'>): void => {
    counts.leftOut += 1;
    tell({ line: row.line, column: '', value: row.code, weight: 'error', does: 'The row is left out.', ...said });
  };
  const channel = of.settings.channelId === undefined ? undefined : deps.company.channel(of.settings.channelId);
  const list = (await loadPriceLists(tx)).find(
    ({ channelId, currency }) => channelId === channel?.id && currency === channel?.currency,
  );
  if (channel === undefined || list === undefined) {
    for (const row of rows) leave(row, { reason: 'no_channel', says: 'No channel with a price list is chosen.' });
    return { did: { counts } };
  }
  const places = await findSkuPlaces(
    tx,
    rows.map(({ code }) => code),
  );
  const wanted = rows.flatMap((row) => {
    const skuId = places.get(row.code)?.skuId;
    const day = row.from === '' ? undefined : readDate(row.from, dates['from'] ?? 'ymd');
    if (skuId === undefined)
      leave(row, { reason: 'unknown_sku', says: `There is no article "${row.code}" here; import the articles first.` });
    else if (row.from !== '' && day === undefined) leave(row, { reason: 'bad_date', says: 'This is no date.' });
    else return [{ row, skuId, validFrom: day === undefined ? at : Date.parse(`${day}T00:00:00Z`) }];
    return [];
  });
  const prices: NonNullable<RowDid['prices']>[number][] = [];
  for (const validFrom of new Set(wanted.map((one) => one.validFrom))) {
    const together = wanted.filter((one) => one.validFrom === validFrom);
    const inForce = await findPricesInForce(
      tx,
      together.map(({ skuId }) => skuId),
      { channelId: channel.id, at: validFrom },
    );
    for (const { row, skuId } of together) {
      const now = inForce.get(skuId)?.find(({ currency }) => currency === channel.currency);
      const { amount, scale } = row.price;
      if (now?.amount === amount && now.scale === scale && now.per === 1) {
        counts.unchanged += 1;
        continue;
      }
      if (now === undefined) counts.created += 1;
      else counts.changed += 1;
      const before = now === undefined ? null : { amount: now.amount, scale: now.scale, per: now.per };
      prices.push({ skuId, before, after: row.price, validFrom });
    }
  }
  return { did: { counts, prices, priceListId: list.id } };
}
