import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decisionProblems, glossaryProblems, linkProblems, wordsExplained } from './documents.ts';
import { filesMatching, projectFiles, report, root } from './project.ts';

describe('decisions', () => {
  it('have a number each', () => {
    const decisions = filesMatching(/^decisions\//);
    expect(decisions.length, 'decisions seen').toBeGreaterThan(0);
    expect(report(decisionProblems(decisions))).toEqual([]);
  });

  it('are refused with a number that is taken, or without one', () => {
    const files = ['decisions/0001-a.md', 'decisions/0001-b.md', 'decisions/b.md', 'decisions/README.md'];
    const found = decisionProblems(files.map((path) => ({ path, text: '' })));
    expect(found.map((problem) => problem.path)).toEqual(['decisions/0001-b.md', 'decisions/b.md']);
  });
});

describe('the glossary', () => {
  it('gives each word one meaning', () => {
    const found = filesMatching(/^GLOSSARY\.md$/);
    expect(found.flatMap((file) => wordsExplained(file.text)).length, 'words seen').toBeGreaterThan(50);
    expect(report(found.flatMap(glossaryProblems))).toEqual([]);
  });

  it('is refused when it explains a word twice', () => {
    const text = '| **a**, **b** | One. |\n| **c** | **a** again. |\n| **b** | Two. |';
    expect(glossaryProblems({ path: 'GLOSSARY.md', text })).toMatchObject([{ line: 3 }]);
  });
});

describe('links between documents', () => {
  it('lead somewhere', () => {
    const documents = filesMatching(/\.md$/);
    // Pictures are linked too, and are no text that a rule could read.
    const pictures = readdirSync(join(root, 'docs')).map((name) => `docs/${name}`);
    const paths = new Set([...projectFiles().map((file) => file.path), ...pictures]);
    expect(documents.length, 'documents seen').toBeGreaterThan(0);
    expect(report(documents.flatMap((file) => linkProblems(file, paths)))).toEqual([]);
  });

  it('are refused when they do not', () => {
    const paths = new Set(['STYLE.md', 'src/stock/reserve.ts']);
    const text = '[a](../STYLE.md) [b](../src/stock) [c](https://example.org) [d](#e)\n[f](STYLE.md#g)';
    expect(linkProblems({ path: 'decisions/0001-a.md', text }, paths)).toMatchObject([{ line: 2 }]);
  });
});
