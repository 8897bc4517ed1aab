import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, crypto } from 'acme-client';
import type { KeyPair } from './certificate.ts';
import { writePrivately } from './files.ts';

/** What an authority is asked with. `challenges` is filled with what it will look for over plain HTTP: token → answer. */
export type AcmeOptions = {
  readonly directoryUrl: string;
  readonly email: string | undefined;
  readonly names: readonly string[];
  /** Where the key of the account is kept. */
  readonly folder: string;
  readonly challenges: Map<string, string>;
};

/**
 * Gets a certificate from an authority by RFC 8555 with HTTP-01. Throws what the authority says, or that it could not be reached. Loaded only when it is needed:
 * its package brings an HTTP client along.
 */
export async function orderCertificate({
  directoryUrl,
  email,
  names,
  folder,
  challenges,
}: AcmeOptions): Promise<KeyPair> {
  const client = new Client({ directoryUrl, accountKey: await accountKey(join(folder, 'acme-account-key.pem')) });
  const [key, csr] = await crypto.createCsr(
    { altNames: [...names], commonName: names[0] ?? '' },
    await crypto.createPrivateEcdsaKey('P-256'),
  );
  const cert = await client.auto({
    csr,
    termsOfServiceAgreed: true,
    challengePriority: ['http-01'],
    // The authority looks for itself. From inside, our own public name may lead nowhere.
    skipChallengeVerification: true,
    challengeCreateFn: async (_authorization, challenge, answer) => void challenges.set(challenge.token, answer),
    challengeRemoveFn: async (_authorization, challenge) => void challenges.delete(challenge.token),
    ...(email === undefined ? {} : { email }),
  });
  return { cert, key: key.toString() };
}

/** One account for all orders: authorities limit how many are opened. */
async function accountKey(path: string): Promise<string> {
  if (existsSync(path)) return readFile(path, 'utf8');
  const key = (await crypto.createPrivateEcdsaKey('P-256')).toString();
  await writePrivately(path, key);
  return key;
}
