import { withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import { SecretUnreadable } from '../../../platform/secrets/secrets.ts';
import type { CurrencyCode } from '../../kernel/currency.ts';
import type { ExchangeRate } from '../../kernel/rate.ts';
import type { BusinessDay } from '../../kernel/time.ts';
import { exchangeRateOn, type DatedRate } from '../exchange-rate.ts';
import type { LegalEntity } from '../legal-entity.ts';
import { registrationOn, type TaxRegistration } from '../tax-registration.ts';
import {
  loadEntities,
  loadExchangeRates,
  loadRegisterSecrets,
  loadTaxRegistrations,
  type OpenRegisterSecret,
  type RegisterWithSecret,
} from './company.store.ts';

/** A location as the path of a sale needs it, without its valuation area. */
export type LocationRow = {
  readonly id: string;
  readonly entityId: string;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly timeZone: string;
  readonly cutOffHour: number;
  readonly country: string;
  readonly archived: boolean;
};

/** Where a location's stock is valued. */
export type AreaRow = {
  readonly locationId: string;
  readonly areaId: string;
  readonly valuationMethod: 'moving_average' | 'fifo';
  readonly areaCurrency: CurrencyCode;
};

/** A location with its valuation area; a location outside all areas has none of the three. */
export type LocationRef = LocationRow & Partial<Omit<AreaRow, 'locationId'>>;

/** A channel as the path of a sale needs it. */
export type ChannelRef = {
  readonly id: string;
  readonly entityId: string;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly currency: CurrencyCode;
  readonly defaultLocationId: string;
  readonly commissionPpm: number;
  readonly taxCollectedBy?: 'us' | 'marketplace' | undefined;
  readonly archived: boolean;
};

/** A VAT rate and what the law calls it. */
export type VatRateRow = {
  readonly country: string;
  readonly taxClass: string;
  readonly validFrom: BusinessDay;
  readonly ratePpm: number;
  readonly name: string;
};

/** What the domains above the company hand in: how to read their few, small tables whole. */
export type CompanySources = {
  readonly locations: (tx: Tx) => Promise<readonly LocationRow[]>;
  readonly channels: (tx: Tx) => Promise<readonly ChannelRef[]>;
  readonly vatRates: (tx: Tx) => Promise<readonly VatRateRow[]>;
  readonly areas: (tx: Tx) => Promise<readonly AreaRow[]>;
};

/** How the company is set up, in memory. Every look-up answers at once; undefined when there is none. */
export type CompanyCache = {
  entity(id: string): LegalEntity | undefined;
  location(id: string): LocationRef | undefined;
  channel(id: string): ChannelRef | undefined;
  register(id: string): RegisterWithSecret | undefined;
  entities(): readonly LegalEntity[];
  locations(): readonly LocationRef[];
  channels(): readonly ChannelRef[];
  vatRate(
    country: string,
    taxClass: string,
    day: BusinessDay,
  ): { readonly ratePpm: number; readonly name: string } | undefined;
  /** All VAT rates, the same list until they are read again. */
  vatRates(): readonly VatRateRow[];
  /** Whether the entity pays VAT in the country on the day: the rates of that country are its own then. */
  isRegistered(entityId: string, country: string, day: BusinessDay): boolean;
  /** One to one within a currency; undefined when no rate is known, so that nobody books at a guess. */
  exchangeRate(from: CurrencyCode, to: CurrencyCode, day: BusinessDay): ExchangeRate | undefined;
  /** Reads everything again; also what an event of the topic `company` or `price` (VAT rates) does. Rejects when the database is gone: what was known stays. */
  reload(): Promise<void>;
  /** Told of every event by the follower of the composition root. */
  invalidate(event: { readonly topic: string; readonly body: Readonly<Record<string, unknown>> }): Promise<void>;
};

type Tables = {
  readonly entities: ReadonlyMap<string, LegalEntity>;
  readonly locations: ReadonlyMap<string, LocationRef>;
  readonly channels: ReadonlyMap<string, ChannelRef>;
  readonly registers: ReadonlyMap<string, RegisterWithSecret>;
  readonly registrations: readonly TaxRegistration[];
  readonly vat: ReadonlyMap<string, readonly VatRateRow[]>;
  readonly vatRates: readonly VatRateRow[];
  readonly rates: ReadonlyMap<string, readonly DatedRate[]>;
};

/** Reads how the company is set up and keeps it. Resolves when it is there. */
export async function openCompanyCache(deps: {
  readonly pool: Pool;
  readonly schema: string;
  readonly sources: CompanySources;
  /** Opens what registers sign with; without it what is sealed is not read, which only those need who check facts. */
  readonly openSecret?: ((sealed: string) => string) | undefined;
}): Promise<CompanyCache> {
  const openRegisterSecret = (kept: string): string | undefined => {
    if (!kept.startsWith('sealed.')) return kept;
    try {
      return deps.openSecret?.(kept);
    } catch (error) {
      if (error instanceof SecretUnreadable) return undefined;
      throw error;
    }
  };
  const read = (): Promise<Tables> =>
    withTransaction(deps.pool, { schema: deps.schema, snapshot: true }, (tx) =>
      loadTables(tx, deps.sources, openRegisterSecret),
    );
  let tables = await read();
  let running: Promise<void> | undefined;
  let waiting: Promise<void> | undefined;

  const start = async (): Promise<void> => {
    try {
      tables = await read();
    } finally {
      running = undefined;
    }
  };
  // Who comes while a reload runs may know of a later change, so one more runs after it, for all who came.
  const reload = (): Promise<void> => {
    if (running === undefined) return (running = start());
    waiting ??= running
      .catch(() => undefined)
      .then(() => {
        waiting = undefined;
        return (running = start());
      });
    return waiting;
  };

  return {
    entity: (id) => tables.entities.get(id),
    location: (id) => tables.locations.get(id),
    channel: (id) => tables.channels.get(id),
    register: (id) => tables.registers.get(id),
    entities: () => [...tables.entities.values()],
    locations: () => [...tables.locations.values()],
    channels: () => [...tables.channels.values()],
    vatRate: (country, taxClass, day) =>
      tables.vat.get(`${country} ${taxClass}`)?.findLast((rate) => rate.validFrom <= day),
    vatRates: () => tables.vatRates,
    isRegistered: (entityId, country, day) =>
      registrationOn(tables.registrations, { entityId, country, day }) !== undefined,
    exchangeRate(from, to, day) {
      if (from === to) return { from, to, numerator: 1, denominator: 1 };
      return exchangeRateOn(tables.rates.get(pairKey(from, to)) ?? [], { from, to, day });
    },
    reload,
    async invalidate({ topic, body }) {
      if (topic === 'company' || (topic === 'price' && body['vat'] === true)) await reload();
    },
  };
}

async function loadTables(tx: Tx, sources: CompanySources, openSecret: OpenRegisterSecret): Promise<Tables> {
  const entities = await loadEntities(tx);
  const registers = await loadRegisterSecrets(tx, openSecret);
  const rates = await loadExchangeRates(tx);
  const areas = new Map((await sources.areas(tx)).map((area) => [area.locationId, area]));
  const locations = (await sources.locations(tx)).map((location): LocationRef => {
    const area = areas.get(location.id);
    if (area === undefined) return location;
    return { ...location, areaId: area.areaId, valuationMethod: area.valuationMethod, areaCurrency: area.areaCurrency };
  });
  const vat = (await sources.vatRates(tx)).toSorted((a, b) =>
    a.validFrom < b.validFrom ? -1 : a.validFrom > b.validFrom ? 1 : 0,
  );
  return {
    entities: byId(entities),
    locations: byId(locations),
    channels: byId(await sources.channels(tx)),
    registers: byId(registers),
    registrations: await loadTaxRegistrations(tx),
    vatRates: vat,
    vat: grouped(vat, (rate) => `${rate.country} ${rate.taxClass}`),
    rates: grouped(rates, (rate) => pairKey(rate.from, rate.to)),
  };
}

/** Both directions of a pair under one key. */
function pairKey(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

function byId<T extends { readonly id: string }>(rows: readonly T[]): Map<string, T> {
  return new Map(rows.map((row) => [row.id, row]));
}

function grouped<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}
