import { placeOf } from './imports.ts';
import { lineAt } from './project.ts';
import type { Problem, SourceFile } from './project.ts';
import { scan } from './scan.ts';

/** Whether a file decides: it lies in `src/<domain>/` or a folder of it other than `server/`, and is no test. */
export function isPure(path: string): boolean {
  return /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path) && placeOf(path).kind === 'pure';
}

/** Words that stand for themselves, not for somebody's property: `Date` but neither `PlainDate` nor `order.Date`. */
const word = (names: string): RegExp => new RegExp(`(?<![\\w$])(?<!(?<!\\.\\.)\\.)(?:${names})(?![\\w$])`, 'g');

/**
 * What would make the same command give another answer elsewhere or later. Sines and powers differ between engines in
 * the last digit; Intl and the locale differ between machines.
 */
const banned: readonly (readonly [what: RegExp, why: string])[] = [
  [word('Date|performance'), 'looks at the clock; the time is data of the command'],
  [/(?<![\w$])Temporal\s*\.\s*Now(?![\w$])/g, 'looks at the clock; the time is data of the command'],
  [/(?<![\w$])Math\s*\.\s*random(?![\w$])/g, 'throws dice; chance is data of the command'],
  [word('crypto'), 'throws dice; ids and chance are data of the command'],
  [
    /(?<![\w$.])Math(?![\w$])(?!\s*\.\s*(?:abs|ceil|floor|imul|max|min|random|round|sign|trunc)(?![\w$]))/g,
    'is not the same to the last digit on every machine; use whole numbers',
  ],
  [word('Intl'), 'depends on the machine; words and formats belong to the screens'],
  [/(?<![\w$])(?:localeCompare|toLocale\w*)(?![\w$])/g, 'depends on the machine; sort by code point'],
  [/(?<![\w$])(?:parseFloat|toFixed|toPrecision|toExponential)(?![\w$])/g, 'makes floats; money and stock are whole'],
  [word('process|console|globalThis|navigator|localStorage|require'), 'reaches for the machine'],
  [word('fetch|XMLHttpRequest|WebSocket|EventSource'), 'talks to the outside'],
  [word('setTimeout|setInterval|setImmediate|queueMicrotask'), 'waits; a decision is made at once'],
  [word('eval|Function'), 'runs what nobody has read'],
  [word('WeakRef|FinalizationRegistry'), 'depends on when memory is swept'],
];

/** Where a pure file uses the clock, dice, the locale, floats or the machine. Other files are not looked at. */
export function purityProblems(file: SourceFile): readonly Problem[] {
  if (!isPure(file.path)) return [];
  const { code } = scan(file.text);
  return banned.flatMap(([what, why]) =>
    [...code.matchAll(what)].map((match) => ({
      path: file.path,
      line: lineAt(code, match.index),
      says: `${match[0].replace(/\s/g, '')} ${why}`,
    })),
  );
}
