import { Type } from 'typebox';
import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { model } from '../../../platform/http/model.ts';
import { route } from '../../../platform/http/route.ts';
import type { KeptLocation } from '../location.ts';
import { loadLocations } from './locations.store.ts';

/** Where in its city a location is, as it is sent and told. */
export const LocationAddressType = Type.Object(
  { line1: Type.String({ maxLength: 200 }), postcode: Type.String({ maxLength: 200 }) },
  { additionalProperties: false },
);

/** A location as it is told. */
export const LocationType = model(
  'Location',
  Type.Object({
    id: IdType('location'),
    entityId: IdType('legalEntity'),
    code: Type.String(),
    name: Type.String(),
    kind: Type.String(),
    city: Type.String(),
    country: Type.String(),
    timeZone: Type.String(),
    cutOffHour: Type.Integer(),
    address: LocationAddressType,
    archived: Type.Boolean(),
    version: Type.Integer(),
  }),
);

/** Tells one. */
export function locationAnswer(location: KeptLocation) {
  return {
    ...location,
    id: idText('location', location.id),
    entityId: idText('legalEntity', location.entityId),
  };
}

/** GET /locations: those that the reader's grants reach. */
export function registerLocationsRoutes(app: Api, deps: { readonly pool: Pool; readonly schema: string }): void {
  route(app, {
    method: 'GET',
    url: '/locations',
    operationId: 'listLocations',
    summary: 'Locations',
    tags: ['company'],
    permission: 'company:read',
    scope: 'any',
    schema: { response: { 200: Type.Object({ items: Type.Array(LocationType) }) } },
    async handler({ principal }) {
      const locations = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, loadLocations);
      const seen = locations.filter(({ id, entityId }) => principal.can('company:read', { locationId: id, entityId }));
      return { items: seen.map(locationAnswer) };
    },
  });
}
