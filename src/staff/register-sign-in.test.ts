import { expect, it } from 'vitest';
import { decidePin, REGISTER_TRIES, REGISTER_WINDOW_MS, registerWait } from './register-sign-in.ts';

it.each([
  ['4711', true],
  ['1357', true],
  ['90210', true],
  ['0000', false],
  ['1234', false],
  ['87654321', false],
])('%s as a PIN', (pin, may) => {
  expect(decidePin(pin).ok).toBe(may);
});

it('a register waits after too many wrong tries, and not for ever', () => {
  expect(registerWait(undefined, 0)).toBe(0);
  expect(registerWait({ failed: REGISTER_TRIES - 1, since: 0 }, 1)).toBe(0);
  expect(registerWait({ failed: REGISTER_TRIES, since: 0 }, 1)).toBe(REGISTER_WINDOW_MS - 1);
  expect(registerWait({ failed: REGISTER_TRIES, since: 0 }, REGISTER_WINDOW_MS)).toBe(0);
});
