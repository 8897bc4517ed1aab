import { Type } from 'typebox';
import { uuidv7 } from 'uuidv7';
import { changed, type Master } from '../../../platform/commit/master-door.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { CurrencyType, InstantType } from '../../../platform/http/money.ts';
import { malformed, notFound } from '../../../platform/http/problem.ts';
import { allow, route } from '../../../platform/http/route.ts';
import type { ChannelRef } from '../../company/server/company-cache.ts';
import { reject } from '../../kernel/decision.ts';
import { parseInstant, type InstantMs } from '../../kernel/time.ts';
import { findOfferable, saveLeftCart } from './offer-rule.store.ts';
import { CART_DAYS } from './offer-worker.ts';

/** What the route needs. */
export type LeftCartDeps = {
  readonly master: Master;
  readonly now: () => InstantMs;
  readonly company: { channel(id: string): ChannelRef | undefined };
};

const DAY_MS = 86_400_000;

/**
 * POST /carts/left: a channel tells that a customer left a cart. What rules make of it they decide later, when it was left for long enough and nothing was bought
 * meanwhile. Told again (the customer came back and left again), the cart is what was told last.
 */
export function registerLeftCartRoute(app: Api, deps: LeftCartDeps): void {
  route(app, {
    method: 'POST',
    url: '/carts/left',
    operationId: 'tellLeftCart',
    summary: 'Tell that a customer left a cart; rules may offer them something',
    tags: ['promotions'],
    permission: 'order:place',
    scope: 'location',
    preview: true,
    schema: {
      body: Type.Object(
        {
          channelId: IdType('channel'),
          reference: Type.String({ minLength: 1, maxLength: 100, description: 'The cart, as the channel knows it.' }),
          customerId: IdType('customer'),
          currency: Type.Optional(CurrencyType),
          totalMinor: Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 }),
          lines: Type.Array(
            Type.Object(
              { skuId: IdType('sku'), quantity: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }) },
              { additionalProperties: false },
            ),
            { maxItems: 500 },
          ),
          leftAt: Type.Optional(InstantType),
        },
        { additionalProperties: false },
      ),
      response: { 201: Type.Object({ id: IdType('leftCart') }) },
    },
    async handler(request, reply) {
      const { principal, originId, idempotencyKey: key, body, preview } = request;
      const channel = deps.company.channel(body.channelId);
      if (channel === undefined) throw notFound('channel');
      allow(request, 'order:place', { entityId: channel.entityId, locationId: channel.defaultLocationId });
      const at = deps.now();
      const leftAt = body.leftAt === undefined ? at : parseInstant(body.leftAt);
      if (leftAt === undefined) throw malformed([{ path: '/leftAt', message: 'is not an instant' }]);
      const cart = { ...body, id: uuidv7(), currency: body.currency ?? channel.currency, leftAt };
      const asked = {
        type: 'tell_left_cart',
        principalId: principal.id,
        originId,
        key,
        body,
        at,
        topic: 'offer',
        preview,
      };
      const outcome = await deps.master<{ id: string }>(asked, async (tx) => {
        if (leftAt > at || leftAt < at - CART_DAYS * DAY_MS) return reject({ reason: 'cart_time', days: CART_DAYS });
        const known = await findOfferable(tx, [body.customerId]);
        if (!known.has(body.customerId)) return reject({ reason: 'unknown_customer', customerId: body.customerId });
        const { id, isNew } = await saveLeftCart(tx, cart);
        const { reference, customerId, currency, totalMinor, lines } = cart;
        const after = { reference, customerId, currency, totalMinor, lines: lines.length };
        const told = { cartId: id, ...after, again: !isNew, before: null, after };
        return changed([{ type: 'CartLeft', version: 1, channelId: channel.id, body: told }], { id });
      });
      return reply.code(201).send({ id: idText('leftCart', masterAnswer(outcome).id) });
    },
  });
}
