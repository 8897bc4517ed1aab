import { Type } from 'typebox';
import { CURRENCY_CODES } from '../../src/kernel/currency.ts';
import { MAX_UNIT_PRICE_PER, MAX_UNIT_PRICE_SCALE } from '../../src/kernel/money.ts';
import { model } from './model.ts';

const largest = Number.MAX_SAFE_INTEGER;

/** The schema of an active ISO 4217 code. Read it with `currencyCode` of the kernel, which it satisfies. */
export const CurrencyType = model(
  'Currency',
  Type.String({ enum: [...CURRENCY_CODES], description: 'ISO 4217 code with a minor unit, e.g. EUR.' }),
);

/** The schema of a number that counts: a version, the number of an event. Bounded, because a larger one would be a number that nothing has. */
export const NumberFrom = (
  minimum: 0 | 1,
  options: { readonly description?: string; readonly default?: number } = {},
) => Type.Integer({ minimum, maximum: largest, ...options });

/** The schema of whole minor units of either sign. */
export const MinorType = Type.Integer({
  minimum: -largest,
  maximum: largest,
  description: 'Whole minor units (cents).',
});

/** The schema of money: whole minor units with their currency. */
export const MoneyType = model(
  'Money',
  Type.Object({ amount: MinorType, currency: CurrencyType }, { additionalProperties: false }),
);

/** The schema of a price that may have up to seven more digits than its currency, for a number of base units. */
export const UnitPriceType = model(
  'UnitPrice',
  Type.Object(
    {
      amount: MinorType,
      currency: CurrencyType,
      scale: Type.Optional(
        Type.Integer({ minimum: 0, maximum: MAX_UNIT_PRICE_SCALE, description: 'Digits below the minor unit.' }),
      ),
      per: Type.Optional(
        Type.Integer({ minimum: 1, maximum: MAX_UNIT_PRICE_PER, description: 'Base units that the amount pays for.' }),
      ),
    },
    { additionalProperties: false },
  ),
);

/** The schema of a positive number of base units (pieces, grams). */
export const QuantityType = Type.Integer({ minimum: 1, maximum: largest, description: 'Base units of the SKU.' });

/** What a date begins with: a year from 1000 on. PostgreSQL knows no year 0000, and nobody means the first ten centuries. */
const YEAR = '^[1-9]';

/** The schema of an instant, RFC 3339 with offset. */
export const InstantType = Type.String({ format: 'date-time', pattern: YEAR, description: 'RFC 3339.' });

/** The schema of a day, `YYYY-MM-DD`. */
export const DayType = Type.String({ format: 'date', pattern: YEAR, description: 'YYYY-MM-DD.' });
