import { uuidv7 } from 'uuidv7';
import { CommitOutcomeUnknownError, isRetryable, withTransaction } from '../../../platform/db/pool.ts';
import { instantToText } from '../../../src/kernel/time.ts';
import { Overloaded } from '../../../platform/commit/command.ts';
import { PRODUCT_FORMATS } from './formats.ts';
import { openGivingWay } from './give-way.ts';
import { examine, UnreadableImport, type Examined } from './examine.ts';
import {
  findImport,
  importSql,
  openProblemLog,
  setState,
  type ImportReport,
  type ImportState,
  type StoredImport,
} from './import-store.ts';
import { runPictures } from './pictures-run.ts';
import { checkRows, runRows } from './row-run.ts';
import { ROW_KINDS } from './row-kinds.ts';
import { checkProducts, minorUnitsOf, runProducts } from './product-run.ts';
import { RunStopped, type RunDeps, type RunProgress } from './run-deps.ts';
import { undoProducts } from './undo-products.ts';
import { undoRows } from './undo-rows.ts';

/** A worker that dies is missed after this long, and another one goes on where it was. */
const CLAIM_MS = 15_000;
const POLL_MS = 500;

/** Does the imports of one retailer, one after the other. `idle` resolves when nothing is waiting, `turns` counts what was taken up until now. */
export type ImportWorker = { idle(): Promise<void>; turns(): number; close(): Promise<void> };

/**
 * Starts working. An import is claimed for a few seconds at a time: when this process dies, the claim runs out and the next one takes it up; every chunk it had finished is passed over, the
 * one it was in is done under its old key, so nothing is done twice.
 */
export function startImportWorker(deps: RunDeps & { readonly onError: (error: unknown) => void }): ImportWorker {
  const me = uuidv7();
  let closing = false;
  let turns = 0;
  let wake: (() => void) | undefined;
  const waiters: (() => void)[] = [];

  async function claim(): Promise<StoredImport | undefined> {
    return withTransaction(deps.pool, { schema: deps.schema }, async (tx) => {
      const row = await tx.find<{ id: string }>(importSql.claim_import, [
        me,
        instantToText(deps.now()),
        instantToText(deps.now() + CLAIM_MS),
      ]);
      return row === undefined ? undefined : findImport(tx, row.id);
    });
  }

  async function turn(): Promise<boolean> {
    const found = await claim();
    if (found === undefined) return false;
    turns += 1;
    // What it is about may have been made a moment ago.
    await deps.company.reload();
    try {
      await work(deps, found, progressOf(found.id));
    } catch (error) {
      await settle(deps, found, error);
    }
    return true;
  }

  function progressOf(importId: string): RunProgress {
    let total = 0;
    let last = 0;
    const way = openGivingWay();
    return {
      total: (wanted) => (total = wanted),
      async step(done) {
        if (closing) throw new RunStopped('closing');
        await way.rest();
        // Once a second is enough for a bar, and each step would be a write.
        if (deps.now() - last < 1_000 && done < total) return;
        last = deps.now();
        const row = await withTransaction(deps.pool, { schema: deps.schema }, (tx) =>
          tx.find<{ cancel_asked: boolean; event_number: number }>(importSql.keep_claim, [
            importId,
            me,
            instantToText(deps.now() + CLAIM_MS),
            Math.min(done, total),
            total,
          ]),
        );
        if (row === undefined) throw new RunStopped('lost_claim');
        way.heard(row.event_number);
        if (row.cancel_asked) throw new RunStopped('cancelled');
      },
    };
  }

  const running = (async () => {
    while (!closing) {
      const worked = await turn().catch((error: unknown) => {
        deps.onError(error);
        return false;
      });
      if (worked) continue;
      for (const done of waiters.splice(0)) done();
      await new Promise<void>((done) => {
        const timer = setTimeout(done, POLL_MS);
        wake = () => {
          clearTimeout(timer);
          done();
        };
      });
    }
  })();

  return {
    turns: () => turns,
    idle: () =>
      new Promise((done) => {
        waiters.push(done);
        wake?.();
      }),
    async close() {
      closing = true;
      wake?.();
      await running;
      await withTransaction(deps.pool, { schema: deps.schema }, (tx) => tx.run(importSql.free_claim, [me])).catch(
        deps.onError,
      );
    },
  };
}

async function work(deps: RunDeps, of: StoredImport, progress: RunProgress): Promise<void> {
  switch (of.state) {
    case 'checking':
      return check(deps, of, progress);
    case 'running':
      return run(deps, of, progress);
    case 'undoing':
      return undo(deps, of, progress);
    case 'uploading':
    case 'needs_choice':
    case 'checked':
    case 'done':
    case 'cancelled':
    case 'failed':
    case 'undone':
      return undefined;
  }
}

async function check(deps: RunDeps, of: StoredImport, progress: RunProgress): Promise<void> {
  const log = await openProblemLog(deps, { importId: of.id, phase: 'check', goOn: false });
  const examined = await examineImport(deps, of);
  if ((examined.report.choices ?? []).length > 0) return put(deps, of, 'needs_choice', examined.report);
  const found =
    of.kind === 'products'
      ? { planned: await checkProducts(deps, of, examined, log, progress) }
      : await checkRows(deps, of, examined, log, progress);
  await log.flush();
  await put(deps, of, 'checked', { ...examined.report, ...found, problems: log.counts() });
}

async function run(deps: RunDeps, of: StoredImport, progress: RunProgress): Promise<void> {
  const log = await openProblemLog(deps, { importId: of.id, phase: 'run', goOn: true });
  const examined = await examineImport(deps, of);
  const applied = await (of.kind === 'products' ? runProducts : runRows)(deps, of, examined, log, progress);
  if (of.kind === 'products' && of.settings.pictures !== false) await runPictures(deps, of, log, progress);
  await log.flush();
  // A file about persons is kept no longer than it is needed.
  if (of.kind === 'customers')
    await withTransaction(deps.pool, { schema: deps.schema }, (tx) => tx.run(importSql.forget_file, [of.fileId]));
  await put(deps, of, 'done', { ...of.report, applied });
}

async function undo(deps: RunDeps, of: StoredImport, progress: RunProgress): Promise<void> {
  const log = await openProblemLog(deps, { importId: of.id, phase: 'undo', goOn: true });
  const undone = await (of.kind === 'products' ? undoProducts : undoRows)(deps, of, log, progress);
  await put(deps, of, 'undone', { ...of.report, undone });
}

async function examineImport(deps: RunDeps, of: StoredImport): Promise<Examined> {
  const minorUnits = minorUnitsOf(deps, of);
  if (of.kind === 'products') return examine(deps, of, PRODUCT_FORMATS[of.format], minorUnits);
  const { file } = ROW_KINDS[of.kind];
  const examined = await examine(deps, of, file, minorUnits);
  return file.personal ? { ...examined, report: withoutSamples(examined.report) } : examined;
}

/** What was recognised, without cells of the file: those about persons are kept nowhere but on cards. */
function withoutSamples(report: ImportReport): ImportReport {
  const { recognised } = report;
  if (recognised === undefined) return report;
  const columns = recognised.columns.map((column) => ({ ...column, samples: [] }));
  const encoding = recognised.encoding === null ? null : { ...recognised.encoding, samples: [] };
  const separator = recognised.separator === null ? null : { ...recognised.separator, samples: [] };
  return { ...report, recognised: { ...recognised, columns, encoding, separator } };
}

async function put(deps: RunDeps, of: StoredImport, state: ImportState, report: ImportReport): Promise<void> {
  await withTransaction(deps.pool, { schema: deps.schema }, (tx) =>
    setState(tx, of.id, { state, report, finishedAt: deps.now() }),
  );
}

/** Ends a run that did not come to its end: cancelled, unreadable, or failed. What the world did to us is tried again by the next claim. */
async function settle(
  deps: RunDeps & { readonly onError: (error: unknown) => void },
  of: StoredImport,
  error: unknown,
): Promise<void> {
  if (error instanceof RunStopped) {
    if (error.why === 'cancelled') await put(deps, of, of.state === 'undoing' ? 'done' : 'cancelled', of.report);
    return;
  }
  if (error instanceof UnreadableImport)
    return put(deps, of, 'failed', { failure: { reason: error.reason, says: error.message } });
  deps.onError(error);
  if (error instanceof Overloaded || error instanceof CommitOutcomeUnknownError || isRetryable(error)) return;
  await put(deps, of, 'failed', {
    ...of.report,
    failure: { reason: 'internal', says: 'Something is wrong on our side; what was taken in until then stays.' },
  });
}
