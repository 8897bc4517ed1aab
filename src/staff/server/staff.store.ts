import type { NewSession, SessionStore, SignInMethod, StoredSession } from '../../../platform/auth/session.ts';
import { loadSql, withTransaction } from '../../../platform/db/pool.ts';
import type { Pool, Tx } from '../../../platform/db/pool.ts';
import { accessOf, narrowedTo } from '../grant.ts';
import type { Grant } from '../grant.ts';
import type { RoleLimits } from '../limit.ts';
import { findBuiltInRole } from '../role.ts';

const sql = loadSql(import.meta.url, './staff.sql', [
  'find_session',
  'find_grants',
  'insert_session',
  'touch_session',
  'end_session',
  'end_sessions',
  'list_sessions',
  'find_own_session',
  'find_person',
  'list_people',
]);

/** A person as others see them. `grants` say which role holds where. */
export type Person = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly locale: string;
  readonly grants: readonly Grant[];
};

/** A session as its person sees it. `current` is the one that asks. */
export type OpenSession = {
  readonly id: string;
  readonly tokenHash: string;
  readonly method: SignInMethod;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly userAgent: string;
  readonly address: string;
};

/** Reads and writes people and sessions of one retailer. */
export type StaffStore = SessionStore & {
  getPerson(id: string): Promise<Person>;
  /** The sessions of a person that were used since then and have not expired, the last used one first. */
  listSessions(personId: string, now: number, usedSince: number): Promise<OpenSession[]>;
  /** Whether a session may only set up a second factor, and when its person last proved who they are. */
  findOwnSession(tokenHash: string): Promise<{ limited: boolean; confirmedAt: number } | undefined>;
  /** By name, at most `limit`, after the (name, id) of the page before. */
  listPeople(page: { limit: number; after: readonly [name: string, id: string] | undefined }): Promise<Person[]>;
};

type GrantRow = {
  person_id: string;
  role: string;
  permissions: readonly string[];
  limits: RoleLimits;
  entity_id: string | null;
  location_id: string | null;
};
type PersonRow = { id: string; name: string; email: string; locale: string };
type SessionRow = {
  person_id: string;
  name: string;
  limited: boolean;
  entity_id: string | null;
  location_id: string | null;
  expires_at: string;
  last_seen_at: string;
};
type OpenSessionRow = {
  id: string;
  token_hash: string;
  method: SignInMethod;
  created_at: string;
  last_seen_at: string;
  user_agent: string;
  address: string;
};

/** Makes the store over a pool and the retailer's schema. `now` (epoch milliseconds) says which grants hold. */
export function createStaffStore({
  pool,
  schema,
  now = Date.now,
}: {
  pool: Pool;
  schema: string;
  now?: () => number;
}): StaffStore {
  const grantsOf = (tx: Tx, personIds: readonly string[]): Promise<Map<string, Grant[]>> =>
    grantsAt(tx, personIds, now());
  const reading = async <T>(fn: (tx: Tx) => Promise<T>): Promise<T> =>
    withTransaction(pool, { schema, readOnly: true }, fn);
  const writing = async <T>(fn: (tx: Tx) => Promise<T>): Promise<T> => withTransaction(pool, { schema }, fn);

  return {
    find: async (tokenHash) =>
      reading(async (tx): Promise<StoredSession | undefined> => {
        const row = await tx.find<SessionRow>(sql.find_session, [tokenHash]);
        if (row === undefined) return undefined;
        // Until the second factor is there, nothing is allowed.
        const grants = row.limited ? new Map<string, Grant[]>() : await grantsOf(tx, [row.person_id]);
        return {
          principalId: row.person_id,
          kind: 'person',
          name: row.name,
          access: accessOf(grantsIn(row, grants.get(row.person_id) ?? [])),
          expiresAt: Date.parse(row.expires_at),
          lastSeenAt: Date.parse(row.last_seen_at),
        };
      }),

    insert: async (session: NewSession) => {
      const { id, tokenHash, principalId, method, limited, createdAt, expiresAt, userAgent, address } = session;
      await writing(async (tx) =>
        tx.run(sql.insert_session, [
          id,
          tokenHash,
          principalId,
          method,
          limited,
          instant(createdAt),
          instant(expiresAt),
          userAgent,
          address,
        ]),
      );
    },

    touch: async (tokenHash, at) => {
      await writing(async (tx) => tx.run(sql.touch_session, [tokenHash, instant(at)]));
    },

    end: async (tokenHash, at) => {
      await writing(async (tx) => tx.run(sql.end_session, [tokenHash, instant(at)]));
    },

    endAll: async (personId, kept, at) =>
      writing(async (tx) => {
        const rows = await tx.rows<{ token_hash: string }>(sql.end_sessions, [personId, kept ?? null, instant(at)]);
        return rows.map((row) => row.token_hash);
      }),

    listSessions: async (personId, at, usedSince) =>
      reading(async (tx) => {
        const rows = await tx.rows<OpenSessionRow>(sql.list_sessions, [personId, instant(at), instant(usedSince)]);
        return rows.map((row) => ({
          id: row.id,
          tokenHash: row.token_hash,
          method: row.method,
          createdAt: row.created_at,
          lastSeenAt: row.last_seen_at,
          userAgent: row.user_agent,
          address: row.address,
        }));
      }),

    findOwnSession: async (tokenHash) =>
      reading(async (tx) => {
        const row = await tx.find<{ limited: boolean; confirmed_at: string }>(sql.find_own_session, [tokenHash]);
        return row === undefined ? undefined : { limited: row.limited, confirmedAt: Date.parse(row.confirmed_at) };
      }),

    getPerson: async (id) =>
      reading(async (tx) => {
        const row = await tx.get<PersonRow>(sql.find_person, [id]);
        const grants = await grantsOf(tx, [id]);
        return { ...row, grants: grants.get(id) ?? [] };
      }),

    listPeople: async ({ limit, after }) =>
      reading(async (tx) => {
        const rows = await tx.rows<PersonRow>(sql.list_people, [after?.[0] ?? null, after?.[1] ?? null, limit]);
        const grants = await grantsOf(
          tx,
          rows.map((row) => row.id),
        );
        return rows.map((row) => ({ ...row, grants: grants.get(row.id) ?? [] }));
      }),
  };
}

/** What a session is worth: everything its person was given, or at a register what of it holds there. */
function grantsIn(
  { entity_id: entityId, location_id: locationId }: SessionRow,
  grants: readonly Grant[],
): readonly Grant[] {
  return entityId === null || locationId === null ? grants : narrowedTo(grants, { entityId, locationId });
}

async function grantsAt(tx: Tx, personIds: readonly string[], at: number): Promise<Map<string, Grant[]>> {
  const rows = await tx.rows<GrantRow>(sql.find_grants, [personIds, instant(at)]);
  const grants = new Map<string, Grant[]>();
  for (const { person_id: personId, role, entity_id: entityId, location_id: locationId, ...row } of rows) {
    const known = grants.get(personId) ?? [];
    const permissions = findBuiltInRole(role)?.permissions ?? row.permissions;
    known.push({ role, permissions, limits: row.limits, entityId, locationId });
    grants.set(personId, known);
  }
  return grants;
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
