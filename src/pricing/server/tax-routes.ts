import { Type, type Static } from 'typebox';
import { changed, MAX_MASTER_ROWS } from '../../../platform/commit/master-door.ts';
import type { Tx } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType } from '../../../platform/http/ids.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { model } from '../../../platform/http/model.ts';
import { CurrencyType, DayType, MinorType } from '../../../platform/http/money.ts';
import { malformed } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { currencyCode } from '../../kernel/currency.ts';
import { compareDays, type BusinessDay } from '../../kernel/time.ts';
import { cashStep, roundCash } from '../tax/cash-rounding.ts';
import { KNOWN_JURISDICTIONS } from '../tax/known-jurisdictions.ts';
import { taxBasket } from '../tax/tax-basket.ts';
import { decideTaxRates, type TaxRateChange, type TaxRowProblem } from '../tax/tax-rate-import.ts';
import { plainTaxRates, type TaxJurisdiction, type TaxRate } from '../tax/tax-rules.ts';
import { loadVatRates } from './pricing.store.ts';
import { registerTaxAreaRoutes } from './tax-area-routes.ts';
import { registerTaxBuyerRoutes } from './tax-buyer-routes.ts';
import { registerTaxPlaceRoutes } from './tax-place-routes.ts';
import { readTaxFile, SHIPPED_TAX_RATES, taxFileOf } from './tax-file.ts';
import {
  closed,
  dayIn,
  JurisdictionCode,
  noCsv,
  oneOf,
  orNull,
  reading,
  sendCsv,
  submission,
  tags,
  today,
  type TaxRouteDeps,
} from './tax-route-parts.ts';
import { findTaxBuyers, loadTaxJurisdictions, loadTaxRates, saveTaxJurisdiction, saveTaxRates } from './tax-store.ts';

const ClassType = Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$' });

const RateType = model(
  'JurisdictionTaxRate',
  Type.Object({
    jurisdiction: Type.String(),
    code: Type.String({ description: 'What the tax is called: VAT, GST, SALES …' }),
    taxClass: Type.String(),
    validFrom: DayType,
    validUntil: orNull(DayType),
    ratePpm: Type.Integer({ description: 'Parts per million: 200000 is 20 %.' }),
    perUnit: orNull(
      Type.Object({
        amount: Type.Integer(),
        scale: Type.Integer(),
        per: Type.Integer(),
        currency: CurrencyType,
        underOthers: Type.Boolean(),
      }),
    ),
    compound: Type.Boolean(),
    exempt: Type.Boolean(),
    name: Type.String(),
    source: Type.String({ description: 'Where the rate is published; empty for rates that the company set by hand.' }),
    checkedOn: orNull(DayType),
    inForce: Type.Boolean({ description: 'Whether it holds today.' }),
  }),
);
const JurisdictionFields = {
  name: Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' }),
  system: oneOf('vat', 'gst_split', 'sales_tax'),
  taxCode: Type.String({ pattern: '^[A-Z][A-Z0-9_]{0,19}$' }),
  rounding: Type.Object(
    {
      scope: oneOf('line', 'document'),
      parts: oneOf('each', 'together'),
      stepMinor: Type.Integer({ minimum: 1, maximum: 100_000 }),
    },
    closed,
  ),
  shipping: oneOf('own', 'goods', 'untaxed'),
  deposits: oneOf('taxed', 'outside'),
  sourcing: oneOf('destination', 'origin'),
};
const JurisdictionType = model('TaxJurisdiction', Type.Object({ code: Type.String(), ...JurisdictionFields }));
const ImportedRow = Type.Object({
  line: Type.Integer(),
  what: oneOf('new', 'same', 'changed', 'past', 'twice', 'malformed'),
  jurisdiction: Type.String(),
  code: Type.String(),
  taxClass: Type.String(),
  validFrom: orNull(DayType),
  ratePpm: Type.Integer(),
  beforePpm: orNull(Type.Integer()),
  problems: Type.Array(Type.Object({ column: Type.String(), reason: Type.String(), text: Type.String() })),
});
const ImportedType = model(
  'TaxRateImport',
  Type.Object({ taken: Type.Integer(), left: Type.Integer(), rows: Type.Array(ImportedRow) }),
);
type Imported = Static<typeof ImportedType>;

/** /taxes/…: rates and their import, jurisdictions, exemptions, VAT numbers of customers, and what a basket is taxed. */
export function registerTaxRoutes(app: Api, deps: TaxRouteDeps): void {
  registerRates(app, deps);
  registerJurisdictions(app, deps);
  registerTaxBuyerRoutes(app, deps);
  registerTaxPlaceRoutes(app, deps);
  registerTaxAreaRoutes(app, deps);
  registerBasket(app, deps);
}

function registerRates(app: Api, deps: TaxRouteDeps): void {
  route(app, {
    method: 'GET',
    url: '/taxes/rates',
    operationId: 'listJurisdictionTaxRates',
    summary: 'All rates of tax by jurisdiction, tax and class, with their validity and source',
    tags,
    permission: 'tax:read',
    scope: 'none',
    schema: { response: { 200: Type.Object({ items: Type.Array(RateType) }) } },
    async handler() {
      const rates = await reading(deps, knownRates);
      return { items: rates.map((rate) => rateAnswer(rate, rates, today(deps))) };
    },
  });

  route(app, {
    method: 'GET',
    url: '/taxes/rates/shipped',
    operationId: 'getShippedTaxRates',
    summary: 'The rates that the program brings along, as CSV that can be imported',
    tags,
    permission: 'tax:read',
    scope: 'none',
    schema: { response: { 200: Type.String({ description: 'text/csv' }) } },
    handler: (_, reply) => sendCsv(reply, 'shipped-tax-rates.csv', SHIPPED_TAX_RATES),
  });

  route(app, {
    method: 'GET',
    url: '/taxes/rates/csv',
    operationId: 'exportTaxRates',
    summary: 'The rates that were taken in, as CSV that can be imported again',
    tags,
    permission: 'tax:read',
    scope: 'none',
    schema: { response: { 200: Type.String({ description: 'text/csv' }) } },
    async handler(_, reply) {
      return sendCsv(reply, 'tax-rates.csv', taxFileOf(await reading(deps, loadTaxRates)));
    },
  });

  route(app, {
    method: 'POST',
    url: '/taxes/rates/import',
    operationId: 'importTaxRates',
    summary: 'Take in up to 500 rates from CSV',
    description:
      'Rows that are malformed, that stand twice, or that would tax otherwise what was sold already are left out and told; the others are taken in together.',
    tags,
    permission: 'tax:write',
    scope: 'none',
    preview: true,
    bodyLimitBytes: 1_000_000,
    schema: {
      body: Type.Object({ csv: Type.String({ minLength: 1, maxLength: 500_000 }) }, closed),
      response: { 200: ImportedType },
    },
    async handler(request) {
      const file = readTaxFile(request.body.csv);
      if (!('rows' in file)) throw noCsv(file);
      if (file.rows.length > MAX_MASTER_ROWS)
        throw malformed([{ path: '/csv', message: `has more than ${MAX_MASTER_ROWS} rows` }]);
      const outcome = await deps.master<Imported>(
        submission(deps, request, 'import_tax_rates', 'price'),
        async (tx) => {
          const rates = file.rows.flatMap(({ rate }) => (rate === undefined ? [] : [rate]));
          const changes = decideTaxRates(rates, await knownRates(tx), today(deps));
          const taken = changes.filter(({ what }) => what === 'new' || what === 'changed');
          await saveTaxRates(
            tx,
            taken.map(({ rate }) => rate),
          );
          const rest = changes.values();
          const rows = file.rows.map(({ line, rate, problems }) =>
            rate === undefined ? malformedRow(line, problems) : changeRow(line, rest.next().value as TaxRateChange),
          );
          const told = taken.map(({ rate, before }) => ({
            before: before === undefined ? null : before.ratePpm,
            after: rate,
          }));
          const body = { tax: true, count: taken.length, changes: told };
          return changed([{ type: 'TaxRatesImported', version: 1, body }], {
            taken: taken.length,
            left: rows.length - taken.length,
            rows,
          });
        },
      );
      return masterAnswer(outcome);
    },
  });
}

/** The rates that were taken in, and the plain VAT rates of the company's countries beside them. */
async function knownRates(tx: Tx): Promise<TaxRate[]> {
  const jurisdictions = [...KNOWN_JURISDICTIONS, ...(await loadTaxJurisdictions(tx))];
  return [...(await loadTaxRates(tx)), ...plainTaxRates(await loadVatRates(tx), jurisdictions)];
}

function registerJurisdictions(app: Api, deps: TaxRouteDeps): void {
  route(app, {
    method: 'GET',
    url: '/taxes/jurisdictions',
    operationId: 'listTaxJurisdictions',
    summary: 'Who taxes and how: rounding, shipping, deposits',
    tags,
    permission: 'tax:read',
    scope: 'none',
    schema: { response: { 200: Type.Object({ items: Type.Array(JurisdictionType) }) } },
    async handler() {
      const own = await reading(deps, loadTaxJurisdictions);
      const codes = new Set(own.map(({ code }) => code));
      return { items: [...KNOWN_JURISDICTIONS.filter(({ code }) => !codes.has(code)), ...own] };
    },
  });

  route(app, {
    method: 'PUT',
    url: '/taxes/jurisdictions/:code',
    operationId: 'setTaxJurisdiction',
    summary: 'Say how a jurisdiction taxes',
    tags,
    permission: 'tax:write',
    scope: 'none',
    preview: true,
    schema: {
      params: Type.Object({ code: JurisdictionCode }),
      body: Type.Object(JurisdictionFields, closed),
      response: { 200: JurisdictionType },
    },
    async handler(request) {
      const wanted: TaxJurisdiction = { code: request.params.code, ...request.body };
      const outcome = await deps.master<TaxJurisdiction>(
        submission(deps, request, 'set_tax_jurisdiction', 'price'),
        async (tx) => {
          const before = (await loadTaxJurisdictions(tx)).find(({ code }) => code === wanted.code) ?? null;
          await saveTaxJurisdiction(tx, wanted);
          const body = { tax: true, before, after: wanted };
          return changed([{ type: 'TaxJurisdictionSet', version: 1, body }], wanted);
        },
      );
      return masterAnswer(outcome);
    },
  });
}

const PlaceType = Type.Object(
  {
    country: Type.String({ pattern: '^[A-Z]{2}$' }),
    region: Type.Optional(Type.String({ minLength: 1, maxLength: 10 })),
    county: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
    city: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
    district: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
    postcode: Type.Optional(
      Type.String({ minLength: 1, maxLength: 20, description: 'Of what is shipped: says county, city and districts.' }),
    ),
  },
  closed,
);
const LineTaxType = Type.Object({
  jurisdiction: Type.String(),
  code: Type.String(),
  ratePpm: Type.Integer(),
  baseMinor: MinorType,
  taxMinor: MinorType,
  treatment: Type.String(),
});
const sums = { netMinor: MinorType, taxMinor: MinorType, grossMinor: MinorType };

function registerBasket(app: Api, deps: TaxRouteDeps): void {
  route(app, {
    method: 'POST',
    url: '/taxes/basket',
    operationId: 'taxBasket',
    summary: 'What a basket is taxed: try places, customers and classes. Nothing is kept',
    tags,
    permission: 'tax:read',
    scope: 'any',
    idempotent: false,
    schema: {
      body: Type.Object(
        {
          day: DayType,
          currency: CurrencyType,
          taxInclusive: Type.Boolean(),
          seller: Type.Object(
            {
              country: Type.String({ pattern: '^[A-Z]{2}$' }),
              region: Type.Optional(Type.String({ minLength: 1, maxLength: 10 })),
              registrations: Type.Array(Type.String({ maxLength: 100 }), { maxItems: 100 }),
            },
            closed,
          ),
          from: PlaceType,
          to: PlaceType,
          fulfilment: oneOf('ship', 'pickup', 'till'),
          collectedBy: oneOf('us', 'marketplace'),
          customerId: Type.Optional(IdType('customer')),
          lines: Type.Array(
            Type.Object(
              {
                kind: oneOf('goods', 'service', 'shipping', 'deposit', 'discount', 'gift_card'),
                taxClass: ClassType,
                quantity: Type.Integer({ minimum: -1_000_000_000, maximum: 1_000_000_000 }),
                amountMinor: Type.Integer({ minimum: -1_000_000_000_000, maximum: 1_000_000_000_000 }),
              },
              closed,
            ),
            { maxItems: 500 },
          ),
        },
        closed,
      ),
      response: {
        200: Type.Object({
          lines: Type.Array(Type.Object({ ...sums, taxes: Type.Array(LineTaxType) })),
          ...sums,
          cashPayableMinor: MinorType,
          cashAdjustmentMinor: MinorType,
        }),
      },
    },
    async handler({ body }) {
      const { customerId, day, currency, lines, ...rest } = body;
      const buyers =
        customerId === undefined ? undefined : await reading(deps, (tx) => findTaxBuyers(tx, [customerId]));
      const taxed = taxBasket(await deps.taxes.rules(), {
        ...rest,
        day: dayIn(day, '/day'),
        currency: currencyCode(currency),
        customer: customerId === undefined ? undefined : buyers?.get(customerId),
        lines: lines.map((line, at) => ({ key: String(at + 1).padStart(4, '0'), ...line })),
      });
      if (!taxed.ok) throw malformed([{ path: '/lines', message: noRate(taxed.rejection) }]);
      const cash = roundCash(taxed.value.grossMinor, cashStep(body.to.country, currency));
      const { netMinor, taxMinor, grossMinor } = taxed.value;
      return {
        netMinor,
        taxMinor,
        grossMinor,
        lines: taxed.value.lines.map(({ key: _, ...line }) => line),
        cashPayableMinor: cash.payableMinor,
        cashAdjustmentMinor: cash.adjustmentMinor,
      };
    },
  });
}

function noRate(of: { jurisdiction: string; taxClass: string; day: string }): string {
  return `${of.jurisdiction} has no rate for ${of.taxClass} on ${of.day}`;
}

function malformedRow(line: number, problems: readonly TaxRowProblem[]): Imported['rows'][number] {
  return {
    line,
    what: 'malformed',
    jurisdiction: '',
    code: '',
    taxClass: '',
    validFrom: null,
    ratePpm: 0,
    beforePpm: null,
    problems: problems.map((one) => ({ ...one, text: one.text.slice(0, 100) })),
  };
}

function changeRow(line: number, { rate, what, before }: TaxRateChange): Imported['rows'][number] {
  const { jurisdiction, code, taxClass, validFrom, ratePpm } = rate;
  return {
    line,
    what,
    jurisdiction,
    code,
    taxClass,
    validFrom,
    ratePpm,
    beforePpm: before?.ratePpm ?? null,
    problems: [],
  };
}

function rateAnswer(rate: TaxRate, all: readonly TaxRate[], day: BusinessDay): Static<typeof RateType> {
  const { jurisdiction, code, taxClass, validFrom, ratePpm, compound, exempt, name, source } = rate;
  const isNewer = (one: TaxRate): boolean =>
    one.jurisdiction === jurisdiction &&
    one.code === code &&
    one.taxClass === taxClass &&
    compareDays(one.validFrom, day) <= 0 &&
    compareDays(one.validFrom, validFrom) > 0;
  const hasBegun = compareDays(validFrom, day) <= 0;
  const hasEnded = rate.validUntil !== undefined && compareDays(rate.validUntil, day) < 0;
  return {
    jurisdiction,
    code,
    taxClass,
    validFrom,
    ratePpm,
    compound,
    exempt,
    name,
    source,
    validUntil: rate.validUntil ?? null,
    perUnit: rate.perUnit ?? null,
    checkedOn: rate.checkedOn ?? null,
    inForce: hasBegun && !hasEnded && !all.some(isNewer),
  };
}
