-- Roles, who has them where, and people as those see them who give rights. Instants are parameters.

-- Whoever changes rights waits here for whoever does so already: what is decided on must not change meanwhile.
-- name: lock_rights
select id from staff_role where code = 'owner' for update;

-- name: list_roles
select r.id, r.code, r.name, r.description, r.permissions, r.limits, r.version, (extract(epoch from r.archived_at) * 1000)::bigint as archived_at,
  (select count(distinct g.person_id) from staff_grant g join staff_person p on p.id = g.person_id
   where g.role_id = r.id and p.archived_at is null and (g.valid_until is null or g.valid_until > $2)) as people
from staff_role r
where $1::uuid is null or r.id = $1
order by r.archived_at is not null, r.code collate "C";

-- name: insert_role
insert into staff_role (id, code, name, description, permissions, limits)
values ($1, $2, $3, $4, $5, $6);

-- name: save_role
update staff_role
set name = $3, description = $4, permissions = $5, limits = $6, archived_at = $7, version = version + 1
where id = $1 and version = $2;

-- name: find_kept_grants
select g.id, g.person_id, r.code as role, r.permissions, r.limits, g.entity_id, g.location_id,
  (extract(epoch from g.valid_from) * 1000)::bigint as valid_from, (extract(epoch from g.valid_until) * 1000)::bigint as valid_until
from staff_grant g
join staff_role r on r.id = g.role_id
where g.person_id = any($1::uuid[])
order by r.code collate "C", g.id;

-- name: find_owner_grants
select g.id, g.person_id, r.code as role, r.permissions, r.limits, g.entity_id, g.location_id,
  (extract(epoch from g.valid_from) * 1000)::bigint as valid_from, (extract(epoch from g.valid_until) * 1000)::bigint as valid_until
from staff_grant g
join staff_role r on r.id = g.role_id
join staff_person p on p.id = g.person_id
where r.code = 'owner' and g.entity_id is null and g.location_id is null and g.valid_until is null and g.valid_from <= $1 and p.archived_at is null;

-- name: insert_grant
insert into staff_grant (id, person_id, role_id, entity_id, location_id, valid_from, valid_until, granted_by)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: delete_grant
delete from staff_grant where id = $1;

-- name: find_staff
select p.id, p.name, p.email, p.locale, p.version, (extract(epoch from p.archived_at) * 1000)::bigint as archived_at, p.password_hash is not null as has_password,
  (select (extract(epoch from max(s.last_seen_at)) * 1000)::bigint from staff_session s where s.person_id = p.id) as last_seen_at
from staff_person p
where p.id = $1;

-- name: list_staff
select p.id, p.name, p.email, p.locale, p.version, (extract(epoch from p.archived_at) * 1000)::bigint as archived_at, p.password_hash is not null as has_password,
  (select (extract(epoch from max(s.last_seen_at)) * 1000)::bigint from staff_session s where s.person_id = p.id) as last_seen_at
from staff_person p
where (p.archived_at is not null) = $4
  and ($1::text is null or (p.name collate "C", p.id) > ($1, $2::uuid))
  and ($5::text is null or strpos(lower(p.name), lower($5)) > 0 or strpos(lower(p.email), lower($5)) > 0)
  and ($6::text is null or exists (select from staff_grant g join staff_role r on r.id = g.role_id where g.person_id = p.id and r.code = $6))
order by p.name collate "C", p.id
limit $3;

-- name: save_person
update staff_person
set name = $3, email = $4, locale = $5, archived_at = $6, deactivated_by = $7, version = version + 1
where id = $1 and version = $2;

-- name: find_email
select id from staff_person where lower(email) = lower($1);

-- name: find_confirmed
select (extract(epoch from confirmed_at) * 1000)::bigint as confirmed_at
from staff_session
where token_hash = $1 and person_id = $2 and ended_at is null;

-- name: end_sessions
update staff_session set ended_at = $2 where person_id = $1 and ended_at is null and expires_at > $2;

-- name: count_open
select
  (select count(*) from staff_session where person_id = $1 and ended_at is null and expires_at > $2) as sessions,
  (select count(*) from staff_approval where asked_by = $1 and state = 'pending' and expires_at > $2) as approvals;

-- name: drop_approvals
update staff_approval set expires_at = $2 where asked_by = $1 and state = 'pending' and expires_at > $2;

-- name: list_people_with
select distinct g.person_id
from staff_grant g
join staff_role r on r.id = g.role_id
join staff_person p on p.id = g.person_id
where p.archived_at is null and r.code = any($1::text[]) and g.valid_from <= $2 and (g.valid_until is null or g.valid_until > $2)
limit 1000;

-- name: find_names
select id, name from staff_person where id = any($1::uuid[]) order by name collate "C", id;
