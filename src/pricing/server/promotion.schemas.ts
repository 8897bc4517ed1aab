import { Type, type Static } from 'typebox';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { model } from '../../../platform/http/model.ts';
import { CurrencyType, InstantType } from '../../../platform/http/money.ts';
import { malformed } from '../../../platform/http/problem.ts';
import { currencyCode } from '../../kernel/currency.ts';
import { instantToText, parseInstant, type InstantMs } from '../../kernel/time.ts';
import { normaliseCouponCode } from '../promotion/coupon-code.ts';
import { targetsOf, type Effect, type Promotion, type Target } from '../promotion/promotion.ts';
import type { PromotionState, StoredPromotion } from './promotion.store.ts';

const closed = { additionalProperties: false };
const oneOf = <const T extends string>(...names: readonly T[]) => Type.Unsafe<T>(Type.String({ enum: [...names] }));
const Amount = Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 });
const Count = Type.Integer({ minimum: 1, maximum: 1_000_000 });
const Share = Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Parts per million: 200000 is 20 %.' });
const ids = (kind: 'sku' | 'product' | 'category' | 'channel' | 'location' | 'customerGroup') =>
  Type.Optional(Type.Array(IdType(kind), { minItems: 1, maxItems: 5000 }));
const Text = (most: number) => Type.String({ minLength: 1, maxLength: most, pattern: '\\S' });

const TargetType = model(
  'PromotionTarget',
  Type.Object(
    {
      kind: oneOf('order', 'shipping', 'sku', 'product', 'category', 'attribute'),
      skuIds: ids('sku'),
      productIds: ids('product'),
      categoryIds: ids('category'),
      name: Type.Optional(Text(60)),
      values: Type.Optional(Type.Array(Text(200), { minItems: 1, maxItems: 200 })),
    },
    {
      ...closed,
      description: 'Which lines: the kind, and what belongs to it (the ids, or an attribute and its values).',
    },
  ),
);
const EffectType = model(
  'PromotionEffect',
  Type.Object(
    {
      kind: oneOf('percentage', 'amount', 'price', 'buy_get', 'n_for_m', 'group', 'bundle', 'tiers', 'gift', 'voucher'),
      of: Type.Optional(TargetType),
      buy: Type.Optional(TargetType),
      get: Type.Optional(TargetType),
      buyQuantity: Type.Optional(Count),
      getQuantity: Type.Optional(Count),
      ppm: Type.Optional(Share),
      minor: Type.Optional(Amount),
      each: Type.Optional(Type.Boolean()),
      pick: Type.Optional(oneOf('cheapest', 'dearest')),
      n: Type.Optional(Count),
      m: Type.Optional(Count),
      quantity: Type.Optional(Count),
      parts: Type.Optional(
        Type.Array(Type.Object({ of: TargetType, quantity: Count }, closed), { minItems: 1, maxItems: 20 }),
      ),
      by: Type.Optional(oneOf('amount', 'quantity')),
      tiers: Type.Optional(
        Type.Array(Type.Object({ from: Amount, ppm: Type.Optional(Share), minor: Type.Optional(Amount) }, closed), {
          minItems: 1,
          maxItems: 20,
        }),
      ),
      skuId: Type.Optional(IdType('sku')),
      forEachMinor: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 })),
      validDays: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 3_650,
          description: 'How long a voucher can be used; 90 days unless told.',
        }),
      ),
    },
    { ...closed, description: 'What it does: the kind, and the fields that the kind has. See docs/promotions.md.' },
  ),
);
const Minute = Type.Integer({ minimum: 0, maximum: 10_080 });

/** What a promotion is made of, as it is asked for and shown. */
const terms = {
  name: Text(200),
  effect: EffectType,
  when: Type.Optional(
    Type.Object(
      {
        from: Type.Optional(InstantType),
        until: Type.Optional(InstantType),
        hours: Type.Optional(
          Type.Array(Type.Object({ from: Minute, to: Minute }, closed), {
            minItems: 1,
            maxItems: 50,
            description: 'Minutes of the week at the place of sale; 0 is Monday 00:00.',
          }),
        ),
        channelIds: ids('channel'),
        locationIds: ids('location'),
        groupIds: ids('customerGroup'),
        firstOrder: Type.Optional(Type.Boolean()),
        employee: Type.Optional(Type.Boolean()),
        coupon: Type.Optional(Type.Boolean()),
        offer: Type.Optional(Type.Boolean()),
        minimum: Type.Optional(
          Type.Object({ of: TargetType, amountMinor: Type.Optional(Amount), quantity: Type.Optional(Count) }, closed),
        ),
      },
      closed,
    ),
  ),
  limits: Type.Optional(
    Type.Object(
      {
        uses: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000 })),
        perCustomer: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
        budgetMinor: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000_000_000 })),
      },
      closed,
    ),
  ),
  currency: Type.Optional(CurrencyType),
  except: Type.Optional(TargetType),
  codes: Type.Optional(
    Type.Array(Type.String({ minLength: 3, maxLength: 60 }), {
      maxItems: 100,
      description: 'Codes that many may use. A promotion with codes needs one.',
    }),
  ),
  priority: Type.Optional(Type.Integer({ minimum: -1000, maximum: 1000 })),
  choice: Type.Optional(oneOf('best', 'priority')),
  exclusive: Type.Optional(Type.Boolean()),
  stackingGroup: Type.Optional(Type.String({ maxLength: 60 })),
  supplier: Type.Optional(Type.Object({ name: Text(200), sharePpm: Share }, closed)),
};

/** A promotion as it is asked for. */
export const WantedPromotionType = Type.Object(terms, closed);
/** The same over one that is there. */
export const EditedPromotionType = Type.Object(
  { ...terms, version: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) },
  closed,
);
/** Something that would be sold for less than it costs. */
const WarningType = Type.Object({
  skuId: IdType('sku'),
  channelId: IdType('channel'),
  netMinor: Type.Integer(),
  costMinor: Type.Integer(),
  marginMinor: Type.Integer(),
});
/** A promotion as it is shown. */
export const PromotionType = model(
  'Promotion',
  Type.Object({
    id: IdType('promotion'),
    ...terms,
    state: oneOf('running', 'scheduled', 'ended', 'archived'),
    uses: Type.Integer({ description: 'Orders and sales that used it, those beyond the limit included.' }),
    spentMinor: Type.Integer({ description: 'What it took off so far, in its currency.' }),
    goods: Type.Array(Type.Object({ skuId: IdType('sku'), code: Type.String(), name: Type.String() }), {
      description: 'The SKUs that it names, by name; of very many the first.',
    }),
    version: Type.Integer(),
  }),
);
/** A promotion that was saved, with what would be sold below cost. */
export const SavedPromotionType = Type.Object({
  id: IdType('promotion'),
  version: Type.Integer(),
  belowCost: Type.Array(WarningType),
});

type Wanted = Static<typeof WantedPromotionType>;
type WantedTarget = Static<typeof TargetType>;

function missing(path: string): never {
  throw malformed([{ path, message: 'is needed for this kind' }]);
}

/** Reads a promotion out of a body; a 400 that names what its kind lacks. */
export function readPromotion(id: string, wanted: Wanted): Promotion {
  const { when = {}, limits = {}, currency, except, supplier, codes = [] } = wanted;
  const read = codes.map((code, at) => normaliseCouponCode(code) ?? missing(`/codes/${at}`));
  const { from, until, minimum, ...conditions } = when;
  return {
    id,
    name: wanted.name.trim(),
    effect: readEffect(wanted.effect),
    when: {
      ...conditions,
      ...(from === undefined ? {} : { from: instant(from, '/when/from') }),
      ...(until === undefined ? {} : { until: instant(until, '/when/until') }),
      ...(minimum === undefined ? {} : { minimum: { ...minimum, of: readTarget(minimum.of, '/when/minimum/of') } }),
      ...(read.length > 0 ? { coupon: true } : {}),
    },
    limits,
    ...(currency === undefined ? {} : { currency: currencyCode(currency) }),
    ...(except === undefined ? {} : { except: readTarget(except, '/except') }),
    ...(read.length > 0 ? { codes: [...new Set(read)] } : {}),
    priority: wanted.priority ?? 0,
    choice: wanted.choice ?? 'best',
    exclusive: wanted.exclusive ?? false,
    stackingGroup: (wanted.stackingGroup ?? '').trim(),
    ...(supplier === undefined ? {} : { supplier }),
  };
}

function instant(text: string, path: string): InstantMs {
  const read = parseInstant(text);
  if (read === undefined) throw malformed([{ path, message: 'is not an instant' }]);
  return read;
}

function readTarget(target: WantedTarget | undefined, path: string): Target {
  if (target === undefined) return missing(path);
  switch (target.kind) {
    case 'order':
    case 'shipping':
      return { kind: target.kind };
    case 'sku':
      return { kind: 'sku', ids: target.skuIds ?? missing(`${path}/skuIds`) };
    case 'product':
      return { kind: 'product', ids: target.productIds ?? missing(`${path}/productIds`) };
    case 'category':
      return { kind: 'category', ids: target.categoryIds ?? missing(`${path}/categoryIds`) };
    case 'attribute':
      return {
        kind: 'attribute',
        name: target.name ?? missing(`${path}/name`),
        values: target.values ?? missing(`${path}/values`),
      };
  }
}

function readEffect(effect: Wanted['effect']): Effect {
  const { kind } = effect;
  const of = (): Target => readTarget(effect.of, '/effect/of');
  const number = (field: 'ppm' | 'minor' | 'n' | 'm' | 'quantity' | 'buyQuantity' | 'getQuantity'): number =>
    effect[field] ?? missing(`/effect/${field}`);
  const pick = effect.pick ?? 'cheapest';
  switch (kind) {
    case 'percentage':
      return { kind, of: of(), ppm: number('ppm') };
    case 'amount':
      return { kind, of: of(), minor: number('minor'), each: effect.each ?? false };
    case 'price':
      return { kind, of: of(), minor: number('minor') };
    case 'buy_get':
      return {
        kind,
        buy: readTarget(effect.buy, '/effect/buy'),
        buyQuantity: number('buyQuantity'),
        get: readTarget(effect.get, '/effect/get'),
        getQuantity: number('getQuantity'),
        ppm: number('ppm'),
        pick,
      };
    case 'n_for_m':
      return { kind, of: of(), n: number('n'), m: number('m'), pick };
    case 'group':
      return { kind, of: of(), quantity: number('quantity'), minor: number('minor') };
    case 'bundle':
      return {
        kind,
        parts: (effect.parts ?? missing('/effect/parts')).map((part, at) => ({
          of: readTarget(part.of, `/effect/parts/${at}/of`),
          quantity: part.quantity,
        })),
        minor: number('minor'),
      };
    case 'tiers':
      return {
        kind,
        of: of(),
        by: effect.by ?? missing('/effect/by'),
        tiers: (effect.tiers ?? missing('/effect/tiers')).map(({ from, ppm, minor }, at) =>
          ppm === undefined ? { from, minor: minor ?? missing(`/effect/tiers/${at}/minor`) } : { from, ppm },
        ),
      };
    case 'gift':
      return { kind, skuId: effect.skuId ?? missing('/effect/skuId'), quantity: number('quantity') };
    case 'voucher':
      return {
        kind,
        of: of(),
        minor: number('minor'),
        ...(effect.forEachMinor === undefined ? {} : { forEachMinor: effect.forEachMinor }),
        ...(effect.validDays === undefined ? {} : { validDays: effect.validDays }),
      };
  }
}

/** The state of a promotion at an instant. */
function stateOf({ promotion, archivedAt }: StoredPromotion, at: InstantMs): PromotionState {
  if (archivedAt !== null) return 'archived';
  const { from, until } = promotion.when;
  if (until !== undefined && until <= at) return 'ended';
  return from !== undefined && from > at ? 'scheduled' : 'running';
}

function targetAnswer(target: Target): WantedTarget {
  switch (target.kind) {
    case 'order':
    case 'shipping':
      return { kind: target.kind };
    case 'attribute':
      return { ...target, values: [...target.values] };
    case 'sku':
      return { kind: 'sku', skuIds: target.ids.map((id) => idText('sku', id)) };
    case 'product':
      return { kind: 'product', productIds: target.ids.map((id) => idText('product', id)) };
    case 'category':
      return { kind: 'category', categoryIds: target.ids.map((id) => idText('category', id)) };
  }
}

function effectAnswer(effect: Effect): Wanted['effect'] {
  switch (effect.kind) {
    case 'buy_get':
      return { ...effect, buy: targetAnswer(effect.buy), get: targetAnswer(effect.get) };
    case 'bundle':
      return { ...effect, parts: effect.parts.map((part) => ({ ...part, of: targetAnswer(part.of) })) };
    case 'gift':
      return { ...effect, skuId: idText('sku', effect.skuId) };
    case 'tiers':
      return { ...effect, of: targetAnswer(effect.of), tiers: [...effect.tiers] };
    case 'percentage':
    case 'amount':
    case 'price':
    case 'n_for_m':
    case 'group':
    case 'voucher':
      return { ...effect, of: targetAnswer(effect.of) };
  }
}

/** Of how many SKUs of a promotion the names are told. */
const NAMED_GOODS = 50;

/** The SKUs that a promotion names: those it lowers or counts, those it leaves out, and its gift. */
export function skuIdsOf({ effect, when, except }: Promotion): string[] {
  const targets = [...targetsOf(effect), ...[when.minimum?.of, except].filter((target) => target !== undefined)];
  const ids = targets.flatMap((target) => (target.kind === 'sku' ? target.ids : []));
  return [...new Set(effect.kind === 'gift' ? [effect.skuId, ...ids] : ids)].slice(0, NAMED_GOODS);
}

/** A promotion as it is shown, with how far it was used. `skus` holds those of {@link skuIdsOf} that are known. */
export function promotionAnswer(
  stored: StoredPromotion,
  around: {
    readonly at: InstantMs;
    readonly uses: number;
    readonly spentMinor: number;
    readonly skus: ReadonlyMap<string, { readonly code: string; readonly name: string }>;
  },
): Static<typeof PromotionType> {
  const { promotion, version } = stored;
  const { id, effect, when, except, codes, supplier, currency, ...rest } = promotion;
  const { from, until, minimum, hours, channelIds, locationIds, groupIds, ...conditions } = when;
  return {
    ...rest,
    id: idText('promotion', id),
    effect: effectAnswer(effect),
    when: {
      ...conditions,
      ...(from === undefined ? {} : { from: instantToText(from) }),
      ...(until === undefined ? {} : { until: instantToText(until) }),
      ...(hours === undefined ? {} : { hours: [...hours] }),
      ...(channelIds === undefined ? {} : { channelIds: channelIds.map((one) => idText('channel', one)) }),
      ...(locationIds === undefined ? {} : { locationIds: locationIds.map((one) => idText('location', one)) }),
      ...(groupIds === undefined ? {} : { groupIds: groupIds.map((one) => idText('customerGroup', one)) }),
      ...(minimum === undefined ? {} : { minimum: { ...minimum, of: targetAnswer(minimum.of) } }),
    },
    ...(currency === undefined ? {} : { currency }),
    ...(except === undefined ? {} : { except: targetAnswer(except) }),
    ...(codes === undefined ? {} : { codes: [...codes] }),
    ...(supplier === undefined ? {} : { supplier }),
    state: stateOf(stored, around.at),
    uses: around.uses,
    spentMinor: around.spentMinor,
    goods: skuIdsOf(promotion).flatMap((skuId) => {
      const sku = around.skus.get(skuId);
      return sku === undefined ? [] : [{ skuId: idText('sku', skuId), code: sku.code, name: sku.name }];
    }),
    version,
  };
}
