import { accept, reject, type Decision } from '../kernel/decision.ts';
import type { BusinessDay, InstantMs } from '../kernel/time.ts';

/** Somebody who buys, without a word about who it is: that stands on the card. */
export type Customer = {
  readonly id: string;
  readonly number: string;
  readonly cardId: string;
  readonly archivedAt: InstantMs | undefined;
  readonly version: number;
};

/** An address as it is printed, line by line of what is known. */
export type Address = Readonly<Record<'line1' | 'line2' | 'postcode' | 'city' | 'region', string>>;

/** What we know of a person. The only place for personal data. */
export type CardDetails = {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly address: Partial<Address>;
  readonly country: string;
};

/** Details as they were at one time. A card is never changed: documents point to the one they were written with. */
export type Card = CardDetails & {
  readonly id: string;
  readonly customerId: string;
  readonly purpose: string;
  readonly keepUntil: BusinessDay | undefined;
};

/** Why a customer is not kept as asked. */
export type CustomerRejection =
  | { reason: 'nothing_known' }
  | { reason: 'bad_email' }
  | { reason: 'stale_version'; current: number }
  | { reason: 'customer_archived'; customerId: string };

const NOTHING: CardDetails = { name: '', email: '', phone: '', address: {}, country: '' };

/** The details of a new customer. At least a name, an e-mail address or a telephone number must be there to find the person again. */
export function decideCreateCustomer(wanted: Partial<CardDetails>): Decision<CardDetails, CustomerRejection> {
  return decideDetails({ ...NOTHING, ...tidied(wanted) });
}

/** What may change about a customer. */
export type EditCustomer = Partial<CardDetails> & { readonly version: number; readonly archived?: boolean | undefined };

/** What an edit comes to: the customer, and the details of a new card where something about the person changed. */
export type EditedCustomer = {
  readonly customer: Omit<Customer, 'cardId'>;
  readonly newDetails: CardDetails | undefined;
};

/** Says whether a customer may become as asked. The refusals hold no personal data: they may be logged. */
export function decideEditCustomer(
  customer: Customer,
  edit: EditCustomer,
  around: { card: CardDetails; now: InstantMs },
): Decision<EditedCustomer, CustomerRejection> {
  const { version, archived, ...changes } = edit;
  if (version !== customer.version) return reject({ reason: 'stale_version', current: customer.version });
  if (customer.archivedAt !== undefined && archived !== false)
    return reject({ reason: 'customer_archived', customerId: customer.id });
  const details = decideDetails({ ...pickDetails(around.card), ...tidied(changes) });
  if (!details.ok) return details;
  const { cardId: _, ...rest } = customer;
  return accept({
    customer: { ...rest, archivedAt: archived === true ? around.now : undefined, version: customer.version + 1 },
    newDetails: sameDetails(details.value, around.card) ? undefined : details.value,
  });
}

function decideDetails(details: CardDetails): Decision<CardDetails, CustomerRejection> {
  if (details.name === '' && details.email === '' && details.phone === '') return reject({ reason: 'nothing_known' });
  if (details.email !== '' && !isEmail(details.email)) return reject({ reason: 'bad_email' });
  return accept(details);
}

/** Only what must be so: something before one @, a domain with a point after it, no spaces. Whether it exists, a message finds out. */
export function isEmail(text: string): boolean {
  return text.length <= 254 && /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(text);
}

function tidied(details: Partial<CardDetails>): Partial<CardDetails> {
  const { name, email, phone, address, country } = details;
  return {
    ...(name === undefined ? {} : { name: name.trim() }),
    ...(email === undefined ? {} : { email: email.trim() }),
    ...(phone === undefined ? {} : { phone: phone.trim() }),
    ...(address === undefined ? {} : { address }),
    ...(country === undefined ? {} : { country }),
  };
}

function pickDetails({ name, email, phone, address, country }: CardDetails): CardDetails {
  return { name, email, phone, address, country };
}

function sameDetails(a: CardDetails, b: CardDetails): boolean {
  return (
    a.name === b.name &&
    a.email === b.email &&
    a.phone === b.phone &&
    a.country === b.country &&
    addressText(a) === addressText(b)
  );
}

function addressText({ address }: CardDetails): string {
  return JSON.stringify(
    [address.line1, address.line2, address.postcode, address.city, address.region].map((line) => line ?? ''),
  );
}
