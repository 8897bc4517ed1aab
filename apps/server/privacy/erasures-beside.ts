import { findBeside, putBeside } from '../../../platform/backup/beside.ts';
import type { Place } from '../../../platform/backup/place.ts';
import type { Erasure } from './erase.ts';
import { erasuresIn, listErasure, readErasures } from './erasure-list.ts';

/** Where backups are, and the key they are encrypted with. */
export type BackupsAt = { readonly place: Place; readonly key: Buffer | undefined };
/** The list of a retailer on this machine. */
export type ListHere = { readonly file: string; readonly schema: string };

/**
 * Puts the list of erasures beside the backups: a backup from before an erasure knows nothing of it, and the machine that had the list may be the one that was lost. What stands there
 * already stays. Nothing is ever taken from there into a list in use: who can write in the place could have people forgotten.
 */
export async function carryErasures(at: BackupsAt, here: ListHere): Promise<void> {
  const listed = await readErasures(here.file, here.schema);
  if (listed.length === 0) return;
  const there = await erasuresThere(at, here.schema);
  const known = new Set(there.map(({ id }) => id));
  const missing = listed.filter(({ id }) => !known.has(id));
  if (missing.length === 0) return;
  const lines = [...there, ...missing].map((erasure) => `${JSON.stringify({ schema: here.schema, ...erasure })}\n`);
  await putBeside(at.place, fileOf(here.schema), Buffer.from(lines.join('')), at.key);
}

/** Adds what stands beside the backups of `from` to the list here, after one of them was restored; the program does it again when it starts. Gives how many were added. */
export async function fetchErasures(at: BackupsAt, from: { readonly schema: string }, here: ListHere): Promise<number> {
  const known = new Set((await readErasures(here.file, here.schema)).map(({ id }) => id));
  const missing = (await erasuresThere(at, from.schema)).filter(({ id }) => !known.has(id));
  for (const erasure of missing) await listErasure(here.file, here.schema, erasure);
  return missing.length;
}

async function erasuresThere({ place, key }: BackupsAt, schema: string): Promise<Erasure[]> {
  const found = await findBeside(place, fileOf(schema), key);
  return found === undefined ? [] : erasuresIn(found.toString('utf8'), schema);
}

function fileOf(schema: string): string {
  return `erasures-${schema}.jsonl`;
}
