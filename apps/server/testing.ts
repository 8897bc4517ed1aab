import type { Outcome, Submission } from '../../platform/commit/command.ts';
import type { Committer } from '../../platform/commit/committer.ts';
import { createPool, type Pool } from '../../platform/db/pool.ts';
import { createTestDatabase, type TestDatabase } from '../../platform/db/testing.ts';
import { createActors } from '../simulator/actors.ts';
import { createDice } from '../simulator/dice.ts';
import { makeGroup, type World } from '../simulator/world.ts';
import { openBooks } from './books.ts';

/** A test database with a simulated group of companies in it, and a door for its commands. */
export type TestBooks = {
  readonly database: TestDatabase;
  readonly world: World;
  readonly books: Committer;
  /** The clock of everything; set it to where the story is. */
  readonly clock: { at: number };
  /** Opens a second door over the same database, as a second server process would. */
  another(): { books: Committer; pool: Pool };
  /** Runs statements in the retailer's schema, all in one transaction that is rolled back in the end. */
  trying<T>(
    fn: (query: (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>) => Promise<T>,
  ): Promise<T>;
  close(): Promise<void>;
};

/** Makes them. */
export async function createTestBooks(): Promise<TestBooks> {
  const database = await createTestDatabase();
  const world = makeGroup({ skus: 12 });
  const clock = { at: Date.UTC(2026, 11, 30, 12) };
  const opened: { books: Committer; pool: Pool }[] = [];
  const another = (): { books: Committer; pool: Pool } => {
    const pool = createPool({ url: database.url, pipeline: true });
    const locationOf = (id: string): World['locations'][number] =>
      world.locations.find((one) => one.id === id) as World['locations'][number];
    const one = { pool, books: openBooks({ pool, schema: database.schema, now: () => clock.at, locationOf }) };
    opened.push(one);
    return one;
  };
  const withClient = async <T>(
    end: 'commit' | 'rollback',
    fn: (query: (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>) => Promise<T>,
  ): Promise<T> => {
    const client = await database.pool.connect();
    try {
      await client.query(`begin; set local search_path = ${database.schema}`);
      const result = await fn(
        async (text, values) => (await client.query(text, values)).rows as Record<string, unknown>[],
      );
      await client.query(end);
      return result;
    } finally {
      client.release(true);
    }
  };
  await withClient('commit', (query) => insertWorld(query, world));
  return {
    database,
    world,
    clock,
    another,
    books: another().books,
    trying: (fn) => withClient('rollback', fn),
    async close() {
      for (const { books, pool } of opened) {
        await books.close();
        await pool.end();
      }
      await database.drop();
    },
  };
}

/** Lets the simulated people and tills act at doors, in waves. Gives what became of each command. */
export async function letActorsPlay(of: {
  readonly world: World;
  readonly clock: { at: number };
  readonly doors: readonly Committer[];
  readonly seed: number;
  readonly commands: number;
}): Promise<{ submission: Submission; outcome: Outcome }[]> {
  const dice = createDice(of.seed);
  const actors = createActors(of.world, dice);
  const played: { submission: Submission; outcome: Outcome }[] = [];
  const play = async (submission: Submission): Promise<void> => {
    const door = dice.pick(of.doors);
    const outcome = await door.submit({ ...submission, key: `${of.seed} ${submission.key}` });
    played.push({ submission, outcome });
    actors.learn(submission, outcome);
  };
  while (played.length < of.commands) {
    const wave: Promise<void>[] = [];
    for (let i = 0; i < 30; i += 1) {
      of.clock.at += dice.between(1, 60_000);
      wave.push(...actors.next(of.clock.at).map(play));
    }
    await Promise.all(wave);
  }
  for (let rest = actors.leftover(of.clock.at); rest.length > 0; rest = actors.leftover(of.clock.at))
    await Promise.all(rest.map(play));
  return played;
}

/** Writes the master data of a simulated world that the books of a database refer to: companies, places, valuation areas. */
async function insertWorld(run: (text: string, values?: unknown[]) => Promise<unknown>, world: World): Promise<void> {
  for (const [n, entity] of world.entities.entries()) {
    await run(
      'insert into company_legal_entity (id, code, name, country, functional_currency) values ($1, $2, $2, $3, $4)',
      [entity.id, `E${n + 1}`, 'GB', entity.currency],
    );
  }
  const areas = new Map(world.locations.map((location) => [location.areaId, location]));
  for (const { areaId, entityId, valuationMethod } of areas.values()) {
    const currency = world.entities.find((one) => one.id === entityId)?.currency;
    await run('insert into stock_valuation_area (id, entity_id, name, method, currency) values ($1, $2, $3, $4, $5)', [
      areaId,
      entityId,
      'Area',
      valuationMethod,
      currency,
    ]);
  }
  for (const { id, entityId, code, areaId } of world.locations) {
    await run(
      "insert into location (id, entity_id, code, name, kind, country, time_zone) values ($1, $2, $3, $3, 'store', 'GB', 'UTC')",
      [id, entityId, code],
    );
    await run('insert into stock_area_location (location_id, area_id) values ($1, $2)', [id, areaId]);
  }
}
