import { Type } from 'typebox';
import type { Api } from '../../../platform/http/app.ts';
import { decodeCursor, DEFAULT_LIMIT, listQuery, ListOf, pageOf } from '../../../platform/http/lists.ts';
import { route } from '../../../platform/http/route.ts';
import { personOf, PersonType } from './session-shapes.ts';
import type { StaffStore } from './staff.store.ts';

/** Adds the list of people, for whoever needs a name. */
export function registerStaffRoutes(app: Api, staff: Pick<StaffStore, 'listPeople'>): void {
  route(app, {
    method: 'GET',
    url: '/people',
    operationId: 'listPeople',
    summary: 'People and their grants, by name.',
    tags: ['people'],
    permission: 'people:read',
    scope: 'none',
    schema: { querystring: Type.Object(listQuery), response: { 200: ListOf(PersonType) } },
    handler: async (request) => {
      const limit = request.query.limit ?? DEFAULT_LIMIT;
      const after = decodeCursor(Type.Tuple([Type.String(), Type.String({ format: 'uuid' })]), request.query.after);
      const people = await staff.listPeople({ limit: limit + 1, after });
      return pageOf(people, limit, (person) => [person.name, person.id], personOf);
    },
  });
}
