import { describe, expect, it } from 'vitest';
import { filesMatching, report } from './project.ts';
import { isPure, purityProblems } from './purity.ts';

const pure = filesMatching(/^src\//).filter((file) => isPure(file.path));

describe('pure files', () => {
  it('use no clock, dice, locale, float or machine', () => {
    expect(pure.length, 'pure files seen').toBeGreaterThan(0);
    expect(report(pure.flatMap(purityProblems))).toEqual([]);
  });

  it.each([
    'new Date()',
    'const now = Date.now();',
    'const clock = [...Date];',
    'performance.now()',
    'Temporal.Now.instant()',
    'Math.random()',
    'crypto.randomUUID()',
    'Math.sin(1)',
    'Math.cos(1)',
    'Math.exp(1)',
    'Math.log(2)',
    'Math.pow(2, 0.5)',
    'Math.sqrt(2)',
    'Math.hypot(3, 4)',
    'const { random } = Math;',
    "Math['random']()",
    'new Intl.NumberFormat()',
    'names.sort((a, b) => a.localeCompare(b))',
    'total.toLocaleString()',
    "parseFloat('1.5')",
    "Number.parseFloat('1.5')",
    'total.toFixed(2)',
    'process.env',
    'console.log(1)',
    'globalThis.x',
    "fetch('https://example.org')",
    'setTimeout(f, 1)',
    "eval('1')",
  ])('refuse %s', (text) => {
    expect(purityProblems({ path: 'src/stock/reserve.ts', text })).toHaveLength(1);
    expect(purityProblems({ path: 'src/stock/reserve.test.ts', text })).toEqual([]);
    expect(purityProblems({ path: 'src/stock/server/stock.store.ts', text })).toEqual([]);
  });

  it.each([
    'Math.max(0, onHand - reserved)',
    'Math.trunc(total / 2)',
    'Temporal.PlainDate.from(day)',
    'type BusinessDate = string;',
    'const updated = updateDate(order.Date);',
    '// the Date of the invoice, see Intl',
    "const reason = 'fetch from the process';",
    'const price = `per ${unit} of Math`;',
  ])('accept %s', (text) => {
    expect(report(purityProblems({ path: 'src/stock/reserve.ts', text }))).toEqual([]);
  });
});
