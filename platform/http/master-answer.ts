import { ID_PREFIX, encodeId, isUuid } from '../../src/kernel/ids.ts';
import type { Rejection } from '../../src/kernel/decision.ts';
import type { MasterOutcome } from '../commit/master-door.ts';
import { keyReused, refused } from './problem.ts';

/** The answer of an accepted change. Throws the problem of any other: 409 with the numbers of the rejection, 422 for a key used before. */
export function masterAnswer<A>(outcome: MasterOutcome<A>): A {
  switch (outcome.kind) {
    case 'accepted':
      return outcome.answer;
    case 'refused':
      throw refused(withIdTexts(outcome.rejection));
    case 'key_reused':
      throw keyReused();
  }
}

/** A rejection as it is told outside: `skuId` and `skuIds`, and whatever else is named after a kind of id, as prefixed texts. */
export function withIdTexts(rejection: Rejection): Rejection {
  const told: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(rejection)) {
    const found = /^(\w+)Ids?$/.exec(name);
    const prefix = found === null ? undefined : prefixes[found[1] ?? ''];
    told[name] =
      prefix === undefined
        ? value
        : Array.isArray(value)
          ? value.map((each) => idText(prefix, each))
          : idText(prefix, value);
  }
  return { ...told, reason: rejection.reason };
}

const prefixes: Readonly<Record<string, string>> = { ...ID_PREFIX, entity: ID_PREFIX.legalEntity };

function idText(prefix: string, value: unknown): unknown {
  return typeof value === 'string' && isUuid(value) ? encodeId(prefix, value) : value;
}
