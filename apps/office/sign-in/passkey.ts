import {
  browserSupportsWebAuthn,
  startAuthentication,
  startRegistration,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import type { PasskeyOffer } from '../../client/own-account.ts';
import { ApiProblem } from '../../client/problem.ts';

/** Whether this browser has passkeys on this page: it needs https, or localhost. */
export function hasPasskeys(): boolean {
  return browserSupportsWebAuthn();
}

/** Lets the person choose a passkey and use it. Throws an ApiProblem when they did not. */
export async function askPasskey(
  offer: PasskeyOffer<PublicKeyCredentialRequestOptionsJSON>,
): Promise<{ ticket: string; answer: unknown }> {
  const answer = await startAuthentication({ optionsJSON: offer.options }).catch(cancelled);
  return { ticket: offer.ticket, answer };
}

/** Lets the person make a passkey. Throws an ApiProblem when they did not. */
export async function makePasskey(
  offer: PasskeyOffer<PublicKeyCredentialCreationOptionsJSON>,
): Promise<{ ticket: string; answer: unknown }> {
  const answer = await startRegistration({ optionsJSON: offer.options }).catch(cancelled);
  return { ticket: offer.ticket, answer };
}

function cancelled(): never {
  throw new ApiProblem(401, 'passkey_cancelled', 'The passkey was not used.');
}
