type Json = Record<string, unknown>;
type Operation = {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: {
    name: string;
    in: string;
    required?: boolean;
    description?: string;
    schema?: Json & { description?: string; type?: string };
  }[];
  requestBody?: { content?: Record<string, { schema?: Json }> };
  responses?: Record<string, { content?: Record<string, { schema?: Json }> }>;
};
type Document = {
  info: { title: string; version: string; description?: string };
  paths?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Json> };
};

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font: 0.875rem/1.4 ui-monospace, monospace; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid #8884; border-radius: .375rem; }
details { border-bottom: 1px solid #8884; padding: .5rem 0; }
summary { cursor: pointer; }
summary b { display: inline-block; min-width: 4rem; }
td, th { text-align: left; padding: .125rem 1rem .125rem 0; vertical-align: top; }
nav a { margin-right: 1rem; }`;

/** The API to read: one page without scripts and without anything from elsewhere, made from the OpenAPI document. */
export function docsPage(document: Document): string {
  const operations = Object.entries(document.paths ?? {}).flatMap(([url, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ url, method: method.toUpperCase(), operation })),
  );
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags ?? ['other']))];
  const sections = tags.map(
    (tag) =>
      `<h2 id="${text(tag)}">${text(tag)}</h2>${operations
        .filter(({ operation }) => (operation.tags ?? ['other']).includes(tag))
        .map(({ url, method, operation }) => operationHtml(url, method, operation))
        .join('')}`,
  );
  const models = Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) =>
      `<details id="model-${text(name)}"><summary>${text(name)}</summary>${schemaHtml(schema)}</details>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${text(document.info.title)} API</title><style>${style}</style></head><body>
<h1>${text(document.info.title)} API <small>${text(document.info.version)}</small></h1>
<p>${text(document.info.description ?? '')}</p><p><a href="/api/v1/openapi.json">openapi.json</a></p>
<nav>${tags.map((tag) => `<a href="#${text(tag)}">${text(tag)}</a>`).join('')}<a href="#models">models</a></nav>
${sections.join('')}<h2 id="models">models</h2>${models.join('')}</body></html>`;
}

function operationHtml(url: string, method: string, operation: Operation): string {
  const rows = (operation.parameters ?? []).map(
    (one) =>
      `<tr><td><code>${text(one.name)}</code></td><td>${text(one.in)}${one.required === true ? ', required' : ''}</td><td>${text(one.description ?? one.schema?.description ?? one.schema?.type ?? '')}</td></tr>`,
  );
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  const answers = Object.entries(operation.responses ?? {}).filter(([status]) => status !== 'default');
  return `<details id="${text(operation.operationId ?? '')}"><summary><b>${method}</b> <code>${text(url)}</code> ${text(operation.summary ?? '')}</summary>
<p>${text(operation.description ?? '')}</p>${rows.length === 0 ? '' : `<table>${rows.join('')}</table>`}
${body === undefined ? '' : `<h4>Body</h4>${schemaHtml(body)}`}
${answers.map(([status, { content }]) => `<h4>${status}</h4>${schemaHtml(Object.values(content ?? {})[0]?.schema ?? {})}`).join('')}</details>`;
}

function schemaHtml(schema: Json): string {
  return `<pre>${text(JSON.stringify(schema, null, 2))}</pre>`;
}

function text(raw: string): string {
  return raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
