import type { ImportedAmount } from '../../src/catalog/imported-product.ts';
import { leftOut, type RowFile } from './row-file.ts';

/** What a ledger account stood at. Debits positive, credits negative, before rounding; `entity` is a code or a name, empty where there is only one. */
export type ImportedBalance = {
  readonly line: number;
  readonly entity: string;
  readonly account: string;
  readonly day: string;
  readonly debit: ImportedAmount;
  readonly credit: ImportedAmount;
};

const NOTHING: ImportedAmount = { amount: 0, scale: 0 };

/** Opening balances, one ledger account a row: its code here, and what it stood at. */
export const balanceRows: RowFile<ImportedBalance> = {
  personal: false,
  columns: [
    {
      field: 'account',
      names: ['account', 'account number', 'account code', 'Konto', 'Kontonummer', 'cuenta'],
      required: true,
      says: 'The code of the ledger account here.',
    },
    {
      field: 'day',
      names: ['day', 'date', 'Datum', 'fecha'],
      required: true,
      holds: 'date',
      says: 'The day they are the balances of.',
    },
    { field: 'debit', names: ['debit', 'Soll', 'debe'], holds: 'number', says: 'What stands on the debit side.' },
    { field: 'credit', names: ['credit', 'Haben', 'haber'], holds: 'number', says: 'What stands on the credit side.' },
    {
      field: 'entity',
      names: ['entity', 'legal entity', 'company', 'Firma', 'empresa'],
      says: 'The name of the legal entity, where there are several.',
    },
  ],
  read(row) {
    const account = row.text('account');
    if (account === '') return leftOut(row, 'account', 'The row names no ledger account.', 'no_account');
    const day = row.text('day');
    if (day === '') return leftOut(row, 'day', 'The row names no day.', 'no_day');
    const [debit, credit] = [row.amount('debit') ?? NOTHING, row.amount('credit') ?? NOTHING];
    if (debit.amount === 0 && credit.amount === 0 && row.text('debit') === '' && row.text('credit') === '')
      return leftOut(row, 'debit', 'The row has neither a debit nor a credit.', 'no_amount');
    return { line: row.line, entity: row.text('entity'), account, day, debit, credit };
  },
};
