import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accept, reject } from '../../src/kernel/decision.ts';
import type { Statement, Tx } from '../db/pool.ts';
import { withTransaction } from '../db/pool.ts';
import { createTestDatabase, type TestDatabase } from '../db/testing.ts';
import { openMasterDoor, writeMaster, type Master, type MasterSubmission } from './master-door.ts';

let database: TestDatabase;
let master: Master;
beforeAll(async () => {
  database = await createTestDatabase({ pipeline: true });
  master = openMasterDoor(database);
});
afterAll(() => database.drop());

const statement = (text: string): Statement => ({ name: `door_test_${text.length}_${text.slice(0, 20)}`, text });
const PUT = statement(
  'insert into platform_setting (name, value, version) select n, $2::json, 1 from unnest($1::text[]) n',
);
const READ = statement('select name, value, version from platform_setting where name like $1 order by name');
const EDIT = statement(
  'update platform_setting set value = $3::json, version = version + 1 where name = $1 and version = $2',
);
const EVENTS = statement(
  'select number, type, topic, actor_id, body, recorded_at, posting_day from platform_event order by number',
);
const COUNTER = statement('select event_number, recorded_at from platform_counter');
const KEYS = statement('select count(*) as keys from platform_key');

const principalId = '01900000-0000-7000-8000-000000000001';
const at = Date.UTC(2026, 10, 22, 12);
const submission = (key: string, body: unknown = { key }): MasterSubmission => ({
  type: 'put_setting',
  principalId,
  key,
  body,
  at,
  topic: 'setting',
});
const read = <R extends object>(what: Statement, values: unknown[] = []): Promise<R[]> =>
  withTransaction(database.pool, { schema: database.schema, readOnly: true }, (tx) => tx.rows<R>(what, values));
const put = (names: string[]) => async (tx: Tx) => {
  const rows = await tx.run(PUT, [names, '1']);
  return accept({ events: [{ type: 'SettingPut', version: 1, body: { names } }], answer: { rows, names } });
};
const numberNow = async () => (await read<{ event_number: number }>(COUNTER))[0]?.event_number ?? -1;

describe('the master-data door', () => {
  it('writes, numbers the event and gives the same answer to the same key', async () => {
    const before = await numberNow();
    const first = await master(submission('k1'), put(['one']));
    expect(first).toMatchObject({
      kind: 'accepted',
      eventNumber: before + 1,
      recordedAt: at,
      answer: { rows: 1, names: ['one'] },
      repeated: false,
    });
    const again = await master(submission('k1'), () => Promise.reject(new Error('must not run')));
    expect(again).toEqual({ ...first, repeated: true });
    expect(await numberNow()).toBe(before + 1);
    const event = (await read<Record<string, unknown>>(EVENTS)).at(-1);
    expect(event).toMatchObject({
      number: before + 1,
      type: 'SettingPut',
      topic: 'setting',
      actor_id: principalId,
      posting_day: '2026-11-22',
    });
    expect(event?.['body']).toEqual({ names: ['one'], answer: { rows: 1, names: ['one'] } });
  });

  it('answers another body under the key with key_reused, and another principal on its own', async () => {
    await master(submission('k2'), put(['two']));
    expect(await master(submission('k2', { other: true }), put(['two b']))).toEqual({ kind: 'key_reused' });
    expect(await master({ ...submission('k2'), type: 'drop_setting' }, put(['two c']))).toEqual({ kind: 'key_reused' });
    const other = { ...submission('k2'), principalId: '01900000-0000-7000-8000-000000000002' };
    expect(await master(other, put(['two d']))).toMatchObject({ kind: 'accepted', repeated: false });
  });

  it('writes once when two send the same key at the same time', async () => {
    const before = await numberNow();
    let inside = 0;
    let open = (): void => undefined;
    const both = new Promise<void>((resolve) => (open = resolve));
    const work = (name: string) => async (tx: Tx) => {
      // Both are past the first look-up of the key before either writes.
      inside += 1;
      if (inside === 2) open();
      await both;
      return put([name])(tx);
    };
    // Different rows: nothing but the key stands between the two.
    const outcomes = await Promise.all([
      master(submission('k3'), work('three a')),
      master(submission('k3'), work('three b')),
    ]);
    expect(outcomes.filter((outcome) => outcome.kind === 'accepted' && outcome.repeated)).toHaveLength(1);
    expect(outcomes.every((outcome) => outcome.kind === 'accepted')).toBe(true);
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome.kind === 'accepted' && outcome.answer))).size).toBe(
      1,
    );
    expect(await read(READ, ['three%'])).toHaveLength(1);
    expect(await numberNow()).toBe(before + 1);
  });

  it('gives the answer of the first also to the second that ran into its rows', async () => {
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => master(submission('k4'), put(['four']))));
    expect(outcomes.filter((outcome) => outcome.kind === 'accepted' && !outcome.repeated)).toHaveLength(1);
    expect(outcomes.every((outcome) => outcome.kind === 'accepted')).toBe(true);
  });

  it('decides afresh when another key took the row first', async () => {
    const take = (key: string) =>
      master(submission(key), async (tx) => {
        if ((await tx.rows(READ, ['five'])).length > 0) return reject({ reason: 'name_taken' });
        return put(['five'])(tx);
      });
    const outcomes = await Promise.all(['k5a', 'k5b', 'k5c'].map(take));
    expect(outcomes.map((outcome) => outcome.kind).sort()).toEqual(['accepted', 'refused', 'refused']);
  });

  it('leaves nothing when it breaks in the middle, and the key may be tried again', async () => {
    const before = { number: await numberNow(), keys: await read(KEYS) };
    const broken = async (tx: Tx) => {
      await tx.run(PUT, [['six'], '1']);
      throw new Error('power cut');
    };
    await expect(master(submission('k6'), broken)).rejects.toThrow('power cut');
    // The connection dies under the transaction.
    const dying = async (tx: Tx) => {
      await tx.run(PUT, [['six'], '1']);
      await tx.client.query('select pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
      throw new Error('connection gone');
    };
    await expect(master(submission('k6'), dying)).rejects.toThrow('connection gone');
    expect(await read(READ, ['six'])).toEqual([]);
    expect({ number: await numberNow(), keys: await read(KEYS) }).toEqual(before);
    expect(await master(submission('k6'), put(['six']))).toMatchObject({ kind: 'accepted', repeated: false });
  });

  it('refuses and stores nothing, so the key may be tried again', async () => {
    const refusal = await master(submission('k7'), async (tx) => {
      await tx.run(PUT, [['seven'], '1']);
      return reject({ reason: 'too_early', opensAt: 9 });
    });
    expect(refusal).toEqual({ kind: 'refused', rejection: { reason: 'too_early', opensAt: 9 } });
    expect(await read(READ, ['seven'])).toEqual([]);
    expect(await master(submission('k7'), put(['seven']))).toMatchObject({ kind: 'accepted' });
  });

  it('refuses the edit of a stale version, also when two hold the same one', async () => {
    await master(submission('k8'), put(['eight']));
    const edit = (key: string, version: number) =>
      master(submission(key), async (tx) => {
        if ((await tx.run(EDIT, ['eight', version, '"new"'])) === 1)
          return accept({ events: [{ type: 'SettingEdited', version: 1, body: {} }], answer: {} });
        const [row] = await tx.rows<{ version: number }>(READ, ['eight']);
        return reject({ reason: 'stale_version', current: row?.version });
      });
    const outcomes = await Promise.all([edit('k8a', 1), edit('k8b', 1)]);
    expect(outcomes.filter((outcome) => outcome.kind === 'accepted')).toHaveLength(1);
    expect(outcomes.find((outcome) => outcome.kind === 'refused')).toEqual({
      kind: 'refused',
      rejection: { reason: 'stale_version', current: 2 },
    });
  });

  it('refuses more than 500 rows', async () => {
    const names = (count: number, prefix: string) => Array.from({ length: count }, (_, index) => `${prefix} ${index}`);
    expect(await master(submission('k9'), put(names(501, 'nine')))).toEqual({
      kind: 'refused',
      rejection: { reason: 'too_many_rows', rows: 501, limit: 500 },
    });
    expect(await read(READ, ['nine%'])).toEqual([]);
    expect(await master(submission('k9'), put(names(500, 'nine')))).toMatchObject({
      kind: 'accepted',
      answer: { rows: 500 },
    });
  });

  it('previews without a trace', async () => {
    const before = await numberNow();
    const preview = await master({ ...submission('preview'), preview: true }, put(['ten']));
    expect(preview).toMatchObject({ kind: 'accepted', eventNumber: 0, answer: { rows: 1 } });
    expect(await read(READ, ['ten'])).toEqual([]);
    expect(await numberNow()).toBe(before);
  });

  it('wakes the followers after the commit', async () => {
    const client = await database.pool.connect();
    try {
      const heard = new Promise<string | undefined>((resolve) =>
        client.once('notification', (message: { payload?: string }) => resolve(message.payload)),
      );
      await client.query('listen oneshelf_events');
      await master(submission('k10'), put(['eleven']));
      expect(await heard).toBe(database.schema);
    } finally {
      client.release(true);
    }
  });

  it('numbers without a gap and never back in time, however many write at once', async () => {
    const many = (tx: Tx) =>
      put([`many ${Math.random()}`])(tx).then((decision) =>
        accept({
          ...decision.value,
          events: [...decision.value.events, { type: 'SettingSeen', version: 1, body: {} }],
        }),
      );
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        writeMaster(database, { ...submission(`m${index}`), at: at - index * 1000 }, many),
      ),
    );
    const events = await read<{ number: number; recorded_at: string }>(EVENTS);
    expect(events.map((event) => event.number)).toEqual(events.map((_, index) => index + 1));
    expect(events.length).toBe(await numberNow());
    expect(events.length).toBeGreaterThan(40);
    const times = events.map((event) => Date.parse(event.recorded_at));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});
