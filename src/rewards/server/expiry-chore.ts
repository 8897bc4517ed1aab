import { Overloaded } from '../../../platform/commit/command.ts';
import type { Committer } from '../../../platform/commit/committer.ts';
import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import type { CompanyCache } from '../../company/server/company-cache.ts';
import { businessDayOf } from '../../kernel/time.ts';
import type { ExpireRewards } from '../keep-rewards.ts';
import { findExpired } from './rewards.store.ts';

/** What the run needs. `principalId` is whom the events name as their actor: the program itself. */
export type ExpiryDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly committer: Committer;
  readonly company: CompanyCache;
  readonly now: () => number;
  readonly principalId: string;
  readonly originId?: string | undefined;
};

/**
 * Takes off the accounts what has run out: at most 500 cards and 500 accounts of points a call, one command a legal entity and currency, behind everything that
 * people wait for. Run it every few minutes: most runs find nothing. A card runs out by the day of its entity's first place.
 */
export async function expireWhatRanOut(deps: ExpiryDeps): Promise<number> {
  const { company, committer, principalId, originId } = deps;
  const at = deps.now();
  let accounts = 0;
  for (const entity of company.entities()) {
    const place = company.locations().find((one) => one.entityId === entity.id && !one.archived);
    if (place === undefined) continue;
    const businessDay = businessDayOf(at, place);
    const found = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, (tx) =>
      findExpired(tx, businessDay),
    );
    const ours = { cards: ofEntity(found.cards, entity.id), points: ofEntity(found.points, entity.id) };
    for (const currency of new Set([...ours.cards, ...ours.points].map((row) => row.currency))) {
      const rate = company.exchangeRate(
        currency as typeof entity.functionalCurrency,
        entity.functionalCurrency,
        businessDay,
      );
      if (rate === undefined) continue;
      const keys = (rows: typeof ours.cards): string[] =>
        rows.flatMap((row) => (row.currency === currency ? [row.key] : []));
      const body: ExpireRewards = {
        entityId: entity.id,
        locationId: place.id,
        entityCurrency: entity.functionalCurrency,
        occurredAt: at,
        businessDay,
        rate: [rate.numerator, rate.denominator],
        currency,
        cardKeys: keys(ours.cards),
        pointsKeys: keys(ours.points),
      };
      const key = `expire rewards ${entity.id} ${currency} ${at}`;
      const frame = { type: 'ExpireRewards', key, principalId, originId, lane: 'bulk', at, sent: { key } } as const;
      try {
        await committer.submit({ ...frame, body });
        accounts += body.cardKeys.length + body.pointsKeys.length;
      } catch (error) {
        // A full queue is no failure: the next run comes soon.
        if (!(error instanceof Overloaded)) throw error;
      }
    }
  }
  return accounts;
}

function ofEntity<Row extends { readonly entity_id: string }>(rows: readonly Row[], entityId: string): Row[] {
  return rows.filter((row) => row.entity_id === entityId);
}
