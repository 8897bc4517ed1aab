-- Keys of programs and devices, their secrets, and the codes that devices are paired by.

-- name: find_key
select k.id, k.kind, k.name, k.permissions, k.entity_ids, k.location_ids, k.limits, k.register_id, k.per_minute, k.burst,
  (extract(epoch from least(k.expires_at, s.valid_until)) * 1000)::bigint as valid_until
from staff_api_secret s
join staff_api_key k on k.id = s.key_id
where s.hash = $1 and k.revoked_at is null;

-- name: note_used
update staff_api_key k
set last_used_at = greatest(k.last_used_at, u.at)
from unnest($1::uuid[], $2::timestamptz[]) as u(id, at)
where k.id = u.id;

-- name: list_keys
select k.id, k.kind, k.name, k.permissions, k.entity_ids, k.location_ids, k.limits, k.register_id, k.per_minute, k.burst, k.created_by, p.name as created_by_name,
  k.created_at, k.expires_at, k.last_used_at, k.revoked_at, s.start, o.valid_until as old_secret_until
from staff_api_key k
join staff_person p on p.id = k.created_by
cross join lateral (select start from staff_api_secret where key_id = k.id order by created_at desc, hash limit 1) s
left join lateral (select max(valid_until) as valid_until from staff_api_secret where key_id = k.id and valid_until > $4::timestamptz) o on true
where ($1::text[] is null or k.kind = any($1)) and ($2::uuid is null or k.id < $2) and ($5::uuid is null or k.id = $5)
order by k.id desc
limit $3;

-- name: lock_key
select k.id
from staff_api_key k
where k.id = $1
for update;

-- name: insert_key
insert into staff_api_key (id, kind, name, permissions, entity_ids, location_ids, register_id, per_minute, burst, created_by, created_at, expires_at, limits)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: insert_secret
insert into staff_api_secret (hash, key_id, start, created_at)
values ($1, $2, $3, $4);

-- name: end_secrets
update staff_api_secret
set valid_until = least(valid_until, $2::timestamptz)
where key_id = $1;

-- name: revoke_key
update staff_api_key
set revoked_at = $2, revoked_by = $3, version = version + 1
where id = $1 and revoked_at is null;

-- name: live_device_of_register
select id
from staff_api_key
where register_id = $1 and revoked_at is null
for update;

-- name: insert_code
insert into staff_pairing_code (code_hash, name, entity_id, location_id, register_id, permissions, created_by, created_at, expires_at, limits)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: delete_old_codes
delete from staff_pairing_code where expires_at < $1;

-- name: use_code
update staff_pairing_code
set used_at = $2
where code_hash = $1 and used_at is null and expires_at > $2
returning name, entity_id, location_id, register_id, permissions, limits, created_by;
