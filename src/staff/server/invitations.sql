-- Invitations: somebody is to work here and has still to choose a password.

-- name: insert_invitation
insert into staff_invitation (id, person_id, token_hash, invited_by, created_at, sent_at, expires_at)
values ($1, $2, $3, $4, $5, $5, $6);

-- name: renew_invitation
update staff_invitation
set token_hash = $2, sent_at = $3, expires_at = $4
where id = $1 and accepted_at is null and revoked_at is null;

-- name: lock_invitation
select i.id, i.person_id, p.name, p.email, p.locale, i.expires_at
from staff_invitation i
join staff_person p on p.id = i.person_id
where i.id = $1 and i.accepted_at is null and i.revoked_at is null
for update of i, p;

-- name: find_by_token
select i.id, i.person_id, p.name, p.email, p.locale, i.expires_at
from staff_invitation i
join staff_person p on p.id = i.person_id
where i.token_hash = $1 and i.expires_at > $2 and i.accepted_at is null and i.revoked_at is null and p.archived_at is null;

-- name: accept_invitation
update staff_invitation
set accepted_at = $3
where person_id = $1 and accepted_at is null and revoked_at is null and ($2::text is null or token_hash = $2);

-- name: revoke_invitation
update staff_invitation
set revoked_at = $2
where id = $1 and accepted_at is null and revoked_at is null;

-- name: archive_invited
update staff_person
set archived_at = $2, deactivated_by = $3, version = version + 1
where id = $1 and archived_at is null;

-- name: insert_invited
insert into staff_person (id, name, email, locale)
values ($1, $2, $3, $4);

-- name: revive_invited
update staff_person
set name = $2, locale = $3, archived_at = null, deactivated_by = null, version = version + 1
where id = $1;

-- name: name_invited
update staff_person
set name = $2, version = version + 1
where id = $1 and name <> $2;

-- name: find_same_email
select p.id, p.archived_at is not null as is_archived,
  exists (select from staff_invitation i where i.person_id = p.id and i.accepted_at is null and i.revoked_at is null) as is_invited
from staff_person p
where lower(p.email) = lower($1)
for update;

-- name: list_invitations
select i.id, p.name, p.email, i.created_at, i.sent_at, i.expires_at, b.name as invited_by, r.code as role, g.entity_id, g.location_id
from staff_invitation i
join staff_person p on p.id = i.person_id
left join staff_person b on b.id = i.invited_by
left join lateral (
  select role_id, entity_id, location_id from staff_grant where person_id = p.id order by id limit 1
) g on true
left join staff_role r on r.id = g.role_id
where i.accepted_at is null and i.revoked_at is null and ($1::uuid is null or i.id < $1)
order by i.id desc
limit $2;
