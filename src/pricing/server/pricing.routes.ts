import { Type } from 'typebox';
import { changed, MAX_MASTER_ROWS } from '../../../platform/commit/master-door.ts';
import { withTransaction } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { model } from '../../../platform/http/model.ts';
import { CurrencyType, InstantType } from '../../../platform/http/money.ts';
import { notFound } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { findSkuStates } from '../../catalog/server/catalog.store.ts';
import { MAX_UNIT_PRICE_PER, MAX_UNIT_PRICE_SCALE } from '../../kernel/money.ts';
import { instantToText } from '../../kernel/time.ts';
import { spansAt } from '../price-change.ts';
import { PRIOR_DAYS, priorPrice } from '../price-history.ts';
import { decideSetPrices, priceInForce, type Price } from '../price-list.ts';
import type { PriceReason } from '../price-resolution.ts';
import { loadChangeWindows } from './price-changes.store.ts';
import { registerPriceChangeRoutes } from './price-changes.routes.ts';
import { registerPriceLabelRoutes } from './price-labels.routes.ts';
import { registerPriceListRoutes } from './price-lists.routes.ts';
import { loadGroups } from './price-lists.store.ts';
import { readInstantAt, type PriceRouteDeps } from './price-route-deps.ts';
import { findPricesBefore, findPricesOfSku, findPricesSince, loadPriceLists, savePrices } from './pricing.store.ts';

const PriceType = model(
  'Price',
  Type.Object({
    priceListId: IdType('priceList'),
    channelId: IdType('channel'),
    skuId: IdType('sku'),
    currency: CurrencyType,
    amount: Type.Integer(),
    scale: Type.Integer(),
    per: Type.Integer(),
    taxInclusive: Type.Boolean(),
    validFrom: InstantType,
    validUntil: Type.Union([InstantType, Type.Null()]),
    markdown: Type.Boolean(),
    inForce: Type.Boolean(),
  }),
);
const PriceNumbersType = Type.Object({ amount: Type.Integer(), scale: Type.Integer(), per: Type.Integer() });
/** What a person is told of a price: which list it comes from, why not from another, and what the law asks to be shown beside it. */
const ExplainedPriceType = model(
  'ExplainedPrice',
  Type.Object({
    price: Type.Union([PriceNumbersType, Type.Null()]),
    currency: CurrencyType,
    taxInclusive: Type.Union([Type.Boolean(), Type.Null()]),
    why: Type.Array(
      Type.Object({
        priceListId: Type.Union([IdType('priceList'), Type.Null()]),
        name: Type.String(),
        took: Type.Boolean(),
        reason: Type.String(),
        price: Type.Union([PriceNumbersType, Type.Null()]),
        minQuantity: Type.Union([Type.Integer(), Type.Null()]),
      }),
    ),
    prior: Type.Union(
      [Type.Object({ lowest: PriceNumbersType, before: PriceNumbersType, reducedFrom: InstantType }), Type.Null()],
      {
        description:
          'Of a price that is announced as a reduction: the lowest of the 30 days before it (Directive 98/6/EC, article 6a).',
      },
    ),
  }),
);
const WantedPriceType = Type.Object(
  {
    channelId: IdType('channel'),
    skuId: IdType('sku'),
    currency: Type.Optional(CurrencyType),
    amount: Type.Integer({
      minimum: 0,
      maximum: 1_000_000_000_000_000,
      description: 'Minor units times 10^scale, for `per` base units.',
    }),
    scale: Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_UNIT_PRICE_SCALE })),
    per: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MAX_UNIT_PRICE_PER, description: 'Base units that the amount pays for.' }),
    ),
    validFrom: Type.Optional(InstantType),
    validUntil: Type.Optional(InstantType),
    markdown: Type.Optional(
      Type.Boolean({
        description: 'Announced as a reduction, and shown with the lowest price of the 30 days before.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** What prices are and why, how they are set, changed and labelled, and for whom. */
export function registerPricingRoutes(app: Api, deps: PriceRouteDeps): void {
  registerPriceListRoutes(app, deps);
  registerPriceChangeRoutes(app, deps);
  registerPriceLabelRoutes(app, deps);

  route(app, {
    method: 'GET',
    url: '/prices',
    operationId: 'listPrices',
    summary: 'The prices of a SKU on all channels, also those to come',
    tags: ['pricing'],
    permission: 'price:read',
    scope: 'none',
    schema: {
      querystring: Type.Object({ sku: IdType('sku') }),
      response: { 200: Type.Object({ items: Type.Array(PriceType) }) },
    },
    async handler({ query }) {
      const [prices, windows] = await withTransaction(
        deps.pool,
        { schema: deps.schema, readOnly: true },
        async (tx) => [await findPricesOfSku(tx, query.sku), await loadChangeWindows(tx)],
      );
      const at = deps.now();
      return {
        items: prices.map((price) => {
          const { priceListId, channelId, currency, amount, scale, per, taxInclusive, validFrom, validUntil } = price;
          const place = deps.company.location(deps.company.channel(channelId)?.defaultLocationId ?? '');
          const ofList = prices.filter((each) => each.priceListId === priceListId);
          const spanOf = spansAt(windows, place ?? { timeZone: 'UTC', cutOffHour: 0 });
          return {
            currency,
            amount,
            scale,
            per,
            taxInclusive,
            priceListId: idText('priceList', priceListId),
            channelId: idText('channel', channelId),
            skuId: idText('sku', query.sku),
            validFrom: instantToText(validFrom),
            validUntil: validUntil === undefined ? null : instantToText(validUntil),
            markdown: price.markdown === true,
            inForce: priceInForce(ofList, at, spanOf) === price,
          };
        }),
      };
    },
  });

  route(app, {
    method: 'GET',
    url: '/prices/explain',
    operationId: 'explainPrice',
    summary: 'The price of a SKU for somebody, somewhere, some time, and why it is this one',
    tags: ['pricing'],
    permission: 'price:read',
    scope: 'none',
    schema: {
      querystring: Type.Object({
        sku: IdType('sku'),
        channel: IdType('channel'),
        location: Type.Optional(IdType('location')),
        customer: Type.Optional(IdType('customer')),
        group: Type.Optional(IdType('customerGroup')),
        quantity: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000, default: 1 })),
        at: Type.Optional(InstantType),
        addedAt: Type.Optional(InstantType),
      }),
      response: { 200: ExplainedPriceType },
    },
    async handler({ query }) {
      const channel = deps.company.channel(query.channel);
      if (channel === undefined) throw notFound('channel');
      const { sku: skuId, quantity = 1, customer, group } = query;
      const locationId = query.location ?? channel.defaultLocationId;
      const place = deps.company.location(locationId);
      if (place === undefined) throw notFound('location');
      const at = query.at === undefined ? deps.now() : readInstantAt(query.at, '/at');
      const addedAt = query.addedAt === undefined ? undefined : readInstantAt(query.addedAt, '/addedAt');
      const groupIds = [
        ...(customer === undefined ? [] : await deps.prices.groupsOf(customer)),
        ...(group === undefined ? [] : [group]),
      ];
      const ask = { channelId: channel.id, currency: channel.currency, locationId, groupIds, at };
      const found = await deps.prices.explain(ask, { skuId, quantity, addedAt });
      const { history, windows } = await withTransaction(
        deps.pool,
        { schema: deps.schema, readOnly: true },
        async (tx) => {
          if (group !== undefined && !(await loadGroups(tx)).some((one) => one.id === group))
            throw notFound('customer group');
          const list = (await loadPriceLists(tx)).find(
            (one) => one.channelId === channel.id && one.currency === channel.currency,
          );
          const since = at - 2 * PRIOR_DAYS * 86_400_000;
          const keys = list === undefined ? [] : [{ priceListId: list.id, skuId }];
          return { history: (await findPricesSince(tx, keys, since))[0] ?? [], windows: await loadChangeWindows(tx) };
        },
      );
      const prior = priorPrice(history, at, spansAt(windows, place));
      return {
        price: found === undefined ? null : numbers(found),
        currency: channel.currency,
        taxInclusive: found?.taxInclusive ?? null,
        why: (found?.why ?? []).map(reasonAnswer),
        prior:
          prior === undefined
            ? null
            : {
                lowest: numbers(prior.lowest),
                before: numbers(prior.before),
                reducedFrom: instantToText(prior.reducedFrom),
              },
      };
    },
  });

  route(app, {
    method: 'PUT',
    url: '/prices',
    operationId: 'setPrices',
    summary: 'Set up to 500 prices, all or none, from now or from an instant on',
    tags: ['pricing'],
    permission: 'price:edit',
    scope: 'none',
    preview: true,
    schema: {
      body: Type.Object(
        { prices: Type.Array(WantedPriceType, { minItems: 1, maxItems: MAX_MASTER_ROWS }) },
        { additionalProperties: false },
      ),
      response: { 200: Type.Object({ set: Type.Integer() }) },
    },
    async handler(request) {
      const wanted = request.body.prices.map(({ validFrom, validUntil, ...price }, index) => ({
        ...price,
        validFrom: readInstant(validFrom, `/prices/${index}/validFrom`),
        validUntil: readInstant(validUntil, `/prices/${index}/validUntil`),
      }));
      const { principal, originId, idempotencyKey: key, preview, body: sent } = request;
      const at = deps.now();
      const outcome = await deps.master<{ set: number }>(
        { type: 'set_prices', principalId: principal.id, originId, key, body: sent, at, topic: 'price', preview },
        async (tx) => {
          const lists = await loadPriceLists(tx);
          const skus = await findSkuStates(
            tx,
            wanted.map((price) => price.skuId),
          );
          const decision = decideSetPrices(wanted, { lists, skus, now: at });
          if (!decision.ok) return decision;
          const old = await findPricesBefore(tx, decision.value);
          await savePrices(tx, decision.value);
          const changes = decision.value.map(({ priceListId, skuId, validFrom, amount, scale, per }, index) => ({
            priceListId,
            skuId,
            validFrom: instantToText(validFrom),
            before: old[index] ?? null,
            after: { amount, scale, per },
          }));
          const skuIds = [...new Set(changes.map((change) => change.skuId))];
          return changed([{ type: 'PricesSet', version: 1, body: { skuIds, changes } }], { set: changes.length });
        },
      );
      return masterAnswer(outcome);
    },
  });
}

function readInstant(text: string | undefined, path: string): number | undefined {
  return text === undefined ? undefined : readInstantAt(text, path);
}

function numbers({ amount, scale, per }: Pick<Price, 'amount' | 'scale' | 'per'>) {
  return { amount, scale, per };
}

function reasonAnswer({ listId, name, took, reason, price, minQuantity }: PriceReason) {
  return {
    priceListId: idText('priceList', listId === '' ? null : listId),
    name,
    took,
    reason,
    price: price === undefined ? null : numbers(price),
    minQuantity: minQuantity ?? null,
  };
}
