import { Type } from 'typebox';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { model } from '../../../platform/http/model.ts';
import { CurrencyType, DayType, InstantType, MinorType } from '../../../platform/http/money.ts';
import type { AcceptedAct } from '../../../platform/http/command-answer.ts';
import { instantToText } from '../../kernel/time.ts';
import type { ToldVoucher } from '../../pricing/earned-voucher.ts';
import type { FactAnswer } from './register-facts.ts';
import type { KnownOrder, OrderHead, OrderParts, OrderSummary, QuarantineRow } from './orders.store.ts';

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);
/** How far an order has come. */
export const OrderStatusType = Type.Union([
  Type.Literal('placed'),
  Type.Literal('part_shipped'),
  Type.Literal('completed'),
  Type.Literal('cancelled'),
]);
/** How an order came about. */
export const OrderKindType = Type.Union([
  Type.Literal('order'),
  Type.Literal('till_sale'),
  Type.Literal('marketplace_order'),
  Type.Literal('return'),
]);

const CashRoundingType = Type.Integer({
  description: 'What rounding added to (or, negative, took off) the cash that paid; not part of the gross amount.',
});

/** An order in a list. Amounts in minor units of its currency; a return's are negative. */
export const OrderSummaryType = model(
  'OrderSummary',
  Type.Object({
    id: IdType('order'),
    kind: OrderKindType,
    number: Type.String(),
    status: OrderStatusType,
    entityId: IdType('legalEntity'),
    channelId: IdType('channel'),
    sellingLocationId: IdType('location'),
    customerId: orNull(IdType('customer')),
    externalRef: Type.String(),
    currency: CurrencyType,
    netMinor: MinorType,
    taxMinor: MinorType,
    grossMinor: MinorType,
    placedAt: InstantType,
    businessDay: DayType,
  }),
);

const LineDiscountType = model(
  'LineDiscount',
  Type.Object(
    { promotionId: IdType('promotion'), amountMinor: MinorType, supplierMinor: Type.Optional(MinorType) },
    {
      description:
        'What a promotion took off the line, in the mode of its price; supplierMinor is the part that a supplier pays for.',
    },
  ),
);
const LineTaxType = model(
  'LineTax',
  Type.Object(
    {
      jurisdiction: Type.String(),
      code: Type.String(),
      ratePpm: Type.Integer(),
      baseMinor: MinorType,
      taxMinor: MinorType,
      treatment: Type.String(),
    },
    { description: 'One tax of the line. A line of one plain value added tax lists none: it is taxPpm of netMinor.' },
  ),
);
const LineType = model(
  'OrderLine',
  Type.Object({
    line: Type.Integer(),
    kind: Type.String(),
    skuId: IdType('sku'),
    description: Type.String(),
    quantity: Type.Integer(),
    unitAmount: Type.Integer(),
    unitScale: Type.Integer(),
    unitPer: Type.Integer(),
    taxPpm: Type.Integer(),
    netMinor: MinorType,
    taxMinor: MinorType,
    grossMinor: MinorType,
    shipped: Type.Integer(),
    cancelled: Type.Integer(),
    returned: Type.Integer(),
    costMinor: MinorType,
    fulfillingLocationId: IdType('location'),
    associateId: orNull(IdType('person')),
    discounts: Type.Array(LineDiscountType),
    taxes: Type.Array(LineTaxType),
  }),
);
const PaymentType = model(
  'OrderPayment',
  Type.Object({
    id: IdType('payment'),
    method: Type.String(),
    currency: CurrencyType,
    reference: Type.String(),
    authorisedMinor: MinorType,
    capturedMinor: MinorType,
    voidedMinor: MinorType,
    refundedMinor: MinorType,
    feeMinor: MinorType,
    createdAt: InstantType,
  }),
);
const DocumentType = model(
  'OrderDocument',
  Type.Object({
    kind: Type.String(),
    label: Type.String(),
    eventNumber: Type.Integer(),
    issuedAt: InstantType,
    businessDay: DayType,
    currency: CurrencyType,
    netMinor: MinorType,
    taxMinor: MinorType,
    grossMinor: MinorType,
  }),
);
const OrderReturnType = model(
  'OrderReturn',
  Type.Object({ id: IdType('order'), number: Type.String(), placedAt: InstantType, grossMinor: MinorType }),
);
const EventType = model(
  'OrderEvent',
  Type.Object({
    number: Type.Integer(),
    type: Type.String(),
    occurredAt: InstantType,
    recordedAt: InstantType,
    businessDay: DayType,
    postingDay: DayType,
    actorId: orNull(Type.String()),
  }),
);

/** An order's page: its head, lines, payments, documents and what happened to it. */
export const OrderPageType = model(
  'Order',
  Type.Object({
    ...OrderSummaryType.properties,
    registerId: orNull(IdType('register')),
    associateId: orNull(IdType('person')),
    originalOrderId: orNull(IdType('order')),
    taxInclusive: Type.Boolean(),
    prepaidMinor: MinorType,
    cashRoundingMinor: CashRoundingType,
    eventNumber: Type.Integer(),
    version: Type.Integer(),
    lines: Type.Array(LineType),
    payments: Type.Array(PaymentType),
    documents: Type.Array(DocumentType),
    returns: Type.Array(OrderReturnType),
    events: Type.Array(EventType),
  }),
);

const VouchersType = model(
  'OrderVouchers',
  Type.Object(
    {
      issued: Type.Array(
        Type.Object({
          promotionId: IdType('promotion'),
          amountMinor: MinorType,
          code: Type.Union([Type.String(), Type.Null()], {
            description:
              'For whoever brings it. Null: it is the customer’s, and comes by itself with their next basket. A preview has none.',
          }),
          validUntil: InstantType,
        }),
      ),
      voidedMinor: Type.Unsafe<number>({ ...MinorType, description: 'Of unused vouchers, void with what came back.' }),
      withheldMinor: Type.Unsafe<number>({
        ...MinorType,
        description: 'Kept from the refund for vouchers that were used.',
      }),
    },
    { description: 'Vouchers for later baskets that the act issued or took back.' },
  ),
);

const PointsMovedType = model(
  'PointsMoved',
  Type.Object(
    {
      earned: Type.Integer(),
      used: Type.Integer(),
      givenBack: Type.Integer(),
      takenBack: Type.Integer(),
      withheld: Type.Integer(),
      owed: Type.Integer(),
    },
    { description: 'Points of the customer that the act earned, used, gave back, or took back with the goods.' },
  ),
);

/** What is answered to an act about an order. `number` is its own, `document` that of the receipt, invoice or credit note that was issued. */
export const OrderActType = model(
  'OrderAct',
  Type.Object({
    orderId: IdType('order'),
    number: Type.String(),
    document: orNull(Type.String()),
    status: OrderStatusType,
    currency: CurrencyType,
    netMinor: MinorType,
    taxMinor: MinorType,
    grossMinor: MinorType,
    cashRoundingMinor: CashRoundingType,
    points: PointsMovedType,
    withheldMinor: Type.Unsafe<number>({
      ...MinorType,
      description: 'Kept from a refund for points that are spent already.',
    }),
    discounts: Type.Array(Type.Object({ promotionId: IdType('promotion'), amountMinor: MinorType }), {
      description: 'What promotions took off, in the mode of the prices.',
    }),
    vouchers: VouchersType,
    eventNumber: Type.Integer(),
    repeated: Type.Boolean(),
  }),
);

/** What became of a register's fact. */
export const FactAnswerType = model(
  'FactAnswer',
  Type.Object({
    counter: Type.Integer(),
    status: Type.Union([
      Type.Literal('accepted'),
      Type.Literal('repeated'),
      Type.Literal('quarantined'),
      Type.Literal('waiting'),
    ]),
    eventNumber: Type.Optional(Type.Integer()),
    document: Type.Optional(orNull(Type.String())),
    reason: Type.Optional(Type.String()),
    quarantineId: Type.Optional(IdType('quarantine')),
    expected: Type.Optional(Type.Integer()),
  }),
);

/** A fact in quarantine. `raw` is what came, word for word. */
export const QuarantinedType = model(
  'QuarantinedFact',
  Type.Object({
    id: IdType('quarantine'),
    sourceId: IdType('register'),
    counter: orNull(Type.Integer()),
    locationId: orNull(IdType('location')),
    reason: Type.String(),
    detail: Type.String(),
    raw: Type.String(),
    receivedAt: InstantType,
    resolvedAt: orNull(InstantType),
    resolvedBy: orNull(IdType('person')),
    resolution: orNull(Type.String()),
  }),
);

/** An order of a list as it is told. */
export function summaryAnswer(row: OrderSummary) {
  const { kind, number, status, currency } = row;
  return {
    id: idText('order', row.id),
    kind,
    number,
    status,
    entityId: idText('legalEntity', row.entity_id),
    channelId: idText('channel', row.channel_id),
    sellingLocationId: idText('location', row.selling_location_id),
    customerId: idText('customer', row.customer_id),
    externalRef: row.external_ref,
    currency,
    netMinor: row.net_minor,
    taxMinor: row.tax_minor,
    grossMinor: row.gross_minor,
    placedAt: row.placed_at,
    businessDay: row.business_day,
  };
}

/** An order's page as it is told. */
export function pageAnswer(head: OrderHead, parts: OrderParts) {
  return {
    ...summaryAnswer(head),
    registerId: idText('register', head.register_id),
    associateId: idText('person', head.associate_id),
    originalOrderId: idText('order', head.original_order_id),
    taxInclusive: head.tax_inclusive,
    prepaidMinor: head.prepaid_minor,
    cashRoundingMinor: head.cash_rounding_minor,
    eventNumber: head.event_number,
    version: head.version,
    lines: parts.lines.map((row) => ({
      line: row.line,
      kind: row.kind,
      skuId: idText('sku', row.sku_id),
      description: row.description,
      quantity: row.quantity,
      unitAmount: row.unit_amount,
      unitScale: row.unit_scale,
      unitPer: row.unit_per,
      taxPpm: row.tax_ppm,
      netMinor: row.net_minor,
      taxMinor: row.tax_minor,
      grossMinor: row.gross_minor,
      shipped: row.shipped,
      cancelled: row.cancelled,
      returned: row.returned,
      costMinor: row.cost_minor,
      discounts: (row.discounts ?? []).map((one) => ({ ...one, promotionId: idText('promotion', one.promotionId) })),
      taxes: [...(row.taxes ?? [])],
      fulfillingLocationId: idText('location', row.fulfilling_location_id),
      associateId: idText('person', row.associate_id),
    })),
    payments: parts.payments.map((row) => ({
      id: idText('payment', row.id),
      method: row.method,
      currency: row.currency,
      reference: row.provider_ref,
      authorisedMinor: row.authorised,
      capturedMinor: row.captured,
      voidedMinor: row.voided,
      refundedMinor: row.refunded,
      feeMinor: row.fee_minor,
      createdAt: row.created_at,
    })),
    documents: parts.documents.map((row) => ({
      kind: row.kind,
      label: row.label,
      eventNumber: row.event_number,
      issuedAt: row.issued_at,
      businessDay: row.business_day,
      currency: row.currency,
      netMinor: row.net_minor,
      taxMinor: row.tax_minor,
      grossMinor: row.gross_minor,
    })),
    returns: parts.returns.map((row) => ({
      id: idText('order', row.id),
      number: row.number,
      placedAt: row.placed_at,
      grossMinor: row.gross_minor,
    })),
    events: parts.events.map((row) => ({
      number: row.number,
      type: row.type,
      occurredAt: row.occurred_at,
      recordedAt: row.recorded_at,
      businessDay: row.business_day,
      postingDay: row.posting_day,
      actorId: row.actor_id,
    })),
  };
}

/**
 * An act about an order as it is told, from the act itself. What an act does not say (a cancellation has no net and tax) is 0. `codes` are those of the vouchers
 * that it issued, by their ids.
 */
export function actAnswer(
  { body, eventNumber, repeated, type }: AcceptedAct,
  codes: ReadonlyMap<string, string> = new Map(),
) {
  const minor = (name: string): number => (typeof body[name] === 'number' ? body[name] : 0);
  const document = typeof body['document'] === 'string' ? body['document'] : null;
  const number = typeof body['number'] === 'string' ? body['number'] : (document ?? '');
  const status =
    typeof body['status'] === 'string'
      ? body['status']
      : type === 'OrderPlaced' || type === 'MarketplaceOrderRecorded'
        ? 'placed'
        : 'completed';
  return {
    orderId: idText('order', String(body['orderId'])),
    number,
    document,
    status,
    currency: String(body['currency']),
    netMinor: minor('netMinor'),
    taxMinor: minor('taxMinor'),
    grossMinor: minor('grossMinor'),
    cashRoundingMinor: minor('cashRoundingMinor'),
    points: pointsOf(body),
    withheldMinor: minor('withheldMinor'),
    discounts: ((body['discounts'] ?? []) as readonly (readonly [string, number])[]).map(([id, amountMinor]) => ({
      promotionId: idText('promotion', id),
      amountMinor,
    })),
    vouchers: {
      issued: ((body['vouchers'] ?? []) as readonly ToldVoucher[]).map(
        ([id, promotionId, amountMinor, validUntil]) => ({
          promotionId: idText('promotion', promotionId),
          amountMinor,
          code: codes.get(id) ?? null,
          validUntil: instantToText(validUntil),
        }),
      ),
      voidedMinor: minor('vouchersVoidedMinor'),
      withheldMinor: minor('vouchersWithheldMinor'),
    },
    eventNumber,
    repeated,
  };
}

const NO_POINTS = { earned: 0, used: 0, givenBack: 0, takenBack: 0, withheld: 0, owed: 0 };

/** The points that an act tells of, as far as it tells any. */
function pointsOf(body: Readonly<Record<string, unknown>>): typeof NO_POINTS {
  const told = (body['points'] ?? {}) as Readonly<Record<string, unknown>>;
  const count = (name: string): number => (typeof told[name] === 'number' ? told[name] : 0);
  return {
    earned: count('earned'),
    used: count('used'),
    givenBack: count('givenBack'),
    takenBack: count('takenBack'),
    withheld: count('withheld'),
    owed: count('owed'),
  };
}

/** A marketplace's order that was told before, as it is told again. */
export function knownAnswer(known: KnownOrder) {
  return {
    orderId: idText('order', known.id),
    number: known.number,
    document: null,
    status: 'placed' as const,
    currency: known.currency,
    netMinor: known.net_minor,
    taxMinor: known.tax_minor,
    grossMinor: known.gross_minor,
    cashRoundingMinor: 0,
    points: NO_POINTS,
    withheldMinor: 0,
    discounts: [],
    vouchers: { issued: [], voidedMinor: 0, withheldMinor: 0 },
    eventNumber: known.event_number,
    repeated: true,
  };
}

/** What became of a fact, as it is told. */
export function factAnswer(answer: FactAnswer) {
  return answer.status === 'quarantined'
    ? { ...answer, quarantineId: idText('quarantine', answer.quarantineId) }
    : answer;
}

/** A quarantined fact as it is told. */
export function quarantinedAnswer(row: QuarantineRow) {
  return {
    id: idText('quarantine', row.id),
    sourceId: idText('register', row.source_id),
    counter: row.counter,
    locationId: idText('location', row.location_id),
    reason: row.reason,
    detail: row.detail,
    raw: row.raw,
    receivedAt: row.received_at,
    resolvedAt: row.resolved_at,
    resolvedBy: idText('person', row.resolved_by),
    resolution: row.resolution,
  };
}
