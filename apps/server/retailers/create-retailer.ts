import { randomBytes } from 'node:crypto';
import { openOrigins } from '../../../platform/audit/origins.ts';
import { openMasterDoor } from '../../../platform/commit/master-door.ts';
import type { ActBy, Directory, Retailer } from '../../../platform/db/directory.ts';
import { migrate } from '../../../platform/db/migrate.ts';
import { createPool, quoteIdentifier } from '../../../platform/db/pool.ts';
import { StartRefusal } from '../../../platform/start-refusal.ts';
import { inviteFirstOwner } from '../../../src/staff/server/first-owner.ts';
import { SYSTEM_PRINCIPAL } from '../compose.ts';

/** What a retailer of the directory is made of. `takeIn` fills its schema from elsewhere instead of with a first person; the schema is empty when it is called. */
export type NewRetailer = {
  readonly name: string;
  readonly hosts: readonly string[];
  /** Made of the name unless told. */
  readonly schema?: string | undefined;
  readonly owner?: { readonly name: string; readonly email: string; readonly locale: string } | undefined;
  readonly takeIn?: ((retailer: Retailer) => Promise<void>) | undefined;
};

/** What making one needs. `url` is of a user who may make schemas; `own` is the schema of the installation's own retailer. */
export type CreateDeps = {
  readonly directory: Directory;
  readonly url: string;
  readonly migrations: string;
  readonly own: string;
  readonly by: ActBy;
};

/**
 * Makes a retailer: its place in the directory first, so that its name and hosts are taken; then its schema and its first person; then it is opened. What was
 * interrupted goes on where it stopped when it is asked for again under the same name. Gives the token of the first person's invitation, undefined when there is none to give.
 */
export async function createRetailer(
  deps: CreateDeps,
  wanted: NewRetailer,
): Promise<{ readonly retailer: Retailer; readonly token: string | undefined }> {
  const { directory, url, migrations, by } = deps;
  await directory.prepare();
  const retailer = await place(deps, wanted);
  const { schema } = retailer;
  const pool = createPool({ url, max: 3, applicationName: 'oneshelf retailers' });
  try {
    const table = `${quoteIdentifier(schema)}.platform_counter`;
    const isFilled = async (): Promise<boolean> =>
      (await pool.query<{ found: boolean }>('select to_regclass($1) is not null as found', [table])).rows[0]?.found ===
      true;
    if (wanted.takeIn !== undefined && !(await isFilled())) await wanted.takeIn(retailer);
    await migrate(pool, { schema, directory: migrations });
    const token =
      wanted.owner === undefined
        ? undefined
        : await inviteFirstOwner(openMasterDoor({ pool, schema }), wanted.owner, {
            principalId: SYSTEM_PRINCIPAL,
            originId: await openOrigins({ pool, schema, now: () => by.at, onError: () => undefined }).ofJob(
              'retailers',
            ),
            at: by.at,
          });
    await directory.setState(retailer, { from: ['creating'], to: 'active' }, by);
    return { retailer, token };
  } finally {
    await pool.end();
  }
}

/** Its row in the directory: a new one, or that of the same name which was never finished. */
async function place(deps: CreateDeps, { name, hosts, schema }: NewRetailer): Promise<Retailer> {
  const { directory, by } = deps;
  const known = (await directory.list()).find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (known?.state === 'creating') {
    const set = await directory.setHosts(known, hosts, by);
    if (set.kind === 'taken') throw new StartRefusal(`${set.value} belongs to another retailer.`);
    return { ...known, hosts };
  }
  const chosen = schema ?? `${wordOf(name)}_${randomBytes(3).toString('hex')}`;
  await requireFree(deps, chosen);
  const begun = await directory.begin({ name, schema: chosen, hosts }, by);
  if (begun.kind === 'begun') return begun.retailer;
  throw new StartRefusal(
    begun.what === 'host'
      ? `${begun.value} belongs to another retailer.`
      : `There is a retailer with the ${begun.what} ${begun.value} already.`,
  );
}

/** Nothing of anybody may lie there: neither ours nor what other programs keep in the same database. */
async function requireFree({ url, own }: CreateDeps, schema: string): Promise<void> {
  if (!/^[a-z][a-z0-9_]{0,49}$/.test(schema) || /^pg_|_sandbox$|^oneshelf_directory$/.test(schema) || schema === own)
    throw new StartRefusal(
      `${schema} cannot be the schema of another retailer: small letters, digits and _, at most 50, and not one that is ours.`,
    );
  const pool = createPool({ url, max: 1, applicationName: 'oneshelf retailers' });
  try {
    const found = await pool.query('select 1 from pg_namespace where nspname = any($1)', [
      [schema, `${schema}_sandbox`],
    ]);
    if (found.rowCount !== 0) throw new StartRefusal(`There is a schema ${schema} in the database already.`);
  } finally {
    await pool.end();
  }
}

/** A word out of a name, for people who look into the database. */
function wordOf(name: string): string {
  const words =
    name
      .normalize('NFD')
      .toLowerCase()
      .match(/[a-z][a-z0-9]*/g) ?? [];
  const word = words.join('_').slice(0, 30);
  return word === '' || word.startsWith('pg_') ? 'retailer' : word;
}
