import type { Act } from '../kernel/act.ts';
import type { BookRules, Draft } from '../kernel/draft.ts';
import type { InstantMs } from '../kernel/time.ts';

/** Why a person has to look at something: each follows from an event of its own. */
export type TaskKind = 'promotion_overused' | 'reward_overdrawn' | 'gift_card_not_charged' | 'payment_failed';

/**
 * One thing that a task is about, as it was when the task was opened. `id` is the plain UUID of the promotion, gift card, customer's programme or payment; null where
 * a till named nothing that we know. Amounts in minor units of the task's currency, points in `points`.
 */
export type TaskItem = {
  readonly what: 'promotion' | 'promotion_of_customer' | 'coupon' | 'gift_card' | 'store_credit' | 'points' | 'payment';
  readonly id: string | null;
  readonly customerId?: string | undefined;
  readonly amountMinor?: number | undefined;
  /** How often it was used beyond its limit so far. */
  readonly overuses?: number | undefined;
  readonly points?: number | undefined;
  /** Why it failed, in one word. */
  readonly reason?: string | undefined;
};

/** A task as it is opened. It is about the order or sale `orderId`. */
export type NewTask = {
  readonly kind: TaskKind;
  readonly entityId: string | undefined;
  readonly locationId: string | undefined;
  readonly orderId: string | undefined;
  /** Empty where the items say no money. */
  readonly currency: string;
  readonly items: readonly TaskItem[];
};

/** A task in the book of them. */
export type OpenedTask = NewTask & { readonly id: string; readonly openedAt: InstantMs };

/** The book of tasks. Acts only add to it; a person ends a task. */
export const TASKS: BookRules<OpenedTask, OpenedTask> = {
  name: 'task',
  keyOf: (change) => change.id,
  begins: () => true,
  evolve: (_, change) => change,
};

/** Opens the task that an act asks for, in the same commit: a reaction that the composition root registers. Most acts ask for none. */
export function openTask(act: Act, draft: Draft): void {
  const task = taskOf(act);
  if (task !== undefined) draft.change(TASKS, { ...task, id: draft.mint(), openedAt: draft.now });
}

/** The task that an event asks for, or undefined. */
export function taskOf(
  event: Pick<Act, 'type' | 'entityId' | 'locationId' | 'subjectId' | 'body'>,
): NewTask | undefined {
  switch (event.type) {
    case 'PromotionOverused':
      return task(event, 'promotion_overused', overused(event.body));
    case 'RewardOverdrawn':
      return task(event, 'reward_overdrawn', overdrawn(event.body));
    case 'GiftCardNotCharged':
      return task(event, 'gift_card_not_charged', notCharged(event.body));
    case 'PaymentFailed':
      return task(event, 'payment_failed', failed(event.body));
    default:
      // Event types are not a union: every domain has its own, and most are no task.
      return undefined;
  }
}

function task(
  { entityId, locationId, subjectId: orderId, body }: Pick<Act, 'entityId' | 'locationId' | 'subjectId' | 'body'>,
  kind: TaskKind,
  items: readonly TaskItem[],
): NewTask {
  const currency = (body['currency'] as string | undefined) ?? '';
  return { kind, entityId, locationId, orderId, currency, items };
}

type Body = Act['body'];

function overused(body: Body): TaskItem[] {
  type One = { promotionId: string; what: string; overuses: number; overspentMinor: number };
  const whats = { promotion: 'promotion', customer: 'promotion_of_customer', coupon: 'coupon' } as const;
  return (body['promotions'] as readonly One[]).map(({ promotionId, what, overuses, overspentMinor }) => ({
    what: whats[what as keyof typeof whats],
    id: promotionId,
    overuses,
    // A code and a customer have no budget of their own: what they gave is counted with the promotion.
    ...(what === 'promotion' ? { amountMinor: overspentMinor } : {}),
  }));
}

function overdrawn(body: Body): TaskItem[] {
  type Account = { key: string | null; kind: 'gift_card' | 'store_credit'; amountMinor: number };
  type Points = { key: string | null; points: number; amountMinor?: number };
  const accounts = (body['accounts'] ?? []) as readonly Account[];
  const points = (body['points'] ?? []) as readonly Points[];
  return [
    ...accounts.map(({ key, kind, amountMinor }): TaskItem =>
      kind === 'gift_card' || key === null
        ? { what: kind, id: key, amountMinor }
        : // credit|entity|customer|currency
          { what: kind, id: null, customerId: key.split('|')[2], amountMinor },
    ),
    ...points.map(({ key, points: beyond, amountMinor }): TaskItem => {
      const [programmeId = null, customerId] = key?.split('|') ?? [];
      return amountMinor === undefined
        ? { what: 'points', id: programmeId, customerId, points: beyond }
        : { what: 'points', id: programmeId, customerId, amountMinor };
    }),
  ];
}

function notCharged(body: Body): TaskItem[] {
  type Card = { key: string; amountMinor: number; reason: string };
  return (body['cards'] as readonly Card[]).map(({ key, amountMinor, reason }) => ({
    what: 'gift_card',
    id: key,
    amountMinor,
    reason,
  }));
}

function failed(body: Body): TaskItem[] {
  const { paymentId, amountMinor, action } = body as { paymentId: string; amountMinor: number; action: string };
  return [{ what: 'payment', id: paymentId, amountMinor, reason: action }];
}
