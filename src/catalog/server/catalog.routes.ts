import { Type } from 'typebox';
import { NumberFrom } from '../../../platform/http/money.ts';
import { uuidv7 } from 'uuidv7';
import { changed, type Master } from '../../../platform/commit/master-door.ts';
import { whatChanged } from '../../../platform/commit/what-changed.ts';
import { withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import {
  CursorId,
  decodeCursor,
  encodeCursor,
  listQuery,
  ListOf,
  DEFAULT_LIMIT,
  pageOf,
} from '../../../platform/http/lists.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { notFound } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { decideCreateCategory, decideMoveCategory, pathTo, type Category, type CategoryTree } from '../category.ts';
import { decideAddVariants, decideCreateProduct, decideEditProduct } from '../product.ts';
import { decideEditSku } from '../sku.ts';
import {
  findMedia,
  findSkuIds,
  insertCategories,
  insertProducts,
  insertVariants,
  listProducts,
  listSkus,
  loadCategories,
  loadProducts,
  loadSurroundings,
  lockProduct,
  lockSku,
  moveCategory,
  skusOf,
  updateProduct,
  updateSku,
  type WholeProduct,
} from './catalog.store.ts';
import {
  type ShownPrice,
  text,
  AttributesType,
  PacksType,
  closed,
  WantedVariantsType,
  ProductType,
  MadeVariantType,
  MadeType,
  CategoryType,
  FoundSkuType,
  type MadeVariant,
  type Made,
  madeVariant,
  madeVariantAnswer,
  madeAnswer,
  categoryAnswer,
  productAnswer,
  foundAnswer,
} from './catalog.schemas.ts';

/** What the routes of the catalogue need. `pricesOf` gives the prices in force by SKU, of one channel or of all. */
export type CatalogRouteDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly master: Master;
  readonly now: () => number;
  readonly pricesOf: (
    skuIds: readonly string[],
    wanted: { channelId?: string | undefined; at: number },
  ) => Promise<ReadonlyMap<string, readonly ShownPrice[]>>;
};

const tags = ['catalog'];
const Cursor = Type.Tuple([Type.String(), CursorId]);

/** GET and POST /products, GET and PATCH /products/{id}, POST /products/{id}/variants, GET /skus, PATCH /skus/{id}, GET and POST /categories, PATCH /categories/{id}, GET /media/{id}. */
export function registerCatalogRoutes(app: Api, deps: CatalogRouteDeps): void {
  registerProductReads(app, deps);
  registerProductChanges(app, deps);
  registerSkus(app, deps);
  registerCategories(app, deps);
  registerMedia(app, deps);
}

function registerProductReads(app: Api, deps: CatalogRouteDeps): void {
  route(app, {
    method: 'GET',
    url: '/products',
    operationId: 'listProducts',
    summary: 'Products by name',
    tags,
    permission: 'catalog:read',
    scope: 'none',
    schema: {
      querystring: Type.Object({
        ...listQuery,
        search: Type.Optional(text(200, 1)),
        category: Type.Optional(IdType('category')),
        archived: Type.Optional(Type.Boolean()),
        channel: Type.Optional(IdType('channel')),
      }),
      response: { 200: ListOf(ProductType) },
    },
    async handler({ query }) {
      const { limit = DEFAULT_LIMIT, search, category, archived = false, channel } = query;
      const after = decodeCursor(Cursor, query.after);
      return reading(deps, async (tx) => {
        const tree = await loadCategories(tx);
        const categoryIds = category === undefined ? undefined : withBelow(category, tree);
        const rows = await listProducts(tx, {
          limit,
          search,
          categoryIds,
          archived,
          after: after && { name: after[0], id: after[1] },
        });
        const prices = await pricesFor(
          deps,
          rows.slice(0, limit).map((row) => row.product),
          channel,
        );
        return pageOf(
          rows,
          limit,
          (row) => [row.key.name, row.key.id],
          (row) => productAnswer(row.product, tree, prices),
        );
      });
    },
  });

  route(app, {
    method: 'GET',
    url: '/products/:id',
    operationId: 'getProduct',
    summary: 'A product',
    tags,
    permission: 'catalog:read',
    scope: 'none',
    schema: { params: Type.Object({ id: IdType('product') }), response: { 200: ProductType } },
    async handler({ params }) {
      return reading(deps, async (tx) => {
        const [product] = await loadProducts(tx, [params.id]);
        if (product === undefined) throw notFound('product');
        return productAnswer(product, await loadCategories(tx), await pricesFor(deps, [product], undefined));
      });
    },
  });
}

function registerProductChanges(app: Api, deps: CatalogRouteDeps): void {
  route(app, {
    method: 'POST',
    url: '/products',
    operationId: 'createProduct',
    summary: 'A new product with its variants and SKUs',
    tags,
    permission: 'catalog:edit',
    scope: 'none',
    preview: true,
    schema: {
      body: Type.Object(
        {
          name: text(200, 1),
          description: Type.Optional(text(20_000)),
          categoryId: IdType('category'),
          attributes: Type.Optional(AttributesType),
          variants: WantedVariantsType,
        },
        closed,
      ),
      response: { 201: MadeType },
    },
    async handler(request, reply) {
      const command = { ...request.body, id: uuidv7(), variants: withIds(request.body.variants) };
      const outcome = await deps.master<Made>(submission(deps, request, 'create_product'), async (tx) => {
        const tree = await loadCategories(tx);
        const around = { ...(await loadSurroundings(tx, skusOf(command))), hasCategory: (id: string) => tree.has(id) };
        const decision = decideCreateProduct(command, around);
        if (!decision.ok) return decision;
        const { product, variants } = decision.value;
        await insertProducts(tx, [decision.value]);
        const made: Made = { id: product.id, version: product.version, variants: variants.map(madeVariant) };
        const skuIds = variants.flatMap((variant) => variant.skus.map((sku) => sku.id));
        const body = { productId: product.id, name: product.name, skuIds, before: null, after: decision.value };
        return changed([{ type: 'ProductCreated', version: 1, subjectId: product.id, body }], made);
      });
      return reply.code(201).send(madeAnswer(masterAnswer(outcome)));
    },
  });

  route(app, {
    method: 'PATCH',
    url: '/products/:id',
    operationId: 'editProduct',
    summary: 'Change, archive or restore a product',
    tags,
    permission: 'catalog:edit',
    scope: 'none',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('product') }),
      body: Type.Object(
        {
          version: NumberFrom(1),
          name: Type.Optional(text(200, 1)),
          description: Type.Optional(text(20_000)),
          categoryId: Type.Optional(IdType('category')),
          attributes: Type.Optional(AttributesType),
          archived: Type.Optional(Type.Boolean()),
        },
        closed,
      ),
      response: { 200: Type.Object({ id: IdType('product'), version: Type.Integer() }) },
    },
    async handler(request) {
      const { id } = request.params;
      const outcome = await deps.master<{ id: string; version: number }>(
        submission(deps, request, 'edit_product'),
        async (tx) => {
          const product = await lockProduct(tx, id);
          if (product === undefined) throw notFound('product');
          const tree = await loadCategories(tx);
          const decision = decideEditProduct(product, request.body, {
            hasCategory: (each) => tree.has(each),
            now: deps.now(),
          });
          if (!decision.ok) return decision;
          await updateProduct(tx, decision.value);
          const fields = Object.keys(request.body).filter((name) => name !== 'version');
          const told = whatChanged(product, decision.value);
          const body = { productId: id, changed: fields, skuIds: await findSkuIds(tx, id), ...told };
          const type =
            request.body.archived === undefined
              ? 'ProductEdited'
              : request.body.archived
                ? 'ProductArchived'
                : 'ProductRestored';
          return changed([{ type, version: 1, subjectId: id, body }], { id, version: decision.value.version });
        },
      );
      const { version } = masterAnswer(outcome);
      return { id: idText('product', id), version };
    },
  });

  route(app, {
    method: 'POST',
    url: '/products/:id/variants',
    operationId: 'addVariants',
    summary: 'Further variants of a product',
    tags,
    permission: 'catalog:edit',
    scope: 'none',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('product') }),
      body: Type.Object({ variants: WantedVariantsType }, closed),
      response: { 201: Type.Object({ variants: Type.Array(MadeVariantType) }) },
    },
    async handler(request, reply) {
      const { id } = request.params;
      const wanted = withIds(request.body.variants);
      const outcome = await deps.master<{ variants: MadeVariant[] }>(
        submission(deps, request, 'add_variants'),
        async (tx) => {
          const product = await lockProduct(tx, id);
          if (product === undefined) throw notFound('product');
          const existing = (await loadProducts(tx, [id]))[0]?.variants ?? [];
          const decision = decideAddVariants(product, wanted, {
            ...(await loadSurroundings(tx, skusOf({ variants: wanted }))),
            existing,
          });
          if (!decision.ok) return decision;
          await insertVariants(tx, decision.value);
          const skuIds = decision.value.flatMap((variant) => variant.skus.map((sku) => sku.id));
          const answer = { variants: decision.value.map(madeVariant) };
          return changed(
            [
              {
                type: 'VariantsAdded',
                version: 1,
                subjectId: id,
                body: { productId: id, skuIds, before: null, after: decision.value },
              },
            ],
            answer,
          );
        },
      );
      return reply.code(201).send({ variants: masterAnswer(outcome).variants.map(madeVariantAnswer) });
    },
  });
}

function registerSkus(app: Api, deps: CatalogRouteDeps): void {
  route(app, {
    method: 'GET',
    url: '/skus',
    operationId: 'listSkus',
    summary: 'SKUs by name, code or GTIN; an exact code or GTIN comes first',
    tags,
    permission: 'catalog:read',
    scope: 'none',
    schema: {
      querystring: Type.Object({
        ...listQuery,
        search: Type.Optional(text(200, 1)),
        channel: Type.Optional(IdType('channel')),
      }),
      response: { 200: ListOf(FoundSkuType) },
    },
    async handler({ query }) {
      const { limit = DEFAULT_LIMIT, search, channel } = query;
      const after = decodeCursor(Cursor, query.after);
      return reading(deps, async (tx) => {
        const { exact, others } = await listSkus(tx, {
          limit,
          search,
          after: after && { name: after[0], id: after[1] },
        });
        const shown = others.slice(0, limit);
        const last = shown.at(-1);
        const all = [...exact.map((sku) => ({ sku, exact: true })), ...shown.map((sku) => ({ sku, exact: false }))];
        const prices = await deps.pricesOf(
          all.map(({ sku }) => sku.id),
          { channelId: channel, at: deps.now() },
        );
        return {
          items: all.map((found) => foundAnswer(found.sku, found.exact, prices.get(found.sku.id) ?? [])),
          next: others.length > limit && last !== undefined ? encodeCursor([last.sortName, last.id]) : null,
        };
      });
    },
  });

  route(app, {
    method: 'PATCH',
    url: '/skus/:id',
    operationId: 'editSku',
    summary: 'Change, archive or restore a SKU',
    tags,
    permission: 'catalog:edit',
    scope: 'none',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('sku') }),
      body: Type.Object(
        {
          version: NumberFrom(1),
          name: Type.Optional(text(200, 1)),
          gtin: Type.Optional(Type.Union([text(20, 1), Type.Null()])),
          packSizes: Type.Optional(PacksType),
          taxClass: Type.Optional(Type.Union([text(40, 1), Type.Null()])),
          archived: Type.Optional(Type.Boolean()),
        },
        closed,
      ),
      response: { 200: Type.Object({ id: IdType('sku'), version: Type.Integer() }) },
    },
    async handler(request) {
      const { id } = request.params;
      const outcome = await deps.master<{ id: string; version: number }>(
        submission(deps, request, 'edit_sku'),
        async (tx) => {
          const sku = await lockSku(tx, id);
          if (sku === undefined) throw notFound('SKU');
          const around = await loadSurroundings(tx, [{ id, code: sku.code, gtin: request.body.gtin ?? undefined }]);
          const decision = decideEditSku(sku, request.body, { ...around, now: deps.now() });
          if (!decision.ok) return decision;
          await updateSku(tx, decision.value);
          const fields = Object.keys(request.body).filter((name) => name !== 'version');
          const told = whatChanged(sku, decision.value);
          const body = { productId: sku.productId, changed: fields, skuIds: [id], ...told };
          return changed([{ type: 'SkuEdited', version: 1, subjectId: sku.productId, body }], {
            id,
            version: decision.value.version,
          });
        },
      );
      const { version } = masterAnswer(outcome);
      return { id: idText('sku', id), version };
    },
  });
}

function registerCategories(app: Api, deps: CatalogRouteDeps): void {
  route(app, {
    method: 'GET',
    url: '/categories',
    operationId: 'listCategories',
    summary: 'All categories',
    tags,
    permission: 'catalog:read',
    scope: 'none',
    schema: { response: { 200: Type.Object({ items: Type.Array(CategoryType) }) } },
    async handler() {
      return reading(deps, async (tx) => ({ items: [...(await loadCategories(tx)).values()].map(categoryAnswer) }));
    },
  });

  route(app, {
    method: 'POST',
    url: '/categories',
    operationId: 'createCategory',
    summary: 'A new category',
    tags,
    permission: 'catalog:edit',
    scope: 'none',
    preview: true,
    schema: {
      body: Type.Object(
        {
          name: text(200, 1),
          parentId: Type.Optional(IdType('category')),
          taxClass: Type.Optional(text(40, 1)),
          position: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
        },
        closed,
      ),
      response: { 201: CategoryType },
    },
    async handler(request, reply) {
      const id = uuidv7();
      const outcome = await deps.master<Category>(submission(deps, request, 'create_category'), async (tx) => {
        const decision = decideCreateCategory({ ...request.body, id }, await loadCategories(tx, { locked: true }));
        if (!decision.ok) return decision;
        await insertCategories(tx, [decision.value]);
        // No SKU stands in a new category, so none has to be forgotten.
        const body = { categoryId: id, name: decision.value.name, skuIds: [], before: null, after: decision.value };
        return changed([{ type: 'CategoryCreated', version: 1, subjectId: id, body }], decision.value);
      });
      return reply.code(201).send(categoryAnswer(masterAnswer(outcome)));
    },
  });

  route(app, {
    method: 'PATCH',
    url: '/categories/:id',
    operationId: 'moveCategory',
    summary: 'Hang a category under another one, or to the top',
    tags,
    permission: 'catalog:edit',
    scope: 'none',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('category') }),
      body: Type.Object({ version: NumberFrom(1), parentId: Type.Union([IdType('category'), Type.Null()]) }, closed),
      response: { 200: CategoryType },
    },
    async handler(request) {
      const { id } = request.params;
      const { version, parentId } = request.body;
      const outcome = await deps.master<Category>(submission(deps, request, 'move_category'), async (tx) => {
        const tree = await loadCategories(tx, { locked: true });
        if (!tree.has(id)) throw notFound('category');
        const was = tree.get(id)?.parentId ?? null;
        const decision = decideMoveCategory({ categoryId: id, parentId: parentId ?? undefined, version }, tree);
        if (!decision.ok) return decision;
        await moveCategory(tx, decision.value);
        // A SKU is taxed by its own category, wherever that hangs.
        const body = { categoryId: id, parentId, skuIds: [], before: { parentId: was }, after: { parentId } };
        return changed([{ type: 'CategoryMoved', version: 1, subjectId: id, body }], decision.value);
      });
      return categoryAnswer(masterAnswer(outcome));
    },
  });
}

function registerMedia(app: Api, deps: CatalogRouteDeps): void {
  // An <img> sends no token and a picture of what is for sale is no secret, so the shop, the till and mails may all show it.
  route(app, {
    method: 'GET',
    url: '/media/:id',
    operationId: 'getMedia',
    summary: 'A picture',
    tags,
    permission: 'public',
    schema: { params: Type.Object({ id: IdType('media') }), response: { 200: Type.Any() } },
    async handler({ params }, reply) {
      const media = await reading(deps, (tx) => findMedia(tx, params.id));
      if (media === undefined) throw notFound('picture');
      return (
        reply
          .header('content-type', media.mediaType)
          .header('cache-control', 'public, max-age=31536000, immutable')
          // Opened by itself an SVG is a page; this one may load nothing and run nothing.
          .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox")
          .header('cross-origin-resource-policy', 'cross-origin')
          .send(media.content)
      );
    },
  });
}

type Asked = {
  readonly principal: { readonly id: string };
  readonly originId: string | undefined;
  readonly idempotencyKey: string;
  readonly preview: boolean;
  readonly body: unknown;
  readonly params?: unknown;
};

function submission(deps: CatalogRouteDeps, request: Asked, type: string) {
  const { principal, originId, idempotencyKey: key, preview } = request;
  // The address belongs to what was asked: one key for two products is two requests.
  return {
    type,
    principalId: principal.id,
    originId,
    key,
    body: [request.params ?? {}, request.body],
    at: deps.now(),
    topic: 'catalog',
    preview,
  };
}

function reading<T>(deps: CatalogRouteDeps, fn: (tx: Tx) => Promise<T>): Promise<T> {
  return withTransaction(deps.pool, { schema: deps.schema, snapshot: true }, fn);
}

function withIds<S extends { code: string }, V extends { skus: S[] }>(variants: readonly V[]) {
  return variants.map((variant) => ({
    ...variant,
    id: uuidv7(),
    skus: variant.skus.map((sku) => ({ ...sku, id: uuidv7() })),
  }));
}

function withBelow(categoryId: string, tree: CategoryTree): string[] {
  return [...tree.keys()].filter((id) => pathTo(id, tree).some((each) => each.id === categoryId));
}

async function pricesFor(deps: CatalogRouteDeps, products: readonly WholeProduct[], channelId: string | undefined) {
  const skuIds = products.flatMap((product) =>
    product.variants.flatMap((variant) => variant.skus.map((sku) => sku.id)),
  );
  return skuIds.length === 0
    ? new Map<string, readonly ShownPrice[]>()
    : deps.pricesOf(skuIds, { channelId, at: deps.now() });
}
