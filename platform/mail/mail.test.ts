import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { MailRefused, sendMail } from './mail.ts';
import { startMailServer } from './testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'oneshelf-mail-'));
const server = await startMailServer();
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});
const deps = { smtpUrl: server.url, from: 'Example Shop <shop@example.com>', folder };
const headersOf = (mail: string): string => mail.slice(0, mail.indexOf('\r\n\r\n'));

test('a mail arrives as it was written', async () => {
  const sent = await sendMail(deps, { to: 'ada@example.com', subject: 'Größe', text: 'Hello.', html: '<p>Hello.</p>' });
  expect(sent).toEqual({ kept: undefined });
  const mail = server.mails.at(-1);
  expect(mail?.recipients).toEqual(['ada@example.com']);
  expect(mail?.text).toContain('From: Example Shop <shop@example.com>');
  expect(mail?.text).toContain('Auto-Submitted: auto-generated');
  expect(mail?.text).toMatch(/Subject: =\?UTF-8\?/i);
  expect(mail?.text).toContain('multipart/alternative');
});

test.each([
  'ada@example.com\r\nBcc: eve@example.com',
  'ada@example.com\nX: y',
  'ada@example.com, eve@example.com',
  'ada@example.com;eve@example.com',
  'Ada <ada@example.com>',
  '"a b"@example.com',
  'ada@example.com\u0000',
  'ada@exa\u2028mple.com',
  '@example.com',
  'ada',
  '',
])('%j is no address of one person', async (to) => {
  const before = server.mails.length;
  await expect(sendMail(deps, { to, subject: 'x', text: 'x' })).rejects.toBeInstanceOf(MailRefused);
  expect(server.mails.length).toBe(before);
});

test.each(['Hi\r\nBcc: eve@example.com', 'Hi\nBcc: eve@example.com', 'Hi\r\rX', 'x\u0085y', '', '  ', 'x'.repeat(301)])(
  '%j is no subject',
  async (subject) => {
    await expect(sendMail(deps, { to: 'ada@example.com', subject, text: 'x' })).rejects.toBeInstanceOf(MailRefused);
  },
);

test('words that look like headers stay words', async () => {
  await sendMail(deps, {
    to: 'ada@example.com',
    subject: 'To: eve@example.com',
    text: '\r\nBcc: eve@example.com\r\n.\r\nx',
  });
  const mail = server.mails.at(-1);
  expect(mail?.recipients).toEqual(['ada@example.com']);
  expect(headersOf(mail?.text ?? '')).not.toMatch(/^bcc/im);
});

test('without a server mails are kept where only their owner reads them', async () => {
  const { kept } = await sendMail(
    { ...deps, smtpUrl: undefined },
    { to: 'ada@example.com', subject: 'Kept', text: 'Hi.' },
  );
  expect(readdirSync(folder).filter((name) => name.endsWith('.eml'))).toHaveLength(1);
  expect(readFileSync(kept ?? '', 'utf8')).toMatch(/^To: ada@example.com$/m);
  expect(readFileSync(kept ?? '', 'utf8')).toContain('Hi.');
  if (process.platform !== 'win32') expect(statSync(kept ?? '').mode & 0o777).toBe(0o600);
});

test('a server that says no, and one that is away, are told', async () => {
  await expect(sendMail(deps, { to: 'nobody@refused.example', subject: 'x', text: 'x' })).rejects.toThrow(/550/);
  await expect(
    sendMail({ ...deps, smtpUrl: 'smtp://127.0.0.1:1' }, { to: 'a@b.c', subject: 'x', text: 'x' }),
  ).rejects.toThrow(/ECONNREFUSED/);
});
