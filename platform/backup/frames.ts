/**
 * A copy of a schema is a row of frames: one byte that says what it is, four bytes that say how long, and the content. `J` is JSON (the contents at
 * the beginning, a small file, the counts at the end), `T` names the table whose rows follow in `D` frames, in PostgreSQL's binary COPY form.
 */
export type Frame = { readonly kind: FrameKind; readonly content: Buffer };

type FrameKind = 'J' | 'T' | 'D';

const KINDS: readonly string[] = ['J', 'T', 'D'];
const HEAD = 5;
/** No frame is longer, so that reading one never needs much memory. */
const LONGEST = 64 * 2 ** 20;

/** A frame as bytes. */
export function* frameBytes(kind: FrameKind, content: Buffer): Generator<Buffer> {
  const head = Buffer.alloc(HEAD);
  head.write(kind, 0, 'latin1');
  head.writeUInt32BE(content.length, 1);
  yield head;
  yield content;
}

/** The frames in a stream of bytes. Throws when it ends in the middle of one or what is there is no frame. */
export async function* readFrames(source: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let kept: Buffer[] = [];
  let length = 0;
  let wanted = HEAD;
  for await (const part of source) {
    kept.push(part);
    length += part.length;
    if (length < wanted) continue;
    let bytes = kept.length === 1 ? part : Buffer.concat(kept);
    for (;;) {
      wanted = HEAD;
      if (bytes.length < HEAD) break;
      const size = bytes.readUInt32BE(1);
      const kind = bytes.toString('latin1', 0, 1);
      if (!KINDS.includes(kind) || size > LONGEST) throw new Error('This is no copy of a schema.');
      wanted = HEAD + size;
      if (bytes.length < wanted) break;
      yield { kind: kind as FrameKind, content: bytes.subarray(HEAD, wanted) };
      bytes = bytes.subarray(wanted);
    }
    kept = bytes.length === 0 ? [] : [bytes];
    length = bytes.length;
  }
  if (length > 0) throw new Error('The copy of the schema ends in the middle.');
}
