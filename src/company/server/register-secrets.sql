-- name: find_unsealed_registers
select r.id, r.fact_secret
from company_register r
where r.fact_secret is not null or not exists (select from company_register_secret s where s.register_id = r.id)
order by r.id
limit $1
for update of r;

-- name: save_register_secrets
insert into company_register_secret (register_id, sealed)
select s.register_id, s.sealed
from unnest($1::uuid[], $2::text[]) as s(register_id, sealed)
order by s.register_id
on conflict (register_id) do nothing;

-- name: forget_plain_secrets
update company_register
set fact_secret = null
where id = any ($1::uuid[]);

-- name: find_old_register_secrets
select register_id::text as id, sealed
from company_register_secret
where not starts_with(sealed, $1)
order by register_id
limit $2;

-- name: replace_register_secret
update company_register_secret
set sealed = $3
where register_id = $1::uuid and sealed = $2;
