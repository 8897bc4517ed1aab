/**
 * What is usual in a country, to begin with: its currency, and the standard rate of its tax as it is called on receipts. It fills in a form that a person
 * reads and corrects, and decides nothing: rates change by national laws (in the EU under Directive 2006/112/EC, article 97).
 */
type Usual = { readonly currency: string; readonly percent?: number; readonly tax?: string };

const USUAL: Readonly<Record<string, Usual>> = {
  AT: { currency: 'EUR', percent: 20, tax: 'USt 20 %' },
  AU: { currency: 'AUD', percent: 10, tax: 'GST 10 %' },
  BE: { currency: 'EUR', percent: 21, tax: 'TVA/btw 21 %' },
  BR: { currency: 'BRL' },
  CA: { currency: 'CAD' },
  CH: { currency: 'CHF', percent: 8.1, tax: 'MWST 8.1 %' },
  CY: { currency: 'EUR', percent: 19, tax: 'ΦΠΑ 19 %' },
  CZ: { currency: 'CZK', percent: 21, tax: 'DPH 21 %' },
  DE: { currency: 'EUR', percent: 19, tax: 'MwSt. 19 %' },
  DK: { currency: 'DKK', percent: 25, tax: 'Moms 25 %' },
  EE: { currency: 'EUR', percent: 24, tax: 'Käibemaks 24 %' },
  ES: { currency: 'EUR', percent: 21, tax: 'IVA 21 %' },
  FI: { currency: 'EUR', percent: 25.5, tax: 'ALV 25,5 %' },
  FR: { currency: 'EUR', percent: 20, tax: 'TVA 20 %' },
  GB: { currency: 'GBP', percent: 20, tax: 'VAT 20 %' },
  GR: { currency: 'EUR', percent: 24, tax: 'ΦΠΑ 24 %' },
  HR: { currency: 'EUR', percent: 25, tax: 'PDV 25 %' },
  HU: { currency: 'HUF', percent: 27, tax: 'ÁFA 27 %' },
  IE: { currency: 'EUR', percent: 23, tax: 'VAT 23 %' },
  IN: { currency: 'INR' },
  IT: { currency: 'EUR', percent: 22, tax: 'IVA 22 %' },
  JP: { currency: 'JPY', percent: 10, tax: '消費税 10 %' },
  LT: { currency: 'EUR', percent: 21, tax: 'PVM 21 %' },
  LU: { currency: 'EUR', percent: 17, tax: 'TVA 17 %' },
  LV: { currency: 'EUR', percent: 21, tax: 'PVN 21 %' },
  MT: { currency: 'EUR', percent: 18, tax: 'VAT 18 %' },
  MX: { currency: 'MXN', percent: 16, tax: 'IVA 16 %' },
  NL: { currency: 'EUR', percent: 21, tax: 'Btw 21 %' },
  NO: { currency: 'NOK', percent: 25, tax: 'Mva 25 %' },
  NZ: { currency: 'NZD', percent: 15, tax: 'GST 15 %' },
  PL: { currency: 'PLN', percent: 23, tax: 'VAT 23 %' },
  PT: { currency: 'EUR', percent: 23, tax: 'IVA 23 %' },
  SE: { currency: 'SEK', percent: 25, tax: 'Moms 25 %' },
  SI: { currency: 'EUR', percent: 22, tax: 'DDV 22 %' },
  SK: { currency: 'EUR', percent: 23, tax: 'DPH 23 %' },
  US: { currency: 'USD' },
};

/** What is usual in a country; undefined where nobody of us knows. */
export function usualIn(country: string | null): Usual | undefined {
  return country === null ? undefined : USUAL[country];
}

// Codes of the same form that are no country: unions, and what stands for "unknown".
const NO_COUNTRY = new Set(['AC', 'CP', 'CQ', 'DG', 'EA', 'EU', 'EZ', 'IC', 'QO', 'TA', 'UN', 'XA', 'XB', 'ZZ']);
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');

/** Every country by its name in the reader's language, in the order of that language. The browser knows them. */
export function countriesIn(locale: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(locale, { type: 'region', fallback: 'none' });
  const codes = LETTERS.flatMap((first) => LETTERS.map((second) => first + second));
  return codes
    .flatMap((value) => {
      const label = names.of(value);
      // Codes that were given up have the name of what came after them.
      const isCurrent = new Intl.Locale(`und-${value}`).region === value;
      return label === undefined || !isCurrent || NO_COUNTRY.has(value) ? [] : [{ value, label }];
    })
    .sort((one, other) => one.label.localeCompare(other.label, locale));
}

/** A short code made from a name, as it may stand on receipts: `Bristol Harbourside` is BRI. Another one where that is taken. */
export function codeFrom(name: string, taken: readonly string[]): string {
  const plain = name
    .normalize('NFD')
    .replace(/[^a-zA-Z0-9]/g, '')
    .toUpperCase();
  const base = plain.slice(0, 3) || 'X';
  if (!taken.includes(base)) return base;
  for (let n = 2; ; n += 1) if (!taken.includes(`${base}${n}`)) return `${base}${n}`;
}

/** Whether a text may be a code. */
export function isCode(text: string): boolean {
  return /^[A-Z0-9][A-Z0-9-]{0,11}$/.test(text);
}
