-- The books of stock as tables: what the commit pipeline loads, locks and writes.

-- name: load_levels
select l.id, l.sku_id, l.location_id, l.condition, l.owner_id, l.lot, l.on_hand, l.shortfall, l.reserved, l.backordered, l.held, l.incoming, l.safety,
  l.moves, l.version
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[]) as k(sku_id, location_id, condition, owner_id, lot)
join stock_level l on l.sku_id = k.sku_id and l.location_id = k.location_id and l.condition = k.condition and l.owner_id = k.owner_id and l.lot = k.lot;

-- name: insert_levels
insert into stock_level (id, sku_id, location_id, condition, owner_id, lot, on_hand, shortfall, reserved, backordered, held, incoming, safety, moves, version)
select c.id, c.sku_id, c.location_id, c.condition, c.owner_id, c.lot, c.on_hand, c.shortfall, c.reserved, c.backordered, c.held, c.incoming, c.safety,
  c.moves, c.version
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[],
  $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[])
  as c(id, sku_id, location_id, condition, owner_id, lot, on_hand, shortfall, reserved, backordered, held, incoming, safety, moves, version);

-- name: update_levels
with written as (
  update stock_level l
  set on_hand = c.on_hand, shortfall = c.shortfall, reserved = c.reserved, backordered = c.backordered, held = c.held, incoming = c.incoming,
    safety = c.safety, moves = c.moves, version = c.version
  from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[],
    $11::bigint[])
    as c(id, was, on_hand, shortfall, reserved, backordered, held, incoming, safety, moves, version)
  where l.id = c.id and l.version = c.was
  returning 1)
select platform_guard((select count(*) from written), $12, 'stock_level');

-- name: insert_movements
insert into stock_movement (level_id, move, event_number, delta, net_before, net_after, reason, cost_minor, document_id, recorded_at)
select m.level_id, m.move, m.event_number, m.delta, m.net_before, m.net_after, m.reason, m.cost_minor, m.document_id, $10
from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::bigint[], $9::uuid[])
  as m(level_id, move, event_number, delta, net_before, net_after, reason, cost_minor, document_id);

-- name: load_costs
select c.area_id, c.sku_id, c.quantity, c.value_minor, c.short_quantity, c.short_value_minor, c.last_quantity, c.last_value_minor, c.layers, c.version
from unnest($1::uuid[], $2::uuid[]) as k(area_id, sku_id)
join stock_cost c on c.area_id = k.area_id and c.sku_id = k.sku_id;

-- name: insert_costs
insert into stock_cost (area_id, sku_id, quantity, value_minor, short_quantity, short_value_minor, last_quantity, last_value_minor, layers, version)
select c.area_id, c.sku_id, c.quantity, c.value_minor, c.short_quantity, c.short_value_minor, c.last_quantity, c.last_value_minor, c.layers::json, c.version
from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[], $10::bigint[])
  as c(area_id, sku_id, quantity, value_minor, short_quantity, short_value_minor, last_quantity, last_value_minor, layers, version);

-- name: update_costs
with written as (
  update stock_cost s
  set quantity = c.quantity, value_minor = c.value_minor, short_quantity = c.short_quantity, short_value_minor = c.short_value_minor,
    last_quantity = c.last_quantity, last_value_minor = c.last_value_minor, layers = c.layers::json, version = c.version
  from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::text[],
    $11::bigint[])
    as c(area_id, sku_id, was, quantity, value_minor, short_quantity, short_value_minor, last_quantity, last_value_minor, layers, version)
  where s.area_id = c.area_id and s.sku_id = c.sku_id and s.version = c.was
  returning 1)
select platform_guard((select count(*) from written), $12, 'stock_cost');

-- name: load_reservations
select r.id, l.sku_id, l.location_id, l.condition, l.owner_id, l.lot, r.quantity, r.channel_id,
  (extract(epoch from r.expires_at) * 1000)::bigint as expires_at, (extract(epoch from r.ended_at) * 1000)::bigint as ended_at, r.ended_reason, r.version
from stock_reservation r
join stock_level l on l.id = r.level_id
where r.id = any ($1::uuid[]);

-- name: insert_reservations
with written as (
  insert into stock_reservation (id, level_id, sku_id, location_id, quantity, channel_id, expires_at, version)
  select r.id, l.id, l.sku_id, l.location_id, r.quantity, r.channel_id, r.expires_at, 1
  from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::bigint[], $8::uuid[], $9::timestamptz[])
    as r(id, sku_id, location_id, condition, owner_id, lot, quantity, channel_id, expires_at)
  join stock_level l on l.sku_id = r.sku_id and l.location_id = r.location_id and l.condition = r.condition and l.owner_id = r.owner_id and l.lot = r.lot
  returning 1)
select platform_guard((select count(*) from written), $10, 'stock_reservation');

-- name: end_reservations
with written as (
  update stock_reservation r
  set ended_at = c.ended_at, ended_reason = c.ended_reason, version = r.version + 1
  from unnest($1::uuid[], $2::timestamptz[], $3::text[]) as c(id, ended_at, ended_reason)
  where r.id = c.id and r.ended_at is null
  returning 1)
select platform_guard((select count(*) from written), $4, 'stock_reservation');

-- name: find_expired_holds
select r.id
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[]) as k(sku_id, location_id, condition, owner_id, lot)
join stock_level l on l.sku_id = k.sku_id and l.location_id = k.location_id and l.condition = k.condition and l.owner_id = k.owner_id and l.lot = k.lot
join stock_reservation r on r.level_id = l.id
where r.ended_at is null and r.expires_at <= $6
order by r.expires_at
limit 500;

-- name: find_reservations
select r.id, l.sku_id, l.location_id, l.condition, l.owner_id, l.lot, r.channel_id
from stock_reservation r
join stock_level l on l.id = r.level_id
where r.id = any ($1::uuid[]);

-- name: find_expired_anywhere
select r.id, l.sku_id, l.location_id, l.condition, l.owner_id, l.lot
from stock_reservation r
join stock_level l on l.id = r.level_id
where r.ended_at is null and r.expires_at <= $1
order by r.location_id, r.expires_at
limit 500;
