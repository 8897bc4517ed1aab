import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of the project: its path from the root with `/` between folders, and its text. */
export type SourceFile = { readonly path: string; readonly text: string };

/** What a house rule found. `line` counts from 1. */
export type Problem = { readonly path: string; readonly line: number; readonly says: string };

/** The folder of the project. */
export const root = fileURLToPath(new URL('..', import.meta.url));
const foreignFolders = new Set(['.git', 'coverage', 'data', 'dist', 'generated', 'node_modules']);
const foreignFiles = /\.log$|^\.DS_Store$/;

let known: readonly SourceFile[] | undefined;

/**
 * Every text file of the project, sorted by path, read once per run. Folders that git ignores, and `generated/`
 * ones, are not the project's writing.
 */
export function projectFiles(): readonly SourceFile[] {
  known ??= readFolder('').toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return known;
}

/** The files whose path matches. Reading an unpacked archive works as well as reading a clone: git is not asked. */
export function filesMatching(pattern: RegExp): readonly SourceFile[] {
  return projectFiles().filter((file) => pattern.test(file.path));
}

/** The line, counted from 1, on which a position of the text stands. */
export function lineAt(text: string, position: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < position; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** Problems as lines that a terminal turns into links. An empty list is what a test wants to see. */
export function report(problems: readonly Problem[]): readonly string[] {
  return problems.map((problem) => `${problem.path}:${problem.line} ${problem.says}`);
}

function readFolder(folder: string): SourceFile[] {
  const files: SourceFile[] = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!foreignFolders.has(entry.name)) files.push(...readFolder(path));
    } else if (entry.isFile() && !foreignFiles.test(entry.name)) {
      const text = readFileSync(join(root, path), 'utf8');
      if (!text.includes('\0')) files.push({ path, text });
    }
  }
  return files;
}
