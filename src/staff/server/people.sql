-- name: insert_roles
insert into staff_role (id, code, name, permissions, limits)
select r.id, r.code, r.name, r.permissions::text[], r.limits::jsonb
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[]) as r(id, code, name, permissions, limits)
on conflict (code) do nothing;

-- name: insert_people
insert into staff_person (id, name, email, password_hash, locale)
select p.id, p.name, p.email, p.password_hash, p.locale
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[]) as p(id, name, email, password_hash, locale);

-- name: insert_grants
insert into staff_grant (id, person_id, role_id, entity_id, location_id)
select g.id, g.person_id, r.id, g.entity_id, g.location_id
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[]) as g(id, person_id, role, entity_id, location_id)
join staff_role r on r.code = g.role;

-- name: count_people
select count(*) as people
from staff_person
where archived_at is null;
