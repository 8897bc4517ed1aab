import { parseArgs } from 'node:util';
import { notMet, shrink, simulate, type RunOptions, type RunReport } from '../simulator/run.ts';
import { allCommands } from './books.ts';

/** The simulator with the real rules of the server: what `npm run simulate` runs. */
export const realRules: RunOptions['rules'] = (around) => allCommands(around);

const ENOUGH_TO_MEET_ALL = 100_000;
const usage = 'npm run simulate -- [--seed N] [--seeds K] [--commands M]\n';

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { seed: { type: 'string' }, seeds: { type: 'string' }, commands: { type: 'string' } },
  });
  const seeds = wholeNumber(values.seeds, 250);
  const commands = wholeNumber(values.commands, 4100);
  const first = wholeNumber(values.seed, Date.now() % 1_000_000_000);
  const startedMs = performance.now();
  const reports: RunReport[] = [];
  let total = 0;
  for (let seed = first; seed < first + seeds; seed += 1) {
    const report = await simulate({ seed, commands, rules: realRules });
    total += report.commands;
    if (report.failures.length > 0) return tell(await shrink(report, { seed, commands, rules: realRules }));
    reports.push({ ...report, last: [] });
    const rate = Math.round(total / ((performance.now() - startedMs) / 1000));
    process.stdout.write(`\rseed ${seed}: ${total} commands, ${rate}/s `);
  }
  process.stdout.write('\n');
  table('Faults met', reports, (report) => report.faults);
  table('Refusals met', reports, (report) => report.refusals);
  table('Things the auditor looked at', reports, (report) => report.looked);
  const missing = notMet(reports);
  if (missing.length > 0) {
    process.stdout.write(`\nNever met: ${missing.join(', ')}. Seeds ${first} to ${first + seeds - 1}.\n`);
    // A few commands, as when a failure is played again, cannot meet everything.
    if (total >= ENOUGH_TO_MEET_ALL) return 1;
  }
  process.stdout.write(`\n${total} commands of ${seeds} seeds from ${first}; every book of the auditor agrees.\n`);
  return 0;
}

function wholeNumber(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(usage);
  return value;
}

function table(
  title: string,
  reports: readonly RunReport[],
  of: (report: RunReport) => Readonly<Record<string, number>>,
): void {
  const sums = new Map<string, number>();
  for (const report of reports)
    for (const [name, times] of Object.entries(of(report))) sums.set(name, (sums.get(name) ?? 0) + times);
  process.stdout.write(
    `\n${title}\n${[...sums]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, times]) => `  ${name.padEnd(48)}${times}\n`)
      .join('')}`,
  );
}

/** Says what failed, with the seed and the commands that led to it. */
function tell(report: RunReport): number {
  process.stdout.write(`\nSeed ${report.seed} fails within ${report.commands} commands:\n`);
  for (const failure of report.failures.slice(0, 5))
    process.stdout.write(
      `  ${failure.check}: ${failure.says}\n${failure.rows
        .slice(0, 3)
        .map((row) => `    ${JSON.stringify(row)}\n`)
        .join('')}`,
    );
  process.stdout.write(
    `\nThe last commands:\n${report.last
      .slice(-12)
      .map(({ type, body }) => `  ${type} ${JSON.stringify(body)}\n`)
      .join('')}`,
  );
  process.stdout.write(`\nAgain: npm run simulate -- --seed ${report.seed} --seeds 1 --commands ${report.commands}\n`);
  return 1;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(3));
