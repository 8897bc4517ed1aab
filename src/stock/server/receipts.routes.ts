import { Type } from 'typebox';
import { uuidv7 } from 'uuidv7';
import type { Api } from '../../../platform/http/app.ts';
import { IdType } from '../../../platform/http/ids.ts';
import { CurrencyType, MinorType, MoneyType, UnitPriceType } from '../../../platform/http/money.ts';
import { malformed, refused } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { lineAmount, powerOfTen, type UnitPrice } from '../../kernel/money.ts';
import type { ReceiveGoods } from '../receive.ts';
import { goodsOfLines, occasionAt, siteOf } from './prepare.ts';
import {
  tags,
  closed,
  MOST_MINOR,
  MOST_LINES,
  Units,
  Lot,
  allowAt,
  act,
  told,
  Said,
  type StockRouteDeps,
} from './stock-acts.ts';

/** POST /goods-receipts. */
export function registerReceipts(app: Api, deps: StockRouteDeps): void {
  const Line = Type.Object(
    {
      skuId: IdType('sku'),
      quantity: Units,
      unitCost: Type.Optional(UnitPriceType),
      totalCost: Type.Optional(MoneyType),
      lot: Lot,
    },
    closed,
  );
  route(app, {
    method: 'POST',
    url: '/goods-receipts',
    operationId: 'receiveGoods',
    summary: 'Goods arrived',
    tags,
    permission: 'stock:receive',
    scope: 'location',
    preview: true,
    description:
      'Each line says what one unit or the whole line costs, in the currency of the books. Opening stock was there before the books began.',
    schema: {
      body: Type.Object(
        {
          locationId: IdType('location'),
          lines: Type.Array(Line, { minItems: 1, maxItems: MOST_LINES }),
          supplierRef: Type.Optional(Type.String({ maxLength: 100 })),
          opening: Type.Optional(Type.Boolean()),
        },
        closed,
      ),
      response: {
        201: Type.Object({
          ...Said,
          receiptId: IdType('document'),
          supplierRef: Type.String(),
          currency: CurrencyType,
          units: Type.Integer(),
          valueMinor: MinorType,
          shortfallEstimatedMinor: MinorType,
          shortfallActualMinor: MinorType,
          lines: Type.Array(Type.Object({ skuId: IdType('sku'), quantity: Type.Integer(), valueMinor: MinorType })),
        }),
      },
    },
    async handler(request, reply) {
      const { locationId, lines, supplierRef = '', opening = false } = request.body;
      allowAt(request, deps, opening ? 'journal:post' : 'stock:receive', locationId);
      const accepted = await act(request, deps, 'ReceiveGoods', request.body, async (at): Promise<ReceiveGoods> => {
        const site = siteOf(deps.company, locationId);
        const goods = await goodsOfLines(deps.skus, site, lines);
        const occasion = occasionAt(deps.company, site, at);
        return {
          ...occasion,
          receiptId: uuidv7(),
          reason: opening ? 'opening' : 'receipt',
          supplierRef,
          lines: lines.map((line, index) => ({
            line: index + 1,
            goods: { ...goods[index]!, quantity: line.quantity },
            valueMinor: costOfLine(line, index, occasion.entityCurrency),
          })),
        };
      });
      return reply.code(201).send(told(accepted) as never);
    },
  });
}

type CostedLine = {
  readonly quantity: number;
  readonly unitCost?: { amount: number; currency: string; scale?: number; per?: number };
  readonly totalCost?: { amount: number; currency: string };
};

/** What a line cost in whole minor units, rounded once. 400 unless one of the two is given, 409 `cost_in_other_currency`. */
function costOfLine({ quantity, unitCost, totalCost }: CostedLine, index: number, currency: string): number {
  const wrong = (name: string, message: string) => malformed([{ path: `/lines/${index}${name}`, message }]);
  const given = unitCost ?? totalCost;
  if (given === undefined || (unitCost !== undefined && totalCost !== undefined))
    throw wrong('', 'must say unitCost or totalCost, not both');
  const path = unitCost === undefined ? '/totalCost' : '/unitCost';
  if (given.amount < 0) throw wrong(path, 'must not be negative');
  if (given.currency !== currency)
    throw refused({ reason: 'cost_in_other_currency', line: index + 1, currency, given: given.currency });
  const unit = (unitCost ?? {}) as { scale?: number; per?: number };
  const about =
    unitCost === undefined ? given.amount : (given.amount / powerOfTen(unit.scale ?? 0) / (unit.per ?? 1)) * quantity;
  if (about > MOST_MINOR) throw wrong(path, 'is more than any books can hold');
  return unitCost === undefined ? given.amount : lineAmount(unitCost as UnitPrice, quantity);
}
