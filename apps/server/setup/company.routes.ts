import { Type } from 'typebox';
import { uuidv7 } from 'uuidv7';
import { changed } from '../../../platform/commit/master-door.ts';
import { withTransaction } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { model } from '../../../platform/http/model.ts';
import { CurrencyType, DayType } from '../../../platform/http/money.ts';
import { malformed } from '../../../platform/http/problem.ts';
import { allow, route } from '../../../platform/http/route.ts';
import { seedChart } from '../../../src/accounting/server/chart.store.ts';
import { decideFoundEntity, type KeptEntity } from '../../../src/company/legal-entity.ts';
import { entityAnswer, EntityType, SeatType } from '../../../src/company/server/company.routes.ts';
import {
  insertEntities,
  insertTaxRegistrations,
  loadEntities,
  loadTaxRegistrations,
} from '../../../src/company/server/company.store.ts';
import { decideRegisterForTax, type TaxRegistration } from '../../../src/company/tax-registration.ts';
import { reject } from '../../../src/kernel/decision.ts';
import { epochDayToDay, parseBusinessDay, type BusinessDay } from '../../../src/kernel/time.ts';
import { loadVatRates, saveVatRates } from '../../../src/pricing/server/pricing.store.ts';
import { decideSetVatRate, vatRateOn, type VatRate } from '../../../src/pricing/vat.ts';
import { CODE_PATTERN, COUNTRY_PATTERN, NameType, setupSubmission, type SetupDeps } from './setup-deps.ts';

const closed = { additionalProperties: false };
const tags = ['company'];
const CountryType = Type.String({ pattern: COUNTRY_PATTERN, description: 'ISO 3166-1 alpha-2.' });
const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);

const RegistrationType = model(
  'TaxRegistration',
  Type.Object({
    entityId: IdType('legalEntity'),
    country: Type.String(),
    taxNumber: Type.String(),
    validFrom: DayType,
    validTo: OrNull(DayType),
  }),
);
const VatRateType = model(
  'TaxRate',
  Type.Object({
    country: Type.String(),
    taxClass: Type.String(),
    validFrom: DayType,
    ratePpm: Type.Integer({ description: 'Parts per million: 200000 is 20 %.' }),
    name: Type.String({ description: 'As it stands on receipts.' }),
  }),
);

/** POST /entities, GET and POST /tax-registrations, GET and PUT /tax-rates. */
export function registerCompanySetup(app: Api, deps: SetupDeps): void {
  registerEntities(app, deps);
  registerRegistrations(app, deps);
  registerRates(app, deps);
}

function registerEntities(app: Api, deps: SetupDeps): void {
  route(app, {
    method: 'POST',
    url: '/entities',
    operationId: 'foundEntity',
    summary: 'Found a legal entity, with its chart of accounts',
    tags,
    permission: 'company:edit',
    scope: 'none',
    preview: true,
    schema: {
      body: Type.Object(
        {
          code: Type.String({ pattern: CODE_PATTERN, description: 'Stands in the numbers of invoices.' }),
          name: NameType,
          country: CountryType,
          functionalCurrency: CurrencyType,
          fiscalYearStartMonth: Type.Optional(Type.Integer({ minimum: 1, maximum: 12 })),
          address: Type.Optional(SeatType),
        },
        closed,
      ),
      response: { 201: EntityType },
    },
    async handler(request, reply) {
      const { address = { line1: '', postcode: '', city: '' }, ...body } = request.body;
      const wanted = { fiscalYearStartMonth: 1, ...body, id: uuidv7() };
      const submission = setupSubmission(request, 'found_entity', deps.now());
      const outcome = await deps.master<KeptEntity>(submission, async (tx) => {
        const codes = new Set((await loadEntities(tx)).map(({ code }) => code));
        const decision = decideFoundEntity(wanted, { codes });
        if (!decision.ok) return decision;
        const entity: KeptEntity = { ...decision.value, address, archived: false, version: 1 };
        await insertEntities(tx, [entity]);
        await seedChart(tx, entity.id);
        const told = { before: null, after: entity };
        return changed(
          [{ type: 'EntityFounded', version: 1, entityId: entity.id, subjectId: entity.id, body: told }],
          entity,
        );
      });
      return reply.code(201).send(entityAnswer(masterAnswer(outcome)));
    },
  });
}

function registerRegistrations(app: Api, deps: SetupDeps): void {
  route(app, {
    method: 'GET',
    url: '/tax-registrations',
    operationId: 'listTaxRegistrations',
    summary: 'Under which numbers the legal entities pay tax',
    tags,
    permission: 'company:read',
    scope: 'any',
    schema: { response: { 200: Type.Object({ items: Type.Array(RegistrationType) }) } },
    async handler({ principal }) {
      const { pool, schema } = deps;
      const all = await withTransaction(pool, { schema, readOnly: true }, loadTaxRegistrations);
      const seen = all.filter(({ entityId }) => principal.can('company:read', { entityId }));
      return { items: seen.map(registrationAnswer) };
    },
  });

  route(app, {
    method: 'POST',
    url: '/tax-registrations',
    operationId: 'registerForTax',
    summary: 'Keep the number under which a legal entity pays tax in a country',
    tags,
    permission: 'company:edit',
    scope: 'entity',
    preview: true,
    schema: {
      body: Type.Object(
        {
          entityId: IdType('legalEntity'),
          country: CountryType,
          taxNumber: Type.String({ minLength: 1, maxLength: 40, pattern: '\\S' }),
          validFrom: DayType,
        },
        closed,
      ),
      response: { 201: RegistrationType },
    },
    async handler(request, reply) {
      const { body } = request;
      allow(request, 'company:edit', { entityId: body.entityId });
      const wanted = { ...body, id: uuidv7(), validFrom: dayIn(body.validFrom), validTo: undefined };
      const submission = setupSubmission(request, 'register_for_tax', deps.now());
      const outcome = await deps.master<TaxRegistration>(submission, async (tx) => {
        if (!(await loadEntities(tx)).some(({ id }) => id === wanted.entityId))
          return reject({ reason: 'unknown_entity', entityId: wanted.entityId });
        const decision = decideRegisterForTax(wanted, await loadTaxRegistrations(tx));
        if (!decision.ok) return decision;
        await insertTaxRegistrations(tx, [wanted]);
        const { entityId } = wanted;
        return changed(
          [{ type: 'TaxRegistered', version: 1, entityId, subjectId: entityId, body: { before: null, after: wanted } }],
          wanted,
        );
      });
      return reply.code(201).send(registrationAnswer(masterAnswer(outcome)));
    },
  });
}

function registerRates(app: Api, deps: SetupDeps): void {
  const { pool, schema } = deps;

  route(app, {
    method: 'GET',
    url: '/tax-rates',
    operationId: 'listTaxRates',
    summary: 'Rates of tax by country and class, also those to come',
    tags,
    permission: 'company:read',
    scope: 'none',
    schema: { response: { 200: Type.Object({ items: Type.Array(VatRateType) }) } },
    async handler() {
      return { items: await withTransaction(pool, { schema, readOnly: true }, loadVatRates) };
    },
  });

  route(app, {
    method: 'PUT',
    url: '/tax-rates',
    operationId: 'setTaxRate',
    summary: 'Set the rate of a class of goods in a country from a day on',
    description:
      'The first rate of a class may begin in the past; a later one may not, because what was sold was taxed at the rate then in force.',
    tags,
    permission: 'company:edit',
    scope: 'none',
    preview: true,
    schema: {
      body: Type.Object(
        {
          country: CountryType,
          taxClass: Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$' }),
          validFrom: DayType,
          ratePpm: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
          name: Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' }),
        },
        closed,
      ),
      response: { 200: VatRateType },
    },
    async handler(request) {
      const at = deps.now();
      const wanted = { ...request.body, validFrom: dayIn(request.body.validFrom) };
      // Caches of tax listen to prices.
      const submission = setupSubmission(request, 'set_tax_rate', at, 'price');
      const outcome = await deps.master<VatRate>(submission, async (tx) => {
        const known = await loadVatRates(tx);
        const decision = decideSetVatRate(wanted, known, epochDayToDay(Math.floor(at / 86_400_000)));
        if (!decision.ok) return decision;
        await saveVatRates(tx, [wanted]);
        const before = vatRateOn(known, { ...wanted, day: wanted.validFrom }) ?? null;
        return changed([{ type: 'TaxRateSet', version: 1, body: { vat: true, before, after: wanted } }], wanted);
      });
      return masterAnswer(outcome);
    },
  });
}

function registrationAnswer({ entityId, country, taxNumber, validFrom, validTo }: TaxRegistration) {
  return { entityId: idText('legalEntity', entityId), country, taxNumber, validFrom, validTo: validTo ?? null };
}

function dayIn(text: string): BusinessDay {
  const day = parseBusinessDay(text);
  if (day === undefined) throw malformed([{ path: '/validFrom', message: 'is not a day' }]);
  return day;
}
