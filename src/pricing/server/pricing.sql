-- name: find_price_lists
select id, channel_id, currency, tax_inclusive, name
from price_list
order by channel_id, currency;

-- name: insert_price_lists
insert into price_list (id, channel_id, currency, tax_inclusive, name)
select l.id, l.channel_id, l.currency, l.tax_inclusive, l.name
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::boolean[], $5::text[]) as l(id, channel_id, currency, tax_inclusive, name);

-- name: save_prices
insert into price (price_list_id, sku_id, valid_from, amount, scale, per, valid_until, markdown)
select p.price_list_id, p.sku_id, p.valid_from, p.amount, p.scale, p.per, p.valid_until, p.markdown
from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::bigint[], $5::smallint[], $6::bigint[], $7::timestamptz[], $8::boolean[])
  as p(price_list_id, sku_id, valid_from, amount, scale, per, valid_until, markdown)
order by p.price_list_id, p.sku_id, p.valid_from
on conflict (price_list_id, sku_id, valid_from) do update
set amount = excluded.amount, scale = excluded.scale, per = excluded.per,
  valid_until = excluded.valid_until, markdown = excluded.markdown, change_id = null, waits = false;

-- What would have held, before this change, at the moment at which a new price begins.
-- name: find_prices_before
select w.place, p.amount, p.scale, p.per
from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) with ordinality as w(price_list_id, sku_id, valid_from, place)
cross join lateral (
  select o.amount, o.scale, o.per
  from price o
  left join price_change c on c.id = o.change_id
  where o.price_list_id = w.price_list_id and o.sku_id = w.sku_id
    and greatest(o.valid_from, c.not_before) <= w.valid_from and (o.valid_until is null or o.valid_until > w.valid_from)
    and (c.id is null or c.state = 'scheduled' or (c.state = 'undone' and c.ended_at > w.valid_from))
  order by o.valid_from desc
  limit 1) p
order by w.place;

-- Of a price that begins when a store opens or closes, as far as one can say without a store: at the moment its row names.
-- name: find_prices_in_force
select distinct on (p.sku_id, p.price_list_id) p.sku_id, l.channel_id, l.currency, p.amount, p.scale, p.per, l.tax_inclusive
from price p
join price_list l on l.id = p.price_list_id
left join price_change c on c.id = p.change_id
where p.sku_id = any ($1::uuid[]) and greatest(p.valid_from, c.not_before) <= $2 and ($3::uuid is null or l.channel_id = $3)
  and (p.valid_until is null or p.valid_until > $2)
  and (c.id is null or c.state = 'scheduled' or (c.state = 'undone' and c.ended_at > $2))
order by p.sku_id, p.price_list_id, p.valid_from desc;

-- name: find_prices_of_sku
select p.price_list_id, l.channel_id, l.currency, p.amount, p.scale, p.per, l.tax_inclusive, p.markdown, p.change_id, p.waits,
  (extract(epoch from p.valid_from) * 1000)::bigint as valid_from, (extract(epoch from p.valid_until) * 1000)::bigint as valid_until
from price p
join price_list l on l.id = p.price_list_id
left join price_change c on c.id = p.change_id
where p.sku_id = $1 and (c.id is null or c.state in ('scheduled', 'undone'))
order by p.valid_from desc, p.price_list_id
limit 200;

-- From the last price on that nothing can take back, at an instant or before it; earlier ones only when somebody asks for an earlier instant.
-- name: find_prices_since
select w.place, p.amount, p.scale, p.per, p.markdown, p.change_id, p.waits,
  (extract(epoch from p.valid_from) * 1000)::bigint as valid_from, (extract(epoch from p.valid_until) * 1000)::bigint as valid_until
from unnest($1::uuid[], $2::uuid[]) with ordinality as w(price_list_id, sku_id, place)
join price p on p.price_list_id = w.price_list_id and p.sku_id = w.sku_id
where p.valid_from >= coalesce((
  select max(o.valid_from)
  from price o
  where o.price_list_id = w.price_list_id and o.sku_id = w.sku_id and o.valid_from <= $3 and o.change_id is null and o.valid_until is null), '-infinity')
order by w.place, p.valid_from;

-- name: find_vat_rates
select country, tax_class, valid_from, rate_ppm, name
from price_vat_rate
order by country, tax_class, valid_from;

-- name: save_vat_rates
insert into price_vat_rate (country, tax_class, valid_from, rate_ppm, name)
select r.country, r.tax_class, r.valid_from, r.rate_ppm, r.name
from unnest($1::text[], $2::text[], $3::date[], $4::integer[], $5::text[]) as r(country, tax_class, valid_from, rate_ppm, name)
on conflict (country, tax_class, valid_from) do update
set rate_ppm = excluded.rate_ppm, name = excluded.name;
