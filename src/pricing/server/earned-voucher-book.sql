-- name: load_vouchers
select v.order_id, v.id, v.promotion_id, v.customer_id, v.code_hash, v.currency, v.amount_minor, v.taken_back_minor,
  (extract(epoch from v.issued_at) * 1000)::bigint as issued_at, (extract(epoch from v.valid_until) * 1000)::bigint as valid_until, v.version
from price_earned_voucher v
where v.order_id = any ($1::uuid[])
order by v.order_id, v.issued_at, v.id;

-- name: insert_vouchers
insert into price_earned_voucher (id, order_id, promotion_id, customer_id, code_hash, currency, amount_minor, taken_back_minor, issued_at, valid_until, version)
select v.id, v.order_id, v.promotion_id, v.customer_id, v.code_hash, v.currency, v.amount_minor, v.taken_back_minor, v.issued_at, v.valid_until, v.version
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::timestamptz[], $10::timestamptz[],
  $11::bigint[])
  as v(id, order_id, promotion_id, customer_id, code_hash, currency, amount_minor, taken_back_minor, issued_at, valid_until, version);

-- name: update_vouchers
with written as (
  update price_earned_voucher p
  set taken_back_minor = v.taken_back_minor, version = v.version
  from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[]) as v(id, was, taken_back_minor, version)
  where p.id = v.id and p.version = v.was
  returning 1)
select platform_guard((select count(*) from written), $5, 'price_earned_voucher');

-- name: find_vouchers_by_code
select v.id, v.code_hash, v.currency, p.name, v.amount_minor, v.taken_back_minor, (extract(epoch from v.valid_until) * 1000)::bigint as valid_until,
  coalesce(u.uses + u.overuses, 0) as used
from price_earned_voucher v
join price_promotion p on p.id = v.promotion_id
left join price_promotion_use u on u.key = v.id::text
where v.code_hash = any ($1::text[]);

-- The vouchers of a customer that can be used, those that end first.
-- name: find_any_voucher
select exists (select from price_earned_voucher where customer_id is not null) as any_voucher;

-- name: find_vouchers_of_customers
select c.n::int as nth, v.id, v.code_hash, v.currency, p.name, v.amount_minor, v.taken_back_minor,
  (extract(epoch from v.valid_until) * 1000)::bigint as valid_until, 0 as used
from unnest($1::uuid[], $2::timestamptz[]) with ordinality as c(id, at, n)
cross join lateral (
  select v.id, v.code_hash, v.promotion_id, v.currency, v.amount_minor, v.taken_back_minor, v.valid_until
  from price_earned_voucher v
  left join price_promotion_use u on u.key = v.id::text
  where v.customer_id = c.id and v.valid_until > c.at and v.taken_back_minor < v.amount_minor and coalesce(u.uses + u.overuses, 0) = 0
  order by v.valid_until, v.id
  limit 10) v
join price_promotion p on p.id = v.promotion_id
order by c.n, v.valid_until, v.id;

-- name: find_vouchers_of_order
select v.id
from price_earned_voucher v
where v.order_id = $1
order by v.issued_at, v.id;
