import { expect, it } from 'vitest';
import { decideApproval, needsSecond, type OpenApproval } from './four-eyes.ts';

const eur = (amount: number) => [{ limit: 'refund', currency: 'EUR', amount }];

it.each([
  ['up to the amount', { EUR: 10_000 }, eur(10_000), false],
  ['above the amount', { EUR: 10_000 }, eur(10_001), true],
  ['in a currency without an amount', { GBP: 10_000 }, eur(0), true],
  ['without amounts', null, eur(1), true],
  ['of another kind', { EUR: 1 }, [{ limit: 'discount', currency: 'EUR', amount: 9 }], false],
] as const)('a refund %s', (_, amounts, asked, needs) => {
  expect(needsSecond({ act: 'refund', amounts, expiresMinutes: 60 }, asked)).toBe(needs);
});

const open: OpenApproval = { askedBy: 'ann', state: 'pending', expiresAt: 100, decidedBy: null };
const ben = { personId: 'ben', mayDoIt: true, permission: 'order:return' };

it.each([
  ['by another', open, ben, 'approve', 99, 'yes'],
  ['by who asked', open, { ...ben, personId: 'ann' }, 'approve', 99, 'same_person'],
  ['by who could not do it', open, { ...ben, mayDoIt: false }, 'approve', 99, 'beyond_own_rights'],
  ['too late', open, ben, 'approve', 100, 'approval_expired'],
  ['after a no', { ...open, state: 'declined', decidedBy: 'ben' }, ben, 'approve', 99, 'approval_decided'],
  ['after it was done', { ...open, state: 'done', decidedBy: 'ben' }, ben, 'approve', 99, 'approval_decided'],
  ['again, when it was left half done', { ...open, state: 'approved', decidedBy: 'ben' }, ben, 'approve', 999, 'yes'],
  ['again, by a third', { ...open, state: 'approved', decidedBy: 'cem' }, ben, 'approve', 99, 'approval_decided'],
  ['with a no after the yes', { ...open, state: 'approved', decidedBy: 'ben' }, ben, 'decline', 99, 'approval_decided'],
] as const)('is decided %s', (_, approval, by, decision, at, answer) => {
  const said = decideApproval(approval, by, decision, at);
  expect(said.ok ? 'yes' : said.rejection.reason).toBe(answer);
});
