import { randomUUID } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { changed, type Master } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import { follow } from '../../../platform/events/follow.ts';
import type { StoredEvent } from '../../../platform/events/log.ts';
import { reject } from '../../kernel/decision.ts';
import { parseInstant, type InstantMs } from '../../kernel/time.ts';
import {
  decideOffers,
  type OfferDecision,
  type OfferEvent,
  type OfferOccasion,
  type OfferRule,
} from '../offer-rule.ts';
import {
  deleteOldCarts,
  findCartsDue,
  findDecided,
  findLastGranted,
  findOfferable,
  findRulesThatAreOn,
  insertOfferDecisions,
} from './offer-rule.store.ts';

/** An event about an order, a sale or a return, as rules ask about it. Without `at` it counts when it was placed. */
export type AskedOccasion = { readonly orderId: string; readonly event: OfferEvent; readonly at?: InstantMs };

/** What rules ask of purchases: the domain of orders answers. Customers who are unknown or forgotten are missing. */
export type PurchaseReads = {
  occasions(tx: Tx, asked: readonly AskedOccasion[]): Promise<OfferOccasion[]>;
  /** The newest orders that an event could be about, by id; `limit` at most. */
  recent(
    tx: Tx,
    asked: { readonly event: Exclude<OfferEvent, 'cart_left'>; readonly since: InstantMs; readonly limit: number },
  ): Promise<string[]>;
  /** Which customers have bought something after an instant. */
  buyersSince(
    tx: Tx,
    asked: readonly { readonly customerId: string; readonly since: InstantMs }[],
  ): Promise<ReadonlySet<string>>;
};

/** What the worker needs. `principalId` is whom the events name as their actor: the program itself. */
export type OfferWorkerDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly master: Master;
  readonly purchases: PurchaseReads;
  readonly now: () => InstantMs;
  readonly principalId: string;
  readonly onError: (error: unknown) => void;
  /** How often events and carts are looked for; 1 s and 30 s unless told. */
  readonly pollMs?: number;
  readonly cartsMs?: number;
};

const DAY_MS = 86_400_000;
/** For how long a left cart is looked at, and kept. */
export const CART_DAYS = 30;
/** How long a cart is left where a rule does not say. */
export const CART_MINUTES = 60;
/** Decisions of one commit: each writes two rows, and an event. */
const AT_ONCE = 100;

/**
 * Offers what rules say: a follower with a name reads the events after those it has read, and every half a minute carts that were left for long enough are looked
 * at. That nothing is granted twice is promised by the database (a row a rule and order, return or cart), whatever dies and whoever else follows.
 */
export function startOfferWorker(deps: OfferWorkerDeps): { close(): Promise<void> } {
  const { pool, schema, onError, pollMs = 1_000, cartsMs = 30_000 } = deps;
  const follower = follow({
    pool,
    schema,
    name: 'personal offers',
    after: 0,
    onError,
    pollMs,
    onEvents: (events) => offerForEvents(deps, events),
  });
  let working: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    working = working.then(() => offerForCarts(deps)).catch(onError);
  }, cartsMs);
  return {
    async close() {
      clearInterval(timer);
      await follower.close();
      await working;
    },
  };
}

/** Offers what rules say of some events. */
export async function offerForEvents(deps: OfferWorkerDeps, events: readonly StoredEvent[]): Promise<void> {
  const wanted = events.flatMap(askedOf);
  if (wanted.length === 0) return;
  const read = { schema: deps.schema, readOnly: true };
  const found = await withTransaction(deps.pool, read, async (tx) => {
    const rules = await findRulesThatAreOn(tx, deps.now());
    const asked = wanted.filter(({ event }) => rules.some((rule) => rule.event === event));
    return { rules, occasions: asked.length === 0 ? [] : await deps.purchases.occasions(tx, asked) };
  });
  await decideAndWrite(deps, found.rules, found.occasions);
}

function askedOf({ type, body, subjectId, recordedAt }: StoredEvent): AskedOccasion[] {
  const event = eventOf(type, body);
  const at = parseInstant(recordedAt);
  return event === undefined || subjectId === null || at === undefined ? [] : [{ orderId: subjectId, event, at }];
}

function eventOf(type: string, body: StoredEvent['body']): OfferEvent | undefined {
  switch (type) {
    case 'SaleRecorded':
      return 'sale';
    case 'OrderPlaced':
    case 'MarketplaceOrderRecorded':
      return 'order_placed';
    case 'OrderShipped':
      // An order that leaves in parts is handed over with the last of them.
      return body['status'] === 'completed' ? 'order_handed_over' : undefined;
    case 'GoodsReturned':
      return 'return';
    default:
      return undefined;
  }
}

/** Decides of the carts that were left for long enough, and forgets old ones. */
export async function offerForCarts(deps: OfferWorkerDeps): Promise<void> {
  const now = deps.now();
  const rules = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, (tx) =>
    findRulesThatAreOn(tx, now),
  );
  for (const rule of rules) {
    if (rule.event !== 'cart_left' || rule.onSince === undefined) continue;
    const to = now - (rule.when.afterMinutes ?? CART_MINUTES) * 60_000;
    const from = Math.max(rule.onSince, now - CART_DAYS * DAY_MS);
    if (from > to) continue;
    const carts = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, (tx) =>
      cartOccasions(tx, deps.purchases, { ruleId: rule.id, from, to, limit: AT_ONCE }),
    );
    await decideAndWrite(deps, [rule], carts);
  }
  await withTransaction(deps.pool, { schema: deps.schema }, (tx) => deleteOldCarts(tx, now - 2 * CART_DAYS * DAY_MS));
}

/** Carts as rules see them: with whether their customers had bought before, or have since. */
export async function cartOccasions(
  tx: Tx,
  purchases: PurchaseReads,
  asked: Parameters<typeof findCartsDue>[1],
): Promise<OfferOccasion[]> {
  const carts = await findCartsDue(tx, asked);
  if (carts.length === 0) return [];
  const ever = await purchases.buyersSince(
    tx,
    carts.map(({ customerId }) => ({ customerId, since: 0 })),
  );
  const occasions: OfferOccasion[] = [];
  for (const cart of carts) {
    const { customerId, at: since } = cart;
    const isFirst = !ever.has(customerId);
    // Who never bought has not bought since.
    const hasBought = !isFirst && (await purchases.buyersSince(tx, [{ customerId, since }])).size > 0;
    occasions.push({ ...cart, isFirst, hasBought });
  }
  return occasions;
}

/** Decides and writes in parts: what is decided already, also by another process meanwhile, is left as it is. */
async function decideAndWrite(
  deps: OfferWorkerDeps,
  rules: readonly OfferRule[],
  occasions: readonly OfferOccasion[],
): Promise<void> {
  const perPart = Math.max(1, Math.floor(AT_ONCE / Math.max(1, rules.length)));
  const sorted = occasions.toSorted((a, b) => a.at - b.at);
  for (let from = 0; from < sorted.length; from += perPart)
    await writePart(deps, rules, sorted.slice(from, from + perPart));
}

async function writePart(
  deps: OfferWorkerDeps,
  rules: readonly OfferRule[],
  occasions: readonly OfferOccasion[],
): Promise<void> {
  const at = deps.now();
  const ruleIds = rules.map((rule) => rule.id);
  const key = `personal offers ${randomUUID()}`;
  const asked = { type: 'grant_offers', principalId: deps.principalId, key, body: key, at, topic: 'offer' };
  const outcome = await deps.master(asked, async (tx) => {
    const customerIds = occasions.map((one) => one.customerId);
    const [decided, last, known] = [
      await findDecided(
        tx,
        ruleIds,
        occasions.map((one) => one.subjectId),
      ),
      await findLastGranted(tx, ruleIds, customerIds),
      await findOfferable(tx, customerIds),
    ];
    const open = occasions.filter(
      (one) => known.has(one.customerId) && ruleIds.some((id) => !decided.has(`${id}|${one.subjectId}`)),
    );
    const lastGranted = (ruleId: string, customerId: string) => last.get(`${ruleId}|${customerId}`);
    const decisions = decideOffers(rules, open, { lastGranted, at }).filter(
      (one) => isKept(one, occasions) && !decided.has(`${one.ruleId}|${one.subjectId}`),
    );
    const happened = new Map(occasions.map((one) => [one.subjectId, one.at]));
    const rows = decisions.map((decision) => ({
      decision,
      offerId: uuidv7(),
      happenedAt: happened.get(decision.subjectId) ?? at,
    }));
    await insertOfferDecisions(tx, rows, (ruleId) => rules.find((rule) => rule.id === ruleId)?.name ?? '');
    if (rows.length === 0) return reject({ reason: 'nothing_to_offer' });
    return changed(rows.map(toldOf), { decided: rows.length });
  });
  if (outcome.kind === 'refused' && outcome.rejection.reason !== 'nothing_to_offer')
    throw new Error(`offers were not granted: ${outcome.rejection.reason}`);
}

/** Of orders only what was granted is kept; of a cart also why not, so that it is looked at once. */
function isKept(decision: OfferDecision, occasions: readonly OfferOccasion[]): boolean {
  if ('validUntil' in decision) return true;
  return occasions.some((one) => one.subjectId === decision.subjectId && one.event === 'cart_left');
}

function toldOf({ decision, offerId }: { readonly decision: OfferDecision; readonly offerId: string }) {
  const { ruleId, promotionId, subjectId, customerId } = decision;
  const about = { ruleId, promotionId, customerId, becauseOf: subjectId };
  return 'validUntil' in decision
    ? {
        type: 'OfferGranted',
        version: 1,
        subjectId: ruleId,
        body: { ...about, offerId, validUntilMs: decision.validUntil, before: null, after: { offerId } },
      }
    : {
        type: 'OfferNotGranted',
        version: 1,
        subjectId: ruleId,
        body: { ...about, reason: decision.obstacle, before: null, after: { reason: decision.obstacle } },
      };
}
