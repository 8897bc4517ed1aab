import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import { LEFTOVER_MS, MANIFEST, MissingPart, NAME, type Place } from './place.ts';

/** An S3-compatible storage. `prefix` is empty or ends in a slash. */
export type S3Options = {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** How long the first pause is before something is tried again; 500 ms unless told. */
  readonly pauseMs?: number;
};

const TRIES = 6;
const WITHIN_MS = 120_000;

type Listed = { readonly key: string; readonly modifiedAt: number };

/**
 * A place in a bucket. Parts are at most 32 MB, each put in one signed request with its hash and tried again by itself: what multipart uploads are
 * for, without uploads that nobody ends and everybody pays for.
 */
export function s3Place(options: S3Options): Place {
  const { prefix } = options;
  const aws = new AwsClient({
    accessKeyId: options.accessKeyId,
    secretAccessKey: options.secretAccessKey,
    region: options.region,
    service: 's3',
    retries: 0,
  });
  const base = `${options.endpoint.replace(/\/$/, '')}/${options.bucket}`;
  const addressOf = (key: string): string => `${base}/${key.split('/').map(encodeURIComponent).join('/')}`;

  const send = async (method: string, address: string, body?: Buffer): Promise<{ status: number; body: Buffer }> => {
    const headers = {
      'x-amz-content-sha256': createHash('sha256')
        .update(body ?? '')
        .digest('hex'),
    };
    let last: unknown;
    for (let tries = 0; tries < TRIES; tries += 1) {
      if (tries > 0) await new Promise((done) => setTimeout(done, (options.pauseMs ?? 500) * 2 ** (tries - 1)));
      try {
        const answer = await aws.fetch(address, {
          method,
          headers,
          signal: AbortSignal.timeout(WITHIN_MS),
          ...(body === undefined ? {} : { body: new Uint8Array(body) }),
        });
        const bytes = Buffer.from(await answer.arrayBuffer());
        if (answer.status < 500 && answer.status !== 429) return { status: answer.status, body: bytes };
        last = refusal(method, answer.status, bytes);
      } catch (error) {
        last = error;
      }
    }
    throw new Error(`The storage ${options.endpoint} does not take or give what it should: ${messageOf(last)}`, {
      cause: last,
    });
  };
  const must = async (method: string, key: string, body?: Buffer): Promise<Buffer> => {
    const answer = await send(method, addressOf(key), body);
    if (answer.status === 404 && method === 'GET') throw new MissingPart(key);
    if (answer.status >= 300) throw refusal(method, answer.status, answer.body);
    return answer.body;
  };
  const listKeys = async (below: string): Promise<Listed[]> => {
    const found: Listed[] = [];
    for (let next: string | undefined = ''; next !== undefined;) {
      const query = new URLSearchParams({
        'list-type': '2',
        prefix: below,
        ...(next === '' ? {} : { 'continuation-token': next }),
      });
      const answer = await send('GET', `${base}?${query.toString()}`);
      if (answer.status >= 300) throw refusal('GET', answer.status, answer.body);
      const text = answer.body.toString();
      for (const [, entry = ''] of text.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g))
        found.push({
          key: unescapeXml(tag(entry, 'Key') ?? ''),
          modifiedAt: Date.parse(tag(entry, 'LastModified') ?? ''),
        });
      const token = tag(text, 'NextContinuationToken');
      next = tag(text, 'IsTruncated') === 'true' && token !== undefined ? unescapeXml(token) : undefined;
    }
    return found;
  };
  const nameOf = ({ key }: Listed): string => key.slice(prefix.length).split('/')[0] ?? '';
  const completeIn = (keys: readonly Listed[]): string[] =>
    keys
      .filter((one) => one.key === `${prefix}${nameOf(one)}/${MANIFEST}` && NAME.test(nameOf(one)))
      .map(nameOf)
      .toSorted();
  const removeAll = async (keys: readonly Listed[]): Promise<void> => {
    for (const { key } of keys) await must('DELETE', key);
  };

  return {
    text: `s3://${options.bucket}/${prefix}`,
    free: () => Promise.resolve(undefined),
    list: async () => completeIn(await listKeys(prefix)),
    begin(name) {
      return Promise.resolve({
        put: async (file, bytes) => void (await must('PUT', `${prefix}${name}/${file}`, bytes)),
        finish: async (manifest) => void (await must('PUT', `${prefix}${name}/${MANIFEST}`, manifest)),
        abandon: async () => removeAll(await listKeys(`${prefix}${name}/`)),
      });
    },
    read: (name, file) => must('GET', `${prefix}${name}/${file}`),
    putBeside: async (file, bytes) => void (await must('PUT', `${prefix}${file}`, bytes)),
    findBeside: (file) =>
      must('GET', `${prefix}${file}`).catch((error: unknown) => {
        if (error instanceof MissingPart) return undefined;
        throw error;
      }),
    async remove(name) {
      // The manifest first: without it the rest is a leftover, which sweep knows.
      await must('DELETE', `${prefix}${name}/${MANIFEST}`);
      await removeAll(await listKeys(`${prefix}${name}/`));
    },
    async sweep(now) {
      const keys = await listKeys(prefix);
      const complete = new Set(completeIn(keys));
      const names = new Set(keys.map(nameOf).filter((name) => NAME.test(name) && !complete.has(name)));
      for (const name of names) {
        const left = keys.filter((one) => nameOf(one) === name);
        // A run that is under way keeps writing.
        if (left.every(({ modifiedAt }) => now - modifiedAt > LEFTOVER_MS)) await removeAll(left);
      }
    },
  };
}

function tag(text: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
}

function unescapeXml(text: string): string {
  const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replaceAll(/&(\w+);/g, (whole, name: string) => named[name] ?? whole);
}

function refusal(method: string, status: number, body: Buffer): Error {
  const text = body.toString('utf8', 0, 2_000);
  const says = [tag(text, 'Code'), tag(text, 'Message')].filter((part) => part !== undefined).join(': ');
  return new Error(`${method} was answered ${status}${says === '' ? '' : ` (${says})`}.`);
}

function messageOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return error instanceof Error
    ? `${error.message}${cause instanceof Error ? ` (${cause.message})` : ''}`
    : String(error);
}
