import type { Rejection } from '../../src/kernel/decision.ts';
import { MAX_MASTER_ROWS, type Master, type MasterSubmission, type MasterWork } from './master-door.ts';

/** Who imports what, and since when it holds. `key` names the import: the same one again writes nothing twice. */
export type MasterImport = {
  readonly principalId: string;
  readonly key: string;
  readonly at: number;
  readonly originId?: string | undefined;
};

/** How far an import came. With a refusal the chunks before it stay, and importing again with the same key goes on there. */
export type MasterImported = {
  readonly written: number;
  readonly repeated: number;
  readonly refusal: { readonly chunk: number; readonly rejection: Rejection } | undefined;
};

/** Cuts rows into chunks whose weights (rows written) sum to at most 500 each. The order stays. Throws when one row alone weighs more. */
export function chunksOf<T>(rows: readonly T[], weigh: (row: T) => number): T[][] {
  const chunks: T[][] = [];
  let chunk: T[] = [];
  let weight = 0;
  for (const row of rows) {
    const more = weigh(row);
    if (more > MAX_MASTER_ROWS)
      throw new RangeError(`one of them needs ${more} rows, more than ${MAX_MASTER_ROWS} in a chunk`);
    if (weight + more > MAX_MASTER_ROWS) {
      chunks.push(chunk);
      chunk = [];
      weight = 0;
    }
    chunk.push(row);
    weight += more;
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}

/** Takes chunks through the door one after the other, each under its own key. Stops at the first refusal. */
export async function importChunks<T>(
  master: Master,
  from: MasterImport & Pick<MasterSubmission, 'type' | 'topic'>,
  chunks: readonly T[][],
  workOf: (chunk: readonly T[]) => MasterWork<unknown>,
): Promise<MasterImported> {
  let written = 0;
  let repeated = 0;
  for (const [index, chunk] of chunks.entries()) {
    const { type, topic, principalId, at, originId } = from;
    const outcome = await master(
      { type, topic, principalId, originId, at, key: `${from.key}/${index}`, body: chunk },
      workOf(chunk),
    );
    if (outcome.kind === 'refused')
      return { written, repeated, refusal: { chunk: index, rejection: outcome.rejection } };
    if (outcome.kind === 'key_reused')
      return { written, repeated, refusal: { chunk: index, rejection: { reason: 'key_reused', key: from.key } } };
    if (outcome.repeated) repeated += 1;
    else written += 1;
  }
  return { written, repeated, refusal: undefined };
}
