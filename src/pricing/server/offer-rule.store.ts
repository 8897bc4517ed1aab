import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { instantToText, type InstantMs } from '../../kernel/time.ts';
import type { OfferConditions, OfferDecision, OfferEvent, OfferOccasion, OfferRule } from '../offer-rule.ts';

const sql = loadSql(import.meta.url, './offer-rule.sql', [
  'list_rules',
  'find_rule',
  'lock_rule',
  'find_rules_that_are_on',
  'insert_rule',
  'update_rule',
  'switch_rule',
  'find_last_granted',
  'find_decided',
  'insert_offer',
  'insert_grant',
  'list_grants',
  'find_cart',
  'insert_cart',
  'update_cart',
  'find_carts_due',
  'find_groups',
  'delete_old_carts',
  'find_known_customers',
]);

/** A rule as it is kept, with how often it granted. */
export type StoredOfferRule = {
  readonly rule: OfferRule;
  readonly promotionName: string;
  readonly granted: number;
  readonly version: number;
};

type RuleRow = {
  id: string;
  name: string;
  promotion_id: string;
  promotion_name: string;
  event: OfferEvent;
  terms: { when: OfferConditions; validDays: number };
  on_since: InstantMs | null;
  version: number;
  granted: number;
};

function stored(row: RuleRow): StoredOfferRule {
  const { id, name, event, terms } = row;
  return {
    rule: { id, name, promotionId: row.promotion_id, event, ...terms, onSince: row.on_since ?? undefined },
    promotionName: row.promotion_name,
    granted: row.granted,
    version: row.version,
  };
}

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Rules by name, one more than `limit` where there are more. */
export async function listOfferRules(
  tx: Tx,
  wanted: { readonly limit: number; readonly after?: readonly [name: string, id: string] | undefined },
): Promise<StoredOfferRule[]> {
  const { limit, after = ['', FIRST_ID] } = wanted;
  return (await tx.rows<RuleRow>(sql.list_rules, [limit + 1, ...after])).map(stored);
}

/** A rule, or undefined. */
export async function findOfferRule(tx: Tx, id: string): Promise<StoredOfferRule | undefined> {
  const row = await tx.find<RuleRow>(sql.find_rule, [id]);
  return row === undefined ? undefined : stored(row);
}

/** A rule that will be changed. */
export async function lockOfferRule(tx: Tx, id: string): Promise<StoredOfferRule | undefined> {
  return (await tx.find(sql.lock_rule, [id])) === undefined ? undefined : findOfferRule(tx, id);
}

/** The rules that are on, of promotions that can still be offered. */
export async function findRulesThatAreOn(tx: Tx, at: InstantMs): Promise<OfferRule[]> {
  return (await tx.rows<RuleRow>(sql.find_rules_that_are_on, [instantToText(at)])).map((row) => stored(row).rule);
}

/** Writes a new rule, or one over what it was. Whether it is on is not written over. */
export async function saveOfferRule(tx: Tx, rule: OfferRule, how: { readonly newAt?: InstantMs }): Promise<void> {
  const { id, name, promotionId, event, when, validDays, onSince } = rule;
  const values = [id, name, promotionId, event, JSON.stringify({ when, validDays })];
  if (how.newAt === undefined) await tx.run(sql.update_rule, values);
  else
    await tx.run(sql.insert_rule, [
      ...values,
      onSince === undefined ? null : instantToText(onSince),
      instantToText(how.newAt),
    ]);
}

/** Turns a rule on from an instant, or off. */
export async function switchOfferRule(tx: Tx, id: string, onSince: InstantMs | undefined): Promise<void> {
  await tx.run(sql.switch_rule, [id, onSince === undefined ? null : instantToText(onSince)]);
}

/** When customers were last granted something, by rule and customer. */
export async function findLastGranted(
  tx: Tx,
  ruleIds: readonly string[],
  customerIds: readonly string[],
): Promise<Map<string, InstantMs>> {
  type Row = { rule_id: string; customer_id: string; happened_at: InstantMs };
  const rows = await tx.rows<Row>(sql.find_last_granted, [ruleIds, [...new Set(customerIds)]]);
  return new Map(rows.map((row) => [`${row.rule_id}|${row.customer_id}`, row.happened_at]));
}

/** What rules have decided of already, as `rule|subject`. */
export async function findDecided(
  tx: Tx,
  ruleIds: readonly string[],
  subjectIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.rows<{ rule_id: string; subject_id: string }>(sql.find_decided, [ruleIds, subjectIds]);
  return new Set(rows.map((row) => `${row.rule_id}|${row.subject_id}`));
}

/** Writes decisions: the offer and its row, or the row with the reason. A second one of the same thing fails in the database. */
export async function insertOfferDecisions(
  tx: Tx,
  decisions: readonly { readonly decision: OfferDecision; readonly offerId: string; readonly happenedAt: InstantMs }[],
  reasonOf: (ruleId: string) => string,
): Promise<void> {
  for (const { decision, offerId, happenedAt } of decisions) {
    const { ruleId, promotionId, subjectId, customerId, at } = decision;
    const isGranted = 'validUntil' in decision;
    if (isGranted)
      await tx.run(sql.insert_offer, [
        offerId,
        promotionId,
        customerId,
        instantToText(decision.validUntil),
        reasonOf(ruleId).slice(0, 200),
        instantToText(at),
      ]);
    const result = isGranted ? [offerId, ''] : [null, decision.obstacle];
    await tx.run(sql.insert_grant, [ruleId, subjectId, customerId, ...result, instantToText(happenedAt)]);
  }
}

/** A row of a rule's history. */
export type OfferGrantRow = {
  subject_id: string;
  customer_id: string;
  customer_number: string;
  offer_id: string | null;
  reason: string;
  happened_at: InstantMs;
  granted_at: InstantMs | null;
  valid_until: InstantMs | null;
  used: number;
};

/** What a rule granted, and carts that got nothing, the newest first; one more than `limit` where there are more. */
export async function listOfferGrants(
  tx: Tx,
  ruleId: string,
  wanted: { readonly limit: number; readonly after?: readonly [happenedAt: number, subjectId: string] | undefined },
): Promise<OfferGrantRow[]> {
  const [happenedAt, subjectId] = wanted.after ?? [undefined, LAST_ID];
  const from = happenedAt === undefined ? null : instantToText(happenedAt);
  return tx.rows<OfferGrantRow>(sql.list_grants, [ruleId, wanted.limit + 1, from, subjectId]);
}

/** A cart that a customer left, as a channel told. */
export type LeftCart = {
  readonly id: string;
  readonly channelId: string;
  readonly reference: string;
  readonly customerId: string;
  readonly currency: string;
  readonly totalMinor: number;
  readonly lines: readonly { readonly skuId: string; readonly quantity: number }[];
  readonly leftAt: InstantMs;
};

/** Keeps a cart, or what it is now where it was told before. Gives its id. */
export async function saveLeftCart(tx: Tx, cart: LeftCart): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const known = await tx.find<{ id: string }>(sql.find_cart, [cart.channelId, cart.reference]);
  const rest = [
    cart.customerId,
    cart.currency,
    cart.totalMinor,
    JSON.stringify(cart.lines),
    instantToText(cart.leftAt),
  ];
  if (known !== undefined) {
    await tx.run(sql.update_cart, [known.id, ...rest]);
    return { id: known.id, isNew: false };
  }
  await tx.run(sql.insert_cart, [cart.id, cart.channelId, cart.reference, ...rest]);
  return { id: cart.id, isNew: true };
}

/** Carts of known customers that were left within a span and that a rule has not decided of; without `isFirst` and `hasBought`, which others know. */
export async function findCartsDue(
  tx: Tx,
  asked: { readonly ruleId: string; readonly from: InstantMs; readonly to: InstantMs; readonly limit: number },
): Promise<Omit<OfferOccasion, 'isFirst' | 'hasBought'>[]> {
  type Row = {
    id: string;
    customer_id: string;
    channel_id: string;
    currency: string;
    total_minor: number;
    left_at: InstantMs;
  };
  const rows = await tx.rows<Row>(sql.find_carts_due, [
    asked.ruleId,
    instantToText(asked.to),
    instantToText(asked.from),
    asked.limit,
  ]);
  const members = await tx.rows<{ customer_id: string; group_id: string }>(sql.find_groups, [
    [...new Set(rows.map((row) => row.customer_id))],
  ]);
  return rows.map((row) => ({
    subjectId: row.id,
    event: 'cart_left',
    at: row.left_at,
    customerId: row.customer_id,
    groupIds: members.flatMap((one) => (one.customer_id === row.customer_id ? [one.group_id] : [])),
    channelId: row.channel_id,
    amountMinor: row.total_minor,
    currency: row.currency,
  }));
}

/** Forgets carts from before an instant, 400 at most. */
export async function deleteOldCarts(tx: Tx, before: InstantMs): Promise<number> {
  return tx.run(sql.delete_old_carts, [instantToText(before)]);
}

/** Which of these customers are there and not forgotten. */
export async function findOfferable(tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  return new Set((await tx.rows<{ id: string }>(sql.find_known_customers, [ids])).map((row) => row.id));
}
