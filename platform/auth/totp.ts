import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

/** RFC 6238 as every authenticator app does it: SHA-1, six digits, thirty seconds. */
const FORM = { algorithm: 'SHA1', digits: 6, period: 30 } as const;
/** RFC 4226 asks for 160 bits. */
const SEED_BYTES = 20;
/** Clocks of phones go wrong, and typing takes time: one step before and one after are taken. */
const DRIFT = 1;

/** A new seed as the base32 text that people can also type. */
export function newTotpSeed(): string {
  return new Secret({ buffer: Uint8Array.from(randomBytes(SEED_BYTES)).buffer }).base32;
}

/** What an authenticator app reads from the picture. `account` tells two accounts at one place apart. */
export function totpUri(
  seed: string,
  { issuer, account }: { readonly issuer: string; readonly account: string },
): string {
  return new TOTP({ ...FORM, issuer, label: account, secret: Secret.fromBase32(seed) }).toString();
}

/**
 * The step (half minutes since 1970) of a code that is right now, undefined for any other. It counts once: keep the step and take only later ones.
 * `now` in milliseconds since 1970.
 */
export function totpStepOf(seed: string, code: string, now: number): number | undefined {
  const digits = code.replaceAll(/\s/g, '');
  if (!/^\d{6}$/.test(digits)) return undefined;
  const totp = new TOTP({ ...FORM, secret: Secret.fromBase32(seed) });
  const delta = totp.validate({ token: digits, timestamp: now, window: DRIFT });
  return delta === null ? undefined : Math.floor(now / 1000 / FORM.period) + delta;
}
