import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DEFAULT_CHART } from '../chart.ts';
import { EXPENSE_KIND_NAMES, EXPENSE_KINDS } from '../expense-kind.ts';
import { postingTable } from '../postings.ts';

/** Where the page is kept. */
export const POSTINGS_PAGE = fileURLToPath(new URL('../../../docs/postings.md', import.meta.url));

/** The page that says what is posted when something happens, made from the rules that post it. */
export function postingsPage(): string {
  const names = new Map(DEFAULT_CHART.map((account) => [account.role, `${account.code} ${account.name}`]));
  const accounts = DEFAULT_CHART.map(({ code, name, kind }) => `| ${code} | ${name} | ${kind} |`);
  const expenses = EXPENSE_KIND_NAMES.map((kind) => {
    const { debit, paidFrom } = EXPENSE_KINDS[kind];
    return `| \`${kind}\` | ${names.get(debit) ?? debit} | ${paidFrom.map((role) => names.get(role) ?? role).join(', ')} |`;
  });
  return `# What is posted when

Accounting happens because something happened: the entry is made in the same commit as the act, by the rules in
\`src/accounting/posting-rules.ts\`. This page is made from them by \`node src/accounting/server/postings-page.ts\`; a test
holds it to them.

A line with amount nought is left out, a negative amount goes to the other side, and both sides of one account leave their
difference. Sales are posted in the currency of the document and converted at its rate; costs are kept in the currency of
the legal entity, so a sale in another currency makes two entries, each balanced in both. An entry belongs to the business
day if its period is open, else to the first open day.

A prepayment is used and given back at what it was booked at in the entity's currency, so that its account ends at nought in
both. The net and the tax of a shipment take its rate for the part paid in advance and the day's rate for the rest; money given back
leaves at the day's rate, and the difference is an exchange gain or loss (decisions/0013).

${postingTable(names)}

## Expenses

What no sale brings is booked by kind. It is paid from the first account unless another one of the list is named.

| Kind | Debit | Credit |
| --- | --- | --- |
${expenses.join('\n')}

## The chart of accounts to begin with

| Account | Name | Kind |
| --- | --- | --- |
${accounts.join('\n')}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = postingsPage();
  const before = await readFile(POSTINGS_PAGE, 'utf8').catch(() => '');
  if (before !== page) await writeFile(POSTINGS_PAGE, page);
  process.stdout.write(before === page ? 'docs/postings.md is as it should be.\n' : 'docs/postings.md is written.\n');
}
