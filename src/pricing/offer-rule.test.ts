import fc from 'fast-check';

import { describe, expect, it } from 'vitest';
import { compareCodePoints } from '../kernel/compare.ts';
import { decideOffers, offerObstacle, type OfferOccasion, type OfferRule } from './offer-rule.ts';

const DAY = 86_400_000;
const rule = (more: Partial<OfferRule> = {}): OfferRule => ({
  id: 'r',
  name: 'Thank you',
  promotionId: 'p',
  event: 'sale',
  when: {},
  validDays: 14,
  onSince: 1_000,
  ...more,
});
const occasion = (more: Partial<OfferOccasion> = {}): OfferOccasion => ({
  subjectId: 'o',
  event: 'sale',
  at: 2_000,
  customerId: 'c',
  groupIds: ['friends'],
  channelId: 'stores',
  locationId: 'lisbon',
  amountMinor: 5_000,
  currency: 'EUR',
  isFirst: false,
  ...more,
});

describe('a rule offers', () => {
  it.each([
    ['to who bought in a store', {}, {}, undefined],
    ['nothing for another event', { event: 'return' }, {}, 'other_event'],
    ['nothing while it is off', { onSince: undefined }, {}, 'before_the_rule'],
    ['nothing for what was before it', { onSince: 2_001 }, {}, 'before_the_rule'],
    ['in its channels alone', { when: { channelIds: ['shop'] } }, {}, 'other_channel'],
    ['at its places alone', { when: { locationIds: ['porto'] } }, {}, 'other_location'],
    [
      'not for a cart, which is nowhere, where it has places',
      { when: { locationIds: ['lisbon'] } },
      { locationId: undefined },
      'other_location',
    ],
    ['to its groups', { when: { groupIds: ['friends', 'staff'] } }, {}, undefined],
    ['to no other groups', { when: { groupIds: ['staff'] } }, {}, 'other_customer_group'],
    ['from its minimum on', { when: { minimum: { amountMinor: 5_000, currency: 'EUR' } } }, {}, undefined],
    ['not below its minimum', { when: { minimum: { amountMinor: 5_001, currency: 'EUR' } } }, {}, 'below_minimum'],
    [
      'not for a minimum of another currency',
      { when: { minimum: { amountMinor: 1, currency: 'GBP' } } },
      {},
      'other_currency',
    ],
    ['for the first purchase', { when: { firstPurchase: true } }, { isFirst: true }, undefined],
    ['not for the second', { when: { firstPurchase: true } }, {}, 'not_first_purchase'],
    [
      'not for a cart whose customer has bought since',
      { event: 'cart_left' },
      { event: 'cart_left', hasBought: true },
      'bought_since',
    ],
  ] as const)('%s', (_, ruleMore, occasionMore, expected) => {
    expect(offerObstacle(rule(ruleMore as Partial<OfferRule>), occasion(occasionMore), undefined)).toBe(expected);
  });

  it('to one customer not again within its days', () => {
    const monthly = rule({ when: { everyDays: 30 } });
    expect(offerObstacle(monthly, occasion({ at: 1_000 + 30 * DAY }), 1_001)).toBe('too_soon_again');
    expect(offerObstacle(monthly, occasion({ at: 1_001 + 30 * DAY }), 1_001)).toBeUndefined();
  });
});

const anyOccasions = fc
  .array(fc.record({ at: fc.integer({ min: 0, max: 100 * DAY }), customer: fc.integer({ min: 0, max: 4 }) }), {
    maxLength: 60,
  })
  .map((all) =>
    all.map(({ at, customer }, n) =>
      occasion({ at, customerId: `c${customer}`, subjectId: `o${String(n).padStart(3, '0')}` }),
    ),
  );

describe('what is granted', () => {
  it('is never more than one an event and rule, never within the days of the last, and the same in any order and any cut', () => {
    fc.assert(
      fc.property(anyOccasions, fc.integer({ min: 1, max: 40 }), fc.nat(60), (occasions, everyDays, cut) => {
        const rules = [rule({ when: { everyDays }, onSince: 0 }), rule({ id: 's', onSince: 0 })];
        const none = { lastGranted: () => undefined, at: 'then' } as const;
        const all = decideOffers(rules, occasions, none);
        const granted = all.filter((one) => 'validUntil' in one);
        expect(new Set(granted.map((one) => `${one.ruleId} ${one.subjectId}`)).size).toBe(granted.length);
        expect(granted.filter((one) => one.ruleId === 's')).toHaveLength(occasions.length);
        for (const customer of new Set(occasions.map((one) => one.customerId))) {
          const own = granted.filter((one) => one.ruleId === 'r' && one.customerId === customer).map((one) => one.at);
          own.slice(1).forEach((at, n) => expect(at - (own[n] as number)).toBeGreaterThanOrEqual(everyDays * DAY));
        }
        expect(decideOffers(rules, occasions.toReversed(), none)).toEqual(all);
        // A follower sees them in parts and remembers when it granted last.
        const sorted = occasions.toSorted((a, b) => a.at - b.at || compareCodePoints(a.subjectId, b.subjectId));
        const first = decideOffers(rules, sorted.slice(0, cut), none);
        const last = new Map(
          first.flatMap((one) => ('validUntil' in one ? [[`${one.ruleId}|${one.customerId}`, one.at]] : [])),
        );
        const second = decideOffers(rules, sorted.slice(cut), {
          lastGranted: (ruleId, customerId) => last.get(`${ruleId}|${customerId}`),
          at: 'then',
        });
        expect([...first, ...second]).toEqual(all);
      }),
      { numRuns: 200 },
    );
  });
});
