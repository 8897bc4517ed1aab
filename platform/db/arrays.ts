/**
 * Arrays as PostgreSQL's binary format, for the flights of the commit pipeline: the server neither parses nor unescapes them.
 * Layout (array_recv in PostgreSQL's arrayfuncs.c): dimensions, has-nulls flag, element type, length, lower bound, then per
 * element its length in bytes (-1 for null) and its bytes. A Buffer as a parameter makes pg send it as binary.
 */

const HEADER = 20;
const POSTGRES_EPOCH_MS = 946_684_800_000;
const POSTGRES_EPOCH_DAY = 10_957;

function withHeader(bytes: number, oid: number, length: number): Buffer {
  const out = Buffer.allocUnsafe(HEADER + bytes);
  out.writeInt32BE(length === 0 ? 0 : 1, 0);
  out.writeInt32BE(1, 4);
  out.writeInt32BE(oid, 8);
  if (length === 0) return out.subarray(0, 12);
  out.writeInt32BE(length, 12);
  out.writeInt32BE(1, 16);
  return out;
}

const nibbles = new Uint8Array(128);
for (let i = 0; i < 16; i += 1) nibbles['0123456789abcdef'.charCodeAt(i)] = i;

function writeUuid(out: Buffer, uuid: string, at: number): void {
  let i = 0;
  for (let byte = 0; byte < 16; byte += 1) {
    if (uuid.charCodeAt(i) === 45) i += 1;
    out[at + byte] = ((nibbles[uuid.charCodeAt(i)] as number) << 4) | (nibbles[uuid.charCodeAt(i + 1)] as number);
    i += 2;
  }
}

/** `uuid[]` from lower-case uuid texts; undefined and null become null. */
export function uuidArray(values: readonly (string | null | undefined)[]): Buffer {
  const out = withHeader(values.length * 20, 2950, values.length);
  let at = HEADER;
  for (const value of values) {
    if (value === null || value === undefined) {
      at = out.writeInt32BE(-1, at);
    } else {
      at = out.writeInt32BE(16, at);
      writeUuid(out, value, at);
      at += 16;
    }
  }
  return out.subarray(0, values.length === 0 ? 12 : at);
}

/** `bigint[]` from safe integers. */
export function bigintArray(values: readonly number[]): Buffer {
  const out = withHeader(values.length * 12, 20, values.length);
  let at = HEADER;
  for (const value of values) at = writeInt64(out, value, out.writeInt32BE(8, at));
  return out;
}

function writeInt64(out: Buffer, value: number, at: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no safe integer`);
  const low = value >>> 0;
  out.writeInt32BE((value - low) / 4_294_967_296, at);
  return out.writeUInt32BE(low, at + 4);
}

/** `integer[]`. */
export function integerArray(values: readonly number[]): Buffer {
  const out = withHeader(values.length * 8, 23, values.length);
  let at = HEADER;
  for (const value of values) at = out.writeInt32BE(value, out.writeInt32BE(4, at));
  return out;
}

/** `smallint[]`. */
export function smallintArray(values: readonly number[]): Buffer {
  const out = withHeader(values.length * 6, 21, values.length);
  let at = HEADER;
  for (const value of values) at = out.writeInt16BE(value, out.writeInt32BE(2, at));
  return out;
}

/** `boolean[]`. */
export function booleanArray(values: readonly boolean[]): Buffer {
  const out = withHeader(values.length * 5, 16, values.length);
  let at = HEADER;
  for (const value of values) at = out.writeUInt8(value ? 1 : 0, out.writeInt32BE(1, at));
  return out;
}

/** `text[]`; undefined and null become null. */
export function textArray(values: readonly (string | null | undefined)[]): Buffer {
  let bytes = 0;
  for (const value of values) bytes += 4 + (value === null || value === undefined ? 0 : Buffer.byteLength(value));
  const out = withHeader(bytes, 25, values.length);
  let at = HEADER;
  for (const value of values) {
    if (value === null || value === undefined) {
      at = out.writeInt32BE(-1, at);
    } else {
      const written = out.write(value, at + 4);
      out.writeInt32BE(written, at);
      at += 4 + written;
    }
  }
  return out;
}

/** `timestamptz[]` from epoch milliseconds. */
export function instantArray(values: readonly (number | null | undefined)[]): Buffer {
  const out = withHeader(values.length * 12, 1184, values.length);
  let at = HEADER;
  for (const value of values) {
    if (value === null || value === undefined) at = out.writeInt32BE(-1, at);
    else at = writeInt64(out, (value - POSTGRES_EPOCH_MS) * 1000, out.writeInt32BE(8, at));
  }
  return out.subarray(0, values.length === 0 ? 12 : at);
}

/** `date[]` from epoch days (whole days since 1970-01-01). */
export function dateArray(values: readonly number[]): Buffer {
  const out = withHeader(values.length * 8, 1082, values.length);
  let at = HEADER;
  for (const value of values) at = out.writeInt32BE(value - POSTGRES_EPOCH_DAY, out.writeInt32BE(4, at));
  return out;
}
