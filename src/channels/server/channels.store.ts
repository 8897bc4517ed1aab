import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { currencyCode } from '../../kernel/currency.ts';
import type { Channel, ChannelKind, KeptChannel, TaxCollector } from '../channel.ts';

const sql = loadSql(import.meta.url, './channels.sql', ['find_channels', 'insert_channels', 'save_channel']);

/** All channels by code. */
export async function loadChannels(tx: Tx): Promise<KeptChannel[]> {
  type Row = {
    id: string;
    entity_id: string;
    code: string;
    name: string;
    kind: ChannelKind;
    currency: string;
    default_location_id: string;
    commission_ppm: number;
    tax_collected_by: TaxCollector;
    archived: boolean;
    version: number;
  };
  return (await tx.rows<Row>(sql.find_channels)).map(({ id, code, name, kind, archived, version, ...row }) => ({
    id,
    entityId: row.entity_id,
    code,
    name,
    kind,
    currency: currencyCode(row.currency),
    defaultLocationId: row.default_location_id,
    commissionPpm: row.commission_ppm,
    taxCollectedBy: row.tax_collected_by,
    archived,
    version,
  }));
}

/** Inserts channels that were decided. */
export async function insertChannels(tx: Tx, rows: readonly Channel[]): Promise<void> {
  await tx.run(sql.insert_channels, [
    rows.map((each) => each.id),
    rows.map((each) => each.entityId),
    rows.map((each) => each.code),
    rows.map((each) => each.name),
    rows.map((each) => each.kind),
    rows.map((each) => each.currency),
    rows.map((each) => each.defaultLocationId),
    rows.map((each) => each.commissionPpm),
    rows.map((each) => each.taxCollectedBy ?? 'us'),
  ]);
}

/** Writes a channel as it was decided. False when somebody else was faster. `at`: when it was archived, should it be new that it is. */
export async function saveChannel(tx: Tx, channel: KeptChannel, at: Date): Promise<boolean> {
  const { id, version, name, defaultLocationId, commissionPpm, taxCollectedBy = 'us', archived } = channel;
  const values = [id, version, name, defaultLocationId, commissionPpm, archived, at, taxCollectedBy];
  return (await tx.run(sql.save_channel, values)) === 1;
}
