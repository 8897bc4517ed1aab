-- Reading the one stream of a retailer. Nothing here writes events.

-- name: events_after
select number, type, version, topic, entity_id, location_id, channel_id, subject_id, actor_id,
  occurred_at, recorded_at, business_day, posting_day, origin_id, body
from platform_event
where number > $1
order by number
limit $2;

-- name: heads_after
select number, type, topic, entity_id, location_id, subject_id
from platform_event
where number > $1
order by number
limit $2;

-- name: heads_between
select number, type, topic, entity_id, location_id, subject_id
from platform_event
where number > $1 and number <= $2
order by number
limit $3;

-- name: events_visible
select number, type, version, topic, entity_id, location_id, channel_id, subject_id, actor_id,
  occurred_at, recorded_at, business_day, posting_day, origin_id, body
from platform_event
where number > $1 and number <= $2
  and (($3 and topic <> 'security') or type = any($4::text[]) or topic = any($5::text[]))
  and ($6 or (entity_id is null and location_id is null and topic <> 'security') or entity_id = any($7::uuid[]) or location_id = any($8::uuid[]))
  and ($10::uuid[] is null or entity_id = any($10))
  and ($11::uuid[] is null or location_id = any($11))
  and ($12::uuid[] is null or channel_id = any($12))
  and ($13::uuid[] is null or subject_id = any($13))
order by number
limit $9;

-- name: last_number
select coalesce(max(number), 0)::bigint as number from platform_event;

-- name: find_cursor
select event_number from platform_follower where name = $1;

-- name: open_cursor
insert into platform_follower (name, event_number, updated_at) values ($1, $2, $3)
on conflict (name) do nothing;

-- name: lock_cursor
select event_number from platform_follower where name = $1 for update;

-- name: save_cursor
insert into platform_follower (name, event_number, updated_at) values ($1, $2, $3)
on conflict (name) do update set event_number = excluded.event_number, updated_at = excluded.updated_at
where platform_follower.event_number < excluded.event_number;
