import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { lineAmount, powerOfTen } from '../../kernel/money.ts';
import { isRewardMethod } from '../../rewards/reward-tenders.ts';
import { owedOf } from '../line-share.ts';
import {
  closed,
  HeadFields,
  idText,
  LineFields,
  minor,
  oneOf,
  plainId,
  positiveMinor,
  readHead,
  text,
  unreadable,
  type FactCard,
  type FactPromotion,
  type ReadFact,
  type SaleFact,
  type SaleFactLine,
  type SaleFactTender,
} from './sale-fact-shape.ts';

const CardFields = {
  giftCardCode: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  giftCardId: Type.Optional(idText('giftCard')),
};

const Discount = Type.Object(
  { promotionId: idText('promotion'), amountMinor: minor, supplierMinor: Type.Optional(positiveMinor) },
  closed,
);

const Tax = Type.Object(
  {
    jurisdiction: Type.String({ pattern: '^[A-Z]{2}(-[A-Z0-9]+)*$', maxLength: 60 }),
    code: Type.String({ pattern: '^[A-Z][A-Z0-9_]*$', maxLength: 20 }),
    ratePpm: Type.Integer({ minimum: 0, maximum: 10_000_000 }),
    baseMinor: minor,
    taxMinor: minor,
    treatment: oneOf('taxed', 'zero', 'exempt', 'reverse_charge', 'export', 'marketplace', 'outside'),
  },
  closed,
);

/**
 * A sale as a till writes it down, version 2: what promotions took off, the taxes of each line, cards that were sold and what was paid with cards, store credit
 * and points. Whoever changes this makes a version 3 and keeps this reader.
 */
const SaleV2 = Type.Object(
  {
    type: Type.Literal('sale'),
    version: Type.Literal(2),
    ...HeadFields,
    lines: Type.Array(
      Type.Object(
        {
          ...LineFields,
          listMinor: minor,
          discounts: Type.Optional(Type.Array(Discount, { maxItems: 50 })),
          taxes: Type.Optional(Type.Array(Tax, { minItems: 1, maxItems: 20 })),
          ...CardFields,
        },
        closed,
      ),
      { minItems: 1, maxItems: 500 },
    ),
    promotions: Type.Optional(
      Type.Array(
        Type.Object(
          {
            promotionId: idText('promotion'),
            amountMinor: positiveMinor,
            couponCode: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
            offerId: Type.Optional(idText('personalOffer')),
          },
          closed,
        ),
        { maxItems: 100 },
      ),
    ),
    tenders: Type.Array(
      Type.Object(
        {
          paymentId: idText('payment'),
          method: oneOf('cash', 'card', 'bank', 'on_account', 'voucher', 'gift_card', 'store_credit', 'points'),
          amountMinor: minor,
          reference: text(100),
          feeMinor: Type.Optional(positiveMinor),
          ...CardFields,
        },
        closed,
      ),
      { maxItems: 20 },
    ),
    cashRoundingMinor: Type.Optional(minor),
    pointsPromised: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000 })),
  },
  closed,
);
type SaleV2 = Static<typeof SaleV2>;
type LineV2 = SaleV2['lines'][number];
const checkV2 = Compile(SaleV2);

/**
 * Reads a sale of version 2. Malformed besides what does not fit: a line whose price, discounts, taxes and sums do not agree, discounts that are not those of
 * the promotions named, cards where none can be, and store credit or points without a customer.
 */
export function readSaleV2(value: object): ReadFact {
  if (!checkV2.Check(value)) {
    const first = checkV2.Errors(value)[0];
    return unreadable('malformed', first === undefined ? 'does not fit' : `${first.instancePath} ${first.message}`);
  }
  const sale: SaleV2 = value;
  const read = readHead(sale);
  if (!read.ok) return read;
  const wrong = wrongLine(sale, read.head) ?? wrongPromotions(sale) ?? wrongTender(sale);
  if (wrong !== undefined) return unreadable('malformed', wrong);
  const { cashRoundingMinor, pointsPromised } = sale;
  return {
    ok: true,
    fact: {
      ...read.head,
      lines: sale.lines.map(readLine),
      tenders: sale.tenders.filter((tender) => tender.amountMinor !== 0).map(readTender),
      promotions: (sale.promotions ?? []).map(readPromotion),
      ...(cashRoundingMinor === undefined ? {} : { cashRoundingMinor }),
      ...(pointsPromised === undefined ? {} : { pointsPromised }),
    },
  };
}

type Charged = Pick<SaleFact, 'currency' | 'taxInclusive'>;

function wrongLine(sale: SaleV2, charged: Charged): string | undefined {
  for (const [at, line] of sale.lines.entries()) {
    const wrong = wrongAmounts(line, charged) ?? wrongCard(line);
    if (wrong !== undefined) return `/lines/${at} ${wrong}`;
  }
  return undefined;
}

/** A line costs its price, less what promotions took off, with the taxes that it lists: all of it must agree. */
function wrongAmounts(line: LineV2, { currency, taxInclusive }: Charged): string | undefined {
  const { unitAmount, unitScale, unitPer, quantity, listMinor, netMinor, taxMinor, grossMinor, taxes } = line;
  const rough = (Math.abs(unitAmount) / (unitPer * powerOfTen(unitScale))) * quantity;
  // Far beyond what a line may come to its amount cannot even be reckoned.
  const price = { amount: unitAmount, scale: unitScale, per: unitPer, currency };
  if (rough > 2_000_000_000_000 || lineAmount(price, quantity) !== listMinor)
    return 'listMinor is not price by quantity';
  let takenOff = 0;
  for (const { amountMinor, supplierMinor } of line.discounts ?? []) {
    if (amountMinor <= 0) return 'a discount takes nothing off';
    if ((supplierMinor ?? 0) > amountMinor) return 'a supplier gives more than the discount';
    takenOff += amountMinor;
  }
  if (takenOff > Math.max(0, listMinor)) return 'discounts are more than the line';
  const amountMinor = listMinor - takenOff;
  const isTaxed = (taxes ?? []).every(({ treatment }) => treatment === 'taxed' || treatment === 'zero');
  const isLess = Math.abs(grossMinor) <= Math.abs(amountMinor) && grossMinor * amountMinor >= 0;
  // A price with tax loses the tax it held where none is owed.
  const agrees = !taxInclusive ? netMinor === amountMinor : isTaxed ? grossMinor === amountMinor : isLess;
  if (!agrees) return `${taxInclusive ? 'gross' : 'net'} is not listMinor less discounts`;
  return taxes !== undefined && owedOf(taxes) !== taxMinor ? 'taxes are not taxMinor' : undefined;
}

/** A line that sells a gift card sells one, for money, without tax: what is on it is no revenue. */
function wrongCard(line: LineV2): string | undefined {
  const { kind, quantity, grossMinor, taxMinor } = line;
  if (line.giftCardCode === undefined && line.giftCardId === undefined) return undefined;
  if (cardOf(line) === undefined) return 'names a card twice';
  return kind === 'voucher' && quantity === 1 && grossMinor > 0 && taxMinor === 0
    ? undefined
    : 'sells no gift card: one voucher, without tax, does';
}

/** What promotions took off the lines is what they are said to have given, each named once. */
function wrongPromotions(sale: SaleV2): string | undefined {
  const left = new Map<string, number>();
  for (const [at, { promotionId, amountMinor }] of (sale.promotions ?? []).entries()) {
    if (left.has(promotionId)) return `/promotions/${at} is named twice`;
    left.set(promotionId, amountMinor);
  }
  for (const [at, line] of sale.lines.entries())
    for (const { promotionId, amountMinor } of line.discounts ?? []) {
      const rest = left.get(promotionId);
      if (rest === undefined) return `/lines/${at} has a discount of a promotion that is not named`;
      left.set(promotionId, rest - amountMinor);
    }
  const off = [...left.values()].findIndex((rest) => rest !== 0);
  return off === -1 ? undefined : `/promotions/${off} did not take that off the lines`;
}

function wrongTender(sale: SaleV2): string | undefined {
  for (const [at, tender] of sale.tenders.entries()) {
    const { method, amountMinor, giftCardCode, giftCardId } = tender;
    const named = giftCardCode !== undefined || giftCardId !== undefined;
    if (named !== (method === 'gift_card') || (named && cardOf(tender) === undefined))
      return `/tenders/${at} needs one gift card where it is one`;
    if (isRewardMethod(method) && amountMinor < 0) return `/tenders/${at} gives money back to what it should take from`;
    if ((method === 'store_credit' || method === 'points') && sale.customerId === undefined)
      return `/tenders/${at} needs a customer`;
  }
  return undefined;
}

/** The card that is named, once. */
function cardOf(named: { readonly giftCardCode?: string; readonly giftCardId?: string }): FactCard | undefined {
  const { giftCardCode: code, giftCardId: id } = named;
  if (code !== undefined) return id === undefined ? { code } : undefined;
  return id === undefined ? undefined : { id: plainId('giftCard', id) };
}

function readLine(line: LineV2): SaleFactLine {
  const { discounts, taxes, giftCardCode: _, giftCardId: __, listMinor: ___, skuId, ...rest } = line;
  const giftCard = cardOf(line);
  return {
    ...rest,
    skuId: plainId('sku', skuId),
    ...(discounts === undefined || discounts.length === 0
      ? {}
      : { discounts: discounts.map((one) => ({ ...one, promotionId: plainId('promotion', one.promotionId) })) }),
    ...(taxes === undefined ? {} : { taxes: taxes.map((one) => ({ ...one })) }),
    ...(giftCard === undefined ? {} : { giftCard }),
  };
}

function readTender(tender: SaleV2['tenders'][number]): SaleFactTender {
  const { paymentId, method, amountMinor, reference, feeMinor = 0 } = tender;
  const giftCard = cardOf(tender);
  const plain = { paymentId: plainId('payment', paymentId), method, amountMinor, reference, feeMinor };
  return giftCard === undefined ? plain : { ...plain, giftCard };
}

function readPromotion(used: NonNullable<SaleV2['promotions']>[number]): FactPromotion {
  const { promotionId, amountMinor, couponCode, offerId } = used;
  return {
    promotionId: plainId('promotion', promotionId),
    amountMinor,
    ...(couponCode === undefined ? {} : { couponCode }),
    ...(offerId === undefined ? {} : { offerId: plainId('personalOffer', offerId) }),
  };
}
