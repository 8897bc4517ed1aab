import type { WantedCategory } from '../../../src/catalog/server/bulk.ts';
import type { CreateProduct } from '../../../src/catalog/product.ts';
import type { Media } from '../../../src/catalog/media.ts';
import { checkDigitMod10 } from '../../../src/kernel/gs1.ts';
import type { PlacedPrice } from '../../../src/pricing/price-list.ts';
import { CATEGORIES, PRODUCTS, type DemoProduct } from './assortment.ts';
import { COLOURS } from './colours.ts';
import { demoId } from './dice.ts';
import { drawPicture } from './pictures.ts';
import type { DemoRetailer } from './retailer.ts';

/** A SKU of the demo as the simulator deals with it. Prices with VAT in pence and cents, costs without. */
export type DemoSku = {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly product: DemoProduct;
  readonly productId: string;
  readonly categoryId: string;
  readonly taxClass: string;
  readonly priceGbp: number;
  readonly priceEur: number;
  readonly costGbp: number;
  readonly costEur: number;
  /** How often it is wanted, beside the others. */
  readonly weight: number;
};

/** The catalogue, ready for the importers. */
export type DemoCatalogue = {
  readonly categories: readonly WantedCategory[];
  readonly products: readonly CreateProduct[];
  readonly media: readonly (Media & { readonly content: Buffer })[];
  readonly skus: readonly DemoSku[];
};

/** Makes the catalogue of the range. GTINs begin with 20, which GS1 leaves to each company for use inside its own walls. */
export function planCatalogue(opensAt: number): DemoCatalogue {
  const categoryIds = new Map(CATEGORIES.map(({ key }, n) => [key as string, demoId('category', opensAt, n)]));
  const categories = CATEGORIES.map(({ key, name, taxClass }, position) => ({
    id: categoryIds.get(key) as string,
    name,
    taxClass,
    position,
  }));
  const skus: DemoSku[] = [];
  const media: (Media & { content: Buffer })[] = [];
  const idByCode = new Map<string, string>();
  const products = PRODUCTS.map((product, n): CreateProduct => {
    const id = demoId('product', opensAt, n);
    for (const [position, key] of product.colours.entries()) {
      const content = Buffer.from(drawPicture(product.drawing, COLOURS[key], product.motif));
      const alt = `${product.name} in ${COLOURS[key].name}`;
      media.push({
        id: demoId('media', opensAt, media.length),
        productId: id,
        position,
        mediaType: 'image/svg+xml',
        alt,
        content,
      });
    }
    const forms = product.colours.flatMap((key, c) =>
      product.sizes.map((size, s) => ({ colour: COLOURS[key], size, share: (1 - c * 0.13) * (1 - s * 0.4) })),
    );
    const variants = forms.map(({ colour, size, share }) => {
      const at = skus.length;
      const code = [product.code, colour.code, ...(size.code === '' ? [] : [size.code])].join('-');
      const options = {
        ...(product.colours.length > 1 ? { colour: colour.name } : {}),
        ...(size.name === '' ? {} : { size: size.name }),
      };
      const name = Object.values(options).join(', ');
      const skuId = demoId('sku', opensAt, at);
      idByCode.set(code, skuId);
      const category = CATEGORIES.find(({ key }) => key === product.category);
      const price = product.price + size.price;
      skus.push({
        id: skuId,
        code,
        name: name === '' ? product.name : `${product.name} ${name}`,
        product,
        productId: id,
        categoryId: categoryIds.get(product.category) as string,
        taxClass: product.taxClass ?? category?.taxClass ?? 'standard',
        priceGbp: price,
        priceEur: product.kind === 'voucher' ? price : inEuros(price),
        costGbp: product.cost + size.cost,
        costEur: Math.round((product.cost + size.cost) * 1.17),
        weight: share * product.popularity ** 1.6,
      });
      const parts = product.parts.map(([part, quantity]) => ({ skuId: idByCode.get(part) ?? '', quantity }));
      const goods = product.kind === 'goods' || product.kind === 'bundle';
      return {
        id: demoId('variant', opensAt, at),
        name,
        options,
        skus: [
          {
            id: skuId,
            code,
            kind: product.kind,
            baseUnit: product.baseUnit,
            ...(goods ? { gtin: gtinOf(at) } : {}),
            ...(product.taxClass === undefined ? {} : { taxClass: product.taxClass }),
            ...(parts.length > 0 ? { parts } : {}),
            ...(product.baseUnit === 'millimetre'
              ? { packSizes: [{ name: 'roll', quantity: 25_000 }] }
              : product.baseUnit === 'gram'
                ? { packSizes: [{ name: 'chest', quantity: 10_000 }] }
                : {}),
          },
        ],
      };
    });
    return {
      id,
      name: product.name,
      description: product.about,
      categoryId: categoryIds.get(product.category) as string,
      attributes: attributesOf(product),
      variants,
    };
  });
  return { categories, products, media, skus };
}

function attributesOf(product: DemoProduct): Record<string, string | number> {
  const pieces = product.kind === 'goods' && product.baseUnit === 'piece';
  return { material: product.material, ...(pieces ? { weightGrams: product.grams } : {}) };
}

function gtinOf(n: number): string {
  const digits = `20${String(4_100_000_000 + n * 7).padStart(10, '0')}`;
  return `${digits}${checkDigitMod10(digits)}`;
}

/** What a price in pounds is in euros in the shop: the usual rate, ending as Dutch prices do. */
function inEuros(pence: number): number {
  const cents = pence * 1.17;
  return cents < 500 ? Math.round(cents / 5) * 5 : Math.round(cents / 50) * 50 - 5;
}

/** What a SKU costs at a channel. The marketplace's commission is partly passed on. */
export function priceAt(sku: DemoSku, channel: { readonly kind: string; readonly currency: string }): number {
  const price = channel.currency === 'EUR' ? sku.priceEur : sku.priceGbp;
  return channel.kind === 'marketplace' && sku.product.kind === 'goods' ? Math.round((price * 1.06) / 5) * 5 : price;
}

/** A price of every SKU at every channel, from the opening on. */
export function planPrices(retailer: DemoRetailer, skus: readonly DemoSku[], opensAt: number): PlacedPrice[] {
  return retailer.plan.priceLists.flatMap((list) => {
    const channel = retailer.plan.channels.find((each) => each.id === list.channelId);
    if (channel === undefined) return [];
    return skus.map((sku) => ({
      priceListId: list.id,
      skuId: sku.id,
      validFrom: opensAt,
      amount: priceAt(sku, channel),
      scale: 0,
      per: sku.product.per,
    }));
  });
}
