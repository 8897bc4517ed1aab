import type { FastifyBaseLogger } from 'fastify';
import { registerBackupRoutes } from '../../platform/backup/backup.routes.ts';
import { masterFrom } from '../../platform/audit/acting-from.ts';
import { NO_BACKUPS, openBackups, type Backups, type BackupSetting } from '../../platform/backup/backups.ts';
import type { Committer } from '../../platform/commit/committer.ts';
import { openMasterDoor, type Master } from '../../platform/commit/master-door.ts';
import { registerAuditRoutes } from '../../platform/audit/audit.routes.ts';
import { createThrottle } from '../../platform/auth/throttle.ts';
import { createPool, withTransaction, type Pool } from '../../platform/db/pool.ts';
import { createReader } from '../../platform/db/read.ts';
import { bellOf } from '../../platform/events/bell.ts';
import { registerEventRoutes } from '../../platform/events/events.routes.ts';
import { follow } from '../../platform/events/follow.ts';
import { lastNumber, type StoredEvent } from '../../platform/events/log.ts';
import type { Secrets } from '../../platform/secrets/secrets.ts';
import { closeApi, createApi, type Api } from '../../platform/http/app.ts';
import { DEFAULT_LIMITS, type Limits } from '../../platform/http/limits.ts';
import { createLive, registerLiveRoutes } from '../../platform/live/live.ts';
import { watchCommits } from '../../platform/telemetry/watch.ts';
import { registerAccountingRoutes } from '../../src/accounting/server/accounting.routes.ts';
import { registerTaxReport } from '../../src/accounting/server/tax-report.ts';
import { registerCatalogRoutes } from '../../src/catalog/server/catalog.routes.ts';
import { createSkuCache } from '../../src/catalog/server/sku-cache.ts';
import { registerChannelsRoutes } from '../../src/channels/server/channels.routes.ts';
import { openCompanyCache, type CompanyCache } from '../../src/company/server/company-cache.ts';
import { sealRegisterSecrets } from '../../src/company/server/register-secrets.ts';
import { registerCompanyRoutes } from '../../src/company/server/company.routes.ts';
import { registerCustomersRoutes } from '../../src/customers/server/customers.routes.ts';
import { registerInsightRoutes } from '../../src/insight/server/insight.routes.ts';
import { encodeId, ID_PREFIX, type IdKind } from '../../src/kernel/ids.ts';
import { registerLocationsRoutes } from '../../src/locations/server/locations.routes.ts';
import { registerOrderRoutes } from '../../src/orders/server/orders.routes.ts';
import { purchaseReads } from '../../src/orders/server/offer-occasions.ts';
import { registerPaymentFollower } from '../../src/orders/server/payment-follower.ts';
import type { CardProvider } from '../../src/payments/card-provider.ts';
import { createPriceCache } from '../../src/pricing/server/price-cache.ts';
import { createCouponCodes } from '../../src/pricing/server/coupon.store.ts';
import { createPromotionCache, type PromotionCache } from '../../src/pricing/server/promotion-cache.ts';
import { registerLeftCartRoute } from '../../src/pricing/server/left-cart.routes.ts';
import { registerOfferRuleRoutes } from '../../src/pricing/server/offer-rule.routes.ts';
import { startOfferWorker } from '../../src/pricing/server/offer-worker.ts';
import { registerPromotionRoutes } from '../../src/pricing/server/promotion.routes.ts';
import { createCodeHasher } from '../../src/rewards/server/gift-card-codes.ts';
import { expireWhatRanOut } from '../../src/rewards/server/expiry-chore.ts';
import { registerRewardRoutes } from '../../src/rewards/server/rewards.routes.ts';
import { createLoyaltyCache, type LoyaltyCache } from '../../src/rewards/server/rewards.store.ts';
import { registerPricingRoutes } from '../../src/pricing/server/pricing.routes.ts';
import { openPromotionDoor } from '../../src/pricing/server/promotion-door.ts';
import { openPricingRules } from '../../src/pricing/server/pricing-rules.ts';
import { startStaging } from '../../src/pricing/server/price-staging.ts';
import { findPricesInForce } from '../../src/pricing/server/pricing.store.ts';
import { createTaxCache, type TaxCache } from '../../src/pricing/server/tax-cache.ts';
import { registerTaxRoutes } from '../../src/pricing/server/tax-routes.ts';
import type { RightsDeps } from '../../src/staff/server/roles.routes.ts';
import { registerStaffRoutes } from '../../src/staff/server/staff.routes.ts';
import { createStaffStore } from '../../src/staff/server/staff.store.ts';
import { hearOfRights } from '../../src/staff/server/watch-rights.ts';
import { findCurrentCosts, findOnShelf } from '../../src/stock/server/shelf.store.ts';
import { registerStockRoutes } from '../../src/stock/server/stock.routes.ts';
import { sweepExpiredReservations } from '../../src/stock/server/sweep.ts';
import { openTasksOfEvents } from '../../src/tasks/server/task-book.ts';
import { registerTaskRoutes } from '../../src/tasks/server/tasks.routes.ts';
import { docsExamples } from './api/examples.ts';
import { actorNames, openAuditTrail, type AuditTrail } from './audit.ts';
import { startAuditChores, type HeadPins } from './audit-chores.ts';
import { openBooks } from './books.ts';
import { startBulk, type BulkTurns } from './bulk/start-bulk.ts';
import { COMPANY_SOURCES, stockLocation } from './commits.ts';
import { registerExportRoutes } from './export/export.routes.ts';
import { registerImportRoutes } from './imports/imports.routes.ts';
import { openOperation, startCutting, watchedCommitter, type OperationOptions } from './operation.ts';
import { openRights } from './rights.ts';
import { serveOffice } from './office-files.ts';
import { openSignIn, type SignInOptions } from './sign-in.ts';
import type { DemoSize } from './demo/demo.ts';
import { registerPrivacyRoutes, type PrivacyFiles } from './privacy/privacy.routes.ts';
import { startRetention } from './privacy/retention-chore.ts';
import { openPrograms, type Door } from './programs.ts';
import { openSandbox } from './sandbox.ts';
import { registerSetupRoutes } from './setup/setup.routes.ts';
import { openWebhooks } from './webhooks.ts';

/** Whoever acts before there is anybody, and when nobody asks: the program itself. */
export const SYSTEM_PRINCIPAL = '00000000-0000-7000-8000-000000000001';

/** What the program around gives: where the database is, what it may be called, how it logs. */
export type Surroundings = {
  /** URL that writes; the commit pipeline opens a pipelined pool of its own there. */
  readonly url: string;
  readonly write: Pool;
  readonly read: Pool;
  readonly schema: string;
  readonly now: () => number;
  readonly logger: FastifyBaseLogger;
  /** Whether browsers are told to insist on https. */
  readonly https: boolean | (() => boolean);
  readonly version: string;
  /** Hosts of one's own network that may be called all the same, for pictures and by webhooks. */
  readonly privateHosts?: readonly string[];
  /** URL of a user who owns the tables; `url` when not given. */
  readonly adminUrl?: string | undefined;
  /** Which proxies are believed about who asks. */
  readonly trustProxy?: string | ((address: string, hop: number) => boolean) | undefined;
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Connections that are lent to several retailers, who work on them in turn; without it each has its own. */
  readonly lent?: { readonly commit: Pool; readonly chores: Pool } | undefined;
  /** How many imports are worked on at once, all retailers together; each its own unless told. */
  readonly bulkTurns?: BulkTurns | undefined;
  /** How large the copy of the demo retailer is that sandbox keys work on; small unless told. */
  readonly sandboxSize?: DemoSize;
  /** How much is taken from whom; DEFAULT_LIMITS unless told. */
  readonly limits?: Limits | 'none';
  /** What is watched and who is told; without it nothing is traced and nobody is told. */
  readonly operation?: OperationOptions | undefined;
  /** What secrets in the database are sealed with, where nobody signs in (the sandbox); else that of `signIn`. */
  readonly secrets?: Secrets | undefined;
  /** How people sign in; without it with passwords and passkeys, and mails go nowhere. */
  readonly signIn?: SignInOptions | undefined;
  /** How backups are made; without it none are. */
  readonly backups?: BackupSetting | undefined;
  /** Where erasures are listed beside the database, and kept mails; nowhere unless told. */
  readonly privacyFiles?: PrivacyFiles | undefined;
  /** Where the head of the audit chain is pinned; nowhere unless told. */
  readonly auditPins?: HeadPins | undefined;
  /** Who takes cards, and what it keeps of each payment. Without it nobody pays by card at the shop. */
  readonly card?: CardTerms;
};

/** A card provider and its fee: parts per million of the amount and a fixed part in minor units. */
export type CardTerms = {
  readonly provider: CardProvider;
  readonly fee: { readonly ppm: number; readonly fixedMinor: number };
};

/** The business of one retailer, open: the door for commands, the door for master data, what is kept in memory. */
export type Business = {
  readonly committer: Committer;
  readonly commitPool: Pool;
  readonly master: Master;
  readonly audit: AuditTrail;
  readonly company: CompanyCache;
  readonly skus: ReturnType<typeof createSkuCache>;
  readonly prices: ReturnType<typeof createPriceCache>;
  readonly taxes: TaxCache;
  readonly promotions: PromotionCache;
  readonly couponCodes: ReturnType<typeof createCouponCodes>;
  /** What baskets are priced by. */
  readonly rules: ReturnType<typeof openPricingRules>;
  readonly loyalty: LoyaltyCache;
  /** Calls the listener with every event of the topic, from all processes. Gives the function that stops it. */
  onEvent(topic: string, listener: (event: StoredEvent) => void): () => void;
  close(): Promise<void>;
};

/** Opens the business of one retailer, without a way in. The demo, the replay and tests use it like the API does. */
export async function openBusiness(around: Surroundings): Promise<Business> {
  const { url, write, schema, now, logger, operation, lent } = around;
  const commits = operation === undefined ? undefined : watchCommits(operation.metrics);
  const pipelined = lent?.commit ?? createPool({ url, max: 4, pipeline: true, applicationName: 'oneshelf commit' });
  const secrets = secretsOf(around);
  if (secrets !== undefined) await sealRegisterSecrets({ pool: write, schema }, secrets.sealSecret);
  const company = await openCompanyCache({
    pool: write,
    schema,
    sources: COMPANY_SOURCES,
    openSecret: secrets?.openSecret,
  });
  const skus = createSkuCache({ pool: write, schema });
  const prices = createPriceCache({ pool: write, schema, now, placeOf: (id) => company.location(id) });
  const promotions = createPromotionCache({ pool: write, schema, now });
  const taxes = createTaxCache({ pool: write, schema });
  const couponCodes = createCouponCodes({ pool: write, schema, secrets: secrets ?? UNSEALED });
  const loyalty = createLoyaltyCache({ pool: write, schema });
  const committer = openBooks({
    pool: pipelined,
    schema,
    now,
    locationOf: (id) => stockLocation(company, id),
    onCommitted: () => {
      commits?.committed();
      bellOf(write).ring(schema);
    },
    onTrouble: (message, error) => {
      commits?.troubled();
      logger.error({ err: error }, message);
    },
  });
  const listeners = new Map<(event: StoredEvent) => void, string>([
    [(event) => loyalty.invalidate(event), 'reward'],
    [(event) => promotions.invalidate(event), 'promotion'],
  ]);
  const follower = follow({
    pool: write,
    schema,
    after: await lastNumber(write, schema),
    onError: (error) => logger.warn({ err: error }, 'The event log could not be read; trying again.'),
    async onEvents(events) {
      for (const event of events) {
        for (const [listener, topic] of listeners) if (topic === event.topic) listener(event);
        taxes.invalidate(event);
        if (event.topic !== 'catalog' && event.topic !== 'price' && event.topic !== 'company') continue;
        skus.invalidate(event);
        prices.invalidate(event);
        await company.invalidate(event);
      }
    },
  });
  const master = openMasterDoor({ pool: pipelined, schema, react: openTasksOfEvents });
  const audit = openAuditTrail({ write, schema, now, logger }, { master, systemId: SYSTEM_PRINCIPAL });
  return {
    committer: operation === undefined ? committer : watchedCommitter(committer, operation),
    commitPool: pipelined,
    master,
    audit,
    company,
    skus,
    prices,
    loyalty,
    taxes,
    promotions,
    couponCodes,
    rules: openPricingRules({ promotions, taxes }),
    onEvent(topic, listener) {
      listeners.set(listener, topic);
      return () => listeners.delete(listener);
    },
    async close() {
      await follower.close();
      await audit.close();
      await committer.close();
      if (lent === undefined) await pipelined.end();
    },
  };
}

/** What secrets in the database are sealed with; undefined where nobody said. */
function secretsOf(around: Pick<Surroundings, 'signIn' | 'secrets'>): Secrets | undefined {
  return around.signIn?.secrets ?? around.secrets;
}

/** Where nobody signs in nothing is sealed: the key of the codes stands as it is. */
const UNSEALED = { sealSecret: (text: string) => text, openSecret: (text: string) => text };

/** Which kind of id the events of a topic are about, so that outsiders see the id they know. */
const SUBJECTS: Readonly<Record<string, IdKind>> = {
  order: 'order',
  catalog: 'product',
  customer: 'customer',
  company: 'legalEntity',
  stock: 'document',
  journal: 'document',
  staff: 'person',
  webhook: 'webhook',
  promotion: 'promotion',
  offer: 'offerRule',
  task: 'task',
};

function subjectText({
  topic,
  subjectId,
}: {
  readonly topic: string;
  readonly subjectId: string | null;
}): string | null {
  const kind = SUBJECTS[topic];
  return subjectId === null || kind === undefined ? subjectId : encodeId(ID_PREFIX[kind], subjectId);
}

/**
 * Puts the API and the office before a business. Call `listen` on what comes back; `close` drains. `door` is another way to tell who sends a request
 * than this retailer's sessions and keys.
 */
export async function openApi(
  around: Surroundings,
  business: Business,
  { door }: { readonly door?: Door } = {},
): Promise<{ api: Api; close(): Promise<void> }> {
  const { write, read, schema, now, logger } = around;
  const { committer, master, company, skus, prices } = business;
  const signIn = openSignIn(around, business.audit.sessionOpened);
  const { authenticator } = signIn;
  const programs = openPrograms(around, business, authenticator);
  const { authenticate, renew, onEnded } = door ?? programs.door;
  const api = await createApi({
    logger,
    authenticate,
    witness: business.audit.witness,
    version: around.version,
    https: around.https,
    examples: docsExamples,
    ...(around.limits === 'none' ? {} : { limits: around.limits ?? DEFAULT_LIMITS }),
    ...(around.trustProxy === undefined ? {} : { trustProxy: around.trustProxy }),
    ...(around.tls === undefined ? {} : { tls: around.tls }),
    ready: () =>
      withTransaction(write, { schema, readOnly: true }, async (tx) => void (await tx.client.query('select 1'))),
  });
  const backups = openBackups({
    pool: write,
    schema,
    now,
    setting: around.backups ?? NO_BACKUPS,
    onError: (error) => logger.warn({ err: error }, 'A backup was not made.'),
  });
  const operation = openOperation(around, {
    backups,
    commitPool: business.commitPool,
    liveStreams: () => live.size(),
  });
  operation.watch(api);
  const live = await createLive({
    pool: write,
    schema,
    authenticator: { renew, onEnded },
    subjectText,
    onError: (error) => logger.warn({ err: error }, 'Live screens wait for the database.'),
  });
  const own = { pool: write, schema, master, now };
  registerStaffRoutes(api, createStaffStore({ pool: write, schema }));
  programs.register(api);
  // The copy has no copy.
  const sandbox =
    door === undefined ? openSandbox(around, business, { business: openBusiness, api: openApi }) : undefined;
  sandbox?.register(api);
  sandbox?.divert(api);
  const stopHearing = business.onEvent('staff', (event) => hearOfRights(event, authenticator));
  const rights: RightsDeps = {
    ...own,
    entityOf: (id) => company.location(id)?.entityId,
    knowsEntity: (id) => company.entity(id) !== undefined,
    rightsChanged: (personId) => authenticator.forget(personId),
  };
  signIn.register(api, rights);
  const stopWatching = await openRights(api, around, business, rights);
  registerLiveRoutes(api, live);
  registerEventRoutes(api, { pool: read, schema, subjectText, bell: write });
  const webhooks = openWebhooks(around, business, { subjectText, systemId: SYSTEM_PRINCIPAL });
  webhooks.register(api);
  registerCompanyRoutes(api, { ...own, entityOfLocation: (id) => company.location(id)?.entityId });
  registerLocationsRoutes(api, { pool: read, schema });
  registerChannelsRoutes(api, { pool: read, schema });
  registerCatalogRoutes(api, {
    ...own,
    pricesOf: (skuIds, wanted) =>
      withTransaction(write, { schema, readOnly: true }, (tx) => findPricesInForce(tx, skuIds, wanted)),
  });
  registerPricingRoutes(api, {
    ...own,
    company,
    prices,
    taxes: business.taxes,
    costsOf: findCurrentCosts,
    onShelf: findOnShelf,
  });
  registerTaxRoutes(api, { ...own, taxes: business.taxes });
  const { couponCodes } = business;
  const namesOf = actorNames(company, SYSTEM_PRINCIPAL);
  const promotionDeps = {
    ...own,
    company,
    skus,
    prices,
    taxes: business.taxes,
    promotions: business.promotions,
    costsOf: findCurrentCosts,
    couponCodes,
    namesOf,
  };
  registerPromotionRoutes(api, promotionDeps);
  registerOfferRuleRoutes(api, { ...promotionDeps, purchases: purchaseReads });
  registerLeftCartRoute(api, { ...own, company });
  registerCustomersRoutes(api, own);
  registerStockRoutes(api, { pool: write, schema, committer, company, skus, now });
  const cards = {
    pool: write,
    schema,
    now,
    hashCode: createCodeHasher({ pool: write, schema, secrets: secretsOf(around) ?? UNSEALED }),
    throttle: createThrottle({ pool: write, schema }),
  };
  registerOrderRoutes(api, {
    rewards: { loyalty: business.loyalty, cards },
    pool: write,
    schema,
    committer,
    master,
    company,
    skus,
    prices,
    rules: business.rules,
    promotionDoor: openPromotionDoor({ pool: write, schema, ...business }),
    buyerTaxes: (customerId) => business.taxes.buyer(customerId),
    now,
    ...(around.card === undefined ? {} : { card: around.card }),
  });
  registerRewardRoutes(api, { ...own, committer, company, skus, loyalty: business.loyalty, ...cards });
  registerAccountingRoutes(api, { pool: write, schema, committer, company, now });
  registerTaxReport(api, { pool: write, schema, company });
  registerInsightRoutes(api, { pool: write, schema, company, now });
  registerTaskRoutes(api, { pool: write, schema, master, company, now });
  registerImportRoutes(api, { pool: write, schema, master, company, now });
  registerSetupRoutes(api, {
    ...own,
    company,
    sealSecret: secretsOf(around)?.sealSecret,
    outside: () => {
      const { schedule, onOwnDisk } = backups.plan();
      return {
        alertWays: around.operation?.ways.length ?? 0,
        backupsAreSafe: schedule !== 'off' && !onOwnDisk,
      };
    },
  });
  registerExportRoutes(api, {
    url: around.url,
    schema,
    version: around.version,
    now,
    onError: (error) => logger.warn({ err: error }, 'An export did not come to its end.'),
  });
  registerBackupRoutes(api, backups);
  registerAuditRoutes(api, { pool: read, schema, now, subjectText, namesOf });
  registerPrivacyRoutes(api, {
    ...own,
    files: around.privacyFiles,
    forgetPerson: (personId) => authenticator.forget(personId),
    onError: (error) => logger.warn({ err: error }, 'The list of erasures is not beside the backups yet.'),
  });
  operation.register(api);
  const planning = startPlanned(backups, logger);
  await serveOffice(api);
  return {
    api,
    async close() {
      clearInterval(planning);
      await backups.close();
      stopHearing();
      stopWatching();
      await live.close();
      await closeApi(api);
      await sandbox?.close();
      await programs.close();
      await webhooks.close();
      await operation.close();
    },
  };
}

const PLANNED_MS = 30_000;

/** Begins backups when they are due. */
function startPlanned(backups: Backups, logger: FastifyBaseLogger): NodeJS.Timeout {
  const onError = (error: unknown): void =>
    logger.warn({ err: error }, 'It could not be seen whether a backup is due.');
  return setInterval(() => void backups.tick().catch(onError), PLANNED_MS);
}

/** How often what has expired is given back when nobody asks for it: a request that needs it does so at once. */
const SWEEP_MS = 60_000;

/** How often it is seen whether gift cards and points ran out; on their last day nobody can use them anyway. */
const EXPIRE_MS = 10 * 60_000;

/** Work that nobody waits for: reservations that ran out, what a card provider must still be told, imports. */
export function startChores(around: Surroundings, business: Business): { close(): Promise<void> } {
  const { url, write, schema, now, logger, lent } = around;
  const { committer, company, master } = business;
  const { origins } = business.audit;
  const onError = (error: unknown): void => logger.warn({ err: error }, 'A chore waits for its next turn.');
  const pool = lent?.chores ?? createPool({ url, max: 1, pipeline: true, applicationName: 'oneshelf chores' });
  const reader = createReader(pool, schema);
  let sweeping: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    sweeping = sweeping
      .then(async () => {
        const originId = await origins.ofJob('expired reservations');
        return sweepExpiredReservations({ reader, committer, company, now, principalId: SYSTEM_PRINCIPAL, originId });
      })
      .catch(onError);
  }, SWEEP_MS);
  const expiring = setInterval(() => {
    sweeping = sweeping
      .then(async () => {
        const originId = await origins.ofJob('expired rewards');
        return expireWhatRanOut({
          pool: write,
          schema,
          committer,
          company,
          now,
          principalId: SYSTEM_PRINCIPAL,
          originId,
        });
      })
      .catch(onError);
  }, EXPIRE_MS);
  const payments =
    around.card === undefined
      ? undefined
      : registerPaymentFollower({
          pool: write,
          schema,
          provider: around.card.provider,
          master: masterFrom(master, () => origins.ofJob('payments')),
          now,
          onError,
        });
  const bulk = startBulk({
    pool: write,
    url,
    schema,
    now,
    privateHosts: around.privateHosts ?? [],
    logLevel: logger.level,
    turns: around.bulkTurns,
    onError,
  });
  const priceStaging = startStaging({
    pool: write,
    schema,
    master: masterFrom(master, () => origins.ofJob('price changes')),
    now,
    places: () => company.locations().filter((place) => !place.archived),
    onError,
  });
  const offers = startOfferWorker({
    pool: write,
    schema,
    master: masterFrom(master, () => origins.ofJob('personal offers')),
    purchases: purchaseReads,
    now,
    principalId: SYSTEM_PRINCIPAL,
    onError,
  });
  const webhooks = openWebhooks(around, business, { subjectText, systemId: SYSTEM_PRINCIPAL });
  const deliverer = webhooks.deliver();
  const cutting = startCutting(around);
  const auditing = startAuditChores(around);
  const { erasures, carryErasures } = around.privacyFiles ?? {};
  const retention = startRetention({
    pool: write,
    schema,
    master: masterFrom(master, () => origins.ofJob('retention')),
    now,
    erasures,
    carryErasures,
    onError,
  });
  return {
    async close() {
      clearInterval(timer);
      clearInterval(expiring);
      await deliverer.close();
      await webhooks.close();
      await bulk.close();
      await priceStaging.close();
      await offers.close();
      await cutting.close();
      await auditing.close();
      await retention.close();
      await sweeping;
      await payments?.close();
      if (lent === undefined) await pool.end();
    },
  };
}
