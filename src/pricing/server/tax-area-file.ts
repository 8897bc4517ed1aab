import { csvLine } from '../../../platform/files/csv-out.ts';
import type { PostalArea } from '../tax/postal-area.ts';
import { POSTAL_COLUMNS, readPostalRow, type PostalColumn, type PostalRowProblem } from '../tax/postal-area-import.ts';
import { readCsv, type CsvFile } from './tax-file.ts';

/** A row of a file of postal areas: its line, and the area or what is wrong with it. */
export type PostalFileRow = {
  readonly line: number;
  readonly area?: PostalArea;
  readonly problems: readonly PostalRowProblem[];
};

const REQUIRED: readonly PostalColumn[] = ['country', 'region', 'from', 'valid_from', 'source'];

/** Reads a CSV file of postal areas. Columns that nobody knows are passed over. */
export function readPostalFile(text: string): CsvFile<PostalFileRow> {
  return readCsv(text, { columns: POSTAL_COLUMNS, required: REQUIRED }, (line, cells) => ({
    line,
    ...readPostalRow(cells),
  }));
}

/** The areas as a file that can be taken in again. */
export function postalFileOf(areas: readonly PostalArea[]): string {
  const lines = areas.map((one) =>
    csvLine([
      one.country,
      one.region,
      one.from,
      one.through,
      one.county,
      one.city,
      one.districts.join('; '),
      one.validFrom,
      one.validUntil,
      one.source,
    ]),
  );
  return [csvLine(POSTAL_COLUMNS), ...lines].join('');
}
