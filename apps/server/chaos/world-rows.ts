import type { World } from '../../simulator/world.ts';

/** Runs one statement with parameters in the retailer's schema. */
export type Run = (text: string, values?: unknown[]) => Promise<unknown>;

/** Writes the master data of a simulated world that the books of a database refer to: companies, places, valuation areas. */
export async function insertWorld(run: Run, world: World): Promise<void> {
  for (const [n, entity] of world.entities.entries()) {
    await run(
      'insert into company_legal_entity (id, code, name, country, functional_currency) values ($1, $2, $2, $3, $4)',
      [entity.id, `E${n + 1}`, 'GB', entity.currency],
    );
  }
  const areas = new Map(world.locations.map((location) => [location.areaId, location]));
  for (const { areaId, entityId, valuationMethod } of areas.values()) {
    const currency = world.entities.find((one) => one.id === entityId)?.currency;
    await run('insert into stock_valuation_area (id, entity_id, name, method, currency) values ($1, $2, $3, $4, $5)', [
      areaId,
      entityId,
      'Area',
      valuationMethod,
      currency,
    ]);
  }
  for (const { id, entityId, code, areaId } of world.locations) {
    await run(
      "insert into location (id, entity_id, code, name, kind, country, time_zone) values ($1, $2, $3, $3, 'store', 'GB', 'UTC')",
      [id, entityId, code],
    );
    await run('insert into stock_area_location (location_id, area_id) values ($1, $2)', [id, areaId]);
  }
}
