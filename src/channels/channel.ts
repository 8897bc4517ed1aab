import { isCurrencyCode, type CurrencyCode } from '../kernel/currency.ts';
import { accept, reject, type Decision } from '../kernel/decision.ts';
import { PPM, type Ppm } from '../kernel/rate.ts';

/** Where people buy. */
export type ChannelKind = 'shop' | 'store' | 'marketplace' | 'call_centre';

/** A way to the customer with prices of its own. Its entity is the seller; its default location fulfils when nobody chooses; a marketplace keeps `commissionPpm`. */
export type Channel = {
  readonly id: string;
  readonly entityId: string;
  readonly code: string;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly currency: CurrencyCode;
  readonly defaultLocationId: string;
  readonly commissionPpm: Ppm;
};

/** Why a channel cannot be opened. */
export type ChannelRejection =
  | { reason: 'duplicate_code'; code: string }
  | { reason: 'unknown_location'; locationId: string }
  | { reason: 'location_of_another_entity'; locationId: string; entityId: string }
  | { reason: 'unknown_currency'; currency: string }
  | { reason: 'bad_commission'; commissionPpm: number };

/** Says whether a channel can be opened. It sells for the entity that owns the goods of its default location, else every sale would first be one between two companies. */
export function decideOpenChannel(
  wanted: Omit<Channel, 'currency'> & { readonly currency: string },
  known: { codes: ReadonlySet<string>; entityOfLocation: ReadonlyMap<string, string> },
): Decision<Channel, ChannelRejection> {
  const { code, currency, defaultLocationId: locationId, commissionPpm } = wanted;
  if (known.codes.has(code)) return reject({ reason: 'duplicate_code', code });
  const entityId = known.entityOfLocation.get(locationId);
  if (entityId === undefined) return reject({ reason: 'unknown_location', locationId });
  if (entityId !== wanted.entityId) return reject({ reason: 'location_of_another_entity', locationId, entityId });
  if (!isCurrencyCode(currency)) return reject({ reason: 'unknown_currency', currency });
  if (!Number.isInteger(commissionPpm) || commissionPpm < 0 || commissionPpm > PPM)
    return reject({ reason: 'bad_commission', commissionPpm });
  return accept({ ...wanted, currency });
}
