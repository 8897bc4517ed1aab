import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openTestBooks, type TestBooks } from '../kernel/draft-testing.ts';
import { addDays, businessDay } from '../kernel/time.ts';
import { earnRewards, takeBackRewards } from './earn-rewards.ts';
import { giftCardCode, normaliseGiftCardCode, showGiftCardCode } from './gift-card-code.ts';
import {
  blockReward,
  exchangePoints,
  expireRewards,
  grantPoints,
  grantReward,
  issueGiftCards,
} from './keep-rewards.ts';
import { deferredFor, earn, monthBefore, tierOn, type EarningLine } from './loyalty-programme.ts';
import { ORDER_REWARDS } from './order-rewards.ts';
import { POINTS, takeParts } from './points-account.ts';
import { REWARD_ACCOUNTS, storeCreditKey } from './reward-account.ts';
import { ENTITY, testProgramme } from './reward-testing.ts';
import { refundRewards, spendRewards } from './reward-tenders.ts';

const DAY = businessDay('2026-11-23'); // a Monday
const CUSTOMER = 'customer-1';
const PLACE = {
  entityId: ENTITY,
  locationId: 'L1',
  entityCurrency: 'GBP',
  occurredAt: 0,
  businessDay: DAY,
  rate: [1, 1] as const,
};
const occasion = (orderId: string, change = {}) => ({
  orderId,
  entityId: ENTITY,
  currency: 'GBP',
  businessDay: DAY,
  channelId: 'shop',
  ...change,
});
const act = (type: string) => ({ type, version: 1, topic: 'order', occurredAt: 0, businessDay: DAY, body: {} });
const line = (n: number, grossMinor: number, change: Partial<EarningLine> = {}): EarningLine => ({
  line: n,
  kind: 'goods',
  productId: `p${n}`,
  categoryIds: [],
  grossMinor,
  netMinor: grossMinor,
  ...change,
});

function cardWith(books: TestBooks, id: string, amountMinor: number, expiresOn?: ReturnType<typeof businessDay>): void {
  books.decide((draft) =>
    issueGiftCards(draft, { ...PLACE, currency: 'GBP', expiresOn, cards: [{ id, codeHash: id, lastFour: '1234' }] }),
  );
  if (amountMinor > 0)
    books.decide((draft) =>
      grantReward(draft, { ...PLACE, currency: 'GBP', cardId: id, amountMinor, reason: 'goodwill', note: '' }),
    );
}

describe('codes', () => {
  test('a code is read however it is written, and every single wrong symbol is found', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 31 }), { minLength: 15, maxLength: 15 }),
        fc.nat(15),
        fc.integer({ min: 1, max: 31 }),
        (drawn, at, shift) => {
          const code = giftCardCode(drawn);
          expect(normaliseGiftCardCode(` ${showGiftCardCode(code).toLowerCase()} `)).toBe(code);
          const symbols = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
          const other = symbols.charAt((symbols.indexOf(code.charAt(at)) + shift) % 32);
          expect(normaliseGiftCardCode(code.slice(0, at) + other + code.slice(at + 1))).toBeUndefined();
        },
      ),
    );
  });
  test.each(['', '1234', '0000-0000-0000-000U', '0000-0000-0000-0000-0'])('%j is no code', (text) => {
    expect(normaliseGiftCardCode(text)).toBeUndefined();
  });
  test('O is 0, I and L are 1', () => {
    const code = giftCardCode([0, 1, 1, ...Array.from({ length: 12 }, () => 0)]);
    expect(normaliseGiftCardCode(`OIL${code.slice(3)}`)).toBe(code);
  });
});

describe('what a request may spend', () => {
  const spend = (books: TestBooks, amount: number, change = {}, accountKey: string | undefined = 'card') =>
    books.decide((draft) => {
      const spent = spendRewards(
        draft,
        occasion('o1', change),
        [{ paymentId: 'p', method: 'gift_card', amount, accountKey }],
        { fact: false, membership: undefined },
      );
      if (!spent.ok) return spent.rejection;
      draft.act(act('SaleRecorded'));
      return undefined;
    });
  test.each([
    ['all of it', 5000, {}, undefined],
    ['more than is on it', 5001, {}, 'reward_not_enough'],
    ['in another currency', 1, { currency: 'EUR' }, 'reward_wrong_currency'],
    ['in the books of another company', 1, { entityId: 'other' }, 'reward_not_usable'],
    ['on its last day', 1, { businessDay: businessDay('2027-01-31') }, undefined],
    ['a day after it', 1, { businessDay: businessDay('2027-02-01') }, 'reward_expired'],
  ])('a card of 50.00: %s', (_, amount, change, reason) => {
    const books = openTestBooks();
    cardWith(books, 'card', 5000, businessDay('2027-01-31'));
    expect(spend(books, amount, change)?.reason).toBe(reason);
  });
  test('one that nobody knows, that was never sold, and that is blocked: one answer', () => {
    const books = openTestBooks();
    cardWith(books, 'empty', 0);
    cardWith(books, 'blocked', 100);
    books.decide((draft) => blockReward(draft, { ...PLACE, key: 'blocked', block: true, reason: 'lost' }));
    const answers = ['nobody', 'empty', 'blocked'].map((key) => spend(books, 1, {}, key));
    expect(answers).toEqual(Array.from({ length: 3 }, () => ({ reason: 'reward_not_usable' })));
    books.decide((draft) => blockReward(draft, { ...PLACE, key: 'blocked', block: false, reason: 'found' }));
    expect(spend(books, 100, {}, 'blocked')).toBeUndefined();
  });
});

describe('what a fact takes', () => {
  test('beyond the balance is overdrawn, told apart and filled by what comes next', () => {
    const books = openTestBooks();
    cardWith(books, 'card', 3000);
    books.decide((draft) => {
      const spent = spendRewards(
        draft,
        occasion('o1'),
        [
          { paymentId: 'p1', method: 'gift_card', amount: 5000, accountKey: 'card' },
          { paymentId: 'p2', method: 'gift_card', amount: 700 },
          { paymentId: 'p3', method: 'points', amount: 90 },
        ],
        { fact: true, membership: undefined },
      );
      // Nobody knows how many points of a programme that there is not.
      expect(spent.ok && spent.value.pointsOverdrawn).toEqual([{ key: null, points: 0, amountMinor: 90 }]);
      expect(spent.ok && spent.value.overdrafts).toEqual({
        overdrawn: { gift_card: 2700 },
        settled: {},
        accounts: [
          { key: 'card', kind: 'gift_card', amountMinor: 2000 },
          { key: null, kind: 'gift_card', amountMinor: 700 },
        ],
      });
      draft.act(act('SaleRecorded'));
      return undefined;
    });
    expect(books.get(REWARD_ACCOUNTS, 'card')).toMatchObject({ balanceMinor: 0, overdrawnMinor: 2000 });
    books.decide((draft) =>
      grantReward(draft, {
        ...PLACE,
        currency: 'GBP',
        cardId: 'card',
        amountMinor: 2500,
        reason: 'goodwill',
        note: '',
      }),
    );
    expect(books.get(REWARD_ACCOUNTS, 'card')).toMatchObject({ balanceMinor: 500, overdrawnMinor: 0 });
    expect(books.acts.at(-1)).toMatchObject({ type: 'RewardOverdraftSettled', body: { settled: { gift_card: 2000 } } });
  });
});

describe('what a sale earns', () => {
  const of = (lines: EarningLine[], change = {}) =>
    earn(testProgramme(), {
      channelId: 'shop',
      businessDay: DAY,
      lines,
      paidWithPointsMinor: 0,
      tierPpm: 1_000_000,
      ...change,
    });
  test.each([
    ['50.00 of anything', [line(1, 5000)], {}, 50, 0],
    ['50.99: a part of a point is dropped', [line(1, 5099)], {}, 50, 0],
    ['twice 0.60: the sale counts, not the line', [line(1, 60), line(2, 60)], {}, 1, 0],
    ['50.00 of tea: both rules add up, and 2 % come back', [line(1, 5000, { categoryIds: ['tea'] })], {}, 100, 100],
    ['on a double Friday', [line(1, 5000)], { businessDay: businessDay('2026-11-27') }, 100, 0],
    ['on a Friday in December', [line(1, 5000)], { businessDay: businessDay('2026-12-04') }, 50, 0],
    ['with gold', [line(1, 5000)], { tierPpm: 1_500_000 }, 75, 0],
    ['a gift card and shipping', [line(1, 5000, { kind: 'voucher' }), line(2, 500, { kind: 'shipping' })], {}, 0, 0],
    ['half paid with points', [line(1, 5000)], { paidWithPointsMinor: 2500 }, 25, 0],
    ['nothing', [], {}, 0, 0],
  ])('%s', (_, lines, change, points, cashBackMinor) => {
    const earned = of(lines, change);
    expect(earned).toMatchObject({ points, cashBackMinor });
    expect(earned.lines.reduce((sum, one) => sum + one.points, 0)).toBe(points);
  });
  test('IFRS 15, Illustrative Example 52: 100,000 of goods and 10,000 points of 1, of which 9,500 are expected to be used, are 91,324 and 8,676', () => {
    const programme = testProgramme({ value: { points: 1, minor: 1 }, breakagePpm: 50_000 });
    expect(deferredFor(programme, { points: 10_000, netMinor: 100_000 })).toBe(8676);
    const lot = { expiresOn: null, points: 10_000, expected: 9500, valueMinor: 8676 };
    // At the end of the first year 4,500 were used: 4,110 are revenue.
    expect(takeParts([lot], 4500, 'used').parts[0]?.valueMinor).toBe(4110);
    expect(takeParts([lot], 9500, 'used').parts[0]?.valueMinor).toBe(8676);
  });
  test('a tier looks back so many months', () => {
    expect(monthBefore('2026-01', 2)).toBe('2025-11');
    const spent = [
      ['2025-11', 60_000],
      ['2025-12', 60_000],
    ] as const;
    expect(tierOn(testProgramme(), spent, businessDay('2026-10-31'))?.code).toBe('gold');
    expect(tierOn(testProgramme(), spent, businessDay('2026-11-01'))).toBeUndefined();
  });
});

describe('what a refund takes back and gives back', () => {
  const buy = (books: TestBooks, orderId: string, grossMinor: number, programme = testProgramme()) =>
    books.decide((draft) => {
      earnRewards(
        draft,
        occasion(orderId),
        { programme, customerId: CUSTOMER },
        {
          lines: [line(1, grossMinor)],
          paidWithPointsMinor: 0,
        },
      );
      draft.act(act('SaleRecorded'));
      return undefined;
    });
  const key = `${testProgramme().id}|${CUSTOMER}`;
  const pay = (books: TestBooks, orderId: string, amount: number, programme = testProgramme()) =>
    books.decide((draft) => {
      const spent = spendRewards(
        draft,
        occasion(orderId),
        [{ paymentId: `pay ${orderId}`, method: 'points', amount }],
        {
          fact: false,
          membership: { programme, customerId: CUSTOMER },
        },
      );
      if (!spent.ok) return spent.rejection;
      draft.act(act('SaleRecorded'));
      return undefined;
    });
  const back = (books: TestBooks, orderId: string, after: number, programme = testProgramme()) => {
    let taken: ReturnType<typeof takeBackRewards>;
    books.decide((draft) => {
      taken = takeBackRewards(
        draft,
        occasion('return'),
        { programme, customerId: CUSTOMER },
        {
          originalOrderId: orderId,
          lines: [{ line: 1, shipped: 3, after }],
          refundMinor: 100_000,
        },
      );
      draft.act(act('GoodsReturned'));
      return undefined;
    });
    return taken;
  };
  test('any parts take back exactly what was earned', () => {
    const books = openTestBooks();
    buy(books, 'o1', 10_000);
    expect([1, 2, 3].map((after) => back(books, 'o1', after)?.points)).toEqual([33, 34, 33]);
    expect(books.get(POINTS, key)).toMatchObject({ balance: 0, earned: 0, overdrawn: 0, lots: [] });
  });
  test('what left in two months counts less in each of them', () => {
    const books = openTestBooks();
    const whole = { programme: testProgramme(), customerId: CUSTOMER };
    for (const [n, day] of [[1, '2026-11-30'] as const, [2, '2026-12-01'] as const])
      books.decide((draft) => {
        const at = occasion('o1', { businessDay: businessDay(day) });
        earnRewards(draft, at, whole, { lines: [line(n, n * 10_000)], paidWithPointsMinor: 0 });
        draft.act(act('OrderShipped'));
        return undefined;
      });
    books.decide((draft) => {
      takeBackRewards(draft, occasion('return', { businessDay: businessDay('2026-12-02') }), whole, {
        originalOrderId: 'o1',
        lines: [1, 2].map((n) => ({ line: n, shipped: 2, after: 1 })),
        refundMinor: 15_000,
      });
      draft.act(act('GoodsReturned'));
      return undefined;
    });
    expect(books.get(POINTS, key)?.spent).toEqual([
      ['2026-11', 5_000],
      ['2026-12', 10_000],
    ]);
  });
  test('spent points are kept from the refund', () => {
    const books = openTestBooks();
    buy(books, 'o1', 10_000);
    pay(books, 'o2', 80);
    expect(back(books, 'o1', 3)).toMatchObject({ points: 100, withheldPoints: 80, withheldMinor: 80, owedPoints: 0 });
    expect(books.get(POINTS, key)).toMatchObject({ balance: 0, overdrawn: 0 });
  });
  test('or are owed, and what is earned next pays for them', () => {
    const programme = testProgramme({ spentPoints: 'debt' });
    const books = openTestBooks();
    buy(books, 'o1', 10_000, programme);
    pay(books, 'o2', 80, programme);
    expect(back(books, 'o1', 3, programme)).toMatchObject({ withheldMinor: 0, owedPoints: 80 });
    expect(books.get(POINTS, key)).toMatchObject({ balance: 0, overdrawn: 80 });
    buy(books, 'o3', 10_000, programme);
    expect(books.get(POINTS, key)).toMatchObject({ balance: 20, overdrawn: 0 });
  });
  test('used points go back to their lot, and those that ran out meanwhile as the programme says', () => {
    for (const [expiredPoints, balance] of [
      ['renew', 100],
      ['forfeit', 0],
    ] as const) {
      const programme = testProgramme({ expiredPoints });
      const books = openTestBooks();
      buy(books, 'o1', 10_000, programme);
      pay(books, 'o2', 100, programme);
      const late = { businessDay: addDays(DAY, 400) };
      books.decide((draft) => {
        refundRewards(
          draft,
          occasion('return', late),
          [{ method: 'points', amount: 100, refundOf: { paymentId: 'pay o2', orderId: 'o2' } }],
          { customerId: CUSTOMER, programme, fact: false },
        );
        draft.act(act('GoodsReturned'));
        return undefined;
      });
      expect(books.get(POINTS, key)).toMatchObject({ balance, overdrawn: 0 });
      expect(books.get(ORDER_REWARDS, 'o2')?.burns[0]?.backMinor).toBe(100);
    }
  });
  test('cent by cent all points come back, and all that stood in the books for them', () => {
    const programme = testProgramme({ value: { points: 1, minor: 10 } });
    const books = openTestBooks();
    buy(books, 'o1', 10_000, programme);
    const before = books.get(POINTS, key)?.lots;
    pay(books, 'o2', 30, programme);
    for (let cent = 0; cent < 30; cent += 1)
      books.decide((draft) => {
        refundRewards(
          draft,
          occasion('return'),
          [{ method: 'points', amount: 1, refundOf: { paymentId: 'pay o2', orderId: 'o2' } }],
          { customerId: CUSTOMER, programme, fact: false },
        );
        draft.act(act('GoodsReturned'));
        return undefined;
      });
    expect(books.get(POINTS, key)?.lots).toEqual(before);
  });
  test('more points than there are: not enough, with what they are worth', () => {
    const books = openTestBooks();
    buy(books, 'o1', 10_000);
    expect(pay(books, 'o2', 101)).toMatchObject({ reason: 'points_not_enough', balance: 100, worthMinor: 100 });
  });
});

describe('any sequence of acts', () => {
  type Step = { what: number; account: number; amount: number; days: number };
  const step: fc.Arbitrary<Step> = fc.record({
    what: fc.nat(9),
    account: fc.nat(1),
    amount: fc.integer({ min: 1, max: 30_000 }),
    days: fc.nat(200),
  });
  test('balances stay above nought, and what is owed to customers is what was issued less what was redeemed', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.constantFrom('withhold' as const, 'debt' as const),
        fc.constantFrom('renew' as const, 'forfeit' as const),
        (steps, spentPoints, expiredPoints) => {
          const programme = testProgramme({ spentPoints, expiredPoints });
          const membership = { programme, customerId: CUSTOMER };
          const books = openTestBooks();
          for (const id of ['card 0', 'card 1']) cardWith(books, id, 1000, addDays(DAY, 300));
          let day = DAY;
          const orders: { id: string; back: number; burned: number; givenBack: number }[] = [];
          steps.forEach(({ what, account, amount, days }, n) => {
            const id = `o${n}`;
            const card = `card ${account}`;
            const here = { ...PLACE, businessDay: day };
            const at = occasion(id, { businessDay: day });
            const order = orders.at(-1);
            books.decide((draft) => {
              if (what === 0) day = addDays(day, days);
              if (what === 1)
                return grantReward(draft, {
                  ...here,
                  currency: 'GBP',
                  cardId: card,
                  amountMinor: amount,
                  reason: 'opening',
                  note: '',
                });
              if (what === 2 || what === 3) {
                const method = what === 2 ? 'gift_card' : 'store_credit';
                const accountKey =
                  what === 2 ? card : storeCreditKey({ entityId: ENTITY, customerId: CUSTOMER, currency: 'GBP' });
                const spent = spendRewards(draft, at, [{ paymentId: id, method, amount, accountKey }], {
                  fact: days % 2 === 0,
                  membership,
                });
                if (!spent.ok) return spent.rejection;
              }
              if (what === 4) {
                const lines = [line(1, amount, { categoryIds: days % 3 === 0 ? ['tea'] : [] })];
                earnRewards(draft, at, membership, { lines, paidWithPointsMinor: 0 });
                orders.push({ id, back: 0, burned: 0, givenBack: 0 });
              }
              if (what === 5) {
                const spent = spendRewards(draft, at, [{ paymentId: id, method: 'points', amount }], {
                  fact: days % 2 === 0,
                  membership,
                });
                if (!spent.ok) return spent.rejection;
                orders.push({ id, back: 3, burned: amount, givenBack: 0 });
              }
              if (what === 6 && order !== undefined && order.back < 3) {
                order.back += 1;
                takeBackRewards(draft, at, membership, {
                  originalOrderId: order.id,
                  lines: [{ line: 1, shipped: 3, after: order.back }],
                  refundMinor: amount,
                });
              }
              if (what === 7 && order !== undefined && order.burned > order.givenBack) {
                const part = Math.min(order.burned - order.givenBack, amount);
                order.givenBack += part;
                refundRewards(
                  draft,
                  at,
                  [{ method: 'points', amount: part, refundOf: { paymentId: order.id, orderId: order.id } }],
                  {
                    customerId: CUSTOMER,
                    programme,
                    fact: false,
                  },
                );
              }
              if (what === 8)
                return expireRewards(draft, {
                  ...here,
                  currency: 'GBP',
                  cardKeys: ['card 0', 'card 1'],
                  pointsKeys: [`${programme.id}|${CUSTOMER}`],
                });
              if (what === 9)
                return amount % 2 === 0
                  ? grantPoints(draft, {
                      ...here,
                      programme,
                      customerId: CUSTOMER,
                      points: (amount % 900) + 1,
                      reason: '',
                    })
                  : exchangePoints(draft, { ...here, programme, customerId: CUSTOMER, rewardCode: 'fiver' });
              draft.act(act('Anything'));
              return undefined;
            });
            for (const one of books.all(REWARD_ACCOUNTS)) {
              expect(Math.min(one.balanceMinor, one.overdrawnMinor)).toBe(0);
              expect(one.balanceMinor - one.overdrawnMinor).toBe(
                one.issuedMinor - one.redeemedMinor - one.expiredMinor,
              );
            }
            for (const one of books.all(POINTS)) {
              expect(Math.min(one.balance, one.overdrawn)).toBe(0);
              expect(one.balance - one.overdrawn).toBe(one.earned - one.burned - one.expired);
              expect(one.lots.every((lot) => lot.points > 0 && lot.expected >= 0 && lot.valueMinor >= 0)).toBe(true);
            }
          });
        },
      ),
      { numRuns: 300 },
    );
  });
});
