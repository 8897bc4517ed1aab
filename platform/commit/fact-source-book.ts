import type { AppliedChange } from '../../src/kernel/draft.ts';
import {
  FACT_SOURCES,
  QUARANTINE,
  type FactSource,
  type FactTaken,
  type QuarantinedFact,
} from '../../src/kernel/fact-source.ts';
import { bigintArray, textArray, uuidArray } from '../db/arrays.ts';
import { loadSql } from '../db/pool.ts';
import { newAndOld, touchedStates } from './latest.ts';
import type { Query } from '../db/flight.ts';
import type { BookTable } from './postgres-store.ts';

const sql = loadSql(import.meta.url, './fact-source.sql', [
  'load_sources',
  'insert_sources',
  'update_sources',
  'insert_facts',
  'insert_quarantined',
]);

/** What was taken from each source, in PostgreSQL. Facts are unique by (source, counter) for ever: the primary key says so. */
export const factSourceTable: BookTable = {
  name: FACT_SOURCES.name,
  load: (keys) => [{ statement: sql.load_sources, values: [uuidArray(keys)] }],
  parse([rows]) {
    const sources = new Map<string, FactSource>();
    for (const row of rows as unknown as {
      source_id: string;
      last_counter: number;
      last_mac: string;
      version: number;
    }[]) {
      sources.set(row.source_id, {
        id: row.source_id,
        lastCounter: row.last_counter,
        lastMac: row.last_mac,
        version: row.version,
      });
    }
    return sources;
  },
  record(changes) {
    const { added, updated } = newAndOld(touchedStates<FactSource>(changes));
    const facts = changes as readonly AppliedChange<FactSource, FactTaken>[];
    const queries: Query[] = [
      {
        statement: sql.insert_facts,
        values: [
          uuidArray(facts.map(({ change }) => change.sourceId)),
          bigintArray(facts.map(({ change }) => change.counter)),
          bigintArray(facts.map(({ number }) => number)),
        ],
      },
    ];
    if (added.length > 0) {
      queries.push({
        statement: sql.insert_sources,
        values: [
          uuidArray(added.map((one) => one.id)),
          bigintArray(added.map((one) => one.lastCounter)),
          textArray(added.map((one) => one.lastMac)),
          bigintArray(added.map((one) => one.version)),
        ],
      });
    }
    if (updated.length > 0) {
      queries.push({
        statement: sql.update_sources,
        values: [
          uuidArray(updated.map(({ after }) => after.id)),
          bigintArray(updated.map(({ before }) => before.version)),
          bigintArray(updated.map(({ after }) => after.lastCounter)),
          textArray(updated.map(({ after }) => after.lastMac)),
          bigintArray(updated.map(({ after }) => after.version)),
          updated.length,
        ],
      });
    }
    return queries;
  },
};

/** Facts that could not be taken into the books, kept word for word. */
export const quarantineTable: BookTable = {
  name: QUARANTINE.name,
  record(changes, writes) {
    const facts = changes.map(({ change }) => change as QuarantinedFact);
    return [
      {
        statement: sql.insert_quarantined,
        values: [
          uuidArray(facts.map((one) => one.id)),
          uuidArray(facts.map((one) => one.sourceId)),
          bigintArray(facts.map((one) => one.counter)),
          uuidArray(facts.map((one) => one.locationId)),
          textArray(facts.map((one) => one.reason)),
          textArray(facts.map((one) => one.detail)),
          textArray(facts.map((one) => one.raw)),
          new Date(writes.recordedAt).toISOString(),
        ],
      },
    ];
  },
};
