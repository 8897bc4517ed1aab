import fc from 'fast-check';
import { uuidv7 } from 'uuidv7';
import { expect, test } from 'vitest';
import { Bug } from './assert.ts';
import {
  asId,
  decodeId,
  encodeId,
  ID_PREFIX,
  idToText,
  isUuid,
  MAX_ID_ORDINAL,
  mintUuidv7,
  parseIdText,
  uuidTimestampMs,
} from './ids.ts';

// The samples of the TypeID specification (valid.yml).
test.each([
  ['00000000-0000-0000-0000-000000000000', '00000000000000000000000000'],
  ['00000000-0000-0000-0000-000000000001', '00000000000000000000000001'],
  ['00000000-0000-0000-0000-00000000000a', '0000000000000000000000000a'],
  ['00000000-0000-0000-0000-000000000010', '0000000000000000000000000g'],
  ['00000000-0000-0000-0000-000000000020', '00000000000000000000000010'],
  ['ffffffff-ffff-ffff-ffff-ffffffffffff', '7zzzzzzzzzzzzzzzzzzzzzzzzz'],
  ['0110c853-1d09-52d8-d73e-1194e95b5f19', '0123456789abcdefghjkmnpqrs'],
  ['01890a5d-ac96-774b-bcce-b302099a8057', '01h455vb4pex5vsknk084sn02q'],
])('%s is written %s', (uuid, suffix) => {
  expect(encodeId('prefix', uuid)).toBe(`prefix_${suffix}`);
  expect(decodeId('prefix', `prefix_${suffix}`)).toBe(uuid);
});

test.each([
  ['another prefix', 'prd_01h455vb4pex5vsknk084sn02q'],
  ['a prefix that only begins alike', 'order_01h455vb4pex5vsknk084sn02q'],
  ['no prefix', '01h455vb4pex5vsknk084sn02q'],
  ['no separator', 'ord01h455vb4pex5vsknk084sn02q'],
  ['another separator', 'ord-01h455vb4pex5vsknk084sn02q'],
  ['capitals', 'ord_01H455VB4PEX5VSKNK084SN02Q'],
  ['a capital prefix', 'ORD_01h455vb4pex5vsknk084sn02q'],
  ['more than 128 bits', 'ord_8zzzzzzzzzzzzzzzzzzzzzzzzz'],
  ['a letter that is none', 'ord_01h455vb4pex5vsknk084sn02u'],
  ['a letter beyond ASCII', 'ord_01h455vb4pex5vsknk084sn02é'],
  ['too short', 'ord_01h455vb4pex5vsknk084sn02'],
  ['too long', 'ord_01h455vb4pex5vsknk084sn02q0'],
  ['a space', 'ord_01h455vb4pex5vsknk084sn02 '],
  ['nothing', ''],
  ['a plain UUID', '01890a5d-ac96-774b-bcce-b302099a8057'],
])('%s is no order id', (_what, text) => {
  expect(decodeId('ord', text)).toBeUndefined();
  expect(parseIdText('order', text)).toBeUndefined();
});

test.each([
  '',
  '01890A5D-AC96-774B-BCCE-B302099A8057',
  '01890a5dac96774bbcceb302099a8057',
  '01890a5d-ac96-774b-bcce-b302099a805',
  '01890a5d-ac96-774b-bcce-b302099a8057 ',
  '01890a5d-ac96-774b-bcce-b302099a805g',
  '01890a5d-ac96-774b-bcceb-302099a8057',
])('%j is no UUID', (text) => {
  expect(isUuid(text)).toBe(false);
  expect(() => asId(text)).toThrow(Bug);
  expect(() => encodeId('ord', text)).toThrow(Bug);
  expect(() => uuidTimestampMs(text)).toThrow(Bug);
});

test('ids made by the uuidv7 library survive being written and read, and keep their order', () => {
  const uuids = Array.from({ length: 500 }, () => uuidv7());
  const texts = uuids.map((uuid) => idToText('order', asId<'order'>(uuid)));
  expect(texts.map((text) => parseIdText('order', text))).toEqual(uuids);
  expect(texts.toSorted()).toEqual(texts);
});

test('any UUID survives being written and read', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.constantFrom(...Object.values(ID_PREFIX)), (uuid, prefix) => {
      const text = encodeId(prefix, uuid);
      expect(text).toMatch(/^[a-z]{3}_[0-7][0-9a-hjkmnp-tv-z]{25}$/);
      expect(decodeId(prefix, text)).toBe(uuid);
    }),
  );
});

test('every kind of id has a prefix of its own', () => {
  const prefixes = Object.values(ID_PREFIX);
  expect(prefixes.length).toBeGreaterThan(20);
  expect(new Set(prefixes).size).toBe(prefixes.length);
});

test.each([
  [0, 0, 0, '00000000-0000-7000-8000-000000000000'],
  [1_763_164_800_123, 1, 2, '019a84cf-c47b-7002-8000-000000000001'],
  [1_763_164_800_123, Number.MAX_SAFE_INTEGER, 4095, '019a84cf-c47b-7fff-801f-ffffffffffff'],
  [2 ** 48 - 1, 2 ** 32, 16, 'ffffffff-ffff-7010-8000-000100000000'],
])('minted at %d with sequence %d and ordinal %d: %s', (unixMs, sequence, ordinal, uuid) => {
  expect(mintUuidv7(unixMs, sequence, ordinal)).toBe(uuid);
});

test('a minted id is a UUIDv7 that holds exactly what it was made from', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 48 - 1 }),
      fc.maxSafeNat(),
      fc.integer({ min: 0, max: MAX_ID_ORDINAL }),
      (unixMs, sequence, ordinal) => {
        const uuid = mintUuidv7(unixMs, sequence, ordinal);
        expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(uuidTimestampMs(uuid)).toBe(unixMs);
        const bits = BigInt(`0x${uuid.replaceAll('-', '')}`);
        expect(bits >> 80n).toBe(BigInt(unixMs));
        expect((bits >> 64n) & 0xfffn).toBe(BigInt(ordinal));
        expect(bits & ((1n << 62n) - 1n)).toBe(BigInt(sequence));
      },
    ),
  );
});

test('minting outside its ranges is a bug', () => {
  const calls: [number, number, number][] = [
    [-1, 0, 0],
    [2 ** 48, 0, 0],
    [0.5, 0, 0],
    [0, -1, 0],
    [0, 2 ** 53, 0],
    [0, 0, -1],
    [0, 0, 4096],
    [0, 0, 0.5],
  ];
  for (const args of calls) expect(() => mintUuidv7(...args)).toThrow(Bug);
});

test('the instant of an id of the uuidv7 library is the present', () => {
  const before = Date.now();
  const instant = uuidTimestampMs(uuidv7());
  expect(instant).toBeGreaterThanOrEqual(before - 10_000);
  expect(instant).toBeLessThanOrEqual(Date.now() + 10_000);
});
