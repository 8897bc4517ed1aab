import { Overloaded } from '../../../platform/commit/command.ts';
import type { Committer } from '../../../platform/commit/committer.ts';
import type { Reader } from '../../../platform/db/read.ts';
import type { CompanyCache } from '../../company/server/company-cache.ts';
import type { ExpireReservations } from '../reserve.ts';
import { occasionAt } from './prepare.ts';
import { stockBookSql } from './stock-books.ts';

/** What the sweep needs. `principalId` is whom the events name as their actor: the program itself. */
export type SweepDeps = {
  readonly reader: Reader;
  readonly committer: Committer;
  readonly company: CompanyCache;
  readonly now: () => number;
  readonly principalId: string;
  /** From where they say they come: the job. */
  readonly originId?: string | undefined;
};

/**
 * Ends reservations whose time has come, whether anybody needs the units or not: at most 500 a call, one command per location, behind
 * everything that people wait for. Run it every few seconds. Answers how many it found; 500 means that there may be more.
 * A full queue is no failure: the next run comes soon.
 */
export async function sweepExpiredReservations({
  reader,
  committer,
  company,
  now,
  principalId,
  originId,
}: SweepDeps): Promise<number> {
  const at = now();
  const rows = await reader.rows<{ id: string; location_id: string }>(stockBookSql.find_expired_anywhere, [
    new Date(at).toISOString(),
  ]);
  const byLocation = new Map<string, string[]>();
  for (const row of rows) byLocation.set(row.location_id, [...(byLocation.get(row.location_id) ?? []), row.id]);
  const sweeps = [...byLocation].flatMap(([locationId, reservationIds]) => {
    const location = company.location(locationId);
    if (location === undefined) return [];
    const body: ExpireReservations = { ...occasionAt(company, location, at), reservationIds };
    // A second sweeper finds nothing expired and leaves no trace; the instant keeps one that came too early from hiding a later one.
    const key = `expire ${reservationIds[0]} ${at}`;
    return [
      committer.submit({
        type: 'ExpireReservations',
        key,
        principalId,
        originId,
        lane: 'bulk',
        at,
        body,
        sent: { key },
      }),
    ];
  });
  for (const outcome of await Promise.allSettled(sweeps)) {
    if (outcome.status === 'rejected' && !(outcome.reason instanceof Overloaded)) throw outcome.reason;
  }
  return rows.length;
}
