import { pino } from 'pino';
import { randomUUID } from 'node:crypto';
import type { Principal } from '../../../platform/auth/principal.ts';
import { openMasterDoor, type Master } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Tx } from '../../../platform/db/pool.ts';
import { createTestDatabase, type TestDatabase } from '../../../platform/db/testing.ts';
import { closeApi, createApi, type Api } from '../../../platform/http/app.ts';

/** The clock of route tests: 2026-11-22T12:00:00Z, until a test moves it. */
export const TEST_NOW = Date.UTC(2026, 10, 22, 12);

/** Who asks: may do everything, may only read, or may do everything at one place only. */
export type Caller = 'owner' | 'reader' | 'local' | 'stranger';

type Some<T> = readonly [T, ...T[]];

/** The fields that tests read out of answers. Which of them an answer has, the API itself compares with its schema. */
export type Told = {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly code: string;
  readonly url: string;
  readonly version: number;
  readonly exact: boolean;
  readonly inForce: boolean;
  readonly amount: number;
  readonly channelId: string;
  readonly from: string;
  readonly validFrom: string;
  readonly next: string | null;
  readonly items: readonly Told[];
  readonly variants: Some<Told>;
  readonly skus: Some<Told>;
  readonly parts: readonly Told[];
  readonly pictures: Some<Told>;
};

/** What a route answered; `body` is parsed JSON, or the text as it is. */
export type Answer = {
  readonly status: number;
  readonly body: Told;
  readonly headers: Readonly<Record<string, unknown>>;
};

type Event = {
  readonly number: number;
  readonly type: string;
  readonly topic: string;
  readonly body: Readonly<Record<string, unknown>>;
};

/** An API with some routes over a database of its own. */
export type TestApi = {
  readonly database: TestDatabase;
  readonly master: Master;
  readonly clock: { now: number };
  /** Sends a request as the owner with a fresh key unless told otherwise. */
  call(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    body?: unknown,
    more?: { as?: Caller; key?: string },
  ): Promise<Answer>;
  /** Runs a function in a transaction of the test's schema. */
  run<T>(fn: (tx: Tx) => Promise<T>): Promise<T>;
  /** The events after a number, with their bodies. */
  events(after?: number): Promise<Event[]>;
  close(): Promise<void>;
};

/** The one location and entity that a `local` caller's grant names. */
export const LOCAL = {
  entityId: '01900000-0000-7000-8000-00000000000e',
  locationId: '01900000-0000-7000-8000-00000000000a',
};

/** Opens the API with the routes that `register` adds. Close it in afterAll. */
export async function openTestApi(
  register: (app: Api, deps: { pool: TestDatabase['pool']; schema: string; master: Master; now: () => number }) => void,
): Promise<TestApi> {
  const database = await createTestDatabase({ pipeline: true });
  const master = openMasterDoor(database);
  const clock = { now: TEST_NOW };
  const app = await createApi({
    logger: pino({ level: 'silent' }),
    authenticate: (request) => callers[(request.headers['authorization'] ?? '').replace('Bearer ', '')],
    ready: async () => undefined,
    checkAnswers: true,
  });
  register(app, { pool: database.pool, schema: database.schema, master, now: () => clock.now });
  await app.ready();
  return {
    database,
    master,
    clock,
    async call(method, url, body, { as = 'owner', key = randomUUID() } = {}) {
      const answer = await app.inject({
        method,
        url: `/api/v1${url}`,
        headers: { authorization: `Bearer ${as}`, ...(method === 'GET' ? {} : { 'idempotency-key': key }) },
        ...(body === undefined ? {} : { payload: body as object }),
      });
      const json = String(answer.headers['content-type']).includes('json');
      const read: unknown = json ? JSON.parse(answer.body) : answer.body;
      return { status: answer.statusCode, body: read as Told, headers: answer.headers };
    },
    run: (fn) => withTransaction(database.pool, { schema: database.schema }, fn),
    async events(after = 0) {
      const found = await database.pool.query<Event>(
        `select number, type, topic, body from ${database.schema}.platform_event where number > $1 order by number`,
        [after],
      );
      return found.rows;
    },
    async close() {
      await closeApi(app);
      await database.drop();
    },
  };
}

const callers: Readonly<Record<string, Principal>> = {
  owner: caller('01900000-0000-7000-8000-000000000001', { can: () => true, holds: () => true }),
  reader: caller('01900000-0000-7000-8000-000000000002', { can: isRead, holds: isRead }),
  local: caller('01900000-0000-7000-8000-000000000003', {
    can: (_, target) => target.entityId === LOCAL.entityId || target.locationId === LOCAL.locationId,
    holds: () => true,
  }),
};

function isRead(permission: string): boolean {
  return permission.endsWith(':read');
}

function caller(id: string, may: Pick<Principal, 'can' | 'holds'>): Principal {
  return {
    id,
    kind: 'person',
    name: 'Test',
    session: id,
    permissions: [],
    scopes: () => 'all',
    overrun: () => undefined,
    ...may,
  };
}
