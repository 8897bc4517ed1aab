-- name: find_tax_jurisdictions
select code, name, system, tax_code, rounding_scope, rounding_parts, rounding_step_minor, shipping, deposits, sourcing, version
from price_tax_jurisdiction
order by code;

-- name: save_tax_jurisdiction
insert into price_tax_jurisdiction as j (code, name, system, tax_code, rounding_scope, rounding_parts, rounding_step_minor, shipping, deposits, sourcing)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (code) do update
set name = excluded.name, system = excluded.system, tax_code = excluded.tax_code, rounding_scope = excluded.rounding_scope,
  rounding_parts = excluded.rounding_parts, rounding_step_minor = excluded.rounding_step_minor, shipping = excluded.shipping,
  deposits = excluded.deposits, sourcing = excluded.sourcing, version = j.version + 1;

-- name: find_tax_rates
select jurisdiction, code, tax_class, valid_from, valid_until, rate_ppm, unit_amount, unit_scale, unit_per, unit_currency, unit_under_others, compound,
  exempt, name, source, checked_on
from price_tax_rate
order by jurisdiction, tax_class, code, valid_from;

-- name: save_tax_rates
insert into price_tax_rate (jurisdiction, code, tax_class, valid_from, valid_until, rate_ppm, unit_amount, unit_scale, unit_per, unit_currency,
  unit_under_others, compound, exempt, name, source, checked_on)
select r.jurisdiction, r.code, r.tax_class, r.valid_from, r.valid_until, r.rate_ppm, r.unit_amount, r.unit_scale, r.unit_per, r.unit_currency,
  r.unit_under_others, r.compound, r.exempt, r.name, r.source, r.checked_on
from unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::date[], $6::integer[], $7::bigint[], $8::smallint[], $9::bigint[], $10::text[],
  $11::boolean[], $12::boolean[], $13::boolean[], $14::text[], $15::text[], $16::date[])
  as r(jurisdiction, code, tax_class, valid_from, valid_until, rate_ppm, unit_amount, unit_scale, unit_per, unit_currency, unit_under_others, compound,
    exempt, name, source, checked_on)
on conflict (jurisdiction, code, tax_class, valid_from) do update
set valid_until = excluded.valid_until, rate_ppm = excluded.rate_ppm, unit_amount = excluded.unit_amount, unit_scale = excluded.unit_scale,
  unit_per = excluded.unit_per, unit_currency = excluded.unit_currency, unit_under_others = excluded.unit_under_others, compound = excluded.compound,
  exempt = excluded.exempt, name = excluded.name, source = excluded.source, checked_on = excluded.checked_on;

-- name: find_tax_exemptions
select e.id, e.customer_id, c.number, e.jurisdiction, e.reason, e.certificate, e.valid_from, e.valid_until, e.version
from price_tax_exemption e
join customer c on c.id = e.customer_id
where ($1::uuid is null or e.customer_id = $1) and ($2::uuid is null or e.id < $2)
order by e.id desc
limit $3;

-- name: find_tax_exemption
select e.id, e.customer_id, e.jurisdiction, e.reason, e.certificate, e.valid_from, e.valid_until, e.version
from price_tax_exemption e
where e.id = $1
for update;

-- name: insert_tax_exemption
insert into price_tax_exemption (id, customer_id, jurisdiction, reason, certificate, valid_from, valid_until, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: end_tax_exemption
update price_tax_exemption
set valid_until = $2, version = version + 1
where id = $1;

-- name: find_tax_buyers
select w.customer_id, coalesce(b.business, false) as business, b.vat_id, coalesce(b.version, 0) as version
from unnest($1::uuid[]) as w(customer_id)
join customer c on c.id = w.customer_id
left join price_tax_buyer b on b.customer_id = w.customer_id;

-- name: find_exemptions_of
select e.customer_id, e.jurisdiction, e.reason, e.valid_from, e.valid_until
from price_tax_exemption e
where e.customer_id = any ($1::uuid[])
order by e.customer_id, e.id;

-- name: save_tax_buyer
insert into price_tax_buyer as b (customer_id, business, vat_id)
values ($1, $2, $3)
on conflict (customer_id) do update
set business = excluded.business, vat_id = excluded.vat_id, version = b.version + 1;

-- name: erase_tax_buyer
with buyer as (
  update price_tax_buyer
  set vat_id = null, version = version + 1
  where customer_id = $1 and vat_id is not null)
update price_tax_exemption
set certificate = null, version = version + 1
where customer_id = $1 and certificate is not null;

-- name: find_tax_places
select location_id, region, county, city, district
from price_tax_place
order by location_id;

-- name: save_tax_place
insert into price_tax_place as p (location_id, region, county, city, district)
select l.id, $2, $3, $4, $5
from location l
where l.id = $1
on conflict (location_id) do update
set region = excluded.region, county = excluded.county, city = excluded.city, district = excluded.district, version = p.version + 1
returning location_id;

-- name: find_sub_registrations
select id, entity_id, jurisdiction, tax_number, valid_from, valid_until
from price_tax_registration
order by entity_id, jurisdiction, valid_from;

-- name: save_sub_registration
insert into price_tax_registration as r (id, entity_id, jurisdiction, tax_number, valid_from, valid_until)
select $1, e.id, $3, $4, $5, $6
from company_legal_entity e
where e.id = $2
on conflict (entity_id, jurisdiction, valid_from) do update
set tax_number = excluded.tax_number, valid_until = excluded.valid_until
returning id;
