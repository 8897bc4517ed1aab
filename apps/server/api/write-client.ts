type Schema = {
  readonly type?: string;
  readonly description?: string;
  readonly $ref?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
};
type Content = { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
type Operation = {
  readonly operationId: string;
  readonly summary?: string;
  readonly deprecated?: boolean;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema?: Schema;
  }[];
  readonly requestBody?: Content;
  readonly responses?: Readonly<Record<string, Content>>;
};

/** As much of an OpenAPI document as the client is made from. */
export type ClientDocument = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

/**
 * The types of the TypeScript client as a file: the models, what each operation takes and gives, and where it is. Written by ourselves because our
 * schemas use a dozen words of JSON Schema; the generators there are bring a compiler along.
 */
export function writeClient({ paths, components }: ClientDocument): string {
  const operations = Object.entries(paths)
    .flatMap(([url, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ url, method: method.toUpperCase(), operation })),
    )
    .toSorted((one, other) => (one.operation.operationId < other.operation.operationId ? -1 : 1));
  const models = Object.entries(components.schemas)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, schema]) => `${told(schema.description)}export type ${name} = ${typeOf(schema)};`);
  const types = operations.map(
    ({ operation }) =>
      `${told(operation.summary, operation.deprecated)}readonly ${operation.operationId}: ${operationType(operation)};`,
  );
  const addresses = operations.map(
    ({ url, method, operation }) => `${operation.operationId}: ['${method}', '${url}'],`,
  );
  return `// Made from the OpenAPI document by \`npm test -- apps/server/api/openapi.test.ts -u\`. Change the routes, not this file.

${models.join('\n\n')}

/** What each operation takes and gives. */
export type Operations = {
${types.join('\n')}
};

/** Where each operation is. */
export const ADDRESSES = {
${addresses.join('\n')}
} as const;
`;
}

function operationType({ parameters = [], requestBody, responses = {} }: Operation): string {
  const of = (where: string): string => {
    const fields = parameters.filter((one) => one.in === where);
    if (fields.length === 0) return 'undefined';
    return `{ ${fields.map(({ name, required, schema }) => `readonly ${quoted(name)}${required === true ? '' : '?'}: ${typeOf(schema ?? {})};`).join(' ')} }`;
  };
  const body = schemaIn(requestBody);
  const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
  const answers = good.map(([, answer]) => {
    const schema = schemaIn(answer);
    return schema === undefined || schema.type === 'null' ? 'undefined' : typeOf(schema);
  });
  const answer = [...new Set(answers)].join(' | ');
  return `{ readonly params: ${of('path')}; readonly query: ${of('query')}; readonly body: ${body === undefined ? 'undefined' : typeOf(body)}; readonly answer: ${answer === '' ? 'undefined' : answer} }`;
}

function schemaIn(part: Content | undefined): Schema | undefined {
  return Object.values(part?.content ?? {})[0]?.schema;
}

function typeOf(schema: Schema): string {
  const { $ref, anyOf, items, properties, additionalProperties } = schema;
  if ($ref !== undefined) return $ref.slice($ref.lastIndexOf('/') + 1);
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeOf))].join(' | ');
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ');
  switch (schema.type) {
    case 'array':
      return `readonly (${typeOf(items ?? {})})[]`;
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    case 'integer':
    case 'number':
      return 'number';
    case 'object':
      return objectType(properties ?? {}, schema.required ?? [], additionalProperties);
    default:
      return 'unknown';
  }
}

function objectType(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[],
  more: Schema | boolean | undefined,
): string {
  const fields = Object.entries(properties);
  if (fields.length === 0)
    return `Readonly<Record<string, ${typeof more === 'object' ? typeOf(more) : more === false ? 'never' : 'unknown'}>>`;
  const lines = fields.map(
    ([name, schema]) =>
      `${told(schema.description)}readonly ${quoted(name)}${required.includes(name) ? '' : '?'}: ${typeOf(schema)};`,
  );
  const open = more === true ? ' & Readonly<Record<string, unknown>>' : '';
  return `{\n${lines.join('\n')}\n}${open}`;
}

function literal(value: unknown): string {
  return typeof value === 'string'
    ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
    : JSON.stringify(value);
}

function quoted(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`;
}

function told(words: string | undefined, deprecated = false): string {
  const text = [words, deprecated ? '@deprecated' : undefined].filter((one) => one !== undefined).join(' ');
  return text === '' ? '' : `/** ${text.replaceAll('*/', '* /').replaceAll('\n', ' ')} */\n`;
}
