-- What operators were told of. One row for each thing that is bad.

-- name: begin_alert
insert into platform_alert (name, bad_since, told_at)
values ($1, $2, $3)
on conflict (name) do nothing;

-- name: lock_alert
select bad_since, told_at, good_since
from platform_alert
where name = $1
for update skip locked;

-- name: find_alert
select name
from platform_alert
where name = $1;

-- name: save_alert
update platform_alert
set told_at = $2, good_since = $3
where name = $1;

-- name: end_alert
delete from platform_alert
where name = $1;
