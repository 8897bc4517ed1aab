import { loadSql, withTransaction, type Pool, type Tx } from '../db/pool.ts';

const sql = loadSql(import.meta.url, './lease.sql', [
  'open_lease',
  'find_lease',
  'take_lease',
  'keep_lease',
  'free_lease',
]);

/** How long the beat must stand still before another process takes the work over. Longer than two slow commits, short enough that nobody notices. */
export const LEASE_MS = 4_000;

/** A claim on work that one process does at a time. */
export type Lease = {
  /** Tries to get it; true when it is ours now. Ask again every second or so: whether its holder lives is seen by watching. */
  take(): Promise<boolean>;
  /** Says in a transaction of the holder's that it lives. False when somebody else has it by now: then write nothing. */
  keep(tx: Tx): Promise<boolean>;
  /** Gives it back, so that the next one need not wait. */
  free(): Promise<void>;
};

/**
 * A lease by watching: its holder raises a beat, and whoever sees the beat unchanged for {@link LEASE_MS} of their own clock takes it over. Two machines whose clocks disagree
 * do not quarrel. A holder that was only asleep finds at its next write that it has lost.
 */
export function openLease({
  pool,
  schema,
  name,
  me,
  elapsed = () => performance.now(),
}: {
  readonly pool: Pool;
  readonly schema: string;
  readonly name: string;
  readonly me: string;
  readonly elapsed?: () => number;
}): Lease {
  let seen: { beat: number; at: number } | undefined;
  return {
    take: () =>
      withTransaction(pool, { schema }, async (tx) => {
        await tx.run(sql.open_lease, [name]);
        const { holder, beat } = await tx.get<{ holder: string | null; beat: number }>(sql.find_lease, [name]);
        if (seen?.beat !== beat) seen = { beat, at: elapsed() };
        const isFree = holder === null || holder === me || elapsed() - seen.at >= LEASE_MS;
        return isFree && (await tx.run(sql.take_lease, [name, me, beat])) === 1;
      }),
    keep: async (tx) => (await tx.run(sql.keep_lease, [name, me])) === 1,
    async free() {
      await withTransaction(pool, { schema }, (tx) => tx.run(sql.free_lease, [name, me]));
    },
  };
}
