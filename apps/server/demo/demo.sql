-- What is remembered about the demo retailer, and whether there is room for it.

-- name: find_demo
select value
from platform_setting
where name = 'demo';

-- name: begin_demo
insert into platform_setting (name, value, version)
select 'demo', $1::json, 1
from platform_counter c
where c.id = 1 and c.event_number = 0
on conflict (name) do nothing;

-- name: save_demo
insert into platform_setting (name, value, version)
values ('demo', $1::json, 1)
on conflict (name) do update set value = excluded.value, version = platform_setting.version + 1;

-- name: find_last_event
select event_number
from platform_counter
where id = 1;

-- name: count_own_events
select count(*)::bigint as events
from platform_event
where number > $1 and actor_id is distinct from $2::uuid;
