import { Type } from 'typebox';
import { changed, MAX_MASTER_ROWS, type Master } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { model } from '../../../platform/http/model.ts';
import { CurrencyType, InstantType } from '../../../platform/http/money.ts';
import { malformed } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { findSkuStates } from '../../catalog/server/catalog.store.ts';
import { MAX_UNIT_PRICE_PER, MAX_UNIT_PRICE_SCALE } from '../../kernel/money.ts';
import { instantToText, parseInstant } from '../../kernel/time.ts';
import { decideSetPrices, priceInForce } from '../price-list.ts';
import { findPricesBefore, findPricesOfSku, loadPriceLists, savePrices } from './pricing.store.ts';

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
    inForce: Type.Boolean(),
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
  },
  { additionalProperties: false },
);

/** PUT /prices, GET /prices. */
export function registerPricingRoutes(
  app: Api,
  deps: { readonly pool: Pool; readonly schema: string; readonly master: Master; readonly now: () => number },
): void {
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
      const prices = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, (tx) =>
        findPricesOfSku(tx, query.sku),
      );
      const at = deps.now();
      return {
        items: prices.map(({ priceListId, channelId, validFrom, ...price }) => ({
          ...price,
          priceListId: idText('priceList', priceListId),
          channelId: idText('channel', channelId),
          skuId: idText('sku', query.sku),
          validFrom: instantToText(validFrom),
          inForce:
            priceInForce(
              prices.filter((each) => each.priceListId === priceListId),
              at,
            )?.validFrom === validFrom,
        })),
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
      const wanted = request.body.prices.map(({ validFrom, ...price }, index) => ({
        ...price,
        validFrom: readInstant(validFrom, index),
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

function readInstant(text: string | undefined, index: number): number | undefined {
  if (text === undefined) return undefined;
  const instant = parseInstant(text);
  if (instant === undefined) throw malformed([{ path: `/prices/${index}/validFrom`, message: 'is not an instant' }]);
  return instant;
}
