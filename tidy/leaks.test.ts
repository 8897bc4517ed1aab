import { describe, expect, it } from 'vitest';
import { leakProblems } from './leaks.ts';
import { projectFiles, report } from './project.ts';

describe('the project', () => {
  it('says nothing about the machines it is written on', () => {
    expect(projectFiles().length, 'files seen').toBeGreaterThan(0);
    expect(report(projectFiles().flatMap(leakProblems))).toEqual([]);
  });

  it.each([
    ['/wo', 'rk/main/src'],
    ["'/ro", "ot/.npmrc'"],
    ['/ho', 'me/ada/shop'],
    ['/Us', 'ers/ada/shop'],
    ['C:\\Us', 'ers\\ada'],
    ['"reso', 'lved": "https://packages.example/pg.tgz"'],
    ['reg', 'istry=https://packages.example/'],
    ['https://npm-mi', 'rror.example/pg'],
  ])('would be found out by %s%s', (one, two) => {
    expect(leakProblems({ path: 'README.md', text: `a\n${one}${two}` })).toMatchObject([{ line: 2 }]);
  });

  it.each(['/api/v1/orders', 'src/network/root.ts', './framework/x.ts', 'the registry of companies'])(
    'is not found out by %s',
    (text) => {
      expect(report(leakProblems({ path: 'README.md', text }))).toEqual([]);
    },
  );
});
