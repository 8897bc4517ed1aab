import { Type } from 'typebox';
import { csvLine } from '../../../platform/files/csv-out.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { CurrencyType, DayType, MinorType } from '../../../platform/http/money.ts';
import { malformed } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { currencyCode, minorUnits } from '../../kernel/currency.ts';
import { decimalString } from '../../kernel/money.ts';
import { compareDays, parseBusinessDay, type BusinessDay } from '../../kernel/time.ts';
import { promotionTags as tags, readPromotions, type PromotionRouteDeps } from './promotion-route-parts.ts';
import { sumSupplierShares, type SupplierShareRow } from './supplier-share-book.ts';

type Asked = { readonly entity?: string; readonly from: string; readonly through: string };

const querystring = Type.Object({ entity: Type.Optional(IdType('legalEntity')), from: DayType, through: DayType });

/** GET /supplier-shares and /supplier-shares/csv: what to claim from suppliers for promotions that they pay a share of. */
export function registerSupplierShareRoutes(app: Api, deps: PromotionRouteDeps): void {
  route(app, {
    method: 'GET',
    url: '/supplier-shares',
    operationId: 'listSupplierShares',
    summary:
      'What suppliers pay of discounts, by supplier and promotion: of goods handed over in a period, less what came back',
    tags,
    permission: 'promotion:read',
    scope: 'none',
    schema: {
      querystring,
      response: {
        200: Type.Object({
          from: DayType,
          through: DayType,
          rows: Type.Array(
            Type.Object({
              supplier: Type.String(),
              promotionId: IdType('promotion'),
              name: Type.String(),
              currency: CurrencyType,
              pieces: Type.Integer({ description: 'Base units of the lines that were lowered.' }),
              discountMinor: MinorType,
              supplierMinor: Type.Unsafe<number>({ ...MinorType, description: 'What to claim.' }),
            }),
          ),
        }),
      },
    },
    async handler({ query }) {
      const { from, to, rows } = await read(deps, query);
      return {
        from,
        through: to,
        rows: rows.map((row) => ({ ...row, promotionId: idText('promotion', row.promotionId) })),
      };
    },
  });

  route(app, {
    method: 'GET',
    url: '/supplier-shares/csv',
    operationId: 'exportSupplierShares',
    summary: 'The same as CSV, to be sent with the claim',
    tags,
    permission: 'promotion:read',
    scope: 'none',
    schema: { querystring, response: { 200: Type.String({ description: 'text/csv' }) } },
    async handler({ query }, reply) {
      const { from, to, rows } = await read(deps, query);
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="supplier-shares-${from}-${to}.csv"`)
        .send([csvLine(HEAD), ...rows.map(lineOf)].join(''));
    },
  });
}

const HEAD = ['supplier', 'promotion', 'promotion_id', 'currency', 'pieces', 'discounts', 'to_claim'];

function lineOf({
  supplier,
  name,
  promotionId,
  currency,
  pieces,
  discountMinor,
  supplierMinor,
}: SupplierShareRow): string {
  const amount = (minor: number): string | number => {
    const text = decimalString(minor, minorUnits(currencyCode(currency)));
    // A text that begins with a minus would be taken for a formula.
    return text.startsWith('-') ? Number(text) : text;
  };
  const id = idText('promotion', promotionId);
  return csvLine([supplier, name, id, currency, pieces, amount(discountMinor), amount(supplierMinor)]);
}

async function read(deps: PromotionRouteDeps, asked: Asked) {
  const from = dayIn(asked.from, '/from');
  const to = dayIn(asked.through, '/through');
  if (compareDays(to, from) < 0) throw malformed([{ path: '/through', message: 'is before the first day' }]);
  const rows = await readPromotions(deps, (tx) => sumSupplierShares(tx, { from, to, entityId: asked.entity }));
  return { from, to, rows };
}

function dayIn(text: string, path: string): BusinessDay {
  const day = parseBusinessDay(text);
  if (day === undefined) throw malformed([{ path, message: 'is not a day' }]);
  return day;
}
