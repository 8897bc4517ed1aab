-- name: lock_person
select name, email, locale, (extract(epoch from archived_at) * 1000)::bigint as archived_at, (extract(epoch from erased_at) * 1000)::bigint as erased_at
from staff_person
where id = $1
for update;

-- name: blank_person
update staff_person
set name = 'Erased person', email = $2, password_hash = null, locale = 'en', erased_at = $3, version = version + 1
where id = $1;

-- name: delete_sessions
delete from staff_session where person_id = $1 returning id;

-- name: delete_tickets
delete from staff_ticket where person_id = $1 returning token_hash;

-- name: delete_totp
delete from staff_totp where person_id = $1 returning person_id;

-- name: delete_recovery_codes
delete from staff_recovery_code where person_id = $1 returning code_hash;

-- name: delete_passkeys
delete from staff_passkey where person_id = $1 returning id;

-- name: delete_invitations
delete from staff_invitation where person_id = $1 returning id;

-- name: delete_company_identities
delete from staff_company_identity where person_id = $1 returning subject;

-- name: delete_pins
delete from staff_pin where person_id = $1 returning location_id;

-- name: delete_badges
delete from staff_badge where person_id = $1 returning id;

-- name: list_sessions
select created_at, last_seen_at, ended_at, method, user_agent, address
from staff_session
where person_id = $1
order by created_at;

-- name: list_grants
select r.code as role, g.entity_id, g.location_id, g.valid_from, g.valid_until
from staff_grant g
join staff_role r on r.id = g.role_id
where g.person_id = $1
order by g.id;

-- name: delete_old_sessions
delete from staff_session
where coalesce(ended_at, expires_at) < $1;
