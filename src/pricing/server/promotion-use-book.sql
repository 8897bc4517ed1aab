-- name: load_uses
select u.key, u.uses, u.overuses, u.spent_minor, u.overspent_minor, u.version
from price_promotion_use u
where u.key = any ($1::text[]);

-- name: insert_uses
insert into price_promotion_use (key, uses, overuses, spent_minor, overspent_minor, version)
select u.key, u.uses, u.overuses, u.spent_minor, u.overspent_minor, u.version
from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
  as u(key, uses, overuses, spent_minor, overspent_minor, version);

-- name: update_uses
with written as (
  update price_promotion_use p
  set uses = u.uses, overuses = u.overuses, spent_minor = u.spent_minor, overspent_minor = u.overspent_minor, version = u.version
  from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
    as u(key, was, uses, overuses, spent_minor, overspent_minor, version)
  where p.key = u.key and p.version = u.was
  returning 1)
select platform_guard((select count(*) from written), $8, 'price_promotion_use');
