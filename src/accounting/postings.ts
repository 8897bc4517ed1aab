import type { Act } from '../kernel/act.ts';
import type { AccountRole } from './chart.ts';
import type { PostingRule } from './posting-rule.ts';
import { POSTING_RULES } from './posting-rules.ts';

/**
 * What one act posts: signed amounts by account role (debits positive), apart for the two currencies. `booked` says what some of the
 * document's amounts stand at in the entity's currency, and who bears the difference to today's rate, by which weights.
 */
export type Posted = {
  readonly document: ReadonlyMap<AccountRole, number>;
  readonly entity: ReadonlyMap<AccountRole, number>;
  readonly booked?: BookedPostings | undefined;
};

/** Signed amounts in the entity's currency that replace those of today's rate; `bearers` are amounts of the document, none where one bears all. */
export type BookedPostings = {
  readonly amounts: ReadonlyMap<AccountRole, number>;
  readonly bearers: ReadonlyMap<AccountRole, number>;
};

const RULES_BY_ACT = new Map<string, PostingRule[]>();
for (const rule of POSTING_RULES) {
  const list = RULES_BY_ACT.get(rule.act);
  if (list === undefined) RULES_BY_ACT.set(rule.act, [rule]);
  else list.push(rule);
}

/** Applies the rules to an act. Undefined when nothing is posted. Posting both sides of one account leaves the difference. */
export function postingsOf(act: Pick<Act, 'type' | 'body'>): Posted | undefined {
  if (act.type === 'ExpenseBooked') return expensePostings(act.body);
  if (act.type === 'BalancesOpened') return balancePostings(act.body);
  const rules = RULES_BY_ACT.get(act.type);
  if (rules === undefined) return undefined;
  const document = new Map<AccountRole, number>();
  const entity = new Map<AccountRole, number>();
  let usesBooked = false;
  for (const rule of rules) {
    const amount = rule.amount(act.body);
    if (amount === 0) continue;
    usesBooked ||= rule.booked !== undefined;
    add(rule.in === 'document' ? document : entity, rule, amount);
  }
  if (document.size === 0 && entity.size === 0) return undefined;
  return { document, entity, booked: usesBooked ? bookedOf(rules, act.body) : undefined };
}

function bookedOf(rules: readonly PostingRule[], body: Act['body']): BookedPostings {
  const amounts = new Map<AccountRole, number>();
  const bearers = new Map<AccountRole, number>();
  for (const rule of rules) {
    if (rule.booked !== undefined) add(amounts, rule, rule.booked(body));
    if (rule.bears === true) add(bearers, rule, rule.amount(body));
  }
  return { amounts, bearers };
}

function add(to: Map<AccountRole, number>, { account, side }: PostingRule, amount: number): void {
  to.set(account, (to.get(account) ?? 0) + (side === 'debit' ? amount : 0 - amount));
}

/** An expense names its own accounts: what it was for, and what it was paid from. */
function expensePostings(body: Readonly<Record<string, unknown>>): Posted {
  const amount = body.amountMinor as number;
  return {
    document: new Map<AccountRole, number>([
      [body.debit as AccountRole, amount],
      [body.credit as AccountRole, 0 - amount],
    ]),
    entity: new Map(),
  };
}

/** What each account stood at; the account of opening balances is the other side. */
function balancePostings(body: Readonly<Record<string, unknown>>): Posted {
  const document = new Map<AccountRole, number>();
  let sum = 0;
  for (const { account, amountMinor } of body.balances as readonly { account: AccountRole; amountMinor: number }[]) {
    document.set(account, (document.get(account) ?? 0) + amountMinor);
    sum += amountMinor;
  }
  document.set('opening_equity', (document.get('opening_equity') ?? 0) - sum);
  return { document, entity: new Map() };
}

/** The table event → postings as Markdown, for the documentation. A test keeps the written one equal to it. */
export function postingTable(names: ReadonlyMap<AccountRole, string>): string {
  const rows = POSTING_RULES.map((rule) => {
    const account = names.get(rule.account) ?? rule.account;
    return `| ${rule.act} | ${rule.side === 'debit' ? account : ''} | ${rule.side === 'credit' ? account : ''} | ${rule.what} | ${currencyOf(rule)} |`;
  });
  const expense =
    "| ExpenseBooked | the expense (or account) it names | the account it was paid from | amount | document's |";
  const balances =
    "| BalancesOpened | the accounts it names, where they stood on the debit side, or Opening balance | the other ones, or Opening balance | what each stood at | entity's |";
  return [
    '| What happened | Debit | Credit | What | Currency |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    expense,
    balances,
  ].join('\n');
}

function currencyOf(rule: PostingRule): string {
  if (rule.in === 'entity') return "entity's";
  if (rule.booked !== undefined) return "document's, as it was booked";
  return rule.bears === true ? "document's, prepaid part as it was booked" : "document's";
}
