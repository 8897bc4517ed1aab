-- name: last_block
select first_number, last_number, hash
from platform_audit_chain
order by first_number desc
limit 1;

-- name: events_between
select number, type, version, topic, entity_id, location_id, channel_id, subject_id, actor_id, origin_id,
  (extract(epoch from occurred_at) * 1000000)::bigint as occurred_us, (extract(epoch from recorded_at) * 1000000)::bigint as recorded_us,
  business_day::text as business_day, posting_day::text as posting_day, body::text as body
from platform_event
where number > $1 and number <= $2
order by number;

-- name: insert_block
insert into platform_audit_chain (first_number, last_number, hash, marks, sealed_at, recorded_from, recorded_through, actors, origins, subjects, places,
  types, topics)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict (first_number) do nothing;

-- name: blocks_after
select first_number, last_number, hash, marks
from platform_audit_chain
where first_number > $1
order by first_number
limit $2;

-- name: ends
select (select event_number from platform_counter where id = 1) as counter,
  (select coalesce(max(number), 0)::bigint from platform_event) as newest,
  (select coalesce(max(last_number), 0)::bigint from platform_audit_chain) as sealed;
