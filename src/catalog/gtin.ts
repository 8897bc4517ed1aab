import { checkDigitMod10 } from '../kernel/gs1.ts';

/**
 * A GTIN in the one form in which we store and compare it: 8 digits for a GTIN-8, 14 for a trade unit with a packaging
 * indicator, 13 for all others, so that a UPC-12 and the same number read as an EAN-13 are one. Made by {@link normaliseGtin}.
 */
export type Gtin = string & { readonly __brand: 'Gtin' };

/** What is wrong with a text that should be a GTIN. `check_digit` says which digit would have been right: most often a slip of the finger. */
export type GtinProblem =
  | { readonly problem: 'not_digits' }
  | { readonly problem: 'length'; readonly length: number }
  | { readonly problem: 'check_digit'; readonly expected: number; readonly found: number };

/**
 * Reads a GTIN-8, -12, -13 or -14. Spaces and hyphens, as printed under bar codes, are left out. Sources: GS1 General
 * Specifications, sections 3.3.2 (GTIN in a data field) and 7.9.1 (check digit); a GTIN-8 filled with zeros is still the
 * GTIN-8, because the prefixes 0000000 to 0000099 are given to nobody else.
 */
export function readGtin(text: string): { ok: true; gtin: Gtin } | ({ ok: false } & GtinProblem) {
  const digits = text.replaceAll(/[\s-]/g, '');
  if (!/^[0-9]+$/.test(digits)) return { ok: false, problem: 'not_digits' };
  if (![8, 12, 13, 14].includes(digits.length)) return { ok: false, problem: 'length', length: digits.length };
  const expected = checkDigitMod10(digits.slice(0, -1));
  const found = Number(digits.at(-1));
  if (expected !== found) return { ok: false, problem: 'check_digit', expected, found };
  const full = digits.padStart(14, '0');
  // A zero does not change the check digit, since digits weigh from the right.
  const gtin = full.startsWith('000000') ? full.slice(6) : full.startsWith('0') ? full.slice(1) : full;
  return { ok: true, gtin: gtin as Gtin };
}

/** {@link readGtin} for those who need no reason: the GTIN, or undefined. */
export function normaliseGtin(text: string): Gtin | undefined {
  const read = readGtin(text);
  return read.ok ? read.gtin : undefined;
}
