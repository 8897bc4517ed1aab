import { createHash, hash as digest } from 'node:crypto';
import { loadSql, withTransaction, type Pool, type Tx } from '../db/pool.ts';

const sql = loadSql(import.meta.url, './chain.sql', [
  'last_block',
  'events_between',
  'insert_block',
  'blocks_after',
  'ends',
]);

/** Where the chain ends: the last number it covers and its hash. Written `number:hash`, it is what one pins outside. */
export type Head = { readonly number: number; readonly hash: string };

/** What a check of the whole chain found. `number` is the first event that does not fit. */
export type Verdict =
  | { readonly kind: 'whole'; readonly head: Head; readonly blocks: number; readonly unsealed: number }
  | {
      readonly kind: 'broken';
      readonly number: number;
      /** `event_changed`, `event_missing`: the log. `chain_changed`: the chain itself. `cut_off`: what a pinned head or the counter knows is not there. */
      readonly why: 'event_changed' | 'event_missing' | 'chain_changed' | 'cut_off';
    };

type Deps = { readonly pool: Pool; readonly schema: string };
type Row = {
  number: number;
  type: string;
  version: number;
  topic: string;
  entity_id: string | null;
  location_id: string | null;
  channel_id: string | null;
  subject_id: string | null;
  actor_id: string | null;
  origin_id: string | null;
  occurred_us: number;
  recorded_us: number;
  business_day: string;
  posting_day: string;
  body: string;
};
type Block = { first_number: number; last_number: number; hash: string; marks: Buffer };

/** Events of a block at most. */
export const BLOCK_EVENTS = 1_000;
/** A block that is not full is sealed when its first event is this old. */
const PART_MS = 5 * 60_000;
const MARK_BYTES = 8;
const BEGINNING: Head = { number: 0, hash: '0'.repeat(64) };

/** The hash of an event: over its columns and the text of its body as it is kept, byte for byte. */
function hashOfEvent(row: Row): Buffer {
  const { number, type, version, topic, body } = row;
  const ids = [row.entity_id, row.location_id, row.channel_id, row.subject_id, row.actor_id, row.origin_id];
  const times = [row.occurred_us, row.recorded_us, row.business_day, row.posting_day];
  return digest('sha256', JSON.stringify([number, type, version, topic, ...ids, ...times, body]), 'buffer');
}

/** The hash of a block: over the hash before it, its range and the hashes of its events. */
function hashOfBlock(before: string, hashes: readonly Buffer[], range: { first: number; last: number }): string {
  const all = createHash('sha256').update(`${before}\n${range.first}-${range.last}\n`);
  for (const one of hashes) all.update(one);
  return all.digest('hex');
}

/**
 * Seals what happened since the last block: full blocks, and what is left when it is old enough (`all`: at once). Runs behind the log in bulk; two
 * processes that do so at once write each block once. Gives how many events were sealed.
 */
export async function sealAudit(
  { pool, schema }: Deps,
  { now, all = false, maxBlocks = 200 }: { readonly now: number; readonly all?: boolean; readonly maxBlocks?: number },
): Promise<number> {
  let sealed = 0;
  for (let block = 0; block < maxBlocks; block += 1) {
    const done = await withTransaction(pool, { schema }, async (tx) => {
      const last = await headIn(tx);
      const rows = await tx.rows<Row>(sql.events_between, [last.number, last.number + BLOCK_EVENTS]);
      const [first, newest] = [rows[0], rows.at(-1)];
      if (first === undefined || newest === undefined) return 0;
      const isDue = all || rows.length === BLOCK_EVENTS || now - first.recorded_us / 1000 >= PART_MS;
      if (!isDue) return 0;
      if (newest.number - last.number !== rows.length) throw new Error(`the event log has a gap after ${last.number}`);
      const hashes = rows.map(hashOfEvent);
      const hash = hashOfBlock(last.hash, hashes, { first: first.number, last: newest.number });
      const distinct = <T>(pick: (row: Row) => readonly (T | null)[]): T[] => [
        ...new Set(rows.flatMap(pick).filter((one) => one !== null)),
      ];
      await tx.run(sql.insert_block, [
        first.number,
        newest.number,
        hash,
        Buffer.concat(hashes.map((one) => one.subarray(0, MARK_BYTES))),
        new Date(now).toISOString(),
        new Date(Math.floor(first.recorded_us / 1000)).toISOString(),
        new Date(Math.ceil(newest.recorded_us / 1000)).toISOString(),
        distinct((row) => [row.actor_id]),
        distinct((row) => [row.origin_id]),
        distinct((row) => [row.subject_id]),
        distinct((row) => [row.entity_id, row.location_id]),
        distinct((row) => [row.type]),
        distinct((row) => [row.topic]),
      ]);
      return rows.length;
    });
    sealed += done;
    if (done === 0) break;
  }
  return sealed;
}

/** The head of the chain as it is now. */
export async function auditHead({ pool, schema }: Deps): Promise<Head> {
  return withTransaction(pool, { schema, readOnly: true }, headIn);
}

async function headIn(tx: Tx): Promise<Head> {
  const found = await tx.find<{ last_number: number; hash: string }>(sql.last_block);
  return found === undefined ? BEGINNING : { number: found.last_number, hash: found.hash };
}

/** `number:hash`. */
export function headText({ number, hash }: Head): string {
  return `${number}:${hash}`;
}

/** The head that a text names; undefined for any other text. */
export function readHead(text: string): Head | undefined {
  const parts = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text.trim());
  return parts === null ? undefined : { number: Number(parts[1]), hash: parts[2] ?? '' };
}

/**
 * Computes the whole chain again from the events and says the first number that does not fit. With a head that was pinned outside also whoever changed events
 * and chain together, or cut off the end of both, is found out. Reads block by block; memory stays flat.
 */
export async function verifyAudit(deps: Deps, pinned?: Head): Promise<Verdict> {
  const read = <T>(fn: (tx: Tx) => Promise<T>): Promise<T> =>
    withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, fn);
  let head = BEGINNING;
  let blocks = 0;
  // A head pinned before anything happened holds of every chain.
  let metPinned = pinned === undefined || pinned.number === 0;
  for (;;) {
    const found = await read((tx) => tx.rows<Block>(sql.blocks_after, [head.number, 50]));
    if (found.length === 0) break;
    for (const block of found) {
      const broken = await read((tx) => checkBlock(tx, head, block));
      if (broken !== undefined) return broken;
      head = { number: block.last_number, hash: block.hash };
      blocks += 1;
      if (pinned?.number === head.number) {
        if (pinned.hash !== head.hash) return { kind: 'broken', number: block.first_number, why: 'chain_changed' };
        metPinned = true;
      }
    }
  }
  if (!metPinned && pinned !== undefined) {
    return pinned.number > head.number
      ? { kind: 'broken', number: head.number + 1, why: 'cut_off' }
      : { kind: 'broken', number: pinned.number, why: 'chain_changed' };
  }
  const tail = await read((tx) => checkTail(tx, head));
  return typeof tail === 'number' ? { kind: 'whole', head, blocks, unsealed: tail } : tail;
}

async function checkBlock(tx: Tx, head: Head, block: Block): Promise<Verdict | undefined> {
  const { first_number: first, last_number: last, marks } = block;
  if (first !== head.number + 1) return { kind: 'broken', number: head.number + 1, why: 'chain_changed' };
  const rows = await tx.rows<Row>(sql.events_between, [head.number, last]);
  const hashes: Buffer[] = [];
  for (let at = 0; at <= last - first; at += 1) {
    const row = rows[at];
    if (row?.number !== first + at) return { kind: 'broken', number: first + at, why: 'event_missing' };
    hashes.push(hashOfEvent(row));
  }
  if (hashOfBlock(head.hash, hashes, { first, last }) === block.hash) return undefined;
  const odd = hashes.findIndex(
    (one, at) => !one.subarray(0, MARK_BYTES).equals(marks.subarray(at * MARK_BYTES, (at + 1) * MARK_BYTES)),
  );
  return odd === -1
    ? { kind: 'broken', number: first, why: 'chain_changed' }
    : { kind: 'broken', number: first + odd, why: 'event_changed' };
}

/** How many events are not sealed yet, or what is missing of them: the counter knows how many there were. */
async function checkTail(tx: Tx, head: Head): Promise<number | Verdict> {
  const { counter, newest } = await tx.get<{ counter: number; newest: number }>(sql.ends);
  for (let from = head.number; from < newest; from += BLOCK_EVENTS) {
    const rows = await tx.rows<Row>(sql.events_between, [from, Math.min(newest, from + BLOCK_EVENTS)]);
    for (const [at, { number }] of rows.entries())
      if (number !== from + 1 + at) return { kind: 'broken', number: from + 1 + at, why: 'event_missing' };
  }
  if (newest < counter) return { kind: 'broken', number: newest + 1, why: 'cut_off' };
  return newest - head.number;
}
