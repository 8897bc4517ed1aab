-- name: load_sources
select source_id, last_counter, last_mac, version
from platform_source
where source_id = any ($1::uuid[]);

-- name: insert_sources
insert into platform_source (source_id, last_counter, last_mac, version)
select s.source_id, s.last_counter, s.last_mac, s.version
from unnest($1::uuid[], $2::bigint[], $3::text[], $4::bigint[]) as s(source_id, last_counter, last_mac, version);

-- name: update_sources
with written as (
  update platform_source s
  set last_counter = c.last_counter, last_mac = c.last_mac, version = c.version
  from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[]) as c(source_id, was, last_counter, last_mac, version)
  where s.source_id = c.source_id and s.version = c.was
  returning 1)
select platform_guard((select count(*) from written), $6, 'platform_source');

-- name: insert_facts
insert into platform_fact (source_id, counter, event_number)
select f.source_id, f.counter, f.event_number
from unnest($1::uuid[], $2::bigint[], $3::bigint[]) as f(source_id, counter, event_number);

-- name: insert_quarantined
insert into platform_quarantine (id, source_id, counter, location_id, reason, detail, raw, received_at)
select q.id, q.source_id, q.counter, q.location_id, q.reason, q.detail, q.raw, $8
from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::text[]) as q(id, source_id, counter, location_id, reason, detail, raw);
