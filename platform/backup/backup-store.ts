import { loadSql, withTransaction, type Pool } from '../db/pool.ts';

const sql = loadSql(import.meta.url, './backups.sql', [
  'give_up_dead',
  'begin_backup',
  'see_backup',
  'end_backup',
  'fail_backup',
  'remove_backup',
  'list_backups',
  'find_backup',
  'find_latest',
]);

/** Why a backup is made: it was due, somebody asked in the office, somebody ran the command. */
export type BackupCause = 'schedule' | 'person' | 'command';

/** A backup as it is kept. Instants are RFC 3339. `trouble` says why one failed. */
export type StoredBackup = {
  readonly id: string;
  readonly cause: BackupCause;
  readonly state: 'running' | 'done' | 'failed';
  readonly place: string;
  readonly name: string | null;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly verified_at: string | null;
  readonly removed_at: string | null;
  readonly done_bytes: number;
  readonly total_bytes: number;
  readonly bytes: number | null;
  readonly event_number: number | null;
  readonly encrypted: boolean;
  readonly trouble: string | null;
};

/** What the latest ones came to. `trouble` is that of the last one that ended, null when it was good. */
export type LatestBackups = {
  readonly good_at: string | null;
  readonly scheduled_at: string | null;
  readonly trouble: string | null;
};

/** The backups of one retailer, written down. */
export type BackupStore = {
  /** Writes down that one begins. False when another one is under way: never two at once. */
  begin(of: { id: string; cause: BackupCause; askedBy: string | undefined; place: string }): Promise<boolean>;
  /** Says that it is alive and how far. False when it was given up as dead: then it must end. */
  see(
    id: string,
    of: { done: number; total: number; name?: string | undefined; eventNumber?: number | undefined },
  ): Promise<boolean>;
  end(
    id: string,
    of: { name: string; bytes: number; eventNumber: number; encrypted: boolean; verifiedAt: number },
  ): Promise<boolean>;
  fail(id: string, trouble: string): Promise<void>;
  removed(place: string, name: string): Promise<void>;
  list(limit: number, after?: { readonly startedAt: string; readonly id: string }): Promise<readonly StoredBackup[]>;
  find(id: string): Promise<StoredBackup | undefined>;
  latest(): Promise<LatestBackups>;
};

/** Whoever was not seen for so long has died. */
export const DEAD_MS = 20_000;

/** Opens it. */
export function openBackupStore(options: {
  readonly pool: Pool;
  readonly schema: string;
  readonly now: () => number;
}): BackupStore {
  const { pool, schema, now } = options;
  const instant = (ms: number = now()): string => new Date(ms).toISOString();
  const write = withTransaction<number>;
  return {
    begin: async ({ id, cause, askedBy, place }) =>
      (await write(pool, { schema }, async (tx) => {
        await tx.run(sql.give_up_dead, [instant(), instant(now() - DEAD_MS)]);
        return tx.run(sql.begin_backup, [id, cause, askedBy ?? null, place, instant()]);
      })) === 1,
    see: async (id, { done, total, name, eventNumber }) =>
      (await write(pool, { schema }, (tx) =>
        tx.run(sql.see_backup, [id, instant(), Math.min(done, total), total, name ?? null, eventNumber ?? null]),
      )) === 1,
    end: async (id, { name, bytes, eventNumber, encrypted, verifiedAt }) =>
      (await write(pool, { schema }, (tx) =>
        tx.run(sql.end_backup, [id, instant(), instant(verifiedAt), name, bytes, eventNumber, encrypted]),
      )) === 1,
    fail: async (id, trouble) =>
      void (await write(pool, { schema }, (tx) => tx.run(sql.fail_backup, [id, instant(), trouble.slice(0, 2_000)]))),
    removed: async (place, name) =>
      void (await write(pool, { schema }, (tx) => tx.run(sql.remove_backup, [place, instant(), name]))),
    list: (limit, after) =>
      withTransaction(pool, { schema, readOnly: true }, (tx) =>
        tx.rows<StoredBackup>(sql.list_backups, [limit, after?.startedAt ?? null, after?.id ?? null]),
      ),
    find: (id) =>
      withTransaction(pool, { schema, readOnly: true }, (tx) => tx.find<StoredBackup>(sql.find_backup, [id])),
    latest: () => withTransaction(pool, { schema, readOnly: true }, (tx) => tx.get<LatestBackups>(sql.find_latest)),
  };
}
