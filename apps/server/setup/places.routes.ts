import { Type } from 'typebox';
import { uuidv7 } from 'uuidv7';
import { changed, type MasterEvent } from '../../../platform/commit/master-door.ts';
import type { Tx } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { CurrencyType } from '../../../platform/http/money.ts';
import { allow, route } from '../../../platform/http/route.ts';
import { decideOpenChannel, type KeptChannel } from '../../../src/channels/channel.ts';
import { channelAnswer, ChannelType, TaxCollectorType } from '../../../src/channels/server/channels.routes.ts';
import { insertChannels, loadChannels } from '../../../src/channels/server/channels.store.ts';
import { decideOpenRegister, type OpenRegister } from '../../../src/company/register.ts';
import { RegisterType } from '../../../src/company/server/company.routes.ts';
import { mintRegisterSecret, sealSome } from '../../../src/company/server/register-secrets.ts';
import { insertRegisters, loadEntities, loadRegisters } from '../../../src/company/server/company.store.ts';
import { decideOpenLocation, type KeptLocation, type Location } from '../../../src/locations/location.ts';
import { locationAnswer, LocationAddressType, LocationType } from '../../../src/locations/server/locations.routes.ts';
import { insertLocations, loadLocations } from '../../../src/locations/server/locations.store.ts';
import { insertPriceLists } from '../../../src/pricing/server/pricing.store.ts';
import { addToArea, insertAreas, loadAreas } from '../../../src/stock/server/valuation-areas.store.ts';
import { CODE_PATTERN, COUNTRY_PATTERN, NameType, setupSubmission, type SetupDeps } from './setup-deps.ts';

const closed = { additionalProperties: false };
const tags = ['company'];
const CodeType = Type.String({ pattern: CODE_PATTERN, description: 'Stands on receipts.' });
const oneOf = <const T extends string>(values: readonly T[]) => Type.Union(values.map((value) => Type.Literal(value)));

/** POST /locations, /channels and /registers: the places where a retailer keeps and sells goods. */
export function registerPlacesSetup(app: Api, deps: SetupDeps): void {
  registerLocations(app, deps);
  registerChannels(app, deps);
  registerRegisters(app, deps);
}

function registerLocations(app: Api, deps: SetupDeps): void {
  route(app, {
    method: 'POST',
    url: '/locations',
    operationId: 'openLocation',
    summary: 'Open a location',
    description:
      'Its stock shares its cost with the other locations of its legal entity (moving average); the first one begins that area.',
    tags,
    permission: 'company:edit',
    scope: 'entity',
    preview: true,
    schema: {
      body: Type.Object(
        {
          entityId: IdType('legalEntity'),
          code: CodeType,
          name: NameType,
          kind: oneOf(['store', 'warehouse', 'third_party', 'drop_ship'] as const),
          city: Type.Optional(Type.String({ maxLength: 200 })),
          address: Type.Optional(LocationAddressType),
          country: Type.String({ pattern: COUNTRY_PATTERN }),
          timeZone: Type.String({ minLength: 1, maxLength: 60, description: 'IANA, e.g. Europe/Lisbon.' }),
          cutOffHour: Type.Optional(
            Type.Integer({ minimum: 0, maximum: 23, description: 'Until this hour a sale counts for the day before.' }),
          ),
        },
        closed,
      ),
      response: { 201: LocationType },
    },
    async handler(request, reply) {
      const { entityId } = request.body;
      allow(request, 'company:edit', { entityId });
      const unsaid = { city: '', cutOffHour: 0, address: { line1: '', postcode: '' } };
      const wanted: KeptLocation = { ...unsaid, ...request.body, id: uuidv7(), archived: false, version: 1 };
      const outcome = await deps.master<KeptLocation>(
        setupSubmission(request, 'open_location', deps.now()),
        async (tx) => {
          const entities = await loadEntities(tx);
          const decision = decideOpenLocation(wanted, {
            codes: new Set((await loadLocations(tx)).map(({ code }) => code)),
            entityIds: new Set(entities.filter(({ archived }) => !archived).map(({ id }) => id)),
          });
          if (!decision.ok) return decision;
          await insertLocations(tx, [wanted]);
          const areaId = await joinArea(tx, wanted, entities);
          return opened('LocationOpened', { ...wanted, areaId }, { entityId, locationId: wanted.id }, wanted);
        },
      );
      return reply.code(201).send(locationAnswer(masterAnswer(outcome)));
    },
  });
}

/** Puts a new location's stock where that of its legal entity is valued already; the first one begins the area. */
async function joinArea(
  tx: Tx,
  location: Location,
  entities: Awaited<ReturnType<typeof loadEntities>>,
): Promise<string> {
  const entity = entities.find(({ id }) => id === location.entityId);
  const kept = new Map((await loadAreas(tx)).map((area) => [area.locationId, area.areaId]));
  const neighbour = (await loadLocations(tx)).find(
    ({ id, entityId }) => entityId === location.entityId && kept.has(id),
  );
  const known = neighbour === undefined ? undefined : kept.get(neighbour.id);
  if (known !== undefined) {
    await addToArea(tx, { areaId: known, locationId: location.id });
    return known;
  }
  const id = uuidv7();
  const { name = '', functionalCurrency } = entity ?? {};
  if (functionalCurrency === undefined) throw new Error(`${location.entityId} was decided on and is not there`);
  const area = {
    id,
    entityId: location.entityId,
    name,
    method: 'moving_average',
    currency: functionalCurrency,
  } as const;
  await insertAreas(tx, [{ ...area, locationIds: [location.id] }]);
  return id;
}

function registerChannels(app: Api, deps: SetupDeps): void {
  route(app, {
    method: 'POST',
    url: '/channels',
    operationId: 'openChannel',
    summary: 'Open a way to sell, with its price list',
    description: 'It sells for the legal entity of its default location.',
    tags,
    permission: 'company:edit',
    scope: 'entity',
    preview: true,
    schema: {
      body: Type.Object(
        {
          entityId: IdType('legalEntity'),
          code: CodeType,
          name: NameType,
          kind: oneOf(['shop', 'store', 'marketplace', 'call_centre'] as const),
          currency: CurrencyType,
          defaultLocationId: IdType('location'),
          commissionPpm: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
          taxCollectedBy: Type.Optional(TaxCollectorType),
          taxInclusive: Type.Boolean({ description: 'Whether prices hold the tax already.' }),
        },
        closed,
      ),
      response: { 201: ChannelType },
    },
    async handler(request, reply) {
      const { taxInclusive, ...body } = request.body;
      const { entityId } = body;
      allow(request, 'company:edit', { entityId });
      const wanted = { commissionPpm: 0, ...body, id: uuidv7() };
      const outcome = await deps.master<KeptChannel>(
        setupSubmission(request, 'open_channel', deps.now()),
        async (tx) => {
          const places = (await loadLocations(tx)).filter(({ archived }) => !archived);
          const decision = decideOpenChannel(wanted, {
            codes: new Set((await loadChannels(tx)).map(({ code }) => code)),
            entityOfLocation: new Map(places.map((place) => [place.id, place.entityId])),
          });
          if (!decision.ok) return decision;
          const channel = decision.value;
          const { currency, name } = channel;
          await insertChannels(tx, [channel]);
          const list = { id: uuidv7(), channelId: channel.id, currency, taxInclusive, name: `${name} ${currency}` };
          await insertPriceLists(tx, [list]);
          const where = { entityId, locationId: channel.defaultLocationId, channelId: channel.id };
          const kept = { ...channel, archived: false, version: 1 };
          return opened('ChannelOpened', { ...channel, taxInclusive }, where, kept);
        },
      );
      return reply.code(201).send(channelAnswer(masterAnswer(outcome)));
    },
  });
}

function registerRegisters(app: Api, deps: SetupDeps): void {
  route(app, {
    method: 'POST',
    url: '/registers',
    operationId: 'openRegister',
    summary: 'Open a register at a location',
    description:
      'A device becomes this register by a pairing code; what its facts are signed with goes to that device only.',
    tags,
    permission: 'company:edit',
    scope: 'location',
    preview: true,
    schema: {
      body: Type.Object({ locationId: IdType('location'), code: CodeType, name: NameType }, closed),
      response: { 201: RegisterType },
    },
    async handler(request, reply) {
      const { body } = request;
      const { locationId } = body;
      const entityId = deps.company.location(locationId)?.entityId;
      allow(request, 'company:edit', { locationId, entityId: entityId ?? null });
      const wanted: OpenRegister = { ...body, id: uuidv7() };
      const outcome = await deps.master<OpenRegister>(
        setupSubmission(request, 'open_register', deps.now()),
        async (tx) => {
          const here = (await loadRegisters(tx)).filter((one) => one.locationId === locationId);
          const decision = decideOpenRegister(wanted, {
            locationIds: new Set((await loadLocations(tx)).flatMap(({ id, archived }) => (archived ? [] : [id]))),
            codes: new Set(here.map(({ code }) => code)),
          });
          if (!decision.ok) return decision;
          await insertRegisters(tx, [{ ...wanted, factSecret: mintRegisterSecret() }]);
          if (deps.sealSecret !== undefined) await sealSome(tx, deps.sealSecret);
          return opened('RegisterOpened', wanted, { entityId, locationId }, wanted);
        },
      );
      const { id, ...register } = masterAnswer(outcome);
      return reply.code(201).send({
        ...register,
        id: idText('register', id),
        locationId: idText('location', register.locationId),
        archived: false,
      });
    },
  });
}

/** What the world is told of something new, which also is the answer. */
function opened<A extends { readonly id: string }>(
  type: string,
  after: object,
  where: Pick<MasterEvent, 'entityId' | 'locationId' | 'channelId'>,
  answer: A,
) {
  return changed([{ type, version: 1, ...where, subjectId: answer.id, body: { before: null, after } }], answer);
}
