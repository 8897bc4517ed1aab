import { join } from 'node:path';
import type { Config } from '../../platform/config.ts';
import { openCertificates, type Certificates, type CertificateSource } from '../../platform/https/certificates.ts';
import { namesOfMachine } from '../../platform/https/names.ts';
import { openPlainHttp, type PlainHttp } from '../../platform/https/plain-http.ts';
import type { Api } from '../../platform/http/app.ts';
import type { Log } from '../../platform/log.ts';

/** HTTPS as the settings want it: certificates that stay valid, and plain HTTP beside it. */
export type Https = {
  readonly certificates: Certificates;
  /** The names the certificate is for; the first is the one that people are sent to. */
  readonly names: readonly string[];
  /** Uses new certificates for this server from now on. Before it listens. */
  serve(api: Api): void;
  /** Opens plain HTTP beside the port that is listened on, and asks the ACME authority if need be. */
  openPlain(httpsPort: number): Promise<PlainHttp | undefined>;
};

/** Opens HTTPS; undefined when it is off. Throws StartRefusal when the certificate cannot be used. */
export async function openHttps(config: Config, log: Log): Promise<Https | undefined> {
  if (config.HTTPS === 'off') return undefined;
  const names = namesOf(config);
  const served: Api[] = [];
  const certificates = await openCertificates({
    source: sourceOf(config, names),
    folder: join(config.DATA_DIR, 'https'),
    now: () => Date.now(),
    onRenewed: (pair) => {
      for (const api of served) (api.server as unknown as SecureServer).setSecureContext(pair);
    },
    log,
  });
  return {
    certificates,
    names,
    serve: (api) => void served.push(api),
    async openPlain(httpsPort) {
      const port = config.HTTP_PORT ?? (httpsPort === 443 ? 80 : httpsPort + 1);
      if (config.HTTP_PORT === 0) return undefined;
      const plain = await openPlainHttp({
        host: config.HOST,
        port,
        httpsPort: () => httpsPort,
        names,
        challenges: certificates.challenges,
        authority: certificates.authority,
      });
      // Not waited for: the authority takes its time, and a temporary certificate serves meanwhile.
      void certificates.look();
      return plain;
    },
  };
}

type SecureServer = { setSecureContext(pair: { cert: string; key: string }): void };

function sourceOf(config: Config, names: readonly string[]): CertificateSource {
  if (config.HTTPS === 'acme')
    return { kind: 'acme', directoryUrl: config.ACME_DIRECTORY_URL, email: config.ACME_EMAIL, names };
  if (config.HTTPS === 'files')
    return { kind: 'files', certFile: config.HTTPS_CERT_FILE ?? '', keyFile: config.HTTPS_KEY_FILE ?? '' };
  return { kind: 'local', names };
}

function namesOf({ HTTPS, HTTPS_NAMES, BASE_URL }: Config): readonly string[] {
  const given = HTTPS_NAMES?.toLowerCase().split(',') ?? (BASE_URL === undefined ? [] : [hostOf(BASE_URL)]);
  if (HTTPS === 'acme' || HTTPS_NAMES !== undefined) return given;
  return [...new Set([...given, ...namesOfMachine()])];
}

function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
}
