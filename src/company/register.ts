import { accept, reject, type Decision } from '../kernel/decision.ts';

/** A till as it is asked for. Its code stands on receipts, so a location has each once. */
export type OpenRegister = {
  readonly id: string;
  readonly locationId: string;
  readonly code: string;
  readonly name: string;
};

/** Why a register cannot be opened. */
export type RegisterRejection =
  | { reason: 'unknown_location'; locationId: string }
  | { reason: 'duplicate_code'; code: string };

/** Says whether a register can be opened; `codes` are those of its location. */
export function decideOpenRegister(
  wanted: OpenRegister,
  known: { readonly locationIds: ReadonlySet<string>; readonly codes: ReadonlySet<string> },
): Decision<OpenRegister, RegisterRejection> {
  const { locationId, code } = wanted;
  if (!known.locationIds.has(locationId)) return reject({ reason: 'unknown_location', locationId });
  if (known.codes.has(code)) return reject({ reason: 'duplicate_code', code });
  return accept(wanted);
}
