import { createHash } from 'node:crypto';
import { bareSql } from './sql.ts';
import { lineAt } from './project.ts';
import type { Problem, SourceFile } from './project.ts';

/** A version whose schema is kept in `db/fixtures/`: its migrations by name, each with the checksum it was applied with. */
export type Released = { readonly version: string; readonly checksums: ReadonlyMap<string, string> };

const list = /^db\/fixtures\/(\d+\.\d+\.\d+)\/migrations\.txt$/;
const fileName = /([^/]+\.sql)$/;
const contractName = /^\d{14}_[a-z]+__contract_(\d+)_(\d+)_(\d+)_/;
/** The escape: a comment line before the statement that says why it is harmless all the same. */
const escape = /--\s*safe beside the version before:\s*(.*)/;
const SHORTEST_REASON = 15;

/** The versions that were kept, the oldest first. */
export function releasedVersions(files: readonly SourceFile[]): readonly Released[] {
  return files
    .flatMap(({ path, text }) => {
      const version = list.exec(path)?.[1];
      if (version === undefined) return [];
      const rows = text.split('\n').filter((row) => row !== '');
      return [{ version, checksums: new Map(rows.map((row) => row.split(' ', 2) as [string, string])) }];
    })
    .toSorted((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true }));
}

/** Those that came before `current`: programs of them run out there. A fixture of the current version is a promise that is still to be given. */
export function releasedBefore(kept: readonly Released[], current: string): readonly Released[] {
  return kept.filter(({ version }) => version.localeCompare(current, 'en', { numeric: true }) < 0);
}

/** Migrations that a kept version has run and that are gone or were changed since. */
export function changedProblems(migrations: readonly SourceFile[], released: readonly Released[]): readonly Problem[] {
  const now = new Map(migrations.map(({ path, text }) => [fileName.exec(path)?.[1] ?? path, text]));
  return released.flatMap(({ version, checksums }) =>
    [...checksums].flatMap(([name, checksum]) => {
      const text = now.get(name);
      const path = `db/migrations/${name}`;
      if (text === undefined) return [{ path, line: 1, says: `is gone, and ${version} has run it` }];
      const found = createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');
      if (found === checksum) return [];
      return [
        {
          path,
          line: 1,
          says: `was changed, and ${version} has run it as it was; add a new file instead (or, before ${version} is out, make its fixture again)`,
        },
      ];
    }),
  );
}

/** A statement of a file: its bare code in lower case, where it begins, and the reason by which it is let through. */
type Statement = { readonly code: string; readonly at: number; readonly excuse: string | undefined };

/**
 * What a migration does that a program of the version before, which goes on selling beside it, could not bear: what it names must stay, what it writes must
 * still be taken, and no table may be locked for longer than a moment. Tables that migrations of the same unreleased version made are nobody's yet.
 * `released`: files that a kept version has run are past.
 */
export function besideProblems(migrations: readonly SourceFile[], released: readonly Released[]): readonly Problem[] {
  const past = new Set(released.flatMap(({ checksums }) => [...checksums.keys()]));
  const fresh = migrations.filter(({ path }) => !past.has(fileName.exec(path)?.[1] ?? ''));
  // Before the first version there is none before it.
  if (released.length === 0) return [];
  const ours = new Set(fresh.flatMap(({ text }) => tablesMade(bareSql(text).toLowerCase())));
  return fresh.flatMap((file) => {
    const contract = contractOf(file, released);
    if (typeof contract === 'string') return [{ path: file.path, line: 1, says: contract }];
    const outside = /^--\s*no-transaction\s*$/.test(file.text.split('\n', 1)[0] ?? '');
    const statements = statementsOf(file.text);
    return statements.flatMap(({ code, at, excuse }, index) => {
      const line = lineAt(file.text, at);
      if (excuse !== undefined)
        return excuse.length >= SHORTEST_REASON
          ? []
          : [{ path: file.path, line, says: 'say why it is safe, in a sentence' }];
      const earlier = statements.slice(0, index).map((one) => one.code);
      return refusals({ code, outside, ours, earlier, contract: contract === true }).map((says) => ({
        path: file.path,
        line,
        says,
      }));
    });
  });
}

/**
 * Whether a file may take away what an earlier version still used. `…__contract_0_1_0_…` says that 0.1.0 was the last one; that one must be older than the
 * newest kept version, because programs of the newest one run beside the migration. True, or why not; undefined for a file that takes nothing away.
 */
function contractOf({ path }: SourceFile, released: readonly Released[]): true | string | undefined {
  const found = contractName.exec(fileName.exec(path)?.[1] ?? '');
  if (found === null) return undefined;
  const version = found.slice(1, 4).join('.');
  const at = released.findIndex((one) => one.version === version);
  if (at < 0) return `is the contract of ${version}, of which no fixture is kept`;
  if (at < released.length - 1) return true;
  return `is the contract of ${version}, and programs of ${version} may run beside it; wait until a later version is out`;
}

type Look = {
  readonly code: string;
  /** Statement by statement, outside a transaction. */
  readonly outside: boolean;
  readonly ours: ReadonlySet<string>;
  readonly earlier: readonly string[];
  readonly contract: boolean;
};

const TABLE = String.raw`(?:if\s+exists\s+)?(?:only\s+)?"?([a-z_][\w]*)"?`;

function refusals(look: Look): readonly string[] {
  const { code, ours } = look;
  const altered = new RegExp(String.raw`^alter\s+table\s+${TABLE}`).exec(code);
  if (altered !== null) return ours.has(altered[1] ?? '') ? [] : tableRefusals(look, altered[1] ?? '');
  const gone = /^drop\s+(table|view|function|procedure|type|schema|index)\b(?:\s+concurrently)?/.exec(code)?.[1];
  if (gone !== undefined) return look.contract ? [] : [`drop ${gone}: ${CONTRACT}`];
  const index =
    /^create\s+(unique\s+)?index\s+(concurrently\s+)?(?:if\s+not\s+exists\s+)?(?:"?\w+"?\s+)?on\s+(only\s+)?"?(\w+)"?/.exec(
      code,
    );
  if (index !== null) return ours.has(index[4] ?? '') ? [] : indexRefusals(look, index);
  const bulk =
    /^(update|delete\s+from)\s+(?:only\s+)?"?(\w+)"?/.exec(code) ??
    /^(insert\s+into)\s+"?(\w+)"?[^;]*\bselect\b/.exec(code);
  if (bulk !== null && !ours.has(bulk[2] ?? '') && !(bulk[1] ?? '').startsWith('insert')) return [IN_BATCHES];
  if (/^do\b/.test(code)) return doRefusals(look);
  const blocked = /^(truncate|lock|cluster|vacuum\s+full|reindex(?!\s+(?:\([^)]*\)\s*)?\w+\s+concurrently))\b/.exec(
    code,
  );
  if (blocked !== null) return [`${blocked[1]}: nobody sells while the table is locked`];
  if (/^alter\s+(?:type|domain|function|view|schema|index|sequence)\b.*\brename\b/s.test(code) && !look.contract)
    return [`rename: ${CONTRACT}`];
  return [];
}

const CONTRACT =
  'the version before still names it; leave it, and take it away in a file …__contract_<last version that used it>_… once a later one is out';
const IN_BATCHES =
  'changes every row in one go, and whoever sells waits for it: a `do` block that commits after some hundred rows, in a file that begins with -- no-transaction';

function tableRefusals({ code, outside, earlier, contract }: Look, table: string): readonly string[] {
  const says: string[] = [];
  const no = (what: RegExp, why: string): void => void (what.test(code) && says.push(why));
  if (!contract) {
    no(/\brename\b/, `rename: ${CONTRACT}; make a new column beside the old one and fill it in batches`);
    no(/\bdrop\s+column\b/, `drop column: ${CONTRACT}`);
    no(
      /\bset\s+not\s+null\b/,
      'set not null: the version before may write null; check (… is not null) not valid, later',
    );
    no(/\bdrop\s+default\b/, 'drop default: the version before does not name the column');
    no(/\balter\s+(?:column\s+)?\S+\s+(?:set\s+data\s+)?type\b/, 'type: rewrites the table; make a new column');
    no(
      /\bdrop\s+constraint\s+(?:if\s+exists\s+)?\w+_(?:pkey|key)\b/,
      `drop constraint: ${CONTRACT} (on conflict needs it)`,
    );
  }
  for (const [column] of code.matchAll(/\badd\s+(?:column\s+)(?:[^,(]|\([^()]*(?:\([^()]*\)[^()]*)*\))*/g))
    says.push(...columnRefusals(column));
  for (const [added] of code.matchAll(
    /\badd\s+(?:constraint\s+\S+\s+)?(?:check|foreign\s+key|unique|primary\s+key|exclude)\b[^;]*/g,
  )) {
    const isIndex = /\b(?:unique|primary\s+key|exclude)\b/.test(added);
    if (isIndex && !/\busing\s+index\b/.test(added))
      says.push('a key: builds its index while nobody may write; create unique index concurrently, then using index');
    if (!isIndex && !/\bnot\s+valid\b/.test(added))
      says.push(
        'a constraint: looks at every row while nobody may write; add it not valid, then validate it in a file of its own',
      );
  }
  const name = /\bvalidate\s+constraint\s+(\S+)/.exec(code)?.[1];
  if (name !== undefined && !outside && earlier.some((one) => one.includes(table) && one.includes(name)))
    says.push('validate constraint: in the transaction that added it the table stays locked; take a file of its own');
  return says;
}

function columnRefusals(column: string): readonly string[] {
  const says: string[] = [];
  const value = /\bdefault\s+(.*?)(?=\b(?:check|references|constraint|unique|primary|not\s+null|generated)\b|$)/s.exec(
    column,
  )?.[1];
  if (/\bnot\s+null\b/.test(column) && value === undefined)
    says.push('add column not null: the version before does not know it; give it a default');
  if (value !== undefined && /\w\s*\(/.test(value))
    says.push('default: a function rewrites the table; a constant does not');
  if (/\b(?:generated|primary\s+key|unique|check|references)\b/.test(column))
    says.push(
      'add column: its promise is checked, or its value reckoned, for every row while nobody may write; add the constraint by itself, not valid',
    );
  return says;
}

function indexRefusals(
  { outside, contract }: Look,
  [, unique, concurrently, only]: RegExpExecArray,
): readonly string[] {
  const says: string[] = [];
  if (concurrently === undefined && only === undefined)
    says.push(
      'create index: nobody writes while it is built; concurrently (of a partitioned table: on only the table, then concurrently on each partition, then attach)',
    );
  if (concurrently !== undefined && !outside)
    says.push('create index concurrently: not in a transaction; begin the file with -- no-transaction');
  if (unique !== undefined && !contract)
    says.push('create unique index: what the version before writes may break it; say why it cannot');
  return says;
}

function doRefusals({ code, outside }: Look): readonly string[] {
  if (!/\b(?:update|delete\s+from)\b/.test(code)) return [];
  return outside && /\bcommit\b/.test(code) && /\blimit\b/.test(code) ? [] : [IN_BATCHES];
}

function tablesMade(code: string): readonly string[] {
  return [...code.matchAll(/\bcreate\s+table\s+(?:if\s+not\s+exists\s+)?"?(\w+)"?/g)].map(([, name]) => name ?? '');
}

/** Cuts at semicolons outside of strings, comments and the bodies between dollar signs. */
function statementsOf(text: string): readonly Statement[] {
  // A body's own semicolons become blanks of another kind, so that they do not cut.
  const closed = text.replace(/(\$\w*\$)([^]*?)\1/g, (whole) => whole.replaceAll(';', '\u0000'));
  const bare = bareSql(closed).toLowerCase();
  const statements: Statement[] = [];
  let begin = 0;
  for (const piece of `${bare};`.split(';').slice(0, -1)) {
    const start = begin + (piece.length - piece.trimStart().length);
    const before = text.slice(begin, start);
    if (piece.trim() !== '')
      statements.push({
        code: piece.trim().replaceAll('\u0000', ';'),
        at: start,
        excuse: escape.exec(before)?.[1]?.trim(),
      });
    begin += piece.length + 1;
  }
  return statements;
}
