/** A file in a tar archive. */
export type TarFile = { readonly name: string; readonly content: Buffer };

const BLOCK = 512;
/** A table is cut into files of about this size, so that nobody needs one whole in memory. Larger files are refused when reading. */
export const MOST_BYTES = 64 * 2 ** 20;

/** What is no archive that we can read. */
export class BadTar extends Error {
  override readonly name = 'BadTar';
}

/** A file as it stands in a tar archive (POSIX ustar), header and padding included. Names are plain and at most 100 letters. */
export function tarFile({ name, content }: TarFile): Buffer {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number): void =>
    void header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  header.write(name, 0, 100, 'latin1');
  octal(0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(content.length, 124, 12);
  octal(0, 136, 12);
  header.fill(' ', 148, 156);
  header.write('0', 156, 'latin1');
  header.write('ustar\u000000', 257, 'latin1');
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  return Buffer.concat([header, content, padding]);
}

/** What a tar archive ends with. */
export const TAR_END = Buffer.alloc(2 * BLOCK);

/** The files of a tar archive, one after the other. Throws {@link BadTar} for what is none, is cut off, or holds more than plain files. */
export async function* readTar(source: AsyncIterable<Buffer>): AsyncGenerator<TarFile> {
  const pieces = source[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const take = async (bytes: number): Promise<Buffer> => {
    const gathered = [rest];
    let length = rest.length;
    while (length < bytes) {
      const next = await pieces.next();
      if (next.done === true) throw new BadTar('The archive ends in the middle.');
      gathered.push(next.value);
      length += next.value.length;
    }
    const whole = Buffer.concat(gathered);
    rest = whole.subarray(bytes);
    return whole.subarray(0, bytes);
  };
  for (;;) {
    const header = await take(BLOCK);
    if (header.every((byte) => byte === 0)) return;
    const text = (at: number, length: number): string =>
      header
        .toString('latin1', at, at + length)
        .replace(/\0.*$/s, '')
        .trim();
    const sum = header.reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 32 : byte), 0);
    const bytes = Number.parseInt(text(124, 12), 8);
    if (Number.parseInt(text(148, 8), 8) !== sum || text(257, 5) !== 'ustar' || !/^[0\0]?$/.test(text(156, 1)))
      throw new BadTar('This is no archive of Oneshelf.');
    if (!(bytes >= 0 && bytes <= MOST_BYTES)) throw new BadTar('A file of the archive is too large.');
    const content = await take(bytes);
    await take((BLOCK - (bytes % BLOCK)) % BLOCK);
    yield { name: text(0, 100), content: Buffer.from(content) };
  }
}
