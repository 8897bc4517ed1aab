import { readFileSync } from 'node:fs';
import type pg from 'pg';
import { bodyHash, keyHash } from '../platform/commit/hash.ts';
import { bigintArray, integerArray, uuidArray } from '../platform/db/arrays.ts';
import { createPool, type Pool } from '../platform/db/pool.ts';
import { BENCH_PRINCIPAL, type BenchSale } from './sales.ts';

/** What our own sales are measured against: bench_sale (baseline.sql), a whole sale in one call and one transaction. */
export type Baseline = { sell(sale: BenchSale): Promise<number>; close(): Promise<void> };

const TEXT = `select bench_sale(${Array.from({ length: 24 }, (_, i) => `$${i + 1}`).join(', ')}) as number`;

/** Makes (or replaces) the function in a database. */
export async function installBaseline(pool: Pool, schema: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(
      `begin; set local search_path = ${schema}; ${readFileSync(new URL('./baseline.sql', import.meta.url), 'utf8')}; commit`,
    );
  } finally {
    client.release();
  }
}

/** Opens the baseline with a number of connections. The driver is ours, the statement is named, the plans are kept. */
export function openBaseline(url: string, schema: string, connections: number): Baseline {
  const settings = `-c search_path=${schema} -c plan_cache_mode=force_generic_plan -c timezone=UTC`;
  const own = new URL(url);
  own.searchParams.set('options', settings);
  // The driver reads %20 as a space and + as itself.
  const pool = createPool({
    url: own.href.replaceAll('+', '%20'),
    max: connections,
    applicationName: 'oneshelf bench baseline',
  });
  return {
    async sell(sale) {
      const result: pg.QueryResult<{ number: number }> = await pool.query({
        name: 'bench_sale',
        text: TEXT,
        values: argumentsOf(sale),
      });
      return (result.rows[0] as { number: number }).number;
    },
    close: () => pool.end(),
  };
}

function argumentsOf({ key, command, at }: BenchSale): unknown[] {
  const { lines, terms, tenders, series } = command;
  const tender = tenders[0] as (typeof tenders)[number];
  return [
    keyHash(BENCH_PRINCIPAL, key),
    bodyHash('RecordSale', command),
    BENCH_PRINCIPAL,
    command.orderId,
    tender.paymentId,
    command.entityId,
    lines[0]?.goods?.costKey?.slice(0, 36),
    command.locationId,
    command.channelId,
    terms.currency,
    new Date(at).toISOString(),
    command.businessDay,
    Number(series.key.slice(-4)),
    series.prefix,
    new Date().toISOString(),
    uuidArray(lines.map((line) => line.skuId)),
    bigintArray(lines.map((line) => line.quantity)),
    bigintArray(lines.map((line) => line.unitAmount)),
    integerArray(lines.map((line) => line.taxPpm)),
    bigintArray(lines.map((line) => line.netMinor)),
    bigintArray(lines.map((line) => line.taxMinor)),
    bigintArray(lines.map((line) => line.grossMinor)),
    tender.feeMinor,
    tender.providerRef,
  ];
}
