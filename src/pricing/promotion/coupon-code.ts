import { assert } from '../../kernel/assert.ts';

/** Crockford's base 32: no I, L, O or U, so that nothing is read as something else. */
const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Symbols of a code that was made: 11 that nobody guesses (55 bits) and one that checks them. */
const LENGTH = 12;

/** A code as it is kept and compared: capitals and digits only. Undefined when it can be none: too short, too long or with other signs. */
export function normaliseCouponCode(text: string): string | undefined {
  const code = text.replace(/[\s-]/g, '').toUpperCase();
  return /^[A-Z0-9]{3,40}$/.test(code) ? code : undefined;
}

/** A code of single use from 11 numbers of 0 to 31 that nobody can guess; the last symbol checks the others. */
export function madeCouponCode(drawn: readonly number[]): string {
  assert(drawn.length === LENGTH - 1 && drawn.every((one) => one >= 0 && one < 32), 'a code is made of 11 symbols');
  return [...drawn, checkSymbol(drawn)].map((one) => SYMBOLS.charAt(one)).join('');
}

/**
 * A normalised code as one that was made: O read as 0, I and L as 1. Undefined when it can be none, because a symbol is wrong or two changed places: nobody
 * needs to be asked to know that.
 */
export function readMadeCode(code: string): string | undefined {
  if (code.length !== LENGTH) return undefined;
  const read = code.replace(/O/g, '0').replace(/[IL]/g, '1');
  const values = read.split('').map((symbol) => SYMBOLS.indexOf(symbol));
  if (values.includes(-1)) return undefined;
  return values[LENGTH - 1] === checkSymbol(values.slice(0, -1)) ? read : undefined;
}

/** Each symbol counts with the odd number of its place, modulo 32: every single wrong symbol is found, and every swap of neighbours but those 16 apart. */
function checkSymbol(values: readonly number[]): number {
  return values.reduce((sum, value, at) => (sum + value * (2 * at + 3)) % 32, 0);
}

/** `ABCD-EFGH-JKMN`, as it is printed. */
export function showMadeCode(code: string): string {
  return code.replace(/(.{4})(?=.)/g, '$1-');
}
