import { Type, type Static } from 'typebox';
import { decodeId, encodeId, ID_PREFIX, isUuid, type IdKind } from '../../src/kernel/ids.ts';
import { Value } from 'typebox/value';
import { malformed } from '../http/problem.ts';
import type { StoredEvent } from './log.ts';

/**
 * Which events somebody wants to hear of, the same for webhooks and for pulling the stream. It knows comparisons and no patterns, so that choosing takes time in
 * proportion to what is compared and nobody can write a filter that stands still.
 */

const Field = Type.String({
  pattern: '^[A-Za-z0-9_]{1,64}(\\.[A-Za-z0-9_]{1,64}){0,7}$',
  description: 'Names in the body of the event, with points between them: `totals.grossMinor`, `lines.0.skuId`.',
});
const Plain = Type.Union([Type.String({ maxLength: 500 }), Type.Number(), Type.Boolean(), Type.Null()]);
const closed = { additionalProperties: false };

/** One comparison with a field of the body. A field that is not there equals nothing, and is neither less nor more than anything. */
export const ComparisonType = Type.Union([
  Type.Object(
    {
      field: Field,
      is: Type.Union([
        Type.Literal('equal'),
        Type.Literal('not_equal'),
        Type.Literal('less'),
        Type.Literal('at_most'),
        Type.Literal('more'),
        Type.Literal('at_least'),
      ]),
      value: Plain,
    },
    closed,
  ),
  Type.Object(
    { field: Field, is: Type.Literal('one_of'), values: Type.Array(Plain, { minItems: 1, maxItems: 50 }) },
    closed,
  ),
  Type.Object({ field: Field, is: Type.Union([Type.Literal('there'), Type.Literal('missing')]) }, closed),
]);

/** A comparison that fits {@link ComparisonType}. */
export type Comparison = Static<typeof ComparisonType>;

/** A type of event, all of a topic (`order.*`), or all (`*`) but those of the topic `security`. */
export const EventPattern = Type.String({ pattern: '^(\\*|[a-z_]{1,64}\\.\\*|[A-Z][A-Za-z0-9]{0,99})$' });

const IdTexts = Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: 50 });

/** A filter as outsiders write it; {@link filterOf} reads it. What is not given does not matter; all that is given must hold. */
export const FilterType = Type.Object(
  {
    entityIds: Type.Optional(IdTexts),
    locationIds: Type.Optional(IdTexts),
    channelIds: Type.Optional(IdTexts),
    subjectIds: Type.Optional(IdTexts),
    fields: Type.Optional(Type.Array(ComparisonType, { maxItems: 10 })),
  },
  closed,
);

/** Patterns of types in a query, with commas between them. */
export const TypesText = Type.String({
  maxLength: 2_000,
  description:
    'Types of events with commas between them; `order.*` is all of a topic. All but `security.*` when it is not given.',
});

/** A filter in a query. */
export const FilterText = Type.String({
  maxLength: 4_000,
  description:
    'JSON as in a webhook: {"locationIds":["loc_…"],"fields":[{"field":"lines.0.quantity","is":"at_least","value":2}]}',
});

/** What must hold besides the type. Ids are UUIDs, but those of subjects are as outsiders know them, because their kind is told by their prefix only. */
export type EventFilter = {
  readonly entityIds?: readonly string[] | undefined;
  readonly locationIds?: readonly string[] | undefined;
  readonly channelIds?: readonly string[] | undefined;
  readonly subjectIds?: readonly string[] | undefined;
  readonly fields?: readonly Comparison[] | undefined;
};

/** Which events are wanted. */
export type Selection = { readonly types: readonly string[]; readonly filter: EventFilter };

/** A selection prepared for asking of every event. */
export type Matcher = (event: StoredEvent) => boolean;

/** Who came in and who was turned away changes nothing that anybody keeps in step with, and somebody who tries all doors makes a lot of it: it is told to who asks for it by name. */
const SECURITY = 'security';

/** Prepares a selection. */
export function matcherOf({ types, filter }: Selection): Matcher {
  const split = splitTypes(types);
  const [exact, topics] = [new Set(split.exact), new Set(split.topics)];
  const among = (ids: readonly string[] | undefined): ((id: string | null) => boolean) => {
    if (ids === undefined) return () => true;
    const wanted = new Set(ids);
    return (id) => id !== null && wanted.has(id);
  };
  const [entity, location] = [among(filter.entityIds), among(filter.locationIds)];
  const [channel, subject] = [among(filter.channelIds), among(filter.subjectIds?.map(subjectUuid))];
  const fields = (filter.fields ?? []).map((comparison) => ({ comparison, path: comparison.field.split('.') }));
  return (event) =>
    ((split.all && event.topic !== SECURITY) || exact.has(event.type) || topics.has(event.topic)) &&
    entity(event.entityId) &&
    location(event.locationId) &&
    channel(event.channelId) &&
    subject(event.subjectId) &&
    fields.every(({ comparison, path }) => holds(comparison, valueAt(event.body, path)));
}

/** Types, topics and whether all but the topic `security` are wanted, as the database asks for them. */
export function splitTypes(types: readonly string[]): { all: boolean; exact: string[]; topics: string[] } {
  return {
    all: types.includes('*'),
    exact: types.filter((type) => !type.endsWith('*')),
    topics: types.filter((type) => type.endsWith('.*')).map((type) => type.slice(0, -2)),
  };
}

const KINDS = { entityIds: 'legalEntity', locationIds: 'location', channelIds: 'channel' } as const satisfies Record<
  string,
  IdKind
>;

/** Reads a filter from outside. A 400 that names the field when an id is none of its kind. */
export function filterOf(given: Static<typeof FilterType>, at = '/filter'): EventFilter {
  const read = (name: keyof typeof KINDS): Record<string, string[]> => {
    const texts = given[name];
    if (texts === undefined) return {};
    return {
      [name]: texts.map((text, place) => {
        const uuid = decodeId(ID_PREFIX[KINDS[name]], text);
        if (uuid === undefined) throw malformed([{ path: `${at}/${name}/${place}`, message: 'is no id of this kind' }]);
        return uuid;
      }),
    };
  };
  for (const [place, text] of (given.subjectIds ?? []).entries())
    if (!isUuid(subjectUuid(text))) throw malformed([{ path: `${at}/subjectIds/${place}`, message: 'is no id' }]);
  return {
    ...read('entityIds'),
    ...read('locationIds'),
    ...read('channelIds'),
    ...(given.subjectIds === undefined ? {} : { subjectIds: given.subjectIds }),
    ...(given.fields === undefined ? {} : { fields: given.fields }),
  };
}

/** A filter as outsiders wrote it. */
export function filterAnswer(filter: EventFilter): Static<typeof FilterType> {
  const written = (name: keyof typeof KINDS): Record<string, string[]> => {
    const ids = filter[name];
    return ids === undefined ? {} : { [name]: ids.map((id) => encodeId(ID_PREFIX[KINDS[name]], id)) };
  };
  return {
    ...written('entityIds'),
    ...written('locationIds'),
    ...written('channelIds'),
    ...(filter.subjectIds === undefined ? {} : { subjectIds: [...filter.subjectIds] }),
    ...(filter.fields === undefined ? {} : { fields: [...filter.fields] }),
  };
}

/** What a query asks for, everything when it does not say. A 400 when it cannot be read. */
export function selectionOf(types: string | undefined, filter: string | undefined): Selection {
  const wanted = types === undefined || types === '' ? ['*'] : types.split(',').map((type) => type.trim());
  if (wanted.length > 50 || !wanted.every((type) => Value.Check(EventPattern, type)))
    throw malformed([{ path: '/types', message: 'must be types of events, like OrderPlaced,stock.*' }]);
  if (filter === undefined || filter === '') return { types: wanted, filter: {} };
  const given = parsed(filter);
  if (!Value.Check(FilterType, given)) throw malformed([{ path: '/filter', message: 'is no filter' }]);
  return { types: wanted, filter: filterOf(given) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The UUID of a subject's id, whatever its prefix; the text itself when it is none. */
export function subjectUuid(text: string): string {
  return decodeId(text.split('_', 1)[0] ?? '', text) ?? text;
}

/** What stands at a path, undefined when nothing does. What every object has from birth (`constructor`) is not there. */
function valueAt(body: unknown, path: readonly string[]): unknown {
  let at = body;
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}

function holds(comparison: Comparison, found: unknown): boolean {
  switch (comparison.is) {
    case 'there':
      return found !== undefined && found !== null;
    case 'missing':
      return found === undefined || found === null;
    case 'one_of':
      return found !== undefined && comparison.values.some((value) => value === found);
    case 'equal':
      return found === comparison.value;
    case 'not_equal':
      return found !== comparison.value;
    case 'less':
      return compare(found, comparison.value, (order) => order < 0);
    case 'at_most':
      return compare(found, comparison.value, (order) => order <= 0);
    case 'more':
      return compare(found, comparison.value, (order) => order > 0);
    case 'at_least':
      return compare(found, comparison.value, (order) => order >= 0);
  }
}

/** Numbers with numbers, texts (days, instants) with texts; anything else does not compare. */
function compare(found: unknown, value: unknown, wanted: (order: number) => boolean): boolean {
  if (typeof found === 'number' && typeof value === 'number') return wanted(found - value);
  if (typeof found === 'string' && typeof value === 'string')
    return wanted(found < value ? -1 : found === value ? 0 : 1);
  return false;
}
