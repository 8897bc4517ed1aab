import { isTimeZone } from '../kernel/time.ts';
import { accept, reject, type Decision } from '../kernel/decision.ts';

/** What kind of place it is. Stock of a `third_party` or `drop_ship` is kept by others, `transit` is between two places. */
export type LocationKind = 'store' | 'warehouse' | 'third_party' | 'drop_ship' | 'transit';

/** A place where goods are. Its time zone and cut-off hour say which business day an instant belongs to. */
export type Location = {
  readonly id: string;
  readonly entityId: string;
  readonly code: string;
  readonly name: string;
  readonly kind: LocationKind;
  readonly city: string;
  readonly country: string;
  readonly timeZone: string;
  readonly cutOffHour: number;
};

/** Where in its city a location is, as it stands on parcels and receipts. */
export type LocationAddress = { readonly line1: string; readonly postcode: string };

/** A location as it is kept. An archived one is closed: it keeps its history, and nothing happens there any more. */
export type KeptLocation = Location & {
  readonly address: LocationAddress;
  readonly archived: boolean;
  readonly version: number;
};

/** What still ties goods and orders to a location: SKUs with stock or promises there, their units, orders that are not done, and what sells from it. */
export type LocationUse = {
  readonly skus: number;
  readonly units: number;
  readonly orders: number;
  readonly channels: readonly string[];
};

/** Why a location cannot be opened. */
export type LocationRejection =
  | { reason: 'duplicate_code'; code: string }
  | { reason: 'unknown_entity'; entityId: string }
  | { reason: 'unknown_country'; country: string }
  | ClockProblem;

/** Why nobody could say which business day an instant belongs to. */
type ClockProblem =
  | { reason: 'unknown_time_zone'; timeZone: string }
  | { reason: 'bad_cut_off_hour'; cutOffHour: number };

/** Says whether a location can be opened beside those that are there. A wrong time zone would put sales on the wrong day for ever, so it is checked. */
export function decideOpenLocation(
  wanted: Location,
  known: { codes: ReadonlySet<string>; entityIds: ReadonlySet<string> },
): Decision<Location, LocationRejection> {
  if (known.codes.has(wanted.code)) return reject({ reason: 'duplicate_code', code: wanted.code });
  if (!known.entityIds.has(wanted.entityId)) return reject({ reason: 'unknown_entity', entityId: wanted.entityId });
  if (!/^[A-Z]{2}$/.test(wanted.country)) return reject({ reason: 'unknown_country', country: wanted.country });
  const problem = clockProblem(wanted);
  return problem === undefined ? accept(wanted) : reject(problem);
}

/** What may change about a location. Whose it is, what it is called in documents and in which country it pays tax stay as they were. */
export type EditLocation = {
  readonly version: number;
  readonly name?: string | undefined;
  readonly city?: string | undefined;
  readonly address?: LocationAddress | undefined;
  readonly timeZone?: string | undefined;
  readonly cutOffHour?: number | undefined;
  readonly archived?: boolean | undefined;
};

/** Why a location cannot become as asked. */
export type EditLocationRejection =
  | { reason: 'stale_version'; current: number }
  | { reason: 'location_archived'; location: string }
  | { reason: 'location_in_use'; skus: number; units: number; orders: number; channels: number; names: string }
  | { reason: 'entity_archived'; entityId: string }
  | ClockProblem;

/**
 * Says whether a location may become as asked. Days that are over stay what they were: a new time zone or cut-off hour counts for what is sold from now on. It is
 * closed when nothing is left there: goods and promises would be out of reach. `use` is asked for only when it is to be closed.
 */
export function decideEditLocation(
  location: KeptLocation,
  edit: EditLocation,
  around: { readonly entityArchived: boolean; readonly use: LocationUse | undefined },
): Decision<KeptLocation, EditLocationRejection> {
  const { version, archived = location.archived } = edit;
  if (version !== location.version) return reject({ reason: 'stale_version', current: location.version });
  if (location.archived && archived) return reject({ reason: 'location_archived', location: location.code });
  if (location.archived && around.entityArchived)
    return reject({ reason: 'entity_archived', entityId: location.entityId });
  const { skus = 0, units = 0, orders = 0, channels = [] } = around.use ?? {};
  if (archived && skus + orders + channels.length > 0)
    return reject({
      reason: 'location_in_use',
      skus,
      units,
      orders,
      channels: channels.length,
      names: channels.join(', '),
    });
  const after = {
    ...location,
    name: edit.name ?? location.name,
    city: edit.city ?? location.city,
    address: edit.address ?? location.address,
    timeZone: edit.timeZone ?? location.timeZone,
    cutOffHour: edit.cutOffHour ?? location.cutOffHour,
    archived,
    version: version + 1,
  };
  const problem = clockProblem(after);
  return problem === undefined ? accept(after) : reject(problem);
}

/** What keeps a time zone and a cut-off hour from telling business days. */
function clockProblem({ timeZone, cutOffHour }: Pick<Location, 'timeZone' | 'cutOffHour'>): ClockProblem | undefined {
  if (!isTimeZone(timeZone)) return { reason: 'unknown_time_zone', timeZone };
  if (!Number.isInteger(cutOffHour) || cutOffHour < 0 || cutOffHour > 23)
    return { reason: 'bad_cut_off_hour', cutOffHour };
  return undefined;
}
