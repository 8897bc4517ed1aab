import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An S3 storage for tests that believes nobody: it works the signature out for itself, by the published rules, from what came over the wire. */
export type S3StandIn = {
  readonly url: string;
  readonly objects: Map<string, Buffer>;
  /** Requests that were answered, and how many of them were told that something is wrong. */
  readonly answered: Map<number, number>;
  /** When so many more requests have come, the next one breaks (once). */
  breakAfter(requests: number, how: 'close' | 'error'): void;
  close(): Promise<void>;
};

/** Starts it on a free port of this machine. */
export async function startS3StandIn(of: {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
}): Promise<S3StandIn> {
  const objects = new Map<string, Buffer>();
  const answered = new Map<number, number>();
  let breaks: { left: number; how: 'close' | 'error' } | undefined;
  const server = createServer((request, response) => {
    void (async () => {
      const body = await bodyOf(request);
      if (breaks !== undefined && (breaks.left -= 1) < 0) {
        const { how } = breaks;
        breaks = undefined;
        if (how === 'close') return void request.socket.destroy();
        return void response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>');
      }
      const answer = isSigned(request, body, of)
        ? answerTo(objects, request, body)
        : { status: 403, body: '<Error><Code>SignatureDoesNotMatch</Code><Message>No.</Message></Error>' };
      answered.set(answer.status, (answered.get(answer.status) ?? 0) + 1);
      response.writeHead(answer.status).end(answer.body);
    })();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    answered,
    breakAfter: (left, how) => (breaks = { left, how }),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** AWS Signature Version 4, "Authenticating Requests (AWS Signature Version 4)" of the S3 API reference. */
function isSigned(
  request: IncomingMessage,
  body: Buffer,
  of: { accessKeyId: string; secretAccessKey: string; region: string },
): boolean {
  const given =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    );
  if (given === null) return false;
  const [, keyId = '', day = '', region = '', names = '', signature = ''] = given;
  const hash = createHash('sha256').update(body).digest('hex');
  if (keyId !== of.accessKeyId || region !== of.region || request.headers['x-amz-content-sha256'] !== hash)
    return false;
  const url = new URL(request.url ?? '', 'http://stand-in');
  const query = [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted()
    .join('&');
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`);
  const canonical = [request.method, url.pathname, query, headers.join(''), names, hash].join('\n');
  const time = String(request.headers['x-amz-date']);
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const mac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const signingKey = [day, region, 's3', 'aws4_request'].reduce<Buffer | string>(mac, `AWS4${of.secretAccessKey}`);
  return mac(signingKey, toSign).toString('hex') === signature;
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Pages of two, so that whoever lists must go on. */
const PAGE = 2;

function answerTo(
  objects: Map<string, Buffer>,
  request: IncomingMessage,
  body: Buffer,
): { status: number; body: string | Buffer } {
  const url = new URL(request.url ?? '', 'http://stand-in');
  const key = decodeURIComponent(url.pathname).split('/').slice(2).join('/');
  if (request.method === 'PUT') {
    objects.set(key, body);
    return { status: 200, body: '' };
  }
  if (request.method === 'DELETE') {
    objects.delete(key);
    return { status: 204, body: '' };
  }
  if (key !== '') {
    const found = objects.get(key);
    return found === undefined
      ? { status: 404, body: '<Error><Code>NoSuchKey</Code></Error>' }
      : { status: 200, body: found };
  }
  const prefix = url.searchParams.get('prefix') ?? '';
  const after = url.searchParams.get('continuation-token') ?? '';
  const all = [...objects.keys()].filter((name) => name.startsWith(prefix) && name > after).toSorted();
  const page = all.slice(0, PAGE);
  const more = all.length > PAGE;
  const entries = page.map(
    (name) => `<Contents><Key>${name}</Key><LastModified>2020-01-01T00:00:00.000Z</LastModified></Contents>`,
  );
  return {
    status: 200,
    body: `<ListBucketResult><IsTruncated>${more}</IsTruncated>${entries.join('')}${more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : ''}</ListBucketResult>`,
  };
}
