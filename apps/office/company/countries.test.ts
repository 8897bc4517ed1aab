import { expect, it } from 'vitest';
import { isCurrencyCode } from '../../../src/kernel/currency.ts';
import { codeFrom, countriesIn, isCode, usualIn } from './countries.ts';

it('knows the countries there are, by name', () => {
  const countries = countriesIn('en');
  const codes = countries.map(({ value }) => value);
  expect(countries.length).toBeGreaterThan(230);
  expect(codes).toEqual(expect.arrayContaining(['GB', 'PT', 'US', 'IN']));
  // Gone, or none.
  for (const code of ['DD', 'SU', 'UK', 'EU', 'ZZ', 'AN']) expect(codes).not.toContain(code);
  expect(new Set(countries.map(({ label }) => label)).size).toBe(countries.length);
  expect(countriesIn('es').find(({ value }) => value === 'DE')?.label).toBe('Alemania');
});

it('fills in currencies that there are', () => {
  const usual = countriesIn('en').flatMap(({ value }) => usualIn(value) ?? []);
  expect(usual.length).toBeGreaterThan(30);
  expect(usual.filter(({ currency }) => !isCurrencyCode(currency))).toEqual([]);
});

it.each([
  ['Bristol Harbourside', [], 'BRI'],
  ['Éire', [], 'EIR'],
  ['Chiado', ['CHI', 'CHI2'], 'CHI3'],
  ['東京', [], 'X'],
])('makes a code from %s', (name, taken, code) => {
  expect(codeFrom(name, taken)).toBe(code);
  expect(isCode(code)).toBe(true);
});
