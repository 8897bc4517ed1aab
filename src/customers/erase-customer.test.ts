import { describe, expect, it } from 'vitest';
import { businessDay } from '../kernel/time.ts';
import { decideEraseCustomer, keptUntil } from './erase-customer.ts';

const retention = [
  { country: '', years: 10, basis: 'usual' },
  { country: 'DE', years: 8, basis: '§ 147 AO' },
];
const rules = { retention, today: businessDay('2026-11-22') };
const customer = { erasedAt: undefined, openOrders: 0 };
const invoice = (day: string, country = 'DE') => ({ country, day: businessDay(day) });

describe('forgetting a customer', () => {
  it.each([
    ['without documents', [], { deleted: ['k'], restricted: [] }],
    [
      'with an invoice',
      [invoice('2026-03-01')],
      {
        deleted: [],
        restricted: [{ cardId: 'k', until: '2034-12-31', basis: '§ 147 AO', country: 'DE', documents: 1 }],
      },
    ],
    [
      'with invoices of two countries: the longer period',
      [invoice('2026-03-01'), invoice('2025-12-31', 'FR')],
      { deleted: [], restricted: [{ cardId: 'k', until: '2035-12-31', basis: 'usual', country: 'FR', documents: 2 }] },
    ],
    ['with an invoice whose time is over', [invoice('2017-12-31')], { deleted: ['k'], restricted: [] }],
  ])('a card %s', (_, documents, value) => {
    expect(decideEraseCustomer(customer, [{ cardId: 'k', documents }], rules)).toEqual({ ok: true, value });
  });
  it.each([
    ['twice', { erasedAt: 5, openOrders: 0 }, { reason: 'already_erased', at: 5 }],
    [
      'while goods or money are on their way',
      { erasedAt: undefined, openOrders: 2 },
      { reason: 'open_orders', orders: 2 },
    ],
  ])('is refused %s', (_, state, rejection) => {
    expect(decideEraseCustomer(state, [], rules)).toEqual({ ok: false, rejection });
  });
});

it('a document is kept to the end of a year, and then the years of its country', () => {
  expect(keptUntil(invoice('2026-01-01'), retention).until).toBe('2034-12-31');
  expect(keptUntil(invoice('2026-01-01', 'XX'), []).until).toBe('2036-12-31');
});
