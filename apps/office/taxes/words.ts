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
