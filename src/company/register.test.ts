import { expect, it } from 'vitest';
import { decideOpenRegister } from './register.ts';

const known = { locationIds: new Set(['here']), codes: new Set(['T1']) };

it.each([
  ['a till of a location that is open', 'here', 'T2', undefined],
  ['no code twice at a location, because receipts carry it', 'here', 'T1', 'duplicate_code'],
  ['nowhere', 'there', 'T2', 'unknown_location'],
])('%s', (_, locationId, code, reason) => {
  const decision = decideOpenRegister({ id: 'r', locationId, code, name: 'Front' }, known);
  expect(decision.ok ? undefined : decision.rejection.reason).toBe(reason);
});
