-- name: find_change_windows
select id, state, start_local, (extract(epoch from start_at) * 1000)::bigint as start_at,
  (extract(epoch from not_before) * 1000)::bigint as not_before, (extract(epoch from ended_at) * 1000)::bigint as ended_at
from price_change
where state <> 'draft'
order by id;

-- name: insert_change
insert into price_change (id, name, state, markdown, valid_until, created_by, created_at)
values ($1, $2, 'draft', $3, $4, $5, $6);

-- name: find_changes
select c.id, c.name, c.state, c.start_local, c.forced, c.markdown, c.staged_after, c.scheduled_by, c.version,
  (extract(epoch from c.start_at) * 1000)::bigint as start_at, (extract(epoch from c.valid_until) * 1000)::bigint as valid_until,
  (extract(epoch from c.not_before) * 1000)::bigint as not_before, (extract(epoch from c.ended_at) * 1000)::bigint as ended_at,
  (extract(epoch from c.created_at) * 1000)::bigint as created_at,
  c.row_count as rows, c.staged_count as staged
from price_change c
where ($1::uuid is null or c.id = $1) and ($2::uuid is null or c.id < $2)
order by c.id desc
limit $3;

-- The lock keeps two from scheduling one change at a time.
-- name: lock_change
select id from price_change where id = $1 for update;

-- name: save_change
update price_change
set state = $2, start_at = $3, start_local = $4, forced = $5, not_before = $6, ended_at = $7, staged_after = $8, scheduled_by = $9,
  scheduled_at = coalesce(scheduled_at, $10), staged_count = $11, version = version + 1
where id = $1;

-- name: save_rows
insert into price_change_row (change_id, list_id, sku_id, min_quantity, is_override, amount, scale, per)
select $1, r.list_id, r.sku_id, r.min_quantity, r.is_override, r.amount, r.scale, r.per
from unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::boolean[], $6::bigint[], $7::smallint[], $8::bigint[])
  as r(list_id, sku_id, min_quantity, is_override, amount, scale, per)
order by r.sku_id, r.list_id, r.min_quantity
on conflict (change_id, sku_id, list_id, min_quantity) do update
set amount = excluded.amount, scale = excluded.scale, per = excluded.per;

-- Counted as they come: a hundred thousand rows are too many to be counted with every four hundred.
-- name: count_rows
update price_change c
set row_count = c.row_count + cardinality($2::uuid[]) - (
  select count(*)
  from unnest($2::uuid[], $3::uuid[], $4::bigint[]) as w(list_id, sku_id, min_quantity)
  join price_change_row r on r.change_id = $1 and r.sku_id = w.sku_id and r.list_id = w.list_id and r.min_quantity = w.min_quantity)
where c.id = $1;

-- Rows with what their lists said before the change, at an instant, and with the tax class of the goods. One statement for a whole page: asking for the old
-- prices by sending the keys back took three times as long.
-- name: find_rows
select r.list_id, r.sku_id, r.min_quantity, r.is_override, r.amount, r.scale, r.per, s.code, s.name, coalesce(s.tax_class, c.tax_class) as tax_class,
  o.amount as old_amount, o.scale as old_scale, o.per as old_per
from (
  select w.change_id, w.list_id, w.sku_id, w.min_quantity, w.is_override, w.amount, w.scale, w.per
  from price_change_row w
  where w.change_id = $1 and (w.sku_id, w.list_id, w.min_quantity) > ($2::uuid, $3::uuid, $4::bigint)
  order by w.sku_id, w.list_id, w.min_quantity
  limit $5) r
join catalog_sku s on s.id = r.sku_id
join catalog_product p on p.id = s.product_id
join catalog_category c on c.id = p.category_id
left join lateral (
  (select b.amount, b.scale, b.per
  from price b
  left join price_change h on h.id = b.change_id
  where not r.is_override and b.price_list_id = r.list_id and b.sku_id = r.sku_id and b.change_id is distinct from r.change_id
    and greatest(b.valid_from, h.not_before) <= $6 and (b.valid_until is null or b.valid_until > $6)
    and (h.id is null or h.state = 'scheduled' or (h.state = 'undone' and h.ended_at > $6))
  order by b.valid_from desc
  limit 1)
  union all
  (select b.amount, b.scale, b.per
  from price_override b
  left join price_change h on h.id = b.change_id
  where r.is_override and b.list_id = r.list_id and b.sku_id = r.sku_id and b.min_quantity = r.min_quantity
    and b.change_id is distinct from r.change_id
    and greatest(b.valid_from, h.not_before) <= $6 and (b.valid_until is null or b.valid_until > $6)
    and (h.id is null or h.state = 'scheduled' or (h.state = 'undone' and h.ended_at > $6))
  order by b.valid_from desc
  limit 1)) o on true
order by r.sku_id, r.list_id, r.min_quantity;

-- Where another change begins at the very same moment this one comes a thousandth of a second later.
-- name: stage_prices
insert into price (price_list_id, sku_id, valid_from, amount, scale, per, valid_until, markdown, change_id, waits)
select p.list_id, p.sku_id, coalesce((
    select max(o.valid_from) + interval '1 millisecond'
    from price o
    where o.price_list_id = p.list_id and o.sku_id = p.sku_id
      and o.valid_from >= p.valid_from and o.valid_from < p.valid_from + interval '1 second'), p.valid_from),
  p.amount, p.scale, p.per, $7::timestamptz, $8, $9, p.waits
from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::bigint[], $5::smallint[], $6::bigint[], $10::boolean[])
  as p(list_id, sku_id, valid_from, amount, scale, per, waits)
order by p.list_id, p.sku_id;

-- name: stage_overrides
insert into price_override (list_id, sku_id, min_quantity, valid_from, amount, scale, per, valid_until, change_id, waits)
select p.list_id, p.sku_id, p.min_quantity, coalesce((
    select max(o.valid_from) + interval '1 millisecond'
    from price_override o
    where o.list_id = p.list_id and o.sku_id = p.sku_id and o.min_quantity = p.min_quantity
      and o.valid_from >= p.valid_from and o.valid_from < p.valid_from + interval '1 second'), p.valid_from),
  p.amount, p.scale, p.per, $7::timestamptz, $8, p.waits
from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::bigint[], $5::smallint[], $6::bigint[], $9::bigint[], $10::boolean[])
  as p(list_id, sku_id, valid_from, amount, scale, per, min_quantity, waits)
order by p.list_id, p.sku_id, p.min_quantity;

-- name: find_staging
select id from price_change where state = 'staging' order by id limit 1;

-- Where the price on a shelf may change: a price of the base list begins, one of a list above it that holds there, or such a list itself begins or ends ($8, $9, and
-- $10 whether it changes every price of the base list). A moment and SKU that several say comes once, the base list's first.
-- name: find_label_prices
select w.sku_id, w.markdown, w.change_id, w.waits, (extract(epoch from w.valid_from) * 1000)::bigint as valid_from,
  (extract(epoch from w.valid_until) * 1000)::bigint as valid_until
from (
  select distinct on (u.valid_from, u.sku_id) u.valid_from, u.sku_id, u.markdown, u.change_id, u.waits, u.valid_until
  from (
    select 1 as place, p.valid_from, p.sku_id, p.markdown, p.change_id, p.waits, p.valid_until
    from price p
    left join price_change c on c.id = p.change_id
    where p.price_list_id = $1 and p.valid_from >= $2 and p.valid_from < $3 and (c.id is null or c.state = 'scheduled')
    union all
    select 2, o.valid_from, o.sku_id, false, o.change_id, o.waits, o.valid_until
    from price_override o
    left join price_change c on c.id = o.change_id
    where o.list_id = any ($8::uuid[]) and o.valid_from >= $2 and o.valid_from < $3 and (c.id is null or c.state = 'scheduled')
    union all
    select 3, l.at, o.sku_id, false, null, false, null
    from unnest($8::uuid[], $9::timestamptz[]) as l(list_id, at)
    join price_override o on o.list_id = l.list_id
    where l.at >= $2 and l.at < $3
    union all
    select 4, l.at, p.sku_id, false, null, false, null
    from unnest($9::timestamptz[], $10::boolean[]) as l(at, is_percentage)
    join price p on p.price_list_id = $1
    where l.is_percentage and l.at >= $2 and l.at < $3) u
  where (u.valid_from, u.sku_id) > ($4::timestamptz, $5::uuid)
  order by u.valid_from, u.sku_id, u.place) w
where not exists (
  select from price_label_done d
  where d.location_id = $6 and d.sku_id = w.sku_id and d.starts_at = w.valid_from)
order by w.valid_from, w.sku_id
limit $7;

-- name: save_labels_done
insert into price_label_done (location_id, sku_id, starts_at, done_by, done_at)
select $1, d.sku_id, d.starts_at, $4, $5
from unnest($2::uuid[], $3::timestamptz[]) as d(sku_id, starts_at)
join catalog_sku s on s.id = d.sku_id
order by d.sku_id, d.starts_at
on conflict (location_id, sku_id, starts_at) do nothing;
