import { describe, expect, it } from 'vitest';
import { filesMatching, report } from './project.ts';
import { docstringProblems, lengthProblems, writingProblems } from './writing.ts';

const code = filesMatching(/\.(?:ts|tsx|mjs)$/);

/** A decider is about 150 lines; from 200 on it is worth a look, beyond 400 it is several. */
const worthALook = 200;
const tooLong = 400;

describe('our way of writing', () => {
  it('holds in every file', () => {
    expect(code.length, 'files seen').toBeGreaterThan(0);
    expect(report(code.flatMap(writingProblems))).toEqual([]);
  });

  it.each([
    ['src/stock/level.ts', 'enum Condition { Sellable }'],
    ['apps/office/stock.tsx', 'export const enum Condition { Sellable }'],
    ['src/stock/level.ts', 'namespace Stock { }'],
    ['apps/office/stock.tsx', 'const a: any = 1;'],
    ['tidy/x.test.ts', 'const a = b as any;'],
    ['src/stock/level.ts', 'const a: Array<any> = [];'],
    ['src/stock/level.ts', 'const a: Record<string, any> = {};'],
    ['src/stock/level.ts', 'const a: string | any = 1;'],
    ['src/stock/level.ts', '// @ts-ignore\nconst a = 1;'],
    ['bench/sale.ts', '// @ts-nocheck'],
    ['src/stock/level.ts', '// TODO: later'],
    ['oneshelf.mjs', '/* FIXME */'],
    ['src/stock/level.ts', 'export default 1;'],
    ['platform/db/pool.ts', 'const a = 1; export { a };'],
    ['src/stock/level.ts', "export * from './reserve.ts';"],
    ['src/stock/index.ts', 'const a = 1;'],
    ['connectors/shopify/index.ts', 'const a = 1;'],
    ['src/stock/level.test.ts', "it.only('x', () => {});"],
    ['src/stock/level.test.ts', "describe.skip('x', () => {});"],
    ['src/stock/level.test.ts', "it.todo('x');"],
    ['src/stock/level.test.ts', "it.skip.each([1])('x', () => {});"],
    ['src/stock/level.test.ts', "xit('x', () => {});"],
    ['src/stock/util.ts', 'const a = 1;'],
    ['src/stock/helpers.test.ts', 'const a = 1;'],
    ['apps/office/data.ts', 'const a = 1;'],
    ['platform/http/handler.ts', 'const a = 1;'],
    ['platform/utils/text.ts', 'const a = 1;'],
    ['src/stock/server/info.sql', 'select 1'],
    ['src/stock/stockLevel.ts', 'const a = 1;'],
    ['src/stock/stock_level.ts', 'const a = 1;'],
    ['src/stock/level.ts', 'export type Item = 1;'],
    ['src/accounting/journal.ts', 'export interface Transaction { a: 1 }'],
    ['apps/till/sale.tsx', 'export function handle() {}'],
  ])('refuses in %s: %s', (path, text) => {
    expect(report(writingProblems({ path, text })).length).toBeGreaterThanOrEqual(1);
  });

  it.each([
    ['src/stock/stock-level.ts', 'export type StockLevel = { any: 1; enum: 2 };'],
    ['src/stock/server/stock.store.test.ts', "it.each([1])('x', () => expect.any(Number));"],
    ['src/stock/stock-level.ts', "const reason = 'any: TODO export default';"],
    ['src/stock/stock-level.ts', '// any of these: enum Colour { is explained here'],
    ['src/accounting/ledger-account.ts', 'export type LedgerAccount = string;'],
    ['apps/office/vite.config.ts', 'export default {};'],
    ['src/kernel/cursor.ts', 'cursor.skip(3);'],
    [
      'src/stock/stock-level.ts',
      'type A = B extends infer C ? C : never; const many = (a: Company, anyway: Anything) => a;',
    ],
  ])('accepts in %s: %s', (path, text) => {
    expect(report(writingProblems({ path, text }))).toEqual([]);
  });
});

describe('docstrings', () => {
  it('stand before every exported name of src and platform', () => {
    const explained = code.filter((file) => /^(?:src|platform)\//.test(file.path));
    expect(explained.length, 'files seen').toBeGreaterThan(0);
    expect(report(explained.flatMap(docstringProblems))).toEqual([]);
  });

  const path = 'src/stock/reserve.ts';

  it.each([
    'export function reserve() {}',
    '/** Why. */\n\nexport function reserve() {}',
    '// Why.\nexport const reserve = 1;',
    '/* Why. */\nexport type Reserve = 1;',
    '/** */\nexport async function reserve() {}',
    '/** Why. */\nconst a = 1;\nexport interface Reserve { a: 1 }',
  ])('are missed in %j', (text) => {
    expect(docstringProblems({ path, text })).toHaveLength(1);
    expect(docstringProblems({ path: 'platform/db/pool.ts', text })).toHaveLength(1);
    expect(docstringProblems({ path: 'src/stock/reserve.test.ts', text })).toEqual([]);
    expect(docstringProblems({ path: 'apps/office/main.ts', text })).toEqual([]);
  });

  it.each([
    '/** Why. */\nexport function reserve() {}',
    '/**\n * Why.\n */\nexport type Reserve = 1;\nexport const Reserve = 1;',
    '/** Why. */\nexport function a(b: string): void;\nexport function a(b: number): void;\nexport function a() {}',
    'function reserve() {}',
  ])('are seen in %j', (text) => {
    expect(report(docstringProblems({ path, text }))).toEqual([]);
  });
});

describe('pure files', () => {
  it(`stay below ${tooLong} lines`, () => {
    const long = code.flatMap((file) => lengthProblems(file, worthALook));
    if (long.length > 0) console.warn(`Worth a look:\n${report(long).join('\n')}`);
    expect(report(code.flatMap((file) => lengthProblems(file, tooLong)))).toEqual([]);
  });

  it('are counted', () => {
    const text = '\n'.repeat(tooLong + 1);
    expect(lengthProblems({ path: 'src/stock/reserve.ts', text }, tooLong)).toHaveLength(1);
    expect(lengthProblems({ path: 'src/stock/reserve.ts', text: text.slice(1) }, tooLong)).toEqual([]);
    expect(lengthProblems({ path: 'src/stock/reserve.test.ts', text }, tooLong)).toEqual([]);
  });
});
