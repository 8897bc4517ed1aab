import type { ApiWorld, WorldPlace } from './world.ts';

/** A request that fits its route: the address below /api/v1 and the body. */
export type Sample = { readonly path: string; readonly body?: unknown };

/** Makes a request about a place, or about the company when the route knows no places. */
export type SampleOf = (world: ApiWorld, at: WorldPlace) => Sample;

/** A token as ours look, that nobody was given. */
const NO_TOKEN = 'N'.repeat(43);
const NO_ASSERTION = {
  id: 'AAAA',
  rawId: 'AAAA',
  type: 'public-key',
  response: { clientDataJSON: 'AAAA', authenticatorData: 'AAAA', signature: 'AAAA' },
  clientExtensionResults: {},
};
const NO_CREATION = { ...NO_ASSERTION, response: { clientDataJSON: 'AAAA', attestationObject: 'AAAA' } };

/** A point a unit of money; a hundred of them are one again. */
export const loyaltyProgramme = (entityId: string) => ({
  entityId,
  name: 'Club',
  active: true,
  earn: [{ name: 'All', points: 1, perMinor: 100, cashBackPpm: 0, channelIds: [], productIds: [], categoryIds: [] }],
  multiplierDays: [],
  tiers: [{ code: 'gold', name: 'Gold', fromMinor: 100_000, windowMonths: 12, multiplierPpm: 1_500_000 }],
  rewards: [{ code: 'fiver', name: 'Five back', points: 400, creditMinor: 500 }],
  value: { points: 100, minor: 100 },
  breakagePpm: 100_000,
  expiryDays: 730,
  spentPoints: 'withhold',
  expiredPoints: 'renew',
});

/** A list of ten per cent off for all of a channel. */
const overrideList = (currency: string, channelId: string, priority: number) => ({
  name: 'Ten per cent off',
  currency,
  taxInclusive: true,
  priority,
  channelIds: [channelId],
  locationIds: [],
  customerGroupIds: [],
  adjustPpm: -100_000,
  ending: '99',
});

/**
 * A fitting request for every route. The tests that walk all routes fail for a route that has none here, so that nobody adds one that is not
 * walked. Those whose `preview` is known are sent as previews and change nothing; the others may be sent again and again.
 */
export const SAMPLES: Readonly<Record<string, SampleOf>> = {
  searchAudit: (_, { locationId }) => ({ path: `/audit?limit=5&location=${locationId}&text=a` }),
  exportAudit: () => ({ path: '/audit/export?topic=staff' }),
  exportCustomerData: ({ forgettable: { customerId } }) => ({ path: `/customers/${customerId}/personal-data` }),
  getCustomerErasure: ({ forgettable: { customerId } }) => ({ path: `/customers/${customerId}/erasure` }),
  listRetention: () => ({ path: '/privacy/retention' }),
  setRetention: () => ({
    path: '/privacy/retention',
    body: { what: 'sessions', country: '', years: null, days: 60, basis: 'Who was signed in when' },
  }),
  eraseCustomer: ({ forgettable: { customerId } }) => ({ path: `/customers/${customerId}/erasure`, body: {} }),
  exportPersonData: ({ forgettable: { personId } }) => ({ path: `/staff/people/${personId}/personal-data` }),
  getPersonErasure: ({ forgettable: { personId } }) => ({ path: `/staff/people/${personId}/erasure` }),
  erasePerson: ({ forgettable: { personId } }) => ({ path: `/staff/people/${personId}/erasure`, body: {} }),
  getHealth: () => ({ path: '/health' }),
  getReady: () => ({ path: '/ready' }),
  signIn: ({ owner: { email, password } }) => ({ path: '/session', body: { email, password } }),
  getSession: () => ({ path: '/session' }),
  signOut: () => ({ path: '/session' }),
  getWaysIn: () => ({ path: '/session/ways' }),
  signInWithCode: () => ({ path: '/session/second-factor', body: { ticket: NO_TOKEN, code: '123456' } }),
  startPasskeySignIn: () => ({ path: '/session/passkey/options' }),
  signInWithPasskey: () => ({ path: '/session/passkey', body: { ticket: NO_TOKEN, answer: NO_ASSERTION } }),
  startCompanySignIn: () => ({ path: '/session/company/start' }),
  signInWithCompany: () => ({ path: '/session/company', body: { query: '?code=a&state=b' } }),
  askForPasswordReset: () => ({ path: '/password-resets', body: { email: 'nobody@example.org' } }),
  resetPassword: () => ({ path: '/password-resets/complete', body: { token: NO_TOKEN, password: 'chosen with care' } }),
  lookAtInvitation: () => ({ path: '/invitations/look', body: { token: NO_TOKEN } }),
  acceptInvitation: () => ({ path: '/invitations/accept', body: { token: NO_TOKEN, password: 'chosen with care' } }),
  getAccount: () => ({ path: '/account' }),
  startConfirmation: () => ({ path: '/account/confirmation/options' }),
  confirmIdentity: () => ({ path: '/account/confirmation', body: { password: 'not this one' } }),
  listOwnSessions: () => ({ path: '/account/sessions' }),
  endOwnSession: () => ({ path: '/account/sessions/ses_01k6e2qz5yf1v8m3n4p6r7s9ta' }),
  endOtherSessions: () => ({ path: '/account/sessions/end-others' }),
  changePassword: () => ({
    path: '/account/password',
    body: { current: 'not this one', password: 'chosen with care' },
  }),
  startCodes: () => ({ path: '/account/codes' }),
  turnOnCodes: () => ({ path: '/account/codes/confirmation', body: { code: '000000' } }),
  turnOffCodes: () => ({ path: '/account/codes' }),
  makeRecoveryCodes: () => ({ path: '/account/recovery-codes' }),
  startPasskey: () => ({ path: '/account/passkeys/options' }),
  addPasskey: () => ({
    path: '/account/passkeys',
    body: { ticket: NO_TOKEN, name: 'Laptop', answer: NO_CREATION },
  }),
  renamePasskey: () => ({ path: '/account/passkeys/psk_01k6e2qz5yf1v8m3n4p6r7s9ta', body: { name: 'Phone' } }),
  removePasskey: () => ({ path: '/account/passkeys/psk_01k6e2qz5yf1v8m3n4p6r7s9ta' }),
  getSecondFactorPolicy: () => ({ path: '/staff/second-factor' }),
  setSecondFactorPolicy: ({ roles }) => ({ path: '/staff/second-factor', body: { roleIds: [roles.unused] } }),
  listInvitations: () => ({ path: '/staff/invitations?limit=5' }),
  invite: ({ roles }, { locationId }) => ({
    path: '/staff/invitations',
    body: { name: 'Zoe', email: 'zoe@example.org', roleId: roles.cashier, locationId },
  }),
  resendInvitation: ({ invitationId }) => ({ path: `/staff/invitations/${invitationId}/resend` }),
  revokeInvitation: ({ invitationId }) => ({ path: `/staff/invitations/${invitationId}` }),
  listPeople: () => ({ path: '/people?limit=200' }),
  listRoles: () => ({ path: '/staff/roles' }),
  createRole: () => ({
    path: '/staff/roles',
    body: { code: 'night_shift', name: 'Night shift', permissions: ['stock:read'], limits: { refund: { EUR: 5000 } } },
  }),
  editRole: ({ roles }) => ({
    path: `/staff/roles/${roles.custom}`,
    body: { version: 1, description: 'Counts at night.', limits: { discountPpm: 50_000 } },
  }),
  archiveRole: ({ roles }) => ({ path: `/staff/roles/${roles.unused}/archive`, body: {} }),
  listStaff: () => ({ path: '/staff/people?search=owner&role=owner&deactivated=false&limit=200' }),
  getStaff: ({ newcomer }) => ({ path: `/staff/people/${newcomer.id}` }),
  editStaff: ({ newcomer }) => ({
    path: `/staff/people/${newcomer.id}`,
    body: { version: 1, name: 'New comer', email: 'comer@example.org', locale: 'es' },
  }),
  explainPermissions: ({ newcomer }) => ({ path: `/staff/people/${newcomer.id}/permissions` }),
  explainOwnPermissions: () => ({ path: '/session/permissions' }),
  listWhoMay: (_, { locationId }) => ({ path: `/staff/who-may?permission=order:return&location=${locationId}` }),
  giveRole: ({ newcomer, roles }, { locationId }) => ({
    path: `/staff/people/${newcomer.id}/grants`,
    body: { roleId: roles.cashier, locationId, validUntil: '2099-01-01T00:00:00Z' },
  }),
  takeRole: ({ newcomer }) => ({
    path: `/staff/people/${newcomer.id}/grants/${newcomer.grantId}/revocation`,
    body: {},
  }),
  resetSecondFactor: ({ newcomer }) => ({ path: `/staff/people/${newcomer.id}/second-factor-reset`, body: {} }),
  listWaysIn: ({ newcomer }) => ({ path: `/staff/people/${newcomer.id}/ways-in` }),
  setPin: ({ owner }, { locationId }) => ({
    path: `/staff/people/${owner.id}/pin`,
    body: { locationId, pin: '4711' },
  }),
  issueBadge: ({ owner }) => ({ path: `/staff/people/${owner.id}/badges`, body: {} }),
  blockBadge: ({ newcomer }) => ({
    path: `/staff/people/${newcomer.id}/badges/${newcomer.badgeId}/block`,
    body: {},
  }),
  listPeopleAtRegister: (_, { registerId }) => ({ path: `/registers/${registerId}/people` }),
  signInAtRegister: ({ ownerBadge }, { registerId }) => ({
    path: `/registers/${registerId}/sessions`,
    body: { badge: ownerBadge },
  }),
  listApprovals: () => ({ path: '/staff/approvals?pending=true&limit=10' }),
  decideApproval: ({ approvalId }) => ({
    path: `/staff/approvals/${approvalId}/decision`,
    body: { decision: 'approve', note: 'Seen.' },
  }),
  listFourEyes: () => ({ path: '/staff/four-eyes' }),
  setFourEyes: () => ({ path: '/staff/four-eyes/above_limit', body: { on: true, expiresMinutes: 60 } }),
  deactivateStaff: ({ newcomer }) => ({ path: `/staff/people/${newcomer.id}/deactivation`, body: {} }),
  reactivateStaff: ({ leaver }) => ({ path: `/staff/people/${leaver.id}/reactivation`, body: {} }),
  listApiKeys: () => ({ path: '/api-keys?limit=5' }),
  createApiKey: (_, { locationId }) => ({
    path: '/api-keys',
    body: {
      name: 'Web shop',
      kind: 'key',
      permissions: ['catalog:read', 'stock:read'],
      locationIds: [locationId],
      expiresAt: '2099-01-01T00:00:00Z',
      perMinute: 600,
      burst: 100,
    },
  }),
  rotateApiKey: ({ apiKeyId }) => ({ path: `/api-keys/${apiKeyId}/rotation`, body: { graceSeconds: 3600 } }),
  revokeApiKey: ({ spareKeyId }) => ({ path: `/api-keys/${spareKeyId}/revocation`, body: {} }),
  listWebhooks: () => ({ path: '/webhooks?limit=5' }),
  createWebhook: (_, { locationId }) => ({
    path: '/webhooks',
    body: {
      name: 'Warehouse next door',
      url: 'https://hooks.invalid/oneshelf',
      types: ['stock.*', 'OrderPlaced'],
      filter: { locationIds: [locationId], fields: [{ field: 'lines.0.quantity', is: 'at_least', value: 2 }] },
      withBody: true,
    },
  }),
  countWebhookTroubles: () => ({ path: '/webhook-troubles' }),
  previewWebhook: () => ({ path: '/webhook-matches?types=stock.*,OrderPlaced' }),
  getWebhook: ({ webhookId }) => ({ path: `/webhooks/${webhookId}` }),
  editWebhook: ({ webhookId }) => ({ path: `/webhooks/${webhookId}`, body: { version: 1, name: 'Next door' } }),
  deleteWebhook: ({ spareWebhookId }) => ({ path: `/webhooks/${spareWebhookId}` }),
  rotateWebhookSecret: ({ webhookId }) => ({ path: `/webhooks/${webhookId}/secret` }),
  replayWebhook: ({ webhookId }) => ({ path: `/webhooks/${webhookId}/replay`, body: { from: 1 } }),
  testWebhook: ({ webhookId }) => ({ path: `/webhooks/${webhookId}/test` }),
  resendWebhookEvent: ({ webhookId }) => ({ path: `/webhooks/${webhookId}/resend`, body: { number: 1 } }),
  listWebhookCalls: ({ webhookId }) => ({ path: `/webhooks/${webhookId}/calls?outcome=failed&limit=5` }),
  getWebhookMessage: ({ webhookId }) => ({ path: `/webhooks/${webhookId}/messages/1` }),
  getSandbox: () => ({ path: '/sandbox' }),
  resetSandbox: () => ({ path: '/sandbox/reset', body: {} }),
  getOwnKey: () => ({ path: '/api-key' }),
  listDevices: () => ({ path: '/devices?limit=5' }),
  createPairingCode: (_, { locationId, registerId }) => ({
    path: '/device-pairings',
    body: { name: 'Till by the door', locationId, registerId, permissions: ['till:sell', 'catalog:read'] },
  }),
  pairDevice: ({ pairingCode }) => ({ path: '/devices', body: { code: pairingCode } }),
  revokeDevice: (_, { deviceId }) => ({ path: `/devices/${deviceId}/revocation`, body: {} }),
  live: () => ({ path: '/live' }),
  getSystemHealth: () => ({ path: '/system/health' }),
  runHealthCheck: () => ({ path: '/system/health/database/run' }),
  listBackups: () => ({ path: '/system/backups?limit=5' }),
  getBackupPlan: () => ({ path: '/system/backup-plan' }),
  makeBackup: () => ({ path: '/system/backups' }),
  sendTestAlert: () => ({ path: '/system/alerts/test' }),
  listEvents: () => ({ path: '/events?limit=200' }),

  listEntities: () => ({ path: '/entities' }),
  listRegisters: () => ({ path: '/registers' }),
  listLocations: () => ({ path: '/locations' }),
  listChannels: () => ({ path: '/channels' }),
  foundEntity: () => ({
    path: '/entities',
    body: { code: 'NEW', name: 'New Shelf Lda', country: 'PT', functionalCurrency: 'EUR', fiscalYearStartMonth: 1 },
  }),
  editEntity: (_, { entityId }) => ({ path: `/entities/${entityId}`, body: { version: 1, name: 'Old Shelf Lda' } }),
  editLocation: (_, { locationId }) => ({
    path: `/locations/${locationId}`,
    body: { version: 1, name: 'Old town', address: { line1: 'Praça 2', postcode: '1000' }, cutOffHour: 3 },
  }),
  editChannel: (_, { shopId }) => ({ path: `/channels/${shopId}`, body: { version: 1, name: 'Old shop' } }),
  listTaxRegistrations: () => ({ path: '/tax-registrations' }),
  registerForTax: (_, { entityId }) => ({
    path: '/tax-registrations',
    body: { entityId, country: 'SE', taxNumber: 'SE556000000001', validFrom: '2026-01-01' },
  }),
  listTaxRates: () => ({ path: '/tax-rates' }),
  setTaxRate: () => ({
    path: '/tax-rates',
    body: { country: 'SE', taxClass: 'books', validFrom: '2026-01-01', ratePpm: 60_000, name: 'Moms 6 %' },
  }),
  openLocation: (_, { entityId }) => ({
    path: '/locations',
    body: { entityId, code: 'NEW', name: 'New town', kind: 'store', country: 'PT', timeZone: 'Europe/Lisbon' },
  }),
  openChannel: (_, { entityId, locationId }) => ({
    path: '/channels',
    body: {
      entityId,
      code: 'NEW',
      name: 'New web shop',
      kind: 'shop',
      currency: 'EUR',
      defaultLocationId: locationId,
      taxInclusive: true,
    },
  }),
  openRegister: (_, { locationId }) => ({ path: '/registers', body: { locationId, code: 'T9', name: 'By the door' } }),
  getGettingStarted: () => ({ path: '/getting-started' }),
  skipStep: () => ({ path: '/getting-started/products', body: { skipped: true } }),
  getReadiness: () => ({ path: '/readiness' }),
  listExchangeRates: () => ({ path: '/exchange-rates?limit=5' }),
  setExchangeRate: () => ({
    path: '/exchange-rates',
    body: { from: 'EUR', to: 'GBP', rate: '0.8621', validFrom: '2024-02-29' },
  }),

  listProducts: ({ categoryId }, { shopId }) => ({
    path: `/products?search=shelf&category=${categoryId}&channel=${shopId}&archived=false`,
  }),
  getProduct: ({ productId }) => ({ path: `/products/${productId}` }),
  createProduct: ({ categoryId, skuIds }) => ({
    path: '/products',
    body: {
      name: 'Glass shelf',
      description: 'It breaks.',
      categoryId,
      attributes: { material: 'glass', width: 40, heavy: true, colours: ['clear'] },
      variants: [
        {
          name: 'Wide',
          options: { size: 'wide' },
          skus: [
            {
              code: 'GL-1',
              name: 'Glass shelf',
              kind: 'goods',
              baseUnit: 'piece',
              packSizes: [{ name: 'box', quantity: 6 }],
              taxClass: 'standard',
            },
          ],
        },
        { name: 'Set', skus: [{ code: 'GL-SET', kind: 'bundle', parts: [{ skuId: skuIds[0], quantity: 2 }] }] },
      ],
    },
  }),
  editProduct: ({ productId }) => ({
    path: `/products/${productId}`,
    body: { version: 1, name: 'Oaken shelf', description: 'Better.', attributes: { wood: 'oak' } },
  }),
  addVariants: ({ productId }) => ({
    path: `/products/${productId}/variants`,
    body: { variants: [{ name: '9 m', options: { size: '9 m' }, skus: [{ code: 'SH-9' }] }] },
  }),
  listSkus: (_, { shopId }) => ({ path: `/skus?search=shelf&channel=${shopId}` }),
  editSku: ({ skuIds }) => ({
    path: `/skus/${skuIds[1]}`,
    body: { version: 1, name: 'Another name', gtin: '4006381333931', taxClass: null },
  }),
  listCategories: () => ({ path: '/categories' }),
  createCategory: ({ categoryId }) => ({
    path: '/categories',
    body: { name: 'Brackets', parentId: categoryId, taxClass: 'standard', position: 2 },
  }),
  moveCategory: ({ categoryId }) => ({ path: `/categories/${categoryId}`, body: { version: 1, parentId: null } }),
  getMedia: () => ({ path: '/media/med_00000000000000000000000001' }),
  listJurisdictionTaxRates: () => ({ path: '/taxes/rates' }),
  getShippedTaxRates: () => ({ path: '/taxes/rates/shipped' }),
  exportTaxRates: () => ({ path: '/taxes/rates/csv' }),
  importTaxRates: () => ({
    path: '/taxes/rates/import',
    body: { csv: 'jurisdiction,tax,class,percent,valid_from,source\nYY,VAT,standard,20,2026-01-01,An act' },
  }),
  listTaxJurisdictions: () => ({ path: '/taxes/jurisdictions' }),
  setTaxJurisdiction: () => ({
    path: '/taxes/jurisdictions/YY',
    body: {
      name: 'Nowhere',
      system: 'vat',
      taxCode: 'VAT',
      rounding: { scope: 'line', parts: 'each', stepMinor: 1 },
      shipping: 'goods',
      deposits: 'outside',
      sourcing: 'destination',
    },
  }),
  listTaxPlaces: () => ({ path: '/taxes/places' }),
  setTaxPlace: (_, { locationId }) => ({ path: `/taxes/places/${locationId}`, body: { region: '11', city: 'Lisboa' } }),
  listStateTaxRegistrations: () => ({ path: '/taxes/registrations' }),
  registerWithState: (_, { entityId }) => ({
    path: '/taxes/registrations',
    body: { entityId, jurisdiction: 'US-CA', taxNumber: '100-1', validFrom: '2026-01-01' },
  }),
  listPostalAreas: () => ({ path: '/taxes/postal-areas?country=US&postcode=10001&limit=5' }),
  listPostalRegions: () => ({ path: '/taxes/postal-areas/regions' }),
  exportPostalAreas: () => ({ path: '/taxes/postal-areas/csv?country=US' }),
  importPostalAreas: () => ({
    path: '/taxes/postal-areas/import',
    body: { csv: 'country,region,from,county,valid_from,source\nYY,A,1000,North,2026-01-01,An office' },
  }),
  removePostalAreas: () => ({ path: '/taxes/postal-areas/YY/A' }),
  listTaxExemptions: ({ customerId }) => ({ path: `/taxes/exemptions?customer=${customerId}&limit=5` }),
  exemptFromTax: ({ customerId }) => ({
    path: '/taxes/exemptions',
    body: { customerId, jurisdiction: 'PT', reason: 'diplomat', certificate: 'D-1', validFrom: '2026-01-01' },
  }),
  endTaxExemption: ({ taxExemptionId }) => ({
    path: `/taxes/exemptions/${taxExemptionId}/end`,
    body: { validUntil: '2099-12-31', version: 1 },
  }),
  getTaxBuyer: ({ customerId }) => ({ path: `/customers/${customerId}/tax` }),
  setTaxBuyer: ({ customerId }) => ({
    path: `/customers/${customerId}/tax`,
    body: { business: true, vatId: 'PT501964843', version: 0 },
  }),
  taxBasket: () => ({
    path: '/taxes/basket',
    body: {
      day: '2026-11-22',
      currency: 'EUR',
      taxInclusive: false,
      seller: { country: 'ZZ', registrations: [] },
      from: { country: 'ZZ' },
      to: { country: 'ZZ' },
      fulfilment: 'till',
      collectedBy: 'us',
      lines: [{ kind: 'goods', taxClass: 'outside', quantity: 1, amountMinor: 100 }],
    },
  }),
  getTaxReport: (_, { entityId }) => ({ path: `/tax-report?entity=${entityId}&from=2026-01-01&through=2099-01-01` }),
  exportTaxReport: (_, { entityId }) => ({
    path: `/tax-report/csv?entity=${entityId}&from=2026-01-01&through=2099-01-01`,
  }),
  listPrices: ({ skuIds }) => ({ path: `/prices?sku=${skuIds[0]}` }),
  setPrices: ({ skuIds }, { shopId, currency }) => ({
    path: '/prices',
    body: {
      prices: [
        {
          channelId: shopId,
          skuId: skuIds[0],
          currency,
          amount: 2495,
          scale: 1,
          per: 1,
          validFrom: '2099-01-01T00:00:00Z',
        },
      ],
    },
  }),
  explainPrice: ({ skuIds }, { shopId, locationId }) => ({
    path: `/prices/explain?sku=${skuIds[0]}&channel=${shopId}&location=${locationId}&quantity=3`,
  }),
  listGiftCards: () => ({ path: '/gift-cards?state=active&lastFour=0000&limit=5' }),
  getGiftCard: ({ giftCards }) => ({ path: `/gift-cards/${giftCards.id}` }),
  lookUpGiftCard: ({ giftCards }) => ({ path: '/gift-card-lookups', body: { code: giftCards.code } }),
  issueGiftCards: (_, { locationId }) => ({
    path: '/gift-cards',
    body: { locationId, count: 2, expiresOn: '2099-12-31' },
  }),
  creditGiftCard: ({ giftCards }, { locationId }) => ({
    path: `/gift-cards/${giftCards.id}/credits`,
    body: { locationId, amountMinor: 500, reason: 'goodwill', note: 'Arrived late' },
  }),
  blockGiftCard: ({ giftCards }, { locationId }) => ({
    path: `/gift-cards/${giftCards.id}/block`,
    body: { locationId, reason: 'Lost' },
  }),
  unblockGiftCard: ({ giftCards }, { locationId }) => ({
    path: `/gift-cards/${giftCards.blockedId}/unblock`,
    body: { locationId, reason: 'Found again' },
  }),
  listStoreCredit: ({ customerId }) => ({ path: `/customers/${customerId}/store-credit` }),
  grantStoreCredit: ({ customerId }, { locationId }) => ({
    path: `/customers/${customerId}/store-credit`,
    body: { locationId, amountMinor: 500, reason: 'goodwill', note: 'Arrived late' },
  }),
  expireRewards: (_, { locationId }) => ({ path: '/reward-expiry', body: { locationId } }),
  listLoyaltyProgrammes: () => ({ path: '/loyalty-programmes' }),
  setLoyaltyProgramme: (_, { entityId }) => ({
    path: '/loyalty-programmes',
    body: { ...loyaltyProgramme(entityId), name: 'The club' },
  }),
  previewEarning: ({ skuIds }, { locationId, storeId }) => ({
    path: '/loyalty-previews',
    body: { locationId, channelId: storeId, lines: [{ skuId: skuIds[0], amountMinor: 5000 }] },
  }),
  listPoints: ({ customerId }) => ({ path: `/customers/${customerId}/points` }),
  grantPoints: ({ customerId }, { locationId }) => ({
    path: `/customers/${customerId}/points`,
    body: { locationId, points: 100, reason: 'Birthday' },
  }),
  exchangePoints: ({ customerId }, { locationId }) => ({
    path: `/customers/${customerId}/reward-exchanges`,
    body: { locationId, reward: 'fiver' },
  }),
  listPriceLists: () => ({ path: '/price-lists' }),
  createPriceList: (_, { currency, shopId }) => ({ path: '/price-lists', body: overrideList(currency, shopId, 7) }),
  changePriceList: ({ prices: { listId, currency, shopId } }) => ({
    path: `/price-lists/${listId}`,
    body: { ...overrideList(currency, shopId, 1), version: 1, validUntil: '2099-01-01T00:00:00Z' },
  }),
  setListPrices: ({ skuIds, prices: { listId } }) => ({
    path: `/price-lists/${listId}/prices`,
    body: { prices: [{ skuId: skuIds[1], amount: 1990, minQuantity: 10, validFrom: '2099-01-01T00:00:00Z' }] },
  }),
  listCustomerGroups: () => ({ path: '/customer-groups' }),
  createCustomerGroup: () => ({ path: '/customer-groups', body: { code: 'STAFF', name: 'Staff' } }),
  listGroupCustomers: ({ prices: { groupId } }) => ({ path: `/customer-groups/${groupId}/customers` }),
  addGroupCustomers: ({ customerId, prices: { groupId } }) => ({
    path: `/customer-groups/${groupId}/customers`,
    body: { customerIds: [customerId] },
  }),
  removeGroupCustomers: ({ customerId, prices: { groupId } }) => ({
    path: `/customer-groups/${groupId}/customers/remove`,
    body: { customerIds: [customerId] },
  }),
  listPriceCeilings: ({ skuIds }) => ({ path: `/price-ceilings?sku=${skuIds[0]}` }),
  setPriceCeilings: ({ skuIds }) => ({
    path: '/price-ceilings',
    body: {
      ceilings: [
        {
          skuId: skuIds[0],
          lot: '',
          country: 'IN',
          currency: 'INR',
          amountMinor: 49_900,
          per: 1,
          validFrom: '2026-01-01T00:00:00Z',
          validUntil: null,
        },
      ],
    },
  }),
  listPriceChanges: () => ({ path: '/price-changes' }),
  createPriceChange: () => ({ path: '/price-changes', body: { name: 'Winter prices', markdown: true } }),
  getPriceChange: ({ prices: { changeId } }) => ({ path: `/price-changes/${changeId}` }),
  addPriceChangeRows: ({ prices: { changeId, baseListId } }) => ({
    path: `/price-changes/${changeId}/rows`,
    body: { rows: [{ priceListId: baseListId, code: 'SH-12', amount: 2_400 }] },
  }),
  listPriceChangeRows: ({ prices: { changeId } }) => ({ path: `/price-changes/${changeId}/rows` }),
  summarisePriceChange: ({ prices: { changeId } }) => ({ path: `/price-changes/${changeId}/summary` }),
  schedulePriceChange: ({ prices: { changeId } }) => ({
    path: `/price-changes/${changeId}/schedule`,
    // Not before the tests end, and not later than a change may begin.
    body: { local: `${new Date().getUTCFullYear() + 1}-12-01T08:00` },
  }),
  cancelPriceChange: ({ prices: { changeId } }) => ({ path: `/price-changes/${changeId}/cancel` }),
  undoPriceChange: ({ prices: { begunId } }) => ({ path: `/price-changes/${begunId}/undo` }),
  listShelfLabels: (_, { locationId }) => ({ path: `/shelf-labels?location=${locationId}` }),
  finishShelfLabels: ({ skuIds }, { locationId }) => ({
    path: '/shelf-labels/done',
    body: { locationId, labels: [{ skuId: skuIds[0], label: '2026-11-22T12:00:00Z' }] },
  }),
  listPromotions: () => ({ path: '/promotions?search=off&state=running&limit=5' }),
  getPromotion: ({ promotionId }) => ({ path: `/promotions/${promotionId}` }),
  listPromotionHistory: ({ promotionId }) => ({ path: `/promotions/${promotionId}/history` }),
  createPromotion: ({ skuIds }, { currency }) => ({
    path: '/promotions',
    body: {
      name: '3 for 2 on shelves',
      effect: { kind: 'n_for_m', of: { kind: 'sku', skuIds: [skuIds[0]] }, n: 3, m: 2, pick: 'cheapest' },
      when: { from: '2099-01-01T00:00:00Z', until: '2099-02-01T00:00:00Z', hours: [{ from: 540, to: 1080 }] },
      limits: { uses: 100, perCustomer: 1, budgetMinor: 100_000 },
      currency,
      codes: ['SHELF-2099'],
      stackingGroup: 'sale',
      supplier: { name: 'Mill', sharePpm: 500_000 },
    },
  }),
  editPromotion: ({ promotionId }) => ({
    path: `/promotions/${promotionId}`,
    body: {
      version: 1,
      name: 'A tenth off',
      effect: { kind: 'percentage', of: { kind: 'order' }, ppm: 100_000 },
      codes: ['TENTH'],
    },
  }),
  archivePromotion: ({ endingPromotionId }) => ({
    path: `/promotions/${endingPromotionId}/archive`,
    body: { version: 1 },
  }),
  listCouponBatches: ({ promotionId }) => ({ path: `/promotions/${promotionId}/coupon-batches` }),
  createCoupons: ({ promotionId }) => ({
    path: `/promotions/${promotionId}/coupon-batches`,
    body: { name: 'Letter in May', codes: 3, usesEach: 1, validUntil: '2099-01-01T00:00:00Z' },
  }),
  exportCoupons: ({ promotionId, couponBatchId }) => ({
    path: `/promotions/${promotionId}/coupon-batches/${couponBatchId}/codes`,
  }),
  offerPromotion: ({ personalPromotionId, customerId }) => ({
    path: `/promotions/${personalPromotionId}/offers`,
    body: { customerIds: [customerId], validUntil: '2099-01-01T00:00:00Z', reason: 'A forgotten cart' },
  }),
  listOfferRules: () => ({ path: '/offer-rules?limit=5' }),
  getOfferRule: ({ offerRuleId }) => ({ path: `/offer-rules/${offerRuleId}` }),
  listOfferGrants: ({ offerRuleId }) => ({ path: `/offer-rules/${offerRuleId}/grants?limit=5` }),
  forecastOffers: ({ personalPromotionId }) => ({
    path: '/offer-rules/forecast',
    body: { name: 'After a visit', promotionId: personalPromotionId, event: 'sale', validDays: 30 },
  }),
  createOfferRule: ({ personalPromotionId }) => ({
    path: '/offer-rules',
    body: {
      name: 'After a visit',
      promotionId: personalPromotionId,
      event: 'sale',
      when: { firstPurchase: true, everyDays: 90 },
      validDays: 30,
    },
  }),
  editOfferRule: ({ offerRuleId, personalPromotionId }) => ({
    path: `/offer-rules/${offerRuleId}`,
    body: {
      name: 'A cart was left',
      promotionId: personalPromotionId,
      event: 'cart_left',
      when: { afterMinutes: 120 },
      validDays: 7,
      version: 1,
    },
  }),
  switchOfferRule: ({ switchedRuleId }) => ({
    path: `/offer-rules/${switchedRuleId}/state`,
    body: { on: true, version: 1 },
  }),
  tellLeftCart: ({ customerId, skuIds }, { shopId }) => ({
    path: '/carts/left',
    body: {
      channelId: shopId,
      reference: 'cart 4711',
      customerId,
      totalMinor: 5000,
      lines: [{ skuId: skuIds[0], quantity: 2 }],
    },
  }),
  listSupplierShares: () => ({ path: '/supplier-shares?from=2026-01-01&through=2026-12-31' }),
  exportSupplierShares: () => ({ path: '/supplier-shares/csv?from=2026-01-01&through=2026-12-31' }),
  tryPromotions: ({ skuIds }, { shopId }) => ({
    path: '/promotions/try',
    body: { channelId: shopId, lines: [{ skuId: skuIds[0], quantity: 3 }], couponCodes: ['TENTH-OFF', 'nonsense'] },
  }),
  listCustomers: () => ({ path: '/customers?search=ines' }),
  getCustomer: ({ customerId }) => ({ path: `/customers/${customerId}` }),
  createCustomer: () => ({
    path: '/customers',
    body: {
      name: 'Rui Prado',
      email: 'rui@example.org',
      phone: '+351 000',
      country: 'PT',
      address: { line1: 'Rua 1', postcode: '1000', city: 'Lisboa' },
    },
  }),
  editCustomer: ({ customerId }) => ({ path: `/customers/${customerId}`, body: { version: 1, phone: '+351 111' } }),

  listStock: (_, { locationId }) => ({ path: `/stock?search=oak&location=${locationId}&low=false` }),
  listStockMovements: (_, { levelId }) => ({ path: `/stock/${levelId}/movements?limit=3` }),
  listStockPromises: (_, { levelId }) => ({ path: `/stock/${levelId}/promises?limit=3` }),
  receiveGoods: ({ skuIds }, { locationId, currency }) => ({
    path: '/goods-receipts',
    body: {
      locationId,
      supplierRef: 'DN 7',
      lines: [
        { skuId: skuIds[0], quantity: 3, unitCost: { amount: 12_345, currency, scale: 2, per: 1 } },
        { skuId: skuIds[1], quantity: 2, totalCost: { amount: 900, currency } },
      ],
    },
  }),
  adjustStock: ({ skuIds }, { locationId }) => ({
    path: '/stock-adjustments',
    body: { locationId, lines: [{ skuId: skuIds[0], delta: -1, reason: 'damaged' }] },
  }),
  countStock: ({ skuIds }, { locationId }) => ({
    path: '/stock-counts',
    body: { locationId, lines: [{ skuId: skuIds[2], counted: 9_999 }] },
  }),
  setSafetyStock: ({ skuIds }, { locationId }) => ({
    path: '/safety-stock',
    body: { locationId, lines: [{ skuId: skuIds[3], safety: 5 }] },
  }),
  transferStock: ({ skuIds, places }, { locationId, entityId }) => ({
    path: '/stock-transfers',
    body: {
      fromLocationId: locationId,
      lines: [{ skuId: skuIds[4], quantity: 1 }],
      toLocationId:
        [places.here, places.there].find((place) => place.entityId === entityId && place.locationId !== locationId)
          ?.locationId ?? places.here.locationId,
    },
  }),
  reserveStock: ({ skuIds }, { locationId, shopId }) => ({
    path: '/reservations',
    body: { channelId: shopId, locationId, lines: [{ skuId: skuIds[5], quantity: 1 }], expiresInSeconds: 60 },
  }),
  releaseReservation: (_, { reservationId }) => ({ path: `/reservations/${reservationId}/release` }),

  listOrders: (_, { shopId }) => ({ path: `/orders?status=open&kind=order&channel=${shopId}` }),
  getOrder: (_, { orderId }) => ({ path: `/orders/${orderId}` }),
  placeOrder: ({ skuIds, customerId }, { shopId, locationId }) => ({
    path: '/orders',
    body: {
      channelId: shopId,
      fulfillingLocationId: locationId,
      customerId,
      externalRef: 'W 1',
      lines: [{ skuId: skuIds[6], quantity: 2 }],
      payment: { method: 'on_account' },
    },
  }),
  shipOrder: (_, { orderId }) => ({
    path: `/orders/${orderId}/shipments`,
    body: { lines: [{ line: 1, quantity: 1 }], carrierCostMinor: 250 },
  }),
  cancelOrder: (_, { orderId }) => ({
    path: `/orders/${orderId}/cancellation`,
    body: { lines: [{ line: 1, quantity: 1 }], reason: 'changed their mind' },
  }),
  recordSale: ({ skuIds }, { storeId, locationId, registerId }) => ({
    path: '/sales',
    body: {
      channelId: storeId,
      locationId,
      registerId,
      lines: [{ skuId: skuIds[7], quantity: 2 }],
      tenders: [
        { method: 'cash', amountMinor: 4000 },
        { method: 'card', amountMinor: 1000, reference: 'slip 1' },
      ],
    },
  }),
  returnGoods: (_, { saleId }) => ({
    path: '/returns',
    body: {
      originalOrderId: saleId,
      lines: [{ line: 1, quantity: 1, condition: 'damaged' }],
      refunds: [{ method: 'cash', amountMinor: 2500 }],
      reason: 'scratched',
    },
  }),
  recordMarketplaceOrder: ({ skuIds }, { marketplaceId, locationId }) => ({
    path: `/channels/${marketplaceId}/marketplace-orders`,
    body: {
      externalRef: 'M 1',
      placedAt: '2026-01-02T03:04:05Z',
      fulfillingLocationId: locationId,
      taxInclusive: true,
      lines: [{ skuId: skuIds[8], quantity: 1, unitPrice: { amount: 2400 } }],
    },
  }),
  pushFacts: (_, { registerId }) => ({
    path: `/registers/${registerId}/facts`,
    body: { facts: [{ counter: 1, nonsense: true }] },
  }),
  listQuarantine: () => ({ path: '/quarantine?resolved=false' }),
  resolveQuarantined: (_, { quarantineId }) => ({
    path: `/quarantine/${quarantineId}/resolution`,
    body: { resolution: 'Entered by hand.' },
  }),

  listTasks: (_, { locationId }) => ({ path: `/tasks?location=${locationId}&kind=payment_failed&state=open` }),
  countTasks: () => ({ path: '/task-count' }),
  getTask: (_, { taskId }) => ({ path: `/tasks/${taskId}` }),
  completeTask: (_, { taskId }) => ({ path: `/tasks/${taskId}/completion`, body: { note: 'Paid in cash.' } }),
  reopenTask: (_, { doneTaskId }) => ({ path: `/tasks/${doneTaskId}/reopening`, body: {} }),

  listLedgerAccounts: () => ({ path: '/accounts' }),
  listJournal: (_, { locationId }) => ({ path: `/journal?location=${locationId}&limit=3` }),
  getTrialBalance: (_, { entityId }) => ({
    path: `/trial-balance?entity=${entityId}&from=2026-01-01&through=2099-01-01`,
  }),
  getProfitAndLoss: (_, { entityId }) => ({
    path: `/profit-and-loss?entity=${entityId}&from=2026-01-01&to=2099-01-01&by=channel`,
  }),
  getStockValuation: (_, { entityId }) => ({ path: `/stock-valuation?entity=${entityId}&limit=3` }),
  bookExpense: (_, { locationId, shopId, currency }) => ({
    path: '/expenses',
    body: {
      locationId,
      channelId: shopId,
      kind: 'other',
      amountMinor: 1200,
      currency,
      paidFrom: 'bank',
      day: '2026-01-02',
      note: 'Nails',
    },
  }),
  closePeriod: (_, { entityId }) => ({ path: '/period-close', body: { entityId, through: '2024-12-31' } }),
  getToday: () => ({ path: '/today' }),

  listImportFormats: () => ({ path: '/import-formats' }),
  listImports: () => ({ path: '/imports?limit=5' }),
  createImport: () => ({ path: '/imports', body: { kind: 'products', format: 'shopify', fileName: 'products.csv' } }),
  getImport: ({ imports }) => ({ path: `/imports/${imports.uploading}` }),
  listImportProblems: ({ imports }) => ({ path: `/imports/${imports.uploading}/problems?phase=check&weight=error` }),
  exportImportProblems: ({ imports }) => ({ path: `/imports/${imports.uploading}/problems.csv?phase=check` }),
  exportCsv: () => ({ path: '/exports/csv/products' }),
  exportArchive: () => ({ path: '/exports/archive' }),
  putImportPart: ({ imports }) => ({
    path: `/imports/${imports.uploading}/parts/0`,
    body: { content: 'SGFuZGxlCg==' },
  }),
  checkImport: ({ imports }, { shopId, locationId }) => ({
    path: `/imports/${imports.uploaded}/check`,
    body: { channelId: shopId, locationId, numbers: { price: 'comma' }, columns: { sku: 'Code' } },
  }),
  runImport: ({ imports }) => ({ path: `/imports/${imports.checked}/run`, body: {} }),
  cancelImport: ({ imports }) => ({ path: `/imports/${imports.running}/cancel`, body: {} }),
  undoImport: ({ imports }) => ({ path: `/imports/${imports.done}/undo`, body: {} }),
};

/**
 * The routes by which people get in and look after their own way in. A right answer needs a code, a device or a mail of the moment, and many end the session that
 * asks, so they are walked by tests of their own, in src/staff/server; here they are sent odd input only.
 */
export const WAYS_IN: readonly string[] = [
  'signIn',
  'signOut',
  'signInWithCode',
  'startPasskeySignIn',
  'signInWithPasskey',
  'startCompanySignIn',
  'signInWithCompany',
  'askForPasswordReset',
  'resetPassword',
  'lookAtInvitation',
  'acceptInvitation',
  'startConfirmation',
  'confirmIdentity',
  'endOwnSession',
  'endOtherSessions',
  'changePassword',
  'startCodes',
  'turnOnCodes',
  'turnOffCodes',
  'makeRecoveryCodes',
  'startPasskey',
  'addPasskey',
  'renamePasskey',
  'removePasskey',
];

/** The routes that take no Idempotency-Key: a session is no business act, facts bring keys of their own, and a backup that is asked for twice is the one that is under way. */
export const WITHOUT_KEY: readonly string[] = [
  ...WAYS_IN,
  'pairDevice',
  'signInAtRegister',
  'recordMarketplaceOrder',
  'pushFacts',
  'putImportPart',
  'runHealthCheck',
  'resendWebhookEvent',
  'taxBasket',
  'testWebhook',
  'sendTestAlert',
  'makeBackup',
  'lookUpGiftCard',
  'previewEarning',
  'tryPromotions',
  'forecastOffers',
];

/** A sample as it is sent: previews say so. */
export function addressOf({ path }: Sample, preview: boolean): string {
  return preview ? `${path}${path.includes('?') ? '&' : '?'}preview=true` : path;
}
