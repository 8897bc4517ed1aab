import type { EventFilter, FieldComparison, FieldTest, Webhook, WebhookWish } from '../../client/webhooks.ts';

/** A condition as it is being typed. */
export type Condition = { readonly field: string; readonly is: FieldTest; readonly value: string };

/** A webhook as it is being typed: empty lists and texts mean that it does not matter. */
export type Draft = {
  readonly name: string;
  readonly url: string;
  readonly types: readonly string[];
  readonly withBody: boolean;
  readonly entityIds: readonly string[];
  readonly locationIds: readonly string[];
  readonly channelIds: readonly string[];
  readonly subjectId: string;
  readonly conditions: readonly Condition[];
  /** Comparisons that this form has no fields for; they stay as they are. */
  readonly kept: readonly FieldComparison[];
};

/** What stands in the form before anything is typed. */
export const emptyDraft: Draft = {
  name: '',
  url: '',
  types: [],
  withBody: false,
  entityIds: [],
  locationIds: [],
  channelIds: [],
  subjectId: '',
  conditions: [],
  kept: [],
};

/** What a person typed, as the API takes it. */
export function wishOf(draft: Draft): WebhookWish {
  const list = (name: 'entityIds' | 'locationIds' | 'channelIds'): EventFilter =>
    draft[name].length === 0 ? {} : { [name]: draft[name] };
  const fields = [...draft.kept, ...draft.conditions.filter(({ field }) => field.trim() !== '').map(comparisonOf)];
  const subject = draft.subjectId.trim();
  return {
    name: draft.name.trim(),
    url: draft.url.trim(),
    types: draft.types.length === 0 ? ['*'] : draft.types,
    withBody: draft.withBody,
    filter: {
      ...list('entityIds'),
      ...list('locationIds'),
      ...list('channelIds'),
      ...(subject === '' ? {} : { subjectIds: subject.split(/[\s,]+/) }),
      ...(fields.length === 0 ? {} : { fields }),
    },
  };
}

/** A webhook as the form shows it. */
export function draftOf({ name, url, types, withBody, filter }: Webhook): Draft {
  const fields = filter.fields ?? [];
  return {
    name,
    url,
    withBody,
    types: types.filter((type) => type !== '*'),
    entityIds: filter.entityIds ?? [],
    locationIds: filter.locationIds ?? [],
    channelIds: filter.channelIds ?? [],
    subjectId: (filter.subjectIds ?? []).join(', '),
    conditions: fields.flatMap((one) => (one.is === 'one_of' ? [] : [conditionOf(one)])),
    kept: fields.filter((one) => one.is === 'one_of'),
  };
}

/** Whether a text is a type that can be asked for. */
export function isType(text: string): boolean {
  return /^([a-z_]{1,64}\.\*|[A-Z][A-Za-z0-9]{0,99})$/.test(text);
}

function comparisonOf({ field, is, value }: Condition): FieldComparison {
  if (is === 'there' || is === 'missing') return { field: field.trim(), is };
  return { field: field.trim(), is, value: plainOf(value) };
}

function conditionOf(one: Exclude<FieldComparison, { is: 'one_of' }>): Condition {
  return { field: one.field, is: one.is, value: 'value' in one ? textOf(one.value) : '' };
}

/** What is typed as a number is one; a text that looks like one stands in quotes. */
function plainOf(text: string): string | number | boolean | null {
  const plain = text.trim();
  if (plain === 'true' || plain === 'false') return plain === 'true';
  if (plain === 'null') return null;
  if (/^-?\d{1,15}(\.\d+)?$/.test(plain)) return Number(plain);
  return plain.replace(/^"(.*)"$/, '$1');
}

function textOf(value: string | number | boolean | null): string {
  return typeof value === 'string' && plainOf(value) !== value ? `"${value}"` : String(value);
}
