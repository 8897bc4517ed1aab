import { loadSql, type Statement, type Tx } from '../../../platform/db/pool.ts';
import { epochDayToDay } from '../../../src/kernel/time.ts';
import { loadOwnerGrants } from '../../../src/staff/server/rights.store.ts';

const sql = loadSql(import.meta.url, './getting-started.sql', [
  'find_skipped',
  'lock_skipped',
  'save_skipped',
  'find_steps',
  'count_untaxed_entities',
  'count_classes_without_rate',
  'count_skus_without_price',
  'count_skus_without_stock',
  'count_skus_without_cost',
  'count_skus_without_gtin',
  'count_channels_without_rate',
  'count_stores_without_register',
  'find_comparison',
]);

/** The way from an empty database to the first sale, in the order in which one thing needs the other. */
export const STEPS = ['company', 'location', 'channel', 'products', 'prices', 'stock', 'sale'] as const;
/** One of {@link STEPS}. */
export type Step = (typeof STEPS)[number];

/** How far a step is. What is there counts, whoever made it and how; what somebody skipped can be taken up again. */
export type StepState = 'open' | 'skipped' | 'done';

/** How far each step is. */
export async function findSteps(tx: Tx): Promise<{ readonly step: Step; readonly state: StepState }[]> {
  const there = await tx.get<Record<Step, boolean>>(sql.find_steps);
  const skipped = skippedIn(await tx.find(sql.find_skipped));
  return STEPS.map((step) => ({
    step,
    state: there[step] ? 'done' : skipped.includes(step) ? 'skipped' : 'open',
  }));
}

/** Remembers that a step is skipped, or is not any more. Gives what was skipped before and is now. */
export async function skipStep(
  tx: Tx,
  { step, skipped }: { readonly step: Step; readonly skipped: boolean },
): Promise<{ readonly before: readonly Step[]; readonly after: readonly Step[] }> {
  const before = skippedIn(await tx.find(sql.lock_skipped));
  const after = STEPS.filter((one) => (one === step ? skipped : before.includes(one)));
  await tx.run(sql.save_skipped, [JSON.stringify({ skipped: after })]);
  return { before, after };
}

function skippedIn(row: { value: { skipped?: readonly string[] } } | undefined): Step[] {
  const kept = row?.value.skipped ?? [];
  return STEPS.filter((step) => kept.includes(step));
}

/** Something to look at before the doors are opened; `count` is how many things are not as they should be, 0 when all is well. */
export type Readiness = { readonly name: string; readonly weight: 'must' | 'should'; readonly count: number };

/** What only the program around knows: how many ways to be told of troubles there are, and whether backups go somewhere safe. */
export type Outside = { readonly alertWays: number; readonly backupsAreSafe: boolean };

/** Looks whether a retailer is ready to sell. `must`: without it a sale is refused or goes wrong. */
export async function findReadiness(tx: Tx, outside: Outside, now: number): Promise<Readiness[]> {
  const today = epochDayToDay(Math.floor(now / 86_400_000));
  const count = async (statement: Statement, ...values: unknown[]): Promise<number> =>
    (await tx.get<{ count: number }>(statement, values)).count;
  const owners = (await loadOwnerGrants(tx, now)).length;
  const steps = await findSteps(tx);
  const isDone = (step: Step): boolean => steps.some((one) => one.step === step && one.state === 'done');
  const missing = (step: Step): number => (isDone(step) ? 0 : 1);
  const compared = await tx.find<{ report: { problems?: Record<string, { count: number }> } }>(sql.find_comparison);
  const differences =
    compared === undefined ? 1 : Object.values(compared.report.problems ?? {}).reduce((sum, one) => sum + one.count, 0);
  // Nothing is said of what is not there yet.
  const about = async (step: Step, items: () => Promise<Readiness[]>): Promise<Readiness[]> =>
    isDone(step) ? items() : [];
  return [
    { name: 'company', weight: 'must', count: missing('company') },
    { name: 'location', weight: 'must', count: missing('location') },
    { name: 'channel', weight: 'must', count: missing('channel') },
    { name: 'products', weight: 'must', count: missing('products') },
    ...(await about('products', async () => [
      { name: 'tax_rates', weight: 'must', count: await count(sql.count_classes_without_rate, today) },
      { name: 'prices', weight: 'must', count: await count(sql.count_skus_without_price) },
      { name: 'stock', weight: 'should', count: await count(sql.count_skus_without_stock) },
      { name: 'barcodes', weight: 'should', count: await count(sql.count_skus_without_gtin) },
      { name: 'comparison', weight: 'should', count: differences },
    ])),
    ...(await about('channel', async () => [
      { name: 'exchange_rates', weight: 'must', count: await count(sql.count_channels_without_rate) },
    ])),
    ...(await about('stock', async () => [
      { name: 'cost', weight: 'should', count: await count(sql.count_skus_without_cost) },
    ])),
    ...(await about('company', async () => [
      { name: 'tax_registration', weight: 'should', count: await count(sql.count_untaxed_entities, today) },
    ])),
    ...(await about('location', async () => [
      { name: 'registers', weight: 'should', count: await count(sql.count_stores_without_register) },
    ])),
    { name: 'second_owner', weight: 'should', count: owners < 2 ? 1 : 0 },
    { name: 'backups', weight: 'should', count: outside.backupsAreSafe ? 0 : 1 },
    { name: 'alerts', weight: 'should', count: outside.alertWays === 0 ? 1 : 0 },
  ];
}
