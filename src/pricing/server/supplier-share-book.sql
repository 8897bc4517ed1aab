-- name: add_supplier_shares
insert into price_supplier_share as s (entity_id, business_day, promotion_id, currency, pieces, discount_minor, supplier_minor)
select d.entity_id, d.business_day, d.promotion_id, d.currency, sum(d.pieces)::bigint, sum(d.discount_minor)::bigint, sum(d.supplier_minor)::bigint
from unnest($1::uuid[], $2::date[], $3::uuid[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[])
  as d(entity_id, business_day, promotion_id, currency, pieces, discount_minor, supplier_minor)
group by d.entity_id, d.business_day, d.promotion_id, d.currency
on conflict (entity_id, business_day, promotion_id, currency) do update
set pieces = s.pieces + excluded.pieces, discount_minor = s.discount_minor + excluded.discount_minor,
  supplier_minor = s.supplier_minor + excluded.supplier_minor;

-- name: sum_supplier_shares
select p.terms -> 'supplier' ->> 'name' as supplier, s.promotion_id, p.name, s.currency, sum(s.pieces)::bigint as pieces,
  sum(s.discount_minor)::bigint as discount_minor, sum(s.supplier_minor)::bigint as supplier_minor
from price_supplier_share s
join price_promotion p on p.id = s.promotion_id
where s.business_day between $1 and $2 and ($3::uuid is null or s.entity_id = $3)
group by p.terms -> 'supplier' ->> 'name', s.promotion_id, p.name, s.currency
order by 1, p.name, s.promotion_id, s.currency
limit 2000;

-- name: find_supplier_used
select s.promotion_id
from price_supplier_share s
where s.promotion_id = $1
limit 1;
