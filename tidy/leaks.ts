import { lineAt } from './project.ts';
import type { Problem, SourceFile } from './project.ts';

/**
 * Paths of somebody's own machine and hosts that packages were fetched from. Written in pieces, so that this file does
 * not find itself.
 */
const leaks: readonly (readonly [what: RegExp, says: string])[] = [
  [new RegExp(`(?<![\\w.~-])/${'(?:wo' + 'rk|ro' + 'ot'})/`, 'g'), 'is a folder of one machine'],
  [new RegExp(`(?<![\\w.-])/${'(?:ho' + 'me|Us' + 'ers'})/[a-z]`, 'g'), 'is a folder of one person'],
  [new RegExp(`[A-Z]:\\\\${'Us' + 'ers'}\\\\`, 'g'), 'is a folder of one person'],
  [new RegExp(`"reso` + `lved":\\s*"\\w+:`, 'g'), 'ties the lockfile to the host it was made with'],
  [new RegExp(`(?<!\\w)reg` + `istry\\s*=\\s*\\S`, 'g'), 'is a setting of one machine'],
  [
    new RegExp(`https?://[\\w.-]*(?:reg` + `istry|mirror|artifactory|nexus)[\\w-]*[.:/]`, 'g'),
    'is where one machine gets its packages',
  ],
];

/** What a file gives away about the machine that it was written on. */
export function leakProblems(file: SourceFile): readonly Problem[] {
  return leaks.flatMap(([what, says]) =>
    [...file.text.matchAll(what)].map((match) => ({
      path: file.path,
      line: lineAt(file.text, match.index),
      says: `${match[0]} ${says}`,
    })),
  );
}
