import 'reflect-metadata';
import { createHash, createPublicKey, randomBytes, verify, webcrypto } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BasicConstraintsExtension, Pkcs10CertificateRequest, X509CertificateGenerator } from '@peculiar/x509';
import type { X509Certificate } from '@peculiar/x509';

type Signed = { readonly protected: string; readonly payload: string; readonly signature: string };
type Header = {
  readonly alg: string;
  readonly nonce: string;
  readonly url: string;
  readonly kid?: string;
  readonly jwk?: JsonWebKey;
};
type Order = { readonly names: string[]; readonly token: string; status: string; account: string; cert?: string };

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const base64 = (text: string): Buffer => Buffer.from(text, 'base64url');

/**
 * A certificate authority on this machine for tests that speaks RFC 8555: nonces that are used once, signed requests, orders, HTTP-01 that it looks up itself at
 * `challengePort` of 127.0.0.1 (real ones look at port 80 of the name), and certificates that it signs. `validDays` says for how long.
 */
export async function startAcmeAuthority(options: { challengePort: () => number; validDays?: number }): Promise<{
  url: string;
  orders: readonly Order[];
  accounts: ReadonlyMap<string, KeyObject>;
  root: string;
  refuse: boolean;
  close(): Promise<void>;
}> {
  const nonces = new Set<string>();
  const accounts = new Map<string, KeyObject>();
  const thumbprints = new Map<string, string>();
  const orders: Order[] = [];
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const root = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=Authority for tests',
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  let base = '';

  const server = createServer((request, response) => {
    const nonce = randomBytes(12).toString('base64url');
    nonces.add(nonce);
    response.setHeader('replay-nonce', nonce);
    answer(request, response).catch((error: Error) =>
      send(response, 400, { type: 'urn:ietf:params:acme:error:malformed', detail: error.message }),
    );
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    if (path === '/directory')
      return send(response, 200, {
        newNonce: `${base}/nonce`,
        newAccount: `${base}/account`,
        newOrder: `${base}/order`,
      });
    if (path === '/nonce') return void response.writeHead(request.method === 'HEAD' ? 200 : 204).end();
    const { header, payload } = await open(request, `${base}${path}`);
    if (path === '/account') return newAccount(response, header);
    const account = header.kid ?? '';
    if (path.startsWith('/account/')) return send(response, 200, { status: 'valid' });
    if (path === '/order') {
      const { identifiers } = payload as { identifiers: { value: string }[] };
      const names = identifiers.map(({ value }) => value);
      orders.push({ names, token: randomBytes(16).toString('base64url'), status: 'pending', account });
      response.setHeader('location', `${base}/order/${orders.length - 1}`);
      return send(response, 201, orderOf(orders.length - 1));
    }
    const [, kind = '', number = ''] = path.split('/');
    const order = orders[Number(number)];
    if (order === undefined || order.account !== account) throw new Error('no such order of this account');
    switch (kind) {
      case 'order':
        return send(response, 200, orderOf(Number(number)));
      case 'authz':
        return send(response, 200, authorizationOf(Number(number), order));
      case 'challenge':
        await lookUp(order);
        return send(response, 200, challengeOf(Number(number), order));
      case 'finalize':
        order.cert = await sign(base64((payload as { csr: string }).csr), order);
        order.status = 'valid';
        return send(response, 200, orderOf(Number(number)));
      case 'cert':
        return void response.writeHead(200, { 'content-type': 'application/pem-certificate-chain' }).end(order.cert);
      default:
        throw new Error(`nothing at ${path}`);
    }
  }

  /** Reads a signed request as RFC 8555 section 6 demands. */
  async function open(request: IncomingMessage, url: string): Promise<{ header: Header; payload: unknown }> {
    if (request.headers['content-type'] !== 'application/jose+json') throw new Error('not application/jose+json');
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const signed = JSON.parse(text) as Signed;
    const header = JSON.parse(base64(signed.protected).toString()) as Header;
    if (!nonces.delete(header.nonce)) throw new Error('badNonce');
    if (header.url !== url) throw new Error(`signed for ${header.url}`);
    const key =
      header.jwk === undefined ? accounts.get(header.kid ?? '') : createPublicKey({ key: header.jwk, format: 'jwk' });
    if (key === undefined) throw new Error('accountDoesNotExist');
    const bytes = Buffer.from(`${signed.protected}.${signed.payload}`);
    if (!verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, base64(signed.signature)))
      throw new Error('bad signature');
    return { header, payload: signed.payload === '' ? undefined : JSON.parse(base64(signed.payload).toString()) };
  }

  function newAccount(response: ServerResponse, { jwk }: Header): void {
    const { crv, kty, x, y } = jwk ?? {};
    const thumbprint = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
    const url = `${base}/account/${thumbprint}`;
    const status = accounts.has(url) ? 200 : 201;
    accounts.set(url, createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }));
    thumbprints.set(url, thumbprint);
    response.setHeader('location', url);
    send(response, status, { status: 'valid' });
  }

  async function lookUp(order: Order): Promise<void> {
    const found = await fetch(`http://127.0.0.1:${options.challengePort()}/.well-known/acme-challenge/${order.token}`);
    const isRight = (await found.text()) === `${order.token}.${thumbprints.get(order.account)}`;
    order.status = isRight && !authority.refuse ? 'ready' : 'invalid';
  }

  async function sign(csr: Buffer, order: Order): Promise<string> {
    if (order.status !== 'ready') throw new Error('orderNotReady');
    const request = new Pkcs10CertificateRequest(new Uint8Array(csr));
    if (!(await request.verify())) throw new Error('badCSR');
    const leaf: X509Certificate = await X509CertificateGenerator.create({
      serialNumber: randomBytes(8).toString('hex'),
      subject: request.subject,
      issuer: root.subject,
      notBefore: new Date(Date.now() - 3_600_000),
      notAfter: new Date(Date.now() + (options.validDays ?? 90) * 86_400_000),
      signingAlgorithm: ALGORITHM,
      publicKey: request.publicKey,
      signingKey: keys.privateKey,
      extensions: request.extensions,
    });
    return `${leaf.toString('pem')}\n${root.toString('pem')}\n`;
  }

  const orderOf = (number: number) => {
    const order = orders[number] as Order;
    return {
      status: order.status,
      identifiers: order.names.map((value) => ({ type: 'dns', value })),
      authorizations: [`${base}/authz/${number}`],
      finalize: `${base}/finalize/${number}`,
      ...(order.cert === undefined ? {} : { certificate: `${base}/cert/${number}` }),
    };
  };
  const stateOf = ({ status }: Order): string => (status === 'ready' ? 'valid' : status);
  const challengeOf = (number: number, order: Order) => ({
    type: 'http-01',
    url: `${base}/challenge/${number}`,
    token: order.token,
    status: stateOf(order),
  });
  const authorizationOf = (number: number, order: Order) => ({
    status: stateOf(order),
    identifier: { type: 'dns', value: order.names[0] },
    challenges: [challengeOf(number, order)],
  });

  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const authority = {
    url: `${base}/directory`,
    orders,
    accounts,
    root: root.toString('pem'),
    /** Whether it finds every challenge wrong. */
    refuse: false,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  return authority;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
