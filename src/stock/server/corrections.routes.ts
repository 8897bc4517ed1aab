import { Type } from 'typebox';
import { uuidv7 } from 'uuidv7';
import type { Api } from '../../../platform/http/app.ts';
import { IdType } from '../../../platform/http/ids.ts';
import { CurrencyType, MinorType } from '../../../platform/http/money.ts';
import { oversee } from '../../../platform/http/oversight.ts';
import { route } from '../../../platform/http/route.ts';
import type { AdjustStock, CountStock } from '../adjust.ts';
import type { SetSafetyStock } from '../receive.ts';
import { goodsOfLines, occasionAt, siteOf } from './prepare.ts';
import {
  tags,
  closed,
  MOST_UNITS,
  MOST_LINES,
  Lot,
  allowAt,
  act,
  asked,
  told,
  Said,
  type StockRouteDeps,
} from './stock-acts.ts';

const ADJUSTMENT_REASONS = ['damaged', 'stolen', 'expired', 'found', 'own_use', 'sample', 'correction'] as const;

/** POST /stock-adjustments, /stock-counts and /safety-stock. */
export function registerCorrections(app: Api, deps: StockRouteDeps): void {
  const Delta = Type.Integer({ minimum: -MOST_UNITS, maximum: MOST_UNITS, description: 'Base units more or fewer.' });
  const worth = {
    currency: CurrencyType,
    lossMinor: MinorType,
    gainMinor: MinorType,
    shortfallEstimatedMinor: MinorType,
    shortfallActualMinor: MinorType,
  };
  route(app, {
    method: 'POST',
    url: '/stock-adjustments',
    operationId: 'adjustStock',
    summary: 'Units are gone or were found',
    tags,
    permission: 'stock:adjust',
    scope: 'location',
    preview: true,
    schema: {
      body: Type.Object(
        {
          locationId: IdType('location'),
          lines: Type.Array(
            Type.Object(
              {
                skuId: IdType('sku'),
                delta: Delta,
                reason: Type.Union(ADJUSTMENT_REASONS.map((reason) => Type.Literal(reason))),
                lot: Lot,
              },
              closed,
            ),
            { minItems: 1, maxItems: MOST_LINES },
          ),
        },
        closed,
      ),
      response: {
        201: Type.Object({
          ...Said,
          ...worth,
          adjustmentId: IdType('document'),
          lines: Type.Array(
            Type.Object({ skuId: IdType('sku'), delta: Type.Integer(), reason: Type.String(), valueMinor: MinorType }),
          ),
        }),
      },
    },
    async handler(request, reply) {
      const { locationId, lines } = request.body;
      const where = allowAt(request, deps, 'stock:adjust', locationId);
      const prepare = async (at: number): Promise<AdjustStock> => {
        const site = siteOf(deps.company, locationId);
        const goods = await goodsOfLines(deps.skus, site, lines);
        return {
          ...occasionAt(deps.company, site, at),
          adjustmentId: uuidv7(),
          fact: false,
          lines: lines.map(({ delta, reason }, index) => ({ line: index + 1, goods: goods[index]!, delta, reason })),
        };
      };
      const currency = deps.company.location(locationId)?.areaCurrency ?? '';
      await oversee(request, {
        act: 'stock_adjustment',
        permission: 'stock:adjust',
        target: where,
        limits: ['stockAdjustment'],
        currency,
        // What it is worth only the books know, so they are asked what would come of it.
        async amounts() {
          const { body } = await act({ ...asked(request), preview: true }, deps, 'AdjustStock', request.body, prepare);
          const amount = Number(body['lossMinor']) + Number(body['gainMinor']);
          return [{ limit: 'stockAdjustment', currency, amount }];
        },
      });
      const accepted = await act(request, deps, 'AdjustStock', request.body, prepare);
      return reply.code(201).send(told(accepted) as never);
    },
  });

  route(app, {
    method: 'POST',
    url: '/stock-counts',
    operationId: 'countStock',
    summary: 'Somebody counted',
    tags,
    permission: 'stock:count',
    scope: 'location',
    preview: true,
    schema: {
      body: Type.Object(
        {
          locationId: IdType('location'),
          lines: Type.Array(
            Type.Object(
              { skuId: IdType('sku'), counted: Type.Integer({ minimum: 0, maximum: MOST_UNITS }), lot: Lot },
              closed,
            ),
            {
              minItems: 1,
              maxItems: MOST_LINES,
            },
          ),
        },
        closed,
      ),
      response: {
        201: Type.Object({
          ...Said,
          ...worth,
          countId: IdType('document'),
          lines: Type.Array(
            Type.Object({
              skuId: IdType('sku'),
              counted: Type.Integer(),
              delta: Type.Integer(),
              valueMinor: MinorType,
            }),
          ),
        }),
      },
    },
    async handler(request, reply) {
      const { locationId, lines } = request.body;
      allowAt(request, deps, 'stock:count', locationId);
      const accepted = await act(request, deps, 'CountStock', request.body, async (at): Promise<CountStock> => {
        const site = siteOf(deps.company, locationId);
        const goods = await goodsOfLines(deps.skus, site, lines);
        return {
          ...occasionAt(deps.company, site, at),
          countId: uuidv7(),
          lines: lines.map(({ counted }, index) => ({ line: index + 1, goods: goods[index]!, counted })),
        };
      });
      return reply.code(201).send(told(accepted) as never);
    },
  });

  route(app, {
    method: 'PUT',
    url: '/safety-stock',
    operationId: 'setSafetyStock',
    summary: 'How much must always stay at a place',
    tags,
    permission: 'stock:adjust',
    scope: 'location',
    preview: true,
    schema: {
      body: Type.Object(
        {
          locationId: IdType('location'),
          lines: Type.Array(
            Type.Object({ skuId: IdType('sku'), safety: Type.Integer({ minimum: 0, maximum: MOST_UNITS }) }, closed),
            {
              minItems: 1,
              maxItems: MOST_LINES,
            },
          ),
        },
        closed,
      ),
      response: {
        200: Type.Object({ ...Said, lines: Type.Array(Type.Object({ skuId: IdType('sku'), safety: Type.Integer() })) }),
      },
    },
    async handler(request) {
      const { locationId, lines } = request.body;
      allowAt(request, deps, 'stock:adjust', locationId);
      const accepted = await act(request, deps, 'SetSafetyStock', request.body, async (at): Promise<SetSafetyStock> => {
        const site = siteOf(deps.company, locationId);
        const goods = await goodsOfLines(deps.skus, site, lines);
        return {
          ...occasionAt(deps.company, site, at),
          lines: lines.map(({ skuId, safety }, index) => ({ skuId, stockKey: goods[index]!.stockKey, safety })),
        };
      });
      return told(accepted) as never;
    },
  });
}
