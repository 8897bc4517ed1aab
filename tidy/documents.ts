import { lineAt } from './project.ts';
import type { Problem, SourceFile } from './project.ts';

/** Decisions whose file is not named by number and title, or whose number another one has. */
export function decisionProblems(files: readonly SourceFile[]): readonly Problem[] {
  const taken = new Map<string, string>();
  return files.flatMap(({ path }) => {
    if (path === 'decisions/README.md') return [];
    const number = /^decisions\/(\d{4})-[a-z0-9]+(?:-[a-z0-9]+)*\.md$/.exec(path)?.[1];
    if (number === undefined) return [{ path, line: 1, says: 'a decision is named 0001-what-was-decided.md' }];
    const other = taken.get(number);
    taken.set(number, path);
    return other === undefined ? [] : [{ path, line: 1, says: `has the number of ${other}` }];
  });
}

/** Words that the glossary explains twice. A word with two meanings needs a second word beside it. */
export function glossaryProblems(file: SourceFile): readonly Problem[] {
  const explained = new Set<string>();
  return wordsExplained(file.text).flatMap(({ word, at }) => {
    if (!explained.has(word)) {
      explained.add(word);
      return [];
    }
    return [{ path: file.path, line: lineAt(file.text, at), says: `${word} is explained twice` }];
  });
}

/** The words in bold in the first column of the glossary's tables. */
export function wordsExplained(text: string): readonly { readonly word: string; readonly at: number }[] {
  return [...text.matchAll(/^\|([^|]*)\|/gm)].flatMap((row) =>
    [...(row[1] ?? '').matchAll(/\*\*([^*]+)\*\*/g)].map((match) => ({ word: match[1] ?? '', at: row.index })),
  );
}

/** Links to files of the project that are not there. */
export function linkProblems(file: SourceFile, paths: ReadonlySet<string>): readonly Problem[] {
  const folder = file.path.split('/').slice(0, -1);
  return [...file.text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g)].flatMap((match) => {
    const target = [...folder];
    for (const part of (match[1] ?? '').split('/')) {
      if (part === '..') target.pop();
      else if (part !== '.' && part !== '') target.push(part);
    }
    const path = target.join('/');
    const exists = paths.has(path) || [...paths].some((known) => known.startsWith(`${path}/`));
    return exists ? [] : [{ path: file.path, line: lineAt(file.text, match.index), says: `${path} is not there` }];
  });
}
