import { PassThrough, Readable } from 'node:stream';
import { resolve } from 'node:path';
import { Type } from 'typebox';
import { createPool, quoteIdentifier } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { route } from '../../../platform/http/route.ts';
import { EXPORT_KINDS, type ExportKind } from './csv.ts';

/** What the routes of the export need. `url` is a direct connection to the database. */
export type ExportRouteDeps = {
  readonly url: string;
  readonly schema: string;
  readonly version: string;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
};

const tags = ['exports'];
const migrations = resolve(import.meta.dirname, '../../../db/migrations');

/** GET /exports/csv/{kind} and GET /exports/archive: everything, for whoever leaves or looks into it elsewhere. */
export function registerExportRoutes(app: Api, deps: ExportRouteDeps): void {
  route(app, {
    method: 'GET',
    url: '/exports/csv/:kind',
    operationId: 'exportCsv',
    summary: 'Everything of one kind as CSV',
    description: 'Texts that a spreadsheet would run as a formula have an apostrophe in front.',
    tags,
    permission: 'system:manage',
    scope: 'none',
    schema: {
      params: Type.Object({ kind: Type.Unsafe<ExportKind>(Type.String({ enum: [...EXPORT_KINDS] })) }),
      response: { 200: Type.String({ description: 'text/csv' }) },
    },
    handler({ params }, reply) {
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${params.kind}.csv"`)
        .send(Readable.from(csvPieces(deps, params.kind)));
    },
  });

  route(app, {
    method: 'GET',
    url: '/exports/archive',
    operationId: 'exportArchive',
    summary: 'Everything as one archive that another installation can take in',
    description: 'A tar archive packed with gzip: JSON lines by table, and a manifest with checksums at the end.',
    tags,
    permission: 'system:manage',
    scope: 'none',
    schema: { response: { 200: Type.String({ description: 'application/gzip' }) } },
    async handler(_request, reply) {
      // Loaded with the first one: nobody needs them while the program runs.
      const [{ writeArchive }, { readFigures }, { LEFT_OUT }] = await Promise.all([
        import('../../../platform/archive/write-archive.ts'),
        import('../backup/books.ts'),
        import('./left-out.ts'),
      ]);
      const to = new PassThrough();
      const { url, schema, version } = deps;
      writeArchive({
        url,
        schema,
        version,
        migrations,
        now: deps.now(),
        leftOut: LEFT_OUT,
        figures: readFigures,
        to,
      }).catch((error: unknown) => {
        deps.onError(error);
        // Who receives it must see that it is not whole.
        to.destroy(error as Error);
      });
      return reply
        .header('content-type', 'application/gzip')
        .header('content-disposition', 'attachment; filename="oneshelf.tar.gz"')
        .send(to);
    },
  });
}

/** A connection of its own: who fetches slowly must not hold one that tills wait for. */
async function* csvPieces({ url, schema }: ExportRouteDeps, kind: ExportKind): AsyncGenerator<string> {
  const { csvOf } = await import('./csv.ts');
  const pool = createPool({ url, max: 1, applicationName: 'oneshelf export' });
  try {
    const client = await pool.connect();
    try {
      await client.query(
        `begin isolation level repeatable read read only; set local statement_timeout = 0; set local search_path = ${quoteIdentifier(schema)}, public`,
      );
      yield* csvOf(client, kind);
      await client.query('commit');
    } finally {
      client.release(true);
    }
  } finally {
    await pool.end();
  }
}
