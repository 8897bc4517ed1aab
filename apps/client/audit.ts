import { get, queryText, type Page } from './http.ts';

/** One line of the audit: who did what, when, from where. */
export type AuditEntry = {
  readonly number: number;
  readonly type: string;
  readonly topic: string;
  readonly locationId: string | null;
  readonly subjectId: string | null;
  readonly actor: { readonly id: string; readonly kind: string; readonly name: string } | null;
  readonly origin: {
    readonly id: string;
    readonly kind: string;
    readonly job: string | null;
    readonly address: string | null;
    readonly userAgent: string | null;
  } | null;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly body: Readonly<Record<string, unknown>>;
};

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
