import { functionalMinor } from '../company/functional-currency.ts';
import type { Act } from '../kernel/act.ts';
import { assert } from '../kernel/assert.ts';
import type { BookRules, Draft } from '../kernel/draft.ts';
import { mulDiv, split } from '../kernel/money.ts';
import { addDays, compareDays, type BusinessDay } from '../kernel/time.ts';
import { defaultCode, type AccountRole } from './chart.ts';
import { postingsOf, type BookedPostings } from './postings.ts';
import { totalTaxes } from './tax-totals.ts';

/**
 * A journal entry: postings side by side, debits positive, credits negative, summing to zero in the document's currency (`amounts`)
 * and in the legal entity's (`entityAmounts`), whole minor units of each.
 */
export type JournalEntry = {
  readonly eventNumber: number;
  readonly ordinal: number;
  readonly entityId: string;
  readonly postingDay: BusinessDay;
  readonly locationId: string;
  readonly channelId: string | undefined;
  readonly documentId: string | undefined;
  readonly rule: string;
  readonly currency: string;
  readonly entityCurrency: string;
  readonly rate: readonly [number, number];
  readonly accounts: readonly string[];
  readonly amounts: readonly number[];
  readonly entityAmounts: readonly number[];
};

/** The journal. It is only added to. */
export const JOURNAL: BookRules<JournalEntry, JournalEntry> = {
  name: 'journal',
  keyOf: (change) => `${change.eventNumber}|${change.ordinal}`,
  begins: () => true,
  evolve: (_, change) => change,
};

/** Up to which day a legal entity's books are closed. */
export type Period = { readonly entityId: string; readonly closedThrough: BusinessDay; readonly version: number };

/** Closes the books up to and including a day. */
export type PeriodChange = { readonly entityId: string; readonly closeThrough: BusinessDay };

/** The book of periods. An entity that never closed one has none. */
export const PERIODS: BookRules<Period, PeriodChange> = {
  name: 'period',
  keyOf: (change) => change.entityId,
  evolve: (period, change) => ({
    entityId: change.entityId,
    closedThrough: change.closeThrough,
    version: (period?.version ?? 0) + 1,
  }),
};

/** The business day if its period is open, else the first open day: what happened in a closed period is posted there, never refused. */
export function postingDayOf(period: Period | undefined, day: BusinessDay): BusinessDay {
  return period !== undefined && compareDays(day, period.closedThrough) <= 0 ? addDays(period.closedThrough, 1) : day;
}

/**
 * The accounting of an act, made in the same commit: a reaction that the composition root registers.
 * Answers the posting day for the event row. Acts without a legal entity post nothing.
 */
export function postAct(act: Act, draft: Draft): BusinessDay | undefined {
  if (act.entityId === undefined) return undefined;
  const postingDay = postingDayOf(draft.get(PERIODS, act.entityId), act.businessDay);
  const posted = postingsOf(act);
  if (posted === undefined) {
    // What a marketplace collects, or is exempt, is told of although nothing of it is ours to post.
    totalTaxes(act, draft, { postingDay, entityTaxMinor: 0 });
    return postingDay;
  }
  assert(act.locationId !== undefined, 'what is posted happened somewhere', { type: act.type });
  const currency = act.body.currency as string;
  const entityCurrency = (act.body.entityCurrency as string | undefined) ?? currency;
  const rate = (act.body.rate as readonly [number, number] | undefined) ?? ([1, 1] as const);
  const shared = {
    eventNumber: draft.nextNumber(),
    entityId: act.entityId,
    postingDay,
    locationId: act.locationId,
    channelId: act.channelId,
    documentId: act.subjectId,
    rule: act.type,
    entityCurrency,
  };
  const same = currency === entityCurrency;
  const first = same ? merged(posted.document, posted.entity) : posted.document;
  let ordinal = 0;
  let entityTaxMinor = 0;
  const post = (
    amounts: ReadonlyMap<AccountRole, number>,
    of: { currency: string; rate: readonly [number, number] },
    booked?: BookedPostings,
  ): void => {
    const roles: AccountRole[] = [];
    const values: number[] = [];
    for (const [role, amount] of amounts) {
      if (amount === 0) continue;
      roles.push(role);
      values.push(amount);
    }
    if (roles.length === 0) return;
    assert(values.reduce((sum, value) => sum + value, 0) === 0, 'an entry that does not balance', {
      type: act.type,
      roles,
      values,
    });
    ordinal += 1;
    const entityAmounts = of.currency === entityCurrency ? values : inEntityCurrency(values, { ...of, entityCurrency });
    if (booked !== undefined) standAsBooked({ roles, values, entityAmounts }, booked);
    entityTaxMinor -= entityAmounts[roles.indexOf('output_tax')] ?? 0;
    const accounts = roles.map(defaultCode);
    draft.change(JOURNAL, { ...shared, ordinal, ...of, accounts, amounts: values, entityAmounts });
  };
  post(first, { currency, rate }, same ? undefined : posted.booked);
  // Costs are kept in the entity's currency, so a sale in another one is two entries, each balanced in both.
  if (!same) post(posted.entity, { currency: entityCurrency, rate: [1, 1] });
  totalTaxes(act, draft, { postingDay, entityTaxMinor });
  return postingDay;
}

function merged(
  a: ReadonlyMap<AccountRole, number>,
  b: ReadonlyMap<AccountRole, number>,
): ReadonlyMap<AccountRole, number> {
  if (b.size === 0) return a;
  const sum = new Map(a);
  for (const [role, amount] of b) sum.set(role, (sum.get(role) ?? 0) + amount);
  return sum;
}

/** Converts the total once and splits it over debits and over credits, so that both sides stay equal whatever the rounding. */
function inEntityCurrency(
  amounts: readonly number[],
  of: { readonly currency: string; readonly entityCurrency: string; readonly rate: readonly [number, number] },
): number[] {
  const debits = amounts.map((amount) => Math.max(0, amount));
  const credits = amounts.map((amount) => Math.max(0, 0 - amount));
  const total = debits.reduce((sum, amount) => sum + amount, 0);
  const converted = functionalMinor(total, of);
  const debited = split(converted, debits);
  const credited = split(converted, credits);
  return amounts.map((_, i) => (debited[i] as number) - (credited[i] as number));
}

/**
 * Puts what was booked in place of what today's rate makes of it. The difference goes to its bearers in proportion to their amounts, cut
 * where cumulative roundings fall, so that no cent is lost; an account that had nothing of the document gets a posting of its own.
 */
function standAsBooked(
  entry: { readonly roles: AccountRole[]; readonly values: number[]; readonly entityAmounts: number[] },
  { amounts, bearers }: BookedPostings,
): void {
  let difference = 0;
  for (const [role, amount] of amounts) {
    const at = entry.roles.indexOf(role);
    assert(at >= 0, 'what was booked is posted', { role });
    difference += (entry.entityAmounts[at] as number) - amount;
    entry.entityAmounts[at] = amount;
  }
  let whole = 0;
  for (const weight of bearers.values()) whole += weight;
  let before = 0;
  let borne = 0;
  for (const [role, weight] of bearers) {
    before += weight;
    const share = (whole === 0 ? difference : mulDiv(difference, before, whole)) - borne;
    borne += share;
    if (share === 0) continue;
    const at = entry.roles.indexOf(role);
    if (at >= 0) entry.entityAmounts[at] = (entry.entityAmounts[at] as number) + share;
    else {
      entry.roles.push(role);
      entry.values.push(0);
      entry.entityAmounts.push(share);
    }
  }
  assert(borne === difference, 'an exchange difference that nobody bears', { difference, borne });
}
