-- Who reads what happened without being here: owners of webhooks, people and keys.

-- name: find_readers
select p.id, p.name, p.email, p.locale from staff_person p where p.id = any($1::uuid[]) and p.archived_at is null;

-- name: grants_of_readers
select g.person_id, r.code as role, r.permissions, r.limits, g.entity_id, g.location_id
from staff_grant g
join staff_role r on r.id = g.role_id
where g.person_id = any($1::uuid[]) and g.valid_from <= $2 and (g.valid_until is null or g.valid_until > $2);

-- name: keys_of_readers
select k.id, k.permissions, k.entity_ids, k.location_ids, k.created_by
from staff_api_key k
where k.id = any($1::uuid[]) and k.kind = 'key' and k.revoked_at is null and (k.expires_at is null or k.expires_at > $2);

-- name: makers_of_keys
select p.id, p.name, p.email, p.locale
from staff_api_key k
join staff_person p on p.id = k.created_by
where k.id = $1 and p.archived_at is null;
