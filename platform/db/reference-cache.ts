/**
 * Reference rows by key in the memory of this process, for reads on the path of a sale. Never what correctness rests on:
 * what a sale was priced and taxed with is written into it.
 */
export type ReferenceCache<V> = {
  /**
   * The values of these keys; what does not exist is missing from the map. Answers at once with a map when all are known, so
   * that a warm request waits for nothing, else with a promise. Rejects with what `load` threw; the next call tries again.
   */
  get(keys: readonly string[]): ReadonlyMap<string, V> | Promise<ReadonlyMap<string, V>>;
  /** Forgets these keys. A load of them that is under way still answers its callers but is not kept. */
  invalidate(keys: Iterable<string>): void;
  /** Forgets everything. */
  clear(): void;
  readonly size: number;
};

type Batch<V> = { readonly keys: Set<string>; readonly values: Promise<ReadonlyMap<string, V>> };

/**
 * Makes a cache of at most `max` values; when it is full the oldest go. What is asked for in one turn of the event loop and not
 * known is loaded by one call of `load`, and nothing is loaded twice at the same time.
 */
export function createReferenceCache<V>(options: {
  readonly max: number;
  readonly load: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>;
}): ReferenceCache<V> {
  const known = new Map<string, V>();
  /** By whom a key is being loaded. A key that is taken out here meanwhile was invalidated. */
  const loading = new Map<string, Batch<V>>();
  let open: Batch<V> | undefined;

  const openBatch = (): Batch<V> => {
    const keys = new Set<string>();
    const values = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      open = undefined;
      return options.load([...keys]);
    });
    const batch: Batch<V> = { keys, values };
    const finish = (loaded?: ReadonlyMap<string, V>): void => {
      for (const key of keys) {
        if (loading.get(key) !== batch) continue;
        loading.delete(key);
        const value = loaded?.get(key);
        if (value !== undefined) keep(key, value);
      }
    };
    values.then(finish, () => finish());
    return batch;
  };

  const keep = (key: string, value: V): void => {
    known.set(key, value);
    if (known.size <= options.max) return;
    const oldest = known.keys().next();
    if (oldest.done !== true) known.delete(oldest.value);
  };

  const load = async (found: Map<string, V>, missing: readonly string[]): Promise<ReadonlyMap<string, V>> => {
    const batches = new Set<Batch<V>>();
    for (const key of missing) {
      let batch = loading.get(key);
      if (batch === undefined) {
        batch = open ??= openBatch();
        batch.keys.add(key);
        loading.set(key, batch);
      }
      batches.add(batch);
    }
    const maps = await Promise.all([...batches].map((batch) => batch.values));
    for (const key of missing) {
      for (const map of maps) {
        const value = map.get(key);
        if (value !== undefined) found.set(key, value);
      }
    }
    return found;
  };

  return {
    get(keys) {
      const found = new Map<string, V>();
      let missing: string[] | undefined;
      for (const key of keys) {
        const value = known.get(key);
        if (value === undefined) (missing ??= []).push(key);
        else found.set(key, value);
      }
      return missing === undefined ? found : load(found, missing);
    },
    invalidate(keys) {
      for (const key of keys) {
        known.delete(key);
        loading.delete(key);
      }
    },
    clear() {
      known.clear();
      loading.clear();
    },
    get size() {
      return known.size;
    },
  };
}
