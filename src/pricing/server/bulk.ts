import {
  chunksOf,
  importChunks,
  type MasterImport,
  type MasterImported,
} from '../../../platform/commit/master-chunks.ts';
import { changed, type Master } from '../../../platform/commit/master-door.ts';
import type { PlacedPrice } from '../price-list.ts';
import { savePrices } from './pricing.store.ts';

/**
 * Imports prices in chunks through the door, as they are: from another system they may have begun in the past, and their SKUs and lists are
 * known to exist (else the database says so, 23503, and the chunk leaves nothing).
 */
export function importPrices(
  master: Master,
  from: MasterImport,
  prices: readonly PlacedPrice[],
): Promise<MasterImported> {
  return importChunks(
    master,
    { ...from, type: 'import_prices', topic: 'price' },
    chunksOf(prices, () => 1),
    (chunk) => async (tx) => {
      await savePrices(tx, chunk);
      const skuIds = [...new Set(chunk.map((price) => price.skuId))];
      return changed([{ type: 'PricesImported', version: 1, body: { skuIds, count: chunk.length } }], {
        count: chunk.length,
      });
    },
  );
}
