import { Type } from 'typebox';
import { changed, type Master } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { DEFAULT_LIMIT, decodeCursor, ListOf, listQuery, pageOf } from '../../../platform/http/lists.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { model } from '../../../platform/http/model.ts';
import { CurrencyType, DayType } from '../../../platform/http/money.ts';
import { malformed } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { parseBusinessDay } from '../../kernel/time.ts';
import { decideSetExchangeRate, type DatedRate } from '../exchange-rate.ts';
import type { KeptEntity } from '../legal-entity.ts';
import {
  findExchangeRate,
  listExchangeRates,
  loadEntities,
  loadRegisters,
  saveExchangeRates,
} from './company.store.ts';

/** What the routes of the company need. `entityOfLocation` says whose a register's location is, so that grants for an entity reach it. */
export type CompanyRouteDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly master: Master;
  readonly now: () => number;
  readonly entityOfLocation: (locationId: string) => string | undefined;
};

/** A line of an address as it is sent; empty when there is none. */
const AddressLine = Type.String({ maxLength: 200 });

/** Where a legal entity has its seat, as it is sent and told. */
export const SeatType = Type.Object(
  { line1: AddressLine, postcode: AddressLine, city: AddressLine },
  { additionalProperties: false },
);

/** A legal entity as it is told. */
export const EntityType = model(
  'LegalEntity',
  Type.Object({
    id: IdType('legalEntity'),
    code: Type.String(),
    name: Type.String(),
    country: Type.String(),
    functionalCurrency: CurrencyType,
    fiscalYearStartMonth: Type.Integer(),
    address: SeatType,
    archived: Type.Boolean(),
    version: Type.Integer(),
  }),
);

/** Tells one. */
export function entityAnswer(entity: KeptEntity) {
  return { ...entity, id: idText('legalEntity', entity.id) };
}

/** A register as it is told: without the secret that its facts are signed with. */
export const RegisterType = model(
  'Register',
  Type.Object({
    id: IdType('register'),
    locationId: IdType('location'),
    code: Type.String(),
    name: Type.String(),
    archived: Type.Boolean(),
  }),
);
const RateType = model(
  'ExchangeRate',
  Type.Object({
    from: CurrencyType,
    to: CurrencyType,
    validFrom: DayType,
    numerator: Type.Integer(),
    denominator: Type.Integer(),
  }),
);
const tags = ['company'];
const Cursor = Type.Tuple([Type.String(), Type.String(), DayType]);

/** GET /entities, GET /registers, GET and POST /exchange-rates. */
export function registerCompanyRoutes(app: Api, deps: CompanyRouteDeps): void {
  const { pool, schema } = deps;

  route(app, {
    method: 'GET',
    url: '/entities',
    operationId: 'listEntities',
    summary: 'Legal entities',
    tags,
    permission: 'company:read',
    scope: 'any',
    schema: { response: { 200: Type.Object({ items: Type.Array(EntityType) }) } },
    async handler({ principal }) {
      const entities = await withTransaction(pool, { schema, readOnly: true }, loadEntities);
      const seen = entities.filter(({ id }) => principal.can('company:read', { entityId: id }));
      return { items: seen.map(entityAnswer) };
    },
  });

  route(app, {
    method: 'GET',
    url: '/registers',
    operationId: 'listRegisters',
    summary: 'Registers',
    tags,
    permission: 'company:read',
    scope: 'any',
    schema: { response: { 200: Type.Object({ items: Type.Array(RegisterType) }) } },
    async handler({ principal }) {
      const registers = await withTransaction(pool, { schema, readOnly: true }, loadRegisters);
      const seen = registers.filter(({ locationId }) =>
        principal.can('company:read', { locationId, entityId: deps.entityOfLocation(locationId) ?? null }),
      );
      return {
        items: seen.map((each) => ({
          ...each,
          id: idText('register', each.id),
          locationId: idText('location', each.locationId),
        })),
      };
    },
  });

  route(app, {
    method: 'GET',
    url: '/exchange-rates',
    operationId: 'listExchangeRates',
    summary: 'Exchange rates by pair and day',
    tags,
    permission: 'company:read',
    scope: 'none',
    schema: { querystring: Type.Object({ ...listQuery }), response: { 200: ListOf(RateType) } },
    async handler({ query }) {
      const { limit = DEFAULT_LIMIT } = query;
      const after = decodeCursor(Cursor, query.after);
      const rates = await withTransaction(pool, { schema, readOnly: true }, (tx) =>
        listExchangeRates(tx, { limit, after }),
      );
      return pageOf(
        rates,
        limit,
        (rate) => [rate.from, rate.to, rate.validFrom],
        (rate) => rate,
      );
    },
  });

  route(app, {
    method: 'POST',
    url: '/exchange-rates',
    operationId: 'setExchangeRate',
    summary: 'Set the rate of a pair from a day on',
    tags,
    permission: 'company:edit',
    scope: 'none',
    preview: true,
    schema: {
      body: Type.Object(
        {
          from: Type.String({ pattern: '^[A-Z]{3}$' }),
          to: Type.String({ pattern: '^[A-Z]{3}$' }),
          rate: Type.String({
            pattern: '^[0-9]{1,12}(\\.[0-9]{1,12})?$',
            description: 'What one unit of from costs in to, e.g. 1.0857.',
          }),
          validFrom: DayType,
        },
        { additionalProperties: false },
      ),
      response: { 201: RateType },
    },
    async handler(request, reply) {
      const validFrom = parseBusinessDay(request.body.validFrom);
      if (validFrom === undefined) throw malformed([{ path: '/validFrom', message: 'is not a day' }]);
      const { principal, originId, idempotencyKey: key, preview, body: sent } = request;
      const submission = {
        type: 'set_exchange_rate',
        principalId: principal.id,
        originId,
        key,
        body: sent,
        at: deps.now(),
        topic: 'company',
        preview,
      };
      const outcome = await deps.master<DatedRate>(submission, async (tx) => {
        const decision = decideSetExchangeRate({ ...sent, validFrom });
        if (!decision.ok) return decision;
        const old = await findExchangeRate(tx, decision.value);
        await saveExchangeRates(tx, [decision.value]);
        return changed(
          [{ type: 'ExchangeRateSet', version: 1, body: { before: old ?? null, after: decision.value } }],
          decision.value,
        );
      });
      return reply.code(201).send(masterAnswer(outcome));
    },
  });
}
