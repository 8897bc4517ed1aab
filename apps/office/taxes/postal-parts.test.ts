import { describe, expect, it } from 'vitest';
import { postalParts } from './postal-parts.ts';

const HEAD = 'country,region,from,valid_from,source';
const atOnce = { rows: 2, characters: 10_000 };

describe('a file of postal areas', () => {
  it('is sent in parts with rows of the same codes together, and knows each row’s line', () => {
    const rows = [
      'US,TX,75002,2026-01-01,a',
      'US,TX,75001,2026-07-01,b',
      '',
      'US,AL,35004,2026-01-01,c',
      'US,TX,75001,2020-01-01,d',
    ];
    expect(postalParts([HEAD, ...rows].join('\r\n'), atOnce)).toEqual([
      { csv: `${HEAD}\nUS,AL,35004,2026-01-01,c\nUS,TX,75001,2020-01-01,d`, lines: [1, 5, 6] },
      { csv: `${HEAD}\nUS,TX,75001,2026-07-01,b\nUS,TX,75002,2026-01-01,a`, lines: [1, 3, 2] },
    ]);
  });

  it('may have commas and line breaks in quotes, and a mark of its encoding', () => {
    const text = `\uFEFF${HEAD}\nUS,TX,75002,2026-01-01,"See ""this"",\nand that"\nUS,TX,75001,2026-01-01,x\n`;
    expect(postalParts(text, atOnce)).toEqual([
      { csv: `${HEAD}\nUS,TX,75001,2026-01-01,x\nUS,TX,75002,2026-01-01,"See ""this"", and that"`, lines: [1, 4, 2] },
    ]);
  });

  it('is cut by its length too, and may be empty or only a header', () => {
    const rows = Array.from({ length: 4 }, (_, n) => `US,TX,7500${n},2026-01-01,${'x'.repeat(40)}`);
    expect(
      postalParts([HEAD, ...rows].join('\n'), { rows: 9, characters: 200 }).map(({ lines }) => lines.length),
    ).toEqual([3, 3]);
    expect(postalParts('')).toEqual([]);
    expect(postalParts(`${HEAD}\n`)).toEqual([{ csv: HEAD, lines: [1] }]);
  });

  it('of 60,000 rows is cut in a moment', () => {
    const rows = Array.from({ length: 60_000 }, (_, n) => `US,TX,${700_000_000 + n},2026-01-01,An office`);
    const parts = postalParts([HEAD, ...rows].join('\n'));
    expect(parts.map(({ lines }) => lines.length)).toEqual(Array.from({ length: 12 }, () => 5_001));
  });
});
