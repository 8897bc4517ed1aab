import { uuidv7 } from 'uuidv7';
import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { BUILT_IN_ROLES } from '../role.ts';

const sql = loadSql(import.meta.url, './people.sql', [
  'insert_roles',
  'insert_people',
  'insert_grants',
  'count_people',
]);

/** A person as it is written, with the hash of the password (undefined: cannot sign in) and what they may do where. */
export type NewPerson = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly passwordHash: string | undefined;
  readonly locale: string;
  readonly grants: readonly {
    readonly role: string;
    readonly entityId?: string | undefined;
    readonly locationId?: string | undefined;
  }[];
};

/** The roles that every company starts with; those that are there already stay as they are. */
export async function insertBuiltInRoles(tx: Tx): Promise<void> {
  await tx.run(sql.insert_roles, [
    BUILT_IN_ROLES.map(() => uuidv7()),
    BUILT_IN_ROLES.map((role) => role.code),
    BUILT_IN_ROLES.map((role) => role.name),
    BUILT_IN_ROLES.map((role) => `{${role.permissions.join(',')}}`),
    BUILT_IN_ROLES.map((role) => JSON.stringify(role.limits)),
  ]);
}

/** Inserts people with their grants. Roles must be there. */
export async function insertPeople(tx: Tx, people: readonly NewPerson[]): Promise<void> {
  await tx.run(sql.insert_people, [
    people.map((one) => one.id),
    people.map((one) => one.name),
    people.map((one) => one.email),
    people.map((one) => one.passwordHash ?? null),
    people.map((one) => one.locale),
  ]);
  const grants = people.flatMap((person) => person.grants.map((grant) => ({ personId: person.id, ...grant })));
  await tx.run(sql.insert_grants, [
    grants.map(() => uuidv7()),
    grants.map((one) => one.personId),
    grants.map((one) => one.role),
    grants.map((one) => one.entityId ?? null),
    grants.map((one) => one.locationId ?? null),
  ]);
}

/** How many people there are. */
export async function countPeople(tx: Tx): Promise<number> {
  return (await tx.get<{ people: number }>(sql.count_people)).people;
}
