import { assert } from '../kernel/assert.ts';

/** Crockford's base 32: no I, L, O or U, so that nothing is read as something else. */
const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Symbols of a code: 15 that were drawn (75 bits, which nobody guesses) and one that checks them. */
const LENGTH = 16;

/**
 * A gift card's code from 15 numbers of 0 to 31 that were drawn by chance. The last symbol is the check symbol by the Luhn algorithm modulo 32: it
 * finds every single wrong symbol. Written without hyphens; {@link showGiftCardCode} writes it for people.
 */
export function giftCardCode(drawn: readonly number[]): string {
  assert(drawn.length === LENGTH - 1 && drawn.every((one) => one >= 0 && one < 32), 'a code is made of 15 symbols');
  return [...drawn, checkSymbol(drawn)].map((one) => SYMBOLS.charAt(one)).join('');
}

/**
 * The code that somebody typed or scanned, without spaces and hyphens, in capitals, O read as 0, I and L as 1. Undefined when it can be none of ours:
 * too long, too short, or its check symbol does not fit. Nobody needs to be asked to know that.
 */
export function normaliseGiftCardCode(text: string): string | undefined {
  const code = text.replace(/[\s-]/g, '').toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1');
  if (code.length !== LENGTH) return undefined;
  const values = Array.from(code, (symbol) => SYMBOLS.indexOf(symbol));
  if (values.includes(-1)) return undefined;
  return values[LENGTH - 1] === checkSymbol(values.slice(0, -1)) ? code : undefined;
}

/** `ABCD-EFGH-JKMN-PQRS`: in groups of four, as it is printed. */
export function showGiftCardCode(code: string): string {
  return code.replace(/(.{4})(?=.)/g, '$1-');
}

/** Every second symbol from the right counts twice; the two digits of what that makes, to the base of 32, are added up. */
function checkSymbol(values: readonly number[]): number {
  let sum = 0;
  values.forEach((value, at) => {
    const weighed = (values.length - at) % 2 === 1 ? value * 2 : value;
    sum += Math.trunc(weighed / 32) + (weighed % 32);
  });
  return (32 - (sum % 32)) % 32;
}
