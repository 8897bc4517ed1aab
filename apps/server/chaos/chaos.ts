import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPool, type Pool } from '../../../platform/db/pool.ts';
import { removeEmbedded, startEmbedded, type Embedded } from '../../../platform/embedded/supervisor.ts';
import { idText } from '../../../platform/http/ids.ts';
import { auditDatabase } from '../../simulator/auditor.ts';
import { createDice, type Dice } from '../../simulator/dice.ts';
import { keepSelling } from './clients.ts';
import { acknowledge, newLoad, pause, sendUntilAnswered, type Load } from './load.ts';
import { CHAOS_SCHEMA, foundRetailer, openForBusiness, PRICE_MINOR, type OpenRetailer } from './retailer.ts';
import { embeddedDatabase, endVictim, startVictim, type Victim } from './victim.ts';

const CLIENTS = 24;

/** What was killed, how often. */
type Kills = { server: number; postmaster: number; backend: number };

/**
 * Kills the server, PostgreSQL and single backends at random under load, with clients that try again. Gives what went wrong: nothing.
 * The program runs as a person starts it, with the database that comes along.
 */
export async function killAtRandom(of: {
  seed: number;
  kills: number;
  say?: (line: string) => void;
}): Promise<{ wrongs: string[]; kills: Kills; load: Load }> {
  const dice = createDice(of.seed);
  const kills: Kills = { server: 0, postmaster: 0, backend: 0 };
  return withDatabase(async ({ dataDir, stop, url, founded }) => {
    // The program brings its own PostgreSQL up on the same folder.
    await stop();
    let victim = await startVictim({ dataDir });
    const selling = await openShop({ founded, seed: of.seed, url: () => victim.url, giveUp: () => endVictim(victim) });
    const { load } = selling;
    try {
      const before = await lookBefore(url());
      selling.begin();
      for (let n = 0; n < of.kills && load.failed.length === 0; n += 1) {
        await answers(load, dice.between(20, 150));
        await pause(dice.whole(60));
        // Each kind in turn first, so that a small run meets all.
        const kind =
          (['server', 'postmaster', 'backend'] as const)[n] ??
          dice.pick(['server', 'server', 'postmaster', 'backend'] as const);
        if (kind === 'server') {
          await endVictim(victim);
          victim = await startVictim({ dataDir });
        } else if (kind === 'postmaster') process.kill(embeddedDatabase(dataDir).pid, 'SIGKILL');
        else await killBackend(embeddedDatabase(dataDir).url, dice);
        kills[kind] += 1;
        of.say?.(`${n + 1}. ${kind} killed after ${load.acknowledged.size} acknowledged acts`);
      }
      await answers(load, 50);
      await selling.end();
      return { wrongs: await findWrongs(url(), selling, before), kills, load };
    } finally {
      load.failed.push('the end');
      await endVictim(victim);
    }
  });
}

/** The database is away for a while under load: callers hear 503 with Retry-After, it goes on by itself, nothing is lost. */
export async function takeDatabaseAway(of: {
  seed: number;
  awayMs: number;
}): Promise<{ wrongs: string[]; load: Load; backWithinMs: number }> {
  return withDatabase(async ({ dataDir, url, start, stop, founded }) => {
    const victim = await startVictim({ dataDir, url: url() });
    const selling = await openShop({ founded, seed: of.seed, url: () => victim.url, giveUp: () => endVictim(victim) });
    const { load } = selling;
    try {
      const before = await lookBefore(url());
      selling.begin();
      await answers(load, 200);
      await stop();
      await pause(of.awayMs);
      await start();
      const backAt = performance.now();
      await answers(load, 1);
      const backWithinMs = performance.now() - backAt;
      await answers(load, 200);
      await selling.end();
      return { wrongs: await findWrongs(url(), selling, before), load, backWithinMs };
    } finally {
      load.failed.push('the end');
      await endVictim(victim);
    }
  });
}

/** Two servers over one database; one is frozen in the middle of a batch. Gives how long the other could not sell. */
export async function freezeOneOfTwo(of: {
  seed: number;
}): Promise<{ wrongs: string[]; stoodStillMs: number; load: Load }> {
  return withDatabase(async ({ dataDir, url, founded }) => {
    const first = await startVictim({ dataDir, url: named(url(), FROZEN) });
    const second = await startVictim({ dataDir, url: url() });
    const dice = createDice(of.seed);
    let frozen = false;
    const selling = await openShop({
      founded,
      seed: of.seed,
      url: () => (frozen || dice.oneIn(2) ? second.url : first.url),
      giveUp: async () => {
        await endVictim(first);
        await endVictim(second);
      },
    });
    const { load, retailer } = selling;
    try {
      const before = await lookBefore(url());
      selling.begin();
      await answers(load, 150);
      const stoppedAt = await freezeInBatch(first, url(), dice);
      frozen = true;
      // A sale of something that there is enough of: whoever buys it hears yes.
      await sellOnce(retailer, second.url, load);
      const stoodStillMs = performance.now() - stoppedAt;
      await answers(load, 50);
      first.child.kill('SIGCONT');
      frozen = false;
      await answers(load, 100);
      await selling.end();
      return { wrongs: await findWrongs(url(), selling, before), stoodStillMs, load };
    } finally {
      load.failed.push('the end');
      await endVictim(first);
      await endVictim(second);
    }
  });
}

type Database = {
  readonly dataDir: string;
  readonly founded: Awaited<ReturnType<typeof foundRetailer>>;
  readonly url: () => string;
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
};

/** A PostgreSQL with fsync on and a retailer in it, in a folder that is gone afterwards, whoever runs it then. */
async function withDatabase<T>(fn: (database: Database) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'oneshelf-chaos-'));
  const dataDir = join(folder, 'data');
  const open = (): Promise<Embedded> => startEmbedded({ dataDir, settings: { shared_buffers: '64MB' } });
  let embedded = await open();
  try {
    return await fn({
      dataDir,
      founded: await foundRetailer(embedded.url()),
      url: () => embedded.url(),
      stop: () => embedded.stop(),
      start: async () => {
        embedded = await open();
      },
    });
  } finally {
    await embedded.stop();
    await removeEmbedded(dataDir);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Clients before the door of a running server. They begin when told and end when all that they sent was answered. */
export type Selling = {
  readonly load: Load;
  readonly retailer: OpenRetailer;
  begin(): void;
  end(): Promise<void>;
};

/** Opens it; when that fails nobody is left running. */
export async function openShop(of: {
  founded: Database['founded'];
  seed: number;
  clients?: number;
  url: () => string;
  giveUp: () => Promise<void>;
}): Promise<Selling> {
  const retailer = await openForBusiness(of.url(), of.founded).catch(async (error: unknown) => {
    await of.giveUp();
    throw error;
  });
  const load = newLoad();
  let done = false;
  let selling: Promise<void> = Promise.resolve();
  return {
    load,
    retailer,
    begin() {
      // The last SKU is nobody's: what is asked of it is never sold out.
      const shop = { ...retailer, skuIds: retailer.skuIds.slice(0, -1) };
      const door = { url: of.url, token: retailer.token };
      selling = keepSelling(
        { retailer: shop, door, dice: createDice(of.seed), load, done: () => done },
        of.clients ?? CLIENTS,
      );
    },
    end() {
      done = true;
      return selling;
    },
  };
}

/** Waits until so many more requests were answered. Throws when nothing moves for a minute. */
export async function answers(load: Load, more: number): Promise<void> {
  const wanted = load.answered + more;
  let [answered, movedAt] = [load.answered, performance.now()];
  while (load.answered < wanted && load.failed.length === 0) {
    if (load.answered > answered) [answered, movedAt] = [load.answered, performance.now()];
    if (performance.now() - movedAt > 60_000) {
      const { broken, silent, overloaded } = load;
      throw new Error(
        `nothing is answered any more: ${JSON.stringify({ answered, wanted, broken, silent, overloaded })}`,
      );
    }
    await pause(20);
  }
}

/** Ends one of the server processes of PostgreSQL that work for the program; PostgreSQL then ends them all and recovers. */
async function killBackend(url: string, dice: Dice): Promise<void> {
  await withPool(url, async (pool) => {
    const { rows } = await pool.query<{ pid: number }>(
      "select pid from pg_stat_activity where application_name like 'oneshelf%' and pid <> pg_backend_pid()",
    );
    const backend = rows[dice.whole(Math.max(1, rows.length))];
    if (backend === undefined) throw new Error('the program has no connection to its database');
    process.kill(backend.pid, 'SIGKILL');
  });
}

/** What the connections of the server that will be frozen are called, so that its transactions can be told from the other's. */
const FROZEN = 'chaos frozen';

function named(url: string, name: string): string {
  return `${url}&application_name=${encodeURIComponent(name)}`;
}

/**
 * Stops the process while one of its transactions has written or locked and is not yet at its end. From outside that cannot be aimed
 * at: it is stopped again and again until it was. Gives when.
 */
async function freezeInBatch(victim: Victim, url: string, dice: Dice): Promise<number> {
  return withPool(url, async (pool) => {
    for (let tries = 0; tries < 1000; tries += 1) {
      const at = performance.now();
      victim.child.kill('SIGSTOP');
      // What is already on the wire is done first.
      await pause(20);
      const { rows } = await pool.query<{ open: boolean }>(
        `select count(*) > 0 as open from pg_stat_activity where application_name = $1 and state = 'idle in transaction' and backend_xid is not null`,
        [FROZEN],
      );
      if (rows[0]?.open === true) return at;
      victim.child.kill('SIGCONT');
      await pause(dice.between(1, 40));
    }
    throw new Error('the server was never in the middle of a batch');
  });
}

/** One unit of what nobody else buys, until the answer is yes. */
async function sellOnce({ plan, ownerId, skuIds, token }: OpenRetailer, url: string, load: Load): Promise<void> {
  const location = plan.locations[0] as OpenRetailer['plan']['locations'][number];
  const channel = plan.channels.find((one) => one.kind === 'store' && one.defaultLocationId === location.id);
  const locationId = idText('location', location.id);
  const skuId = skuIds.at(-1) ?? '';
  const body = {
    channelId: idText('channel', channel?.id ?? ''),
    locationId,
    lines: [{ skuId, quantity: 1 }],
    tenders: [{ method: 'cash', amountMinor: PRICE_MINOR }],
  };
  const deed = { act: 'sale', path: '/sales', body, principalId: ownerId, key: 'the one that must go through' };
  const answer = await sendUntilAnswered({ url: () => url, token }, deed, load);
  if (answer?.status !== 201) load.failed.push(`the other server did not sell: ${answer?.text ?? 'no answer'}`);
  else
    acknowledge(load, deed, (answer.body as { eventNumber: number }).eventNumber, [{ skuId, locationId, units: -1 }]);
}

/** The books before anything is sold: what is found afterwards is compared with it. */
type Before = { readonly event: number; readonly shelves: ReadonlyMap<string, number> };

export async function lookBefore(url: string): Promise<Before> {
  return withBooks(url, async (query) => ({
    event: (await query('select event_number from platform_counter'))[0]?.['event_number'] as number,
    shelves: await shelvesOf(query),
  }));
}

/** What an auditor finds after it all: broken books, acts that are not there, twice or by halves, units that moved by themselves. Empty when all is well. */
export async function findWrongs(url: string, { load, retailer }: Selling, before: Before): Promise<string[]> {
  return withBooks(url, async (query) => {
    const audit = await auditDatabase(query, { mayBeEmpty: ['quarantine'] });
    const wrongs = [
      ...load.failed,
      ...audit.findings.map(({ check, says, rows }) => `${check}: ${says} ${JSON.stringify(rows.slice(0, 3))}`),
    ];
    const { plan } = retailer;
    const senders = [retailer.ownerId, ...plan.registers.map(({ id }) => id), ...plan.channels.map(({ id }) => id)];
    const stored = await query(
      `select k.key_hash, k.event_number from platform_key k join platform_event e on e.number = k.event_number where e.number > $1 and e.actor_id = any ($2) and e.topic <> 'security'`,
      [before.event, senders],
    );
    const events = new Map(stored.map((row) => [row['key_hash'] as string, row['event_number'] as number]));
    for (const [key, number] of load.acknowledged) {
      if (events.get(key) !== number)
        wrongs.push(`event ${number} was acknowledged and its key stands at ${events.get(key) ?? 'nothing'}`);
    }
    if (stored.length !== load.acknowledged.size)
      wrongs.push(`${stored.length} acts are stored and ${load.acknowledged.size} were acknowledged`);
    const orders = await query('select count(*) as orders from order_header where event_number > $1', [before.event]);
    const ordered = ['order', 'marketplace order', 'sale', 'fact', 'return'].reduce(
      (sum, act) => sum + (load.acts.get(act) ?? 0),
      0,
    );
    if (orders[0]?.['orders'] !== ordered)
      wrongs.push(`${String(orders[0]?.['orders'])} orders are stored and ${ordered} were acknowledged`);
    for (const [shelf, units] of await shelvesOf(query)) {
      const expected = (before.shelves.get(shelf) ?? 0) + (load.moved.get(shelf) ?? 0);
      if (units !== expected) wrongs.push(`${shelf} holds ${units} units and ${expected} were acknowledged`);
    }
    if (load.retryAfterMissing > 0) wrongs.push(`${load.retryAfterMissing} answers 503 without Retry-After`);
    return wrongs.slice(0, 20);
  });
}

type Query = (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;

/** Units by SKU and place as the books have them. */
async function shelvesOf(query: Query): Promise<Map<string, number>> {
  const rows = await query(
    'select sku_id, location_id, sum(on_hand - shortfall)::bigint as units from stock_level group by sku_id, location_id',
  );
  return new Map(
    rows.map(({ sku_id: sku, location_id: location, units }) => [
      `${idText('sku', sku as string)} ${idText('location', location as string)}`,
      units as number,
    ]),
  );
}

/** Looks at the books as they are at one moment. */
function withBooks<T>(url: string, fn: (query: Query) => Promise<T>): Promise<T> {
  return withPool(url, async (pool) => {
    const client = await pool.connect();
    try {
      await client.query(`begin isolation level repeatable read; set local search_path = ${CHAOS_SCHEMA}`);
      return await fn(async (text, values) => (await client.query(text, values)).rows as Record<string, unknown>[]);
    } finally {
      client.release(true);
    }
  });
}

async function withPool<T>(url: string, fn: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = createPool({ url, max: 1 });
  try {
    return await fn(pool);
  } finally {
    await pool.end().catch(() => undefined);
  }
}
