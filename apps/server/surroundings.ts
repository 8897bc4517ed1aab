import { join, resolve } from 'node:path';
import { openKnownPasswords } from '../../platform/auth/breached-passwords.ts';
import type { Config } from '../../platform/config.ts';
import { mailWay, webhookWay } from '../../platform/health/alert-ways.ts';
import type { HealthCheck } from '../../platform/health/check.ts';
import type { Log } from '../../platform/log.ts';
import { sendMail, type Mail, type MailDeps } from '../../platform/mail/mail.ts';
import { openSecrets, type SecretsSource } from '../../platform/secrets/secrets.ts';
import { createMetrics } from '../../platform/telemetry/metrics.ts';
import type { OpenTelemetry } from '../../platform/telemetry/open-telemetry.ts';
import type { Pool } from '../../platform/db/pool.ts';
import { createTestProvider } from '../../src/payments/server/test-provider.ts';
import { backupSetting } from './backup/run-apart.ts';
import { backupsOf, erasureList } from './backup/setting.ts';
import type { Surroundings } from './compose.ts';
import type { Https } from './https.ts';
import type { OperationOptions } from './operation.ts';
import { carryErasures } from './privacy/erasures-beside.ts';
import { retailerFolder, type RetailerConfig } from './retailers/retailer-config.ts';
import type { SignInOptions } from './sign-in.ts';
import type { CardProviderStandIn } from './stand-ins/card-provider.ts';

/** What the settings are turned into surroundings with. */
export type Around = {
  readonly config: RetailerConfig;
  readonly log: Log;
  readonly telemetry?: OpenTelemetry | undefined;
  readonly databases: { readonly url: string; readonly write: Pool; readonly read: Pool };
  readonly https: Https | undefined;
  readonly provider: CardProviderStandIn;
  readonly version: string;
  /** Where people find the retailer, for links in mails; known when the doors are open. */
  readonly baseUrl: () => string;
  /** What it is called in alerts. */
  readonly called: string;
  /** What is looked at beside what every retailer looks at. */
  readonly checks?: readonly HealthCheck[];
};

/** What the settings come to for one retailer, the installation's own or one of the directory. */
export async function surroundingsOf(around: Around): Promise<Surroundings> {
  const { config, databases, https, provider } = around;
  return {
    ...databases,
    card: {
      provider: createTestProvider({ url: provider.url, apiKey: provider.apiKey }),
      fee: { ppm: 14_000, fixedMinor: 20 },
    },
    schema: config.RETAILER_SCHEMA,
    now: () => Date.now(),
    logger: around.log,
    https:
      https === undefined
        ? config.BASE_URL?.startsWith('https:') === true
        : () => https.certificates.current().isPublic,
    version: around.version,
    adminUrl: config.DATABASE_ADMIN_URL,
    trustProxy: proxiesOf(config),
    tls: https?.certificates.current(),
    backups: backupSetting(config),
    privacyFiles: {
      erasures: erasureList(config),
      mails: mailOf(config).folder,
      carryErasures: () =>
        carryErasures(backupsOf(config), { file: erasureList(config), schema: config.RETAILER_SCHEMA }),
    },
    auditPins: {
      file: config.AUDIT_HEAD_FILE,
      mailTo: config.AUDIT_HEAD_EMAIL,
      sendMail: (mail: Mail) => sendMail(mailOf(config), mail),
    },
    operation: operationOf(around),
    privateHosts: config.PRIVATE_HOSTS?.split(',').map((host) => host.trim().toLowerCase()) ?? [],
    signIn: await signInOf(config, around.baseUrl),
  };
}

/** How people sign in. */
async function signInOf(config: RetailerConfig, baseUrl: () => string): Promise<SignInOptions> {
  const { BREACHED_PASSWORDS_FILE: breached, OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId = '' } = config;
  return {
    secrets: openSecrets(secretsSource(config)),
    sendMail: (mail) => sendMail(mailOf(config), mail),
    baseUrl,
    breached: await openKnownPasswords(breached),
    company:
      issuer === undefined
        ? undefined
        : { issuer, clientId, clientSecret: config.OIDC_CLIENT_SECRET, name: config.OIDC_NAME },
    idleMs: config.SESSION_HOURS * 3600_000,
  };
}

/** The mail server, or the folder that stands in for one. */
export function mailOf(config: RetailerConfig): MailDeps {
  return { smtpUrl: config.SMTP_URL, from: config.MAIL_FROM, folder: join(retailerFolder(config), 'mail') };
}

/** Where the keys are that secrets are sealed with. */
export function secretsSource(config: RetailerConfig): SecretsSource {
  return { file: join(retailerFolder(config), 'secret.keys'), setting: config.SECRET_KEY };
}

/** Which proxies are believed: so many hops, or these addresses. */
export function proxiesOf({ TRUST_PROXY }: Config): Surroundings['trustProxy'] {
  if (TRUST_PROXY === undefined || !/^\d+$/.test(TRUST_PROXY)) return TRUST_PROXY;
  return (_address, hop) => hop < Number(TRUST_PROXY);
}

/** How the retailer is watched and who is told. */
function operationOf({ config, log, telemetry, https, called, checks }: Around): OperationOptions {
  const mail = mailOf(config);
  return {
    metrics: createMetrics((error) => log.warn({ err: error }, 'A number could not be read for /metrics.')),
    metricsToken: config.METRICS_TOKEN,
    telemetry,
    ways: [
      ...(config.ALERT_EMAIL === undefined ? [] : [mailWay(mail, config.ALERT_EMAIL.split(','))]),
      ...(config.ALERT_WEBHOOK_URL === undefined ? [] : [webhookWay(config.ALERT_WEBHOOK_URL)]),
    ],
    installation: called,
    dataDir: resolve(config.DATA_DIR),
    certificateUntil: () => https?.certificates.current().validUntil,
    ...(checks === undefined ? {} : { checks }),
    isGuest: config.RETAILER_FOLDER !== undefined,
  };
}
