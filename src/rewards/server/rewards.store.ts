import { loadSql, withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import type { LoyaltyProgramme } from '../loyalty-programme.ts';
import type { PointsAccount } from '../points-account.ts';
import type { RewardAccount } from '../reward-account.ts';
import { accountOfRow, pointsOfRow, type AccountRow, type PointsRow } from './reward-books.ts';

const sql = loadSql(import.meta.url, './rewards.sql', [
  'find_programmes',
  'lock_programme',
  'insert_programme',
  'update_programme',
  'find_account',
  'find_account_by_hash',
  'list_cards',
  'list_entries',
  'find_customer_accounts',
  'find_customer_points',
  'find_customer',
  'find_expired_cards',
  'find_expired_points',
  'find_order_rewards',
  'find_sold_cards',
]);

/** What of a programme stands in its `terms`. */
export type ProgrammeTerms = Omit<LoyaltyProgramme, 'id' | 'entityId' | 'name' | 'currency' | 'active'>;

type ProgrammeRow = {
  id: string;
  entity_id: string;
  name: string;
  currency: string;
  active: boolean;
  terms: ProgrammeTerms;
  version: number;
};

/** All programmes of a retailer: one a legal entity at most. */
export async function loadProgrammes(tx: Tx): Promise<LoyaltyProgramme[]> {
  const rows = await tx.rows<ProgrammeRow>(sql.find_programmes, []);
  return rows.map(({ id, entity_id: entityId, name, currency, active, terms }) => ({
    id,
    entityId,
    name,
    currency,
    active,
    ...terms,
  }));
}

/** Writes a legal entity's programme; the first time it takes the id given. Answers the id that it has. */
export async function saveProgramme(
  tx: Tx,
  { id, entityId, name, currency, active, ...terms }: LoyaltyProgramme,
): Promise<string> {
  const known = (await tx.rows<{ id: string }>(sql.lock_programme, [entityId]))[0];
  if (known === undefined) {
    await tx.run(sql.insert_programme, [id, entityId, name, currency, active, JSON.stringify(terms)]);
    return id;
  }
  await tx.run(sql.update_programme, [known.id, name, active, JSON.stringify(terms)]);
  return known.id;
}

/** The programmes of all entities in memory. */
export type LoyaltyCache = {
  /** The programme of an entity: at once when it is in memory. */
  programme(entityId: string): LoyaltyProgramme | undefined | Promise<LoyaltyProgramme | undefined>;
  /** One by its id, whoever's it is. */
  byId(id: string): Promise<LoyaltyProgramme | undefined>;
  /** Told of every event of the topic `reward`; those that change no programme do nothing. */
  invalidate(event: { readonly type: string }): void;
};

/** Opens the cache over a retailer. Nothing is read before it is asked for. */
export function createLoyaltyCache(deps: { readonly pool: Pool; readonly schema: string }): LoyaltyCache {
  let known: ReadonlyMap<string, LoyaltyProgramme> | undefined;
  let loading: Promise<ReadonlyMap<string, LoyaltyProgramme>> | undefined;
  const load = (): Promise<ReadonlyMap<string, LoyaltyProgramme>> => {
    if (loading !== undefined) return loading;
    const own = withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, loadProgrammes)
      .then((all) => {
        const map = new Map(all.map((one) => [one.entityId, one]));
        // What was invalidated while it was read is read again by whoever asks next.
        if (loading === own) known = map;
        return map;
      })
      .finally(() => {
        if (loading === own) loading = undefined;
      });
    loading = own;
    return own;
  };
  return {
    programme: (entityId) => (known === undefined ? load().then((all) => all.get(entityId)) : known.get(entityId)),
    async byId(id) {
      for (const one of (known ?? (await load())).values()) if (one.id === id) return one;
      return undefined;
    },
    invalidate({ type }) {
      if (type !== 'LoyaltyProgrammeSet') return;
      known = undefined;
      loading = undefined;
    },
  };
}

/** An account by its key. */
export async function findAccount(tx: Tx, key: string): Promise<RewardAccount | undefined> {
  const row = (await tx.rows<AccountRow>(sql.find_account, [key]))[0];
  return row === undefined ? undefined : accountOfRow(row);
}

/** A gift card by the hash of its code. */
export async function findCardByHash(tx: Tx, hash: string): Promise<RewardAccount | undefined> {
  const row = (await tx.rows<AccountRow>(sql.find_account_by_hash, [hash]))[0];
  return row === undefined ? undefined : accountOfRow(row);
}

/** Gift cards of some entities (undefined: of all), newest first. */
export async function listCards(
  tx: Tx,
  of: {
    readonly entityIds: readonly string[] | undefined;
    readonly lastFour?: string | undefined;
    readonly codeHash?: string | undefined;
    readonly state?: string | undefined;
    readonly after?: string | undefined;
    readonly limit: number;
  },
): Promise<RewardAccount[]> {
  const { entityIds, lastFour, codeHash, state, after, limit } = of;
  const values = [entityIds ?? null, lastFour ?? null, codeHash ?? null, state ?? null, after ?? null, limit + 1];
  return (await tx.rows<AccountRow>(sql.list_cards, values)).map(accountOfRow);
}

/** A row of the history of an account. */
export type EntryRow = {
  readonly account_key: string;
  readonly entry: number;
  readonly event_number: number;
  readonly unit: 'minor' | 'points';
  readonly what: string;
  readonly delta: number;
  readonly balance_after: number;
  readonly order_id: string | null;
  readonly reason: string;
  readonly recorded_at: number;
};

/** The history of an account, newest first. */
export async function listEntries(
  tx: Tx,
  key: string,
  { after, limit }: { readonly after?: number | undefined; readonly limit: number },
): Promise<EntryRow[]> {
  return tx.rows<EntryRow>(sql.list_entries, [key, after ?? null, limit + 1]);
}

/** What we keep for a customer; undefined when there is no such customer. */
export async function findKept(
  tx: Tx,
  customerId: string,
): Promise<{ credits: RewardAccount[]; points: PointsAccount[] } | undefined> {
  if ((await tx.rows(sql.find_customer, [customerId])).length === 0) return undefined;
  return {
    credits: (await tx.rows<AccountRow>(sql.find_customer_accounts, [customerId])).map(accountOfRow),
    points: (await tx.rows<PointsRow>(sql.find_customer_points, [customerId])).map(pointsOfRow),
  };
}

/** What has run out before a day. */
export async function findExpired(tx: Tx, day: string): Promise<{ cards: ExpiredRow[]; points: ExpiredRow[] }> {
  return {
    cards: await tx.rows<ExpiredRow>(sql.find_expired_cards, [day]),
    points: await tx.rows<ExpiredRow>(sql.find_expired_points, [day]),
  };
}

/** An account that has something that ran out. */
export type ExpiredRow = { readonly key: string; readonly entity_id: string; readonly currency: string };

/** Whose programme an order earned in or was paid from, and whether it sold gift cards. */
export async function findRewardsOfOrder(
  tx: Tx,
  orderId: string,
): Promise<{ member?: { programmeId: string; customerId: string }; soldCards: boolean }> {
  const row = (await tx.rows<{ programme_id: string; customer_id: string }>(sql.find_order_rewards, [orderId]))[0];
  const soldCards = (await tx.rows(sql.find_sold_cards, [orderId])).length > 0;
  return {
    soldCards,
    ...(row === undefined ? {} : { member: { programmeId: row.programme_id, customerId: row.customer_id } }),
  };
}
