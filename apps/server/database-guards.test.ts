import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCommitter } from '../../platform/commit/committer.ts';
import type { Submission } from '../../platform/commit/command.ts';
import { uuidArray } from '../../platform/db/arrays.ts';
import { createPostgresStore, type BookTable } from '../../platform/commit/postgres-store.ts';
import { createPool, type Pool } from '../../platform/db/pool.ts';
import { createReader } from '../../platform/db/read.ts';
import { postAct } from '../../src/accounting/journal.ts';
import type { StockLocation } from '../../src/stock/server/goods-at.ts';
import { auditDatabase } from '../simulator/auditor.ts';
import { dayOf, goodsOf, occasion, orderCommand, saleCommand, seriesOf, worldId } from '../simulator/world.ts';
import { allCommands, BOOK_TABLES } from './books.ts';
import { createTestBooks, letActorsPlay, type TestBooks } from './testing.ts';

const DAY_MS = 86_400_000;

let house: TestBooks;
let pool: Pool;
beforeAll(async () => {
  house = await createTestBooks();
  pool = createPool({ url: house.database.url, pipeline: true });
  await letActorsPlay({ world: house.world, clock: house.clock, doors: [house.books], seed: 11, commands: 700 });
});
afterAll(async () => {
  await pool.end();
  await house.close();
});

/** Tries a statement in a transaction that is rolled back; gives the SQLSTATE it was refused with. */
async function refusalOf(statement: string): Promise<string> {
  try {
    const rows = await house.trying((query) => query(`${statement} returning 1`));
    return `taken for ${rows.length} rows`;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

describe('the database refuses by itself', () => {
  const someLevel = 'where id = (select id from stock_level where on_hand > 1 and reserved < on_hand limit 1)';
  const someCost = 'where (area_id, sku_id) = (select area_id, sku_id from stock_cost where quantity > 1 limit 1)';
  const somePayment = 'where id = (select id from payment where authorised > 0 limit 1)';
  const someLine =
    'where (order_id, line) = (select l.order_id, l.line from order_line l join order_header o on o.id = l.order_id where l.quantity > 0 limit 1)';
  const someEntry = 'where event_number = (select min(event_number) from accounting_entry)';
  const check = '23514';
  const unique = '23505';
  test.each([
    ['fewer units than none', `update stock_level set on_hand = -1, reserved = 0 ${someLevel}`, check],
    ['a shortfall below nought', `update stock_level set shortfall = -1 ${someLevel}`, check],
    ['units on hand and a shortfall', `update stock_level set shortfall = 1 ${someLevel}`, check],
    ['more reserved than on hand', `update stock_level set reserved = on_hand + 1 ${someLevel}`, check],
    ['a backorder while units are free', `update stock_level set backordered = 1 ${someLevel}`, check],
    ['more held than promised', `update stock_level set held = reserved + backordered + 1 ${someLevel}`, check],
    [
      'a second level of the same place',
      'insert into stock_level select gen_random_uuid(), sku_id, location_id, condition, owner_id, lot, on_hand, shortfall, reserved, backordered, held, incoming, safety, moves, version from stock_level',
      unique,
    ],
    ['a movement that does not add up', 'update stock_movement set net_after = net_after + 1', check],
    ['a movement of nothing', 'update stock_movement set delta = 0, net_after = net_before', check],
    ['the same movement twice', 'insert into stock_movement select * from stock_movement', unique],
    ['a reservation of nothing', 'update stock_reservation set quantity = 0', check],
    [
      'a reservation that ended for no reason',
      'update stock_reservation set ended_at = expires_at, ended_reason = null',
      check,
    ],
    ['a value below nought', `update stock_cost set value_minor = -1 ${someCost}`, check],
    ['a value without units', `update stock_cost set quantity = 0, value_minor = 1 ${someCost}`, check],
    ['units and a debt of units', `update stock_cost set short_quantity = 1 ${someCost}`, check],
    ['a debt of value without units', `update stock_cost set short_value_minor = 1 ${someCost}`, check],
    [
      "an entry out of balance in the document's currency",
      `update accounting_entry set amounts[1] = amounts[1] + 1 ${someEntry}`,
      check,
    ],
    [
      "an entry out of balance in the entity's currency",
      `update accounting_entry set entity_amounts[1] = entity_amounts[1] + 1 ${someEntry}`,
      check,
    ],
    [
      'an entry with an account too many',
      `update accounting_entry set accounts = array_append(accounts, '9999') ${someEntry}`,
      check,
    ],
    [
      'an entry of one posting',
      `update accounting_entry set accounts = '{1000}', amounts = '{0}', entity_amounts = '{0}' ${someEntry}`,
      check,
    ],
    ['the same entry twice', `insert into accounting_entry select * from accounting_entry ${someEntry}`, unique],
    ['a document number twice', 'insert into order_document select * from order_document', unique],
    ['a document that does not add up', 'update order_document set gross_minor = gross_minor + 1', check],
    ['a series that issued other than it counted', 'update company_series set last_number = last_number + 1', check],
    [
      'a second series of the same kind',
      'insert into company_series select gen_random_uuid(), entity_id, kind, scope_id, fiscal_year, last_number, issued from company_series',
      unique,
    ],
    ['a header that does not add up', 'update order_header set gross_minor = gross_minor + 1', check],
    ['a prepayment below nought', 'update order_header set prepaid_minor = -1', check],
    ['a prepayment booked below nought', 'update order_header set prepaid_minor = 1, prepaid_booked_minor = -1', check],
    ['a prepayment that is gone and stands in the books', 'update order_header set prepaid_booked_minor = 1', check],
    [
      'a prepayment of an order that has ended',
      "update order_header set prepaid_minor = 1, status = 'completed'",
      check,
    ],
    ['a line that does not add up', `update order_line set gross_minor = gross_minor + 1 ${someLine}`, check],
    ['more shipped than ordered', `update order_line set shipped = quantity + 1 ${someLine}`, check],
    ['more returned than shipped', `update order_line set returned = shipped + 1 ${someLine}`, check],
    ['more captured than authorised', `update payment set captured = authorised + 1, voided = 0 ${somePayment}`, check],
    [
      'captured and voided beyond what was authorised',
      `update payment set captured = authorised, voided = 1 ${somePayment}`,
      check,
    ],
    ['more refunded than captured', `update payment set refunded = captured + 1 ${somePayment}`, check],
    ['an event number twice', 'insert into platform_event select * from platform_event where number = 1', unique],
    ['a fact twice', 'insert into platform_fact select * from platform_fact', unique],
    ['a second counter', "insert into platform_counter values (2, 0, '1970-01-01')", check],
  ])('%s', async (_, statement, code) => {
    expect(await refusalOf(statement)).toBe(code);
  });
});

let n = 0;
const id = (): string => worldId(9, (n += 1));
const at = (): number => house.clock.at;
const store = () => house.world.locations[1] as (typeof house.world.locations)[0];
const channel = () => house.world.channels[0] as (typeof house.world.channels)[0];
const sku = (i: number): string => house.world.skuIds[i] as string;
const command = (type: string, body: unknown, more: Partial<Submission> = {}): Submission => ({
  type,
  key: id(),
  principalId: worldId(8, 0),
  lane: 'interactive',
  at: at(),
  body,
  ...more,
});
const receive = (skuId: string, quantity = 50): Submission =>
  command('ReceiveGoods', {
    ...occasion(house.world, store(), at()),
    receiptId: id(),
    reason: 'receipt',
    supplierRef: '',
    lines: [{ line: 1, goods: { ...goodsOf(store(), skuId), quantity }, valueMinor: 100 }],
  });
const sale = (
  skuId: string,
  more: { orderId?: string; fact?: { sourceId: string; counter: number; mac: string } } = {},
): Submission =>
  command(
    'RecordSale',
    saleCommand({
      world: house.world,
      location: store(),
      channel: channel(),
      at: at(),
      orderId: more.orderId ?? id(),
      paymentId: id(),
      wanted: [{ skuId, quantity: 1, unitAmount: 100 }],
      method: 'cash',
      fact: more.fact ?? null,
    }),
  );
const order = (orderId: string, skuId: string): Submission =>
  command(
    'PlaceOrder',
    orderCommand({
      world: house.world,
      location: store(),
      channel: channel(),
      at: at(),
      orderId,
      paymentId: id(),
      wanted: [{ skuId, quantity: 2, unitAmount: 100 }],
      method: 'card',
      fact: false,
    }),
  );
const hold = (reservationId = id()): Submission =>
  command('ReserveStock', {
    ...occasion(house.world, store(), at()),
    lines: [{ line: 1, goods: { ...goodsOf(store(), sku(0)), quantity: 1 }, reservationId }],
    expiresInMs: 60_000,
  });
const shipment = (orderId: string): Submission =>
  command('ShipOrder', {
    ...occasion(house.world, store(), at(), channel()),
    orderId,
    rate: [1, 1],
    lines: [{ line: 1, quantity: 1 }],
    series: seriesOf(store().entityId, 'invoice', store().entityId, at()),
    fees: {},
    carrierCostMinor: 0,
  });

/** A door whose tables write what `falsify` makes of their statements. */
function doorWith(falsify: (table: BookTable) => BookTable) {
  const now = (): number => house.clock.at;
  return createCommitter({
    store: createPostgresStore({ pool, schema: house.database.schema, now, tables: BOOK_TABLES.map(falsify) }),
    rules: allCommands({
      read: createReader(pool, house.database.schema),
      now,
      locationOf: (one) => house.world.locations.find((location) => location.id === one) as StockLocation,
    }),
    react: postAct,
  });
}

/** The state of every table: how many rows and a hash over them. */
const everything = (): Promise<unknown> =>
  house.trying(async (query) => {
    const tables = await query(
      "select relname::text as name from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and not relispartition order by 1",
    );
    const states: Record<string, unknown> = {};
    for (const { name } of tables)
      states[name as string] = (
        await query(
          `select count(*)::int as rows, md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as hash from "${name as string}" t`,
        )
      )[0];
    return states;
  });

describe('a guard that misses rolls the whole batch back', () => {
  const raised =
    (name: string) =>
    (table: BookTable): BookTable =>
      table.name !== name
        ? table
        : {
            ...table,
            // As if another writer had changed the row although we hold it: the version we read is another one.
            parse: (results) =>
              new Map(
                [...(table.parse?.(results) ?? new Map())].map(([key, state]) => {
                  const moved = { ...(state as object) } as { version: number; lastNumber?: number };
                  moved.version += 1;
                  if (moved.lastNumber !== undefined) moved.lastNumber += 1;
                  return [key, moved];
                }),
              ),
          };
  test.each([
    ['stock_level', raised('stock'), () => sale(sku(0))],
    ['stock_cost', raised('cost'), () => sale(sku(0))],
    ['company_series', raised('series'), () => sale(sku(0))],
    [
      'platform_source',
      (table: BookTable) => (table.name === 'fact_source' ? { ...raised('fact_source')(table) } : table),
      () => sale(sku(0), { fact: { sourceId: source, counter: 2, mac: 'm2' } }),
    ],
    [
      'accounting_period',
      raised('period'),
      () =>
        command('ClosePeriod', {
          ...occasion(house.world, store(), at() + 30 * DAY_MS),
          through: dayOf(at() + 29 * DAY_MS),
        }),
    ],
  ])('%s', async (guard, falsify, falsified) => {
    await prepare();
    const door = doorWith(falsify);
    const before = await everything();
    await expect(door.submit(falsified())).rejects.toThrow(`guard ${guard} touched`);
    expect(await everything()).toEqual(before);
    await door.close();
  });

  test.each([
    ['order_header', 'order', /^order-books\.update_orders/, 6],
    ['order_line', 'order', /^order-books\.update_order_lines/, 6],
    ['payment', 'payment', /^payment-book\.update_payments/, 7],
    ['stock_reservation', 'reservation', /^stock-books\.end_reservations/, 3],
  ])('%s, when the statement touches a row fewer than it should', async (guard, book, statement, expectedAt) => {
    await prepare();
    const door = doorWith((table) =>
      table.name !== book
        ? table
        : {
            ...table,
            record: (changes, writes) =>
              table.record(changes, writes).map((query) =>
                statement.test(query.statement.name)
                  ? {
                      ...query,
                      values: query.values.map((value, i) => (i === expectedAt ? (value as number) + 1 : value)),
                    }
                  : query,
              ),
          },
    );
    const before = await everything();
    const submission =
      guard === 'stock_reservation'
        ? command('ReleaseReservations', { ...occasion(house.world, store(), at()), reservationIds: [reservation] })
        : shipment(placed);
    await expect(door.submit(submission)).rejects.toThrow(`guard ${guard} touched`);
    expect(await everything()).toEqual(before);
    await door.close();
  });

  test('stock_reservation, when the level that a new one stands on is not there', async () => {
    await prepare();
    const door = doorWith((table) =>
      table.name !== 'reservation'
        ? table
        : {
            ...table,
            record: (changes, writes) =>
              table.record(changes, writes).map((query) =>
                // The location of the levels.
                query.statement.name.startsWith('stock-books.insert_reservations')
                  ? { ...query, values: query.values.with(2, uuidArray([id()])) }
                  : query,
              ),
          },
    );
    const before = await everything();
    await expect(door.submit(hold())).rejects.toThrow('guard stock_reservation touched 0 rows');
    expect(await everything()).toEqual(before);
    await door.close();
  });

  test('platform_counter, when somebody moved it in the same transaction', async () => {
    await prepare();
    const door = doorWith((table) =>
      table.name !== 'journal'
        ? table
        : {
            ...table,
            record: (changes, writes) => [
              ...table.record(changes, writes),
              {
                statement: {
                  name: 'move_counter_behind',
                  text: 'update platform_counter set event_number = event_number + 1',
                },
                values: [],
              },
            ],
          },
    );
    const before = await everything();
    await expect(door.submit(sale(sku(0)))).rejects.toThrow('guard platform_counter touched');
    expect(await everything()).toEqual(before);
    await door.close();
  });

  let source = '';
  let placed = '';
  let reservation = '';
  /** What each of the falsified commands needs to be there. */
  async function prepare(): Promise<void> {
    source = id();
    placed = id();
    reservation = id();
    const needed = [
      receive(sku(0)),
      sale(sku(0)),
      sale(sku(0), { fact: { sourceId: source, counter: 1, mac: 'm1' } }),
      order(placed, sku(0)),
      shipment(placed),
      hold(reservation),
      command('ClosePeriod', { ...occasion(house.world, store(), at()), through: dayOf(at() - DAY_MS) }),
    ];
    for (const one of needed) {
      // Shipped a unit of two: the second is left for the test. Periods close once.
      const outcome = await house.books.submit(one);
      if (one.type !== 'ClosePeriod') expect(outcome, JSON.stringify(outcome)).toMatchObject({ kind: 'accepted' });
    }
  }
});

describe('two doors over one database', () => {
  test('sell at once and keep every promise', async () => {
    const other = house.another();
    await letActorsPlay({
      world: house.world,
      clock: house.clock,
      doors: [house.books, other.books],
      seed: 21,
      commands: 500,
    }).catch((error: unknown) => {
      throw error;
    });
    const scarce = sku(11);
    const level = async (): Promise<{ free: number; held: number; over: number }> => {
      const [row] = await house.trying((query) =>
        query(
          `select coalesce(sum(on_hand - reserved - safety), 0) as free, coalesce(sum(held), 0) as held, coalesce(sum(shortfall + backordered), 0) as over
           from stock_level where sku_id = '${scarce}' and location_id = '${store().id}' and condition = 'sellable'`,
        ),
      );
      return { free: Number(row?.free), held: Number(row?.held), over: Number(row?.over) };
    };
    await house.books.submit(receive(scarce, 10));
    const before = await level();
    const outcomes = await Promise.all(
      Array.from({ length: before.free + before.held + 40 }, (_, i) =>
        (i % 2 === 0 ? house.books : other.books).submit(sale(scarce)),
      ),
    );
    const after = await level();
    const sold = outcomes.filter((outcome) => outcome.kind === 'accepted').length;
    // What was free, and what reservations that had run out gave back on the way; not one unit more.
    expect(sold).toBe(before.free - after.free + before.held - after.held);
    expect(sold).toBeGreaterThanOrEqual(before.free);
    expect(after).toMatchObject({ free: 0, over: before.over });
    const audit = await house.trying((query) => auditDatabase(query));
    expect(audit.findings).toEqual([]);
  });

  test('give one answer to one key', async () => {
    const other = house.another();
    await house.books.submit(receive(sku(0)));
    const one = sale(sku(0));
    const outcomes = await Promise.all(
      [house.books, other.books, house.books, other.books].map((door) => door.submit(one)),
    );
    expect(
      new Set(outcomes.map((outcome) => (outcome.kind === 'accepted' ? outcome.eventNumber : outcome.kind))).size,
    ).toBe(1);
    expect(outcomes.filter((outcome) => outcome.kind === 'accepted' && !outcome.repeated)).toHaveLength(1);
  });
});

test('a lost answer to COMMIT is settled by the key: the sale is there once', async () => {
  await house.books.submit(receive(sku(0)));
  const cut = createPool({ url: house.database.url, pipeline: true });
  let cuts = 0;
  // The answer to the first COMMIT is thrown away and the connection with it, as when the network ends between the two.
  cut.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
    (client as { query: unknown }).query = (...args: unknown[]) => {
      const flight = args[0] as {
        queries?: readonly { statement: { text: string } }[];
        handleReadyForQuery(): void;
        handleError(error: Error): void;
      };
      if (flight.queries?.at(-1)?.statement.text === 'commit' && cuts === 0) {
        cuts += 1;
        flight.handleReadyForQuery = () =>
          flight.handleError(Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' }));
      }
      return query(...args);
    };
  });
  const now = (): number => house.clock.at;
  const door = createCommitter({
    store: createPostgresStore({ pool: cut, schema: house.database.schema, now, tables: BOOK_TABLES }),
    rules: allCommands({ read: createReader(pool, house.database.schema), now, locationOf: () => store() }),
    react: postAct,
  });
  const orderId = id();
  expect(await door.submit(sale(sku(0), { orderId }))).toMatchObject({ kind: 'accepted', repeated: true });
  expect(cuts).toBe(1);
  expect(
    await house.trying((query) => query(`select count(*)::int as times from order_header where id = '${orderId}'`)),
  ).toEqual([{ times: 1 }]);
  await door.close();
  await cut.end();
});

test('a poisoned command in a batch fails alone', async () => {
  await house.books.submit(receive(sku(0)));
  // The same order under two keys: no decider sees it, the primary key does, and the whole batch fails with it.
  const taken = id();
  await house.books.submit(sale(sku(0), { orderId: taken }));
  const outcomes = await Promise.allSettled(
    [sale(sku(0)), sale(sku(0)), sale(sku(0), { orderId: taken }), sale(sku(0)), sale(sku(0))].map((one) =>
      house.books.submit(one),
    ),
  );
  expect(outcomes.map((outcome) => outcome.status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
  expect((await house.trying((query) => auditDatabase(query))).findings).toEqual([]);
});
