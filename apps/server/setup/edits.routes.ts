import { Type } from 'typebox';
import { changed } from '../../../platform/commit/master-door.ts';
import { whatChanged } from '../../../platform/commit/what-changed.ts';
import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType } from '../../../platform/http/ids.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { notFound } from '../../../platform/http/problem.ts';
import { allow, route } from '../../../platform/http/route.ts';
import { NumberFrom } from '../../../platform/http/money.ts';
import { decideEditChannel, type KeptChannel } from '../../../src/channels/channel.ts';
import { channelAnswer, ChannelType, TaxCollectorType } from '../../../src/channels/server/channels.routes.ts';
import { loadChannels, saveChannel } from '../../../src/channels/server/channels.store.ts';
import { decideEditEntity, type KeptEntity } from '../../../src/company/legal-entity.ts';
import { entityAnswer, EntityType, SeatType } from '../../../src/company/server/company.routes.ts';
import { loadEntities, saveEntity } from '../../../src/company/server/company.store.ts';
import { reject, type Decision } from '../../../src/kernel/decision.ts';
import { decideEditLocation, type KeptLocation, type LocationUse } from '../../../src/locations/location.ts';
import { locationAnswer, LocationAddressType, LocationType } from '../../../src/locations/server/locations.routes.ts';
import { loadLocations, saveLocation } from '../../../src/locations/server/locations.store.ts';
import { NameType, setupSubmission, type SetupDeps } from './setup-deps.ts';

const sql = loadSql(import.meta.url, './in-use.sql', ['find_location_use', 'count_open_orders']);
const closed = { additionalProperties: false };
const tags = ['company'];
const description =
  'With `archived` it is closed or opened again; nothing is deleted. `version` is the one that was looked at: when somebody was faster, nothing changes.';
/** What every such change can hold. */
const common = { version: NumberFrom(1), name: Type.Optional(NameType), archived: Type.Optional(Type.Boolean()) };

/** PATCH /entities/{id}, /locations/{id} and /channels/{id}. */
export function registerSetupEdits(app: Api, deps: SetupDeps): void {
  route(app, {
    method: 'PATCH',
    url: '/entities/:id',
    operationId: 'editEntity',
    summary: 'Change a legal entity, archive or restore it',
    description,
    tags,
    permission: 'company:edit',
    scope: 'entity',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('legalEntity') }),
      body: Type.Object({ ...common, address: Type.Optional(SeatType) }, closed),
      response: { 200: EntityType },
    },
    async handler(request) {
      const { id } = request.params;
      allow(request, 'company:edit', { entityId: id });
      return entityAnswer(
        await edited<KeptEntity>(deps, request, {
          type: 'edit_entity',
          event: 'Entity',
          where: () => ({ entityId: id }),
          find: async (tx) => found(await loadEntities(tx), id, 'legal entity'),
          decide: async (tx, entity) => {
            const open = (rows: readonly { readonly entityId: string; readonly archived: boolean }[]): number =>
              rows.filter(({ entityId, archived }) => entityId === id && !archived).length;
            const locations = open(await loadLocations(tx));
            const channels = open(await loadChannels(tx));
            return decideEditEntity(entity, request.body, { locations, channels });
          },
          save: saveEntity,
        }),
      );
    },
  });

  route(app, {
    method: 'PATCH',
    url: '/locations/:id',
    operationId: 'editLocation',
    summary: 'Change a location, close or open it again',
    description,
    tags,
    permission: 'company:edit',
    scope: 'location',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('location') }),
      body: Type.Object(
        {
          ...common,
          city: Type.Optional(Type.String({ maxLength: 200 })),
          address: Type.Optional(LocationAddressType),
          timeZone: Type.Optional(
            Type.String({ minLength: 1, maxLength: 60, description: 'IANA, e.g. Europe/Lisbon.' }),
          ),
          cutOffHour: Type.Optional(Type.Integer({ minimum: 0, maximum: 23 })),
        },
        closed,
      ),
      response: { 200: LocationType },
    },
    async handler(request) {
      const { id } = request.params;
      const entityId = deps.company.location(id)?.entityId;
      allow(request, 'company:edit', { locationId: id, entityId: entityId ?? null });
      return locationAnswer(
        await edited<KeptLocation>(deps, request, {
          type: 'edit_location',
          event: 'Location',
          where: (location) => ({ entityId: location.entityId, locationId: id }),
          find: async (tx) => found(await loadLocations(tx), id, 'location'),
          decide: async (tx, location) => {
            const entity = (await loadEntities(tx)).find((one) => one.id === location.entityId);
            return decideEditLocation(location, request.body, {
              entityArchived: entity?.archived === true,
              use: request.body.archived === true ? await tx.get<LocationUse>(sql.find_location_use, [id]) : undefined,
            });
          },
          save: saveLocation,
        }),
      );
    },
  });

  route(app, {
    method: 'PATCH',
    url: '/channels/:id',
    operationId: 'editChannel',
    summary: 'Change a way to sell, close or open it again',
    description,
    tags,
    permission: 'company:edit',
    scope: 'entity',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('channel') }),
      body: Type.Object(
        {
          ...common,
          defaultLocationId: Type.Optional(IdType('location')),
          commissionPpm: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
          taxCollectedBy: Type.Optional(TaxCollectorType),
        },
        closed,
      ),
      response: { 200: ChannelType },
    },
    async handler(request) {
      const { id } = request.params;
      allow(request, 'company:edit', { entityId: deps.company.channel(id)?.entityId ?? null });
      return channelAnswer(
        await edited<KeptChannel>(deps, request, {
          type: 'edit_channel',
          event: 'Channel',
          where: ({ entityId, defaultLocationId }) => ({ entityId, locationId: defaultLocationId, channelId: id }),
          find: async (tx) => found(await loadChannels(tx), id, 'channel'),
          decide: async (tx, channel) => {
            const places = (await loadLocations(tx)).filter(({ archived }) => !archived);
            const { orders } = await tx.get<{ orders: number }>(sql.count_open_orders, [id]);
            return decideEditChannel(channel, request.body, {
              openOrders: orders,
              entityOfLocation: new Map(places.map((place) => [place.id, place.entityId])),
            });
          },
          save: saveChannel,
        }),
      );
    },
  });
}

/** What can be changed, closed and opened again. */
type Kept = { readonly id: string; readonly version: number; readonly archived: boolean };

/** How one kind of them is changed. `event` begins the names of what the world is told: `LocationEdited`, `LocationArchived`, `LocationRestored`. */
type Edit<K extends Kept> = {
  readonly type: string;
  readonly event: 'Entity' | 'Location' | 'Channel';
  readonly where: (kept: K) => { entityId: string; locationId?: string; channelId?: string };
  readonly find: (tx: Tx) => Promise<K>;
  readonly decide: (tx: Tx, kept: K) => Promise<Decision<K>>;
  readonly save: (tx: Tx, after: K, at: Date) => Promise<boolean>;
};

/** Decides and writes a change of one of them, and tells it with before and after. */
async function edited<K extends Kept>(
  deps: SetupDeps,
  request: Parameters<typeof setupSubmission>[0] & { readonly params: unknown },
  { type, event, where, find, decide, save }: Edit<K>,
): Promise<K> {
  const at = deps.now();
  const { principal, originId, idempotencyKey, preview, params, body } = request;
  // The address belongs to what was asked: one key for two locations is two requests.
  const asked = { principal, originId, idempotencyKey, preview, body: [params, body] };
  const outcome = await deps.master<K>(setupSubmission(asked, type, at), async (tx) => {
    const before = await find(tx);
    const decision = await decide(tx, before);
    if (!decision.ok) return decision;
    const after = decision.value;
    if (!(await save(tx, after, new Date(at)))) return reject({ reason: 'stale_version', current: before.version + 1 });
    const did = after.archived === before.archived ? 'Edited' : after.archived ? 'Archived' : 'Restored';
    const told = { ...where(after), subjectId: after.id, body: whatChanged(before, after) };
    return changed([{ type: `${event}${did}`, version: 1, ...told }], after);
  });
  const answer = masterAnswer(outcome);
  // Whoever was told that a place is closed shall not see an order for it taken a moment later. Other processes hear of it by the event.
  if (!preview) await deps.company.reload();
  return answer;
}

function found<K extends Kept>(rows: readonly K[], id: string, what: string): K {
  const row = rows.find((one) => one.id === id);
  if (row === undefined) throw notFound(what);
  return row;
}
