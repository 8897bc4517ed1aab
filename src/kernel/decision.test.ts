import { expect, test } from 'vitest';
import { assert, Bug, unreachable } from './assert.ts';
import { accept, reject, type Decision } from './decision.ts';

type TakeRejection = { reason: 'insufficient_stock'; available: number } | { reason: 'shift_closed' };

function take(wanted: number, open: boolean): Decision<number, TakeRejection> {
  if (!open) return reject({ reason: 'shift_closed' });
  if (wanted > 3) return reject({ reason: 'insufficient_stock', available: 3 });
  return accept(3 - wanted);
}

function words(decision: Decision<number, TakeRejection>): string {
  if (decision.ok) return `${decision.value} left`;
  const { rejection } = decision;
  switch (rejection.reason) {
    case 'shift_closed':
      return 'open the shift first';
    case 'insufficient_stock':
      return `only ${rejection.available} there`;
    // The compiler accepts the next line only while every reason has its case.
  }
  return unreachable(rejection);
}

test('a decision is a value or a rejection with its numbers', () => {
  expect(words(take(1, true))).toBe('2 left');
  expect(words(take(5, true))).toBe('only 3 there');
  expect(words(take(5, false))).toBe('open the shift first');
});

test('a broken promise is a Bug that shows its values', () => {
  expect(() => assert(true, 'fine')).not.toThrow();
  expect(() => assert(0, 'nothing left', { left: 0 })).toThrow(Bug);
  expect(() => unreachable('surprise' as never)).toThrow(Bug);
  const bug = new Bug('nothing left', { left: 0 });
  expect(bug).toBeInstanceOf(Error);
  expect([bug.name, bug.message, bug.details]).toEqual(['Bug', 'nothing left', { left: 0 }]);
});
