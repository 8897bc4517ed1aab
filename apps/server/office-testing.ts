import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { uuidv7 } from 'uuidv7';
import { hashPassword } from '../../platform/auth/password.ts';
import { withTransaction, type Pool } from '../../platform/db/pool.ts';
import { createTestDatabase } from '../../platform/db/testing.ts';
import type { Mail } from '../../platform/mail/mail.ts';
import { openSecrets } from '../../platform/secrets/secrets.ts';
import { createMetrics } from '../../platform/telemetry/metrics.ts';
import { currencyCode } from '../../src/kernel/currency.ts';
import { businessDay } from '../../src/kernel/time.ts';
import { insertBuiltInRoles, insertPeople } from '../../src/staff/server/people.store.ts';
import { createTestProvider } from '../../src/payments/server/test-provider.ts';
import { buildOffice } from './build-office.ts';
import { firstStart } from './first-start.ts';
import { openApi, openBusiness, startChores, type Surroundings } from './compose.ts';
import type { OperationOptions } from './operation.ts';
import { openRetailer } from './setup/open-retailer.ts';
import type { SignInOptions } from './sign-in.ts';
import { startCardProvider } from './stand-ins/card-provider.ts';

/** A small shop, served like the real one. */
export type TestOffice = {
  /** Where a browser finds it. */
  readonly url: string;
  readonly email: string;
  readonly password: string;
  /** Asks the API as the owner. Throws when the answer is no success. */
  ask<Answer>(method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body?: unknown): Promise<Answer>;
  close(): Promise<void>;
};

const EUR = currencyCode('EUR');
const email = 'ada@example.org';
const password = 'a shelf of ones own';

/** A way in whose mails are kept instead of sent, for a shop that is found at `baseUrl`. */
export function keepMails(baseUrl: () => string): { readonly mails: readonly Mail[]; readonly signIn: SignInOptions } {
  const mails: Mail[] = [];
  const secrets = openSecrets({ file: '', setting: randomBytes(32).toString('base64url') });
  return { mails, signIn: { secrets, baseUrl, sendMail: async (mail) => mails.push(mail) } };
}

/**
 * Opens a shop with one company, a store and a warehouse, four channels and two products on a database of its own, and serves it with the built
 * office. For browser tests.
 */
export async function openTestOffice({
  empty = false,
  watched,
  ...more
}: Partial<Pick<Surroundings, 'now'>> &
  Pick<Surroundings, 'privateHosts' | 'signIn' | 'backups'> & {
    /** Nothing but the owner whom the first start makes. */
    readonly empty?: boolean;
    /** Who is told when something is wrong, and how long the certificate holds. */
    readonly watched?: Pick<OperationOptions, 'ways' | 'certificateUntil'>;
  } = {}): Promise<TestOffice> {
  const [database, cards] = await Promise.all([createTestDatabase(), startCardProvider(), buildOffice()]);
  const { pool, schema } = database;
  const around = {
    url: database.url,
    write: pool,
    read: pool,
    schema,
    now: () => Date.now(),
    logger: pino({ level: 'silent' }),
    https: false,
    version: 'test',
    card: { provider: createTestProvider(cards), fee: { ppm: 14_000, fixedMinor: 5 } },
    operation:
      watched === undefined
        ? undefined
        : {
            ...watched,
            metrics: createMetrics(),
            metricsToken: undefined,
            telemetry: undefined,
            installation: 'https://shelf.example',
            dataDir: '.',
          },
    ...more,
  };
  const business = await openBusiness(around);
  const owner = empty
    ? await firstStart(around, business, { demo: false, log: around.logger, write: () => undefined })
    : undefined;
  if (!empty) await openShop(business, { pool, schema });
  const chores = startChores(around, business);
  const opened = await openApi(around, business);
  const url = await opened.api.listen({ host: '127.0.0.1', port: 0 });
  const who = owner ?? { email, password };
  const session = await send<{ token: string }>(url, undefined, 'POST', '/session', who);
  const ask = <Answer>(method: string, path: string, body?: unknown): Promise<Answer> =>
    send<Answer>(url, session.token, method, path, body);
  if (!empty) await stockUp(ask);
  return {
    url,
    ...who,
    ask,
    async close() {
      await opened.close();
      await chores.close();
      await business.close();
      await cards.close();
      await database.drop();
    },
  };
}

/** The company, and Ada, who owns it. */
async function openShop(
  business: Awaited<ReturnType<typeof openBusiness>>,
  { pool, schema }: { readonly pool: Pool; readonly schema: string },
): Promise<void> {
  await found(business);
  await withTransaction(pool, { schema }, async (tx) => {
    await insertBuiltInRoles(tx);
    const passwordHash = await hashPassword(password);
    await insertPeople(tx, [
      { id: uuidv7(), name: 'Ada Shelf', email, passwordHash, locale: 'en', grants: [{ role: 'owner' }] },
    ]);
  });
  await business.company.reload();
}

type Ask = TestOffice['ask'];

async function send<Answer>(
  url: string,
  token: string | undefined,
  method: string,
  path: string,
  body: unknown,
): Promise<Answer> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(method === 'GET' ? {} : { 'idempotency-key': uuidv7(), 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as Answer;
}

async function found({ master }: Awaited<ReturnType<typeof openBusiness>>): Promise<void> {
  const entityId = uuidv7();
  const place = (code: string, name: string, kind: 'store' | 'warehouse') => ({
    id: uuidv7(),
    entityId,
    code,
    name,
    kind,
    city: 'Lisboa',
    country: 'PT',
    timeZone: 'Europe/Lisbon',
    cutOffHour: 0,
  });
  const store = place('CHI', 'Chiado', 'store');
  const warehouse = place('WH1', 'Central warehouse', 'warehouse');
  const channel = (code: string, name: string, kind: 'store' | 'shop' | 'call_centre', defaultLocationId: string) => ({
    id: uuidv7(),
    entityId,
    code,
    name,
    kind,
    currency: EUR,
    defaultLocationId,
    commissionPpm: 0,
  });
  const channels = [
    channel('STORES', 'Stores', 'store', store.id),
    channel('SHOP', 'Web shop', 'shop', warehouse.id),
    channel('PHONE', 'Call centre', 'call_centre', warehouse.id),
  ];
  await openRetailer(
    master,
    { principalId: '00000000-0000-7000-8000-000000000001', key: 'test-office', at: Date.now() },
    {
      entities: [
        {
          id: entityId,
          code: 'PT',
          name: 'Prateleira Lda',
          country: 'PT',
          functionalCurrency: EUR,
          fiscalYearStartMonth: 1,
        },
      ],
      registrations: [
        {
          id: uuidv7(),
          entityId,
          country: 'PT',
          taxNumber: 'PT500000000',
          validFrom: businessDay('2020-01-01'),
          validTo: undefined,
        },
      ],
      locations: [store, warehouse],
      areas: [
        {
          id: uuidv7(),
          entityId,
          name: 'Portugal',
          method: 'moving_average',
          currency: EUR,
          locationIds: [store.id, warehouse.id],
        },
      ],
      channels,
      priceLists: channels.map(({ id, name }) => ({
        id: uuidv7(),
        channelId: id,
        currency: EUR,
        taxInclusive: true,
        name,
      })),
      vatRates: [
        {
          country: 'PT',
          taxClass: 'standard',
          validFrom: businessDay('2020-01-01'),
          ratePpm: 230_000,
          name: 'IVA 23 %',
        },
      ],
      exchangeRates: [],
      registers: [],
    },
  );
}

/** Two products with prices on every channel, twelve units of each SKU in both places, and a customer. */
async function stockUp(ask: Ask): Promise<void> {
  const { items: channels } = await ask<{ items: { id: string }[] }>('GET', '/channels');
  const { items: locations } = await ask<{ items: { id: string }[] }>('GET', '/locations');
  const category = await ask<{ id: string }>('POST', '/categories', { name: 'Table', taxClass: 'standard' });
  const make = (name: string, variants: { name: string; code: string; gtin?: string }[]) =>
    ask<{ variants: { skus: { id: string; code: string }[] }[] }>('POST', '/products', {
      name,
      description: `${name}, made to be used.`,
      categoryId: category.id,
      variants: variants.map(({ name: variant, code, gtin }) => ({
        name: variant,
        options: { size: variant },
        skus: [{ code, ...(gtin === undefined ? {} : { gtin }) }],
      })),
    });
  const made = [
    await make('Ceramic mug', [{ name: 'One size', code: 'MUG-1', gtin: '4006381333931' }]),
    await make('Linen napkin', [
      { name: 'Small', code: 'NAP-S' },
      { name: 'Large', code: 'NAP-L' },
    ]),
  ];
  const skus = made.flatMap(({ variants }) => variants.flatMap((variant) => variant.skus));
  const amountOf: Readonly<Record<string, number>> = { 'MUG-1': 1250, 'NAP-S': 800, 'NAP-L': 1100 };
  await ask('PUT', '/prices', {
    prices: channels.flatMap((channel) =>
      skus.map((sku) => ({ channelId: channel.id, skuId: sku.id, amount: amountOf[sku.code] ?? 1000 })),
    ),
  });
  for (const location of locations) {
    await ask('POST', '/goods-receipts', {
      locationId: location.id,
      lines: skus.map((sku) => ({ skuId: sku.id, quantity: 12, unitCost: { amount: 400, currency: 'EUR' } })),
    });
  }
  await ask('POST', '/customers', { name: 'Inês Prado', email: 'ines@example.org' });
}
