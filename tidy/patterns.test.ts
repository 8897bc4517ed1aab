import { describe, expect, it } from 'vitest';
import { patternsOf, slowPatterns } from './patterns.ts';
import { filesMatching, report } from './project.ts';

/** Patterns that read only what we wrote ourselves, with the reason. */
const ONLY_OURS: readonly string[] = [
  // Takes slashes from the end of a setting.
  '\\/+$',
];

describe('regular expressions', () => {
  it('take no longer than their text is long, whatever a stranger sends', { timeout: 120_000 }, () => {
    const files = filesMatching(/^(?:src|platform|connectors|apps|client)\/.*\.tsx?$/).filter(
      ({ path }) => !/test|generated|apps\/(?:simulator|server\/(?:chaos|replay|demo))\//.test(path),
    );
    const patterns = files.flatMap(patternsOf);
    expect(patterns.length, 'patterns seen').toBeGreaterThan(200);
    expect(report(slowPatterns(patterns.filter(({ source }) => !ONLY_OURS.includes(source))))).toEqual([]);
  });

  it('are refused when they double with every letter, or grow with the square', () => {
    const text =
      "const a = /^(\\w+\\s?)*$/; const b = /x.*y.*z$/; const c = { pattern: '^(a|aa)+$' }; const d = /^a+$/i;";
    const found = slowPatterns(patternsOf({ path: 'src/a.ts', text }));
    expect(found.map(({ says }) => says.split(' ')[0])).toEqual(['/^(\\w+\\s?)*$/', '/x.*y.*z$/', '/^(a|aa)+$/']);
  });
});
