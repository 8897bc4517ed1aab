-- What people ask of stock. Every figure is read at the moment of asking.

-- A page of levels by the name of their SKU. Planned anew with each call, because the filters differ too much for one plan.
-- name: list_levels
select l.id, l.sku_id, s.code as sku_code, s.name as sku_name, s.product_id, s.base_unit, lower(s.name) as sort_name, l.location_id, l.condition, l.owner_id,
  l.lot, l.on_hand, l.reserved, l.incoming, l.shortfall, l.backordered, l.safety, l.low
from catalog_sku s
join stock_level l on l.sku_id = s.id
where (lower(s.name), s.id) >= ($2, $3::uuid)
  and (lower(s.name), s.id, l.location_id, l.id) > ($2, $3::uuid, $4::uuid, $5::uuid)
  and ($6::uuid[] is null or l.location_id = any ($6::uuid[]))
  and ($7::uuid is null or s.id = $7::uuid)
  and ($8::text is null or s.words @@ to_tsquery('simple', $8)
    or lower(s.code) ~>=~ $9 and lower(s.code) ~<~ $10
    or s.gtin ~>=~ $11 and s.gtin ~<~ $12
    or s.gtin ~>=~ $13 and s.gtin ~<~ $14
    or s.gtin = $15)
  and (not $16::boolean or (l.low and l.condition = 'sellable' and (l.safety > 0 or exists (
    select 1
    from stock_movement m
    where m.level_id = l.id and m.move > l.moves - 50 and m.reason in ('sale', 'shipment') and m.recorded_at >= $17::timestamptz))))
order by lower(s.name), s.id, l.location_id, l.id
limit $1;

-- name: find_level
select l.id, l.sku_id, l.location_id
from stock_level l
where l.id = $1;

-- The event says which document moved the goods: every act that moves any names its order or its own record.
-- name: list_movements
select m.move, m.event_number, m.delta, m.net_after, m.reason, m.cost_minor, m.recorded_at, m.document_id, e.type as event_type,
  e.body ->> 'orderId' as order_id, coalesce(e.body ->> 'number', e.body ->> 'document') as order_number,
  coalesce(e.body ->> 'document', nullif(e.body ->> 'supplierRef', '')) as document
from stock_movement m
join platform_event e on e.number = m.event_number
where m.level_id = $2 and m.move < $3
order by m.move desc
limit $1;

-- name: find_reservation_place
select r.id, r.location_id
from stock_reservation r
where r.id = $1;
