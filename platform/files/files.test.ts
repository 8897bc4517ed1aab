import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDateEvidence, readDate } from './dates.ts';
import { readDelimited, type SourceRow } from './delimited.ts';
import { createEncodingEvidence, type Encoding } from './encoding.ts';
import { createNumberEvidence, plain, readDecimal } from './numbers.ts';
import type { Recognised } from './recognised.ts';
import { recogniseSeparator } from './separator.ts';
import { zipOf } from './testing.ts';
import { openZip, ZIP_LIMITS } from './zip.ts';

function encodingOf(content: Buffer, pieces = 7): Recognised<Encoding> {
  const evidence = createEncodingEvidence();
  for (let at = 0; at < content.length; at += pieces) evidence.add(content.subarray(at, at + pieces));
  return evidence.result();
}

async function rowsOf(
  content: Buffer | string,
  encoding: Encoding = 'utf-8',
  separator: ',' | ';' = ',',
): Promise<SourceRow[]> {
  const bytes = Buffer.from(content as string);
  const pieces = Array.from({ length: Math.ceil(bytes.length / 5) }, (_, at) => bytes.subarray(at * 5, at * 5 + 5));
  const rows: SourceRow[] = [];
  for await (const some of readDelimited(pieces, { encoding, separator })) rows.push(...some);
  return rows;
}

describe('an encoding', () => {
  const words = 'Größe;Weiß;Ärmel für Dänen, naïve cafés, mañana\n';
  it.each([
    ['utf-8', Buffer.from(`\uFEFF${words}`)],
    ['utf-8', Buffer.from(words)],
    ['utf-8', Buffer.from('plain')],
    ['utf-16le', Buffer.from(`\uFEFF${words}`, 'utf16le')],
    ['utf-16le', Buffer.from(words, 'utf16le')],
    ['utf-16be', Buffer.from(`\uFEFF${words}`, 'utf16le').swap16()],
    ['windows-1252', Buffer.from(words, 'latin1')],
    ['windows-1252', Buffer.concat([Buffer.from(words, 'latin1'), Buffer.from([0x80, 0x20, 0x31])])],
  ] as const)('%s is recognised', async (encoding, content) => {
    expect(encodingOf(content)).toMatchObject({ value: encoding, certain: true, others: [] });
    const [row] = await rowsOf(content, encoding, ';');
    expect(row?.cells[0]).toBe(encodingOf(content).value === 'utf-8' && !content.includes('Gr') ? 'plain' : 'Größe');
  });
  it('is shown with words of the file', () => {
    expect(encodingOf(Buffer.from(words, 'latin1')).samples[0]).toEqual({
      found: 'Größe',
      reads: 'Größe',
    });
  });
  it('is asked for when one byte a letter means signs', () => {
    const mac = Buffer.from([0x47, 0x72, 0x9a, 0xa7, 0x65, 0x20, 0x8a, 0x20, 0x9f, 0x20, 0x8e]);
    expect(encodingOf(mac)).toMatchObject({ value: 'macintosh', certain: false, others: ['windows-1252'] });
  });
  it('is told by one letter late in the file, wherever the pieces are cut', () => {
    const late = Buffer.from(`${'a,b\n'.repeat(1_000)}é\n`);
    for (const pieces of [1, 2, 3, 4001, 4002]) expect(encodingOf(late, pieces).value).toBe('utf-8');
    expect(encodingOf(Buffer.from(`${'a,b\n'.repeat(1_000)}é\n`, 'latin1'), 3).value).toBe('windows-1252');
  });
});

describe('a separator', () => {
  it.each([
    [',', 'a,b,c\n1,"x;y;z",3\n'],
    [';', 'a;b;c\n1,5;2,5;3\n'],
    ['\t', 'a\tb\n"1\n2"\t3\n'],
    ['|', 'a|b|c\n1|2|3\n'],
  ])('%j is recognised', (separator, text) => {
    expect(recogniseSeparator(text)).toMatchObject({ value: separator, certain: true });
  });
  it('is asked for when two fit alike', () => {
    expect(recogniseSeparator('a;b,c\n1;2,3\n4;5,6\n')).toMatchObject({ certain: false });
  });
});

describe('numbers', () => {
  const recognise = (...numbers: string[]) => {
    const evidence = createNumberEvidence();
    for (const number of numbers) evidence.add(number);
    return evidence.result();
  };
  it.each([
    [['1.299,00', '5'], 'comma', true],
    [['12,5'], 'comma', true],
    [['1,299.00'], 'point', true],
    [['12.50', '1.299'], 'point', true],
    [['0.125'], 'point', true],
    [["1'299.00"], 'point', true],
    [['1.299.000'], 'comma', true],
    [['1.299', '2.450'], 'point', false],
    [['1,50', '1.50'], 'point', false],
  ] as const)('%j say %s', (numbers, value, certain) => {
    expect(recognise(...numbers)).toMatchObject({ value, certain });
  });
  it('say nothing without a sign', () => expect(recognise('12', '', 'abc')).toBeUndefined());
  it.each([
    ['1.299,00', 'comma', '1299.00'],
    ['€ 1.299,00', 'comma', '1299.00'],
    ['19,99 EUR', 'comma', '19.99'],
    ['1 299,5', 'comma', '1299.5'],
    ['-0.05', 'point', '-0.05'],
    ['1,2,3', 'point', undefined],
    ['12,99', 'point', undefined],
    ['1.2.3', 'point', undefined],
    ['', 'point', undefined],
    ['free', 'point', undefined],
  ] as const)('%s with a decimal %s is %s', (text, mark, expected) => {
    expect(plain(readDecimal(text, mark))).toBe(expected);
  });
});

describe('dates', () => {
  const recognise = (...dates: string[]) => {
    const evidence = createDateEvidence();
    for (const date of dates) evidence.add(date);
    return evidence.result();
  };
  it.each([
    [['2026-03-04'], 'ymd', true],
    [['31/03/2026', '04/05/2026'], 'dmy', true],
    [['03/31/2026'], 'mdy', true],
    [['04.05.2026'], 'dmy', true],
    [['04/05/2026', '06/07/2026'], 'dmy', false],
    [['31/03/2026', '03/31/2026'], 'dmy', false],
    [['2026-03-04', '31.03.2026'], 'ymd', false],
  ] as const)('%j are %s', (dates, value, certain) => {
    expect(recognise(...dates)).toMatchObject({ value, certain });
  });
  it('must exist', () => {
    expect(readDate('29.02.2028', 'dmy')).toBe('2028-02-29');
    expect(readDate('29.02.2026', 'dmy')).toBeUndefined();
  });
});

describe('a delimited file', () => {
  it('keeps line breaks, quotes and the line numbers', async () => {
    expect(await rowsOf('a,b\n"x\ny","say ""hi"""\n\nlast,"5"" pipe"\n')).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 3, cells: ['x\ny', 'say "hi"'] },
      { line: 5, cells: ['last', '5" pipe'] },
    ]);
  });
  it('says where a quote is never closed, after what stood before', async () => {
    await expect(rowsOf('a,b\n1,2\n"3,4\n5,6\n')).rejects.toMatchObject({ reason: 'quote_not_closed' });
  });
  it('reads what any writer quotes', async () => {
    const cell = fc.string({ maxLength: 8 }).map((text) => text.replaceAll(/[\r\n\uFEFF]/g, ' '));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, fc.constant('x')), { minLength: 1, maxLength: 5 }), async (table) => {
        const text = table.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')).join('\n');
        expect((await rowsOf(text)).map(({ cells }) => cells)).toEqual(table);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a ZIP archive', () => {
  const picture = Buffer.from('a picture');
  it('is read by name', async () => {
    const zip = await openZip(
      zipOf([
        { name: 'shirts/blue.png', content: picture },
        { name: '__MACOSX/._blue.png', content: picture },
      ]),
    );
    expect(zip.entries.map(({ name }) => name)).toEqual(['shirts/blue.png']);
    expect(await zip.entries[0]?.read()).toEqual(picture);
    zip.close();
  });
  it.each(['../../etc/passwd', '/etc/passwd', 'a/../../b', 'C:\\windows\\a', 'a\\..\\b', '..'])(
    'may not lead out of its folder: %s',
    async (name) => {
      await expect(openZip(zipOf([{ name, content: picture }]))).rejects.toMatchObject({ reason: 'bad_name' });
    },
  );
  it('may not hold more files than is allowed', async () => {
    const many = Array.from({ length: 30 }, (_, at) => ({ name: `${at}`, content: picture }));
    await expect(openZip(zipOf(many), { ...ZIP_LIMITS, entries: 20 })).rejects.toMatchObject({
      reason: 'too_many_entries',
    });
  });
  it('may not unpack to much more than it is', async () => {
    const bomb = zipOf([{ name: 'zeros.png', content: Buffer.alloc(20_000_000) }]);
    expect(bomb.length).toBeLessThan(40_000);
    await expect(openZip(bomb)).rejects.toMatchObject({ reason: 'bomb' });
  });
  it('may not unpack to more than it declares', async () => {
    const liar = zipOf([{ name: 'zeros.png', content: Buffer.alloc(20_000_000), declared: 100 }]);
    const zip = await openZip(liar);
    await expect(zip.entries[0]?.read()).rejects.toMatchObject({ name: 'BadArchive' });
  });
  it('may not be larger than is allowed, all entries together', async () => {
    const limits = { ...ZIP_LIMITS, totalBytes: 20 };
    const three = zipOf([1, 2, 3].map((at) => ({ name: `${at}`, content: picture })));
    await expect(openZip(three, limits)).rejects.toMatchObject({ reason: 'too_large' });
  });
  it('must be one', async () => {
    await expect(openZip(Buffer.from('not a zip'))).rejects.toMatchObject({ reason: 'no_archive' });
  });
});
