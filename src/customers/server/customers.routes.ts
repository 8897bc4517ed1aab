import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import { uuidv7 } from 'uuidv7';
import { changed, type Master } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { CursorId, DEFAULT_LIMIT, decodeCursor, ListOf, listQuery, pageOf } from '../../../platform/http/lists.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { model } from '../../../platform/http/model.ts';
import { InstantType, NumberFrom } from '../../../platform/http/money.ts';
import { notFound } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { encodeId } from '../../kernel/ids.ts';
import { instantToText } from '../../kernel/time.ts';
import { decideCreateCustomer, decideEditCustomer, type Address, type CardDetails } from '../customer.ts';
import {
  findCustomer,
  insertCards,
  insertCustomers,
  listCustomers,
  updateCustomer,
  type CustomerWithCard,
  type NewCard,
} from './customers.store.ts';

/** What the routes of the customers need. */
export type CustomersRouteDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly master: Master;
  readonly now: () => number;
};

const line = Type.Optional(Type.String({ maxLength: 200 }));
const AddressType = Type.Object(
  { line1: line, line2: line, postcode: line, city: line, region: line },
  { additionalProperties: false },
);
const details = {
  name: Type.Optional(Type.String({ maxLength: 200 })),
  email: Type.Optional(Type.String({ maxLength: 254 })),
  phone: Type.Optional(Type.String({ maxLength: 40 })),
  address: Type.Optional(AddressType),
  country: Type.Optional(Type.String({ pattern: '^([A-Z]{2})?$' })),
};
const CustomerType = model(
  'Customer',
  Type.Object({
    id: IdType('customer'),
    number: Type.String(),
    name: Type.String(),
    email: Type.String(),
    phone: Type.String(),
    address: AddressType,
    country: Type.String(),
    archivedAt: Type.Union([InstantType, Type.Null()]),
    version: Type.Integer(),
  }),
);
// Answers of changes name no person: they are kept with the event and given again.
const MadeType = Type.Object({ id: IdType('customer'), number: Type.String(), version: Type.Integer() });
type Made = { id: string; number: string; version: number };
const tags = ['customers'];
const Cursor = Type.Tuple([CursorId]);

/** GET and POST /customers, GET and PATCH /customers/{id}. */
export function registerCustomersRoutes(app: Api, deps: CustomersRouteDeps): void {
  const reading = <T>(fn: (tx: Tx) => Promise<T>): Promise<T> =>
    withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, fn);

  route(app, {
    method: 'GET',
    url: '/customers',
    operationId: 'listCustomers',
    summary: 'Customers, newest first',
    tags,
    permission: 'customer:read',
    scope: 'none',
    schema: {
      querystring: Type.Object({ ...listQuery, search: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })) }),
      response: { 200: ListOf(CustomerType) },
    },
    async handler({ query }) {
      const { limit = DEFAULT_LIMIT, search } = query;
      const after = decodeCursor(Cursor, query.after)?.[0];
      return pageOf(
        await reading((tx) => listCustomers(tx, { limit, after, search })),
        limit,
        (row) => [row.id],
        customerAnswer,
      );
    },
  });

  route(app, {
    method: 'GET',
    url: '/customers/:id',
    operationId: 'getCustomer',
    summary: 'A customer',
    tags,
    permission: 'customer:read',
    scope: 'none',
    schema: { params: Type.Object({ id: IdType('customer') }), response: { 200: CustomerType } },
    async handler({ params }) {
      const customer = await reading((tx) => findCustomer(tx, params.id));
      if (customer === undefined) throw notFound('customer');
      return customerAnswer(customer);
    },
  });

  // A customer belongs to no place: whoever may take one in at a counter may do so for the whole company.
  route(app, {
    method: 'POST',
    url: '/customers',
    operationId: 'createCustomer',
    summary: 'A new customer',
    tags,
    permission: 'customer:edit',
    scope: 'any',
    preview: true,
    schema: { body: Type.Object(details, { additionalProperties: false }), response: { 201: MadeType } },
    async handler(request, reply) {
      const at = deps.now();
      const outcome = await deps.master<Made>(submission(request, 'create_customer', at), async (tx) => {
        const decision = decideCreateCustomer(withoutUndefined(request.body));
        if (!decision.ok) return decision;
        const cardId = uuidv7();
        const { id, number } = await insertWithFreeNumber(tx, cardId, at);
        await insertCards(tx, [newCard(cardId, id, decision.value)], at);
        const body = { customerId: id, cardId, before: null, after: { number, cardId } };
        return changed([{ type: 'CustomerCreated', version: 1, subjectId: id, body }], {
          id,
          number,
          version: 1,
        });
      });
      return reply.code(201).send(madeAnswer(masterAnswer(outcome)));
    },
  });

  route(app, {
    method: 'PATCH',
    url: '/customers/:id',
    operationId: 'editCustomer',
    summary: 'Change, archive or restore a customer',
    tags,
    permission: 'customer:edit',
    scope: 'any',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('customer') }),
      body: Type.Object(
        { ...details, version: NumberFrom(1), archived: Type.Optional(Type.Boolean()) },
        { additionalProperties: false },
      ),
      response: { 200: MadeType },
    },
    async handler(request) {
      const { id } = request.params;
      const at = deps.now();
      const outcome = await deps.master<Made>(submission(request, 'edit_customer', at), async (tx) => {
        const found = await findCustomer(tx, id, { locked: true });
        if (found === undefined) throw notFound('customer');
        const { version, archived } = request.body;
        const decision = decideEditCustomer(
          found,
          { ...withoutUndefined(request.body), version, archived },
          { card: found.card, now: at },
        );
        if (!decision.ok) return decision;
        const { customer, newDetails } = decision.value;
        const cardId = newDetails === undefined ? found.cardId : uuidv7();
        if (newDetails !== undefined) await insertCards(tx, [newCard(cardId, id, newDetails)], at);
        await updateCustomer(tx, { ...customer, cardId });
        const type = archived === undefined ? 'CustomerEdited' : archived ? 'CustomerArchived' : 'CustomerRestored';
        // Names and addresses stand in the cards alone: who may read those sees what changed.
        const [was, is] = [found, customer].map(({ archivedAt }) => archivedAt ?? null);
        const body = {
          customerId: id,
          cardId,
          before: { cardId: found.cardId, archivedAt: was },
          after: { cardId, archivedAt: is },
        };
        return changed([{ type, version: 1, subjectId: id, body }], {
          id,
          number: customer.number,
          version: customer.version,
        });
      });
      return madeAnswer(masterAnswer(outcome));
    },
  });
}

type Asked = {
  readonly principal: { readonly id: string };
  readonly originId: string | undefined;
  readonly idempotencyKey: string;
  readonly preview: boolean;
  readonly body: unknown;
  readonly params?: unknown;
};

function submission(request: Asked, type: string, at: number) {
  const { principal, originId, idempotencyKey: key, preview } = request;
  return {
    type,
    principalId: principal.id,
    originId,
    key,
    body: [request.params ?? {}, request.body],
    at,
    topic: 'customer',
    preview,
  };
}

/** A number that is short enough to be read out and says nothing about how many customers there are: 40 bits of chance, drawn again when taken. */
async function insertWithFreeNumber(tx: Tx, cardId: string, at: number): Promise<{ id: string; number: string }> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const id = uuidv7();
    const number = `C${encodeId('', id).slice(-8).toUpperCase()}`;
    if ((await insertCustomers(tx, [{ id, number, cardId }], at)) === 1) return { id, number };
  }
  throw new Error('five customer numbers in a row were taken');
}

function newCard(id: string, customerId: string, given: CardDetails): NewCard {
  return { ...given, id, customerId, purpose: 'sale', keepUntil: undefined, salt: randomBytes(16).toString('hex') };
}

/** Optional fields of the body as absent ones. */
function withoutUndefined(body: {
  name?: string;
  email?: string;
  phone?: string;
  address?: Partial<Address>;
  country?: string;
}): Partial<CardDetails> {
  const { name, email, phone, address, country } = body;
  return {
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined ? {} : { phone }),
    ...(address === undefined ? {} : { address }),
    ...(country === undefined ? {} : { country }),
  };
}

function madeAnswer(made: Made) {
  return { ...made, id: idText('customer', made.id) };
}

function customerAnswer(customer: CustomerWithCard) {
  const { number, version, card } = customer;
  const archivedAt = customer.archivedAt === undefined ? null : instantToText(customer.archivedAt);
  return { id: idText('customer', customer.id), number, ...card, archivedAt, version };
}
