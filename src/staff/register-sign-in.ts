import { accept, reject, type Decision } from '../kernel/decision.ts';

/** Wrong PINs of one person at one location until it is locked; then somebody who may has to set a new one. */
export const PIN_TRIES = 5;

/** Wrong PINs and unknown badges at one register within {@link REGISTER_WINDOW_MS}, whoever they were for. */
export const REGISTER_TRIES = 20;

/** How long a register waits at most after too many wrong tries. */
export const REGISTER_WINDOW_MS = 15 * 60_000;

/** A session at a register ends after this, whatever happens: a shift. */
export const REGISTER_SESSION_MS = 10 * 3600_000;

/** Why a PIN is none. */
export type PinRejection = { readonly reason: 'pin_too_easy' };

/** Whether a PIN (4 to 8 digits, checked at the edge) may be used: not one digit again and again, and not a run up or down. */
export function decidePin(pin: string): Decision<string, PinRejection> {
  const steps = new Set(Array.from({ length: pin.length - 1 }, (_, at) => Number(pin[at + 1]) - Number(pin[at])));
  const [only] = steps;
  return steps.size === 1 && only !== undefined && Math.abs(only) <= 1
    ? reject({ reason: 'pin_too_easy' })
    : accept(pin);
}

/** Milliseconds until a register may try again. */
export function registerWait(
  tries: { readonly failed: number; readonly since: number } | undefined,
  at: number,
): number {
  if (tries === undefined || tries.failed < REGISTER_TRIES) return 0;
  return Math.max(0, tries.since + REGISTER_WINDOW_MS - at);
}
