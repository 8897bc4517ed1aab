import type { Committer } from '../../../platform/commit/committer.ts';
import type { Master } from '../../../platform/commit/master-door.ts';
import type { Pool } from '../../../platform/db/pool.ts';
import type { SafeFetch } from '../../../platform/net/safe-fetch.ts';
import type { CompanyCache } from '../../../src/company/server/company-cache.ts';

/** What a run of an import works with. */
export type RunDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly master: Master;
  readonly committer: Committer;
  readonly company: CompanyCache;
  readonly now: () => number;
  readonly fetch: SafeFetch;
};

/** How a run tells how far it is. `step` throws {@link RunStopped} when somebody wants it to stop or another worker has taken over. */
export type RunProgress = {
  readonly total: (total: number) => void;
  readonly step: (done: number) => Promise<void>;
};

/** A run that does not go on. */
export class RunStopped extends Error {
  override readonly name = 'RunStopped';
  readonly why: 'cancelled' | 'lost_claim' | 'closing';
  constructor(why: RunStopped['why']) {
    super(`the import stopped: ${why}`);
    this.why = why;
  }
}
