import { isAscii, isUtf8 } from 'node:buffer';
import { MAX_SAMPLES, type Recognised } from './recognised.ts';

/** The encodings we read. Latin-1 is read as Windows-1252, which says the same and more. */
export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'macintosh'] as const;

/** One of {@link ENCODINGS}. */
export type Encoding = (typeof ENCODINGS)[number];

/** Looks at the bytes of a file as they go by. */
export type EncodingEvidence = {
  add(chunk: Uint8Array): void;
  result(): Recognised<Encoding>;
};

const HIGH_SAMPLES = 40;

/**
 * Recognises an encoding from the whole file, not from its beginning: one umlaut in line 70,000 is what tells. A byte order mark is certain; so is
 * UTF-8 that holds throughout, because other text is practically never valid UTF-8 by chance. Of the encodings with one byte for a letter nothing is certain by itself:
 * where accented letters would be read in the places of Windows-1252, it is said so with samples; where they would be control marks or signs, the person chooses.
 */
export function createEncodingEvidence(): EncodingEvidence {
  let bytes = 0;
  let utf8 = true;
  let tail: Uint8Array = new Uint8Array();
  let head: Uint8Array = new Uint8Array();
  const zeros = { even: 0, odd: 0 };
  const high = { letters: 0, early: 0 };
  const places: Buffer[] = [];

  function lookAtHigh(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      if (byte === 0) zeros[(bytes + at) % 2 === 0 ? 'even' : 'odd'] += 1;
      if (byte < 128) continue;
      if (byte >= 0xc0) high.letters += 1;
      else if (byte < 0xa0) high.early += 1;
      if (places.length < HIGH_SAMPLES) places.push(Buffer.from(chunk.subarray(Math.max(0, at - 12), at + 13)));
    }
  }

  return {
    add(given) {
      const chunk = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
      if (head.length < 4) head = Buffer.concat([head, chunk.subarray(0, 4 - head.length)]);
      // Pure ASCII is what most chunks are, and that is seen natively.
      const ascii = isAscii(chunk) && !chunk.includes(0);
      if (!ascii) lookAtHigh(chunk);
      if (utf8 && (!ascii || tail.length > 0)) {
        const whole = tail.length === 0 ? chunk : Buffer.concat([tail, chunk]);
        const cut = whole.length - openTail(whole);
        utf8 = isUtf8(whole.subarray(0, cut));
        tail = Buffer.from(whole.subarray(cut));
      }
      bytes += chunk.length;
    },
    result: () => judge({ head, bytes, utf8: utf8 && tail.length === 0, zeros, high, places }),
  };
}

type Seen = {
  readonly head: Uint8Array;
  readonly bytes: number;
  readonly utf8: boolean;
  readonly zeros: { readonly even: number; readonly odd: number };
  readonly high: { readonly letters: number; readonly early: number };
  readonly places: readonly Buffer[];
};

function judge({ head, bytes, utf8, zeros, high, places }: Seen): Recognised<Encoding> {
  const [a, b, c] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf)
    return certain('utf-8', 'The file begins with the mark of UTF-8.', places);
  if (a === 0xff && b === 0xfe)
    return certain('utf-16le', 'The file begins with the mark of UTF-16 (little end first).', []);
  if (a === 0xfe && b === 0xff)
    return certain('utf-16be', 'The file begins with the mark of UTF-16 (big end first).', []);
  // Two bytes a letter: every second byte of western text is nought.
  if (zeros.odd > bytes / 8 && zeros.even < zeros.odd / 8)
    return certain('utf-16le', 'Every second byte is nought: UTF-16 (little end first) without its mark.', []);
  if (zeros.even > bytes / 8 && zeros.odd < zeros.even / 8)
    return certain('utf-16be', 'Every second byte is nought: UTF-16 (big end first) without its mark.', []);
  if (utf8)
    return certain(
      'utf-8',
      places.length === 0 ? 'There are only plain letters.' : 'All of it is valid UTF-8.',
      places,
    );
  const isWestern = high.letters >= high.early;
  return {
    value: isWestern ? 'windows-1252' : 'macintosh',
    certain: isWestern && high.early * 4 <= high.letters,
    why: isWestern
      ? 'It is no UTF-8; read as Windows-1252 (which includes Latin-1) its special letters are those of western languages.'
      : 'It is no UTF-8, and read as Windows-1252 its special letters would be signs. Old Macs wrote like this.',
    samples: samplesOf(isWestern ? 'windows-1252' : 'macintosh', places),
    others: isWestern ? (high.early * 4 <= high.letters ? [] : ['macintosh']) : ['windows-1252'],
  };
}

function certain(value: Encoding, why: string, places: readonly Buffer[]): Recognised<Encoding> {
  return { value, certain: true, why, samples: samplesOf(value, places), others: [] };
}

function samplesOf(encoding: Encoding, places: readonly Buffer[]): Recognised<Encoding>['samples'] {
  const decoder = new TextDecoder(encoding);
  const words = places.map((place) =>
    decoder
      .decode(place)
      .replaceAll(/[\p{Cc}\uFFFD]+/gu, ' ')
      .trim(),
  );
  return [
    ...new Set(words.map((text) => /(?<![\p{L}\p{M}])[\p{L}\p{M}]*[^\p{ASCII}][\p{L}\p{M}]*/u.exec(text)?.[0] ?? '')),
  ]
    .filter((word) => word !== '')
    .slice(0, MAX_SAMPLES)
    .map((word) => ({ found: word, reads: word }));
}

/** How many bytes at the end begin a letter of UTF-8 that goes on in the next chunk. */
function openTail(chunk: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, chunk.length); back += 1) {
    const byte = chunk[chunk.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}
