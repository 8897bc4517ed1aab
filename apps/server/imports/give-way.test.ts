import { expect, it } from 'vitest';
import { openGivingWay } from './give-way.ts';

it('rests in a busy shop as long as a chunk took, never long, and not at all in a quiet one', async () => {
  const clock = { now: 0 };
  const rests: number[] = [];
  const way = openGivingWay({
    now: () => clock.now,
    pause: async (ms) => {
      rests.push(ms);
      clock.now += ms;
    },
  });
  const chunk = async (ms: number, event: number): Promise<void> => {
    clock.now += ms;
    way.heard(event);
    await way.rest();
  };
  await chunk(1_000, 1_000);
  await chunk(1_000, 1_020);
  expect(rests).toEqual([]);
  await chunk(1_000, 1_220);
  await chunk(10_000, 9_000);
  expect(rests).toEqual([1_000, 3_000]);
  await chunk(1_000, 9_010);
  expect(rests).toHaveLength(2);
});
