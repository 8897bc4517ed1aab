-- PINs and badges for registers. Instants and hashes are parameters.

-- name: save_pin
insert into staff_pin (person_id, location_id, sealed_hash, set_at, set_by)
values ($1, $2, $3, $4, $5)
on conflict (person_id, location_id) do update
set sealed_hash = excluded.sealed_hash, failed_tries = 0, set_at = excluded.set_at, set_by = excluded.set_by;

-- name: delete_pin
delete from staff_pin where person_id = $1 and location_id = $2;

-- name: list_ways_in
select 'pin' as kind, null::uuid as id, n.location_id, '' as ending, n.failed_tries, (extract(epoch from n.set_at) * 1000)::bigint as since, null::bigint as blocked_at
from staff_pin n
where n.person_id = $1
union all
select 'badge', b.id, null, b.ending, 0, (extract(epoch from b.issued_at) * 1000)::bigint, (extract(epoch from b.blocked_at) * 1000)::bigint
from staff_badge b
where b.person_id = $1
order by 1 desc, 6, 2, 3;

-- Counted before it is looked at: a hundred at once are a hundred tries.
-- name: try_pin
update staff_pin n
set failed_tries = n.failed_tries + 1
from staff_person p
where n.person_id = $1 and n.location_id = $2 and p.id = n.person_id and p.archived_at is null
returning n.sealed_hash, n.failed_tries;

-- name: clear_pin
update staff_pin set failed_tries = 0 where person_id = $1 and location_id = $2;

-- name: try_register
insert into staff_register_try (register_id, failed_tries, since)
values ($1, 1, $2)
on conflict (register_id) do update
set failed_tries = case when staff_register_try.since < $3 then 1 else staff_register_try.failed_tries + 1 end,
  since = case when staff_register_try.since < $3 then excluded.since else staff_register_try.since end
returning failed_tries as failed, (extract(epoch from since) * 1000)::bigint as since;

-- name: clear_register
update staff_register_try set failed_tries = greatest(0, failed_tries - 1) where register_id = $1;

-- name: insert_badge
insert into staff_badge (id, person_id, code_hash, ending, issued_at, issued_by)
values ($1, $2, $3, $4, $5, $6);

-- name: block_badge
update staff_badge set blocked_at = $3, blocked_by = $4 where id = $1 and person_id = $2 and blocked_at is null;

-- name: find_badge
select b.person_id
from staff_badge b
join staff_person p on p.id = b.person_id
where b.code_hash = $1 and b.blocked_at is null and p.archived_at is null;

-- name: list_at_location
select p.id, p.name
from staff_pin n
join staff_person p on p.id = n.person_id
where n.location_id = $1 and p.archived_at is null
order by p.name collate "C", p.id
limit 500;

-- name: insert_session
insert into staff_session (id, token_hash, person_id, method, limited, created_at, confirmed_at, last_seen_at, expires_at, user_agent, address, register_id,
  entity_id, location_id)
values ($1, $2, $3, $4, false, $5, $5, $5, $6, $7, $8, $9, $10, $11);

-- name: find_old_pins
select person_id::text || ' ' || location_id::text as id, sealed_hash as sealed
from staff_pin
where not starts_with(sealed_hash, $1)
order by person_id, location_id
limit $2;

-- name: replace_pin
update staff_pin
set sealed_hash = $4
where person_id = $1 and location_id = $2 and sealed_hash = $3;
