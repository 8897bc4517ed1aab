import type { MasterImport } from '../../../platform/commit/master-chunks.ts';
import { changed, type Master, type MasterOutcome } from '../../../platform/commit/master-door.ts';
import { seedChart } from '../../../src/accounting/server/chart.store.ts';
import type { Channel } from '../../../src/channels/channel.ts';
import { insertChannels } from '../../../src/channels/server/channels.store.ts';
import type { DatedRate } from '../../../src/company/exchange-rate.ts';
import type { LegalEntity } from '../../../src/company/legal-entity.ts';
import {
  insertEntities,
  insertRegisters,
  insertTaxRegistrations,
  saveExchangeRates,
} from '../../../src/company/server/company.store.ts';
import type { TaxRegistration } from '../../../src/company/tax-registration.ts';
import type { Location } from '../../../src/locations/location.ts';
import { insertLocations } from '../../../src/locations/server/locations.store.ts';
import type { PriceList } from '../../../src/pricing/price-list.ts';
import { insertPriceLists, saveVatRates } from '../../../src/pricing/server/pricing.store.ts';
import type { VatRate } from '../../../src/pricing/vat.ts';
import { insertAreas, type ValuationArea } from '../../../src/stock/server/valuation-areas.store.ts';

/** Everything a retailer is before the first product: companies, places, channels, price lists, tax. */
export type RetailerPlan = {
  readonly entities: readonly LegalEntity[];
  readonly registrations: readonly TaxRegistration[];
  readonly locations: readonly Location[];
  readonly areas: readonly ValuationArea[];
  readonly channels: readonly Channel[];
  readonly priceLists: readonly PriceList[];
  readonly vatRates: readonly VatRate[];
  readonly exchangeRates: readonly DatedRate[];
  readonly registers: Parameters<typeof insertRegisters>[1];
};

/** Sets a retailer up in one transaction. The same key again changes nothing. */
export function openRetailer(master: Master, from: MasterImport, plan: RetailerPlan): Promise<MasterOutcome<unknown>> {
  // Secrets of registers are not part of what a repeat is told by.
  const body = {
    ...plan,
    registers: plan.registers.map(({ id, locationId, code, name }) => ({ id, locationId, code, name })),
  };
  return master({ ...from, type: 'open_retailer', topic: 'company', body }, async (tx) => {
    await insertEntities(tx, plan.entities);
    for (const entity of plan.entities) await seedChart(tx, entity.id);
    await insertTaxRegistrations(tx, plan.registrations);
    await insertLocations(tx, plan.locations);
    await insertAreas(tx, plan.areas);
    await insertChannels(tx, plan.channels);
    await insertPriceLists(tx, plan.priceLists);
    await saveVatRates(tx, plan.vatRates);
    await saveExchangeRates(tx, plan.exchangeRates);
    await insertRegisters(tx, plan.registers);
    const codes = plan.entities.map((entity) => entity.code);
    // Everybody who may read events at one place reads this: how many places there are, and no id of another one.
    const after = { entities: codes, locations: plan.locations.length, channels: plan.channels.length };
    return changed(
      [
        {
          type: 'RetailerOpened',
          version: 1,
          body: { ...after, before: null, after },
        },
      ],
      { entities: codes },
    );
  });
}
