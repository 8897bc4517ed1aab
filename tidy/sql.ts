import { knows, ownerOfTable, partitionedTables, tableWords } from './domains.mjs';
import { placeOf } from './imports.ts';
import { lineAt } from './project.ts';
import type { Problem, SourceFile } from './project.ts';
import { scan } from './scan.ts';

/** A word, a number or a sign of SQL, in lower case, and where it stands. */
type Token = { readonly text: string; readonly at: number };

/** A table that a statement names, and where. */
export type TableName = { readonly name: string; readonly at: number };

const migrationName = /^db\/(?:migrations|directory)\/(\d{14})_([a-z]+)__[a-z0-9]+(?:_[a-z0-9]+)*\.sql$/;

/**
 * The text with comments and the contents of string constants turned into blanks. What stands between dollar signs is
 * the body of a function: it is code and stays.
 */
export function bareSql(text: string): string {
  return text.replace(/--[^\n]*|\/\*[^]*?\*\/|'(?:[^']|'')*'|\$\w*\$/g, (piece) => piece.replace(/[^\n]/g, ' '));
}

function tokensOf(text: string): readonly Token[] {
  const found = bareSql(text).matchAll(/[A-Za-z_][\w$]*|"[^"]+"|\d+|[^\s\w]/g);
  return [...found].map((match) => ({ text: match[0].replaceAll('"', '').toLowerCase(), at: match.index }));
}

const notTables = new Set(['lateral', 'only', 'rows', 'select', 'unnest', 'values']);
/** After these a bracket opens a list of columns; after a table in `from` it makes the name that of a function. */
const bracketsAreColumns = new Set(['into', 'references']);
const indexMethods = new Set(['brin', 'btree', 'gin', 'gist', 'hash', 'spgist']);
const isWord = (token: Token | undefined): token is Token => token !== undefined && /^[a-z_]/.test(token.text);

/**
 * The tables that SQL reads or writes: after `from` (also the second and third of a list), `join`, `into`, `update`,
 * `delete from`, `using`, `references`, `truncate`, `alter table`. Functions, subqueries and names given by `with` are
 * no tables.
 */
export function tablesNamed(text: string): readonly TableName[] {
  const tokens = tokensOf(text);
  const given = new Set<string>();
  const named: TableName[] = [];
  const brackets: (string | undefined)[] = [];
  const textAt = (at: number): string => tokens[at]?.text ?? '';

  tokens.forEach((token, at) => {
    if (token.text === '(') brackets.push(tokens[at - 1]?.text);
    if (token.text === ')') brackets.pop();
    if (['with', 'recursive', ','].includes(token.text) && isWord(tokens[at + 1])) {
      const after = textAt(at + 2) === '(' ? closing(tokens, at + 2) + 1 : at + 2;
      const opens = ['not', 'materialized'].includes(textAt(after + 1)) || textAt(after + 1) === '(';
      if (textAt(after) === 'as' && opens) given.add(textAt(at + 1));
    }
    if (!startsTable(tokens, at, brackets.at(-1))) return;
    for (let next: number | undefined = at + 1; next !== undefined; next = nextInList(tokens, token.text, next)) {
      while (['only', 'if', 'exists', 'table', 'lateral'].includes(textAt(next))) next += 1;
      const name = tokens[next];
      if (!isWord(name) || notTables.has(name.text)) continue;
      const after = textAt(next + 1);
      if (after === '(' && !bracketsAreColumns.has(token.text)) continue;
      named.push({ name: after === '.' ? `${name.text}.${textAt(next + 2)}` : name.text, at: name.at });
    }
  });
  return named.filter((table) => !given.has(table.name));
}

function startsTable(tokens: readonly Token[], at: number, insideOf: string | undefined): boolean {
  const before = tokens[at - 1]?.text ?? '';
  switch (tokens[at]?.text) {
    case 'from':
      if (before === 'distinct' && ['is', 'not'].includes(tokens[at - 2]?.text ?? '')) return false;
      return !['extract', 'overlay', 'position', 'substring', 'trim'].includes(insideOf ?? '');
    case 'join':
    case 'references':
    case 'truncate':
      return true;
    case 'into':
      return before === 'insert' || before === 'merge';
    case 'update':
      return !['do', 'for', 'key', 'on', 'before', 'after', 'or'].includes(before);
    case 'using': {
      const start = tokens.findLastIndex((token, index) => index < at && token.text === ';');
      const deletes = tokens.slice(start + 1, at).some((token) => token.text === 'delete');
      return deletes && before !== 'join' && !indexMethods.has(tokens[at + 1]?.text ?? '');
    }
    case 'table':
      return before === 'alter' || before === 'drop' || before === 'lock';
    default:
      return false;
  }
}

/** The place of the next table in `from a, b as c, lateral (…) d`; undefined when the list ends. */
function nextInList(tokens: readonly Token[], keyword: string, from: number): number | undefined {
  if (keyword !== 'from' && keyword !== 'using') return undefined;
  let at = from;
  for (; at < tokens.length; at += 1) {
    const text = tokens[at]?.text ?? '';
    if (text === ',') return at + 1;
    if (text === '(') at = closing(tokens, at);
    else if (!/^[a-z_.]/.test(text) || endsList.has(text)) return undefined;
  }
  return undefined;
}
const endsList = new Set(
  'cross except fetch for full group having inner intersect join left limit natural on order returning right set union where window'.split(
    ' ',
  ),
);

function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    if (tokens[at]?.text === '(') depth += 1;
    if (tokens[at]?.text === ')' && (depth -= 1) === 0) return at;
  }
  return tokens.length;
}

/** What stands in SQL that would not run everywhere, or not twice with the same result. */
const bannedEverywhere: readonly (readonly [what: RegExp, why: string])[] = [
  [/\b(?:now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(/g, 'time is a parameter'],
  [/\b(?:current_timestamp|current_date|current_time|localtimestamp|localtime)\b/g, 'time is a parameter'],
  [/\b(?:random|gen_random_uuid|uuidv[47]|uuid_generate_v[14])\s*\(/g, 'ids and chance are parameters'],
  [/\b(?:nextval|setval|currval|lastval)\s*\(/g, 'a sequence has gaps; count in a locked row'],
  [/\bmerge\s+into\b/g, 'use insert … on conflict'],
  [/\bpg_(?:try_)?advisory_lock\b/g, 'a session lock does not survive a pool'],
  [/\bdeferrable\b/g, 'no deferred constraints'],
  [/\bserializable\b/g, 'lock the rows instead'],
  [/\boffset\b/g, 'lists page by key'],
];

const bannedInMigrations: readonly (readonly [what: RegExp, why: string])[] = [
  [/\bcreate\s+(?:or\s+replace\s+)?(?:constraint\s+)?trigger\b/g, 'no triggers'],
  [/\bcreate\s+(?:or\s+replace\s+)?rule\b/g, 'no rules'],
  [/\binherits\s*\(|\binherit\b/g, 'no inheritance'],
  [/\bunlogged\b/g, 'an unlogged table is empty after a crash'],
  [/\bmaterialized\s+view\b/g, 'keep a summary table instead'],
  [/\b(?:small|big)?serial\b|\bserial[248]\b/g, 'ids are made by the application'],
  [/\bas\s+identity\b|\bcreate\s+sequence\b/g, 'ids are made by the application'],
  [/\b(?:double\s+precision|real|float[48]?|money)\b/g, 'money and stock are whole numbers'],
  [/\btimestamp\b(?!\s*(?:\(\d\)\s*)?with\s+time\s+zone)/g, 'an instant is a timestamptz'],
];

function banned(file: SourceFile, rules: readonly (readonly [RegExp, string])[]): readonly Problem[] {
  const code = bareSql(file.text).toLowerCase();
  return rules.flatMap(([what, why]) =>
    [...code.matchAll(what)].map((match) => ({
      path: file.path,
      line: lineAt(code, match.index),
      says: `${match[0].trim()}: ${why}`,
    })),
  );
}

/**
 * What is wrong with the SQL of one file outside `db/`: tables of domains that its own does not know, qualified names,
 * and what does not run everywhere. In a store written in TypeScript the strings that begin like a statement count.
 */
export function queryProblems(file: SourceFile): readonly Problem[] {
  const place = placeOf(file.path);
  const who =
    place.kind === 'server'
      ? place.domain
      : place.kind === 'room' && place.room === 'platform'
        ? 'platform'
        : undefined;
  if (who === undefined) return [];
  if (file.path.endsWith('.sql')) return [...tableProblems(file, who), ...banned(file, bannedEverywhere)];
  if (!file.path.endsWith('.ts') || file.path.endsWith('.test.ts') || who === 'platform') return [];
  return scan(file.text)
    .strings.filter(({ text }) => /^\s*(?:select|insert\s+into|update|delete\s+from|with)\s/i.test(text))
    .flatMap(({ start, text }) => {
      const piece = { path: file.path, text };
      const offset = lineAt(file.text, start) - 1;
      return [...tableProblems(piece, who), ...banned(piece, bannedEverywhere)].map((problem) => ({
        ...problem,
        line: problem.line + offset,
      }));
    });
}

function tableProblems(file: SourceFile, who: string): readonly Problem[] {
  return tablesNamed(file.text).flatMap(({ name, at }) => {
    const says = tableRefusal(who, name);
    return says === undefined ? [] : [{ path: file.path, line: lineAt(file.text, at), says }];
  });
}

function tableRefusal(who: string, table: string): string | undefined {
  if (/^(?:pg_|information_schema\.)/.test(table)) return undefined;
  if (table.includes('.')) return `${table}: names are unqualified, the search path says whose they are`;
  const owner = ownerOfTable(table);
  if (owner === undefined) return `${table} belongs to no domain of tidy/domains.mjs`;
  if (owner === who || owner === 'platform' || knows(who, owner)) return undefined;
  return `${who} may not know ${table}`;
}

/** What is wrong with one migration: its name, whose tables it makes, their keys, and what we do without. */
export function migrationProblems(file: SourceFile): readonly Problem[] {
  const word = migrationName.exec(file.path)?.[2];
  const who = Object.keys(tableWords).find((domain) => word !== undefined && tableWords[domain]?.includes(word));
  if (who === undefined) {
    const says = 'a migration is named 20261201120000_stock__what.sql, after the first word of its tables';
    return [{ path: file.path, line: 1, says }];
  }
  return [
    ...createdTables(file.text).flatMap((table) =>
      createdRefusals(who, table).map((says) => ({ path: file.path, line: lineAt(file.text, table.at), says })),
    ),
    ...tableProblems(file, who),
    ...banned(file, [...bannedEverywhere, ...bannedInMigrations]),
  ];
}

/** Migrations that share a time stamp, whose order therefore nobody knows. */
export function migrationOrderProblems(files: readonly SourceFile[]): readonly Problem[] {
  const stamps = new Map<string, string>();
  return files.flatMap(({ path }) => {
    const stamp = migrationName.exec(path)?.[1] ?? path;
    const other = stamps.get(stamp);
    stamps.set(stamp, path);
    return other === undefined ? [] : [{ path, line: 1, says: `has the time stamp of ${other}` }];
  });
}

type CreatedTable = TableName & {
  readonly isView: boolean;
  readonly isPartition: boolean;
  readonly hasKey: boolean;
  readonly isPartitioned: boolean;
};

function createdTables(text: string): readonly CreatedTable[] {
  const code = bareSql(text).toLowerCase();
  const starts = /\bcreate\s+(?:or\s+replace\s+|unlogged\s+)*(table|view)\s+(?:if\s+not\s+exists\s+)?([\w."]+)([^;]*)/g;
  return [...code.matchAll(starts)].map((match) => {
    const [, kind, name = '', rest = ''] = match;
    return {
      name: name.replaceAll('"', ''),
      at: match.index,
      isView: kind === 'view',
      isPartition: /^\s*partition\s+of\b/.test(rest),
      hasKey: /\bprimary\s+key\b|\bincluding\s+all\b/.test(rest),
      isPartitioned: /\)\s*partition\s+by\s+range\b/.test(rest),
    };
  });
}

function createdRefusals(who: string, table: CreatedTable): readonly string[] {
  const refusals: string[] = [];
  if (ownerOfTable(table.name) !== who) refusals.push(`${table.name} is no table of ${who}`);
  if (table.isView || table.isPartition) return refusals;
  if (!table.hasKey) refusals.push(`${table.name} has no primary key`);
  if (partitionedTables.includes(table.name) && !table.isPartitioned) {
    refusals.push(`${table.name} only grows and must be partitioned by range`);
  }
  return refusals;
}
