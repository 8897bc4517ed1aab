import { crc32, deflateRawSync } from 'node:zlib';

/** A ZIP archive with entries as told: also such as no honest program writes. */
export function zipOf(
  entries: readonly {
    name: string;
    content: Buffer;
    declared?: number;
    method?: 0 | 8;
    /** Unix file mode, e.g. of a symbolic link. */
    mode?: number;
    /** Told by the directory of the bytes of this earlier entry, and by none of its own. */
    over?: number;
  }[],
): Buffer {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  const starts: number[] = [];
  for (const { name, content, declared, method = 8, mode = 0, over } of entries) {
    const packed = method === 8 ? deflateRawSync(content) : content;
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(declared ?? content.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed]);
    starts.push(over === undefined ? at : (starts[over] ?? 0));
    const tail = Buffer.alloc(14);
    tail.writeUInt16LE(mode, 8);
    tail.writeUInt32LE(starts.at(-1) ?? 0, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), fields, tail, Buffer.from(name)]));
    if (over !== undefined) continue;
    pieces.push(local);
    at += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...pieces, list, end]);
}
