/** A jurisdiction in the reader's language as far as it has a name there: `Germany`, `United States: CA`. */
export function placeText(locale: string, jurisdiction: string): string {
  const [country = '', ...inside] = jurisdiction.split('-');
  if (country === '') return '–';
  const name = nameOf(locale, country);
  return inside.length === 0 ? name : `${name}: ${inside.join(' · ')}`;
}

function nameOf(locale: string, country: string): string {
  try {
    return new Intl.DisplayNames(locale, { type: 'region' }).of(country) ?? country;
  } catch (error) {
    if (error instanceof RangeError) return country;
    throw error;
  }
}

/** How a line may have been taxed. */
export const TREATMENTS = ['taxed', 'zero', 'exempt', 'reverse_charge', 'export', 'marketplace', 'outside'] as const;

/** Whether a text names a jurisdiction: a country, or what lies in it with hyphens. */
export function isJurisdiction(text: string): boolean {
  return /^[A-Z]{2}(-[A-Z0-9]+)*$/.test(text);
}

/** The codes of a row of postcodes: one, or a range; nine digits as ZIP+4. */
export function codesText({ from, through }: { readonly from: string; readonly through: string }): string {
  const written = (code: string): string => (/^[0-9]{9}$/.test(code) ? `${code.slice(0, 5)}-${code.slice(5)}` : code);
  return from === through ? written(from) : `${written(from)} – ${written(through)}`;
}
