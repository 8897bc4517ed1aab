import { randomBytes } from 'node:crypto';
import { tokenHash } from '../../../platform/auth/session.ts';
import { loadSql, withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import type { SealedColumn } from '../../../platform/secrets/rotate.ts';

const sql = loadSql(import.meta.url, './sign-in.sql', [
  'find_credential',
  'set_password',
  'rehash_password',
  'drop_old_tickets',
  'drop_tickets',
  'insert_ticket',
  'find_ticket',
  'try_ticket',
  'use_ticket',
  'find_totp',
  'begin_totp',
  'take_step',
  'delete_totp',
  'delete_recovery_codes',
  'insert_recovery_codes',
  'use_recovery_code',
  'count_recovery_codes',
  'find_by_company_identity',
  'link_company_identity',
  'find_old_seeds',
  'replace_seed',
  'list_strict_roles',
  'set_strict_roles',
]);

/** What somebody can prove themselves with, and what their roles ask for. */
export type Credential = {
  readonly personId: string;
  readonly name: string;
  readonly email: string;
  readonly locale: string;
  readonly passwordHash: string | undefined;
  readonly hasTotp: boolean;
  readonly hasPasskey: boolean;
  /** Whether one of their roles asks for a second factor. */
  readonly needsSecondFactor: boolean;
};

/** What a ticket finishes. */
export type TicketKind = 'second_factor' | 'password_reset' | 'passkey_sign_in' | 'passkey_creation' | 'company';

/** Something begun: whose, if that is known, and what must be remembered until it is finished. Never a secret of the person. */
export type Ticket = { readonly personId: string | undefined; readonly body: Readonly<Record<string, unknown>> };

/** The seed of somebody's codes as it is kept, and whether it is in use yet. */
export type Totp = { readonly sealedSeed: string; readonly isConfirmed: boolean };

/** What people prove themselves with, at one retailer. Functions with a `tx` belong into a transaction of the caller. */
export type SignInStore = {
  findCredential(by: { email: string } | { personId: string }): Promise<Credential | undefined>;
  /** Writes a better hash of the same password, unless it was changed meanwhile. */
  rehash(personId: string, from: string, to: string): Promise<void>;
  /** Makes a ticket and gives its token, which is kept nowhere. A person has one of a kind: the one before is void. */
  makeTicket(kind: TicketKind, ticket: Ticket, at: { now: number; lifeMs: number }): Promise<string>;
  /** The ticket as it is, undefined when there is none, or not any more. */
  findTicket(kind: TicketKind, token: string, now: number): Promise<Ticket | undefined>;
  /** The same, counting this as a try: after `tries` of them it is void. */
  tryTicket(kind: TicketKind, token: string, at: { now: number; tries: number }): Promise<Ticket | undefined>;
  /** Takes the ticket away; of two who show it only one gets it. */
  useTicket(kind: TicketKind, token: string, now: number): Promise<Ticket | undefined>;
  findTotp(personId: string): Promise<Totp | undefined>;
  /** Keeps a seed that waits for its first code. False when codes are in use already. */
  beginTotp(personId: string, sealedSeed: string, now: number): Promise<boolean>;
  /** Takes a code: true once for each step, and never for an earlier one. */
  takeStep(personId: string, sealedSeed: string, step: number, now: number): Promise<boolean>;
  /** Takes a recovery code: true once. */
  useRecoveryCode(personId: string, codeHash: string, now: number): Promise<boolean>;
  countRecoveryCodes(personId: string): Promise<number>;
  findByCompanyIdentity(issuer: string, subject: string): Promise<string | undefined>;
};

type CredentialRow = {
  id: string;
  name: string;
  email: string;
  locale: string;
  password_hash: string | null;
  has_totp: boolean;
  has_passkey: boolean;
  needs_second_factor: boolean;
};
type TicketRow = { person_id: string | null; body: Record<string, unknown> };

/** Makes the store over a pool and the retailer's schema. */
export function createSignInStore({ pool, schema }: { readonly pool: Pool; readonly schema: string }): SignInStore {
  const reading = <T>(fn: (tx: Tx) => Promise<T>): Promise<T> => withTransaction(pool, { schema, readOnly: true }, fn);
  const writing = <T>(fn: (tx: Tx) => Promise<T>): Promise<T> => withTransaction(pool, { schema }, fn);
  return {
    findCredential: (by) =>
      reading(async (tx) => {
        const values = 'email' in by ? [by.email, null] : [null, by.personId];
        const row = await tx.find<CredentialRow>(sql.find_credential, values);
        if (row === undefined) return undefined;
        return {
          personId: row.id,
          name: row.name,
          email: row.email,
          locale: row.locale,
          passwordHash: row.password_hash ?? undefined,
          hasTotp: row.has_totp,
          hasPasskey: row.has_passkey,
          needsSecondFactor: row.needs_second_factor,
        };
      }),

    rehash: async (personId, from, to) => {
      await writing((tx) => tx.run(sql.rehash_password, [personId, from, to]));
    },

    makeTicket: (kind, { personId, body }, { now, lifeMs }) =>
      writing(async (tx) => {
        const token = newToken();
        await tx.run(sql.drop_old_tickets, [instant(now)]);
        if (personId !== undefined) await tx.run(sql.drop_tickets, [personId, kind]);
        await tx.run(sql.insert_ticket, [
          tokenHash(token),
          kind,
          personId ?? null,
          instant(now + lifeMs),
          JSON.stringify(body),
        ]);
        return token;
      }),

    findTicket: (kind, token, now) =>
      reading(async (tx) => ticketOf(await tx.find(sql.find_ticket, [tokenHash(token), kind, instant(now)]))),
    tryTicket: (kind, token, { now, tries }) =>
      writing(async (tx) => ticketOf(await tx.find(sql.try_ticket, [tokenHash(token), kind, instant(now), tries]))),
    useTicket: (kind, token, now) =>
      writing(async (tx) => ticketOf(await tx.find(sql.use_ticket, [tokenHash(token), kind, instant(now)]))),

    findTotp: (personId) =>
      reading(async (tx) => {
        const row = await tx.find<{ sealed_seed: string; confirmed_at: string | null }>(sql.find_totp, [personId]);
        return row === undefined ? undefined : { sealedSeed: row.sealed_seed, isConfirmed: row.confirmed_at !== null };
      }),
    beginTotp: async (personId, sealedSeed, now) =>
      (await writing((tx) => tx.run(sql.begin_totp, [personId, sealedSeed, instant(now)]))) === 1,
    takeStep: async (personId, sealedSeed, step, now) =>
      (await writing((tx) => tx.run(sql.take_step, [personId, step, instant(now), sealedSeed]))) === 1,
    useRecoveryCode: async (personId, codeHash, now) =>
      (await writing((tx) => tx.run(sql.use_recovery_code, [personId, codeHash, instant(now)]))) === 1,
    countRecoveryCodes: (personId) =>
      reading(async (tx) => (await tx.get<{ left_over: number }>(sql.count_recovery_codes, [personId])).left_over),

    findByCompanyIdentity: (issuer, subject) =>
      reading(
        async (tx) =>
          (await tx.find<{ person_id: string }>(sql.find_by_company_identity, [issuer, subject]))?.person_id,
      ),
  };
}

/** 256 random bits as base64url, for links and tickets. Only the hash is kept. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Writes the hash of a new password. */
export async function setPassword(tx: Tx, personId: string, passwordHash: string): Promise<void> {
  await tx.run(sql.set_password, [personId, passwordHash]);
  await tx.run(sql.drop_tickets, [personId, 'password_reset']);
}

/** Replaces all recovery codes of a person; none for none. */
export async function replaceRecoveryCodes(tx: Tx, personId: string, hashes: readonly string[]): Promise<void> {
  await tx.run(sql.delete_recovery_codes, [personId]);
  if (hashes.length > 0) await tx.run(sql.insert_recovery_codes, [personId, hashes]);
}

/** Takes codes in use away, with their recovery codes. False when there were none. */
export async function removeTotp(tx: Tx, personId: string): Promise<boolean> {
  if ((await tx.run(sql.delete_totp, [personId])) === 0) return false;
  await replaceRecoveryCodes(tx, personId, []);
  return true;
}

/** Remembers who somebody is for the provider. False when the person or the identity is linked to another one. */
export async function linkCompanyIdentity(
  tx: Tx,
  link: { readonly issuer: string; readonly subject: string; readonly personId: string; readonly at: number },
): Promise<boolean> {
  return (await tx.run(sql.link_company_identity, [link.issuer, link.subject, link.personId, instant(link.at)])) === 1;
}

/** The roles that ask for a second factor. */
export async function listStrictRoles(tx: Tx): Promise<string[]> {
  return (await tx.rows<{ id: string }>(sql.list_strict_roles)).map((row) => row.id);
}

/** Makes these roles ask for a second factor, and no others. */
export async function setStrictRoles(tx: Tx, roleIds: readonly string[]): Promise<void> {
  await tx.run(sql.set_strict_roles, [roleIds]);
}

/** The seeds of second factors, for the rotation of keys. */
export const sealedSeeds: SealedColumn = {
  name: 'second factors',
  findOld: (tx, prefix, limit) => tx.rows(sql.find_old_seeds, [prefix, limit]),
  async replace(tx, { id, from, to }) {
    await tx.run(sql.replace_seed, [id, from, to]);
  },
};

function ticketOf(row: TicketRow | undefined): Ticket | undefined {
  return row === undefined ? undefined : { personId: row.person_id ?? undefined, body: row.body };
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
