import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { openDirectory, type ActBy, type Directory, type Retailer } from '../../../platform/db/directory.ts';
import { createPool, quoteIdentifier, type Pool } from '../../../platform/db/pool.ts';
import { findOwner } from '../../../platform/embedded/folder-lock.ts';
import { takeIn } from '../../../platform/archive/take-in.ts';
import { BackupRefused } from '../../../platform/backup/archive.ts';
import type { Config } from '../../../platform/config.ts';
import { sendMail } from '../../../platform/mail/mail.ts';
import { StartRefusal } from '../../../platform/start-refusal.ts';
import { OWNER_INVITATION_HOURS } from '../../../src/staff/server/first-owner.ts';
import { wordMail } from '../../../src/staff/server/sign-in-mails.ts';
import { auditBooks, readFigures } from '../backup/books.ts';
import { databaseUrl, parseCommand, progressLine, restoreFrom, type CommandSurroundings } from '../backup/commands.ts';
import { writeArchiveFile } from '../export/commands.ts';
import { mailOf } from '../surroundings.ts';
import { createRetailer } from './create-retailer.ts';
import { deleteRetailer } from './delete-retailer.ts';
import { hostNameOf } from './host-names.ts';
import { DIRECTORY_MIGRATIONS, MIGRATIONS } from './prepare-hosting.ts';
import { configOfRetailer, retailerFolder, retailerUrl, type RetailerConfig } from './retailer-config.ts';

/** What `oneshelf help retailers` says. */
export const RETAILERS_HELP = `Several retailers in one installation, a schema each. Nothing of one is visible to another. A server that runs notices within seconds.

  retailers list                     who there is, where and how they are
  retailers history                  what operators did
  retailers create NAME --host HOST[,HOST] --owner-email ADDRESS [--owner-name NAME] [--locale en|es] [--schema SCHEMA]
                                     an empty company; the link of its owner's invitation is printed and mailed
  retailers create NAME --host HOST[,HOST] --from FILE
                                     a company out of an archive that "export" wrote, here or elsewhere
  retailers create NAME --host HOST[,HOST] --from-backup PLACE[/NAME]
                                     a company out of a backup
  retailers hosts WHO --host HOST[,HOST]
                                     other names to answer to; the first is the one in mails
  retailers suspend WHO --why TEXT   closed until resumed: its people and programs are told so, nothing is lost
  retailers resume WHO
  retailers export WHO --to FILE     everything of it as one archive
  retailers delete WHO --confirm NAME [--without-export]
                                     for ever; it must be suspended and exported first. Its backups stay where they are

WHO is the name or the schema. HOST is a name like shop.example.com that leads to this server; whoever comes by any other name or by an address comes to the
installation's own retailer, which is not in this list. With HTTPS the certificate must be for the names too (HTTPS_NAMES). Interrupted commands go on where
they stopped when they are given again.

  --retailer WHO                     with backup, backup list, export and audit: of this one instead of the installation's own
  secrets rotate, migrate            of all of them
`;

type Values = Readonly<Record<string, string | boolean | undefined>>;

/** What the words of one command need. */
type At = {
  readonly around: Pick<CommandSurroundings, 'config' | 'version'>;
  readonly url: string;
  readonly pool: Pool;
  readonly directory: Directory;
  readonly by: ActBy;
  readonly values: Values;
  /** The word behind the command: the name of a new one, or who is meant. */
  readonly word: string | undefined;
};

const COMMANDS: Readonly<Record<string, (at: At) => Promise<string>>> = {
  list: async ({ directory }) => listText(await directory.list()),
  history: async ({ directory }) => {
    const acts = await directory.acts(500);
    return acts
      .toReversed()
      .map(
        ({ at, act, name, schema, byUser, detail }) =>
          `${at}  ${act}  ${name} (${schema})  by ${byUser}  ${detail ?? ''}`,
      )
      .join('\n');
  },
  create,
  async hosts(at) {
    const retailer = await find(at);
    const set = await at.directory.setHosts(retailer, hostsOf(at), at.by);
    if (set.kind === 'taken') throw new StartRefusal(`${set.value} belongs to another retailer.`);
    return `${retailer.name} answers to ${hostsOf(at).join(', ')}.`;
  },
  async suspend(at) {
    const retailer = await find(at);
    const why = text(at, 'why', 300);
    if (why === undefined)
      throw new StartRefusal('Say why: retailers suspend WHO --why TEXT. Only operators are told.');
    const done = await at.directory.setState(retailer, { from: ['active'], to: 'suspended', reason: why }, at.by);
    if (!done) throw new StartRefusal(`${retailer.name} is not active, it is ${retailer.state}.`);
    return `${retailer.name} is suspended. Servers that run close it within seconds.`;
  },
  async resume(at) {
    const retailer = await find(at);
    const done = await at.directory.setState(retailer, { from: ['suspended'], to: 'active' }, at.by);
    if (!done) throw new StartRefusal(`${retailer.name} is not suspended, it is ${retailer.state}.`);
    return `${retailer.name} is active again.`;
  },
  async export(at) {
    const { around, url, directory, by } = at;
    const retailer = await find(at);
    const to = text(at, 'to', 4_000);
    if (to === undefined) throw new StartRefusal('It is: node oneshelf.mjs retailers export WHO --to FILE');
    const file = resolve(to);
    const { version } = around;
    const event = await writeArchiveFile({ url, schema: retailer.schema, migrations: MIGRATIONS, version, file });
    await directory.exported(retailer, { file, event }, by);
    return `Everything of ${retailer.name} is in it.`;
  },
  delete: remove,
};

/** `retailers …`: the retailers of the directory. See RETAILERS_HELP. */
export async function retailersCommand(around: CommandSurroundings, args: readonly string[]): Promise<void> {
  process.stdout.write(`${await runRetailers(around, args, await databaseUrl(around))}\n`);
  return around.lifecycle.stop(undefined, 0);
}

/** Does what the words say, over the database of this URL, and gives what is to be told. Throws StartRefusal for what cannot be. */
export async function runRetailers(
  around: Pick<CommandSurroundings, 'config' | 'version'>,
  args: readonly string[],
  url: string,
): Promise<string> {
  const string = { type: 'string' } as const;
  const { values, positionals } = parseCommand(args, {
    host: string,
    schema: string,
    'owner-email': string,
    'owner-name': string,
    locale: string,
    from: string,
    'from-backup': string,
    why: string,
    to: string,
    confirm: string,
    'without-export': { type: 'boolean' },
  });
  const [what = 'list', word, ...more] = positionals;
  const run = COMMANDS[what];
  if (run === undefined || more.length > 0) throw new StartRefusal(RETAILERS_HELP);
  const pool = createPool({ url, max: 3, applicationName: 'oneshelf retailers' });
  try {
    const directory = openDirectory({ pool, migrations: DIRECTORY_MIGRATIONS });
    const by = { at: Date.now(), byUser: userName() };
    return await run({ around, url, pool, directory, by, values, word });
  } finally {
    await pool.end();
  }
}

async function create(at: At): Promise<string> {
  const { around, url, directory, by, word } = at;
  const { config } = around;
  const name = word?.trim() ?? '';
  const from = text(at, 'from', 4_000);
  const backup = text(at, 'from-backup', 4_000);
  const email = text(at, 'owner-email', 254);
  const sources = [email, from, backup].filter((one) => one !== undefined).length;
  if (name === '' || name.length > 100 || /\p{C}/u.test(name) || sources !== 1)
    throw new StartRefusal(
      'It is: node oneshelf.mjs retailers create NAME --host HOST[,HOST] and one of --owner-email ADDRESS, --from FILE, --from-backup PLACE.',
    );
  if (email !== undefined && !/^[^\s@<>()[\]\\,;:"]{1,64}@[^\s@<>()[\]\\,;:"]{1,189}$/.test(email))
    throw new StartRefusal(`${email} is no e-mail address.`);
  const hosts = hostsOf(at);
  const locale = text(at, 'locale', 2) ?? 'en';
  if (locale !== 'en' && locale !== 'es') throw new StartRefusal('--locale is en or es.');
  const owner = email === undefined ? undefined : { name: text(at, 'owner-name', 100) ?? 'Owner', email, locale };
  const { retailer, token } = await createRetailer(
    { directory, url, migrations: MIGRATIONS, own: config.RETAILER_SCHEMA, by },
    {
      name,
      hosts,
      schema: text(at, 'schema', 63),
      owner,
      takeIn:
        owner !== undefined
          ? undefined
          : (made) =>
              from === undefined
                ? takeBackupIn(config, { from: backup ?? '', url, retailer: made })
                : takeArchiveIn(resolve(from), url, made.schema),
    },
  );
  const own = configOfRetailer(config, retailer);
  const address = retailerUrl(addressOf(config), hosts[0] ?? '');
  const made = `${name} is made, in the schema ${retailer.schema}, and answers at ${address}.`;
  if (owner === undefined || token === undefined) return made;
  const link = `${address}/invitation#${token}`;
  const sent = await mailInvitation(own, owner, link).catch((error: unknown) => error as Error);
  const mailed =
    sent instanceof Error
      ? `It could not be mailed to ${owner.email} (${sent.message}).`
      : `It was mailed to ${owner.email}${sent === undefined ? '' : ` (there is no mail server; the mail is in ${sent})`}.`;
  return `${made}\n${owner.name} chooses a password here, once and within ${OWNER_INVITATION_HOURS} hours:\n${link}\n${mailed}`;
}

async function takeArchiveIn(file: string, url: string, schema: string): Promise<void> {
  const tell = progressLine();
  try {
    const manifest = await takeIn({
      file,
      url,
      schema,
      migrations: MIGRATIONS,
      figures: readFigures,
      audit: auditBooks,
      onTable: (name) => tell(`Taking in ${name}`),
    });
    tell.end();
    process.stdout.write(`Everything up to event ${manifest.eventNumber} is taken in, and the books agree.\n`);
  } catch (error) {
    throw error instanceof BackupRefused ? new StartRefusal(error.message, { cause: error }) : error;
  }
}

async function takeBackupIn(
  config: Config,
  { from, url, retailer }: { readonly from: string; readonly url: string; readonly retailer: Retailer },
): Promise<void> {
  const own = configOfRetailer(config, retailer);
  await restoreFrom({ config: own, migrations: MIGRATIONS, url: async () => url }, { from, evenIfWrong: false });
}

async function mailInvitation(
  config: RetailerConfig,
  owner: { readonly name: string; readonly email: string; readonly locale: string },
  link: string,
): Promise<string | undefined> {
  const words = wordMail(owner, { kind: 'invitation', link, by: 'Oneshelf', hours: OWNER_INVITATION_HOURS });
  return (await sendMail(mailOf(config), { to: owner.email, ...words })).kept;
}

async function remove(at: At): Promise<string> {
  const { around, url, pool, directory, by, values } = at;
  const retailer = await find(at);
  const { name, schema, state } = retailer;
  if (values['confirm'] !== name)
    throw new StartRefusal(`This deletes ${name} for ever. If that is what you want, add: --confirm '${name}'`);
  if (state === 'active')
    throw new StartRefusal(`${name} is open. Suspend it first: retailers suspend ${schema} --why …`);
  if (state === 'suspended') {
    if (values['without-export'] !== true) await requireExport(pool, retailer);
    await directory.setState(retailer, { from: ['suspended'], to: 'deleting' }, by);
  }
  // What was never finished holds nothing of anybody.
  if (state === 'creating') await directory.setState(retailer, { from: ['creating'], to: 'deleting' }, by);
  const folder = retailerFolder(configOfRetailer(around.config, retailer));
  const tell = progressLine();
  await deleteRetailer({ directory, url, folder, by }, retailer, (done, of) => tell('Deleting', done, of));
  tell.end();
  return `${name} is deleted. Backups of it, if there are any, stay where they are.`;
}

/** Nobody is deleted whose books nobody has: everything must have been written out since the last thing happened. */
async function requireExport(pool: Pool, { name, schema, exportedEvent }: Retailer): Promise<void> {
  const how = `Export it first: retailers export ${schema} --to FILE. Or, if nobody wants its books, add --without-export.`;
  if (exportedEvent === null) throw new StartRefusal(`${name} was never exported. ${how}`);
  const { rows } = await pool.query<{ event_number: number }>(
    `select event_number from ${quoteIdentifier(schema)}.platform_counter`,
  );
  if (rows[0]?.event_number !== exportedEvent)
    throw new StartRefusal(`Something has happened at ${name} since it was exported. ${how}`);
}

/** Who is meant: by name, small letters or large, or by schema. */
export function findRetailer(retailers: readonly Retailer[], who: string): Retailer | undefined {
  return (
    retailers.find(({ schema }) => schema === who) ??
    retailers.find(({ name }) => name.toLowerCase() === who.toLowerCase())
  );
}

async function find({ directory, word }: At): Promise<Retailer> {
  const found = word === undefined ? undefined : findRetailer(await directory.list(), word);
  if (found === undefined)
    throw new StartRefusal(
      word === undefined
        ? 'Say who is meant, by name or schema.'
        : `There is no other retailer ${word} here. "retailers list" says who there is.`,
    );
  return found;
}

function hostsOf(at: At): string[] {
  const given = text(at, 'host', 4_000);
  if (given === undefined) throw new StartRefusal('Say which names lead to it: --host shop.example.com[,…]');
  const { BASE_URL, HTTPS, HTTPS_NAMES } = at.around.config;
  const ours = [BASE_URL === undefined ? undefined : new URL(BASE_URL).host, 'localhost'].map(hostNameOf);
  const hosts = given.split(',').map((each) => {
    const host = hostNameOf(each);
    if (host === undefined || /:\d+$/.test(each.trim()))
      throw new StartRefusal(`${each.trim()} is no host: it is a name like shop.example.com, without a port.`);
    if (ours.includes(host)) throw new StartRefusal(`${host} leads to the installation's own retailer.`);
    return host;
  });
  const certified = HTTPS_NAMES?.toLowerCase().split(',') ?? [];
  const uncertified = HTTPS === 'off' ? [] : hosts.filter((host) => !certified.includes(host));
  if (uncertified.length > 0)
    process.stderr.write(
      `HTTPS_NAMES does not have ${uncertified.join(', ')}: add it and start again, or browsers will not believe us.\n`,
    );
  return [...new Set(hosts)];
}

function text({ values }: At, name: string, longest: number): string | undefined {
  const value = values[name];
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  if (value.length > longest) throw new StartRefusal(`--${name} is longer than ${longest} letters.`);
  return value.trim();
}

function listText(retailers: readonly Retailer[]): string {
  if (retailers.length === 0) return "There is only the installation's own retailer.";
  return retailers
    .map(({ name, schema, state, reason, hosts, stateSince }) => {
      const why = reason === null ? '' : `: ${reason}`;
      return `${name}  ${schema}  ${state} since ${stateSince.slice(0, 16)}${why}  ${hosts.join(', ')}`;
    })
    .join('\n');
}

/** Where the installation is found: as it is set, as the program that runs says, or as it would be. */
function addressOf({ BASE_URL, DATA_DIR, HTTPS, HOST, PORT }: Config): string {
  const running = findOwner(resolve(DATA_DIR))?.url;
  return (
    BASE_URL ?? running ?? `${HTTPS === 'off' ? 'http' : 'https'}://${HOST.includes(':') ? `[${HOST}]` : HOST}:${PORT}`
  );
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container a number may have no name.
    return String(process.getuid?.() ?? 'unknown');
  }
}
