import { expect, it } from 'vitest';
import { BUILT_IN_ROLES, isPermission, PERMISSIONS } from './role.ts';

/** What each role may do, for a shopkeeper to read. `x` may, `.` may not. */
const table = `
                    owner manager cashier picker buyer accountant marketer support auditor integrator
catalog:read        x     x       x       x      x     x          x        x       x       x
catalog:edit        x     x       .       .      x     .          x        .       .       .
price:read          x     x       x       .      x     x          x        x       x       x
price:edit          x     x       .       .      .     .          x        .       .       .
price:override      x     x       x       .      .     .          .        x       .       .
promotion:read      x     x       x       .      .     x          x        x       x       x
promotion:write     x     x       .       .      .     .          x        .       .       .
tax:read            x     x       .       .      .     x          .        .       x       .
tax:write           x     .       .       .      .     x          .        .       .       .
customer:read       x     x       x       .      .     x          x        x       x       x
customer:edit       x     x       x       .      .     .          .        x       .       x
gift_card:read      x     x       x       .      .     x          .        x       x       x
gift_card:issue     x     x       .       .      .     .          .        .       .       .
gift_card:block     x     x       .       .      .     .          .        x       .       .
store_credit:read   x     x       x       .      .     x          .        x       x       x
store_credit:write  x     x       .       .      .     .          .        x       .       .
loyalty:read        x     x       x       .      .     x          x        x       x       x
loyalty:write       x     x       .       .      .     .          x        .       .       .
stock:read          x     x       x       x      x     x          x        x       x       x
stock:receive       x     x       .       x      x     .          .        .       .       .
stock:adjust        x     x       .       .      .     .          .        .       .       .
stock:count         x     x       .       x      .     .          .        .       .       .
stock:transfer      x     x       .       x      x     .          .        .       .       .
stock:reserve       x     x       x       .      .     .          .        x       .       x
order:read          x     x       x       x      x     x          x        x       x       x
order:place         x     x       x       .      .     .          .        x       .       x
order:ship          x     x       .       x      .     .          .        .       .       x
order:cancel        x     x       .       .      .     .          .        x       .       x
order:return        x     x       x       .      .     .          .        x       .       x
till:sell           x     x       x       .      .     .          .        .       .       .
till:sync           x     x       x       .      .     .          .        .       .       x
marketplace:push    x     .       .       .      .     .          .        .       .       x
journal:read        x     x       .       .      .     x          .        .       x       .
journal:post        x     .       .       .      .     x          .        .       .       .
period:close        x     .       .       .      .     x          .        .       .       .
company:read        x     x       x       x      x     x          x        x       x       x
company:edit        x     .       .       .      .     x          .        .       .       .
quarantine:read     x     x       .       .      .     x          .        .       x       .
quarantine:resolve  x     x       .       .      .     .          .        .       .       .
task:read           x     x       .       .      .     x          x        x       x       .
task:write          x     x       .       .      .     x          .        x       .       .
event:read          x     x       .       .      .     x          .        .       x       x
live:read           x     x       x       x      x     x          x        x       x       x
insight:read        x     x       .       .      x     x          x        .       x       .
people:read         x     x       .       .      .     .          .        .       x       .
people:edit         x     x       .       .      .     .          .        .       .       .
people:grant        x     x       .       .      .     .          .        .       .       .
role:edit           x     .       .       .      .     .          .        .       .       .
key:read            x     x       .       .      .     x          .        .       x       .
key:manage          x     x       .       .      .     .          .        .       .       .
device:read         x     x       .       .      .     x          .        .       x       .
device:manage       x     x       .       .      .     .          .        .       .       .
webhook:read        x     x       .       .      .     x          .        .       x       x
webhook:manage      x     .       .       .      .     .          .        .       .       x
import:read         x     x       .       .      .     x          .        .       x       .
import:run          x     x       .       .      .     .          .        .       .       .
audit:read          x     x       .       .      .     x          .        .       x       .
privacy:manage      x     .       .       .      .     .          .        .       .       .
system:read         x     x       .       .      .     .          .        .       x       .
system:manage       x     .       .       .      .     .          .        .       .       .
`;

it('each role may do what the table says', () => {
  const rows = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  expect(rows[0]).toEqual(BUILT_IN_ROLES.map((role) => role.code));
  const actual = PERMISSIONS.map((one) => [
    one,
    ...BUILT_IN_ROLES.map((role) => (role.permissions.includes(one) ? 'x' : '.')),
  ]);
  expect(actual.map((row) => row.join(' '))).toEqual(rows.slice(1).map((row) => row.join(' ')));
});

it('a permission is known by its exact name', () => {
  expect(isPermission('stock:adjust')).toBe(true);
  expect(isPermission('stock')).toBe(false);
  expect(isPermission('toString')).toBe(false);
});
