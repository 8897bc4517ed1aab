-- name: insert_accounts
insert into accounting_account (entity_id, code, name, kind, role)
select $1::uuid, a.code, a.name, a.kind, a.role
from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as a(code, name, kind, role)
on conflict do nothing;

-- name: list_accounts
select entity_id, code, name, kind, role
from accounting_account
where entity_id = any ($1::uuid[])
order by entity_id, code;
