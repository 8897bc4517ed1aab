import { compareDays, parseBusinessDay, type BusinessDay } from '../../kernel/time.ts';
import { nameInCode } from './place-of-supply.ts';
import {
  addArea,
  areasBetween,
  compilePostalAreas,
  dropArea,
  plainPostcode,
  shelfOf,
  type PostalArea,
} from './postal-area.ts';

/** The columns of a file of postal areas. Country, region, from, valid_from and source must be there. */
export const POSTAL_COLUMNS = [
  'country',
  'region',
  'from',
  'through',
  'county',
  'city',
  'districts',
  'valid_from',
  'valid_until',
  'source',
] as const;

/** One of {@link POSTAL_COLUMNS}. */
export type PostalColumn = (typeof POSTAL_COLUMNS)[number];

/** What is wrong with a cell. */
export type PostalRowProblem = {
  readonly column: PostalColumn;
  readonly reason: 'missing' | 'malformed';
  readonly text: string;
};

/** More districts do not lie in one place; a line of a sale holds 20 taxes at most. */
const MAX_DISTRICTS = 10;
const MAX_NAME = 60;

/** Reads a row of a file of postal areas: the cells by their column, missing ones empty. Gives the area or everything that is wrong with the row. */
export function readPostalRow(cells: Readonly<Partial<Record<PostalColumn, string>>>): {
  readonly area?: PostalArea;
  readonly problems: readonly PostalRowProblem[];
} {
  const problems: PostalRowProblem[] = [];
  const cell = (column: PostalColumn): string => (cells[column] ?? '').trim();
  const wrong = (column: PostalColumn): undefined => {
    const text = cell(column);
    problems.push({ column, reason: text === '' ? 'missing' : 'malformed', text });
    return undefined;
  };
  const matching = (column: PostalColumn, pattern: RegExp): string =>
    pattern.test(cell(column)) ? cell(column) : (wrong(column) ?? '');
  const nameIn = (column: PostalColumn): string | undefined => {
    const name = cell(column);
    if (name === '') return undefined;
    return isName(name) ? name : wrong(column);
  };
  const dayIn = (column: PostalColumn): BusinessDay | undefined =>
    cell(column) === '' ? undefined : (parseBusinessDay(cell(column)) ?? wrong(column));

  const country = matching('country', /^[A-Z]{2}$/);
  const region = matching('region', /^[A-Z0-9]{1,3}$/);
  const from = plainPostcode(cell('from'));
  const through = cell('through') === '' ? from : plainPostcode(cell('through'));
  if (!isPostcode(country, from)) wrong('from');
  else if (through.length !== from.length || !isPostcode(country, through) || through < from) wrong('through');
  const county = nameIn('county');
  const city = nameIn('city');
  const districts = cell('districts')
    .split(';')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const codes = new Set(districts.map(nameInCode));
  if (!districts.every(isName) || codes.size < districts.length || codes.size > MAX_DISTRICTS) wrong('districts');
  const source = matching('source', /^.{1,300}$/);
  const validFrom = cell('valid_from') === '' ? wrong('valid_from') : dayIn('valid_from');
  const validUntil = dayIn('valid_until');
  if (validFrom !== undefined && validUntil !== undefined && compareDays(validUntil, validFrom) < 0)
    wrong('valid_until');
  if (problems.length > 0 || validFrom === undefined) return { problems };
  return {
    problems,
    area: { country, region, from, through, county, city, districts, validFrom, validUntil, source },
  };
}

function isName(name: string): boolean {
  return name.length <= MAX_NAME && nameInCode(name) !== '';
}

/** In the United States ZIP or ZIP+4, with the noughts at the beginning that spreadsheets like to lose. */
function isPostcode(country: string, code: string): boolean {
  return country === 'US' ? /^([0-9]{5}|[0-9]{9})$/.test(code) : /^[A-Z0-9]{2,12}$/.test(code);
}

/** What taking an area in comes to; `overlaps` is the row that says something of the same codes on the same days. */
export type PostalAreaChange = {
  readonly area: PostalArea;
  readonly what: 'new' | 'same' | 'changed' | 'twice' | 'overlaps';
  readonly overlaps?: PostalArea | undefined;
};

/** The order in which rows are taken in: a row that ends one takes effect before what begins after it. The rest keeps codes together. */
export function inTakingOrder<T>(rows: readonly T[], areaOf: (row: T) => PostalArea): T[] {
  const keyOf = (row: T): string => {
    const { country, region, from, validFrom } = areaOf(row);
    return `${validFrom} ${country} ${region} ${from.length} ${from}`;
  };
  return rows
    .map((row) => ({ row, key: keyOf(row) }))
    .toSorted((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -1 : 1))
    .map(({ row }) => row);
}

/**
 * Says what each area of a file does, in the order given (see {@link inTakingOrder}). A row is another one's successor by its first day, the same one
 * by its codes and first day: then it may change what lies there and when it ends. Rows may begin in the past, because what was sold keeps its taxes.
 * Two rows of one state and one length of code never hold on the same day for the same code. Needs what is known of the codes concerned.
 */
export function decidePostalAreas(
  wanted: readonly PostalArea[],
  known: readonly PostalArea[],
): readonly PostalAreaChange[] {
  const areas = compilePostalAreas(known);
  const taken = new Set<PostalArea>();
  return wanted.map((area) => {
    const shelf = shelfOf(areas, area);
    const near = areasBetween(shelf, area.from, area.through);
    const there = near.find((one) => isSameRow(one, area));
    if (there !== undefined && taken.has(there)) return { area, what: 'twice' };
    const overlaps = near.find((one) => one !== there && shareDays(one, area));
    if (overlaps !== undefined) return { area, what: 'overlaps', overlaps };
    const what = there === undefined ? 'new' : saysTheSame(there, area) ? 'same' : 'changed';
    if (there !== undefined) dropArea(shelf, there);
    addArea(shelf, area);
    taken.add(area);
    return { area, what };
  });
}

function isSameRow(a: PostalArea, b: PostalArea): boolean {
  return a.from === b.from && a.through === b.through && a.validFrom === b.validFrom;
}

function shareDays(a: PostalArea, b: PostalArea): boolean {
  return (
    (a.validUntil === undefined || compareDays(b.validFrom, a.validUntil) <= 0) &&
    (b.validUntil === undefined || compareDays(a.validFrom, b.validUntil) <= 0)
  );
}

function saysTheSame(a: PostalArea, b: PostalArea): boolean {
  return (
    a.county === b.county &&
    a.city === b.city &&
    a.districts.join(';') === b.districts.join(';') &&
    a.validUntil === b.validUntil &&
    a.source === b.source
  );
}
