import { placeWithArea } from './postal-area.ts';
import type { TaxRequest, TaxPlace } from './tax-basket.ts';
import { isEuMember, jurisdictionOf, type TaxRules } from './tax-rules.ts';

/**
 * Where a sale is taxed. `charged`: by the jurisdictions of `chain`, from the country down; `top` is the one without whose rate nothing is sold;
 * `within` says whether an Indian supply stays within a state. `export` and `reverse_charge`: not by us; a price with tax loses that of `home`.
 * `outside`: in a state of which the seller is not registered.
 */
export type Supply =
  | Taxing
  | { readonly kind: 'export'; readonly home: Taxing }
  | { readonly kind: 'reverse_charge'; readonly home: Taxing; readonly there: Taxing }
  | { readonly kind: 'outside'; readonly top: string };

/** Who taxes; see {@link Supply}. */
export type Taxing = {
  readonly kind: 'charged';
  readonly chain: readonly string[];
  readonly top: string;
  readonly within?: boolean | undefined;
};

/** The registration that lets a seller declare all its distance sales in the Union in one member state (Directive 2006/112/EC, article 369a and following). */
const ONE_STOP_SHOP = 'EU-OSS';

/** Union territories whose part of the tax is called UTGST; Delhi, Puducherry and Jammu and Kashmir have legislatures and SGST (UTGST Act 2017, section 2 (8)). */
const UNION_TERRITORIES: ReadonlySet<string> = new Set(['IN-AN', 'IN-CH', 'IN-DH', 'IN-LA', 'IN-LD']);

/** What the state's half of the Indian tax is called. */
export function stateTaxCode(state: string): 'SGST' | 'UTGST' {
  return UNION_TERRITORIES.has(state) ? 'UTGST' : 'SGST';
}

/**
 * Finds who taxes a sale. Goods handed over in a shop are taxed there. Goods that travel: within a country there; from one member state of the
 * Union to another at the destination where the seller is registered there or in the one-stop shop, else where they leave (Directive 2006/112/EC,
 * articles 33 and 59c), and not by us when the buyer is a business with a VAT number of another state (article 138); to any other country where
 * the seller is registered, else they are exported (article 146). Where the seller is not registered at all, its own country taxes. In which county,
 * city and districts an address lies is told by its postcode.
 */
export function placeOfSupply(rules: TaxRules, request: TaxRequest): Supply {
  const { seller, fulfilment, day } = request;
  const to = fulfilment === 'ship' ? placeWithArea(rules, request.to, day) : request.to;
  const home = isRegistered(seller, request.from.country) ? request.from : seller;
  if (fulfilment !== 'ship') return within(rules, request, isRegistered(seller, to.country) ? to : seller);
  if (to.country === home.country) return within(rules, request, to);
  const inUnion = isEuMember(home.country) && isEuMember(to.country);
  if (inUnion && isOtherStatesBusiness(request, home.country))
    return { kind: 'reverse_charge', home: taxing(rules, request, home), there: taxing(rules, request, to) };
  if (isRegistered(seller, to.country)) return within(rules, request, to);
  if (!inUnion) return { kind: 'export', home: taxing(rules, request, home) };
  return within(rules, request, seller.registrations.includes(ONE_STOP_SHOP) ? to : home);
}

function isRegistered(seller: TaxRequest['seller'], jurisdiction: string): boolean {
  return jurisdiction === seller.country || seller.registrations.includes(jurisdiction);
}

/** VAT numbers begin with the country, Greek ones with EL (Directive 2006/112/EC, article 215). */
function isOtherStatesBusiness({ customer }: TaxRequest, home: string): boolean {
  if (customer?.business !== true || customer.vatId === undefined) return false;
  const prefix = customer.vatId.slice(0, 2);
  const country = prefix === 'EL' ? 'GR' : prefix;
  return isEuMember(country) && country !== home;
}

function within(rules: TaxRules, request: TaxRequest, place: TaxPlace): Supply {
  const found = taxing(rules, request, place);
  if (found.top === place.country) return found;
  const { seller } = request;
  const isOwn = seller.region !== undefined && found.top === `${seller.country}-${seller.region}`;
  return isOwn || seller.registrations.includes(found.top) ? found : { kind: 'outside', top: found.top };
}

/** Who taxes at a place, wherever the seller is registered. */
function taxing(rules: TaxRules, request: TaxRequest, place: TaxPlace): Taxing {
  const { country } = place;
  const { system } = jurisdictionOf(rules, country);
  switch (system) {
    case 'vat':
      return { kind: 'charged', chain: rules.divided.has(country) ? chainOf(place) : [country], top: country };
    case 'gst_split':
      return betweenStates(request, place);
    case 'sales_tax': {
      const { from } = request;
      const isInState = place.region !== undefined && from.country === country && from.region === place.region;
      const state = place.region === undefined ? country : `${country}-${place.region}`;
      const origin = isInState && jurisdictionOf(rules, state).sourcing === 'origin';
      return { kind: 'charged', chain: chainOf(origin ? from : place), top: state };
    }
  }
}

/**
 * India: the supply ends where its movement ends (IGST Act 2017, section 10 (1) (a)), and with the supplier where no address is recorded
 * (section 10 (1) (ca)); in the supplier's state it is within the state (section 8), else between states (section 7).
 */
function betweenStates(request: TaxRequest, place: TaxPlace): Taxing {
  const { from, seller } = request;
  const { country } = place;
  const isFromOwn =
    from.country === country &&
    from.region !== undefined &&
    (from.region === seller.region || seller.registrations.includes(`${country}-${from.region}`));
  const supplier = isFromOwn ? from.region : seller.region;
  const region = place.region ?? supplier;
  const chain = region === undefined ? [country] : [country, `${country}-${region}`];
  return { kind: 'charged', chain, top: country, within: region !== undefined && region === supplier };
}

/**
 * `US`, `US-CA`, `US-CA-ALAMEDA`, `US-CA-ALAMEDA-OAKLAND` …: each name in capitals without spaces, what is not known is left out. Several districts
 * lie beside each other below what they are in.
 */
export function chainOf(place: TaxPlace): string[] {
  const chain = [place.country];
  let code = place.country;
  for (const name of [place.region, place.county, place.city, place.district]) {
    if (name === undefined) continue;
    code = `${code}-${nameInCode(name)}`;
    chain.push(code);
  }
  for (const district of place.districts ?? []) chain.push(`${code}-${nameInCode(district)}`);
  return chain;
}

/** A name as it stands in the code of a jurisdiction: `Santa Clara` is `SANTACLARA`. */
export function nameInCode(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
}
