import { act, get } from './http.ts';
import type { Intent } from './http.ts';

/** How long something is kept: years of documents, by country; days of everything else. */
export type RetentionRule = {
  readonly what: 'invoices' | 'addresses' | 'sessions' | 'import_files';
  readonly country: string;
  readonly years: number | null;
  readonly days: number | null;
  readonly basis: string;
};
/** The rules, and what the last run took away. */
export type Retention = {
  readonly items: readonly RetentionRule[];
  readonly lastRun: {
    readonly at: string;
    readonly addresses: number;
    readonly sessions: number;
    readonly cards: number;
    readonly fileParts: number;
  } | null;
};
/** How much a rule reaches, and how many people. */
export type Touched = { readonly things: number; readonly people: number };

/** How long what is kept. */
export const getRetention = (): Promise<Retention> => get('/privacy/retention');
/** What a rule would reach, without setting it. */
export const previewRetention = (rule: RetentionRule): Promise<Touched> =>
  act('PUT', '/privacy/retention?preview=true', rule);
/** Sets a rule. */
export const setRetention = (rule: RetentionRule, intent: Intent): Promise<Touched> =>
  act('PUT', '/privacy/retention', rule, intent);
