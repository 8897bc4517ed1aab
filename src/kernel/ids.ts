import { Bug } from './assert.ts';

/**
 * The id of one kind of thing. Throughout the program and in the database it is a plain lower-case UUID string
 * (`01999c2f-…`); outside it is written with a prefix (`ord_01k6e2…`, see {@link encodeId}).
 */
export type Id<K extends string> = string & { readonly __id: K };

/** The prefix of every kind of id outside: TypeID prefixes, three letters, each once. */
export const ID_PREFIX = {
  order: 'ord',
  orderLine: 'orl',
  product: 'prd',
  sku: 'sku',
  variant: 'var',
  category: 'cat',
  location: 'loc',
  legalEntity: 'ent',
  channel: 'chn',
  customer: 'cus',
  person: 'per',
  session: 'ses',
  invitation: 'inv',
  passkey: 'psk',
  payment: 'pay',
  refund: 'ref',
  reservation: 'res',
  priceList: 'prl',
  series: 'ser',
  stockLevel: 'lvl',
  register: 'reg',
  media: 'med',
  lot: 'lot',
  event: 'evt',
  shipment: 'shp',
  document: 'doc',
  role: 'rol',
  transfer: 'trf',
  quarantine: 'qrn',
  valuationArea: 'val',
  import: 'imp',
  webhook: 'whk',
  apiKey: 'key',
  device: 'dev',
  grant: 'grt',
  approval: 'apr',
  badge: 'bdg',
  backup: 'bak',
  origin: 'org',
  erasure: 'ers',
  giftCard: 'gcd',
  loyaltyProgramme: 'lpr',
  priceChange: 'pch',
  customerGroup: 'cgr',
  promotion: 'pmo',
  couponBatch: 'cpb',
  personalOffer: 'pof',
  offerRule: 'ofr',
  leftCart: 'lcr',
  taxExemption: 'txe',
  task: 'tsk',
} as const;

/** A kind of thing that has ids. */
export type IdKind = keyof typeof ID_PREFIX;

// Crockford's base 32 in lower case: no i, l, o, u.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Values of hex digits and of base 32 letters by character code, 255 where there is none. */
const hexValues = valuesByCharCode('0123456789abcdef');
const base32Values = valuesByCharCode(ALPHABET);

/** Whether the text is a UUID as the program keeps it: lower case, with hyphens. Version and variant are not looked at. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** Takes a UUID from a place that we trust (a column, our own minting) as the id of a kind. Throws a Bug when it is none. */
export function asId<K extends string>(uuid: string): Id<K> {
  if (!isUuid(uuid)) throw new Bug('not a lower-case UUID', { uuid });
  return uuid as Id<K>;
}

/**
 * The id as it is written outside: prefix, `_`, 26 letters. Source: TypeID specification 0.3 (the 128 bits with two zero
 * bits in front, in groups of five, most significant first). Throws a Bug when the UUID is none.
 */
export function encodeId(prefix: string, uuid: string): string {
  let text = `${prefix}_`;
  let pending = 0;
  let bits = 2;
  let digits = 0;
  for (let i = 0; i < uuid.length; i += 1) {
    if (i === 8 || i === 13 || i === 18 || i === 23) {
      if (uuid.charCodeAt(i) !== 45) break;
      continue;
    }
    const value = hexValues[uuid.charCodeAt(i)] ?? 255;
    if (value === 255) break;
    digits += 1;
    pending = (pending << 4) | value;
    bits += 4;
    if (bits >= 5) {
      bits -= 5;
      text += ALPHABET[pending >> bits];
      pending &= (1 << bits) - 1;
    }
  }
  if (digits !== 32 || uuid.length !== 36) throw new Bug('not a lower-case UUID', { prefix, uuid });
  return text;
}

/**
 * The UUID in an id from outside, or undefined when the prefix is another one, a letter is not in the alphabet (which is
 * lower case only), the length is wrong or the value exceeds 128 bits. Any version of UUID passes.
 */
export function decodeId(prefix: string, text: string): string | undefined {
  const start = prefix.length + 1;
  if (text.length !== start + 26 || !text.startsWith(prefix) || text[prefix.length] !== '_') return undefined;
  let uuid = '';
  let pending = 0;
  let bits = -2;
  for (let i = start; i < text.length; i += 1) {
    const value = base32Values[text.charCodeAt(i)] ?? 255;
    // 26 letters hold 130 bits: the first one may not use its upper two.
    if (value === 255 || (i === start && value > 7)) return undefined;
    pending = (pending << 5) | value;
    bits += 5;
    while (bits >= 4) {
      bits -= 4;
      if (uuid.length === 8 || uuid.length === 13 || uuid.length === 18 || uuid.length === 23) uuid += '-';
      uuid += ALPHABET[pending >> bits];
      pending &= (1 << bits) - 1;
    }
  }
  return uuid;
}

/** {@link encodeId} with the prefix of a kind. */
export function idToText<K extends IdKind>(kind: K, id: Id<K>): string {
  return encodeId(ID_PREFIX[kind], id);
}

/** {@link decodeId} with the prefix of a kind; undefined when the text is no id of it. */
export function parseIdText<K extends IdKind>(kind: K, text: string): Id<K> | undefined {
  return decodeId(ID_PREFIX[kind], text) as Id<K> | undefined;
}

/** The largest `ordinal` of {@link mintUuidv7}. */
export const MAX_ID_ORDINAL = 4095;

/**
 * A UUIDv7 made from data instead of dice, so that a replay mints the same ids: `unixMs` in the 48 timestamp bits,
 * `ordinal` (0 to 4095, the how-manieth id of one command or event) in rand_a, `sequence` (a safe integer from 0, the
 * event's number) in the low 62 bits. Two different (sequence, ordinal) pairs never give the same id; ids of one
 * millisecond sort by ordinal first. Layout: RFC 9562 section 5.7. Throws a Bug outside these ranges.
 */
export function mintUuidv7(unixMs: number, sequence: number, ordinal: number): string {
  if (!Number.isSafeInteger(unixMs) || unixMs < 0 || unixMs >= 2 ** 48)
    throw new Bug('instant of an id out of range', { unixMs });
  if (!Number.isSafeInteger(sequence) || sequence < 0) throw new Bug('sequence of an id out of range', { sequence });
  if (!Number.isSafeInteger(ordinal) || ordinal < 0 || ordinal > MAX_ID_ORDINAL)
    throw new Bug('ordinal of an id out of range', { ordinal });
  const timeHigh = Math.trunc(unixMs / 2 ** 32);
  const timeLow = unixMs >>> 0;
  const sequenceHigh = Math.trunc(sequence / 2 ** 32);
  const sequenceLow = sequence >>> 0;
  return (
    HEX_PAIRS[(timeHigh >>> 8) & 255]! +
    HEX_PAIRS[timeHigh & 255]! +
    HEX_PAIRS[timeLow >>> 24]! +
    HEX_PAIRS[(timeLow >>> 16) & 255]! +
    '-' +
    HEX_PAIRS[(timeLow >>> 8) & 255]! +
    HEX_PAIRS[timeLow & 255]! +
    '-' +
    HEX_PAIRS[0x70 | (ordinal >>> 8)]! +
    HEX_PAIRS[ordinal & 255]! +
    '-80' +
    HEX_PAIRS[(sequenceHigh >>> 16) & 255]! +
    '-' +
    HEX_PAIRS[(sequenceHigh >>> 8) & 255]! +
    HEX_PAIRS[sequenceHigh & 255]! +
    HEX_PAIRS[sequenceLow >>> 24]! +
    HEX_PAIRS[(sequenceLow >>> 16) & 255]! +
    HEX_PAIRS[(sequenceLow >>> 8) & 255]! +
    HEX_PAIRS[sequenceLow & 255]!
  );
}

/** The milliseconds since 1970 in a UUIDv7. Throws a Bug when the text is no UUID; the version is not looked at. */
export function uuidTimestampMs(uuid: string): number {
  if (!isUuid(uuid)) throw new Bug('not a lower-case UUID', { uuid });
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
}

const HEX_PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function valuesByCharCode(alphabet: string): Uint8Array {
  const values = new Uint8Array(128).fill(255);
  for (let value = 0; value < alphabet.length; value += 1) values[alphabet.charCodeAt(value)] = value;
  return values;
}
