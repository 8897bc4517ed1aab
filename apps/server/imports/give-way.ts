/** Events that others write a second from which on the shop counts as busy. An import writes a few itself. */
const BUSY_PER_SECOND = 50;
/** Longest rest after one chunk: who waits for the import must see it move. */
const LONGEST_REST_MS = 3_000;

/** How work that can wait gives way to the work that cannot. */
export type GivingWay = {
  /** Says which event the retailer is at, about once a second. */
  heard(eventNumber: number): void;
  /** After a chunk: goes on at once in a quiet shop, and in a busy one rests as long as the chunk took. */
  rest(): Promise<void>;
};

/**
 * Leaves a busy shop at least half of the machine: everybody at a counter waits for a sale, nobody stands and waits for an import. Measured by the
 * events that are written, because they tell it also when the database is another machine. `now` in milliseconds, never backwards.
 */
export function openGivingWay({
  now = () => performance.now(),
  pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms)),
}: { readonly now?: () => number; readonly pause?: (ms: number) => Promise<void> } = {}): GivingWay {
  let last: { readonly event: number; readonly at: number } | undefined;
  let busy = false;
  let began = now();
  return {
    heard(event) {
      const at = now();
      if (last !== undefined && at > last.at) busy = (event - last.event) / (at - last.at) >= BUSY_PER_SECOND / 1_000;
      last = { event, at };
    },
    async rest() {
      if (busy) await pause(Math.min(now() - began, LONGEST_REST_MS));
      began = now();
    },
  };
}
