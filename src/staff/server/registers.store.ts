import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import type { SealedColumn } from '../../../platform/secrets/rotate.ts';
import { REGISTER_WINDOW_MS } from '../register-sign-in.ts';
import { instant } from './rights.store.ts';

const sql = loadSql(import.meta.url, './registers.sql', [
  'save_pin',
  'delete_pin',
  'list_ways_in',
  'try_pin',
  'clear_pin',
  'try_register',
  'clear_register',
  'insert_badge',
  'block_badge',
  'find_badge',
  'list_at_location',
  'insert_session',
  'find_old_pins',
  'replace_pin',
]);

/** PINs, for the rotation of the key that they are sealed with. */
export const sealedPins: SealedColumn = {
  name: 'PINs',
  findOld: (tx, prefix, limit) => tx.rows(sql.find_old_pins, [prefix, limit]),
  async replace(tx, { id, from, to }) {
    await tx.run(sql.replace_pin, [...id.split(' '), from, to]);
  },
};

/** How somebody gets in at registers: a PIN at a location, or a badge. Instants in epoch milliseconds. */
export type WayIn = {
  readonly kind: 'pin' | 'badge';
  readonly id: string | null;
  readonly locationId: string | null;
  readonly ending: string;
  readonly failedTries: number;
  readonly since: number;
  readonly blockedAt: number | null;
};

/** Writes a PIN over the one before; it is open again. */
export async function savePin(
  tx: Tx,
  pin: { readonly personId: string; readonly locationId: string; readonly sealedHash: string },
  by: { readonly id: string; readonly at: number },
): Promise<void> {
  await tx.run(sql.save_pin, [pin.personId, pin.locationId, pin.sealedHash, instant(by.at), by.id]);
}

/** Takes a PIN away. Says whether there was one. */
export async function deletePin(tx: Tx, personId: string, locationId: string): Promise<boolean> {
  return (await tx.run(sql.delete_pin, [personId, locationId])) === 1;
}

/** The PINs and badges of a person. */
export async function listWaysIn(tx: Tx, personId: string): Promise<WayIn[]> {
  type Columns = Pick<WayIn, 'kind' | 'id' | 'ending' | 'since'> & {
    location_id: string | null;
    failed_tries: number;
    blocked_at: number | null;
  };
  const rows = await tx.rows<Columns>(sql.list_ways_in, [personId]);
  return rows.map(({ location_id: locationId, failed_tries: failedTries, blocked_at: blockedAt, ...row }) => ({
    ...row,
    locationId,
    failedTries,
    blockedAt,
  }));
}

/** Counts a try and gives what is kept of the PIN; undefined for who has none there. */
export async function tryPin(
  tx: Tx,
  personId: string,
  locationId: string,
): Promise<{ sealedHash: string; tries: number } | undefined> {
  const row = await tx.find<{ sealed_hash: string; failed_tries: number }>(sql.try_pin, [personId, locationId]);
  return row && { sealedHash: row.sealed_hash, tries: row.failed_tries };
}

/** Counts a try at a register and gives how many there were since when. */
export async function tryRegister(
  tx: Tx,
  registerId: string,
  at: number,
): Promise<{ readonly failed: number; readonly since: number }> {
  return tx.get(sql.try_register, [registerId, instant(at), instant(at - REGISTER_WINDOW_MS)]);
}

/** Somebody was right: their tries are forgotten, and the register's last one. */
export async function clearTries(
  tx: Tx,
  registerId: string,
  pin: { readonly personId: string; readonly locationId: string } | undefined,
): Promise<void> {
  await tx.run(sql.clear_register, [registerId]);
  if (pin !== undefined) await tx.run(sql.clear_pin, [pin.personId, pin.locationId]);
}

/** Writes a badge. */
export async function insertBadge(
  tx: Tx,
  badge: { readonly id: string; readonly personId: string; readonly codeHash: string; readonly ending: string },
  by: { readonly id: string; readonly at: number },
): Promise<void> {
  await tx.run(sql.insert_badge, [badge.id, badge.personId, badge.codeHash, badge.ending, instant(by.at), by.id]);
}

/** Blocks a badge for good. Says whether it was open. */
export async function blockBadge(
  tx: Tx,
  badge: { readonly id: string; readonly personId: string },
  by: { readonly id: string; readonly at: number },
): Promise<boolean> {
  return (await tx.run(sql.block_badge, [badge.id, badge.personId, instant(by.at), by.id])) === 1;
}

/** Whose open badge this is. */
export async function findBadge(tx: Tx, codeHash: string): Promise<string | undefined> {
  return (await tx.find<{ person_id: string }>(sql.find_badge, [codeHash]))?.person_id;
}

/** People with a PIN at a location, by name. */
export async function listAtLocation(tx: Tx, locationId: string): Promise<{ id: string; name: string }[]> {
  return tx.rows(sql.list_at_location, [locationId]);
}

/** Writes a session that is worth what its person may do at one place. */
export async function insertRegisterSession(
  tx: Tx,
  session: {
    readonly id: string;
    readonly tokenHash: string;
    readonly personId: string;
    readonly method: 'pin' | 'badge';
    readonly createdAt: number;
    readonly expiresAt: number;
    readonly userAgent: string;
    readonly address: string;
    readonly registerId: string;
    readonly entityId: string;
    readonly locationId: string;
  },
): Promise<void> {
  await tx.run(sql.insert_session, [
    session.id,
    session.tokenHash,
    session.personId,
    session.method,
    instant(session.createdAt),
    instant(session.expiresAt),
    session.userAgent,
    session.address,
    session.registerId,
    session.entityId,
    session.locationId,
  ]);
}
