import { Type } from 'typebox';
import type { Master } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import { malformed } from '../../../platform/http/problem.ts';
import { reject, type Decision } from '../../kernel/decision.ts';
import { compareDays, epochDayToDay, parseBusinessDay, type BusinessDay } from '../../kernel/time.ts';
import type { TaxCache } from './tax-cache.ts';
import type { CsvFault } from './tax-file.ts';

/** What the routes of taxes need. */
export type TaxRouteDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly master: Master;
  readonly taxes: Pick<TaxCache, 'rules'>;
  readonly now: () => number;
};

/** The heading of the routes of taxes in the documentation. */
export const tags = ['taxes'];
/** A body that takes nothing but its own fields. */
export const closed = { additionalProperties: false };
/** A value or null. */
export const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);
/** One of some words. */
export const oneOf = <const T extends string>(...names: readonly T[]) =>
  Type.Unsafe<T>(Type.String({ enum: [...names] }));
/** Who taxes, as text. */
export const JurisdictionCode = Type.String({
  pattern: '^[A-Z]{2}(-[A-Z0-9]+)*$',
  maxLength: 100,
  description: 'A country (`GB`), a state (`US-CA`) or what lies in it (`US-CA-ALAMEDA`).',
});
/** Reads in a transaction of its own. */
export function reading<T>(deps: TaxRouteDeps, fn: (tx: Tx) => Promise<T>): Promise<T> {
  return withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, fn);
}

/** The day by universal time: rates hold in places all over the world, which differ by less than a day. */
export function today(deps: TaxRouteDeps): BusinessDay {
  return epochDayToDay(Math.floor(deps.now() / 86_400_000));
}

type Asked = {
  readonly principal: { readonly id: string };
  readonly originId: string | undefined;
  readonly idempotencyKey: string;
  readonly preview: boolean;
  readonly body: unknown;
  readonly params?: unknown;
};

/** A change of taxes for the door of master data. `topic`: caches of rates listen to prices, those of buyers to customers. */
export function submission(deps: TaxRouteDeps, request: Asked, type: string, topic: 'price' | 'customer') {
  const { principal, originId, idempotencyKey: key, preview, params, body } = request;
  return { type, principalId: principal.id, originId, key, body: [params ?? {}, body], at: deps.now(), topic, preview };
}

/** A day of a body; a malformed one is a 400 that names it. */
export function dayIn(text: string, path: string): BusinessDay {
  const day = parseBusinessDay(text);
  if (day === undefined) throw malformed([{ path, message: 'is not a day' }]);
  return day;
}

/** The refusal of a span of days that ends before it begins; undefined when it does not. */
export function endsBeforeItBegins(
  validFrom: BusinessDay,
  validUntil: BusinessDay | undefined,
): Decision<never> | undefined {
  if (validUntil === undefined || compareDays(validUntil, validFrom) >= 0) return undefined;
  return reject({ reason: 'ends_before_it_begins', validFrom, validUntil });
}

/** The answer to a file that cannot be read at all. */
export function noCsv(fault: CsvFault): ReturnType<typeof malformed> {
  const message = fault.reason === 'unreadable' ? 'is no CSV' : `lacks the columns ${fault.columns.join(', ')}`;
  return malformed([{ path: '/csv', message }]);
}

/** Sends a text as a file to keep. */
export function sendCsv(
  reply: { header(name: string, value: string): unknown; send(text: string): unknown },
  name: string,
  text: string,
) {
  reply.header('content-type', 'text/csv; charset=utf-8');
  reply.header('content-disposition', `attachment; filename="${name}"`);
  return reply.send(text);
}
