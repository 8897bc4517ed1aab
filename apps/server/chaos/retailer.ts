import { resolve } from 'node:path';
import { uuidv7 } from 'uuidv7';
import { hashPassword } from '../../../platform/auth/password.ts';
import { openMasterDoor } from '../../../platform/commit/master-door.ts';
import { migrate } from '../../../platform/db/migrate.ts';
import { createPool, withTransaction } from '../../../platform/db/pool.ts';
import { idText } from '../../../platform/http/ids.ts';
import { insertBuiltInRoles, insertPeople } from '../../../src/staff/server/people.store.ts';
import { planWorld, sendTo, stockCatalogue, type Answer } from '../api/world.ts';
import { SYSTEM_PRINCIPAL } from '../compose.ts';
import { openRetailer, type RetailerPlan } from '../setup/open-retailer.ts';

/** The schema in which the program keeps its retailer unless told otherwise. */
export const CHAOS_SCHEMA = 'oneshelf';

/** What a unit of everything costs its buyer, tax included. */
export const PRICE_MINOR = 2500;

/** Units of each SKU at each place in the beginning: few enough that the last ones are fought for. */
const OPENING_UNITS = 150;

/** A retailer in a database: two companies, three places and somebody who may do everything. */
export type FoundedRetailer = {
  readonly plan: RetailerPlan;
  /** As a plain UUID; their keys belong to it. */
  readonly ownerId: string;
  readonly email: string;
  readonly password: string;
};

/** A founded retailer with a dozen SKUs on the shelves of each place, and its owner signed in. */
export type OpenRetailer = FoundedRetailer & { readonly skuIds: readonly string[]; readonly token: string };

/** Puts companies, places and the owner into an empty database, as the demo does. There is no route for them. */
export async function foundRetailer(url: string): Promise<FoundedRetailer> {
  const plan = planWorld();
  const founded = { plan, ownerId: uuidv7(), email: 'owner@example.org', password: 'a shelf of ones own' };
  const pool = createPool({ url, max: 2 });
  try {
    await migrate(pool, { schema: CHAOS_SCHEMA, directory: resolve(import.meta.dirname, '../../../db/migrations') });
    const master = openMasterDoor({ pool, schema: CHAOS_SCHEMA });
    await openRetailer(master, { principalId: SYSTEM_PRINCIPAL, key: 'chaos', at: Date.now() }, plan);
    const { ownerId: id, email, password } = founded;
    const passwordHash = await hashPassword(password);
    await withTransaction(pool, { schema: CHAOS_SCHEMA }, async (tx) => {
      await insertBuiltInRoles(tx);
      await insertPeople(tx, [{ id, name: 'Owner', email, passwordHash, locale: 'en', grants: [{ role: 'owner' }] }]);
    });
    return founded;
  } finally {
    await pool.end();
  }
}

/** Signs the owner in at a running server and fills the shelves, all by the API. */
export async function openForBusiness(url: string, founded: FoundedRetailer): Promise<OpenRetailer> {
  const { email, password, plan } = founded;
  const signedIn = await sendTo(url, 'POST', '/session', { key: null, body: { email, password } });
  const { token } = signedIn.body as { token: string };
  const ask = async (method: string, path: string, body?: unknown): Promise<Answer['body']> => {
    const answer = await sendTo(url, method, path, { token, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const { skuIds } = await stockCatalogue(ask, plan);
  for (const { id, entityId } of plan.locations) {
    const currency = plan.entities.find((one) => one.id === entityId)?.functionalCurrency;
    const lines = skuIds.map((skuId) => ({ skuId, quantity: OPENING_UNITS, unitCost: { amount: 1000, currency } }));
    await ask('POST', '/goods-receipts', { locationId: idText('location', id), lines });
  }
  return { ...founded, token, skuIds };
}
