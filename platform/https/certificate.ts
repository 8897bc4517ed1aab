import { X509Certificate, createPrivateKey } from 'node:crypto';
import { rootCertificates } from 'node:tls';

/** A certificate (and what leads to its authority) and its private key, as PEM. */
export type KeyPair = { readonly cert: string; readonly key: string };

/** What a certificate says. Milliseconds since 1970. */
export type CertificateFacts = {
  readonly validFrom: number;
  readonly validUntil: number;
  /** Whether every browser trusts it by itself. Only then may browsers be told to insist on https. */
  readonly isPublic: boolean;
};

/** Reads a pair and throws, in words for the person who put it there, when it cannot be used. */
export function checkKeyPair({ cert, key }: KeyPair, now: number): CertificateFacts {
  const chain = certificatesOf(cert);
  const [leaf] = chain;
  if (leaf === undefined) throw new Error('The file of the certificate holds none as PEM.');
  const privateKey = ((): ReturnType<typeof createPrivateKey> => {
    try {
      return createPrivateKey(key);
    } catch {
      throw new Error('The file of the key holds no private key as PEM, or one with a password.');
    }
  })();
  if (!leaf.checkPrivateKey(privateKey)) throw new Error('The key does not belong to the certificate.');
  const validUntil = leaf.validToDate.getTime();
  if (validUntil <= now) throw new Error(`The certificate was valid until ${leaf.validTo}.`);
  return { validFrom: leaf.validFromDate.getTime(), validUntil, isPublic: leadsToRoot(chain) };
}

function certificatesOf(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

let roots: X509Certificate[] | undefined;

/** Whether each certificate is signed by the next and the last by an authority that comes with browsers and Node. */
function leadsToRoot(chain: readonly X509Certificate[]): boolean {
  for (const [at, one] of chain.entries()) {
    const next = chain[at + 1];
    if (next !== undefined && !(one.checkIssued(next) && one.verify(next.publicKey))) return false;
  }
  const last = chain.at(-1);
  if (last === undefined) return false;
  roots ??= rootCertificates.map((root) => new X509Certificate(root));
  return roots.some(
    (root) => root.fingerprint256 === last.fingerprint256 || (last.checkIssued(root) && last.verify(root.publicKey)),
  );
}
