-- name: find_override_lists
select id, name, currency, tax_inclusive, priority, channel_ids, location_ids, group_ids, adjust_ppm, ending, version,
  (extract(epoch from valid_from) * 1000)::bigint as valid_from, (extract(epoch from valid_until) * 1000)::bigint as valid_until
from price_override_list
order by id;

-- name: save_override_list
insert into price_override_list (id, name, currency, tax_inclusive, priority, channel_ids, location_ids, group_ids, valid_from, valid_until, adjust_ppm, ending, version)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict (id) do update
set name = excluded.name, priority = excluded.priority, channel_ids = excluded.channel_ids, location_ids = excluded.location_ids, group_ids = excluded.group_ids,
  valid_from = excluded.valid_from, valid_until = excluded.valid_until, adjust_ppm = excluded.adjust_ppm, ending = excluded.ending, version = excluded.version;

-- What stands where prices are about to be written.
-- name: find_overrides_at
select w.place, p.amount, p.scale, p.per
from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::timestamptz[]) with ordinality as w(list_id, sku_id, min_quantity, valid_from, place)
join price_override p on p.list_id = w.list_id and p.sku_id = w.sku_id and p.min_quantity = w.min_quantity and p.valid_from = w.valid_from
order by w.place;

-- name: save_overrides
insert into price_override (list_id, sku_id, min_quantity, valid_from, valid_until, amount, scale, per)
select p.list_id, p.sku_id, p.min_quantity, p.valid_from, p.valid_until, p.amount, p.scale, p.per
from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::bigint[], $7::smallint[], $8::bigint[])
  as p(list_id, sku_id, min_quantity, valid_from, valid_until, amount, scale, per)
order by p.list_id, p.sku_id, p.min_quantity, p.valid_from
on conflict (list_id, sku_id, min_quantity, valid_from) do update
set valid_until = excluded.valid_until, amount = excluded.amount, scale = excluded.scale, per = excluded.per, change_id = null, waits = false;

-- name: find_overrides_since
select w.place, p.min_quantity, p.amount, p.scale, p.per, p.change_id, p.waits,
  (extract(epoch from p.valid_from) * 1000)::bigint as valid_from, (extract(epoch from p.valid_until) * 1000)::bigint as valid_until
from unnest($1::uuid[], $2::uuid[]) with ordinality as w(list_id, sku_id, place)
join price_override p on p.list_id = w.list_id and p.sku_id = w.sku_id
where p.valid_from >= coalesce((
  select max(o.valid_from)
  from price_override o
  where o.list_id = w.list_id and o.sku_id = w.sku_id and o.min_quantity = p.min_quantity
    and o.valid_from <= $3 and o.change_id is null and o.valid_until is null), '-infinity')
order by w.place, p.min_quantity, p.valid_from;

-- name: find_ceilings
select sku_id, lot, country, currency, amount_minor, per,
  (extract(epoch from valid_from) * 1000)::bigint as valid_from, (extract(epoch from valid_until) * 1000)::bigint as valid_until
from price_ceiling
where sku_id = any ($1::uuid[])
order by sku_id, lot, country, currency, valid_from;

-- name: find_ceilings_at
select w.place, c.amount_minor, c.per
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[]) with ordinality as w(sku_id, lot, country, currency, valid_from, place)
join price_ceiling c on c.sku_id = w.sku_id and c.lot = w.lot and c.country = w.country and c.currency = w.currency and c.valid_from = w.valid_from
order by w.place;

-- name: save_ceilings
insert into price_ceiling (sku_id, lot, country, currency, valid_from, valid_until, amount_minor, per)
select c.sku_id, c.lot, c.country, c.currency, c.valid_from, c.valid_until, c.amount_minor, c.per
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::bigint[], $8::bigint[])
  as c(sku_id, lot, country, currency, valid_from, valid_until, amount_minor, per)
order by c.sku_id, c.lot, c.country, c.currency, c.valid_from
on conflict (sku_id, lot, country, currency, valid_from) do update
set valid_until = excluded.valid_until, amount_minor = excluded.amount_minor, per = excluded.per;

-- name: find_what_there_is
select exists (select from price_ceiling) as ceilings, exists (select from price_customer_group) as groups;

-- name: find_groups
select g.id, g.code, g.name, (select count(*) from price_customer_group_member m where m.group_id = g.id) as members
from price_customer_group g
order by g.code;

-- name: insert_group
insert into price_customer_group (id, code, name) values ($1, $2, $3);

-- name: find_groups_of_customers
select m.customer_id, m.group_id
from price_customer_group_member m
where m.customer_id = any ($1::uuid[])
order by m.customer_id, m.group_id;

-- name: find_members
select m.customer_id, (extract(epoch from m.since) * 1000)::bigint as since
from price_customer_group_member m
where m.group_id = $1 and ($2::uuid is null or m.customer_id > $2)
order by m.customer_id
limit $3;

-- name: insert_members
insert into price_customer_group_member (customer_id, group_id, since)
select c.id, $1, $3
from customer c
where c.id = any ($2::uuid[])
order by c.id
on conflict (customer_id, group_id) do nothing;

-- name: delete_members
delete from price_customer_group_member where group_id = $1 and customer_id = any ($2::uuid[]);
