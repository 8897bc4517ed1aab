-- name: load_orders
select id, kind, number, status, entity_id, channel_id, selling_location_id, customer_id, customer_card_id, register_id, associate_id, original_order_id,
  external_ref, currency, tax_inclusive, tax_jurisdiction, promotions, net_minor, tax_minor, gross_minor, prepaid_minor, prepaid_booked_minor, cash_rounding_minor, (extract(epoch from placed_at) * 1000)::bigint as placed_at,
  business_day, event_number, version
from order_header
where id = any ($1::uuid[]);

-- name: load_order_lines
select order_id, line, kind, sku_id, description, quantity, unit_amount, unit_scale, unit_per, tax_ppm, net_minor, tax_minor, gross_minor, shipped,
  cancelled, returned, cost_minor, fulfilling_location_id, associate_id, discounts, taxes
from order_line
where order_id = any ($1::uuid[])
order by order_id, line;

-- name: insert_orders
insert into order_header (id, kind, number, status, entity_id, channel_id, selling_location_id, customer_id, customer_card_id, register_id, associate_id,
  original_order_id, external_ref, currency, tax_inclusive, net_minor, tax_minor, gross_minor, prepaid_minor, prepaid_booked_minor, placed_at, business_day, event_number,
  version, tax_jurisdiction, promotions, cash_rounding_minor)
select o.id, o.kind, o.number, o.status, o.entity_id, o.channel_id, o.selling_location_id, o.customer_id, o.customer_card_id, o.register_id, o.associate_id,
  o.original_order_id, o.external_ref, o.currency, o.tax_inclusive, o.net_minor, o.tax_minor, o.gross_minor, o.prepaid_minor, o.prepaid_booked_minor, o.placed_at,
  o.business_day, o.event_number, o.version, o.tax_jurisdiction, o.promotions::jsonb, o.cash_rounding_minor
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[], $9::uuid[], $10::uuid[], $11::uuid[],
  $12::uuid[], $13::text[], $14::text[], $15::boolean[], $16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[], $21::timestamptz[],
  $22::date[], $23::bigint[], $24::bigint[], $25::text[], $26::text[], $27::bigint[])
  as o(id, kind, number, status, entity_id, channel_id, selling_location_id, customer_id, customer_card_id, register_id, associate_id, original_order_id,
    external_ref, currency, tax_inclusive, net_minor, tax_minor, gross_minor, prepaid_minor, prepaid_booked_minor, placed_at, business_day, event_number,
    version, tax_jurisdiction, promotions, cash_rounding_minor);

-- name: insert_order_lines
insert into order_line (order_id, line, kind, sku_id, description, quantity, unit_amount, unit_scale, unit_per, tax_ppm, net_minor, tax_minor, gross_minor,
  shipped, cancelled, returned, cost_minor, demand_channel_id, selling_location_id, fulfilling_location_id, associate_id, discounts, taxes)
select l.order_id, l.line, l.kind, l.sku_id, l.description, l.quantity, l.unit_amount, l.unit_scale, l.unit_per, l.tax_ppm, l.net_minor, l.tax_minor,
  l.gross_minor, l.shipped, l.cancelled, l.returned, l.cost_minor, l.demand_channel_id, l.selling_location_id, l.fulfilling_location_id, l.associate_id,
  l.discounts::jsonb, l.taxes::jsonb
from unnest($1::uuid[], $2::smallint[], $3::text[], $4::uuid[], $5::text[], $6::bigint[], $7::bigint[], $8::smallint[], $9::bigint[], $10::integer[],
  $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::uuid[], $19::uuid[], $20::uuid[],
  $21::uuid[], $22::text[], $23::text[])
  as l(order_id, line, kind, sku_id, description, quantity, unit_amount, unit_scale, unit_per, tax_ppm, net_minor, tax_minor, gross_minor, shipped,
    cancelled, returned, cost_minor, demand_channel_id, selling_location_id, fulfilling_location_id, associate_id, discounts, taxes);

-- name: update_orders
with written as (
  update order_header o
  set status = c.status, prepaid_minor = c.prepaid_minor, prepaid_booked_minor = c.prepaid_booked_minor, version = c.version
  from unnest($1::uuid[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[])
    as c(id, was, status, prepaid_minor, prepaid_booked_minor, version)
  where o.id = c.id and o.version = c.was
  returning 1)
select platform_guard((select count(*) from written), $7, 'order_header');

-- name: update_order_lines
with written as (
  update order_line l
  set shipped = c.shipped, cancelled = c.cancelled, returned = c.returned, cost_minor = c.cost_minor
  from unnest($1::uuid[], $2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[]) as c(order_id, line, shipped, cancelled, returned, cost_minor)
  where l.order_id = c.order_id and l.line = c.line
  returning 1)
select platform_guard((select count(*) from written), $7, 'order_line');

-- name: insert_documents
insert into order_document (series_id, number, kind, label, order_id, entity_id, channel_id, location_id, event_number, issued_at, business_day, currency,
  units, net_minor, tax_minor, gross_minor)
select d.series_id, d.number, d.kind, d.label, d.order_id, d.entity_id, d.channel_id, d.location_id, d.event_number, d.issued_at, d.business_day, d.currency,
  d.units, d.net_minor, d.tax_minor, d.gross_minor
from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::bigint[], $8::timestamptz[], $9::date[], $10::text[],
  $11::bigint[], $12::bigint[], $13::bigint[], $14::uuid[], $15::uuid[], $16::bigint[])
  as d(series_id, number, kind, label, order_id, entity_id, event_number, issued_at, business_day, currency, net_minor, tax_minor, gross_minor, channel_id,
    location_id, units);

-- name: add_day_totals
insert into order_day_total as t (business_day, entity_id, channel_id, location_id, currency, sales, units, net_minor, tax_minor, gross_minor)
select d.business_day, d.entity_id, d.channel_id, d.location_id, d.currency, d.sales, d.units, d.net_minor, d.tax_minor, d.gross_minor
from unnest($1::date[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[])
  as d(business_day, entity_id, channel_id, location_id, currency, sales, units, net_minor, tax_minor, gross_minor)
on conflict (business_day, entity_id, channel_id, location_id, currency) do update
set sales = t.sales + excluded.sales, units = t.units + excluded.units, net_minor = t.net_minor + excluded.net_minor,
  tax_minor = t.tax_minor + excluded.tax_minor, gross_minor = t.gross_minor + excluded.gross_minor;

-- name: find_order_for_act
select o.entity_id, o.channel_id, o.selling_location_id, o.currency, o.promotions, o.version
from order_header o
where o.id = $1;

-- name: find_order_lines_for_act
select line, kind, sku_id, fulfilling_location_id
from order_line
where order_id = $1
order by line;

-- name: find_order_payments
select id, method, provider_ref
from payment
where order_id = $1
order by id;
