import { Type, type Static } from 'typebox';
import { changed, MAX_MASTER_ROWS } from '../../../platform/commit/master-door.ts';
import type { Tx } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { decodeCursor, DEFAULT_LIMIT, listQuery, pageOf } from '../../../platform/http/lists.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { model } from '../../../platform/http/model.ts';
import { DayType } from '../../../platform/http/money.ts';
import { malformed } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { chainOf } from '../tax/place-of-supply.ts';
import { plainPostcode, placeWithArea, postalAreaOf, type PostalArea } from '../tax/postal-area.ts';
import { decidePostalAreas, inTakingOrder, type PostalAreaChange } from '../tax/postal-area-import.ts';
import { taxRatesOn } from '../tax/tax-rules.ts';
import { postalFileOf, readPostalFile, type PostalFileRow } from './tax-area-file.ts';
import {
  countPostalAreas,
  findAreasNear,
  listPostalAreas,
  loadPostalAreas,
  lockPostalAreas,
  removePostalAreas,
  savePostalAreas,
  sumPostalAreas,
  type PostalRegion,
} from './tax-area-store.ts';
import {
  closed,
  noCsv,
  oneOf,
  orNull,
  reading,
  sendCsv,
  submission,
  tags,
  today,
  type TaxRouteDeps,
} from './tax-route-parts.ts';

/** A state has up to some ten thousand rows; a file comes in parts of so many. */
const MAX_ROWS = 5_000;

const country = Type.String({ pattern: '^[A-Z]{2}$' });
const region = Type.String({ pattern: '^[A-Z0-9]{1,3}$', description: 'ISO 3166-2 without the country: `CA`.' });
const codes = { country: Type.String(), region: Type.String(), from: Type.String(), through: Type.String() };
const below = {
  county: orNull(Type.String()),
  city: orNull(Type.String()),
  districts: Type.Array(Type.String()),
};
const AreaType = model(
  'PostalArea',
  Type.Object({
    ...codes,
    ...below,
    validFrom: DayType,
    validUntil: orNull(DayType),
    source: Type.String({ description: 'Where it is published.' }),
  }),
);
const ResolvedType = Type.Object({
  region: Type.String(),
  ...below,
  rates: Type.Array(
    Type.Object({
      jurisdiction: Type.String(),
      code: Type.String(),
      ratePpm: Type.Integer(),
      source: Type.String(),
    }),
    { description: 'What applies to the class `standard` today to what is shipped there, from the country down.' },
  ),
});
const ImportedRow = Type.Object({
  line: Type.Integer(),
  what: oneOf('new', 'same', 'changed', 'twice', 'overlaps', 'malformed'),
  ...codes,
  ...below,
  validFrom: orNull(DayType),
  overlaps: orNull(Type.Object({ from: Type.String(), through: Type.String(), validFrom: DayType })),
  problems: Type.Array(Type.Object({ column: Type.String(), reason: Type.String(), text: Type.String() })),
});
const ImportedType = model(
  'PostalAreaImport',
  Type.Object({
    added: Type.Integer(),
    changed: Type.Integer(),
    same: Type.Integer(),
    left: Type.Integer(),
    rows: Type.Array(ImportedRow, {
      description: 'What each row does in a preview; else the rows that were left out.',
    }),
  }),
);
type Imported = Static<typeof ImportedType>;
type Row = Static<typeof ImportedRow>;

/** In which county, city and districts postcodes lie: /taxes/postal-areas. */
export function registerTaxAreaRoutes(app: Api, deps: TaxRouteDeps): void {
  registerLists(app, deps);
  registerImport(app, deps);
  registerRemoval(app, deps);
}

const AreaCursor = Type.Tuple([Type.String(), Type.String(), Type.String(), Type.String(), DayType]);

function registerLists(app: Api, deps: TaxRouteDeps): void {
  route(app, {
    method: 'GET',
    url: '/taxes/postal-areas',
    operationId: 'listPostalAreas',
    summary: 'In which county, city and districts postcodes lie; of one postcode also what is taxed there',
    tags,
    permission: 'tax:read',
    scope: 'none',
    schema: {
      querystring: Type.Object({
        ...listQuery,
        country: Type.Optional(country),
        region: Type.Optional(region),
        postcode: Type.Optional(Type.String({ minLength: 1, maxLength: 20, description: 'Needs a country.' })),
      }),
      response: {
        200: Type.Object({
          items: Type.Array(AreaType),
          next: orNull(Type.String()),
          resolved: orNull(ResolvedType),
        }),
      },
    },
    async handler({ query }) {
      const { limit = DEFAULT_LIMIT, postcode: text, ...where } = query;
      if (text !== undefined && where.country === undefined)
        throw malformed([{ path: '/country', message: 'is needed with a postcode' }]);
      const postcode = text === undefined ? undefined : plainPostcode(text);
      const after = decodeCursor(AreaCursor, query.after);
      const found = await reading(deps, (tx) => listPostalAreas(tx, { ...where, postcode, after, limit }));
      const page = pageOf(
        found,
        limit,
        (one) => [one.country, one.region, one.from, one.through, one.validFrom],
        areaAnswer,
      );
      return { ...page, resolved: postcode === undefined ? null : await resolve(deps, { ...where, postcode }) };
    },
  });

  route(app, {
    method: 'GET',
    url: '/taxes/postal-areas/regions',
    operationId: 'listPostalRegions',
    summary: 'Of which states the postcodes are known',
    tags,
    permission: 'tax:read',
    scope: 'none',
    schema: {
      response: {
        200: Type.Object({
          items: Type.Array(
            model(
              'PostalRegion',
              Type.Object({
                country: Type.String(),
                region: Type.String(),
                rows: Type.Integer(),
                newest: DayType,
                source: Type.String(),
              }),
            ),
          ),
        }),
      },
    },
    async handler() {
      return { items: await reading(deps, sumPostalAreas) };
    },
  });

  route(app, {
    method: 'GET',
    url: '/taxes/postal-areas/csv',
    operationId: 'exportPostalAreas',
    summary: 'The postal areas, or those of a state, as CSV that can be imported again',
    tags,
    permission: 'tax:read',
    scope: 'none',
    schema: {
      querystring: Type.Object({ country: Type.Optional(country), region: Type.Optional(region) }),
      response: { 200: Type.String({ description: 'text/csv' }) },
    },
    async handler({ query }, reply) {
      const areas = await reading(deps, (tx) => loadPostalAreas(tx, query));
      return sendCsv(reply, 'postal-areas.csv', postalFileOf(areas));
    },
  });
}

/** What is taxed at a postcode today, and as lying where. */
async function resolve(
  deps: TaxRouteDeps,
  place: { readonly country?: string | undefined; readonly region?: string | undefined; readonly postcode: string },
): Promise<Static<typeof ResolvedType> | null> {
  const rules = await deps.taxes.rules();
  const day = today(deps);
  const asked = { ...place, country: place.country ?? '' };
  const area = postalAreaOf(rules, asked, day);
  if (area === undefined) return null;
  const rates = chainOf(placeWithArea(rules, asked, day)).flatMap(
    (jurisdiction) => taxRatesOn(rules, { jurisdiction, taxClass: 'standard', day }) ?? [],
  );
  return {
    region: area.region,
    ...namesOf(area),
    rates: rates.map(({ jurisdiction, code, ratePpm, source }) => ({ jurisdiction, code, ratePpm, source })),
  };
}

function registerImport(app: Api, deps: TaxRouteDeps): void {
  route(app, {
    method: 'POST',
    url: '/taxes/postal-areas/import',
    operationId: 'importPostalAreas',
    summary: `Take in up to ${MAX_ROWS} postal areas from CSV`,
    description:
      'Rows that are malformed, that stand twice, or that say something of codes and days of which another row speaks are left out and told; the others are taken in. Larger files come in parts, in the order of their first days.',
    tags,
    permission: 'tax:write',
    scope: 'none',
    preview: true,
    bodyLimitBytes: 3_000_000,
    schema: {
      body: Type.Object({ csv: Type.String({ minLength: 1, maxLength: 1_500_000 }) }, closed),
      response: { 200: ImportedType },
    },
    async handler(request) {
      const file = readPostalFile(request.body.csv);
      if (!('rows' in file)) throw noCsv(file);
      if (file.rows.length > MAX_ROWS) throw malformed([{ path: '/csv', message: `has more than ${MAX_ROWS} rows` }]);
      const readable = file.rows.filter(isReadable);
      const ordered = inTakingOrder(readable, ({ area }) => area);
      const unread = file.rows.filter((row) => row.area === undefined).map(malformedRow);
      if (request.preview)
        return reading(deps, async (tx) => {
          const known = await findAreasNear(tx, areasOf(ordered));
          return summed([...unread, ...decided(ordered, known)], true);
        });
      const chunks = chunksOfRows(ordered);
      const answers: Imported[] = [];
      for (const [at, chunk] of chunks.entries()) {
        const part = partOf(submission(deps, request, 'import_postal_areas', 'price'), at);
        const outcome = await deps.master<Imported>(part, async (tx) => takeIn(tx, chunk, at === chunks.length - 1));
        answers.push(masterAnswer(outcome));
      }
      return together([summed(unread, false), ...answers]);
    },
  });
}

type ReadableRow = PostalFileRow & { readonly area: PostalArea };

function isReadable(row: PostalFileRow): row is ReadableRow {
  return row.area !== undefined;
}

function areasOf(rows: readonly ReadableRow[]): PostalArea[] {
  return rows.map(({ area }) => area);
}

/** At least one, so that every import has its event and its key. */
function chunksOfRows(rows: readonly ReadableRow[]): ReadableRow[][] {
  const chunks: ReadableRow[][] = [rows.slice(0, MAX_MASTER_ROWS)];
  for (let at = MAX_MASTER_ROWS; at < rows.length; at += MAX_MASTER_ROWS)
    chunks.push(rows.slice(at, at + MAX_MASTER_ROWS));
  return chunks;
}

/**
 * Writes a part of an import. Only the last one is heard by those who keep rules in memory: they read all areas again, which would slow down sales if
 * it happened after each part.
 */
async function takeIn(tx: Tx, rows: readonly ReadableRow[], isLast: boolean) {
  await lockPostalAreas(tx);
  const changes = decided(rows, await findAreasNear(tx, areasOf(rows)));
  const answer = summed(changes, false);
  const regions = regionsOf(areasOf(rows));
  const before = await countPostalAreas(tx, regions);
  const taken = new Set(changes.flatMap(({ what, line }) => (what === 'new' || what === 'changed' ? [line] : [])));
  await savePostalAreas(tx, areasOf(rows.filter(({ line }) => taken.has(line))));
  const body = {
    tax: isLast,
    postalAreas: true,
    regions: regions.map((one) => `${one.country}-${one.region}`),
    before: { rows: before },
    after: { rows: before + answer.added, added: answer.added, changed: answer.changed },
  };
  return changed([{ type: 'PostalAreasImported', version: 1, body }], answer);
}

function regionsOf(areas: readonly PostalArea[]): PostalRegion[] {
  return [...new Map(areas.map((one) => [`${one.country}-${one.region}`, one])).values()];
}

function decided(rows: readonly ReadableRow[], known: readonly PostalArea[]): Row[] {
  return decidePostalAreas(areasOf(rows), known).map((change, at) => changeRow(rows[at]?.line ?? 0, change));
}

function changeRow(line: number, { area, what, overlaps }: PostalAreaChange): Row {
  const { from, through, validFrom } = area;
  return {
    line,
    what,
    country: area.country,
    region: area.region,
    from,
    through,
    ...namesOf(area),
    validFrom,
    overlaps:
      overlaps === undefined ? null : { from: overlaps.from, through: overlaps.through, validFrom: overlaps.validFrom },
    problems: [],
  };
}

function malformedRow({ line, problems }: PostalFileRow): Row {
  return {
    line,
    what: 'malformed',
    country: '',
    region: '',
    from: '',
    through: '',
    county: null,
    city: null,
    districts: [],
    validFrom: null,
    overlaps: null,
    problems: problems.map((one) => ({ ...one, text: one.text.slice(0, 100) })),
  };
}

function summed(rows: readonly Row[], all: boolean): Imported {
  const count = (...whats: readonly Row['what'][]): number => rows.filter(({ what }) => whats.includes(what)).length;
  const isLeft = ({ what }: Row): boolean => what === 'twice' || what === 'overlaps' || what === 'malformed';
  return {
    added: count('new'),
    changed: count('changed'),
    same: count('same'),
    left: count('twice', 'overlaps', 'malformed'),
    rows: inLines(all ? rows : rows.filter(isLeft)),
  };
}

function together(parts: readonly Imported[]): Imported {
  const sum = (of: (part: Imported) => number): number => parts.reduce((total, part) => total + of(part), 0);
  return {
    added: sum((part) => part.added),
    changed: sum((part) => part.changed),
    same: sum((part) => part.same),
    left: sum((part) => part.left),
    rows: inLines(parts.flatMap((part) => part.rows)),
  };
}

function inLines(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => a.line - b.line);
}

function registerRemoval(app: Api, deps: TaxRouteDeps): void {
  route(app, {
    method: 'DELETE',
    url: '/taxes/postal-areas/:country/:region',
    operationId: 'removePostalAreas',
    summary: 'Remove all postal areas of a state',
    description:
      'What was sold keeps its taxes. Rows that only end need not be removed: import them with their last day. What was removed can be imported again from the CSV.',
    tags,
    permission: 'tax:write',
    scope: 'none',
    preview: true,
    schema: {
      params: Type.Object({ country, region }),
      response: { 200: Type.Object({ removed: Type.Integer() }) },
    },
    async handler(request) {
      const { params, preview } = request;
      if (preview) return { removed: await reading(deps, (tx) => countPostalAreas(tx, [params])) };
      let removed = 0;
      for (let part = 0; ; part += 1) {
        const outcome = await deps.master<{ removed: number; left: number }>(
          partOf(submission(deps, request, 'remove_postal_areas', 'price'), part),
          async (tx) => {
            await lockPostalAreas(tx);
            const before = await countPostalAreas(tx, [params]);
            const gone = await removePostalAreas(tx, params, MAX_MASTER_ROWS);
            const left = before - gone;
            const body = {
              tax: left === 0,
              postalAreas: true,
              regions: [`${params.country}-${params.region}`],
              before: { rows: before },
              after: { rows: left },
            };
            return changed([{ type: 'PostalAreasRemoved', version: 1, body }], { removed: gone, left });
          },
        );
        const answer = masterAnswer(outcome);
        removed += answer.removed;
        if (answer.left === 0) return { removed };
      }
    },
  });
}

/** A part of a request under a key of its own; the first has that of the request, so that nothing else can be asked for with it. */
function partOf(asked: ReturnType<typeof submission>, part: number): ReturnType<typeof submission> {
  return part === 0 ? asked : { ...asked, key: `${asked.key}/${part}` };
}

function namesOf({ county, city, districts }: PostalArea) {
  return { county: county ?? null, city: city ?? null, districts: [...districts] };
}

function areaAnswer(area: PostalArea): Static<typeof AreaType> {
  const { from, through, validFrom, validUntil, source } = area;
  return {
    country: area.country,
    region: area.region,
    from,
    through,
    ...namesOf(area),
    validFrom,
    validUntil: validUntil ?? null,
    source,
  };
}
