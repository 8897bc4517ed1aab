-- What the dashboard shows and who holds what, read at the moment of asking.

-- The documents of two days: today's and those of a week ago. A sale of a shift belongs to the day the shift began, so its hour may lie
-- beyond the day's end; it is counted to the last.
-- name: sales_by_hour
select d.channel_id, d.location_id, d.currency, w.is_today,
  least(greatest(floor(extract(epoch from d.issued_at - w.start_at) / 3600), 0), 23)::integer as hour,
  (count(*) filter (where d.kind <> 'credit_note'))::bigint as sales, sum(d.units)::bigint as units, sum(d.gross_minor)::bigint as gross,
  sum(d.net_minor)::bigint as net, (count(*) filter (where d.kind <> 'credit_note' and d.issued_at <= w.until_at))::bigint as until_sales,
  coalesce(sum(d.gross_minor) filter (where d.issued_at <= w.until_at), 0)::bigint as until_gross
from unnest($1::uuid[], $2::boolean[], $3::date[], $4::timestamptz[], $5::timestamptz[]) as w(location_id, is_today, business_day, start_at, until_at)
join order_document d on d.business_day = w.business_day and d.location_id = w.location_id
group by d.channel_id, d.location_id, d.currency, w.is_today, 5
order by d.channel_id, d.location_id, d.currency, w.is_today, 5;

-- name: count_work
select (
    select count(*)
    from order_header o
    where o.status in ('placed', 'part_shipped') and ($1::uuid[] is null or o.selling_location_id = any ($1::uuid[]))) as open_orders,
  (
    select count(*)
    from stock_level l
    where l.backordered > 0 and ($1::uuid[] is null or l.location_id = any ($1::uuid[]))) as backorders,
  (
    select count(*)
    from stock_level l
    where l.shortfall > 0 and ($1::uuid[] is null or l.location_id = any ($1::uuid[]))) as shortfalls,
  (
    select count(*)
    from platform_quarantine q
    where q.resolved_at is null and ($1::uuid[] is null or q.location_id = any ($1::uuid[]))) as quarantine;

-- What sold last is looked at, and of that what is nearly gone: five thousand lines are enough to know what is in demand.
-- name: list_running_low
select l.id, l.sku_id, s.code, s.name, l.location_id, l.on_hand, l.reserved, l.safety, l.incoming, r.sold
from (
  select t.sku_id, t.fulfilling_location_id, sum(t.quantity)::bigint as sold
  from (
    select ol.sku_id, ol.fulfilling_location_id, ol.quantity
    from order_line ol
    where ol.order_id >= $2::uuid and ol.kind = 'goods' and ol.quantity > 0 and ($3::uuid[] is null or ol.fulfilling_location_id = any ($3::uuid[]))
    order by ol.order_id desc, ol.line desc
    limit 5000) t
  group by t.sku_id, t.fulfilling_location_id) r
join stock_level l on l.sku_id = r.sku_id and l.location_id = r.fulfilling_location_id and l.condition = 'sellable' and l.low
join catalog_sku s on s.id = l.sku_id
order by greatest(l.on_hand - l.reserved - l.safety, 0), r.sold desc, l.id
limit $1;

-- name: list_last_orders
select o.id, o.number, o.kind, o.status, o.channel_id, o.selling_location_id, o.currency, o.gross_minor, o.placed_at, c.name as customer_name
from order_header o
left join customer_card c on c.id = o.customer_card_id
where o.id >= $2::uuid and ($3::uuid[] is null or o.selling_location_id = any ($3::uuid[]))
order by o.id desc
limit $1;

-- Who holds what is promised of a level: open lines of orders, and reservations that have not ended.
-- name: list_promises
select p.kind, p.id, p.number, p.quantity, p.expires_at, p.since
from (
  select 'order' as kind, o.id, o.number, sum(ol.quantity - ol.shipped - ol.cancelled)::bigint as quantity, null::timestamptz as expires_at, o.placed_at as since
  from stock_level l
  join location a on a.id = l.location_id and a.entity_id = l.owner_id
  join order_line ol on ol.sku_id = l.sku_id and ol.fulfilling_location_id = l.location_id and ol.shipped + ol.cancelled < ol.quantity
  join order_header o on o.id = ol.order_id and o.status in ('placed', 'part_shipped')
  where l.id = $2 and l.condition = 'sellable' and l.lot = '' and ol.kind = 'goods'
  group by o.id, o.number, o.placed_at
  union all
  select 'reservation', r.id, null, r.quantity, r.expires_at, null
  from stock_reservation r
  where r.level_id = $2 and r.ended_at is null) p
where (p.kind, p.id) > ($3, $4::uuid)
order by p.kind, p.id
limit $1;
