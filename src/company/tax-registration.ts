import { accept, reject, type Decision } from '../kernel/decision.ts';
import { compareDays, type BusinessDay } from '../kernel/time.ts';

/** A legal entity's number at a country's tax office, from a day (inclusive) to a day (exclusive, open when undefined). */
export type TaxRegistration = {
  readonly id: string;
  readonly entityId: string;
  readonly country: string;
  readonly taxNumber: string;
  readonly validFrom: BusinessDay;
  readonly validTo: BusinessDay | undefined;
};

/** Why a registration cannot be kept. */
export type TaxRegistrationRejection =
  | { reason: 'registration_ends_before_it_starts'; validFrom: BusinessDay; validTo: BusinessDay }
  | { reason: 'registration_overlaps'; registrationId: string; validFrom: BusinessDay };

/** The registration of an entity in a country on a day, or undefined when it has none there: then no VAT of that country is charged. */
export function registrationOn(
  registrations: readonly TaxRegistration[],
  wanted: { entityId: string; country: string; day: BusinessDay },
): TaxRegistration | undefined {
  return registrations.find(
    (each) =>
      each.entityId === wanted.entityId &&
      each.country === wanted.country &&
      compareDays(each.validFrom, wanted.day) <= 0 &&
      (each.validTo === undefined || compareDays(wanted.day, each.validTo) < 0),
  );
}

/** Says whether a registration may stand beside the others: an entity has at most one number in a country at a time. */
export function decideRegisterForTax(
  wanted: TaxRegistration,
  others: readonly TaxRegistration[],
): Decision<TaxRegistration, TaxRegistrationRejection> {
  const { validFrom, validTo } = wanted;
  if (validTo !== undefined && compareDays(validTo, validFrom) <= 0) {
    return reject({ reason: 'registration_ends_before_it_starts', validFrom, validTo });
  }
  const overlap = others.find(
    (each) =>
      each.entityId === wanted.entityId &&
      each.country === wanted.country &&
      (validTo === undefined || compareDays(each.validFrom, validTo) < 0) &&
      (each.validTo === undefined || compareDays(validFrom, each.validTo) < 0),
  );
  if (overlap)
    return reject({ reason: 'registration_overlaps', registrationId: overlap.id, validFrom: overlap.validFrom });
  return accept(wanted);
}
