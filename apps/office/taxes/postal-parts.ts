/** A part of a file that the server takes at once: its text, and in which line of the whole file each of its lines stood. */
export type PostalPart = { readonly csv: string; readonly lines: readonly number[] };

type CsvRecord = { readonly raw: string; readonly cells: readonly string[]; readonly line: number };

/** What the server takes at once, in rows and in characters; see `importPostalAreas`. */
const AT_ONCE = { rows: 5_000, characters: 1_400_000 };

/**
 * Cuts a file of postal areas into parts, each with the header. Rows of the same codes come together, so that one that follows another is sent with it.
 * Nothing is judged here: what is wrong with a row is said by the server.
 */
export function postalParts(text: string, atOnce = AT_ONCE): PostalPart[] {
  const [header, ...rows] = recordsOf(text);
  if (header === undefined) return [];
  const names = header.cells.map((name) => name.trim().toLowerCase().replaceAll(' ', '_'));
  const columns = ['country', 'region', 'from', 'valid_from'].map((name) => names.indexOf(name));
  const keyOf = ({ cells }: CsvRecord): string =>
    columns.map((at) => (cells[at] ?? '').toUpperCase().replaceAll(/[\s-]/g, '')).join(' ');
  const ordered = rows
    .map((row) => ({ row, key: keyOf(row) }))
    .toSorted((a, b) => (a.key === b.key ? a.row.line - b.row.line : a.key < b.key ? -1 : 1));

  const parts: { texts: string[]; lines: number[] }[] = [];
  let part: (typeof parts)[number] | undefined;
  let characters = 0;
  for (const { row } of ordered) {
    characters += row.raw.length + 1;
    if (part === undefined || part.texts.length > atOnce.rows || characters > atOnce.characters) {
      part = { texts: [header.raw], lines: [header.line] };
      parts.push(part);
      characters = header.raw.length + row.raw.length + 2;
    }
    part.texts.push(row.raw);
    part.lines.push(row.line);
  }
  // A file without rows is shown to the server too, which says what it lacks.
  if (part === undefined) return [{ csv: header.raw, lines: [header.line] }];
  return parts.map(({ texts, lines }) => ({ csv: texts.join('\n'), lines }));
}

/** The records of a CSV file that are not empty. A line break within quotes becomes a blank, so that every record is one line of its part. */
function recordsOf(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let [raw, cell, cells, quoted, line, begun]: [string, string, string[], boolean, number, number] = [
    '',
    '',
    [],
    false,
    1,
    1,
  ];
  const end = (): void => {
    if (raw.trim() !== '') records.push({ raw, cells: [...cells, cell], line: begun });
    [raw, cell, cells] = ['', '', []];
  };
  for (const sign of text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')) {
    if (sign === '\n') line += 1;
    if (sign === '\n' && !quoted) {
      end();
      begun = line;
      continue;
    }
    raw += sign === '\n' ? ' ' : sign;
    if (sign === '"') quoted = !quoted;
    else if (sign === ',' && !quoted) {
      cells = [...cells, cell];
      cell = '';
    } else cell += sign;
  }
  end();
  return records;
}
