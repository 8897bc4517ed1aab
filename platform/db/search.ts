/**
 * What a person typed, for `to_tsquery('simple', …)`: every word may be the beginning of one. `blue mu` becomes `blue:* & mu:*`.
 * Nothing but letters and digits is left, so nothing in it can be an operator. Empty when there is no word: it matches nothing.
 */
export function wordsQuery(text: string): string {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => `${word}:*`).join(' & ');
}

/** The pattern of `like` for what begins with the text, its own `%` and `_` taken literally. */
export function startsWith(text: string): string {
  return `${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
}
