-- name: lock_counter
select event_number, (extract(epoch from recorded_at) * 1000)::bigint as recorded_at, batch_id
from platform_counter
where id = 1
for no key update;

-- Waits for the batch ahead and then looks again: the row is found by its id alone, so that the version locked is the one that was waited for.
-- name: lock_counter_at
select platform_guard((c.event_number = $1 and c.batch_id = $2)::integer, 1, 'platform_counter')
from (
  select event_number, batch_id
  from platform_counter
  where id = 1
  for no key update) as c;

-- name: find_keys
select key_hash, body_hash, event_number
from platform_key
where key_hash = any ($1::uuid[]);

-- name: find_acts
select number, type, body, (extract(epoch from recorded_at) * 1000)::bigint as recorded_at
from platform_event
where number = any ($1::bigint[]);

-- name: insert_events
insert into platform_event (number, type, version, topic, entity_id, location_id, channel_id, subject_id, actor_id, occurred_at, recorded_at,
  business_day, posting_day, body, origin_id)
select e.number, e.type, e.version, e.topic, e.entity_id, e.location_id, e.channel_id, e.subject_id, e.actor_id, e.occurred_at, $13,
  e.business_day, e.posting_day, e.body::json, e.origin_id
from unnest($1::bigint[], $2::text[], $3::smallint[], $4::text[], $5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[], $9::uuid[], $10::timestamptz[],
  $11::date[], $12::date[], $14::text[], $15::uuid[])
  as e(number, type, version, topic, entity_id, location_id, channel_id, subject_id, actor_id, occurred_at, business_day, posting_day, body,
    origin_id);

-- name: insert_keys
insert into platform_key (key_hash, event_number, body_hash)
select k.key_hash, k.event_number, k.body_hash
from unnest($1::uuid[], $2::bigint[], $3::uuid[]) as k(key_hash, event_number, body_hash);

-- name: move_counter
with moved as (
  update platform_counter
  set event_number = $2, recorded_at = $3, batch_id = $5
  where id = 1 and event_number = $1 and recorded_at <= $3
  returning 1)
select platform_guard((select count(*) from moved), 1, 'platform_counter'), pg_notify('oneshelf_events', $4);

-- name: commit
commit;
