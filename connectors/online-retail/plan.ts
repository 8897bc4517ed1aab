import { natureOf, penceOf, treatmentOf, type FileLine, type LineNature, type Treatment } from './classify.ts';

/** An invoice, credit note or stock note of the file as it stands there. {@link linesOf} says how its lines are treated. */
export type PlannedInvoice = {
  readonly number: string;
  readonly at: string;
  readonly customer: string;
  readonly country: string;
  readonly fileLines: readonly FileLine[];
};

/** A line with what it is, what happens to it, and what it comes to: `pence` is rounded once, `thousandths` is exact. */
export type PlannedLine = FileLine & {
  readonly nature: LineNature;
  readonly treatment: Treatment;
  readonly thousandths: number;
  readonly pence: number;
};

/** A stock code of the file. `opening` units must have been there for the year to happen; `unitCostThousandths` is what they are assumed to have cost. */
export type PlannedSku = {
  readonly code: string;
  readonly name: string;
  readonly nature: LineNature;
  readonly opening: number;
  readonly openingValuePence: number;
};

/** Sums of the file itself, exact, in thousandths of a pound; `byMonthAndCountry` is net of credit notes. */
export type FileSums = {
  readonly lines: number;
  readonly sales: { lines: number; thousandths: number };
  readonly credits: { lines: number; thousandths: number };
  readonly expenses: { lines: number; thousandths: number };
  readonly roundingThousandths: number;
  readonly byMonthAndCountry: ReadonlyMap<string, number>;
  readonly odd: Readonly<Record<OddKind, number>>;
  readonly treatments: Readonly<Record<Treatment, number>>;
};

/** What was odd in the file. */
export type OddKind =
  | 'without_customer'
  | 'zero_price'
  | 'negative_price'
  | 'three_decimals'
  | 'given_away'
  | 'return_without_sale'
  | 'test_line'
  | 'invoice_with_two_times'
  | 'no_description'
  | 'unspecified_country';

/** The whole year, ready to be written. */
export type ReplayPlan = {
  readonly invoices: readonly PlannedInvoice[];
  readonly skus: readonly PlannedSku[];
  readonly customers: ReadonlyMap<string, string>;
  readonly sums: FileSums;
};

/** Opening stock is assumed to have cost half of what it was sold for on average. */
export const ASSUMED_COST_SHARE = 0.5;

/** The lines of an invoice with how each is treated. Made anew at each call: half a million of them kept would fill the memory. */
export function linesOf(invoice: PlannedInvoice): PlannedLine[] {
  const signs = {
    credit: invoice.number.startsWith('C'),
    hasCustomer: invoice.customer !== '',
    hasPrice: invoice.fileLines.some((line) => line.unitPrice !== 0),
  };
  return invoice.fileLines.map((line) => {
    const thousandths = line.unitPrice * line.quantity;
    return {
      ...line,
      nature: natureOf(line.code),
      treatment: treatmentOf(line, signs),
      thousandths,
      pence: penceOf(thousandths),
    };
  });
}

/** Groups the lines of a year into invoices in the order they began, and finds the stock that must have been there at the start. */
export function planYear(lines: Iterable<FileLine>): ReplayPlan {
  const byInvoice = new Map<string, FileLine[]>();
  for (const line of lines) {
    const known = byInvoice.get(line.invoice);
    if (known === undefined) byInvoice.set(line.invoice, [line]);
    else known.push(line);
  }
  const book = createYearBook();
  const invoices: PlannedInvoice[] = [];
  for (const [number, own] of byInvoice) {
    const [first] = own as [FileLine];
    const invoice: PlannedInvoice = {
      number,
      at: first.at,
      customer: first.customer,
      country: first.country,
      fileLines: own,
    };
    invoices.push(invoice);
    book.add(
      linesOf(invoice),
      own.some((line) => line.at !== first.at),
    );
  }
  return { invoices, ...book.close() };
}

type SkuBook = {
  names: Map<string, number>;
  nature: LineNature;
  stock: number;
  lowest: number;
  soldUnits: number;
  soldThousandths: number;
};

function createYearBook(): {
  add(lines: readonly PlannedLine[], twoTimes: boolean): void;
  close(): Omit<ReplayPlan, 'invoices'>;
} {
  const skus = new Map<string, SkuBook>();
  const customers = new Map<string, string>();
  const bought = new Map<string, number>();
  const byMonthAndCountry = new Map<string, number>();
  const odd: Record<OddKind, number> = {
    without_customer: 0,
    zero_price: 0,
    negative_price: 0,
    three_decimals: 0,
    given_away: 0,
    return_without_sale: 0,
    test_line: 0,
    invoice_with_two_times: 0,
    no_description: 0,
    unspecified_country: 0,
  };
  const treatments: Record<Treatment, number> = { sale: 0, credit: 0, write_off: 0, found: 0, expense: 0, left_out: 0 };
  const sums = {
    lines: 0,
    sales: { lines: 0, thousandths: 0 },
    credits: { lines: 0, thousandths: 0 },
    expenses: { lines: 0, thousandths: 0 },
    roundingThousandths: 0,
  };

  const addLine = (line: PlannedLine): void => {
    sums.lines += 1;
    treatments[line.treatment] += 1;
    sums.roundingThousandths += line.thousandths - line.pence * 10;
    if (line.customer === '') odd.without_customer += 1;
    else if (!customers.has(line.customer)) customers.set(line.customer, line.country);
    if (line.unitPrice === 0) odd.zero_price += 1;
    if (line.unitPrice < 0) odd.negative_price += 1;
    if (line.unitPrice % 10 !== 0) odd.three_decimals += 1;
    if (line.description === '') odd.no_description += 1;
    if (line.country === 'Unspecified') odd.unspecified_country += 1;
    if (line.treatment === 'left_out') odd.test_line += 1;
    if (line.treatment === 'sale' && line.unitPrice === 0) odd.given_away += 1;
    const bucket =
      line.treatment === 'sale'
        ? sums.sales
        : line.treatment === 'credit'
          ? sums.credits
          : line.treatment === 'expense'
            ? sums.expenses
            : undefined;
    if (bucket !== undefined) {
      bucket.lines += 1;
      bucket.thousandths += line.thousandths;
    }
    if (line.treatment === 'sale' || line.treatment === 'credit') {
      const key = `${line.at.slice(0, 7)}|${line.country}`;
      byMonthAndCountry.set(key, (byMonthAndCountry.get(key) ?? 0) + line.thousandths);
    }
    addToSku(line);
  };

  const addToSku = (line: PlannedLine): void => {
    let sku = skus.get(line.code);
    if (sku === undefined)
      skus.set(
        line.code,
        (sku = { names: new Map(), nature: line.nature, stock: 0, lowest: 0, soldUnits: 0, soldThousandths: 0 }),
      );
    // Staff write their remarks into the description of write-offs: names are taken from priced lines where there are any.
    const weight = line.unitPrice > 0 ? 1000 : 1;
    if (line.description !== '') sku.names.set(line.description, (sku.names.get(line.description) ?? 0) + weight);
    if (line.nature !== 'goods' || line.treatment === 'left_out') return;
    // Sales and credits take their quantity from the stock (a credit's is negative), write-offs and finds are its change.
    sku.stock += line.treatment === 'sale' || line.treatment === 'credit' ? 0 - line.quantity : line.quantity;
    sku.lowest = Math.min(sku.lowest, sku.stock);
    if (line.treatment === 'sale') {
      sku.soldUnits += line.quantity;
      sku.soldThousandths += line.thousandths;
      const key = `${line.customer}|${line.code}`;
      bought.set(key, (bought.get(key) ?? 0) + line.quantity);
    } else if (line.treatment === 'credit') {
      const key = `${line.customer}|${line.code}`;
      const left = (bought.get(key) ?? 0) + line.quantity;
      if (left < 0) odd.return_without_sale += 1;
      bought.set(key, Math.max(0, left));
    }
  };

  return {
    add(lines, twoTimes) {
      if (twoTimes) odd.invoice_with_two_times += 1;
      for (const line of lines) addLine(line);
    },
    close: () => ({
      customers,
      sums: { ...sums, byMonthAndCountry, odd, treatments },
      skus: [...skus].map(([code, sku]) => {
        const opening = 0 - sku.lowest;
        const average = sku.soldUnits === 0 ? 0 : sku.soldThousandths / sku.soldUnits;
        return {
          code,
          name: likeliestName(sku.names) ?? code,
          nature: sku.nature,
          opening,
          openingValuePence: Math.round((opening * average * ASSUMED_COST_SHARE) / 10),
        };
      }),
    }),
  };
}

function likeliestName(names: ReadonlyMap<string, number>): string | undefined {
  let best: string | undefined;
  let most = 0;
  for (const [name, weight] of names) {
    if (weight > most) {
      best = name;
      most = weight;
    }
  }
  return best;
}
