-- name: find_locations
select
  id, entity_id, code, name, kind, city, country, time_zone, cut_off_hour, version, archived_at is not null as archived,
  coalesce(address ->> 'line1', '') as line1, coalesce(address ->> 'postcode', '') as postcode
from location
order by code;

-- name: save_location
update location
set name = $3, city = $4, address = $5::json, time_zone = $6, cut_off_hour = $7, version = $2,
  archived_at = case when not $8 then null else coalesce(archived_at, $9) end
where id = $1 and version = $2 - 1;

-- name: insert_locations
insert into location (id, entity_id, code, name, kind, city, country, time_zone, cut_off_hour, address)
select l.id, l.entity_id, l.code, l.name, l.kind, l.city, l.country, l.time_zone, l.cut_off_hour, l.address::json
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::smallint[], $10::text[])
  as l(id, entity_id, code, name, kind, city, country, time_zone, cut_off_hour, address);
