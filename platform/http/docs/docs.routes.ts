import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Api } from '../app.ts';
import { docsPage, type Document } from './docs-page.ts';

/**
 * A request that fits an operation: the address below /api/v1 and the body. `{{name}}` in it stands for something of the reader's own, which
 * the page looks up by a {@link Finder} before it sends the example.
 */
export type Example = { readonly path: string; readonly body?: unknown; readonly preview: boolean };

/**
 * Where the page finds what `{{name}}` stands for: the first row of a list that has these fields, and one field of it. Other names may stand
 * in the address and in `where`.
 */
export type Finder = {
  readonly path: string;
  readonly where?: Readonly<Record<string, string>>;
  readonly field: string;
};

/** What stands in the documentation besides what the routes say of themselves. */
export type Examples = {
  readonly byOperation: Readonly<Record<string, Example>>;
  readonly finders: Readonly<Record<string, Finder>>;
};

const assets = [
  ['docs.css', 'text/css; charset=utf-8'],
  ['docs.js', 'text/javascript; charset=utf-8'],
] as const;

/** GET /api/openapi.json, and /api/docs for people. Both are made once, from the routes that are there when they are first asked for. */
export function addDocs(app: Api, examplesOf: (rows: Api['routeTable']) => Examples): void {
  const hidden = { schema: { hide: true }, compress: {} } as never;
  let document: string | undefined;
  let page: string | undefined;
  let examples: Examples | undefined;
  const shown = (): Examples => (examples ??= examplesOf(app.routeTable));
  app.get('/api/openapi.json', hidden, (_request, reply) => {
    document ??= JSON.stringify(app.swagger());
    return reply.type('application/json; charset=utf-8').send(document);
  });
  app.get('/api/docs', hidden, (_request, reply) => {
    page ??= docsPage(app.swagger() as unknown as Document, shown().byOperation);
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page);
  });
  app.get('/api/docs/finders.json', hidden, (_request, reply) =>
    reply
      .type('application/json; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(JSON.stringify(shown().finders)),
  );
  for (const [name, type] of assets) {
    const content = readFileSync(join(import.meta.dirname, name), 'utf8');
    app.get(`/api/docs/${name}`, hidden, (_request, reply) =>
      reply.type(type).header('cache-control', 'no-cache').send(content),
    );
  }
}
