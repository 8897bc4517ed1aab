/** What makes a spreadsheet take a cell for a formula; in Japanese settings the wide signs too. Some drop NUL and breaks before they look. */
const FORMULA = /^[=+\-@＝＋－＠\0\t\r\n]/;

/**
 * A line of a CSV file (RFC 4180, with CRLF). A text that a spreadsheet would run as a formula gets an apostrophe in front, as OWASP advises; numbers
 * stay numbers, also negative ones.
 */
export function csvLine(cells: readonly (string | number | null | undefined)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
