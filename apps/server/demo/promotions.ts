import type { MasterImport } from '../../../platform/commit/master-chunks.ts';
import { changed, type Master } from '../../../platform/commit/master-door.ts';
import { currencyCode } from '../../../src/kernel/currency.ts';
import type { InstantMs } from '../../../src/kernel/time.ts';
import type { Promotion, PromotionConditions } from '../../../src/pricing/promotion/promotion.ts';
import { savePromotion } from '../../../src/pricing/server/promotion.store.ts';
import type { DemoSku } from './catalogue.ts';
import { demoId } from './dice.ts';
import type { DemoRetailer } from './retailer.ts';

const DAY_MS = 86_400_000;
const HOUR = 60;
const DAY = 24 * HOUR;
const GBP = currencyCode('GBP');

/** What is asked to plan them. */
type PromotionPlan = {
  readonly retailer: DemoRetailer;
  readonly skus: readonly DemoSku[];
  readonly opensAt: InstantMs;
  readonly endsAt: InstantMs;
};

/** The promotions that the demo lives with: one of each kind that a shop would think of first. All but the last take part in its history. */
export function planPromotions({ retailer, skus, opensAt, endsAt }: PromotionPlan): readonly Promotion[] {
  const category = (key: DemoSku['product']['category']): string => {
    const sku = skus.find(({ product }) => product.category === key);
    if (sku === undefined) throw new Error(`the demo has no ${key}`);
    return sku.categoryId;
  };
  const best = (key: DemoSku['product']['category']): DemoSku => {
    const [first] = skus
      .filter(({ product }) => product.category === key && product.kind === 'goods' && product.baseUnit === 'piece')
      .toSorted((a, b) => b.weight - a.weight || (a.code < b.code ? -1 : 1));
    if (first === undefined) throw new Error(`the demo has no ${key}`);
    return first;
  };
  const channels = (...codes: string[]): string[] => codes.map((code) => retailer.channelOf(code).id);
  const order = { kind: 'order' } as const;
  const [mug, cushion] = [best('table'), best('textiles')];
  const evenings = [1, 2, 3, 4, 5].map((day) => ({
    from: (day - 1) * DAY + 16 * HOUR,
    to: (day - 1) * DAY + 18 * HOUR,
  }));
  const when: PromotionConditions = { from: opensAt };
  const wanted: readonly (Pick<Promotion, 'name' | 'effect'> & Partial<Promotion>)[] = [
    {
      name: '3 for 2 in the pantry',
      effect: {
        kind: 'n_for_m',
        of: { kind: 'category', ids: [category('pantry')] },
        n: 3,
        m: 2,
        pick: 'cheapest',
      },
    },
    {
      name: '10 off from 100',
      effect: {
        kind: 'tiers',
        of: order,
        by: 'amount',
        tiers: [
          { from: 10_000, minor: 1_000 },
          { from: 20_000, minor: 2_500 },
        ],
      },
      currency: GBP,
      except: { kind: 'category', ids: [category('gifts')] },
    },
    {
      name: 'Welcome',
      effect: { kind: 'percentage', of: order, ppm: 100_000 },
      when: { ...when, coupon: true, firstOrder: true, channelIds: channels('SHOP-UK', 'SHOP-NL') },
      codes: ['WELCOME10'],
      limits: { perCustomer: 1 },
    },
    {
      name: 'Mug and cushion',
      effect: {
        kind: 'bundle',
        parts: [
          { of: { kind: 'sku', ids: [mug.id] }, quantity: 1 },
          { of: { kind: 'sku', ids: [cushion.id] }, quantity: 1 },
        ],
        minor: Math.round(((mug.priceGbp + cushion.priceGbp) * 85) / 10_000) * 100,
      },
      currency: GBP,
    },
    {
      name: 'Candles after work',
      effect: { kind: 'percentage', of: { kind: 'category', ids: [category('candles')] }, ppm: 100_000 },
      when: { ...when, hours: evenings, channelIds: channels('STORE-UK', 'STORE-NL') },
      stackingGroup: 'shelf',
    },
    {
      name: 'Garden weeks, half paid by the maker',
      effect: { kind: 'percentage', of: { kind: 'category', ids: [category('garden')] }, ppm: 150_000 },
      when: { from: Math.max(opensAt, endsAt - 30 * DAY_MS) },
      limits: { budgetMinor: 1_500_000 },
      currency: GBP,
      stackingGroup: 'shelf',
      supplier: { name: 'Fennel & Thorne', sharePpm: 500_000 },
    },
    {
      name: 'Our people',
      effect: { kind: 'percentage', of: order, ppm: 200_000 },
      when: { ...when, employee: true },
      exclusive: true,
      choice: 'best',
    },
  ];
  return wanted.map((promotion, n) => ({
    when,
    limits: {},
    priority: 0,
    choice: 'best',
    exclusive: false,
    stackingGroup: '',
    ...promotion,
    id: demoId('promotion', opensAt, n),
  }));
}

/** Makes the demo's promotions, as somebody would in the office. */
export function openDemoPromotions(master: Master, from: MasterImport, promotions: readonly Promotion[]) {
  const promotionIds = promotions.map(({ id }) => id);
  return master<{ promotions: number }>(
    { ...from, type: 'demo_promotions', topic: 'promotion', body: { promotionIds } },
    async (tx) => {
      for (const promotion of promotions) await savePromotion(tx, promotion, { newAt: from.at });
      return changed(
        promotions.map((promotion) => ({
          type: 'PromotionCreated',
          version: 1,
          subjectId: promotion.id,
          body: { promotionId: promotion.id, before: null, after: promotion, changed: Object.keys(promotion) },
        })),
        { promotions: promotions.length },
      );
    },
  );
}
