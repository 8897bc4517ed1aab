import type { Rejection } from '../kernel/decision.ts';
import type { OrderTerms } from './order.ts';
import type { SaleLine } from './sale.ts';

/** A line that a promotion added: nobody asked for it. */
export type GiftLine = { readonly line: number; readonly promotionId: string };

/** What a request carries of the gifts that promotions added to it. */
export type WithGifts = {
  readonly lines: readonly SaleLine[];
  readonly terms: OrderTerms;
  /** The lines of gifts; they cost nought. */
  readonly gifts?: readonly GiftLine[] | undefined;
};

/** What a look at the stock answers: nothing where all of it is there. */
type Refusal = Rejection | { readonly resolveAgain: unknown };

/**
 * Looks whether the goods of a request are there, and leaves out gifts that are not, with the use of their promotions: nobody is refused what they want to buy
 * because of something that they did not ask for. As gifts cost nought, no sum changes. Gives the request as it may go on, and what stands in its way still.
 */
export function leaveOutMissingGifts<Request extends WithGifts>(
  request: Request,
  refuse: (request: Request) => Refusal | undefined,
): { readonly request: Request; readonly refusal: Refusal | undefined } {
  const refusal = refuse(request);
  const missing = refusal === undefined || 'resolveAgain' in refusal ? [] : missingLines(refusal);
  const promotionIds = new Set(
    (request.gifts ?? []).flatMap(({ line, promotionId }) => (missing.includes(line) ? [promotionId] : [])),
  );
  return promotionIds.size === 0 ? { request, refusal } : leaveOutMissingGifts(without(request, promotionIds), refuse);
}

function missingLines(refusal: Rejection): number[] {
  if (refusal.reason !== 'insufficient_stock') return [];
  return (refusal['lines'] as readonly { line: number }[]).map(({ line }) => line);
}

function without<Request extends WithGifts>(request: Request, promotionIds: ReadonlySet<string>): Request {
  const gifts = request.gifts ?? [];
  const left = new Set(gifts.flatMap(({ line, promotionId }) => (promotionIds.has(promotionId) ? [line] : [])));
  const { promotions = [], ...terms } = request.terms;
  const used = promotions.filter(({ promotionId }) => !promotionIds.has(promotionId));
  return {
    ...request,
    lines: request.lines.filter(({ line }) => !left.has(line)),
    gifts: gifts.filter(({ line }) => !left.has(line)),
    terms: used.length === 0 ? terms : { ...terms, promotions: used },
  };
}
