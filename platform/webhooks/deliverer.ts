import type { KeyObject } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import type { Reach } from '../auth/principal.ts';
import { uuidAt } from '../db/partitions.ts';
import { withTransaction, type Pool, type Tx } from '../db/pool.ts';
import { bellOf } from '../events/bell.ts';
import type { SubjectText } from '../events/events.routes.ts';
import { eventsAfter, isVisible, lastNumber, type StoredEvent } from '../events/log.ts';
import { readEvents } from '../events/read-events.ts';
import { matcherOf, type Matcher } from '../events/selection.ts';
import type { SafeFetch } from '../net/safe-fetch.ts';
import { callWebhook, type CallAnswer } from './call.ts';
import { LEASE_MS, openLease } from './lease.ts';
import { messageId, messageOf } from './message.ts';
import { signingKeyOf } from './signature.ts';
import {
  activeWebhooks,
  deliveryId,
  eventsNumbered,
  insertDeliveries,
  instant,
  progressOf,
  saveProgress,
  secretsOf,
  webhookSql,
  type Delivery,
  type DisabledReason,
  type Progress,
  type Webhook,
} from './webhooks.store.ts';
import { createWindow, WINDOW_LIMITS, type Entry, type Window, type WindowLimits } from './window.ts';

/** What telling others needs. */
export type DelivererOptions = {
  readonly pool: Pool;
  readonly schema: string;
  readonly now: () => number;
  readonly fetch: SafeFetch;
  readonly openSecret: (sealed: string) => string;
  /** Where these owners may read events; who left is missing. */
  readonly reachOf: (ownerIds: readonly string[]) => Promise<ReadonlyMap<string, Reach>>;
  readonly subjectText?: SubjectText;
  /** Writes down that a webhook is told no more, and tells its owner. Must bear being repeated. */
  readonly disable: (webhook: Webhook, reason: DisabledReason) => Promise<void>;
  readonly onError: (error: unknown) => void;
  readonly dice?: () => number;
  readonly limits?: Partial<WindowLimits>;
};

/** The deliverer of one process. Of all processes over one database one delivers, the others watch it. */
export type Deliverer = {
  readonly isDelivering: () => boolean;
  close(): Promise<void>;
};

/** After so long without a success a webhook is disabled, and an event that nobody takes is given up. */
export const GIVE_UP_MS = 3 * 24 * 3_600_000;

/** How long calls are kept in the log. */
export const LOG_MS = 30 * 24 * 3_600_000;

const FLUSH_MS = 400;
const BEAT_MS = 1_000;
const TICK_MS = 100;
const RELOAD_MS = 2_000;
const POLL_MS = 1_000;
const PRUNE_MS = 60_000;
const PRUNE_ROWS = 5_000;
/** Events read at once for everybody; how far behind somebody may be to be served by that read; numbers looked through at once for one who is further behind. */
const BATCH = 500;
const NEAR = 500;
const STRETCH = 5_000;
const CATCH_UP_BATCH = 200;
/** Calls that are not in the log yet. More, and nobody is called until the database has taken them. */
const MAX_UNLOGGED = 10_000;
const CLOSING_MS = 5_000;

type Receiver = {
  webhook: Webhook;
  readonly generation: number;
  matches: Matcher;
  keys: readonly KeyObject[];
  reach: Reach;
  readonly window: Window;
  /** Every event up to here was looked at. */
  position: number;
  lastSuccessAt: number | undefined;
  lastProblem: string | undefined;
  changed: boolean;
  /** Its window was full; nothing is read for it until half of that is done, or every single place would cost a read. */
  stalled: boolean;
  ended: boolean;
};

/**
 * Tells receivers what happened: at least once, each thing's events in order, receivers independent of each other. The log is read once for all who keep up, and
 * apart for each one who does not; what a receiver has waiting is bounded, the rest stays in the log and is read back by its number. Every 0.4 s one
 * transaction writes the calls made since, how far everyone is, and that this process lives. What was told after the last of them is told again after a crash, under the same id.
 */
export function startDeliverer(options: DelivererOptions): Deliverer {
  const { pool, schema, now, onError } = options;
  const limits = { ...WINDOW_LIMITS, ...options.limits };
  const dice = options.dice ?? Math.random;
  const lease = openLease({ pool, schema, name: 'webhooks', me: uuidv7() });
  const receivers = new Map<string, Receiver>();
  let unlogged: Delivery[] = [];
  let tail = 0;
  let leading = false;
  let closing = false;
  let keptAt = 0;
  let underWay = 0;
  let reloadAt = 0;
  let prunedAt = 0;
  const sleepers = new Set<() => void>();

  const reading = async <T>(fn: (tx: Tx) => Promise<T>): Promise<T> =>
    withTransaction(pool, { schema, readOnly: true }, fn);
  const wakeAll = (): void => {
    for (const wake of sleepers) wake();
  };
  const sleep = (ms: number): Promise<void> =>
    new Promise((done) => {
      const end = (): void => {
        clearTimeout(timer);
        sleepers.delete(end);
        done();
      };
      const timer = setTimeout(end, closing ? 0 : ms);
      sleepers.add(end);
    });
  const rest = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, closing ? 0 : ms));

  /** A process that slept or lost the database may have been replaced: it calls nobody until it has been confirmed. */
  const mayCall = (): boolean =>
    leading && !closing && performance.now() - keptAt < LEASE_MS && unlogged.length < MAX_UNLOGGED;

  // Telling ---------------------------------------------------------------------------------------------------------------------

  const pump = (receiver: Receiver): void => {
    while (mayCall() && !receiver.ended) {
      const entry = receiver.window.next(now());
      if (entry === undefined) return;
      tell(receiver, entry).catch(onError);
    }
  };

  async function tell(receiver: Receiver, entry: Entry): Promise<void> {
    const { webhook, window } = receiver;
    // Grants may have been taken away since it was put into the window.
    if (!isVisible(entry, receiver.reach)) {
      receiver.changed = true;
      return window.dropped(entry);
    }
    underWay += 1;
    const id = messageId(webhook.id, entry.number);
    const call = { url: webhook.url, id, body: entry.message, keys: receiver.keys };
    const answer = await callWebhook(options.fetch, call, now).finally(() => (underWay -= 1));
    const isLate = entry.failedAt > 0 && now() - entry.failedAt >= GIVE_UP_MS;
    const outcome = answer.delivered ? 'delivered' : isLate ? 'given_up' : 'failed';
    if (leading) unlogged.push(deliveryOf(receiver, entry, { id, outcome, answer, at: now() }));
    receiver.changed = true;
    if (answer.delivered) {
      receiver.lastSuccessAt = now();
      receiver.lastProblem = undefined;
      window.delivered(entry, now());
    } else {
      receiver.lastProblem = answer.status === undefined ? answer.problem : `status ${answer.status}`;
      window.failed(entry, { now: now(), pauseMs: answer.pauseMs, isOver: isLate });
      const since = window.failingSince();
      if (answer.isGone) return stop(receiver, 'gone');
      if (since !== undefined && now() - since >= GIVE_UP_MS) return stop(receiver, 'failing');
    }
    pump(receiver);
    if (window.hasRoom() && receiver.position < tail) wakeAll();
  }

  function stop(receiver: Receiver, reason: DisabledReason): void {
    if (receiver.ended || !leading) return;
    receiver.ended = true;
    options.disable(receiver.webhook, reason).then(
      () => (reloadAt = 0),
      (error: unknown) => {
        // It is tried again with the next reload.
        receiver.ended = false;
        onError(error);
      },
    );
  }

  const take = (receiver: Receiver, events: readonly StoredEvent[]): void => {
    for (const event of events) {
      if (event.number <= receiver.position) continue;
      if (isVisible(event, receiver.reach) && receiver.matches(event)) {
        receiver.stalled = receiver.window.isFull();
        if (receiver.stalled) break;
        receiver.window.add(entryOf(receiver.webhook, event));
      }
      receiver.position = event.number;
      receiver.changed = true;
    }
    pump(receiver);
  };

  function entryOf({ withBody }: Webhook, event: StoredEvent): Entry {
    return {
      number: event.number,
      subject: event.subjectId,
      topic: event.topic,
      entityId: event.entityId,
      locationId: event.locationId,
      message: messageOf(event, { withBody, subjectText: options.subjectText }),
      tries: 0,
      nextAt: 0,
      failedAt: 0,
    };
  }

  // Reading ---------------------------------------------------------------------------------------------------------------------

  /** Reads on for everybody who keeps up; says whether there may be more. */
  async function readTail(): Promise<boolean> {
    for (const receiver of receivers.values()) if (receiver.window.hasRoom()) receiver.stalled = false;
    const near = [...receivers.values()].filter(({ position, stalled }) => tail - position <= NEAR && !stalled);
    const from = Math.min(tail, ...near.map(({ position }) => position));
    const events = await reading((tx) => eventsAfter(tx, from, BATCH));
    const last = events.at(-1);
    if (last === undefined || !leading) return false;
    for (const receiver of receivers.values())
      if (receiver.position >= from && !receiver.stalled) take(receiver, events);
    tail = Math.max(tail, last.number);
    if (events.some(({ topic }) => topic === 'webhook')) reloadAt = 0;
    return events.length === BATCH;
  }

  /** Reads on for one who is behind and has room again, in the database by what is wanted, so that a rare kind is found quickly in a long log. */
  async function readFor(receiver: Receiver): Promise<void> {
    const { webhook, reach, position } = receiver;
    const through = Math.min(position + STRETCH, tail);
    const stretch = { after: position, through, limit: CATCH_UP_BATCH, selection: webhook, reach };
    const { events, reached } = await reading((tx) => readEvents(tx, stretch));
    // Somebody else may have read for it meanwhile.
    if (receiver.position !== position || receiver.webhook !== webhook) return;
    take(receiver, events);
    if (!receiver.stalled) receiver.position = reached;
    receiver.changed = true;
  }

  const behind = (): Receiver[] =>
    [...receivers.values()].filter(({ position, window }) => tail - position > NEAR && window.hasRoom());

  /** Everything that is to be told, as it is now in the database. What is in memory of a webhook that nobody moved by hand stays. */
  async function reload(): Promise<void> {
    reloadAt = performance.now() + RELOAD_MS;
    const found = await reading(async (tx) => {
      const webhooks = await activeWebhooks(tx);
      const fresh = webhooks.filter(({ id, generation }) => receivers.get(id)?.generation !== generation);
      const progress = await progressOf(
        tx,
        fresh.map(({ id }) => id),
      );
      const secrets = await secretsOf(
        tx,
        webhooks.map(({ id }) => id),
        now(),
      );
      const waiting = progress.flatMap((one) => one.waiting.map(([number]) => number));
      const events = waiting.length === 0 ? [] : await eventsNumbered(tx, [...new Set(waiting)]);
      return { webhooks, progress, secrets, events: new Map(events.map((event) => [event.number, event])) };
    });
    const reaches = await options.reachOf([...new Set(found.webhooks.map(({ ownerId }) => ownerId))]);
    if (!leading) return;
    for (const [id, receiver] of receivers) {
      if (found.webhooks.some((webhook) => webhook.id === id)) continue;
      receiver.ended = true;
      receivers.delete(id);
    }
    for (const { generation: _, ...webhook } of found.webhooks) {
      const reach = reaches.get(webhook.ownerId);
      const sealed = found.secrets.filter(({ webhookId }) => webhookId === webhook.id);
      const known = receivers.get(webhook.id);
      const progress = found.progress.find(({ webhookId }) => webhookId === webhook.id);
      const news = { webhook, keys: opened(sealed), reach: reach ?? { entityIds: [], locationIds: [] } };
      const receiver = progress === undefined ? known : receiverOf(news, progress, found.events);
      if (receiver === undefined) continue;
      if (known !== undefined && known !== receiver) known.ended = true;
      if (receiver.webhook.version !== webhook.version) receiver.matches = matcherOf(webhook);
      Object.assign(receiver, news);
      receivers.set(webhook.id, receiver);
      if (reach === undefined) stop(receiver, 'owner_left');
      pump(receiver);
    }
  }

  function opened(sealed: readonly { readonly sealed: string }[]): KeyObject[] {
    try {
      return sealed.map((one) => signingKeyOf(options.openSecret(one.sealed)));
    } catch (error) {
      onError(error);
      return [];
    }
  }

  function receiverOf(
    news: Pick<Receiver, 'webhook' | 'keys' | 'reach'>,
    progress: Progress,
    events: ReadonlyMap<number, StoredEvent>,
  ): Receiver {
    const window = createWindow(limits, { dice, failingSince: progress.failingSince });
    for (const [number, tries, nextAt, failedAt] of progress.waiting) {
      const event = events.get(number);
      if (event !== undefined) window.add({ ...entryOf(news.webhook, event), tries, nextAt, failedAt });
    }
    return {
      ...news,
      generation: progress.generation,
      matches: matcherOf(news.webhook),
      window,
      position: progress.position,
      lastSuccessAt: undefined,
      lastProblem: undefined,
      changed: false,
      stalled: false,
      ended: false,
    };
  }

  // Writing ---------------------------------------------------------------------------------------------------------------------

  /** Writes what happened since, all or nothing, and nothing when another process has taken over. */
  async function flush(): Promise<void> {
    const calls = unlogged;
    const changed = [...receivers.values()].filter((receiver) => receiver.changed);
    const progress = changed.map(progressNow);
    const began = performance.now();
    if (calls.length + changed.length === 0 && began - keptAt < BEAT_MS) return;
    unlogged = [];
    for (const receiver of changed) receiver.changed = false;
    try {
      const isOurs = await withTransaction(pool, { schema }, async (tx) => {
        if (!(await lease.keep(tx))) return false;
        await insertDeliveries(tx, calls);
        await saveProgress(tx, progress);
        return true;
      });
      if (!isOurs) return lose();
      keptAt = began;
    } catch (error) {
      unlogged = [...calls, ...unlogged];
      for (const receiver of changed) receiver.changed = true;
      throw error;
    }
  }

  function lose(): void {
    leading = false;
    unlogged = [];
    for (const receiver of receivers.values()) receiver.ended = true;
    receivers.clear();
  }

  async function prune(): Promise<void> {
    const at = now();
    if (at - prunedAt < PRUNE_MS && at >= prunedAt) return;
    const gone = await withTransaction(pool, { schema }, async (tx) => {
      await tx.run(webhookSql.drop_secrets, [instant(at)]);
      return tx.run(webhookSql.drop_deliveries, [uuidAt(at - LOG_MS), PRUNE_ROWS]);
    });
    if (gone < PRUNE_ROWS) prunedAt = at;
  }

  async function lead(): Promise<void> {
    if (leading) {
      await flush();
      return prune();
    }
    const began = performance.now();
    if (!(await lease.take())) return;
    tail = await lastNumber(pool, schema);
    leading = true;
    keptAt = began;
    reloadAt = 0;
    wakeAll();
  }

  async function loop(pauseMs: () => number, turn: () => Promise<boolean | void>, pause = sleep): Promise<void> {
    while (!closing) {
      const more = await turn().catch((error: unknown) => onError(error));
      if (more !== true) await pause(pauseMs());
    }
  }

  const loops = [
    loop(() => (leading ? FLUSH_MS : POLL_MS), lead, rest),
    loop(
      () => POLL_MS,
      async () => {
        if (!leading) return false;
        if (performance.now() >= reloadAt) await reload();
        return readTail();
      },
    ),
    loop(
      () => POLL_MS,
      async () => {
        const some = leading ? behind() : [];
        for (const receiver of some) await readFor(receiver);
        return some.length > 0;
      },
    ),
  ];
  const ticking = setInterval(() => {
    for (const receiver of receivers.values()) pump(receiver);
  }, TICK_MS);
  const unsubscribe = bellOf(pool).subscribe(schema, wakeAll);

  return {
    isDelivering: () => leading,
    async close() {
      closing = true;
      unsubscribe();
      clearInterval(ticking);
      wakeAll();
      await Promise.all(loops);
      const until = performance.now() + CLOSING_MS;
      while (underWay > 0 && performance.now() < until) await new Promise((done) => setTimeout(done, 20));
      if (!leading) return;
      await flush().catch(onError);
      leading = false;
      await lease.free().catch(onError);
    },
  };
}

function progressNow(receiver: Receiver): Progress {
  return {
    webhookId: receiver.webhook.id,
    generation: receiver.generation,
    position: receiver.position,
    waiting: receiver.window.waiting(),
    lastSuccessAt: receiver.lastSuccessAt,
    failingSince: receiver.window.failingSince(),
    lastProblem: receiver.lastProblem,
  };
}

function deliveryOf(
  { webhook }: Receiver,
  entry: Entry,
  { id, outcome, answer, at }: { id: string; outcome: Delivery['outcome']; answer: CallAnswer; at: number },
): Delivery {
  return {
    id: deliveryId(at),
    webhookId: webhook.id,
    eventNumber: entry.number,
    messageId: id,
    attempt: entry.tries + 1,
    outcome,
    status: answer.status,
    problem: answer.problem,
    answer: answer.answer,
    tookMs: answer.tookMs,
  };
}
