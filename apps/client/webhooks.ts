import type { Webhook, WebhookCall } from '../../client/operations.ts';
import { act, get } from './http.ts';
import type { Intent, Page } from './http.ts';

export type { Webhook, WebhookCall } from '../../client/operations.ts';

/** What a person may say about a webhook. */
export type WebhookWish = Pick<Webhook, 'name' | 'url' | 'types' | 'filter' | 'withBody'>;
/** What must hold of an event besides its type. */
export type EventFilter = Webhook['filter'];
/** One comparison with a field of an event's body. */
export type FieldComparison = NonNullable<EventFilter['fields']>[number];
/** How a field is compared with one value, or with none. */
export type FieldTest = Exclude<FieldComparison['is'], 'one_of'>;
/** What happened, as the log tells it. */
export type LoggedEvent = {
  readonly number: number;
  readonly type: string;
  readonly topic: string;
  readonly locationId: string | null;
  readonly recordedAt: string;
};

/** Webhooks that one may see. */
export const listWebhooks = (after: string | undefined, signal?: AbortSignal): Promise<Page<Webhook>> =>
  get('/webhooks', { after }, signal);
/** How many need a person. */
export const countWebhookTroubles = (): Promise<{ troubled: number }> => get('/webhook-troubles');
/** One webhook. */
export const getWebhook = (id: string): Promise<Webhook> => get(`/webhooks/${id}`);
/** A new webhook; its secret is told once. */
export const createWebhook = (wish: WebhookWish, intent: Intent): Promise<{ id: string; secret: string | null }> =>
  act('POST', '/webhooks', wish, intent);
/** Changes, disables or enables a webhook; `version` is the one that was seen. */
export const editWebhook = (
  { id, ...change }: { id: string; version: number; enabled?: boolean } & Partial<WebhookWish>,
  intent: Intent,
): Promise<unknown> => act('PATCH', `/webhooks/${id}`, change, intent);
/** Removes a webhook. */
export const deleteWebhook = (id: string, intent: Intent): Promise<unknown> =>
  act('DELETE', `/webhooks/${id}`, undefined, intent);
/** A new secret; the one before is used beside it until `oldUntil`. */
export const rotateWebhookSecret = (
  id: string,
  intent: Intent,
): Promise<{ secret: string | null; oldUntil: string | null }> =>
  act('POST', `/webhooks/${id}/secret`, undefined, intent);
/** Calls the address once, for trying out. */
export const testWebhook = (id: string, intent: Intent): Promise<WebhookCall> =>
  act('POST', `/webhooks/${id}/test`, undefined, intent);
/** Tells one event again. */
export const resendWebhookEvent = (
  { id, number }: { id: string; number: number },
  intent: Intent,
): Promise<WebhookCall> => act('POST', `/webhooks/${id}/resend`, { number }, intent);
/** Tells everything again from an event on. */
export const replayWebhook = ({ id, from }: { id: string; from: number }, intent: Intent): Promise<unknown> =>
  act('POST', `/webhooks/${id}/replay`, { from }, intent);
/** Calls, newest first. */
export const listWebhookCalls = (
  id: string,
  query: { outcome?: string | undefined; after?: string | undefined },
  signal?: AbortSignal,
): Promise<Page<WebhookCall>> => get(`/webhooks/${id}/calls`, query, signal);
/** What is sent of an event. */
export const getWebhookMessage = (
  id: string,
  number: number,
): Promise<{ messageId: string; url: string; body: string }> => get(`/webhooks/${id}/messages/${number}`);
/** Which of the last hundred events would have been told. */
export const previewWebhook = (
  { types, filter }: Pick<WebhookWish, 'types' | 'filter'>,
  signal?: AbortSignal,
): Promise<{ lookedAt: number; items: readonly LoggedEvent[] }> =>
  get('/webhook-matches', { types: types.join(','), filter: JSON.stringify(filter) }, signal);
