import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newTotpSeed, totpStepOf, totpUri } from './totp.ts';

/** The seed of the tables in RFC 6238, appendix B, and its codes cut to six digits. */
const RFC_SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('a code', () => {
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('of RFC 6238 at %i s is %s', (seconds, code) => {
    expect(totpStepOf(RFC_SEED, code, seconds * 1000)).toBe(Math.floor(seconds / 30));
  });

  it('is taken one step early or late, and no further', () => {
    const at = 1111111111;
    const steps = [-2, -1, 0, 1, 2].map((drift) => totpStepOf(RFC_SEED, '050471', (at + drift * 30) * 1000));
    const step = Math.floor(at / 30);
    expect(steps).toEqual([undefined, step, step, step, undefined]);
  });

  it.each(['', '05047', '0504711', 'abcdef', '-50471', '０５０４７１'])('is not %s', (text) => {
    expect(totpStepOf(RFC_SEED, text, 1111111111_000)).toBeUndefined();
  });

  it('may be typed in two groups', () => {
    expect(totpStepOf(RFC_SEED, '050 471', 1111111111_000)).toBeDefined();
  });
});

it('a seed is 160 bits, new each time, and the address of the picture is the one that apps read', () => {
  const seeds = new Set(Array.from({ length: 50 }, newTotpSeed));
  expect(seeds.size).toBe(50);
  const [seed = ''] = seeds;
  expect(seed).toMatch(/^[A-Z2-7]{32}$/);
  const uri = new URL(totpUri(seed, { issuer: 'Oneshelf', account: 'ada@example.com' }));
  expect(uri.href.startsWith('otpauth://totp/Oneshelf:ada%40example.com?')).toBe(true);
  expect(Object.fromEntries(uri.searchParams)).toMatchObject({
    secret: seed,
    issuer: 'Oneshelf',
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  });
});

it('agrees with the formula of RFC 4226 for a seed of ours', () => {
  const seed = newTotpSeed();
  const bits = seed.replaceAll(/./g, (one) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(one).toString(2).padStart(5, '0'),
  );
  const key = Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(40_000_000n);
  const digest = createHmac('sha1', key).update(message).digest();
  const code = (digest.readUInt32BE((digest.at(-1) ?? 0) & 15) & 0x7fffffff) % 1_000_000;
  expect(totpStepOf(seed, String(code).padStart(6, '0'), 40_000_000 * 30_000)).toBe(40_000_000);
});
