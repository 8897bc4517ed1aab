import type { Problem, SourceFile } from './project.ts';

/** How many requirements each section of OWASP ASVS 5.0.0 has at levels 1 and 2. They are the first ones of their section: those of level 3 come last. */
export const ASVS_SECTIONS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    '1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2 4.4:4 5.1:1 5.2:3 5.3:2 5.4:3 ' +
    '6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 ' +
    '10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 ' +
    '14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2'
  )
    .split(' ')
    .map((text): [string, number] => {
      const [section = '', count] = text.split(':');
      return [section, Number(count)];
    }),
);

const STATES = ['met', '**not met**', 'does not apply'];

/** What is wrong with the table of requirements: one that is missing, comes twice or is none, a state that is none, and what is met without a test that is there. */
export function asvsProblems(file: SourceFile, paths: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = [];
  const wanted = new Set(
    Object.entries(ASVS_SECTIONS).flatMap(([section, count]) =>
      Array.from({ length: count }, (_, at) => `${section}.${at + 1}`),
    ),
  );
  for (const [at, text] of file.text.split('\n').entries()) {
    const number = /^\| (\d+\.\d+\.\d+) \|/.exec(text)?.[1];
    if (number === undefined) continue;
    const wrong = (says: string): void =>
      void problems.push({ path: file.path, line: at + 1, says: `${number} ${says}` });
    if (!wanted.delete(number)) wrong('is none of level 1 or 2, or came before');
    const [, , level = '', asks = '', state = '', how = '', test = ''] = text.split('|').map((cell) => cell.trim());
    if (!/^[12]$/.test(level) || asks === '' || how === '') wrong('does not say its level, what it asks for, or how');
    if (!STATES.includes(state)) wrong(`is "${state}", not one of ${STATES.join(', ')}`);
    const tests = [...test.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, path = '']) => path);
    if (state === 'met' && tests.length === 0) wrong('names no test');
    for (const path of tests)
      if (!paths.has(path) || !path.endsWith('.test.ts')) wrong(`names ${path}, which is no test`);
  }
  return [...problems, ...[...wanted].map((number) => ({ path: file.path, line: 1, says: `${number} is missing` }))];
}
