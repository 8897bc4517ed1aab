-- name: load_series
select s.id, s.entity_id, s.kind, s.scope_id, s.fiscal_year, s.last_number
from unnest($1::uuid[], $2::text[], $3::uuid[], $4::integer[]) as k(entity_id, kind, scope_id, fiscal_year)
join company_series s on s.entity_id = k.entity_id and s.kind = k.kind and s.scope_id = k.scope_id and s.fiscal_year = k.fiscal_year;

-- name: insert_series
insert into company_series (id, entity_id, kind, scope_id, fiscal_year, last_number, issued)
select c.id, c.entity_id, c.kind, c.scope_id, c.fiscal_year, c.last_number, c.last_number
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::integer[], $6::bigint[]) as c(id, entity_id, kind, scope_id, fiscal_year, last_number);

-- name: update_series
with written as (
  update company_series s
  set last_number = c.last_number, issued = s.issued + c.taken
  from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[]) as c(id, was, last_number, taken)
  where s.id = c.id and s.last_number = c.was
  returning 1)
select platform_guard((select count(*) from written), $5, 'company_series');
