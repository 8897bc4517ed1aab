import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { findUnkeepable } from '../../../platform/http/keepable.ts';
import { ID_PREFIX, parseIdText, type IdKind } from '../../kernel/ids.ts';
import { isCurrencyCode, type CurrencyCode } from '../../kernel/currency.ts';
import { powerOfTen } from '../../kernel/money.ts';
import { parseBusinessDay, parseInstant, type BusinessDay, type InstantMs } from '../../kernel/time.ts';
import type { PaymentMethod } from '../../payments/payment.ts';
import type { LineKind } from '../order.ts';

const idText = (kind: IdKind) => Type.String({ pattern: `^${ID_PREFIX[kind]}_[0-7][0-9a-hjkmnp-tv-z]{25}$` });
const minor = Type.Integer({ minimum: -1_000_000_000_000, maximum: 1_000_000_000_000 });
const text = (maxLength: number) => Type.String({ maxLength });
const oneOf = <const T extends readonly string[]>(...values: T) =>
  Type.Union(values.map((value) => Type.Literal(value as T[number])));
const closed = { additionalProperties: false };

/** A sale as a till writes it down, version 1. Whoever changes this makes a version 2 and keeps this reader: tills hold facts for weeks. */
const SaleV1 = Type.Object(
  {
    type: Type.Literal('sale'),
    version: Type.Literal(1),
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
    lines: Type.Array(
      Type.Object(
        {
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
        },
        closed,
      ),
      { minItems: 1, maxItems: 500 },
    ),
    tenders: Type.Array(
      Type.Object(
        {
          paymentId: idText('payment'),
          method: oneOf('cash', 'card', 'bank', 'on_account', 'voucher'),
          amountMinor: minor,
          reference: text(100),
          feeMinor: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 })),
        },
        closed,
      ),
      { maxItems: 20 },
    ),
  },
  closed,
);
const checkV1 = Compile(SaleV1);

/** A sale that a till has made, read: ids as plain UUIDs, the rest as it was sold. */
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
  readonly tenders: readonly {
    readonly paymentId: string;
    readonly method: PaymentMethod;
    readonly amountMinor: number;
    readonly reference: string;
    readonly feeMinor: number;
  }[];
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
};

/** A fact that was read, or why it could not be. */
export type ReadFact =
  | { readonly ok: true; readonly fact: SaleFact }
  | { readonly ok: false; readonly reason: 'malformed' | 'unknown_version'; readonly detail: string };

/** Reads the JSON text of a fact. Every version ever written is understood; the samples beside this file hold one of each. */
export function readSaleFact(payload: string): ReadFact {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    return no('malformed', 'not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return no('malformed', 'not a JSON object');
  const odd = findUnkeepable(value);
  if (odd !== undefined)
    return no('malformed', `${odd} holds NUL or half a character, which no database can keep`.slice(0, 300));
  const { type, version } = value as { type?: unknown; version?: unknown };
  if (typeof type !== 'string' || !Number.isSafeInteger(version))
    return no('malformed', 'it says neither what it is nor its version');
  if (type !== 'sale' || version !== 1)
    return no('unknown_version', `${type.slice(0, 40)} version ${String(version)} was never written`);
  if (!checkV1.Check(value)) {
    const first = checkV1.Errors(value)[0];
    return no(
      'malformed',
      first === undefined ? 'does not fit' : `${first.instancePath} ${first.message}`.slice(0, 300),
    );
  }
  return fromV1(value);
}

function fromV1(sale: Static<typeof SaleV1>): ReadFact {
  const occurredAt = parseInstant(sale.occurredAt);
  if (occurredAt === undefined) return no('malformed', '/occurredAt is no instant');
  const businessDay = parseBusinessDay(sale.businessDay);
  if (businessDay === undefined) return no('malformed', '/businessDay is no day');
  if (!isCurrencyCode(sale.currency)) return no('malformed', '/currency is none');
  const off = sale.lines.findIndex((line) => line.netMinor + line.taxMinor !== line.grossMinor);
  if (off !== -1) return no('malformed', `/lines/${off} net and tax are not gross`);
  // Version 1 allows more than a line can be divided by.
  const fine = sale.lines.findIndex((line) => !Number.isSafeInteger(line.unitPer * powerOfTen(line.unitScale)));
  if (fine !== -1) return no('malformed', `/lines/${fine} is priced finer than can be reckoned`);
  const id = (kind: IdKind, of: string): string => parseIdText(kind, of) ?? '';
  return {
    ok: true,
    fact: {
      orderId: id('order', sale.orderId),
      occurredAt,
      businessDay,
      channelId: id('channel', sale.channelId),
      currency: sale.currency,
      taxInclusive: sale.taxInclusive,
      document: sale.document,
      customerId: sale.customerId === undefined ? undefined : id('customer', sale.customerId),
      associateId: sale.associateId === undefined ? undefined : id('person', sale.associateId),
      lines: sale.lines.map((line) => ({ ...line, skuId: id('sku', line.skuId) })),
      tenders: sale.tenders
        .filter((tender) => tender.amountMinor !== 0)
        .map((tender) => ({ ...tender, paymentId: id('payment', tender.paymentId), feeMinor: tender.feeMinor ?? 0 })),
    },
  };
}

function no(reason: 'malformed' | 'unknown_version', detail: string): ReadFact {
  return { ok: false, reason, detail };
}
