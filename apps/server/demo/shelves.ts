import { costKey } from '../../../src/stock/cost.ts';
import type { Goods } from '../../../src/stock/goods.ts';
import { goodsAt, type StockLocation } from '../../../src/stock/server/goods-at.ts';
import type { DemoSku } from './catalogue.ts';
import { weighted, type Dice } from './dice.ts';
import { CHANNELS, PLACES, type DemoPlace, type DemoRetailer } from './retailer.ts';

/** What is on one shelf as the simulator knows it: units (negative where more were handed over than the books had), promised, kept back. */
export type Shelf = {
  readonly sku: DemoSku;
  net: number;
  promised: number;
  safety: number;
  target: number;
  weekly: number;
};

/** A place with its shelves. */
export type Stocked = {
  readonly place: DemoPlace;
  readonly location: DemoRetailer['plan']['locations'][number];
  readonly stock: StockLocation;
  readonly shelves: ReadonlyMap<string, Shelf>;
  /** A SKU that somebody wants here now, by how popular it is. */
  readonly want: () => DemoSku;
};

/** How many base units somebody takes of a SKU. */
export function unitsWanted(dice: Dice, sku: DemoSku): number {
  const { baseUnit, category, code, popularity } = sku.product;
  if (baseUnit === 'gram') return dice.whole(2, 8) * 50;
  if (baseUnit === 'millimetre') return dice.whole(5, 30) * 100;
  if (code.startsWith('CR')) return dice.pick([1, 1, 1, 2, 2, 3, 4]);
  if (category === 'table' && popularity > 5) return dice.pick([1, 1, 2, 2, 4]);
  return dice.chance(0.14) ? 2 : 1;
}

/** A batch of base units: what a supplier packs, or what lies on a shelf at least. */
function pack(sku: DemoSku): number {
  return sku.product.baseUnit === 'gram' ? 1000 : sku.product.baseUnit === 'millimetre' ? 5000 : 1;
}

/** Rounds up to whole packs of a SKU. */
export function packed(sku: DemoSku, units: number, packs = 1): number {
  const size = pack(sku) * packs;
  return Math.ceil(units / size) * size;
}

const MEAN_UNITS = { gram: 250, millimetre: 1750, piece: 1.3, millilitre: 1 } as const;
/** Lines of goods a week that one sale a day brings. */
const LINES_A_WEEK = 7 * 1.75;

/**
 * Builds shelves for what each place is expected to sell: stores carry most of the range for a little over two weeks, warehouses all of it
 * for themselves and their stores.
 */
export function stockShelves(of: {
  retailer: DemoRetailer;
  skus: readonly DemoSku[];
  dice: Dice;
  scale: number;
}): ReadonlyMap<string, Stocked> {
  const { retailer, dice, scale } = of;
  const goods = of.skus.filter((sku) => sku.product.kind === 'goods');
  const all = new Map<string, Stocked>();
  const expected = (skus: readonly DemoSku[], salesADay: number): Map<string, number> => {
    const total = skus.reduce((sum, sku) => sum + sku.weight, 0);
    return new Map(
      skus.map((sku) => [
        sku.id,
        (sku.weight / total) * salesADay * LINES_A_WEEK * MEAN_UNITS[sku.product.baseUnit] * scale,
      ]),
    );
  };
  for (const place of PLACES.toSorted((a, b) => Number(a.kind === 'warehouse') - Number(b.kind === 'warehouse'))) {
    const location = retailer.locationOf(place.code);
    const area = retailer.areaOf(place.company);
    const stock: StockLocation = {
      id: location.id,
      entityId: location.entityId,
      areaId: area.id,
      valuationMethod: area.method,
    };
    const range =
      place.kind === 'warehouse' ? goods : goods.filter((sku) => sku.product.popularity >= 7 || dice.chance(0.8));
    const orders = CHANNELS.filter((channel) => channel.warehouse === place.code).reduce(
      (sum, channel) => sum + channel.ordersADay,
      0,
    );
    const weekly = expected(range, place.kind === 'warehouse' ? orders : place.salesADay);
    if (place.kind === 'warehouse') {
      for (const other of all.values()) {
        if (other.place.company !== place.company) continue;
        for (const shelf of other.shelves.values())
          weekly.set(shelf.sku.id, (weekly.get(shelf.sku.id) ?? 0) + shelf.weekly);
      }
    }
    const shelves = new Map(
      range.map((sku): [string, Shelf] => {
        const rate = weekly.get(sku.id) ?? 0;
        const least = pack(sku) * (place.kind === 'warehouse' ? 6 : 3);
        const target = packed(sku, Math.max(least, rate * (place.kind === 'warehouse' ? 4.5 : 2.4) + pack(sku)));
        const safety =
          place.kind === 'warehouse'
            ? Math.min(6 * pack(sku), Math.ceil(rate * 0.2))
            : sku.product.popularity >= 7
              ? pack(sku)
              : 0;
        return [sku.id, { sku, net: 0, promised: 0, safety, target, weekly: rate }];
      }),
    );
    const want = weighted(
      dice,
      range.map((sku) => [sku, sku.weight] as const),
    );
    all.set(place.code, { place, location, stock, shelves, want });
  }
  return all;
}

/** The goods of a SKU at a place, as a line names them. */
export function goodsOf(stocked: Stocked, skuId: string): Omit<Goods, 'quantity'> {
  return goodsAt(stocked.stock, skuId);
}

/** The goods without the SKU that stands beside them on a line of a sale. */
export function shelfOf(stocked: Stocked, skuId: string): Omit<Goods, 'quantity' | 'skuId'> {
  const { stockKey, method } = goodsAt(stocked.stock, skuId);
  return { stockKey, costKey: costKey(stocked.stock.areaId, skuId), method };
}

/** What may be promised or handed over. */
export function free(shelf: Shelf): number {
  return Math.max(0, shelf.net - shelf.promised - shelf.safety);
}
