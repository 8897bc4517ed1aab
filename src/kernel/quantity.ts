import { Bug } from './assert.ts';
import { decimalString, parsePlainDecimal, powerOfTen } from './money.ts';

/** What one unit of a SKU's stock is. Fixed when the SKU is made: stock is counted in it for ever. */
export type BaseUnit = 'piece' | 'gram' | 'millilitre' | 'millimetre';

/** All base units, in the order of pickers. */
export const BASE_UNITS: readonly BaseUnit[] = ['piece', 'gram', 'millilitre', 'millimetre'];

/** A safe integer of a SKU's base unit, of either sign: 1250 is 1.25 kg of a SKU kept in grams. */
export type Quantity = number;

/** Anything that holds a whole number of base units: a case of 12, a kilogram of 1000 grams, a roll of 50,000 millimetres. */
export type PackSize = { readonly name: string; readonly quantity: Quantity };

/** A number of packs of one name, as in "2 case". */
export type PackCount = { readonly name: string; readonly count: number };

/**
 * The usual units of each base unit, largest first, the base unit itself last. Ounces, pounds, pints and inches are not
 * whole numbers of grams, millilitres or millimetres (1 lb = 453.59237 g), so they are no pack sizes: a shop that weighs
 * in them converts at the scale, once.
 */
export const DISPLAY_UNITS: Readonly<Record<BaseUnit, readonly PackSize[]>> = {
  piece: [
    { name: 'gross', quantity: 144 },
    { name: 'dozen', quantity: 12 },
    { name: 'pair', quantity: 2 },
    { name: 'piece', quantity: 1 },
  ],
  gram: [
    { name: 't', quantity: 1_000_000 },
    { name: 'kg', quantity: 1000 },
    { name: 'g', quantity: 1 },
  ],
  millilitre: [
    { name: 'hl', quantity: 100_000 },
    { name: 'l', quantity: 1000 },
    { name: 'dl', quantity: 100 },
    { name: 'cl', quantity: 10 },
    { name: 'ml', quantity: 1 },
  ],
  millimetre: [
    { name: 'km', quantity: 1_000_000 },
    { name: 'm', quantity: 1000 },
    { name: 'cm', quantity: 10 },
    { name: 'mm', quantity: 1 },
  ],
};

/** Throws a Bug unless the value is a safe integer. */
export function assertQuantity(value: number): asserts value is Quantity {
  if (!Number.isSafeInteger(value)) throw new Bug('a quantity is a safe integer of base units', { value });
}

/** Whether the text names a base unit. */
export function isBaseUnit(text: string): text is BaseUnit {
  return (BASE_UNITS as readonly string[]).includes(text);
}

/** A unit of {@link DISPLAY_UNITS} by its name, or undefined. */
export function findDisplayUnit(baseUnit: BaseUnit, name: string): PackSize | undefined {
  return DISPLAY_UNITS[baseUnit].find((unit) => unit.name === name);
}

/** The base units in a whole number of packs: 3 cases of 12 are 36. Throws a Bug when the result is not a safe integer. */
export function toBaseUnits(count: number, pack: PackSize): Quantity {
  assertPackSize(pack);
  assertQuantity(count);
  const quantity = count * pack.quantity + 0;
  assertQuantity(quantity);
  return quantity;
}

/**
 * A quantity typed or weighed in some unit, or undefined when it is not a plain decimal or not a whole number of base units:
 * `1.25` kg is 1250 grams, `1.2505` kg is undefined, `0.5` dozen is 6.
 */
export function parseQuantity(text: string, unit: PackSize): Quantity | undefined {
  assertPackSize(unit);
  const decimal = parsePlainDecimal(text);
  if (decimal === undefined) return undefined;
  let { digits, scale } = decimal;
  for (; scale > 0 && digits % 10 === 0; scale -= 1) digits /= 10;
  const divisor = powerOfTen(scale);
  const product = digits * unit.quantity;
  if (!Number.isSafeInteger(product) || product % divisor !== 0) return undefined;
  return product / divisor + 0;
}

/** The quantity as an exact decimal of a unit, without trailing zeros (`1.25` for 1250 grams in kg), or undefined when it has no end (5 pieces in dozens). */
export function quantityIn(unit: PackSize, quantity: Quantity): string | undefined {
  assertPackSize(unit);
  assertQuantity(quantity);
  for (let scale = 0, scaled = quantity; Number.isSafeInteger(scaled) && scale <= 15; scale += 1, scaled *= 10) {
    if (scaled % unit.quantity === 0) return decimalString(scaled / unit.quantity, scale);
  }
  return undefined;
}

/**
 * The quantity in whole packs, the largest first, the rest in smaller ones and at last in base units: 29 over cases of 12
 * and boxes of 6 is 2 case, 5 piece. Packs that would count 0 are left out; nothing at all is 0 of the base unit.
 * Every count has the sign of the quantity. The parts always sum to the quantity.
 */
export function breakDown(
  quantity: Quantity,
  baseUnit: BaseUnit,
  packs: readonly PackSize[] = defaultPacks(baseUnit),
): PackCount[] {
  assertQuantity(quantity);
  let left = quantity;
  const parts: PackCount[] = [];
  for (const pack of packs.toSorted((a, b) => b.quantity - a.quantity)) {
    assertPackSize(pack);
    const count = Math.trunc(left / pack.quantity) + 0;
    if (count === 0) continue;
    parts.push({ name: pack.name, count });
    left -= count * pack.quantity;
  }
  if (left !== 0 || parts.length === 0) parts.push({ name: baseUnitName(baseUnit), count: left + 0 });
  return parts;
}

/** {@link breakDown} as text for logs, labels and tests: `2 case 5 piece`, `1 kg 250 g`, `-1 m -5 cm`. Screens translate the parts instead. */
export function describeQuantity(quantity: Quantity, baseUnit: BaseUnit, packs?: readonly PackSize[]): string {
  return breakDown(quantity, baseUnit, packs)
    .map(({ count, name }) => `${count} ${name}`)
    .join(' ');
}

/** Without packs of its own a SKU is shown as people say it: pieces as pieces, weights in kg and g, volumes in l and ml, lengths in m and mm. */
function defaultPacks(baseUnit: BaseUnit): readonly PackSize[] {
  switch (baseUnit) {
    case 'piece':
      return [];
    case 'gram':
      return [{ name: 'kg', quantity: 1000 }];
    case 'millilitre':
      return [{ name: 'l', quantity: 1000 }];
    case 'millimetre':
      return [{ name: 'm', quantity: 1000 }];
  }
}

function baseUnitName(baseUnit: BaseUnit): string {
  const name = DISPLAY_UNITS[baseUnit].at(-1)?.name;
  if (name === undefined) throw new Bug('a base unit without a name', { baseUnit });
  return name;
}

function assertPackSize(pack: PackSize): void {
  if (!Number.isSafeInteger(pack.quantity) || pack.quantity < 1) {
    throw new Bug('a pack holds a positive whole number of base units', { name: pack.name, quantity: pack.quantity });
  }
}
