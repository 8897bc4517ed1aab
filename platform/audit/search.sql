-- name: blocks_before
select first_number, last_number
from platform_audit_chain
where first_number < $1
  and ($2::uuid is null or actors @> array[$2::uuid])
  and ($3::text is null or types @> array[$3::text])
  and ($4::text is null or topics @> array[$4::text])
  and ($5::uuid is null or subjects @> array[$5::uuid])
  and ($6::uuid is null or places @> array[$6::uuid])
  and ($7::uuid is null or origins @> array[$7::uuid])
  and ($8::timestamptz is null or recorded_through >= $8)
  and ($9::timestamptz is null or recorded_from < $9)
  and ($10 or places && $11::uuid[])
order by first_number desc
limit $12;

-- name: ends
select (select coalesce(max(last_number), 0)::bigint from platform_audit_chain) as sealed,
  (select coalesce(max(number), 0)::bigint from platform_event) as newest;

-- name: events_in
select number, type, version, topic, entity_id, location_id, channel_id, subject_id, actor_id, occurred_at, recorded_at, business_day, posting_day, origin_id,
  body
from platform_event
where number >= $1 and number <= $2
  and ($3::uuid is null or actor_id = $3)
  and ($4::text is null or type = $4)
  and ($5::text is null or topic = $5)
  and ($6::uuid is null or subject_id = $6)
  and ($7::uuid is null or location_id = $7 or entity_id = $7)
  and ($8::uuid is null or origin_id = $8)
  and ($9::timestamptz is null or recorded_at >= $9)
  and ($10::timestamptz is null or recorded_at < $10)
  and ($11 or entity_id = any ($12::uuid[]) or location_id = any ($13::uuid[]))
  and ($14::text is null or body::text ilike $14)
order by number desc
limit $15;

-- name: find_origins
select id, kind, principal_id, case when kind = 'job' then credential end as job, address, user_agent
from platform_origin
where id = any ($1::uuid[]);
