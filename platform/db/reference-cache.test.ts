import { describe, expect, it } from 'vitest';
import { createReferenceCache } from './reference-cache.ts';

function shelf(rows: Record<string, string>, max = 100) {
  const calls: string[][] = [];
  const gates: (() => void)[] = [];
  let wait = false;
  const cache = createReferenceCache<string>({
    max,
    async load(keys) {
      calls.push([...keys]);
      const values = new Map(keys.flatMap((key) => (key in rows ? [[key, rows[key] as string] as const] : [])));
      if (wait) await new Promise<void>((resolve) => gates.push(resolve));
      return values;
    },
  });
  return {
    cache,
    calls,
    rows,
    hold: () => (wait = true),
    release: () => ((wait = false), gates.splice(0).forEach((open) => open())),
  };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a reference cache', () => {
  it('answers at once when all is known, with one load per turn before', async () => {
    const { cache, calls } = shelf({ a: '1', b: '2', c: '3' });
    const answers = await Promise.all([cache.get(['a', 'b']), cache.get(['b', 'c']), cache.get(['x'])]);
    expect(calls).toEqual([['a', 'b', 'c', 'x']]);
    expect(answers.map((map) => [...map.keys()])).toEqual([['a', 'b'], ['b', 'c'], []]);
    const warm = cache.get(['a', 'c']);
    expect(warm).not.toBeInstanceOf(Promise);
    expect(warm).toEqual(
      new Map([
        ['a', '1'],
        ['c', '3'],
      ]),
    );
  });

  it('loads nothing twice at the same time', async () => {
    const { cache, calls, hold, release } = shelf({ a: '1' });
    hold();
    const first = cache.get(['a']);
    await turn();
    await turn();
    const second = cache.get(['a']);
    release();
    expect([await first, await second].map((map) => map.get('a'))).toEqual(['1', '1']);
    expect(calls).toHaveLength(1);
  });

  it('does not keep what changed while it was being loaded', async () => {
    const { cache, rows, hold, release } = shelf({ a: 'old' });
    hold();
    const first = cache.get(['a']);
    await turn();
    await turn();
    rows['a'] = 'new';
    cache.invalidate(['a']);
    const second = cache.get(['a']);
    release();
    expect((await first).get('a')).toBe('old');
    await turn();
    release();
    expect((await second).get('a')).toBe('new');
    expect((cache.get(['a']) as ReadonlyMap<string, string>).get('a')).toBe('new');
  });

  it('tries again after a load failed', async () => {
    let broken = true;
    const cache = createReferenceCache<string>({
      max: 10,
      load: async (keys) => {
        if (broken) throw new Error('database gone');
        return new Map(keys.map((key) => [key, key]));
      },
    });
    await expect(cache.get(['a'])).rejects.toThrow('database gone');
    broken = false;
    expect((await cache.get(['a'])).get('a')).toBe('a');
  });

  it('never holds more than it may', async () => {
    const rows = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, 'v']));
    const { cache } = shelf(rows, 10);
    expect((await cache.get(Object.keys(rows))).size).toBe(50);
    expect(cache.size).toBe(10);
    expect(cache.get(['k49'])).toBeInstanceOf(Map);
    cache.clear();
    expect(cache.size).toBe(0);
  });
});
