import { Bug } from './assert.ts';

/** An active ISO 4217 alphabetic code that has a minor unit, e.g. `EUR`. Made by {@link currencyCode} or {@link parseCurrencyCode} only. */
export type CurrencyCode = string & { readonly __brand: 'CurrencyCode' };

// Source: ISO 4217:2015, list one ("current currency & funds code list") as in force in 2026: BGN, HRK, ANG, CUC, SLL and
// ZWL are gone, XCG, VED, XAD and ZWG are there.
// Left out are the codes for which the list says "N.A." instead of a number of minor units, because no amount in them can
// be whole: XAG, XAU, XPD, XPT (metals), XBA to XBD (bonds), XDR, XSU, XUA (units of account), XTS (testing) and XXX (none).
// Neither Intl nor CLDR is asked: they say how many digits people write (HUF, LBP, IDR: 0), banks and tax offices follow ISO (2).
const CODES_BY_MINOR_UNITS = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2:
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY ' +
    'COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS ' +
    'INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR ' +
    'MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP ' +
    'STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
} as const;

const minorUnitsByCode: ReadonlyMap<string, number> = new Map(
  Object.entries(CODES_BY_MINOR_UNITS).flatMap(([digits, codes]) =>
    codes.split(' ').map((code): [string, number] => [code, Number(digits)]),
  ),
);

/** Every code we know, sorted. For pickers and tests. */
export const CURRENCY_CODES: readonly CurrencyCode[] = [...minorUnitsByCode.keys()].sort() as CurrencyCode[];

/** Whether the text is exactly (upper case) the code of an active currency. */
export function isCurrencyCode(text: string): text is CurrencyCode {
  return minorUnitsByCode.has(text);
}

/** The code in a text from outside, or undefined. Strict: `eur` and `EUR ` are not codes. */
export function parseCurrencyCode(text: string): CurrencyCode | undefined {
  return isCurrencyCode(text) ? text : undefined;
}

/** The code in a text that we vouch for ourselves (a constant, a column with a CHECK). Throws a Bug when it is none. */
export function currencyCode(text: string): CurrencyCode {
  if (!isCurrencyCode(text)) throw new Bug('not an active ISO 4217 currency', { text });
  return text;
}

/** How many decimal digits the minor unit has under ISO 4217: EUR 2, JPY 0, KWD 3, CLF 4; HUF 2, whatever Intl says. */
export function minorUnits(code: CurrencyCode): number {
  const digits = minorUnitsByCode.get(code);
  if (digits === undefined) throw new Bug('not an active ISO 4217 currency', { code });
  return digits;
}
