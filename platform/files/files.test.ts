import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDateEvidence, readDate } from './dates.ts';
import { readDelimited, type SourceRow } from './delimited.ts';
import { createEncodingEvidence, type Encoding } from './encoding.ts';
import { createNumberEvidence, plain, readDecimal } from './numbers.ts';
import type { Recognised } from './recognised.ts';
import { recogniseSeparator } from './separator.ts';
import { zipOf } from './testing.ts';
import { csvLine } from './csv-out.ts';
import { readSpreadsheet } from './spreadsheet.ts';
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
  it('may not hold files that lie over each other', async () => {
    const kernel = { content: Buffer.alloc(900_000) };
    const folded = zipOf([
      { ...kernel, name: 'a.png' },
      ...Array.from({ length: 200 }, (_, at) => ({ ...kernel, name: `${at}.png`, over: 0 })),
    ]);
    expect(folded.length).toBeLessThan(20_000);
    await expect(openZip(folded, { ...ZIP_LIMITS, ratio: 10_000 })).rejects.toMatchObject({ reason: 'bomb' });
  });
  it('may not hold links', async () => {
    const link = zipOf([{ name: 'blue.png', content: Buffer.from('/etc/passwd'), mode: 0o120777 }]);
    await expect(openZip(link)).rejects.toMatchObject({ reason: 'link' });
    const plain = await openZip(zipOf([{ name: 'blue.png', content: picture, mode: 0o100644 }]));
    expect(plain.entries).toHaveLength(1);
  });
  it('in an archive is a file like any other and is not opened', async () => {
    const bomb = zipOf([{ name: 'zeros.png', content: Buffer.alloc(20_000_000) }]);
    const zip = await openZip(zipOf([{ name: 'inner.zip', content: bomb, method: 0 }]));
    expect(await zip.entries[0]?.read()).toEqual(bomb);
  });
  it('must be one', async () => {
    await expect(openZip(Buffer.from('not a zip'))).rejects.toMatchObject({ reason: 'no_archive' });
  });
});

/** A spreadsheet as a program writes it that writes no more than it must. `strings` stand before the shared texts, `declared` is how large they say they are. */
function sheetOf(rows: string, { strings = '', declared }: { strings?: string; declared?: number } = {}): Buffer {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const xml = (name: string, text: string) => ({ name, content: Buffer.from(`<?xml version="1.0"?>${text}`) });
  const relationship = (kind: string, target: string, at: number): string =>
    `<Relationship Id="rId${at}" Type="${office}/${kind}" Target="${target}"/>`;
  const links = [
    relationship('worksheet', 'worksheets/sheet1.xml', 1),
    relationship('sharedStrings', 'sharedStrings.xml', 2),
  ];
  const sheets = `<sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets>`;
  return zipOf([
    xml('xl/workbook.xml', `<workbook xmlns="${main}" xmlns:r="${office}">${sheets}</workbook>`),
    xml(
      'xl/_rels/workbook.xml.rels',
      `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${links.join('')}</Relationships>`,
    ),
    xml('xl/worksheets/sheet1.xml', `<worksheet xmlns="${main}"><sheetData>${rows}</sheetData></worksheet>`),
    {
      ...xml('xl/sharedStrings.xml', `${strings}<sst xmlns="${main}"><si><t>shirt</t></si></sst>`),
      ...(declared === undefined ? {} : { declared }),
    },
  ]);
}

describe('a spreadsheet', () => {
  const cell = (at: string, value = '0', type = ' t="s"') => `<c r="${at}"${type}><v>${value}</v></c>`;
  const far = (at: number) => `<row r="${at}">${cell(`XFD${at}`)}</row>`;
  it('is read', async () => {
    const content = sheetOf(`<row r="1">${cell('A1')}${cell('C1', '19.99', '')}</row><row r="3">${cell('A3')}</row>`);
    expect(await readSpreadsheet(content)).toEqual([
      { line: 1, cells: ['shirt', '', '19.99'] },
      { line: 3, cells: ['shirt', '', ''] },
    ]);
  });
  it.each([
    ['a row far below', `<row r="99999999999">${cell('A99999999999')}</row>`],
    ['a column far right', `<row r="1">${cell('ZZZZZZZ1')}</row>`],
    ['corners of a square', Array.from({ length: 400 }, (_, at) => far(at * 2_000 + 1)).join('')],
  ])('with %s ends its own thread and not the program', { timeout: 30_000 }, async (_, rows) => {
    const limits = { ms: 10_000, megabytes: 64 };
    await expect(readSpreadsheet(sheetOf(rows), limits)).rejects.toMatchObject({ reason: 'too_large' });
  });
  it.each([
    ['unfold', '<!DOCTYPE s [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'],
    ['are files', '<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]>'],
    ['are elsewhere', '<!DOCTYPE s SYSTEM "http://127.0.0.1/evil.dtd">'],
  ])('may declare no entities that %s', async (_, strings) => {
    const content = sheetOf(`<row r="1">${cell('A1')}</row>`, { strings });
    await expect(readSpreadsheet(content)).rejects.toMatchObject({ reason: 'bomb' });
  });
  it('may not unpack to more than it declares, which its reader would believe', async () => {
    const strings = `<!-- ${' '.repeat(5_000_000)} -->`;
    const liar = sheetOf(`<row r="1">${cell('A1')}</row>`, { strings, declared: 200 });
    expect(liar.length).toBeLessThan(20_000);
    await expect(readSpreadsheet(liar)).rejects.toMatchObject({ name: 'BadArchive' });
  });
  it('may not hold a text that unfolds to more than its size allows', async () => {
    const content = sheetOf('', { strings: `<!-- ${' '.repeat(50_000_000)} -->` });
    await expect(readSpreadsheet(content)).rejects.toMatchObject({ reason: 'bomb' });
  });
});

describe('a cell of a CSV file', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '\0=1', '＝1+1', '＋1', '－1', '＠A1'])(
    '%j is no formula',
    (text) => {
      expect(csvLine([text]).replace(/^"/, '')).toMatch(/^'/);
    },
  );
  it('stays a number, a text, or several lines', () => {
    expect(csvLine([-5, 'a=1', 'a\n=1', 'say "hi"', null])).toBe('-5,a=1,"a\n=1","say ""hi""",\r\n');
  });
});
