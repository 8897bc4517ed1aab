import { V7Generator } from 'uuidv7';
import { loadSql, type Tx } from '../db/pool.ts';
import type { StoredEvent } from '../events/log.ts';
import { eventOfRow, type EventRow } from '../events/log.ts';
import type { SealedColumn } from '../secrets/rotate.ts';
import type { EventFilter, Selection } from '../events/selection.ts';

/** The statements of webhooks. */
export const webhookSql = loadSql(import.meta.url, './webhooks.sql', [
  'list_webhooks',
  'find_webhook',
  'count_webhooks',
  'count_troubled',
  'insert_webhook',
  'insert_progress',
  'edit_webhook',
  'disable_webhook',
  'forget_failures',
  'delete_webhook',
  'move_position',
  'insert_secret',
  'expire_secrets',
  'drop_secrets',
  'drop_secrets_of',
  'secrets_not_sealed_with',
  'seal_again',
  'secrets_of',
  'active_webhooks',
  'progress_of',
  'save_progress',
  'insert_deliveries',
  'list_deliveries',
  'drop_deliveries',
  'events_numbered',
]);

/** Why nobody is told any more: somebody switched it off, the receiver said 410, it failed for three days, or its owner left. */
export const DISABLED_REASONS = ['by_hand', 'gone', 'failing', 'owner_left'] as const;

/** See {@link DISABLED_REASONS}. */
export type DisabledReason = (typeof DISABLED_REASONS)[number];

/** What somebody asked to be told, and where. Ids are UUIDs, instants RFC 3339. */
export type Webhook = Selection & {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly withBody: boolean;
  readonly ownerId: string;
  readonly version: number;
};

/** A webhook with how it fares. */
export type WebhookState = Webhook & {
  readonly disabledAt: string | null;
  readonly disabledReason: DisabledReason | null;
  readonly createdAt: string;
  readonly position: number;
  readonly waiting: number;
  readonly lastSuccessAt: string | null;
  readonly failingSince: string | null;
  readonly lastProblem: string | null;
};

/** An event that has still to be told. Instants are epoch milliseconds; `failedAt` is the first failure, 0 when there was none. */
export type Waiting = readonly [number: number, tries: number, nextAt: number, failedAt: number];

/** How far a webhook is. */
export type Progress = {
  readonly webhookId: string;
  readonly generation: number;
  readonly position: number;
  readonly waiting: readonly Waiting[];
  readonly lastSuccessAt: number | undefined;
  readonly failingSince: number | undefined;
  readonly lastProblem: string | undefined;
};

/** One call as it is kept. */
export type Delivery = {
  readonly id: string;
  readonly webhookId: string;
  readonly eventNumber: number;
  readonly messageId: string;
  readonly attempt: number;
  readonly outcome: 'delivered' | 'failed' | 'given_up';
  readonly status: number | undefined;
  readonly problem: string | undefined;
  readonly answer: string;
  readonly tookMs: number;
};

/** A secret as it is kept. */
export type StoredSecret = {
  readonly webhookId: string;
  readonly sealed: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
};

type DefinitionRow = {
  id: string;
  name: string;
  url: string;
  types: string[];
  filter: EventFilter;
  with_body: boolean;
  owner_id: string;
  version: number;
};
type WebhookRow = DefinitionRow & {
  disabled_at: string | null;
  disabled_reason: DisabledReason | null;
  created_at: string;
  position: number;
  waiting: number;
  last_success_at: string | null;
  failing_since: string | null;
  last_problem: string | null;
};
type ProgressRow = {
  webhook_id: string;
  generation: number;
  position: number;
  waiting: Waiting[];
  last_success_at: string | null;
  failing_since: string | null;
};
type DeliveryRow = {
  id: string;
  event_number: number;
  message_id: string;
  attempt: number;
  outcome: Delivery['outcome'];
  status: number | null;
  problem: string | null;
  answer: string;
  took_ms: number;
};

/** Webhooks in the order they were made, of one owner or (undefined) of all. */
export async function listWebhooks(
  tx: Tx,
  page: { readonly ownerId: string | undefined; readonly after: string | undefined; readonly limit: number },
): Promise<WebhookState[]> {
  const values = [page.ownerId ?? null, page.after ?? null, page.limit];
  return (await tx.rows<WebhookRow>(webhookSql.list_webhooks, values)).map(stateOf);
}

/** One webhook, undefined when there is none. */
export async function findWebhook(tx: Tx, id: string): Promise<WebhookState | undefined> {
  const row = await tx.find<WebhookRow>(webhookSql.find_webhook, [id]);
  return row === undefined ? undefined : stateOf(row);
}

/** Inserts a webhook that is told of what comes after event `position`. */
export async function insertWebhook(
  tx: Tx,
  webhook: Omit<Webhook, 'version'> & { readonly createdAt: number; readonly position: number },
): Promise<void> {
  const { id, name, url, types, filter, withBody, ownerId, createdAt, position } = webhook;
  await tx.run(webhookSql.insert_webhook, [
    id,
    name,
    url,
    types,
    JSON.stringify(filter),
    withBody,
    ownerId,
    instant(createdAt),
  ]);
  await tx.run(webhookSql.insert_progress, [id, position]);
}

/** Writes what was edited. False when somebody else was faster. */
export async function editWebhook(
  tx: Tx,
  webhook: Webhook & { readonly disabledAt: string | null; readonly disabledReason: DisabledReason | null },
): Promise<boolean> {
  const { id, version, name, url, types, filter, withBody, disabledAt, disabledReason } = webhook;
  const values = [id, version, name, url, types, JSON.stringify(filter), withBody, disabledAt, disabledReason];
  return (await tx.run(webhookSql.edit_webhook, values)) === 1;
}

/** The webhooks that are to be told, each with the generation of its progress. */
export async function activeWebhooks(tx: Tx): Promise<(Webhook & { readonly generation: number })[]> {
  const rows = await tx.rows<DefinitionRow & { generation: number }>(webhookSql.active_webhooks);
  return rows.map((row) => ({ ...definitionOf(row), generation: row.generation }));
}

/** How far these webhooks are. */
export async function progressOf(tx: Tx, webhookIds: readonly string[]): Promise<Progress[]> {
  const rows = await tx.rows<ProgressRow>(webhookSql.progress_of, [webhookIds]);
  return rows.map((row) => ({
    webhookId: row.webhook_id,
    generation: row.generation,
    position: row.position,
    waiting: row.waiting,
    lastSuccessAt: row.last_success_at === null ? undefined : Date.parse(row.last_success_at),
    failingSince: row.failing_since === null ? undefined : Date.parse(row.failing_since),
    lastProblem: undefined,
  }));
}

/** Writes the progress of many webhooks at once; those that were moved by hand meanwhile are left as they are. */
export async function saveProgress(tx: Tx, all: readonly Progress[]): Promise<void> {
  if (all.length === 0) return;
  await tx.run(webhookSql.save_progress, [
    all.map((one) => one.webhookId),
    all.map((one) => one.generation),
    all.map((one) => one.position),
    all.map((one) => JSON.stringify(one.waiting)),
    all.map((one) => (one.lastSuccessAt === undefined ? null : instant(one.lastSuccessAt))),
    all.map((one) => (one.failingSince === undefined ? null : instant(one.failingSince))),
    all.map((one) => one.lastProblem ?? null),
  ]);
}

/** Writes many calls at once. */
export async function insertDeliveries(tx: Tx, all: readonly Delivery[]): Promise<void> {
  if (all.length === 0) return;
  await tx.run(webhookSql.insert_deliveries, [
    all.map((one) => one.id),
    all.map((one) => one.webhookId),
    all.map((one) => one.eventNumber),
    all.map((one) => one.messageId),
    all.map((one) => one.attempt),
    all.map((one) => one.outcome),
    all.map((one) => one.status ?? null),
    all.map((one) => one.problem ?? null),
    all.map((one) => one.answer),
    all.map((one) => one.tookMs),
  ]);
}

/** Calls of a webhook, newest first. */
export async function listDeliveries(
  tx: Tx,
  webhookId: string,
  page: {
    readonly before: string | undefined;
    readonly outcome: Delivery['outcome'] | undefined;
    readonly eventNumber: number | undefined;
    readonly limit: number;
  },
): Promise<Delivery[]> {
  const values = [webhookId, page.before ?? null, page.outcome ?? null, page.eventNumber ?? null, page.limit];
  return (await tx.rows<DeliveryRow>(webhookSql.list_deliveries, values)).map((row) => ({
    id: row.id,
    webhookId,
    eventNumber: row.event_number,
    messageId: row.message_id,
    attempt: row.attempt,
    outcome: row.outcome,
    status: row.status ?? undefined,
    problem: row.problem ?? undefined,
    answer: row.answer,
    tookMs: row.took_ms,
  }));
}

/** The secrets in use at an instant, newest first. */
export async function secretsOf(tx: Tx, webhookIds: readonly string[], at: number): Promise<StoredSecret[]> {
  const rows = await tx.rows<{ webhook_id: string; sealed: string; created_at: string; expires_at: string | null }>(
    webhookSql.secrets_of,
    [webhookIds, instant(at)],
  );
  return rows.map((row) => ({
    webhookId: row.webhook_id,
    sealed: row.sealed,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }));
}

/** Secrets that a rotation of keys seals again. */
export const webhookSecrets: SealedColumn = {
  name: 'secrets of webhooks',
  findOld: (tx, prefix, limit) => tx.rows(webhookSql.secrets_not_sealed_with, [prefix, limit]),
  async replace(tx, { id, from, to }) {
    await tx.run(webhookSql.seal_again, [id, from, to]);
  },
};

/** The events with these numbers, in order. */
export async function eventsNumbered(tx: Tx, numbers: readonly number[]): Promise<StoredEvent[]> {
  return (await tx.rows<EventRow>(webhookSql.events_numbered, [numbers])).map(eventOfRow);
}

const calls = new V7Generator();

/** The id of a call that was made at `at`; ids sort by time. */
export function deliveryId(at: number): string {
  return calls.generateOrResetWithTs(at).toString();
}

/** An epoch millisecond as the database takes it. */
export function instant(ms: number): string {
  return new Date(ms).toISOString();
}

function definitionOf(row: DefinitionRow): Webhook {
  return {
    id: row.id,
    name: row.name,
    url: row.url,
    types: row.types,
    filter: row.filter,
    withBody: row.with_body,
    ownerId: row.owner_id,
    version: row.version,
  };
}

function stateOf(row: WebhookRow): WebhookState {
  return {
    ...definitionOf(row),
    disabledAt: row.disabled_at,
    disabledReason: row.disabled_reason,
    createdAt: row.created_at,
    position: row.position,
    waiting: row.waiting,
    lastSuccessAt: row.last_success_at,
    failingSince: row.failing_since,
    lastProblem: row.last_problem,
  };
}
