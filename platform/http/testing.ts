/* oxlint-disable typescript/no-unsafe-assignment -- answers are looked into as they came */
import { pino } from 'pino';
import { randomUUID } from 'node:crypto';
import type { Principal, Reach } from '../auth/principal.ts';
import { createApi } from './app.ts';
import type { Api } from './app.ts';

/** An answer as a test reads it. */
export type TestAnswer = {
  readonly status: number;
  /** As loose as JSON.parse gives it: a test looks into whatever came back. */
  readonly body: ReturnType<typeof JSON.parse>;
  readonly headers: Readonly<Record<string, unknown>>;
};

/** `key` is the Idempotency-Key, '' for none; `type` the media type of a body that is sent as the text it is. */
export type SendOptions = { readonly key?: string; readonly type?: string };

/** Sends requests as one principal. Unsafe ones get a key unless told otherwise (`key: ''` for none). */
export type TestClient = {
  get(url: string): Promise<TestAnswer>;
  send(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    body?: unknown,
    options?: SendOptions,
  ): Promise<TestAnswer>;
  post(url: string, body?: unknown, options?: SendOptions): Promise<TestAnswer>;
};

/** An API for tests without sessions: whoever is asked for sends the request. Answers are compared with their schemas. */
export type TestApi = {
  readonly app: Api;
  as(principal: Principal | undefined): TestClient;
  readonly close: () => Promise<void>;
};

const HEADER = 'x-test-principal';

/** Makes the API of a test; `register` adds the routes. Addresses are below /api/v1 unless they begin with `/api/`. */
export async function createTestApi(register: (app: Api) => void): Promise<TestApi> {
  const principals = new Map<string, Principal>();
  const app = await createApi({
    logger: pino({ level: 'silent' }),
    authenticate: (request) => principals.get(String(request.headers[HEADER])),
    ready: async () => undefined,
    checkAnswers: true,
  });
  register(app);
  await app.ready();

  const as = (principal: Principal | undefined): TestClient => {
    const name = randomUUID();
    if (principal !== undefined) principals.set(name, principal);
    const ask = async (
      method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
      url: string,
      body: unknown,
      { key, type }: SendOptions,
    ): Promise<TestAnswer> => {
      const answer = await app.inject({
        method,
        url: url.startsWith('/api/') ? url : `/api/v1${url}`,
        headers: {
          [HEADER]: name,
          ...(method === 'GET' || key === '' ? {} : { 'idempotency-key': key ?? randomUUID() }),
          ...(type === undefined ? {} : { 'content-type': type }),
        },
        ...(body === undefined ? {} : { payload: body as object }),
      });
      const json = /json/.test(String(answer.headers['content-type']));
      return { status: answer.statusCode, body: json ? JSON.parse(answer.body) : answer.body, headers: answer.headers };
    };
    return {
      get: async (url) => ask('GET', url, undefined, {}),
      send: async (method, url, body, options) => ask(method, url, body, options ?? {}),
      post: async (url, body, options) => ask('POST', url, body, options ?? {}),
    };
  };
  return { app, as, close: async () => app.close() };
}

/** Somebody for tests who holds these permissions within this reach. */
export function testPrincipal(
  permissions: readonly string[] | 'all',
  reach: Reach = 'all',
  id = '01999c2f-0000-7000-8000-0000000000aa',
): Principal {
  const holds = (permission: string): boolean => permissions === 'all' || permissions.includes(permission);
  return {
    id,
    kind: 'person',
    name: 'Test',
    session: `session of ${id}`,
    permissions: permissions === 'all' ? [] : permissions,
    holds,
    scopes: (permission) => (holds(permission) ? reach : { entityIds: [], locationIds: [] }),
    overrun: () => undefined,
    can: (permission, { entityId, locationId }) =>
      holds(permission) &&
      (reach === 'all' || reach.locationIds.includes(locationId ?? '') || reach.entityIds.includes(entityId ?? '')),
  };
}
