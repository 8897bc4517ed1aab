import { isCurrencyCode } from '../../kernel/currency.ts';
import { parseUnitPrice } from '../../kernel/money.ts';
import { percentToPpm } from '../../kernel/rate.ts';
import { addDays, compareDays, parseBusinessDay, type BusinessDay } from '../../kernel/time.ts';
import type { PerUnitTax, TaxRate } from './tax-rules.ts';

/** The columns of a file of rates, in the order of the file that we ship. The first five must be there. */
export const TAX_COLUMNS = [
  'jurisdiction',
  'tax',
  'class',
  'percent',
  'valid_from',
  'valid_until',
  'compound',
  'exempt',
  'per_unit',
  'per',
  'currency',
  'under_others',
  'name',
  'source',
  'checked_on',
] as const;

/** One of {@link TAX_COLUMNS}. */
export type TaxColumn = (typeof TAX_COLUMNS)[number];

/** What is wrong with a cell. */
export type TaxRowProblem = {
  readonly column: TaxColumn;
  readonly reason: 'missing' | 'malformed';
  readonly text: string;
};

const JURISDICTION = /^[A-Z]{2}(-[A-Z0-9]+)*$/;
const TAX_CODE = /^[A-Z][A-Z0-9_]{0,19}$/;
const TAX_CLASS = /^[a-z][a-z0-9_]{0,39}$/;
const YES_NO: Readonly<Record<string, boolean>> = { '': false, no: false, yes: true };

/** Reads a row of a file of rates: the cells by their column, missing ones empty. Gives the rate or everything that is wrong with the row. */
export function readTaxRow(cells: Readonly<Partial<Record<TaxColumn, string>>>): {
  readonly rate?: TaxRate;
  readonly problems: readonly TaxRowProblem[];
} {
  const problems: TaxRowProblem[] = [];
  const cell = (column: TaxColumn): string => (cells[column] ?? '').trim();
  const wrong = (column: TaxColumn): undefined => {
    const text = cell(column);
    problems.push({ column, reason: text === '' ? 'missing' : 'malformed', text });
    return undefined;
  };
  const matching = (column: TaxColumn, pattern: RegExp): string =>
    pattern.test(cell(column)) ? cell(column) : (wrong(column) ?? '');
  const dayIn = (column: TaxColumn): BusinessDay | undefined =>
    cell(column) === '' ? undefined : (parseBusinessDay(cell(column)) ?? wrong(column));
  const yesIn = (column: TaxColumn): boolean => YES_NO[cell(column).toLowerCase()] ?? wrong(column) ?? false;

  const jurisdiction = matching('jurisdiction', JURISDICTION);
  const code = matching('tax', TAX_CODE);
  const taxClass = matching('class', TAX_CLASS);
  const source = matching('source', /^.{1,300}$/);
  const validFrom = cell('valid_from') === '' ? wrong('valid_from') : dayIn('valid_from');
  const validUntil = dayIn('valid_until');
  const checkedOn = dayIn('checked_on');
  const isPerUnit = cell('per_unit') !== '';
  const ratePpm = isPerUnit && cell('percent') === '' ? 0 : (percentToPpm(cell('percent')) ?? wrong('percent') ?? 0);
  if (ratePpm > 1_000_000 || (isPerUnit && ratePpm > 0)) wrong('percent');
  const perUnit = isPerUnit ? readPerUnit(cell, wrong, yesIn('under_others')) : undefined;
  const compound = yesIn('compound');
  const exempt = yesIn('exempt');
  if (validFrom !== undefined && validUntil !== undefined && compareDays(validUntil, validFrom) < 0)
    wrong('valid_until');
  if (problems.length > 0 || validFrom === undefined) return { problems };
  const name = cell('name').slice(0, 100);
  return {
    problems,
    rate: {
      jurisdiction,
      code,
      taxClass,
      validFrom,
      validUntil,
      ratePpm,
      perUnit,
      compound,
      exempt,
      name,
      source,
      checkedOn,
    },
  };
}

function readPerUnit(
  cell: (column: TaxColumn) => string,
  wrong: (column: TaxColumn) => undefined,
  underOthers: boolean,
): PerUnitTax | undefined {
  const currency = cell('currency');
  if (!isCurrencyCode(currency)) return wrong('currency');
  const amount = parseUnitPrice(cell('per_unit'), currency);
  const per = cell('per') === '' ? 1 : Number(cell('per'));
  if (amount === undefined || amount.amount < 0) return wrong('per_unit');
  if (!Number.isSafeInteger(per) || per < 1 || per > 900_000_000) return wrong('per');
  return { amount: amount.amount, scale: amount.scale ?? 0, per, currency, underOthers };
}

/** What taking a rate in comes to: it is new, says the same again, replaces one that has not begun, or is refused because what was sold was taxed otherwise. */
export type TaxRateChange = {
  readonly rate: TaxRate;
  readonly what: 'new' | 'same' | 'changed' | 'past' | 'twice';
  /** The rate that would hold on the first day otherwise. */
  readonly before: TaxRate | undefined;
};

/**
 * Says what each rate of a file does. The first rate of a tax and class may begin in the past, because nothing could be sold without it; so may one that
 * ends what was known. A later one may not begin before today: what was sold was taxed at the rate then in force.
 */
export function decideTaxRates(
  wanted: readonly TaxRate[],
  known: readonly TaxRate[],
  today: BusinessDay,
): readonly TaxRateChange[] {
  const knownOf = new Map<string, TaxRate[]>();
  for (const rate of known) knownOf.set(keyOf(rate), [...(knownOf.get(keyOf(rate)) ?? []), rate]);
  const taken = new Map<string, TaxRate[]>();
  const changes = new Map<TaxRate, TaxRateChange>();
  const seen = new Set<string>();
  // In the order of their days, so that what a row takes over from a row of the same file counts.
  for (const rate of wanted.toSorted((a, b) => compareDays(a.validFrom, b.validFrom))) {
    const key = keyOf(rate);
    const rows = knownOf.get(key) ?? [];
    const before = newestUpTo(rows, rate.validFrom);
    const isTwice = seen.has(`${key} ${rate.validFrom}`);
    seen.add(`${key} ${rate.validFrom}`);
    const there = rows.find((one) => one.validFrom === rate.validFrom);
    const holds = there ?? newestUpTo([...rows, ...(taken.get(key) ?? [])], rate.validFrom);
    const what = isTwice ? 'twice' : changeOf(rate, { rows, there, holds, today });
    if (what === 'new' || what === 'changed') taken.set(key, [...(taken.get(key) ?? []), rate]);
    changes.set(rate, { rate, what, before });
  }
  return wanted.flatMap((rate) => changes.get(rate) ?? []);
}

function changeOf(
  rate: TaxRate,
  of: {
    readonly rows: readonly TaxRate[];
    readonly there: TaxRate | undefined;
    readonly holds: TaxRate | undefined;
    readonly today: BusinessDay;
  },
): TaxRateChange['what'] {
  const { rows, there, holds, today } = of;
  // What holds already on its first day, and goes on to, need not begin again.
  if (holds !== undefined && saysTheSame(holds, rate)) return 'same';
  const wasUsed = newestUpTo(rows, addDays(today, -1)) !== undefined;
  if (wasUsed && compareDays(rate.validFrom, today) < 0 && !endsLater(there, rate, today)) return 'past';
  return there === undefined ? 'new' : 'changed';
}

function keyOf({ jurisdiction, code, taxClass }: TaxRate): string {
  return `${jurisdiction} ${code} ${taxClass}`;
}

function newestUpTo(rates: readonly TaxRate[], day: BusinessDay): TaxRate | undefined {
  let newest: TaxRate | undefined;
  for (const rate of rates)
    if (
      compareDays(rate.validFrom, day) <= 0 &&
      (newest === undefined || compareDays(rate.validFrom, newest.validFrom) > 0)
    )
      newest = rate;
  return newest;
}

/** Whether all that differs is an end that is still to come, or the words. */
function endsLater(there: TaxRate | undefined, rate: TaxRate, today: BusinessDay): boolean {
  if (there === undefined || !saysTheSame({ ...there, validUntil: rate.validUntil }, rate)) return false;
  return [there.validUntil, rate.validUntil].every(
    (end) => end === undefined || compareDays(end, addDays(today, -1)) >= 0,
  );
}

function saysTheSame(a: TaxRate, b: TaxRate): boolean {
  return (
    a.ratePpm === b.ratePpm &&
    a.validUntil === b.validUntil &&
    a.compound === b.compound &&
    a.exempt === b.exempt &&
    a.perUnit?.amount === b.perUnit?.amount &&
    a.perUnit?.scale === b.perUnit?.scale &&
    a.perUnit?.per === b.perUnit?.per &&
    a.perUnit?.currency === b.perUnit?.currency &&
    a.perUnit?.underOthers === b.perUnit?.underOthers
  );
}
