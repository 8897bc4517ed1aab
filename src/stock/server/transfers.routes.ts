import { Type } from 'typebox';
import { uuidv7 } from 'uuidv7';
import type { Api } from '../../../platform/http/app.ts';
import { IdType } from '../../../platform/http/ids.ts';
import { CurrencyType, MinorType } from '../../../platform/http/money.ts';
import { route } from '../../../platform/http/route.ts';
import type { TransferStock } from '../transfer.ts';
import { goodsOfLines, occasionAt, siteOf } from './prepare.ts';
import { tags, closed, MOST_LINES, Units, Lot, allowAt, act, told, Said, type StockRouteDeps } from './stock-acts.ts';

/** POST /stock-transfers. */
export function registerTransfers(app: Api, deps: StockRouteDeps): void {
  route(app, {
    method: 'POST',
    url: '/stock-transfers',
    operationId: 'transferStock',
    summary: 'Goods change place within one legal entity',
    tags,
    permission: 'stock:transfer',
    scope: 'location',
    preview: true,
    schema: {
      body: Type.Object(
        {
          fromLocationId: IdType('location'),
          toLocationId: IdType('location'),
          lines: Type.Array(Type.Object({ skuId: IdType('sku'), quantity: Units, lot: Lot }, closed), {
            minItems: 1,
            maxItems: MOST_LINES,
          }),
        },
        closed,
      ),
      response: {
        201: Type.Object({
          ...Said,
          transferId: IdType('transfer'),
          toLocationId: IdType('location'),
          currency: CurrencyType,
          valueMinor: MinorType,
          lines: Type.Array(Type.Object({ skuId: IdType('sku'), quantity: Type.Integer() })),
        }),
      },
    },
    async handler(request, reply) {
      const { fromLocationId, toLocationId, lines } = request.body;
      allowAt(request, deps, 'stock:transfer', fromLocationId);
      const accepted = await act(request, deps, 'TransferStock', request.body, async (at): Promise<TransferStock> => {
        const from = siteOf(deps.company, fromLocationId);
        const to = siteOf(deps.company, toLocationId);
        const [leaving, arriving] = await Promise.all([from, to].map((site) => goodsOfLines(deps.skus, site, lines)));
        return {
          ...occasionAt(deps.company, from, at),
          transferId: uuidv7(),
          toLocationId: to.id,
          toEntityId: to.entityId,
          lines: lines.map(({ quantity }, index) => ({
            line: index + 1,
            goods: { ...leaving![index]!, quantity },
            to: arriving![index]!,
          })),
        };
      });
      return reply.code(201).send(told(accepted) as never);
    },
  });
}
