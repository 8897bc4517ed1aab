import type { CurrencyCode } from '../kernel/currency.ts';
import { accept, reject, type Decision } from '../kernel/decision.ts';
import { PPM } from '../kernel/rate.ts';
import type { InstantMs } from '../kernel/time.ts';
import type { PriceAdjustment } from './price-ending.ts';
import type { PriceList } from './price-list.ts';

/**
 * A price list above the base lists: for some channels, locations or customer groups (none named: for all), for a time. It has prices of its own for some SKUs
 * and, where its adjustment is not nought, changes all others of the base list by a percentage.
 */
export type OverrideList = PriceAdjustment & {
  readonly id: string;
  readonly name: string;
  readonly currency: CurrencyCode;
  readonly taxInclusive: boolean;
  readonly priority: number;
  readonly channelIds: readonly string[];
  readonly locationIds: readonly string[];
  readonly groupIds: readonly string[];
  readonly validFrom: InstantMs;
  readonly validUntil?: InstantMs | undefined;
  readonly version: number;
};

/** Who buys where: what decides which lists are asked. */
export type PriceAsker = {
  readonly channelId: string;
  readonly locationId: string;
  readonly groupIds: readonly string[];
};

/** Why a list is not asked, or undefined when it is. */
export function listMisses(
  list: OverrideList,
  asker: PriceAsker,
  at: InstantMs,
): 'other_channel' | 'other_location' | 'not_in_group' | 'not_yet' | 'over' | undefined {
  if (list.channelIds.length > 0 && !list.channelIds.includes(asker.channelId)) return 'other_channel';
  if (list.locationIds.length > 0 && !list.locationIds.includes(asker.locationId)) return 'other_location';
  if (list.groupIds.length > 0 && !list.groupIds.some((id) => asker.groupIds.includes(id))) return 'not_in_group';
  if (at < list.validFrom) return 'not_yet';
  if (list.validUntil !== undefined && at >= list.validUntil) return 'over';
  return undefined;
}

/** Negative when `a` goes before `b`: the higher priority, then the narrower list (a group is narrower than a location, that than a channel). */
export function compareRank(a: OverrideList, b: OverrideList): number {
  return b.priority - a.priority || narrowness(b) - narrowness(a);
}

function narrowness({ channelIds, locationIds, groupIds }: OverrideList): number {
  return (groupIds.length > 0 ? 4 : 0) + (locationIds.length > 0 ? 2 : 0) + (channelIds.length > 0 ? 1 : 0);
}

/** Why a list is not opened or changed. */
export type OverrideRejection =
  | { reason: 'overlapping_lists'; priceListId: string; name: string; priority: number }
  | { reason: 'ends_before_begin'; validFromMs: number; validUntilMs: number }
  | { reason: 'ends_in_past'; validUntilMs: number; nowMs: number }
  | { reason: 'valid_from_in_past'; validFromMs: number; nowMs: number }
  | { reason: 'bad_adjustment'; adjustPpm: number }
  | { reason: 'unknown_channel'; channelId: string }
  | { reason: 'unknown_location'; locationId: string }
  | { reason: 'unknown_group'; customerGroupId: string }
  | { reason: 'currency_mismatch'; channelId: string; currency: string; wanted: string }
  | { reason: 'tax_mode_mismatch'; channelId: string; taxInclusive: boolean };

/** What opening a list looks at. */
export type OverrideSurroundings = {
  readonly base: readonly PriceList[];
  readonly lists: readonly OverrideList[];
  readonly channelIds: ReadonlySet<string>;
  readonly locationIds: ReadonlySet<string>;
  readonly groupIds: ReadonlySet<string>;
  readonly now: InstantMs;
};

/** The furthest that a list may go above its base: ten times the price. */
const MOST_PPM = 9 * PPM;

/**
 * Says whether a list may stand beside the others. Two of one priority and of the same narrowness may not be meant for one place at one time, because nobody could
 * say which of them holds; in one channel all lists hold the tax or none does, because a document has one mode. What has begun keeps its begin.
 */
export function decideOverrideList(
  wanted: OverrideList,
  around: OverrideSurroundings,
): Decision<OverrideList, OverrideRejection> {
  const { validFrom, validUntil, adjustPpm } = wanted;
  const { now } = around;
  const before = around.lists.find((list) => list.id === wanted.id);
  if (validFrom < now && before?.validFrom !== validFrom)
    return reject({ reason: 'valid_from_in_past', validFromMs: validFrom, nowMs: now });
  if (validUntil !== undefined && validUntil <= validFrom)
    return reject({ reason: 'ends_before_begin', validFromMs: validFrom, validUntilMs: validUntil });
  if (validUntil !== undefined && validUntil < now && before?.validUntil !== validUntil)
    return reject({ reason: 'ends_in_past', validUntilMs: validUntil, nowMs: now });
  if (!Number.isSafeInteger(adjustPpm) || adjustPpm <= -PPM || adjustPpm > MOST_PPM)
    return reject({ reason: 'bad_adjustment', adjustPpm });
  const channelId = wanted.channelIds.find((id) => !around.channelIds.has(id));
  if (channelId !== undefined) return reject({ reason: 'unknown_channel', channelId });
  const locationId = wanted.locationIds.find((id) => !around.locationIds.has(id));
  if (locationId !== undefined) return reject({ reason: 'unknown_location', locationId });
  const customerGroupId = wanted.groupIds.find((id) => !around.groupIds.has(id));
  if (customerGroupId !== undefined) return reject({ reason: 'unknown_group', customerGroupId });
  for (const id of wanted.channelIds) {
    const own = around.base.filter((list) => list.channelId === id);
    const [first] = own;
    if (first !== undefined && !own.some((list) => list.currency === wanted.currency))
      return reject({
        reason: 'currency_mismatch',
        channelId: id,
        currency: first.currency,
        wanted: wanted.currency,
      });
  }
  const other = around.base.find(
    (list) =>
      list.currency === wanted.currency &&
      list.taxInclusive !== wanted.taxInclusive &&
      (wanted.channelIds.length === 0 || wanted.channelIds.includes(list.channelId)),
  );
  if (other !== undefined)
    return reject({ reason: 'tax_mode_mismatch', channelId: other.channelId, taxInclusive: other.taxInclusive });
  const beside = around.lists.find((list) => list.id !== wanted.id && overlaps(list, wanted));
  if (beside !== undefined)
    return reject({
      reason: 'overlapping_lists',
      priceListId: beside.id,
      name: beside.name,
      priority: beside.priority,
    });
  return accept(wanted);
}

function overlaps(a: OverrideList, b: OverrideList): boolean {
  return (
    a.currency === b.currency &&
    compareRank(a, b) === 0 &&
    meet(a.channelIds, b.channelIds) &&
    meet(a.locationIds, b.locationIds) &&
    meet(a.groupIds, b.groupIds) &&
    a.validFrom < (b.validUntil ?? Infinity) &&
    b.validFrom < (a.validUntil ?? Infinity)
  );
}

function meet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === 0 || b.length === 0 || a.some((id) => b.includes(id));
}
