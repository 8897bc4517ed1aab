/** Whether a text has the form of a tax number: the country in two letters and up to twelve letters or digits, as in Directive 2006/112/EC, article 215. */
export function isTaxNumber(text: string): boolean {
  return /^[A-Z]{2}[0-9A-Z+*]{2,12}$/.test(text);
}
