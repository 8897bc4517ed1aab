-- Newest first; ids begin with the time. The reader's grants name entities and locations.
-- name: list_orders
select o.id, o.kind, o.number, o.status, o.entity_id, o.channel_id, o.selling_location_id, o.customer_id, o.external_ref, o.currency, o.net_minor,
  o.tax_minor, o.gross_minor, o.placed_at, o.business_day
from order_header o
where o.id < $2::uuid
  and ($3::uuid is null or o.channel_id = $3)
  and ($4::text[] is null or o.status = any ($4))
  and ($5::boolean or o.entity_id = any ($6::uuid[]) or o.selling_location_id = any ($7::uuid[]))
  and ($8::text is null or o.kind = $8)
order by o.id desc
limit $1;

-- name: list_open_orders
select o.id, o.kind, o.number, o.status, o.entity_id, o.channel_id, o.selling_location_id, o.customer_id, o.external_ref, o.currency, o.net_minor,
  o.tax_minor, o.gross_minor, o.placed_at, o.business_day
from order_header o
where o.id < $2::uuid
  and o.status in ('placed', 'part_shipped')
  and ($3::uuid is null or o.channel_id = $3)
  and ($4::text[] is null or o.status = any ($4))
  and ($5::boolean or o.entity_id = any ($6::uuid[]) or o.selling_location_id = any ($7::uuid[]))
  and ($8::text is null or o.kind = $8)
order by o.id desc
limit $1;

-- What a person types into the search: a number of the order, of a document, of the other side, or a customer.
-- name: search_orders
with found as (
  select h.id
  from order_header h
  where h.number = $9
  union
  select h.id
  from order_header h
  where h.channel_id = any ($10::uuid[]) and h.external_ref = $9
  union
  select d.order_id
  from company_series s
  join order_document d on d.series_id = s.id and d.number = $12
  where s.fiscal_year = $11 and d.label = $9
  union
  (select h.id
  from order_header h
  where h.customer_id = any ($13::uuid[]) and h.id < $2::uuid
  order by h.id desc
  limit 1000))
select o.id, o.kind, o.number, o.status, o.entity_id, o.channel_id, o.selling_location_id, o.customer_id, o.external_ref, o.currency, o.net_minor,
  o.tax_minor, o.gross_minor, o.placed_at, o.business_day
from found f
join order_header o on o.id = f.id
where o.id < $2::uuid
  and ($3::uuid is null or o.channel_id = $3)
  and ($4::text[] is null or o.status = any ($4))
  and ($5::boolean or o.entity_id = any ($6::uuid[]) or o.selling_location_id = any ($7::uuid[]))
  and ($8::text is null or o.kind = $8)
order by o.id desc
limit $1;

-- By number, e-mail or the words of a name as it stands now; of many who are called so the newest. The words come first (materialized),
-- because reading customers backwards until enough are called so would read all of them for a rare name.
-- name: find_customers_for_search
with named as materialized (
  select k.id, k.customer_id
  from customer_card k
  where k.words @@ to_tsquery('simple', $2))
select c.id
from customer c
where c.number = upper($1)
union
select k.customer_id
from customer_card k
where k.email <> '' and lower(k.email) = lower($1)
union
(select c.id
from named n
join customer c on c.id = n.customer_id and c.card_id = n.id
order by n.customer_id desc
limit 200);

-- name: find_order
select id, kind, number, status, entity_id, channel_id, selling_location_id, customer_id, customer_card_id, register_id, associate_id, original_order_id,
  external_ref, currency, tax_inclusive, tax_jurisdiction, net_minor, tax_minor, gross_minor, prepaid_minor, cash_rounding_minor, placed_at, business_day, event_number, version, promotions
from order_header
where id = $1;

-- What the cash of an order and of what came back of it was rounded by in all.
-- name: find_cash_rounding
select coalesce(sum(cash_rounding_minor), 0)::bigint as open_minor
from order_header
where id = $1 or original_order_id = $1;

-- name: find_lines
select line, kind, sku_id, description, quantity, unit_amount, unit_scale, unit_per, tax_ppm, net_minor, tax_minor, gross_minor, shipped, cancelled,
  returned, cost_minor, fulfilling_location_id, associate_id, discounts, taxes
from order_line
where order_id = $1
order by line;

-- name: find_payments
select id, method, currency, provider_ref, authorised, captured, voided, refunded, fee_minor, created_at
from payment
where order_id = $1
order by id;

-- name: find_returns
select id, number, placed_at, gross_minor
from order_header
where original_order_id = $1
order by id
limit 200;

-- name: find_documents
select kind, label, event_number, issued_at, business_day, currency, net_minor, tax_minor, gross_minor
from order_document
where order_id = $1
order by event_number, number;

-- name: find_events
select number, type, occurred_at, recorded_at, business_day, posting_day, actor_id
from platform_event
where subject_id = $1
order by number
limit 200;

-- name: find_by_external_ref
select id, number, currency, net_minor, tax_minor, gross_minor, event_number
from order_header
where channel_id = $1 and external_ref = $2 and kind = 'marketplace_order'
order by id
limit 1;

-- name: find_cards
select id, card_id
from customer
where id = any ($1::uuid[]);

-- Who buys, as far as prices and taxes ask.
-- name: find_buyers
select c.id, c.card_id, k.country, k.address,
  not exists (select from order_header o where o.customer_id = c.id and o.kind <> 'return') as first_order
from customer c
join customer_card k on k.id = c.card_id
where c.id = any ($1::uuid[]);

-- name: find_source
select s.last_counter, s.last_mac,
  exists (select from platform_quarantine q where q.source_id = s.source_id and q.counter = s.last_counter) as last_was_quarantined
from platform_source s
where s.source_id = $1;

-- name: find_taken
select f.event_number, e.type, e.body
from platform_fact f
join platform_event e on e.number = f.event_number
where f.source_id = $1 and f.counter = $2;

-- name: find_quarantined
select q.id, q.reason, q.raw, coalesce((select min(e.number) from platform_event e where e.subject_id = q.id), 0) as event_number
from platform_quarantine q
where q.source_id = $1 and q.counter = $2;

-- name: find_quarantined_raw
select q.counter
from platform_quarantine q
where q.source_id = $1 and md5(q.raw) = md5($2) and q.counter is not null
order by q.counter desc
limit 1;

-- name: list_quarantine
select q.id, q.source_id, q.counter, q.location_id, q.reason, q.detail, q.raw, q.received_at, q.resolved_at, q.resolved_by, q.resolution
from platform_quarantine q
where q.id < $2::uuid
  and (q.resolved_at is not null) = $3::boolean
  and ($4::boolean or q.location_id = any ($5::uuid[]))
order by q.id desc
limit $1;

-- name: lock_quarantined
select id, source_id, counter, location_id, resolved_at
from platform_quarantine
where id = $1
for no key update;

-- name: resolve_quarantined
update platform_quarantine
set resolved_at = $2, resolved_by = $3, resolution = $4
where id = $1 and resolved_at is null;
