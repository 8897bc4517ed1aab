import type { Example } from './docs.routes.ts';

type Schema = {
  type?: string;
  format?: string;
  pattern?: string;
  description?: string;
  $ref?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  items?: Schema;
  anyOf?: Schema[];
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
};
type Parameter = { name: string; in: string; required?: boolean; description?: string; schema?: Schema };
type Operation = {
  operationId?: string;
  summary?: string;
  description?: string;
  deprecated?: boolean;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: { content?: Record<string, { schema?: Schema }> };
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: Schema }> }>;
};
/** As much of an OpenAPI document as the page shows. */
export type Document = {
  info: { title: string; version: string; description?: string };
  paths?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
};
type Place = { readonly url: string; readonly method: string; readonly operation: Operation };

/** Tables within tables are shown this deep; what lies deeper is a model of its own or too odd for a table. */
const DEEPEST = 4;

/**
 * The API to read: one page, made from the OpenAPI document, without anything from elsewhere. It can be read without scripts; with them it can be
 * searched and its examples can be sent, as whoever is signed in or with a key.
 */
export function docsPage(document: Document, examples: Readonly<Record<string, Example>>): string {
  const places = Object.entries(document.paths ?? {}).flatMap(([url, methods]) =>
    Object.entries(methods).map(([method, operation]): Place => ({ url, method: method.toUpperCase(), operation })),
  );
  const tags = [...new Set(places.map(tagOf))].toSorted();
  const of = (tag: string): Place[] => places.filter((place) => tagOf(place) === tag);
  const { title, version } = document.info;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${text(title)} API</title><link rel="stylesheet" href="/api/docs/docs.css">
<script src="/api/docs/docs.js" defer></script></head><body>
<a class="skip" href="#main">To the documentation</a>
<header><h1>${text(title)} API <small>version ${text(version)}</small></h1>
<form role="search"><label for="search">Search</label><input id="search" type="search" autocomplete="off" placeholder="stock, orders, sku …" aria-describedby="found"><span id="found" role="status"></span></form></header>
<div class="frame"><nav aria-label="Operations"><details open><summary>Operations</summary>
<ul class="top"><li><a href="#start">How to begin</a></li><li><a href="#models">Models</a></li></ul>
${tags.map((tag) => `<div><h2>${text(tag)}</h2><ul>${of(tag).map(linkHtml).join('')}</ul></div>`).join('')}</details></nav>
<main id="main" tabindex="-1">${startHtml(document)}
${tags
  .map(
    (tag) =>
      `<section aria-labelledby="tag-${text(tag)}"><h2 id="tag-${text(tag)}">${text(tag)}</h2>${of(tag)
        .map((place) => operationHtml(place, examples))
        .join('')}</section>`,
  )
  .join('')}
<section aria-labelledby="models"><h2 id="models">Models</h2>${modelsHtml(document)}</section></main></div></body></html>`;
}

function tagOf({ operation }: Place): string {
  return operation.tags?.[0] ?? 'other';
}

function linkHtml({ method, operation }: Place): string {
  return `<li data-find="${text(operation.operationId ?? '')}"><a href="#${text(operation.operationId ?? '')}"><span class="method ${method.toLowerCase()}">${method}</span> ${text(operation.summary ?? '')}</a></li>`;
}

/** What holds for every operation. */
function startHtml({ info }: Document): string {
  const rows: readonly (readonly [string, string])[] = [
    [
      'Who asks',
      'Send <code>Authorization: Bearer osk_…</code>. Keys are made in the office under API keys; each has permissions, places and an end. Browsers of people who are signed in send their session by themselves.',
    ],
    [
      'Trying things out',
      'A sandbox key (<code>oss_…</code>) works on a copy of the demo retailer with its own books. Nothing it does is seen by the real ones. Many operations also take <code>?preview=true</code>: the same answer, and nothing is done.',
    ],
    [
      'Doing things once',
      'Whatever changes something takes an <code>Idempotency-Key</code>, a new one for each thing you want done. When an answer is lost, send the same request with the same key: it gives the first answer and does nothing.',
    ],
    [
      'When the answer is no',
      'Errors are <code>application/problem+json</code>. <code>reason</code> is stable and for programs, <code>detail</code> is for people, and the numbers that explain a refusal come along.',
    ],
    ['Lists', 'Send <code>after</code> = <code>next</code> of the page before, until <code>next</code> is null.'],
    [
      'How much',
      'Each key has a limit of its own; <code>RateLimit</code> and <code>RateLimit-Policy</code> say how much is left. Beyond it the answer is 429, and <code>Retry-After</code> says in how many seconds to come back.',
    ],
    [
      'Versions',
      'The version is part of the address. Within one version fields and operations are added, never taken away or changed in meaning: ignore what you do not know. What is on its way out is answered with <code>Deprecation</code> (since when), <code>Sunset</code> (until when, at least a year later) and a <code>Link</code> to what comes after it.',
    ],
    [
      'Money, amounts, time',
      'Money is whole minor units with a currency, quantities are whole base units, instants are RFC 3339 and ids have a prefix that says what they are of.',
    ],
  ];
  return `<section id="start" aria-labelledby="start-title"><h2 id="start-title">How to begin</h2><p>${text(info.description ?? '')}</p>
<dl>${rows.map(([term, told]) => `<dt>${term}</dt><dd>${told}</dd>`).join('')}</dl>
<p>The same for programs: <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<div class="caller" hidden><p>Examples are sent as <strong id="who" role="status">nobody</strong>.</p>
<label for="key">Or with this key, which stays on this page</label> <input id="key" type="password" autocomplete="off" spellcheck="false" placeholder="osk_…"></div></section>`;
}

function operationHtml({ url, method, operation }: Place, examples: Readonly<Record<string, Example>>): string {
  const id = text(operation.operationId ?? '');
  const parameters = (operation.parameters ?? []).filter((one) => one.in !== 'header');
  const body = schemaIn(operation.requestBody);
  const answers = Object.entries(operation.responses ?? {}).filter(([status]) => status !== 'default');
  const words = [operation.operationId, url, operation.summary, operation.description].join(' ').toLowerCase();
  const example = examples[operation.operationId ?? ''];
  return `<details class="operation" id="${id}" data-words="${text(words)}"><summary><h3><span class="method ${method.toLowerCase()}">${method}</span> <code>${text(url)}</code> <span class="what">${text(operation.summary ?? '')}</span>${operation.deprecated === true ? ' <em>on its way out</em>' : ''}</h3></summary>
${paragraphs(operation.description ?? '')}
${parameters.length === 0 ? '' : `<h4>In the address</h4>${tableHtml(parameters.map(({ name, required, schema = {}, description }) => ({ name, required: required === true, schema: description === undefined ? schema : { ...schema, description } })))}`}
${body === undefined ? '' : `<h4>Body</h4>${schemaHtml(body)}`}
${answers.map(([status, answer]) => `<h4>Answer ${text(status)}</h4>${answerHtml(schemaIn(answer))}`).join('')}
${example === undefined ? '' : exampleHtml(id, method, example)}</details>`;
}

function exampleHtml(id: string, method: string, example: Example): string {
  const body =
    example.body === undefined
      ? ''
      : `<label for="body-${id}">Body</label><textarea id="body-${id}" name="body" spellcheck="false" rows="${Math.min(24, JSON.stringify(example.body, undefined, 2).split('\n').length)}">${text(JSON.stringify(example.body, undefined, 2))}</textarea>`;
  const preview = example.preview
    ? `<button type="submit" value="preview">Preview</button> <button type="submit" value="send" class="second">Send for real</button>`
    : `<button type="submit" value="send">Send</button>`;
  return `<form class="example" data-method="${method}"><h4>Example</h4>
<label for="path-${id}">${method} /api/v1</label><input id="path-${id}" name="path" spellcheck="false" value="${text(example.path)}">
${body}<p class="buttons" hidden>${preview} <button type="button" value="curl" class="second">Copy as curl</button></p><div class="told" role="status"></div></form>`;
}

function schemaIn(part: { content?: Record<string, { schema?: Schema }> } | undefined): Schema | undefined {
  return Object.values(part?.content ?? {})[0]?.schema;
}

function answerHtml(schema: Schema | undefined): string {
  return schema === undefined || schema.type === 'null' ? '<p>Without content.</p>' : schemaHtml(schema);
}

function modelsHtml({ components }: Document): string {
  return Object.entries(components?.schemas ?? {})
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(
      ([name, schema]) =>
        `<details class="model" id="model-${text(name)}" data-words="${text(name.toLowerCase())}"><summary><h3>${text(name)}</h3></summary>${schemaHtml(schema)}</details>`,
    )
    .join('');
}

function schemaHtml(schema: Schema, depth = 0): string {
  const { properties } = schema;
  if (properties === undefined || Object.keys(properties).length === 0)
    return `<p class="type">${typeHtml(schema)}${noteHtml(schema)}</p>${innerHtml(schema, depth)}`;
  const required = schema.required ?? [];
  const rows = Object.entries(properties).map(([name, one]) => ({
    name,
    required: required.includes(name),
    schema: one,
  }));
  return tableHtml(rows, depth);
}

type Row = { readonly name: string; readonly required: boolean; readonly schema: Schema };

function tableHtml(rows: readonly Row[], depth = 0): string {
  const lines = rows.map(
    ({ name, required, schema }) =>
      `<tr><th scope="row"><code>${text(name)}</code>${required ? '' : ' <small>optional</small>'}</th><td class="type">${typeHtml(schema)}</td><td>${noteHtml(schema)}${innerHtml(schema, depth)}</td></tr>`,
  );
  return `<div class="wide" tabindex="0" role="group" aria-label="Fields"><table><thead><tr><th scope="col">Field</th><th scope="col">Type</th><th scope="col">What it is</th></tr></thead><tbody>${lines.join('')}</tbody></table></div>`;
}

/** The fields of what stands inside a field. */
function innerHtml(schema: Schema, depth: number): string {
  const inner = insideOf(schema);
  return inner.length === 0 || depth >= DEEPEST ? '' : inner.map((one) => schemaHtml(one, depth + 1)).join('');
}

function insideOf(schema: Schema): Schema[] {
  if (schema.items !== undefined)
    return schema.items.properties === undefined ? insideOf(schema.items) : [schema.items];
  if (schema.anyOf !== undefined)
    return schema.anyOf.flatMap((one) => (one.properties === undefined ? insideOf(one) : [one]));
  if (schema.properties !== undefined && Object.keys(schema.properties).length > 0) return [schema];
  const more = schema.additionalProperties;
  return typeof more === 'object' && more.properties !== undefined ? [more] : [];
}

function typeHtml(schema: Schema): string {
  const { $ref, anyOf, enum: values, items, type } = schema;
  if ($ref !== undefined) {
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    return `<a href="#model-${text(name)}">${text(name)}</a>`;
  }
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeHtml))].join(' or ');
  if (schema.const !== undefined) return `<code>${text(JSON.stringify(schema.const))}</code>`;
  if (values !== undefined) return values.map((one) => `<code>${text(JSON.stringify(one))}</code>`).join(' or ');
  const id = /^\^([a-z]{3})_\[0-7\]/.exec(schema.pattern ?? '');
  if (id !== null) return `id <code>${id[1]}_…</code>`;
  if (items !== undefined) return `list of ${typeHtml(items)}`;
  if (type === 'object' && typeof schema.additionalProperties === 'object')
    return `map to ${typeHtml(schema.additionalProperties)}`;
  return text([type ?? 'anything', schema.format].filter((one) => one !== undefined).join(', '));
}

function noteHtml(schema: Schema): string {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
  const bounds = [
    range(minimum, maximum, ''),
    range(minLength, maxLength, ' characters'),
    range(minItems, maxItems, ' entries'),
    schema.default === undefined ? '' : `${JSON.stringify(schema.default)} unless told`,
  ].filter((one) => one !== '');
  const told = [schema.description ?? '', ...bounds].filter((one) => one !== '');
  return told.map((one) => code(one)).join(' <span aria-hidden="true">·</span> ');
}

function range(from: number | undefined, to: number | undefined, unit: string): string {
  if (from === undefined && to === undefined) return '';
  if (from === undefined) return `at most ${to}${unit}`;
  if (to === undefined) return from === 0 || from === 1 ? '' : `at least ${from}${unit}`;
  return `${from} to ${to}${unit}`;
}

function paragraphs(raw: string): string {
  return raw
    .split('\n\n')
    .filter((one) => one !== '')
    .map((one) => `<p>${code(one)}</p>`)
    .join('');
}

/** Text with `code` in it. */
function code(raw: string): string {
  return text(raw).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

function text(raw: string): string {
  return raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
