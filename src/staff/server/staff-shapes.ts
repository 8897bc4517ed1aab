import { Type } from 'typebox';
import type { Static, TSchema } from 'typebox';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { model } from '../../../platform/http/model.ts';
import { InstantType } from '../../../platform/http/money.ts';
import { instantToText } from '../../kernel/time.ts';
import type { KeptGrant } from '../grant.ts';
import { LIMITS, type RoleLimits } from '../limit.ts';
import type { RoleRow } from './rights.store.ts';

const most = Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 });

/** A schema or null. */
export const OrNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const AmountsType = Type.Record(Type.String({ pattern: '^[A-Z]{3}$' }), most, {
  description: 'Minor units by currency; nothing in a currency that is not named.',
});

/** How far a role goes in one act. */
export const LimitsType = model(
  'RoleLimits',
  Type.Object(
    {
      discountPpm: Type.Optional(
        Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'Off the price of the list, parts per million.' }),
      ),
      discount: Type.Optional(AmountsType),
      refund: Type.Optional(AmountsType),
      stockAdjustment: Type.Optional(AmountsType),
    },
    { additionalProperties: false, description: 'How far one act goes. What is absent is not limited.' },
  ),
);

/** Amounts by currency, or always. */
export const ThresholdType = OrNull(AmountsType);

/** A role as it is told. */
export const RoleType = model(
  'Role',
  Type.Object({
    id: IdType('role'),
    code: Type.String(),
    name: Type.String(),
    description: Type.String(),
    builtIn: Type.Boolean({ description: 'Its permissions belong to the program; its limits can be set.' }),
    permissions: Type.Array(Type.String()),
    limits: LimitsType,
    people: Type.Integer({ description: 'How many people have it.' }),
    archived: Type.Boolean(),
    version: Type.Integer(),
  }),
);

/** A grant as it is told. */
export const StaffGrantType = model(
  'StaffGrant',
  Type.Object({
    id: IdType('grant'),
    role: Type.String(),
    entityId: OrNull(IdType('legalEntity')),
    locationId: OrNull(IdType('location')),
    validFrom: OrNull(InstantType),
    validUntil: OrNull(InstantType),
    holds: Type.Boolean({ description: 'Whether it holds now.' }),
  }),
);

/** A role as it is told. */
export function roleAnswer({ archivedAt, ...role }: RoleRow): Static<typeof RoleType> {
  return {
    ...role,
    id: idText('role', role.id),
    permissions: [...role.permissions],
    limits: limitsAnswer(role.limits),
    archived: archivedAt !== null,
  };
}

/** Limits with the absent ones left out. */
export function limitsAnswer(limits: RoleLimits): Static<typeof LimitsType> {
  return Object.fromEntries(
    LIMITS.filter(({ name }) => limits[name] !== undefined).map(({ name }) => [name, limits[name]]),
  );
}

/** A grant as it is told. */
export function grantAnswer(grant: KeptGrant, at: number): Static<typeof StaffGrantType> {
  const { id, role, entityId, locationId, validFrom, validUntil } = grant;
  return {
    id: idText('grant', id),
    role,
    entityId: idText('legalEntity', entityId),
    locationId: idText('location', locationId),
    validFrom: validFrom === 0 ? null : instantToText(validFrom),
    validUntil: validUntil === null ? null : instantToText(validUntil),
    holds: validFrom <= at && (validUntil === null || at < validUntil),
  };
}
