-- People, their grants and their sessions. Instants and hashes are parameters.

-- name: find_session
select s.person_id, p.name, s.limited, s.entity_id, s.location_id, s.expires_at, s.last_seen_at
from staff_session s
join staff_person p on p.id = s.person_id
where s.token_hash = $1 and s.ended_at is null and p.archived_at is null;

-- name: find_grants
select g.person_id, r.code as role, r.permissions, r.limits, g.entity_id, g.location_id
from staff_grant g
join staff_role r on r.id = g.role_id
where g.person_id = any($1::uuid[]) and g.valid_from <= $2 and (g.valid_until is null or g.valid_until > $2)
order by r.code collate "C", g.id;

-- name: insert_session
insert into staff_session (id, token_hash, person_id, method, limited, created_at, confirmed_at, last_seen_at, expires_at, user_agent, address)
values ($1, $2, $3, $4, $5, $6, $6, $6, $7, $8, $9);

-- name: touch_session
update staff_session set last_seen_at = $2 where token_hash = $1 and last_seen_at < $2;

-- name: end_session
update staff_session set ended_at = $2 where token_hash = $1 and ended_at is null;

-- name: end_sessions
update staff_session
set ended_at = $3
where person_id = $1 and ended_at is null and token_hash is distinct from $2
returning token_hash;

-- name: list_sessions
select id, token_hash, method, created_at, last_seen_at, user_agent, address
from staff_session
where person_id = $1 and ended_at is null and expires_at > $2 and last_seen_at > $3
order by last_seen_at desc, id
limit 200;

-- name: find_own_session
select limited, confirmed_at
from staff_session
where token_hash = $1 and ended_at is null;

-- name: find_person
select p.id, p.name, p.email, p.locale
from staff_person p
where p.id = $1;

-- name: list_people
select p.id, p.name, p.email, p.locale
from staff_person p
where p.archived_at is null and ($1::text is null or (p.name collate "C", p.id) > ($1, $2::uuid))
order by p.name collate "C", p.id
limit $3;
