import { createContext, Script } from 'node:vm';
import { lineAt, type Problem, type SourceFile } from './project.ts';
import { scan } from './scan.ts';

/** A regular expression of the program and where it stands. `flags` only as far as they change how it is read. */
export type Pattern = { readonly path: string; readonly line: number; readonly source: string; readonly flags: string };

/** Letters that most repeat: one of each kind that patterns tell apart. */
const KINDS = ['a', 'A', '0', '_', ' ', '\t', '\n', '.', ',', '-', '/', '"', "'", '<', '=', '%', '@', ':', 'é', '\0'];
/** What stands before and behind the repeated part, so that a match is nearly found and then is none. */
const AROUND = [
  ['', '\0!'],
  ['', '\n\0'],
  ['a', '@'],
  ['"', '!'],
] as const;
const LENGTH = 40_000;

/** Every regular expression literal of a file, and every text that is a `pattern` of a schema. */
export function patternsOf(file: SourceFile): Pattern[] {
  const { patterns, strings } = scan(file.text);
  const literals = patterns.map(({ start, text }) => {
    const flags = /^[a-z]*/.exec(file.text.slice(start + text.length + 1))?.[0] ?? '';
    return { path: file.path, line: lineAt(file.text, start), source: text, flags: flags.replaceAll(/[^imsuv]/g, '') };
  });
  const schemas = strings
    .filter(({ start }) => /\bpattern:\s*$/.test(file.text.slice(Math.max(0, start - 40), start - 1)))
    .map(({ start, text }) => ({
      path: file.path,
      line: lineAt(file.text, start),
      // As the program reads it: `'\\S'` is \S.
      source: text.replaceAll(/\\(.)/g, '$1'),
      flags: 'u',
    }));
  return [...literals, ...schemas];
}

/**
 * Which patterns take more than `limitMs` for all texts of 40,000 letters that were made for that. One that is walked once takes a few milliseconds for all of them; one whose
 * time grows with the square of the length about a second for each, one that doubles with every letter never ends. Each is stopped at the limit.
 */
export function slowPatterns(patterns: readonly Pattern[], limitMs = 2_000): Problem[] {
  const sandbox = { pattern: /a/, pieces: [] as string[], around: AROUND, length: LENGTH, piece: '' };
  const context = createContext(sandbox);
  const run = new Script(`for (piece of pieces) {
    const middle = piece.repeat(length / piece.length);
    for (const [before, behind] of around) pattern.test(before + middle + behind);
  }`);
  return patterns.flatMap(({ path, line, source, flags }) => {
    Object.assign(sandbox, { pattern: new RegExp(source, flags), pieces: piecesFor(source) });
    try {
      run.runInContext(context, { timeout: limitMs });
      return [];
    } catch {
      const { piece } = sandbox;
      return [{ path, line, says: `/${source}/ takes too long with ${JSON.stringify(piece)} again and again` }];
    }
  });
}

/** What to repeat: one of each kind, and what the pattern itself names, alone and in twos. */
function piecesFor(source: string): string[] {
  const named = [...new Set(source.replaceAll(/\\[a-zA-Z]|[[\](){}*+?^$|\\]/g, ''))].slice(0, 12);
  return [...new Set([...KINDS, ...named, ...named.flatMap((one) => ['a', '0', ' '].map((other) => one + other))])];
}
