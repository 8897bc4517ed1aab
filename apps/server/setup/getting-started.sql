-- What a retailer has and has not, for Getting started and for the list of what is ready. Counts end where they only have to be more than none.

-- name: find_skipped
select value
from platform_setting
where name = 'getting_started';

-- name: lock_skipped
select value
from platform_setting
where name = 'getting_started'
for update;

-- name: save_skipped
insert into platform_setting (name, value, version)
values ('getting_started', $1::json, 1)
on conflict (name) do update set value = excluded.value, version = platform_setting.version + 1;

-- name: find_steps
select
  exists (select 1 from company_legal_entity where archived_at is null) as company,
  exists (select 1 from location where archived_at is null and kind <> 'transit') as location,
  exists (select 1 from channel c join price_list p on p.channel_id = c.id where c.archived_at is null) as channel,
  exists (select 1 from catalog_sku where archived_at is null) as products,
  exists (select 1 from price) as prices,
  exists (select 1 from stock_level where on_hand > 0) as stock,
  exists (select 1 from order_header where kind in ('till_sale', 'marketplace_order') or status in ('part_shipped', 'completed')) as sale;

-- name: count_untaxed_entities
select count(*)::bigint as count
from company_legal_entity e
where e.archived_at is null
  and not exists (
    select 1 from company_tax_registration r
    where r.entity_id = e.id and r.valid_from <= $1::date and (r.valid_to is null or r.valid_to > $1::date)
  );

-- name: count_classes_without_rate
select count(*)::bigint as count
from (select distinct country from company_legal_entity where archived_at is null) e
cross join (
  select tax_class from catalog_category
  union
  select tax_class from catalog_sku where tax_class is not null and archived_at is null
) c
where not exists (
  select 1 from price_vat_rate v
  where v.country = e.country and v.tax_class = c.tax_class and v.valid_from <= $1::date
);

-- name: count_skus_without_price
select count(*)::bigint as count
from catalog_sku s
where s.archived_at is null and s.kind in ('goods', 'bundle', 'service')
  and not exists (select 1 from price p where p.sku_id = s.id);

-- name: count_skus_without_stock
select count(*)::bigint as count
from catalog_sku s
where s.archived_at is null and s.kind = 'goods'
  and not exists (select 1 from stock_level l where l.sku_id = s.id and l.on_hand > 0);

-- name: count_skus_without_cost
select count(*)::bigint as count
from stock_cost
where quantity > 0 and value_minor = 0;

-- name: count_skus_without_gtin
select count(*)::bigint as count
from catalog_sku
where archived_at is null and kind = 'goods' and gtin is null;

-- name: count_channels_without_rate
select count(*)::bigint as count
from channel c
join company_legal_entity e on e.id = c.entity_id
where c.archived_at is null and c.currency <> e.functional_currency
  and not exists (
    select 1 from company_exchange_rate x
    where (x.from_currency, x.to_currency) in ((c.currency, e.functional_currency), (e.functional_currency, c.currency))
  );

-- name: count_stores_without_register
select count(*)::bigint as count
from location l
where l.archived_at is null and l.kind = 'store'
  and not exists (select 1 from company_register r where r.location_id = l.id and r.archived_at is null);

-- name: find_comparison
select id, report
from platform_import
where kind = 'comparison' and state = 'checked'
order by finished_at desc
limit 1;
