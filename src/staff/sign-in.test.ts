import { expect, it } from 'vitest';
import { CONFIRMED_FOR_MS, isConfirmed, signInStep } from './sign-in.ts';

it.each([
  ['one_factor', '          ', 'open'],
  ['one_factor', 'totp      ', 'ask_second_factor code'],
  ['one_factor', 'totp passkey', 'ask_second_factor code passkey'],
  ['one_factor', 'passkey   ', 'open'],
  ['one_factor', 'needed    ', 'open_limited'],
  ['one_factor', 'needed totp', 'ask_second_factor code'],
  ['one_factor', 'needed passkey', 'ask_second_factor passkey'],
  ['two_factors', 'needed totp', 'open'],
  ['two_factors', 'needed    ', 'open'],
] as const)('%s with %s: %s', (proof, has, follows) => {
  const step = signInStep(proof, {
    hasTotp: has.includes('totp'),
    hasPasskey: has.includes('passkey'),
    needsSecondFactor: has.includes('needed'),
  });
  expect([step.kind, ...(step.kind === 'ask_second_factor' ? step.methods : [])].join(' ')).toBe(follows);
});

it('a proof is good for a quarter of an hour', () => {
  expect([isConfirmed(0, CONFIRMED_FOR_MS - 1), isConfirmed(0, CONFIRMED_FOR_MS)]).toEqual([true, false]);
});
