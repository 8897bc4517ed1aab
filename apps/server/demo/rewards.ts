import type { MasterImport } from '../../../platform/commit/master-chunks.ts';
import { changed, type Master } from '../../../platform/commit/master-door.ts';
import { addDays, businessDayOf } from '../../../src/kernel/time.ts';
import type { GrantPoints, GrantReward, IssueGiftCards, RewardPlace } from '../../../src/rewards/keep-rewards.ts';
import type { LoyaltyProgramme } from '../../../src/rewards/loyalty-programme.ts';
import { saveProgramme } from '../../../src/rewards/server/rewards.store.ts';
import type { Step } from './acts.ts';
import { demoId } from './dice.ts';
import type { DemoCustomer } from './people.ts';
import type { DemoRetailer } from './retailer.ts';

/** Where the demo's cards and points are given: the first store of the British company. */
const STORE = 'store';

/** The demo's loyalty programme: that of its British company. */
export function planProgramme(retailer: DemoRetailer, opensAt: number): LoyaltyProgramme {
  const entity = retailer.plan.entities[0];
  if (entity === undefined) throw new Error('the demo has no company');
  const firstDay = businessDayOf(opensAt, { timeZone: 'Europe/London', cutOffHour: 0 });
  return {
    id: demoId('loyaltyProgramme', opensAt, 0),
    entityId: entity.id,
    name: 'Harbour Club',
    currency: entity.functionalCurrency,
    active: true,
    earn: [
      {
        name: 'Everything',
        points: 1,
        perMinor: 100,
        cashBackPpm: 0,
        channelIds: [],
        productIds: [],
        categoryIds: [],
      },
    ],
    multiplierDays: [
      {
        name: 'Double Fridays',
        from: firstDay,
        until: addDays(firstDay, 365),
        weekdays: [5],
        multiplierPpm: 2_000_000,
      },
    ],
    tiers: [
      { code: 'silver', name: 'Silver', fromMinor: 10_000, windowMonths: 12, multiplierPpm: 1_250_000 },
      { code: 'gold', name: 'Gold', fromMinor: 25_000, windowMonths: 12, multiplierPpm: 1_500_000 },
    ],
    rewards: [{ code: 'fiver', name: 'Five pounds', points: 450, creditMinor: 500 }],
    value: { points: 100, minor: 100 },
    breakagePpm: 150_000,
    expiryDays: 730,
    spentPoints: 'withhold',
    expiredPoints: 'renew',
  };
}

const LAST_FOURS = ['7KQ2', 'M4XD', '0V9T', 'PZ31', 'B8RC'];

/** The gift cards that have money on them, and how much; one more was made and not sold. */
export function planGiftCards(opensAt: number): { id: string; balanceMinor: number }[] {
  return LAST_FOURS.slice(0, -1).map((_, n) => ({
    id: demoId('giftCard', opensAt, n),
    balanceMinor: (n + 1) * 1500,
  }));
}

/** Begins the demo's loyalty programme. */
export function openDemoProgramme(
  master: Master,
  from: MasterImport,
  { retailer, opensAt }: { readonly retailer: DemoRetailer; readonly opensAt: number },
) {
  const programme = planProgramme(retailer, opensAt);
  return master<{ id: string }>(
    { ...from, type: 'demo_programme', topic: 'reward', body: { programmeId: programme.id } },
    async (tx) => {
      const id = await saveProgramme(tx, programme);
      const body = { programmeId: id, name: programme.name, active: true };
      return changed([{ type: 'LoyaltyProgrammeSet', version: 1, entityId: programme.entityId, subjectId: id, body }], {
        id,
      });
    },
  );
}

/**
 * Some gift cards and some points, at the beginning of the history: what a company brings along from the system before. Nobody knows the codes of these cards; whoever wants to pay
 * with one makes new ones.
 */
export function demoRewards(of: {
  readonly retailer: DemoRetailer;
  readonly customers: readonly DemoCustomer[];
  readonly principalId: string;
  readonly opensAt: number;
}): Step[] {
  const { retailer, opensAt, principalId } = of;
  const at = opensAt;
  const programme = planProgramme(retailer, opensAt);
  const location = retailer.plan.locations.find((one) => one.entityId === programme.entityId && one.kind === STORE);
  if (location === undefined) throw new Error('the demo has no store');
  const place: RewardPlace & { currency: string } = {
    entityId: programme.entityId,
    locationId: location.id,
    entityCurrency: programme.currency,
    currency: programme.currency,
    occurredAt: at,
    businessDay: businessDayOf(at, { timeZone: 'Europe/London', cutOffHour: 0 }),
    rate: [1, 1],
  };
  const cards = LAST_FOURS.map((lastFour, n) => ({
    id: demoId('giftCard', opensAt, n),
    codeHash: `demo ${n}`,
    lastFour,
  }));
  const issue: IssueGiftCards = { ...place, cards };
  const step = (type: string, key: string, body: unknown): Step => ({ at, type, key, principalId, body });
  const credits = planGiftCards(opensAt).map(({ id, balanceMinor }, n) => {
    const body: GrantReward = {
      ...place,
      cardId: id,
      amountMinor: balanceMinor,
      reason: 'opening',
      note: 'From the system before',
    };
    return step('GrantReward', `demo/gift card ${n}`, body);
  });
  const ours = of.customers.filter(({ company }) => company === 'UK').slice(0, 6);
  const points = ours.map(({ id }, n) => {
    const body: GrantPoints = {
      ...place,
      programme,
      customerId: id,
      points: 120 * (n + 1),
      reason: 'From the system before',
    };
    return step('GrantPoints', `demo/points ${n}`, body);
  });
  const credit = ours.slice(0, 2).map(({ id }, n) => {
    const body: GrantReward = {
      ...place,
      customerId: id,
      amountMinor: 1000,
      reason: 'goodwill',
      note: 'A late parcel',
    };
    return step('GrantReward', `demo/store credit ${n}`, body);
  });
  return [step('IssueGiftCards', 'demo/gift cards', issue), ...credits, ...points, ...credit];
}
