import { createHmac } from 'node:crypto';
import type { Channel } from '../../../src/channels/channel.ts';
import { currencyCode } from '../../../src/kernel/currency.ts';
import { addDays, businessDay, type BusinessDay } from '../../../src/kernel/time.ts';
import type { Location } from '../../../src/locations/location.ts';
import type { VatRate } from '../../../src/pricing/vat.ts';
import type { RetailerPlan } from '../setup/open-retailer.ts';
import { demoId } from './dice.ts';

/**
 * Hollin & Wharf began in 2009 as a potter's shed on Bristol's floating harbour that sold mugs, candles and notebooks to people waiting for
 * the ferry. It has five shops, a web shop in two countries and a stall on the marketplace Fairground; since 2019 a sister company in
 * Utrecht keeps the Dutch shops. Names, people and goods are made up.
 */
export const DEMO_NAME = 'Hollin & Wharf';

const GBP = currencyCode('GBP');
const EUR = currencyCode('EUR');
const UK = 'Europe/London';
const NL = 'Europe/Amsterdam';

/** From which local hour to which a place is open, Monday to Sunday; null when it is shut. */
type Week = readonly (readonly [from: number, to: number] | null)[];
const UK_HOURS: Week = [
  [9, 18],
  [9, 18],
  [9, 18],
  [9, 19],
  [9, 18],
  [9, 18],
  [11, 17],
];
const NL_HOURS: Week = [
  [11, 18],
  [10, 18],
  [10, 18],
  [10, 21],
  [10, 18],
  [9, 18],
  [12, 17],
];
/** Parcels leave on Sundays too: who orders on Saturday night expects it. */
const WAREHOUSE_HOURS: Week = [
  [6, 18],
  [6, 18],
  [6, 18],
  [6, 18],
  [6, 18],
  [6, 18],
  [6, 13],
];

/** A place of the demo with what the simulator needs to know of it. */
export type DemoPlace = {
  readonly code: string;
  readonly name: string;
  readonly city: string;
  readonly company: 'UK' | 'NL';
  readonly kind: 'store' | 'warehouse';
  readonly timeZone: string;
  readonly week: Week;
  /** Sales on an average day. */
  readonly salesADay: number;
  readonly tills: number;
  /** Rent of a month in the company's minor units. */
  readonly rentMinor: number;
};

/** The two warehouses and the five shops. */
export const PLACES: readonly DemoPlace[] = [
  {
    code: 'AVM',
    name: 'Avonmouth warehouse',
    city: 'Bristol',
    company: 'UK',
    kind: 'warehouse',
    timeZone: UK,
    week: WAREHOUSE_HOURS,
    salesADay: 0,
    tills: 0,
    rentMinor: 310_000,
  },
  {
    code: 'BRS',
    name: 'Bristol Harbourside',
    city: 'Bristol',
    company: 'UK',
    kind: 'store',
    timeZone: UK,
    week: UK_HOURS,
    salesADay: 17,
    tills: 2,
    rentMinor: 260_000,
  },
  {
    code: 'BTH',
    name: 'Bath Walcot',
    city: 'Bath',
    company: 'UK',
    kind: 'store',
    timeZone: UK,
    week: UK_HOURS,
    salesADay: 11,
    tills: 1,
    rentMinor: 195_000,
  },
  {
    code: 'EDI',
    name: 'Edinburgh Stockbridge',
    city: 'Edinburgh',
    company: 'UK',
    kind: 'store',
    timeZone: UK,
    week: UK_HOURS,
    salesADay: 13,
    tills: 2,
    rentMinor: 230_000,
  },
  {
    code: 'NWG',
    name: 'Nieuwegein magazijn',
    city: 'Nieuwegein',
    company: 'NL',
    kind: 'warehouse',
    timeZone: NL,
    week: WAREHOUSE_HOURS,
    salesADay: 0,
    tills: 0,
    rentMinor: 240_000,
  },
  {
    code: 'UTR',
    name: 'Utrecht Oudegracht',
    city: 'Utrecht',
    company: 'NL',
    kind: 'store',
    timeZone: NL,
    week: NL_HOURS,
    salesADay: 12,
    tills: 2,
    rentMinor: 245_000,
  },
  {
    code: 'RTM',
    name: 'Rotterdam Katendrecht',
    city: 'Rotterdam',
    company: 'NL',
    kind: 'store',
    timeZone: NL,
    week: NL_HOURS,
    salesADay: 9,
    tills: 1,
    rentMinor: 180_000,
  },
];

/** A channel of the demo: orders on an average day, or none where the tills say it. */
export type DemoChannel = {
  readonly code: string;
  readonly name: string;
  readonly kind: Channel['kind'];
  readonly company: 'UK' | 'NL';
  readonly warehouse: string;
  readonly ordersADay: number;
  readonly commissionPpm: number;
};

/** Shop, stores, marketplace and telephone; a company sells at its own channels only. */
export const CHANNELS: readonly DemoChannel[] = [
  {
    code: 'SHOP-UK',
    name: 'Web shop, United Kingdom',
    kind: 'shop',
    company: 'UK',
    warehouse: 'AVM',
    ordersADay: 12.5,
    commissionPpm: 0,
  },
  {
    code: 'SHOP-NL',
    name: 'Webwinkel, Nederland',
    kind: 'shop',
    company: 'NL',
    warehouse: 'NWG',
    ordersADay: 6.5,
    commissionPpm: 0,
  },
  {
    code: 'STORE-UK',
    name: 'Stores, United Kingdom',
    kind: 'store',
    company: 'UK',
    warehouse: 'BRS',
    ordersADay: 0,
    commissionPpm: 0,
  },
  {
    code: 'STORE-NL',
    name: 'Winkels, Nederland',
    kind: 'store',
    company: 'NL',
    warehouse: 'UTR',
    ordersADay: 0,
    commissionPpm: 0,
  },
  {
    code: 'FAIRGROUND',
    name: 'Fairground marketplace',
    kind: 'marketplace',
    company: 'UK',
    warehouse: 'AVM',
    ordersADay: 5,
    commissionPpm: 125_000,
  },
  {
    code: 'PHONE',
    name: 'Call centre',
    kind: 'call_centre',
    company: 'UK',
    warehouse: 'AVM',
    ordersADay: 0.8,
    commissionPpm: 0,
  },
];

/**
 * VAT as the law has it, for the classes of the range. Sources:
 * United Kingdom: Value Added Tax Act 1994, s. 2(1) (20 % since 4 January 2011, Finance (No. 2) Act 2010, s. 3), s. 29A and Schedule 7A
 * (5 %), s. 30 and Schedule 8 (0 %: Group 1 food with tea and coffee, Group 3 books); potted plants are standard-rated.
 * Netherlands: Wet op de omzetbelasting 1968, art. 9 lid 1 (21 % since 1 October 2012), art. 9 lid 2 a with Tabel I (9 % since
 * 1 January 2019: food, books, products of floriculture), art. 9 lid 2 b with Tabel II (0 %).
 * Multi-purpose vouchers are taxed when they are redeemed: Directive 2006/112/EC, art. 30b; VATA 1994, Schedule 10B.
 */
export const VAT_RATES: readonly VatRate[] = [
  ['GB', 'standard', '2011-01-04', 200_000, 'VAT 20 %'],
  ['GB', 'reduced', '1997-09-01', 50_000, 'VAT 5 %'],
  ['GB', 'zero', '1973-04-01', 0, 'VAT 0 %'],
  ['GB', 'food', '1973-04-01', 0, 'VAT 0 %'],
  ['GB', 'books', '1973-04-01', 0, 'VAT 0 %'],
  ['GB', 'plants', '2011-01-04', 200_000, 'VAT 20 %'],
  ['GB', 'outside', '2019-01-01', 0, 'No VAT yet'],
  ['NL', 'standard', '2012-10-01', 210_000, 'Btw 21 %'],
  ['NL', 'reduced', '2019-01-01', 90_000, 'Btw 9 %'],
  ['NL', 'zero', '1969-01-01', 0, 'Btw 0 %'],
  ['NL', 'food', '2019-01-01', 90_000, 'Btw 9 %'],
  ['NL', 'books', '2019-01-01', 90_000, 'Btw 9 %'],
  ['NL', 'plants', '2019-01-01', 90_000, 'Btw 9 %'],
  ['NL', 'outside', '2019-01-01', 0, 'Nog geen btw'],
].map(([country, taxClass, validFrom, ratePpm, name]) => ({
  country: country as string,
  taxClass: taxClass as string,
  validFrom: businessDay(validFrom as string),
  ratePpm: ratePpm as number,
  name: name as string,
}));

/** The demo's retailer with the ids by which the rest of it is told. */
export type DemoRetailer = {
  readonly plan: RetailerPlan;
  readonly entityOf: (company: 'UK' | 'NL') => RetailerPlan['entities'][number];
  readonly locationOf: (code: string) => Location;
  readonly channelOf: (code: string) => Channel;
  readonly areaOf: (company: 'UK' | 'NL') => RetailerPlan['areas'][number];
  readonly registersOf: (code: string) => RetailerPlan['registers'];
};

/**
 * Plans the retailer, open for business at `opensAt`. Registers sign with secrets made from `secret`, so that no two installations share
 * them. Exchange rates are made up: a slow walk around 1.16 euros to the pound, weekly.
 */
export function planRetailer(of: {
  opensAt: number;
  firstDay: BusinessDay;
  days: number;
  secret: string;
}): DemoRetailer {
  const { opensAt, firstDay, days, secret } = of;
  const id = (kind: Parameters<typeof demoId>[0], n: number): string => demoId(kind, opensAt, n);
  const entities: RetailerPlan['entities'] = [
    {
      id: id('entity', 0),
      code: 'HWUK',
      name: 'Hollin & Wharf Ltd',
      country: 'GB',
      functionalCurrency: GBP,
      fiscalYearStartMonth: 4,
    },
    {
      id: id('entity', 1),
      code: 'HWNL',
      name: 'Hollin & Wharf B.V.',
      country: 'NL',
      functionalCurrency: EUR,
      fiscalYearStartMonth: 1,
    },
  ];
  const entityOf = (company: 'UK' | 'NL') => entities[company === 'UK' ? 0 : 1] as RetailerPlan['entities'][number];
  const locations = PLACES.map((place, n): Location => ({
    id: id('location', n),
    entityId: entityOf(place.company).id,
    code: place.code,
    name: place.name,
    kind: place.kind,
    city: place.city,
    country: entityOf(place.company).country,
    timeZone: place.timeZone,
    cutOffHour: place.kind === 'store' ? 4 : 0,
  }));
  const locationOf = (code: string): Location => found(locations, code);
  const areas: RetailerPlan['areas'] = (['UK', 'NL'] as const).map((company, n) => ({
    id: id('area', n),
    entityId: entityOf(company).id,
    name: company === 'UK' ? 'United Kingdom' : 'Nederland',
    method: company === 'UK' ? 'fifo' : 'moving_average',
    currency: entityOf(company).functionalCurrency,
    locationIds: PLACES.filter((place) => place.company === company).map((place) => locationOf(place.code).id),
  }));
  const channels = CHANNELS.map((channel, n): Channel => ({
    id: id('channel', n),
    entityId: entityOf(channel.company).id,
    code: channel.code,
    name: channel.name,
    kind: channel.kind,
    currency: entityOf(channel.company).functionalCurrency,
    defaultLocationId: locationOf(channel.warehouse).id,
    commissionPpm: channel.commissionPpm,
  }));
  const registers = PLACES.flatMap((place) =>
    Array.from({ length: place.tills }, (_, n) => {
      const code = `T${n + 1}`;
      const factSecret = createHmac('sha256', secret).update(`${place.code} ${code}`).digest('hex');
      return { locationId: locationOf(place.code).id, code, name: n === 0 ? 'Front till' : 'Back till', factSecret };
    }),
  ).map((register, n) => ({ id: id('register', n), ...register }));
  const plan: RetailerPlan = {
    entities,
    registrations: entities.map((entity, n) => ({
      id: id('registration', n),
      entityId: entity.id,
      country: entity.country,
      taxNumber: n === 0 ? 'GB000000000' : 'NL000000000B00',
      validFrom: businessDay(n === 0 ? '2009-05-01' : '2019-03-01'),
      validTo: undefined,
    })),
    locations,
    areas,
    channels,
    registers,
    priceLists: channels.map((channel, n) => ({
      id: id('priceList', n),
      channelId: channel.id,
      currency: channel.currency,
      taxInclusive: true,
      name: `${channel.name} ${channel.currency}`,
    })),
    vatRates: VAT_RATES,
    exchangeRates: Array.from({ length: Math.ceil(days / 7) + 1 }, (_, week) => ({
      from: GBP,
      to: EUR,
      numerator: 11_600 + Math.round(140 * Math.sin(week / 2.3)),
      denominator: 10_000,
      validFrom: addDays(firstDay, week * 7 - 1),
    })),
  };
  return {
    plan,
    entityOf,
    locationOf,
    channelOf: (code) => found(channels, code),
    areaOf: (company) => areas[company === 'UK' ? 0 : 1] as RetailerPlan['areas'][number],
    registersOf: (code) => registers.filter((register) => register.locationId === locationOf(code).id),
  };
}

function found<T extends { readonly code: string }>(rows: readonly T[], code: string): T {
  const row = rows.find((each) => each.code === code);
  if (row === undefined) throw new Error(`The demo has no ${code}.`);
  return row;
}
