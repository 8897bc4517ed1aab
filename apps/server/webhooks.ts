import { randomBytes } from 'node:crypto';
import { masterFrom } from '../../platform/audit/acting-from.ts';
import { withTransaction } from '../../platform/db/pool.ts';
import type { SubjectText } from '../../platform/events/events.routes.ts';
import type { Api } from '../../platform/http/app.ts';
import type { Mail } from '../../platform/mail/mail.ts';
import { openSafeFetch } from '../../platform/net/safe-fetch.ts';
import { openSecrets, type Secrets } from '../../platform/secrets/secrets.ts';
import { startDeliverer, type Deliverer } from '../../platform/webhooks/deliverer.ts';
import { disableWebhook } from '../../platform/webhooks/disable.ts';
import { registerWebhookRoutes } from '../../platform/webhooks/webhooks.routes.ts';
import type { DisabledReason, Webhook } from '../../platform/webhooks/webhooks.store.ts';
import { findAddressee, reachesOf } from '../../src/staff/server/readers.store.ts';
import type { Business, Surroundings } from './compose.ts';

/** Webhooks of the retailer: their routes, and the work of telling. Both call out through one door. */
export type Webhooks = {
  register(api: Api): void;
  /** Begins to deliver, in this process or when the one that does has gone. */
  deliver(): Deliverer;
  close(): Promise<void>;
};

/** Opens webhooks for a business. `systemId` is who acts when the program disables one. */
export function openWebhooks(
  around: Surroundings,
  business: Business,
  { subjectText, systemId }: { readonly subjectText: SubjectText; readonly systemId: string },
): Webhooks {
  const { write: pool, schema, now, logger } = around;
  const { master, audit } = business;
  const ofJob = () => audit.origins.ofJob('webhooks');
  const secrets = around.signIn?.secrets ?? passingSecrets();
  const allowedHosts = around.privateHosts ?? [];
  const door = openSafeFetch({ allowedHosts });
  const reachOf = (ownerIds: readonly string[]) =>
    withTransaction(pool, { schema, readOnly: true }, (tx) =>
      reachesOf(tx, ownerIds, { permission: 'event:read', at: now() }),
    );
  const own = { pool, schema, now, fetch: door.fetch, openSecret: secrets.openSecret, reachOf, subjectText };

  async function tellOwner(webhook: Webhook, reason: DisabledReason): Promise<void> {
    const owner = await withTransaction(pool, { schema, readOnly: true }, (tx) => findAddressee(tx, webhook.ownerId));
    if (owner === undefined || around.signIn === undefined) return;
    await around.signIn.sendMail(noticeOf(webhook, reason, { email: owner.email, locale: owner.locale }));
  }

  return {
    register: (api) => registerWebhookRoutes(api, { ...own, master, allowedHosts, sealSecret: secrets.sealSecret }),
    deliver: () =>
      startDeliverer({
        ...own,
        disable: (webhook, reason) =>
          disableWebhook({ master: masterFrom(master, ofJob), now, systemId, tellOwner }, webhook, reason),
        onError: (error) => logger.warn({ err: error }, 'Webhooks wait for their next turn.'),
      }),
    close: () => door.close(),
  };
}

let passing: Secrets | undefined;

/** For tests and benches, whose database does not outlive the process. */
function passingSecrets(): Secrets {
  passing ??= openSecrets({ file: '', setting: randomBytes(32).toString('base64url') });
  return passing;
}

const WHY = {
  en: {
    gone: 'the receiver said that it wants no more (410)',
    failing: 'nothing could be delivered for three days',
    owner_left: 'its owner may not read events any more',
    by_hand: 'somebody disabled it',
  },
  es: {
    gone: 'el receptor dijo que no quiere más (410)',
    failing: 'no se pudo entregar nada durante tres días',
    owner_left: 'su dueño ya no puede leer eventos',
    by_hand: 'alguien lo desactivó',
  },
} as const;

/** The mail that says that nobody is told any more. Nothing is lost: what happened meanwhile is told when it is enabled again. */
function noticeOf(
  { name, url }: Webhook,
  reason: DisabledReason,
  to: { readonly email: string; readonly locale: string },
): Mail {
  const { host } = new URL(url);
  const shown = name.replaceAll(/\p{C}/gu, ' ');
  if (to.locale.startsWith('es')) {
    const text = `El webhook «${shown}» hacia ${host} está desactivado: ${WHY.es[reason]}.\n\nNo se ha perdido nada: al activarlo de nuevo en la oficina, en Webhooks, continúa donde estaba.`;
    return { to: to.email, subject: `Webhook desactivado: ${shown}`, text };
  }
  const text = `The webhook "${shown}" to ${host} has been disabled: ${WHY.en[reason]}.\n\nNothing is lost: enable it again in the office, under Webhooks, and it goes on where it was.`;
  return { to: to.email, subject: `Webhook disabled: ${shown}`, text };
}
