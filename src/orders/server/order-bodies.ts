import { Type } from 'typebox';
import { IdType } from '../../../platform/http/ids.ts';
import { CursorId } from '../../../platform/http/lists.ts';
import { InstantType } from '../../../platform/http/money.ts';
import { malformed } from '../../../platform/http/problem.ts';
import { MAX_UNIT_PRICE_PER } from '../../kernel/money.ts';
import { parseInstant } from '../../kernel/time.ts';
import type { AskedLine } from './prepare.ts';

/** A body with fields that nobody knows is refused. */
export const closed = { additionalProperties: false };
/** Base units of a SKU. */
export const quantity = Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: 'Base units of the SKU.' });
const minor = Type.Integer({
  minimum: -1_000_000_000_000,
  maximum: 1_000_000_000_000,
  description: 'Minor units of the currency.',
});
/** Money that is taken or given back: minor units, at least 1. */
export const positive = Type.Integer({
  minimum: 1,
  maximum: 1_000_000_000_000,
  description: 'Minor units of the currency.',
});
/** Another price than that of the list. */
export const LinePriceType = Type.Object(
  {
    amount: minor,
    scale: Type.Optional(Type.Integer({ minimum: 0, maximum: 7 })),
    per: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_UNIT_PRICE_PER })),
  },
  { ...closed, description: 'amount / 10^scale minor units for `per` base units.' },
);
const lineFields = { skuId: IdType('sku'), quantity, associateId: Type.Optional(IdType('person')) };
/** Lines at the price of the list, or at another one for who may say it. */
export const LinesType = Type.Array(
  Type.Object(
    {
      ...lineFields,
      unitPrice: Type.Optional(LinePriceType),
      // When it was put into the basket: what was cheaper then stays so for an hour.
      addedAt: Type.Optional(InstantType),
    },
    closed,
  ),
  { minItems: 1, maxItems: 500 },
);

/** Lines of {@link LinesType} as they are prepared. Most say nothing of when they were put in, and are taken as they are. */
export function linesAsked(
  lines: readonly (Omit<AskedLine, 'addedAt'> & { readonly addedAt?: string })[],
): readonly AskedLine[] {
  if (!lines.some((line) => line.addedAt !== undefined)) return lines as readonly Omit<AskedLine, 'addedAt'>[];
  return lines.map(({ addedAt, ...line }, index) => {
    if (addedAt === undefined) return line;
    const instant = parseInstant(addedAt);
    if (instant === undefined) throw malformed([{ path: `/lines/${index}/addedAt`, message: 'is not an instant' }]);
    return { ...line, addedAt: instant };
  });
}
/** What a customer brings to the price. */
export const PriceOccasionFields = {
  couponCodes: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
      maxItems: 20,
      description: 'Codes that open promotions.',
    }),
  ),
  refusedPromotions: Type.Optional(
    Type.Array(IdType('promotion'), { maxItems: 100, description: 'Promotions that the customer does not want.' }),
  ),
};
/** Lines whose price was made elsewhere. */
export const PricedLinesType = Type.Array(Type.Object({ ...lineFields, unitPrice: LinePriceType }, closed), {
  minItems: 1,
  maxItems: 500,
});
/** A part of an order; without it, all that is left. */
export const QuantitiesType = Type.Optional(
  Type.Array(Type.Object({ line: Type.Integer({ minimum: 1, maximum: 32_767 }), quantity }, closed), {
    minItems: 1,
    maxItems: 2000,
  }),
);
/** A paper's or another system's own number. */
export const reference = Type.Optional(Type.String({ maxLength: 100 }));
/** The order in a path. */
export const OrderIdParams = Type.Object({ id: IdType('order') });
/** What state goods come back in; null when none come back. */
export const ConditionType = Type.Union([
  Type.Literal('sellable'),
  Type.Literal('inspection'),
  Type.Literal('damaged'),
  Type.Null(),
]);
/** The last order of the page before. */
export const Cursor = Type.Tuple([CursorId]);
/** Where the documentation shows these routes. */
export const tags = ['orders'];
