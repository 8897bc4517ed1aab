import { Type, type Static } from 'typebox';
import { uuidv7 } from 'uuidv7';
import { changed } from '../../../platform/commit/master-door.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { CursorId, DEFAULT_LIMIT, decodeCursor, ListOf, listQuery, pageOf } from '../../../platform/http/lists.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { model } from '../../../platform/http/model.ts';
import { DayType, NumberFrom } from '../../../platform/http/money.ts';
import { notFound } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { reject, type Decision } from '../../kernel/decision.ts';
import type { BusinessDay } from '../../kernel/time.ts';
import { isTaxNumber } from '../tax/tax-number.ts';
import {
  closed,
  dayIn,
  endsBeforeItBegins,
  JurisdictionCode,
  orNull,
  reading,
  submission,
  tags,
  type TaxRouteDeps,
} from './tax-route-parts.ts';
import {
  endTaxExemption,
  findTaxBuyers,
  insertTaxExemption,
  listTaxExemptions,
  lockTaxExemption,
  saveTaxBuyer,
  type KeptExemption,
  type TaxBuyer,
} from './tax-store.ts';

const exemption = {
  id: IdType('taxExemption'),
  customerId: IdType('customer'),
  jurisdiction: Type.String(),
  reason: Type.String(),
  certificate: orNull(Type.String()),
  validFrom: DayType,
  validUntil: orNull(DayType),
  version: Type.Integer(),
};
const ExemptionType = model('TaxExemption', Type.Object(exemption));
const ListedExemptionType = model(
  'ListedTaxExemption',
  Type.Object({ ...exemption, customerNumber: Type.String({ description: 'By which people know the customer.' }) }),
);
const BuyerType = model(
  'TaxBuyer',
  Type.Object({
    customerId: IdType('customer'),
    business: Type.Boolean(),
    vatId: orNull(Type.String()),
    exemptions: Type.Array(
      Type.Object({
        jurisdiction: Type.String(),
        reason: Type.String(),
        validFrom: DayType,
        validUntil: orNull(DayType),
      }),
    ),
    version: Type.Integer(),
  }),
);
/** Exemptions, and what taxes ask of customers: /taxes/exemptions, /customers/{id}/tax. */
export function registerTaxBuyerRoutes(app: Api, deps: TaxRouteDeps): void {
  registerExemptions(app, deps);
  registerBuyers(app, deps);
}

const ExemptionCursor = Type.Tuple([CursorId]);

function registerExemptions(app: Api, deps: TaxRouteDeps): void {
  route(app, {
    method: 'GET',
    url: '/taxes/exemptions',
    operationId: 'listTaxExemptions',
    summary: 'Which customers are not taxed where, newest first',
    tags,
    permission: 'tax:read',
    scope: 'none',
    schema: {
      querystring: Type.Object({ ...listQuery, customer: Type.Optional(IdType('customer')) }),
      response: { 200: ListOf(ListedExemptionType) },
    },
    async handler({ query }) {
      const { limit = DEFAULT_LIMIT, customer: customerId } = query;
      const after = decodeCursor(ExemptionCursor, query.after)?.[0];
      const found = await reading(deps, (tx) => listTaxExemptions(tx, { customerId, after, limit }));
      return pageOf(
        found,
        limit,
        (row) => [row.id],
        ({ customerNumber, ...row }) => ({ ...exemptionAnswer(row), customerNumber }),
      );
    },
  });

  route(app, {
    method: 'POST',
    url: '/taxes/exemptions',
    operationId: 'exemptFromTax',
    summary: 'Keep why a customer is not taxed somewhere',
    description: 'The reason `reverse_charge` says that the customer owes the tax; any other that nobody does.',
    tags,
    permission: 'tax:write',
    scope: 'none',
    preview: true,
    schema: {
      body: Type.Object(
        {
          customerId: IdType('customer'),
          jurisdiction: JurisdictionCode,
          reason: Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$' }),
          certificate: Type.Optional(Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' })),
          validFrom: DayType,
          validUntil: Type.Optional(DayType),
        },
        closed,
      ),
      response: { 201: ExemptionType },
    },
    async handler(request, reply) {
      const { customerId, jurisdiction, reason, certificate } = request.body;
      const validFrom = dayIn(request.body.validFrom, '/validFrom');
      const { validUntil: until } = request.body;
      const validUntil = until === undefined ? undefined : dayIn(until, '/validUntil');
      const at = deps.now();
      const wanted: KeptExemption = {
        id: uuidv7(),
        customerId,
        jurisdiction,
        reason,
        certificate,
        validFrom,
        validUntil,
        version: 1,
      };
      const outcome = await deps.master<KeptExemption>(
        submission(deps, request, 'exempt_from_tax', 'customer'),
        async (tx) => {
          if (!(await findTaxBuyers(tx, [customerId])).has(customerId)) return unknownCustomer(customerId);
          const ends = endsBeforeItBegins(validFrom, validUntil);
          if (ends !== undefined) return ends;
          await insertTaxExemption(tx, wanted, at);
          // The number of a certificate may be personal: who may read exemptions sees it, events do not tell it.
          const { certificate: _, ...told } = wanted;
          const body = { customerId, before: null, after: told };
          return changed([{ type: 'TaxExemptionGiven', version: 1, subjectId: customerId, body }], {
            ...told,
            certificate: undefined,
          });
        },
      );
      return reply.code(201).send(exemptionAnswer({ ...masterAnswer(outcome), certificate }));
    },
  });

  route(app, {
    method: 'PUT',
    url: '/taxes/exemptions/:id/end',
    operationId: 'endTaxExemption',
    summary: 'Set the last day of an exemption',
    tags,
    permission: 'tax:write',
    scope: 'none',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('taxExemption') }),
      body: Type.Object({ validUntil: DayType, version: NumberFrom(1) }, closed),
      response: { 200: Type.Object({ id: IdType('taxExemption'), validUntil: DayType, version: Type.Integer() }) },
    },
    async handler(request) {
      const { id } = request.params;
      const validUntil = dayIn(request.body.validUntil, '/validUntil');
      type Ended = { id: string; validUntil: BusinessDay; version: number };
      const outcome = await deps.master<Ended>(
        submission(deps, request, 'end_tax_exemption', 'customer'),
        async (tx) => {
          const found = await lockTaxExemption(tx, id);
          if (found === undefined) throw notFound('tax exemption');
          const { customerId, version } = found;
          if (version !== request.body.version)
            return reject({ reason: 'stale', version, sentVersion: request.body.version });
          const ends = endsBeforeItBegins(found.validFrom, validUntil);
          if (ends !== undefined) return ends;
          await endTaxExemption(tx, id, validUntil);
          const body = { customerId, before: { validUntil: found.validUntil ?? null }, after: { validUntil } };
          return changed([{ type: 'TaxExemptionEnded', version: 1, subjectId: customerId, body }], {
            id,
            validUntil,
            version: version + 1,
          });
        },
      );
      const ended = masterAnswer(outcome);
      return { ...ended, id: idText('taxExemption', ended.id) };
    },
  });
}

function registerBuyers(app: Api, deps: TaxRouteDeps): void {
  route(app, {
    method: 'GET',
    url: '/customers/:id/tax',
    operationId: 'getTaxBuyer',
    summary: 'What taxes ask of a customer: a business or not, its VAT number, its exemptions',
    tags,
    permission: 'tax:read',
    scope: 'none',
    schema: { params: Type.Object({ id: IdType('customer') }), response: { 200: BuyerType } },
    async handler({ params: { id } }) {
      const buyer = (await reading(deps, (tx) => findTaxBuyers(tx, [id]))).get(id);
      if (buyer === undefined) throw notFound('customer');
      return buyerAnswer(id, buyer);
    },
  });

  route(app, {
    method: 'PUT',
    url: '/customers/:id/tax',
    operationId: 'setTaxBuyer',
    summary: 'Keep whether a customer is a business, and its VAT number',
    tags,
    permission: 'tax:write',
    scope: 'none',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('customer') }),
      body: Type.Object(
        {
          business: Type.Boolean(),
          vatId: orNull(Type.String({ minLength: 4, maxLength: 20 })),
          version: NumberFrom(0),
        },
        closed,
      ),
      response: { 200: Type.Object({ customerId: IdType('customer'), version: Type.Integer() }) },
    },
    async handler(request) {
      const { id } = request.params;
      const { business, version } = request.body;
      const vatId = request.body.vatId?.toUpperCase().replaceAll(/[\s.-]/g, '');
      const outcome = await deps.master<{ customerId: string; version: number }>(
        submission(deps, request, 'set_tax_buyer', 'customer'),
        async (tx) => {
          const known = (await findTaxBuyers(tx, [id])).get(id);
          if (known === undefined) throw notFound('customer');
          if (known.version !== version)
            return reject({ reason: 'stale', version: known.version, sentVersion: version });
          if (vatId !== undefined && !isTaxNumber(vatId)) return reject({ reason: 'bad_tax_number' });
          if (vatId !== undefined && !business) return reject({ reason: 'tax_number_of_consumer' });
          await saveTaxBuyer(tx, { customerId: id, business, vatId });
          const body = { customerId: id, before: { business: known.business }, after: { business } };
          const answer = { customerId: id, version: version + 1 };
          return changed([{ type: 'TaxBuyerSet', version: 1, subjectId: id, body }], answer);
        },
      );
      const answer = masterAnswer(outcome);
      return { ...answer, customerId: idText('customer', answer.customerId) };
    },
  });
}

function unknownCustomer(customerId: string): Decision<never> {
  return reject({ reason: 'unknown_customer', customerId });
}

function exemptionAnswer({
  id,
  customerId,
  certificate,
  validUntil,
  ...rest
}: KeptExemption): Static<typeof ExemptionType> {
  return {
    ...rest,
    id: idText('taxExemption', id),
    customerId: idText('customer', customerId),
    certificate: certificate ?? null,
    validUntil: validUntil ?? null,
  };
}

function buyerAnswer(customerId: string, { business, vatId, exemptions, version }: TaxBuyer): Static<typeof BuyerType> {
  return {
    customerId: idText('customer', customerId),
    business,
    vatId: vatId ?? null,
    exemptions: exemptions.map(({ jurisdiction, reason, from, until }) => ({
      jurisdiction,
      reason,
      validFrom: from,
      validUntil: until ?? null,
    })),
    version,
  };
}
