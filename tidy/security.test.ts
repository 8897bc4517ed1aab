import { describe, expect, it } from 'vitest';
import { filesMatching, projectFiles, report } from './project.ts';
import { ASVS_SECTIONS, asvsProblems } from './security.ts';

describe('the table of security requirements', () => {
  it('has each of them once, with a test that is there', () => {
    expect(Object.values(ASVS_SECTIONS).reduce((sum, count) => sum + count)).toBe(253);
    const found = filesMatching(/^docs\/security-asvs\.md$/);
    expect(found).toHaveLength(1);
    const paths = new Set(projectFiles().map(({ path }) => path));
    expect(report(found.flatMap((file) => asvsProblems(file, paths)))).toEqual([]);
  });

  it('counts rightly what it says at its top', () => {
    const [text = ''] = filesMatching(/^docs\/security-asvs\.md$/).map((file) => file.text);
    const count = (state: string): number => text.split(`| ${state} |`).length - 1;
    const told = /: (\d+) are met, (\d+) are not, (\d+) do not apply\./.exec(text)?.slice(1).map(Number);
    expect(told).toEqual(['met', '**not met**', 'does not apply'].map(count));
  });

  it('is refused with a row that is missing, doubled, without a test, or with one that is not there', () => {
    const paths = new Set(['a.test.ts']);
    const row = (number: string, state: string, test: string) => `| ${number} | 1 | x | ${state} | y | ${test} |\n`;
    const rows = [
      row('1.1.1', 'met', '[a](../a.test.ts)'),
      row('1.1.1', 'met', '[a](../a.test.ts)'),
      row('1.1.2', 'met', ''),
      row('1.2.1', 'met', '[b](../b.test.ts)'),
      row('1.2.2', 'perhaps', '[a](../a.test.ts)'),
      row('1.2.10', 'does not apply', ''),
    ];
    const found = report(asvsProblems({ path: 'docs/security-asvs.md', text: rows.join('') }, paths));
    expect(found.filter((one) => !one.includes('is missing'))).toHaveLength(5);
    expect(found.filter((one) => one.includes('is missing'))).toHaveLength(253 - 4);
  });
});
