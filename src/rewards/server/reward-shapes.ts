import { Type } from 'typebox';
import type { Throttle } from '../../../platform/auth/throttle.ts';
import type { Committer } from '../../../platform/commit/committer.ts';
import type { Master } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import { submitFor, type AskedBy } from '../../../platform/http/command-answer.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { model } from '../../../platform/http/model.ts';
import { InstantType, MinorType } from '../../../platform/http/money.ts';
import type { Overseen } from '../../../platform/http/oversight.ts';
import { notFound, refused } from '../../../platform/http/problem.ts';
import { allow, type Permission } from '../../../platform/http/route.ts';
import type { SkuCache } from '../../catalog/server/sku-cache.ts';
import type { CompanyCache } from '../../company/server/company-cache.ts';
import { businessDayOf, instantToText } from '../../kernel/time.ts';
import type { RewardPlace } from '../keep-rewards.ts';
import type { CodeHasher } from './gift-card-codes.ts';
import { findKept, type EntryRow, type LoyaltyCache } from './rewards.store.ts';

/** What the routes of gift cards, store credit and points need. */
export type RewardRouteDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly committer: Committer;
  readonly master: Master;
  readonly company: CompanyCache;
  readonly skus: SkuCache;
  readonly loyalty: LoyaltyCache;
  readonly hashCode: CodeHasher;
  readonly throttle: Throttle;
  readonly now: () => number;
};

/** A reason that is kept for ever. */
export const Reason = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'Not about a person: it is kept for ever.',
});
/** A row of the history of an account. */
export const RewardEntryType = model(
  'RewardEntry',
  Type.Object({
    entry: Type.Integer(),
    eventNumber: Type.Integer(),
    what: Type.String(),
    delta: MinorType,
    balanceAfter: MinorType,
    orderId: Type.Union([IdType('order'), Type.Null()]),
    reason: Type.String(),
    recordedAt: InstantType,
  }),
);

/** What is said of every act about rewards. */
export const RewardActType = model('RewardAct', Type.Object({ eventNumber: Type.Integer(), repeated: Type.Boolean() }));

/** Where somebody acts, and in whose books. 404 for a location that is not there, 409 for one that is closed. */
function placeAt(deps: RewardRouteDeps, locationId: string, currency?: string): RewardPlace & { currency: string } {
  const location = deps.company.location(locationId);
  const entity = location === undefined ? undefined : deps.company.entity(location.entityId);
  if (location === undefined || entity === undefined) throw notFound('location');
  if (location.archived) throw refused({ reason: 'location_archived', location: location.code });
  const at = deps.now();
  const businessDay = businessDayOf(at, location);
  const own = entity.functionalCurrency;
  const of = (currency ?? own) as typeof own;
  const rate = deps.company.exchangeRate(of, own, businessDay);
  if (rate === undefined) throw refused({ reason: 'no_exchange_rate', from: of, to: own, businessDay });
  return {
    entityId: entity.id,
    locationId,
    entityCurrency: own,
    occurredAt: at,
    businessDay,
    rate: [rate.numerator, rate.denominator],
    currency: of,
  };
}

/** Whether somebody may see what an entity keeps: who may anywhere in it. */
export function canSee(
  principal: Overseen['principal'],
  entityId: string,
  deps: Pick<RewardRouteDeps, 'company'>,
  permission: Permission = 'gift_card:read',
): boolean {
  return deps.company
    .locations()
    .some(
      (location) => location.entityId === entityId && principal.can(permission, { entityId, locationId: location.id }),
    );
}

/** Checks the permission at a location and tells where that is. */
export function allowed(
  request: Parameters<typeof allow>[0],
  deps: RewardRouteDeps,
  permission: Permission,
  locationId: string,
  currency?: string,
): RewardPlace & { currency: string } {
  const location = deps.company.location(locationId);
  if (location === undefined) throw notFound('location');
  allow(request, permission, { entityId: location.entityId, locationId });
  return placeAt(deps, locationId, currency);
}

/** Sends a command and says only that it was taken. */
export async function submitted(
  request: AskedBy,
  deps: Pick<RewardRouteDeps, 'committer' | 'now'>,
  type: string,
  body: unknown,
  sent: unknown,
): Promise<{ eventNumber: number; repeated: boolean }> {
  const { eventNumber, repeated } = await submitFor(request, deps.committer, { type, body, sent, at: deps.now() });
  return { eventNumber, repeated };
}

/** 404 where there is no such customer. */
export async function mustBeCustomer(deps: RewardRouteDeps, customerId: string): Promise<void> {
  if ((await reading(deps, (tx) => findKept(tx, customerId))) === undefined) throw notFound('customer');
}

/** Reads in a transaction of its own. */
export function reading<T>(deps: Pick<RewardRouteDeps, 'pool' | 'schema'>, work: (tx: Tx) => Promise<T>): Promise<T> {
  return withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, work);
}

/** A row of a history as it is told. */
export function entryAnswer(row: EntryRow) {
  return {
    entry: row.entry,
    eventNumber: row.event_number,
    what: row.what,
    delta: row.delta,
    balanceAfter: row.balance_after,
    orderId: row.order_id === null ? null : idText('order', row.order_id),
    reason: row.reason,
    recordedAt: instantToText(row.recorded_at),
  };
}
