import { Type } from 'typebox';
import { withTransaction } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { CursorId, decodeCursor, DEFAULT_LIMIT, listQuery, pageOf } from '../../../platform/http/lists.ts';
import { CurrencyType, MinorType } from '../../../platform/http/money.ts';
import { allow, route } from '../../../platform/http/route.ts';
import { sumOf } from '../../kernel/sum.ts';
import { listValues, sumValuation, type SkuValue } from './accounting.store.ts';
import { type AccountingRouteDeps, entityOf, tags, orNull } from './accounting-shapes.ts';

const ValueCursor = Type.Tuple([Type.String(), CursorId, CursorId]);

/** GET /stock-valuation. */
export function registerValuation(app: Api, deps: AccountingRouteDeps): void {
  const { pool, schema, company } = deps;
  const AreaType = Type.Object({
    id: IdType('valuationArea'),
    name: Type.String(),
    method: Type.String(),
    currency: CurrencyType,
    quantity: Type.Integer(),
    shortQuantity: Type.Integer(),
    shortValueMinor: MinorType,
    valueMinor: MinorType,
    ledgerMinor: orNull(MinorType),
    differenceMinor: orNull(MinorType),
  });
  const ValueType = Type.Object({
    areaId: IdType('valuationArea'),
    skuId: IdType('sku'),
    skuCode: Type.String(),
    skuName: Type.String(),
    quantity: Type.Integer(),
    shortQuantity: Type.Integer(),
    valueMinor: MinorType,
  });
  route(app, {
    method: 'GET',
    url: '/stock-valuation',
    operationId: 'getStockValuation',
    summary: 'What the stock is worth, beside what the books say',
    tags,
    permission: 'journal:read',
    scope: 'entity',
    description:
      'The difference is nought. The ledger knows one inventory account per legal entity: an area shows its balance only when it is the only one.',
    schema: {
      querystring: Type.Object({ entity: IdType('legalEntity'), ...listQuery }),
      response: {
        200: Type.Object({
          entityId: IdType('legalEntity'),
          currency: CurrencyType,
          valueMinor: MinorType,
          ledgerMinor: MinorType,
          differenceMinor: MinorType,
          areas: Type.Array(AreaType),
          items: Type.Array(ValueType),
          next: orNull(Type.String()),
        }),
      },
    },
    async handler(request) {
      const { entity: entityId, limit = DEFAULT_LIMIT } = request.query;
      allow(request, 'journal:read', { entityId });
      const entity = entityOf(company, entityId);
      const after = decodeCursor(ValueCursor, request.query.after);
      const [{ areas, ledgerMinor }, values] = await withTransaction(pool, { schema, snapshot: true }, async (tx) => {
        const from = after && { name: after[0], skuId: after[1], areaId: after[2] };
        return [await sumValuation(tx, entityId), await listValues(tx, { entityId, limit, after: from })] as const;
      });
      const valueMinor = sumOf(areas.map((area) => area.valueMinor));
      const differenceMinor = sumOf([valueMinor, -ledgerMinor]);
      const only = areas.length === 1;
      const page = pageOf(values, limit, (row) => [row.sortName, row.skuId, row.areaId], valueAnswer);
      return {
        entityId: idText('legalEntity', entityId),
        currency: entity.functionalCurrency,
        valueMinor,
        ledgerMinor,
        differenceMinor,
        areas: areas.map((area) => ({
          ...area,
          id: idText('valuationArea', area.id),
          ledgerMinor: only ? ledgerMinor : null,
          differenceMinor: only ? differenceMinor : null,
        })),
        ...page,
      };
    },
  });
}

function valueAnswer(row: SkuValue): object {
  return { ...row, areaId: idText('valuationArea', row.areaId), skuId: idText('sku', row.skuId) };
}
