import { Type } from 'typebox';
import { changed } from '../../../platform/commit/master-door.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { route } from '../../../platform/http/route.ts';
import { reject } from '../../kernel/decision.ts';
import { countPasskeys, deletePasskeys } from './passkeys.store.ts';
import { personToActOn } from './people.routes.ts';
import { countOpen, endAll } from './rights.store.ts';
import { changeRights } from './roles.routes.ts';
import { tellPerson, type SignInDeps } from './sign-in-flow.ts';
import { removeTotp } from './sign-in.store.ts';

const GoneType = Type.Object({
  personId: IdType('person'),
  codes: Type.Boolean({ description: 'Codes of an authenticator, with their recovery codes.' }),
  passkeys: Type.Integer(),
  sessions: Type.Integer({ description: 'Open sessions that end.' }),
});

/** POST /staff/people/{id}/second-factor-reset: for somebody who lost the device that proved who they are. */
export function registerSecondFactorReset(app: Api, deps: SignInDeps): void {
  route(app, {
    method: 'POST',
    url: '/staff/people/:id/second-factor-reset',
    operationId: 'resetSecondFactor',
    summary: 'Take away somebody’s second factor, and end their sessions',
    description:
      'Codes, recovery codes and passkeys go; whoever needs a second factor sets up a new one at the next sign-in. The person is told by mail. Where changes of roles need a second person, so does this.',
    tags: ['people'],
    permission: 'role:edit',
    scope: 'none',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('person') }),
      body: Type.Object({}, { additionalProperties: false }),
      response: { 200: GoneType },
    },
    async handler(request) {
      const { id: personId } = request.params;
      const at = deps.now();
      const about = { type: 'reset_second_factor', permission: 'role:edit', target: {}, at } as const;
      const gone = await changeRights(request, about, deps, async (tx, editorId) => {
        // One's own is changed in one's own account, where it has to be proved who one is.
        if (editorId === personId) return reject({ reason: 'own_second_factor' });
        const person = await personToActOn(tx, personId, { editorId, leaves: false, at });
        if (!person.ok) return person;
        const passkeys = await countPasskeys(tx, personId);
        const { sessions } = await countOpen(tx, personId, at);
        await deletePasskeys(tx, personId);
        const codes = await removeTotp(tx, personId);
        if (!codes && passkeys === 0) return reject({ reason: 'no_second_factor' });
        await endAll(tx, personId, at);
        const body = { before: { codes, passkeys, sessions }, after: { codes: false, passkeys: 0, sessions: 0 } };
        return changed([{ type: 'SecondFactorReset', version: 1, subjectId: personId, body }], {
          codes,
          passkeys,
          sessions,
        });
      });
      if (!request.preview) {
        deps.authenticator.forget(personId);
        const credential = await deps.store.findCredential({ personId });
        if (credential !== undefined) tellPerson(deps, credential, { kind: 'changed', what: 'second_factor_reset' });
      }
      return { ...gone, personId: idText('person', personId) };
    },
  });
}
