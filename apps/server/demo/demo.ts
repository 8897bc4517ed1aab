import { randomBytes } from 'node:crypto';
import { hashPassword } from '../../../platform/auth/password.ts';
import { Overloaded } from '../../../platform/commit/command.ts';
import type { Committer } from '../../../platform/commit/committer.ts';
import type { MasterImport } from '../../../platform/commit/master-chunks.ts';
import { committerFrom, masterFrom } from '../../../platform/audit/acting-from.ts';
import { openOrigins } from '../../../platform/audit/origins.ts';
import { changed, openMasterDoor, type Master } from '../../../platform/commit/master-door.ts';
import { createPool, loadSql, quoteIdentifier, withTransaction, type Pool } from '../../../platform/db/pool.ts';
import { migrate } from '../../../platform/db/migrate.ts';
import type { Secrets } from '../../../platform/secrets/secrets.ts';
import { importCatalog, importCategories, importMedia } from '../../../src/catalog/server/bulk.ts';
import { sealRegisterSecrets } from '../../../src/company/server/register-secrets.ts';
import { importCustomers } from '../../../src/customers/server/bulk.ts';
import { addDays, businessDayOf, dayToEpochDay } from '../../../src/kernel/time.ts';
import { importPrices } from '../../../src/pricing/server/bulk.ts';
import { insertBuiltInRoles, insertPeople } from '../../../src/staff/server/people.store.ts';
import type { StockLocation } from '../../../src/stock/server/goods-at.ts';
import { openBooks } from '../books.ts';
import { SYSTEM_PRINCIPAL } from '../compose.ts';
import { openRetailer } from '../setup/open-retailer.ts';
import type { Step } from './acts.ts';
import { planCatalogue, planPrices } from './catalogue.ts';
import { simulateHistory } from './history.ts';
import { OWNER_EMAIL, planCustomers, planStaff } from './people.ts';
import { layOutPrices } from './prices.ts';
import { openDemoPromotions, planPromotions } from './promotions.ts';
import { demoRewards, openDemoProgramme, planGiftCards, planProgramme } from './rewards.ts';
import { DEMO_NAME, PLACES, planRetailer } from './retailer.ts';

const sql = loadSql(import.meta.url, './demo.sql', [
  'find_demo',
  'begin_demo',
  'save_demo',
  'find_last_event',
  'count_own_events',
]);

/** How to sign in to the demo as its owner. */
export type DemoSignIn = { readonly email: string; readonly password: string };

/** How far loading has come: words for a person, and commands done of all. */
export type DemoProgress = { readonly what: string; readonly done: number; readonly of: number };

/** How large the demo is. Smaller ones are for tests. */
export type DemoSize = { readonly days: number; readonly scale: number; readonly customers: number };

const FULL_SIZE: DemoSize = { days: 90, scale: 1, customers: 300 };
const SEED = 20_090_501;
const DAY_MS = 86_400_000;

/** What is remembered: from the first moment what to load, so that a killed load goes on with the same; then how far the demo itself went. */
type DemoMark =
  | (DemoSize & {
      readonly state: 'loading' | 'ready';
      readonly endsAt: number;
      readonly password: string;
      readonly lastEvent: number;
    })
  | { readonly state: 'removed' };

/**
 * Fills an empty retailer with Hollin & Wharf: two companies, seven places, a range with pictures, people, customers and ninety days of
 * history that end now, all through the doors that everything else goes through. What was loaded before is only found again
 * (`loaded` false); a load that was killed goes on where it was, because every command has its key and the plan is the same. Undefined
 * when the retailer has something of its own, or the demo was removed. The password is made once and kept, so that each start can tell
 * it; it is of no use to anybody who cannot reach this machine. Give `password` to choose it.
 */
export async function loadDemo(of: {
  readonly pool: Pool;
  /** Where the commit pipeline opens a pipelined pool of its own while it loads. */
  readonly url: string;
  readonly schema: string;
  readonly now: () => number;
  readonly password?: string | undefined;
  readonly size?: DemoSize;
  readonly onProgress?: (progress: DemoProgress) => void;
  /** When it is aborted, loading ends after the commands in hand. */
  readonly signal?: AbortSignal;
  /** What secrets of registers are sealed with; without it they are sealed at the next start. */
  readonly sealSecret?: Secrets['sealSecret'] | undefined;
}): Promise<{ readonly signIn: DemoSignIn; readonly loaded: boolean } | undefined> {
  const { pool, schema } = of;
  const size = of.size ?? FULL_SIZE;
  const wanted: DemoMark = {
    state: 'loading',
    ...size,
    endsAt: of.now(),
    password: of.password ?? readablePassword(),
    lastEvent: 0,
  };
  const mark = await withTransaction(pool, { schema }, async (tx) => {
    await tx.run(sql.begin_demo, [JSON.stringify(wanted)]);
    return (await tx.find<{ value: DemoMark }>(sql.find_demo))?.value;
  });
  if (mark === undefined || mark.state === 'removed') return undefined;
  const signIn = { email: OWNER_EMAIL, password: mark.password };
  if (mark.state === 'ready') return { signIn, loaded: false };
  await load(of, mark);
  if (of.sealSecret !== undefined) await sealRegisterSecrets(of, of.sealSecret);
  await withTransaction(pool, { schema }, async (tx) => {
    const { event_number: lastEvent } = await tx.get<{ event_number: number }>(sql.find_last_event);
    await tx.run(sql.save_demo, [JSON.stringify({ ...mark, state: 'ready', lastEvent } satisfies DemoMark)]);
  });
  return { signIn, loaded: true };
}

type Loading = Exclude<DemoMark, { state: 'removed' }>;

async function load(of: Parameters<typeof loadDemo>[0], mark: Loading): Promise<void> {
  const { pool, schema, onProgress = () => undefined } = of;
  const { endsAt, days } = mark;
  const firstDay = addDays(businessDayOf(endsAt, { timeZone: 'Europe/London', cutOffHour: 0 }), 1 - days);
  const opensAt = dayToEpochDay(firstDay) * DAY_MS - 2 * 3_600_000;
  onProgress({ what: `Setting up ${DEMO_NAME}`, done: 0, of: 1 });

  const retailer = planRetailer({ opensAt, firstDay, days, secret: mark.password });
  const catalogue = planCatalogue(opensAt);
  const customers = planCustomers({ opensAt, seed: SEED, count: mark.customers });
  const staff = planStaff({ opensAt, retailer, passwordHash: await hashPassword(mark.password) });
  const onError = (error: unknown): void => onProgress({ what: String(error), done: 0, of: 1 });
  const origins = openOrigins({ pool, schema, now: () => endsAt, onError });
  const ofJob = () => origins.ofJob('demo');
  const master = masterFrom(openMasterDoor({ pool, schema }), ofJob);
  const from = (key: string): MasterImport => ({ principalId: staff.owner, key: `demo/${key}`, at: opensAt });
  agreed('the retailer', await openRetailer(master, from('retailer'), retailer.plan));
  agreed('the staff', await openStaff(master, from('staff'), staff.people));
  imported('the categories', await importCategories(master, from('categories'), catalogue.categories));
  imported('the products', await importCatalog(master, from('products'), catalogue.products));
  imported('the pictures', await importMedia(master, from('pictures'), catalogue.media));
  imported('the prices', await importPrices(master, from('prices'), planPrices(retailer, catalogue.skus, opensAt)));
  imported('the customers', await importCustomers(master, from('customers'), customers.wanted));
  const customerIds = customers.known.map(({ id }) => id);
  agreed(
    'the price lists',
    await layOutPrices(master, from('price lists'), { retailer, skus: catalogue.skus, customerIds, opensAt, endsAt }),
  );

  agreed('the loyalty programme', await openDemoProgramme(master, from('loyalty programme'), { retailer, opensAt }));
  const promotions = planPromotions({ retailer, skus: catalogue.skus, opensAt, endsAt });
  agreed('the promotions', await openDemoPromotions(master, from('promotions'), promotions));

  const steps = simulateHistory({
    retailer,
    skus: catalogue.skus,
    customers: customers.known,
    staff,
    seed: SEED,
    opensAt,
    firstDay,
    days,
    endsAt,
    scale: mark.scale,
    promotions,
    programme: planProgramme(retailer, opensAt),
    giftCards: planGiftCards(opensAt),
  });
  const places = new Map(
    PLACES.map(({ code, company }): [string, StockLocation] => {
      const { id, entityId } = retailer.locationOf(code);
      const area = retailer.areaOf(company);
      return [id, { id, entityId, areaId: area.id, valuationMethod: area.method }];
    }),
  );
  const clock = { at: opensAt };
  const pipelined = createPool({ url: of.url, max: 2, pipeline: true, applicationName: 'oneshelf demo' });
  const committer = openBooks({
    pool: pipelined,
    schema,
    now: () => clock.at,
    locationOf: (id) => places.get(id) as StockLocation,
  });
  try {
    const rewards = demoRewards({
      retailer,
      customers: customers.known,
      principalId: staff.owner,
      opensAt,
    });
    await play(committerFrom(committer, ofJob), clock, [...rewards, ...steps], { onProgress, signal: of.signal });
  } finally {
    await committer.close();
    await pipelined.end();
  }
}

function openStaff(master: Master, from: MasterImport, people: Parameters<typeof insertPeople>[1]) {
  const personIds = people.map((person) => person.id);
  return master({ ...from, type: 'open_staff', topic: 'staff', body: { personIds } }, async (tx) => {
    await insertBuiltInRoles(tx);
    await insertPeople(tx, people);
    return changed([{ type: 'StaffOpened', version: 1, body: { personIds } }], { people: personIds.length });
  });
}

/** Commands that are committed together: what happened within this time, so that the books' clock is never much behind. */
const WINDOW_MS = 3 * 3_600_000;
const WINDOW_COMMANDS = 200;

/**
 * Sends the commands in the order of time while the books' clock follows them, so that what was recorded when is as it would have been.
 * Throws when one is refused: the simulator promises that none is.
 */
async function play(
  committer: Committer,
  clock: { at: number },
  steps: readonly Step[],
  how: { onProgress: (progress: DemoProgress) => void; signal: AbortSignal | undefined },
): Promise<void> {
  const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  for (let done = 0; done < steps.length;) {
    how.signal?.throwIfAborted();
    const window = windowFrom(steps, done);
    clock.at = Math.max(clock.at, (window.at(-1) as Step).at);
    await submitAll(committer, window);
    done += window.length;
    how.onProgress({ what: days.format(clock.at), done, of: steps.length });
  }
}

/** The commands from one on that may go together: an order's own acts never share a window, because each is prepared from what is stored. */
function windowFrom(steps: readonly Step[], start: number): readonly Step[] {
  const first = steps[start] as Step;
  const about = new Set<string>();
  let end = start;
  for (; end < steps.length && end - start < WINDOW_COMMANDS; end += 1) {
    const step = steps[end] as Step;
    if (step.at > first.at + WINDOW_MS || (step.of !== undefined && about.has(step.of))) break;
    if (step.of !== undefined) about.add(step.of);
  }
  return steps.slice(start, end);
}

async function submitAll(committer: Committer, window: readonly Step[]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // The bulk lane keeps the order in which they are sent.
      const outcomes = await Promise.all(window.map((step) => committer.submit({ ...step, lane: 'bulk' })));
      for (const [n, outcome] of outcomes.entries()) {
        if (outcome.kind !== 'accepted')
          throw new Error(
            `The demo's ${window[n]?.type} ${window[n]?.key} was not accepted: ${JSON.stringify(outcome)}`,
          );
      }
      return;
    } catch (error) {
      // The keys make it harmless to send all of them again.
      if (!(error instanceof Overloaded) || attempt >= 10) throw error;
      await new Promise((resolve) => setTimeout(resolve, error.retryAfterSeconds * 1000));
    }
  }
}

/** Four short words that are easy to type; 2^32 of them, and guessing is throttled. */
function readablePassword(): string {
  const [heads, tails] = [
    'b br d dr f g h k l m n p r s t w'.split(' '),
    'an el im on ar et is ul ash end ill ock ump est ink olt'.split(' '),
  ];
  const words = [...randomBytes(4)].map((byte) => `${heads[byte >> 4]}${tails[byte & 15]}`);
  return words.join('-');
}

function agreed(what: string, outcome: { readonly kind: string }): void {
  if (outcome.kind !== 'accepted') throw new Error(`The demo could not set up ${what}: ${JSON.stringify(outcome)}`);
}

function imported(what: string, result: { readonly refusal: unknown }): void {
  if (result.refusal !== undefined)
    throw new Error(`The demo could not import ${what}: ${JSON.stringify(result.refusal)}`);
}

/** What became of removing the demo. `own_events` says how many events came after the demo's own: somebody worked with it. */
export type DemoRemoval =
  | { readonly kind: 'removed' }
  | { readonly kind: 'no_demo' }
  | { readonly kind: 'own_events'; readonly events: number };

/**
 * Takes the demo away in one act: the retailer's schema is dropped and made anew, empty, in which it is remembered that the demo is not
 * wanted again. Whatever was added to the demo goes with it, so that is refused unless `also` is `own_events`. `pool` may create schemas;
 * nothing else may run on the retailer.
 */
export async function removeDemo(of: {
  readonly pool: Pool;
  readonly schema: string;
  readonly migrations: string;
  readonly also?: 'own_events';
}): Promise<DemoRemoval> {
  const { pool, schema } = of;
  const found = await withTransaction(pool, { schema, readOnly: true }, async (tx) => {
    const mark = (await tx.find<{ value: DemoMark }>(sql.find_demo))?.value;
    if (mark === undefined || mark.state === 'removed') return undefined;
    // What the program did by itself meanwhile, such as ending a reservation, is nobody's work.
    const values = [mark.state === 'ready' ? mark.lastEvent : Number.MAX_SAFE_INTEGER, SYSTEM_PRINCIPAL];
    return await tx.get<{ events: number }>(sql.count_own_events, values);
  });
  if (found === undefined) return { kind: 'no_demo' };
  const { events } = found;
  if (events > 0 && of.also !== 'own_events') return { kind: 'own_events', events };
  const name = quoteIdentifier(schema);
  await pool.query(`drop schema ${name} cascade`);
  await migrate(pool, { schema, directory: of.migrations });
  await withTransaction(pool, { schema }, (tx) =>
    tx.run(sql.save_demo, [JSON.stringify({ state: 'removed' } satisfies DemoMark)]),
  );
  return { kind: 'removed' };
}
