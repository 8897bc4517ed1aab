/** What we keep for customers and they pay with. */
export type KeptMethod = 'gift_card' | 'store_credit' | 'points';

/** Somebody wants to pay with it: as much as goes, or no more than `wantedMinor`. */
export type KeptTender = {
  readonly key: string;
  readonly method: KeptMethod;
  /** Minor units that are there. */
  readonly balanceMinor: number;
  readonly wantedMinor?: number | undefined;
  /** Of a gift card. */
  readonly code?: string | undefined;
  readonly lastFour?: string | undefined;
};

/** A tender of the API. */
export type NamedTender = { readonly method: KeptMethod; readonly amountMinor: number; readonly giftCardCode?: string };

/** What each of them pays of a total, in their order, and what is left to cash or a card. */
export function shareOut(
  totalMinor: number,
  tenders: readonly KeptTender[],
): { readonly paid: readonly number[]; readonly restMinor: number } {
  let restMinor = Math.max(0, totalMinor);
  const paid = tenders.map(({ balanceMinor, wantedMinor }) => {
    const amount = Math.max(0, Math.min(restMinor, balanceMinor, wantedMinor ?? balanceMinor));
    restMinor -= amount;
    return amount;
  });
  return { paid, restMinor };
}

/** The tenders as the API takes them; one that pays nothing is left out. */
export function namedTenders(totalMinor: number, tenders: readonly KeptTender[]): NamedTender[] {
  const { paid } = shareOut(totalMinor, tenders);
  return tenders.flatMap(({ method, code }, at) => {
    const amountMinor = paid[at] ?? 0;
    return amountMinor === 0 ? [] : [{ method, amountMinor, ...(code === undefined ? {} : { giftCardCode: code }) }];
  });
}
