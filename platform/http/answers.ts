import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { ID_KEYWORD, isIdText } from './ids.ts';
import type { FieldProblem } from './problem.ts';

/** How an answer differs from the schema of its status; empty when it fits or has no schema. For tests: it walks the whole value. */
export function checkAnswer(response: unknown, status: number, answer: unknown): string[] {
  const schema = (response as Record<number, TSchema> | undefined)?.[status];
  if (schema === undefined || answer === null || typeof answer !== 'object') return [];
  // As the reader will get it: dates are text, undefined is absent.
  const value: unknown = JSON.parse(JSON.stringify(answer));
  const misfits = [...Value.Errors(schema, value)].map(({ instancePath, message }) => `${instancePath} ${message}`);
  return [
    ...misfits,
    ...idFaults(schema as Record<string, unknown>, value, isIdText).map(({ path, message }) => `${path} ${message}`),
  ].slice(0, 10);
}

/** Where a value has no id although its schema wants one. `isId` says what passes for an id of a prefix. */
export function idFaults(
  schema: Record<string, unknown>,
  value: unknown,
  isId: (prefix: string, text: string) => boolean,
  path = '',
): FieldProblem[] {
  const prefix = schema[ID_KEYWORD];
  if (typeof prefix === 'string') {
    return typeof value === 'string' && !isId(prefix, value)
      ? [{ path, message: `must be an id like ${prefix}_…` }]
      : [];
  }
  const branches = schema['anyOf'] as Record<string, unknown>[] | undefined;
  if (branches !== undefined) {
    const fitting = branches.filter((branch) => Value.Check(branch as TSchema, value));
    const faults = fitting.map((branch) => idFaults(branch, value, isId, path));
    return faults.find((found) => found.length === 0) ?? faults[0] ?? [];
  }
  if (Array.isArray(value)) {
    const items = schema['items'] as Record<string, unknown> | undefined;
    return items === undefined ? [] : value.flatMap((one, at) => idFaults(items, one, isId, `${path}/${at}`));
  }
  if (typeof value !== 'object' || value === null) return [];
  const properties = (schema['properties'] ?? {}) as Record<string, Record<string, unknown>>;
  return Object.entries(value).flatMap(([name, one]) => {
    const inner = properties[name];
    return inner === undefined ? [] : idFaults(inner, one, isId, `${path}/${name}`);
  });
}
