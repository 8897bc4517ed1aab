import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { currencyCode } from '../../kernel/currency.ts';
import { instantToText, type InstantMs } from '../../kernel/time.ts';
import type { PriceCeiling } from '../price-ceiling.ts';
import type { PriceEnding } from '../price-ending.ts';
import type { OverrideList } from '../price-override.ts';
import type { OverrideEntry } from '../price-resolution.ts';

const sql = loadSql(import.meta.url, './price-lists.sql', [
  'find_override_lists',
  'save_override_list',
  'find_overrides_at',
  'save_overrides',
  'find_overrides_since',
  'find_ceilings',
  'find_ceilings_at',
  'save_ceilings',
  'find_what_there_is',
  'find_groups',
  'insert_group',
  'find_groups_of_customers',
  'find_members',
  'insert_members',
  'delete_members',
]);

/** All lists above the base lists. */
export async function loadOverrideLists(tx: Tx): Promise<OverrideList[]> {
  type Row = {
    id: string;
    name: string;
    currency: string;
    tax_inclusive: boolean;
    priority: number;
    channel_ids: string[];
    location_ids: string[];
    group_ids: string[];
    valid_from: number;
    valid_until: number | null;
    adjust_ppm: number;
    ending: PriceEnding;
    version: number;
  };
  return (await tx.rows<Row>(sql.find_override_lists)).map((row) => ({
    id: row.id,
    name: row.name,
    currency: currencyCode(row.currency),
    taxInclusive: row.tax_inclusive,
    priority: row.priority,
    channelIds: row.channel_ids,
    locationIds: row.location_ids,
    groupIds: row.group_ids,
    validFrom: row.valid_from,
    ...(row.valid_until === null ? {} : { validUntil: row.valid_until }),
    adjustPpm: row.adjust_ppm,
    ending: row.ending,
    version: row.version,
  }));
}

/** Writes a list, new or changed. Its currency and tax mode stay what they were. */
export async function saveOverrideList(tx: Tx, list: OverrideList): Promise<void> {
  await tx.run(sql.save_override_list, [
    list.id,
    list.name,
    list.currency,
    list.taxInclusive,
    list.priority,
    list.channelIds,
    list.locationIds,
    list.groupIds,
    instantToText(list.validFrom),
    textOrNull(list.validUntil),
    list.adjustPpm,
    list.ending,
    list.version,
  ]);
}

/** A price of an override list, with its list and SKU. */
export type PlacedOverride = OverrideEntry & { readonly listId: string; readonly skuId: string };

/** Writes prices of override lists over those of the same list, SKU, quantity and instant. */
export async function saveOverrides(tx: Tx, entries: readonly PlacedOverride[]): Promise<void> {
  await tx.run(sql.save_overrides, [
    entries.map((each) => each.listId),
    entries.map((each) => each.skuId),
    entries.map((each) => each.minQuantity),
    entries.map((each) => instantToText(each.validFrom)),
    entries.map((each) => textOrNull(each.validUntil)),
    entries.map((each) => each.amount),
    entries.map((each) => each.scale),
    entries.map((each) => each.per),
  ]);
}

/** What stands where these entries are about to be written, by their place; null where nothing does. */
export async function findOverridesAt(
  tx: Tx,
  entries: readonly PlacedOverride[],
): Promise<({ amount: number | null; scale: number; per: number } | null)[]> {
  type Row = { place: number; amount: number | null; scale: number; per: number };
  const rows = await tx.rows<Row>(sql.find_overrides_at, [
    entries.map((each) => each.listId),
    entries.map((each) => each.skuId),
    entries.map((each) => each.minQuantity),
    entries.map((each) => instantToText(each.validFrom)),
  ]);
  const found = new Map(rows.map(({ place, ...price }) => [place, price]));
  return entries.map((_, index) => found.get(index + 1) ?? null);
}

/** For each list and SKU its prices that may hold from an instant on; in the order of the keys. */
export async function findOverridesSince(
  tx: Tx,
  keys: readonly { listId: string; skuId: string }[],
  at: InstantMs,
): Promise<OverrideEntry[][]> {
  type Row = {
    place: number;
    min_quantity: number;
    amount: number | null;
    scale: number;
    per: number;
    change_id: string | null;
    waits: boolean;
    valid_from: number;
    valid_until: number | null;
  };
  const rows = await tx.rows<Row>(sql.find_overrides_since, [
    keys.map((each) => each.listId),
    keys.map((each) => each.skuId),
    instantToText(at),
  ]);
  const entries: OverrideEntry[][] = keys.map(() => []);
  for (const row of rows)
    entries[row.place - 1]?.push({
      minQuantity: row.min_quantity,
      amount: row.amount,
      scale: row.scale,
      per: row.per,
      validFrom: row.valid_from,
      ...(row.valid_until === null ? {} : { validUntil: row.valid_until }),
      ...(row.change_id === null ? {} : { changeId: row.change_id }),
      ...(row.waits ? { waits: true } : {}),
    });
  return entries;
}

/** The statutory ceilings of SKUs, past ones and those to come among them. SKUs without one are missing. */
export async function findCeilings(tx: Tx, skuIds: readonly string[]): Promise<Map<string, PriceCeiling[]>> {
  type Row = {
    sku_id: string;
    lot: string;
    country: string;
    currency: string;
    amount_minor: number;
    per: number;
    valid_from: number;
    valid_until: number | null;
  };
  const bySku = new Map<string, PriceCeiling[]>();
  for (const row of await tx.rows<Row>(sql.find_ceilings, [skuIds])) {
    const list = bySku.get(row.sku_id) ?? [];
    bySku.set(row.sku_id, list);
    list.push({
      skuId: row.sku_id,
      lot: row.lot,
      country: row.country,
      currency: currencyCode(row.currency),
      amountMinor: row.amount_minor,
      per: row.per,
      validFrom: row.valid_from,
      ...(row.valid_until === null ? {} : { validUntil: row.valid_until }),
    });
  }
  return bySku;
}

/** Writes ceilings over those of the same SKU, lot, country, currency and instant. */
export async function saveCeilings(tx: Tx, ceilings: readonly PriceCeiling[]): Promise<void> {
  await tx.run(sql.save_ceilings, [
    ceilings.map((each) => each.skuId),
    ceilings.map((each) => each.lot),
    ceilings.map((each) => each.country),
    ceilings.map((each) => each.currency),
    ceilings.map((each) => instantToText(each.validFrom)),
    ceilings.map((each) => textOrNull(each.validUntil)),
    ceilings.map((each) => each.amountMinor),
    ceilings.map((each) => each.per),
  ]);
}

/** The ceilings that stand where these are about to be written, by their place; null where none does. */
export async function findCeilingsAt(
  tx: Tx,
  ceilings: readonly PriceCeiling[],
): Promise<({ amountMinor: number; per: number } | null)[]> {
  const rows = await tx.rows<{ place: number; amount_minor: number; per: number }>(sql.find_ceilings_at, [
    ceilings.map((each) => each.skuId),
    ceilings.map((each) => each.lot),
    ceilings.map((each) => each.country),
    ceilings.map((each) => each.currency),
    ceilings.map((each) => instantToText(each.validFrom)),
  ]);
  const found = new Map(rows.map((row) => [row.place, { amountMinor: row.amount_minor, per: row.per }]));
  return ceilings.map((_, index) => found.get(index + 1) ?? null);
}

/** Whether there are ceilings and customer groups at all: most retailers have neither, and then nobody asks for them with every sale. */
export async function findWhatThereIs(tx: Tx): Promise<{ ceilings: boolean; groups: boolean }> {
  return (
    (await tx.find<{ ceilings: boolean; groups: boolean }>(sql.find_what_there_is, [])) ?? {
      ceilings: false,
      groups: false,
    }
  );
}

/** Customers who get prices of their own. */
export type CustomerGroup = { readonly id: string; readonly code: string; readonly name: string };

/** All groups, with how many belong to each. */
export async function loadGroups(tx: Tx): Promise<(CustomerGroup & { members: number })[]> {
  return tx.rows<CustomerGroup & { members: number }>(sql.find_groups);
}

/** Inserts a group. */
export async function insertGroup(tx: Tx, { id, code, name }: CustomerGroup): Promise<void> {
  await tx.run(sql.insert_group, [id, code, name]);
}

/** The groups of customers; who is in none is missing. */
export async function findGroupsOf(tx: Tx, customerIds: readonly string[]): Promise<Map<string, string[]>> {
  const byCustomer = new Map<string, string[]>();
  const rows = await tx.rows<{ customer_id: string; group_id: string }>(sql.find_groups_of_customers, [customerIds]);
  for (const row of rows) {
    const groups = byCustomer.get(row.customer_id) ?? [];
    byCustomer.set(row.customer_id, groups);
    groups.push(row.group_id);
  }
  return byCustomer;
}

/** A page of a group's customers, by id. */
export async function findMembers(
  tx: Tx,
  wanted: { groupId: string; after: string | undefined; limit: number },
): Promise<{ customerId: string; since: InstantMs }[]> {
  const rows = await tx.rows<{ customer_id: string; since: number }>(sql.find_members, [
    wanted.groupId,
    wanted.after ?? null,
    wanted.limit,
  ]);
  return rows.map((row) => ({ customerId: row.customer_id, since: row.since }));
}

/** Puts customers into a group; who is unknown or in it already is passed over. The number that came in. */
export async function insertMembers(
  tx: Tx,
  { groupId, customerIds, at }: { groupId: string; customerIds: readonly string[]; at: InstantMs },
): Promise<number> {
  return tx.run(sql.insert_members, [groupId, customerIds, instantToText(at)]);
}

/** Takes customers out of a group. The number that were in it. */
export async function deleteMembers(tx: Tx, groupId: string, customerIds: readonly string[]): Promise<number> {
  return tx.run(sql.delete_members, [groupId, customerIds]);
}

/** An instant as a parameter, null for none. */
export function textOrNull(at: InstantMs | undefined): string | null {
  return at === undefined ? null : instantToText(at);
}
