/**
 * A sum is beyond ±2^53 (90 trillion in cents), where numbers lose digits. No bug: every amount of it was fine when it was entered. Over HTTP
 * it is a 409, because fewer days or places may be asked for.
 */
export class SumTooLarge extends RangeError {
  override readonly name = 'SumTooLarge';
}

/** The exact sum of whole numbers. Throws {@link SumTooLarge} rather than round, as soon as it leaves ±2^53. */
export function sumOf(amounts: readonly number[]): number {
  let sum = 0;
  for (const amount of amounts) {
    sum += amount;
    // Both were exact, so a sum beyond the limit shows, whichever way it was rounded.
    if (!Number.isSafeInteger(sum)) throw new SumTooLarge(`a sum of ${amounts.length} amounts does not fit a number`);
  }
  return sum;
}
