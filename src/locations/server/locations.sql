-- name: find_locations
select id, entity_id, code, name, kind, city, country, time_zone, cut_off_hour, archived_at is not null as archived
from location
order by code;

-- name: insert_locations
insert into location (id, entity_id, code, name, kind, city, country, time_zone, cut_off_hour)
select l.id, l.entity_id, l.code, l.name, l.kind, l.city, l.country, l.time_zone, l.cut_off_hour
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::smallint[])
  as l(id, entity_id, code, name, kind, city, country, time_zone, cut_off_hour);
