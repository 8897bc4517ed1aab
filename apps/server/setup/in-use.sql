-- What still ties goods and orders to a place or a way to sell. Asked before one is closed, which is seldom.

-- name: find_location_use
select
  (
    select count(distinct sku_id)::int
    from stock_level
    where location_id = $1 and (on_hand > 0 or shortfall > 0 or reserved > 0 or backordered > 0 or incoming > 0)
  ) as skus,
  (select coalesce(sum(on_hand + incoming), 0)::bigint from stock_level where location_id = $1) as units,
  (
    select count(*)::int
    from order_header o
    where o.status in ('placed', 'part_shipped') and (
      o.selling_location_id = $1
      or exists (
        select 1
        from order_line l
        where l.order_id = o.id and l.fulfilling_location_id = $1 and l.shipped + l.cancelled < l.quantity
      )
    )
  ) as orders,
  array(select name from channel where default_location_id = $1 and archived_at is null order by name) as channels;

-- name: count_open_orders
select count(*)::int as orders
from order_header
where channel_id = $1 and status in ('placed', 'part_shipped');
