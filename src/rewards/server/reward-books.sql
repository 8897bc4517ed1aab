-- name: load_accounts
select a.key, a.kind, a.entity_id, a.currency, a.customer_id, a.state, a.expires_on::text as expires_on, a.code_hash, a.last_four, a.balance_minor, a.overdrawn_minor,
  a.issued_minor, a.redeemed_minor, a.expired_minor, a.version
from reward_account a
where a.key = any ($1::text[]);

-- name: insert_accounts
insert into reward_account (key, kind, entity_id, currency, customer_id, state, expires_on, code_hash, last_four, balance_minor, overdrawn_minor, issued_minor,
  redeemed_minor, expired_minor, version, created_at)
select a.key, a.kind, a.entity_id, a.currency, a.customer_id, a.state, a.expires_on::date, a.code_hash, a.last_four, a.balance_minor, a.overdrawn_minor,
  a.issued_minor, a.redeemed_minor, a.expired_minor, a.version, $16
from unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bigint[], $11::bigint[],
  $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[])
  as a(key, kind, entity_id, currency, customer_id, state, expires_on, code_hash, last_four, balance_minor, overdrawn_minor, issued_minor, redeemed_minor,
    expired_minor, version);

-- name: update_accounts
with written as (
  update reward_account r
  set state = a.state, expires_on = a.expires_on::date, balance_minor = a.balance_minor, overdrawn_minor = a.overdrawn_minor,
    issued_minor = a.issued_minor, redeemed_minor = a.redeemed_minor, expired_minor = a.expired_minor, version = a.version
  from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[])
    as a(key, was, state, expires_on, balance_minor, overdrawn_minor, issued_minor, redeemed_minor, expired_minor, version)
  where r.key = a.key and r.version = a.was
  returning 1)
select platform_guard((select count(*) from written), $11, 'reward_account');

-- name: load_points
select p.key, p.programme_id, p.entity_id, p.customer_id, p.currency, p.balance, p.overdrawn, p.earned, p.burned, p.expired, p.lots, p.spent, p.version
from reward_points p
where p.key = any ($1::text[]);

-- name: insert_points
insert into reward_points (key, programme_id, entity_id, customer_id, currency, balance, overdrawn, earned, burned, expired, value_minor, lots, spent,
  next_expiry, version)
select p.key, p.programme_id, p.entity_id, p.customer_id, p.currency, p.balance, p.overdrawn, p.earned, p.burned, p.expired, p.value_minor, p.lots::json,
  p.spent::json, p.next_expiry::date, p.version
from unnest($1::text[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[],
  $12::text[], $13::text[], $14::text[], $15::bigint[])
  as p(key, programme_id, entity_id, customer_id, currency, balance, overdrawn, earned, burned, expired, value_minor, lots, spent, next_expiry, version);

-- name: update_points
with written as (
  update reward_points r
  set balance = p.balance, overdrawn = p.overdrawn, earned = p.earned, burned = p.burned, expired = p.expired, value_minor = p.value_minor,
    lots = p.lots::json, spent = p.spent::json, next_expiry = p.next_expiry::date, version = p.version
  from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[], $10::text[],
    $11::text[], $12::bigint[])
    as p(key, was, balance, overdrawn, earned, burned, expired, value_minor, lots, spent, next_expiry, version)
  where r.key = p.key and r.version = p.was
  returning 1)
select platform_guard((select count(*) from written), $13, 'reward_points');

-- name: load_orders
select o.order_id, o.programme_id, o.customer_id, o.earned, o.burns, o.version
from reward_order o
where o.order_id = any ($1::uuid[]);

-- name: insert_orders
insert into reward_order (order_id, programme_id, customer_id, earned, burns, version)
select o.order_id, o.programme_id, o.customer_id, o.earned::json, o.burns::json, o.version
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bigint[]) as o(order_id, programme_id, customer_id, earned, burns, version);

-- name: update_orders
with written as (
  update reward_order r
  set earned = o.earned::json, burns = o.burns::json, version = o.version
  from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::bigint[]) as o(order_id, was, earned, burns, version)
  where r.order_id = o.order_id and r.version = o.was
  returning 1)
select platform_guard((select count(*) from written), $6, 'reward_order');

-- name: insert_entries
insert into reward_entry (account_key, entry, event_number, unit, what, delta, balance_after, order_id, reason, recorded_at)
select e.account_key, e.entry, e.event_number, e.unit, e.what, e.delta, e.balance_after, e.order_id, e.reason, $10
from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::uuid[], $9::text[])
  as e(account_key, entry, event_number, unit, what, delta, balance_after, order_id, reason);
