import { withTransaction } from '../db/pool.ts';
import type { Pool } from '../db/pool.ts';

/** The entity that tests agree on. */
export const entityId = '01999c2f-0000-7000-8000-0000000000e1';

/** A location of it. */
export const locationId = '01999c2f-0000-7000-8000-0000000000f1';

/** What may differ about events of a test. */
export type TestEvent = {
  readonly type?: string;
  readonly topic?: string;
  readonly entityId?: string;
  readonly locationId?: string;
  readonly subjectId?: string;
  readonly notify?: boolean;
};

const append = {
  name: 'events_testing.append',
  text: `insert into platform_event (number, type, version, topic, entity_id, location_id, subject_id, occurred_at, recorded_at, business_day, posting_day, body)
    select $1::bigint + n, $2, 1, $3, $4, $5, $6, $7, $7, '2026-12-01', '2026-12-01', json_build_object('n', n, 'deep', json_build_object('x', json_build_array(1)))
    from generate_series(0, $8::integer - 1) n`,
};
const count = {
  name: 'events_testing.count',
  text: `insert into platform_counter (id, event_number, recorded_at) values (1, $1, '2026-12-01T00:00:00Z')
    on conflict (id) do update set event_number = platform_counter.event_number + excluded.event_number returning event_number`,
};

/** Appends events as a commit would: numbers under the counter's lock. Gives the last number. */
export async function appendEvents(
  { pool, schema }: { pool: Pool; schema: string },
  many: number,
  event: TestEvent = {},
): Promise<number> {
  return withTransaction(pool, { schema }, async (tx) => {
    const { event_number: last } = await tx.get<{ event_number: number }>(count, [many]);
    await tx.run(append, [
      last - many + 1,
      event.type ?? 'ThingHappened',
      event.topic ?? 'thing',
      event.entityId ?? null,
      event.locationId ?? null,
      event.subjectId ?? null,
      '2026-12-01T09:00:00Z',
      many,
    ]);
    if (event.notify === true) await tx.client.query(`select pg_notify('oneshelf_events', $1)`, [schema]);
    return last;
  });
}

/** Waits until something is so; throws after `limitMs`. */
export async function until(isSo: () => boolean | Promise<boolean>, limitMs = 30_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`still not so after ${limitMs} ms: ${isSo.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
