import { Type } from 'typebox';
import { changed } from '../../../platform/commit/master-door.ts';
import { withTransaction } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import {
  CursorId,
  DEFAULT_LIMIT,
  decodeCursor,
  encodeCursor,
  ListOf,
  listQuery,
} from '../../../platform/http/lists.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { model } from '../../../platform/http/model.ts';
import { CurrencyType, InstantType, MinorType } from '../../../platform/http/money.ts';
import { notFound } from '../../../platform/http/problem.ts';
import { allow, route } from '../../../platform/http/route.ts';
import { findSkuStates, loadSkuRefs } from '../../catalog/server/catalog.store.ts';
import { reject } from '../../kernel/decision.ts';
import { instantToText, type InstantMs } from '../../kernel/time.ts';
import { priorPrice } from '../price-history.ts';
import { labelUnitPrice } from '../price-label.ts';
import { comparePrices, type PriceList } from '../price-list.ts';
import { listMisses, type OverrideList } from '../price-override.ts';
import type { PriceNumbers } from '../price-resolution.ts';
import { spansAt } from '../price-change.ts';
import {
  findLabelMoments,
  loadChangeWindows,
  saveLabelsDone,
  type LabelMoment,
  type ListMoment,
} from './price-changes.store.ts';
import type { PriceAsk } from './price-cache.ts';
import { loadOverrideLists } from './price-lists.store.ts';
import { priceSubmission, readInstantAt, type PriceRouteDeps } from './price-route-deps.ts';
import { findPricesSince, loadPriceLists } from './pricing.store.ts';

const closed = { additionalProperties: false };
const DAY_MS = 86_400_000;
/** A label that nobody changed is asked for as long as this after its price began. */
const OVERDUE_DAYS = 7;
const Cursor = Type.Tuple([Type.Integer(), CursorId]);

const PriceNumbersType = Type.Object({ amount: Type.Integer(), scale: Type.Integer(), per: Type.Integer() });
const LabelType = model(
  'ShelfLabel',
  Type.Object({
    skuId: IdType('sku'),
    code: Type.String(),
    name: Type.String(),
    currency: CurrencyType,
    baseUnit: Type.String(),
    price: PriceNumbersType,
    old: Type.Union([PriceNumbersType, Type.Null()]),
    markdown: Type.Boolean(),
    lowest30: Type.Union([PriceNumbersType, Type.Null()], {
      description: 'Of a markdown the lowest price of the 30 days before (Directive 98/6/EC, article 6a).',
    }),
    unitPrice: Type.Union([Type.Object({ amountMinor: MinorType, unit: Type.Enum(['kg', 'l', 'm']) }), Type.Null()]),
    startsAt: InstantType,
    label: InstantType,
  }),
);

/** The shelf labels that a store has to change, and which of them are done. */
export function registerPriceLabelRoutes(app: Api, deps: PriceRouteDeps): void {
  const { company } = deps;

  route(app, {
    method: 'GET',
    url: '/shelf-labels',
    operationId: 'listShelfLabels',
    summary: 'Shelf labels that a store has to change, before and after their prices begin',
    tags: ['pricing'],
    permission: 'price:read',
    scope: 'location',
    schema: {
      querystring: Type.Object({
        ...listQuery,
        location: IdType('location'),
        days: Type.Optional(Type.Integer({ minimum: 0, maximum: 60, default: 7, description: 'Days ahead.' })),
      }),
      response: { 200: ListOf(LabelType) },
    },
    async handler(request) {
      const { location: locationId, limit = DEFAULT_LIMIT, days = 7 } = request.query;
      const place = company.location(locationId);
      if (place === undefined) throw notFound('location');
      allow(request, 'price:read', { entityId: place.entityId, locationId });
      const key = decodeCursor(Cursor, request.query.after);
      const now = deps.now();
      return withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, async (tx) => {
        const list = shelfList(deps, await loadPriceLists(tx), locationId);
        if (list === undefined) return { items: [], next: null };
        const ask = { channelId: list.channelId, currency: list.currency, locationId, groupIds: [] };
        const found = await findLabelMoments(tx, {
          priceListId: list.id,
          locationId,
          from: now - OVERDUE_DAYS * DAY_MS,
          until: now + days * DAY_MS,
          lists: momentsOf(await loadOverrideLists(tx), ask),
          after: key === undefined ? undefined : { validFrom: key[0], skuId: key[1] },
          limit: limit + 1,
        });
        const page = found.slice(0, limit);
        const last = page.at(-1);
        const skuIds = [...new Set(page.map((row) => row.skuId))];
        const here = await deps.onShelf(tx, locationId, skuIds);
        const skus = await loadSkuRefs(tx, skuIds);
        const spanOf = spansAt(await loadChangeWindows(tx), place);
        const histories = await findPricesSince(
          tx,
          page.map(({ skuId }) => ({ priceListId: list.id, skuId })),
          now - 2 * 30 * DAY_MS,
        );
        const starts = page.map((row) => (row.changeId === undefined ? row.validFrom : spanOf(row).from));
        const pricesAt = await shelfPrices(deps, ask, { page, starts, now });
        const items = page.flatMap((row, index) => {
          const sku = skus.get(row.skuId);
          const startsAt = starts[index] ?? Infinity;
          if (sku === undefined || !here.has(row.skuId) || !Number.isFinite(startsAt)) return [];
          const price = pricesAt(row.skuId, startsAt);
          const old = pricesAt(row.skuId, startsAt - 1);
          // Another list says something else there, or nothing changes.
          if (price === undefined || isSame(price, old)) return [];
          // A price that another one has followed meanwhile needs no label any more.
          if (startsAt <= now && !isSame(price, pricesAt(row.skuId, now))) return [];
          const prior = row.markdown === true ? priorPrice(histories[index] ?? [], startsAt, spanOf) : undefined;
          const unitPrice = labelUnitPrice(price, sku.baseUnit, list.currency);
          return [
            {
              skuId: idText('sku', row.skuId),
              code: sku.code,
              name: sku.name,
              currency: list.currency,
              baseUnit: sku.baseUnit,
              price: numbers(price),
              old: old === undefined ? null : numbers(old),
              markdown: row.markdown === true,
              lowest30: prior === undefined ? null : numbers(prior.lowest),
              unitPrice: unitPrice ?? null,
              startsAt: instantToText(startsAt),
              label: instantToText(row.validFrom),
            },
          ];
        });
        return {
          items,
          next: found.length > limit && last !== undefined ? encodeCursor([last.validFrom, last.skuId]) : null,
        };
      });
    },
  });

  route(app, {
    method: 'POST',
    url: '/shelf-labels/done',
    operationId: 'finishShelfLabels',
    summary: 'Up to 400 shelf labels of a store were changed',
    tags: ['pricing'],
    // Whoever changes labels works in the store, and prices are not theirs to change.
    permission: 'stock:read',
    scope: 'location',
    preview: true,
    schema: {
      body: Type.Object(
        {
          locationId: IdType('location'),
          labels: Type.Array(Type.Object({ skuId: IdType('sku'), label: InstantType }, closed), {
            minItems: 1,
            maxItems: 400,
          }),
        },
        closed,
      ),
      response: { 200: Type.Object({ done: Type.Integer() }) },
    },
    async handler(request) {
      const { locationId, labels } = request.body;
      const place = company.location(locationId);
      if (place === undefined) throw notFound('location');
      allow(request, 'stock:read', { entityId: place.entityId, locationId });
      const at = deps.now();
      const done = labels.map(({ skuId, label }, index) => ({
        skuId,
        startsAt: readInstantAt(label, `/labels/${index}/label`),
      }));
      const outcome = await deps.master<{ done: number }>(
        priceSubmission(request, 'finish_shelf_labels', at),
        async (tx) => {
          const skuIds = [...new Set(done.map((label) => label.skuId))];
          const known = await findSkuStates(tx, skuIds);
          const index = done.findIndex((label) => !known.has(label.skuId));
          if (index >= 0) return reject({ reason: 'unknown_sku', index, skuId: done[index]?.skuId });
          const count = await saveLabelsDone(tx, { locationId, labels: done, personId: request.principal.id, at });
          const event = { type: 'ShelfLabelsChanged', version: 1, entityId: place.entityId, locationId };
          return changed(
            [
              {
                ...event,
                body: { skuIds: [], before: { waiting: done.length }, after: { waiting: done.length - count } },
              },
            ],
            { done: count },
          );
        },
      );
      return masterAnswer(outcome);
    },
  });
}

/** The base list whose prices stand on the shelves of a place: that of the stores' channel which has it as its own place, else of its company. */
function shelfList(
  { company }: PriceRouteDeps,
  lists: readonly PriceList[],
  locationId: string,
): PriceList | undefined {
  const place = company.location(locationId);
  const stores = company
    .channels()
    .filter((channel) => channel.kind === 'store' && !channel.archived && channel.entityId === place?.entityId);
  const channel = stores.find((one) => one.defaultLocationId === locationId) ?? stores[0];
  return lists.find((list) => list.channelId === channel?.id && list.currency === channel.currency);
}

/** When the lists that everybody pays by at a place begin and end; one for customer groups stands on no label. */
function momentsOf(lists: readonly OverrideList[], ask: Omit<PriceAsk, 'at'>): ListMoment[] {
  return lists
    .filter((list) => {
      if (list.currency !== ask.currency || list.groupIds.length > 0) return false;
      const missed = listMisses(list, ask, list.validFrom);
      return missed === undefined || missed === 'over';
    })
    .flatMap(({ id: listId, validFrom, validUntil, adjustPpm }) =>
      [validFrom, ...(validUntil === undefined ? [] : [validUntil])].map((at) => ({
        listId,
        at,
        isPercentage: adjustPpm !== 0,
      })),
    );
}

/** What everybody pays at a place just before and from each moment on, and now. */
async function shelfPrices(
  { prices }: PriceRouteDeps,
  ask: Omit<PriceAsk, 'at'>,
  {
    page,
    starts,
    now,
  }: { readonly page: readonly LabelMoment[]; readonly starts: readonly InstantMs[]; readonly now: InstantMs },
): Promise<(skuId: string, at: InstantMs) => PriceNumbers | undefined> {
  const wanted = new Map<InstantMs, Set<string>>();
  for (const [index, { skuId }] of page.entries()) {
    const startsAt = starts[index] ?? Infinity;
    if (!Number.isFinite(startsAt)) continue;
    for (const at of [startsAt - 1, startsAt, now]) wanted.set(at, (wanted.get(at) ?? new Set()).add(skuId));
  }
  const found = new Map<InstantMs, ReadonlyMap<string, PriceNumbers>>();
  for (const [at, skuIds] of wanted)
    found.set(
      at,
      await prices.get(
        { ...ask, at },
        [...skuIds].map((skuId) => ({ skuId, quantity: 1 })),
      ),
    );
  return (skuId, at) => found.get(at)?.get(skuId);
}

function isSame(price: PriceNumbers, other: PriceNumbers | undefined): boolean {
  return other !== undefined && comparePrices(price, other) === 0;
}

function numbers({ amount, scale, per }: { amount: number; scale: number; per: number }) {
  return { amount, scale, per };
}
