import { MAX_SAMPLES, type Recognised } from './recognised.ts';

/** Which sign stands before the decimals. */
export type DecimalMark = 'point' | 'comma';

/** A number as it was written, without a float in between: `digits / 10^decimals`. */
export type Decimal = { readonly digits: number; readonly decimals: number };

/** Looks at the numbers of a column as they go by. */
export type NumberEvidence = { add(text: string): void; result(): Recognised<DecimalMark> | undefined };

/** The number without blanks, currency signs and codes around it. Swiss and SI grouping (1'299.00, 1 299,00) is grouping, whatever the mark. */
function bare(text: string): string {
  return text
    .replaceAll(/[\s'’\u00a0\u202f]/g, '')
    .replace(/^(?:[A-Z]{3}|\p{Sc})/u, '')
    .replace(/(?:[A-Z]{3}|\p{Sc})$/u, '');
}

/**
 * What one number says about the mark: `1.299,00` and `12,5` say comma, `1,299.00` and `12.50` say point; `1.299` and `1,299` may be either, because three digits after one sign
 * are thousands as well as thousandths; a number without signs says nothing.
 */
export function markOf(text: string): DecimalMark | 'either' | undefined {
  const number = bare(text).replace(/^[+-]/, '');
  const comma = number.lastIndexOf(',');
  const point = number.lastIndexOf('.');
  if (comma < 0 && point < 0) return undefined;
  if (comma >= 0 && point >= 0) return comma > point ? 'comma' : 'point';
  const [sign, at] = comma >= 0 ? ([',', comma] as const) : (['.', point] as const);
  const isGrouping = number.indexOf(sign) !== at;
  if (isGrouping) return sign === ',' ? 'point' : 'comma';
  // Nobody groups a number that begins with nought, or one of more than three digits in front.
  const before = number.slice(0, at);
  if (number.length - at - 1 === 3 && /^[1-9]\d{0,2}$/.test(before)) return 'either';
  return sign === ',' ? 'comma' : 'point';
}

/** Recognises the decimal mark of a column. Undefined: no number had a sign, so that it does not matter. */
export function createNumberEvidence(): NumberEvidence {
  const counts = { point: 0, comma: 0, either: 0 };
  const seen = { point: new Set<string>(), comma: new Set<string>(), either: new Set<string>() };
  return {
    add(text) {
      if (text === '' || !/\d/.test(text)) return;
      const mark = markOf(text);
      if (mark === undefined) return;
      counts[mark] += 1;
      if (seen[mark].size < MAX_SAMPLES) seen[mark].add(text);
    },
    result() {
      const { point, comma, either } = counts;
      if (point + comma + either === 0) return undefined;
      const value: DecimalMark = comma > point ? 'comma' : 'point';
      const other: DecimalMark = value === 'comma' ? 'point' : 'comma';
      const shown = [...seen[value], ...seen[other], ...seen.either].slice(0, MAX_SAMPLES);
      const certain = (point === 0) !== (comma === 0);
      return {
        value,
        certain,
        why: certain
          ? `${counts[value]} numbers can only be read with a decimal ${value}, none with a decimal ${other}.`
          : point === 0
            ? `All ${either} numbers with a sign have three digits after it: they may be thousands or thousandths.`
            : `${point} numbers can only be read with a decimal point and ${comma} with a decimal comma.`,
        samples: shown.map((found) => ({ found, reads: plain(readDecimal(found, value)) ?? 'no number' })),
        others: certain ? [] : [other],
      };
    },
  };
}

/** Reads a number under a mark. Undefined when it is none: letters, two marks, grouping that does not stand by threes. At most 15 digits. */
export function readDecimal(text: string, mark: DecimalMark): Decimal | undefined {
  const [point, group] = mark === 'point' ? ['.', ','] : [',', '.'];
  const number = bare(text);
  const sign = number.startsWith('-') ? -1 : 1;
  const [whole = '', fraction, ...rest] = number.replace(/^[+-]/, '').split(point);
  if (rest.length > 0) return undefined;
  const groups = whole.split(group);
  if (groups.length > 1 && !(/^\d{1,3}$/.test(groups[0] ?? '') && groups.slice(1).every((one) => /^\d{3}$/.test(one))))
    return undefined;
  const digits = `${groups.join('')}${fraction ?? ''}`;
  if (!/^\d{1,15}$/.test(digits)) return undefined;
  return { digits: sign * Number(digits), decimals: fraction?.length ?? 0 };
}

/** A decimal as people write it with a point. */
export function plain(decimal: Decimal | undefined): string | undefined {
  if (decimal === undefined) return undefined;
  const digits = String(Math.abs(decimal.digits)).padStart(decimal.decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimal.decimals);
  const sign = decimal.digits < 0 ? '-' : '';
  return decimal.decimals === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(whole.length)}`;
}
