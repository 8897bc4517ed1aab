/* oxlint-disable typescript/no-unsafe-argument -- answers are looked into as they came */
import fc from 'fast-check';
import type { Sample } from './operations.ts';

/** A piece of OpenAPI or JSON Schema, looked into as it comes. */
export type Schema = { readonly [name: string]: unknown };

/** A request that may be nonsense. `touched` is the JSON pointer of what was changed in a fitting one, undefined when all of it was made up. */
export type OddRequest = {
  readonly path: string;
  readonly body?: unknown;
  readonly raw?: string;
  readonly type?: string;
  readonly touched?: string;
  readonly how: string;
};

const TEXTS = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'x\udc00y',
  '\u202eabc\u202c',
  'שלום عالم',
  'e\u0301\u0301\u0301',
  '👩‍👩‍👧‍👦',
  '\ufeff',
  '\u2028',
  '\r\n',
  'x'.repeat(5_000),
  '\u0000'.repeat(20),
  `'; drop table platform_event; --`,
  '%',
  '_',
  '\\',
  '%s%n',
  '../../etc/passwd',
  '${7*7}',
  '<script>',
  '__proto__',
  'constructor',
  'null',
  'true',
  '1',
  '-1',
  'NaN',
  '1e999',
  '0x10',
  '2024-02-30',
  '0000-01-01',
  '9999-12-31',
  '-000001-01-01',
  '2024-01-01T00:00:60Z',
  '2024-01-01T24:00:00Z',
  '9999-12-31T23:59:59.999999999+23:59',
  '0001-01-01T00:00:00Z',
  '12:00',
  '01999c2f-0000-7000-8000-0000000000aa',
  'ord_00000000000000000000000000',
  'ORD_00000000000000000000000000',
  'ord_zzzzzzzzzzzzzzzzzzzzzzzzzz',
  'loc_7zzzzzzzzzzzzzzzzzzzzzzzzz',
  'EUR',
  'XXX',
  'JPY',
  'eur',
  '4006381333932',
  '0.000000000001',
  '999999999999.999999999999',
  '0',
];
const NUMBERS = [
  0,
  -0,
  -1,
  1,
  1.5,
  -1.5,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 53,
  2 ** 53 + 2,
  -(2 ** 53),
  1e12,
  1e15,
  1e18,
  1e21,
  1e308,
  -1e308,
  5e-324,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
];
const THINGS = [
  null,
  true,
  false,
  [],
  {},
  [[]],
  [null],
  { a: 1 },
  { length: 3 },
  { toString: 1 },
  JSON.parse('{"__proto__":{"polluted":true}}'),
  Array.from({ length: 600 }, () => 0),
  nested(40),
];

/** Values that somebody careless or hostile sends. `ids`: real ones of every kind, so that wrong kinds and right kinds of other places are among them. */
export function oddValue(ids: readonly string[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<unknown>(...TEXTS) },
    { weight: 3, arbitrary: fc.constantFrom<unknown>(...NUMBERS) },
    { weight: 2, arbitrary: fc.constantFrom<unknown>(...THINGS) },
    { weight: 2, arbitrary: fc.constantFrom<unknown>(...ids) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 50 }) },
    { weight: 1, arbitrary: fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as unknown) },
  );
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let at = 0; at < depth; at += 1) value = at % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Fitting requests with one thing changed: a value replaced, taken away or added, in the body, the query or the path. */
export function changedRequest(sample: Sample, ids: readonly string[]): fc.Arbitrary<OddRequest> {
  const odd = oddValue(ids);
  const [address = '', query = ''] = sample.path.split('?');
  const ofQuery = fc
    .tuple(
      fc.constantFrom(...new URLSearchParams(query).keys(), 'limit', 'after', 'search', 'nobody', 'preview'),
      odd,
      fc.constantFrom('set', 'twice', 'bare', 'broken'),
    )
    .map(([name, value, how]): OddRequest => {
      const search = new URLSearchParams(query);
      search.delete(name);
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      const given =
        how === 'twice'
          ? `${name}=1&${name}=${escaped(text)}`
          : how === 'bare'
            ? name
            : how === 'broken'
              ? `${name}=%E0%A4%A`
              : `${name}=${escaped(text)}`;
      return {
        ...sample,
        path: `${address}?${[search.toString(), given].filter(Boolean).join('&')}`,
        how: `query ${given.slice(0, 100)}`,
      };
    });
  const places = address.split('/').flatMap((part, at) => (/^[a-z]{3}_/.test(part) ? [at] : []));
  const ofPath = fc
    .tuple(
      fc.constantFrom(0, ...places).filter((at) => at > 0),
      odd,
    )
    .map(([at, value]): OddRequest => {
      const text = escaped(typeof value === 'string' ? value : JSON.stringify(value)) || 'x';
      const path = address
        .split('/')
        .map((part, index) => (index === at ? text : part))
        .join('/');
      return { ...sample, path: query === '' ? path : `${path}?${query}`, how: `path ${text.slice(0, 100)}` };
    });
  const spots = sample.body === undefined ? [] : spotsIn(sample.body);
  const ofBody = fc
    .tuple(
      fc.constantFrom<readonly string[]>([], ...spots),
      odd,
      fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add'),
    )
    .map(([spot, value, how]): OddRequest => {
      const touched = how === 'add' ? [...spot, 'unheardOf'] : spot;
      return {
        ...sample,
        body: withChange(sample.body, touched, how === 'remove' ? undefined : value),
        touched: `/${touched.join('/')}`,
        how,
      };
    });
  return fc.oneof(
    ...(spots.length > 0 ? [{ weight: 6, arbitrary: ofBody }] : []),
    ...(places.length > 0 ? [{ weight: 2, arbitrary: ofPath }] : []),
    { weight: sample.body === undefined ? 5 : 1, arbitrary: ofQuery },
  );
}

/** What databases and other programs choke on, in every text of a request and in every parameter of its address, one at a time. */
export function everyTextOdd(sample: Sample): OddRequest[] {
  const odd = ['a\u0000b', 'x\ud800', '\udfff', 'x'.repeat(30_000)];
  const bodies = spotsIn(sample.body)
    .filter((spot) => typeof valueAt(sample.body, spot) === 'string')
    .flatMap((spot) =>
      odd.map((text): OddRequest => ({
        ...sample,
        body: withChange(sample.body, spot, text),
        touched: `/${spot.join('/')}`,
        how: `text ${text.length} long`,
      })),
    );
  const [address = '', query = ''] = sample.path.split('?');
  const queries = [...new URLSearchParams(query).keys(), 'after'].flatMap((name) =>
    [
      'a%00b',
      '%ED%A0%80',
      Buffer.from('["a\\u0000b","01999c2f-0000-7000-8000-0000000000aa"]').toString('base64url'),
      Buffer.from('["a","------------------------------------"]').toString('base64url'),
      'x'.repeat(9_000),
    ].map((text): OddRequest => {
      const search = new URLSearchParams(query);
      search.delete(name);
      return {
        ...sample,
        path: `${address}?${[search.toString(), `${name}=${text}`].filter(Boolean).join('&')}`,
        how: `query ${name}=${text.slice(0, 60)}`,
      };
    }),
  );
  return [...bodies, ...queries];
}

function valueAt(value: unknown, [name, ...rest]: readonly string[]): unknown {
  return name === undefined
    ? value
    : typeof value === 'object' && value !== null
      ? valueAt((value as Record<string, unknown>)[name], rest)
      : undefined;
}

/** As encodeURIComponent, which refuses half a surrogate pair. */
function escaped(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '?'));
}

/** Every place in a JSON value, the whole of it too. */
function spotsIn(value: unknown, at: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([name, inner]) => spotsIn(inner, [...at, name]))];
}

function withChange(value: unknown, [name, ...rest]: readonly string[], to: unknown): unknown {
  if (name === undefined) return to;
  if (Array.isArray(value))
    return value.flatMap((inner: unknown, at) =>
      String(at) !== name ? [inner] : rest.length === 0 && to === undefined ? [] : [withChange(inner, rest, to)],
    );
  if (typeof value !== 'object' || value === null) return value;
  const { [name]: old, ...others } = value as Record<string, unknown>;
  const changed = withChange(old, rest, to);
  return changed === undefined ? others : { ...others, [name]: changed };
}

/** Bodies that are no JSON, not the JSON that is wanted, or far too much of it. */
export function brokenBodies(path: string): OddRequest[] {
  const json = 'application/json';
  const bodies: readonly (readonly [how: string, raw: string, type: string])[] = [
    ['empty', '', json],
    ['cut off', '{"a":', json],
    ['comma', '{"a":1,}', json],
    ['single quotes', `{'a':1}`, json],
    ['NaN', '{"a":NaN}', json],
    ['byte order mark', '\ufeff{}', json],
    ['null', 'null', json],
    ['a number', '1', json],
    ['a text', '"x"', json],
    ['a list', '[]', json],
    ['nothing in it', '{}', json],
    ['prototype', '{"__proto__":{"a":1}}', json],
    ['constructor', '{"constructor":{"prototype":{"a":1}}}', json],
    ['deep', '['.repeat(100_000), json],
    ['deep and closed', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`, json],
    ['a form', 'a=1', 'application/x-www-form-urlencoded'],
    ['plain text', 'hello', 'text/plain'],
    ['xml', '<a/>', 'application/xml'],
    ['no type of body', '{}', 'nonsense'],
    ['another charset', '{}', 'application/json; charset=utf-16'],
  ];
  return bodies.map(([how, raw, type]) => ({ path, raw, type, how }));
}

/** Values that a schema allows, most of the time: made from what OpenAPI says, with real ids of the right kind. */
export function fittingValue(schema: Schema, idsOf: (prefix: string) => readonly string[]): fc.Arbitrary<unknown> {
  const { type, pattern, format, anyOf, properties, items } = schema as {
    type?: string;
    pattern?: string;
    format?: string;
    anyOf?: Schema[];
    properties?: Record<string, Schema>;
    items?: Schema;
  };
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom<unknown>(...(schema['enum'] as unknown[]));
  if (anyOf !== undefined) return fc.oneof(...anyOf.map((one) => fittingValue(one, idsOf)));
  const number = (name: string, otherwise: number): number =>
    typeof schema[name] === 'number' ? schema[name] : otherwise;
  switch (type) {
    case 'object': {
      const required = new Set((schema['required'] ?? []) as string[]);
      const fields = Object.entries(properties ?? {}).map(([name, one]) => [name, fittingValue(one, idsOf)] as const);
      const present = fields.filter(([name]) => required.has(name)).map(([name]) => name);
      return fc.record(Object.fromEntries(fields), { requiredKeys: present });
    }
    case 'array':
      return fc.array(items === undefined ? fc.jsonValue({ maxDepth: 2 }) : fittingValue(items, idsOf), {
        minLength: number('minItems', 0),
        maxLength: Math.min(number('maxItems', 4), 4),
      });
    case 'integer': {
      const [min, max] = [number('minimum', Number.MIN_SAFE_INTEGER), number('maximum', Number.MAX_SAFE_INTEGER)];
      return fc.oneof(
        fc.integer({ min: Math.max(min, -3), max: Math.min(max, Math.max(min, -3) + 100) }),
        fc.constantFrom(min, max, Math.floor(max / 1000)),
        fc.maxSafeInteger().map((one) => Math.min(max, Math.max(min, one))),
      );
    }
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string': {
      const prefix = /^\^([a-z]{3})_/.exec(pattern ?? '')?.[1];
      if (prefix !== undefined)
        return fc.oneof(
          { weight: 9, arbitrary: fc.constantFrom(...idsOf(prefix)) },
          { weight: 1, arbitrary: fc.constant(`${prefix}_00000000000000000000000009`) },
        );
      if (format === 'date')
        return fc.constantFrom('2024-02-29', '2026-01-31', '1970-01-01', '2199-12-31', '0001-01-01');
      if (format === 'date-time')
        return fc.constantFrom(
          '2024-02-29T12:00:00Z',
          '2026-11-01T23:59:59.999+14:00',
          '1970-01-01T00:00:00Z',
          '9999-12-31T23:59:59Z',
          '0001-01-01T00:00:00Z',
        );
      if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
      return fc.string({
        unit: 'grapheme',
        minLength: number('minLength', 0),
        maxLength: Math.min(number('maxLength', 60), 60),
      });
    }
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}
