import { expect, it } from 'vitest';
import { readAhead } from './read-ahead.ts';

/** One to four; notes what was asked of it, and 0 when it is over. */
async function* source(asked: number[], { fails = Infinity }: { fails?: number } = {}): AsyncGenerator<number> {
  try {
    for (let item = 1; item <= 4; item += 1) {
      asked.push(item);
      if (item === fails) throw new Error(`item ${item}`);
      yield item;
    }
  } finally {
    asked.push(0);
  }
}

it('gives every item once, in order, and asks for one more than is worked on', async () => {
  const asked: number[] = [];
  const seen: number[][] = [];
  for await (const item of readAhead(source(asked))) {
    await new Promise((done) => setImmediate(done));
    seen.push([item, Math.max(...asked)]);
  }
  expect(seen).toEqual([
    [1, 2],
    [2, 3],
    [3, 4],
    [4, 4],
  ]);
});

it('throws an error of the source in its turn, and ends the source of who stops early', async () => {
  const asked: number[] = [];
  const seen: number[] = [];
  await expect(async () => {
    for await (const item of readAhead(source(asked, { fails: 3 }))) {
      await new Promise((done) => setImmediate(done));
      seen.push(item);
    }
  }).rejects.toThrow('item 3');
  expect(seen).toEqual([1, 2]);
  const stopped: number[] = [];
  for await (const item of readAhead(source(stopped))) if (item === 2) break;
  expect(stopped).toEqual([1, 2, 3, 0]);
});
