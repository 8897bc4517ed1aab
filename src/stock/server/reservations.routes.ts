import { Type } from 'typebox';
import { uuidv7 } from 'uuidv7';
import { withTransaction } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType } from '../../../platform/http/ids.ts';
import { InstantType } from '../../../platform/http/money.ts';
import { notFound } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { instantToText } from '../../kernel/time.ts';
import type { ReleaseReservations, ReserveStock } from '../reserve.ts';
import { goodsOfLines, occasionAt, siteOf, type StockSite } from './prepare.ts';
import { findReservationPlace } from './stock.store.ts';
import { tags, closed, MOST_LINES, Units, allowAt, act, told, Said, type StockRouteDeps } from './stock-acts.ts';

/** POST /reservations and /reservations/{id}/release. */
export function registerReservations(app: Api, deps: StockRouteDeps): void {
  const Held = Type.Array(
    Type.Object({ reservationId: IdType('reservation'), skuId: IdType('sku'), quantity: Type.Integer() }),
  );
  route(app, {
    method: 'POST',
    url: '/reservations',
    operationId: 'reserveStock',
    summary: 'Put units aside for a while: all lines or none',
    tags,
    permission: 'stock:reserve',
    scope: 'location',
    preview: true,
    schema: {
      body: Type.Object(
        {
          channelId: IdType('channel'),
          locationId: IdType('location'),
          lines: Type.Array(Type.Object({ skuId: IdType('sku'), quantity: Units }, closed), {
            minItems: 1,
            maxItems: MOST_LINES,
          }),
          expiresInSeconds: Type.Integer({ minimum: 1, maximum: 30 * 86_400 }),
        },
        closed,
      ),
      response: { 201: Type.Object({ ...Said, expiresAt: InstantType, reservations: Held }) },
    },
    async handler(request, reply) {
      const { channelId, locationId, lines, expiresInSeconds } = request.body;
      allowAt(request, deps, 'stock:reserve', locationId);
      const accepted = await act(request, deps, 'ReserveStock', request.body, async (at): Promise<ReserveStock> => {
        const site: StockSite = siteOf(deps.company, locationId);
        if (deps.company.channel(channelId) === undefined) throw notFound('channel');
        const goods = await goodsOfLines(deps.skus, site, lines);
        return {
          ...occasionAt(deps.company, site, at, channelId),
          expiresInMs: expiresInSeconds * 1000,
          lines: lines.map(({ quantity }, index) => ({
            line: index + 1,
            reservationId: uuidv7(),
            goods: { ...goods[index]!, quantity },
          })),
        };
      });
      return reply
        .code(201)
        .send({ ...told(accepted), expiresAt: instantToText(accepted.body['expiresAt'] as number) });
    },
  });

  route(app, {
    method: 'POST',
    url: '/reservations/:id/release',
    operationId: 'releaseReservation',
    summary: 'Give units back before their time',
    tags,
    permission: 'stock:reserve',
    scope: 'location',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('reservation') }),
      response: { 200: Type.Object({ ...Said, reservations: Held }) },
    },
    async handler(request) {
      const { id } = request.params;
      const place = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, (tx) =>
        findReservationPlace(tx, id),
      );
      allowAt(request, deps, 'stock:reserve', place?.locationId);
      const accepted = await act(
        request,
        deps,
        'ReleaseReservations',
        { reservationId: id },
        (at): ReleaseReservations => {
          const location = place && deps.company.location(place.locationId);
          if (location === undefined) throw notFound('reservation');
          return { ...occasionAt(deps.company, location, at), reservationIds: [id] };
        },
      );
      return told(accepted) as never;
    },
  });
}
