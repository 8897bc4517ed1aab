import { loadSql, withTransaction, type Pool } from '../../../platform/db/pool.ts';
import { compareCodePoints } from '../../../src/kernel/compare.ts';
import { ASSUMED_COST_SHARE, linesOf, type OddKind, type ReplayPlan } from '../../../connectors/online-retail/plan.ts';

const sql = loadSql(import.meta.url, './report.sql', [
  'sums_by_kind',
  'sales_by_invoice',
  'count_lines',
  'expenses',
  'balance',
  'levels_unlike_movements',
  'inventory',
]);

/** What the books say after a replay, beside what the file says. `agrees` is true when every comparison comes out even. */
export type ReplayReport = { readonly agrees: boolean; readonly text: string };

const ODD_WORDS: Readonly<Record<OddKind, string>> = {
  without_customer: 'lines without a customer: sold in the web shop to nobody known, paid by bank transfer',
  zero_price: 'lines at price zero: gifts, write-offs and finds, see below',
  given_away: '  of these given away in a sale: sold at zero, their cost is booked',
  negative_price: 'lines with a negative price: bad debts, booked as an expense against receivables',
  three_decimals: 'lines whose price has three decimals: kept as they are, the line is rounded once',
  return_without_sale: 'credited lines that no earlier sale of the file explains: admitted as facts',
  test_line: 'test lines: counted and left out',
  invoice_with_two_times: 'invoices with two times: written at the first',
  no_description: 'lines without a description: the stock code stands in its place',
  unspecified_country: 'lines whose country is "Unspecified": kept under that name',
};

/** Compares the books with the file, sum by sum, and says what was odd and how it was treated. */
export async function reportReplay(pool: Pool, schema: string, plan: ReplayPlan): Promise<ReplayReport> {
  const books = await withTransaction(pool, { schema, snapshot: true }, async (tx) => ({
    kinds: await tx.rows<{ kind: string; documents: number; gross_minor: number }>(sql.sums_by_kind),
    invoices: await tx.rows<{ external_ref: string; gross_minor: number }>(sql.sales_by_invoice),
    counts: await tx.get<{ order_lines: number; movements: number; entries: number; events: number }>(sql.count_lines),
    expenses: await tx.rows<{ account: string; amount_minor: number }>(sql.expenses),
    balance: await tx.get<{ difference: number; postings: number }>(sql.balance),
    levels: await tx.get<{ levels: number; unlike: number; shortfall: number }>(sql.levels_unlike_movements),
    inventory: await tx.get<{ stock_minor: number; ledger_minor: number }>(sql.inventory),
  }));
  const { sums, invoices } = plan;
  const out: string[] = [];
  let agrees = true;
  const compare = (what: string, file: number, book: number, show: (value: number) => string): void => {
    const even = file === book;
    agrees &&= even;
    out.push(
      `  ${what.padEnd(46)} ${show(file).padStart(18)} ${show(book).padStart(18)}  ${even ? 'agrees' : 'DIFFERS'}`,
    );
  };
  const count = (value: number): string => value.toLocaleString('en-GB');
  const pounds = (pence: number): string => `£${(pence / 100).toLocaleString('en-GB', { minimumFractionDigits: 2 })}`;

  const gross = books.kinds.filter((row) => row.kind !== 'credit_note').reduce((sum, row) => sum + row.gross_minor, 0);
  const credits = books.kinds
    .filter((row) => row.kind === 'credit_note')
    .reduce((sum, row) => sum + row.gross_minor, 0);
  const expenses = books.expenses.reduce((sum, row) => sum + row.amount_minor, 0);
  const pence = penceByTreatment(plan);
  out.push('', `  ${'What'.padEnd(46)} ${'File'.padStart(18)} ${'Books'.padStart(18)}`);
  compare('Lines sold or credited', sums.sales.lines + sums.credits.lines, books.counts.order_lines, count);
  compare('Gross sales', pence.sale, gross, pounds);
  compare('Credit notes', pence.credit, credits, pounds);
  compare('Net sales', pence.sale + pence.credit, gross + credits, pounds);
  compare('Fees, charges and bad debts', 0 - pence.expense, expenses, pounds);

  const exact = sums.sales.thousandths + sums.credits.thousandths + sums.expenses.thousandths;
  out.push(
    '',
    `  Sum of quantity × price in the file, exactly      ${(exact / 1000).toLocaleString('en-GB', { minimumFractionDigits: 3 })}`,
    `  Rounding each line to pence                       ${(0 - sums.roundingThousandths / 1000).toFixed(3)}`,
    `  As booked                                         ${((exact - sums.roundingThousandths) / 1000).toLocaleString('en-GB', { minimumFractionDigits: 3 })}`,
  );
  const total = pence.sale + pence.credit + pence.expense;
  compare('As booked, in all', (exact - sums.roundingThousandths) / 10, total, pounds);

  const months = compareMonths(invoices, books.invoices);
  agrees &&= months.different === 0;
  out.push(
    '',
    `  Net by month and country: ${months.compared} sums compared, ${months.different === 0 ? 'all agree' : `${months.different} DIFFER`}.`,
    ...months.lines,
  );

  out.push('', '  What was odd, and how it was treated');
  for (const [kind, words] of Object.entries(ODD_WORDS))
    out.push(`  ${count(sums.odd[kind as OddKind]).padStart(9)} ${words}`);
  const { treatments } = sums;
  out.push(
    '',
    `  Every line is accounted for: ${count(treatments.sale)} sold, ${count(treatments.credit)} credited, ${count(treatments.write_off)} written off, ` +
      `${count(treatments.found)} found, ${count(treatments.expense)} expenses, ${count(treatments.left_out)} left out = ${count(sums.lines)} lines.`,
  );
  const opening = plan.skus.reduce((sum, sku) => sum + sku.opening, 0);
  const value = plan.skus.reduce((sum, sku) => sum + sku.openingValuePence, 0);
  out.push(
    '',
    `  Assumed: opening stock of ${count(opening)} units, just enough for the year to happen, worth ${pounds(value)}: ${ASSUMED_COST_SHARE * 100} % of what each`,
    '  was sold for on average. Cost and margin rest on this. The file says nothing of tax: none is booked. Named customers buy on account.',
  );
  agrees &&=
    books.balance.difference === 0 &&
    books.levels.unlike === 0 &&
    books.inventory.stock_minor === books.inventory.ledger_minor;
  out.push(
    '',
    `  Journal: ${count(books.counts.entries)} entries, ${count(books.balance.postings)} postings, debits less credits ${pounds(books.balance.difference)}.`,
    `  Stock: ${count(books.levels.levels)} levels, ${count(books.counts.movements)} movements, ${books.levels.unlike} levels unlike their movements, ${books.levels.shortfall} units short.`,
    `  Inventory: ${pounds(books.inventory.stock_minor)} in stock, ${pounds(books.inventory.ledger_minor)} in the ledger.`,
    '',
    agrees ? '  The books agree with the file.' : '  THE BOOKS DO NOT AGREE WITH THE FILE.',
  );
  return { agrees, text: out.join('\n') };
}

function penceByTreatment(plan: ReplayPlan): { sale: number; credit: number; expense: number } {
  const pence = { sale: 0, credit: 0, expense: 0 };
  for (const invoice of plan.invoices) {
    for (const line of linesOf(invoice)) {
      if (line.treatment === 'sale' || line.treatment === 'credit' || line.treatment === 'expense')
        pence[line.treatment] += line.pence;
    }
  }
  return pence;
}

function compareMonths(
  invoices: ReplayPlan['invoices'],
  booked: readonly { external_ref: string; gross_minor: number }[],
): { compared: number; different: number; lines: string[] } {
  const byInvoice = new Map(booked.map((row) => [row.external_ref, row.gross_minor]));
  const file = new Map<string, number>();
  const books = new Map<string, number>();
  for (const invoice of invoices) {
    const key = `${invoice.at.slice(0, 7)}|${invoice.country}`;
    const own = linesOf(invoice).reduce(
      (sum, line) => sum + (line.treatment === 'sale' || line.treatment === 'credit' ? line.pence : 0),
      0,
    );
    file.set(key, (file.get(key) ?? 0) + own);
    books.set(key, (books.get(key) ?? 0) + (byInvoice.get(invoice.number) ?? 0));
  }
  const different = [...file].filter(([key, pence]) => books.get(key) !== pence).length;
  const months = new Map<string, number>();
  const countries = new Map<string, number>();
  for (const [key, pence] of books) {
    const [month, country] = key.split('|') as [string, string];
    months.set(month, (months.get(month) ?? 0) + pence);
    countries.set(country, (countries.get(country) ?? 0) + pence);
  }
  const show = (entries: Iterable<[string, number]>): string[] =>
    [...entries].map(
      ([name, pence]) =>
        `    ${name.padEnd(24)} ${`£${(pence / 100).toLocaleString('en-GB', { minimumFractionDigits: 2 })}`.padStart(16)}`,
    );
  return {
    compared: file.size,
    different,
    lines: [
      ...show([...months].sort(([a], [b]) => compareCodePoints(a, b))),
      '',
      ...show([...countries].sort((a, b) => b[1] - a[1])),
    ],
  };
}
