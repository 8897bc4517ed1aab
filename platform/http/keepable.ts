/**
 * Where a value holds text that PostgreSQL cannot keep, as a JSON pointer; undefined when there is none. That is the character NUL, which no text or
 * jsonb takes, and half a surrogate pair, which is no Unicode and would come back as something else. Names of fields count too.
 */
export function findUnkeepable(value: unknown, path = ''): string | undefined {
  if (typeof value === 'string') return isKeepable(value) ? undefined : path === '' ? '/' : path;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    if (!isKeepable(name)) return path === '' ? '/' : path;
    const found = findUnkeepable(inner, `${path}/${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

// With the flag u a pair is one letter, so that only half of one is a surrogate.
const UNKEEPABLE_LETTER = /[\0\p{Surrogate}]/u;

/** Whether PostgreSQL can keep a text and give it back as it was. */
export function isKeepable(text: string): boolean {
  return !UNKEEPABLE_LETTER.test(text);
}

/** A text with what cannot be kept replaced by U+FFFD. */
export function keepable(text: string): string {
  return text.replaceAll(/[\0\p{Surrogate}]/gu, '\ufffd');
}

/** Whether JSON text could hold such a value at all: in JSON both can only be written as an escape, so most bodies need no second look. */
export function mayHoldUnkeepable(json: string): boolean {
  return /\\u(?:0000|[dD][89a-fA-F])/.test(json);
}
