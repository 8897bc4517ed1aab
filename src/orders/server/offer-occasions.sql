-- Orders, sales and returns of customers who are known, for the rules that answer them.
-- name: find_occasions
select o.id, o.kind, o.status, o.customer_id, o.channel_id, o.selling_location_id, abs(o.gross_minor) as amount_minor, o.currency,
  (extract(epoch from o.placed_at) * 1000)::bigint as placed_at,
  not exists (
    select from order_header b
    where b.customer_id = o.customer_id and b.kind <> 'return' and b.status <> 'cancelled' and (b.placed_at, b.id) < (o.placed_at, o.id)) as is_first,
  array(select m.group_id::text from price_customer_group_member m where m.customer_id = o.customer_id) as group_ids
from order_header o
join customer c on c.id = o.customer_id and c.erased_at is null
where o.id = any ($1::uuid[]);

-- Ids are made with the time, so the newest stand at the end.
-- name: find_recent_ids
select o.id
from order_header o
where o.id >= $1 and o.customer_id is not null and o.kind = any ($2::text[]) and ($3::text is null or o.status = $3)
order by o.id desc
limit $4;

-- name: find_buyers_since
select a.customer_id, a.since
from unnest($1::uuid[], $2::timestamptz[]) as a(customer_id, since)
where exists (
  select from order_header o
  where o.customer_id = a.customer_id and o.kind <> 'return' and o.status <> 'cancelled' and o.placed_at > a.since);
