import type { BusinessDay, InstantMs } from './time.ts';

/**
 * One thing that happened: one row in the event log with one number, and its changes to the books.
 * `body` is what the world is told (whole minor units, base units, plain uuids, no personal data);
 * `changes` are what the books record and stay inside.
 */
export type Act = {
  readonly type: string;
  /** Which shape `body` has; readers accept every version ever written. */
  readonly version: number;
  /** What live screens and webhooks subscribe to. */
  readonly topic: string;
  readonly entityId?: string | undefined;
  readonly locationId?: string | undefined;
  readonly channelId?: string | undefined;
  /** The record whose history this belongs to: an order, a stock level, a product. */
  readonly subjectId?: string | undefined;
  /** When it happened where it happened. */
  readonly occurredAt: InstantMs;
  /** Computed once, at the source, from the location's time zone and cut-off hour. */
  readonly businessDay: BusinessDay;
  readonly body: Readonly<Record<string, unknown>>;
  /** True for what followed from the command's own act (a backorder, an expired hold); the answer is the own act's. */
  readonly consequence?: boolean;
};

/** An act with its place in the commit order. */
export type RecordedAct = Act & {
  readonly number: number;
  readonly recordedAt: InstantMs;
  /** The business day if its period is open, else the first open day. */
  readonly postingDay: BusinessDay;
};
