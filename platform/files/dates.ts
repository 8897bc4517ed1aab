import { MAX_SAMPLES, type Recognised } from './recognised.ts';

/** In which order day, month and year stand. */
export type DateOrder = 'ymd' | 'dmy' | 'mdy';

/** Looks at the dates of a column as they go by. */
export type DateEvidence = { add(text: string): void; result(): Recognised<DateOrder> | undefined };

const PARTS = /^\s*(\d{1,4})([-./])(\d{1,2})\2(\d{1,4})(?:[T\s].*)?$/;

/** The orders in which a date can be read. Points are written between day, month and year only, slashes in both ways. */
export function ordersOf(text: string): readonly DateOrder[] {
  const found = PARTS.exec(text);
  if (found === null) return [];
  const orders: readonly DateOrder[] =
    (found[1] ?? '').length === 4 ? ['ymd'] : found[2] === '.' ? ['dmy'] : ['dmy', 'mdy'];
  return orders.filter((order) => readDate(text, order) !== undefined);
}

/** Recognises the order of a column's dates. Undefined: there was none. A column in which both orders are needed is not certain. */
export function createDateEvidence(): DateEvidence {
  const only = { ymd: 0, dmy: 0, mdy: 0 };
  let either = 0;
  const seen = new Set<string>();
  return {
    add(text) {
      const orders = ordersOf(text);
      const [one] = orders;
      if (one === undefined) return;
      if (orders.length > 1) either += 1;
      else only[one] += 1;
      // What tells is shown first.
      if (seen.size < MAX_SAMPLES && (orders.length === 1 || seen.size < 2)) seen.add(text.trim());
    },
    result() {
      const used = (['ymd', 'dmy', 'mdy'] as const).filter((order) => only[order] > 0);
      if (used.length === 0 && either === 0) return undefined;
      const value = used.toSorted((a, b) => only[b] - only[a])[0] ?? 'dmy';
      const certain = used.length === 1 && (either === 0 || value !== 'ymd');
      const others = (['ymd', 'dmy', 'mdy'] as const).filter(
        (order) => order !== value && (used.includes(order) || (either > 0 && order !== 'ymd')),
      );
      return {
        value,
        certain,
        why: certain
          ? `${only[value]} dates can only be read as ${WORDS[value]}.`
          : used.length > 1
            ? `Some dates can only be read as ${used.map((order) => WORDS[order]).join(', some only as ')}.`
            : `${either} dates can be read as ${WORDS.dmy} and as ${WORDS.mdy}.`,
        samples: [...seen].map((found) => ({ found, reads: readDate(found, value) ?? 'no date' })),
        others: certain ? [] : others,
      };
    },
  };
}

const WORDS: Readonly<Record<DateOrder, string>> = {
  ymd: 'year, month, day',
  dmy: 'day, month, year',
  mdy: 'month, day, year',
};

/** Reads a date as `YYYY-MM-DD`; a time behind it is left out. A date with the year in front is read so under every order. Years of two digits are this century's. Undefined when there is no such day. */
export function readDate(text: string, order: DateOrder): string | undefined {
  const found = PARTS.exec(text);
  if (found === null) return undefined;
  const [, first = '', , second = '', third = ''] = found;
  const [year, month, day] =
    first.length === 4
      ? [first, second, third]
      : order === 'mdy'
        ? [third, first, second]
        : order === 'dmy'
          ? [third, second, first]
          : ['', '', ''];
  if ((year.length !== 4 && year.length !== 2) || month.length > 2 || day.length > 2) return undefined;
  const y = Number(year.length === 2 ? `20${year}` : year);
  const [m, d] = [Number(month), Number(day)];
  const leap = (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][m - 1];
  if (days === undefined || d < 1 || d > days || y < 1) return undefined;
  return `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`;
}
