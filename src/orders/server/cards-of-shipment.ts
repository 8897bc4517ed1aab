import { Type, type Static } from 'typebox';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { MinorType } from '../../../platform/http/money.ts';
import { forbidden } from '../../../platform/http/problem.ts';
import { accept, reject, type Decision } from '../../kernel/decision.ts';
import { codeFor } from '../../rewards/server/gift-card-codes.ts';
import { sellsCards } from '../gift-card-line.ts';
import type { CardHandedOver, ToldCard } from '../hand-over-cards.ts';
import type { StoredLine } from './orders.store.ts';
import type { AskedQuantities } from './prepare-act.ts';
import { cardKey, type GiftCardsType, type RewardDesk } from './reward-desk.ts';

/** The gift cards that left with a shipment. Codes of cards that it made are told once, to whoever sent it. */
export const ShippedCardsType = Type.Array(
  Type.Object({
    id: IdType('giftCard'),
    line: Type.Integer(),
    amountMinor: MinorType,
    lastFour: Type.String(),
    code: Type.Union([Type.String(), Type.Null()], {
      description: 'Told this once. Null for a card that was there before, and in a preview.',
    }),
  }),
  { description: 'Gift cards that left with it, with the money of their lines on them.' },
);

/** Who sends a shipment. */
type Asking = {
  readonly principal: { readonly id: string; can(permission: 'gift_card:issue', target: object): boolean };
  readonly idempotencyKey: string;
  readonly preview: boolean;
};

/**
 * The cards that leave with the lines of gift cards of an order, one for each unit: those that are named, and new ones for the lines that name none. Refuses
 * `gift_card_line` (line: another number of cards than units, or no such line) and `reward_not_usable`; throws 403 for who may not make cards.
 */
export async function cardsOfShipment(
  desk: RewardDesk | undefined,
  { principal, idempotencyKey }: Asking,
  order: {
    readonly stored: readonly StoredLine[];
    readonly lines: AskedQuantities;
    readonly named: NonNullable<Static<typeof GiftCardsType>>;
    readonly target: { readonly entityId: string; readonly locationId: string };
  },
): Promise<Decision<readonly CardHandedOver[] | undefined>> {
  const { stored, lines, named, target } = order;
  if (desk === undefined) return accept(undefined);
  const cards: CardHandedOver[] = [];
  let made = 0;
  for (const line of stored) {
    const left = line.quantity - line.shipped - line.cancelled;
    const units = lines === undefined ? left : sum(lines, line.line);
    const sells = sellsCards({ kind: line.kind, taxMinor: line.tax_minor, grossMinor: line.gross_minor });
    const own = named.filter((one) => one.line === line.line);
    if (own.length > 0 && (!sells || own.length !== units))
      return reject({ reason: 'gift_card_line', line: line.line });
    // What is asked for beyond what is left is refused with the shipment.
    if (!sells || units <= 0 || units > left || units > MAX_CARDS) continue;
    if (own.length > 0) {
      for (const one of own) {
        const key = await cardKey(desk, one, { principal, target, toSell: true });
        if (key === undefined || cards.some((card) => card.key === key)) return reject({ reason: 'reward_not_usable' });
        cards.push({ line: line.line, key });
      }
      continue;
    }
    if (!principal.can('gift_card:issue', target)) throw forbidden('gift_card:issue');
    for (let unit = 0; unit < units; unit += 1, made += 1) {
      const { id, code } = await codeFor(desk.cards.hashCode, [principal.id, idempotencyKey, made]);
      const codeHash = await desk.cards.hashCode(code);
      cards.push({ line: line.line, key: id, made: { codeHash, lastFour: code.slice(-4) } });
    }
  }
  const unknown = named.find((one) => !stored.some(({ line }) => line === one.line));
  if (unknown !== undefined) return reject({ reason: 'gift_card_line', line: unknown.line });
  return accept(cards.length === 0 ? undefined : cards);
}

/** A line of more is no gift card but a mistake, and is shipped as vouchers without cards. */
const MAX_CARDS = 100;

function sum(lines: NonNullable<AskedQuantities>, line: number): number {
  return lines.reduce((total, one) => (one.line === line ? total + one.quantity : total), 0);
}

/** The cards of a shipment as they are told: with the codes of those that this very request made, also when it is sent again. */
export async function shippedCards(
  desk: RewardDesk | undefined,
  { principal, idempotencyKey, preview }: Asking,
  body: Readonly<Record<string, unknown>>,
): Promise<Static<typeof ShippedCardsType>> {
  const told = (body['giftCards'] ?? []) as readonly ToldCard[];
  const codes = new Map<string, string>();
  if (desk !== undefined && !preview)
    for (let n = 0; n < told.length; n += 1) {
      const { id, code } = await codeFor(desk.cards.hashCode, [principal.id, idempotencyKey, n]);
      codes.set(id, code);
    }
  return told.map(([id, lastFour, line, amountMinor]) => ({
    id: idText('giftCard', id),
    line,
    amountMinor,
    lastFour,
    code: codes.get(id) ?? null,
  }));
}
