-- A new attempt, or one more try of an attempt that is still open: its new version tells a sweeper that somebody counts on it again.
-- name: begin_attempt
insert into payment_attempt as a (id, order_id, provider, amount, currency, provider_ref, status, created_at, updated_at, version)
values ($1, $2, $3, $4, $5, $6, $7, $8, $8, 1)
on conflict (id) do update
set updated_at = excluded.updated_at, version = a.version + 1
where a.status in ('requested', 'authorised');

-- name: find_attempt
select a.id, a.order_id, a.amount, a.currency, a.provider_ref, a.status, a.reason, a.version,
  exists (select from payment p where p.order_id = a.order_id and p.provider_ref = a.provider_ref) as used
from payment_attempt a
where a.id = $1;

-- name: settle_attempt
update payment_attempt
set status = $2, provider_ref = case when $3 = '' then provider_ref else $3 end, reason = $4, updated_at = $5, version = version + 1
where id = $1 and status in ('requested', 'authorised')
returning version;

-- Whoever is to void an attempt takes it first, so that nobody counts on it afterwards. Every change raises the version, so the expected
-- one says that the attempt is as it was looked at: as stale, and in the same status. The time stays, so that a sweep finds it again if
-- whoever took it is no more.
-- name: claim_attempt
update payment_attempt a
set status = 'voiding', version = a.version + 1
where a.id = $1
  and a.version = $2
  and a.status in ('requested', 'authorised')
  and not exists (select from payment p where p.order_id = a.order_id and p.provider_ref = a.provider_ref);

-- name: end_claimed
update payment_attempt
set status = $2, provider_ref = case when $3 = '' then provider_ref else $3 end, reason = $4, updated_at = $5, version = version + 1
where id = $1 and status = 'voiding';

-- name: find_left_attempts
select a.id, a.order_id, a.amount, a.currency, a.provider_ref, a.status, a.reason, a.version,
  exists (select from payment p where p.order_id = a.order_id and p.provider_ref = a.provider_ref) as used
from payment_attempt a
where a.status in ('requested', 'authorised', 'voiding') and a.provider = $1 and a.updated_at < $2
order by a.updated_at
limit $3;

-- The payment that an order was placed with, by the authorisation that it rests on.
-- name: find_payment_of_attempt
select p.id, p.entity_id
from payment_attempt a
join payment p on p.order_id = a.order_id and p.provider_ref = a.provider_ref
where a.id = $1
limit 1;
