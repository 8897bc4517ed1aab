import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import type { BusinessDay } from '../../kernel/time.ts';
import type { PostalArea } from '../tax/postal-area.ts';

const sql = loadSql(import.meta.url, './tax-area-store.sql', [
  'find_postal_areas',
  'find_areas_near',
  'list_postal_areas',
  'sum_postal_areas',
  'count_postal_areas',
  'lock_postal_areas',
  'save_postal_areas',
  'remove_postal_areas',
]);

/** A state whose postcodes are known, or are to be. */
export type PostalRegion = { readonly country: string; readonly region: string };

type Row = PostalRegion & {
  readonly from_code: string;
  readonly through_code: string;
  readonly county: string | null;
  readonly city: string | null;
  readonly districts: readonly string[];
  readonly valid_from: BusinessDay;
  readonly valid_until: BusinessDay | null;
  readonly source: string;
};

function areaOf(row: Row): PostalArea {
  const { country, region, districts, source } = row;
  return {
    country,
    region,
    from: row.from_code,
    through: row.through_code,
    county: row.county ?? undefined,
    city: row.city ?? undefined,
    districts,
    validFrom: row.valid_from,
    validUntil: row.valid_until ?? undefined,
    source,
  };
}

/** All postal areas, or those of a country or state, by their codes. */
export async function loadPostalAreas(tx: Tx, of: Partial<PostalRegion> = {}): Promise<PostalArea[]> {
  return (await tx.rows<Row>(sql.find_postal_areas, [of.country ?? null, of.region ?? null])).map(areaOf);
}

/** The areas that lie between the first and the last code of the wanted ones, by state and length: what these may overlap, and more. */
export async function findAreasNear(tx: Tx, wanted: readonly PostalArea[]): Promise<PostalArea[]> {
  const spans = new Map<string, { country: string; region: string; low: string; high: string }>();
  for (const { country, region, from, through } of wanted) {
    const key = `${country} ${region} ${from.length}`;
    const span = spans.get(key) ?? { country, region, low: from, high: through };
    if (from < span.low) span.low = from;
    if (through > span.high) span.high = through;
    spans.set(key, span);
  }
  const all = [...spans.values()];
  const rows = await tx.rows<Row>(sql.find_areas_near, [
    all.map((span) => span.country),
    all.map((span) => span.region),
    all.map((span) => span.low),
    all.map((span) => span.high),
  ]);
  return rows.map(areaOf);
}

/** Where the next page of a list begins. */
export type PostalAreaKey = readonly [
  country: string,
  region: string,
  from: string,
  through: string,
  validFrom: string,
];

/** Areas by their codes, those that a postcode lies in if it is told, one more than the limit. */
export async function listPostalAreas(
  tx: Tx,
  wanted: Partial<PostalRegion> & {
    readonly postcode?: string | undefined;
    readonly after?: PostalAreaKey | undefined;
    readonly limit: number;
  },
): Promise<PostalArea[]> {
  const { country, region, postcode, after = [null, null, null, null, null], limit } = wanted;
  const values = [country ?? null, region ?? null, postcode ?? null, ...after, limit + 1];
  return (await tx.rows<Row>(sql.list_postal_areas, values)).map(areaOf);
}

/** What is known of a state: how many rows, the first day of the newest, and the source of one. */
export type KnownPostalRegion = PostalRegion & {
  readonly rows: number;
  readonly newest: BusinessDay;
  readonly source: string;
};

/** The states whose postcodes are known. */
export function sumPostalAreas(tx: Tx): Promise<KnownPostalRegion[]> {
  return tx.rows<KnownPostalRegion>(sql.sum_postal_areas);
}

/** How many rows some states have together. */
export async function countPostalAreas(tx: Tx, regions: readonly PostalRegion[]): Promise<number> {
  const values = [regions.map(({ country }) => country), regions.map(({ region }) => region)];
  const [found] = await tx.rows<{ rows: number }>(sql.count_postal_areas, values);
  return found?.rows ?? 0;
}

/** Lets nobody else write areas until the commit: whether two overlap is decided on all of them. */
export async function lockPostalAreas(tx: Tx): Promise<void> {
  await tx.run(sql.lock_postal_areas, []);
}

/** Writes areas over those of the same state, codes and first day. */
export async function savePostalAreas(tx: Tx, areas: readonly PostalArea[]): Promise<void> {
  await tx.run(sql.save_postal_areas, [
    areas.map((one) => one.country),
    areas.map((one) => one.region),
    areas.map((one) => one.from),
    areas.map((one) => one.through),
    areas.map((one) => one.county ?? null),
    areas.map((one) => one.city ?? null),
    areas.map((one) => one.districts.join(';')),
    areas.map((one) => one.validFrom),
    areas.map((one) => one.validUntil ?? null),
    areas.map((one) => one.source),
  ]);
}

/** Removes so many areas of a state and says how many there were. */
export function removePostalAreas(tx: Tx, { country, region }: PostalRegion, limit: number): Promise<number> {
  return tx.run(sql.remove_postal_areas, [country, region, limit]);
}
