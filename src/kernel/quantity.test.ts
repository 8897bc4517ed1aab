import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bug } from './assert.ts';
import {
  assertQuantity,
  BASE_UNITS,
  breakDown,
  describeQuantity,
  DISPLAY_UNITS,
  findDisplayUnit,
  isBaseUnit,
  parseQuantity,
  quantityIn,
  toBaseUnits,
  type BaseUnit,
  type PackSize,
} from './quantity.ts';

const CASE: PackSize = { name: 'case', quantity: 12 };
const BOX: PackSize = { name: 'box', quantity: 6 };
const PALLET: PackSize = { name: 'pallet', quantity: 960 };

function unit(baseUnit: BaseUnit, name: string): PackSize {
  const found = findDisplayUnit(baseUnit, name);
  expect(found).toBeDefined();
  return found!;
}

test.each([
  ['gram', 'kg', '1.25', 1250],
  ['gram', 'kg', '1.2500', 1250],
  ['gram', 'kg', '-0.5', -500],
  ['gram', 'kg', '-0', 0],
  ['gram', 'kg', '1.2505', undefined], // half a gram
  ['gram', 'kg', '1,25', undefined],
  ['gram', 'kg', '', undefined],
  ['gram', 't', '0.000001', 1],
  ['gram', 'g', '0.5', undefined],
  ['millilitre', 'l', '0.75', 750],
  ['millilitre', 'cl', '33', 330],
  ['millimetre', 'm', '2.5', 2500],
  ['piece', 'dozen', '2', 24],
  ['piece', 'dozen', '0.5', 6],
  ['piece', 'gross', '1', 144],
  ['piece', 'piece', '9007199254740993', undefined],
  ['gram', 't', '9007199254740991', undefined],
] as const)('a SKU in %s: %s %s is %s', (baseUnit, name, text, quantity) => {
  expect(parseQuantity(text, unit(baseUnit, name))).toBe(quantity);
});

test.each([
  // quantity, base unit, packs, as people say it
  [29, 'piece', [CASE, BOX], '2 case 5 piece'],
  [30, 'piece', [BOX, CASE], '2 case 1 box'],
  [24, 'piece', [CASE], '2 case'],
  [0, 'piece', [CASE], '0 piece'],
  [-29, 'piece', [CASE, BOX], '-2 case -5 piece'],
  [1000, 'piece', [PALLET, CASE, BOX], '1 pallet 3 case 4 piece'],
  [7, 'piece', undefined, '7 piece'],
  [1250, 'gram', undefined, '1 kg 250 g'],
  [250, 'gram', undefined, '250 g'],
  [-1005, 'millimetre', undefined, '-1 m -5 mm'],
  [2000, 'millilitre', undefined, '2 l'],
] as const)('%d %s over %j is %s', (quantity, baseUnit, packs, text) => {
  expect(describeQuantity(quantity, baseUnit, packs)).toBe(text);
});

test('a broken down quantity sums to itself', () => {
  fc.assert(
    fc.property(
      fc.maxSafeInteger(),
      fc.uniqueArray(fc.integer({ min: 2, max: 10_000 }), { maxLength: 5 }),
      (quantity, sizes) => {
        const packs = sizes.map((size) => ({ name: String(size), quantity: size }));
        const parts = breakDown(quantity, 'piece', packs);
        const sum = parts.reduce(
          (total, { name, count }) => total + BigInt(count) * BigInt(name === 'piece' ? 1 : name),
          0n,
        );
        expect(sum).toBe(BigInt(quantity));
        expect(parts.every(({ count }) => Math.sign(count) === Math.sign(quantity))).toBe(true);
      },
    ),
  );
});

test('a quantity in a unit is an exact decimal or none', () => {
  expect(quantityIn(unit('gram', 'kg'), 1250)).toBe('1.25');
  expect(quantityIn(unit('gram', 'kg'), -5)).toBe('-0.005');
  expect(quantityIn(unit('gram', 'kg'), 3000)).toBe('3');
  expect(quantityIn(unit('piece', 'dozen'), 6)).toBe('0.5');
  expect(quantityIn(unit('piece', 'dozen'), 5)).toBeUndefined();
  fc.assert(
    fc.property(
      fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
      fc.constantFrom(...DISPLAY_UNITS.gram),
      (grams, kilo) => {
        expect(parseQuantity(quantityIn(kilo, grams)!, kilo)).toBe(grams);
      },
    ),
  );
});

test('packs are counted whole', () => {
  expect(toBaseUnits(3, CASE)).toBe(36);
  expect(toBaseUnits(-1, CASE)).toBe(-12);
  expect(() => toBaseUnits(1.5, CASE)).toThrow(Bug);
  expect(() => toBaseUnits(Number.MAX_SAFE_INTEGER, CASE)).toThrow(Bug);
  expect(() => toBaseUnits(1, { name: 'nothing', quantity: 0 })).toThrow(Bug);
  expect(() => assertQuantity(0.1)).toThrow(Bug);
  expect(() => describeQuantity(0.5, 'piece')).toThrow(Bug);
});

test('each base unit ends its own list of units', () => {
  expect(BASE_UNITS.map((baseUnit) => DISPLAY_UNITS[baseUnit].at(-1)?.quantity)).toEqual([1, 1, 1, 1]);
  expect(isBaseUnit('gram')).toBe(true);
  expect(isBaseUnit('kg')).toBe(false);
  expect(findDisplayUnit('piece', 'kg')).toBeUndefined();
});
