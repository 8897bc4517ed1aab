-- One row an article, with the columns of our own product file, so that it can be taken in again.
-- name: products
select s.code as sku, p.name, s.product_id::text as product, s.gtin, p.description, s.kind, s.tax_class as "tax class", t.path as category,
  o.names[1] as "option 1 name", o.given[1] as "option 1 value", o.names[2] as "option 2 name", o.given[2] as "option 2 value", o.names[3] as "option 3 name",
  o.given[3] as "option 3 value", case when s.archived_at is null and p.archived_at is null then '' else 'yes' end as archived
from catalog_sku s
join catalog_product p on p.id = s.product_id
join catalog_variant v on v.id = s.variant_id
cross join lateral (
  with recursive up (id, parent_id, path) as (
    select c.id, c.parent_id, c.name from catalog_category c where c.id = p.category_id
    union all
    select c.id, c.parent_id, c.name || ' > ' || up.path from up join catalog_category c on c.id = up.parent_id)
  select up.path from up where up.parent_id is null) t
cross join lateral (select array_agg(e.key order by e.place) as names, array_agg(e.value order by e.place) as given from json_each_text(v.options) with ordinality as e(key, value, place)) o
order by p.id, v.position, s.id;

-- name: prices
select s.code as sku, c.code as channel, l.currency, x.amount, x.scale, x.per, to_char(x.valid_from at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "from",
  case when l.tax_inclusive then 'yes' else 'no' end as "with tax"
from price x
join price_list l on l.id = x.price_list_id
join channel c on c.id = l.channel_id
join catalog_sku s on s.id = x.sku_id
left join price_change g on g.id = x.change_id
where g.id is null or g.state in ('scheduled', 'undone')
order by s.code, c.code, x.valid_from;

-- name: stock
select s.code as sku, l.code as location, v.condition, v.lot, v.on_hand - v.shortfall as quantity, v.reserved, v.backordered, v.safety
from stock_level v
join catalog_sku s on s.id = v.sku_id
join location l on l.id = v.location_id
order by l.code, s.code, v.condition, v.lot;

-- name: stock_value
select a.name as area, e.name as "legal entity", s.code as sku, c.quantity - c.short_quantity as quantity, c.value_minor - c.short_value_minor as value_minor, a.currency
from stock_cost c
join stock_valuation_area a on a.id = c.area_id
join company_legal_entity e on e.id = a.entity_id
join catalog_sku s on s.id = c.sku_id
order by a.name, s.code;

-- name: customers
select c.number, k.name, k.email, k.phone, k.address ->> 'line1' as address, k.address ->> 'line2' as "address 2", k.address ->> 'postcode' as postcode, k.address ->> 'city' as city,
  k.address ->> 'region' as region, k.country, case when c.archived_at is null then '' else 'yes' end as archived
from customer c
join customer_card k on k.id = c.card_id
order by c.number;

-- name: orders
select o.number, o.kind, o.status, e.name as "legal entity", c.code as channel, l.code as location, u.number as customer, o.external_ref as reference, o.currency, o.net_minor, o.tax_minor,
  o.gross_minor, to_char(o.placed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as placed_at, o.business_day::text as business_day
from order_header o
join company_legal_entity e on e.id = o.entity_id
join channel c on c.id = o.channel_id
join location l on l.id = o.selling_location_id
left join customer u on u.id = o.customer_id
order by o.id;

-- name: order_lines
select o.number, o.kind as "order kind", i.line, i.kind, s.code as sku, i.description, i.quantity, i.net_minor, i.tax_minor, i.gross_minor, o.currency, i.tax_ppm
from order_line i
join order_header o on o.id = i.order_id
left join catalog_sku s on s.id = i.sku_id
order by o.id, i.line;

-- name: payments
select o.number as "order", p.method, p.currency, p.authorised as authorised_minor, p.captured as captured_minor, p.voided as voided_minor, p.refunded as refunded_minor, p.fee_minor,
  p.provider_ref as reference, to_char(p.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
from payment p
left join order_header o on o.id = p.order_id
order by p.id;

-- name: journal
select j.event_number, j.ordinal, e.name as "legal entity", j.posting_day::text as posting_day, l.code as location, j.rule as what, a.account, n.name as "account name", a.amount as amount_minor,
  j.currency, a.entity_amount as entity_amount_minor, j.entity_currency
from accounting_entry j
cross join lateral unnest(j.accounts, j.amounts, j.entity_amounts) as a(account, amount, entity_amount)
join company_legal_entity e on e.id = j.entity_id
left join location l on l.id = j.location_id
left join accounting_account n on n.entity_id = j.entity_id and n.code = a.account
order by j.event_number, j.ordinal;

-- name: accounts
select e.name as "legal entity", a.code, a.name, a.kind
from accounting_account a
join company_legal_entity e on e.id = a.entity_id
order by e.name, a.code;

-- name: locations
select l.code, l.name, l.kind, e.name as "legal entity", l.city, l.country, l.time_zone, case when l.archived_at is null then '' else 'yes' end as archived
from location l
join company_legal_entity e on e.id = l.entity_id
order by l.code;
