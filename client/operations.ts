// Made from the OpenAPI document by `npm test -- apps/server/api/openapi.test.ts -u`. Change the routes, not this file.

export type ApiKey = {
  readonly id: string;
  readonly kind: 'key' | 'sandbox';
  readonly name: string;
  /** The first letters of the secret, to recognise it by. */
  readonly start: string;
  readonly permissions: readonly string[];
  readonly entityIds: readonly string[];
  /** With no entities and no locations it holds everywhere. */
  readonly locationIds: readonly string[];
  readonly limits: RoleLimits;
  /** Requests a minute, all the time. */
  readonly perMinute: number;
  /** Requests at once. */
  readonly burst: number;
  readonly createdBy: string;
  readonly createdByName: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly oldSecretUntil: string | null;
  readonly revokedAt: string | null;
};

export type Approval = {
  readonly id: string;
  readonly act: string;
  readonly operation: string;
  /** pending, approved (being done), done, failed, declined or expired. */
  readonly state: string;
  readonly askedBy: string;
  readonly askedByName: string;
  /** RFC 3339. */
  readonly askedAt: string;
  /** RFC 3339. */
  readonly expiresAt: string;
  readonly permission: string;
  readonly entityId: string | null;
  readonly locationId: string | null;
  readonly amounts: readonly {
    readonly limit: string;
    readonly currency: string;
    readonly amount: number;
  }[];
  readonly decidedBy: string | null;
  readonly decidedByName: string | null;
  readonly decidedAt: string | null;
  readonly note: string;
  readonly eventNumber: number | null;
  readonly because: string | null;
  /** Whether who asks is who asked for it; then somebody else decides. */
  readonly mine: boolean;
};

export type AuditEntry = {
  readonly number: number;
  readonly type: string;
  readonly version: number;
  readonly topic: string;
  readonly entityId: string | null;
  readonly locationId: string | null;
  readonly channelId: string | null;
  readonly subjectId: string | null;
  readonly actor: {
    readonly id: string;
    readonly kind: 'person' | 'key' | 'device' | 'system' | 'unknown';
    readonly name: string;
  } | null;
  readonly origin: {
    readonly id: string;
    readonly kind: string;
    readonly job: string | null;
    readonly address: string | null;
    readonly userAgent: string | null;
  } | null;
  /** RFC 3339. */
  readonly occurredAt: string;
  /** RFC 3339. */
  readonly recordedAt: string;
  /** YYYY-MM-DD. */
  readonly businessDay: string;
  /** YYYY-MM-DD. */
  readonly postingDay: string;
  readonly body: Readonly<Record<string, unknown>>;
};

export type Category = {
  readonly id: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly taxClass: string;
  readonly position: number;
  readonly version: number;
};

export type Channel = {
  readonly id: string;
  readonly entityId: string;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly currency: Currency;
  readonly defaultLocationId: string;
  readonly commissionPpm: number;
  /** Who declares the tax. What a marketplace collects is listed and not owed by us; it pays us without it. */
  readonly taxCollectedBy: 'us' | 'marketplace';
  readonly archived: boolean;
  readonly version: number;
};

/** ISO 4217 code with a minor unit, e.g. EUR. */
export type Currency =
  | 'AED'
  | 'AFN'
  | 'ALL'
  | 'AMD'
  | 'AOA'
  | 'ARS'
  | 'AUD'
  | 'AWG'
  | 'AZN'
  | 'BAM'
  | 'BBD'
  | 'BDT'
  | 'BHD'
  | 'BIF'
  | 'BMD'
  | 'BND'
  | 'BOB'
  | 'BOV'
  | 'BRL'
  | 'BSD'
  | 'BTN'
  | 'BWP'
  | 'BYN'
  | 'BZD'
  | 'CAD'
  | 'CDF'
  | 'CHE'
  | 'CHF'
  | 'CHW'
  | 'CLF'
  | 'CLP'
  | 'CNY'
  | 'COP'
  | 'COU'
  | 'CRC'
  | 'CUP'
  | 'CVE'
  | 'CZK'
  | 'DJF'
  | 'DKK'
  | 'DOP'
  | 'DZD'
  | 'EGP'
  | 'ERN'
  | 'ETB'
  | 'EUR'
  | 'FJD'
  | 'FKP'
  | 'GBP'
  | 'GEL'
  | 'GHS'
  | 'GIP'
  | 'GMD'
  | 'GNF'
  | 'GTQ'
  | 'GYD'
  | 'HKD'
  | 'HNL'
  | 'HTG'
  | 'HUF'
  | 'IDR'
  | 'ILS'
  | 'INR'
  | 'IQD'
  | 'IRR'
  | 'ISK'
  | 'JMD'
  | 'JOD'
  | 'JPY'
  | 'KES'
  | 'KGS'
  | 'KHR'
  | 'KMF'
  | 'KPW'
  | 'KRW'
  | 'KWD'
  | 'KYD'
  | 'KZT'
  | 'LAK'
  | 'LBP'
  | 'LKR'
  | 'LRD'
  | 'LSL'
  | 'LYD'
  | 'MAD'
  | 'MDL'
  | 'MGA'
  | 'MKD'
  | 'MMK'
  | 'MNT'
  | 'MOP'
  | 'MRU'
  | 'MUR'
  | 'MVR'
  | 'MWK'
  | 'MXN'
  | 'MXV'
  | 'MYR'
  | 'MZN'
  | 'NAD'
  | 'NGN'
  | 'NIO'
  | 'NOK'
  | 'NPR'
  | 'NZD'
  | 'OMR'
  | 'PAB'
  | 'PEN'
  | 'PGK'
  | 'PHP'
  | 'PKR'
  | 'PLN'
  | 'PYG'
  | 'QAR'
  | 'RON'
  | 'RSD'
  | 'RUB'
  | 'RWF'
  | 'SAR'
  | 'SBD'
  | 'SCR'
  | 'SDG'
  | 'SEK'
  | 'SGD'
  | 'SHP'
  | 'SLE'
  | 'SOS'
  | 'SRD'
  | 'SSP'
  | 'STN'
  | 'SVC'
  | 'SYP'
  | 'SZL'
  | 'THB'
  | 'TJS'
  | 'TMT'
  | 'TND'
  | 'TOP'
  | 'TRY'
  | 'TTD'
  | 'TWD'
  | 'TZS'
  | 'UAH'
  | 'UGX'
  | 'USD'
  | 'USN'
  | 'UYI'
  | 'UYU'
  | 'UYW'
  | 'UZS'
  | 'VED'
  | 'VES'
  | 'VND'
  | 'VUV'
  | 'WST'
  | 'XAD'
  | 'XAF'
  | 'XCD'
  | 'XCG'
  | 'XOF'
  | 'XPF'
  | 'YER'
  | 'ZAR'
  | 'ZMW'
  | 'ZWG';

export type Customer = {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly address: {
    readonly line1?: string;
    readonly line2?: string;
    readonly postcode?: string;
    readonly city?: string;
    readonly region?: string;
  };
  readonly country: string;
  readonly archivedAt: string | null;
  readonly version: number;
};

export type CustomerGroup = {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly members: number;
};

export type Device = {
  readonly id: string;
  readonly name: string;
  readonly locationId: string;
  readonly registerId: string | null;
  /** The first letters of its token. */
  readonly start: string;
  readonly permissions: readonly string[];
  readonly pairedByName: string;
  /** RFC 3339. */
  readonly pairedAt: string;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
};

export type ErasureReceipt = {
  readonly id: string;
  readonly kind: 'customer' | 'person';
  readonly subjectId: string;
  readonly number: string | null;
  /** RFC 3339. */
  readonly erasedAt: string;
  readonly deleted: readonly {
    readonly what: string;
    readonly count: number;
  }[];
  readonly restricted: readonly {
    readonly what: string;
    readonly count: number;
    /** YYYY-MM-DD. */
    readonly until: string;
    /** Whose law; empty for our own rules. */
    readonly country: string;
    readonly basis: string;
  }[];
  readonly kept: readonly string[];
};

export type Event = {
  readonly number: number;
  readonly type: string;
  readonly version: number;
  readonly topic: string;
  readonly entityId: string | null;
  readonly locationId: string | null;
  readonly channelId: string | null;
  readonly subjectId: string | null;
  readonly actorId: string | null;
  /** RFC 3339. */
  readonly occurredAt: string;
  /** RFC 3339. */
  readonly recordedAt: string;
  /** YYYY-MM-DD. */
  readonly businessDay: string;
  /** YYYY-MM-DD. */
  readonly postingDay: string;
  readonly body: Readonly<Record<string, unknown>>;
};

export type EventPage = {
  readonly items: readonly Event[];
  readonly next: string | null;
  /** Everything up to this number was looked at: ask on after it. */
  readonly through: number;
};

export type ExchangeRate = {
  readonly from: Currency;
  readonly to: Currency;
  /** YYYY-MM-DD. */
  readonly validFrom: string;
  readonly numerator: number;
  readonly denominator: number;
};

export type ExplainedPrice = {
  readonly price: {
    readonly amount: number;
    readonly scale: number;
    readonly per: number;
  } | null;
  readonly currency: Currency;
  readonly taxInclusive: boolean | null;
  readonly why: readonly {
    readonly priceListId: string | null;
    readonly name: string;
    readonly took: boolean;
    readonly reason: string;
    readonly price: {
      readonly amount: number;
      readonly scale: number;
      readonly per: number;
    } | null;
    readonly minQuantity: number | null;
  }[];
  /** Of a price that is announced as a reduction: the lowest of the 30 days before it (Directive 98/6/EC, article 6a). */
  readonly prior: {
    readonly lowest: {
      readonly amount: number;
      readonly scale: number;
      readonly per: number;
    };
    readonly before: {
      readonly amount: number;
      readonly scale: number;
      readonly per: number;
    };
    /** RFC 3339. */
    readonly reducedFrom: string;
  } | null;
};

export type FactAnswer = {
  readonly counter: number;
  readonly status: 'accepted' | 'repeated' | 'quarantined' | 'waiting';
  readonly eventNumber?: number;
  readonly document?: string | null;
  readonly reason?: string;
  readonly quarantineId?: string;
  readonly expected?: number;
};

export type FoundSku = {
  readonly id: string;
  readonly productId: string;
  readonly code: string;
  readonly name: string;
  readonly gtin: string | null;
  readonly kind: string;
  readonly baseUnit: string;
  readonly packSizes: readonly {
    readonly name: string;
    /** Base units of the SKU. */
    readonly quantity: number;
  }[];
  readonly exact: boolean;
  readonly prices: readonly ShownPrice[];
};

export type FourEyesRule = {
  readonly act: string;
  readonly limit: string | null;
  readonly on: boolean;
  readonly amounts: Readonly<Record<string, number>> | null;
  readonly expiresMinutes: number;
};

export type GiftCard = {
  readonly id: string;
  readonly entityId: string;
  readonly lastFour: string;
  readonly state: 'issued' | 'active' | 'blocked' | 'expired';
  readonly currency: Currency;
  /** Whole minor units (cents). */
  readonly balanceMinor: number;
  /** Whole minor units (cents). */
  readonly overdrawnMinor: number;
  /** Whole minor units (cents). */
  readonly issuedMinor: number;
  /** Whole minor units (cents). */
  readonly redeemedMinor: number;
  /** Whole minor units (cents). */
  readonly expiredMinor: number;
  readonly expiresOn: string | null;
};

export type Import = {
  readonly id: string;
  readonly kind: 'products' | 'customers' | 'stock' | 'prices' | 'opening_balances' | 'comparison';
  readonly format: 'shopify' | 'woocommerce' | 'magento' | 'oneshelf';
  readonly fileName: string;
  readonly state:
    | 'uploading'
    | 'checking'
    | 'needs_choice'
    | 'checked'
    | 'running'
    | 'done'
    | 'cancelled'
    | 'failed'
    | 'undoing'
    | 'undone';
  readonly settings: {
    readonly encoding?: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'macintosh';
    readonly separator?: ',' | ';' | '	' | '|';
    /** By field: what stands before the decimals. */
    readonly numbers?: Readonly<Record<string, 'point' | 'comma'>>;
    /** By field: the order of day, month and year. */
    readonly dates?: Readonly<Record<string, 'ymd' | 'dmy' | 'mdy'>>;
    /** Field → name of the column that holds it; the empty text takes a field away. */
    readonly columns?: Readonly<Record<string, string>>;
    /** Whose prices they are. Without it prices are not taken in. */
    readonly channelId?: string;
    /** Where the stock is. Without it stock is not taken in. */
    readonly locationId?: string;
    /** Where products without a category go. */
    readonly categoryId?: string;
    readonly pictures?: boolean;
    readonly stock?: 'opening' | 'count';
  };
  readonly report: {
    readonly failure?: {
      readonly reason: string;
      readonly says: string;
    };
    readonly recognised?: {
      readonly encoding: RecognisedInFile | null;
      readonly separator: RecognisedInFile | null;
      readonly columns: readonly {
        readonly column: string;
        readonly field: string | null;
        readonly samples: readonly string[];
      }[];
      readonly missing: readonly string[];
      readonly doubled: readonly string[];
      readonly numbers: Readonly<Record<string, RecognisedInFile>>;
      readonly dates: Readonly<Record<string, RecognisedInFile>>;
    };
    /** What must be chosen: encoding, separator, numbers.price, columns.sku … */
    readonly choices?: readonly string[];
    readonly planned?: ImportCounts;
    readonly applied?: ImportCounts;
    /** Of opening balances: what will be booked, by legal entity and day. Debits are positive. */
    readonly balances?: readonly {
      readonly entity: string;
      readonly currency: string;
      readonly day: string;
      readonly lines: readonly {
        readonly account: string;
        readonly amountMinor: number;
      }[];
      readonly debitMinor: number;
      readonly creditMinor: number;
      /** What is posted to the account of opening balances. */
      readonly openingMinor: number;
    }[];
    readonly problems?: Readonly<
      Record<
        string,
        {
          readonly weight: 'error' | 'warning' | 'note';
          readonly count: number;
        }
      >
    >;
    readonly undone?: {
      readonly archived: number;
      readonly setBack: number;
      readonly left: number;
    };
  };
  /** Rows done, of `total`. */
  readonly done: number;
  readonly total: number;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly confirmedAt: string | null;
  readonly finishedAt: string | null;
  readonly cancelAsked: boolean;
};

export type ImportCounts = {
  readonly rows: number;
  readonly objects: number;
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly leftOut: number;
};

export type ImportProblem = {
  readonly number: number;
  /** Of the file, from 1; 0 where no line is meant. */
  readonly line: number;
  readonly column: string;
  readonly value: string;
  readonly weight: 'error' | 'warning' | 'note';
  readonly reason: string;
  readonly says: string;
  readonly does: string;
};

export type Invitation = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string | null;
  readonly entityId: string | null;
  readonly locationId: string | null;
  readonly invitedBy: string | null;
  /** RFC 3339. */
  readonly createdAt: string;
  /** RFC 3339. */
  readonly sentAt: string;
  /** RFC 3339. */
  readonly expiresAt: string;
};

export type JournalEntry = {
  /** Number of the event and of the entry within it. */
  readonly id: string;
  readonly eventNumber: number;
  readonly ordinal: number;
  readonly eventType: string;
  readonly eventUrl: string;
  readonly rule: string;
  readonly subjectId: string | null;
  readonly document: string | null;
  readonly entityId: string;
  readonly locationId: string;
  readonly channelId: string | null;
  /** YYYY-MM-DD. */
  readonly postingDay: string;
  /** YYYY-MM-DD. */
  readonly businessDay: string;
  /** RFC 3339. */
  readonly occurredAt: string;
  /** RFC 3339. */
  readonly recordedAt: string;
  readonly rate: {
    readonly numerator: number;
    readonly denominator: number;
  };
  readonly postings: readonly {
    readonly accountCode: string;
    readonly accountName: string;
    /** Whole minor units (cents). */
    readonly amountMinor: number;
    /** Whole minor units (cents). */
    readonly debitMinor: number;
    /** Whole minor units (cents). */
    readonly creditMinor: number;
    readonly currency: Currency;
    /** Whole minor units (cents). */
    readonly entityAmountMinor: number;
    /** Whole minor units (cents). */
    readonly entityDebitMinor: number;
    /** Whole minor units (cents). */
    readonly entityCreditMinor: number;
    readonly entityCurrency: Currency;
  }[];
};

export type JurisdictionTaxRate = {
  readonly jurisdiction: string;
  /** What the tax is called: VAT, GST, SALES … */
  readonly code: string;
  readonly taxClass: string;
  /** YYYY-MM-DD. */
  readonly validFrom: string;
  readonly validUntil: string | null;
  /** Parts per million: 200000 is 20 %. */
  readonly ratePpm: number;
  readonly perUnit: {
    readonly amount: number;
    readonly scale: number;
    readonly per: number;
    readonly currency: Currency;
    readonly underOthers: boolean;
  } | null;
  readonly compound: boolean;
  readonly exempt: boolean;
  readonly name: string;
  /** Where the rate is published; empty for rates that the company set by hand. */
  readonly source: string;
  readonly checkedOn: string | null;
  /** Whether it holds today. */
  readonly inForce: boolean;
};

export type LedgerAccount = {
  readonly entityId: string;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly role: string;
};

export type LegalEntity = {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly country: string;
  readonly functionalCurrency: Currency;
  readonly fiscalYearStartMonth: number;
  readonly address: {
    readonly line1: string;
    readonly postcode: string;
    readonly city: string;
  };
  readonly archived: boolean;
  readonly version: number;
};

/** What a promotion took off the line, in the mode of its price; supplierMinor is the part that a supplier pays for. */
export type LineDiscount = {
  readonly promotionId: string;
  /** Whole minor units (cents). */
  readonly amountMinor: number;
  /** Whole minor units (cents). */
  readonly supplierMinor?: number;
};

/** One tax of the line. A line of one plain value added tax lists none: it is taxPpm of netMinor. */
export type LineTax = {
  readonly jurisdiction: string;
  readonly code: string;
  readonly ratePpm: number;
  /** Whole minor units (cents). */
  readonly baseMinor: number;
  /** Whole minor units (cents). */
  readonly taxMinor: number;
  readonly treatment: string;
};

export type ListedTaxExemption = {
  readonly id: string;
  readonly customerId: string;
  readonly jurisdiction: string;
  readonly reason: string;
  readonly certificate: string | null;
  /** YYYY-MM-DD. */
  readonly validFrom: string;
  readonly validUntil: string | null;
  readonly version: number;
  /** By which people know the customer. */
  readonly customerNumber: string;
};

export type Location = {
  readonly id: string;
  readonly entityId: string;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly city: string;
  readonly country: string;
  readonly timeZone: string;
  readonly cutOffHour: number;
  readonly address: {
    readonly line1: string;
    readonly postcode: string;
  };
  readonly archived: boolean;
  readonly version: number;
};

export type LocationTaxPlace = {
  readonly locationId: string;
  /** ISO 3166-2 without the country: `CA`, `KA`. */
  readonly region: string;
  readonly county?: string;
  readonly city?: string;
  readonly district?: string;
};

export type LoyaltyProgramme = {
  readonly id: string;
  readonly entityId: string;
  readonly currency: Currency;
  readonly name: string;
  readonly active: boolean;
  readonly earn: readonly {
    readonly name: string;
    readonly points: number;
    /** Minor units of the currency. */
    readonly perMinor: number;
    /** Parts per million. */
    readonly cashBackPpm: number;
    readonly channelIds: readonly string[];
    readonly productIds: readonly string[];
    readonly categoryIds: readonly string[];
  }[];
  readonly multiplierDays: readonly {
    readonly name: string;
    /** YYYY-MM-DD. */
    readonly from: string;
    /** YYYY-MM-DD. */
    readonly until: string;
    readonly weekdays: readonly number[];
    readonly multiplierPpm: number;
  }[];
  readonly tiers: readonly {
    readonly code: string;
    readonly name: string;
    readonly fromMinor: number;
    readonly windowMonths: number;
    readonly multiplierPpm: number;
  }[];
  readonly rewards: readonly {
    readonly code: string;
    readonly name: string;
    readonly points: number;
    /** Minor units of the currency. */
    readonly creditMinor: number;
  }[];
  /** So many points pay so much. */
  readonly value: {
    readonly points: number;
    readonly minor: number;
  };
  /** Parts per million. */
  readonly breakagePpm: number;
  readonly expiryDays: number | null;
  readonly spentPoints: 'withhold' | 'debt';
  readonly expiredPoints: 'renew' | 'forfeit';
};

export type Money = {
  /** Whole minor units (cents). */
  readonly amount: number;
  readonly currency: Currency;
};

export type OfferRule = {
  readonly id: string;
  readonly name: string;
  readonly promotionId: string;
  readonly event: 'sale' | 'order_placed' | 'order_handed_over' | 'return' | 'cart_left';
  readonly when: {
    readonly channelIds?: readonly string[];
    readonly locationIds?: readonly string[];
    readonly groupIds?: readonly string[];
    readonly minimum?: {
      readonly amountMinor: number;
      readonly currency: Currency;
    };
    readonly firstPurchase?: boolean;
    readonly everyDays?: number;
    /** Of a cart: for how long it was left; 60 unless told. */
    readonly afterMinutes?: number;
  };
  readonly validDays: number;
  readonly promotionName: string;
  readonly onSince: string | null;
  readonly granted: number;
  readonly version: number;
};

export type Order = {
  readonly id: string;
  readonly kind: 'order' | 'till_sale' | 'marketplace_order' | 'return';
  readonly number: string;
  readonly status: 'placed' | 'part_shipped' | 'completed' | 'cancelled';
  readonly entityId: string;
  readonly channelId: string;
  readonly sellingLocationId: string;
  readonly customerId: string | null;
  readonly externalRef: string;
  readonly currency: Currency;
  /** Whole minor units (cents). */
  readonly netMinor: number;
  /** Whole minor units (cents). */
  readonly taxMinor: number;
  /** Whole minor units (cents). */
  readonly grossMinor: number;
  /** RFC 3339. */
  readonly placedAt: string;
  /** YYYY-MM-DD. */
  readonly businessDay: string;
  readonly registerId: string | null;
  readonly associateId: string | null;
  readonly originalOrderId: string | null;
  readonly taxInclusive: boolean;
  /** Whole minor units (cents). */
  readonly prepaidMinor: number;
  /** What rounding added to (or, negative, took off) the cash that paid; not part of the gross amount. */
  readonly cashRoundingMinor: number;
  readonly eventNumber: number;
  readonly version: number;
  readonly lines: readonly OrderLine[];
  readonly payments: readonly OrderPayment[];
  readonly documents: readonly OrderDocument[];
  readonly returns: readonly OrderReturn[];
  readonly events: readonly OrderEvent[];
};

export type OrderAct = {
  readonly orderId: string;
  readonly number: string;
  readonly document: string | null;
  readonly status: 'placed' | 'part_shipped' | 'completed' | 'cancelled';
  readonly currency: Currency;
  /** Whole minor units (cents). */
  readonly netMinor: number;
  /** Whole minor units (cents). */
  readonly taxMinor: number;
  /** Whole minor units (cents). */
  readonly grossMinor: number;
  /** What rounding added to (or, negative, took off) the cash that paid; not part of the gross amount. */
  readonly cashRoundingMinor: number;
  readonly points: PointsMoved;
  /** Kept from a refund for points that are spent already. */
  readonly withheldMinor: number;
  /** What promotions took off, in the mode of the prices. */
  readonly discounts: readonly {
    readonly promotionId: string;
    /** Whole minor units (cents). */
    readonly amountMinor: number;
  }[];
  readonly vouchers: OrderVouchers;
  readonly eventNumber: number;
  readonly repeated: boolean;
};

export type OrderDocument = {
  readonly kind: string;
  readonly label: string;
  readonly eventNumber: number;
  /** RFC 3339. */
  readonly issuedAt: string;
  /** YYYY-MM-DD. */
  readonly businessDay: string;
  readonly currency: Currency;
  /** Whole minor units (cents). */
  readonly netMinor: number;
  /** Whole minor units (cents). */
  readonly taxMinor: number;
  /** Whole minor units (cents). */
  readonly grossMinor: number;
};

export type OrderEvent = {
  readonly number: number;
  readonly type: string;
  /** RFC 3339. */
  readonly occurredAt: string;
  /** RFC 3339. */
  readonly recordedAt: string;
  /** YYYY-MM-DD. */
  readonly businessDay: string;
  /** YYYY-MM-DD. */
  readonly postingDay: string;
  readonly actorId: string | null;
};

export type OrderLine = {
  readonly line: number;
  readonly kind: string;
  readonly skuId: string;
  readonly description: string;
  readonly quantity: number;
  readonly unitAmount: number;
  readonly unitScale: number;
  readonly unitPer: number;
  readonly taxPpm: number;
  /** Whole minor units (cents). */
  readonly netMinor: number;
  /** Whole minor units (cents). */
  readonly taxMinor: number;
  /** Whole minor units (cents). */
  readonly grossMinor: number;
  readonly shipped: number;
  readonly cancelled: number;
  readonly returned: number;
  /** Whole minor units (cents). */
  readonly costMinor: number;
  readonly fulfillingLocationId: string;
  readonly associateId: string | null;
  readonly discounts: readonly LineDiscount[];
  readonly taxes: readonly LineTax[];
};

export type OrderPayment = {
  readonly id: string;
  readonly method: string;
  readonly currency: Currency;
  readonly reference: string;
  /** Whole minor units (cents). */
  readonly authorisedMinor: number;
  /** Whole minor units (cents). */
  readonly capturedMinor: number;
  /** Whole minor units (cents). */
  readonly voidedMinor: number;
  /** Whole minor units (cents). */
  readonly refundedMinor: number;
  /** Whole minor units (cents). */
  readonly feeMinor: number;
  /** RFC 3339. */
  readonly createdAt: string;
};

export type OrderReturn = {
  readonly id: string;
  readonly number: string;
  /** RFC 3339. */
  readonly placedAt: string;
  /** Whole minor units (cents). */
  readonly grossMinor: number;
};

export type OrderSummary = {
  readonly id: string;
  readonly kind: 'order' | 'till_sale' | 'marketplace_order' | 'return';
  readonly number: string;
  readonly status: 'placed' | 'part_shipped' | 'completed' | 'cancelled';
  readonly entityId: string;
  readonly channelId: string;
  readonly sellingLocationId: string;
  readonly customerId: string | null;
  readonly externalRef: string;
  readonly currency: Currency;
  /** Whole minor units (cents). */
  readonly netMinor: number;
  /** Whole minor units (cents). */
  readonly taxMinor: number;
  /** Whole minor units (cents). */
  readonly grossMinor: number;
  /** RFC 3339. */
  readonly placedAt: string;
  /** YYYY-MM-DD. */
  readonly businessDay: string;
};

/** Vouchers for later baskets that the act issued or took back. */
export type OrderVouchers = {
  readonly issued: readonly {
    readonly promotionId: string;
    /** Whole minor units (cents). */
    readonly amountMinor: number;
    /** For whoever brings it. Null: it is the customer’s, and comes by itself with their next basket. A preview has none. */
    readonly code: string | null;
    /** RFC 3339. */
    readonly validUntil: string;
  }[];
  /** Of unused vouchers, void with what came back. */
  readonly voidedMinor: number;
  /** Kept from the refund for vouchers that were used. */
  readonly withheldMinor: number;
};

export type OwnAccount = {
  readonly hasPassword: boolean;
  /** Whether a code of an app is asked for. */
  readonly hasCodes: boolean;
  readonly recoveryCodesLeft: number;
  /** A role asks for a second factor: the last one stays. */
  readonly needsSecondFactor: boolean;
  readonly passkeys: readonly Passkey[];
  /** Whether ways in may be changed now; otherwise POST /account/confirmation first. */
  readonly confirmed: boolean;
};

export type OwnSession = {
  readonly id: string;
  /** The one that asks. */
  readonly current: boolean;
  /** How it was opened; by PIN or badge at a register. */
  readonly method: 'password' | 'passkey' | 'company' | 'invitation' | 'pin' | 'badge';
  /** The user agent, as it was sent. */
  readonly device: string;
  readonly address: string;
  /** RFC 3339. */
  readonly firstSeenAt: string;
  /** RFC 3339. */
  readonly lastSeenAt: string;
};

export type PairedDevice = {
  readonly id: string;
  readonly name: string;
  readonly locationId: string;
  readonly registerId: string | null;
  readonly permissions: readonly string[];
  /** Told this once. Send it as Authorization: Bearer. */
  readonly token: string;
  readonly factSecret: string | null;
};

export type Passkey = {
  readonly id: string;
  readonly name: string;
  /** The name of the site that it works on. */
  readonly site: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
};

export type Person = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly locale: string;
  readonly grants: readonly {
    readonly role: string;
    readonly entityId: string | null;
    readonly locationId: string | null;
  }[];
};

export type PersonPermissions = {
  readonly personId: string;
  readonly name: string;
  /** Who left may do nothing, whatever was given to them. */
  readonly deactivated: boolean;
  readonly items: readonly {
    readonly permission: string;
    /** Whether any of the sources holds now. */
    readonly holds: boolean;
    readonly sources: readonly {
      readonly grantId: string;
      readonly role: string;
      readonly entityId: string | null;
      readonly locationId: string | null;
      readonly validFrom: string | null;
      readonly validUntil: string | null;
      readonly holds: boolean;
      readonly limits: RoleLimits;
    }[];
  }[];
};

/** Points of the customer that the act earned, used, gave back, or took back with the goods. */
export type PointsMoved = {
  readonly earned: number;
  readonly used: number;
  readonly givenBack: number;
  readonly takenBack: number;
  readonly withheld: number;
  readonly owed: number;
};

export type PostalArea = {
  readonly country: string;
  readonly region: string;
  readonly from: string;
  readonly through: string;
  readonly county: string | null;
  readonly city: string | null;
  readonly districts: readonly string[];
  /** YYYY-MM-DD. */
  readonly validFrom: string;
  readonly validUntil: string | null;
  /** Where it is published. */
  readonly source: string;
};

export type PostalAreaImport = {
  readonly added: number;
  readonly changed: number;
  readonly same: number;
  readonly left: number;
  /** What each row does in a preview; else the rows that were left out. */
  readonly rows: readonly {
    readonly line: number;
    readonly what: 'new' | 'same' | 'changed' | 'twice' | 'overlaps' | 'malformed';
    readonly country: string;
    readonly region: string;
    readonly from: string;
    readonly through: string;
    readonly county: string | null;
    readonly city: string | null;
    readonly districts: readonly string[];
    readonly validFrom: string | null;
    readonly overlaps: {
      readonly from: string;
      readonly through: string;
      /** YYYY-MM-DD. */
      readonly validFrom: string;
    } | null;
    readonly problems: readonly {
      readonly column: string;
      readonly reason: string;
      readonly text: string;
    }[];
  }[];
};

export type PostalRegion = {
  readonly country: string;
  readonly region: string;
  readonly rows: number;
  /** YYYY-MM-DD. */
  readonly newest: string;
  readonly source: string;
};

export type Price = {
  readonly priceListId: string;
  readonly channelId: string;
  readonly skuId: string;
  readonly currency: Currency;
  readonly amount: number;
  readonly scale: number;
  readonly per: number;
  readonly taxInclusive: boolean;
  /** RFC 3339. */
  readonly validFrom: string;
  readonly validUntil: string | null;
  readonly markdown: boolean;
  readonly inForce: boolean;
};

export type PriceBaseList = {
  readonly id: string;
  readonly name: string;
  readonly channelId: string;
  readonly currency: Currency;
  readonly taxInclusive: boolean;
};

export type PriceCeiling = {
  readonly skuId: string;
  /** Empty: all lots. */
  readonly lot: string;
  readonly country: string;
  readonly currency: Currency;
  /** All taxes included. */
  readonly amountMinor: number;
  readonly per: number;
  /** RFC 3339. */
  readonly validFrom: string;
  readonly validUntil: string | null;
};

export type PriceChange = {
  readonly id: string;
  readonly name: string;
  readonly state: 'draft' | 'staging' | 'scheduled' | 'cancelled' | 'undone';
  readonly rows: number;
  /** While it is being written (`staging`): how many of its prices are. */
  readonly staged: number;
  readonly startAt: string | null;
  readonly startLocal: string | null;
  readonly forced: boolean;
  readonly markdown: boolean;
  readonly validUntil: string | null;
  readonly undoneAt: string | null;
  /** RFC 3339. */
  readonly createdAt: string;
};

export type PriceChangeRow = {
  readonly skuId: string;
  readonly code: string;
  readonly name: string;
  readonly priceListId: string;
  readonly listName: string;
  readonly currency: Currency;
  readonly minQuantity: number;
  readonly old: {
    readonly amount: number;
    readonly scale: number;
    readonly per: number;
  } | null;
  readonly price: {
    readonly amount: number;
    readonly scale: number;
    readonly per: number;
  };
  readonly raises: boolean;
  readonly changePpm: number | null;
  readonly marginMinor: number | null;
  readonly marginPpm: number | null;
  readonly belowCost: boolean;
};

export type PriceChangeSummary = {
  readonly rows: number;
  readonly raises: number;
  readonly lowers: number;
  readonly newPrices: number;
  readonly unchanged: number;
  readonly belowCost: number;
  readonly unknownCost: number;
};

export type PriceOverrideList = {
  readonly id: string;
  readonly name: string;
  /** The higher one is asked first. */
  readonly priority: number;
  /** None named: all. */
  readonly channelIds: readonly string[];
  /** None named: all. */
  readonly locationIds: readonly string[];
  /** None named: all. */
  readonly customerGroupIds: readonly string[];
  /** By how much the base list is dearer or, below nought, cheaper, in parts per million; 0 for prices of its own only. */
  readonly adjustPpm: number;
  /** What calculated prices end in. */
  readonly ending: 'none' | '00' | '95' | '99';
  readonly currency: Currency;
  readonly taxInclusive: boolean;
  /** RFC 3339. */
  readonly validFrom: string;
  readonly validUntil: string | null;
  readonly version: number;
};

export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** snake_case, stable; programs look at this */
  readonly reason: string;
  readonly detail: string;
  readonly requestId?: string;
  readonly fields?: readonly {
    readonly path: string;
    readonly message: string;
  }[];
} & Readonly<Record<string, unknown>>;

export type Product = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly categoryId: string;
  readonly category: readonly string[];
  readonly attributes: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly archivedAt: string | null;
  readonly version: number;
  readonly pictures: readonly {
    readonly id: string;
    readonly url: string;
    readonly alt: string;
  }[];
  readonly variants: readonly {
    readonly id: string;
    readonly name: string;
    readonly options: Readonly<Record<string, string>>;
    readonly skus: readonly Sku[];
  }[];
};

export type ProfitAndLossRow = {
  readonly channelId: string | null;
  readonly locationId: string | null;
  /** Whole minor units (cents). */
  readonly revenueMinor: number;
  /** Whole minor units (cents). */
  readonly discountsMinor: number;
  /** Whole minor units (cents). */
  readonly returnsMinor: number;
  /** Whole minor units (cents). */
  readonly netRevenueMinor: number;
  /** Whole minor units (cents). */
  readonly costMinor: number;
  /** Whole minor units (cents). */
  readonly grossMarginMinor: number;
  /** Whole minor units (cents). */
  readonly paymentFeesMinor: number;
  /** Whole minor units (cents). */
  readonly commissionMinor: number;
  /** Whole minor units (cents). */
  readonly carrierMinor: number;
  /** Whole minor units (cents). */
  readonly contributionMinor: number;
  /** Whole minor units (cents). */
  readonly otherMinor: number;
  /** Whole minor units (cents). */
  readonly resultMinor: number;
  readonly journalUrl: string;
};

export type Promotion = {
  readonly id: string;
  readonly name: string;
  readonly effect: PromotionEffect;
  readonly when?: {
    /** RFC 3339. */
    readonly from?: string;
    /** RFC 3339. */
    readonly until?: string;
    /** Minutes of the week at the place of sale; 0 is Monday 00:00. */
    readonly hours?: readonly {
      readonly from: number;
      readonly to: number;
    }[];
    readonly channelIds?: readonly string[];
    readonly locationIds?: readonly string[];
    readonly groupIds?: readonly string[];
    readonly firstOrder?: boolean;
    readonly employee?: boolean;
    readonly coupon?: boolean;
    readonly offer?: boolean;
    readonly minimum?: {
      readonly of: PromotionTarget;
      readonly amountMinor?: number;
      readonly quantity?: number;
    };
  };
  readonly limits?: {
    readonly uses?: number;
    readonly perCustomer?: number;
    readonly budgetMinor?: number;
  };
  readonly currency?: Currency;
  readonly except?: PromotionTarget;
  /** Codes that many may use. A promotion with codes needs one. */
  readonly codes?: readonly string[];
  readonly priority?: number;
  readonly choice?: 'best' | 'priority';
  readonly exclusive?: boolean;
  readonly stackingGroup?: string;
  readonly supplier?: {
    readonly name: string;
    /** Parts per million: 200000 is 20 %. */
    readonly sharePpm: number;
  };
  readonly state: 'running' | 'scheduled' | 'ended' | 'archived';
  /** Orders and sales that used it, those beyond the limit included. */
  readonly uses: number;
  /** What it took off so far, in its currency. */
  readonly spentMinor: number;
  /** The SKUs that it names, by name; of very many the first. */
  readonly goods: readonly {
    readonly skuId: string;
    readonly code: string;
    readonly name: string;
  }[];
  readonly version: number;
};

/** What it does: the kind, and the fields that the kind has. See docs/promotions.md. */
export type PromotionEffect = {
  readonly kind:
    | 'percentage'
    | 'amount'
    | 'price'
    | 'buy_get'
    | 'n_for_m'
    | 'group'
    | 'bundle'
    | 'tiers'
    | 'gift'
    | 'voucher';
  readonly of?: PromotionTarget;
  readonly buy?: PromotionTarget;
  readonly get?: PromotionTarget;
  readonly buyQuantity?: number;
  readonly getQuantity?: number;
  /** Parts per million: 200000 is 20 %. */
  readonly ppm?: number;
  readonly minor?: number;
  readonly each?: boolean;
  readonly pick?: 'cheapest' | 'dearest';
  readonly n?: number;
  readonly m?: number;
  readonly quantity?: number;
  readonly parts?: readonly {
    readonly of: PromotionTarget;
    readonly quantity: number;
  }[];
  readonly by?: 'amount' | 'quantity';
  readonly tiers?: readonly {
    readonly from: number;
    /** Parts per million: 200000 is 20 %. */
    readonly ppm?: number;
    readonly minor?: number;
  }[];
  readonly skuId?: string;
  readonly forEachMinor?: number;
  /** How long a voucher can be used; 90 days unless told. */
  readonly validDays?: number;
};

/** Which lines: the kind, and what belongs to it (the ids, or an attribute and its values). */
export type PromotionTarget = {
  readonly kind: 'order' | 'shipping' | 'sku' | 'product' | 'category' | 'attribute';
  readonly skuIds?: readonly string[];
  readonly productIds?: readonly string[];
  readonly categoryIds?: readonly string[];
  readonly name?: string;
  readonly values?: readonly string[];
};

export type QuarantinedFact = {
  readonly id: string;
  readonly sourceId: string;
  readonly counter: number | null;
  readonly locationId: string | null;
  readonly reason: string;
  readonly detail: string;
  readonly raw: string;
  /** RFC 3339. */
  readonly receivedAt: string;
  readonly resolvedAt: string | null;
  readonly resolvedBy: string | null;
  readonly resolution: string | null;
};

export type RecognisedInFile = {
  readonly value: string;
  readonly certain: boolean;
  readonly why: string;
  readonly samples: readonly {
    readonly found: string;
    readonly reads: string;
  }[];
  readonly others: readonly string[];
};

export type Register = {
  readonly id: string;
  readonly locationId: string;
  readonly code: string;
  readonly name: string;
  readonly archived: boolean;
};

export type RewardAct = {
  readonly eventNumber: number;
  readonly repeated: boolean;
};

export type RewardEntry = {
  readonly entry: number;
  readonly eventNumber: number;
  readonly what: string;
  /** Whole minor units (cents). */
  readonly delta: number;
  /** Whole minor units (cents). */
  readonly balanceAfter: number;
  readonly orderId: string | null;
  readonly reason: string;
  /** RFC 3339. */
  readonly recordedAt: string;
};

export type Role = {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly description: string;
  /** Its permissions belong to the program; its limits can be set. */
  readonly builtIn: boolean;
  readonly permissions: readonly string[];
  readonly limits: RoleLimits;
  /** How many people have it. */
  readonly people: number;
  readonly archived: boolean;
  readonly version: number;
};

/** How far one act goes. What is absent is not limited. */
export type RoleLimits = {
  /** Off the price of the list, parts per million. */
  readonly discountPpm?: number;
  /** Minor units by currency; nothing in a currency that is not named. */
  readonly discount?: Readonly<Record<string, number>>;
  /** Minor units by currency; nothing in a currency that is not named. */
  readonly refund?: Readonly<Record<string, number>>;
  /** Minor units by currency; nothing in a currency that is not named. */
  readonly stockAdjustment?: Readonly<Record<string, number>>;
};

export type SecondFactorNeeded = {
  /** Goes with the code to POST /session/second-factor. */
  readonly ticket: string;
  readonly methods: readonly ('code' | 'passkey')[];
  /** RFC 3339. */
  readonly expiresAt: string;
};

export type Session = {
  readonly person: Person;
  /** What the person may do somewhere; where, the grants say. */
  readonly permissions: readonly string[];
  readonly locations: readonly string[] | null;
  readonly entities: readonly string[] | null;
  readonly mustSetUp: 'second_factor' | null;
};

export type ShelfLabel = {
  readonly skuId: string;
  readonly code: string;
  readonly name: string;
  readonly currency: Currency;
  readonly baseUnit: string;
  readonly price: {
    readonly amount: number;
    readonly scale: number;
    readonly per: number;
  };
  readonly old: {
    readonly amount: number;
    readonly scale: number;
    readonly per: number;
  } | null;
  readonly markdown: boolean;
  /** Of a markdown the lowest price of the 30 days before (Directive 98/6/EC, article 6a). */
  readonly lowest30: {
    readonly amount: number;
    readonly scale: number;
    readonly per: number;
  } | null;
  readonly unitPrice: {
    /** Whole minor units (cents). */
    readonly amountMinor: number;
    readonly unit: 'kg' | 'l' | 'm';
  } | null;
  /** RFC 3339. */
  readonly startsAt: string;
  /** RFC 3339. */
  readonly label: string;
};

export type ShipmentAct = {
  readonly orderId: string;
  readonly number: string;
  readonly document: string | null;
  readonly status: 'placed' | 'part_shipped' | 'completed' | 'cancelled';
  readonly currency: Currency;
  /** Whole minor units (cents). */
  readonly netMinor: number;
  /** Whole minor units (cents). */
  readonly taxMinor: number;
  /** Whole minor units (cents). */
  readonly grossMinor: number;
  /** What rounding added to (or, negative, took off) the cash that paid; not part of the gross amount. */
  readonly cashRoundingMinor: number;
  readonly points: PointsMoved;
  /** Kept from a refund for points that are spent already. */
  readonly withheldMinor: number;
  /** What promotions took off, in the mode of the prices. */
  readonly discounts: readonly {
    readonly promotionId: string;
    /** Whole minor units (cents). */
    readonly amountMinor: number;
  }[];
  readonly vouchers: OrderVouchers;
  readonly eventNumber: number;
  readonly repeated: boolean;
  /** Gift cards that left with it, with the money of their lines on them. */
  readonly giftCards: readonly {
    readonly id: string;
    readonly line: number;
    /** Whole minor units (cents). */
    readonly amountMinor: number;
    readonly lastFour: string;
    /** Told this once. Null for a card that was there before, and in a preview. */
    readonly code: string | null;
  }[];
};

export type ShownPrice = {
  readonly channelId: string;
  readonly currency: string;
  readonly amount: number;
  readonly scale: number;
  readonly per: number;
  readonly taxInclusive: boolean;
};

export type SignedIn = {
  readonly person: Person;
  /** What the person may do somewhere; where, the grants say. */
  readonly permissions: readonly string[];
  readonly locations: readonly string[] | null;
  readonly entities: readonly string[] | null;
  readonly mustSetUp: 'second_factor' | null;
  /** For programs: Authorization: Bearer. Browsers have it in a cookie, where no script reads it. */
  readonly token?: string;
  /** RFC 3339. */
  readonly expiresAt: string;
};

export type Sku = {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly gtin: string | null;
  readonly kind: string;
  readonly baseUnit: string;
  readonly packSizes: readonly {
    readonly name: string;
    /** Base units of the SKU. */
    readonly quantity: number;
  }[];
  readonly taxClass: string | null;
  readonly archivedAt: string | null;
  readonly version: number;
  readonly parts: readonly {
    readonly skuId: string;
    readonly quantity: number;
  }[];
  readonly prices: readonly ShownPrice[];
};

export type StaffGrant = {
  readonly id: string;
  readonly role: string;
  readonly entityId: string | null;
  readonly locationId: string | null;
  readonly validFrom: string | null;
  readonly validUntil: string | null;
  /** Whether it holds now. */
  readonly holds: boolean;
};

export type StaffPerson = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly locale: string;
  readonly version: number;
  readonly deactivatedAt: string | null;
  readonly hasPassword: boolean;
  readonly lastSeenAt: string | null;
  readonly grants: readonly StaffGrant[];
};

export type StateTaxRegistration = {
  readonly entityId: string;
  readonly jurisdiction: string;
  readonly taxNumber: string;
  /** YYYY-MM-DD. */
  readonly validFrom: string;
  readonly validUntil: string | null;
};

export type StockLevel = {
  readonly id: string;
  readonly skuId: string;
  readonly skuCode: string;
  readonly skuName: string;
  readonly productId: string;
  readonly baseUnit: string;
  readonly locationId: string;
  readonly condition: string;
  readonly lot: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly available: number;
  readonly incoming: number;
  readonly shortfall: number;
  readonly backordered: number;
  readonly safety: number;
};

export type StockMovement = {
  readonly move: number;
  readonly eventNumber: number;
  readonly eventType: string;
  readonly delta: number;
  readonly netAfter: number;
  readonly reason: string;
  /** Null for those who may not see the books. */
  readonly costMinor: number | null;
  readonly currency: Currency | null;
  readonly orderId: string | null;
  readonly orderNumber: string | null;
  readonly document: string | null;
  /** RFC 3339. */
  readonly recordedAt: string;
};

export type StockPromise = {
  readonly kind: 'order' | 'reservation';
  readonly id: string;
  readonly number: string | null;
  readonly quantity: number;
  readonly expiresAt: string | null;
  readonly since: string | null;
};

export type Task = {
  readonly id: string;
  readonly kind: 'promotion_overused' | 'reward_overdrawn' | 'gift_card_not_charged' | 'payment_failed';
  readonly state: 'open' | 'done';
  /** The event that it came from. */
  readonly eventNumber: number;
  readonly entityId: string | null;
  readonly locationId: string | null;
  readonly orderId: string | null;
  readonly orderNumber: string | null;
  readonly items: readonly {
    readonly what:
      | 'promotion'
      | 'promotion_of_customer'
      | 'coupon'
      | 'gift_card'
      | 'store_credit'
      | 'points'
      | 'payment';
    /** Of a promotion its name, of a gift card its last four symbols, else empty. */
    readonly name: string;
    readonly promotionId: string | null;
    readonly giftCardId: string | null;
    readonly paymentId: string | null;
    readonly customerId: string | null;
    readonly customerNumber: string | null;
    /** Of the amounts; empty where there is none. */
    readonly currency: string;
    readonly amountMinor: number | null;
    readonly overuses: number | null;
    readonly points: number | null;
    readonly open: number | null;
    readonly reason: string | null;
  }[];
  /** RFC 3339. */
  readonly openedAt: string;
  readonly doneAt: string | null;
  readonly doneBy: string | null;
  readonly note: string;
};

export type TaxBuyer = {
  readonly customerId: string;
  readonly business: boolean;
  readonly vatId: string | null;
  readonly exemptions: readonly {
    readonly jurisdiction: string;
    readonly reason: string;
    /** YYYY-MM-DD. */
    readonly validFrom: string;
    readonly validUntil: string | null;
  }[];
  readonly version: number;
};

export type TaxExemption = {
  readonly id: string;
  readonly customerId: string;
  readonly jurisdiction: string;
  readonly reason: string;
  readonly certificate: string | null;
  /** YYYY-MM-DD. */
  readonly validFrom: string;
  readonly validUntil: string | null;
  readonly version: number;
};

export type TaxJurisdiction = {
  readonly code: string;
  readonly name: string;
  readonly system: 'vat' | 'gst_split' | 'sales_tax';
  readonly taxCode: string;
  readonly rounding: {
    readonly scope: 'line' | 'document';
    readonly parts: 'each' | 'together';
    readonly stepMinor: number;
  };
  readonly shipping: 'own' | 'goods' | 'untaxed';
  readonly deposits: 'taxed' | 'outside';
  readonly sourcing: 'destination' | 'origin';
};

export type TaxRate = {
  readonly country: string;
  readonly taxClass: string;
  /** YYYY-MM-DD. */
  readonly validFrom: string;
  /** Parts per million: 200000 is 20 %. */
  readonly ratePpm: number;
  /** As it stands on receipts. */
  readonly name: string;
};

export type TaxRateImport = {
  readonly taken: number;
  readonly left: number;
  readonly rows: readonly {
    readonly line: number;
    readonly what: 'new' | 'same' | 'changed' | 'past' | 'twice' | 'malformed';
    readonly jurisdiction: string;
    readonly code: string;
    readonly taxClass: string;
    readonly validFrom: string | null;
    readonly ratePpm: number;
    readonly beforePpm: number | null;
    readonly problems: readonly {
      readonly column: string;
      readonly reason: string;
      readonly text: string;
    }[];
  }[];
};

export type TaxRegistration = {
  readonly entityId: string;
  readonly country: string;
  readonly taxNumber: string;
  /** YYYY-MM-DD. */
  readonly validFrom: string;
  readonly validTo: string | null;
};

export type TaxReport = {
  readonly entityId: string;
  /** YYYY-MM-DD. */
  readonly from: string;
  /** YYYY-MM-DD. */
  readonly through: string;
  readonly entityCurrency: Currency;
  readonly rows: readonly {
    /** Empty: nobody said whose tax it is. */
    readonly jurisdiction: string;
    readonly code: string;
    readonly ratePpm: number;
    /** Only `taxed` is owed by the legal entity. */
    readonly treatment: string;
    readonly currency: Currency;
    /** Whole minor units (cents). */
    readonly baseMinor: number;
    /** Whole minor units (cents). */
    readonly taxMinor: number;
    /** Whole minor units (cents). */
    readonly entityBaseMinor: number;
    /** Whole minor units (cents). */
    readonly entityTaxMinor: number;
  }[];
  readonly jurisdictions: readonly {
    readonly jurisdiction: string;
    /** Whole minor units (cents). */
    readonly entityBaseMinor: number;
    /** Whole minor units (cents). */
    readonly entityTaxMinor: number;
  }[];
  /** Whole minor units (cents). */
  readonly owedMinor: number;
  /** What the account of output tax came to. */
  readonly ledgerMinor: number;
  /** What was posted to that account by hand: payments to the tax office, corrections. */
  readonly otherMinor: number;
};

export type Today = {
  /** RFC 3339. */
  readonly at: string;
  readonly totals: readonly {
    readonly currency: Currency;
    readonly sales: number;
    readonly units: number;
    /** Whole minor units (cents). */
    readonly grossMinor: number;
    /** Whole minor units (cents). */
    readonly netMinor: number;
    readonly lastWeekSales: number;
    /** Until the same time of the day a week ago. */
    readonly lastWeekMinor: number;
  }[];
  readonly channels: readonly {
    readonly channelId: string;
    readonly currency: Currency;
    readonly sales: number;
    readonly units: number;
    /** Whole minor units (cents). */
    readonly grossMinor: number;
    /** Whole minor units (cents). */
    readonly netMinor: number;
    readonly lastWeekSales: number;
    /** Until the same time of the day a week ago. */
    readonly lastWeekMinor: number;
    /** Gross by hour of the business day, null for hours to come. */
    readonly hours: readonly (number | null)[];
    readonly lastWeekHours: readonly number[];
  }[];
  readonly locations: readonly {
    readonly locationId: string;
    readonly currency: Currency;
    readonly sales: number;
    readonly units: number;
    /** Whole minor units (cents). */
    readonly grossMinor: number;
    /** Whole minor units (cents). */
    readonly netMinor: number;
    readonly lastWeekSales: number;
    /** Until the same time of the day a week ago. */
    readonly lastWeekMinor: number;
  }[];
  readonly low: readonly {
    readonly levelId: string;
    readonly skuId: string;
    readonly skuCode: string;
    readonly skuName: string;
    readonly locationId: string;
    readonly available: number;
    readonly safety: number;
    readonly incoming: number;
    readonly sold: number;
  }[];
  readonly lastOrders: readonly {
    readonly id: string;
    readonly number: string;
    readonly kind: 'order' | 'till_sale' | 'marketplace_order' | 'return';
    readonly status: 'placed' | 'part_shipped' | 'completed' | 'cancelled';
    readonly channelId: string;
    readonly sellingLocationId: string;
    readonly customerName: string | null;
    readonly currency: Currency;
    /** Whole minor units (cents). */
    readonly grossMinor: number;
    /** RFC 3339. */
    readonly placedAt: string;
  }[];
  readonly openOrders: number;
  /** Stock levels that have promised more than they hold. */
  readonly backorders: number;
  /** Stock levels of which more was handed over than the books had. */
  readonly shortfalls: number;
  readonly quarantine: number;
};

export type UnitPrice = {
  /** Whole minor units (cents). */
  readonly amount: number;
  readonly currency: Currency;
  /** Digits below the minor unit. */
  readonly scale?: number;
  /** Base units that the amount pays for. */
  readonly per?: number;
};

export type Webhook = {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly types: readonly string[];
  readonly filter: {
    readonly entityIds?: readonly string[];
    readonly locationIds?: readonly string[];
    readonly channelIds?: readonly string[];
    readonly subjectIds?: readonly string[];
    readonly fields?: readonly (
      | {
          /** Names in the body of the event, with points between them: `totals.grossMinor`, `lines.0.skuId`. */
          readonly field: string;
          readonly is: 'equal' | 'not_equal' | 'less' | 'at_most' | 'more' | 'at_least';
          readonly value: string | number | boolean | null;
        }
      | {
          /** Names in the body of the event, with points between them: `totals.grossMinor`, `lines.0.skuId`. */
          readonly field: string;
          readonly is: 'one_of';
          readonly values: readonly (string | number | boolean | null)[];
        }
      | {
          /** Names in the body of the event, with points between them: `totals.grossMinor`, `lines.0.skuId`. */
          readonly field: string;
          readonly is: 'there' | 'missing';
        }
    )[];
  };
  /** Whether the body of the event goes along. */
  readonly withBody: boolean;
  /** Whose grants say which events are sent. */
  readonly ownerId: string;
  readonly isOwn: boolean;
  readonly disabledAt: string | null;
  readonly disabledReason: 'by_hand' | 'gone' | 'failing' | 'owner_left' | null;
  /** RFC 3339. */
  readonly createdAt: string;
  /** Every event up to this number was looked at. */
  readonly position: number;
  /** Events that are still to be told of those. */
  readonly waiting: number;
  readonly lastSuccessAt: string | null;
  readonly failingSince: string | null;
  readonly lastProblem: string | null;
  readonly version: number;
};

export type WebhookCall = {
  readonly id: string;
  /** RFC 3339. */
  readonly at: string;
  /** 0 for a call for trying out. */
  readonly eventNumber: number;
  readonly messageId: string;
  readonly attempt: number;
  readonly outcome: 'delivered' | 'failed' | 'given_up';
  readonly status: number | null;
  readonly problem: string | null;
  /** The first 4 KiB of what was answered. */
  readonly answer: string;
  readonly tookMs: number;
};

/** What each operation takes and gives. */
export type Operations = {
  /** Accept an invitation: choose a password and be signed in */
  readonly acceptInvitation: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      readonly token: string;
      readonly name?: string;
      readonly password: string;
    };
    readonly answer: SignedIn;
  };
  /** Put customers into a group */
  readonly addGroupCustomers: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly customerIds: readonly string[];
    };
    readonly answer: {
      readonly changed: number;
    };
  };
  /** Keep the passkey that the browser made; gives a new session. */
  readonly addPasskey: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      readonly ticket: string;
      readonly name: string;
      readonly answer: {
        readonly id: string;
        readonly rawId: string;
        readonly type: 'public-key';
        readonly response: {
          readonly clientDataJSON: string;
          readonly attestationObject: string;
          readonly transports?: readonly string[];
          readonly authenticatorData?: string;
          readonly publicKey?: string;
          readonly publicKeyAlgorithm?: number;
        };
        readonly clientExtensionResults: Readonly<Record<string, unknown>>;
        readonly authenticatorAttachment?: string | null;
      };
    };
    readonly answer: SignedIn;
  };
  /** Put up to 400 prices into a draft, all or none */
  readonly addPriceChangeRows: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly rows: readonly {
        readonly priceListId: string;
        readonly skuId?: string;
        /** Of the SKU, instead of its id. */
        readonly code?: string;
        readonly minQuantity?: number;
        readonly amount: number;
        readonly scale?: number;
        readonly per?: number;
      }[];
    };
    readonly answer: {
      readonly added: number;
    };
  };
  /** Further variants of a product */
  readonly addVariants: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly variants: readonly {
        readonly name?: string;
        readonly options?: Readonly<Record<string, string>>;
        readonly skus: readonly {
          /** Printable ASCII, without spaces at the ends. */
          readonly code: string;
          readonly name?: string;
          readonly gtin?: string;
          readonly kind?: 'goods' | 'service' | 'shipping' | 'discount' | 'voucher' | 'bundle' | 'adjustment';
          readonly baseUnit?: 'piece' | 'gram' | 'millilitre' | 'millimetre';
          readonly packSizes?: readonly {
            readonly name: string;
            /** Base units of the SKU. */
            readonly quantity: number;
          }[];
          readonly taxClass?: string;
          readonly parts?: readonly {
            readonly skuId: string;
            /** Base units of the SKU. */
            readonly quantity: number;
          }[];
        }[];
      }[];
    };
    readonly answer: {
      readonly variants: readonly {
        readonly id: string;
        readonly skus: readonly {
          readonly id: string;
          readonly code: string;
        }[];
      }[];
    };
  };
  /** Units are gone or were found */
  readonly adjustStock: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly locationId: string;
      readonly lines: readonly {
        readonly skuId: string;
        /** Base units more or fewer. */
        readonly delta: number;
        readonly reason: 'damaged' | 'stolen' | 'expired' | 'found' | 'own_use' | 'sample' | 'correction';
        readonly lot?: string;
      }[];
    };
    readonly answer: {
      readonly eventNumber: number;
      readonly repeated: boolean;
      readonly currency: Currency;
      /** Whole minor units (cents). */
      readonly lossMinor: number;
      /** Whole minor units (cents). */
      readonly gainMinor: number;
      /** Whole minor units (cents). */
      readonly shortfallEstimatedMinor: number;
      /** Whole minor units (cents). */
      readonly shortfallActualMinor: number;
      readonly adjustmentId: string;
      readonly lines: readonly {
        readonly skuId: string;
        readonly delta: number;
        readonly reason: string;
        /** Whole minor units (cents). */
        readonly valueMinor: number;
      }[];
    };
  };
  /** End a promotion for good */
  readonly archivePromotion: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly version: number;
    };
    readonly answer: {
      readonly id: string;
      readonly version: number;
      readonly belowCost: readonly {
        readonly skuId: string;
        readonly channelId: string;
        readonly netMinor: number;
        readonly costMinor: number;
        readonly marginMinor: number;
      }[];
    };
  };
  /** Put a role of our own away */
  readonly archiveRole: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: Readonly<Record<string, never>>;
    readonly answer: {
      readonly id: string;
      readonly version: number;
    };
  };
  /** Get a link for a new password by e-mail. */
  readonly askForPasswordReset: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      readonly email: string;
    };
    readonly answer: undefined;
  };
  /** Block a badge for good, at once */
  readonly blockBadge: {
    readonly params: { readonly id: string; readonly badgeId: string };
    readonly query: { readonly preview?: boolean };
    readonly body: Readonly<Record<string, never>>;
    readonly answer: {
      readonly personId: string;
    };
  };
  /** Stop a gift card */
  readonly blockGiftCard: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly locationId: string;
      /** Not about a person: it is kept for ever. */
      readonly reason: string;
    };
    readonly answer: RewardAct;
  };
  /** Book a fee, a bill or a write-off that no sale brings */
  readonly bookExpense: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly locationId: string;
      readonly channelId?: string;
      readonly kind:
        | 'payment_fee'
        | 'marketplace_fee'
        | 'carrier'
        | 'carrier_invoice'
        | 'bank_charge'
        | 'bad_debt'
        | 'till_difference'
        | 'other';
      readonly amountMinor: number;
      readonly currency?: Currency;
      readonly paidFrom?: 'bank' | 'card_clearing' | 'marketplace_clearing' | 'carrier_accrual' | 'receivable' | 'cash';
      /** YYYY-MM-DD. */
      readonly day?: string;
      /** What for. No names of people. */
      readonly note?: string;
    };
    readonly answer: {
      readonly eventNumber: number;
      readonly repeated: boolean;
      readonly expenseId: string;
      readonly debit: string;
      readonly credit: string;
      readonly currency: Currency;
      /** Whole minor units (cents). */
      readonly amountMinor: number;
      readonly note: string;
    };
  };
  /** Stop it after the rows that are being done; what was taken in stays and can be undone */
  readonly cancelImport: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: Readonly<Record<string, never>>;
    readonly answer: {
      readonly id: string;
      readonly state:
        | 'uploading'
        | 'checking'
        | 'needs_choice'
        | 'checked'
        | 'running'
        | 'done'
        | 'cancelled'
        | 'failed'
        | 'undoing'
        | 'undone';
    };
  };
  /** What has not left yet will not leave */
  readonly cancelOrder: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly lines?: readonly {
        readonly line: number;
        /** Base units of the SKU. */
        readonly quantity: number;
      }[];
      /** Not about a person: it is kept for ever. */
      readonly reason: string;
    };
    readonly answer: OrderAct;
  };
  /** Call a price change off before it begins */
  readonly cancelPriceChange: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: undefined;
    readonly answer: {
      readonly id: string;
      readonly state: 'draft' | 'staging' | 'scheduled' | 'cancelled' | 'undone';
    };
  };
  /** Change my password; every other session ends. */
  readonly changePassword: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      readonly current?: string;
      readonly password: string;
    };
    readonly answer: SignedIn;
  };
  /** Change for whom and until when a list holds, and its percentage */
  readonly changePriceList: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly name: string;
      /** The higher one is asked first. */
      readonly priority: number;
      /** None named: all. */
      readonly channelIds: readonly string[];
      /** None named: all. */
      readonly locationIds: readonly string[];
      /** None named: all. */
      readonly customerGroupIds: readonly string[];
      /** By how much the base list is dearer or, below nought, cheaper, in parts per million; 0 for prices of its own only. */
      readonly adjustPpm: number;
      /** What calculated prices end in. */
      readonly ending: 'none' | '00' | '95' | '99';
      readonly currency: Currency;
      readonly taxInclusive: boolean;
      /** RFC 3339. */
      readonly validFrom?: string;
      /** RFC 3339. */
      readonly validUntil?: string;
      readonly version: number;
    };
    readonly answer: {
      readonly id: string;
      readonly version: number;
    };
  };
  /** Have the file looked through: nothing is written, every problem is told */
  readonly checkImport: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly encoding?: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'macintosh';
      readonly separator?: ',' | ';' | '	' | '|';
      /** By field: what stands before the decimals. */
      readonly numbers?: Readonly<Record<string, 'point' | 'comma'>>;
      /** By field: the order of day, month and year. */
      readonly dates?: Readonly<Record<string, 'ymd' | 'dmy' | 'mdy'>>;
      /** Field → name of the column that holds it; the empty text takes a field away. */
      readonly columns?: Readonly<Record<string, string>>;
      /** Whose prices they are. Without it prices are not taken in. */
      readonly channelId?: string;
      /** Where the stock is. Without it stock is not taken in. */
      readonly locationId?: string;
      /** Where products without a category go. */
      readonly categoryId?: string;
      readonly pictures?: boolean;
      readonly stock?: 'opening' | 'count';
    };
    readonly answer: {
      readonly id: string;
      readonly state:
        | 'uploading'
        | 'checking'
        | 'needs_choice'
        | 'checked'
        | 'running'
        | 'done'
        | 'cancelled'
        | 'failed'
        | 'undoing'
        | 'undone';
    };
  };
  /** Close the books of a legal entity up to and including a day */
  readonly closePeriod: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly entityId: string;
      /** YYYY-MM-DD. */
      readonly through: string;
    };
    readonly answer: {
      readonly eventNumber: number;
      readonly repeated: boolean;
      readonly entityId: string;
      /** YYYY-MM-DD. */
      readonly through: string;
    };
  };
  /** Say that a task is done, and what was done */
  readonly completeTask: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      /** What was done. */
      readonly note?: string;
    };
    readonly answer: {
      readonly id: string;
    };
  };
  /** Prove once more that it is me, by one of: password, code, passkey. */
  readonly confirmIdentity: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      readonly password?: string;
      readonly code?: string;
      readonly passkey?: {
        readonly ticket: string;
        readonly answer: {
          readonly id: string;
          readonly rawId: string;
          readonly type: 'public-key';
          readonly response: {
            readonly clientDataJSON: string;
            readonly authenticatorData: string;
            readonly signature: string;
            readonly userHandle?: string;
          };
          readonly clientExtensionResults: Readonly<Record<string, unknown>>;
          readonly authenticatorAttachment?: string | null;
        };
      };
    };
    readonly answer: SignedIn;
  };
  /** Somebody counted */
  readonly countStock: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly locationId: string;
      readonly lines: readonly {
        readonly skuId: string;
        readonly counted: number;
        readonly lot?: string;
      }[];
    };
    readonly answer: {
      readonly eventNumber: number;
      readonly repeated: boolean;
      readonly currency: Currency;
      /** Whole minor units (cents). */
      readonly lossMinor: number;
      /** Whole minor units (cents). */
      readonly gainMinor: number;
      /** Whole minor units (cents). */
      readonly shortfallEstimatedMinor: number;
      /** Whole minor units (cents). */
      readonly shortfallActualMinor: number;
      readonly countId: string;
      readonly lines: readonly {
        readonly skuId: string;
        readonly counted: number;
        readonly delta: number;
        /** Whole minor units (cents). */
        readonly valueMinor: number;
      }[];
    };
  };
  /** How many tasks are open */
  readonly countTasks: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      /** 100 stands for as many and more. */
      readonly open: number;
    };
  };
  /** How many webhooks need a person: disabled by failures, or failing for a quarter of an hour */
  readonly countWebhookTroubles: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly troubled: number;
    };
  };
  /** Make a key for a program */
  readonly createApiKey: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly name: string;
      /** A sandbox key works on a copy of the demo retailer and never on these books. `key` unless told. */
      readonly kind?: 'key' | 'sandbox';
      readonly permissions: readonly string[];
      readonly entityIds?: readonly string[];
      readonly locationIds?: readonly string[];
      readonly limits?: RoleLimits;
      readonly expiresAt?: string | null;
      /** Requests a minute, all the time. */
      readonly perMinute?: number;
      /** Requests at once. */
      readonly burst?: number;
    };
    readonly answer: {
      readonly id: string;
      readonly start: string;
      readonly expiresAt: string | null;
      readonly secret: string | null;
    };
  };
  /** A new category */
  readonly createCategory: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly name: string;
      readonly parentId?: string;
      readonly taxClass?: string;
      readonly position?: number;
    };
    readonly answer: Category;
  };
  /** Make up to 10,000 codes for a promotion that needs one */
  readonly createCoupons: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly name: string;
      readonly codes: number;
      readonly usesEach?: number;
      /** RFC 3339. */
      readonly validUntil?: string;
    };
    readonly answer: {
      readonly id: string;
      readonly codes: number;
    };
  };
  /** A new customer */
  readonly createCustomer: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly name?: string;
      readonly email?: string;
      readonly phone?: string;
      readonly address?: {
        readonly line1?: string;
        readonly line2?: string;
        readonly postcode?: string;
        readonly city?: string;
        readonly region?: string;
      };
      readonly country?: string;
    };
    readonly answer: {
      readonly id: string;
      readonly number: string;
      readonly version: number;
    };
  };
  /** A new group of customers */
  readonly createCustomerGroup: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly code: string;
      readonly name: string;
    };
    readonly answer: {
      readonly id: string;
      readonly code: string;
    };
  };
  /** Begin an import */
  readonly createImport: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly kind: 'products' | 'customers' | 'stock' | 'prices' | 'opening_balances' | 'comparison';
      readonly format: 'shopify' | 'woocommerce' | 'magento' | 'oneshelf';
      readonly fileName: string;
    };
    readonly answer: {
      readonly id: string;
      readonly state:
        | 'uploading'
        | 'checking'
        | 'needs_choice'
        | 'checked'
        | 'running'
        | 'done'
        | 'cancelled'
        | 'failed'
        | 'undoing'
        | 'undone';
    };
  };
  /** A new rule; it is off until it is turned on */
  readonly createOfferRule: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly name: string;
      readonly promotionId: string;
      readonly event: 'sale' | 'order_placed' | 'order_handed_over' | 'return' | 'cart_left';
      readonly when?: {
        readonly channelIds?: readonly string[];
        readonly locationIds?: readonly string[];
        readonly groupIds?: readonly string[];
        readonly minimum?: {
          readonly amountMinor: number;
          readonly currency: Currency;
        };
        readonly firstPurchase?: boolean;
        readonly everyDays?: number;
        /** Of a cart: for how long it was left; 60 unless told. */
        readonly afterMinutes?: number;
      };
      readonly validDays: number;
    };
    readonly answer: {
      readonly id: string;
      readonly version: number;
    };
  };
  /** Make a code by which a device is paired */
  readonly createPairingCode: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly name: string;
      readonly locationId: string;
      readonly registerId?: string | null;
      /** Of catalog:read, price:read, stock:read, stock:count, stock:receive, stock:reserve, customer:read, order:read, order:place, order:return, company:read, live:read, till:sell, till:sync. All of them that you hold here, unless told. */
      readonly permissions?: readonly string[];
    };
    readonly answer: {
      readonly code: string | null;
      /** RFC 3339. */
      readonly expiresAt: string;
    };
  };
  /** A draft of a price change */
  readonly createPriceChange: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly name: string;
      /** Announced as a reduction, and shown with the lowest price of the 30 days before. */
      readonly markdown?: boolean;
      /** RFC 3339. */
      readonly validUntil?: string;
    };
    readonly answer: {
      readonly id: string;
      readonly state: 'draft' | 'staging' | 'scheduled' | 'cancelled' | 'undone';
    };
  };
  /** A list above the base lists, for some channels, locations or customer groups */
  readonly createPriceList: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly name: string;
      /** The higher one is asked first. */
      readonly priority: number;
      /** None named: all. */
      readonly channelIds: readonly string[];
      /** None named: all. */
      readonly locationIds: readonly string[];
      /** None named: all. */
      readonly customerGroupIds: readonly string[];
      /** By how much the base list is dearer or, below nought, cheaper, in parts per million; 0 for prices of its own only. */
      readonly adjustPpm: number;
      /** What calculated prices end in. */
      readonly ending: 'none' | '00' | '95' | '99';
      readonly currency: Currency;
      readonly taxInclusive: boolean;
      /** RFC 3339. */
      readonly validFrom?: string;
      /** RFC 3339. */
      readonly validUntil?: string;
    };
    readonly answer: {
      readonly id: string;
      readonly version: number;
    };
  };
  /** A new product with its variants and SKUs */
  readonly createProduct: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly name: string;
      readonly description?: string;
      readonly categoryId: string;
      readonly attributes?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
      readonly variants: readonly {
        readonly name?: string;
        readonly options?: Readonly<Record<string, string>>;
        readonly skus: readonly {
          /** Printable ASCII, without spaces at the ends. */
          readonly code: string;
          readonly name?: string;
          readonly gtin?: string;
          readonly kind?: 'goods' | 'service' | 'shipping' | 'discount' | 'voucher' | 'bundle' | 'adjustment';
          readonly baseUnit?: 'piece' | 'gram' | 'millilitre' | 'millimetre';
          readonly packSizes?: readonly {
            readonly name: string;
            /** Base units of the SKU. */
            readonly quantity: number;
          }[];
          readonly taxClass?: string;
          readonly parts?: readonly {
            readonly skuId: string;
            /** Base units of the SKU. */
            readonly quantity: number;
          }[];
        }[];
      }[];
    };
    readonly answer: {
      readonly id: string;
      readonly version: number;
      readonly variants: readonly {
        readonly id: string;
        readonly skus: readonly {
          readonly id: string;
          readonly code: string;
        }[];
      }[];
    };
  };
  /** A new promotion; with preview what it would sell below cost */
  readonly createPromotion: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly name: string;
      readonly effect: PromotionEffect;
      readonly when?: {
        /** RFC 3339. */
        readonly from?: string;
        /** RFC 3339. */
        readonly until?: string;
        /** Minutes of the week at the place of sale; 0 is Monday 00:00. */
        readonly hours?: readonly {
          readonly from: number;
          readonly to: number;
        }[];
        readonly channelIds?: readonly string[];
        readonly locationIds?: readonly string[];
        readonly groupIds?: readonly string[];
        readonly firstOrder?: boolean;
        readonly employee?: boolean;
        readonly coupon?: boolean;
        readonly offer?: boolean;
        readonly minimum?: {
          readonly of: PromotionTarget;
          readonly amountMinor?: number;
          readonly quantity?: number;
        };
      };
      readonly limits?: {
        readonly uses?: number;
        readonly perCustomer?: number;
        readonly budgetMinor?: number;
      };
      readonly currency?: Currency;
      readonly except?: PromotionTarget;
      /** Codes that many may use. A promotion with codes needs one. */
      readonly codes?: readonly string[];
      readonly priority?: number;
      readonly choice?: 'best' | 'priority';
      readonly exclusive?: boolean;
      readonly stackingGroup?: string;
      readonly supplier?: {
        readonly name: string;
        /** Parts per million: 200000 is 20 %. */
        readonly sharePpm: number;
      };
    };
    readonly answer: {
      readonly id: string;
      readonly version: number;
      readonly belowCost: readonly {
        readonly skuId: string;
        readonly channelId: string;
        readonly netMinor: number;
        readonly costMinor: number;
        readonly marginMinor: number;
      }[];
    };
  };
  /** A role of our own */
  readonly createRole: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      /** Stays as it is. */
      readonly code: string;
      readonly name: string;
      readonly description?: string;
      readonly permissions: readonly string[];
      readonly limits?: RoleLimits;
    };
    readonly answer: {
      readonly id: string;
      readonly version: number;
    };
  };
  /** Ask to be told of events */
  readonly createWebhook: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly name: string;
      /** https, or http to a host that the settings allow. */
      readonly url: string;
      /** Types of events, `topic.*` for all of a topic, `*` for all but `security`. */
      readonly types: readonly string[];
      readonly filter?: {
        readonly entityIds?: readonly string[];
        readonly locationIds?: readonly string[];
        readonly channelIds?: readonly string[];
        readonly subjectIds?: readonly string[];
        readonly fields?: readonly (
          | {
              /** Names in the body of the event, with points between them: `totals.grossMinor`, `lines.0.skuId`. */
              readonly field: string;
              readonly is: 'equal' | 'not_equal' | 'less' | 'at_most' | 'more' | 'at_least';
              readonly value: string | number | boolean | null;
            }
          | {
              /** Names in the body of the event, with points between them: `totals.grossMinor`, `lines.0.skuId`. */
              readonly field: string;
              readonly is: 'one_of';
              readonly values: readonly (string | number | boolean | null)[];
            }
          | {
              /** Names in the body of the event, with points between them: `totals.grossMinor`, `lines.0.skuId`. */
              readonly field: string;
              readonly is: 'there' | 'missing';
            }
        )[];
      };
      readonly withBody?: boolean;
      /** Begin after this event; else with what happens from now on. */
      readonly after?: number;
    };
    readonly answer: {
      readonly id: string;
      readonly version: number;
      /** Told this once. Null when the request is a repeat: then take a new one. */
      readonly secret: string | null;
    };
  };
  /** Put money on a gift card that nobody paid: goodwill, promotion, or from the system before */
  readonly creditGiftCard: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly locationId: string;
      readonly currency?: Currency;
      /** Minor units of the currency. */
      readonly amountMinor: number;
      readonly reason: 'goodwill' | 'promotion' | 'opening';
      /** Not about a person: it is kept for ever. */
      readonly note: string;
    };
    readonly answer: RewardAct;
  };
  /** Somebody leaves: sessions end, nothing they asked for goes on, what they did stays */
  readonly deactivateStaff: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: Readonly<Record<string, never>>;
    readonly answer: {
      readonly id: string;
      readonly version: number;
      /** Open sessions that end. */
      readonly sessions: number;
      /** Requests for a second person that lapse. */
      readonly approvals: number;
      /** Grants that are kept, and hold again when the person comes back. */
      readonly grants: number;
    };
  };
  /** Approve or decline what somebody asked for */
  readonly decideApproval: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: {
      readonly decision: 'approve' | 'decline';
      /** Not about a person: it is kept for ever. */
      readonly note?: string;
      /** Who stands at the register: a badge, or a person and their PIN. */
      readonly shown?: {
        readonly registerId: string;
        readonly personId?: string;
        readonly pin?: string;
        readonly badge?: string;
      };
    };
    readonly answer: Approval;
  };
  /** Remove a webhook; its calls stay in the log until they are old */
  readonly deleteWebhook: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: undefined;
    readonly answer: {
      readonly id: string;
    };
  };
  /** Change a way to sell, close or open it again */
  readonly editChannel: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly version: number;
      readonly name?: string;
      readonly archived?: boolean;
      readonly defaultLocationId?: string;
      readonly commissionPpm?: number;
      /** Who declares the tax. What a marketplace collects is listed and not owed by us; it pays us without it. */
      readonly taxCollectedBy?: 'us' | 'marketplace';
    };
    readonly answer: Channel;
  };
  /** Change, archive or restore a customer */
  readonly editCustomer: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly name?: string;
      readonly email?: string;
      readonly phone?: string;
      readonly address?: {
        readonly line1?: string;
        readonly line2?: string;
        readonly postcode?: string;
        readonly city?: string;
        readonly region?: string;
      };
      readonly country?: string;
      readonly version: number;
      readonly archived?: boolean;
    };
    readonly answer: {
      readonly id: string;
      readonly number: string;
      readonly version: number;
    };
  };
  /** Change a legal entity, archive or restore it */
  readonly editEntity: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly version: number;
      readonly name?: string;
      readonly archived?: boolean;
      readonly address?: {
        readonly line1: string;
        readonly postcode: string;
        readonly city: string;
      };
    };
    readonly answer: LegalEntity;
  };
  /** Change a location, close or open it again */
  readonly editLocation: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly version: number;
      readonly name?: string;
      readonly archived?: boolean;
      readonly city?: string;
      readonly address?: {
        readonly line1: string;
        readonly postcode: string;
      };
      /** IANA, e.g. Europe/Lisbon. */
      readonly timeZone?: string;
      readonly cutOffHour?: number;
    };
    readonly answer: Location;
  };
  /** Another shape for a rule; what it granted stays granted */
  readonly editOfferRule: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly name: string;
      readonly promotionId: string;
      readonly event: 'sale' | 'order_placed' | 'order_handed_over' | 'return' | 'cart_left';
      readonly when?: {
        readonly channelIds?: readonly string[];
        readonly locationIds?: readonly string[];
        readonly groupIds?: readonly string[];
        readonly minimum?: {
          readonly amountMinor: number;
          readonly currency: Currency;
        };
        readonly firstPurchase?: boolean;
        readonly everyDays?: number;
        /** Of a cart: for how long it was left; 60 unless told. */
        readonly afterMinutes?: number;
      };
      readonly validDays: number;
      readonly version: number;
    };
    readonly answer: {
      readonly id: string;
      readonly version: number;
    };
  };
  /** Change, archive or restore a product */
  readonly editProduct: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly version: number;
      readonly name?: string;
      readonly description?: string;
      readonly categoryId?: string;
      readonly attributes?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
      readonly archived?: boolean;
    };
    readonly answer: {
      readonly id: string;
      readonly version: number;
    };
  };
  /** Another shape for a promotion; orders that are placed keep what they got */
  readonly editPromotion: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly name: string;
      readonly effect: PromotionEffect;
      readonly when?: {
        /** RFC 3339. */
        readonly from?: string;
        /** RFC 3339. */
        readonly until?: string;
        /** Minutes of the week at the place of sale; 0 is Monday 00:00. */
        readonly hours?: readonly {
          readonly from: number;
          readonly to: number;
        }[];
        readonly channelIds?: readonly string[];
        readonly locationIds?: readonly string[];
        readonly groupIds?: readonly string[];
        readonly firstOrder?: boolean;
        readonly employee?: boolean;
        readonly coupon?: boolean;
        readonly offer?: boolean;
        readonly minimum?: {
          readonly of: PromotionTarget;
          readonly amountMinor?: number;
          readonly quantity?: number;
        };
      };
      readonly limits?: {
        readonly uses?: number;
        readonly perCustomer?: number;
        readonly budgetMinor?: number;
      };
      readonly currency?: Currency;
      readonly except?: PromotionTarget;
      /** Codes that many may use. A promotion with codes needs one. */
      readonly codes?: readonly string[];
      readonly priority?: number;
      readonly choice?: 'best' | 'priority';
      readonly exclusive?: boolean;
      readonly stackingGroup?: string;
      readonly supplier?: {
        readonly name: string;
        /** Parts per million: 200000 is 20 %. */
        readonly sharePpm: number;
      };
      readonly version: number;
    };
    readonly answer: {
      readonly id: string;
      readonly version: number;
      readonly belowCost: readonly {
        readonly skuId: string;
        readonly channelId: string;
        readonly netMinor: number;
        readonly costMinor: number;
        readonly marginMinor: number;
      }[];
    };
  };
  /** Change a role, for everybody who has it */
  readonly editRole: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly version: number;
      readonly name?: string;
      readonly description?: string;
      readonly permissions?: readonly string[];
      readonly limits?: RoleLimits;
    };
    readonly answer: {
      readonly id: string;
      readonly version: number;
    };
  };
  /** Change, archive or restore a SKU */
  readonly editSku: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly version: number;
      readonly name?: string;
      readonly gtin?: string | null;
      readonly packSizes?: readonly {
        readonly name: string;
        /** Base units of the SKU. */
        readonly quantity: number;
      }[];
      readonly taxClass?: string | null;
      readonly archived?: boolean;
    };
    readonly answer: {
      readonly id: string;
      readonly version: number;
    };
  };
  /** Change the name, e-mail address or language of a person */
  readonly editStaff: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly version: number;
      readonly name?: string;
      readonly email?: string;
      readonly locale?: string;
    };
    readonly answer: {
      readonly id: string;
      readonly version: number;
    };
  };
  /** Change, disable or enable a webhook */
  readonly editWebhook: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly version: number;
      readonly name?: string;
      /** https, or http to a host that the settings allow. */
      readonly url?: string;
      /** Types of events, `topic.*` for all of a topic, `*` for all but `security`. */
      readonly types?: readonly string[];
      readonly filter?: {
        readonly entityIds?: readonly string[];
        readonly locationIds?: readonly string[];
        readonly channelIds?: readonly string[];
        readonly subjectIds?: readonly string[];
        readonly fields?: readonly (
          | {
              /** Names in the body of the event, with points between them: `totals.grossMinor`, `lines.0.skuId`. */
              readonly field: string;
              readonly is: 'equal' | 'not_equal' | 'less' | 'at_most' | 'more' | 'at_least';
              readonly value: string | number | boolean | null;
            }
          | {
              /** Names in the body of the event, with points between them: `totals.grossMinor`, `lines.0.skuId`. */
              readonly field: string;
              readonly is: 'one_of';
              readonly values: readonly (string | number | boolean | null)[];
            }
          | {
              /** Names in the body of the event, with points between them: `totals.grossMinor`, `lines.0.skuId`. */
              readonly field: string;
              readonly is: 'there' | 'missing';
            }
        )[];
      };
      readonly withBody?: boolean;
      readonly enabled?: boolean;
    };
    readonly answer: {
      readonly id: string;
      readonly version: number;
    };
  };
  /** End all my sessions but this one. */
  readonly endOtherSessions: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** End one of my sessions. */
  readonly endOwnSession: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** Set the last day of an exemption */
  readonly endTaxExemption: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      /** YYYY-MM-DD. */
      readonly validUntil: string;
      readonly version: number;
    };
    readonly answer: {
      readonly id: string;
      /** YYYY-MM-DD. */
      readonly validUntil: string;
      readonly version: number;
    };
  };
  /** Forget somebody, as far as the law lets us; the receipt says what stays until when. */
  readonly eraseCustomer: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: Readonly<Record<string, never>>;
    readonly answer: ErasureReceipt;
  };
  /** Forget somebody, as far as the law lets us; the receipt says what stays until when. */
  readonly erasePerson: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: Readonly<Record<string, never>>;
    readonly answer: ErasureReceipt;
  };
  /** Change a customer's points for a reward: store credit */
  readonly exchangePoints: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly locationId: string;
      readonly reward: string;
    };
    readonly answer: RewardAct;
  };
  /** Keep why a customer is not taxed somewhere */
  readonly exemptFromTax: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly customerId: string;
      /** A country (`GB`), a state (`US-CA`) or what lies in it (`US-CA-ALAMEDA`). */
      readonly jurisdiction: string;
      readonly reason: string;
      readonly certificate?: string;
      /** YYYY-MM-DD. */
      readonly validFrom: string;
      /** YYYY-MM-DD. */
      readonly validUntil?: string;
    };
    readonly answer: TaxExemption;
  };
  /** Take off what has run out; a job does it every day */
  readonly expireRewards: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly locationId: string;
    };
    readonly answer: RewardAct;
  };
  /** What I may do, and why */
  readonly explainOwnPermissions: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: PersonPermissions;
  };
  /** What this person may do, and why */
  readonly explainPermissions: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: PersonPermissions;
  };
  /** The price of a SKU for somebody, somewhere, some time, and why it is this one */
  readonly explainPrice: {
    readonly params: undefined;
    readonly query: {
      readonly sku: string;
      readonly channel: string;
      readonly location?: string;
      readonly customer?: string;
      readonly group?: string;
      readonly quantity?: number;
      readonly at?: string;
      readonly addedAt?: string;
    };
    readonly body: undefined;
    readonly answer: ExplainedPrice;
  };
  /** Everything as one archive that another installation can take in */
  readonly exportArchive: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: string;
  };
  /** The same as CSV, everything that fits. */
  readonly exportAudit: {
    readonly params: undefined;
    readonly query: {
      readonly actor?: string;
      readonly type?: string;
      readonly topic?: string;
      readonly subject?: string;
      readonly location?: string;
      readonly entity?: string;
      readonly origin?: string;
      readonly from?: string;
      readonly until?: string;
      readonly text?: string;
    };
    readonly body: undefined;
    readonly answer: string;
  };
  /** The codes of a batch, as CSV */
  readonly exportCoupons: {
    readonly params: { readonly id: string; readonly batchId: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: string;
  };
  /** Everything of one kind as CSV */
  readonly exportCsv: {
    readonly params: {
      readonly kind:
        | 'products'
        | 'prices'
        | 'stock'
        | 'stock_value'
        | 'customers'
        | 'orders'
        | 'order_lines'
        | 'payments'
        | 'journal'
        | 'accounts'
        | 'locations';
    };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: string;
  };
  /** Everything that is known of somebody, as a ZIP with JSON and CSV. */
  readonly exportCustomerData: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: string;
  };
  /** What is wrong with the file, as CSV */
  readonly exportImportProblems: {
    readonly params: { readonly id: string };
    readonly query: { readonly phase?: 'check' | 'run' | 'undo' };
    readonly body: undefined;
    readonly answer: string;
  };
  /** Everything that is known of somebody, as a ZIP with JSON and CSV. */
  readonly exportPersonData: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: string;
  };
  /** The postal areas, or those of a state, as CSV that can be imported again */
  readonly exportPostalAreas: {
    readonly params: undefined;
    readonly query: { readonly country?: string; readonly region?: string };
    readonly body: undefined;
    readonly answer: string;
  };
  /** The same as CSV, to be sent with the claim */
  readonly exportSupplierShares: {
    readonly params: undefined;
    readonly query: { readonly entity?: string; readonly from: string; readonly through: string };
    readonly body: undefined;
    readonly answer: string;
  };
  /** The rates that were taken in, as CSV that can be imported again */
  readonly exportTaxRates: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: string;
  };
  /** The same as CSV */
  readonly exportTaxReport: {
    readonly params: undefined;
    readonly query: { readonly entity: string; readonly from: string; readonly through: string };
    readonly body: undefined;
    readonly answer: string;
  };
  /** Up to 400 shelf labels of a store were changed */
  readonly finishShelfLabels: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly locationId: string;
      readonly labels: readonly {
        readonly skuId: string;
        /** RFC 3339. */
        readonly label: string;
      }[];
    };
    readonly answer: {
      readonly done: number;
    };
  };
  /** How many offers a rule would have granted in the last 30 days */
  readonly forecastOffers: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      readonly name: string;
      readonly promotionId: string;
      readonly event: 'sale' | 'order_placed' | 'order_handed_over' | 'return' | 'cart_left';
      readonly when?: {
        readonly channelIds?: readonly string[];
        readonly locationIds?: readonly string[];
        readonly groupIds?: readonly string[];
        readonly minimum?: {
          readonly amountMinor: number;
          readonly currency: Currency;
        };
        readonly firstPurchase?: boolean;
        readonly everyDays?: number;
        /** Of a cart: for how long it was left; 60 unless told. */
        readonly afterMinutes?: number;
      };
      readonly validDays: number;
    };
    readonly answer: {
      /** RFC 3339. */
      readonly since: string;
      /** What was looked at: the newest 5000 at most. */
      readonly seen: number;
      readonly granted: number;
      readonly customers: number;
      readonly not: readonly {
        readonly reason: string;
        readonly times: number;
      }[];
    };
  };
  /** Found a legal entity, with its chart of accounts */
  readonly foundEntity: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      /** Stands in the numbers of invoices. */
      readonly code: string;
      readonly name: string;
      /** ISO 3166-1 alpha-2. */
      readonly country: string;
      readonly functionalCurrency: Currency;
      readonly fiscalYearStartMonth?: number;
      readonly address?: {
        readonly line1: string;
        readonly postcode: string;
        readonly city: string;
      };
    };
    readonly answer: LegalEntity;
  };
  /** How I sign in. */
  readonly getAccount: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: OwnAccount;
  };
  /** Where backups go, when they are made and how many stay. */
  readonly getBackupPlan: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      /** Where backups go: a folder or a part of a bucket. */
      readonly place: string;
      /** The place is inside the folder of the database: lost with it. */
      readonly onOwnDisk: boolean;
      /** off, hourly, or a time of day in UTC. */
      readonly schedule: string;
      readonly nextAt: string | null;
      readonly keepDays: number;
      readonly keepWeeks: number;
      readonly keepMonths: number;
      /** Whether there is a key to encrypt with. */
      readonly encrypted: boolean;
    };
  };
  /** A customer */
  readonly getCustomer: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: Customer;
  };
  /** The receipt of an erasure. */
  readonly getCustomerErasure: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly receipt: ErasureReceipt | null;
    };
  };
  /** How far the retailer is on the way to the first sale */
  readonly getGettingStarted: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly steps: readonly {
        readonly step: 'company' | 'location' | 'channel' | 'products' | 'prices' | 'stock' | 'sale';
        readonly state: 'open' | 'skipped' | 'done';
      }[];
    };
  };
  /** A gift card and its history, newest first */
  readonly getGiftCard: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly card: GiftCard;
      readonly entries: readonly RewardEntry[];
    };
  };
  /** Whether the program is alive. */
  readonly getHealth: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly status: 'ok';
      readonly version: string;
    };
  };
  /** An import: what was recognised, what must be chosen, what it will do or did, and how far it is */
  readonly getImport: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: Import;
  };
  /** A picture */
  readonly getMedia: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: unknown;
  };
  /** A rule */
  readonly getOfferRule: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: OfferRule;
  };
  /** An order with its lines, payments, documents, returns and events */
  readonly getOrder: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: Order;
  };
  /** Which key this request carries and what it may do */
  readonly getOwnKey: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly id: string;
      readonly name: string;
      readonly permissions: readonly string[];
      /** Requests a minute, all the time. */
      readonly perMinute: number;
      /** Requests at once. */
      readonly burst: number;
    };
  };
  /** The receipt of an erasure. */
  readonly getPersonErasure: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly receipt: ErasureReceipt | null;
    };
  };
  /** A price change */
  readonly getPriceChange: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: PriceChange;
  };
  /** A product */
  readonly getProduct: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: Product;
  };
  /** What was earned, by channel or location */
  readonly getProfitAndLoss: {
    readonly params: undefined;
    readonly query: {
      readonly entity: string;
      readonly from: string;
      readonly to: string;
      readonly by?: 'none' | 'channel' | 'location';
    };
    readonly body: undefined;
    readonly answer: {
      readonly entityId: string;
      readonly currency: Currency;
      /** YYYY-MM-DD. */
      readonly from: string;
      /** YYYY-MM-DD. */
      readonly to: string;
      readonly by: string;
      readonly rows: readonly ProfitAndLossRow[];
      readonly total: ProfitAndLossRow;
      readonly accounts: Readonly<Record<string, readonly string[]>>;
    };
  };
  /** A promotion */
  readonly getPromotion: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: Promotion;
  };
  /** What is still to do before the doors are opened */
  readonly getReadiness: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly {
        readonly name: string;
        readonly weight: 'must' | 'should';
        /** Things that are not as they should be; 0 when all is well. */
        readonly count: number;
      }[];
    };
  };
  /** Whether requests can be served. */
  readonly getReady: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly status: 'ok';
      readonly version: string;
    };
  };
  /** Whether the sandbox is open */
  readonly getSandbox: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      /** closed: it is opened when the first sandbox key asks for something. */
      readonly state: 'closed' | 'opening' | 'open' | 'failed';
    };
  };
  /** Which roles need a second factor */
  readonly getSecondFactorPolicy: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      /** Whoever holds one of these, anywhere, needs a second factor. */
      readonly roleIds: readonly string[];
    };
  };
  /** Who I am and what I may do. */
  readonly getSession: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: Session;
  };
  /** The rates that the program brings along, as CSV that can be imported */
  readonly getShippedTaxRates: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: string;
  };
  /** A person with their roles */
  readonly getStaff: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: StaffPerson;
  };
  /** What the stock is worth, beside what the books say */
  readonly getStockValuation: {
    readonly params: undefined;
    readonly query: { readonly entity: string; readonly limit?: number; readonly after?: string };
    readonly body: undefined;
    readonly answer: {
      readonly entityId: string;
      readonly currency: Currency;
      /** Whole minor units (cents). */
      readonly valueMinor: number;
      /** Whole minor units (cents). */
      readonly ledgerMinor: number;
      /** Whole minor units (cents). */
      readonly differenceMinor: number;
      readonly areas: readonly {
        readonly id: string;
        readonly name: string;
        readonly method: string;
        readonly currency: Currency;
        readonly quantity: number;
        readonly shortQuantity: number;
        /** Whole minor units (cents). */
        readonly shortValueMinor: number;
        /** Whole minor units (cents). */
        readonly valueMinor: number;
        readonly ledgerMinor: number | null;
        readonly differenceMinor: number | null;
      }[];
      readonly items: readonly {
        readonly areaId: string;
        readonly skuId: string;
        readonly skuCode: string;
        readonly skuName: string;
        readonly quantity: number;
        readonly shortQuantity: number;
        /** Whole minor units (cents). */
        readonly valueMinor: number;
      }[];
      readonly next: string | null;
    };
  };
  /** What is wrong with the installation and what to do. */
  readonly getSystemHealth: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly state: 'ok' | 'warn' | 'bad';
      readonly version: string;
      /** RFC 3339. */
      readonly startedAt: string;
      readonly checks: readonly {
        readonly name: string;
        readonly title: string;
        /** unknown: it has not been looked at yet. */
        readonly state: 'ok' | 'warn' | 'bad' | 'unknown';
        /** Which of the things that this check can find, where there are several. */
        readonly reason: string | null;
        /** What is wrong. */
        readonly problem: string | null;
        /** What to do. */
        readonly remedy: string | null;
        readonly figures: Readonly<Record<string, number | string | null>>;
        readonly checkedAt: string | null;
        /** Since when it has been so, as far as this process knows. */
        readonly since: string | null;
        /** It is looked at only when somebody asks. */
        readonly onDemand: boolean;
        readonly running: boolean;
      }[];
    };
  };
  /** One task */
  readonly getTask: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: Task;
  };
  /** What taxes ask of a customer: a business or not, its VAT number, its exemptions */
  readonly getTaxBuyer: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: TaxBuyer;
  };
  /** Taxes of a legal entity by jurisdiction, tax, rate and treatment, and the account they tie to */
  readonly getTaxReport: {
    readonly params: undefined;
    readonly query: { readonly entity: string; readonly from: string; readonly through: string };
    readonly body: undefined;
    readonly answer: TaxReport;
  };
  /** Sales of today beside those of a week ago, and what needs a person */
  readonly getToday: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: Today;
  };
  /** What was posted to every ledger account of a legal entity, and its balance */
  readonly getTrialBalance: {
    readonly params: undefined;
    readonly query: { readonly entity: string; readonly through?: string; readonly from?: string };
    readonly body: undefined;
    readonly answer: {
      readonly entityId: string;
      readonly currency: Currency;
      readonly from: string | null;
      readonly through: string | null;
      readonly accounts: readonly {
        readonly code: string;
        readonly name: string;
        readonly kind: string;
        /** Whole minor units (cents). */
        readonly openingMinor: number;
        /** Whole minor units (cents). */
        readonly debitMinor: number;
        /** Whole minor units (cents). */
        readonly creditMinor: number;
        /** Whole minor units (cents). */
        readonly balanceMinor: number;
        readonly journalUrl: string;
      }[];
      /** Whole minor units (cents). */
      readonly openingMinor: number;
      /** Whole minor units (cents). */
      readonly debitMinor: number;
      /** Whole minor units (cents). */
      readonly creditMinor: number;
    };
  };
  /** How one can sign in here. */
  readonly getWaysIn: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly company: {
        readonly name: string | null;
      } | null;
    };
  };
  /** A webhook and how it fares */
  readonly getWebhook: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: Webhook;
  };
  /** What is sent of an event */
  readonly getWebhookMessage: {
    readonly params: { readonly id: string; readonly number: number };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly messageId: string;
      readonly url: string;
      readonly body: string;
    };
  };
  /** Give a person a role */
  readonly giveRole: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly roleId: string;
      readonly entityId?: string;
      readonly locationId?: string;
      /** RFC 3339. */
      readonly validFrom?: string;
      /** RFC 3339. */
      readonly validUntil?: string;
    };
    readonly answer: {
      readonly grantId: string;
      readonly personId: string;
    };
  };
  /** Give a customer points */
  readonly grantPoints: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly locationId: string;
      readonly points: number;
      /** Not about a person: it is kept for ever. */
      readonly reason: string;
    };
    readonly answer: RewardAct;
  };
  /** Give a customer store credit */
  readonly grantStoreCredit: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly locationId: string;
      readonly currency?: Currency;
      /** Minor units of the currency. */
      readonly amountMinor: number;
      readonly reason: 'goodwill' | 'promotion' | 'opening';
      /** Not about a person: it is kept for ever. */
      readonly note: string;
    };
    readonly answer: RewardAct;
  };
  /** Take in up to 5000 postal areas from CSV */
  readonly importPostalAreas: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly csv: string;
    };
    readonly answer: PostalAreaImport;
  };
  /** Take in up to 500 rates from CSV */
  readonly importTaxRates: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly csv: string;
    };
    readonly answer: TaxRateImport;
  };
  /** Invite somebody by e-mail, with a role */
  readonly invite: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly name: string;
      readonly email: string;
      readonly locale?: 'en' | 'es';
      readonly roleId: string;
      readonly entityId?: string;
      readonly locationId?: string;
    };
    readonly answer: {
      readonly id: string;
      readonly personId: string;
      /** RFC 3339. */
      readonly expiresAt: string;
    };
  };
  /** Give somebody a badge for registers */
  readonly issueBadge: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: Readonly<Record<string, never>>;
    readonly answer: {
      readonly id: string;
      readonly ending: string;
      readonly code: string | null;
    };
  };
  /** Make gift cards: their codes are told this once */
  readonly issueGiftCards: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly locationId: string;
      readonly currency?: Currency;
      readonly count: number;
      /** YYYY-MM-DD. */
      readonly expiresOn?: string;
    };
    readonly answer: {
      readonly eventNumber: number;
      readonly repeated: boolean;
      readonly cards: readonly {
        readonly id: string;
        readonly code: string;
      }[];
    };
  };
  /** Keys of programs, newest first */
  readonly listApiKeys: {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly after?: string };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly ApiKey[];
      readonly next: string | null;
    };
  };
  /** What waits for a second person: what I asked for and what I may decide */
  readonly listApprovals: {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly after?: string; readonly pending?: boolean };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly Approval[];
      readonly next: string | null;
    };
  };
  /** The backups, the latest first. */
  readonly listBackups: {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly after?: string };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly {
        readonly id: string;
        readonly cause: 'schedule' | 'person' | 'command';
        readonly state: 'running' | 'done' | 'failed';
        /** A folder or a part of a bucket. */
        readonly place: string;
        readonly name: string | null;
        /** RFC 3339. */
        readonly startedAt: string;
        readonly endedAt: string | null;
        /** When it was read back and found whole. */
        readonly verifiedAt: string | null;
        /** When it was taken away because it need not stay. */
        readonly removedAt: string | null;
        readonly doneBytes: number;
        /** What the tables take; 0 while that is not known. */
        readonly totalBytes: number;
        readonly bytes: number | null;
        readonly eventNumber: number | null;
        readonly encrypted: boolean;
        readonly trouble: string | null;
      }[];
      readonly next: string | null;
    };
  };
  /** All categories */
  readonly listCategories: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly Category[];
    };
  };
  /** Channels */
  readonly listChannels: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly Channel[];
    };
  };
  /** Codes that were made in bulk, the newest batch first */
  readonly listCouponBatches: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly {
        readonly id: string;
        readonly name: string;
        readonly codes: number;
        readonly usesEach: number;
        readonly validUntil: string | null;
        /** RFC 3339. */
        readonly createdAt: string;
      }[];
    };
  };
  /** Groups of customers that may have prices of their own */
  readonly listCustomerGroups: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly CustomerGroup[];
    };
  };
  /** Customers, newest first */
  readonly listCustomers: {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly after?: string; readonly search?: string };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly Customer[];
      readonly next: string | null;
    };
  };
  /** Paired devices, newest first */
  readonly listDevices: {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly after?: string };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly Device[];
      readonly next: string | null;
    };
  };
  /** Legal entities */
  readonly listEntities: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly LegalEntity[];
    };
  };
  /** What happened, in order, as far as the reader may see it. */
  readonly listEvents: {
    readonly params: undefined;
    readonly query: {
      readonly limit?: number;
      readonly after?: number;
      readonly type?: string;
      readonly types?: string;
      readonly filter?: string;
      readonly wait?: number;
    };
    readonly body: undefined;
    readonly answer: EventPage;
  };
  /** Exchange rates by pair and day */
  readonly listExchangeRates: {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly after?: string };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly ExchangeRate[];
      readonly next: string | null;
    };
  };
  /** Which acts need a second person, and from which amount on */
  readonly listFourEyes: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly FourEyesRule[];
    };
  };
  /** Gift cards, newest first */
  readonly listGiftCards: {
    readonly params: undefined;
    readonly query: {
      readonly limit?: number;
      readonly after?: string;
      readonly lastFour?: string;
      readonly state?: 'issued' | 'active' | 'blocked' | 'expired';
    };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly GiftCard[];
      readonly next: string | null;
    };
  };
  /** The customers of a group */
  readonly listGroupCustomers: {
    readonly params: { readonly id: string };
    readonly query: { readonly limit?: number; readonly after?: string };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly {
        readonly customerId: string;
        /** RFC 3339. */
        readonly since: string;
      }[];
      readonly next: string | null;
    };
  };
  /** The columns that are understood, by kind of file */
  readonly listImportFormats: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly {
        readonly format: 'shopify' | 'woocommerce' | 'magento' | 'oneshelf';
        readonly kind: 'products' | 'customers' | 'stock' | 'prices' | 'opening_balances' | 'comparison';
        readonly columns: readonly {
          readonly field: string;
          readonly names: readonly string[];
          readonly required: boolean;
          readonly says: string;
        }[];
      }[];
    };
  };
  /** What is wrong with the file, by line and column, and what is done about it */
  readonly listImportProblems: {
    readonly params: { readonly id: string };
    readonly query: {
      readonly limit?: number;
      readonly after?: string;
      readonly phase?: 'check' | 'run' | 'undo';
      readonly weight?: 'error' | 'warning' | 'note';
      readonly reason?: string;
    };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly ImportProblem[];
      readonly next: string | null;
    };
  };
  /** Imports, the newest first */
  readonly listImports: {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly after?: string };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly Import[];
      readonly next: string | null;
    };
  };
  /** Invitations that nobody has accepted yet, the newest first */
  readonly listInvitations: {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly after?: string };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly Invitation[];
      readonly next: string | null;
    };
  };
  /** Journal entries, newest first, each with the event that caused it */
  readonly listJournal: {
    readonly params: undefined;
    readonly query: {
      readonly limit?: number;
      readonly after?: string;
      readonly entity?: string;
      readonly account?: string;
      readonly from?: string;
      readonly to?: string;
      readonly channel?: string;
      readonly location?: string;
      readonly event?: number;
    };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly JournalEntry[];
      readonly next: string | null;
    };
  };
  /** All rates of tax by jurisdiction, tax and class, with their validity and source */
  readonly listJurisdictionTaxRates: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly JurisdictionTaxRate[];
    };
  };
  /** The chart of accounts */
  readonly listLedgerAccounts: {
    readonly params: undefined;
    readonly query: { readonly entity?: string };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly LedgerAccount[];
    };
  };
  /** Locations */
  readonly listLocations: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly Location[];
    };
  };
  /** The loyalty programmes: one a legal entity at most */
  readonly listLoyaltyProgrammes: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly LoyaltyProgramme[];
    };
  };
  /** What a rule granted, and carts that got nothing and why, the newest first */
  readonly listOfferGrants: {
    readonly params: { readonly id: string };
    readonly query: { readonly limit?: number; readonly after?: string };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly {
        readonly customerId: string;
        readonly customerNumber: string;
        readonly offerId: string | null;
        /** Why nothing was granted; empty where it was. */
        readonly reason: string;
        /** RFC 3339. */
        readonly happenedAt: string;
        readonly grantedAt: string | null;
        readonly validUntil: string | null;
        readonly used: boolean;
      }[];
      readonly next: string | null;
    };
  };
  /** Rules that offer promotions to customers for what they do, by name */
  readonly listOfferRules: {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly after?: string };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly OfferRule[];
      readonly next: string | null;
    };
  };
  /** Orders, sales and returns, newest first */
  readonly listOrders: {
    readonly params: undefined;
    readonly query: {
      readonly limit?: number;
      readonly after?: string;
      readonly status?: 'open' | 'placed' | 'part_shipped' | 'completed' | 'cancelled';
      readonly kind?: 'order' | 'till_sale' | 'marketplace_order' | 'return';
      readonly channel?: string;
      readonly search?: string;
    };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly OrderSummary[];
      readonly next: string | null;
    };
  };
  /** Where I am signed in, the last used first. */
  readonly listOwnSessions: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly OwnSession[];
    };
  };
  /** People and their grants, by name. */
  readonly listPeople: {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly after?: string };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly Person[];
      readonly next: string | null;
    };
  };
  /** Who may sign in at this register with a PIN, by name */
  readonly listPeopleAtRegister: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly {
        readonly id: string;
        readonly name: string;
      }[];
    };
  };
  /** A customer's points, when they run out, and their history */
  readonly listPoints: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly {
        readonly programmeId: string;
        readonly programme: string;
        readonly balance: number;
        readonly overdrawn: number;
        /** Whole minor units (cents). */
        readonly worthMinor: number;
        readonly currency: Currency;
        readonly tier: string | null;
        readonly lots: readonly {
          readonly expiresOn: string | null;
          readonly points: number;
          /** Whole minor units (cents). */
          readonly valueMinor: number;
        }[];
        readonly entries: readonly RewardEntry[];
      }[];
    };
  };
  /** In which county, city and districts postcodes lie; of one postcode also what is taxed there */
  readonly listPostalAreas: {
    readonly params: undefined;
    readonly query: {
      readonly limit?: number;
      readonly after?: string;
      readonly country?: string;
      readonly region?: string;
      readonly postcode?: string;
    };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly PostalArea[];
      readonly next: string | null;
      readonly resolved: {
        readonly region: string;
        readonly county: string | null;
        readonly city: string | null;
        readonly districts: readonly string[];
        /** What applies to the class `standard` today to what is shipped there, from the country down. */
        readonly rates: readonly {
          readonly jurisdiction: string;
          readonly code: string;
          readonly ratePpm: number;
          readonly source: string;
        }[];
      } | null;
    };
  };
  /** Of which states the postcodes are known */
  readonly listPostalRegions: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly PostalRegion[];
    };
  };
  /** The most that the law lets a SKU cost, by country and lot */
  readonly listPriceCeilings: {
    readonly params: undefined;
    readonly query: { readonly sku: string };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly PriceCeiling[];
    };
  };
  /** What a price change does: old price, new price, margin */
  readonly listPriceChangeRows: {
    readonly params: { readonly id: string };
    readonly query: { readonly limit?: number; readonly after?: string };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly PriceChangeRow[];
      readonly next: string | null;
    };
  };
  /** Price changes, the newest first */
  readonly listPriceChanges: {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly after?: string };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly PriceChange[];
      readonly next: string | null;
    };
  };
  /** The base lists of the channels and the lists above them */
  readonly listPriceLists: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly base: readonly PriceBaseList[];
      readonly overrides: readonly PriceOverrideList[];
    };
  };
  /** The prices of a SKU on all channels, also those to come */
  readonly listPrices: {
    readonly params: undefined;
    readonly query: { readonly sku: string };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly Price[];
    };
  };
  /** Products by name */
  readonly listProducts: {
    readonly params: undefined;
    readonly query: {
      readonly limit?: number;
      readonly after?: string;
      readonly search?: string;
      readonly category?: string;
      readonly archived?: boolean;
      readonly channel?: string;
    };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly Product[];
      readonly next: string | null;
    };
  };
  /** What was done to a promotion, the oldest first */
  readonly listPromotionHistory: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly {
        readonly number: number;
        readonly type: string;
        /** RFC 3339. */
        readonly at: string;
        readonly actorId: string | null;
        readonly actorName: string | null;
        /** The parts that are not as they were. */
        readonly changed: readonly string[];
      }[];
    };
  };
  /** Promotions by name */
  readonly listPromotions: {
    readonly params: undefined;
    readonly query: {
      readonly limit?: number;
      readonly after?: string;
      readonly search?: string;
      readonly state?: 'running' | 'scheduled' | 'ended' | 'archived';
    };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly Promotion[];
      readonly next: string | null;
    };
  };
  /** Facts that could not be read or believed, newest first */
  readonly listQuarantine: {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly after?: string; readonly resolved?: boolean };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly QuarantinedFact[];
      readonly next: string | null;
    };
  };
  /** Registers */
  readonly listRegisters: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly Register[];
    };
  };
  /** How long what is kept, and what the last run took away */
  readonly listRetention: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly {
        readonly what: 'invoices' | 'addresses' | 'sessions' | 'import_files';
        /** Empty: any other country, and what knows no countries. */
        readonly country: string;
        readonly years: number | null;
        readonly days: number | null;
        readonly basis: string;
      }[];
      readonly lastRun: {
        /** RFC 3339. */
        readonly at: string;
        readonly addresses: number;
        readonly sessions: number;
        readonly cards: number;
        readonly fileParts: number;
      } | null;
    };
  };
  /** Roles, what each may do and how far, and everything that can be allowed */
  readonly listRoles: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly Role[];
      /** Everything that can be allowed. */
      readonly permissions: readonly string[];
      readonly limits: readonly {
        readonly name: string;
        readonly permission: string;
        readonly of: string;
      }[];
    };
  };
  /** Shelf labels that a store has to change, before and after their prices begin */
  readonly listShelfLabels: {
    readonly params: undefined;
    readonly query: {
      readonly limit?: number;
      readonly after?: string;
      readonly location: string;
      readonly days?: number;
    };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly ShelfLabel[];
      readonly next: string | null;
    };
  };
  /** SKUs by name, code or GTIN; an exact code or GTIN comes first */
  readonly listSkus: {
    readonly params: undefined;
    readonly query: {
      readonly limit?: number;
      readonly after?: string;
      readonly search?: string;
      readonly channel?: string;
    };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly FoundSku[];
      readonly next: string | null;
    };
  };
  /** People who work here, by name, with their roles */
  readonly listStaff: {
    readonly params: undefined;
    readonly query: {
      readonly limit?: number;
      readonly after?: string;
      readonly search?: string;
      readonly role?: string;
      readonly deactivated?: boolean;
    };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly StaffPerson[];
      readonly next: string | null;
    };
  };
  /** With which states, and with the one-stop shop of the Union, legal entities are registered */
  readonly listStateTaxRegistrations: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly StateTaxRegistration[];
    };
  };
  /** What is there, what is promised and what may still be promised, by SKU and location */
  readonly listStock: {
    readonly params: undefined;
    readonly query: {
      readonly limit?: number;
      readonly after?: string;
      readonly search?: string;
      readonly location?: string;
      readonly sku?: string;
      readonly low?: boolean;
    };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly StockLevel[];
      readonly next: string | null;
    };
  };
  /** The movements whose sum is the figure, newest first */
  readonly listStockMovements: {
    readonly params: { readonly id: string };
    readonly query: { readonly limit?: number; readonly after?: string };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly StockMovement[];
      readonly next: string | null;
    };
  };
  /** Who holds what is promised: orders and reservations */
  readonly listStockPromises: {
    readonly params: { readonly id: string };
    readonly query: { readonly limit?: number; readonly after?: string };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly StockPromise[];
      readonly next: string | null;
    };
  };
  /** A customer's store credit and its history */
  readonly listStoreCredit: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly {
        readonly entityId: string;
        readonly currency: Currency;
        /** Whole minor units (cents). */
        readonly balanceMinor: number;
        /** Whole minor units (cents). */
        readonly overdrawnMinor: number;
        readonly entries: readonly RewardEntry[];
      }[];
    };
  };
  /** What suppliers pay of discounts, by supplier and promotion: of goods handed over in a period, less what came back */
  readonly listSupplierShares: {
    readonly params: undefined;
    readonly query: { readonly entity?: string; readonly from: string; readonly through: string };
    readonly body: undefined;
    readonly answer: {
      /** YYYY-MM-DD. */
      readonly from: string;
      /** YYYY-MM-DD. */
      readonly through: string;
      readonly rows: readonly {
        readonly supplier: string;
        readonly promotionId: string;
        readonly name: string;
        readonly currency: Currency;
        /** Base units of the lines that were lowered. */
        readonly pieces: number;
        /** Whole minor units (cents). */
        readonly discountMinor: number;
        /** What to claim. */
        readonly supplierMinor: number;
      }[];
    };
  };
  /** What a person must look at, newest first */
  readonly listTasks: {
    readonly params: undefined;
    readonly query: {
      readonly limit?: number;
      readonly after?: string;
      readonly state?: 'open' | 'done';
      readonly kind?: 'promotion_overused' | 'reward_overdrawn' | 'gift_card_not_charged' | 'payment_failed';
      readonly location?: string;
    };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly Task[];
      readonly next: string | null;
    };
  };
  /** Which customers are not taxed where, newest first */
  readonly listTaxExemptions: {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly after?: string; readonly customer?: string };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly ListedTaxExemption[];
      readonly next: string | null;
    };
  };
  /** Who taxes and how: rounding, shipping, deposits */
  readonly listTaxJurisdictions: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly TaxJurisdiction[];
    };
  };
  /** In which state, county, city and district locations are */
  readonly listTaxPlaces: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly LocationTaxPlace[];
    };
  };
  /** Rates of tax by country and class, also those to come */
  readonly listTaxRates: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly TaxRate[];
    };
  };
  /** Under which numbers the legal entities pay tax */
  readonly listTaxRegistrations: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly TaxRegistration[];
    };
  };
  /** Where somebody has a PIN, and their badges */
  readonly listWaysIn: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly pins: readonly {
        readonly locationId: string;
        /** RFC 3339. */
        readonly setAt: string;
        /** After too many wrong tries; a new PIN opens it again. */
        readonly locked: boolean;
      }[];
      readonly badges: readonly {
        readonly id: string;
        readonly ending: string;
        /** RFC 3339. */
        readonly issuedAt: string;
        readonly blockedAt: string | null;
      }[];
    };
  };
  /** The calls of the last thirty days, the newest first */
  readonly listWebhookCalls: {
    readonly params: { readonly id: string };
    readonly query: {
      readonly limit?: number;
      readonly after?: string;
      readonly outcome?: 'delivered' | 'failed' | 'given_up';
      readonly eventNumber?: number;
    };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly WebhookCall[];
      readonly next: string | null;
    };
  };
  /** Webhooks and how they fare */
  readonly listWebhooks: {
    readonly params: undefined;
    readonly query: { readonly limit?: number; readonly after?: string };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly Webhook[];
      readonly next: string | null;
    };
  };
  /** Who may do something at a place, and how far */
  readonly listWhoMay: {
    readonly params: undefined;
    readonly query: { readonly permission: string; readonly location?: string; readonly entity?: string };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly {
        readonly personId: string;
        readonly name: string;
        readonly role: string;
        readonly grantId: string;
        readonly limits: RoleLimits;
      }[];
    };
  };
  /** What changes, as it changes (server-sent events). */
  readonly live: {
    readonly params: undefined;
    readonly query: { readonly after?: number };
    readonly body: undefined;
    readonly answer: string;
  };
  /** Whom an invitation is for */
  readonly lookAtInvitation: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      readonly token: string;
    };
    readonly answer: {
      readonly name: string;
      readonly email: string;
    };
  };
  /** What is on a gift card, by its code */
  readonly lookUpGiftCard: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      readonly code: string;
    };
    readonly answer: GiftCard;
  };
  /** Begins a backup. */
  readonly makeBackup: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly id: string;
      readonly cause: 'schedule' | 'person' | 'command';
      readonly state: 'running' | 'done' | 'failed';
      /** A folder or a part of a bucket. */
      readonly place: string;
      readonly name: string | null;
      /** RFC 3339. */
      readonly startedAt: string;
      readonly endedAt: string | null;
      /** When it was read back and found whole. */
      readonly verifiedAt: string | null;
      /** When it was taken away because it need not stay. */
      readonly removedAt: string | null;
      readonly doneBytes: number;
      /** What the tables take; 0 while that is not known. */
      readonly totalBytes: number;
      readonly bytes: number | null;
      readonly eventNumber: number | null;
      readonly encrypted: boolean;
      readonly trouble: string | null;
    };
  };
  /** Ten new recovery codes, told once; the old ones are void. */
  readonly makeRecoveryCodes: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly recoveryCodes: readonly string[];
    };
  };
  /** Hang a category under another one, or to the top */
  readonly moveCategory: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly version: number;
      readonly parentId: string | null;
    };
    readonly answer: Category;
  };
  /** Offer a promotion to single customers, once each */
  readonly offerPromotion: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly customerIds: readonly string[];
      /** RFC 3339. */
      readonly validUntil?: string;
      /** What it was for: a visit, a forgotten cart. */
      readonly reason?: string;
    };
    readonly answer: {
      readonly offered: number;
    };
  };
  /** Open a way to sell, with its price list */
  readonly openChannel: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly entityId: string;
      /** Stands on receipts. */
      readonly code: string;
      readonly name: string;
      readonly kind: 'shop' | 'store' | 'marketplace' | 'call_centre';
      readonly currency: Currency;
      readonly defaultLocationId: string;
      readonly commissionPpm?: number;
      /** Who declares the tax. What a marketplace collects is listed and not owed by us; it pays us without it. */
      readonly taxCollectedBy?: 'us' | 'marketplace';
      /** Whether prices hold the tax already. */
      readonly taxInclusive: boolean;
    };
    readonly answer: Channel;
  };
  /** Open a location */
  readonly openLocation: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly entityId: string;
      /** Stands on receipts. */
      readonly code: string;
      readonly name: string;
      readonly kind: 'store' | 'warehouse' | 'third_party' | 'drop_ship';
      readonly city?: string;
      readonly address?: {
        readonly line1: string;
        readonly postcode: string;
      };
      readonly country: string;
      /** IANA, e.g. Europe/Lisbon. */
      readonly timeZone: string;
      /** Until this hour a sale counts for the day before. */
      readonly cutOffHour?: number;
    };
    readonly answer: Location;
  };
  /** Open a register at a location */
  readonly openRegister: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly locationId: string;
      /** Stands on receipts. */
      readonly code: string;
      readonly name: string;
    };
    readonly answer: Register;
  };
  /** Pair this device by the code that the office shows */
  readonly pairDevice: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      readonly code: string;
    };
    readonly answer: PairedDevice;
  };
  /** An order of the shop or the call centre */
  readonly placeOrder: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly channelId: string;
      readonly fulfillingLocationId?: string;
      readonly customerId?: string;
      readonly externalRef?: string;
      readonly lines: readonly {
        readonly skuId: string;
        /** Base units of the SKU. */
        readonly quantity: number;
        readonly associateId?: string;
        /** amount / 10^scale minor units for `per` base units. */
        readonly unitPrice?: {
          /** Minor units of the currency. */
          readonly amount: number;
          readonly scale?: number;
          readonly per?: number;
        };
        /** RFC 3339. */
        readonly addedAt?: string;
      }[];
      /** Codes that open promotions. */
      readonly couponCodes?: readonly string[];
      /** Promotions that the customer does not want. */
      readonly refusedPromotions?: readonly string[];
      /** Gift cards, store credit and points that pay a part. The payment pays the rest. */
      readonly tenders?: readonly {
        readonly method: 'gift_card' | 'store_credit' | 'points';
        /** Minor units of the currency. */
        readonly amountMinor: number;
        /** The code on the gift card. */
        readonly giftCardCode?: string;
        readonly giftCardId?: string;
      }[];
      readonly payment: {
        readonly method: 'card' | 'bank' | 'on_account';
        /** A card as its provider knows it. */
        readonly token?: string;
        /** Money held already: the provider's id. */
        readonly authorisation?: string;
        readonly amountMinor?: number;
      };
    };
    readonly answer: OrderAct;
  };
  /** What a sale would earn */
  readonly previewEarning: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      readonly locationId: string;
      readonly channelId: string;
      readonly customerId?: string;
      readonly lines: readonly {
        readonly skuId: string;
        readonly amountMinor: number;
      }[];
      readonly paidWithPointsMinor?: number;
    };
    readonly answer: {
      readonly points: number;
      /** Whole minor units (cents). */
      readonly cashBackMinor: number;
      readonly currency: Currency;
      readonly tier: string | null;
    };
  };
  /** Which of the last hundred events would have been told */
  readonly previewWebhook: {
    readonly params: undefined;
    readonly query: { readonly types: string; readonly filter?: string };
    readonly body: undefined;
    readonly answer: {
      readonly lookedAt: number;
      readonly items: readonly Event[];
    };
  };
  /** What a till has done, in its order */
  readonly pushFacts: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: {
      readonly facts: readonly unknown[];
    };
    readonly answer: {
      readonly answers: readonly FactAnswer[];
    };
  };
  /** Send a part of the file: 524288 bytes, the last one fewer, as base64 */
  readonly putImportPart: {
    readonly params: { readonly id: string; readonly part: number };
    readonly query: undefined;
    readonly body: {
      readonly content: string;
      readonly of?: 'file' | 'pictures';
    };
    readonly answer: {
      readonly bytes: number;
      readonly parts: number;
    };
  };
  /** Somebody comes back, with the roles they had */
  readonly reactivateStaff: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: Readonly<Record<string, never>>;
    readonly answer: {
      readonly id: string;
      readonly version: number;
    };
  };
  /** Goods arrived */
  readonly receiveGoods: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly locationId: string;
      readonly lines: readonly {
        readonly skuId: string;
        /** Base units of the SKU. */
        readonly quantity: number;
        readonly unitCost?: UnitPrice;
        readonly totalCost?: Money;
        readonly lot?: string;
      }[];
      readonly supplierRef?: string;
      readonly opening?: boolean;
    };
    readonly answer: {
      readonly eventNumber: number;
      readonly repeated: boolean;
      readonly receiptId: string;
      readonly supplierRef: string;
      readonly currency: Currency;
      readonly units: number;
      /** Whole minor units (cents). */
      readonly valueMinor: number;
      /** Whole minor units (cents). */
      readonly shortfallEstimatedMinor: number;
      /** Whole minor units (cents). */
      readonly shortfallActualMinor: number;
      readonly lines: readonly {
        readonly skuId: string;
        readonly quantity: number;
        /** Whole minor units (cents). */
        readonly valueMinor: number;
      }[];
    };
  };
  /** An order that a marketplace has accepted */
  readonly recordMarketplaceOrder: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: {
      readonly externalRef: string;
      /** RFC 3339. */
      readonly placedAt?: string;
      readonly fulfillingLocationId?: string;
      readonly customerId?: string;
      readonly taxInclusive?: boolean;
      readonly lines: readonly {
        readonly skuId: string;
        /** Base units of the SKU. */
        readonly quantity: number;
        readonly associateId?: string;
        /** amount / 10^scale minor units for `per` base units. */
        readonly unitPrice: {
          /** Minor units of the currency. */
          readonly amount: number;
          readonly scale?: number;
          readonly per?: number;
        };
      }[];
    };
    readonly answer: OrderAct;
  };
  /** A sale at a counter that is online */
  readonly recordSale: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly channelId: string;
      readonly locationId: string;
      readonly registerId?: string;
      readonly customerId?: string;
      readonly associateId?: string;
      readonly lines: readonly {
        readonly skuId: string;
        /** Base units of the SKU. */
        readonly quantity: number;
        readonly associateId?: string;
        /** amount / 10^scale minor units for `per` base units. */
        readonly unitPrice?: {
          /** Minor units of the currency. */
          readonly amount: number;
          readonly scale?: number;
          readonly per?: number;
        };
        /** RFC 3339. */
        readonly addedAt?: string;
      }[];
      /** One of them may leave its amount out: it pays what the others leave. */
      readonly tenders: readonly {
        readonly method: 'cash' | 'card' | 'bank' | 'on_account' | 'voucher' | 'gift_card' | 'store_credit' | 'points';
        /** Minor units of the currency. */
        readonly amountMinor?: number;
        readonly reference?: string;
        /** The code on the gift card. */
        readonly giftCardCode?: string;
        readonly giftCardId?: string;
      }[];
      /** Codes that open promotions. */
      readonly couponCodes?: readonly string[];
      /** Promotions that the customer does not want. */
      readonly refusedPromotions?: readonly string[];
      /** Gift cards that lines of voucher SKUs sell or top up, one card a line. */
      readonly giftCards?: readonly {
        /** Which of the lines. */
        readonly line: number;
        /** The code on the gift card. */
        readonly giftCardCode?: string;
        readonly giftCardId?: string;
      }[];
      readonly reservationIds?: readonly string[];
    };
    readonly answer: OrderAct;
  };
  /** Keep the number under which a legal entity pays tax in a country */
  readonly registerForTax: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly entityId: string;
      /** ISO 3166-1 alpha-2. */
      readonly country: string;
      readonly taxNumber: string;
      /** YYYY-MM-DD. */
      readonly validFrom: string;
    };
    readonly answer: TaxRegistration;
  };
  /** Keep that a legal entity pays tax to a state (`US-CA`) or through the one-stop shop (`EU-OSS`) */
  readonly registerWithState: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly entityId: string;
      readonly jurisdiction: string;
      readonly taxNumber: string;
      /** YYYY-MM-DD. */
      readonly validFrom: string;
      /** YYYY-MM-DD. */
      readonly validUntil?: string;
    };
    readonly answer: StateTaxRegistration;
  };
  /** Give units back before their time */
  readonly releaseReservation: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: undefined;
    readonly answer: {
      readonly eventNumber: number;
      readonly repeated: boolean;
      readonly reservations: readonly {
        readonly reservationId: string;
        readonly skuId: string;
        readonly quantity: number;
      }[];
    };
  };
  /** Take customers out of a group */
  readonly removeGroupCustomers: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly customerIds: readonly string[];
    };
    readonly answer: {
      readonly changed: number;
    };
  };
  /** Remove a passkey. */
  readonly removePasskey: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** Remove all postal areas of a state */
  readonly removePostalAreas: {
    readonly params: { readonly country: string; readonly region: string };
    readonly query: { readonly preview?: boolean };
    readonly body: undefined;
    readonly answer: {
      readonly removed: number;
    };
  };
  /** Call a passkey something else. */
  readonly renamePasskey: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: {
      readonly name: string;
    };
    readonly answer: undefined;
  };
  /** Open a task again that was said to be done */
  readonly reopenTask: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: Readonly<Record<string, never>>;
    readonly answer: {
      readonly id: string;
    };
  };
  /** Tell everything again from an event on */
  readonly replayWebhook: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      /** The number of the first event. */
      readonly from: number;
    };
    readonly answer: {
      readonly id: string;
      readonly from: number;
    };
  };
  /** Send a new link; the one before is void */
  readonly resendInvitation: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: undefined;
    readonly answer: {
      readonly id: string;
      readonly personId: string;
      /** RFC 3339. */
      readonly expiresAt: string;
    };
  };
  /** Tell one event again, now and beside the order */
  readonly resendWebhookEvent: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: {
      readonly number: number;
    };
    readonly answer: WebhookCall;
  };
  /** Put units aside for a while: all lines or none */
  readonly reserveStock: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly channelId: string;
      readonly locationId: string;
      readonly lines: readonly {
        readonly skuId: string;
        /** Base units of the SKU. */
        readonly quantity: number;
      }[];
      readonly expiresInSeconds: number;
    };
    readonly answer: {
      readonly eventNumber: number;
      readonly repeated: boolean;
      /** RFC 3339. */
      readonly expiresAt: string;
      readonly reservations: readonly {
        readonly reservationId: string;
        readonly skuId: string;
        readonly quantity: number;
      }[];
    };
  };
  /** Choose a new password with the link; all sessions end. */
  readonly resetPassword: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      readonly token: string;
      readonly password: string;
    };
    readonly answer: undefined;
  };
  /** Make the sandbox anew, as it was in the beginning */
  readonly resetSandbox: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: Readonly<Record<string, never>>;
    readonly answer: {
      /** closed: it is opened when the first sandbox key asks for something. */
      readonly state: 'closed' | 'opening' | 'open' | 'failed';
    };
  };
  /** Take away somebody’s second factor, and end their sessions */
  readonly resetSecondFactor: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: Readonly<Record<string, never>>;
    readonly answer: {
      readonly personId: string;
      /** Codes of an authenticator, with their recovery codes. */
      readonly codes: boolean;
      readonly passkeys: number;
      /** Open sessions that end. */
      readonly sessions: number;
    };
  };
  /** Say what was done about a fact in quarantine */
  readonly resolveQuarantined: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      /** What was done, e.g. the number of the sale that was entered by hand. */
      readonly resolution: string;
    };
    readonly answer: {
      readonly id: string;
    };
  };
  /** Goods come back, or money only: a credit note */
  readonly returnGoods: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly originalOrderId?: string;
      readonly channelId?: string;
      readonly locationId?: string;
      readonly lines: readonly (
        | {
            readonly line: number;
            /** Base units of the SKU. */
            readonly quantity: number;
            readonly condition?: 'sellable' | 'inspection' | 'damaged' | null;
          }
        | {
            readonly skuId: string;
            /** Base units of the SKU. */
            readonly quantity: number;
            /** amount / 10^scale minor units for `per` base units. */
            readonly unitPrice?: {
              /** Minor units of the currency. */
              readonly amount: number;
              readonly scale?: number;
              readonly per?: number;
            };
            readonly condition?: 'sellable' | 'inspection' | 'damaged' | null;
          }
      )[];
      readonly refunds?: readonly {
        readonly method:
          | 'cash'
          | 'card'
          | 'bank'
          | 'on_account'
          | 'voucher'
          | 'gift_card'
          | 'store_credit'
          | 'points'
          | 'marketplace';
        /** Minor units of the currency. */
        readonly amountMinor: number;
        readonly paymentId?: string;
        readonly reference?: string;
        /** The code on the gift card. */
        readonly giftCardCode?: string;
        readonly giftCardId?: string;
      }[];
      /** Not about a person: it is kept for ever. */
      readonly reason: string;
    };
    readonly answer: OrderAct;
  };
  /** End a key for good, at once */
  readonly revokeApiKey: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: Readonly<Record<string, never>>;
    readonly answer: {
      readonly id: string;
      /** RFC 3339. */
      readonly revokedAt: string;
    };
  };
  /** Let a device in no more, at once */
  readonly revokeDevice: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: Readonly<Record<string, never>>;
    readonly answer: {
      readonly id: string;
      /** RFC 3339. */
      readonly revokedAt: string;
    };
  };
  /** Take an invitation back; its link is void */
  readonly revokeInvitation: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: undefined;
    readonly answer: {
      readonly id: string;
    };
  };
  /** Give a key a new secret */
  readonly rotateApiKey: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      /** 86400 unless told. */
      readonly graceSeconds?: number;
    };
    readonly answer: {
      readonly id: string;
      readonly start: string;
      /** RFC 3339. */
      readonly oldSecretUntil: string;
      readonly secret: string | null;
    };
  };
  /** A new secret; the one before signs beside it for 24 hours */
  readonly rotateWebhookSecret: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: undefined;
    readonly answer: {
      /** Told this once. Null when the request is a repeat: then take a new one. */
      readonly secret: string | null;
      readonly oldUntil: string | null;
    };
  };
  /** Looks at one thing now. */
  readonly runHealthCheck: {
    readonly params: { readonly name: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly name: string;
      readonly title: string;
      /** unknown: it has not been looked at yet. */
      readonly state: 'ok' | 'warn' | 'bad' | 'unknown';
      /** Which of the things that this check can find, where there are several. */
      readonly reason: string | null;
      /** What is wrong. */
      readonly problem: string | null;
      /** What to do. */
      readonly remedy: string | null;
      readonly figures: Readonly<Record<string, number | string | null>>;
      readonly checkedAt: string | null;
      /** Since when it has been so, as far as this process knows. */
      readonly since: string | null;
      /** It is looked at only when somebody asks. */
      readonly onDemand: boolean;
      readonly running: boolean;
    };
  };
  /** Do it: what was checked is taken in; one that was cancelled or failed goes on */
  readonly runImport: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: Readonly<Record<string, never>>;
    readonly answer: {
      readonly id: string;
      readonly state:
        | 'uploading'
        | 'checking'
        | 'needs_choice'
        | 'checked'
        | 'running'
        | 'done'
        | 'cancelled'
        | 'failed'
        | 'undoing'
        | 'undone';
    };
  };
  /** Let a draft take effect: now, at an instant, or at a local time of every store */
  readonly schedulePriceChange: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      /** RFC 3339. */
      readonly at?: string;
      /** A local time of every store, `2026-12-01T08:00`. */
      readonly local?: string;
      readonly forced?: boolean;
    };
    readonly answer: {
      readonly id: string;
      readonly state: 'draft' | 'staging' | 'scheduled' | 'cancelled' | 'undone';
    };
  };
  /** Who did what, when, from where: newest first. */
  readonly searchAudit: {
    readonly params: undefined;
    readonly query: {
      readonly limit?: number;
      readonly after?: string;
      readonly actor?: string;
      readonly type?: string;
      readonly topic?: string;
      readonly subject?: string;
      readonly location?: string;
      readonly entity?: string;
      readonly origin?: string;
      readonly from?: string;
      readonly until?: string;
      readonly text?: string;
    };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly AuditEntry[];
      readonly next: string | null;
    };
  };
  /** Sends an alert that means nothing, to see whether it arrives. */
  readonly sendTestAlert: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly ways: readonly {
        readonly way: string;
        readonly sent: boolean;
        readonly error: string | null;
      }[];
    };
  };
  /** Set the rate of a pair from a day on */
  readonly setExchangeRate: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly from: string;
      readonly to: string;
      /** What one unit of from costs in to, e.g. 1.0857. */
      readonly rate: string;
      /** YYYY-MM-DD. */
      readonly validFrom: string;
    };
    readonly answer: ExchangeRate;
  };
  /** Make an act need a second person, or not any more */
  readonly setFourEyes: {
    readonly params: { readonly act: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly on: boolean;
      readonly amounts?: Readonly<Record<string, number>> | null;
      readonly expiresMinutes?: number;
    };
    readonly answer: {
      readonly act: string;
      readonly on: boolean;
    };
  };
  /** Set up to 500 prices of a list, also from a quantity on, all or none */
  readonly setListPrices: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly prices: readonly {
        readonly skuId: string;
        /** Base units in the basket. */
        readonly minQuantity?: number;
        /** Minor units times 10^scale, for `per` base units; null: the list says nothing about it from then on. */
        readonly amount: number | null;
        readonly scale?: number;
        readonly per?: number;
        /** RFC 3339. */
        readonly validFrom?: string;
        /** RFC 3339. */
        readonly validUntil?: string;
      }[];
    };
    readonly answer: {
      readonly set: number;
    };
  };
  /** Set a legal entity's loyalty programme */
  readonly setLoyaltyProgramme: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly entityId: string;
      readonly name: string;
      readonly active: boolean;
      readonly earn: readonly {
        readonly name: string;
        readonly points: number;
        /** Minor units of the currency. */
        readonly perMinor: number;
        /** Parts per million. */
        readonly cashBackPpm: number;
        readonly channelIds: readonly string[];
        readonly productIds: readonly string[];
        readonly categoryIds: readonly string[];
      }[];
      readonly multiplierDays: readonly {
        readonly name: string;
        /** YYYY-MM-DD. */
        readonly from: string;
        /** YYYY-MM-DD. */
        readonly until: string;
        readonly weekdays: readonly number[];
        readonly multiplierPpm: number;
      }[];
      readonly tiers: readonly {
        readonly code: string;
        readonly name: string;
        readonly fromMinor: number;
        readonly windowMonths: number;
        readonly multiplierPpm: number;
      }[];
      readonly rewards: readonly {
        readonly code: string;
        readonly name: string;
        readonly points: number;
        /** Minor units of the currency. */
        readonly creditMinor: number;
      }[];
      /** So many points pay so much. */
      readonly value: {
        readonly points: number;
        readonly minor: number;
      };
      /** Parts per million. */
      readonly breakagePpm: number;
      readonly expiryDays: number | null;
      readonly spentPoints: 'withhold' | 'debt';
      readonly expiredPoints: 'renew' | 'forfeit';
    };
    readonly answer: {
      readonly id: string;
    };
  };
  /** Set or take away somebody’s PIN at a location */
  readonly setPin: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly locationId: string;
      readonly pin: string | null;
    };
    readonly answer: {
      readonly personId: string;
    };
  };
  /** Set up to 500 statutory ceilings, all or none; no price is ever above them */
  readonly setPriceCeilings: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly ceilings: readonly PriceCeiling[];
    };
    readonly answer: {
      readonly set: number;
    };
  };
  /** Set up to 500 prices, all or none, from now or from an instant on */
  readonly setPrices: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly prices: readonly {
        readonly channelId: string;
        readonly skuId: string;
        readonly currency?: Currency;
        /** Minor units times 10^scale, for `per` base units. */
        readonly amount: number;
        readonly scale?: number;
        /** Base units that the amount pays for. */
        readonly per?: number;
        /** RFC 3339. */
        readonly validFrom?: string;
        /** RFC 3339. */
        readonly validUntil?: string;
        /** Announced as a reduction, and shown with the lowest price of the 30 days before. */
        readonly markdown?: boolean;
      }[];
    };
    readonly answer: {
      readonly set: number;
    };
  };
  /** Keep something longer or shorter */
  readonly setRetention: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly what: 'invoices' | 'addresses' | 'sessions' | 'import_files';
      readonly country: string;
      readonly years: number | null;
      readonly days: number | null;
      readonly basis: string;
    };
    readonly answer: {
      readonly things: number;
      readonly people: number;
    };
  };
  /** How much must always stay at a place */
  readonly setSafetyStock: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly locationId: string;
      readonly lines: readonly {
        readonly skuId: string;
        readonly safety: number;
      }[];
    };
    readonly answer: {
      readonly eventNumber: number;
      readonly repeated: boolean;
      readonly lines: readonly {
        readonly skuId: string;
        readonly safety: number;
      }[];
    };
  };
  /** Say which roles need a second factor */
  readonly setSecondFactorPolicy: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      /** Whoever holds one of these, anywhere, needs a second factor. */
      readonly roleIds: readonly string[];
    };
    readonly answer: {
      /** Whoever holds one of these, anywhere, needs a second factor. */
      readonly roleIds: readonly string[];
    };
  };
  /** Keep whether a customer is a business, and its VAT number */
  readonly setTaxBuyer: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly business: boolean;
      readonly vatId: string | null;
      readonly version: number;
    };
    readonly answer: {
      readonly customerId: string;
      readonly version: number;
    };
  };
  /** Say how a jurisdiction taxes */
  readonly setTaxJurisdiction: {
    readonly params: { readonly code: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly name: string;
      readonly system: 'vat' | 'gst_split' | 'sales_tax';
      readonly taxCode: string;
      readonly rounding: {
        readonly scope: 'line' | 'document';
        readonly parts: 'each' | 'together';
        readonly stepMinor: number;
      };
      readonly shipping: 'own' | 'goods' | 'untaxed';
      readonly deposits: 'taxed' | 'outside';
      readonly sourcing: 'destination' | 'origin';
    };
    readonly answer: TaxJurisdiction;
  };
  /** Say in which state a location is; needed in India and the United States */
  readonly setTaxPlace: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      /** ISO 3166-2 without the country: `CA`, `KA`. */
      readonly region: string;
      readonly county?: string;
      readonly city?: string;
      readonly district?: string;
    };
    readonly answer: LocationTaxPlace;
  };
  /** Set the rate of a class of goods in a country from a day on */
  readonly setTaxRate: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      /** ISO 3166-1 alpha-2. */
      readonly country: string;
      readonly taxClass: string;
      /** YYYY-MM-DD. */
      readonly validFrom: string;
      readonly ratePpm: number;
      readonly name: string;
    };
    readonly answer: TaxRate;
  };
  /** Goods of an order leave: the sale, its invoice and its capture */
  readonly shipOrder: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly lines?: readonly {
        readonly line: number;
        /** Base units of the SKU. */
        readonly quantity: number;
      }[];
      readonly carrierCostMinor?: number;
      /** Gift cards that lines of voucher SKUs sell or top up, one card a line. */
      readonly giftCards?: readonly {
        /** Which of the lines. */
        readonly line: number;
        /** The code on the gift card. */
        readonly giftCardCode?: string;
        readonly giftCardId?: string;
      }[];
    };
    readonly answer: ShipmentAct;
  };
  /** Sign in. */
  readonly signIn: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      readonly email: string;
      readonly password: string;
    };
    readonly answer: SignedIn | SecondFactorNeeded;
  };
  /** Sign in at a register with a badge, or with one’s name and PIN */
  readonly signInAtRegister: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: {
      readonly personId?: string;
      /** Four to eight digits. */
      readonly pin?: string;
      readonly badge?: string;
    };
    readonly answer: {
      readonly personId: string;
      readonly name: string;
      readonly permissions: readonly string[];
      readonly locationId: string;
      /** Send it as Authorization: Bearer. */
      readonly token: string;
      /** RFC 3339. */
      readonly expiresAt: string;
    };
  };
  /** Finish a sign-in with a code of an app, or a recovery code. */
  readonly signInWithCode: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      readonly ticket: string;
      readonly code: string;
    };
    readonly answer: SignedIn;
  };
  /** Sign in with what the provider answered. */
  readonly signInWithCompany: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** Everything behind the ? of the address. */
      readonly query: string;
    };
    readonly answer: SignedIn | SecondFactorNeeded;
  };
  /** Sign in with a passkey. */
  readonly signInWithPasskey: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      readonly ticket: string;
      readonly answer: {
        readonly id: string;
        readonly rawId: string;
        readonly type: 'public-key';
        readonly response: {
          readonly clientDataJSON: string;
          readonly authenticatorData: string;
          readonly signature: string;
          readonly userHandle?: string;
        };
        readonly clientExtensionResults: Readonly<Record<string, unknown>>;
        readonly authenticatorAttachment?: string | null;
      };
    };
    readonly answer: SignedIn;
  };
  /** Sign out. */
  readonly signOut: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** Skip a step, or take it up again */
  readonly skipStep: {
    readonly params: { readonly step: 'company' | 'location' | 'channel' | 'products' | 'prices' | 'stock' | 'sale' };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly skipped: boolean;
    };
    readonly answer: {
      readonly skipped: readonly ('company' | 'location' | 'channel' | 'products' | 'prices' | 'stock' | 'sale')[];
    };
  };
  /** A seed for an authenticator app. Nothing changes before its first code. */
  readonly startCodes: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      /** To type where no camera is. Told once. */
      readonly seed: string;
      /** otpauth:// for apps. */
      readonly uri: string;
      /** The address as a QR code: SVG as data: URL. */
      readonly picture: string;
    };
  };
  /** Where a browser goes to sign in with the company's OpenID Connect provider. */
  readonly startCompanySignIn: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly url: string;
    };
  };
  /** What a browser needs to ask for one of my passkeys. */
  readonly startConfirmation: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly ticket: string;
      /** For navigator.credentials. */
      readonly options: Readonly<Record<string, unknown>>;
    };
  };
  /** What a browser needs to make a passkey. */
  readonly startPasskey: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly ticket: string;
      /** For navigator.credentials. */
      readonly options: Readonly<Record<string, unknown>>;
    };
  };
  /** What a browser needs to ask for a passkey. */
  readonly startPasskeySignIn: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: {
      readonly ticket: string;
      /** For navigator.credentials. */
      readonly options: Readonly<Record<string, unknown>>;
    };
  };
  /** How many prices a change raises, lowers, and takes below cost */
  readonly summarisePriceChange: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: PriceChangeSummary;
  };
  /** Turn a rule on or off; it looks at nothing from before it was turned on */
  readonly switchOfferRule: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly on: boolean;
      readonly version: number;
    };
    readonly answer: {
      readonly id: string;
      readonly version: number;
    };
  };
  /** Take a role from a person, at once */
  readonly takeRole: {
    readonly params: { readonly id: string; readonly grantId: string };
    readonly query: { readonly preview?: boolean };
    readonly body: Readonly<Record<string, never>>;
    readonly answer: {
      readonly grantId: string;
      readonly personId: string;
    };
  };
  /** What a basket is taxed: try places, customers and classes. Nothing is kept */
  readonly taxBasket: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      /** YYYY-MM-DD. */
      readonly day: string;
      readonly currency: Currency;
      readonly taxInclusive: boolean;
      readonly seller: {
        readonly country: string;
        readonly region?: string;
        readonly registrations: readonly string[];
      };
      readonly from: {
        readonly country: string;
        readonly region?: string;
        readonly county?: string;
        readonly city?: string;
        readonly district?: string;
        /** Of what is shipped: says county, city and districts. */
        readonly postcode?: string;
      };
      readonly to: {
        readonly country: string;
        readonly region?: string;
        readonly county?: string;
        readonly city?: string;
        readonly district?: string;
        /** Of what is shipped: says county, city and districts. */
        readonly postcode?: string;
      };
      readonly fulfilment: 'ship' | 'pickup' | 'till';
      readonly collectedBy: 'us' | 'marketplace';
      readonly customerId?: string;
      readonly lines: readonly {
        readonly kind: 'goods' | 'service' | 'shipping' | 'deposit' | 'discount' | 'gift_card';
        readonly taxClass: string;
        readonly quantity: number;
        readonly amountMinor: number;
      }[];
    };
    readonly answer: {
      readonly lines: readonly {
        /** Whole minor units (cents). */
        readonly netMinor: number;
        /** Whole minor units (cents). */
        readonly taxMinor: number;
        /** Whole minor units (cents). */
        readonly grossMinor: number;
        readonly taxes: readonly {
          readonly jurisdiction: string;
          readonly code: string;
          readonly ratePpm: number;
          /** Whole minor units (cents). */
          readonly baseMinor: number;
          /** Whole minor units (cents). */
          readonly taxMinor: number;
          readonly treatment: string;
        }[];
      }[];
      /** Whole minor units (cents). */
      readonly netMinor: number;
      /** Whole minor units (cents). */
      readonly taxMinor: number;
      /** Whole minor units (cents). */
      readonly grossMinor: number;
      /** Whole minor units (cents). */
      readonly cashPayableMinor: number;
      /** Whole minor units (cents). */
      readonly cashAdjustmentMinor: number;
    };
  };
  /** Tell that a customer left a cart; rules may offer them something */
  readonly tellLeftCart: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly channelId: string;
      /** The cart, as the channel knows it. */
      readonly reference: string;
      readonly customerId: string;
      readonly currency?: Currency;
      readonly totalMinor: number;
      readonly lines: readonly {
        readonly skuId: string;
        readonly quantity: number;
      }[];
      /** RFC 3339. */
      readonly leftAt?: string;
    };
    readonly answer: {
      readonly id: string;
    };
  };
  /** Call the address once, with a message of the type oneshelf.test */
  readonly testWebhook: {
    readonly params: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: WebhookCall;
  };
  /** Goods change place within one legal entity */
  readonly transferStock: {
    readonly params: undefined;
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly fromLocationId: string;
      readonly toLocationId: string;
      readonly lines: readonly {
        readonly skuId: string;
        /** Base units of the SKU. */
        readonly quantity: number;
        readonly lot?: string;
      }[];
    };
    readonly answer: {
      readonly eventNumber: number;
      readonly repeated: boolean;
      readonly transferId: string;
      readonly toLocationId: string;
      readonly currency: Currency;
      /** Whole minor units (cents). */
      readonly valueMinor: number;
      readonly lines: readonly {
        readonly skuId: string;
        readonly quantity: number;
      }[];
    };
  };
  /** Try a basket: what its lines cost, and why each promotion applies or does not */
  readonly tryPromotions: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      readonly channelId: string;
      readonly locationId?: string;
      readonly customerId?: string;
      readonly firstOrder?: boolean;
      readonly employee?: boolean;
      readonly couponCodes?: readonly string[];
      readonly refused?: readonly string[];
      /** RFC 3339. */
      readonly at?: string;
      /** A promotion that is still being written: tried alone, as if all its conditions but the minimum held. */
      readonly draft?: {
        readonly name: string;
        readonly effect: PromotionEffect;
        readonly when?: {
          /** RFC 3339. */
          readonly from?: string;
          /** RFC 3339. */
          readonly until?: string;
          /** Minutes of the week at the place of sale; 0 is Monday 00:00. */
          readonly hours?: readonly {
            readonly from: number;
            readonly to: number;
          }[];
          readonly channelIds?: readonly string[];
          readonly locationIds?: readonly string[];
          readonly groupIds?: readonly string[];
          readonly firstOrder?: boolean;
          readonly employee?: boolean;
          readonly coupon?: boolean;
          readonly offer?: boolean;
          readonly minimum?: {
            readonly of: PromotionTarget;
            readonly amountMinor?: number;
            readonly quantity?: number;
          };
        };
        readonly limits?: {
          readonly uses?: number;
          readonly perCustomer?: number;
          readonly budgetMinor?: number;
        };
        readonly currency?: Currency;
        readonly except?: PromotionTarget;
        /** Codes that many may use. A promotion with codes needs one. */
        readonly codes?: readonly string[];
        readonly priority?: number;
        readonly choice?: 'best' | 'priority';
        readonly exclusive?: boolean;
        readonly stackingGroup?: string;
        readonly supplier?: {
          readonly name: string;
          /** Parts per million: 200000 is 20 %. */
          readonly sharePpm: number;
        };
      };
      readonly lines: readonly {
        readonly skuId: string;
        readonly quantity: number;
      }[];
    };
    readonly answer: {
      readonly currency: Currency;
      readonly taxInclusive: boolean;
      readonly lines: readonly {
        readonly skuId: string;
        readonly name: string;
        readonly quantity: number;
        readonly listMinor: number;
        readonly amountMinor: number;
        readonly discounts: readonly {
          readonly promotionId: string;
          readonly amountMinor: number;
          readonly supplierMinor?: number;
        }[];
        /** Without tax, over what the goods cost at present; null when nobody knows. Below nought it is sold below cost. */
        readonly marginMinor: number | null;
      }[];
      readonly listMinor: number;
      readonly discountMinor: number;
      readonly gifts: readonly {
        readonly promotionId: string;
        readonly skuId: string;
        readonly quantity: number;
      }[];
      readonly earnedVouchers: readonly {
        readonly promotionId: string;
        readonly amountMinor: number;
      }[];
      readonly codes: readonly {
        readonly code: string;
        readonly state: 'opens' | 'unknown' | 'expired' | 'used_up';
      }[];
      /** Every promotion there is, those that applied first. */
      readonly trace: readonly {
        readonly promotionId: string;
        readonly name: string;
        readonly applied: boolean;
        readonly reason: string;
        readonly numbers: Readonly<Record<string, number | string>>;
        /** A voucher that the basket brings; it is no promotion of its own. */
        readonly voucher: boolean;
      }[];
    };
  };
  /** Turn codes off; the recovery codes are void. */
  readonly turnOffCodes: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** Turn codes on with the first one; gives ten recovery codes, once, and a new session. */
  readonly turnOnCodes: {
    readonly params: undefined;
    readonly query: undefined;
    readonly body: {
      readonly code: string;
    };
    readonly answer: {
      readonly recoveryCodes: readonly string[];
      readonly session: SignedIn;
    };
  };
  /** Let a gift card go on */
  readonly unblockGiftCard: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: {
      readonly locationId: string;
      /** Not about a person: it is kept for ever. */
      readonly reason: string;
    };
    readonly answer: RewardAct;
  };
  /** Take it back: what it made is archived, what it changed is set back where nobody has changed it since, the rest is told */
  readonly undoImport: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: Readonly<Record<string, never>>;
    readonly answer: {
      readonly id: string;
      readonly state:
        | 'uploading'
        | 'checking'
        | 'needs_choice'
        | 'checked'
        | 'running'
        | 'done'
        | 'cancelled'
        | 'failed'
        | 'undoing'
        | 'undone';
    };
  };
  /** Let the prices before a change hold again, from now on */
  readonly undoPriceChange: {
    readonly params: { readonly id: string };
    readonly query: { readonly preview?: boolean };
    readonly body: undefined;
    readonly answer: {
      readonly id: string;
      readonly state: 'draft' | 'staging' | 'scheduled' | 'cancelled' | 'undone';
    };
  };
};

/** Where each operation is. */
export const ADDRESSES = {
  acceptInvitation: ['POST', '/api/v1/invitations/accept'],
  addGroupCustomers: ['POST', '/api/v1/customer-groups/{id}/customers'],
  addPasskey: ['POST', '/api/v1/account/passkeys'],
  addPriceChangeRows: ['POST', '/api/v1/price-changes/{id}/rows'],
  addVariants: ['POST', '/api/v1/products/{id}/variants'],
  adjustStock: ['POST', '/api/v1/stock-adjustments'],
  archivePromotion: ['POST', '/api/v1/promotions/{id}/archive'],
  archiveRole: ['POST', '/api/v1/staff/roles/{id}/archive'],
  askForPasswordReset: ['POST', '/api/v1/password-resets'],
  blockBadge: ['POST', '/api/v1/staff/people/{id}/badges/{badgeId}/block'],
  blockGiftCard: ['POST', '/api/v1/gift-cards/{id}/block'],
  bookExpense: ['POST', '/api/v1/expenses'],
  cancelImport: ['POST', '/api/v1/imports/{id}/cancel'],
  cancelOrder: ['POST', '/api/v1/orders/{id}/cancellation'],
  cancelPriceChange: ['POST', '/api/v1/price-changes/{id}/cancel'],
  changePassword: ['PUT', '/api/v1/account/password'],
  changePriceList: ['PUT', '/api/v1/price-lists/{id}'],
  checkImport: ['POST', '/api/v1/imports/{id}/check'],
  closePeriod: ['POST', '/api/v1/period-close'],
  completeTask: ['POST', '/api/v1/tasks/{id}/completion'],
  confirmIdentity: ['POST', '/api/v1/account/confirmation'],
  countStock: ['POST', '/api/v1/stock-counts'],
  countTasks: ['GET', '/api/v1/task-count'],
  countWebhookTroubles: ['GET', '/api/v1/webhook-troubles'],
  createApiKey: ['POST', '/api/v1/api-keys'],
  createCategory: ['POST', '/api/v1/categories'],
  createCoupons: ['POST', '/api/v1/promotions/{id}/coupon-batches'],
  createCustomer: ['POST', '/api/v1/customers'],
  createCustomerGroup: ['POST', '/api/v1/customer-groups'],
  createImport: ['POST', '/api/v1/imports'],
  createOfferRule: ['POST', '/api/v1/offer-rules'],
  createPairingCode: ['POST', '/api/v1/device-pairings'],
  createPriceChange: ['POST', '/api/v1/price-changes'],
  createPriceList: ['POST', '/api/v1/price-lists'],
  createProduct: ['POST', '/api/v1/products'],
  createPromotion: ['POST', '/api/v1/promotions'],
  createRole: ['POST', '/api/v1/staff/roles'],
  createWebhook: ['POST', '/api/v1/webhooks'],
  creditGiftCard: ['POST', '/api/v1/gift-cards/{id}/credits'],
  deactivateStaff: ['POST', '/api/v1/staff/people/{id}/deactivation'],
  decideApproval: ['POST', '/api/v1/staff/approvals/{id}/decision'],
  deleteWebhook: ['DELETE', '/api/v1/webhooks/{id}'],
  editChannel: ['PATCH', '/api/v1/channels/{id}'],
  editCustomer: ['PATCH', '/api/v1/customers/{id}'],
  editEntity: ['PATCH', '/api/v1/entities/{id}'],
  editLocation: ['PATCH', '/api/v1/locations/{id}'],
  editOfferRule: ['PUT', '/api/v1/offer-rules/{id}'],
  editProduct: ['PATCH', '/api/v1/products/{id}'],
  editPromotion: ['PUT', '/api/v1/promotions/{id}'],
  editRole: ['PATCH', '/api/v1/staff/roles/{id}'],
  editSku: ['PATCH', '/api/v1/skus/{id}'],
  editStaff: ['PATCH', '/api/v1/staff/people/{id}'],
  editWebhook: ['PATCH', '/api/v1/webhooks/{id}'],
  endOtherSessions: ['POST', '/api/v1/account/sessions/end-others'],
  endOwnSession: ['DELETE', '/api/v1/account/sessions/{id}'],
  endTaxExemption: ['PUT', '/api/v1/taxes/exemptions/{id}/end'],
  eraseCustomer: ['POST', '/api/v1/customers/{id}/erasure'],
  erasePerson: ['POST', '/api/v1/staff/people/{id}/erasure'],
  exchangePoints: ['POST', '/api/v1/customers/{id}/reward-exchanges'],
  exemptFromTax: ['POST', '/api/v1/taxes/exemptions'],
  expireRewards: ['POST', '/api/v1/reward-expiry'],
  explainOwnPermissions: ['GET', '/api/v1/session/permissions'],
  explainPermissions: ['GET', '/api/v1/staff/people/{id}/permissions'],
  explainPrice: ['GET', '/api/v1/prices/explain'],
  exportArchive: ['GET', '/api/v1/exports/archive'],
  exportAudit: ['GET', '/api/v1/audit/export'],
  exportCoupons: ['GET', '/api/v1/promotions/{id}/coupon-batches/{batchId}/codes'],
  exportCsv: ['GET', '/api/v1/exports/csv/{kind}'],
  exportCustomerData: ['POST', '/api/v1/customers/{id}/personal-data'],
  exportImportProblems: ['GET', '/api/v1/imports/{id}/problems.csv'],
  exportPersonData: ['POST', '/api/v1/staff/people/{id}/personal-data'],
  exportPostalAreas: ['GET', '/api/v1/taxes/postal-areas/csv'],
  exportSupplierShares: ['GET', '/api/v1/supplier-shares/csv'],
  exportTaxRates: ['GET', '/api/v1/taxes/rates/csv'],
  exportTaxReport: ['GET', '/api/v1/tax-report/csv'],
  finishShelfLabels: ['POST', '/api/v1/shelf-labels/done'],
  forecastOffers: ['POST', '/api/v1/offer-rules/forecast'],
  foundEntity: ['POST', '/api/v1/entities'],
  getAccount: ['GET', '/api/v1/account'],
  getBackupPlan: ['GET', '/api/v1/system/backup-plan'],
  getCustomer: ['GET', '/api/v1/customers/{id}'],
  getCustomerErasure: ['GET', '/api/v1/customers/{id}/erasure'],
  getGettingStarted: ['GET', '/api/v1/getting-started'],
  getGiftCard: ['GET', '/api/v1/gift-cards/{id}'],
  getHealth: ['GET', '/api/v1/health'],
  getImport: ['GET', '/api/v1/imports/{id}'],
  getMedia: ['GET', '/api/v1/media/{id}'],
  getOfferRule: ['GET', '/api/v1/offer-rules/{id}'],
  getOrder: ['GET', '/api/v1/orders/{id}'],
  getOwnKey: ['GET', '/api/v1/api-key'],
  getPersonErasure: ['GET', '/api/v1/staff/people/{id}/erasure'],
  getPriceChange: ['GET', '/api/v1/price-changes/{id}'],
  getProduct: ['GET', '/api/v1/products/{id}'],
  getProfitAndLoss: ['GET', '/api/v1/profit-and-loss'],
  getPromotion: ['GET', '/api/v1/promotions/{id}'],
  getReadiness: ['GET', '/api/v1/readiness'],
  getReady: ['GET', '/api/v1/ready'],
  getSandbox: ['GET', '/api/v1/sandbox'],
  getSecondFactorPolicy: ['GET', '/api/v1/staff/second-factor'],
  getSession: ['GET', '/api/v1/session'],
  getShippedTaxRates: ['GET', '/api/v1/taxes/rates/shipped'],
  getStaff: ['GET', '/api/v1/staff/people/{id}'],
  getStockValuation: ['GET', '/api/v1/stock-valuation'],
  getSystemHealth: ['GET', '/api/v1/system/health'],
  getTask: ['GET', '/api/v1/tasks/{id}'],
  getTaxBuyer: ['GET', '/api/v1/customers/{id}/tax'],
  getTaxReport: ['GET', '/api/v1/tax-report'],
  getToday: ['GET', '/api/v1/today'],
  getTrialBalance: ['GET', '/api/v1/trial-balance'],
  getWaysIn: ['GET', '/api/v1/session/ways'],
  getWebhook: ['GET', '/api/v1/webhooks/{id}'],
  getWebhookMessage: ['GET', '/api/v1/webhooks/{id}/messages/{number}'],
  giveRole: ['POST', '/api/v1/staff/people/{id}/grants'],
  grantPoints: ['POST', '/api/v1/customers/{id}/points'],
  grantStoreCredit: ['POST', '/api/v1/customers/{id}/store-credit'],
  importPostalAreas: ['POST', '/api/v1/taxes/postal-areas/import'],
  importTaxRates: ['POST', '/api/v1/taxes/rates/import'],
  invite: ['POST', '/api/v1/staff/invitations'],
  issueBadge: ['POST', '/api/v1/staff/people/{id}/badges'],
  issueGiftCards: ['POST', '/api/v1/gift-cards'],
  listApiKeys: ['GET', '/api/v1/api-keys'],
  listApprovals: ['GET', '/api/v1/staff/approvals'],
  listBackups: ['GET', '/api/v1/system/backups'],
  listCategories: ['GET', '/api/v1/categories'],
  listChannels: ['GET', '/api/v1/channels'],
  listCouponBatches: ['GET', '/api/v1/promotions/{id}/coupon-batches'],
  listCustomerGroups: ['GET', '/api/v1/customer-groups'],
  listCustomers: ['GET', '/api/v1/customers'],
  listDevices: ['GET', '/api/v1/devices'],
  listEntities: ['GET', '/api/v1/entities'],
  listEvents: ['GET', '/api/v1/events'],
  listExchangeRates: ['GET', '/api/v1/exchange-rates'],
  listFourEyes: ['GET', '/api/v1/staff/four-eyes'],
  listGiftCards: ['GET', '/api/v1/gift-cards'],
  listGroupCustomers: ['GET', '/api/v1/customer-groups/{id}/customers'],
  listImportFormats: ['GET', '/api/v1/import-formats'],
  listImportProblems: ['GET', '/api/v1/imports/{id}/problems'],
  listImports: ['GET', '/api/v1/imports'],
  listInvitations: ['GET', '/api/v1/staff/invitations'],
  listJournal: ['GET', '/api/v1/journal'],
  listJurisdictionTaxRates: ['GET', '/api/v1/taxes/rates'],
  listLedgerAccounts: ['GET', '/api/v1/accounts'],
  listLocations: ['GET', '/api/v1/locations'],
  listLoyaltyProgrammes: ['GET', '/api/v1/loyalty-programmes'],
  listOfferGrants: ['GET', '/api/v1/offer-rules/{id}/grants'],
  listOfferRules: ['GET', '/api/v1/offer-rules'],
  listOrders: ['GET', '/api/v1/orders'],
  listOwnSessions: ['GET', '/api/v1/account/sessions'],
  listPeople: ['GET', '/api/v1/people'],
  listPeopleAtRegister: ['GET', '/api/v1/registers/{id}/people'],
  listPoints: ['GET', '/api/v1/customers/{id}/points'],
  listPostalAreas: ['GET', '/api/v1/taxes/postal-areas'],
  listPostalRegions: ['GET', '/api/v1/taxes/postal-areas/regions'],
  listPriceCeilings: ['GET', '/api/v1/price-ceilings'],
  listPriceChangeRows: ['GET', '/api/v1/price-changes/{id}/rows'],
  listPriceChanges: ['GET', '/api/v1/price-changes'],
  listPriceLists: ['GET', '/api/v1/price-lists'],
  listPrices: ['GET', '/api/v1/prices'],
  listProducts: ['GET', '/api/v1/products'],
  listPromotionHistory: ['GET', '/api/v1/promotions/{id}/history'],
  listPromotions: ['GET', '/api/v1/promotions'],
  listQuarantine: ['GET', '/api/v1/quarantine'],
  listRegisters: ['GET', '/api/v1/registers'],
  listRetention: ['GET', '/api/v1/privacy/retention'],
  listRoles: ['GET', '/api/v1/staff/roles'],
  listShelfLabels: ['GET', '/api/v1/shelf-labels'],
  listSkus: ['GET', '/api/v1/skus'],
  listStaff: ['GET', '/api/v1/staff/people'],
  listStateTaxRegistrations: ['GET', '/api/v1/taxes/registrations'],
  listStock: ['GET', '/api/v1/stock'],
  listStockMovements: ['GET', '/api/v1/stock/{id}/movements'],
  listStockPromises: ['GET', '/api/v1/stock/{id}/promises'],
  listStoreCredit: ['GET', '/api/v1/customers/{id}/store-credit'],
  listSupplierShares: ['GET', '/api/v1/supplier-shares'],
  listTasks: ['GET', '/api/v1/tasks'],
  listTaxExemptions: ['GET', '/api/v1/taxes/exemptions'],
  listTaxJurisdictions: ['GET', '/api/v1/taxes/jurisdictions'],
  listTaxPlaces: ['GET', '/api/v1/taxes/places'],
  listTaxRates: ['GET', '/api/v1/tax-rates'],
  listTaxRegistrations: ['GET', '/api/v1/tax-registrations'],
  listWaysIn: ['GET', '/api/v1/staff/people/{id}/ways-in'],
  listWebhookCalls: ['GET', '/api/v1/webhooks/{id}/calls'],
  listWebhooks: ['GET', '/api/v1/webhooks'],
  listWhoMay: ['GET', '/api/v1/staff/who-may'],
  live: ['GET', '/api/v1/live'],
  lookAtInvitation: ['POST', '/api/v1/invitations/look'],
  lookUpGiftCard: ['POST', '/api/v1/gift-card-lookups'],
  makeBackup: ['POST', '/api/v1/system/backups'],
  makeRecoveryCodes: ['POST', '/api/v1/account/recovery-codes'],
  moveCategory: ['PATCH', '/api/v1/categories/{id}'],
  offerPromotion: ['POST', '/api/v1/promotions/{id}/offers'],
  openChannel: ['POST', '/api/v1/channels'],
  openLocation: ['POST', '/api/v1/locations'],
  openRegister: ['POST', '/api/v1/registers'],
  pairDevice: ['POST', '/api/v1/devices'],
  placeOrder: ['POST', '/api/v1/orders'],
  previewEarning: ['POST', '/api/v1/loyalty-previews'],
  previewWebhook: ['GET', '/api/v1/webhook-matches'],
  pushFacts: ['POST', '/api/v1/registers/{id}/facts'],
  putImportPart: ['PUT', '/api/v1/imports/{id}/parts/{part}'],
  reactivateStaff: ['POST', '/api/v1/staff/people/{id}/reactivation'],
  receiveGoods: ['POST', '/api/v1/goods-receipts'],
  recordMarketplaceOrder: ['POST', '/api/v1/channels/{id}/marketplace-orders'],
  recordSale: ['POST', '/api/v1/sales'],
  registerForTax: ['POST', '/api/v1/tax-registrations'],
  registerWithState: ['PUT', '/api/v1/taxes/registrations'],
  releaseReservation: ['POST', '/api/v1/reservations/{id}/release'],
  removeGroupCustomers: ['POST', '/api/v1/customer-groups/{id}/customers/remove'],
  removePasskey: ['DELETE', '/api/v1/account/passkeys/{id}'],
  removePostalAreas: ['DELETE', '/api/v1/taxes/postal-areas/{country}/{region}'],
  renamePasskey: ['PATCH', '/api/v1/account/passkeys/{id}'],
  reopenTask: ['POST', '/api/v1/tasks/{id}/reopening'],
  replayWebhook: ['POST', '/api/v1/webhooks/{id}/replay'],
  resendInvitation: ['POST', '/api/v1/staff/invitations/{id}/resend'],
  resendWebhookEvent: ['POST', '/api/v1/webhooks/{id}/resend'],
  reserveStock: ['POST', '/api/v1/reservations'],
  resetPassword: ['POST', '/api/v1/password-resets/complete'],
  resetSandbox: ['POST', '/api/v1/sandbox/reset'],
  resetSecondFactor: ['POST', '/api/v1/staff/people/{id}/second-factor-reset'],
  resolveQuarantined: ['POST', '/api/v1/quarantine/{id}/resolution'],
  returnGoods: ['POST', '/api/v1/returns'],
  revokeApiKey: ['POST', '/api/v1/api-keys/{id}/revocation'],
  revokeDevice: ['POST', '/api/v1/devices/{id}/revocation'],
  revokeInvitation: ['DELETE', '/api/v1/staff/invitations/{id}'],
  rotateApiKey: ['POST', '/api/v1/api-keys/{id}/rotation'],
  rotateWebhookSecret: ['POST', '/api/v1/webhooks/{id}/secret'],
  runHealthCheck: ['POST', '/api/v1/system/health/{name}/run'],
  runImport: ['POST', '/api/v1/imports/{id}/run'],
  schedulePriceChange: ['POST', '/api/v1/price-changes/{id}/schedule'],
  searchAudit: ['GET', '/api/v1/audit'],
  sendTestAlert: ['POST', '/api/v1/system/alerts/test'],
  setExchangeRate: ['POST', '/api/v1/exchange-rates'],
  setFourEyes: ['PUT', '/api/v1/staff/four-eyes/{act}'],
  setListPrices: ['PUT', '/api/v1/price-lists/{id}/prices'],
  setLoyaltyProgramme: ['PUT', '/api/v1/loyalty-programmes'],
  setPin: ['PUT', '/api/v1/staff/people/{id}/pin'],
  setPriceCeilings: ['PUT', '/api/v1/price-ceilings'],
  setPrices: ['PUT', '/api/v1/prices'],
  setRetention: ['PUT', '/api/v1/privacy/retention'],
  setSafetyStock: ['PUT', '/api/v1/safety-stock'],
  setSecondFactorPolicy: ['PUT', '/api/v1/staff/second-factor'],
  setTaxBuyer: ['PUT', '/api/v1/customers/{id}/tax'],
  setTaxJurisdiction: ['PUT', '/api/v1/taxes/jurisdictions/{code}'],
  setTaxPlace: ['PUT', '/api/v1/taxes/places/{id}'],
  setTaxRate: ['PUT', '/api/v1/tax-rates'],
  shipOrder: ['POST', '/api/v1/orders/{id}/shipments'],
  signIn: ['POST', '/api/v1/session'],
  signInAtRegister: ['POST', '/api/v1/registers/{id}/sessions'],
  signInWithCode: ['POST', '/api/v1/session/second-factor'],
  signInWithCompany: ['POST', '/api/v1/session/company'],
  signInWithPasskey: ['POST', '/api/v1/session/passkey'],
  signOut: ['DELETE', '/api/v1/session'],
  skipStep: ['PUT', '/api/v1/getting-started/{step}'],
  startCodes: ['POST', '/api/v1/account/codes'],
  startCompanySignIn: ['POST', '/api/v1/session/company/start'],
  startConfirmation: ['POST', '/api/v1/account/confirmation/options'],
  startPasskey: ['POST', '/api/v1/account/passkeys/options'],
  startPasskeySignIn: ['POST', '/api/v1/session/passkey/options'],
  summarisePriceChange: ['GET', '/api/v1/price-changes/{id}/summary'],
  switchOfferRule: ['POST', '/api/v1/offer-rules/{id}/state'],
  takeRole: ['POST', '/api/v1/staff/people/{id}/grants/{grantId}/revocation'],
  taxBasket: ['POST', '/api/v1/taxes/basket'],
  tellLeftCart: ['POST', '/api/v1/carts/left'],
  testWebhook: ['POST', '/api/v1/webhooks/{id}/test'],
  transferStock: ['POST', '/api/v1/stock-transfers'],
  tryPromotions: ['POST', '/api/v1/promotions/try'],
  turnOffCodes: ['DELETE', '/api/v1/account/codes'],
  turnOnCodes: ['POST', '/api/v1/account/codes/confirmation'],
  unblockGiftCard: ['POST', '/api/v1/gift-cards/{id}/unblock'],
  undoImport: ['POST', '/api/v1/imports/{id}/undo'],
  undoPriceChange: ['POST', '/api/v1/price-changes/{id}/undo'],
} as const;
