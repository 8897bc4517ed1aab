-- name: find_channels
select id, entity_id, code, name, kind, currency, default_location_id, commission_ppm, tax_collected_by, version, archived_at is not null as archived
from channel
order by code;

-- name: save_channel
update channel
set name = $3, default_location_id = $4, commission_ppm = $5, tax_collected_by = $8, version = $2,
  archived_at = case when not $6 then null else coalesce(archived_at, $7) end
where id = $1 and version = $2 - 1;

-- name: insert_channels
insert into channel (id, entity_id, code, name, kind, currency, default_location_id, commission_ppm, tax_collected_by)
select c.id, c.entity_id, c.code, c.name, c.kind, c.currency, c.default_location_id, c.commission_ppm, c.tax_collected_by
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::integer[], $9::text[])
  as c(id, entity_id, code, name, kind, currency, default_location_id, commission_ppm, tax_collected_by);
