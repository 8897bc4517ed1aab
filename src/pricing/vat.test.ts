import { describe, expect, it } from 'vitest';
import { businessDay } from '../kernel/time.ts';
import { decideSetVatRate, type VatRate } from './vat.ts';

const rate = (validFrom: string, more: Partial<VatRate> = {}): VatRate => ({
  country: 'PT',
  taxClass: 'standard',
  validFrom: businessDay(validFrom),
  ratePpm: 230_000,
  name: 'IVA 23 %',
  ...more,
});
const today = businessDay('2026-11-22');

describe('setting a rate', () => {
  const known = [rate('2026-01-01')];
  const cases: readonly [what: string, wanted: VatRate, known: readonly VatRate[], reason: string | undefined][] = [
    ['the first of its class may begin in the past', rate('2026-01-01'), [], undefined],
    ['of another class too', rate('2026-01-01', { taxClass: 'books' }), known, undefined],
    ['in another country too', rate('2026-01-01', { country: 'ES' }), known, undefined],
    ['a later one begins today', rate('2026-11-22', { ratePpm: 240_000 }), known, undefined],
    ['but not yesterday: what was sold was taxed', rate('2026-11-21'), known, 'vat_rate_in_past'],
    ['one that is still to come is no past', rate('2026-06-01'), [rate('2027-01-01')], undefined],
    ['a country has two letters', rate('2026-11-22', { country: 'Portugal' }), [], 'unknown_country'],
    ['a rate is between nothing and all', rate('2026-11-22', { ratePpm: 1_000_001 }), [], 'bad_rate'],
  ];
  it.each(cases)('%s', (_, wanted, there, reason) => {
    const decision = decideSetVatRate(wanted, there, today);
    expect(decision.ok ? undefined : decision.rejection.reason).toBe(reason);
  });
});
