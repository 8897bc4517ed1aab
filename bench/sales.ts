import type { RecordSale } from '../src/orders/sale.ts';
import { mintUuidv7 } from '../src/kernel/ids.ts';
import { saleCommand, worldId, type World } from '../apps/simulator/world.ts';

/** One sale on its way: what the committer takes, and what the baseline takes its arguments from. */
export type BenchSale = { readonly key: string; readonly at: number; readonly command: RecordSale };

/** Lines of the sales in turn: two and three, 2.5 on average. */
const LINES = [2, 3] as const;

/** What one unit sells for and what it cost, minor units. */
const PRICE = 1_200;

/** Which sales are made: spread over all SKUs and locations of the world, or all of one SKU at one location. */
export type Spread = 'spread' | 'hot';

/** Ids of sales made in one process never meet those of another one: the process takes a lane of the id's ordinal. */
let sequence = 0;

/** The `n` next sales. Dice from a seed: the same for both sides of a comparison. */
export function makeSales(
  world: World,
  n: number,
  options: { readonly spread: Spread; readonly at: number; readonly dice: () => number; readonly lane?: number },
): BenchSale[] {
  const { spread, at, dice, lane = 0 } = options;
  const channel = world.channels[0] as World['channels'][number];
  return Array.from({ length: n }, (_, i) => {
    const location = world.locations[
      spread === 'hot' ? 0 : Math.floor(dice() * world.locations.length)
    ] as World['locations'][number];
    const skuIds = new Set<string>();
    const lines = LINES[i % LINES.length] as number;
    while (spread === 'spread' && skuIds.size < lines)
      skuIds.add(world.skuIds[Math.floor(dice() * world.skuIds.length)] as string);
    const wanted =
      spread === 'hot' ? Array.from({ length: lines }, () => world.skuIds[0] as string) : [...skuIds].sort();
    sequence += 1;
    const id = (ordinal: number): string => mintUuidv7(at, sequence, lane * 4 + ordinal);
    const command = saleCommand({
      world,
      location,
      channel,
      at,
      orderId: id(0),
      paymentId: id(1),
      method: 'card',
      fact: null,
      wanted: wanted.map((skuId) => ({ skuId, quantity: 1, unitAmount: PRICE })),
    });
    return { key: id(2), at, command };
  });
}

/** Numbers from 0 to 1 from a seed (mulberry32): quick and the same everywhere. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Who makes the sales. */
export const BENCH_PRINCIPAL = worldId(8, 0);
