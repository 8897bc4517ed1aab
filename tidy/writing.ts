import { importsOf, scan } from './scan.ts';
import { isPure } from './purity.ts';
import { lineAt } from './project.ts';
import type { Problem, SourceFile } from './project.ts';

const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path);
/** The rooms whose names other rooms rely on. */
const isBusinessOrPlumbing = (path: string): boolean => /^(?:src|platform)\//.test(path);
const isOurModule = (path: string): boolean => /^(?:src|platform|connectors)\//.test(path);

/** Words that mean two things in this trade, or nothing: they need a second word beside them. */
const neverAlone = new Set(
  'account common data handle handler helper helpers info inventory item manage manager misc process transaction util utils'.split(
    ' ',
  ),
);

type Pattern = readonly [what: RegExp, says: string];

/** What no code of ours contains, wherever it stands. */
const inAnyCode: readonly Pattern[] = [
  [/(?<![\w$.])(?:const\s+|declare\s+)*enum\s+\w+\s*\{/g, 'write a union of strings, not an enum'],
  [/(?<![\w$.])(?:declare\s+)?(?:namespace|module)\s+[\w$.]+\s*\{/g, 'a file is the namespace'],
  [/(?<![\w$.])as\s+any(?![\w$])|[:<,|&=]\s*any(?![\w$])(?!\s*[:(])/g, 'any lets everything through; unknown does not'],
];

const inComments: readonly Pattern[] = [
  [/@ts-(?:ignore|nocheck)/g, 'hides every error; use @ts-expect-error and say why'],
  [/(?<!\w)(?:TODO|FIXME)(?!\w)/g, 'finish it, or write it down where work is planned'],
];

const inTests: readonly Pattern[] = [
  [/\.\s*(?:only|skip|todo)\s*[(.`]/g, 'would leave tests out without a word'],
  [/(?<![\w$.])(?:fdescribe|fit|xdescribe|xit|xtest)\s*\(/g, 'would leave tests out without a word'],
];

const inOurModules: readonly Pattern[] = [
  [/(?<![\w$.])export\s+default(?![\w$])|(?<![\w$])as\s+default(?![\w$])/g, 'has a name; export it by its name'],
  [/(?<![\w$.])export\s+(?:type\s+)?\{/g, 'is exported where it is declared'],
];

/** Ways of writing that we do without: enums, `any`, default exports, barrels, skipped tests, empty names. */
export function writingProblems(file: SourceFile): readonly Problem[] {
  const { code, comments } = scan(file.text);
  return [
    ...found(file, code, inAnyCode),
    ...found(file, comments, inComments),
    ...(isTest(file.path) ? found(file, code, inTests) : []),
    ...(isOurModule(file.path) && !isTest(file.path) ? found(file, code, inOurModules) : []),
    ...(isOurModule(file.path) ? barrelProblems(file) : []),
    ...nameProblems(file, code),
  ];
}

function found(file: SourceFile, text: string, patterns: readonly Pattern[]): readonly Problem[] {
  return patterns.flatMap(([what, says]) =>
    [...text.matchAll(what)].map((match) => ({
      path: file.path,
      line: lineAt(text, match.index),
      says: `${match[0].trim().replace(/\s+/g, ' ')} ${says}`,
    })),
  );
}

function barrelProblems(file: SourceFile): readonly Problem[] {
  const says = 'passes on what is written elsewhere; import it from there';
  const index = /(?:^|\/)index\.(?:ts|tsx|mjs)$/.test(file.path) ? [{ path: file.path, line: 1, says }] : [];
  const reExports = importsOf(file.text).filter((one) => one.reExported);
  return [...index, ...reExports.map(({ at }) => ({ path: file.path, line: lineAt(file.text, at), says }))];
}

function nameProblems(file: SourceFile, code: string): readonly Problem[] {
  const problems: Problem[] = [];
  const parts = file.path.replace(/(?:\.test)?\.(?:ts|tsx|mjs|sql)$/, '').split('/');
  for (const part of parts.slice(parts[0] === 'db' ? -1 : 1)) {
    if (neverAlone.has(part)) problems.push({ path: file.path, line: 1, says: `${part} says nothing as a file name` });
  }
  const name = parts.at(-1) ?? '';
  if (isOurModule(file.path) && !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/.test(name)) {
    problems.push({ path: file.path, line: 1, says: `${name} is not written in small-letters-and-hyphens` });
  }
  for (const exported of exportsOf(code)) {
    if (neverAlone.has(exported.name.toLowerCase())) {
      const line = lineAt(code, exported.at);
      problems.push({ path: file.path, line, says: `${exported.name} means two things or nothing; add a word` });
    }
  }
  return problems;
}

type Exported = { readonly name: string; readonly at: number };

function exportsOf(code: string): readonly Exported[] {
  const declared =
    /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\*?|const|let|type|interface|class)\s+([\w$]+)/gm;
  return [...code.matchAll(declared)].map((match) => ({ name: match[1] ?? '', at: match.index }));
}

/**
 * Exported names of `src/` and `platform/` without a docstring just before them. A name that is exported twice, as a
 * type and its maker or as overloads, needs one.
 */
export function docstringProblems(file: SourceFile): readonly Problem[] {
  if (!isBusinessOrPlumbing(file.path) || isTest(file.path) || !file.path.endsWith('.ts')) return [];
  const { code } = scan(file.text);
  const explained = new Set<string>();
  return exportsOf(code).flatMap(({ name, at }) => {
    const before = file.text.slice(0, at).trimEnd();
    const comment = before.endsWith('*/') ? before.slice(before.lastIndexOf('/*')) : '';
    const isJoined = !/\n\s*\n$/.test(file.text.slice(0, at));
    if (comment.startsWith('/**') && /\w/.test(comment) && isJoined) explained.add(name);
    if (explained.has(name)) return [];
    return [{ path: file.path, line: lineAt(code, at), says: `${name} is exported and has no docstring` }];
  });
}

/** Pure files that have grown into several stories: more than `limit` lines. */
export function lengthProblems(file: SourceFile, limit: number): readonly Problem[] {
  if (!isPure(file.path)) return [];
  const lines = file.text.split('\n').length - 1;
  if (lines <= limit) return [];
  return [{ path: file.path, line: limit, says: `has ${lines} lines; one story fits in ${limit}` }];
}
