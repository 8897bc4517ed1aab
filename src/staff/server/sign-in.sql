-- What people prove themselves with: passwords, codes, tickets, what the company's provider says. Instants and hashes are parameters.

-- name: find_credential
select p.id, p.name, p.email, p.locale, p.password_hash,
  exists (select from staff_totp t where t.person_id = p.id and t.confirmed_at is not null) as has_totp,
  exists (select from staff_passkey k where k.person_id = p.id) as has_passkey,
  exists (
    select
    from staff_grant g
    join staff_role r on r.id = g.role_id
    where g.person_id = p.id and r.requires_second_factor
  ) as needs_second_factor
from staff_person p
where p.archived_at is null and (lower(p.email) = lower($1) or p.id = $2);

-- name: set_password
update staff_person
set password_hash = $2, version = version + 1
where id = $1;

-- name: rehash_password
update staff_person
set password_hash = $3
where id = $1 and password_hash = $2;

-- name: drop_old_tickets
delete from staff_ticket
where token_hash in (select token_hash from staff_ticket where expires_at < $1 limit 100 for update skip locked);

-- name: drop_tickets
delete from staff_ticket
where person_id = $1 and kind = $2;

-- name: insert_ticket
insert into staff_ticket (token_hash, kind, person_id, expires_at, body)
values ($1, $2, $3, $4, $5);

-- name: find_ticket
select person_id, body
from staff_ticket
where token_hash = $1 and kind = $2 and expires_at > $3;

-- name: try_ticket
update staff_ticket
set tries = tries + 1
where token_hash = $1 and kind = $2 and expires_at > $3 and tries < $4
returning person_id, body;

-- name: use_ticket
delete from staff_ticket
where token_hash = $1 and kind = $2 and expires_at > $3
returning person_id, body;

-- name: find_totp
select sealed_seed, confirmed_at, last_step
from staff_totp
where person_id = $1;

-- name: begin_totp
insert into staff_totp (person_id, sealed_seed, created_at)
values ($1, $2, $3)
on conflict (person_id) do update
set sealed_seed = excluded.sealed_seed, created_at = excluded.created_at, last_step = 0
where staff_totp.confirmed_at is null;

-- name: take_step
update staff_totp
set last_step = $2, confirmed_at = coalesce(confirmed_at, $3)
where person_id = $1 and last_step < $2 and sealed_seed = $4;

-- name: delete_totp
delete from staff_totp
where person_id = $1 and confirmed_at is not null;

-- name: delete_recovery_codes
delete from staff_recovery_code
where person_id = $1;

-- name: insert_recovery_codes
insert into staff_recovery_code (person_id, code_hash)
select $1, c.code_hash
from unnest($2::text[]) as c(code_hash);

-- name: use_recovery_code
update staff_recovery_code
set used_at = $3
where person_id = $1 and code_hash = $2 and used_at is null;

-- name: count_recovery_codes
select count(*) as left_over
from staff_recovery_code
where person_id = $1 and used_at is null;

-- name: find_by_company_identity
select i.person_id
from staff_company_identity i
join staff_person p on p.id = i.person_id
where i.issuer = $1 and i.subject = $2 and p.archived_at is null;

-- name: link_company_identity
insert into staff_company_identity (issuer, subject, person_id, linked_at)
values ($1, $2, $3, $4)
on conflict do nothing;

-- name: find_old_seeds
select person_id as id, sealed_seed as sealed
from staff_totp
where not starts_with(sealed_seed, $1)
order by person_id
limit $2;

-- name: replace_seed
update staff_totp
set sealed_seed = $3
where person_id = $1 and sealed_seed = $2;

-- name: list_strict_roles
select id
from staff_role
where requires_second_factor
order by id;

-- name: set_strict_roles
update staff_role
set requires_second_factor = (id = any($1::uuid[])), version = version + 1
where requires_second_factor <> (id = any($1::uuid[]));
