-- name: find_code_key
select k.sealed
from reward_code_key k
where k.id = 1;

-- name: insert_code_key
insert into reward_code_key (id, sealed)
values (1, $1)
on conflict (id) do nothing;

-- name: find_old_code_keys
select k.id::text as id, k.sealed
from reward_code_key k
where not starts_with(k.sealed, $1)
order by k.id
limit $2;

-- name: replace_code_key
update reward_code_key
set sealed = $3
where id = $1::smallint and sealed = $2;
