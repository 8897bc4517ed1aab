import { Type } from 'typebox';
import { uuidv7 } from 'uuidv7';
import { changed } from '../../../platform/commit/master-door.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { model } from '../../../platform/http/model.ts';
import { DayType } from '../../../platform/http/money.ts';
import { notFound } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import type { SubPlace, SubRegistration } from '../tax/tax-rules.ts';
import {
  closed,
  dayIn,
  endsBeforeItBegins,
  orNull,
  reading,
  submission,
  tags,
  type TaxRouteDeps,
} from './tax-route-parts.ts';
import { loadSubPlaces, loadSubRegistrations, saveSubPlace, saveSubRegistration } from './tax-store.ts';

const name = Type.Optional(Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' }));
const below = {
  region: Type.String({ pattern: '^[A-Z0-9]{1,3}$', description: 'ISO 3166-2 without the country: `CA`, `KA`.' }),
  county: name,
  city: name,
  district: name,
};
const PlaceType = model('LocationTaxPlace', Type.Object({ locationId: IdType('location'), ...below }));
const RegistrationType = model(
  'StateTaxRegistration',
  Type.Object({
    entityId: IdType('legalEntity'),
    jurisdiction: Type.String(),
    taxNumber: Type.String(),
    validFrom: DayType,
    validUntil: orNull(DayType),
  }),
);

/** Where locations are below their country, and with which states and schemes entities are registered: /taxes/places, /taxes/registrations. */
export function registerTaxPlaceRoutes(app: Api, deps: TaxRouteDeps): void {
  registerPlaces(app, deps);
  registerRegistrations(app, deps);
}

function registerPlaces(app: Api, deps: TaxRouteDeps): void {
  route(app, {
    method: 'GET',
    url: '/taxes/places',
    operationId: 'listTaxPlaces',
    summary: 'In which state, county, city and district locations are',
    tags,
    permission: 'tax:read',
    scope: 'none',
    schema: { response: { 200: Type.Object({ items: Type.Array(PlaceType) }) } },
    async handler() {
      return { items: (await reading(deps, loadSubPlaces)).map(placeAnswer) };
    },
  });

  route(app, {
    method: 'PUT',
    url: '/taxes/places/:id',
    operationId: 'setTaxPlace',
    summary: 'Say in which state a location is; needed in India and the United States',
    tags,
    permission: 'tax:write',
    scope: 'none',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('location') }),
      body: Type.Object(below, closed),
      response: { 200: PlaceType },
    },
    async handler(request) {
      const wanted: SubPlace = { locationId: request.params.id, ...request.body };
      const outcome = await deps.master<SubPlace>(submission(deps, request, 'set_tax_place', 'price'), async (tx) => {
        const before = (await loadSubPlaces(tx)).find(({ locationId }) => locationId === wanted.locationId) ?? null;
        if (!(await saveSubPlace(tx, wanted))) throw notFound('location');
        return changed([{ type: 'TaxPlaceSet', version: 1, body: { tax: true, before, after: wanted } }], wanted);
      });
      return placeAnswer(masterAnswer(outcome));
    },
  });
}

function registerRegistrations(app: Api, deps: TaxRouteDeps): void {
  route(app, {
    method: 'GET',
    url: '/taxes/registrations',
    operationId: 'listStateTaxRegistrations',
    summary: 'With which states, and with the one-stop shop of the Union, legal entities are registered',
    tags,
    permission: 'tax:read',
    scope: 'none',
    schema: { response: { 200: Type.Object({ items: Type.Array(RegistrationType) }) } },
    async handler() {
      return { items: (await reading(deps, loadSubRegistrations)).map(registrationAnswer) };
    },
  });

  route(app, {
    method: 'PUT',
    url: '/taxes/registrations',
    operationId: 'registerWithState',
    summary: 'Keep that a legal entity pays tax to a state (`US-CA`) or through the one-stop shop (`EU-OSS`)',
    tags,
    permission: 'tax:write',
    scope: 'none',
    preview: true,
    schema: {
      body: Type.Object(
        {
          entityId: IdType('legalEntity'),
          jurisdiction: Type.String({ pattern: '^[A-Z]{2}-[A-Z0-9]+$', maxLength: 60 }),
          taxNumber: Type.String({ minLength: 1, maxLength: 40, pattern: '\\S' }),
          validFrom: DayType,
          validUntil: Type.Optional(DayType),
        },
        closed,
      ),
      response: { 200: RegistrationType },
    },
    async handler(request) {
      const { entityId, jurisdiction, taxNumber, validUntil: until } = request.body;
      const validFrom = dayIn(request.body.validFrom, '/validFrom');
      const validUntil = until === undefined ? undefined : dayIn(until, '/validUntil');
      const wanted: SubRegistration = { id: uuidv7(), entityId, jurisdiction, taxNumber, validFrom, validUntil };
      const isSame = (one: SubRegistration): boolean =>
        one.entityId === entityId && one.jurisdiction === jurisdiction && one.validFrom === validFrom;
      const outcome = await deps.master<SubRegistration>(
        submission(deps, request, 'register_with_state', 'price'),
        async (tx) => {
          const ends = endsBeforeItBegins(validFrom, validUntil);
          if (ends !== undefined) return ends;
          const before = (await loadSubRegistrations(tx)).find(isSame) ?? null;
          if (!(await saveSubRegistration(tx, wanted))) throw notFound('legal entity');
          const body = { tax: true, before, after: wanted };
          return changed([{ type: 'TaxRegistrationSet', version: 1, entityId, body }], wanted);
        },
      );
      return registrationAnswer(masterAnswer(outcome));
    },
  });
}

function placeAnswer({ locationId, ...place }: SubPlace) {
  return { ...place, locationId: idText('location', locationId) };
}

function registrationAnswer({ entityId, jurisdiction, taxNumber, validFrom, validUntil }: SubRegistration) {
  const whose = idText('legalEntity', entityId);
  return { entityId: whose, jurisdiction, taxNumber, validFrom, validUntil: validUntil ?? null };
}
