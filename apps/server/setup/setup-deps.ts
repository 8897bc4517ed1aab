import { Type } from 'typebox';
import type { Master, MasterSubmission } from '../../../platform/commit/master-door.ts';
import type { Pool } from '../../../platform/db/pool.ts';
import type { Secrets } from '../../../platform/secrets/secrets.ts';
import type { RouteRequest } from '../../../platform/http/route.ts';
import type { CompanyCache } from '../../../src/company/server/company-cache.ts';

/** What the routes by which a retailer is set up need. */
export type SetupDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly master: Master;
  readonly company: CompanyCache;
  readonly now: () => number;
  /** What secrets of registers are sealed with; without it they are sealed at the next start. */
  readonly sealSecret?: Secrets['sealSecret'] | undefined;
};

/** A request as the door of master data takes it. */
export function setupSubmission(
  request: Pick<RouteRequest, 'principal' | 'originId' | 'idempotencyKey' | 'preview'> & { readonly body: unknown },
  type: string,
  at: number,
  topic = 'company',
): MasterSubmission {
  const { principal, originId, idempotencyKey: key, preview, body } = request;
  return { type, topic, principalId: principal.id, originId, key, at, body, preview };
}

/** A code that stands on receipts, in file names and in addresses. */
export const CODE_PATTERN = '^[A-Z0-9][A-Z0-9-]{0,11}$';

/** The form of a country, ISO 3166-1 alpha-2. */
export const COUNTRY_PATTERN = '^[A-Z]{2}$';

/** A name that somebody reads: not empty, not only blanks. */
export const NameType = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' });
