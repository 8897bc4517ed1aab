import { accept, reject, type Decision } from '../kernel/decision.ts';

/** A shelf of the catalogue. Its SKUs are taxed by `taxClass` unless they say otherwise themselves. */
export type Category = {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly taxClass: string;
  readonly position: number;
  readonly version: number;
};

/** The categories by id. */
export type CategoryTree = ReadonlyMap<string, Category>;

/** Why the tree may not become as asked. `categoryIds` are the circle, the moved one at its end. */
export type CategoryRejection =
  | { reason: 'unknown_category'; categoryId: string }
  | { reason: 'duplicate_name'; name: string; categoryId: string }
  | { reason: 'category_circle'; categoryIds: readonly string[] }
  | { reason: 'category_too_deep'; depth: number; limit: number }
  | { reason: 'stale_version'; current: number };

/** Deeper trees are mistakes of an import; shoppers get lost long before. */
export const MAX_CATEGORY_DEPTH = 10;

/** Says whether a category may stand where it is wanted. Siblings have different names. */
export function decideCreateCategory(
  wanted: Pick<Category, 'id' | 'name'> & {
    parentId?: string | undefined;
    taxClass?: string | undefined;
    position?: number | undefined;
  },
  tree: CategoryTree,
): Decision<Category, CategoryRejection> {
  const parent = wanted.parentId === undefined ? undefined : tree.get(wanted.parentId);
  if (wanted.parentId !== undefined && parent === undefined)
    return reject({ reason: 'unknown_category', categoryId: wanted.parentId });
  const twin = siblingNamed(tree, wanted);
  if (twin) return reject({ reason: 'duplicate_name', name: wanted.name, categoryId: twin.id });
  const depth = parent === undefined ? 1 : pathTo(parent.id, tree).length + 1;
  if (depth > MAX_CATEGORY_DEPTH) return reject({ reason: 'category_too_deep', depth, limit: MAX_CATEGORY_DEPTH });
  return accept({
    id: wanted.id,
    parentId: wanted.parentId,
    name: wanted.name,
    taxClass: wanted.taxClass ?? parent?.taxClass ?? 'standard',
    position: wanted.position ?? 0,
    version: 1,
  });
}

/** Says whether a category may be hung under another one (or to the top): never under itself or what hangs below it. */
export function decideMoveCategory(
  move: { categoryId: string; parentId: string | undefined; version: number },
  tree: CategoryTree,
): Decision<Category, CategoryRejection> {
  const category = tree.get(move.categoryId);
  if (category === undefined) return reject({ reason: 'unknown_category', categoryId: move.categoryId });
  if (category.version !== move.version) return reject({ reason: 'stale_version', current: category.version });
  const above = move.parentId === undefined ? [] : pathTo(move.parentId, tree);
  if (move.parentId !== undefined && above.length === 0)
    return reject({ reason: 'unknown_category', categoryId: move.parentId });
  const at = above.findIndex((each) => each.id === category.id);
  if (at >= 0)
    return reject({ reason: 'category_circle', categoryIds: [...above.slice(at).map((each) => each.id), category.id] });
  const twin = siblingNamed(tree, { ...category, parentId: move.parentId });
  if (twin) return reject({ reason: 'duplicate_name', name: category.name, categoryId: twin.id });
  const depth = above.length + heightOf(category.id, tree);
  if (depth > MAX_CATEGORY_DEPTH) return reject({ reason: 'category_too_deep', depth, limit: MAX_CATEGORY_DEPTH });
  return accept({ ...category, parentId: move.parentId, version: category.version + 1 });
}

/** The categories from the top down to one, itself last; empty when it is unknown. Ends also on a tree with a circle. */
export function pathTo(categoryId: string, tree: CategoryTree): Category[] {
  const path: Category[] = [];
  for (let at = tree.get(categoryId); at !== undefined && !path.includes(at);) {
    path.unshift(at);
    at = at.parentId === undefined ? undefined : tree.get(at.parentId);
  }
  return path;
}

function heightOf(categoryId: string, tree: CategoryTree): number {
  let height = 0;
  for (const each of tree.values()) {
    const path = pathTo(each.id, tree);
    const from = path.findIndex((step) => step.id === categoryId);
    if (from >= 0) height = Math.max(height, path.length - from);
  }
  return height;
}

function siblingNamed(
  tree: CategoryTree,
  wanted: { id: string; name: string; parentId?: string | undefined },
): Category | undefined {
  for (const each of tree.values()) {
    if (each.id !== wanted.id && each.parentId === wanted.parentId && each.name === wanted.name) return each;
  }
  return undefined;
}
