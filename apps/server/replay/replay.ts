import { parseArgs } from 'node:util';
import { readFile, UnreadableFile } from '../../../connectors/online-retail/read-file.ts';
import { planYear } from '../../../connectors/online-retail/plan.ts';
import { committerFrom, masterFrom } from '../../../platform/audit/acting-from.ts';
import { openOrigins } from '../../../platform/audit/origins.ts';
import { openMasterDoor } from '../../../platform/commit/master-door.ts';
import { createPool, quoteIdentifier, type Pool } from '../../../platform/db/pool.ts';
import { StartRefusal } from '../../../platform/start-refusal.ts';
import { openBooks } from '../books.ts';
import { reportReplay } from './report.ts';
import { writeMasterData, writeYear } from './write-year.ts';

/** What a replay needs of the program around it. `migrate` brings a schema up to date. */
export type ReplayAround = {
  readonly url: string;
  readonly pool: Pool;
  readonly migrate: (schema: string) => Promise<void>;
  readonly write: (text: string) => void;
};

/**
 * `npm run replay -- --file F.csv[.gz] [--schema replay] [--fresh]`: writes a real retailer's year through the ordinary write path into a
 * schema of its own and says how the books compare with the file. A replay that was broken off goes on where it was. True when they agree.
 */
export async function replay(around: ReplayAround, args: readonly string[]): Promise<boolean> {
  const { file, schema, fresh } = optionsOf(args);
  const started = performance.now();
  around.write(`Reading ${file}\n`);
  const progress = progressLine(around.write);
  const { lines, fingerprint } = await readFile(file, (read) => progress('read', read)).catch((error: unknown) => {
    throw error instanceof UnreadableFile ? new StartRefusal(error.message) : error;
  });
  const plan = planYear(lines);
  lines.length = 0;
  around.write(
    `\n${plan.invoices.length.toLocaleString('en-GB')} invoices, ${plan.skus.length.toLocaleString('en-GB')} stock codes, ${plan.customers.size.toLocaleString('en-GB')} customers.\n`,
  );
  if (fresh) await around.pool.query(`drop schema if exists ${quoteIdentifier(schema)} cascade`);
  await around.migrate(schema);

  const pipelined = createPool({ url: around.url, max: 2, pipeline: true, applicationName: 'oneshelf replay' });
  const committer = openBooks({
    pool: pipelined,
    schema,
    now: () => Date.now(),
    locationOf: () => {
      throw new Error('a replay ships nothing');
    },
  });
  try {
    const onError = (error: unknown): void => around.write(`${String(error)}\n`);
    const origins = openOrigins({ pool: around.pool, schema, now: Date.now, onError });
    const ofJob = () => origins.ofJob('replay');
    await writeMasterData(masterFrom(openMasterDoor({ pool: around.pool, schema }), ofJob), plan, Date.now());
    const from = performance.now();
    const done = await writeYear(committerFrom(committer, ofJob), plan, fingerprint, (written) =>
      progress('written', written, plan.sums.lines),
    );
    const seconds = (performance.now() - from) / 1000;
    around.write(
      `\n${done.commands.toLocaleString('en-GB')} commands in ${seconds.toFixed(1)} s, ${Math.round(plan.sums.lines / seconds).toLocaleString('en-GB')} lines/s` +
        `${done.repeated > 0 ? `; ${done.repeated.toLocaleString('en-GB')} had been written by an earlier replay` : ''}.\n`,
    );
  } finally {
    await committer.close();
    await pipelined.end();
  }
  const report = await reportReplay(around.pool, schema, plan);
  around.write(`${report.text}\n`);
  const peak = process.resourceUsage().maxRSS / 1024;
  around.write(
    `\n  ${((performance.now() - started) / 1000).toFixed(1)} s in all, ${Math.round(peak)} MB at most. Look at it: RETAILER_SCHEMA=${schema} npm start\n`,
  );
  return report.agrees;
}

function optionsOf(args: readonly string[]): { file: string; schema: string; fresh: boolean } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        file: { type: 'string' },
        schema: { type: 'string', default: 'replay' },
        fresh: { type: 'boolean', default: false },
      },
    });
    if (values.file === undefined) throw new StartRefusal('Which file? npm run replay -- --file F.csv.gz');
    quoteIdentifier(values.schema);
    return { file: values.file, schema: values.schema, fresh: values.fresh };
  } catch (error) {
    throw error instanceof StartRefusal ? error : new StartRefusal((error as Error).message);
  }
}

/** A line that is written over itself, at most four times a second. */
function progressLine(write: (text: string) => void): (word: string, count: number, of?: number) => void {
  let last = 0;
  let from = performance.now();
  let word = '';
  return (what, count, of) => {
    const now = performance.now();
    if (what !== word) {
      word = what;
      from = now;
    }
    if (now - last < 250 && count !== of) return;
    last = now;
    const rate = Math.round((count / Math.max(1, now - from)) * 1000);
    const share = of === undefined ? '' : ` of ${of.toLocaleString('en-GB')} (${Math.floor((count / of) * 100)} %)`;
    write(`\r  ${count.toLocaleString('en-GB')} lines ${what}${share}, ${rate.toLocaleString('en-GB')}/s   `);
  };
}
