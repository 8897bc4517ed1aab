import { setImmediate } from 'node:timers/promises';
import type { Tx } from '../../../platform/db/pool.ts';
import type { CurrencyCode } from '../../kernel/currency.ts';
import { businessDayOf } from '../../kernel/time.ts';
import { previewPrice, type PricePreview } from '../price-change.ts';
import { onlyPercentageOn } from '../tax/tax-rules.ts';
import { findChangeRows, type ChangeRowBefore, type RowKey } from './price-changes.store.ts';
import { loadOverrideLists } from './price-lists.store.ts';
import type { PriceRouteDeps } from './price-route-deps.ts';
import { loadPriceLists } from './pricing.store.ts';

/** A row of a change with what it does. */
export type PreviewedRow = ChangeRowBefore & {
  readonly listName: string;
  readonly currency: CurrencyCode;
  readonly preview: PricePreview;
};

/** Previews rows of one change: what is the same for all of them is looked up once. */
export type Previewer = (rows: readonly ChangeRowBefore[]) => Promise<PreviewedRow[]>;

type ListToPreview = {
  readonly name: string;
  readonly currency: CurrencyCode;
  readonly taxInclusive: boolean;
  readonly channelId: string;
};

/** Opens the preview of a change: costs and taxes are those of the place that a channel's goods leave when nobody chooses. */
export async function openPreview(deps: PriceRouteDeps, tx: Tx): Promise<Previewer> {
  const { company, costsOf } = deps;
  const at = deps.now();
  const rules = await deps.taxes.rules();
  const lists = new Map<string, ListToPreview>();
  for (const list of await loadPriceLists(tx)) lists.set(list.id, list);
  for (const list of await loadOverrideLists(tx))
    lists.set(list.id, { ...list, channelId: list.channelIds[0] ?? company.channels()[0]?.id ?? '' });
  const placeOf = (list: ListToPreview) => company.location(company.channel(list.channelId)?.defaultLocationId ?? '');
  return async (rows) => {
    const areas = new Map<string, string[]>();
    for (const { listId, skuId } of rows) {
      const list = lists.get(listId);
      const areaId = list === undefined ? undefined : placeOf(list)?.areaId;
      if (areaId === undefined) continue;
      const skuIds = areas.get(areaId) ?? [];
      if (skuIds.length === 0) areas.set(areaId, skuIds);
      if (skuIds.at(-1) !== skuId) skuIds.push(skuId);
    }
    const costs = new Map<string, Awaited<ReturnType<typeof costsOf>>>();
    for (const [areaId, skuIds] of areas) costs.set(areaId, await costsOf(tx, areaId, skuIds));
    return rows.flatMap((row): PreviewedRow[] => {
      const list = lists.get(row.listId);
      if (list === undefined) return [];
      const place = placeOf(list);
      const rate =
        place === undefined
          ? undefined
          : onlyPercentageOn(rules, {
              jurisdiction: place.country,
              taxClass: row.taxClass,
              day: businessDayOf(at, place),
            });
      const { amount, scale, per } = row;
      const preview = previewPrice(
        { amount, scale, per, currency: list.currency },
        {
          old: row.old,
          taxInclusive: list.taxInclusive,
          taxPpm: rate?.exempt === true ? 0 : rate?.ratePpm,
          cost: place?.areaCurrency === list.currency ? costs.get(place.areaId ?? '')?.get(row.skuId) : undefined,
        },
      );
      return [{ ...row, listName: list.name, currency: list.currency, preview }];
    });
  };
}

/** What a change does in figures. */
export type ChangeSums = {
  rows: number;
  raises: number;
  lowers: number;
  newPrices: number;
  unchanged: number;
  belowCost: number;
  unknownCost: number;
};

/** Rows that are read at once to be summed: few statements for a hundred thousand, because each looks through the whole catalogue for tax classes. */
const READ_AT_ONCE = 20_000;
/** Rows that are summed without letting other requests in between. */
const SUMMED_AT_ONCE = 2_000;

/** Sums what a change does over all of its rows. The database reads the next rows while these are summed. */
export async function sumChange(deps: PriceRouteDeps, tx: Tx, changeId: string): Promise<ChangeSums> {
  const previewRows = await openPreview(deps, tx);
  const at = deps.now();
  const read = (after: RowKey | undefined): Promise<ChangeRowBefore[]> =>
    findChangeRows(tx, changeId, { after, limit: READ_AT_ONCE, at });
  const sums = { rows: 0, raises: 0, lowers: 0, newPrices: 0, unchanged: 0, belowCost: 0, unknownCost: 0 };
  for (let reading = read(undefined); ;) {
    const rows = await reading;
    const isLast = rows.length < READ_AT_ONCE;
    if (!isLast) {
      reading = read(rows.at(-1));
      // Waited for in the next round; if this one throws first, nobody hears of it otherwise.
      reading.catch(() => undefined);
    }
    for (let from = 0; from < rows.length; from += SUMMED_AT_ONCE) {
      for (const row of await previewRows(rows.slice(from, from + SUMMED_AT_ONCE))) addTo(sums, row);
      await setImmediate();
    }
    if (isLast) return sums;
  }
}

function addTo(sums: ChangeSums, { old, preview }: PreviewedRow): void {
  sums.rows += 1;
  if (old === undefined) sums.newPrices += 1;
  else if (preview.raises) sums.raises += 1;
  else if (preview.changePpm === 0) sums.unchanged += 1;
  else sums.lowers += 1;
  if (preview.belowCost) sums.belowCost += 1;
  if (preview.marginMinor === undefined) sums.unknownCost += 1;
}
