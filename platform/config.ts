import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { Type } from 'typebox';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { StartRefusal } from './start-refusal.ts';

const oneOf = <const T extends string>(values: readonly T[], options: { default: T; description: string }) =>
  Type.Union(
    values.map((value) => Type.Literal(value)),
    { ...options, allowed: values.join(', ') },
  );

const postgresUrl = (description: string) =>
  Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://',
      description,
      allowed: 'a URL like postgres://user:password@host:5432/database',
      secret: true,
    }),
  );

/** Every setting with what it does, what is allowed and what holds when it is not set. */
export const Settings = Type.Object({
  PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 4000,
    description: 'The port to listen on. 0 takes any free one.',
    allowed: 'a whole number from 0 to 65535',
  }),
  HOST: Type.String({
    minLength: 1,
    default: '127.0.0.1',
    description: 'The address to listen on. 0.0.0.0 opens the program to the network: put a proxy with TLS before it.',
    allowed: 'an address of this machine',
  }),
  BASE_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^/]+(/.*)?$',
      description: 'The address people use, for links in e-mails and for cookies. Made of HOST and PORT when not set.',
      allowed: 'a URL like https://shop.example.com',
    }),
  ),
  DATABASE_URL: postgresUrl(
    'A PostgreSQL of version 15 or newer to use. When not set, the PostgreSQL that comes along is used.',
  ),
  DATABASE_READ_URL: postgresUrl('A standby for reports and lists; it may lag behind. DATABASE_URL when not set.'),
  DATABASE_ADMIN_URL: postgresUrl(
    'A direct connection (no pooler) as a user who may create tables. DATABASE_URL when not set.',
  ),
  DATABASE_POOL: Type.Integer({
    minimum: 2,
    maximum: 100,
    default: 8,
    description: 'Connections to the database at most. More than 8 made it slower where it was measured.',
    allowed: 'a whole number from 2 to 100',
  }),
  DATA_DIR: Type.String({
    minLength: 1,
    default: './data',
    description: 'The folder for the database that comes along and for files. One running program at a time owns it.',
    allowed: 'a folder',
  }),
  RETAILER_SCHEMA: Type.String({
    pattern: '^[a-z_][a-z0-9_]{0,62}$',
    default: 'oneshelf',
    description: 'The schema in the database that holds the company.',
    allowed: 'lower-case letters, digits and _, at most 63, no digit first',
  }),
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    default: 'info',
    description: 'The least important log lines that are written.',
  }),
  LOG_FORMAT: oneOf(['auto', 'json', 'text'], {
    default: 'auto',
    description: 'How log lines are written. auto: text at a terminal, else JSON.',
  }),
  SESSION_HOURS: Type.Integer({
    minimum: 1,
    maximum: 8760,
    default: 12,
    description: 'How long a person stays signed in without doing anything.',
    allowed: 'a whole number of hours from 1 to 8760',
  }),
  DEMO: oneOf(['auto', 'off'], {
    default: 'auto',
    description: 'auto: an empty database is filled with a demo company. off: it stays empty.',
  }),
});

/** The settings, checked. Optional ones are undefined when not set. */
export type Config = Static<typeof Settings>;

/** Some settings are not as they may be. The message has one line for each. */
export class ConfigError extends StartRefusal {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The settings cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

type Setting = TSchema & {
  type?: string;
  default?: string | number;
  description: string;
  allowed: string;
  secret?: boolean;
};

const settings = Object.entries(Settings.properties) as unknown as [name: string, setting: Setting][];
const names = settings.map(([name]) => name);

/**
 * The settings from the environment and, for what is not there, from the file `oneshelf.env` in the current folder. An empty value counts as
 * not set. Throws ConfigError naming every wrong setting, its value and what is allowed, and every ONESHELF_* variable
 * and every line of the file that is no setting, because a misspelt setting would otherwise be silently without effect.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  file: string = resolve('oneshelf.env'),
): Config {
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  const problems = [
    ...Object.keys(fromFile).filter((name) => !names.includes(name)),
    ...Object.keys(environment).filter((name) => name.startsWith('ONESHELF_')),
  ].map(unknownName);
  const config: Record<string, unknown> = {};
  for (const [name, setting] of settings) {
    const text = [environment[name], fromFile[name]].map((given) => given?.trim()).find((given) => given);
    const value = text === undefined ? setting.default : parse(setting, text);
    if (value === undefined) continue;
    if (Value.Check(setting, value)) config[name] = value;
    else
      problems.push(
        `${name} is "${setting.secret === true ? hide(text ?? '') : text}"; allowed is ${setting.allowed}.`,
      );
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return config as Config;
}

/** The settings as a table for people, in the order of the schema. */
export function describeSettings(): string {
  return settings
    .map(([name, { description, allowed, default: standard }]) => {
      const otherwise = standard === undefined ? '' : ` Default: ${standard}.`;
      return `${name}\n    ${description}\n    Allowed: ${allowed}.${otherwise}`;
    })
    .join('\n');
}

function parse(setting: Setting, text: string): unknown {
  return setting.type === 'integer' && /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

function unknownName(name: string): string {
  const bare = name.replace(/^ONESHELF_/, '');
  const meant = names.find((known) => known === bare) ?? names.find((known) => isNear(known, bare));
  return `${name} is not a setting${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

/** One letter wrong, missing, too many, or two swapped. */
function isNear(known: string, given: string): boolean {
  if (Math.abs(known.length - given.length) > 1) return false;
  let start = 0;
  while (start < known.length && known[start] === given[start]) start += 1;
  const swapped = given[start] === known[start + 1] && given[start + 1] === known[start] && start + 1 < known.length;
  return (
    known.slice(start + 1) === given.slice(start + 1) ||
    known.slice(start + 1) === given.slice(start) ||
    known.slice(start) === given.slice(start + 1) ||
    (swapped && known.slice(start + 2) === given.slice(start + 2))
  );
}

/** A database URL without its password. What is no URL is not shown at all: it may be the password. */
function hide(text: string): string {
  return /:\/\//.test(text) ? text.replace(/^([^:]*:\/\/[^:@/]*):[^@]*@/, '$1:***@') : '…';
}
