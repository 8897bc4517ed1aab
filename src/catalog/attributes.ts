/** What one property of a product says: free text, a whole number, yes or no, or several texts. */
export type AttributeValue = string | number | boolean | readonly string[];

/** Properties of a product by name (`material`, `care`), as the retailer calls them. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** What tells the variants of a product apart: `{ colour: 'blue', size: 'M' }`. */
export type Options = Readonly<Record<string, string>>;

/** Why properties are not taken. */
export type AttributeRejection =
  | { reason: 'bad_attribute'; name: string; problem: 'name' | 'value' }
  | { reason: 'too_many_attributes'; count: number; limit: number };

/** More than this is an import gone wrong, and every reader of the product would pay for it. */
export const MAX_ATTRIBUTES = 100;

const NAME_LENGTH = 60;
const TEXT_LENGTH = 2000;

/** What is wrong with properties, or undefined. Names have 1 to 60 characters, texts at most 2,000, numbers are whole. */
export function attributeProblem(attributes: Attributes | Options): AttributeRejection | undefined {
  const entries = Object.entries(attributes);
  if (entries.length > MAX_ATTRIBUTES)
    return { reason: 'too_many_attributes', count: entries.length, limit: MAX_ATTRIBUTES };
  for (const [name, value] of entries) {
    if (name.trim() === '' || name.length > NAME_LENGTH)
      return { reason: 'bad_attribute', name: name.slice(0, NAME_LENGTH), problem: 'name' };
    if (!isAttributeValue(value)) return { reason: 'bad_attribute', name, problem: 'value' };
  }
  return undefined;
}

function isAttributeValue(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= TEXT_LENGTH;
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (Array.isArray(value))
    return (
      value.length <= MAX_ATTRIBUTES && value.every((each) => typeof each === 'string' && each.length <= TEXT_LENGTH)
    );
  return typeof value === 'boolean';
}

/** The options as one text in a fixed order, to see whether two variants are the same. */
export function optionsKey(options: Options): string {
  return JSON.stringify(
    Object.keys(options)
      .sort()
      .map((name) => [name, options[name]]),
  );
}
