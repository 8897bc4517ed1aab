import { sendMail } from '../mail/mail.ts';
import type { MailDeps } from '../mail/mail.ts';
import type { Alert, AlertWay } from './alerts.ts';

/** Alerts as mails, one to each address. */
export function mailWay(deps: MailDeps, addresses: readonly string[]): AlertWay {
  return {
    name: 'mail',
    async send(alert) {
      const subject = `[Oneshelf] ${alert.text.split(' – ', 1)[0]} (${alert.machine})`
        .replaceAll(/\p{C}/gu, ' ')
        .slice(0, 300);
      for (const to of addresses) await sendMail(deps, { to, subject, text: mailText(alert) });
    },
  };
}

function mailText({ text, problem, remedy, installation, machine, at, type }: Alert): string {
  const lines = problem === null ? [text] : [problem, '', `What to do: ${remedy}`];
  const again =
    type === 'alert.resolved' ? [] : ['', 'You are told again in a day while it lasts, and when it is over.'];
  return [...lines, '', `${installation} on ${machine}, ${at}`, ...again, ''].join('\n');
}

/** Alerts as a POST of JSON. Redirects are not followed: the address is a secret. */
export function webhookWay(url: string): AlertWay {
  return {
    name: 'webhook',
    async send(alert) {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': 'oneshelf' },
        body: JSON.stringify(alert),
        redirect: 'manual',
        signal: AbortSignal.timeout(10_000),
      });
      await answer.body?.cancel();
      // The address is not told: whoever has it can write there.
      if (!answer.ok) throw new Error(`ALERT_WEBHOOK_URL answered ${answer.status}.`);
    },
  };
}
