import { randomBytes } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A mail to one person. Words and a subject are enough; `html` is shown instead by programs that can. */
export type Mail = { readonly to: string; readonly subject: string; readonly text: string; readonly html?: string };

/** What sending needs: the server, who it comes from, and where mails are kept when there is no server. */
export type MailDeps = {
  /** `smtp://user:password@host:587` or `smtps://…`; undefined: mails are kept in `folder`. */
  readonly smtpUrl: string | undefined;
  /** An address, or a name and the address in < >. */
  readonly from: string;
  readonly folder: string;
};

/** A mail that cannot be sent as it is: its address or subject is none. Trying again does not help. */
export class MailRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MailRefused';
  }
}

/** An address of one person as this program writes to it: no quotes, no comments, no lists, so that nothing can be hidden in it. */
const ADDRESS = /^[^\s@<>()[\]\\,;:"\p{C}]{1,64}@[^\s@<>()[\]\\,;:"\p{C}]{1,255}$/u;
/** Control and format characters; with a line break in it a subject would be the next header. */
const HIDDEN = /\p{C}/u;
const LIMIT_MS = 15_000;

/**
 * Sends a mail, or keeps it as a file `.eml` in `folder` (readable by its owner only; any mail program opens it) when there is no mail server. Resolves
 * when the server has taken it. Throws MailRefused for an address or a subject that could smuggle in a header, and what the server or the network says otherwise;
 * then it may be tried again. The mail package is loaded with the first mail.
 */
export async function sendMail(deps: MailDeps, mail: Mail): Promise<{ kept: string | undefined }> {
  if (!ADDRESS.test(mail.to)) throw new MailRefused('This is no address of one person.');
  if (mail.subject.trim() === '' || mail.subject.length > 300 || HIDDEN.test(mail.subject))
    throw new MailRefused('The subject is empty, too long or holds control characters.');
  const { createTransport } = await import('nodemailer');
  const message = {
    from: deps.from,
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: mail.text,
    // Answering robots leave it alone.
    headers: { 'Auto-Submitted': 'auto-generated' },
    // A mail is words: nothing in it makes the sender read a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(mail.html === undefined ? {} : { html: mail.html }),
  };
  if (deps.smtpUrl === undefined) {
    const built = await createTransport({ streamTransport: true, buffer: true }).sendMail(message);
    return { kept: await keep(deps.folder, built.message as Buffer) };
  }
  const transport = createTransport({
    url: deps.smtpUrl,
    connectionTimeout: LIMIT_MS,
    greetingTimeout: LIMIT_MS,
    socketTimeout: LIMIT_MS,
  });
  try {
    await transport.sendMail(message);
    return { kept: undefined };
  } finally {
    transport.close();
  }
}

/** Written under another name first, so that nobody reads half a mail. */
async function keep(folder: string, bytes: Buffer): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const name = `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${randomBytes(4).toString('hex')}.eml`;
  const path = join(folder, name);
  await writeFile(`${path}.part`, bytes, { mode: 0o600 });
  await rename(`${path}.part`, path);
  return path;
}
