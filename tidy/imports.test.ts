import { describe, expect, it } from 'vitest';
import { acquaintances, domains, knows, layers, tableWords } from './domains.mjs';
import { importProblems } from './imports.ts';
import { filesMatching, report } from './project.ts';

const code = filesMatching(/\.(?:ts|tsx|mjs)$/);

describe('who may import whom', () => {
  it('holds in every file', () => {
    expect(code.length, 'files seen').toBeGreaterThan(0);
    expect(report(code.flatMap(importProblems))).toEqual([]);
  });

  const refused: readonly (readonly [from: string, module: string])[] = [
    // the business
    ['src/stock/reserve.ts', '../orders/place.ts'],
    ['src/stock/reserve.ts', '../pricing/basket.ts'],
    ['src/company/legal-entity.ts', '../staff/person.ts'],
    ['src/orders/place.ts', '../stock/server/stock.store.ts'],
    ['src/orders/place.ts', './server/orders.store.ts'],
    ['src/orders/place.ts', '../../platform/db.ts'],
    ['src/orders/place.ts', 'node:fs'],
    ['src/orders/place.ts', 'pg'],
    ['src/orders/place.ts', 'temporal-polyfill'],
    ['src/kernel/money.ts', 'temporal-polyfill'],
    ['src/orders/place.test.ts', '../till/sell-fact.ts'],
    ['src/orders/place.ts', '../stock/reserve'],
    ['src/orders/place.ts', '../stock/reserve.test.ts'],
    ['src/orders/place.ts', '../../../elsewhere.ts'],
    ['src/orders/place.ts', '../../vitest.config.ts'],
    ['src/stock/server/stock.store.ts', '../../orders/place.ts'],
    ['src/stock/server/stock.store.ts', '../../orders/server/orders.store.ts'],
    ['src/stock/server/stock.store.ts', '../../../apps/server/main.ts'],
    ['src/stock/server/stock.store.ts', '../../../connectors/shopify/client.ts'],
    // the plumbing and the outside
    ['platform/commit.ts', '../src/stock/stock-level.ts'],
    ['platform/commit.ts', '../src/kernel/server/x.ts'],
    ['platform/http.ts', '../apps/server/main.ts'],
    ['connectors/shopify/client.ts', '../../src/stock/server/stock.store.ts'],
    ['connectors/shopify/client.ts', '../../apps/client/client.ts'],
    // the ways in
    ['apps/office/orders/orders.tsx', '../../../platform/http.ts'],
    ['apps/office/orders/orders.tsx', '../../../src/orders/server/orders.routes.ts'],
    ['apps/office/orders/orders.tsx', '../../till/sale.tsx'],
    ['apps/office/orders/orders.tsx', '../../server/main.ts'],
    ['apps/till/sale.tsx', 'pg'],
    ['apps/till/sale.tsx', 'pg/lib/client.js'],
    ['apps/shop/page.tsx', 'node:fs'],
    ['apps/shop/page.tsx', '@fastify/static'],
    ['apps/kit/button.tsx', '../../src/catalog/sku.ts'],
    ['apps/server/main.ts', '../office/main.tsx'],
    ['apps/simulator/world.ts', '../../platform/db.ts'],
    ['apps/simulator/world.ts', '../../src/stock/server/stock.store.ts'],
    ['apps/simulator/world.ts', 'node:crypto'],
    ['bench/sale.ts', '../apps/office/main.tsx'],
    ['tidy/imports.ts', '../src/kernel/money.ts'],
  ];
  it.each(refused)('%s may not import %s', (path, module) => {
    for (const text of [
      `import { a } from '${module}';`,
      `import type { A } from '${module}';`,
      `import '${module}';`,
      `const a = await import('${module}');`,
      `type A = import('${module}').A;`,
      `export { a } from '${module}';`,
    ]) {
      expect(importProblems({ path, text }), text).toHaveLength(1);
    }
  });

  const allowed: readonly (readonly [from: string, module: string])[] = [
    ['src/kernel/time.ts', 'temporal-polyfill'],
    ['src/orders/place.ts', '../stock/reserve.ts'],
    ['src/orders/place.ts', './order.ts'],
    ['src/orders/place.test.ts', 'vitest'],
    ['src/orders/server/orders.store.ts', '../../stock/server/stock.store.ts'],
    ['src/orders/server/orders.store.ts', '../../../platform/db.ts'],
    ['src/orders/server/orders.store.ts', 'pg'],
    ['src/orders/server/orders.routes.test.ts', '../../../apps/server/main.ts'],
    ['src/insight/funnel.ts', '../documents/invoice.ts'],
    ['platform/commit/queue.ts', '../../src/kernel/id.ts'],
    ['connectors/shopify/mapping.ts', '../../src/catalog/product.ts'],
    ['apps/server/main.ts', '../../connectors/shopify/client.ts'],
    ['apps/server/main.ts', '../../src/till/server/till.routes.ts'],
    ['apps/office/orders/orders.tsx', '../../kit/table.tsx'],
    ['apps/till/sale.tsx', '../../src/pricing/basket.ts'],
    ['apps/till/vite.config.ts', 'node:path'],
    ['apps/simulator/world.ts', '../../platform/commit.ts'],
    ['apps/simulator/world.ts', '../../platform/commit/queue.ts'],
    ['apps/simulator/main.ts', 'node:process'],
    ['bench/sale.ts', '../apps/server/main.ts'],
    ['oneshelf.mjs', './platform/supervisor.ts'],
  ];
  it.each(allowed)('%s may import %s', (path, module) => {
    expect(report(importProblems({ path, text: `import { a } from '${module}';` }))).toEqual([]);
  });

  it.each(['src/warehouse/bin.ts', 'src/stock/models/deep/level.ts', 'apps/kiosk/main.ts', 'lib/text.ts'])(
    '%s lives nowhere',
    (path) => {
      expect(importProblems({ path, text: '' })).toHaveLength(1);
    },
  );

  it('refuses a pure file that computes what it imports', () => {
    expect(importProblems({ path: 'src/stock/reserve.ts', text: 'await import(name)' })).toHaveLength(1);
  });
});

describe('the table of domains', () => {
  it('names each domain once, gives each its tables and no word to two', () => {
    expect(new Set(domains).size).toBe(domains.length);
    expect(Object.keys(tableWords).toSorted()).toEqual([...domains, 'platform'].toSorted());
    const words = Object.values(tableWords).flat();
    expect(new Set(words).size).toBe(words.length);
  });

  it('lets the upper know the lower, never the reverse, and no neighbour that was not introduced', () => {
    expect(knows('insight', 'kernel')).toBe(true);
    expect(knows('kernel', 'insight')).toBe(false);
    expect(knows('documents', 'notices')).toBe(false);
    expect(knows('orders', 'nobody')).toBe(false);
    for (const who of domains) {
      for (const whom of domains) {
        if (who !== whom) expect(knows(who, whom) && knows(whom, who), `${who} and ${whom}`).toBe(false);
      }
    }
  });

  it('introduces only neighbours of one layer', () => {
    for (const [who, whom] of acquaintances) {
      expect(layers.some((layer) => layer.includes(who) && layer.includes(whom))).toBe(true);
    }
  });
});
