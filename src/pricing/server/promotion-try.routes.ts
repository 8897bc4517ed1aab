import { Type, type Static } from 'typebox';
import { uuidv7 } from 'uuidv7';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { CurrencyType, InstantType } from '../../../platform/http/money.ts';
import { malformed, notFound, refused } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { lineAmount, mulDiv } from '../../kernel/money.ts';
import { businessDayOf, parseInstant, weekMinuteOf, type InstantMs } from '../../kernel/time.ts';
import { applyPromotions } from '../promotion/apply-promotions.ts';
import {
  compilePromotions,
  promotionById,
  withBrought,
  type CompiledPromotions,
} from '../promotion/compile-promotions.ts';
import { normaliseCouponCode } from '../promotion/coupon-code.ts';
import type { PromotionLine, PromotionTrace } from '../promotion/promotion-basket.ts';
import type { Promotion } from '../promotion/promotion.ts';
import { promotionProblem } from '../promotion/save-promotion.ts';
import { withoutTax } from '../tax/tax-rules.ts';
import { findCoupons, findOffers } from './coupon.store.ts';
import { findVouchersOfCustomers } from './earned-voucher-book.ts';
import { promotionTags as tags, readPromotions, type PromotionRouteDeps } from './promotion-route-parts.ts';
import { readPromotion, WantedPromotionType } from './promotion.schemas.ts';
import { isVoucherSpent, promotionOfFound, vouchersByCode } from './voucher-codes.ts';

const closed = { additionalProperties: false };
const MinorType = Type.Integer();

const TriedType = Type.Object({
  currency: CurrencyType,
  taxInclusive: Type.Boolean(),
  lines: Type.Array(
    Type.Object({
      skuId: IdType('sku'),
      name: Type.String(),
      quantity: Type.Integer(),
      listMinor: MinorType,
      amountMinor: MinorType,
      discounts: Type.Array(
        Type.Object({
          promotionId: IdType('promotion'),
          amountMinor: MinorType,
          supplierMinor: Type.Optional(MinorType),
        }),
      ),
      marginMinor: Type.Union([MinorType, Type.Null()], {
        description:
          'Without tax, over what the goods cost at present; null when nobody knows. Below nought it is sold below cost.',
      }),
    }),
  ),
  listMinor: MinorType,
  discountMinor: MinorType,
  gifts: Type.Array(Type.Object({ promotionId: IdType('promotion'), skuId: IdType('sku'), quantity: Type.Integer() })),
  earnedVouchers: Type.Array(Type.Object({ promotionId: IdType('promotion'), amountMinor: MinorType })),
  codes: Type.Array(
    Type.Object({
      code: Type.String(),
      state: Type.Unsafe<'opens' | 'unknown' | 'expired' | 'used_up'>(
        Type.String({ enum: ['opens', 'unknown', 'expired', 'used_up'] }),
      ),
    }),
  ),
  trace: Type.Array(
    Type.Object({
      promotionId: IdType('promotion'),
      name: Type.String(),
      applied: Type.Boolean(),
      reason: Type.String(),
      numbers: Type.Record(Type.String(), Type.Union([Type.Integer(), Type.String()])),
      voucher: Type.Boolean({ description: 'A voucher that the basket brings; it is no promotion of its own.' }),
    }),
    { description: 'Every promotion there is, those that applied first.' },
  ),
});

/** POST /promotions/try: what a basket would cost, and why each promotion applies or does not. Nothing is used up. */
export function registerTryRoute(app: Api, deps: PromotionRouteDeps): void {
  route(app, {
    method: 'POST',
    url: '/promotions/try',
    operationId: 'tryPromotions',
    summary: 'Try a basket: what its lines cost, and why each promotion applies or does not',
    idempotent: false,
    tags,
    permission: 'promotion:read',
    scope: 'none',
    schema: {
      body: Type.Object(
        {
          channelId: IdType('channel'),
          locationId: Type.Optional(IdType('location')),
          customerId: Type.Optional(IdType('customer')),
          firstOrder: Type.Optional(Type.Boolean()),
          employee: Type.Optional(Type.Boolean()),
          couponCodes: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { maxItems: 20 })),
          refused: Type.Optional(Type.Array(IdType('promotion'), { maxItems: 100 })),
          at: Type.Optional(InstantType),
          draft: Type.Optional(
            Type.Object(WantedPromotionType.properties, {
              ...closed,
              description:
                'A promotion that is still being written: tried alone, as if all its conditions but the minimum held.',
            }),
          ),
          lines: Type.Array(
            Type.Object(
              { skuId: IdType('sku'), quantity: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }) },
              closed,
            ),
            { minItems: 1, maxItems: 500 },
          ),
        },
        closed,
      ),
      response: { 200: TriedType },
    },
    handler: ({ body }) => tryBasket(deps, body),
  });
}

type Asked = {
  readonly channelId: string;
  readonly locationId?: string | undefined;
  readonly customerId?: string | undefined;
  readonly firstOrder?: boolean | undefined;
  readonly employee?: boolean | undefined;
  readonly couponCodes?: readonly string[] | undefined;
  readonly refused?: readonly string[] | undefined;
  readonly at?: string | undefined;
  readonly draft?: Static<typeof WantedPromotionType> | undefined;
  readonly lines: readonly { readonly skuId: string; readonly quantity: number }[];
};

async function tryBasket(deps: PromotionRouteDeps, asked: Asked) {
  const { customerId } = asked;
  const channel = deps.company.channel(asked.channelId);
  if (channel === undefined) throw notFound('channel');
  const place = deps.company.location(asked.locationId ?? channel.defaultLocationId);
  if (place === undefined) throw notFound('location');
  const at = asked.at === undefined ? deps.now() : parseInstant(asked.at);
  if (at === undefined) throw malformed([{ path: '/at', message: 'is not an instant' }]);
  const { currency } = channel;
  const businessDay = businessDayOf(at, place);
  const skuIds = asked.lines.map((line) => line.skuId);
  const skus = await deps.skus.get(skuIds);
  const groupIds = customerId === undefined ? [] : await deps.prices.groupsOf(customerId);
  const ask = { channelId: channel.id, currency, locationId: place.id, groupIds, at };
  const prices = await deps.prices.get(ask, asked.lines);
  const live = asked.draft === undefined ? await deps.promotions.compiled() : compiledDraft(asked.draft);
  const codes = await readCodes(deps, live, asked.couponCodes ?? [], at);
  const owned = customerId === undefined ? NOTHING_OWNED : await readOwned(deps, { customerId, at });
  const { offers } = owned;
  const compiled = withBrought(live, [...owned.vouchers, ...codes.flatMap(({ voucher }) => voucher ?? [])]);
  const uses = await deps.promotions.uses(compiled, customerId);
  const lines = asked.lines.map(({ skuId, quantity }, index): PromotionLine => {
    const [sku, price] = [skus.get(skuId), prices.get(skuId)];
    if (sku === undefined) throw refused({ reason: 'unknown_sku', line: index + 1, skuId });
    if (price === undefined) throw refused({ reason: 'no_price', line: index + 1, skuId, currency });
    return {
      key: String(index + 1),
      skuId,
      productId: sku.productId,
      categoryIds: sku.categoryIds,
      ...(sku.attributes === undefined ? {} : { attributes: sku.attributes }),
      kind: sku.kind,
      quantity,
      countable: sku.baseUnit === 'piece',
      amountMinor: lineAmount({ ...price, currency }, quantity),
    };
  });
  const outcome = applyPromotions(
    compiled,
    {
      currency,
      at,
      weekMinute: weekMinuteOf(at, place.timeZone),
      businessDay,
      channelId: channel.id,
      locationId: place.id,
      ...(customerId === undefined && asked.firstOrder !== true && asked.employee !== true
        ? {}
        : {
            customer: {
              id: customerId ?? '',
              groupIds,
              firstOrder: asked.firstOrder ?? false,
              employee: asked.employee ?? false,
            },
          }),
      couponCodes: codes.map((one) => one.code),
      couponPromotions: Object.fromEntries(
        codes.flatMap(({ code, promotionId }) => (promotionId === undefined ? [] : [[code, promotionId]])),
      ),
      offerIds: [...offers.keys()],
      offerPromotions: Object.fromEntries(offers),
      refused: asked.refused ?? [],
      ...(uses === undefined ? {} : { uses }),
      lines,
    },
    { trace: true },
  );
  const { areaId } = place;
  const costs =
    areaId === undefined || place.areaCurrency !== currency
      ? undefined
      : await readPromotions(deps, (tx) => deps.costsOf(tx, areaId, skuIds));
  const rules = await deps.taxes.rules();
  const shown = lines.map((line, index) => {
    const discounts = outcome.lines[index]?.discounts ?? [];
    const amountMinor = line.amountMinor - discounts.reduce((sum, one) => sum + one.amountMinor, 0);
    const [sku, price, cost] = [skus.get(line.skuId), prices.get(line.skuId), costs?.get(line.skuId)];
    const netMinor = withoutTax(rules, amountMinor, {
      taxInclusive: price?.taxInclusive === true,
      jurisdiction: place.country,
      taxClass: sku?.taxClass ?? '',
      day: businessDay,
    });
    return {
      skuId: idText('sku', line.skuId),
      name: sku?.name ?? '',
      quantity: line.quantity,
      listMinor: line.amountMinor,
      amountMinor,
      discounts: discounts.map((one) => ({ ...one, promotionId: idText('promotion', one.promotionId) })),
      marginMinor:
        cost === undefined || cost.quantity <= 0
          ? null
          : netMinor - mulDiv(cost.valueMinor, line.quantity, cost.quantity),
    };
  });
  const listMinor = lines.reduce((sum, line) => sum + line.amountMinor, 0);
  return {
    currency,
    taxInclusive: [...prices.values()][0]?.taxInclusive ?? true,
    lines: shown,
    listMinor,
    discountMinor: listMinor - shown.reduce((sum, line) => sum + line.amountMinor, 0),
    gifts: outcome.gifts.map((gift) => ({
      ...gift,
      promotionId: idText('promotion', gift.promotionId),
      skuId: idText('sku', gift.skuId),
    })),
    earnedVouchers: outcome.earnedVouchers.map((one) => ({
      ...one,
      promotionId: idText('promotion', one.promotionId),
    })),
    codes: codes.map(({ code, state }) => ({ code, state })),
    trace: [...outcome.trace]
      .sort((a, b) => Number(b.applied) - Number(a.applied))
      .map((one) => traceAnswer(one, compiled)),
  };
}

/** A promotion alone, as if all that it asks for held, except what lies in the basket itself. */
function compiledDraft(draft: Static<typeof WantedPromotionType>): CompiledPromotions {
  const promotion = readPromotion(uuidv7(), draft);
  const problem = promotionProblem(promotion);
  if (problem !== undefined) throw refused(problem);
  const { codes: _, when, ...rest } = promotion;
  const { minimum } = when;
  return compilePromotions([{ ...rest, when: minimum === undefined ? {} : { minimum }, limits: {} }]);
}

type ReadCode = {
  readonly code: string;
  readonly state: 'opens' | 'unknown' | 'expired' | 'used_up';
  readonly promotionId?: string;
  /** Of the code of a voucher that an earlier basket earned, what it is for this one. */
  readonly voucher?: Promotion;
};

/** What became of each code that was typed. */
async function readCodes(
  deps: PromotionRouteDeps,
  compiled: CompiledPromotions,
  typed: readonly string[],
  at: number,
): Promise<ReadCode[]> {
  if (typed.length === 0) return [];
  const wanted = [...new Set(typed.map((text) => normaliseCouponCode(text) ?? text))];
  const codes = await deps.couponCodes();
  const [coupons, vouchers] = await readPromotions(deps, async (tx) => [
    await findCoupons(tx, wanted, { codes, at }),
    await vouchersByCode(tx, wanted, codes),
  ]);
  return wanted.map((code): ReadCode => {
    const coupon = coupons.find((one) => one.code === code);
    const voucher = vouchers.get(code);
    if (coupon !== undefined) {
      if (coupon.expired) return { code, state: 'expired' };
      if (coupon.used >= coupon.uses) return { code, state: 'used_up' };
      return { code, state: 'opens', promotionId: coupon.promotionId };
    }
    if (voucher === undefined) return { code, state: compiled.codes.has(code) ? 'opens' : 'unknown' };
    if (voucher.validUntil <= at) return { code, state: 'expired' };
    if (isVoucherSpent(voucher)) return { code, state: 'used_up' };
    return { code, state: 'opens', promotionId: voucher.id, voucher: promotionOfFound(voucher) };
  });
}

/** What a customer may use in this basket: personal offers with their promotions, and vouchers, each of which is an offer of its own. */
type Owned = { readonly offers: ReadonlyMap<string, string>; readonly vouchers: readonly Promotion[] };

const NOTHING_OWNED: Owned = { offers: new Map(), vouchers: [] };

async function readOwned(
  deps: PromotionRouteDeps,
  asked: { readonly customerId: string; readonly at: InstantMs },
): Promise<Owned> {
  const [[offers = NOTHING_OWNED.offers], [found = []]] = await readPromotions(
    deps,
    async (tx) => [await findOffers(tx, [asked]), await findVouchersOfCustomers(tx, [asked])] as const,
  );
  const vouchers = found.map(promotionOfFound);
  return { offers: new Map([...offers, ...vouchers.map(({ id }): [string, string] => [id, id])]), vouchers };
}

function traceAnswer({ promotionId, applied, reason, numbers }: PromotionTrace, compiled: CompiledPromotions) {
  const shown = { ...numbers };
  const other = shown['promotionId'];
  // Another promotion is told by its name, which is what a person knows it by.
  if (typeof other === 'string') shown['promotionId'] = promotionById(compiled, other)?.promotion.name ?? '';
  return {
    promotionId: idText('promotion', promotionId),
    name: promotionById(compiled, promotionId)?.promotion.name ?? '',
    applied,
    reason,
    numbers: shown,
    voucher: compiled.brought.has(promotionId),
  };
}
