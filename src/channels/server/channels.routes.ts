import { Type } from 'typebox';
import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { model } from '../../../platform/http/model.ts';
import { CurrencyType } from '../../../platform/http/money.ts';
import { route } from '../../../platform/http/route.ts';
import type { KeptChannel } from '../channel.ts';
import { loadChannels } from './channels.store.ts';

/** Who declares the tax on what a channel sells. */
export const TaxCollectorType = Type.Union([Type.Literal('us'), Type.Literal('marketplace')], {
  description: 'Who declares the tax. What a marketplace collects is listed and not owed by us; it pays us without it.',
});

/** A channel as it is told. */
export const ChannelType = model(
  'Channel',
  Type.Object({
    id: IdType('channel'),
    entityId: IdType('legalEntity'),
    code: Type.String(),
    name: Type.String(),
    kind: Type.String(),
    currency: CurrencyType,
    defaultLocationId: IdType('location'),
    commissionPpm: Type.Integer(),
    taxCollectedBy: TaxCollectorType,
    archived: Type.Boolean(),
    version: Type.Integer(),
  }),
);

/** Tells one. */
export function channelAnswer(channel: KeptChannel) {
  return {
    ...channel,
    taxCollectedBy: channel.taxCollectedBy ?? 'us',
    id: idText('channel', channel.id),
    entityId: idText('legalEntity', channel.entityId),
    defaultLocationId: idText('location', channel.defaultLocationId),
  };
}

/** GET /channels: those of the entities that the reader's grants reach, and those that sell from a location they reach. */
export function registerChannelsRoutes(app: Api, deps: { readonly pool: Pool; readonly schema: string }): void {
  route(app, {
    method: 'GET',
    url: '/channels',
    operationId: 'listChannels',
    summary: 'Channels',
    tags: ['company'],
    permission: 'company:read',
    scope: 'any',
    schema: { response: { 200: Type.Object({ items: Type.Array(ChannelType) }) } },
    async handler({ principal }) {
      const channels = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, loadChannels);
      const seen = channels.filter(({ entityId, defaultLocationId }) =>
        principal.can('company:read', { entityId, locationId: defaultLocationId }),
      );
      return { items: seen.map(channelAnswer) };
    },
  });
}
