-- name: find_answer
select k.body_hash, k.event_number, e.type, e.body, (extract(epoch from e.recorded_at) * 1000)::bigint as recorded_at
from platform_key k
join platform_event e on e.number = k.event_number
where k.key_hash = $1
order by k.event_number
limit 1;

-- name: take_numbers
update platform_counter
set event_number = event_number + $1, recorded_at = greatest(recorded_at, $2::timestamptz), batch_id = $3
where id = 1
returning event_number - $1 + 1 as first_number, (extract(epoch from recorded_at) * 1000)::bigint as recorded_at;

-- A new statement sees what was committed while we waited for the counter.
-- name: refuse_known_key
select platform_guard((select count(*) from platform_key where key_hash = $1), 0, 'platform_key');

-- name: insert_events
insert into platform_event (number, type, version, topic, entity_id, location_id, channel_id, subject_id, actor_id, occurred_at, recorded_at,
  business_day, posting_day, body, origin_id)
select c.event_number - cardinality($1::text[]) + e.place, e.type, e.version, $9, e.entity_id, e.location_id, e.channel_id, e.subject_id,
  coalesce(e.actor_id, $10), $11, c.recorded_at, $7, $7, e.body::json, coalesce(e.origin_id, $14)
from platform_counter c
cross join unnest($1::text[], $2::smallint[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $8::text[], $12::uuid[],
  $13::uuid[])
  with ordinality as e(type, version, entity_id, location_id, channel_id, subject_id, body, actor_id, origin_id, place)
where c.id = 1;

-- name: insert_key
insert into platform_key (key_hash, event_number, body_hash)
select $1::uuid, c.event_number - $3::bigint + 1, $2::uuid
from platform_counter c
where c.id = 1;

-- name: wake_followers
select pg_notify('oneshelf_events', $1);
