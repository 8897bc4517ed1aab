import { compareDays, type BusinessDay } from '../../kernel/time.ts';
import type { TaxPlace } from './tax-basket.ts';

/**
 * What lies below the state for the postcodes `from` … `through` of a country, from a day until another (both inclusive), and where that is published.
 * The codes are as {@link plainPostcode} writes them and of one length; a postcode lies between them with as many of its first characters. Special
 * districts lie beside each other, so there may be several.
 */
export type PostalArea = {
  readonly country: string;
  readonly region: string;
  readonly from: string;
  readonly through: string;
  readonly county?: string | undefined;
  readonly city?: string | undefined;
  readonly districts: readonly string[];
  readonly validFrom: BusinessDay;
  readonly validUntil?: BusinessDay | undefined;
  readonly source: string;
};

/**
 * The areas of one state whose codes have one length. Of the rows of a layer no two share a code, so that they are in order by `from` and by `through`
 * alike; a row that takes over from another one on a later day lies in the next layer.
 */
export type PostalShelf = { readonly region: string; readonly length: number; readonly layers: PostalArea[][] };

/** Areas sorted for looking up, by country; longer codes first. Made by {@link compilePostalAreas}. */
export type PostalAreas = ReadonlyMap<string, readonly PostalShelf[]>;

/** A postcode in capitals without blanks and dashes: `90210-1234` is `902101234`. */
export function plainPostcode(postcode: string): string {
  return postcode.toUpperCase().replaceAll(/[\s-]/g, '');
}

/** Sorts areas for looking up. */
export function compilePostalAreas(rows: readonly PostalArea[]): Map<string, PostalShelf[]> {
  const areas = new Map<string, PostalShelf[]>();
  // In their order each row goes to the end of its layer.
  for (const area of rows.toSorted(byFrom)) addArea(shelfOf(areas, area), area);
  return areas;
}

function byFrom(a: PostalArea, b: PostalArea): number {
  if (a.from === b.from) return 0;
  return a.from < b.from ? -1 : 1;
}

/** Where areas like this one stand; made when there is no such shelf yet. */
export function shelfOf(areas: Map<string, PostalShelf[]>, { country, region, from }: PostalArea): PostalShelf {
  const shelves = areas.get(country) ?? [];
  areas.set(country, shelves);
  const found = shelves.find((shelf) => shelf.region === region && shelf.length === from.length);
  if (found !== undefined) return found;
  const shelf: PostalShelf = { region, length: from.length, layers: [] };
  const shorter = shelves.findIndex(({ length }) => length < from.length);
  shelves.splice(shorter < 0 ? shelves.length : shorter, 0, shelf);
  return shelf;
}

/** Puts an area on its shelf. */
export function addArea({ layers }: PostalShelf, area: PostalArea): void {
  for (const layer of layers) {
    const at = firstReaching(layer, area.from);
    const next = layer[at];
    if (next !== undefined && next.from <= area.through) continue;
    layer.splice(at, 0, area);
    return;
  }
  layers.push([area]);
}

/** Takes an area from its shelf. */
export function dropArea({ layers }: PostalShelf, area: PostalArea): void {
  for (const layer of layers) {
    const at = firstReaching(layer, area.from);
    if (layer[at] === area) layer.splice(at, 1);
  }
}

/** The areas of a shelf that share a code with a range, on whatever days. */
export function areasBetween({ layers }: PostalShelf, from: string, through: string): PostalArea[] {
  const found: PostalArea[] = [];
  for (const layer of layers)
    for (let at = firstReaching(layer, from); at < layer.length; at += 1) {
      const area = layer[at] as PostalArea;
      if (area.from > through) break;
      found.push(area);
    }
  return found;
}

/** The place of the first row of a layer that does not end before a code. */
function firstReaching(layer: readonly PostalArea[], code: string): number {
  let low = 0;
  let high = layer.length;
  const last = layer[high - 1];
  if (last === undefined || last.through < code) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((layer[middle] as PostalArea).through < code) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The area in which a postcode lies on a day: that of the longest codes, so that ZIP+4 wins over ZIP. Only areas of the place's own state are looked
 * at; of a place without one, the state is that of its area, unless two states have an equally long code for it.
 */
export function postalAreaOf(
  { areas }: { readonly areas: PostalAreas },
  { country, region, postcode }: Pick<TaxPlace, 'country' | 'region' | 'postcode'>,
  day: BusinessDay,
): PostalArea | undefined {
  const shelves = areas.get(country);
  if (shelves === undefined || postcode === undefined) return undefined;
  const code = plainPostcode(postcode);
  let found: PostalArea | undefined;
  for (const shelf of shelves) {
    if (found !== undefined && shelf.length < found.from.length) return found;
    if (shelf.length > code.length || (region !== undefined && shelf.region !== region)) continue;
    const part = code.slice(0, shelf.length);
    const area = areasBetween(shelf, part, part).find((one) => holdsOn(one, day));
    if (area !== undefined && found !== undefined) return undefined;
    found ??= area;
  }
  return found;
}

/** Whether a row holds on a day. */
export function holdsOn({ validFrom, validUntil }: PostalArea, day: BusinessDay): boolean {
  return compareDays(validFrom, day) <= 0 && (validUntil === undefined || compareDays(day, validUntil) <= 0);
}

/**
 * A place with the county, city and districts of its postcode. An address names a post office, not who taxes: where an area is known, its city holds,
 * and none if it names none. Who names a county or district knows better than a postcode; such a place stays as it is.
 */
export function placeWithArea(rules: { readonly areas: PostalAreas }, place: TaxPlace, day: BusinessDay): TaxPlace {
  if (place.county !== undefined || place.district !== undefined) return place;
  const area = postalAreaOf(rules, place, day);
  if (area === undefined) return place;
  const { country, region, county, city, districts } = area;
  return { country, region, county, city, districts, postcode: place.postcode };
}
