-- name: find_areas
select l.location_id, a.id, a.method, a.currency
from stock_area_location l
join stock_valuation_area a on a.id = l.area_id
order by l.location_id;

-- name: insert_areas
insert into stock_valuation_area (id, entity_id, name, method, currency)
select a.id, a.entity_id, a.name, a.method, a.currency
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[]) as a(id, entity_id, name, method, currency);

-- name: insert_area_locations
insert into stock_area_location (location_id, area_id)
select l.location_id, l.area_id
from unnest($1::uuid[], $2::uuid[]) as l(location_id, area_id);
