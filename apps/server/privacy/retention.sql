-- Rules of how long what is kept, and what a rule would touch.

-- name: find_rule
select years, days, basis
from platform_retention
where what = $1 and country = $2
for update;

-- name: save_rule
insert into platform_retention (what, country, years, days, basis)
values ($1, $2, $3, $4, $5)
on conflict (what, country) do update
set years = excluded.years, days = excluded.days, basis = excluded.basis;

-- name: find_run
select value
from platform_setting
where name = 'retention_run';

-- name: save_run
insert into platform_setting (name, value, version)
values ('retention_run', $1::json, 1)
on conflict (name) do update set value = excluded.value, version = platform_setting.version + 1;

-- name: touched_addresses
select count(*)::bigint as things, count(distinct principal_id)::bigint as people
from platform_origin
where address is not null and last_seen_at < $1 and kind not in ('job', 'system');

-- name: touched_sessions
select count(*)::bigint as things, count(distinct person_id)::bigint as people
from staff_session
where coalesce(ended_at, expires_at) < $1;

-- name: touched_files
select count(*)::bigint as things, 0::bigint as people
from platform_import i
where coalesce(i.finished_at, i.created_at) < $1 and i.state not in ('checking', 'running', 'undoing')
  and exists (select 1 from platform_file_part p where p.file_id in (i.file_id, i.pictures_file_id));

-- Customers of whom documents of a country are kept; of any country that has no rule of its own where none is named.
-- name: touched_documents
select count(*)::bigint as things, count(distinct h.customer_id)::bigint as people
from order_header h
join company_legal_entity e on e.id = h.entity_id
where h.customer_id is not null
  and case when $1 = ''
    then not exists (select 1 from platform_retention r where r.what = 'invoices' and r.country = e.country)
    else e.country = $1 end;
