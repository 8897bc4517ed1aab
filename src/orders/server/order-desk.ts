import type { Outcome, Submission } from '../../../platform/commit/command.ts';
import type { Committer } from '../../../platform/commit/committer.ts';
import type { Master } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import { createReader } from '../../../platform/db/read.ts';
import { commandAnswer, type AcceptedAct, type AskedBy } from '../../../platform/http/command-answer.ts';
import { oversee, type Overseen } from '../../../platform/http/oversight.ts';
import { notFound, forbidden, ProblemError } from '../../../platform/http/problem.ts';
import { allow, type Permission } from '../../../platform/http/route.ts';
import type { ChannelRef } from '../../company/server/company-cache.ts';
import { accept, type Decision, type Rejection } from '../../kernel/decision.ts';
import type { ToldVoucher } from '../../pricing/earned-voucher.ts';
import type { CouponRejection, PromotionDoor } from '../../pricing/server/promotion-door.ts';
import { ProviderFault, type CardProvider } from '../../payments/card-provider.ts';
import type { OrderRewardTerms } from '../rewards-of-order.ts';
import { rewardTermsOf, type RewardDesk } from './reward-desk.ts';
import { discountOf } from '../discount.ts';
import { findOrderToReturn, orderReads, type OrderHead, type StoredLine } from './orders.store.ts';
import {
  type AskedSale,
  type Buyer,
  type LinePrice,
  type PrepareDeps,
  type Prepared,
  type PrepareRejection,
} from './prepare.ts';

/** What the routes of the orders need. Without `card` an order cannot be paid by card; `fee` is what its provider keeps, by contract. */
export type OrderRouteDeps = Pick<PrepareDeps, 'company' | 'skus' | 'prices' | 'rules'> & {
  /** Coupons, offers and uses of promotions; without it nobody brings any. */
  readonly promotionDoor?: PromotionDoor | undefined;
  /** What taxes ask of a customer; without it everybody is an ordinary one. */
  readonly buyerTaxes?: ((customerId: string) => Promise<Buyer['taxes']> | Buyer['taxes']) | undefined;
  readonly pool: Pool;
  readonly schema: string;
  readonly committer: Committer;
  readonly master: Master;
  readonly now: () => number;
  /** Without it nobody earns, and gift cards, store credit and points do not pay. */
  readonly rewards?: RewardDesk | undefined;
  readonly card?: {
    readonly provider: CardProvider;
    readonly fee: { readonly ppm: number; readonly fixedMinor: number };
  };
};

/** What every act about an order starts from: who is meant, where, and whether it is theirs to do. */
export type OrderDesk = ReturnType<typeof openOrderDesk>;

function usesOf(door: PromotionDoor | undefined): PrepareDeps['usesOf'] {
  return door === undefined ? undefined : (ids, customerId) => door.uses(ids, customerId);
}

/** Puts together what the routes of orders, sales and facts share. */
export function openOrderDesk(given: OrderRouteDeps) {
  const { pool, schema, committer, company, now } = given;
  const deps = {
    ...given,
    cardFee: given.card?.fee ?? { ppm: 0, fixedMinor: 0 },
    usesOf: usesOf(given.promotionDoor),
  };
  const reading = <T>(fn: (tx: Tx) => Promise<T>): Promise<T> => withTransaction(pool, { schema, readOnly: true }, fn);
  const reads = orderReads(createReader(pool, schema));
  const known = { committer };

  const channelOf = (id: string): ChannelRef => {
    const channel = company.channel(id);
    if (channel === undefined) throw notFound('channel');
    return channel;
  };
  const entityAt = (locationId: string): string => {
    const location = company.location(locationId);
    if (location === undefined) throw notFound('location');
    return location.entityId;
  };
  /** Another price than that of the list is for who may override it, and only as far below as they may go. */
  const allowPrices = async (
    request: Overseen,
    channel: ChannelRef,
    lines: readonly { skuId: string; quantity: number; unitPrice?: LinePrice | undefined }[],
    target: { entityId: string; locationId: string },
  ): Promise<void> => {
    const overridden = lines.filter((line) => line.unitPrice !== undefined);
    if (overridden.length === 0) return;
    if (!request.principal.can('price:override', target)) throw forbidden('price:override');
    const { currency } = channel;
    await oversee(request, {
      act: 'price_override',
      permission: 'price:override',
      target,
      limits: ['discountPpm', 'discount'],
      currency,
      async amounts() {
        const ask = { channelId: channel.id, currency, locationId: target.locationId, groupIds: [], at: now() };
        const list = await deps.prices.get(ask, overridden);
        const discount = discountOf(
          overridden.map(({ skuId, quantity: units, unitPrice }) => ({
            quantity: units,
            asked: unitPrice ?? { amount: 0 },
            list: list.get(skuId),
          })),
        );
        return [
          { limit: 'discountPpm', currency, amount: discount.ppm },
          { limit: 'discount', currency, amount: discount.minor },
        ];
      },
    });
  };
  const customerOf = async (id: string | undefined): Promise<AskedSale['customer'] | 'unknown'> => {
    if (id === undefined) return undefined;
    const [buyer, taxes] = await Promise.all([reads.buyerOf(id), given.buyerTaxes?.(id)]);
    return buyer === undefined ? 'unknown' : { ...buyer, taxes };
  };
  /** What a customer brings to the price. */
  const occasionOf = async (asked: {
    readonly customerId?: string | undefined;
    readonly couponCodes?: readonly string[] | undefined;
    readonly refusedPromotions?: readonly string[] | undefined;
  }): Promise<Decision<AskedSale['occasion'], CouponRejection>> => {
    const { customerId, couponCodes = [], refusedPromotions: refused = [] } = asked;
    const brought = await given.promotionDoor?.brought({ couponCodes, customerId, at: now() });
    if (brought !== undefined && !brought.ok) return brought;
    if (brought?.value === undefined && refused.length === 0) return accept(undefined);
    return accept({ ...brought?.value, refused });
  };
  const orderOf = async (
    id: string,
  ): Promise<{
    head: OrderHead;
    channel: ChannelRef;
    fulfillingLocationId: string;
    lines: readonly { readonly skuId: string }[];
    stored: readonly StoredLine[];
  }> => {
    const found = await reading((tx) => findOrderToReturn(tx, id));
    if (found === undefined) throw notFound('order');
    const { head, lines } = found;
    return {
      head,
      channel: channelOf(head.channel_id),
      fulfillingLocationId: lines[0]?.fulfilling_location_id ?? head.selling_location_id,
      lines: lines.map((line) => ({ skuId: line.sku_id })),
      stored: lines,
    };
  };
  /** An order is the business of the location that sells it and of the one that ships it. */
  const allowEither = (
    request: Parameters<typeof allow>[0],
    permission: Permission,
    { head, fulfillingLocationId }: { head: OrderHead; fulfillingLocationId: string },
  ): void => {
    const selling = { entityId: head.entity_id, locationId: head.selling_location_id };
    allow(
      request,
      permission,
      request.principal.can(permission, selling)
        ? selling
        : { entityId: head.entity_id, locationId: fulfillingLocationId },
    );
  };

  /** What a hand-over must know to earn for the customer of an order. */
  const rewardsOf = async ({
    head,
    lines,
  }: {
    head: OrderHead;
    lines: readonly { readonly skuId: string }[];
  }): Promise<OrderRewardTerms | undefined> => {
    const { rewards } = given;
    if (rewards === undefined) return undefined;
    const customerId = head.customer_id ?? undefined;
    return rewardTermsOf({ ...rewards, skus: deps.skus }, { entityId: head.entity_id, customerId, lines });
  };

  /** The codes of vouchers that an act issued to who is not known, by their ids. */
  const voucherCodesOf = async ({ body }: AcceptedAct): Promise<ReadonlyMap<string, string>> => {
    const issued = (body['vouchers'] ?? []) as readonly ToldVoucher[];
    const door = given.promotionDoor;
    if (door === undefined) return new Map();
    const byCode = issued.filter(([, , , , of]) => of === 'code');
    return new Map(await Promise.all(byCode.map(async ([id]) => [id, await door.codeOfVoucher(id)] as const)));
  };

  return {
    deps,
    voucherCodesOf,
    rewardsOf,
    known,
    reads,
    reading,
    channelOf,
    entityAt,
    allowPrices,
    customerOf,
    occasionOf,
    orderOf,
    allowEither,
  };
}

/** A submission without its body. */
export type Frame = Omit<Submission, 'body'>;
/** Who knows the answers that keys have. */
export type Known = { readonly committer: Committer };

/** What a request says of itself, whatever it asks for. */
export function frameOf(request: AskedBy, type: string, sent: unknown, at: number): Frame {
  return {
    type,
    key: request.idempotencyKey,
    principalId: request.principal.id,
    originId: request.originId,
    approvedById: request.secondPerson?.principal.id,
    lane: 'interactive',
    at,
    sent,
  };
}

/** A prepared command, or the answer that its key has already: what was accepted stays accepted, also when preparing would refuse it now. */
export async function prepared<T>(
  preparing: Prepared<T>,
  frame: Frame,
  deps: Known,
  preview: boolean,
): Promise<{ readonly value: T } | Outcome> {
  const decision = preparing instanceof Promise ? await preparing : preparing;
  return decision.ok ? { value: decision.value } : refuseOrRepeat(decision.rejection, frame, deps, preview);
}

/** The refusal, or the answer that the key has from an earlier time. */
export async function refuseOrRepeat(
  rejection: Rejection,
  frame: Frame,
  { committer }: Known,
  preview: boolean,
): Promise<Outcome> {
  const known = preview ? undefined : await committer.findAnswer({ ...frame, body: undefined });
  return known ?? { kind: 'refused', rejection };
}

/** Sends a decided command or gives the answer that its key has. */
export async function send<T, R extends Rejection = PrepareRejection>(
  decision: Decision<T, R>,
  frame: Frame,
  deps: Known,
  preview: boolean,
): Promise<AcceptedAct> {
  if (!decision.ok) return commandAnswer(await refuseOrRepeat(decision.rejection, frame, deps, preview));
  const submission = { ...frame, body: decision.value };
  return commandAnswer(await (preview ? deps.committer.preview(submission) : deps.committer.submit(submission)));
}

/** A card provider that is silent is a 503: nothing is known, and the same key may be sent again. */
export function asProblem(error: unknown): never {
  if (!(error instanceof ProviderFault)) throw error;
  throw new ProblemError(
    503,
    'card_provider_silent',
    'The card provider does not answer. Send it again with the same key.',
    { retryAfterSeconds: 2 },
  );
}
