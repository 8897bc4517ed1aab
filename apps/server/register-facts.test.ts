import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testPrincipal } from '../../platform/http/testing.ts';
import { mintUuidv7 } from '../../src/kernel/ids.ts';
import { macOf, type FactEnvelope } from '../../src/orders/server/register-facts.ts';
import {
  IDS,
  matching,
  openOrderWorld,
  ORDER_NOW,
  REGISTER_SECRET,
  text,
  type Client,
  type OrderWorld,
  type Told,
} from './order-testing.ts';

let world: OrderWorld;
let owner: Client;
beforeAll(async () => {
  world = await openOrderWorld();
  owner = world.as(world.owner);
});
afterAll(() => world.close());

let minted = 0;
const id = (prefix: string): string => text(prefix, mintUuidv7(ORDER_NOW, (minted += 1), 99));

/** A till that writes facts as tills do: numbered, chained, signed. */
function till(registerId: string, secret = REGISTER_SECRET) {
  let counter = 0;
  let previous = '';
  let number = 0;
  const write = (payload: string): FactEnvelope => {
    counter += 1;
    const bare = { counter, previous, payload };
    const envelope = { ...bare, mac: macOf(secret, bare) };
    previous = envelope.mac;
    return envelope;
  };
  return {
    write,
    sell: (more: object = {}, line: object = {}): FactEnvelope => {
      number += 1;
      return write(
        JSON.stringify({
          type: 'sale',
          version: 1,
          orderId: id('ord'),
          occurredAt: '2026-11-21T17:30:00Z',
          businessDay: '2026-11-21',
          channelId: text('chn', IDS.counter),
          currency: 'GBP',
          taxInclusive: true,
          document: { fiscalYear: 2026, number },
          lines: [
            {
              skuId: text('sku', IDS.mug),
              kind: 'goods',
              description: 'Mug',
              quantity: 1,
              unitAmount: 990,
              unitScale: 0,
              unitPer: 1,
              taxPpm: 200_000,
              netMinor: 825,
              taxMinor: 165,
              grossMinor: 990,
              ...line,
            },
          ],
          tenders: [{ paymentId: id('pay'), method: 'cash', amountMinor: 990, reference: '' }],
          ...more,
        }),
      );
    },
    push: async (facts: readonly unknown[]): Promise<readonly Told[]> => {
      const answer = await owner.post(`/registers/${text('reg', registerId)}/facts`, { facts });
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      return answer.body.answers;
    },
  };
}

async function newRegister(): Promise<string> {
  const registerId = mintUuidv7(ORDER_NOW, (minted += 1), 98);
  await world.rows(
    `insert into company_register (id, location_id, code, name, fact_secret) values ('${registerId}', '${IDS.store}', 'X${minted}', 'Till', '${REGISTER_SECRET}')`,
  );
  await world.company.reload();
  return registerId;
}

describe('facts of a register', () => {
  it('are taken at the prices, days and numbers they were sold with, although nothing is on the shelf', async () => {
    const { push, sell } = till(IDS.register);
    const facts = [sell(), sell()];
    const answers = await push(facts);
    expect(answers).toMatchObject([
      { counter: 1, status: 'accepted', document: 'R-LON-T1-2026-000001' },
      { counter: 2, status: 'accepted', document: 'R-LON-T1-2026-000002' },
    ]);
    expect((answers[1]?.eventNumber ?? 0) > (answers[0]?.eventNumber ?? 0)).toBe(true);
    expect(
      await world.rows(
        `select gross_minor, business_day, register_id from order_header where kind = 'till_sale' limit 1`,
      ),
    ).toEqual([{ gross_minor: 990, business_day: '2026-11-21', register_id: IDS.register }]);
    expect(
      await world.rows(
        `select shortfall from stock_level where sku_id = '${IDS.mug}' and location_id = '${IDS.store}'`,
      ),
    ).toEqual([{ shortfall: 2 }]);

    expect(await push(facts)).toMatchObject([
      { status: 'repeated', document: 'R-LON-T1-2026-000001' },
      { status: 'repeated', document: 'R-LON-T1-2026-000002' },
    ]);
    await world.rows('delete from platform_key');
    expect(await push(facts)).toMatchObject([
      { status: 'repeated', document: 'R-LON-T1-2026-000001' },
      { status: 'repeated' },
    ]);
  });

  it('go on after a malformed, a forged, an old and a broken one, each kept with its number', async () => {
    const registerId = await newRegister();
    const { push, sell, write } = till(registerId);
    const first = sell();
    const malformed = write('{"type":"sale","version":1}');
    const third = sell();
    const forged = { ...sell(), payload: '{"type":"sale","version":1,"lines":[]}' };
    const fifth = sell();
    const old = write('{"type":"sale","version":0}');
    // The number of the first receipt once more: the books refuse it, whatever it says.
    const broken = sell({ document: { fiscalYear: 2026, number: 1 } });
    const unknownSku = sell({}, { skuId: text('sku', randomUUID()) });
    const strange = { ...sell(), counter: 'nine' };
    const last = sell();
    const facts = [first, malformed, third, forged, fifth, old, broken, unknownSku, strange, last];
    const answers = await push(facts);
    expect(answers).toMatchObject([
      { counter: 1, status: 'accepted' },
      { counter: 2, status: 'quarantined', reason: 'malformed' },
      { counter: 3, status: 'accepted', document: matching(/-000002$/) },
      { counter: 4, status: 'quarantined', reason: 'forged' },
      // The forged one's receipt has number 3: it stays its own.
      { counter: 5, status: 'accepted', document: matching(/-000004$/) },
      { counter: 6, status: 'quarantined', reason: 'unknown_version' },
      { counter: 7, status: 'quarantined', reason: 'broken' },
      { counter: 8, status: 'quarantined', reason: 'broken' },
      { counter: 9, status: 'quarantined', reason: 'malformed' },
      { counter: 10, status: 'accepted', document: matching(/-000008$/) },
    ]);
    const again = await push(facts);
    expect(again.map((one) => one.status)).toEqual(
      answers.map((one) => (one.status === 'accepted' ? 'repeated' : one.status)),
    );
    expect(again.map((one) => [one.eventNumber, one.quarantineId])).toEqual(
      answers.map((one) => [one.eventNumber, one.quarantineId]),
    );
    expect(await world.rows(`select last_counter from platform_source where source_id = '${registerId}'`)).toEqual([
      { last_counter: 10 },
    ]);

    const listed = (await owner.get('/quarantine')).body.items;
    const own = listed.filter((one) => one.sourceId === text('reg', registerId));
    expect(own.map((one) => one.counter)).toEqual([9, 8, 7, 6, 4, 2]);
    expect(JSON.parse(own.at(-1)?.raw ?? '')).toEqual(malformed);
  });

  it('wait for the one that is missing', async () => {
    const { push, sell } = till(await newRegister());
    const [one, two, three] = [sell(), sell(), sell()];
    expect(await push([one, three])).toMatchObject([
      { status: 'accepted' },
      { counter: 3, status: 'waiting', expected: 2 },
    ]);
    expect(await push([two, three])).toMatchObject([{ status: 'accepted' }, { status: 'accepted' }]);
  });

  it('are not believed when they do not follow the one before', async () => {
    const { push, sell, write } = till(await newRegister());
    await push([sell()]);
    const bare = { counter: 2, previous: 'another', payload: '{}' };
    expect(await push([{ ...bare, mac: macOf(REGISTER_SECRET, bare) }])).toMatchObject([
      { status: 'quarantined', reason: 'forged' },
    ]);
    write('{}');
    // What follows a fact that was not believed is its register's own and goes on.
    expect(await push([sell()])).toMatchObject([{ counter: 3, status: 'accepted' }]);
  });

  it('of a register that was set up from an old copy are kept beside those it told before', async () => {
    const registerId = await newRegister();
    const before = till(registerId);
    await before.push([before.sell(), before.sell()]);
    const copy = till(registerId);
    copy.sell();
    const second = copy.sell();
    const answers = await copy.push([second]);
    expect(answers).toMatchObject([{ counter: 2, status: 'quarantined', reason: 'broken' }]);
    expect(await copy.push([second])).toMatchObject([
      { counter: 2, status: 'quarantined', quarantineId: answers[0]?.quarantineId },
    ]);
    expect(
      await world.rows(`select count(*)::int as n from platform_quarantine where source_id = '${registerId}'`),
    ).toEqual([{ n: 1 }]);
  });

  it('come once when the same backlog is pushed three times at once', async () => {
    const registerId = await newRegister();
    const { push, sell } = till(registerId);
    const facts = Array.from({ length: 60 }, () => sell());
    const answers = await Promise.all([push(facts), push(facts), push(facts)]);
    for (const one of answers)
      expect(one.every(({ status }) => status === 'accepted' || status === 'repeated')).toBe(true);
    expect(await world.rows(`select count(*)::int as n from order_header where register_id = '${registerId}'`)).toEqual(
      [{ n: 60 }],
    );
  });

  it('with bundles move their parts and sum to what the receipt says', async () => {
    const registerId = await newRegister();
    const { push, sell } = till(registerId);
    await push([
      sell(
        {},
        {
          skuId: text('sku', IDS.box),
          kind: 'bundle',
          description: 'Box',
          quantity: 2,
          unitAmount: 1999,
          netMinor: 3332,
          taxMinor: 666,
          grossMinor: 3998,
        },
      ),
    ]);
    const lines = await world.rows<{ quantity: number; net_minor: number; tax_minor: number }>(
      `select l.quantity, l.net_minor, l.tax_minor from order_line l join order_header o on o.id = l.order_id where o.register_id = '${registerId}' order by line`,
    );
    expect(lines.map((line) => line.quantity)).toEqual([2, 4]);
    expect(lines.reduce((sum, line) => sum + line.net_minor, 0)).toBe(3332);
    expect(lines.reduce((sum, line) => sum + line.tax_minor, 0)).toBe(666);
  });

  it('are malformed as a request, of no register, or not allowed', async () => {
    const url = `/registers/${text('reg', IDS.register)}/facts`;
    expect((await owner.post(url, { facts: [] })).status).toBe(400);
    expect((await owner.post(url, { facts: Array.from({ length: 501 }, () => 1) })).status).toBe(400);
    expect((await owner.post(`/registers/${text('reg', randomUUID())}/facts`, { facts: [1] })).status).toBe(404);
    expect((await world.as(testPrincipal(['till:sell'])).post(url, { facts: [1] })).status).toBe(403);
    expect((await world.as(undefined).post(url, { facts: [1] })).status).toBe(401);
    const elsewhere = testPrincipal('all', { entityIds: [IDS.de], locationIds: [] });
    expect((await world.as(elsewhere).post(url, { facts: [1] })).status).toBe(404);
  });
});

describe('the quarantine', () => {
  it('is looked through and settled by a person, once', async () => {
    const registerId = await newRegister();
    const { push, write } = till(registerId);
    const [kept] = await push([write('nonsense')]);
    const url = `/quarantine/${kept?.quarantineId}/resolution`;
    const key = randomUUID();
    expect(
      (await world.as(testPrincipal(['quarantine:read'])).post(url, { resolution: 'entered by hand' })).status,
    ).toBe(403);
    expect(
      (await world.as(testPrincipal('all', { entityIds: [IDS.de], locationIds: [] })).post(url, { resolution: 'x' }))
        .status,
    ).toBe(404);
    expect((await owner.post(url, {})).status).toBe(400);
    expect(await owner.post(url, { resolution: 'entered by hand' }, { key })).toMatchObject({
      status: 201,
      body: { id: kept?.quarantineId },
    });
    expect(await owner.post(url, { resolution: 'entered by hand' }, { key })).toMatchObject({ status: 201 });
    expect(await owner.post(url, { resolution: 'again' })).toMatchObject({
      status: 409,
      body: { reason: 'resolved_before' },
    });
    expect((await owner.post(`/quarantine/${text('qrn', randomUUID())}/resolution`, { resolution: 'x' })).status).toBe(
      404,
    );
    const open = (await owner.get('/quarantine')).body.items;
    expect(open.some((one) => one.id === kept?.quarantineId)).toBe(false);
    expect((await owner.get('/quarantine?resolved=true')).body.items[0]).toMatchObject({
      id: kept?.quarantineId,
      resolution: 'entered by hand',
      resolvedBy: text('per', world.owner.id),
    });
    expect(
      (await world.as(testPrincipal(['quarantine:read'], { entityIds: [IDS.de], locationIds: [] })).get('/quarantine'))
        .body.items,
    ).toEqual([]);
  });
});
