import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { csvLine } from '../../../platform/files/csv-out.ts';
import { ppmToPercent } from '../../kernel/rate.ts';
import { unitPriceToDecimalString } from '../../kernel/money.ts';
import { readTaxRow, TAX_COLUMNS, type TaxColumn, type TaxRowProblem } from '../tax/tax-rate-import.ts';
import type { TaxRate } from '../tax/tax-rules.ts';

/** The rates that the program brings along, with their sources, as the same file that can be taken in. */
export const SHIPPED_TAX_RATES: string = readFileSync(new URL('shipped-tax-rates.csv', import.meta.url), 'utf8');

/** A row of a file of rates: its line, and the rate or what is wrong with it. */
export type TaxFileRow = {
  readonly line: number;
  readonly rate?: TaxRate;
  readonly problems: readonly TaxRowProblem[];
};

/** What a file holds, or that it is none: it does not name its columns, or its quotes never end. */
export type CsvFile<Row> = { readonly rows: readonly Row[] } | CsvFault;

/** Why a file cannot be read at all. */
export type CsvFault =
  | { readonly reason: 'columns_missing'; readonly columns: readonly string[] }
  | { readonly reason: 'unreadable' };

const REQUIRED: readonly TaxColumn[] = ['jurisdiction', 'tax', 'class', 'valid_from', 'source'];

/** Reads a CSV file of rates. Columns that nobody knows are passed over. */
export function readTaxFile(text: string): CsvFile<TaxFileRow> {
  return readCsv(text, { columns: TAX_COLUMNS, required: REQUIRED }, (line, cells) => ({ line, ...readTaxRow(cells) }));
}

/** Reads a CSV file with a header row by row: the cells by their column, whatever its place, missing ones empty. */
export function readCsv<Column extends string, Row>(
  text: string,
  { columns, required }: { readonly columns: readonly Column[]; readonly required: readonly Column[] },
  rowOf: (line: number, cells: Readonly<Partial<Record<Column, string>>>) => Row,
): CsvFile<Row> {
  let records: readonly { readonly record: readonly string[]; readonly info: { readonly lines: number } }[];
  try {
    records = parse(text, {
      info: true,
      bom: true,
      skip_empty_lines: true,
      relax_column_count: true,
      trim: true,
    }) as unknown as typeof records;
  } catch {
    return { reason: 'unreadable' };
  }
  const header = (records[0]?.record ?? []).map((name) => name.toLowerCase().replaceAll(' ', '_'));
  const missing = required.filter((column) => !header.includes(column));
  if (missing.length > 0) return { reason: 'columns_missing', columns: missing };
  return {
    rows: records.slice(1).map(({ record, info }) => {
      const cells: Partial<Record<Column, string>> = {};
      for (const column of columns) cells[column] = record[header.indexOf(column)] ?? '';
      return rowOf(info.lines, cells);
    }),
  };
}

/** The rates as a file that can be taken in again. */
export function taxFileOf(rates: readonly TaxRate[]): string {
  return [
    csvLine(TAX_COLUMNS),
    ...rates.map((rate) => csvLine(TAX_COLUMNS.map((column) => cellOf(rate, column)))),
  ].join('');
}

function cellOf(rate: TaxRate, column: TaxColumn): string | number | undefined {
  const { perUnit } = rate;
  switch (column) {
    case 'jurisdiction':
      return rate.jurisdiction;
    case 'tax':
      return rate.code;
    case 'class':
      return rate.taxClass;
    case 'percent':
      return perUnit === undefined ? ppmToPercent(rate.ratePpm) : '';
    case 'valid_from':
      return rate.validFrom;
    case 'valid_until':
      return rate.validUntil;
    case 'compound':
      return rate.compound ? 'yes' : '';
    case 'exempt':
      return rate.exempt ? 'yes' : '';
    case 'per_unit':
      return perUnit === undefined ? '' : unitPriceToDecimalString(perUnit);
    case 'per':
      return perUnit?.per;
    case 'currency':
      return perUnit?.currency;
    case 'under_others':
      return perUnit?.underOthers === true ? 'yes' : '';
    case 'name':
      return rate.name;
    case 'source':
      return rate.source;
    case 'checked_on':
      return rate.checkedOn;
  }
}
