-- Backups as operators see them.

-- name: give_up_dead
update platform_backup
set state = 'failed', ended_at = $1, trouble = 'The program that made it ended in the middle.'
where state = 'running' and seen_at < $2;

-- name: begin_backup
insert into platform_backup (id, cause, state, asked_by, place, started_at, seen_at)
values ($1, $2, 'running', $3, $4, $5, $5)
on conflict do nothing;

-- name: see_backup
update platform_backup
set seen_at = $2, done_bytes = $3, total_bytes = $4, name = coalesce($5, name), event_number = coalesce($6, event_number)
where id = $1 and state = 'running';

-- name: end_backup
update platform_backup
set state = 'done', ended_at = $2, verified_at = $3, name = $4, bytes = $5, event_number = $6, encrypted = $7, done_bytes = total_bytes
where id = $1 and state = 'running';

-- name: fail_backup
update platform_backup
set state = 'failed', ended_at = $2, trouble = $3
where id = $1 and state = 'running';

-- name: remove_backup
update platform_backup
set removed_at = $2
where place = $1 and name = $3 and removed_at is null;

-- name: list_backups
select id, cause, state, place, name, started_at, ended_at, verified_at, removed_at, done_bytes, total_bytes, bytes, event_number, encrypted, trouble
from platform_backup
where ($2::timestamptz is null or (started_at, id) < ($2, $3::uuid))
order by started_at desc, id desc
limit $1;

-- name: find_backup
select id, cause, state, place, name, started_at, ended_at, verified_at, removed_at, done_bytes, total_bytes, bytes, event_number, encrypted, trouble
from platform_backup
where id = $1;

-- name: find_latest
select max(ended_at) filter (where state = 'done') as good_at, max(started_at) filter (where cause = 'schedule') as scheduled_at,
  (array_agg(trouble order by started_at desc) filter (where state <> 'running'))[1] as trouble
from platform_backup;
