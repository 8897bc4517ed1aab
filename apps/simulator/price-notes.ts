/** What the office did to prices, as plain facts: what an auditor of prices is told, in the order in which it happened. */
export type PriceNote =
  | {
      readonly what: 'row';
      readonly listId: string;
      readonly skuId: string;
      readonly minQuantity: number;
      /** Null where a list of its own says nothing from then on. */
      readonly amount: number | null;
      readonly scale: number;
      readonly from: number;
      readonly until: number | undefined;
      readonly markdown: boolean;
      readonly changeId: string | undefined;
      readonly waits: boolean;
    }
  | {
      readonly what: 'list';
      readonly id: string;
      /** Of a base list its channel; above that the channels that are named. */
      readonly base: boolean;
      readonly currency: string;
      readonly channels: readonly string[];
      readonly places: readonly string[];
      readonly groups: readonly string[];
      readonly priority: number;
      readonly ppm: number;
      readonly ending: string;
      readonly from: number;
      readonly until: number | undefined;
    }
  | {
      readonly what: 'scheduled';
      readonly id: string;
      readonly at: number;
      readonly instant?: number | undefined;
      readonly local?: string | undefined;
    }
  | { readonly what: 'cancelled' | 'undone'; readonly id: string; readonly at: number; readonly until: number }
  | { readonly what: 'twice'; readonly id: string; readonly at: number; readonly act: string }
  | {
      readonly what: 'ceiling';
      readonly skuId: string;
      readonly lot: string;
      readonly country: string;
      readonly currency: string;
      readonly amount: number;
      readonly from: number;
      readonly until: number | undefined;
    };

/** What a till or shop asked the lists for a basket, and what was shown beside reduced prices. */
export type PriceAsked = {
  readonly channelId: string;
  readonly locationId: string;
  readonly currency: string;
  readonly groupIds: readonly string[];
  readonly at: number;
  /** When the basket was opened, where it keeps a lower price since. */
  readonly addedAt: number | undefined;
  /** By SKU: how many were asked for, whether a list had a price, and the prior price of a reduction with its begin. */
  readonly skus: ReadonlyMap<
    string,
    {
      readonly quantity: number;
      readonly has: boolean;
      readonly prior: readonly [from: number, lowest: number] | undefined;
    }
  >;
  /** Lines whose price came from the lists; others were given by hand. */
  readonly lines: ReadonlySet<number>;
};

/** A place as prices know it: its clock, as hours ahead of UTC all year, when its day ends, and whose law holds. */
export type PricePlace = {
  readonly id: string;
  readonly aheadHours: number;
  readonly cutOffHour: number;
  readonly country: string;
};
