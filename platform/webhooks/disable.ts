import type { Master } from '../commit/master-door.ts';
import { accept, reject } from '../../src/kernel/decision.ts';
import type { Webhook, DisabledReason } from './webhooks.store.ts';
import { instant, webhookSql } from './webhooks.store.ts';

/** What disabling needs. `tellOwner` writes to the owner; it is called once, by the process that wrote it down. */
export type DisableDeps = {
  readonly master: Master;
  readonly now: () => number;
  /** Who acts when the program acts by itself. */
  readonly systemId: string;
  readonly tellOwner: (webhook: Webhook, reason: DisabledReason) => Promise<void>;
};

/** Disables a webhook that its receiver or time has done for: an event, and a notice to its owner. It stays on the list of what a person must look at until somebody enables, edits or removes it. */
export async function disableWebhook(deps: DisableDeps, webhook: Webhook, reason: DisabledReason): Promise<void> {
  const { master, now, systemId } = deps;
  const body = { webhookId: webhook.id, reason };
  const outcome = await master(
    {
      type: 'disable_webhook',
      principalId: systemId,
      key: `disable-webhook:${webhook.id}:${webhook.version}`,
      body,
      at: now(),
      topic: 'webhook',
    },
    async (tx) => {
      const rows = await tx.run(webhookSql.disable_webhook, [webhook.id, instant(now()), reason]);
      if (rows === 0) return reject({ reason: 'disabled_already' });
      return accept({
        events: [
          {
            type: 'WebhookDisabled',
            version: 1,
            subjectId: webhook.id,
            body: { name: webhook.name, before: { disabledReason: null }, after: { disabledReason: reason } },
          },
        ],
        answer: {},
      });
    },
  );
  if (outcome.kind === 'accepted' && !outcome.repeated) await deps.tellOwner(webhook, reason);
}
