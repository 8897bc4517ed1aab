-- name: find_entities
select
  id, code, name, country, functional_currency, fiscal_year_start_month, archived_at is not null as archived, version,
  coalesce(address ->> 'line1', '') as line1, coalesce(address ->> 'postcode', '') as postcode, coalesce(address ->> 'city', '') as city
from company_legal_entity
order by code;

-- name: save_entity
update company_legal_entity
set name = $3, address = $4::json, version = $2, archived_at = case when not $5 then null else coalesce(archived_at, $6) end
where id = $1 and version = $2 - 1;

-- name: insert_entities
insert into company_legal_entity (id, code, name, country, functional_currency, fiscal_year_start_month, address)
select e.id, e.code, e.name, e.country, e.functional_currency, e.fiscal_year_start_month, e.address::json
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::smallint[], $7::text[])
  as e(id, code, name, country, functional_currency, fiscal_year_start_month, address);

-- name: insert_tax_registrations
insert into company_tax_registration (id, entity_id, country, tax_number, valid_from, valid_to)
select r.id, r.entity_id, r.country, r.tax_number, r.valid_from, r.valid_to
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::date[], $6::date[]) as r(id, entity_id, country, tax_number, valid_from, valid_to);

-- name: find_tax_registrations
select id, entity_id, country, tax_number, valid_from, valid_to
from company_tax_registration
order by entity_id, country, valid_from;

-- name: find_registers
select id, location_id, code, name, archived_at is not null as archived
from company_register
order by location_id, code;

-- name: find_register_secrets
select r.id, r.location_id, r.code, r.name, coalesce(s.sealed, r.fact_secret) as fact_secret, r.archived_at is not null as archived
from company_register r
left join company_register_secret s on s.register_id = r.id
order by r.id;

-- name: insert_registers
insert into company_register (id, location_id, code, name, fact_secret)
select r.id, r.location_id, r.code, r.name, r.fact_secret
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[]) as r(id, location_id, code, name, fact_secret);

-- name: find_exchange_rates
select from_currency, to_currency, valid_from, numerator, denominator
from company_exchange_rate
order by from_currency, to_currency, valid_from;

-- name: list_exchange_rates
select from_currency, to_currency, valid_from, numerator, denominator
from company_exchange_rate
where (from_currency, to_currency, valid_from) > ($2, $3, $4::date)
order by from_currency, to_currency, valid_from
limit $1;

-- name: find_exchange_rate
select numerator, denominator
from company_exchange_rate
where from_currency = $1 and to_currency = $2 and valid_from = $3::date
for update;

-- name: save_exchange_rates
insert into company_exchange_rate (from_currency, to_currency, valid_from, numerator, denominator)
select r.from_currency, r.to_currency, r.valid_from, r.numerator, r.denominator
from unnest($1::text[], $2::text[], $3::date[], $4::bigint[], $5::bigint[]) as r(from_currency, to_currency, valid_from, numerator, denominator)
on conflict (from_currency, to_currency, valid_from) do update
set numerator = excluded.numerator, denominator = excluded.denominator;
