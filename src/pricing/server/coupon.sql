-- name: find_coupon_key
select k.sealed
from price_coupon_key k
where k.id = 1;

-- name: insert_coupon_key
insert into price_coupon_key (id, sealed)
values (1, $1)
on conflict (id) do nothing;

-- name: find_old_coupon_keys
select k.id::text as id, k.sealed
from price_coupon_key k
where not starts_with(k.sealed, $1)
order by k.id
limit $2;

-- name: replace_coupon_key
update price_coupon_key
set sealed = $3
where id = $1::smallint and sealed = $2;

-- name: insert_coupon_batch
insert into price_coupon_batch (id, promotion_id, name, codes, uses_each, valid_until, created_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (id) do nothing;

-- name: insert_coupons
insert into price_coupon (code_hash, batch_id, number)
select c.code_hash, $1, c.number
from unnest($2::text[], $3::integer[]) as c(code_hash, number);

-- name: list_coupon_batches
select b.id, b.name, b.codes, b.uses_each, (extract(epoch from b.valid_until) * 1000)::bigint as valid_until,
  (extract(epoch from b.created_at) * 1000)::bigint as created_at
from price_coupon_batch b
where b.promotion_id = $1
order by b.created_at desc, b.id
limit 200;

-- name: find_coupon_batch
select b.id, b.promotion_id, b.codes
from price_coupon_batch b
where b.id = $1;

-- name: find_coupons
select c.code_hash, b.promotion_id, b.uses_each, (extract(epoch from b.valid_until) * 1000)::bigint as valid_until,
  coalesce(u.uses + u.overuses, 0) as used
from price_coupon c
join price_coupon_batch b on b.id = c.batch_id
left join price_promotion_use u on u.key = 'coupon|' || c.code_hash
where c.code_hash = any ($1::text[]);

-- name: insert_offers
insert into price_personal_offer (id, promotion_id, customer_id, valid_until, reason, created_at)
select o.id, $2, o.customer_id, $4, $5, $6
from unnest($1::uuid[], $3::uuid[]) as o(id, customer_id);

-- name: find_offers_of_customers
select c.n::int as nth, o.id, o.promotion_id
from unnest($1::uuid[], $2::timestamptz[]) with ordinality as c(id, at, n)
cross join lateral (
  select o.id, o.promotion_id
  from price_personal_offer o
  left join price_promotion_use u on u.key = 'offer|' || o.id::text
  where o.customer_id = c.id and (o.valid_until is null or o.valid_until > c.at) and coalesce(u.uses + u.overuses, 0) = 0
  order by o.id
  limit 100) o
order by c.n, o.id;

-- name: find_offers
select o.id, o.promotion_id
from price_personal_offer o
where o.id = any ($1::uuid[]);

-- name: find_known_customers
select c.id
from customer c
where c.id = any ($1::uuid[]);
