-- name: find_postal_areas
select a.country, a.region, a.from_code, a.through_code, a.county, a.city, a.districts, a.valid_from, a.valid_until, a.source
from price_tax_postal_area a
where ($1::text is null or a.country = $1) and ($2::text is null or a.region = $2)
order by a.country, a.region, a.from_code, a.through_code, a.valid_from;

-- name: find_areas_near
select a.country, a.region, a.from_code, a.through_code, a.county, a.city, a.districts, a.valid_from, a.valid_until, a.source
from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as near(country, region, low, high)
join price_tax_postal_area a
  on a.country = near.country and a.region = near.region and length(a.from_code) = length(near.low)
  and a.from_code <= near.high collate "C" and a.through_code >= near.low collate "C";

-- name: list_postal_areas
select a.country, a.region, a.from_code, a.through_code, a.county, a.city, a.districts, a.valid_from, a.valid_until, a.source
from price_tax_postal_area a
where ($1::text is null or a.country = $1) and ($2::text is null or a.region = $2)
  and ($3::text is null
    or (a.from_code <= left($3, length(a.from_code)) collate "C" and a.through_code >= left($3, length(a.from_code)) collate "C"
      and length(a.from_code) <= length($3)))
  and ($4::text is null
    or (a.country, a.region, a.from_code, a.through_code, a.valid_from) > ($4, $5, $6::text collate "C", $7::text collate "C", $8::date))
order by a.country, a.region, a.from_code, a.through_code, a.valid_from
limit $9;

-- name: sum_postal_areas
select a.country, a.region, count(*)::bigint as rows, max(a.valid_from) as newest, min(a.source) as source
from price_tax_postal_area a
group by a.country, a.region
order by a.country, a.region;

-- name: count_postal_areas
select count(*)::bigint as rows
from unnest($1::text[], $2::text[]) as w(country, region)
join price_tax_postal_area a on a.country = w.country and a.region = w.region;

-- name: lock_postal_areas
lock table price_tax_postal_area in share row exclusive mode;

-- name: save_postal_areas
insert into price_tax_postal_area (country, region, from_code, through_code, county, city, districts, valid_from, valid_until, source)
select r.country, r.region, r.from_code, r.through_code, r.county, r.city, string_to_array(r.districts, ';'), r.valid_from, r.valid_until, r.source
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::date[], $9::date[], $10::text[])
  as r(country, region, from_code, through_code, county, city, districts, valid_from, valid_until, source)
on conflict (country, region, from_code, through_code, valid_from) do update
set county = excluded.county, city = excluded.city, districts = excluded.districts, valid_until = excluded.valid_until, source = excluded.source;

-- name: remove_postal_areas
delete from price_tax_postal_area a
using (
  select country, region, from_code, through_code, valid_from
  from price_tax_postal_area
  where country = $1 and region = $2
  order by from_code, through_code, valid_from
  limit $3) as gone
where a.country = gone.country and a.region = gone.region and a.from_code = gone.from_code and a.through_code = gone.through_code
  and a.valid_from = gone.valid_from;
