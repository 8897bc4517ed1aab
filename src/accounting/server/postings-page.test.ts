import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { POSTING_RULES } from '../posting-rules.ts';
import { POSTINGS_PAGE, postingsPage } from './postings-page.ts';

it('says what the rules post, no more and no less', () => {
  const page = readFileSync(POSTINGS_PAGE, 'utf8');
  // A checkout on another system may have other line ends.
  expect(page.replaceAll('\r\n', '\n')).toBe(postingsPage());
  expect(POSTING_RULES.length).toBeGreaterThan(50);
  for (const { act, what } of POSTING_RULES)
    expect(page.split('\n').some((row) => row.startsWith(`| ${act} |`) && row.includes(what))).toBe(true);
});
