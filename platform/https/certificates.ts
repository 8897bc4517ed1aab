import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StartRefusal } from '../start-refusal.ts';
import { checkKeyPair } from './certificate.ts';
import type { CertificateFacts, KeyPair } from './certificate.ts';
import { writePrivately } from './files.ts';
import type { LocalAuthority } from './local-authority.ts';

/** Where certificates come from. */
export type CertificateSource =
  | { readonly kind: 'files'; readonly certFile: string; readonly keyFile: string }
  | {
      readonly kind: 'acme';
      readonly directoryUrl: string;
      readonly email: string | undefined;
      readonly names: readonly string[];
    }
  | { readonly kind: 'local'; readonly names: readonly string[] };

/** The certificate of this program, kept valid. */
export type Certificates = {
  readonly current: () => KeyPair & CertificateFacts;
  /** The authority that devices must be told to trust; with HTTPS=local only. */
  readonly authority: LocalAuthority | undefined;
  /** What the ACME authority looks for: token → answer. */
  readonly challenges: ReadonlyMap<string, string>;
  /** Looks now whether there is a newer certificate or one must be got. What goes wrong is told, and the current one stays. */
  look(): Promise<void>;
  close(): void;
};

/** How often files are looked at and ends are thought of. */
const LOOK_MS = 60_000;
/** After a failure an authority is left alone so long; Let's Encrypt counts them. */
const RETRY_MS = 3_600_000;

/** Renewed when less than a third of its life is left, as authorities advise. */
export function mustRenew(facts: { readonly validFrom: number; readonly validUntil: number }, now: number): boolean {
  return facts.validUntil - now < (facts.validUntil - facts.validFrom) / 3;
}

/**
 * Opens the certificate of a source and keeps it: files are read again when they change, others are renewed. `onRenewed` gets each new one. Refuses to start
 * with files that cannot be used. With ACME a temporary certificate of our own serves until the authority has answered, because it asks us
 * first: call `look` once plain HTTP is open.
 */
export async function openCertificates(options: {
  readonly source: CertificateSource;
  /** Where keys and certificates are kept, 0600. */
  readonly folder: string;
  readonly now: () => number;
  readonly onRenewed: (pair: KeyPair) => void;
  readonly log: { info(message: string): void; error(fields: object, message: string): void };
  readonly lookMs?: number;
}): Promise<Certificates> {
  const { source, folder, now, onRenewed, log } = options;
  const challenges = new Map<string, string>();
  const authority = source.kind === 'files' ? undefined : await localAuthority(folder, now());
  const kept = join(folder, source.kind === 'acme' ? 'acme' : 'local');
  let stamp = source.kind === 'files' ? await stampOf(source) : '';
  let current = await first();
  let notBefore = 0;
  let looking: Promise<void> | undefined;

  function hold(pair: KeyPair): Held {
    return { ...pair, ...checkKeyPair(pair, now()), temporary: false };
  }

  async function first(): Promise<Held> {
    if (source.kind === 'files') {
      try {
        return hold(await readPair(source.certFile, source.keyFile));
      } catch (error) {
        throw new StartRefusal(`HTTPS_CERT_FILE and HTTPS_KEY_FILE cannot be used: ${(error as Error).message}`);
      }
    }
    const found = await readKept(kept, source.names).catch(() => undefined);
    if (found !== undefined) return hold(found);
    const issued = await (authority as LocalAuthority).issue(source.names, now());
    if (source.kind === 'local') await writeKept(kept, issued, source.names);
    return { ...hold(issued), temporary: source.kind === 'acme' };
  }

  const renewed = async (): Promise<KeyPair | undefined> => {
    switch (source.kind) {
      case 'files': {
        const latest = await stampOf(source);
        if (latest === stamp) return undefined;
        const pair = await readPair(source.certFile, source.keyFile);
        hold(pair);
        stamp = latest;
        return pair;
      }
      case 'local':
        return mustRenew(current, now()) ? (authority as LocalAuthority).issue(source.names, now()) : undefined;
      case 'acme': {
        if (!current.temporary && !mustRenew(current, now())) return undefined;
        const { orderCertificate } = await import('./acme.ts');
        return orderCertificate({ ...source, folder, challenges });
      }
    }
  };

  const look = async (): Promise<void> => {
    if (now() < notBefore) return;
    try {
      const pair = await renewed();
      if (pair === undefined) return;
      current = hold(pair);
      if (source.kind !== 'files') await writeKept(kept, pair, source.names);
      onRenewed(pair);
      log.info(`A new certificate is in use, valid until ${new Date(current.validUntil).toISOString().slice(0, 10)}.`);
    } catch (error) {
      if (source.kind === 'acme') notBefore = now() + RETRY_MS;
      log.error({ err: error }, 'There is no new certificate; the present one stays in use.');
    }
  };
  const lookOnce = (): Promise<void> => (looking ??= look().finally(() => (looking = undefined)));
  const timer = setInterval(() => void lookOnce(), options.lookMs ?? LOOK_MS);
  timer.unref();

  return {
    current: () => current,
    authority: source.kind === 'local' ? authority : undefined,
    challenges,
    look: lookOnce,
    close: () => clearInterval(timer),
  };
}

type Held = KeyPair & CertificateFacts & { readonly temporary: boolean };

/** Loaded only where it is used: the packages that make certificates are large. */
async function localAuthority(folder: string, now: number): Promise<LocalAuthority> {
  const { openLocalAuthority } = await import('./local-authority.ts');
  return openLocalAuthority(folder, now);
}

async function readPair(certFile: string, keyFile: string): Promise<KeyPair> {
  const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
  return { cert, key };
}

async function stampOf({
  certFile,
  keyFile,
}: {
  readonly certFile: string;
  readonly keyFile: string;
}): Promise<string> {
  const stats = await Promise.all([certFile, keyFile].map((path) => stat(path).catch(() => undefined)));
  return stats.map((one) => `${one?.mtimeMs}:${one?.size}:${one?.ino}`).join(' ');
}

/** The pair that was got before, if it is for the same names. */
async function readKept(path: string, names: readonly string[]): Promise<KeyPair | undefined> {
  if (!existsSync(`${path}.json`)) return undefined;
  const kept = JSON.parse(await readFile(`${path}.json`, 'utf8')) as KeyPair & { names: string[] };
  return kept.names.join() === names.join() ? kept : undefined;
}

/** In one file, so that certificate and key are never those of two orders. */
function writeKept(path: string, pair: KeyPair, names: readonly string[]): Promise<void> {
  return writePrivately(`${path}.json`, JSON.stringify({ ...pair, names }));
}
