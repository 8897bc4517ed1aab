import { describe, expect, it } from 'vitest';
import { filesMatching } from './project.ts';
import { importsOf, scan } from './scan.ts';

describe('scan', () => {
  it('keeps code and drops what is only said or quoted', () => {
    const { code, comments } = scan("const a = 'Date'; // Date\nconst b = 1; /* Math */");
    expect(code).toBe("const a = '    ';        \nconst b = 1;           ");
    expect(comments).toContain('// Date');
    expect(comments).toContain('/* Math */');
    expect(comments).not.toContain('const');
  });

  it('keeps the code inside a template and drops its text', () => {
    const { code, strings } = scan('const a = `Date ${now({ a: `x ${deep} y` })} fetch`; after;');
    expect(code).toContain('now({ a: `');
    expect(code).toContain('deep');
    expect(code).toContain('after;');
    expect(code).not.toMatch(/Date|fetch/);
    expect(strings.map((string) => string.text)).toEqual(['Date ', 'x ', ' y', ' fetch']);
  });

  it('is not led astray by quotes and slashes in regular expressions, nor by a division', () => {
    expect(scan("const a = /['\"`/]\\//g; const b = 'x';").code).toContain("const b = ' '");
    expect(scan("const half = total / 2; const b = 'x'; const c = total / 2;").code).toContain('const c = total / 2;');
    expect(scan("const open = text.replace(/'/g, ''); fetch();").code).toContain('fetch();');
  });

  it('finds the end of a long regular expression', () => {
    const text = `f(/${'x'.repeat(60)}/g, '('); const b = 1;`;
    expect(scan(text).code).toBe(`f(/${' '.repeat(60)}/g, ' '); const b = 1;`);
  });

  it('loses at most one line to an apostrophe between tags', () => {
    expect(scan("<p>Don't</p>\n<b>{fetch()}</b>").code).toContain('fetch()');
  });

  it('keeps every position, also after letters that take two', () => {
    const text = "const a = '🛒'; const b = 1;";
    expect(scan(text).code).toHaveLength(text.length);
    expect(scan(text).code.indexOf('const b')).toBe(text.indexOf('const b'));
  });
});

describe('every module of the project', () => {
  /** A scanner that lost its way takes code for a string; brackets that do not close give it away. */
  const unclosed = (text: string): readonly string[] => {
    const { code } = scan(text);
    const count = (sign: string): number => code.split(sign).length - 1;
    return ['{}', '()', '[]'].filter(([open = '', close = '']) => count(open) !== count(close));
  };

  it('is read to its end', () => {
    const modules = filesMatching(/\.(?:ts|mjs)$/);
    expect(modules.length, 'modules seen').toBeGreaterThan(0);
    expect(modules.filter((file) => unclosed(file.text).length > 0).map((file) => file.path)).toEqual([]);
  });

  it('would be missed where a bracket stays open', () => {
    expect(unclosed("f('(');")).toEqual([]);
    expect(unclosed('f(')).toEqual(['()']);
  });
});

describe('importsOf', () => {
  it('sees each way of naming a module', () => {
    const text = [
      "import { a } from './a.ts';",
      "import type {\n  B,\n} from './b.ts';",
      "import './c.ts';",
      "const d = await import('./d.ts');",
      "type E = import('./e.ts').E;",
      "export { f } from './f.ts';",
      "export * from './g.ts';",
      'const h = await import(name);',
      'const i = await import(`./${name}.ts`);',
    ].join('\n');
    expect(importsOf(text).map((one) => one.specifier)).toEqual([
      './a.ts',
      './b.ts',
      './c.ts',
      './d.ts',
      './e.ts',
      './f.ts',
      './g.ts',
      '?',
      '?',
    ]);
    expect(importsOf(text).flatMap((one) => (one.reExported ? [one.specifier] : []))).toEqual(['./f.ts', './g.ts']);
  });

  it('does not take Array.from, a comment or a quoted line for an import', () => {
    const text = "Array.from('abc'); // from './x.ts'\nconst a = \"import './y.ts'\"; export const from = 'z';";
    expect(importsOf(text)).toEqual([]);
  });
});
