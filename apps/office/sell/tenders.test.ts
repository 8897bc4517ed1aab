import { expect, test } from 'vitest';
import { namedTenders, shareOut, type KeptTender } from './tenders.ts';

const card: KeptTender = { key: 'a', method: 'gift_card', balanceMinor: 2000, code: 'ABCD' };
const points: KeptTender = { key: 'b', method: 'points', balanceMinor: 500, wantedMinor: 300 };

test('each pays what is there and wanted, the next one what is left', () => {
  expect(shareOut(2500, [card, points])).toEqual({ paid: [2000, 300], restMinor: 200 });
  expect(shareOut(2100, [card, points])).toEqual({ paid: [2000, 100], restMinor: 0 });
  expect(shareOut(0, [card])).toEqual({ paid: [0], restMinor: 0 });
});

test('what pays nothing is not named', () => {
  expect(namedTenders(1500, [card, points])).toEqual([
    { method: 'gift_card', amountMinor: 1500, giftCardCode: 'ABCD' },
  ]);
});
