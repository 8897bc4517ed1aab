-- name: find_programmes
select p.id, p.entity_id, p.name, p.currency, p.active, p.terms, p.version
from reward_programme p
order by p.id;

-- name: lock_programme
select p.id, p.version
from reward_programme p
where p.entity_id = $1::uuid
for no key update;

-- name: insert_programme
insert into reward_programme (id, entity_id, name, currency, active, terms)
values ($1::uuid, $2::uuid, $3, $4, $5, $6::json);

-- name: update_programme
update reward_programme
set name = $2, active = $3, terms = $4::json, version = version + 1
where id = $1::uuid;

-- name: find_account
select a.key, a.kind, a.entity_id, a.currency, a.customer_id, a.state, a.expires_on::text as expires_on, a.code_hash, a.last_four, a.balance_minor,
  a.overdrawn_minor, a.issued_minor, a.redeemed_minor, a.expired_minor, a.version
from reward_account a
where a.key = $1;

-- name: find_account_by_hash
select a.key, a.kind, a.entity_id, a.currency, a.customer_id, a.state, a.expires_on::text as expires_on, a.code_hash, a.last_four, a.balance_minor,
  a.overdrawn_minor, a.issued_minor, a.redeemed_minor, a.expired_minor, a.version
from reward_account a
where a.code_hash = $1;

-- name: list_cards
select a.key, a.kind, a.entity_id, a.currency, a.customer_id, a.state, a.expires_on::text as expires_on, a.code_hash, a.last_four, a.balance_minor,
  a.overdrawn_minor, a.issued_minor, a.redeemed_minor, a.expired_minor, a.version
from reward_account a
where a.kind = 'gift_card'
  and ($1::uuid[] is null or a.entity_id = any ($1::uuid[]))
  and ($2::text is null or a.last_four = $2)
  and ($3::text is null or a.code_hash = $3)
  and ($4::text is null or a.state = $4)
  and ($5::text is null or a.key < $5)
order by a.key desc
limit $6;

-- name: list_entries
select e.account_key, e.entry, e.event_number, e.unit, e.what, e.delta, e.balance_after, e.order_id, e.reason,
  (extract(epoch from e.recorded_at) * 1000)::bigint as recorded_at
from reward_entry e
where e.account_key = $1 and ($2::bigint is null or e.entry < $2)
order by e.entry desc
limit $3;

-- name: find_customer_accounts
select a.key, a.kind, a.entity_id, a.currency, a.customer_id, a.state, a.expires_on::text as expires_on, a.code_hash, a.last_four, a.balance_minor,
  a.overdrawn_minor, a.issued_minor, a.redeemed_minor, a.expired_minor, a.version
from reward_account a
where a.customer_id = $1::uuid
order by a.key;

-- name: find_customer_points
select p.key, p.programme_id, p.entity_id, p.customer_id, p.currency, p.balance, p.overdrawn, p.earned, p.burned, p.expired, p.lots, p.spent, p.version
from reward_points p
where p.customer_id = $1::uuid
order by p.key;

-- name: find_customer
select c.id
from customer c
where c.id = $1::uuid;

-- name: find_expired_cards
select a.key, a.entity_id, a.currency
from reward_account a
where a.state = 'active' and a.expires_on is not null and a.expires_on < $1::date
order by a.expires_on
limit 500;

-- name: find_expired_points
select p.key, p.entity_id, p.currency
from reward_points p
where p.next_expiry is not null and p.next_expiry < $1::date
order by p.next_expiry
limit 500;

-- name: find_order_rewards
select o.order_id, o.programme_id, o.customer_id
from reward_order o
where o.order_id = $1::uuid;

-- name: find_sold_cards
select e.account_key
from reward_entry e
where e.order_id = $1::uuid and e.what = 'sold'
limit 1;
