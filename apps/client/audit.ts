import type { AuditEntry } from '../../client/operations.ts';
import { get, queryText, type Page } from './http.ts';

export type { AuditEntry } from '../../client/operations.ts';

/** What is looked for. */
export type AuditQuery = {
  readonly actor?: string | undefined;
  readonly topic?: string | undefined;
  readonly type?: string | undefined;
  readonly subject?: string | undefined;
  readonly location?: string | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly text?: string | undefined;
};

/** Newest first. */
export const searchAudit = (
  query: AuditQuery & { readonly after?: string | undefined },
  signal?: AbortSignal,
): Promise<Page<AuditEntry>> => get('/audit', { ...query, limit: 50 }, signal);

/** Where the same is found as CSV. */
export const auditExportAddress = (query: AuditQuery): string => `/api/v1/audit/export${queryText(query)}`;
