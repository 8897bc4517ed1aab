import { Type } from 'typebox';
import type { TString } from 'typebox';
import { decodeId, encodeId, ID_PREFIX } from '../../src/kernel/ids.ts';
import type { IdKind } from '../../src/kernel/ids.ts';

/** The schema keyword that holds the prefix of an id. ajv turns the text into a plain UUID while it validates. */
export const ID_KEYWORD = 'x-id';

/** The regular expression of an id outside, for OpenAPI and clients. */
export function idPattern(prefix: string): string {
  return `^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`;
}

/**
 * The schema of an id. In `params`, `querystring` and `body` the text from outside (`ord_01k6…`) is checked and replaced, so
 * that the handler reads a plain lower-case UUID and decodes nothing; a malformed one is 400 and names the field. In a
 * `response` the handler encodes, see {@link idText}. Throws when the kind is unknown, at start.
 */
export function IdType(kind: IdKind, description?: string): TString {
  const prefix = ID_PREFIX[kind];
  if (prefix === undefined) throw new Error(`${kind} is no kind of id.`);
  return Type.String({
    [ID_KEYWORD]: prefix,
    ...(description === undefined ? {} : { description }),
  });
}

/** `encodeId` by kind for answers; null stays null. Throws a Bug when the text is no UUID. */
export function idText(kind: IdKind, uuid: string): string;
export function idText(kind: IdKind, uuid: string | null): string | null;
export function idText(kind: IdKind, uuid: string | null): string | null {
  return uuid === null ? null : encodeId(ID_PREFIX[kind], uuid);
}

/** Whether `text` is an id with this prefix. For tests and for checking answers. */
export function isIdText(prefix: string, text: string): boolean {
  return decodeId(prefix, text) !== undefined;
}

type DataContext = { parentData: Record<string | number, unknown>; parentDataProperty: string | number };
type KeywordError = { keyword: string; message: string; params: Record<string, unknown> };
type Validate = { (text: string, context?: DataContext): boolean; errors?: KeywordError[] };

/** Where a branch of a union has already put a UUID that the next branch will find. */
const decodedByBranch = new WeakMap<object, Map<string | number, string>>();

/**
 * Checks and replaces one id. A branch of a union (`anyOf`) may decode its ids and then fail; what it left must still pass as
 * the id it was, and a bare UUID from outside must not. Remembering costs, so it is done in unions only.
 */
function decoder(prefix: string, inUnion: boolean): Validate {
  const validate: Validate = (text, context) => {
    const uuid = decodeId(prefix, text);
    if (uuid !== undefined && context !== undefined) {
      context.parentData[context.parentDataProperty] = uuid;
      if (inUnion) remember(context, `${prefix}:${uuid}`);
      return true;
    }
    if (inUnion && context !== undefined && recalled(context) === `${prefix}:${text}`) return true;
    validate.errors = [{ keyword: ID_KEYWORD, message: `must be an id like ${prefix}_…`, params: { prefix } }];
    return false;
  };
  return validate;
}

function remember(context: DataContext, decoded: string): void {
  const known = decodedByBranch.get(context.parentData) ?? new Map<string | number, string>();
  known.set(context.parentDataProperty, decoded);
  decodedByBranch.set(context.parentData, known);
}

function recalled(context: DataContext): string | undefined {
  return decodedByBranch.get(context.parentData)?.get(context.parentDataProperty);
}

/** What ajv has to know about {@link ID_KEYWORD}. */
export const idKeyword = {
  keyword: ID_KEYWORD,
  type: 'string',
  schemaType: 'string',
  modifying: true,
  errors: true,
  compile: (prefix: string, _parentSchema: unknown, it: { compositeRule?: boolean }): Validate =>
    decoder(prefix, it.compositeRule === true),
} as const;
