import { ID_KEYWORD, idPattern } from './ids.ts';
import { MODEL_KEYWORD } from './model.ts';
import type { RouteRow } from './route.ts';

type Json = Record<string, unknown>;
type Described = { schema?: Json; url: string; route: { config?: { row?: RouteRow; description?: string } } };

/** Adds to an operation what our routes have and schemas do not say: permission, key, how one signs in. */
export function describeOperation({ schema, url, route }: Described): { schema: Json; url: string } {
  const row = route.config?.row;
  if (row === undefined) return { schema: { ...schema, hide: true }, url };
  const open = row.permission === 'public';
  const permission = open
    ? ''
    : row.permission === 'signed_in'
      ? 'For everybody signed in.'
      : row.permission === 'with_key'
        ? 'For whoever sends a key.'
        : `Permission: \`${row.permission}\`.`;
  return {
    url,
    schema: {
      ...schema,
      description: [route.config?.description, permission].filter(Boolean).join('\n\n'),
      security: open ? [] : [{ bearer: [] }, { cookie: [] }],
      ...(row.idempotent
        ? {
            headers: {
              type: 'object',
              required: ['Idempotency-Key'],
              properties: { 'Idempotency-Key': { type: 'string', minLength: 1, maxLength: 200 } },
            },
          }
        : {}),
    },
  };
}

const problemModel: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'reason', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    reason: { type: 'string', description: 'snake_case, stable; programs look at this' },
    detail: { type: 'string' },
    requestId: { type: 'string' },
    fields: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
  additionalProperties: true,
};

/**
 * Moves every schema that has a model's name to `components.schemas`, writes id patterns out and gives each operation the problem as its
 * default answer. Throws when two different schemas have one name.
 */
export function hoistModels(document: object): Json {
  const models: Record<string, unknown> = { Problem: problemModel };
  const written = rewrite(document, models) as Json;
  for (const operations of Object.values((written['paths'] ?? {}) as Record<string, Record<string, Json>>)) {
    for (const operation of Object.values(operations)) {
      operation['responses'] = {
        ...(operation['responses'] as Json | undefined),
        default: {
          description: 'A problem',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      };
    }
  }
  return { ...written, components: { ...(written['components'] as Json | undefined), schemas: models } };
}

function rewrite(value: unknown, models: Record<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((one) => rewrite(one, models));
  if (typeof value !== 'object' || value === null) return value;
  const { [MODEL_KEYWORD]: name, [ID_KEYWORD]: prefix, ...rest } = value as Json;
  const written: Json = Object.fromEntries(Object.entries(rest).map(([key, one]) => [key, rewrite(one, models)]));
  if (typeof prefix === 'string') written['pattern'] = idPattern(prefix);
  if (typeof name !== 'string') return written;
  const known = models[name];
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(written))
    throw new Error(`Two different schemas are named ${name}.`);
  models[name] = written;
  return { $ref: `#/components/schemas/${name}` };
}
