import { Type } from 'typebox';
import type { Committer } from '../../../platform/commit/committer.ts';
import type { Pool } from '../../../platform/db/pool.ts';
import { notFound } from '../../../platform/http/problem.ts';
import type { CompanyCache } from '../../company/server/company-cache.ts';
import type { LegalEntity } from '../../company/legal-entity.ts';

/** What the routes of accounting need. */
export type AccountingRouteDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly committer: Committer;
  readonly company: CompanyCache;
  readonly now: () => number;
};

/** Under what the routes of accounting stand in the documentation. */
export const tags = ['accounting'];
/** It, or null. */
export const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);

/** A legal entity; 404 when there is none. */
export function entityOf(company: CompanyCache, id: string): LegalEntity {
  const entity = company.entity(id);
  if (entity === undefined) throw notFound('legal entity');
  return entity;
}
