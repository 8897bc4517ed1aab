import { parse } from 'csv-parse/sync';
import { MAX_SAMPLES, type Recognised } from './recognised.ts';

/** What may stand between two columns. */
export const SEPARATORS = [',', ';', '\t', '|'] as const;

/** One of {@link SEPARATORS}. */
export type Separator = (typeof SEPARATORS)[number];

const NAMES: Readonly<Record<Separator, string>> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'pipe' };
const ROWS = 200;

/**
 * Recognises the separator from the beginning of a file: the one that cuts most rows into as many columns as the first. `text` may end within a row. When another
 * one does so too, the person chooses. A file of one column has none, and any will do.
 */
export function recogniseSeparator(text: string): Recognised<Separator> {
  const tried = SEPARATORS.map((separator) => tryOut(text, separator)).toSorted(
    (a, b) => b.agreeing * (b.columns > 1 ? 1 : 0) - a.agreeing * (a.columns > 1 ? 1 : 0) || b.columns - a.columns,
  );
  const best = tried[0] as Tried;
  if (best.columns < 2)
    return {
      value: ',',
      certain: true,
      why: 'There is only one column.',
      samples: samples(best),
      others: [],
    };
  const rivals = tried.slice(1).filter((one) => one.columns > 1 && one.agreeing >= best.agreeing * 0.9);
  return {
    value: best.separator,
    certain: rivals.every((one) => one.columns * 2 <= best.columns),
    why: `Cut at each ${NAMES[best.separator]}, ${Math.round(best.agreeing * 100)} % of the first ${best.rows} rows have ${best.columns} columns like the first.`,
    samples: samples(best),
    others: rivals.filter((one) => one.columns * 2 > best.columns).map((one) => one.separator),
  };
}

type Tried = {
  readonly separator: Separator;
  readonly columns: number;
  readonly rows: number;
  /** Which share of the rows has as many columns as the first. */
  readonly agreeing: number;
  readonly head: readonly string[];
};

function tryOut(text: string, separator: Separator): Tried {
  let rows: string[][] = [];
  try {
    rows = parse(text, {
      delimiter: separator,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      bom: true,
      to: ROWS,
      max_record_size: 1_000_000,
    });
  } catch {
    // The text ends within quotes: that a file is cut off here is no fault of the file.
    rows = text
      .split(/\r?\n/, ROWS)
      .filter((line) => line !== '')
      .map((line) => line.split(separator));
  }
  const columns = rows[0]?.length ?? 0;
  const others = rows.slice(1);
  const agreeing = others.filter((row) => row.length === columns).length;
  return {
    separator,
    columns,
    rows: rows.length,
    agreeing: others.length === 0 ? 1 : agreeing / others.length,
    head: rows[0] ?? [],
  };
}

function samples({ head }: Tried): Recognised<Separator>['samples'] {
  return head.slice(0, MAX_SAMPLES).map((name) => ({ found: name, reads: name.trim() }));
}
