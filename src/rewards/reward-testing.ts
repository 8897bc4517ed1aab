import { businessDay } from '../kernel/time.ts';
import type { LoyaltyProgramme } from './loyalty-programme.ts';

/** The legal entity of the tests. */
export const ENTITY = '01999c2f-0000-7000-8000-000000000001';

/** A point a pound, two on tea, 2 % cash-back on services; 100 points pay a pound; a tenth is never used; points last a year. */
export function testProgramme(change: Partial<LoyaltyProgramme> = {}): LoyaltyProgramme {
  return {
    id: '01999c2f-0000-7000-8000-0000000000aa',
    entityId: ENTITY,
    name: 'Club',
    currency: 'GBP',
    active: true,
    earn: [
      { name: 'Everything', points: 1, perMinor: 100, cashBackPpm: 0, channelIds: [], productIds: [], categoryIds: [] },
      {
        name: 'Tea',
        points: 1,
        perMinor: 100,
        cashBackPpm: 20_000,
        channelIds: [],
        productIds: [],
        categoryIds: ['tea'],
      },
    ],
    multiplierDays: [
      {
        name: 'Double Friday',
        from: businessDay('2026-11-01'),
        until: businessDay('2026-11-30'),
        weekdays: [5],
        multiplierPpm: 2_000_000,
      },
    ],
    tiers: [{ code: 'gold', name: 'Gold', fromMinor: 100_000, windowMonths: 12, multiplierPpm: 1_500_000 }],
    rewards: [{ code: 'fiver', name: 'Five pounds', points: 400, creditMinor: 500 }],
    value: { points: 100, minor: 100 },
    breakagePpm: 100_000,
    expiryDays: 365,
    spentPoints: 'withhold',
    expiredPoints: 'renew',
    ...change,
  };
}
