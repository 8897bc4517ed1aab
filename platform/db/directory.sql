-- The retailers of an installation beside its own one. Instants, ids and who did it are parameters.

-- name: list_retailers
select r.id, r.name, r.schema_name, r.state, r.reason, r.created_at, r.state_since, r.exported_at, r.exported_event,
  coalesce(array_agg(h.host order by h.place) filter (where h.host is not null), '{}') as hosts
from platform_retailer r
left join platform_retailer_host h on h.retailer_id = r.id
group by r.id
order by r.name collate "C";

-- name: insert_retailer
insert into platform_retailer (id, name, schema_name, state, created_at, state_since)
select $1, $2, $3, 'creating', $4, $4
where not exists (select 1 from platform_retailer_act a where a.schema_name = $3)
on conflict do nothing;

-- name: insert_hosts
insert into platform_retailer_host (host, retailer_id, place)
select t.host, $1, t.place - 1
from unnest($2::text[]) with ordinality as t (host, place)
on conflict (host) do nothing;

-- name: delete_hosts
delete from platform_retailer_host where retailer_id = $1;

-- name: take_hosts
select host
from platform_retailer_host
where host = any($1::text[]) and retailer_id <> $2
order by host;

-- name: set_state
update platform_retailer
set state = $2, reason = $3, state_since = $4
where id = $1 and state = any($5::text[]);

-- name: set_exported
update platform_retailer
set exported_at = $2, exported_event = $3
where id = $1;

-- name: delete_retailer
delete from platform_retailer where id = $1 and state = 'deleting';

-- name: insert_act
insert into platform_retailer_act (id, at, act, retailer_id, name, schema_name, by_user, detail)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: list_acts
select at, act, name, schema_name, by_user, detail
from platform_retailer_act
order by at desc, id desc
limit $1;

-- name: ring
select pg_notify('oneshelf_events', $1);
