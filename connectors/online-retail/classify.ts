import type { LineKind } from '../../src/orders/order.ts';

/**
 * A line of the file as it is: `unitPrice` in thousandths of a pound (the file has up to three decimals), `at` in local minutes as
 * text `YYYY-MM-DD HH:MM:SS`, `customer` empty where the file names none.
 */
export type FileLine = {
  readonly invoice: string;
  readonly code: string;
  readonly description: string;
  readonly quantity: number;
  readonly at: string;
  readonly unitPrice: number;
  readonly customer: string;
  readonly country: string;
};

/** What a special stock code of the retailer stands for; all others are goods. */
export type LineNature = LineKind | 'marketplace_fee' | 'bank_charge' | 'bad_debt' | 'commission' | 'test';

const SPECIAL: Readonly<Record<string, LineNature>> = {
  POST: 'shipping',
  DOT: 'shipping',
  C2: 'shipping',
  D: 'discount',
  M: 'adjustment',
  S: 'adjustment',
  AMAZONFEE: 'marketplace_fee',
  'BANK CHARGES': 'bank_charge',
  B: 'bad_debt',
  CRUK: 'commission',
};

/** What a line is, by its stock code. The file writes some codes in lower case (`m`). */
export function natureOf(code: string): LineNature {
  const upper = code.trim().toUpperCase();
  const special = SPECIAL[upper];
  if (special !== undefined) return special;
  if (upper.startsWith('GIFT_')) return 'voucher';
  return upper.startsWith('TEST') ? 'test' : 'goods';
}

/** What a line comes to in the books. */
export type Treatment =
  /** Sold (or given away: price zero in a sale). */
  | 'sale'
  /** On a credit note. */
  | 'credit'
  /** Stock that left or was found without a sale: a negative or found quantity at price zero. */
  | 'write_off'
  | 'found'
  /** A fee, charge or debt: booked as an expense, not as revenue. */
  | 'expense'
  /** Test lines of the retailer's staff: counted and left out. */
  | 'left_out';

/** What the invoice around a line says about it. */
export type InvoiceSigns = { readonly credit: boolean; readonly hasCustomer: boolean; readonly hasPrice: boolean };

/** How a line is treated. Every line is treated in exactly one way. */
export function treatmentOf(line: FileLine, invoice: InvoiceSigns): Treatment {
  const nature = natureOf(line.code);
  switch (nature) {
    case 'test':
      return 'left_out';
    case 'marketplace_fee':
    case 'bank_charge':
    case 'bad_debt':
    case 'commission':
      return 'expense';
    case 'goods':
    case 'service':
    case 'shipping':
    case 'discount':
    case 'voucher':
    case 'adjustment':
      if (line.unitPrice === 0 && nature === 'goods' && !invoice.credit) {
        if (line.quantity < 0) return 'write_off';
        if (!invoice.hasCustomer && !invoice.hasPrice) return 'found';
      }
      return invoice.credit || line.quantity < 0 ? 'credit' : 'sale';
  }
}

/** What the retailer's staff wrote beside a write-off, as our reason. The words are theirs: "damages", "thrown away", "lost". */
export function writeOffReason(description: string): 'damaged' | 'stolen' | 'sample' | 'correction' {
  const words = description.toLowerCase();
  if (/damag|broken|crush|wet|mould|rust|smash|faulty|crack|destroy|thrown|throw|unsale/.test(words)) return 'damaged';
  if (/lost|missing|stolen|short/.test(words)) return 'stolen';
  if (/sample|display|showroom/.test(words)) return 'sample';
  return 'correction';
}

/** The account that an expense line is booked on, and from where it was paid. */
export function expenseAccounts(nature: LineNature): {
  debit: 'marketplace_commission' | 'bank_charges' | 'bad_debts' | 'other_expense';
  credit: 'bank' | 'receivable';
} {
  if (nature === 'marketplace_fee') return { debit: 'marketplace_commission', credit: 'bank' };
  if (nature === 'bank_charge') return { debit: 'bank_charges', credit: 'bank' };
  if (nature === 'bad_debt') return { debit: 'bad_debts', credit: 'receivable' };
  return { debit: 'other_expense', credit: 'bank' };
}

/** A price with up to three decimals as thousandths; undefined when it is none. */
export function parseThousandths(text: string): number | undefined {
  const found = /^(-?)(\d+)(?:\.(\d{1,3})0*)?$/.exec(text.trim());
  if (found === null) return undefined;
  const value = Number(found[2]) * 1000 + Number((found[3] ?? '').padEnd(3, '0'));
  return found[1] === '-' ? 0 - value : value;
}

/** Thousandths of a pound times a quantity as whole pence, half away from zero: a line is rounded once. */
export function penceOf(thousandths: number): number {
  const magnitude = Math.abs(thousandths);
  const pence = Math.floor((magnitude + 5) / 10);
  return thousandths < 0 ? 0 - pence : pence;
}
