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

/** Why a location cannot be opened. */
export type LocationRejection =
  | { reason: 'duplicate_code'; code: string }
  | { reason: 'unknown_entity'; entityId: string }
  | { reason: 'unknown_country'; country: string }
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
  if (!isTimeZone(wanted.timeZone)) return reject({ reason: 'unknown_time_zone', timeZone: wanted.timeZone });
  const { cutOffHour } = wanted;
  if (!Number.isInteger(cutOffHour) || cutOffHour < 0 || cutOffHour > 23)
    return reject({ reason: 'bad_cut_off_hour', cutOffHour });
  return accept(wanted);
}
