-- name: find_actor_names
select id, 'person' as kind, name
from staff_person
where id = any ($1::uuid[])
union all
select id, case kind when 'device' then 'device' else 'key' end as kind, name
from staff_api_key
where id = any ($1::uuid[]);
