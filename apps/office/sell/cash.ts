import { digitsOf } from '../../kit/numbers.tsx';

/** Notes in whole units that people hand over, for currencies whose notes run 5, 10, 20, 50, 100. */
const NOTES = [5, 10, 20, 50, 100, 200] as const;

/**
 * What a customer is likely to hand over for `total` minor units: the exact sum, the next whole unit, and the sums reached with one kind of note;
 * at most five, rising.
 */
export function cashSuggestions(total: number, currency: string): number[] {
  const unit = 10 ** digitsOf(currency);
  const upTo = (step: number): number => Math.ceil(total / step) * step;
  const sums = [total, upTo(unit), ...NOTES.map((note) => upTo(note * unit))];
  return [...new Set(sums)].sort((a, b) => a - b).slice(0, 5);
}
