import type { DecimalMark } from '../../platform/files/numbers.ts';

/** A column that we understand. `names` are what it is called in files; `{n}` in a name stands for a number and makes a family (`Attribute {n} name`). */
export type ColumnSpec = {
  readonly field: string;
  readonly names: readonly string[];
  readonly required?: boolean;
  /** What its values are, where they must be read in one of several ways. */
  readonly holds?: 'number' | 'date';
  readonly says: string;
};

/** What became of one column of a file. `field` is null for one that is not taken in. */
export type ColumnFound = { readonly column: string; readonly index: number; readonly field: string | null };

/** Where each field stands. */
export type ColumnMap = {
  readonly found: readonly ColumnFound[];
  /** Fields that are needed and not there. */
  readonly missing: readonly string[];
  /** Fields that two columns claim; the first has it. */
  readonly doubled: readonly string[];
  at(field: string): number | undefined;
  /** The column's name as the file writes it, for messages. */
  nameOf(field: string): string;
};

function plainName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_\-/().,:]+/g, ' ')
    .trim();
}

/**
 * Finds the fields in a header. `chosen` says which column (by name) a person gave a field; the empty text takes the field away. Names are compared without regard to
 * capitals, spaces and hyphens.
 */
export function mapColumns(
  header: readonly string[],
  specs: readonly ColumnSpec[],
  chosen: Readonly<Record<string, string>> = {},
): ColumnMap {
  const fieldAt = new Map<number, string>();
  const at = new Map<string, number>();
  const doubled: string[] = [];
  for (const [field, column] of Object.entries(chosen)) {
    const index = column === '' ? -1 : header.indexOf(column);
    at.set(field, index);
    if (index >= 0) fieldAt.set(index, field);
  }
  const families = specs.filter(({ names }) => names.some((name) => name.includes('{n}')));
  const byName = new Map(specs.flatMap(({ field, names }) => names.map((name) => [plainName(name), field] as const)));
  for (const [index, column] of header.entries()) {
    if (fieldAt.has(index)) continue;
    const name = plainName(column);
    const field = byName.get(name) ?? fieldOfFamily(name, families);
    if (field === undefined) continue;
    if (at.has(field)) {
      if (chosen[field] === undefined) doubled.push(field);
      continue;
    }
    at.set(field, index);
    fieldAt.set(index, field);
  }
  for (const [field, index] of at) if (index < 0) at.delete(field);
  return {
    found: header.map((column, index) => ({ column, index, field: fieldAt.get(index) ?? null })),
    missing: specs.filter(({ field, required }) => required === true && !at.has(field)).map(({ field }) => field),
    doubled,
    at: (field) => at.get(field),
    nameOf: (field) => header[at.get(field) ?? -1] ?? field,
  };
}

function fieldOfFamily(name: string, families: readonly ColumnSpec[]): string | undefined {
  for (const { field, names } of families) {
    for (const one of names) {
      const [before = '', after = ''] = plainName(one).split('{n}');
      const middle = name.slice(before.length, name.length - after.length);
      if (name.startsWith(before) && name.endsWith(after) && /^\d{1,3}$/.test(middle))
        return field.replace('{n}', middle);
    }
  }
  return undefined;
}

/** How a file is read once everything about it is known. `marks` by field; a field that is not in it was never written with a sign. */
export type ReadingRules = {
  readonly columns: ColumnMap;
  readonly marks: Readonly<Record<string, DecimalMark>>;
  /** Decimal digits of the currency that prices are in. */
  readonly minorUnits: number;
  /** Products whose rows do not stand together, by reference. They are kept until the end. */
  readonly apart: ReadonlySet<string>;
};
