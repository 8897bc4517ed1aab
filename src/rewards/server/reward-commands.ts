import type { CommandRules } from '../../../platform/commit/command.ts';
import {
  blockReward,
  exchangePoints,
  expireRewards,
  grantPoints,
  grantReward,
  issueGiftCards,
  type BlockReward,
  type ExchangePoints,
  type ExpireRewards,
  type GrantPoints,
  type GrantReward,
  type IssueGiftCards,
} from '../keep-rewards.ts';
import type { LoyaltyProgramme } from '../loyalty-programme.ts';
import { POINTS, pointsKey } from '../points-account.ts';
import { REWARD_ACCOUNTS, storeCreditKey } from '../reward-account.ts';

const member = ({ programme, customerId }: { programme: LoyaltyProgramme; customerId: string }): string =>
  pointsKey({ programmeId: programme.id, customerId });

/** The commands of gift cards, store credit and points that are no sale. */
export const rewardCommands = [
  {
    type: 'IssueGiftCards',
    kind: 'request',
    keys: ({ cards }) => ({ [REWARD_ACCOUNTS.name]: cards.map(({ id }) => id) }),
    lines: ({ cards }) => cards.length,
    decide: issueGiftCards,
  } satisfies CommandRules<IssueGiftCards>,
  {
    type: 'GrantReward',
    kind: 'request',
    keys: (body) => ({ [REWARD_ACCOUNTS.name]: ['cardId' in body ? body.cardId : storeCreditKey(body)] }),
    decide: grantReward,
  } satisfies CommandRules<GrantReward>,
  {
    type: 'BlockReward',
    kind: 'request',
    keys: ({ key }) => ({ [REWARD_ACCOUNTS.name]: [key] }),
    decide: blockReward,
  } satisfies CommandRules<BlockReward>,
  {
    type: 'GrantPoints',
    kind: 'request',
    keys: (body) => ({ [POINTS.name]: [member(body)] }),
    decide: grantPoints,
  } satisfies CommandRules<GrantPoints>,
  {
    type: 'ExchangePoints',
    kind: 'request',
    keys: (body) => ({
      [POINTS.name]: [member(body)],
      [REWARD_ACCOUNTS.name]: [storeCreditKey({ ...body.programme, customerId: body.customerId })],
    }),
    decide: exchangePoints,
  } satisfies CommandRules<ExchangePoints>,
  {
    type: 'ExpireRewards',
    kind: 'request',
    keys: ({ cardKeys, pointsKeys }) => ({ [REWARD_ACCOUNTS.name]: cardKeys, [POINTS.name]: pointsKeys }),
    lines: ({ cardKeys, pointsKeys }) => cardKeys.length + pointsKeys.length,
    decide: expireRewards,
  } satisfies CommandRules<ExpireRewards>,
] as unknown as readonly CommandRules[];
