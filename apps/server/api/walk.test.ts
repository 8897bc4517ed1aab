/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access, typescript/no-unsafe-argument -- answers are looked into as they came */
import { afterAll, expect, it } from 'vitest';
import { decodeId, isUuid } from '../../../src/kernel/ids.ts';
import { BUILT_IN_ROLES } from '../../../src/staff/role.ts';
import type { RouteRow } from '../../../platform/http/route.ts';
import { addressOf, SAMPLES, WAYS_IN, WITHOUT_KEY } from './operations.ts';
import { openApiWorld, type Answer, type PlaceName, type WorldPerson, type WorldPlace } from './world.ts';

const world = await openApiWorld();
afterAll(() => world.close());

const rows = world.api.routeTable;
const PLACES: readonly PlaceName[] = ['here', 'there', 'abroad'];

/** Whether a person's role holds at a place: for the place's goods, for its legal entity as a whole, for some of that entity. */
function reaches({ reach }: WorldPerson, at: PlaceName): { place: boolean; entity: boolean; partOfEntity: boolean } {
  if (reach === 'company') return { place: true, entity: true, partOfEntity: true };
  const mine = at !== 'abroad';
  return reach === 'entity'
    ? { place: mine, entity: mine, partOfEntity: mine }
    : { place: at === 'here', entity: false, partOfEntity: mine };
}

/** Lists that are asked for one place or entity, and refuse those whose grants reach nothing of it. */
const ASKED_FOR_PLACE = ['listStock', 'listJournal'];
const ASKED_FOR_ENTITY = ['getProfitAndLoss'];

/** What the tables of roles and routes say, worked out without the code that checks it. */
function mayPass(person: WorldPerson, row: RouteRow, at: PlaceName): boolean {
  const { permission } = row;
  if (permission === 'public' || permission === 'signed_in') return true;
  if (permission === 'with_key') return false;
  const role = BUILT_IN_ROLES.find(({ code }) => code === person.role);
  if (!role?.permissions.some((one) => one === permission)) return false;
  const reached = reaches(person, at);
  if (row.scope === 'location' || ASKED_FOR_PLACE.includes(row.operationId)) return reached.place;
  if (row.scope === 'entity') return reached.entity;
  if (ASKED_FOR_ENTITY.includes(row.operationId)) return reached.partOfEntity;
  return row.scope === 'any' || row.method === 'GET' || person.reach === 'company';
}

/** How somebody is refused: things at places that they have nothing to do with are not there; what their role does not allow at all is forbidden. */
function refusalOf({ role: code }: WorldPerson, { permission, scope, url }: RouteRow): 403 | 404 {
  const role = BUILT_IN_ROLES.find((each) => each.code === code);
  const holds = role?.permissions.some((one) => one === permission) === true;
  return holds && (scope === 'location' || scope === 'entity') && url.includes('/:') ? 404 : 403;
}

/** Whether an answer may differ by place. */
function knowsPlaces(row: RouteRow): boolean {
  return (
    ['location', 'entity'].includes(row.scope) || [...ASKED_FOR_PLACE, ...ASKED_FOR_ENTITY].includes(row.operationId)
  );
}

/** Every id that belongs to a place the person has nothing to do with, as outside and as inside. */
function secretsFor(person: WorldPerson): string[] {
  return PLACES.filter((name) => !reaches(person, name).place).flatMap((name) =>
    idsOf(world.places[name], reaches(person, name).partOfEntity),
  );
}

function idsOf({ currency: _, registerSecret: __, entityId, ...ids }: WorldPlace, knowsEntity: boolean): string[] {
  const texts = [...Object.values(ids), ...(knowsEntity ? [] : [entityId])];
  return [...texts, ...texts.map((text) => decodeId(text.slice(0, 3), text) ?? '').filter(isUuid)];
}

async function ask(
  person: WorldPerson | undefined,
  row: RouteRow,
  at: PlaceName,
  key?: null,
): Promise<Answer & { asked: string }> {
  const sample = (SAMPLES[row.operationId] as NonNullable<(typeof SAMPLES)[string]>)(world, world.places[at]);
  const path = addressOf(sample, row.preview && key === undefined);
  const body = sample.body === undefined ? {} : { body: sample.body };
  const answer = await world.send(row.method, path, {
    ...(person === undefined ? {} : { token: person.token }),
    ...body,
    ...(key === undefined ? {} : { key }),
  });
  return { ...answer, asked: `${path} ${JSON.stringify(sample.body)}` };
}

/** Runs the work a few at a time: so many connections that the server is busy, so few that nothing waits for long. */
async function sixAtATime(work: readonly (() => Promise<void>)[]): Promise<void> {
  const rest = work.values();
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      for (const each of rest) await each();
    }),
  );
}

it('has a sample of every route, and no sample of a route that is gone', () => {
  expect(Object.keys(SAMPLES).toSorted()).toEqual(rows.map((row) => row.operationId).toSorted());
});

it('lets nobody past the table of routes: what is not in it is public and known', () => {
  const listed = new Set(rows.map(({ method, url }) => `${method} ${url}`));
  const paths = Object.entries(world.api.swagger().paths ?? {}).flatMap(([url, operations]) =>
    Object.keys(operations ?? {}).map((method) => `${method.toUpperCase()} ${url.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  );
  expect(paths.filter((path) => !listed.has(path))).toEqual([]);
  const open = rows
    .filter(({ permission }) => permission === 'public' || permission === 'signed_in')
    .map((row) => `${row.permission} ${row.operationId}`);
  expect(open.toSorted()).toEqual([
    'public acceptInvitation',
    'public askForPasswordReset',
    'public getHealth',
    'public getMedia',
    'public getReady',
    'public getWaysIn',
    'public lookAtInvitation',
    'public pairDevice',
    'public resetPassword',
    'public signIn',
    'public signInWithCode',
    'public signInWithCompany',
    'public signInWithPasskey',
    'public startCompanySignIn',
    'public startPasskeySignIn',
    'signed_in addPasskey',
    'signed_in changePassword',
    'signed_in confirmIdentity',
    'signed_in decideApproval',
    'signed_in endOtherSessions',
    'signed_in endOwnSession',
    'signed_in explainOwnPermissions',
    'signed_in getAccount',
    'signed_in getSession',
    'signed_in listApprovals',
    'signed_in listOwnSessions',
    'signed_in makeRecoveryCodes',
    'signed_in removePasskey',
    'signed_in renamePasskey',
    'signed_in signOut',
    'signed_in startCodes',
    'signed_in startConfirmation',
    'signed_in startPasskey',
    'signed_in turnOffCodes',
    'signed_in turnOnCodes',
  ]);
  expect(
    rows
      .filter((row) => row.method !== 'GET' && !row.idempotent)
      .map((row) => row.operationId)
      .toSorted(),
  ).toEqual(WITHOUT_KEY.toSorted());
});

it(
  'answers everybody at every place exactly as their role says, and tells nobody what is elsewhere',
  { timeout: 120_000 },
  async () => {
    const before = await world.lastEvent();
    const wrong: string[] = [];
    const owner = world.people.find(({ id }) => id === world.owner.id);
    let walked = 0;
    let refused = 0;
    // A pairing code works once; it has a test of its own.
    const walkable = rows.filter(
      ({ operationId }) => ![...WAYS_IN, 'pairDevice', 'decideApproval'].includes(operationId),
    );
    const work = walkable.flatMap((row) =>
      world.people.flatMap((person) =>
        (knowsPlaces(row) ? PLACES : (['here'] as const)).map((at) => async () => {
          const { status, type, text, asked } = await ask(person, row, at);
          const may = mayPass(person, row, at);
          walked += 1;
          if (!may) refused += 1;
          const who = `${person.role} of ${person.reach}, ${row.method} ${asked}: ${status}`;
          if (
            may
              ? status >= 500 || status === 401 || status === 403 || status === 400
              : status !== refusalOf(person, row)
          )
            wrong.push(`${who}, ${may ? 'allowed' : 'not allowed'}; ${text.slice(0, 300)}`);
          if (may && person === owner && at === 'here' && status >= 300 && row.operationId !== 'getMedia')
            wrong.push(`${who}, although the sample is one that fits: ${text.slice(0, 300)}`);
          if (status >= 400 && !type.startsWith('application/problem+json')) wrong.push(`${who} is ${type}`);
          // Prices and the assortment belong to no place: whoever may read them reads all channels.
          const secrets = row.scope === 'none' ? [] : secretsFor(person).filter((secret) => !asked.includes(secret));
          const told = [...secrets, ...PLACES.map((name) => world.places[name].registerSecret)].filter((secret) =>
            text.includes(secret),
          );
          if (told.length > 0)
            wrong.push(
              `${who} tells ${told.join(' ')}: ${text.slice(Math.max(0, text.indexOf(told[0] ?? '') - 300), text.indexOf(told[0] ?? '') + 100)}`,
            );
        }),
      ),
    );
    await sixAtATime(work);
    console.log(`walked ${walked} combinations of route, role, reach and place; ${refused} had to be refused`);
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(walked).toBeGreaterThan(3_000);
    expect(refused).toBeGreaterThan(1_000);
    // All of it were reads, previews and facts that are known already, except one marketplace order a place, and what is known of two people taken out by the one
    // who may.
    expect((await world.eventsSince(before)).toSorted()).toEqual([
      'MarketplaceOrderRecorded',
      'MarketplaceOrderRecorded',
      'MarketplaceOrderRecorded',
      'PersonalDataExported',
      'PersonalDataExported',
    ]);
  },
);

it('asks everybody without a session to sign in, and tells nothing', async () => {
  const wrong: string[] = [];
  await sixAtATime(
    rows
      .filter(({ permission }) => permission !== 'public')
      .map((row) => async () => {
        for (const headers of [
          {},
          { authorization: 'Bearer nobody' },
          { authorization: `Bearer ${'A'.repeat(43)}` },
          { cookie: `oneshelf_session=${'B'.repeat(43)}` },
        ]) {
          const sample = SAMPLES[row.operationId]?.(world, world.places.here) ?? { path: '' };
          const { status, body } = await world.send(row.method, sample.path, {
            headers,
            ...(sample.body === undefined ? {} : { body: sample.body }),
          });
          if (status !== 401 || body.reason !== 'not_signed_in')
            wrong.push(`${row.operationId} ${JSON.stringify(headers)}: ${status} ${JSON.stringify(body)}`);
        }
      }),
  );
  expect(wrong).toEqual([]);
});

it('does nothing without an Idempotency-Key', async () => {
  const before = await world.written();
  const keyed = rows.filter((row) => row.idempotent);
  for (const row of keyed) {
    const { status, body } = await ask(world.owner, row, 'here', null);
    expect([row.operationId, status, body.reason]).toEqual([row.operationId, 400, 'idempotency_key_missing']);
  }
  expect(keyed.length).toBeGreaterThan(20);
  expect(await world.written()).toBe(before);
});

it(
  'gives a repeat its first answer and does nothing, and another request under the same key a 422',
  { timeout: 60_000 },
  async () => {
    const wrong: string[] = [];
    for (const row of rows.filter((each) => each.idempotent)) {
      const sample = SAMPLES[row.operationId]?.(world, world.places.here) ?? { path: '' };
      const key = `twice ${row.operationId}`;
      const sending = { token: world.owner.token, key, ...(sample.body === undefined ? {} : { body: sample.body }) };
      const first = await world.send(row.method, sample.path, sending);
      if (first.status >= 300) {
        wrong.push(`${row.operationId}: ${first.status} ${first.text}`);
        continue;
      }
      const before = await world.written();
      const second = await world.send(row.method, sample.path, sending);
      // A secret is told once.
      const { repeated: _, secret: ___, code: ____, ...one } = first.body ?? {};
      const { repeated: __, secret: _____, code: ______, ...two } = second.body ?? {};
      if (second.status !== first.status || JSON.stringify(one) !== JSON.stringify(two))
        wrong.push(`${row.operationId} differs: ${first.text} ${second.text}`);
      if ((await world.written()) !== before) wrong.push(`${row.operationId} was done twice`);
      const stranger = await world.send('POST', '/categories', {
        token: world.owner.token,
        key,
        body: { name: `Not ${row.operationId}` },
      });
      if (stranger.status !== 422) wrong.push(`${row.operationId}: the key served something else: ${stranger.status}`);
    }
    expect(wrong).toEqual([]);
  },
);
