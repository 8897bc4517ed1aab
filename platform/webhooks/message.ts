import { encodeId, ID_PREFIX } from '../../src/kernel/ids.ts';
import type { SubjectText } from '../events/events.routes.ts';
import type { StoredEvent } from '../events/log.ts';
import { idText } from '../http/ids.ts';

/** The longest body of an event that goes along, in characters. A longer one is left out and can be read by its number. */
export const MAX_BODY = 64 * 1024;

/** The id of a message: the same for the same event to the same webhook, whenever and however often it is sent. */
export function messageId(webhookId: string, eventNumber: number): string {
  return `msg_${encodeId(ID_PREFIX.webhook, webhookId).slice(ID_PREFIX.webhook.length + 1)}_${eventNumber}`;
}

/**
 * What is sent of an event, always the same text for the same event. What it is about and where, by ids; `withBody` adds what happened in numbers. Personal data stand
 * in no event. The answer that whoever asked for a change was given is theirs alone and stays behind.
 */
export function messageOf(
  event: StoredEvent,
  { withBody, subjectText }: { readonly withBody: boolean; readonly subjectText?: SubjectText | undefined },
): string {
  const data = {
    number: event.number,
    topic: event.topic,
    version: event.version,
    entityId: idText('legalEntity', event.entityId),
    locationId: idText('location', event.locationId),
    channelId: idText('channel', event.channelId),
    subjectId: subjectText === undefined ? event.subjectId : subjectText(event),
    recordedAt: event.recordedAt,
    businessDay: event.businessDay,
  };
  return JSON.stringify({
    type: event.type,
    timestamp: event.occurredAt,
    data: withBody ? { ...data, ...bodyOf(event) } : data,
  });
}

function bodyOf(event: StoredEvent): { body: Readonly<Record<string, unknown>> | null; left?: 'too_large' } {
  const { answer: _, ...body } = event.body;
  return JSON.stringify(body).length > MAX_BODY ? { body: null, left: 'too_large' } : { body };
}
