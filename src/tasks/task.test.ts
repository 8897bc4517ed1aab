import { describe, expect, it } from 'vitest';
import { taskOf } from './task.ts';

const place = { entityId: 'entity', locationId: 'store', subjectId: 'sale' };

describe('the task that an event asks for', () => {
  it.each([
    [
      'PromotionOverused',
      {
        promotions: [
          { promotionId: 'p', what: 'promotion', uses: 1, overuses: 2, spentMinor: 700, overspentMinor: 1100 },
          { promotionId: 'p', what: 'coupon', uses: 1, overuses: 1, spentMinor: 600, overspentMinor: 0 },
          { promotionId: 'p', what: 'customer', uses: 1, overuses: 1, spentMinor: 600, overspentMinor: 0 },
        ],
      },
      {
        kind: 'promotion_overused',
        currency: '',
        items: [
          { what: 'promotion', id: 'p', overuses: 2, amountMinor: 1100 },
          { what: 'coupon', id: 'p', overuses: 1 },
          { what: 'promotion_of_customer', id: 'p', overuses: 1 },
        ],
      },
    ],
    [
      'RewardOverdrawn',
      {
        currency: 'GBP',
        overdrawn: { gift_card: 400, store_credit: 500 },
        accounts: [
          { key: 'card', kind: 'gift_card', amountMinor: 300 },
          { key: null, kind: 'gift_card', amountMinor: 100 },
          { key: 'credit|entity|customer|GBP', kind: 'store_credit', amountMinor: 500 },
        ],
        points: [{ key: 'programme|customer', points: 70 }],
      },
      {
        kind: 'reward_overdrawn',
        currency: 'GBP',
        items: [
          { what: 'gift_card', id: 'card', amountMinor: 300 },
          { what: 'gift_card', id: null, amountMinor: 100 },
          { what: 'store_credit', id: null, customerId: 'customer', amountMinor: 500 },
          { what: 'points', id: 'programme', customerId: 'customer', points: 70 },
        ],
      },
    ],
    [
      'GiftCardNotCharged',
      { currency: 'GBP', cards: [{ key: 'card', amountMinor: 2000, reason: 'reward_not_usable' }] },
      {
        kind: 'gift_card_not_charged',
        currency: 'GBP',
        items: [{ what: 'gift_card', id: 'card', amountMinor: 2000, reason: 'reward_not_usable' }],
      },
    ],
    [
      'PaymentFailed',
      { paymentId: 'pay', amountMinor: 990, currency: 'GBP', action: 'capture', reason: 'declined' },
      {
        kind: 'payment_failed',
        currency: 'GBP',
        items: [{ what: 'payment', id: 'pay', amountMinor: 990, reason: 'capture' }],
      },
    ],
  ])('%s', (type, body, task) => {
    expect(taskOf({ ...place, type, body })).toEqual({
      entityId: 'entity',
      locationId: 'store',
      orderId: 'sale',
      ...task,
    });
  });

  it('SaleRecorded asks for none', () => {
    expect(taskOf({ ...place, type: 'SaleRecorded', body: {} })).toBeUndefined();
  });
});
