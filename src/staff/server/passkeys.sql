-- Passkeys of people. The public key is no secret; the private one never leaves its device.

-- name: list_passkeys
select id, name, credential_id, transports, site, created_at, last_used_at
from staff_passkey
where person_id = $1
order by created_at, id;

-- name: find_passkey
select k.id, k.person_id, k.credential_id, k.public_key, k.counter, k.transports, k.site
from staff_passkey k
join staff_person p on p.id = k.person_id
where k.credential_id = $1 and p.archived_at is null;

-- name: insert_passkey
insert into staff_passkey (id, person_id, name, credential_id, public_key, counter, transports, site, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (credential_id) do nothing;

-- name: use_passkey
update staff_passkey
set counter = $3, last_used_at = $4
where id = $1 and counter = $2;

-- name: rename_passkey
update staff_passkey
set name = $3
where id = $1 and person_id = $2;

-- name: delete_passkey
delete from staff_passkey
where id = $1 and person_id = $2;

-- name: delete_passkeys
delete from staff_passkey
where person_id = $1;

-- name: count_passkeys
select count(*) as keys
from staff_passkey
where person_id = $1;
