import type { Outcome, Submission } from '../../platform/commit/command.ts';
import { addDays } from '../../src/kernel/time.ts';
import type {
  BlockReward,
  ExchangePoints,
  ExpireRewards,
  GrantPoints,
  GrantReward,
  IssueGiftCards,
  RewardPlace,
} from '../../src/rewards/keep-rewards.ts';
import type { LoyaltyProgramme } from '../../src/rewards/loyalty-programme.ts';
import { pointsKey } from '../../src/rewards/points-account.ts';
import { storeCreditKey } from '../../src/rewards/reward-account.ts';
import type { Dice } from './dice.ts';
import type { Offers } from './offers.ts';
import { occasion, type World, type WorldLocation } from './world.ts';

/** A card that was made, as its owner believes it to be. */
type KnownCard = { readonly key: string; readonly entityId: string; readonly currency: string; balance: number };

/** What people keep for customers: cards, credit and points are made, given, stopped, exchanged and run out. Balances are what somebody believes. */
export type Wallets = {
  readonly acts: readonly (readonly [
    weight: number,
    act: (at: number) => { readonly type: string; readonly body: unknown },
  ])[];
  /** Some card of a company, and of a currency if one is named, or of any. */
  someCard(of: { readonly entityId: string; readonly currency?: string } | undefined): KnownCard | undefined;
  /** What somebody believes to have: minor units of a card or credit, or points. */
  balance(key: string): number;
  learn(submission: Submission, outcome: Outcome): void;
};

/** What commands say that use accounts. */
type Using = {
  readonly entityId: string;
  readonly customerId?: string;
  readonly programme?: LoyaltyProgramme;
  readonly terms?: { readonly currency: string; readonly customerId?: string };
  readonly rewards?: {
    readonly membership?: { readonly programme: LoyaltyProgramme; readonly customerId: string };
    readonly cards?: readonly { readonly line: number; readonly key: string }[];
  };
  readonly lines?: readonly { readonly line: number; readonly grossMinor: number }[];
  readonly tenders?: readonly { readonly amount: number; readonly accountKey?: string; readonly method: string }[];
  readonly payments?: readonly { readonly captured: number; readonly accountKey?: string; readonly method: string }[];
};

const MOST_CARDS = 120;

/** Opens the wallets of a world with offers. */
export function createWallets(stage: {
  readonly world: World;
  readonly offers: Offers;
  readonly dice: Dice;
  readonly id: (at: number) => string;
}): Wallets {
  const { world, offers, dice, id } = stage;
  const cards: KnownCard[] = [];
  const balances = new Map<string, number>();

  const add = (key: string, amount: number): void => {
    const card = cards.find((one) => one.key === key);
    if (card === undefined) balances.set(key, Math.max(0, (balances.get(key) ?? 0) + amount));
    else card.balance = Math.max(0, card.balance + amount);
  };
  const currencyOf = (location: WorldLocation): string =>
    (world.entities.find((one) => one.id === location.entityId) as World['entities'][number]).currency;
  const place = (location: WorldLocation, at: number): RewardPlace => ({
    ...occasion(world, location, at),
    rate: [1, 1],
  });
  const programmeOf = (entityId: string): LoyaltyProgramme =>
    offers.programmes.find((one) => one.entityId === entityId) as LoyaltyProgramme;
  const someCard: Wallets['someCard'] = (of) => {
    const fitting =
      of === undefined
        ? cards
        : cards.filter((one) => one.entityId === of.entityId && (of.currency ?? one.currency) === one.currency);
    return fitting.length === 0 ? undefined : dice.pick(fitting);
  };

  function issue(at: number): { type: string; body: unknown } {
    const location = dice.pick(world.locations);
    const where = place(location, at);
    const body: IssueGiftCards = {
      ...where,
      currency: dice.oneIn(6) ? 'EUR' : currencyOf(location),
      ...(dice.oneIn(3) ? { expiresOn: addDays(where.businessDay, dice.between(0, 2)) } : {}),
      cards: Array.from({ length: dice.between(1, 3) }, () => {
        const key = id(at);
        return { id: key, codeHash: `code ${key}`, lastFour: key.slice(-4) };
      }),
    };
    return { type: 'IssueGiftCards', body };
  }

  function grant(at: number): { type: string; body: unknown } {
    const location = dice.pick(world.locations);
    const card = dice.oneIn(2) ? someCard(undefined) : undefined;
    const body: GrantReward = {
      ...place(location, at),
      currency: card === undefined || dice.oneIn(10) ? currencyOf(location) : card.currency,
      amountMinor: dice.between(1, 5000),
      reason: dice.pick(['goodwill', 'promotion', 'opening']),
      note: 'sorry',
      ...(card === undefined ? { customerId: dice.pick(offers.customers).id } : { cardId: card.key }),
    };
    // A card is kept in its own company's books.
    const owned = card === undefined || dice.oneIn(10) ? undefined : placeOfEntity(card.entityId, at);
    return { type: 'GrantReward', body: owned === undefined ? body : { ...body, ...owned } };
  }

  function placeOfEntity(entityId: string, at: number): RewardPlace {
    return place(world.locations.find((one) => one.entityId === entityId) as WorldLocation, at);
  }

  function block(at: number): { type: string; body: unknown } {
    const card = someCard(undefined);
    const where = card === undefined ? place(dice.pick(world.locations), at) : placeOfEntity(card.entityId, at);
    const body: BlockReward = {
      ...where,
      key: card === undefined || dice.oneIn(20) ? id(at) : card.key,
      block: !dice.oneIn(2),
      reason: 'lost',
    };
    return { type: 'BlockReward', body };
  }

  function grantPoints(at: number): { type: string; body: unknown } {
    const location = dice.pick(world.locations);
    const body: GrantPoints = {
      ...place(location, at),
      programme: programmeOf(location.entityId),
      customerId: dice.pick(offers.customers).id,
      points: dice.between(1, 800),
      reason: 'birthday',
    };
    return { type: 'GrantPoints', body };
  }

  function exchange(at: number): { type: string; body: unknown } {
    const location = dice.pick(world.locations);
    const body: ExchangePoints = {
      ...place(location, at),
      programme: programmeOf(location.entityId),
      customerId: dice.pick(offers.customers).id,
      rewardCode: dice.oneIn(12) ? 'unknown' : 'fiver',
    };
    return { type: 'ExchangePoints', body };
  }

  /** The chore that finds what has run out: it may look too late, or at what has not. */
  function expire(at: number): { type: string; body: unknown } {
    const location = dice.pick(world.locations);
    const currency = currencyOf(location);
    const where = place(location, at);
    const body: ExpireRewards = {
      ...where,
      currency,
      cardKeys: cards
        .filter((one) => one.entityId === location.entityId && one.currency === currency)
        .map(({ key }) => key),
      pointsKeys: offers.customers.map(({ id: customerId }) =>
        pointsKey({ programmeId: programmeOf(location.entityId).id, customerId }),
      ),
    };
    return { type: 'ExpireRewards', body };
  }

  function learn({ type, body }: Submission, outcome: Outcome): void {
    const said = body as Using;
    const used = [
      ...(said.tenders ?? []),
      ...(said.payments ?? []).map((one) => ({ ...one, amount: one.captured })),
    ].filter((one) => one.accountKey !== undefined);
    if (outcome.kind === 'refused') {
      const { reason, balanceMinor, balance } = outcome.rejection as {
        reason: string;
        balanceMinor?: number;
        balance?: number;
      };
      for (const { accountKey = '', method } of used) {
        const own = method === 'points' ? balance : balanceMinor;
        if (reason === 'reward_not_enough' || reason === 'points_not_enough')
          add(accountKey, own === undefined ? 0 : own - believed(accountKey));
        else if (reason.startsWith('reward_') && method === 'gift_card') add(accountKey, 0 - believed(accountKey));
      }
      return;
    }
    if (outcome.kind !== 'accepted') return;
    if (type === 'IssueGiftCards') {
      const { cards: made, entityId, currency } = body as IssueGiftCards;
      for (const { id: key } of made) cards.push({ key, entityId, currency, balance: 0 });
      if (cards.length > MOST_CARDS) cards.splice(0, MOST_CARDS / 4);
    }
    if (type === 'GrantReward') {
      const given = body as GrantReward;
      add('cardId' in given ? given.cardId : storeCreditKey(given), given.amountMinor);
    }
    if (type === 'RecordSale' || type === 'PlaceOrder')
      for (const { accountKey = '', amount, method } of used) if (method !== 'points') add(accountKey, 0 - amount);
    for (const { line, key } of said.rewards?.cards ?? [])
      add(key, said.lines?.find((one) => one.line === line)?.grossMinor ?? 0);
    notePoints(said, outcome.body);
  }

  /** Points and cash-back that an act tells of: an object for what sales move, a number for what is granted or exchanged. */
  function notePoints(said: Using, told: { points?: unknown; cashBackMinor?: number }): void {
    const programme = said.rewards?.membership?.programme ?? said.programme;
    const customerId = said.rewards?.membership?.customerId ?? said.customerId;
    if (programme === undefined || customerId === undefined) return;
    const key = pointsKey({ programmeId: programme.id, customerId });
    if (typeof told.points === 'number') add(key, told.cashBackMinor === undefined ? told.points : 0 - told.points);
    else {
      const { earned = 0, used = 0, givenBack = 0, takenBack = 0 } = (told.points ?? {}) as Record<string, number>;
      add(key, earned - used + givenBack - takenBack);
    }
    const { currency } = programme;
    add(storeCreditKey({ entityId: programme.entityId, customerId, currency }), told.cashBackMinor ?? 0);
  }

  function believed(key: string): number {
    return cards.find((one) => one.key === key)?.balance ?? balances.get(key) ?? 0;
  }

  return {
    acts: [
      [3, issue],
      [4, grant],
      [2, block],
      [2, grantPoints],
      [2, exchange],
      [1, expire],
    ],
    someCard,
    balance: believed,
    learn,
  };
}
