import type { BookRules, Draft } from '../kernel/draft.ts';

/** A gapless count of documents of one kind: per legal entity, scope (a register, a location, a channel or the entity) and fiscal year. */
export type Series = { readonly id: string; readonly key: string; readonly lastNumber: number; readonly version: number };

/** Takes the next number. Numbers are taken inside the commit, so a refused or failed command leaves no gap. */
export type SeriesChange = { readonly key: string };

/** What a series counts. */
export type SeriesKind = 'order' | 'receipt' | 'invoice' | 'credit_note';

/** Key of the series book. */
export function seriesKey(of: { entityId: string; kind: SeriesKind; scopeId: string; fiscalYear: number }): string {
  return `${of.entityId}|${of.kind}|${of.scopeId}|${of.fiscalYear}`;
}

/** The book of document series. A series begins with its first number, 1. */
export const SERIES: BookRules<Series, SeriesChange> = {
  name: 'series',
  keyOf: (change) => change.key,
  evolve: (series, change, stamp) => ({
    id: series?.id ?? stamp.mint(),
    key: change.key,
    lastNumber: (series?.lastNumber ?? 0) + 1,
    version: (series?.version ?? 0) + 1,
  }),
};

/** Takes a number: the series and the number that nobody else will get. */
export function takeNumber(draft: Draft, key: string): { seriesId: string; number: number; fiscalYear: number } {
  const series = draft.change(SERIES, { key });
  return { seriesId: series.id, number: series.lastNumber, fiscalYear: Number(key.slice(key.lastIndexOf('|') + 1)) };
}

/** A number as it is printed: `S01-2026-000123`. Six digits at least; the seventh is not cut off. */
export function documentLabel(of: { prefix: string; fiscalYear: number; number: number }): string {
  return `${of.prefix}-${of.fiscalYear}-${String(of.number).padStart(6, '0')}`;
}
