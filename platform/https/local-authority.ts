import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  cryptoProvider,
} from '@peculiar/x509';
import { createHash, randomBytes, webcrypto } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { KeyPair } from './certificate.ts';
import { writePrivately } from './files.ts';

cryptoProvider.set(webcrypto as unknown as Parameters<typeof cryptoProvider.set>[0]);

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY = 24 * 3_600_000;
/** Apple's devices refuse more than 825 days, also from authorities that their owner trusts; shorter ones are renewed by us anyway. */
const LEAF_DAYS = 90;
const CA_DAYS = 3_650;
/** Clocks of tills are not exact. */
const BEFORE_DAYS = 1;

/** An authority of this installation. Its key never leaves the folder; devices are given `certificate`. */
export type LocalAuthority = {
  /** As PEM, to be installed on devices. */
  readonly certificate: string;
  /** SHA-256 of it, as devices show it: `AB:CD:…`. */
  readonly fingerprint: string;
  /** A new certificate for these names and addresses. */
  issue(names: readonly string[], now: number): Promise<KeyPair>;
};

/**
 * Opens the authority kept in `folder`, or makes one there: an elliptic key of its owner alone (0600) and a certificate for ten years that may sign no
 * further authorities. A new one takes the place of one that is within a year of its end; devices must then be paired again.
 */
export async function openLocalAuthority(folder: string, now: number): Promise<LocalAuthority> {
  const [certFile, keyFile] = [join(folder, 'authority.pem'), join(folder, 'authority-key.pem')];
  const kept =
    existsSync(certFile) && existsSync(keyFile) ? new X509Certificate(await readFile(certFile, 'utf8')) : undefined;
  if (kept !== undefined && kept.notAfter.getTime() - now > 365 * DAY)
    return authorityOf(kept, await importKey(await readFile(keyFile, 'utf8')));
  const keys = await newKeys();
  const name = [
    { CN: [`Oneshelf on ${hostname()} ${randomBytes(2).toString('hex')}`] },
    { O: ['Oneshelf local authority'] },
  ];
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: randomBytes(16).toString('hex'),
    name,
    notBefore: new Date(now - BEFORE_DAYS * DAY),
    notAfter: new Date(now + CA_DAYS * DAY),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  await writePrivately(keyFile, await keyText(keys.privateKey));
  await writePrivately(certFile, certificate.toString('pem'));
  return authorityOf(certificate, keys.privateKey);
}

function authorityOf(certificate: X509Certificate, signingKey: webcrypto.CryptoKey): LocalAuthority {
  return {
    certificate: certificate.toString('pem'),
    fingerprint: fingerprintOf(certificate),
    async issue(names, now) {
      const keys = await newKeys();
      const leaf = await X509CertificateGenerator.create({
        serialNumber: randomBytes(16).toString('hex'),
        subject: [{ CN: [names[0] ?? hostname()] }],
        issuer: certificate.subjectName,
        notBefore: new Date(now - BEFORE_DAYS * DAY),
        notAfter: new Date(Math.min(now + LEAF_DAYS * DAY, certificate.notAfter.getTime())),
        signingAlgorithm: ALGORITHM,
        publicKey: keys.publicKey,
        signingKey,
        extensions: [
          new BasicConstraintsExtension(false, undefined, true),
          new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
          new SubjectAlternativeNameExtension(
            names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
          ),
          await SubjectKeyIdentifierExtension.create(keys.publicKey),
          await AuthorityKeyIdentifierExtension.create(certificate.publicKey),
        ],
      });
      return { cert: `${leaf.toString('pem')}\n${certificate.toString('pem')}\n`, key: await keyText(keys.privateKey) };
    },
  };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function keyText(key: webcrypto.CryptoKey): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(pem), ALGORITHM, true, ['sign']);
}

function fingerprintOf(certificate: X509Certificate): string {
  const hex = createHash('sha256').update(Buffer.from(certificate.rawData)).digest('hex').toUpperCase();
  return hex.replaceAll(/(..)(?=.)/g, '$1:');
}
