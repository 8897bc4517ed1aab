import { accept, reject, type Decision } from '../../kernel/decision.ts';
import type { BusinessDay } from '../../kernel/time.ts';
import { stateTaxCode, type Supply, type Taxing } from './place-of-supply.ts';
import type { LineToTax, TaxRejection, TaxRequest, TaxTreatment } from './tax-basket.ts';
import { jurisdictionOf, taxRatesOn, type TaxRate, type TaxRules, type TaxSettings } from './tax-rules.ts';

/** Products of this class are no supply: nobody taxes them. So are gift cards, which are taxed when they are spent (Directive 2006/112/EC, article 30b). */
const OUTSIDE = 'outside';

/** One tax of a plan and whether it is owed. */
export type Charge = { readonly tax: TaxRate; readonly treatment: TaxTreatment };

/**
 * How a line is taxed. `held` are the taxes that a price with tax holds, `charges` those that are listed: the same ones, unless the buyer need not pay them.
 * Lines with the same `name` are taxed alike and rounded together.
 */
export type Plan = {
  readonly held: readonly TaxRate[];
  readonly charges: readonly Charge[];
  readonly name: string;
};

/** A plan for each line; lines of one class share one. Undefined for shipping that is taxed like the goods it brings. */
export function plansOf(
  rules: TaxRules,
  request: TaxRequest,
  supply: Supply,
  settings: TaxSettings,
): Decision<(Plan | undefined)[], TaxRejection> {
  const sharesShipping = settings.shipping === 'goods' && request.lines.some(carriesShipping);
  const byClass = new Map<string, Plan>();
  const plans: (Plan | undefined)[] = [];
  for (const line of request.lines) {
    const untaxed = whyUntaxed(line, settings);
    if (supply.kind === 'outside') plans.push(listed([], supply.top, settings.taxCode, 'outside'));
    else if (untaxed !== undefined) plans.push(listed([], topOf(supply), settings.taxCode, untaxed));
    else if (sharesShipping && line.kind === 'shipping') plans.push(undefined);
    else {
      let plan = byClass.get(line.taxClass);
      if (plan === undefined) {
        const made = planOf(rules, request, supply, line);
        if (!made.ok) return made;
        plan = made.value;
        byClass.set(line.taxClass, plan);
      }
      plans.push(plan);
    }
  }
  return accept(plans);
}

/** The jurisdiction whose settings hold: the one without whose rate nothing is sold, that of the seller where another one would tax. */
export function topOf(supply: Supply): string {
  return supply.kind === 'charged' || supply.kind === 'outside' ? supply.top : supply.home.top;
}

/** Whether the cost of shipping is shared by the line's value. */
export function carriesShipping(line: LineToTax): boolean {
  return (line.kind === 'goods' || line.kind === 'service') && line.taxClass !== OUTSIDE;
}

/** Why no tax at all is charged on a line, whatever its class; undefined when its class decides. */
export function whyUntaxed(line: LineToTax, settings: TaxSettings): TaxTreatment | undefined {
  if (line.taxClass === OUTSIDE || line.kind === 'gift_card') return 'outside';
  if (line.kind === 'deposit' && settings.deposits === 'outside') return 'outside';
  return line.kind === 'shipping' && settings.shipping === 'untaxed' ? 'exempt' : undefined;
}

function planOf(
  rules: TaxRules,
  request: TaxRequest,
  supply: Exclude<Supply, { kind: 'outside' }>,
  line: LineToTax,
): Decision<Plan, TaxRejection> {
  const { day } = request;
  const { key, taxClass } = line;
  const who = supply.kind === 'charged' ? supply : supply.home;
  const held = taxesOf(rules, who, { taxClass, day });
  // A price without tax holds none that would have to be taken out of it.
  if (held === undefined && (supply.kind === 'charged' || request.taxInclusive))
    return reject({ reason: 'no_tax_rate', key, jurisdiction: who.top, taxClass, day });
  const code = jurisdictionOf(rules, who.top).taxCode;
  switch (supply.kind) {
    case 'charged':
      return accept(charged(held ?? [], request));
    case 'reverse_charge': {
      const { top } = supply.there;
      const there = taxesOf(rules, supply.there, { taxClass, day });
      if (there === undefined) return accept(listed(held ?? [], top, code, 'reverse_charge'));
      return accept(
        planned(
          held ?? [],
          there.map((tax) => ({ tax, treatment: 'reverse_charge' })),
        ),
      );
    }
    case 'export':
      return accept(listed(held ?? [], who.top, code, 'export'));
  }
}

/** No tax, and why: one line that says so. */
function listed(held: readonly TaxRate[], jurisdiction: string, code: string, treatment: TaxTreatment): Plan {
  return planned(held, [{ tax: noTax(jurisdiction, code), treatment }]);
}

function noTax(jurisdiction: string, code: string): TaxRate {
  return { ...NO_TAX, jurisdiction, code };
}

const NO_TAX = {
  taxClass: '',
  validFrom: '0001-01-01' as BusinessDay,
  ratePpm: 0,
  compound: false,
  exempt: false,
  name: '',
  source: '',
};

/** What is charged here: all of it, less what the buyer is exempt from. */
function charged(taxes: readonly TaxRate[], request: TaxRequest): Plan {
  return planned(
    taxes,
    taxes.map((tax) => chargeOf(tax, request)),
  );
}

function planned(held: readonly TaxRate[], charges: readonly Charge[]): Plan {
  return { held, charges, name: nameOf(held, charges) };
}

function chargeOf(tax: TaxRate, request: TaxRequest): Charge {
  const nature = byNature(tax);
  const exemption = request.customer?.exemptions.find(
    ({ jurisdiction, from, until }) =>
      (tax.jurisdiction === jurisdiction || tax.jurisdiction.startsWith(`${jurisdiction}-`)) &&
      from <= request.day &&
      (until === undefined || request.day <= until),
  );
  if (nature !== 'taxed') return { tax, treatment: nature };
  if (exemption?.reason === 'reverse_charge') return { tax, treatment: 'reverse_charge' };
  if (exemption !== undefined) return { tax: noTax(tax.jurisdiction, tax.code), treatment: 'exempt' };
  return { tax, treatment: request.collectedBy === 'marketplace' ? 'marketplace' : 'taxed' };
}

/** What a tax is by itself, before anybody asks who buys. */
export function byNature(tax: TaxRate): TaxTreatment {
  if (tax.exempt) return 'exempt';
  return tax.ratePpm === 0 && tax.perUnit === undefined ? 'zero' : 'taxed';
}

function nameOf(held: readonly TaxRate[], charges: readonly Charge[]): string {
  const names = charges.map(({ tax, treatment }) => `${taxName(tax)} ${treatment}`);
  return [...held.map(taxName), ...names].join('\n');
}

function taxName({ jurisdiction, code, ratePpm, exempt, perUnit, taxClass }: TaxRate): string {
  // A tax by the piece is another one for every class; a percentage is the same wherever it is the same.
  return `${jurisdiction} ${code} ${exempt ? 0 : ratePpm} ${perUnit === undefined ? '' : taxClass}`;
}

/** The taxes on a class of products, from the country down; undefined where the one that must have a rate for it has none. */
function taxesOf(
  rules: TaxRules,
  who: Taxing,
  wanted: { readonly taxClass: string; readonly day: BusinessDay },
): readonly TaxRate[] | undefined {
  if (who.chain.length === 1 && who.within === undefined)
    return taxRatesOn(rules, { jurisdiction: who.top, ...wanted });
  const taxes: TaxRate[] = [];
  for (const jurisdiction of who.chain) {
    const found = taxRatesOn(rules, { jurisdiction, ...wanted });
    if (found === undefined && jurisdiction === who.top) return undefined;
    if (found !== undefined) taxes.push(...found);
  }
  return who.within === undefined ? taxes : taxes.flatMap((tax) => indianParts(tax, who));
}

/** One Indian rate as it is charged: whole between states, else a half to the Union and a half to the state (IGST Act 2017, sections 7 and 8). */
function indianParts(tax: TaxRate, { chain, top, within }: Taxing): TaxRate[] {
  if (tax.code !== 'GST') return [tax];
  if (within !== true) return [{ ...tax, code: 'IGST' }];
  const state = chain[1] ?? top;
  const half = Math.trunc(tax.ratePpm / 2);
  return [
    { ...tax, code: 'CGST', ratePpm: half },
    { ...tax, code: stateTaxCode(state), jurisdiction: state, ratePpm: tax.ratePpm - half },
  ];
}
