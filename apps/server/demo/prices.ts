import type { MasterImport } from '../../../platform/commit/master-chunks.ts';
import { changed, type Master } from '../../../platform/commit/master-door.ts';
import {
  insertChange,
  lockChange,
  saveChangeRows,
  type ChangeRow,
} from '../../../src/pricing/server/price-changes.store.ts';
import {
  insertGroup,
  insertMembers,
  saveOverrideList,
  saveOverrides,
} from '../../../src/pricing/server/price-lists.store.ts';
import { stageNext } from '../../../src/pricing/server/price-staging.ts';
import { savePrices } from '../../../src/pricing/server/pricing.store.ts';
import { priceAt, type DemoSku } from './catalogue.ts';
import { demoId } from './dice.ts';
import type { DemoRetailer } from './retailer.ts';

/** Prices of the trade list, in parts per hundred of the price for everybody. */
const TRADE = 85;
const CHANGE_AHEAD_MS = 3 * 86_400_000;

/**
 * What the screens of prices have to show: hotels and cafés with a list of their own, an announced reduction, and a price change that is still to come. All about the goods that
 * sell least, so that hardly any sale is another one.
 */
export function layOutPrices(
  master: Master,
  from: MasterImport,
  demo: {
    readonly retailer: DemoRetailer;
    readonly skus: readonly DemoSku[];
    readonly customerIds: readonly string[];
    readonly opensAt: number;
    readonly endsAt: number;
  },
) {
  const { retailer, opensAt, endsAt } = demo;
  const rare = demo.skus
    .filter(({ product }) => product.kind === 'goods' && product.per === 1)
    .toSorted((a, b) => a.weight - b.weight || (a.code < b.code ? -1 : 1));
  const listOf = (code: string) => {
    const channel = retailer.plan.channels.find((each) => each.code === code);
    const list = retailer.plan.priceLists.find((each) => each.channelId === channel?.id);
    if (channel === undefined || list === undefined) throw new Error(`the demo has no channel ${code}`);
    return { channel, list };
  };
  const [shop, stores] = [listOf('SHOP-UK'), listOf('STORE-UK')];
  const groupId = demoId('customerGroup', opensAt, 0);
  const tradeId = demoId('priceList', opensAt, 1_000);
  const changeId = demoId('priceChange', opensAt, 0);
  const [reduced, ...others] = rare.slice(0, 6);
  return master<{ changeId: string }>(
    { ...from, type: 'demo_prices', topic: 'price', body: { changeId } },
    async (tx) => {
      await insertGroup(tx, { id: groupId, code: 'HOTELS', name: 'Hotels and cafés' });
      await insertMembers(tx, { groupId, customerIds: demo.customerIds.slice(0, 1), at: opensAt });
      await saveOverrideList(tx, {
        id: tradeId,
        name: 'Hotels and cafés',
        currency: shop.list.currency,
        taxInclusive: shop.list.taxInclusive,
        priority: 0,
        channelIds: [shop.channel.id],
        locationIds: [],
        groupIds: [groupId],
        validFrom: opensAt,
        adjustPpm: 0,
        ending: 'none',
        version: 1,
      });
      const trade = others.slice(0, 3);
      await saveOverrides(
        tx,
        trade.map((sku) => ({
          listId: tradeId,
          skuId: sku.id,
          minQuantity: 1,
          amount: Math.round((priceAt(sku, shop.channel) * TRADE) / 100),
          scale: 0,
          per: 1,
          validFrom: opensAt,
        })),
      );
      const lists = [shop, stores];
      if (reduced !== undefined)
        await savePrices(
          tx,
          lists.map(({ list, channel }) => ({
            priceListId: list.id,
            skuId: reduced.id,
            validFrom: endsAt,
            amount: Math.round((priceAt(reduced, channel) * 8) / 1_000) * 100 - 1,
            scale: 0,
            per: 1,
            markdown: true,
          })),
        );
      await insertChange(tx, {
        id: changeId,
        name: 'Prices of December',
        markdown: false,
        validUntil: undefined,
        createdBy: from.principalId,
        createdAt: endsAt,
      });
      const rows = others.slice(3).flatMap((sku) =>
        lists.map(({ list, channel }): ChangeRow => ({
          listId: list.id,
          skuId: sku.id,
          minQuantity: 1,
          isOverride: false,
          amount: priceAt(sku, channel) - 100,
          scale: 0,
          per: 1,
        })),
      );
      await saveChangeRows(tx, changeId, rows);
      const draft = await lockChange(tx, changeId);
      if (draft === undefined) throw new Error('the price change of the demo is gone');
      const window = { state: 'staging', start: { at: endsAt + CHANGE_AHEAD_MS } } as const;
      const scheduling = { ...draft, scheduledBy: from.principalId, window };
      const staged = await stageNext(tx, scheduling, { at: endsAt, places: retailer.plan.locations });
      if (!staged.ok) return staged;
      const skuIds = [reduced, ...trade].flatMap((sku) => sku?.id ?? []);
      return changed(
        [{ type: 'PricesImported', version: 1, body: { skuIds, count: skuIds.length } }, ...staged.value.events],
        {
          changeId,
        },
      );
    },
  );
}
