import { Type, type Static } from 'typebox';
import { uuidv7 } from 'uuidv7';
import { changed, MAX_MASTER_ROWS } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Tx } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { CursorId, DEFAULT_LIMIT, decodeCursor, ListOf, listQuery, pageOf } from '../../../platform/http/lists.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { model } from '../../../platform/http/model.ts';
import { CurrencyType, InstantType, NumberFrom } from '../../../platform/http/money.ts';
import { notFound } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { findSkuStates } from '../../catalog/server/catalog.store.ts';
import { currencyCode } from '../../kernel/currency.ts';
import { reject } from '../../kernel/decision.ts';
import { MAX_UNIT_PRICE_PER, MAX_UNIT_PRICE_SCALE } from '../../kernel/money.ts';
import { instantToText } from '../../kernel/time.ts';
import { PRICE_ENDINGS } from '../price-ending.ts';
import { shorten } from '../price-list.ts';
import { decideOverrideList, type OverrideList } from '../price-override.ts';
import {
  deleteMembers,
  findCeilings,
  findMembers,
  insertGroup,
  insertMembers,
  loadGroups,
  loadOverrideLists,
  saveCeilings,
  saveOverrideList,
  findOverridesAt,
  findCeilingsAt,
  saveOverrides,
} from './price-lists.store.ts';
import { priceSubmission, readInstantAt, type PriceRouteDeps } from './price-route-deps.ts';
import { loadPriceLists } from './pricing.store.ts';

const closed = { additionalProperties: false };
const tags = ['pricing'];
const some = <T extends Parameters<typeof Type.Array>[0]>(of: T) =>
  Type.Array(of, { maxItems: 200, uniqueItems: true, description: 'None named: all.' });

const shape = {
  name: Type.String({ minLength: 1, maxLength: 100 }),
  priority: Type.Integer({ minimum: 0, maximum: 1000, description: 'The higher one is asked first.' }),
  channelIds: some(IdType('channel')),
  locationIds: some(IdType('location')),
  customerGroupIds: some(IdType('customerGroup')),
  adjustPpm: Type.Integer({
    minimum: -999_999,
    maximum: 9_000_000,
    description:
      'By how much the base list is dearer or, below nought, cheaper, in parts per million; 0 for prices of its own only.',
  }),
  ending: Type.Enum([...PRICE_ENDINGS], { description: 'What calculated prices end in.' }),
};
const WantedListType = Type.Object(
  {
    ...shape,
    currency: CurrencyType,
    taxInclusive: Type.Boolean(),
    validFrom: Type.Optional(InstantType),
    validUntil: Type.Optional(InstantType),
  },
  closed,
);
const ListType = model(
  'PriceOverrideList',
  Type.Object({
    id: IdType('priceList'),
    ...shape,
    currency: CurrencyType,
    taxInclusive: Type.Boolean(),
    validFrom: InstantType,
    validUntil: Type.Union([InstantType, Type.Null()]),
    version: NumberFrom(1),
  }),
);
const BaseListType = model(
  'PriceBaseList',
  Type.Object({
    id: IdType('priceList'),
    name: Type.String(),
    channelId: IdType('channel'),
    currency: CurrencyType,
    taxInclusive: Type.Boolean(),
  }),
);
const MadeListType = Type.Object({ id: IdType('priceList'), version: NumberFrom(1) });

const OwnPriceType = Type.Object(
  {
    skuId: IdType('sku'),
    minQuantity: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000_000_000, default: 1, description: 'Base units in the basket.' }),
    ),
    amount: Type.Union([Type.Integer({ minimum: 0, maximum: 1_000_000_000_000_000 }), Type.Null()], {
      description:
        'Minor units times 10^scale, for `per` base units; null: the list says nothing about it from then on.',
    }),
    scale: Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_UNIT_PRICE_SCALE })),
    per: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_UNIT_PRICE_PER })),
    validFrom: Type.Optional(InstantType),
    validUntil: Type.Optional(InstantType),
  },
  closed,
);

const GroupType = model(
  'CustomerGroup',
  Type.Object({
    id: IdType('customerGroup'),
    code: Type.String(),
    name: Type.String(),
    members: Type.Integer(),
  }),
);
const CeilingType = model(
  'PriceCeiling',
  Type.Object(
    {
      skuId: IdType('sku'),
      lot: Type.String({ maxLength: 100, description: 'Empty: all lots.' }),
      country: Type.String({ pattern: '^[A-Z]{2}$' }),
      currency: CurrencyType,
      amountMinor: Type.Integer({ minimum: 1, maximum: 1_000_000_000_000, description: 'All taxes included.' }),
      per: Type.Integer({ minimum: 1, maximum: MAX_UNIT_PRICE_PER }),
      validFrom: InstantType,
      validUntil: Type.Union([InstantType, Type.Null()]),
    },
    closed,
  ),
);

/** Price lists above the base lists, customer groups and statutory ceilings. */
export function registerPriceListRoutes(app: Api, deps: PriceRouteDeps): void {
  const reading = <T>(fn: (tx: Tx) => Promise<T>): Promise<T> =>
    withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, fn);

  route(app, {
    method: 'GET',
    url: '/price-lists',
    operationId: 'listPriceLists',
    summary: 'The base lists of the channels and the lists above them',
    tags,
    permission: 'price:read',
    scope: 'none',
    schema: {
      response: { 200: Type.Object({ base: Type.Array(BaseListType), overrides: Type.Array(ListType) }) },
    },
    async handler() {
      const [base, lists] = await reading(async (tx) => [await loadPriceLists(tx), await loadOverrideLists(tx)]);
      return {
        base: base.map((list) => ({
          ...list,
          id: idText('priceList', list.id),
          channelId: idText('channel', list.channelId),
        })),
        overrides: lists.map(listAnswer),
      };
    },
  });

  const wantedList = (
    body: Static<typeof WantedListType>,
    known: Pick<OverrideList, 'id' | 'version' | 'validFrom'>,
  ): OverrideList => ({
    id: known.id,
    name: body.name,
    currency: currencyCode(body.currency),
    taxInclusive: body.taxInclusive,
    priority: body.priority,
    channelIds: body.channelIds,
    locationIds: body.locationIds,
    groupIds: body.customerGroupIds,
    validFrom: body.validFrom === undefined ? known.validFrom : readInstantAt(body.validFrom, '/validFrom'),
    validUntil: body.validUntil === undefined ? undefined : readInstantAt(body.validUntil, '/validUntil'),
    adjustPpm: body.adjustPpm,
    ending: body.ending,
    version: known.version,
  });
  const decide = async (tx: Tx, wanted: OverrideList, lists: readonly OverrideList[], now: number) =>
    decideOverrideList(wanted, {
      base: await loadPriceLists(tx),
      lists,
      channelIds: new Set(deps.company.channels().map((channel) => channel.id)),
      locationIds: new Set(deps.company.locations().map((location) => location.id)),
      groupIds: new Set((await loadGroups(tx)).map((group) => group.id)),
      now,
    });
  const answered = ({ id, version }: OverrideList) => ({ id: idText('priceList', id), version });

  route(app, {
    method: 'POST',
    url: '/price-lists',
    operationId: 'createPriceList',
    summary: 'A list above the base lists, for some channels, locations or customer groups',
    tags,
    permission: 'price:edit',
    scope: 'none',
    preview: true,
    schema: { body: WantedListType, response: { 201: MadeListType } },
    async handler(request, reply) {
      const at = deps.now();
      const id = uuidv7();
      const wanted = wantedList(request.body, { id, version: 1, validFrom: at });
      const outcome = await deps.master(priceSubmission(request, 'create_price_list', at), async (tx) => {
        const decision = await decide(tx, wanted, await loadOverrideLists(tx), at);
        if (!decision.ok) return decision;
        await saveOverrideList(tx, wanted);
        return changed([listEvent('PriceListOpened', undefined, wanted)], answered(wanted));
      });
      return reply.code(201).send(masterAnswer(outcome));
    },
  });

  route(app, {
    method: 'PUT',
    url: '/price-lists/:id',
    operationId: 'changePriceList',
    summary: 'Change for whom and until when a list holds, and its percentage',
    tags,
    permission: 'price:edit',
    scope: 'none',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('priceList') }),
      body: Type.Object({ ...WantedListType.properties, version: NumberFrom(1) }, closed),
      response: { 200: MadeListType },
    },
    async handler(request) {
      const at = deps.now();
      const { params, body } = request;
      const outcome = await deps.master(priceSubmission(request, 'change_price_list', at), async (tx) => {
        const lists = await loadOverrideLists(tx);
        const before = lists.find((list) => list.id === params.id);
        if (before === undefined) throw notFound('price list');
        if (before.version !== body.version)
          return reject({ reason: 'changed_by_another', version: before.version, wanted: body.version });
        const wanted = {
          ...wantedList(body, { ...before, version: before.version + 1 }),
          currency: before.currency,
          taxInclusive: before.taxInclusive,
        };
        const decision = await decide(tx, wanted, lists, at);
        if (!decision.ok) return decision;
        await saveOverrideList(tx, wanted);
        return changed([listEvent('PriceListChanged', before, wanted)], answered(wanted));
      });
      return masterAnswer(outcome);
    },
  });

  route(app, {
    method: 'PUT',
    url: '/price-lists/:id/prices',
    operationId: 'setListPrices',
    summary: 'Set up to 500 prices of a list, also from a quantity on, all or none',
    tags,
    permission: 'price:edit',
    scope: 'none',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('priceList') }),
      body: Type.Object({ prices: Type.Array(OwnPriceType, { minItems: 1, maxItems: MAX_MASTER_ROWS }) }, closed),
      response: { 200: Type.Object({ set: Type.Integer() }) },
    },
    async handler(request) {
      const at = deps.now();
      const { params } = request;
      const wanted = request.body.prices.map((row, index) => ({
        listId: params.id,
        skuId: row.skuId,
        minQuantity: row.minQuantity ?? 1,
        amount: row.amount,
        scale: row.scale ?? 0,
        per: row.per ?? 1,
        ...(row.amount === null ? {} : shorten(row.amount, row.scale ?? 0)),
        validFrom: row.validFrom === undefined ? at : readInstantAt(row.validFrom, `/prices/${index}/validFrom`),
        validUntil:
          row.validUntil === undefined ? undefined : readInstantAt(row.validUntil, `/prices/${index}/validUntil`),
      }));
      const outcome = await deps.master<{ set: number }>(
        priceSubmission(request, 'set_list_prices', at),
        async (tx) => {
          if (!(await loadOverrideLists(tx)).some((list) => list.id === params.id)) throw notFound('price list');
          const skus = await findSkuStates(
            tx,
            wanted.map((row) => row.skuId),
          );
          const seen = new Set<string>();
          for (const [index, { skuId, minQuantity, validFrom, validUntil }] of wanted.entries()) {
            if (!skus.has(skuId)) return reject({ reason: 'unknown_sku', index, skuId });
            if (validFrom < at)
              return reject({ reason: 'valid_from_in_past', index, validFromMs: validFrom, nowMs: at });
            if (validUntil !== undefined && validUntil <= validFrom)
              return reject({
                reason: 'ends_before_begin',
                index,
                validFromMs: validFrom,
                validUntilMs: validUntil,
              });
            const key = `${skuId} ${minQuantity} ${validFrom}`;
            if (seen.has(key)) return reject({ reason: 'duplicate_price', index, skuId });
            seen.add(key);
          }
          const before = await findOverridesAt(tx, wanted);
          await saveOverrides(tx, wanted);
          const skuIds = [...new Set(wanted.map((row) => row.skuId))];
          const changes = wanted.map(({ skuId, minQuantity, amount, scale, per, validFrom }, index) => ({
            skuId,
            minQuantity,
            validFrom: instantToText(validFrom),
            before: before[index] ?? null,
            after: amount === null ? null : { amount, scale, per },
          }));
          return changed([{ type: 'ListPricesSet', version: 1, subjectId: params.id, body: { skuIds, changes } }], {
            set: wanted.length,
          });
        },
      );
      return masterAnswer(outcome);
    },
  });

  route(app, {
    method: 'GET',
    url: '/customer-groups',
    operationId: 'listCustomerGroups',
    summary: 'Groups of customers that may have prices of their own',
    tags,
    permission: 'price:read',
    scope: 'none',
    schema: { response: { 200: Type.Object({ items: Type.Array(GroupType) }) } },
    async handler() {
      const groups = await reading(loadGroups);
      return { items: groups.map((group) => ({ ...group, id: idText('customerGroup', group.id) })) };
    },
  });

  route(app, {
    method: 'POST',
    url: '/customer-groups',
    operationId: 'createCustomerGroup',
    summary: 'A new group of customers',
    tags,
    permission: 'price:edit',
    scope: 'none',
    preview: true,
    schema: {
      body: Type.Object(
        {
          code: Type.String({ pattern: '^[A-Z0-9][A-Z0-9_-]{0,29}$' }),
          name: Type.String({ minLength: 1, maxLength: 100 }),
        },
        closed,
      ),
      response: { 201: Type.Object({ id: IdType('customerGroup'), code: Type.String() }) },
    },
    async handler(request, reply) {
      const { code, name } = request.body;
      const id = uuidv7();
      const outcome = await deps.master(priceSubmission(request, 'create_customer_group', deps.now()), async (tx) => {
        if ((await loadGroups(tx)).some((group) => group.code === code))
          return reject({ reason: 'duplicate_code', code });
        await insertGroup(tx, { id, code, name });
        return changed(
          [
            {
              type: 'CustomerGroupMade',
              version: 1,
              subjectId: id,
              body: { priceTables: true, before: null, after: { code, name } },
            },
          ],
          { id: idText('customerGroup', id), code },
        );
      });
      return reply.code(201).send(masterAnswer(outcome));
    },
  });

  const MemberCursor = Type.Tuple([CursorId]);
  route(app, {
    method: 'GET',
    url: '/customer-groups/:id/customers',
    operationId: 'listGroupCustomers',
    summary: 'The customers of a group',
    tags,
    permission: 'price:read',
    scope: 'none',
    schema: {
      params: Type.Object({ id: IdType('customerGroup') }),
      querystring: Type.Object(listQuery),
      response: { 200: ListOf(Type.Object({ customerId: IdType('customer'), since: InstantType })) },
    },
    async handler({ params, query }) {
      const { limit = DEFAULT_LIMIT } = query;
      const after = decodeCursor(MemberCursor, query.after)?.[0];
      const rows = await reading((tx) => findMembers(tx, { groupId: params.id, after, limit: limit + 1 }));
      return pageOf(
        rows,
        limit,
        (row) => [row.customerId],
        (row) => ({ customerId: idText('customer', row.customerId), since: instantToText(row.since) }),
      );
    },
  });

  for (const [url, operationId, summary, joins] of [
    ['/customer-groups/:id/customers', 'addGroupCustomers', 'Put customers into a group', true],
    ['/customer-groups/:id/customers/remove', 'removeGroupCustomers', 'Take customers out of a group', false],
  ] as const)
    route(app, {
      method: 'POST',
      url,
      operationId,
      summary,
      tags,
      permission: 'price:edit',
      scope: 'none',
      preview: true,
      schema: {
        params: Type.Object({ id: IdType('customerGroup') }),
        body: Type.Object(
          {
            customerIds: Type.Array(IdType('customer'), {
              minItems: 1,
              maxItems: MAX_MASTER_ROWS,
              uniqueItems: true,
            }),
          },
          closed,
        ),
        response: { 200: Type.Object({ changed: Type.Integer() }) },
      },
      async handler(request) {
        const at = deps.now();
        const groupId = request.params.id;
        const { customerIds } = request.body;
        const outcome = await deps.master<{ changed: number }>(
          priceSubmission(request, joins ? 'add_group_customers' : 'remove_group_customers', at),
          async (tx) => {
            const group = (await loadGroups(tx)).find((each) => each.id === groupId);
            if (group === undefined) throw notFound('customer group');
            const count = joins
              ? await insertMembers(tx, { groupId, customerIds, at })
              : await deleteMembers(tx, groupId, customerIds);
            const type = joins ? 'CustomersGrouped' : 'CustomersUngrouped';
            const { members } = group;
            const body = {
              customerIds,
              count,
              before: { members },
              after: { members: joins ? members + count : members - count },
            };
            return changed([{ type, version: 1, subjectId: groupId, body }], {
              changed: count,
            });
          },
        );
        return masterAnswer(outcome);
      },
    });

  route(app, {
    method: 'GET',
    url: '/price-ceilings',
    operationId: 'listPriceCeilings',
    summary: 'The most that the law lets a SKU cost, by country and lot',
    tags,
    permission: 'price:read',
    scope: 'none',
    schema: {
      querystring: Type.Object({ sku: IdType('sku') }),
      response: { 200: Type.Object({ items: Type.Array(CeilingType) }) },
    },
    async handler({ query }) {
      const found = (await reading((tx) => findCeilings(tx, [query.sku]))).get(query.sku) ?? [];
      return {
        items: found.map((one) => ({
          ...one,
          skuId: idText('sku', one.skuId),
          validFrom: instantToText(one.validFrom),
          validUntil: one.validUntil === undefined ? null : instantToText(one.validUntil),
        })),
      };
    },
  });

  route(app, {
    method: 'PUT',
    url: '/price-ceilings',
    operationId: 'setPriceCeilings',
    summary: 'Set up to 500 statutory ceilings, all or none; no price is ever above them',
    tags,
    permission: 'price:edit',
    scope: 'none',
    preview: true,
    schema: {
      body: Type.Object({ ceilings: Type.Array(CeilingType, { minItems: 1, maxItems: MAX_MASTER_ROWS }) }, closed),
      response: { 200: Type.Object({ set: Type.Integer() }) },
    },
    async handler(request) {
      const at = deps.now();
      const wanted = request.body.ceilings.map((row, index) => ({
        ...row,
        currency: currencyCode(row.currency),
        validFrom: readInstantAt(row.validFrom, `/ceilings/${index}/validFrom`),
        validUntil:
          row.validUntil === null ? undefined : readInstantAt(row.validUntil, `/ceilings/${index}/validUntil`),
      }));
      const outcome = await deps.master<{ set: number }>(
        priceSubmission(request, 'set_price_ceilings', at),
        async (tx) => {
          const skus = await findSkuStates(
            tx,
            wanted.map((row) => row.skuId),
          );
          const seen = new Set<string>();
          for (const [index, { skuId, lot, country, currency, validFrom, validUntil }] of wanted.entries()) {
            if (!skus.has(skuId)) return reject({ reason: 'unknown_sku', index, skuId });
            if (validUntil !== undefined && validUntil <= validFrom)
              return reject({
                reason: 'ends_before_begin',
                index,
                validFromMs: validFrom,
                validUntilMs: validUntil,
              });
            const key = `${skuId} ${country} ${currency} ${validFrom} ${lot}`;
            if (seen.has(key)) return reject({ reason: 'duplicate_price', index, skuId });
            seen.add(key);
          }
          const before = await findCeilingsAt(tx, wanted);
          await saveCeilings(tx, wanted);
          const skuIds = [...new Set(wanted.map((row) => row.skuId))];
          const changes = wanted.map(({ skuId, lot, country, currency, amountMinor, per }, index) => ({
            skuId,
            lot,
            country,
            currency,
            before: before[index] ?? null,
            after: { amountMinor, per },
          }));
          // The first ceiling of a retailer must be heard of by those who have never asked for one.
          return changed(
            [
              { type: 'PriceCeilingsSet', version: 1, body: { skuIds, changes } },
              { type: 'PriceCeilingsInForce', version: 1, body: { priceTables: true } },
            ],
            { set: wanted.length },
          );
        },
      );
      return masterAnswer(outcome);
    },
  });
}

function listAnswer({ groupIds, ...list }: OverrideList) {
  return {
    ...list,
    id: idText('priceList', list.id),
    channelIds: list.channelIds.map((id) => idText('channel', id)),
    locationIds: list.locationIds.map((id) => idText('location', id)),
    customerGroupIds: groupIds.map((id) => idText('customerGroup', id)),
    validFrom: instantToText(list.validFrom),
    validUntil: list.validUntil === undefined ? null : instantToText(list.validUntil),
  };
}

function listEvent(type: string, before: OverrideList | undefined, after: OverrideList) {
  return {
    type,
    version: 1,
    subjectId: after.id,
    body: { priceTables: true, before: before === undefined ? null : toldList(before), after: toldList(after) },
  };
}

function toldList({ name, priority, adjustPpm, ending, ...list }: OverrideList) {
  const { channelIds, locationIds, groupIds, validFrom, validUntil } = list;
  return {
    name,
    priority,
    adjustPpm,
    ending,
    channelIds,
    locationIds,
    customerGroupIds: groupIds,
    validFrom: instantToText(validFrom),
    validUntil: validUntil === undefined ? null : instantToText(validUntil),
  };
}
