/**
 * What a person typed, for `to_tsquery('simple', …)`: every word may be the beginning of one. `blue mu` becomes `blue:* & mu:*`.
 * Nothing but letters and digits is left, so nothing in it can be an operator. Empty when there is no word: it matches nothing.
 */
export function wordsQuery(text: string): string {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => `${word}:*`).join(' & ');
}

/**
 * The range in which everything lies that begins with the text, for `column ~>=~ $1 and column ~<~ $2` over an index with
 * text_pattern_ops. Unlike `like $1` it uses the index also in a prepared plan that knows no values yet, and `%` is just a sign.
 */
export function beginning(text: string): [from: string, to: string] {
  return [text, `${text}\u{10FFFF}`];
}
