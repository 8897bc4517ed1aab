import { describe, expect, it } from 'vitest';
import { decideCreateCustomer, decideEditCustomer, isEmail, type CardDetails, type Customer } from './customer.ts';

const card: CardDetails = {
  name: 'Ada Lovelace',
  email: 'ada@example.org',
  phone: '',
  address: { city: 'London' },
  country: 'GB',
};
const customer: Customer = { id: 'c', number: 'C1', cardId: 'k1', archivedAt: undefined, version: 3 };
const around = { card, now: 1_000 };

describe('a new customer', () => {
  it.each([
    [{}, 'nothing_known'],
    [{ name: '  ', country: 'GB' }, 'nothing_known'],
    [{ name: 'Ada', email: 'ada' }, 'bad_email'],
  ])('%o is refused', (wanted, reason) => {
    expect(decideCreateCustomer(wanted)).toEqual({ ok: false, rejection: { reason } });
  });
  it.each([
    [{ name: ' Ada ' }, { name: 'Ada' }],
    [{ email: 'ada@example.org' }, { email: 'ada@example.org' }],
    [{ phone: '030 1' }, { phone: '030 1' }],
  ])('%o is enough', (wanted, found) => {
    expect(decideCreateCustomer(wanted)).toMatchObject({ ok: true, value: found });
  });
});

describe('editing a customer', () => {
  it.each([
    ['an old version', customer, { version: 2, name: 'Ada King' }, { reason: 'stale_version', current: 3 }],
    [
      'an archived one',
      { ...customer, archivedAt: 5 },
      { version: 3, name: 'Ada King' },
      { reason: 'customer_archived', customerId: 'c' },
    ],
    ['a bad address', customer, { version: 3, email: 'ada@home' }, { reason: 'bad_email' }],
    ['to nobody', customer, { version: 3, name: '', email: '' }, { reason: 'nothing_known' }],
  ])('refuses %s', (_, state, edit, rejection) => {
    expect(decideEditCustomer(state, edit, around)).toEqual({ ok: false, rejection });
  });
  it('makes a new card when the person changed', () => {
    const decision = decideEditCustomer(customer, { version: 3, name: 'Ada King' }, around);
    expect(decision).toMatchObject({
      ok: true,
      value: { customer: { version: 4 }, newDetails: { name: 'Ada King', email: 'ada@example.org' } },
    });
  });
  it('keeps the card when only the row changed', () => {
    const decision = decideEditCustomer(customer, { version: 3, archived: true, name: 'Ada Lovelace ' }, around);
    expect(decision).toMatchObject({ ok: true, value: { customer: { archivedAt: 1_000 }, newDetails: undefined } });
  });
  it('never names the person in a refusal', () => {
    const decision = decideEditCustomer(customer, { version: 1, name: 'Ada King', email: 'x' }, around);
    expect(JSON.stringify(decision)).not.toMatch(/Ada|King|example/);
  });
});

it.each([
  ['a@b.de', true],
  ['a.b+c@d-e.co.uk', true],
  ['a@b', false],
  ['a b@c.de', false],
  ['a@@b.de', false],
  ['@b.de', false],
  ['a@.de', false],
])('%s is an e-mail address: %s', (text, expected) => {
  expect(isEmail(text)).toBe(expected);
});
