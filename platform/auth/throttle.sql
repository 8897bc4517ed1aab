-- name: insert_keys
insert into platform_throttle (key_hash, failures, last_failed_at)
select key_hash, 0, $2
from unnest($1::text[]) as k(key_hash)
order by key_hash
on conflict (key_hash) do nothing;

-- name: lock_keys
select key_hash, failures, last_failed_at, blocked_until
from platform_throttle
where key_hash = any($1::text[])
order by key_hash
for update;

-- name: save_keys
update platform_throttle t
set failures = k.failures, last_failed_at = $4, blocked_until = k.blocked_until
from unnest($1::text[], $2::integer[], $3::timestamptz[]) as k(key_hash, failures, blocked_until)
where t.key_hash = k.key_hash;

-- name: clear_keys
delete from platform_throttle
where key_hash = any($1::text[]);

-- name: forget_old
delete from platform_throttle
where key_hash in (select key_hash from platform_throttle where last_failed_at < $1 limit 100 for update skip locked);
