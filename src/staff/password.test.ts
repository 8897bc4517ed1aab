import { expect, it } from 'vitest';
import { decidePassword } from './password.ts';

const ada = { name: 'Ada Lovelace', email: 'ada@analytical.example' };

it.each([
  ['short', 'password_too_short'],
  ['elevenchars', 'password_too_short'],
  ['🔑🔑🔑🔑🔑🔑', 'password_too_short'],
  ['x'.repeat(201), 'password_too_long'],
  ['aaaaaaaaaaaaa', 'password_too_plain'],
  ['abababababab', 'password_too_plain'],
  ['abcdabcdabcdabcd', 'password_too_plain'],
  ['123456789012', 'password_too_plain'],
  ['qwertyuiopas', 'password_too_plain'],
  ['AbcDefGhiJklMno', 'password_too_plain'],
  ['Password1234!', 'password_too_plain'],
  ['password-password', 'password_too_plain'],
  ['Oneshelf-2026!!', 'password_too_plain'],
  ['lovelace12345', 'password_too_plain'],
  ['ada@analytical.example', 'password_too_plain'],
  ['correct horse battery', undefined],
  ['tr0ub4dor&3xyz', undefined],
  ['a shelf of ones own', undefined],
  ['пароль из слов', undefined],
  ['lovelace loves numbers', undefined],
  ['Kv9#mQ2!xT7z', undefined],
])('%s: %s', (password, reason) => {
  const decision = decidePassword(password, ada);
  expect(decision.ok ? undefined : decision.rejection.reason).toBe(reason);
});
