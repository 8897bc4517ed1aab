import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { businessDay } from '../../kernel/time.ts';
import { ppmToPercent } from '../../kernel/rate.ts';
import type { TaxRate } from '../tax/tax-rules.ts';
import { readTaxFile, SHIPPED_TAX_RATES } from './tax-file.ts';

const file = readTaxFile(SHIPPED_TAX_RATES);
const read = 'rows' in file ? file.rows : [];
const rates: TaxRate[] = read.flatMap(({ rate }) => rate ?? []);
const lineOf = ({ jurisdiction, code, taxClass }: TaxRate): string => `${jurisdiction} ${code} ${taxClass}`;
const inForce = (line: string, day: string): string[] =>
  rates
    .filter((rate) => lineOf(rate) === line && rate.validFrom <= day && (rate.validUntil ?? '9999') >= day)
    .toSorted((a, b) => (a.validFrom < b.validFrom ? 1 : -1))
    .slice(0, 1)
    .map((rate) => ppmToPercent(rate.ratePpm));

describe('the rates that are shipped', () => {
  it('can all be read, and each names who publishes it and until when it was seen to hold', () => {
    expect(rates.length).toBeGreaterThan(100);
    expect(read.filter(({ problems }) => problems.length > 0)).toEqual([]);
    for (const rate of rates) {
      expect(rate.source.length, lineOf(rate)).toBeGreaterThan(10);
      expect(rate.checkedOn ?? '', lineOf(rate)).toMatch(/^202\d-\d\d-\d\d$/);
    }
  });

  it('are one at a time for a jurisdiction, tax and class, in the order of their days', () => {
    for (const line of new Set(rates.map(lineOf))) {
      const of = rates.filter((rate) => lineOf(rate) === line);
      const days = of.map((rate) => rate.validFrom);
      expect([line, days]).toEqual([line, [...new Set(days)].toSorted()]);
      // What has an end is not gone on with before it.
      for (const [at, rate] of of.entries()) {
        const next = of[at + 1];
        if (rate.validUntil !== undefined && next !== undefined) expect(next.validFrom > rate.validUntil).toBe(true);
      }
      // A change is a change.
      for (const [at, rate] of of.entries())
        if (at > 0 && of[at - 1]?.validUntil === undefined) expect(rate.ratePpm).not.toBe(of[at - 1]?.ratePpm);
    }
  });

  it('stand in docs/tax-rates.md with what they were compared with', () => {
    const page = readFileSync(new URL('../../../docs/tax-rates.md', import.meta.url), 'utf8');
    const rows = page
      .split('## Row by row')[1]
      ?.split('\n')
      .filter((line) => /^\| [A-Z]{2}/.test(line))
      .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')));
    expect(rows?.map((cells) => cells.slice(1, 5))).toEqual(
      rates.map((rate) => [lineOf(rate), `${ppmToPercent(rate.ratePpm)} %`, rate.validFrom, rate.validUntil ?? '-']),
    );
    const named = new Set([...page.matchAll(/^\| ([A-H]\d?|J\d) \|/gm)].map((match) => match[1]));
    expect(named.size).toBeGreaterThan(10);
    for (const cells of rows ?? [])
      for (const key of (cells[6] ?? '').split(' ')) expect([cells[1], named.has(key)]).toEqual([cells[1], true]);
  });

  it.each([
    ['EE VAT standard', '2025-06-30', '22'],
    ['EE VAT standard', '2025-07-01', '24'],
    ['FI VAT reduced_2', '2025-12-31', '14'],
    ['FI VAT reduced_2', '2026-01-01', '13.5'],
    ['LT VAT reduced_2', '2025-12-31', '9'],
    ['LT VAT reduced_2', '2026-01-01', '12'],
    ['RO VAT standard', '2025-07-31', '19'],
    ['RO VAT standard', '2025-08-01', '21'],
    ['RO VAT reduced', '2025-08-01', '11'],
    ['CH VAT standard', '2023-12-31', '7.7'],
    ['CH VAT standard', '2024-01-01', '8.1'],
    ['AT VAT super_reduced', '2026-06-30', undefined],
    ['AT VAT super_reduced', '2026-07-01', '4.9'],
    ['IN GST gst_12', '2025-09-21', '12'],
    ['IN GST gst_12', '2025-09-22', undefined],
    ['IN GST gst_28', '2026-01-31', '28'],
    ['IN GST gst_28', '2026-02-01', undefined],
    ['IN GST demerit', '2025-09-22', '40'],
  ])('%s on %s: %s %%', (line, day, percent) => {
    expect(businessDay(day)).toBe(day);
    expect(inForce(line, day)).toEqual(percent === undefined ? [] : [percent]);
  });
});
