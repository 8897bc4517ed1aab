-- name: insert_attempt
insert into payment_attempt (id, order_id, provider, amount, currency, provider_ref, status, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
on conflict (id) do nothing;

-- name: find_attempt
select a.id, a.order_id, a.amount, a.currency, a.provider_ref, a.status, a.reason,
  exists (select from payment p where p.order_id = a.order_id and p.provider_ref = a.provider_ref) as used
from payment_attempt a
where a.id = $1;

-- name: settle_attempt
update payment_attempt
set status = $2, provider_ref = case when $3 = '' then provider_ref else $3 end, reason = $4, updated_at = $5
where id = $1 and status in ('requested', 'authorised');

-- name: find_left_attempts
select a.id, a.order_id, a.amount, a.currency, a.provider_ref, a.status, a.reason,
  exists (select from payment p where p.order_id = a.order_id and p.provider_ref = a.provider_ref) as used
from payment_attempt a
where a.status in ('requested', 'authorised') and a.provider = $1 and a.updated_at < $2
order by a.updated_at
limit $3;
