import { assert } from '../kernel/assert.ts';
import type { BookRules, Draft } from '../kernel/draft.ts';

/** A gapless count of documents of one kind: per legal entity, scope (a register, a location, a channel or the entity) and fiscal year. */
export type Series = {
  readonly id: string;
  readonly key: string;
  readonly lastNumber: number;
  readonly version: number;
};

/**
 * Takes the next number. Numbers are taken inside the commit, so a refused or failed command leaves no gap. A till prints its numbers
 * itself: those of receipts that wait in quarantine are skipped (`skip`, how many) and stay theirs.
 */
export type SeriesChange = { readonly key: string; readonly skip?: number };

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
    lastNumber: (series?.lastNumber ?? 0) + 1 + (change.skip ?? 0),
    version: (series?.version ?? 0) + 1,
  }),
};

/** Takes a number: the series and the number that nobody else will get. `printed` is the one on a receipt that was handed over already. */
export function takeNumber(
  draft: Draft,
  key: string,
  printed?: number,
): { seriesId: string; number: number; fiscalYear: number } {
  const next = (draft.get(SERIES, key)?.lastNumber ?? 0) + 1;
  assert(printed === undefined || printed >= next, 'a printed number was taken before', { key, printed, next });
  const series = draft.change(
    SERIES,
    printed === undefined || printed === next ? { key } : { key, skip: printed - next },
  );
  return { seriesId: series.id, number: series.lastNumber, fiscalYear: Number(key.slice(key.lastIndexOf('|') + 1)) };
}

/** A number as it is printed: `S01-2026-000123`. Six digits at least; the seventh is not cut off. */
export function documentLabel(of: { prefix: string; fiscalYear: number; number: number }): string {
  return `${of.prefix}-${of.fiscalYear}-${String(of.number).padStart(6, '0')}`;
}
