import type { RouteRow } from '../../../platform/http/route.ts';
import type { Example, Examples, Finder } from '../../../platform/http/docs/docs.routes.ts';
import { SAMPLES, type SampleOf } from './operations.ts';

/** Where a reader's own things are found that stand in examples as `{{name}}`. A store that sells is where most of them begin. */
const FINDERS: Readonly<Record<string, Finder>> = {
  storeId: { path: '/channels', where: { kind: 'store' }, field: 'id' },
  locationId: { path: '/channels', where: { kind: 'store' }, field: 'defaultLocationId' },
  currency: { path: '/channels', where: { kind: 'store' }, field: 'currency' },
  entityId: { path: '/channels', where: { kind: 'store' }, field: 'entityId' },
  shopId: { path: '/channels', where: { kind: 'shop', currency: '{{currency}}' }, field: 'id' },
  marketplaceId: { path: '/channels', where: { kind: 'marketplace' }, field: 'id' },
  registerId: { path: '/registers', where: { locationId: '{{locationId}}' }, field: 'id' },
  levelId: { path: '/stock?location={{locationId}}&limit=1', field: 'id' },
  skuIds: { path: '/stock?location={{locationId}}&limit=20', field: 'skuId' },
  productId: { path: '/products?limit=1', field: 'id' },
  categoryId: { path: '/categories', field: 'id' },
  customerId: { path: '/customers?limit=1', field: 'id' },
  orderId: { path: '/orders?limit=1', where: { kind: 'order' }, field: 'id' },
  saleId: { path: '/orders?limit=50', where: { kind: 'till_sale' }, field: 'id' },
  quarantineId: { path: '/quarantine?limit=1', field: 'id' },
  taskId: { path: '/tasks?limit=1', field: 'id' },
  doneTaskId: { path: '/tasks?state=done&limit=1', field: 'id' },
  apiKeyId: { path: '/api-keys?limit=1', field: 'id' },
  deviceId: { path: '/devices?limit=1', field: 'id' },
};

/**
 * An object whose every property, however deep, is written as `{{where.it.stands}}`: a sample made from it says what has to stand there. What
 * samples do with a property, they do with text.
 */
function placeholder(path: string): unknown {
  const told = (): string => `{{${path}}}`;
  return new Proxy(
    {},
    {
      get(_target, name) {
        if (name === Symbol.toPrimitive || name === 'toString' || name === 'toJSON') return told;
        return typeof name === 'symbol' ? undefined : placeholder(path === '' ? name : `${path}.${name}`);
      },
    },
  );
}

/**
 * The examples of the documentation: the requests that the tests send to every route, with the reader's own things in them. So they run, and none is
 * forgotten.
 */
export function docsExamples(rows: readonly RouteRow[]): Examples {
  const byOperation = Object.fromEntries(
    rows.flatMap(({ operationId, preview }) => {
      const sample = SAMPLES[operationId];
      return sample === undefined ? [] : [[operationId, exampleOf(sample, preview)]];
    }),
  );
  return { byOperation, finders: FINDERS };
}

function exampleOf(sample: SampleOf, preview: boolean): Example {
  const [world, place] = [placeholder(''), placeholder('')] as Parameters<SampleOf>;
  const { path, body } = sample(world, place);
  return { path, preview, ...(body === undefined ? {} : { body: JSON.parse(JSON.stringify(body)) as unknown }) };
}
