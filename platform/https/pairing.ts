import { X509Certificate } from 'node:crypto';
import type { Api } from '../http/app.ts';
import type { LocalAuthority } from './local-authority.ts';

/** Headers of the pairing page; it is made of words and needs nothing else. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
} as const;

/** Headers of the authority's certificate, under which phones offer to install it. */
export const AUTHORITY_HEADERS = {
  'content-type': 'application/x-x509-ca-cert',
  'content-disposition': 'attachment; filename="oneshelf-authority.crt"',
} as const;

/** What stands on the pairing page, so that it can be said in other languages. `{…}` is filled in. */
export const PAIRING_WORDS = {
  title: 'Pair this device',
  why: 'The camera, passkeys, printing and selling without a network need a safe connection. This installation has an authority of its own for it; your device must trust it once.',
  check:
    'Compare this fingerprint with the one that the office or the log shows, letter by letter. If it differs, stop: somebody stands between.',
  download: 'Download the certificate of the authority',
  done: 'Then open {origin}',
  devices: [
    [
      'iPhone, iPad',
      'Open this page in Safari, download, then Settings → Profile downloaded → Install. After that Settings → General → About → Certificate Trust Settings: switch it on.',
    ],
    [
      'Android',
      'Download, then Settings → Security → Encryption & credentials → Install a certificate → CA certificate, and choose the file.',
    ],
    [
      'Windows',
      'Download, open the file, Install certificate → Local machine → Place all certificates in: Trusted Root Certification Authorities.',
    ],
    [
      'macOS',
      'Download, open the file so that Keychain Access takes it up, open it there, Trust → When using this certificate: Always trust.',
    ],
    [
      'Linux',
      'Copy the file to /usr/local/share/ca-certificates/ and run update-ca-certificates; in Chromium and Firefox import it under Settings → Certificates → Authorities.',
    ],
  ],
} as const;

/** The page on which a device learns to trust the local authority. Needs no script and no other file. */
export function pairingPage({
  authority,
  origin,
}: {
  readonly authority: LocalAuthority;
  readonly origin: string;
}): string {
  const words = PAIRING_WORDS;
  const devices = words.devices.map(([name, how]) => `<dt>${escape(name)}</dt><dd>${escape(how)}</dd>`).join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(words.title)} · Oneshelf</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#1a1b1e}
code{overflow-wrap:anywhere;background:#f1f3f5;padding:.5rem;display:block}dt{font-weight:600;margin-top:.75rem}dd{margin:0}
.main{display:inline-block;background:#1864ab;color:#fff;padding:.75rem 1rem;border-radius:.5rem;text-decoration:none}</style></head>
<body><main><h1>${escape(words.title)}</h1>
<p>${escape(words.why)}</p>
<p><a class="main" href="/pair/authority.crt">${escape(words.download)}</a></p>
<p>${escape(words.check)}</p>
<code>${escape(authority.fingerprint)}</code>
<dl>
${devices}
</dl>
<p><a href="${escape(origin)}/">${escape(words.done.replace('{origin}', origin))}</a></p>
</main></body></html>
`;
}

/** The authority's certificate as the bytes that devices install. */
export function authorityDer(authority: LocalAuthority): Buffer {
  return new X509Certificate(authority.certificate).raw;
}

/** The pairing page by https too, for who has passed the browser's warning already. */
export function registerPairing(api: Api, authority: LocalAuthority): void {
  api.get('/pair', { schema: { hide: true } as never }, (request, reply) =>
    reply.headers(PAGE_HEADERS).send(pairingPage({ authority, origin: `https://${request.host}` })),
  );
  api.get('/pair/authority.crt', { schema: { hide: true } as never }, (_request, reply) =>
    reply.headers(AUTHORITY_HEADERS).send(authorityDer(authority)),
  );
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
