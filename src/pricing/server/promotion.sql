-- name: find_promotions_in_force
select p.id, p.name, p.terms, (extract(epoch from p.archived_at) * 1000)::bigint as archived_at, p.version
from price_promotion p
where p.archived_at is null and (p.valid_until is null or p.valid_until > $1)
order by p.id;

-- name: find_promotions
select p.id, p.name, p.terms, (extract(epoch from p.archived_at) * 1000)::bigint as archived_at, p.version
from price_promotion p
where p.id = any ($1::uuid[])
order by p.id;

-- name: lock_promotion
select p.id, p.name, p.terms, (extract(epoch from p.archived_at) * 1000)::bigint as archived_at, p.version
from price_promotion p
where p.id = $1
for update of p;

-- The state at an instant: 'running', 'scheduled', 'ended' or 'archived'; null for all that are not archived.
-- name: list_promotions
select p.id, p.name, p.terms, (extract(epoch from p.archived_at) * 1000)::bigint as archived_at, p.version
from price_promotion p
where (p.name, p.id) > ($2::text, $3::uuid)
  and ($4::text is null or position(lower($4) in lower(p.name)) > 0
    or p.id in (select c.promotion_id from price_promotion_code c where c.code = upper($4)))
  and case coalesce($5::text, 'open')
    when 'archived' then p.archived_at is not null
    when 'open' then p.archived_at is null
    when 'scheduled' then p.archived_at is null and p.valid_from > $6
    when 'ended' then p.archived_at is null and p.valid_until <= $6
    else p.archived_at is null and coalesce(p.valid_from <= $6, true) and coalesce(p.valid_until > $6, true)
  end
order by p.name, p.id
limit $1;

-- name: insert_promotion
insert into price_promotion (id, name, terms, valid_from, valid_until, created_at)
values ($1, $2, $3::json, $4, $5, $6);

-- name: update_promotion
update price_promotion
set name = $2, terms = $3::json, valid_from = $4, valid_until = $5, version = version + 1
where id = $1;

-- name: archive_promotion
update price_promotion
set archived_at = $2, version = version + 1
where id = $1;

-- name: delete_codes
delete from price_promotion_code
where promotion_id = $1;

-- name: insert_codes
insert into price_promotion_code (code, promotion_id)
select c.code, $1
from unnest($2::text[]) as c(code);

-- name: find_codes_of_others
select c.code
from price_promotion_code c
where c.code = any ($2::text[]) and c.promotion_id <> $1
order by c.code
limit 1;

-- name: find_uses
select u.key, u.uses, u.overuses, u.spent_minor, u.overspent_minor
from price_promotion_use u
where u.key = any ($1::text[]);
