import { Type } from 'typebox';
import { isCurrencyCode, type CurrencyCode } from '../../kernel/currency.ts';
import { ID_PREFIX, parseIdText, type IdKind } from '../../kernel/ids.ts';
import { powerOfTen } from '../../kernel/money.ts';
import { parseBusinessDay, parseInstant, type BusinessDay, type InstantMs } from '../../kernel/time.ts';
import type { PaymentMethod } from '../../payments/payment.ts';
import type { LineDiscount } from '../../pricing/promotion/promotion-basket.ts';
import type { LineTax } from '../../pricing/tax/tax-basket.ts';
import type { LineKind } from '../order.ts';

/** An id as it is written outside. */
export const idText = (kind: IdKind) => Type.String({ pattern: `^${ID_PREFIX[kind]}_[0-7][0-9a-hjkmnp-tv-z]{25}$` });
/** Minor units of the sale's currency; no till sells for more. */
export const minor = Type.Integer({ minimum: -1_000_000_000_000, maximum: 1_000_000_000_000 });
/** Minor units from nought. */
export const positiveMinor = Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 });
/** A text of so many letters at most. */
export const text = (maxLength: number) => Type.String({ maxLength });
/** One of some words. */
export const oneOf = <const T extends readonly string[]>(...values: T) =>
  Type.Union(values.map((value) => Type.Literal(value as T[number])));
/** Nothing but the fields that are named: what a reader does not know it must not pass over. */
export const closed = { additionalProperties: false };

/** What a sale says before its lines, in all versions. */
export const HeadFields = {
  orderId: idText('order'),
  occurredAt: text(40),
  businessDay: text(10),
  channelId: idText('channel'),
  currency: text(3),
  taxInclusive: Type.Boolean(),
  document: Type.Object(
    {
      fiscalYear: Type.Integer({ minimum: 1900, maximum: 9999 }),
      number: Type.Integer({ minimum: 1, maximum: 999_999_999 }),
    },
    closed,
  ),
  customerId: Type.Optional(idText('customer')),
  associateId: Type.Optional(idText('person')),
};

/** What a line says in all versions. */
export const LineFields = {
  skuId: idText('sku'),
  kind: oneOf('goods', 'service', 'shipping', 'discount', 'voucher', 'adjustment', 'bundle'),
  description: text(300),
  quantity: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }),
  unitAmount: minor,
  unitScale: Type.Integer({ minimum: 0, maximum: 7 }),
  unitPer: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }),
  taxPpm: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  netMinor: minor,
  taxMinor: minor,
  grossMinor: minor,
};

/** A gift card as a till knows it: by what is printed on it, or by its number. */
export type FactCard = { readonly code: string } | { readonly id: string };

/** A promotion that a till applied, what it took off altogether, and what opened it. Codes as they were typed. */
export type FactPromotion = {
  readonly promotionId: string;
  readonly amountMinor: number;
  readonly couponCode?: string | undefined;
  readonly offerId?: string | undefined;
};

/** A sale that a till has made, read: ids as plain UUIDs, the rest as it was sold. What only later versions say is empty or missing. */
export type SaleFact = {
  readonly orderId: string;
  readonly occurredAt: InstantMs;
  readonly businessDay: BusinessDay;
  readonly channelId: string;
  readonly currency: CurrencyCode;
  readonly taxInclusive: boolean;
  readonly document: { readonly fiscalYear: number; readonly number: number };
  readonly customerId: string | undefined;
  readonly associateId: string | undefined;
  readonly lines: readonly SaleFactLine[];
  readonly tenders: readonly SaleFactTender[];
  readonly promotions: readonly FactPromotion[];
  /** What cash rounding added to what was to pay, negative where it took off. */
  readonly cashRoundingMinor?: number | undefined;
  /** Points that the customer was told they would earn. The books reckon for themselves. */
  readonly pointsPromised?: number | undefined;
};

/** Money of one method as a till took it. */
export type SaleFactTender = {
  readonly paymentId: string;
  readonly method: PaymentMethod;
  readonly amountMinor: number;
  readonly reference: string;
  readonly feeMinor: number;
  readonly giftCard?: FactCard | undefined;
};

/** A line as it was sold. A bundle is written as one line; the server opens it. */
export type SaleFactLine = {
  readonly skuId: string;
  readonly kind: LineKind | 'bundle';
  readonly description: string;
  readonly quantity: number;
  readonly unitAmount: number;
  readonly unitScale: number;
  readonly unitPer: number;
  readonly taxPpm: number;
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly grossMinor: number;
  readonly discounts?: readonly LineDiscount[] | undefined;
  readonly taxes?: readonly LineTax[] | undefined;
  /** The card that the money of the line goes on. */
  readonly giftCard?: FactCard | undefined;
};

/** A fact that was read, or why it could not be. */
export type ReadFact =
  | { readonly ok: true; readonly fact: SaleFact }
  | { readonly ok: false; readonly reason: 'malformed' | 'unknown_version'; readonly detail: string };

/** Says that a fact cannot be read, and why. */
export function unreadable(reason: 'malformed' | 'unknown_version', detail: string): ReadFact & { ok: false } {
  return { ok: false, reason, detail: detail.slice(0, 300) };
}

/** The plain UUID of an id whose form was checked. */
export function plainId(kind: IdKind, of: string): string {
  return parseIdText(kind, of) ?? '';
}

/** What is read alike in all versions. */
type Head = Pick<
  SaleFact,
  | 'orderId'
  | 'occurredAt'
  | 'businessDay'
  | 'channelId'
  | 'currency'
  | 'taxInclusive'
  | 'document'
  | 'customerId'
  | 'associateId'
>;

/** Reads what a sale says before its lines, and checks of its lines what all versions promise. */
export function readHead(sale: {
  readonly orderId: string;
  readonly occurredAt: string;
  readonly businessDay: string;
  readonly channelId: string;
  readonly currency: string;
  readonly taxInclusive: boolean;
  readonly document: { readonly fiscalYear: number; readonly number: number };
  readonly customerId?: string;
  readonly associateId?: string;
  readonly lines: readonly Pick<SaleFactLine, 'netMinor' | 'taxMinor' | 'grossMinor' | 'unitPer' | 'unitScale'>[];
}): { readonly ok: true; readonly head: Head } | (ReadFact & { ok: false }) {
  const occurredAt = parseInstant(sale.occurredAt);
  if (occurredAt === undefined) return unreadable('malformed', '/occurredAt is no instant');
  const businessDay = parseBusinessDay(sale.businessDay);
  if (businessDay === undefined) return unreadable('malformed', '/businessDay is no day');
  if (!isCurrencyCode(sale.currency)) return unreadable('malformed', '/currency is none');
  const off = sale.lines.findIndex((line) => line.netMinor + line.taxMinor !== line.grossMinor);
  if (off !== -1) return unreadable('malformed', `/lines/${off} net and tax are not gross`);
  // A fact may say more than a line can be divided by.
  const fine = sale.lines.findIndex((line) => !Number.isSafeInteger(line.unitPer * powerOfTen(line.unitScale)));
  if (fine !== -1) return unreadable('malformed', `/lines/${fine} is priced finer than can be reckoned`);
  return {
    ok: true,
    head: {
      orderId: plainId('order', sale.orderId),
      occurredAt,
      businessDay,
      channelId: plainId('channel', sale.channelId),
      currency: sale.currency,
      taxInclusive: sale.taxInclusive,
      document: sale.document,
      customerId: sale.customerId === undefined ? undefined : plainId('customer', sale.customerId),
      associateId: sale.associateId === undefined ? undefined : plainId('person', sale.associateId),
    },
  };
}
