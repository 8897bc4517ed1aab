import { crc32 } from 'node:zlib';

/** A file to be packed. `name` is a plain one; folders in it are told apart by `/`. */
export type PackedFile = { readonly name: string; readonly content: string | Uint8Array };

/**
 * A ZIP archive of a few small files, stored and not compressed (PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16), with UTF-8 names. `at` is the time they carry,
 * in epoch milliseconds; ZIP knows even seconds only.
 */
export function zipOf(files: readonly PackedFile[], at: number): Buffer {
  const parts: Uint8Array[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of files) {
    const [title, body] = [Buffer.from(name), typeof content === 'string' ? Buffer.from(content) : content];
    const common = headOf({ title, body, at });
    const local = Buffer.concat([signature(0x04034b50), common, title]);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([signature(0x02014b50), uint16(20), common, entry, title]));
    parts.push(local, body);
    offset += local.length + body.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(index.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, index, signature(0x06054b50), end]);
}

/** What stands in front of a file and again in the directory: version, UTF-8 names, stored, time, sum and sizes. */
function headOf({ title, body, at }: { title: Uint8Array; body: Uint8Array; at: number }): Buffer {
  const head = Buffer.alloc(26);
  const day = new Date(at);
  head.writeUInt16LE(20, 0);
  head.writeUInt16LE(0x0800, 2);
  head.writeUInt16LE(0, 4);
  head.writeUInt16LE((day.getUTCHours() << 11) | (day.getUTCMinutes() << 5) | (day.getUTCSeconds() >> 1), 6);
  head.writeUInt16LE(((day.getUTCFullYear() - 1980) << 9) | ((day.getUTCMonth() + 1) << 5) | day.getUTCDate(), 8);
  head.writeUInt32LE(crc32(body), 10);
  head.writeUInt32LE(body.length, 14);
  head.writeUInt32LE(body.length, 18);
  head.writeUInt16LE(title.length, 22);
  return head;
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}
