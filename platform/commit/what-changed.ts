/** What a record was and is, as far as the two differ. */
export type WhatChanged = {
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
};

/**
 * The fields in which two records of one thing differ, as they were and as they are: what an event about master data carries, so that the log says what somebody
 * changed. What is absent reads null. A `version` is left out, it tells nothing. Never for personal data: of those an event says only that they changed.
 */
export function whatChanged<T extends object>(before: T, after: T): WhatChanged {
  const [old, now] = [before, after] as Readonly<Record<string, unknown>>[] as [
    WhatChanged['before'],
    WhatChanged['after'],
  ];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (name) => name !== 'version' && JSON.stringify(old[name] ?? null) !== JSON.stringify(now[name] ?? null),
  );
  const pick = (from: WhatChanged['before']): WhatChanged['before'] =>
    Object.fromEntries(names.map((name) => [name, from[name] ?? null]));
  return { before: pick(old), after: pick(now) };
}
