import { describe, expect, test } from 'vitest';
import type { BookRules } from '../../src/kernel/draft.ts';
import { businessDay } from '../../src/kernel/time.ts';
import { Overloaded, type CommandRules, type Submission } from './command.ts';
import { createCommitter, type CommitLimits, type Committer } from './committer.ts';
import { createMemoryStore } from './memory-store.ts';
import { Overtaken, StoreFault, type BatchWrites } from './store.ts';

type Tin = { readonly id: string; readonly coins: number; readonly version: number };
const TINS: BookRules<Tin, { id: string; coins: number }> = {
  name: 'tin',
  keyOf: (change) => change.id,
  evolve: (tin, change) => ({
    id: change.id,
    coins: (tin?.coins ?? 0) + change.coins,
    version: (tin?.version ?? 0) + 1,
  }),
};
type PutIn = { tin: string; coins: number; note?: string };

/** A house with tins: coins are put in and taken out, what is not there is refused. */
function openHouse(
  options: {
    limits?: Partial<CommitLimits>;
    fault?: (moment: 'before_commit' | 'after_commit', writes: BatchWrites) => void;
    resolve?: CommandRules<PutIn, undefined>['resolve'];
    failing?: (note: string) => boolean;
    air?: () => Promise<void>;
  } = {},
) {
  const batches: { notes: string[]; lanes: string[] }[] = [];
  const order: string[] = [];
  const troubles: string[] = [];
  const put: CommandRules<PutIn, undefined> = {
    type: 'PutIn',
    kind: 'request',
    keys: (body) => ({ tin: [body.tin] }),
    decide(draft, body) {
      const tin = draft.get(TINS, body.tin);
      if ((tin?.coins ?? 0) + body.coins < 0) return { reason: 'not_so_many', there: tin?.coins ?? 0 };
      if (body.note !== undefined && options.failing?.(body.note) === true) throw new Error('a broken decider');
      draft.change(TINS, { id: body.tin, coins: body.coins });
      draft.act({
        type: 'CoinsPutIn',
        version: 1,
        topic: 'tin',
        occurredAt: 0,
        businessDay: businessDay('2026-12-30'),
        body,
      });
      return undefined;
    },
  };
  /** A command that is read for before the queue, as a shipment is for its order. */
  const read: CommandRules<PutIn, undefined> = {
    ...put,
    type: 'PutInAfterReading',
    resolve: options.resolve ?? (async () => ({ value: undefined, keys: {} })),
  };
  const store = createMemoryStore({
    now: () => 1_798_632_000_000,
    fault: (moment, writes) => options.fault?.(moment, writes),
    ...(options.air === undefined ? {} : { air: options.air }),
    onWrites(writes) {
      batches.push({
        notes: writes.acts.map((act) => String(act.body.note)),
        lanes: writes.acts.map((act) => String(act.body.note).split(' ')[0] as string),
      });
      order.push(...writes.acts.map((act) => String(act.body.note)));
    },
  });
  /** A process over the house: the first one, or another one beside it. */
  const open = (): Committer =>
    createCommitter({
      store,
      rules: [put, read],
      react: () => undefined,
      ...(options.limits === undefined ? {} : { limits: options.limits }),
      onTrouble: (message) => troubles.push(message),
      pause: async () => undefined,
    });
  const committer = open();
  let n = 0;
  const submit = (body: PutIn, more: Partial<Submission> = {}, door: Committer = committer) =>
    door.submit({
      type: 'PutIn',
      key: `k${(n += 1)}`,
      principalId: 'p',
      lane: 'interactive',
      at: 0,
      body,
      ...more,
    });
  return {
    committer,
    open,
    store,
    submit,
    batches,
    order,
    troubles,
    coins: (tin: string) => (store.memory.books.get('tin')?.get(tin) as Tin | undefined)?.coins,
  };
}

describe('keys', () => {
  test('the same key and body get the first answer, at once and later; another body is told so', async () => {
    const { submit, coins } = openHouse();
    const body = { tin: 'a', coins: 1 };
    const [one, two] = await Promise.all([submit(body, { key: 'x' }), submit(body, { key: 'x' })]);
    const three = await submit(body, { key: 'x' });
    expect(
      [one, two, three].map((outcome) => outcome.kind === 'accepted' && [outcome.eventNumber, outcome.repeated]),
    ).toEqual([
      [1, false],
      [1, true],
      [1, true],
    ]);
    expect(await submit({ tin: 'a', coins: 2 }, { key: 'x' })).toEqual({ kind: 'key_reused' });
    expect(await submit(body, { key: 'x', principalId: 'another' })).toMatchObject({
      kind: 'accepted',
      eventNumber: 2,
    });
    expect(coins('a')).toBe(2);
  });

  test('a refusal is not stored: the same key is decided afresh', async () => {
    const { submit } = openHouse();
    expect(await submit({ tin: 'a', coins: -1 }, { key: 'x' })).toEqual({
      kind: 'refused',
      rejection: { reason: 'not_so_many', there: 0 },
    });
    await submit({ tin: 'a', coins: 1 });
    expect(await submit({ tin: 'a', coins: -1 }, { key: 'x' })).toMatchObject({ kind: 'accepted' });
  });

  test('a lost answer is settled by the key', async () => {
    let lost = 0;
    const { submit, coins } = openHouse({
      fault(moment) {
        if (moment === 'after_commit' && (lost += 1) === 1) throw new StoreFault(new Error('connection lost'));
      },
    });
    expect(await submit({ tin: 'a', coins: 1 })).toMatchObject({ kind: 'accepted', eventNumber: 1 });
    expect(coins('a')).toBe(1);
  });
});

describe('faults', () => {
  test('a refusal that was told stays, although the batch it was in is tried again', async () => {
    let reads = 0;
    const house = openHouse();
    await house.submit({ tin: 'a', coins: 1 }, { key: 'known' });
    const { store } = house;
    // The stored answer can not be read at first; meanwhile the tin is filled from elsewhere.
    const committer = createCommitter({
      store: {
        ...store,
        async acts(numbers) {
          if ((reads += 1) === 1) {
            store.memory.books.get('tin')?.set('b', { id: 'b', coins: 5, version: 1 });
            throw new StoreFault(new Error('gone'));
          }
          return store.acts(numbers);
        },
      },
      rules: [
        {
          type: 'PutIn',
          kind: 'request',
          keys: (body: PutIn) => ({ tin: [body.tin] }),
          decide(draft, body: PutIn) {
            if ((draft.get(TINS, body.tin)?.coins ?? 0) + body.coins < 0) return { reason: 'not_so_many' };
            draft.change(TINS, { id: body.tin, coins: body.coins });
            draft.act({
              type: 'CoinsPutIn',
              version: 1,
              topic: 'tin',
              occurredAt: 0,
              businessDay: businessDay('2026-12-30'),
              body,
            });
            return undefined;
          },
        } satisfies CommandRules<PutIn>,
      ],
      react: () => undefined,
      pause: async () => undefined,
    });
    const send = (body: PutIn, key: string) =>
      committer.submit({ type: 'PutIn', key, principalId: 'p', lane: 'interactive', at: 0, body });
    const [refused, known] = await Promise.all([
      send({ tin: 'b', coins: -1 }, 'new'),
      send({ tin: 'a', coins: 1 }, 'known'),
    ]);
    expect(refused).toMatchObject({ kind: 'refused' });
    expect(known).toMatchObject({ kind: 'accepted', repeated: true });
    expect(store.memory.books.get('tin')?.get('b')).toMatchObject({ coins: 5 });
  });

  test('when the database stays away the callers are told to come back, and nothing was written', async () => {
    const { submit, coins } = openHouse({
      fault() {
        throw new StoreFault(new Error('gone'));
      },
    });
    await expect(submit({ tin: 'a', coins: 1 })).rejects.toBeInstanceOf(Overloaded);
    expect(coins('a')).toBeUndefined();
  });

  test('a database that is away while a command is read for is waited out, too', async () => {
    let away = 2;
    const { submit } = openHouse({
      async resolve() {
        if ((away -= 1) >= 0) throw new StoreFault(new Error('gone'));
        return { value: undefined, keys: {} };
      },
    });
    expect(await submit({ tin: 'a', coins: 1 }, { type: 'PutInAfterReading' })).toMatchObject({ kind: 'accepted' });
    away = 100;
    await expect(submit({ tin: 'a', coins: 1 }, { type: 'PutInAfterReading' })).rejects.toBeInstanceOf(Overloaded);
  });

  test('a full queue says so', async () => {
    const { submit } = openHouse({ limits: { waiting: 2 } });
    const outcomes = await Promise.allSettled([1, 2, 3].map((coins) => submit({ tin: 'a', coins })));
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });

  test('a broken decider and a refused batch fail alone', async () => {
    const { submit, order, troubles } = openHouse({
      failing: (note) => note === 'broken',
      fault(moment, writes) {
        if (moment === 'before_commit' && writes.acts.some((act) => act.body.note === 'poison'))
          throw new Error('a CHECK refused it');
      },
    });
    const notes = ['one', 'broken', 'two', 'poison', 'three'];
    const outcomes = await Promise.allSettled(notes.map((note) => submit({ tin: note, coins: 1, note })));
    expect(outcomes.map((outcome) => outcome.status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(order).toEqual(['one', 'two', 'three']);
    expect(troubles).toEqual(['a batch of 5 failed and is retried one by one', 'PutIn failed']);
  });
});

test('bulk work gets at most a quarter of a batch while people wait, and all of it when nobody does', async () => {
  const { submit, batches } = openHouse({ limits: { batchCommands: 40 } });
  const send = (lane: 'interactive' | 'bulk', times: number) =>
    Array.from({ length: times }, (_, i) => submit({ tin: `${lane}${i}`, coins: 1, note: `${lane} ${i}` }, { lane }));
  await Promise.all([...send('bulk', 200), ...send('interactive', 90)]);
  const shares = batches.map(({ lanes }) => [lanes.filter((lane) => lane === 'bulk').length, lanes.length]);
  expect(shares.slice(0, 3)).toEqual([
    [10, 40],
    [10, 40],
    [10, 40],
  ]);
  expect(shares.at(3)).toEqual([40, 40]);
  for (const { lanes } of batches)
    if (lanes.includes('interactive')) expect(lanes.filter((lane) => lane === 'bulk').length).toBeLessThanOrEqual(10);
});

describe('commands of one source keep their order', () => {
  const inOrder = ['1', '2', '3', '4', '5', '6'];

  test('when one of them is read for again', async () => {
    let asked = 0;
    const { submit, order } = openHouse({
      // The first answer names a version that is not there any more, and reading takes its time.
      async resolve(body) {
        const stale = body.note === '2' && (asked += 1) === 1;
        await new Promise((done) => setTimeout(done, 3));
        return {
          value: undefined,
          keys: { tin: ['other'] },
          versions: stale ? [{ book: 'tin', key: 'other', version: 9 }] : [],
        };
      },
    });
    const later = inOrder.map((note) =>
      submit({ tin: 't', coins: 1, note }, { sourceId: 's', type: note === '2' ? 'PutInAfterReading' : 'PutIn' }),
    );
    await Promise.all(later);
    expect(order).toEqual(inOrder);
    expect(asked).toBe(2);
  });

  test('when more arrives while the first goes back', async () => {
    let reads = 0;
    let sent: Promise<unknown>[] = [];
    const house = openHouse({
      limits: { batchCommands: 2 },
      async resolve() {
        const stale = (reads += 1) === 1;
        await new Promise((done) => setTimeout(done, 2));
        return {
          value: undefined,
          keys: { tin: ['other'] },
          versions: stale ? [{ book: 'tin', key: 'other', version: 9 }] : [],
        };
      },
    });
    const send = (note: string, type = 'PutIn') => house.submit({ tin: 't', coins: 1, note }, { sourceId: 's', type });
    sent = [send('1', 'PutInAfterReading'), send('2'), send('3')];
    await new Promise((done) => setTimeout(done, 3));
    sent.push(send('4'), send('5', 'PutInAfterReading'), send('6'));
    await Promise.all(sent);
    expect(house.order).toEqual(inOrder);
  });

  test('after a batch that failed, also when one of them goes back then', async () => {
    let failures = 0;
    let reads = 0;
    const { submit, order } = openHouse({
      fault(moment) {
        if (moment === 'before_commit' && (failures += 1) === 1) throw new Error('a guard missed');
      },
      async resolve() {
        const stale = (reads += 1) <= 2;
        return {
          value: undefined,
          keys: { tin: ['other'] },
          versions: stale ? [{ book: 'tin', key: 'other', version: 9 }] : [],
        };
      },
    });
    const first = submit({ tin: 'x', coins: 1, note: 'elsewhere' });
    await Promise.all([
      first,
      ...inOrder.map((note) =>
        submit({ tin: 't', coins: 1, note }, { sourceId: 's', type: note === '3' ? 'PutInAfterReading' : 'PutIn' }),
      ),
    ]);
    expect(order.filter((note) => note !== 'elsewhere')).toEqual(inOrder);
  });

  test('whatever happens to them', async () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      let state = seed;
      const dice = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
      const { submit, order } = openHouse({
        limits: { batchCommands: 4 },
        air: async () => {
          for (let ticks = dice(6); ticks > 0; ticks -= 1) await Promise.resolve();
        },
        fault(moment) {
          if (moment === 'before_commit' && dice(5) === 0)
            throw dice(2) === 0 ? new StoreFault(new Error('gone')) : new Error('a guard missed');
        },
        async resolve() {
          if (dice(2) === 0) await new Promise((done) => setImmediate(done));
          return {
            value: undefined,
            keys: { tin: ['other'] },
            versions: dice(3) === 0 ? [{ book: 'tin', key: 'other', version: 9 }] : [],
          };
        },
      });
      const sent: Promise<string | undefined>[] = [];
      for (let i = 0; i < 24; i += 1) {
        const note = String(100 + i);
        const type = dice(3) === 0 ? 'PutInAfterReading' : 'PutIn';
        sent.push(
          submit({ tin: `t${dice(3)}`, coins: 1, note }, { sourceId: 's', lane: 'bulk', type }).then(
            () => note,
            () => undefined,
          ),
        );
        if (dice(3) === 0) await new Promise((done) => setImmediate(done));
      }
      const accepted = (await Promise.all(sent)).filter((note) => note !== undefined);
      expect(order, `seed ${seed}`).toEqual(accepted);
    }
  });
});

describe('a batch behind another', () => {
  /** A house whose batches stay on their way until they are let down, with one command a batch. */
  function openSlowHouse(options: Parameters<typeof openHouse>[0] = {}) {
    const up: (() => void)[] = [];
    const house = openHouse({
      limits: { batchCommands: 1 },
      ...options,
      air: () => new Promise((down) => up.push(down)),
    });
    const turn = () => new Promise((done) => setTimeout(done, 2));
    return {
      ...house,
      turn,
      /** Lets the batch that is on its way arrive. */
      land: async () => {
        await turn();
        up.shift()?.();
        await turn();
      },
    };
  }

  test('is decided on what the first leaves, and written when that is', async () => {
    const { submit, land, order, coins } = openSlowHouse();
    const both = [submit({ tin: 'a', coins: 1, note: 'first' }), submit({ tin: 'a', coins: -1, note: 'second' })];
    await land();
    expect(order).toEqual(['first']);
    await land();
    expect(await Promise.all(both)).toMatchObject([
      { kind: 'accepted', eventNumber: 1 },
      { kind: 'accepted', eventNumber: 2 },
    ]);
    expect(coins('a')).toBe(0);
  });

  test('tells nobody a no that rests on a batch that failed', async () => {
    let fails = true;
    const { submit, land, coins } = openSlowHouse({
      fault(moment, writes) {
        if (fails && moment === 'before_commit' && writes.acts[0]?.body.note === 'first') throw new Error('a CHECK');
      },
    });
    const filled = submit({ tin: 'a', coins: 1 });
    await land();
    await filled;
    const first = submit({ tin: 'a', coins: -1, note: 'first' });
    const second = submit({ tin: 'a', coins: -1, note: 'second' });
    const told: string[] = [];
    void second.then((outcome) => told.push(outcome.kind));
    const failed = Promise.allSettled([first]);
    await land();
    expect(await failed).toMatchObject([{ status: 'rejected', reason: { message: 'a CHECK' } }]);
    expect(told).toEqual([]);
    fails = false;
    await land();
    expect(await second).toMatchObject({ kind: 'accepted' });
    expect(coins('a')).toBe(0);
  });

  test('is decided again when somebody else came between, also when the numbers happen to agree', async () => {
    for (const numbersAgree of [false, true]) {
      const house = openSlowHouse({
        fault(moment, writes) {
          if (moment !== 'before_commit' || writes.acts[0]?.body.note !== 'first' || came) return;
          came = true;
          // Another process takes the coin: instead of the first batch, or beside it.
          const { memory } = house.store;
          memory.books.get('tin')?.set('a', { id: 'a', coins: 1, version: 9 });
          memory.batchId = 'somebody else';
          memory.eventNumber += 1;
          if (numbersAgree) throw new StoreFault(new Error('gone'));
        },
      });
      let came = false;
      const filled = house.submit({ tin: 'a', coins: 2 });
      await house.land();
      await filled;
      const first = house.submit({ tin: 'b', coins: 1, note: 'first' });
      const second = house.submit({ tin: 'a', coins: -2, note: 'second' });
      for (let batch = 0; batch < 4; batch += 1) await house.land();
      expect(await first).toMatchObject({ kind: 'accepted' });
      expect(await second).toEqual({ kind: 'refused', rejection: { reason: 'not_so_many', there: 1 } });
    }
  });

  test('stands when only the answer of the first was lost', async () => {
    let lost = 0;
    const { submit, land, order, coins } = openSlowHouse({
      fault(moment, writes) {
        if (moment === 'after_commit' && writes.acts[0]?.body.note === 'first' && (lost += 1) === 1)
          throw new StoreFault(new Error('connection lost'));
      },
    });
    const both = [submit({ tin: 'a', coins: 1, note: 'first' }), submit({ tin: 'a', coins: 1, note: 'second' })];
    for (let batch = 0; batch < 3; batch += 1) await land();
    expect(await Promise.all(both)).toMatchObject([
      { kind: 'accepted', eventNumber: 1, repeated: true },
      { kind: 'accepted', eventNumber: 2, repeated: false },
    ]);
    expect(order).toEqual(['first', 'second']);
    expect(coins('a')).toBe(2);
  });

  test('gives away no coin twice and loses none, with two processes, faults and repeats', async () => {
    let overtaken = 0;
    for (let seed = 1; seed <= 60; seed += 1) {
      let state = seed;
      const dice = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
      const house = openHouse({
        limits: { batchCommands: 5 },
        air: async () => {
          for (let ticks = dice(8); ticks > 0; ticks -= 1) await Promise.resolve();
        },
        fault(moment) {
          if (dice(8) === 0) throw dice(2) === 0 ? new StoreFault(new Error('gone')) : new Error(moment);
        },
      });
      const doors = [house.committer, house.open()];
      const run = house.store.run.bind(house.store);
      house.store.run = (needs, decide, ahead) =>
        run(needs, decide, ahead).catch((error: unknown) => {
          if (error instanceof Overtaken) overtaken += 1;
          throw error;
        });
      const sent: Promise<unknown>[] = [];
      const accepted = new Map<string, number>();
      for (let i = 0; i < 80; i += 1) {
        const body = { tin: `t${dice(3)}`, coins: dice(5) - 2, note: `n${i}` };
        for (let times = 1 + Number(dice(4) === 0); times > 0; times -= 1) {
          sent.push(
            house.submit(body, { key: `key ${i}` }, doors[dice(2)]).then(
              (outcome) => {
                if (outcome.kind !== 'accepted') return undefined;
                expect(accepted.get(body.note) ?? outcome.eventNumber).toBe(outcome.eventNumber);
                return accepted.set(body.note, outcome.eventNumber);
              },
              () => undefined,
            ),
          );
        }
        if (dice(4) === 0) await new Promise((done) => setImmediate(done));
      }
      await Promise.all(sent);
      const { acts } = house.store.memory;
      const sums = new Map<string, number>();
      acts.forEach((act, at) => {
        const { tin, coins, note } = act.body as PutIn & { note: string };
        expect(act.number, `seed ${seed}`).toBe(at + 1);
        const sum = (sums.get(tin) ?? 0) + coins;
        expect(sum, `seed ${seed}`).toBeGreaterThanOrEqual(0);
        sums.set(tin, sum);
        if (accepted.has(note)) expect(accepted.get(note), `seed ${seed}`).toBe(act.number);
      });
      expect(new Set(acts.map((act) => act.body.note)).size, `seed ${seed}`).toBe(acts.length);
      for (const [tin, sum] of sums) expect(house.coins(tin), `seed ${seed}`).toBe(sum);
      for (const note of accepted.keys()) expect(acts.some((act) => act.body.note === note)).toBe(true);
    }
    expect(overtaken).toBeGreaterThan(5);
  });
});

test('a preview decides and writes nothing', async () => {
  const { committer, coins, submit } = openHouse();
  await submit({ tin: 'a', coins: 3 });
  const preview = (take: number) =>
    committer.preview({
      type: 'PutIn',
      key: 'p',
      principalId: 'p',
      lane: 'interactive',
      at: 0,
      body: { tin: 'a', coins: -take },
    });
  expect(await preview(3)).toMatchObject({ kind: 'accepted' });
  expect(await preview(4)).toMatchObject({ kind: 'refused' });
  expect(coins('a')).toBe(3);
});

test('the answer to a key is found again, also when the database is away for a moment', async () => {
  const { committer, store, submit } = openHouse();
  const submission = { type: 'PutIn', key: 'x', principalId: 'p', lane: 'interactive', at: 0 } as const;
  await submit({ tin: 'a', coins: 1 }, { key: 'x' });
  expect(await committer.findAnswer({ ...submission, body: { tin: 'a', coins: 1 } })).toMatchObject({
    kind: 'accepted',
    repeated: true,
  });
  expect(await committer.findAnswer({ ...submission, body: { tin: 'a', coins: 2 } })).toEqual({ kind: 'key_reused' });
  expect(await committer.findAnswer({ ...submission, key: 'y', body: {} })).toBeUndefined();
  let away = 2;
  const shaky = createCommitter({
    store: {
      ...store,
      run: async (needs, decide, ahead) => {
        if ((away -= 1) >= 0) throw new StoreFault(new Error('gone'));
        return store.run(needs, decide, ahead);
      },
    },
    rules: [],
    react: () => undefined,
    pause: async () => undefined,
  });
  expect(await shaky.findAnswer({ ...submission, body: { tin: 'a', coins: 1 } })).toMatchObject({ repeated: true });
  away = 100;
  await expect(shaky.findAnswer({ ...submission, body: {} })).rejects.toBeInstanceOf(Overloaded);
});

test('who waited too long is told to come back, bulk work waits on', async () => {
  const { submit, order } = openHouse({ limits: { patienceMs: -1 } });
  await expect(submit({ tin: 'a', coins: 1, note: 'late' })).rejects.toThrow('waited too long');
  expect(await submit({ tin: 'a', coins: 1, note: 'bulk' }, { lane: 'bulk' })).toMatchObject({ kind: 'accepted' });
  expect(order).toEqual(['bulk']);
});
