import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDigitMod10 } from '../kernel/gs1.ts';
import { attributeProblem, MAX_ATTRIBUTES, optionsKey } from './attributes.ts';
import { decidePackBundle, explode, findCircle, type BundlePart } from './bundle.ts';
import { decideCreateCategory, decideMoveCategory, MAX_CATEGORY_DEPTH, pathTo, type Category } from './category.ts';
import { normaliseGtin, readGtin } from './gtin.ts';
import {
  decideAddVariants,
  decideCreateProduct,
  decideEditProduct,
  type CreateProduct,
  type Product,
  type ProductSurroundings,
} from './product.ts';
import { decideEditSku, type Sku } from './sku.ts';

describe('a GTIN', () => {
  it.each([
    // The worked examples that GS1 prints: GTIN-13 629104150021-3, GTIN-8 9638507-4, UPC-A 03600029145-2, GTIN-14 1061414100041-5.
    ['6291041500213', '6291041500213'],
    ['96385074', '96385074'],
    ['036000291452', '0036000291452'],
    ['10614141000415', '10614141000415'],
    ['0036000291452', '0036000291452'],
    ['00036000291452', '0036000291452'],
    ['0000096385074', '96385074'],
    ['00000096385074', '96385074'],
    ['6 291041 500213', '6291041500213'],
    ['629-1041500213', '6291041500213'],
  ])('%s is stored as %s', (text, expected) => {
    expect(normaliseGtin(text)).toBe(expected);
  });
  it.each([
    ['6291041500214', { problem: 'check_digit', expected: 3, found: 4 }],
    ['', { problem: 'not_digits' }],
    ['62910415OO213', { problem: 'not_digits' }],
    ['629104150021', { problem: 'check_digit' }],
    ['1234567', { problem: 'length', length: 7 }],
    ['123456789', { problem: 'length', length: 9 }],
    ['１２３４５６７０', { problem: 'not_digits' }],
  ])('%s is none', (text, problem) => {
    expect(readGtin(text)).toMatchObject({ ok: false, ...problem });
  });
  it('finds every single wrong digit, and has one form however it was filled up', () => {
    const body = fc.stringMatching(/^[1-9][0-9]{11}$/);
    fc.assert(
      fc.property(body, fc.integer({ min: 0, max: 12 }), fc.integer({ min: 1, max: 9 }), (digits, at, by) => {
        const gtin = digits + checkDigitMod10(digits);
        expect(normaliseGtin(`0${gtin}`)).toBe(gtin);
        const wrong = gtin.slice(0, at) + ((Number(gtin[at]) + by) % 10) + gtin.slice(at + 1);
        expect(normaliseGtin(wrong)).toBeUndefined();
      }),
    );
  });
});

describe('the category tree', () => {
  const category = (id: string, parentId?: string): Category => ({
    id,
    parentId,
    name: id,
    taxClass: 'standard',
    position: 0,
    version: 1,
  });
  const tree = new Map(
    [category('food'), category('drinks', 'food'), category('wine', 'drinks'), category('toys')].map((each) => [
      each.id,
      each,
    ]),
  );
  it.each([
    [
      'under an unknown one',
      { id: 'x', name: 'x', parentId: 'nope' },
      { reason: 'unknown_category', categoryId: 'nope' },
    ],
    [
      'twice under one',
      { id: 'x', name: 'drinks', parentId: 'food' },
      { reason: 'duplicate_name', name: 'drinks', categoryId: 'drinks' },
    ],
  ])('refuses a category %s', (_, wanted, rejection) => {
    expect(decideCreateCategory(wanted, tree)).toEqual({ ok: false, rejection });
  });
  it('lets a name appear elsewhere and takes the tax class of the parent', () => {
    const reduced = new Map([['food', { ...category('food'), taxClass: 'reduced' }]]);
    expect(decideCreateCategory({ id: 'x', name: 'food', parentId: 'food' }, reduced)).toMatchObject({
      ok: true,
      value: { taxClass: 'reduced', version: 1 },
    });
  });
  it.each([
    [
      'under itself',
      { categoryId: 'food', parentId: 'food', version: 1 },
      { reason: 'category_circle', categoryIds: ['food', 'food'] },
    ],
    [
      'below itself',
      { categoryId: 'food', parentId: 'wine', version: 1 },
      { reason: 'category_circle', categoryIds: ['food', 'drinks', 'wine', 'food'] },
    ],
    [
      'with an old version',
      { categoryId: 'food', parentId: 'toys', version: 7 },
      { reason: 'stale_version', current: 1 },
    ],
    [
      'under an unknown one',
      { categoryId: 'food', parentId: 'nope', version: 1 },
      { reason: 'unknown_category', categoryId: 'nope' },
    ],
  ])('refuses a move %s', (_, move, rejection) => {
    expect(decideMoveCategory(move, tree)).toEqual({ ok: false, rejection });
  });
  it('has no circle and no depth beyond the limit after any moves', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const anyMove = fc.record({
      categoryId: fc.constantFrom(...names),
      parentId: fc.option(fc.constantFrom(...names), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(anyMove, { maxLength: 30 }), (moves) => {
        const live = new Map(names.map((name) => [name, category(name)]));
        for (const move of moves) {
          const decision = decideMoveCategory({ ...move, version: live.get(move.categoryId)?.version ?? 0 }, live);
          if (decision.ok) live.set(decision.value.id, decision.value);
        }
        for (const name of names) expect(pathTo(name, live)[0]?.parentId).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });
  it('is not deeper than the limit', () => {
    const deep = new Map(
      Array.from({ length: MAX_CATEGORY_DEPTH }, (_, at) => [
        `c${at}`,
        category(`c${at}`, at === 0 ? undefined : `c${at - 1}`),
      ]),
    );
    const under = { id: 'x', name: 'x', parentId: `c${MAX_CATEGORY_DEPTH - 1}` };
    expect(decideCreateCategory(under, deep)).toMatchObject({ rejection: { reason: 'category_too_deep' } });
    const branch = new Map([...deep, ['x', category('x')], ['y', category('y', 'x')]]);
    const move = { categoryId: 'x', parentId: `c${MAX_CATEGORY_DEPTH - 2}`, version: 1 };
    expect(decideMoveCategory(move, branch)).toMatchObject({
      rejection: { reason: 'category_too_deep', depth: 11, limit: 10 },
    });
  });
});

describe('a bundle', () => {
  const parts: Record<string, BundlePart[]> = {
    picnic: [
      { skuId: 'tea', quantity: 2 },
      { skuId: 'mugs', quantity: 1 },
    ],
    mugs: [
      { skuId: 'mug', quantity: 4 },
      { skuId: 'tea', quantity: 1 },
    ],
  };
  const known = {
    partsOf: (id: string) => parts[id],
    kindOf: (id: string) => (id in parts ? 'bundle' : id === 'post' ? 'shipping' : id === 'nope' ? undefined : 'goods'),
  };
  it('is opened all the way down, each part once', () => {
    expect(explode('picnic', 3, known.partsOf)).toEqual([
      { skuId: 'tea', quantity: 9 },
      { skuId: 'mug', quantity: 12 },
    ]);
    expect(explode('mug', -2, known.partsOf)).toEqual([{ skuId: 'mug', quantity: -2 }]);
  });
  it.each([
    [[], { reason: 'bundle_without_parts', code: 'B' }],
    [
      [
        { skuId: 'tea', quantity: 1 },
        { skuId: 'tea', quantity: 2 },
      ],
      { reason: 'duplicate_part', code: 'B', skuId: 'tea' },
    ],
    [[{ skuId: 'nope', quantity: 1 }], { reason: 'unknown_part', code: 'B', skuId: 'nope' }],
    [[{ skuId: 'post', quantity: 1 }], { reason: 'part_not_sellable', code: 'B', skuId: 'post', kind: 'shipping' }],
    [[{ skuId: 'mugs', quantity: 1 }], { reason: 'bundle_circle', code: 'B', skuIds: ['mugs', 'mugs'] }],
    [[{ skuId: 'picnic', quantity: 1 }], { reason: 'bundle_circle', code: 'B', skuIds: ['mugs', 'picnic', 'mugs'] }],
  ])('of %o is refused', (wanted, rejection) => {
    expect(decidePackBundle({ skuId: 'mugs', code: 'B', parts: wanted }, known)).toEqual({ ok: false, rejection });
  });
  it('never gets into a circle, whatever was accepted', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const wanted = fc.record({
      id: fc.constantFrom(...ids),
      parts: fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(wanted, { maxLength: 12 }), (bundles) => {
        const live = new Map<string, readonly BundlePart[]>();
        const partsOf = (id: string) => live.get(id);
        for (const bundle of bundles) {
          const list = bundle.parts.map((skuId) => ({ skuId, quantity: 1 }));
          const decision = decidePackBundle(
            { skuId: bundle.id, code: bundle.id, parts: list },
            { partsOf, kindOf: () => 'bundle' },
          );
          if (decision.ok) live.set(bundle.id, decision.value);
        }
        for (const id of ids) expect(findCircle(id, partsOf)).toBeUndefined();
      }),
    );
  });
});

describe('a product', () => {
  const around: ProductSurroundings = {
    hasCategory: (id) => id === 'mugs',
    skuIdByCode: new Map([['TAKEN', 'other']]),
    skuByGtin: new Map([['6291041500213', { id: 'other', code: 'TAKEN' }]]),
    kindOf: (id) => (id === 'other' ? 'goods' : undefined),
    partsOf: () => undefined,
  };
  const mug: CreateProduct = {
    id: 'p',
    name: 'Mug',
    categoryId: 'mugs',
    variants: [{ id: 'v', skus: [{ id: 's', code: 'MUG' }] }],
  };
  const withSku = (sku: object): CreateProduct => ({
    ...mug,
    variants: [{ id: 'v', skus: [{ id: 's', code: 'MUG', ...sku }] }],
  });
  it.each([
    ['in no category', { ...mug, categoryId: 'x' }, { reason: 'unknown_category', categoryId: 'x' }],
    ['without variants', { ...mug, variants: [] }, { reason: 'no_variants' }],
    [
      'without SKUs',
      { ...mug, variants: [{ id: 'v', name: 'blue', skus: [] }] },
      { reason: 'no_skus', variant: 'blue' },
    ],
    ['with a code that is taken', withSku({ code: 'TAKEN' }), { reason: 'duplicate_code', code: 'TAKEN' }],
    [
      'with a GTIN that is taken',
      withSku({ gtin: '06291041500213' }),
      { reason: 'duplicate_gtin', gtin: '6291041500213', code: 'TAKEN' },
    ],
    [
      'with a mistyped GTIN',
      withSku({ gtin: '96385073' }),
      { reason: 'bad_gtin', gtin: '96385073', problem: 'check_digit', expected: 4, found: 3 },
    ],
    ['with a bundle of nothing', withSku({ kind: 'bundle' }), { reason: 'bundle_without_parts', code: 'MUG' }],
    [
      'with parts and no bundle',
      withSku({ parts: [{ skuId: 'other', quantity: 1 }] }),
      { reason: 'parts_without_bundle', code: 'MUG' },
    ],
    [
      'with a pack twice',
      withSku({
        packSizes: [
          { name: 'case', quantity: 6 },
          { name: 'case', quantity: 12 },
        ],
      }),
      { reason: 'duplicate_pack', code: 'MUG', pack: 'case' },
    ],
    [
      'with a property without a name',
      { ...mug, attributes: { '': 'x' } },
      { reason: 'bad_attribute', name: '', problem: 'name' },
    ],
    [
      'with half a number',
      { ...mug, attributes: { height: 1.5 } },
      { reason: 'bad_attribute', name: 'height', problem: 'value' },
    ],
  ])('%s is refused', (_, command, rejection) => {
    expect(decideCreateProduct(command, around)).toEqual({ ok: false, rejection });
  });
  it.each([
    ['code', { code: 'MUG' }, 'duplicate_code'],
    ['GTIN', { code: 'MUG2', gtin: '96385074' }, 'duplicate_gtin'],
  ])('is refused when its own variants share a %s', (_, second, reason) => {
    const variants = [
      { id: 'v', options: { colour: 'blue' }, skus: [{ id: 's', code: 'MUG', gtin: '96385074' }] },
      { id: 'w', options: { colour: 'red' }, skus: [{ id: 't', ...second }] },
    ];
    expect(decideCreateProduct({ ...mug, variants }, around)).toMatchObject({ ok: false, rejection: { reason } });
  });
  it('is made with what was left out', () => {
    const decision = decideCreateProduct(withSku({ gtin: '036000291452' }), around);
    expect(decision).toMatchObject({
      ok: true,
      value: {
        product: { description: '', attributes: {}, version: 1 },
        variants: [
          {
            position: 0,
            skus: [
              {
                code: 'MUG',
                name: 'Mug',
                gtin: '0036000291452',
                kind: 'goods',
                baseUnit: 'piece',
                taxClass: undefined,
              },
            ],
          },
        ],
      },
    });
  });
  it('may bundle what is made with it', () => {
    const variants = [
      { id: 'v', name: 'single', options: { pack: 'one' }, skus: [{ id: 's', code: 'MUG' }] },
      {
        id: 'w',
        name: 'set',
        options: { pack: 'six' },
        skus: [{ id: 't', code: 'MUG6', kind: 'bundle' as const, parts: [{ skuId: 's', quantity: 6 }] }],
      },
    ];
    expect(decideCreateProduct({ ...mug, variants }, around)).toMatchObject({
      ok: true,
      value: { variants: [{}, { skus: [{ name: 'Mug set' }] }] },
    });
  });

  const product: Product = {
    id: 'p',
    name: 'Mug',
    description: '',
    categoryId: 'mugs',
    attributes: {},
    archivedAt: undefined,
    version: 4,
  };
  const editAround = { hasCategory: around.hasCategory, now: 99 };
  it.each([
    ['from an old version', product, { version: 3, name: 'Cup' }, { reason: 'stale_version', current: 4 }],
    [
      'while archived',
      { ...product, archivedAt: 1 },
      { version: 4, name: 'Cup' },
      { reason: 'product_archived', productId: 'p' },
    ],
    ['into no category', product, { version: 4, categoryId: 'x' }, { reason: 'unknown_category', categoryId: 'x' }],
  ])('is not edited %s', (_, state, edit, rejection) => {
    expect(decideEditProduct(state, edit, editAround)).toEqual({ ok: false, rejection });
  });
  it('is edited, archived and restored', () => {
    expect(decideEditProduct(product, { version: 4, name: 'Cup' }, editAround)).toMatchObject({
      ok: true,
      value: { name: 'Cup', version: 5, categoryId: 'mugs' },
    });
    expect(decideEditProduct(product, { version: 4, archived: true }, editAround)).toMatchObject({
      ok: true,
      value: { archivedAt: 99 },
    });
    const restored = decideEditProduct(
      { ...product, archivedAt: 1 },
      { version: 4, archived: false, name: 'Cup' },
      editAround,
    );
    expect(restored).toMatchObject({ ok: true, value: { archivedAt: undefined, name: 'Cup' } });
  });
  it('takes no second variant of the same options and none while archived', () => {
    const wanted = [{ id: 'w', options: { size: 'M', colour: 'blue' }, skus: [{ id: 't', code: 'MUG2' }] }];
    const existing = [{ options: { colour: 'blue', size: 'M' } }];
    expect(decideAddVariants(product, wanted, { ...around, existing })).toMatchObject({
      rejection: { reason: 'duplicate_options' },
    });
    expect(decideAddVariants({ ...product, archivedAt: 1 }, wanted, { ...around, existing: [] })).toMatchObject({
      rejection: { reason: 'product_archived' },
    });
    expect(decideAddVariants(product, wanted, { ...around, existing: [{ options: {} }] })).toMatchObject({
      ok: true,
      value: [{ position: 1 }],
    });
  });

  const sku: Sku = {
    id: 's',
    variantId: 'v',
    productId: 'p',
    code: 'MUG',
    name: 'Mug',
    gtin: normaliseGtin('96385074'),
    kind: 'goods',
    baseUnit: 'piece',
    packSizes: [],
    taxClass: 'reduced',
    archivedAt: undefined,
    version: 2,
    parts: [],
  };
  const skuAround = { ...around, now: 99 };
  it.each([
    ['from an old version', sku, { version: 1 }, { reason: 'stale_version', current: 2 }],
    ['while archived', { ...sku, archivedAt: 1 }, { version: 2, name: 'x' }, { reason: 'sku_archived', code: 'MUG' }],
    [
      'to a GTIN that is taken',
      sku,
      { version: 2, gtin: '6291041500213' },
      { reason: 'duplicate_gtin', gtin: '6291041500213', code: 'TAKEN' },
    ],
  ])('has a SKU that is not edited %s', (_, state, edit, rejection) => {
    expect(decideEditSku(state, edit, skuAround)).toEqual({ ok: false, rejection });
  });
  it('has a SKU whose GTIN and tax class can be taken away', () => {
    expect(decideEditSku(sku, { version: 2, gtin: null, taxClass: null }, skuAround)).toMatchObject({
      ok: true,
      value: { gtin: undefined, taxClass: undefined, version: 3 },
    });
    expect(decideEditSku(sku, { version: 2, name: 'Cup' }, skuAround)).toMatchObject({
      ok: true,
      value: { gtin: '96385074', taxClass: 'reduced', name: 'Cup' },
    });
  });
});

describe('properties', () => {
  it('are limited', () => {
    expect(attributeProblem({ a: 'x', b: 1, c: true, d: ['x'] })).toBeUndefined();
    expect(attributeProblem({ a: 'x'.repeat(2001) })).toMatchObject({ problem: 'value' });
    const many = Object.fromEntries(Array.from({ length: MAX_ATTRIBUTES + 1 }, (_, at) => [`a${at}`, 1]));
    expect(attributeProblem(many)).toMatchObject({ reason: 'too_many_attributes', count: 101 });
  });
  it('have one key in any order', () => {
    expect(optionsKey({ a: '1', b: '2' })).toBe(optionsKey({ b: '2', a: '1' }));
    expect(optionsKey({ a: '1,b' })).not.toBe(optionsKey({ a: '1', b: '' }));
  });
});
