import { keyHash } from '../../../platform/commit/hash.ts';
import { sendTo, type Answer } from '../api/world.ts';

/** What was said to whoever sent something, and what it must have come to. */
export type Load = {
  /** Stored key → number of the event that its sender was told. */
  readonly acknowledged: Map<string, number>;
  /** SKU and place → units that came or went, by the acknowledged acts alone. */
  readonly moved: Map<string, number>;
  /** Acknowledged acts by what they are, e.g. `sale` → 120. */
  readonly acts: Map<string, number>;
  readonly refused: Map<string, number>;
  answered: number;
  overloaded: number;
  /** Connections that broke, and requests that were not answered within three seconds. */
  broken: number;
  silent: number;
  retryAfterMissing: number;
  /** What must not have happened. Everybody stops when there is something in it. */
  readonly failed: string[];
};

/** A request as it is sent, again and again, until it is answered. */
export type Deed = {
  readonly act: string;
  readonly path: string;
  readonly body: unknown;
  /** Who the key belongs to (a plain UUID), and the key. */
  readonly principalId: string;
  readonly key: string;
};

/** Where requests go at this moment, and as whom. */
export type Door = { readonly url: () => string; readonly token: string };

/** An empty load. */
export function newLoad(): Load {
  return {
    acknowledged: new Map(),
    moved: new Map(),
    acts: new Map(),
    refused: new Map(),
    answered: 0,
    overloaded: 0,
    broken: 0,
    silent: 0,
    retryAfterMissing: 0,
    failed: [],
  };
}

/** Waits. */
export function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/**
 * Sends until there is an answer, always with the same key: what every client of ours does. A connection that breaks, silence and 503 are
 * no answers. Gives undefined when it was told what nobody may be told (5xx, a key used for something else), which ends the load.
 */
export async function sendUntilAnswered(door: Door, deed: Deed, load: Load): Promise<Answer | undefined> {
  for (let tries = 0; tries < 2000 && load.failed.length === 0; tries += 1) {
    const answer = await sendTo(door.url(), 'POST', deed.path, {
      token: door.token,
      key: deed.key,
      body: deed.body,
      withinMs: 3000,
    }).catch((error: unknown) => (isTimeout(error) ? 'silent' : 'broken'));
    if (answer === 'silent' || answer === 'broken') load[answer] += 1;
    else if (answer.status === 503) {
      load.overloaded += 1;
      if (answer.headers.get('retry-after') === null) load.retryAfterMissing += 1;
    } else if (answer.status < 300 || answer.status === 409) {
      load.answered += 1;
      return answer;
    } else {
      load.failed.push(`${deed.act} was answered ${answer.status} ${answer.text}`);
      return undefined;
    }
    await pause(50);
  }
  load.failed.push(`${deed.act} was never answered`);
  return undefined;
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

/** Writes down an act that its sender was told of: the event it is and the units that it moved. */
export function acknowledge(
  load: Load,
  deed: Pick<Deed, 'act' | 'principalId' | 'key'>,
  eventNumber: number,
  moves: readonly { readonly skuId: string; readonly locationId: string; readonly units: number }[],
): void {
  load.acknowledged.set(keyHash(deed.principalId, deed.key), eventNumber);
  load.acts.set(deed.act, (load.acts.get(deed.act) ?? 0) + 1);
  for (const { skuId, locationId, units } of moves) {
    const shelf = `${skuId} ${locationId}`;
    load.moved.set(shelf, (load.moved.get(shelf) ?? 0) + units);
  }
}
