import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTransaction } from '../../../platform/db/pool.ts';
import { SAMPLES, WAYS_IN } from './operations.ts';
import { openApiWorld, type ApiWorld } from './world.ts';

/** An event as the log has it. */
type Logged = {
  readonly number: number;
  readonly type: string;
  readonly topic: string;
  readonly actor_id: string | null;
  readonly origin_kind: string | null;
  readonly principal_id: string | null;
  readonly body: Readonly<Record<string, unknown>>;
};

/** Topics of what has happened. A sale, a movement, a posting were not there before; what they were made of stands in the books, row by row. */
const FACTS = new Set(['order', 'stock', 'journal', 'payment', 'security']);

/** Events about what is kept of somebody or something that tell no before or after, and why. */
const WITHOUT_BEFORE: Readonly<Record<string, string>> = {
  FactQuarantined: 'a fact: it is kept word for word',
  CustomerErased: 'what was before is what was erased',
  PersonErased: 'what was before is what was erased',
  PersonalDataExported: 'nothing was changed',
  SandboxReset: 'the copy of the demo is made anew as a whole',
  PriceChangeFilled: 'rows of a draft: nothing holds before it is confirmed, and the preview shows old and new',
  PriceChangeStaged: 'rows of a confirmed change on their way; the change says from when they hold',
  PriceCeilingsInForce: 'wakes those who keep prices; what changed stands in PriceCeilingsSet',
  GiftCardsIssued: 'a posting: the entries of each card say what was on it and what is',
  RewardGranted: 'a posting: the entries of the account say what was on it and what is',
  PointsGranted: 'a posting: the entries of the account say what was on it and what is',
  PointsExchanged: 'a posting: the entries of both accounts say what was on them and what is',
  RewardsExpired: 'a posting: the entries of each account say what was on it and what is',
};

/** Operations that leave no event, and why. */
const WITHOUT_EVENT: Readonly<Record<string, string>> = {
  taxBasket: 'says what a basket would be taxed and keeps nothing',
  forecastOffers: 'says how often a rule would have granted and keeps nothing',
  tryPromotions: 'says what a basket would cost and keeps nothing',
  previewEarning: 'says what a sale would earn and keeps nothing',
  lookUpGiftCard: 'reads; it is a POST so that no code stands in an address',
  putImportPart: 'a part of a file is nothing until its import is checked, which is an event',
  pushFacts: 'what could not be read waits in quarantine word for word; what was taken in is an event',
};

let world: ApiWorld;
let setUp: readonly Logged[];
const walked = new Map<string, readonly Logged[]>();

async function since(number: number): Promise<Logged[]> {
  const { pool, schema } = world.database;
  return withTransaction(pool, { schema, readOnly: true }, async ({ client }) => {
    const { rows } = await client.query<Logged>(
      `select e.number, e.type, e.topic, e.actor_id, e.body, o.kind as origin_kind, o.principal_id
       from platform_event e left join platform_origin o on o.id = e.origin_id where e.number > $1 order by e.number`,
      [number],
    );
    return rows;
  });
}

beforeAll(async () => {
  world = await openApiWorld();
  const { security } = world.business.audit;
  await security.flush();
  setUp = await since(0);
  let last = setUp.at(-1)?.number ?? 0;
  for (const { method, operationId } of world.api.routeTable) {
    if (method === 'GET' || WAYS_IN.includes(operationId)) continue;
    const sample = SAMPLES[operationId]?.(world, world.places.here) ?? { path: '' };
    const body = sample.body === undefined ? {} : { body: sample.body };
    const answer = await world.send(method, sample.path, { token: world.owner.token, ...body });
    if (answer.status >= 300) throw new Error(`${operationId}: ${answer.status} ${answer.text}`);
    await security.flush();
    const events = await since(last);
    last = events.at(-1)?.number ?? last;
    walked.set(operationId, events);
  }
}, 120_000);
afterAll(() => world.close());

const told = (events: readonly Logged[]): string[] => events.map(({ type, body }) => `${type} ${JSON.stringify(body)}`);

describe('every write', () => {
  it('leaves an event, or is known to leave none', () => {
    const silent = [...walked].filter(([, events]) => events.length === 0).map(([operation]) => operation);
    expect(silent.toSorted()).toEqual(Object.keys(WITHOUT_EVENT).toSorted());
    expect(walked.size).toBeGreaterThan(70);
  });

  it('says who did it and from where', () => {
    const all = [...setUp, ...[...walked.values()].flat()];
    expect(told(all.filter(({ actor_id, origin_kind }) => actor_id === null || origin_kind === null))).toEqual([]);
    expect(all.length).toBeGreaterThan(100);
    // What the owner asked for came from the owner's session, not from the program that wrote it.
    const owners = world.people.filter(({ id }) => id === world.owner.id);
    expect(owners).toHaveLength(1);
    const asked = [...walked].filter(([operation]) => !['pairDevice', 'signInAtRegister'].includes(operation));
    const elsewhere = asked.flatMap(([, events]) => events.filter(({ origin_kind }) => origin_kind !== 'session'));
    expect(told(elsewhere)).toEqual([]);
  });

  it('of what is kept says what it was and what it is', () => {
    const kept = [...setUp, ...[...walked.values()].flat()].filter(
      ({ topic, type }) => !FACTS.has(topic) && !(type in WITHOUT_BEFORE),
    );
    const hasBoth = (one: unknown): boolean =>
      typeof one === 'object' && one !== null && 'before' in one && 'after' in one;
    const tells = ({ body }: Logged): boolean => {
      const { changes } = body;
      return hasBoth(body) || (Array.isArray(changes) && changes.length > 0 && changes.every(hasBoth));
    };
    expect(told(kept.filter((event) => !tells(event)))).toEqual([]);
    expect(kept.length).toBeGreaterThan(50);
    // The sample of a move leaves a category at the top; the others change something.
    const same = kept.filter(({ body }) => 'before' in body && isDeepStrictEqual(body['before'], body['after']));
    expect(same.map(({ type }) => type)).toEqual(['CategoryMoved']);
  });

  it('tells no secret and nothing of a person', () => {
    const text = JSON.stringify([...setUp, ...[...walked.values()].flat()]);
    const secrets = [
      world.pairingCode,
      world.ownerBadge,
      ...Object.values(world.places).map(({ registerSecret }) => registerSecret),
    ];
    const personal = ['rui@example.org', 'Rui Prado', '+351', 'Rua 1', 'zoe@example.org', 'comer@example.org', 'ines@'];
    expect([...secrets, ...personal, 'Idempotency', world.owner.token].filter((one) => text.includes(one))).toEqual([]);
  });
});
