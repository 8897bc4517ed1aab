import { Bug } from '../../kernel/assert.ts';
import { sortedBy } from '../../kernel/compare.ts';
import type { CurrencyCode } from '../../kernel/currency.ts';
import { accept, type Decision } from '../../kernel/decision.ts';
import { split } from '../../kernel/money.ts';
import { includedTax, taxOnTop, type Ppm } from '../../kernel/rate.ts';
import type { BusinessDay } from '../../kernel/time.ts';
import { levy, type AmountToTax, type Levied } from './levy.ts';
import { placeOfSupply, type Supply } from './place-of-supply.ts';
import { byNature, carriesShipping, plansOf, topOf, whyUntaxed, type Charge, type Plan } from './tax-plan.ts';
import { jurisdictionOf, onlyPercentageOn, type TaxRate, type TaxRules, type TaxSettings } from './tax-rules.ts';

/**
 * A place as far as taxes ask for it: country in two letters, region as in ISO 3166-2 without the country (`CA`, `KA`), the rest by name. `districts` lie
 * beside each other; they are those of a postcode, which may lie in several.
 */
export type TaxPlace = {
  readonly country: string;
  readonly region?: string | undefined;
  readonly county?: string | undefined;
  readonly city?: string | undefined;
  readonly district?: string | undefined;
  readonly districts?: readonly string[] | undefined;
  readonly postcode?: string | undefined;
};

/** Why a customer is not taxed somewhere: from a day until another (both inclusive). The reason `reverse_charge` leaves the tax to the buyer. */
export type TaxExemption = {
  readonly jurisdiction: string;
  readonly reason: string;
  readonly from: string;
  readonly until?: string | undefined;
};

/**
 * A basket to tax: amounts after discounts, in minor units of whole lines, with or without tax as `taxInclusive` says, negative (like the quantity)
 * when goods come back. `registrations` are the jurisdictions that the seller pays tax to on that day. `to` is the buyer's address when goods are
 * shipped and the shop otherwise.
 */
export type TaxRequest = {
  readonly day: BusinessDay;
  readonly currency: CurrencyCode;
  readonly taxInclusive: boolean;
  readonly seller: {
    readonly country: string;
    readonly region?: string | undefined;
    readonly registrations: readonly string[];
  };
  readonly from: TaxPlace;
  readonly to: TaxPlace;
  readonly fulfilment: 'ship' | 'pickup' | 'till';
  readonly customer?:
    | {
        readonly business: boolean;
        readonly vatId?: string | undefined;
        readonly exemptions: readonly TaxExemption[];
      }
    | undefined;
  readonly collectedBy: 'us' | 'marketplace';
  readonly lines: readonly LineToTax[];
};

/** A line of a {@link TaxRequest}. */
export type LineToTax = {
  readonly key: string;
  readonly kind: string;
  readonly taxClass: string;
  readonly quantity: number;
  readonly amountMinor: number;
};

/** Why a tax is charged or is not. `outside`: no supply that this tax knows. */
export type TaxTreatment = 'taxed' | 'zero' | 'exempt' | 'reverse_charge' | 'export' | 'marketplace' | 'outside';

/** One tax on one line: who takes it, what it is called, of what and how much. Amounts in minor units. */
export type LineTax = {
  readonly jurisdiction: string;
  readonly code: string;
  readonly ratePpm: Ppm;
  readonly baseMinor: number;
  readonly taxMinor: number;
  readonly treatment: TaxTreatment;
};

/** A line with its taxes. `taxMinor` is what we owe of them: what a marketplace collects or the buyer declares is listed, not summed. */
export type TaxedLine = {
  readonly key: string;
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly grossMinor: number;
  readonly taxes: readonly LineTax[];
};

/** A basket with its taxes, lines in the order given; the sums are those of the lines. */
export type TaxedBasket = {
  readonly lines: readonly TaxedLine[];
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly grossMinor: number;
};

/** Why a basket is not taxed: a rate is not guessed. */
export type TaxRejection = {
  readonly reason: 'no_tax_rate';
  readonly key: string;
  readonly jurisdiction: string;
  readonly taxClass: string;
  readonly day: string;
};

/**
 * Taxes a basket. Where no tax is owed (exempt buyer, export, reverse charge, collected by a marketplace) a price with tax loses the tax it held, so
 * that the buyer pays the same as with prices without tax. Every line's `netMinor + taxMinor` is its `grossMinor`, every line's tax is the sum of its
 * parts, and the opposite basket has the opposite taxes. Refuses when a jurisdiction has no rate for a class.
 */
export function taxBasket(rules: TaxRules, request: TaxRequest): Decision<TaxedBasket, TaxRejection> {
  const supply = placeOfSupply(rules, request);
  const settings = jurisdictionOf(rules, topOf(supply));
  const plain = plainSale(rules, request, supply, settings);
  if (plain !== undefined) return accept(summed(plain));
  const plans = plansOf(rules, request, supply, settings);
  return plans.ok ? accept(summed(taxPieces(request, plans.value, settings.rounding))) : plans;
}

/**
 * The ordinary sale, thousands of times a second: one percentage for each line, owed by us, rounded by the line. It pays for nothing that it does
 * not use. Undefined for any other sale.
 */
function plainSale(
  rules: TaxRules,
  request: TaxRequest,
  supply: Supply,
  settings: TaxSettings,
): TaxedLine[] | undefined {
  const { customer, collectedBy, day, taxInclusive } = request;
  const { scope, stepMinor } = settings.rounding;
  if (supply.kind !== 'charged' || supply.chain.length > 1 || supply.within !== undefined) return undefined;
  if (scope !== 'line' || stepMinor !== 1 || collectedBy !== 'us') return undefined;
  if (customer !== undefined && customer.exemptions.length > 0) return undefined;
  const lines: TaxedLine[] = [];
  for (const line of request.lines) {
    if (whyUntaxed(line, settings) !== undefined) return undefined;
    if (line.kind === 'shipping' && settings.shipping === 'goods') return undefined;
    const tax = onlyPercentageOn(rules, { jurisdiction: supply.top, taxClass: line.taxClass, day });
    if (tax === undefined) return undefined;
    lines.push(taxPercentage(line, tax, taxInclusive));
  }
  return lines;
}

function taxPercentage(line: LineToTax, tax: TaxRate, taxInclusive: boolean): TaxedLine {
  const { key, amountMinor: amount } = line;
  const { jurisdiction, code } = tax;
  const ratePpm = tax.exempt ? 0 : tax.ratePpm;
  const taxMinor = taxInclusive ? includedTax(amount, ratePpm) : taxOnTop(amount, ratePpm);
  const netMinor = taxInclusive ? amount - taxMinor : amount;
  const taxes = [{ jurisdiction, code, ratePpm, baseMinor: netMinor, taxMinor, treatment: byNature(tax) }];
  return { key, netMinor, taxMinor, grossMinor: netMinor + taxMinor, taxes };
}

function summed(lines: readonly TaxedLine[]): TaxedBasket {
  let netMinor = 0;
  let taxMinor = 0;
  for (const line of lines) {
    netMinor += line.netMinor;
    taxMinor += line.taxMinor;
  }
  const grossMinor = netMinor + taxMinor;
  if (!Number.isSafeInteger(netMinor) || !Number.isSafeInteger(taxMinor) || !Number.isSafeInteger(grossMinor))
    throw new Bug('the sums of a basket are safe integers', { netMinor, taxMinor });
  return { lines, netMinor, taxMinor, grossMinor };
}

/** What is taxed as one: a line, or the part of a line of shipping that belongs to goods of one kind. */
type Piece = AmountToTax & { readonly line: number; readonly plan: Plan };

/** What became of the pieces of a line. */
type LineSums = { netMinor: number; taxMinor: number; taxes: LineTax[] };

/** The long way: lines are cut into pieces, pieces rounded by line or together, and put back. */
function taxPieces(
  request: TaxRequest,
  plans: readonly (Plan | undefined)[],
  rounding: TaxSettings['rounding'],
): TaxedLine[] {
  const pieces = piecesOf(request, plans);
  const groups = rounding.scope === 'line' ? pieces.map((piece) => [piece]) : groupedByName(pieces);
  const sums = request.lines.map((): LineSums => ({ netMinor: 0, taxMinor: 0, taxes: [] }));
  for (const group of groups) {
    const { plan } = group[0] as Piece;
    levyPlan(group, plan, { rounding, taxInclusive: request.taxInclusive }).forEach((levied, at) => {
      const sum = sums[group[at]?.line ?? 0] as LineSums;
      sum.netMinor += levied.netMinor;
      levied.parts.forEach((part, index) => addTax(sum, plan.charges[index] as Charge, part));
    });
  }
  return sums.map(({ netMinor, taxMinor, taxes }, at) => ({
    key: request.lines[at]?.key ?? '',
    netMinor,
    taxMinor,
    grossMinor: netMinor + taxMinor,
    taxes,
  }));
}

function levyPlan(
  group: readonly Piece[],
  plan: Plan,
  how: { readonly rounding: TaxSettings['rounding']; readonly taxInclusive: boolean },
): Levied[] {
  const taxes = plan.charges.map((charge) => charge.tax);
  const areHeld = plan.held.length === taxes.length && taxes.every((tax, at) => tax === plan.held[at]);
  if (!how.taxInclusive || areHeld) return levy(group, taxes, how);
  const without = levy(group, plan.held, how);
  const net = group.map((piece, at) => ({ ...piece, amountMinor: without[at]?.netMinor ?? 0 }));
  return levy(net, taxes, { ...how, taxInclusive: false });
}

/** Adds a tax to those of a line; the pieces of a line of shipping may share one. */
function addTax(sum: LineSums, { tax, treatment }: Charge, part: { baseMinor: number; taxMinor: number }): void {
  if (treatment === 'taxed') sum.taxMinor += part.taxMinor;
  const { jurisdiction, code } = tax;
  const ratePpm = tax.exempt ? 0 : tax.ratePpm;
  const at = sum.taxes.findIndex(
    (each) =>
      each.jurisdiction === jurisdiction &&
      each.code === code &&
      each.ratePpm === ratePpm &&
      each.treatment === treatment,
  );
  const { baseMinor, taxMinor } = sum.taxes[at] ?? { baseMinor: 0, taxMinor: 0 };
  const whole: LineTax = {
    jurisdiction,
    code,
    ratePpm,
    baseMinor: baseMinor + part.baseMinor,
    taxMinor: taxMinor + part.taxMinor,
    treatment,
  };
  if (at < 0) sum.taxes.push(whole);
  else sum.taxes[at] = whole;
}

/** The lines, with shipping that is taxed like goods cut by the value of the goods of each kind. */
function piecesOf({ lines }: TaxRequest, plans: readonly (Plan | undefined)[]): Piece[] {
  const kinds = new Map<string, { plan: Plan; value: number }>();
  lines.forEach((line, at) => {
    const plan = plans[at];
    if (plan === undefined || !carriesShipping(line)) return;
    const kind = kinds.get(plan.name) ?? { plan, value: 0 };
    kind.value += Math.abs(line.amountMinor);
    kinds.set(plan.name, kind);
  });
  const sorted = sortedBy([...kinds.values()], (kind) => kind.plan.name);
  return lines.flatMap((line, at): Piece[] => {
    const plan = plans[at];
    if (plan !== undefined) return [{ ...line, line: at, plan }];
    const parts = split(
      line.amountMinor,
      sorted.map((kind) => kind.value),
    );
    // Taxes by the piece are on goods, not on bringing them.
    return sorted.map((kind, index) => ({
      key: `${line.key} ${index}`,
      quantity: 0,
      amountMinor: parts[index] ?? 0,
      line: at,
      plan: kind.plan,
    }));
  });
}

function groupedByName(pieces: readonly Piece[]): Piece[][] {
  const groups = new Map<string, Piece[]>();
  for (const piece of pieces) {
    const group = groups.get(piece.plan.name);
    if (group === undefined) groups.set(piece.plan.name, [piece]);
    else group.push(piece);
  }
  // By name, so that the order of lines does not show in the order of the taxes on shipping.
  return sortedBy([...groups.values()], (group) => group[0]?.plan.name ?? '');
}
