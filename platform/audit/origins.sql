-- name: meet_origin
insert into platform_origin (id, kind, principal_id, credential, address, user_agent, first_seen_at, last_seen_at)
values ($1, $2, $3, $4, $5, $6, $7, $7)
on conflict (credential, address, user_agent) where address is not null do update
set last_seen_at = greatest(platform_origin.last_seen_at, excluded.last_seen_at)
returning id;

-- name: forget_addresses
update platform_origin
set address = null, user_agent = null
where address is not null and last_seen_at < $1 and kind not in ('job', 'system');
