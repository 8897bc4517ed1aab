import { appendFile } from 'node:fs/promises';
import { auditHead, headText, sealAudit } from '../../platform/audit/chain.ts';
import type { Mail } from '../../platform/mail/mail.ts';
import type { Surroundings } from './compose.ts';

/** Where the head of the audit chain is pinned once a day, outside the database: a file that grows, or mails. */
export type HeadPins = {
  readonly file: string | undefined;
  readonly mailTo: string | undefined;
  readonly sendMail: (mail: Mail) => Promise<unknown>;
};

const SEAL_MS = 10_000;
const DAY_MS = 24 * 3600_000;

/** Seals the event log behind itself, and pins the head once a day where that is wanted. */
export function startAuditChores(around: Surroundings): { close(): Promise<void> } {
  const { write: pool, schema, now, logger, auditPins } = around;
  let pinnedDay = -1;
  let running: Promise<unknown> = Promise.resolve();

  const pin = async ({ file, mailTo, sendMail }: HeadPins): Promise<void> => {
    const at = now();
    const day = Math.floor(at / DAY_MS);
    if (day === pinnedDay || (file === undefined && mailTo === undefined)) return;
    await sealAudit({ pool, schema }, { now: at, all: true });
    const head = headText(await auditHead({ pool, schema }));
    const line = `${new Date(at).toISOString()} ${schema} ${head}`;
    if (file !== undefined) await appendFile(file, `${line}\n`, { mode: 0o600 });
    if (mailTo !== undefined) {
      const text = `${line}\n\nKeep this mail. Whether nothing before it was changed says:\nnode oneshelf.mjs audit verify --head ${head}\n`;
      await sendMail({ to: mailTo, subject: `Audit of ${schema} up to event ${head.split(':', 1)[0]}`, text });
    }
    pinnedDay = day;
  };
  const run = async (): Promise<void> => {
    await sealAudit({ pool, schema }, { now: now() });
    if (auditPins !== undefined) await pin(auditPins);
  };
  const timer = setInterval(() => {
    running = running
      .then(run)
      .catch((error: unknown) => logger.warn({ err: error }, 'The audit chain waits for its next turn.'));
  }, SEAL_MS);
  return {
    async close() {
      clearInterval(timer);
      await running;
    },
  };
}
