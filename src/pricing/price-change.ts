import { accept, reject, type Decision } from '../kernel/decision.ts';
import { lineAmount, mulDiv, type UnitPrice } from '../kernel/money.ts';
import { includedTax, PPM, type Ppm } from '../kernel/rate.ts';
import {
  addDays,
  businessDayOf,
  instantOfLocalTime,
  startOfBusinessDay,
  type DayRule,
  type InstantMs,
} from '../kernel/time.ts';
import { comparePrices, type StartsAndEnds } from './price-list.ts';
import type { PriceNumbers } from './price-resolution.ts';

/** How far a price change is: being put together, being written row by row, decided, called off before it began, taken back after. */
export type PriceChangeState = 'draft' | 'staging' | 'scheduled' | 'cancelled' | 'undone';

/** When prices begin: at an instant everywhere, or when the clock of each store shows a time (`YYYY-MM-DDTHH:MM`). */
export type PriceChangeStart =
  | { readonly at: InstantMs; readonly local?: undefined }
  | { readonly at?: undefined; readonly local: string };

/** What decides whether and when the prices of a change hold. Its rows are looked at only together with it, so that one small event switches all of them. */
export type ChangeWindow = {
  readonly state: PriceChangeState;
  readonly start: PriceChangeStart;
  /** When the last row was written, if that was later than the start: not before this do any of them hold. */
  readonly notBefore?: InstantMs | undefined;
  /** When it was taken back. */
  readonly until?: InstantMs | undefined;
};

/** A place as far as the begin of a price is concerned. */
export type StartPlace = DayRule & { readonly id: string };

/** The first moment at or after an instant at which a place has closed: the end of its business day. */
export function closingAfter(at: InstantMs, place: DayRule): InstantMs {
  const day = businessDayOf(at, place);
  return startOfBusinessDay(day, place) === at ? at : startOfBusinessDay(addDays(day, 1), place);
}

/** When a change begins at a place; a row that `waits` at the closing after. Infinity while it is not decided and for ever when it was called off. */
export function startAt(window: ChangeWindow, place: DayRule, waits: boolean): InstantMs {
  if (window.state !== 'scheduled' && window.state !== 'undone') return Infinity;
  const planned = plannedAt(window.start, place, waits);
  return Math.max(planned, window.notBefore ?? planned);
}

/** When the prices of a start would begin at a place. Throws a RangeError on an unknown zone. */
export function plannedAt(start: PriceChangeStart, place: DayRule, waits: boolean): InstantMs {
  const begin = start.local === undefined ? start.at : (instantOfLocalTime(start.local, place.timeZone) ?? Infinity);
  return waits && Number.isFinite(begin) ? closingAfter(begin, place) : begin;
}

/** When prices of changes begin and end at a place. A change that is not among the windows holds as its rows say: nothing about it is special any more. */
export function spansAt(windows: ReadonlyMap<string, ChangeWindow>, place: DayRule): StartsAndEnds {
  return ({ changeId = '', validFrom, validUntil = Infinity, waits = false }) => {
    const window = windows.get(changeId);
    if (window === undefined) return { from: validFrom, until: validUntil };
    return { from: startAt(window, place, waits), until: Math.min(validUntil, window.until ?? Infinity) };
  };
}

/** Why a price change is not taken a step further. */
export type PriceChangeRejection =
  | { reason: 'change_is_not_draft'; state: PriceChangeState }
  | { reason: 'change_is_not_scheduled'; state: PriceChangeState }
  | { reason: 'change_has_no_rows' }
  | { reason: 'starts_in_past'; startsAtMs: number; nowMs: number; locationId: string | null }
  | { reason: 'starts_too_late'; startsAtMs: number; latestMs: number }
  | { reason: 'bad_local_time'; local: string }
  | { reason: 'change_has_begun'; startedAtMs: number }
  | { reason: 'change_has_not_begun'; startsAtMs: number };

/** Nobody plans prices further ahead than ten years: such a year is a slip of the hand. */
const PLANNED_AHEAD_MS = 10 * 365.25 * 86_400_000;

/** Says whether a draft may be scheduled. A local time must still be to come in every store, else some would have it and some never. */
export function decideSchedule(
  change: { readonly state: PriceChangeState; readonly rows: number },
  start: PriceChangeStart,
  around: { readonly places: readonly StartPlace[]; readonly now: InstantMs },
): Decision<PriceChangeStart, PriceChangeRejection> {
  const { now, places } = around;
  if (change.state !== 'draft') return reject({ reason: 'change_is_not_draft', state: change.state });
  if (change.rows === 0) return reject({ reason: 'change_has_no_rows' });
  const latestMs = now + PLANNED_AHEAD_MS;
  if (start.local === undefined) {
    if (start.at > latestMs) return reject({ reason: 'starts_too_late', startsAtMs: start.at, latestMs });
    if (start.at < now) return reject({ reason: 'starts_in_past', startsAtMs: start.at, nowMs: now, locationId: null });
    return accept(start);
  }
  const inUtc = instantOfLocalTime(start.local, 'UTC');
  if (inUtc === undefined) return reject({ reason: 'bad_local_time', local: start.local });
  if (inUtc > latestMs) return reject({ reason: 'starts_too_late', startsAtMs: inUtc, latestMs });
  for (const place of places) {
    const startsAtMs = plannedAt(start, place, false);
    if (startsAtMs < now) return reject({ reason: 'starts_in_past', startsAtMs, nowMs: now, locationId: place.id });
  }
  return accept(start);
}

/** Says whether a change may be called off: only while it has begun nowhere. After that it can be undone. */
export function decideCancel(
  window: ChangeWindow,
  around: { readonly places: readonly DayRule[]; readonly now: InstantMs },
): Decision<'cancelled', PriceChangeRejection> {
  if (window.state === 'draft' || window.state === 'staging') return accept('cancelled');
  if (window.state !== 'scheduled') return reject({ reason: 'change_is_not_scheduled', state: window.state });
  const startedAtMs = earliestStart(window, around.places);
  if (startedAtMs <= around.now) return reject({ reason: 'change_has_begun', startedAtMs });
  return accept('cancelled');
}

/** Says whether a change may be taken back: from now on the prices before it hold again, everywhere at once. */
export function decideUndo(
  window: ChangeWindow,
  around: { readonly places: readonly DayRule[]; readonly now: InstantMs },
): Decision<'undone', PriceChangeRejection> {
  if (window.state !== 'scheduled') return reject({ reason: 'change_is_not_scheduled', state: window.state });
  const startsAtMs = earliestStart(window, around.places);
  if (startsAtMs > around.now) return reject({ reason: 'change_has_not_begun', startsAtMs });
  return accept('undone');
}

/** The first begin of a change anywhere; Infinity when it has none. */
export function earliestStart(window: ChangeWindow, places: readonly DayRule[]): InstantMs {
  let first = window.start.local === undefined ? startAt(window, UTC, false) : Infinity;
  for (const place of places) first = Math.min(first, startAt(window, place, false));
  return first;
}

const UTC: DayRule = { timeZone: 'UTC', cutOffHour: 0 };

/** What a row of a change does: the price before and after, what is left of it after tax and cost, and what speaks against it. Percentages in ppm. */
export type PricePreview = {
  readonly raises: boolean;
  readonly changePpm: number | undefined;
  /** Of `per` base units of the new price, in minor units without tax. Undefined when nobody knows the cost or the tax. */
  readonly marginMinor: number | undefined;
  readonly marginPpm: number | undefined;
  readonly belowCost: boolean;
};

/** What the goods cost at present: `valueMinor` for so many base units. */
export type CurrentCost = { readonly valueMinor: number; readonly quantity: number };

/** Previews a new price. Cost and price are of one currency. */
export function previewPrice(
  next: UnitPrice,
  around: {
    readonly old: PriceNumbers | undefined;
    readonly taxInclusive: boolean;
    readonly taxPpm: Ppm | undefined;
    readonly cost: CurrentCost | undefined;
  },
): PricePreview {
  const { old, cost, taxPpm, taxInclusive } = around;
  const { amount, scale = 0, per = 1 } = next;
  const raises = old !== undefined && comparePrices({ amount, scale, per }, old) > 0;
  const changePpm = old === undefined ? undefined : changeOf(old, { amount, scale, per });
  // A price without tax holds none that would have to be known.
  if (cost === undefined || cost.quantity <= 0 || (taxInclusive && taxPpm === undefined))
    return { raises, changePpm, marginMinor: undefined, marginPpm: undefined, belowCost: false };
  const whole = lineAmount(next, per);
  const net = taxInclusive ? whole - includedTax(whole, taxPpm ?? 0) : whole;
  const marginMinor = net - mulDiv(cost.valueMinor, per, cost.quantity);
  const marginPpm = net === 0 ? undefined : mulDiv(marginMinor, PPM, net);
  return { raises, changePpm, marginMinor, marginPpm, belowCost: marginMinor < 0 };
}

/** By how much a price changes, in ppm of the old one; undefined when the old one was nought. */
function changeOf(old: PriceNumbers, next: PriceNumbers): number | undefined {
  if (old.amount === 0) return undefined;
  const from = BigInt(old.amount) * 10n ** BigInt(next.scale) * BigInt(next.per);
  const to = BigInt(next.amount) * 10n ** BigInt(old.scale) * BigInt(old.per);
  return Number(((to - from) * BigInt(PPM)) / from);
}
