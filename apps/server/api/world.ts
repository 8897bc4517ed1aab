/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return -- answers are looked into as they came */
import { pino, type Logger } from 'pino';
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { uuidv7 } from 'uuidv7';
import { masterFrom } from '../../../platform/audit/acting-from.ts';
import { hashPassword } from '../../../platform/auth/password.ts';
import { createAuthenticator } from '../../../platform/auth/session.ts';
import { withTransaction } from '../../../platform/db/pool.ts';
import { createTestDatabase, type TestDatabase } from '../../../platform/db/testing.ts';
import type { Api } from '../../../platform/http/app.ts';
import { idText } from '../../../platform/http/ids.ts';
import { currencyCode } from '../../../src/kernel/currency.ts';
import { decodeId } from '../../../src/kernel/ids.ts';
import { businessDay } from '../../../src/kernel/time.ts';
import { reportPaymentFailed } from '../../../src/payments/server/payment-failed.ts';
import { createTestProvider } from '../../../src/payments/server/test-provider.ts';
import { BUILT_IN_ROLES } from '../../../src/staff/role.ts';
import { insertPasskey } from '../../../src/staff/server/passkeys.store.ts';
import { insertBuiltInRoles, insertPeople } from '../../../src/staff/server/people.store.ts';
import { createStaffStore } from '../../../src/staff/server/staff.store.ts';
import { loyaltyProgramme } from './operations.ts';
import { openApi, openBusiness, SYSTEM_PRINCIPAL, type Business, type Surroundings } from '../compose.ts';
import { setState, type ImportState } from '../imports/import-store.ts';
import { openRetailer, type RetailerPlan } from '../setup/open-retailer.ts';
import { startCardProvider } from '../stand-ins/card-provider.ts';

/** An answer as it came over the wire. `body` is as loose as JSON.parse gives it; text when the answer is no JSON. */
export type Answer = {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly text: string;
  readonly body: ReturnType<typeof JSON.parse>;
};

/** What a request carries besides method and address. `key`: the Idempotency-Key, null for none; `raw`: a body that is sent as it is. */
export type Sending = {
  readonly token?: string;
  readonly body?: unknown;
  readonly raw?: string;
  readonly key?: string | null;
  readonly headers?: Record<string, string>;
  /** Milliseconds to wait for the answer, ten seconds unless told. */
  readonly withinMs?: number;
};

/** Where somebody's role holds: everywhere, in one legal entity, at one location. */
export const REACHES = ['company', 'entity', 'location'] as const;
/** One of {@link REACHES}. */
export type WorldReach = (typeof REACHES)[number];

/** Somebody with a session. */
export type WorldPerson = {
  readonly id: string;
  readonly role: string;
  readonly reach: WorldReach;
  readonly token: string;
};

/** A place with everything that belongs to it alone, so that it may not be told to people of other places. Ids as they are outside. */
export type WorldPlace = {
  readonly entityId: string;
  readonly locationId: string;
  readonly currency: string;
  readonly shopId: string;
  readonly storeId: string;
  readonly marketplaceId: string;
  readonly registerId: string;
  readonly levelId: string;
  readonly orderId: string;
  readonly saleId: string;
  readonly reservationId: string;
  readonly quarantineId: string;
  /** An open task and one that is done. */
  readonly taskId: string;
  readonly doneTaskId: string;
  /** The device at the register. */
  readonly deviceId: string;
  /** What the register signs its facts with; nobody is told. */
  readonly registerSecret: string;
};

/** The three places as somebody whose role holds at `here` sees them: `there` is of the same legal entity, `abroad` of another one. */
export type PlaceName = 'here' | 'there' | 'abroad';

/** A real business with a small retailer in it, its API before it on a free port, and people with sessions. */
export type ApiWorld = {
  readonly url: string;
  readonly api: Api;
  readonly database: TestDatabase;
  readonly surroundings: Surroundings;
  readonly business: Business;
  readonly plan: RetailerPlan;
  readonly places: Readonly<Record<PlaceName, WorldPlace>>;
  readonly skuIds: readonly string[];
  readonly productId: string;
  readonly categoryId: string;
  readonly customerId: string;
  readonly taxExemptionId: string;
  /** A promotion with codes, one that is offered to customers, and codes that were made for the first. */
  readonly promotionId: string;
  readonly personalPromotionId: string;
  /** Rules that offer the promotion for customers; the second one may be turned on. */
  readonly offerRuleId: string;
  readonly switchedRuleId: string;
  /** A promotion that may end. */
  readonly endingPromotionId: string;
  readonly couponBatchId: string;
  /** A key to rotate and one to end. */
  readonly apiKeyId: string;
  readonly spareKeyId: string;
  /** A webhook of the owner of everything, and one to remove. */
  readonly webhookId: string;
  readonly spareWebhookId: string;
  /** A base list, a list above it for a group, a price change in its draft and one that has begun; all of the shop here. */
  readonly prices: Readonly<
    Record<'baseListId' | 'listId' | 'groupId' | 'changeId' | 'begunId' | 'currency' | 'shopId', string>
  >;
  /** A card with money on it of the entity here, its code, and one that is blocked. */
  readonly giftCards: { readonly id: string; readonly code: string; readonly blockedId: string };
  /** A code that no device took yet. */
  readonly pairingCode: string;
  /** An import in each state that something can be done in. */
  readonly imports: Readonly<Record<'uploading' | 'uploaded' | 'checked' | 'running' | 'done', string>>;
  /** Roles by id: one that came with the program, one of our own that somebody has, one that nobody has. */
  readonly roles: Readonly<Record<'cashier' | 'custom' | 'unused', string>>;
  /** Somebody whom nobody signs in as, with a grant, and somebody who left. */
  readonly newcomer: { readonly id: string; readonly grantId: string; readonly badgeId: string };
  readonly leaver: { readonly id: string };
  /** A customer without orders and somebody who left: those who may be forgotten. */
  readonly forgettable: { readonly customerId: string; readonly personId: string };
  /** A badge of the owner, and a period that an accountant wants to close and somebody else must approve. */
  readonly ownerBadge: string;
  readonly approvalId: string;
  /** An invitation that nobody has accepted yet. */
  readonly invitationId: string;
  /** The owner of everything. */
  readonly owner: WorldPerson & { readonly email: string; readonly password: string };
  /** Each built-in role in each reach; the owner of everything among them. */
  readonly people: readonly WorldPerson[];
  send(method: string, path: string, sending?: Sending): Promise<Answer>;
  /** The last event number and how many rows each table has: when it is the same before and after, nothing was added. */
  written(): Promise<string>;
  /** The number of the last event alone, which costs less to ask. */
  lastEvent(): Promise<number>;
  /** The types of all events after a number, without the notes of who came in and who was turned away. */
  eventsSince(number: number): Promise<string[]>;
  close(): Promise<void>;
};

const GBP = currencyCode('GBP');
const EUR = currencyCode('EUR');
/** Every table that is no partition of another one and none of the migrations. */
const TABLES = `select quote_ident(relname) as name from pg_class where relnamespace = $1::text::regnamespace and relkind in ('r', 'p') and not relispartition order by relname`;
/**
 * Who came in and who was turned away is written down beside what was done, and is nothing that anybody did to the books: security events, where they
 * came from, the chain over both, and what a wrong password costs (a throttle that forgets is none).
 */
const WITHOUT_NOTES: Readonly<Record<string, string>> = {
  platform_event: `from platform_event where topic <> 'security'`,
  platform_key: `from platform_key k join platform_event e on e.number = k.event_number where e.topic <> 'security'`,
  platform_origin: 'from platform_origin where false',
  platform_audit_chain: 'from platform_audit_chain where false',
  platform_throttle: 'from platform_throttle where false',
  staff_register_try: 'from staff_register_try where false',
};
const DAY = businessDay('2020-01-01');

/** The plan of the retailer: two companies with a currency each, two places in Britain and one in the Netherlands, a shop, stores and a marketplace at each. */
export function planWorld(): RetailerPlan {
  const entities: RetailerPlan['entities'] = [
    { id: uuidv7(), code: 'UK', name: 'Shelf Ltd', country: 'GB', functionalCurrency: GBP, fiscalYearStartMonth: 4 },
    { id: uuidv7(), code: 'NL', name: 'Plank B.V.', country: 'NL', functionalCurrency: EUR, fiscalYearStartMonth: 1 },
  ];
  const [uk, nl] = entities as [RetailerPlan['entities'][number], RetailerPlan['entities'][number]];
  const place = (entity: typeof uk, code: string, kind: 'store' | 'warehouse', timeZone: string) => ({
    id: uuidv7(),
    entityId: entity.id,
    code,
    name: `Place ${code}`,
    kind,
    city: code,
    country: entity.country,
    timeZone,
    cutOffHour: 4,
  });
  const locations = [
    place(uk, 'LDN', 'store', 'Europe/London'),
    place(uk, 'DEP', 'warehouse', 'Europe/London'),
    place(nl, 'AMS', 'store', 'Europe/Amsterdam'),
  ];
  const currencyOf = (entityId: string) => (entityId === uk.id ? GBP : EUR);
  const channels = locations.flatMap(({ id, entityId, code }) =>
    (['shop', 'store', 'marketplace'] as const).map((kind) => ({
      id: uuidv7(),
      entityId,
      code: `${kind.toUpperCase()}-${code}`,
      name: `${kind} ${code}`,
      kind,
      currency: currencyOf(entityId),
      defaultLocationId: id,
      commissionPpm: kind === 'marketplace' ? 120_000 : 0,
    })),
  );
  return {
    entities,
    locations,
    channels,
    registrations: entities.map(({ id, country }) => ({
      id: uuidv7(),
      entityId: id,
      country,
      taxNumber: `${country}000000000`,
      validFrom: DAY,
      validTo: undefined,
    })),
    areas: entities.map(({ id, code, functionalCurrency }) => ({
      id: uuidv7(),
      entityId: id,
      name: code,
      method: code === 'UK' ? 'fifo' : 'moving_average',
      currency: functionalCurrency,
      locationIds: locations.filter((location) => location.entityId === id).map((location) => location.id),
    })),
    priceLists: channels.map(({ id, currency, name }) => ({
      id: uuidv7(),
      channelId: id,
      currency,
      taxInclusive: true,
      name,
    })),
    vatRates: entities.map(({ country }) => ({
      country,
      taxClass: 'standard',
      validFrom: DAY,
      ratePpm: country === 'GB' ? 200_000 : 210_000,
      name: 'VAT',
    })),
    exchangeRates: [{ from: GBP, to: EUR, numerator: 11_600, denominator: 10_000, validFrom: DAY }],
    registers: locations.map(({ id }) => ({
      id: uuidv7(),
      locationId: id,
      code: 'T1',
      name: 'Till',
      factSecret: randomUUID(),
    })),
  };
}

/** An API that stands already, and how to ask it. */
export type ServedApi = { readonly api: Api; readonly url: string; readonly send: ApiWorld['send'] };

/**
 * Opens it. `logger` hears what the server logs; nobody does unless told. `database`: a migrated one, and not that of a test; `signIn`: as for a server; `served`: somebody
 * serves the retailer of this database already, and no API is opened.
 */
export async function openApiWorld(
  options: {
    readonly logger?: Logger;
    readonly database?: TestDatabase;
    readonly signIn?: Surroundings['signIn'];
    readonly served?: ServedApi;
  } = {},
): Promise<ApiWorld> {
  const database = options.database ?? (await createTestDatabase());
  const { pool, schema } = database;
  const provider = await startCardProvider();
  const surroundings: Surroundings = {
    url: database.url,
    write: pool,
    read: pool,
    schema,
    now: () => Date.now(),
    logger: options.logger ?? pino({ level: 'silent' }),
    https: false,
    version: 'test',
    signIn: options.signIn,
    // All requests of a test come from one address.
    sandboxSize: { days: 1, scale: 0.05, customers: 5 },
    limits: { address: { perMinute: 1_000_000, burst: 1_000_000 } },
    card: {
      provider: createTestProvider({ url: provider.url, apiKey: provider.apiKey }),
      fee: { ppm: 14_000, fixedMinor: 20 },
    },
  };
  const business = await openBusiness(surroundings);
  const plan = planWorld();
  const originId = await business.audit.origins.ofJob('world');
  await openRetailer(business.master, { principalId: SYSTEM_PRINCIPAL, originId, key: 'world', at: Date.now() }, plan);
  await business.company.reload();
  const opened = options.served === undefined ? await openApi(surroundings, business) : undefined;
  const { api, url, send } = options.served ?? (await listenAt((opened as { api: Api }).api));

  const password = 'a shelf of ones own';
  const people = await employ(surroundings, plan, password);
  const owner = people.find(({ role, reach }) => role === 'owner' && reach === 'company') as WorldPerson;
  const ask = async (method: string, path: string, body?: unknown): Promise<Answer['body']> => {
    const answer = await send(method, path, { token: owner.token, ...(body === undefined ? {} : { body }) });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const goods = await stockCatalogue(ask, plan);
  const furnished = await Promise.all(plan.locations.map((_, at) => furnish(ask, plan, at, goods.skuIds)));
  const [here, there, abroad] = await giveTasks(business, database, furnished);

  const imports = await beginImports(ask, surroundings);
  const rights = await bringRights(ask, surroundings, plan, {
    ownerId: owner.id,
    askAsAccountant: (path, body) => {
      const accountant = people.find(({ role, reach }) => role === 'accountant' && reach === 'company');
      return send('POST', path, { token: accountant?.token ?? '', body });
    },
  });
  const { prices, hasBegun } = await layOutPrices(ask, here as WorldPlace, goods.skuIds);
  const giftCards = await openRewards(ask, here as WorldPlace, goods.customerId);
  const [webhookId, spareWebhookId] = await Promise.all(
    ['Warehouse', 'Spare'].map(async (name) => {
      const made = await ask('POST', '/webhooks', { name, url: 'https://hooks.invalid/oneshelf', types: ['*'] });
      return String(made.id);
    }),
  );
  const [apiKeyId, spareKeyId] = await Promise.all(
    ['Web shop', 'Warehouse'].map(async (name): Promise<string> => {
      const key = await ask('POST', '/api-keys', { name, permissions: ['stock:read'] });
      return key.id;
    }),
  );
  const { code: pairingCode } = await ask('POST', '/device-pairings', {
    name: 'Scanner',
    locationId: here?.locationId,
  });

  const invitation = await ask('POST', '/staff/invitations', {
    name: 'Yara',
    email: 'yara@example.org',
    roleId: rights.roles.cashier,
    locationId: here?.locationId,
  });

  let tables: string[] | undefined;
  await hasBegun();

  return {
    url,
    api,
    database,
    surroundings,
    business,
    plan,
    ...goods,
    imports,
    ...rights,
    prices,
    giftCards,
    webhookId: webhookId ?? '',
    spareWebhookId: spareWebhookId ?? '',
    apiKeyId: apiKeyId ?? '',
    spareKeyId: spareKeyId ?? '',
    pairingCode,
    invitationId: invitation.id,
    people,
    send,
    places: { here, there, abroad } as ApiWorld['places'],
    owner: { ...owner, email: emailOf('owner', 'company'), password },
    lastEvent: () =>
      withTransaction(pool, { schema, readOnly: true }, async ({ client }) => {
        const { rows } = await client.query<{ event_number: number }>(
          `select max(number) as event_number from platform_event where topic <> 'security'`,
        );
        return Number(rows[0]?.event_number);
      }),
    eventsSince: (number) =>
      withTransaction(pool, { schema, readOnly: true }, async ({ client }) => {
        const { rows } = await client.query<{ type: string }>(
          `select type from platform_event where number > $1 and topic <> 'security' order by number`,
          [number],
        );
        return rows.map(({ type }) => type);
      }),
    written: () =>
      withTransaction(pool, { schema, readOnly: true }, async ({ client }) => {
        tables ??= (await client.query<{ name: string }>(TABLES, [schema])).rows.map(({ name }) => name);
        const counts = tables
          .map((name) => `(select count(*) ${WITHOUT_NOTES[name] ?? `from ${name}`})`)
          .join(` || ' ' || `);
        const { rows } = await client.query<{ told: string }>(
          `select (select count(*) ${WITHOUT_NOTES['platform_event']}) || ' ' || ${counts} as told`,
        );
        return rows[0]?.told ?? '';
      }),
    async close() {
      await opened?.close();
      await business.close();
      await provider.close();
      await database.drop();
    },
  };
}

async function listenAt(api: Api): Promise<ServedApi> {
  const url = await api.listen({ host: '127.0.0.1', port: 0 });
  return { api, url, send: (method, path, sending = {}) => sendTo(url, method, path, sending) };
}

async function beginImports(ask: Ask, { write: pool, schema, now }: Surroundings): Promise<ApiWorld['imports']> {
  const begin = async (state: ImportState): Promise<string> => {
    const { id }: { id: string } = await ask('POST', '/imports', {
      kind: 'products',
      format: 'oneshelf',
      fileName: 'articles.csv',
    });
    await ask('PUT', `/imports/${id}/parts/0`, { content: Buffer.from('name;sku\nCup;C-1\n').toString('base64') });
    if (state === 'uploading') return id;
    const confirmed = state === 'checked' ? {} : { confirmedAt: now() };
    await withTransaction(pool, { schema }, (tx) => setState(tx, decodeId('imp', id) ?? '', { state, ...confirmed }));
    return id;
  };
  return {
    uploading: await begin('uploading'),
    uploaded: await begin('uploading'),
    checked: await begin('checked'),
    running: await begin('running'),
    done: await begin('done'),
  };
}

async function bringRights(
  ask: Ask,
  { write: pool, schema }: Surroundings,
  plan: RetailerPlan,
  who: { readonly ownerId: string; readonly askAsAccountant: (path: string, body: unknown) => Promise<Answer> },
): Promise<Pick<ApiWorld, 'roles' | 'newcomer' | 'leaver' | 'forgettable' | 'ownerBadge' | 'approvalId'>> {
  const [newcomer, leaver, forgettable] = [uuidv7(), uuidv7(), uuidv7()];
  const locationId = plan.locations[0]?.id;
  const person = (id: string, name: string) => ({
    id,
    name,
    email: `${name}@example.org`,
    passwordHash: undefined,
    locale: 'en',
    grants: [{ role: 'cashier', locationId }],
  });
  await withTransaction(pool, { schema }, (tx) =>
    insertPeople(tx, [person(newcomer, 'newcomer'), person(leaver, 'leaver'), person(forgettable, 'forgettable')]),
  );
  // A second factor that can be taken away; nobody signs in with it.
  const passkey = { credentialId: 'newcomer', publicKey: '', counter: 0, transports: [], site: 'localhost' };
  await withTransaction(pool, { schema }, (tx) =>
    insertPasskey(tx, { ...passkey, id: uuidv7(), personId: newcomer, name: 'Lost phone', createdAt: Date.now() }),
  );
  const make = (code: string) => ask('POST', '/staff/roles', { code, name: code, permissions: ['stock:read'] });
  const [custom, unused] = [await make('custom'), await make('unused')];
  await ask('POST', `/staff/people/${idText('person', leaver)}/deactivation`, {});
  await ask('POST', `/staff/people/${idText('person', forgettable)}/deactivation`, {});
  const { id: forgettableCustomer } = await ask('POST', '/customers', { name: 'Forgettable' });
  const { items } = await ask('GET', '/staff/roles');
  const { id: badgeId } = await ask('POST', `/staff/people/${idText('person', newcomer)}/badges`, {});
  const { code: ownerBadge } = await ask('POST', `/staff/people/${who.ownerId}/badges`, {});
  await ask('PUT', '/staff/four-eyes/period_close', { on: true });
  const entityId = idText('legalEntity', plan.entities[0]?.id ?? '');
  const pending = await who.askAsAccountant('/period-close', { entityId, through: '2024-11-30' });
  await ask('PUT', '/staff/four-eyes/period_close', { on: false });
  const { grants } = await ask('GET', `/staff/people/${idText('person', newcomer)}`);
  return {
    roles: {
      cashier: items.find((role: Answer['body']) => role.code === 'cashier').id,
      custom: custom.id,
      unused: unused.id,
    },
    newcomer: { id: idText('person', newcomer), grantId: grants[0].id, badgeId },
    ownerBadge,
    approvalId: pending.body.approvalId,
    leaver: { id: idText('person', leaver) },
    forgettable: { customerId: forgettableCustomer, personId: idText('person', forgettable) },
  };
}

function emailOf(role: string, reach: WorldReach): string {
  return `${role}.${reach}@example.org`;
}

/** Sends a request as it is told. Unsafe ones get a new key unless told otherwise. Never follows a redirect; throws when nothing was answered in time. */
export async function sendTo(
  url: string,
  method: string,
  path: string,
  { token, body, raw, key, headers, withinMs = 10_000 }: Sending = {},
): Promise<Answer> {
  const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const answer = await fetch(`${url}${path.startsWith('/api/') ? '' : '/api/v1'}${path}`, {
    method,
    redirect: 'manual',
    signal: AbortSignal.timeout(withinMs),
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(method === 'GET' || key === null ? {} : { 'idempotency-key': key ?? randomUUID() }),
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(text === undefined ? {} : { body: text }),
  });
  const type = answer.headers.get('content-type') ?? '';
  if (type.startsWith('text/event-stream')) {
    await answer.body?.cancel();
    return { status: answer.status, type, headers: answer.headers, text: '', body: '' };
  }
  const got = await answer.text();
  return {
    status: answer.status,
    type,
    headers: answer.headers,
    text: got,
    body: /json/.test(type) ? JSON.parse(got) : got,
  };
}

/** Each role in each reach, with sessions as signing in opens them. Only the owner of everything has a password: checking one is slow on purpose. */
async function employ(around: Surroundings, plan: RetailerPlan, password: string): Promise<WorldPerson[]> {
  const { write: pool, schema, now } = around;
  const location = plan.locations[0];
  const whereOf = {
    company: {},
    entity: { entityId: location?.entityId },
    location: { locationId: location?.id },
  } as const;
  const passwordHash = await hashPassword(password);
  const people = BUILT_IN_ROLES.flatMap(({ code: role }) =>
    REACHES.map((reach) => ({
      id: uuidv7(),
      name: `${role} of ${reach}`,
      email: emailOf(role, reach),
      locale: 'en',
      role,
      reach,
      grants: [{ role, ...whereOf[reach] }],
      passwordHash: role === 'owner' && reach === 'company' ? passwordHash : undefined,
    })),
  );
  await withTransaction(pool, { schema }, async (tx) => {
    await insertBuiltInRoles(tx);
    await insertPeople(tx, people);
  });
  const authenticator = createAuthenticator({ store: createStaffStore({ pool, schema }), now });
  return Promise.all(
    people.map(async ({ id, role, reach }) => {
      const { token } = await authenticator.open({ principalId: id, userAgent: 'test', address: '127.0.0.1' });
      return { id: idText('person', id), role, reach, token };
    }),
  );
}

type Ask = (method: string, path: string, body?: unknown) => Promise<Answer['body']>;

/** Adds a category, twelve SKUs with a price of 2500 on every channel, and a customer. */
export async function stockCatalogue(
  ask: Ask,
  plan: RetailerPlan,
): Promise<
  Pick<
    ApiWorld,
    | 'skuIds'
    | 'productId'
    | 'categoryId'
    | 'customerId'
    | 'taxExemptionId'
    | 'promotionId'
    | 'personalPromotionId'
    | 'offerRuleId'
    | 'switchedRuleId'
    | 'endingPromotionId'
    | 'couponBatchId'
  >
> {
  const { id: categoryId } = await ask('POST', '/categories', { name: 'Shelves', taxClass: 'standard' });
  const products = await Promise.all(
    ['Oak shelf', 'Pine shelf', 'Steel shelf'].map((name, product) =>
      ask('POST', '/products', {
        name,
        description: `${name} to put things on.`,
        categoryId,
        variants: [1, 2, 3, 4].map((size) => ({
          name: `${size} m`,
          options: { size: `${size} m` },
          skus: [{ code: `SH-${product + 1}${size}` }],
        })),
      }),
    ),
  );
  const skuIds = products.flatMap(({ variants }) =>
    variants.flatMap((variant: Answer['body']) => variant.skus.map((sku: Answer['body']) => sku.id)),
  );
  await ask('PUT', '/prices', {
    prices: plan.channels.flatMap(({ id }) =>
      skuIds.map((skuId) => ({ channelId: idText('channel', id), skuId, amount: 2500 })),
    ),
  });
  const { id: customerId } = await ask('POST', '/customers', {
    name: 'Inês Prado',
    email: 'ines@example.org',
    country: 'PT',
  });
  const { id: taxExemptionId } = await ask('POST', '/taxes/exemptions', {
    customerId,
    jurisdiction: 'GB',
    reason: 'charity',
    validFrom: '2026-01-01',
  });
  const tenth = { kind: 'percentage', of: { kind: 'order' }, ppm: 100_000 };
  const { id: promotionId } = await ask('POST', '/promotions', {
    name: 'A tenth off',
    effect: tenth,
    codes: ['TENTH-OFF'],
  });
  const { id: personalPromotionId } = await ask('POST', '/promotions', {
    name: 'A tenth off for you',
    effect: tenth,
    when: { offer: true },
  });
  const { id: endingPromotionId } = await ask('POST', '/promotions', {
    name: 'A tenth off for a while',
    effect: tenth,
    when: { offer: true },
  });
  const offerRule = { promotionId: personalPromotionId, event: 'cart_left', validDays: 7 };
  const { id: offerRuleId } = await ask('POST', '/offer-rules', { name: 'A cart was left', ...offerRule });
  const { id: switchedRuleId } = await ask('POST', '/offer-rules', { name: 'A cart was forgotten', ...offerRule });
  const { id: couponBatchId } = await ask('POST', `/promotions/${promotionId}/coupon-batches`, {
    name: 'Letter in spring',
    codes: 2,
  });
  return {
    skuIds,
    categoryId,
    customerId,
    taxExemptionId,
    promotionId,
    personalPromotionId,
    offerRuleId,
    switchedRuleId,
    endingPromotionId,
    couponBatchId,
    productId: products[0].id,
  };
}

/** Begins a loyalty programme, gives a customer points, and puts money on gift cards: one to use, one that is blocked, one that ran out. */
async function openRewards(
  ask: Ask,
  { entityId, locationId }: WorldPlace,
  customerId: string,
): Promise<ApiWorld['giftCards']> {
  await ask('PUT', '/loyalty-programmes', loyaltyProgramme(entityId));
  await ask('POST', `/customers/${customerId}/points`, {
    locationId,
    points: 10_000,
    reason: 'From the system before',
  });
  const made = await Promise.all(
    [{}, {}, { expiresOn: '2020-01-01' }].map(async (more) => {
      const { cards } = await ask('POST', '/gift-cards', { locationId, count: 1, ...more });
      const { id, code } = cards[0];
      const credit = { locationId, amountMinor: 5000, reason: 'opening', note: 'From the system before' };
      await ask('POST', `/gift-cards/${id}/credits`, credit);
      return { id: String(id), code: String(code) };
    }),
  );
  const [card, blocked] = made;
  await ask('POST', `/gift-cards/${blocked?.id}/block`, { locationId, reason: 'Lost' });
  return { id: card?.id ?? '', code: card?.code ?? '', blockedId: blocked?.id ?? '' };
}

/**
 * Adds a customer group with a list of its own and two price changes to a shop. They change no price that anybody counts on. One change
 * begins at once, which is a moment later: `hasBegun` waits for it.
 */
async function layOutPrices(
  ask: Ask,
  { shopId, currency }: WorldPlace,
  skuIds: readonly string[],
): Promise<{ readonly prices: ApiWorld['prices']; readonly hasBegun: () => Promise<void> }> {
  const { id: groupId } = await ask('POST', '/customer-groups', { code: 'TRADE', name: 'Trade' });
  const { base } = await ask('GET', '/price-lists');
  const own = base.find((list: Answer['body']) => list.channelId === shopId && list.currency === currency);
  const { id: listId } = await ask('POST', '/price-lists', {
    name: 'Trade',
    currency,
    taxInclusive: own.taxInclusive,
    priority: 1,
    channelIds: [shopId],
    locationIds: [],
    customerGroupIds: [groupId],
    adjustPpm: -50_000,
    ending: 'none',
  });
  const drafts = await Promise.all(
    ['Winter', 'Autumn'].map(async (name) => {
      const { id } = await ask('POST', '/price-changes', { name });
      await ask('POST', `/price-changes/${id}/rows`, {
        rows: [{ priceListId: own.id, skuId: skuIds.at(-1), amount: 2_500 }],
      });
      return id as string;
    }),
  );
  const [changeId = '', begunId = ''] = drafts;
  await ask('POST', `/price-changes/${begunId}/schedule`, {});
  const { startAt } = await ask('GET', `/price-changes/${begunId}`);
  return {
    prices: { baseListId: own.id, listId, groupId, changeId, begunId, currency, shopId },
    hasBegun: async () => setTimeout(Math.max(0, Date.parse(String(startAt)) - Date.now())),
  };
}

/** Gives each place two tasks, one of them done: of payments that failed, as if somebody at the place were to look after them. */
async function giveTasks(
  business: Business,
  { pool, schema }: TestDatabase,
  places: readonly Omit<WorldPlace, 'taskId' | 'doneTaskId'>[],
): Promise<WorldPlace[]> {
  const given: WorldPlace[] = [];
  const master = masterFrom(business.master, () => business.audit.origins.ofJob('payments'));
  for (const place of places) {
    const [entityId = '', orderId = ''] = [decodeId('ent', place.entityId), decodeId('ord', place.orderId)];
    for (const key of ['open', 'done']) {
      const attemptId = randomUUID();
      const failure = {
        entityId,
        orderId,
        paymentId: attemptId,
        action: 'capture',
        amountMinor: 100,
        currency: 'GBP',
      } as const;
      await reportPaymentFailed(
        { master, now: Date.now },
        { ...failure, subject: { attemptId }, reason: 'declined', key: `${key} task of ${place.locationId}` },
      );
    }
    const [taskId, doneTaskId] = await withTransaction(pool, { schema }, async ({ client }) => {
      const { rows } = await client.query<{ id: string }>(
        `update task set location_id = $2 where entity_id = $1 and order_id = $3 returning id`,
        [entityId, decodeId('loc', place.locationId), orderId],
      );
      const ids = rows.map(({ id }) => id);
      await client.query('update task set done_at = now(), done_by = id where id = $1', [ids[1]]);
      return ids;
    });
    given.push({
      ...place,
      taskId: idText('task', taskId as string),
      doneTaskId: idText('task', doneTaskId as string),
    });
  }
  return given;
}

/** Gives a place stock of every SKU, an open order, a sale, a reservation, and a fact in quarantine. */
async function furnish(
  ask: Ask,
  plan: RetailerPlan,
  at: number,
  skuIds: readonly string[],
): Promise<Omit<WorldPlace, 'taskId' | 'doneTaskId'>> {
  const location = plan.locations[at] as RetailerPlan['locations'][number];
  const locationId = idText('location', location.id);
  const channelOf = (kind: string): string =>
    idText(
      'channel',
      plan.channels.find((one) => one.defaultLocationId === location.id && one.kind === kind)?.id ?? '',
    );
  const [shopId, storeId, marketplaceId] = [channelOf('shop'), channelOf('store'), channelOf('marketplace')];
  const registerId = idText('register', plan.registers[at]?.id ?? '');
  const currency = plan.entities.find(({ id }) => id === location.entityId)?.functionalCurrency ?? GBP;
  const line = { skuId: skuIds[0], quantity: 1 };
  await ask('POST', '/goods-receipts', {
    locationId,
    lines: skuIds.map((skuId) => ({ skuId, quantity: 10_000, unitCost: { amount: 1000, currency } })),
  });
  const order = await ask('POST', '/orders', {
    channelId: shopId,
    lines: [{ ...line, quantity: 3 }],
    payment: { method: 'card', token: 'tok_ok' },
  });
  const sale = await ask('POST', '/sales', {
    channelId: storeId,
    locationId,
    registerId,
    lines: [line],
    tenders: [{ method: 'cash', amountMinor: 2500 }],
  });
  const held = await ask('POST', '/reservations', {
    channelId: shopId,
    locationId,
    lines: [line],
    expiresInSeconds: 86_400,
  });
  await ask('POST', `/registers/${registerId}/facts`, { facts: [{ counter: 1, nonsense: true }] });
  const { code } = await ask('POST', '/device-pairings', { name: 'Till', locationId, registerId });
  const { id: deviceId } = await ask('POST', '/devices', { code });
  const { items: levels } = await ask('GET', `/stock?location=${locationId}&sku=${skuIds[0]}`);
  const { items: asides } = await ask('GET', '/quarantine?limit=200');
  return {
    entityId: idText('legalEntity', location.entityId),
    locationId,
    currency,
    shopId,
    storeId,
    marketplaceId,
    registerId,
    levelId: levels[0].id,
    orderId: order.orderId,
    saleId: sale.orderId,
    reservationId: held.reservations[0].reservationId,
    quarantineId: asides.find((one: Answer['body']) => one.sourceId === registerId).id,
    deviceId,
    registerSecret: plan.registers[at]?.factSecret ?? '',
  };
}
