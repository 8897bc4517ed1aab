import type { TSchema } from 'typebox';

/** The schema keyword that names a model. */
export const MODEL_KEYWORD = 'x-model';

/**
 * Gives a schema a name in OpenAPI, so that generated clients have one type for it. Schemas are otherwise used by value: the
 * name changes nothing about what is accepted.
 */
export function model<T extends TSchema>(name: string, schema: T): T {
  // TypeBox keeps its own marks in properties that are not enumerable, so the schema is extended in place.
  return Object.assign(schema, { [MODEL_KEYWORD]: name });
}
