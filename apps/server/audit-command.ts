import { parseArgs } from 'node:util';
import { auditHead, headText, readHead, sealAudit, verifyAudit, type Verdict } from '../../platform/audit/chain.ts';
import { createPool } from '../../platform/db/pool.ts';
import { StartRefusal } from '../../platform/start-refusal.ts';
import { databaseUrl, type CommandSurroundings } from './backup/commands.ts';

const USAGE = 'It is: node oneshelf.mjs audit verify [--head NUMBER:HASH], or: audit head';

const WHY: Readonly<Record<Extract<Verdict, { kind: 'broken' }>['why'], string>> = {
  event_changed: 'was changed after it was sealed',
  event_missing: 'is missing',
  chain_changed: 'does not fit the chain: the chain itself was changed',
  cut_off: 'and what came after it is gone',
};

/**
 * `audit verify` computes the chain over the event log again and names the first event that does not fit; `audit head` seals what happened so far and says what to
 * write down somewhere else. Ends with 1 when something does not fit.
 */
export async function auditCommand(around: CommandSurroundings, args: readonly string[]): Promise<void> {
  const { positionals, values } = parse(args);
  const [what] = positionals;
  if (positionals.length !== 1 || (what !== 'verify' && what !== 'head')) throw new StartRefusal(USAGE);
  const pinned = values.head === undefined ? undefined : readHead(values.head);
  if (values.head !== undefined && pinned === undefined) throw new StartRefusal('The head is written NUMBER:HASH.');
  const pool = createPool({ url: await databaseUrl(around), max: 2, applicationName: 'oneshelf audit' });
  const where = { pool, schema: around.config.RETAILER_SCHEMA };
  let code = 0;
  try {
    if (what === 'head') {
      await sealAudit(where, { now: Date.now(), all: true, maxBlocks: Infinity });
      process.stdout.write(`${headText(await auditHead(where))}\n`);
    } else {
      const verdict = await verifyAudit(where, pinned);
      process.stdout.write(`${sentenceOf(verdict)}\n`);
      if (verdict.kind === 'broken') code = 1;
    }
  } finally {
    await pool.end();
  }
  return around.lifecycle.stop(undefined, code);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { head: { type: 'string' } }, allowPositionals: true });
  } catch {
    throw new StartRefusal(USAGE);
  }
}

function sentenceOf(verdict: Verdict): string {
  if (verdict.kind === 'broken') return `Event ${verdict.number} ${WHY[verdict.why]}.`;
  const { head, blocks, unsealed } = verdict;
  const rest = unsealed === 0 ? '' : ` ${unsealed} events since then are not sealed yet.`;
  return `All ${head.number} events fit, in ${blocks} blocks. The head is ${headText(head)}.${rest}`;
}
