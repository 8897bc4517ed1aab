import { forgetAddresses } from '../../../platform/audit/origins.ts';
import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import { dropOldKeys, KEY_DAYS } from '../../../platform/commit/old-keys.ts';
import type { Master } from '../../../platform/commit/master-door.ts';
import { deleteOverdueCards } from '../../../src/customers/server/erasure.store.ts';
import { epochDayToDay } from '../../../src/kernel/time.ts';
import { deleteOldSessions } from '../../../src/staff/server/erase-person.ts';
import { readErasures, replayErasures } from './erasure-list.ts';
import { privacySql, readRetention } from './erase.ts';
import { saveRun } from './retention.ts';

const DAY_MS = 86_400_000;
const EVERY_MS = 6 * 3600_000;
const FIRST_MS = 30_000;

/** What was deleted because its time was over. */
export type Outdated = {
  readonly addresses: number;
  readonly sessions: number;
  readonly cards: number;
  readonly fileParts: number;
};

/** Deletes what the rules of retention keep no longer. */
export async function applyRetention(
  where: { readonly pool: Pool; readonly schema: string },
  now: number,
): Promise<Outdated> {
  const rules = await withTransaction(where.pool, { schema: where.schema, readOnly: true }, readRetention);
  const before = (days: number): number => now - days * DAY_MS;
  const addresses = await forgetAddresses(where, before(rules.addressDays));
  return withTransaction(where.pool, { schema: where.schema }, async (tx) => {
    const filesBefore = new Date(before(rules.importFileDays)).toISOString();
    await tx.run(privacySql.blank_import_problems, [filesBefore]);
    await tx.run(privacySql.give_up_imports, [filesBefore]);
    const outdated = {
      addresses,
      sessions: await deleteOldSessions(tx, before(rules.sessionDays)),
      cards: await deleteOverdueCards(tx, epochDayToDay(Math.floor(now / DAY_MS))),
      fileParts: await tx.run(privacySql.delete_import_files, [filesBefore]),
    };
    await saveRun(tx, { at: new Date(now).toISOString(), ...outdated });
    return outdated;
  });
}

/** Forgets what its time is over for, four times a day; and at once, after a start, what a restored backup does not know was erased. */
export function startRetention(deps: {
  readonly pool: Pool;
  readonly schema: string;
  readonly master: Master;
  readonly now: () => number;
  readonly erasures: string | undefined;
  /** Puts the list of erasures beside the backups. */
  readonly carryErasures: (() => Promise<void>) | undefined;
  readonly onError: (error: unknown) => void;
}): { close(): Promise<void> } {
  const run = async (): Promise<void> => {
    if (deps.erasures !== undefined) await replayErasures(deps, await readErasures(deps.erasures, deps.schema));
    await applyRetention(deps, deps.now());
    await dropOldKeys(deps, deps.now() - KEY_DAYS * DAY_MS, { isClosing: () => closing });
    // The last, because a storage may be away for days.
    await deps.carryErasures?.();
  };
  let closing = false;
  let running: Promise<void> = Promise.resolve();
  const start = (): void => void (running = running.then(run).catch(deps.onError));
  const first = setTimeout(start, FIRST_MS);
  const timer = setInterval(start, EVERY_MS);
  return {
    async close() {
      closing = true;
      clearTimeout(first);
      clearInterval(timer);
      await running;
    },
  };
}
