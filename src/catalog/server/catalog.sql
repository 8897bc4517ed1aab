-- name: find_categories
select id, parent_id, name, tax_class, position, version
from catalog_category
order by position, lower(name), id;

-- Whoever changes the tree waits for the others, because a circle may be made by two moves that are each right.
-- name: lock_categories
select id, parent_id, name, tax_class, position, version
from catalog_category
order by id
for update;

-- name: insert_categories
insert into catalog_category (id, parent_id, name, tax_class, position)
select c.id, c.parent_id, c.name, c.tax_class, c.position
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::integer[]) as c(id, parent_id, name, tax_class, position);

-- name: find_products
select id, name, description, category_id, attributes, (extract(epoch from archived_at) * 1000)::bigint as archived_at, version
from catalog_product
where id = any ($1::uuid[])
order by id;

-- name: lock_product
select id, name, description, category_id, attributes, (extract(epoch from archived_at) * 1000)::bigint as archived_at, version
from catalog_product
where id = $1
for no key update;

-- name: find_variants
select id, product_id, name, options, position
from catalog_variant
where product_id = any ($1::uuid[])
order by product_id, position, id;

-- name: find_skus
select id, variant_id, product_id, code, name, gtin, kind, base_unit, pack_sizes, tax_class,
  (extract(epoch from archived_at) * 1000)::bigint as archived_at, version
from catalog_sku
where id = any ($1::uuid[])
order by id;

-- name: lock_sku
select id, variant_id, product_id, code, name, gtin, kind, base_unit, pack_sizes, tax_class,
  (extract(epoch from archived_at) * 1000)::bigint as archived_at, version
from catalog_sku
where id = $1
for no key update;

-- name: find_skus_of_products
select id, variant_id, product_id, code, name, gtin, kind, base_unit, pack_sizes, tax_class,
  (extract(epoch from archived_at) * 1000)::bigint as archived_at, version
from catalog_sku
where product_id = any ($1::uuid[])
order by product_id, code;

-- name: find_taken
select id, code, gtin
from catalog_sku
where code = any ($1::text[])
union
select id, code, gtin
from catalog_sku
where gtin = any ($2::text[]);

-- Everything that hangs below some SKUs, so that a circle is seen however deep it closes.
-- name: find_parts_below
with recursive below (sku_id) as (
  select unnest($1::uuid[])
  union
  select p.part_sku_id
  from below b
  join catalog_bundle_part p on p.bundle_sku_id = b.sku_id)
select s.id, s.kind, p.part_sku_id, p.quantity
from below b
join catalog_sku s on s.id = b.sku_id
left join catalog_bundle_part p on p.bundle_sku_id = b.sku_id
order by s.id, p.part_sku_id;

-- name: insert_products
insert into catalog_product (id, name, description, category_id, attributes)
select p.id, p.name, p.description, p.category_id, p.attributes::json
from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[]) as p(id, name, description, category_id, attributes);

-- name: insert_variants
insert into catalog_variant (id, product_id, name, options, position)
select v.id, v.product_id, v.name, v.options::json, v.position
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::integer[]) as v(id, product_id, name, options, position);

-- name: insert_skus
insert into catalog_sku (id, variant_id, product_id, code, name, gtin, kind, base_unit, pack_sizes, tax_class)
select s.id, s.variant_id, s.product_id, s.code, s.name, s.gtin, s.kind, s.base_unit, s.pack_sizes::json, s.tax_class
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
  as s(id, variant_id, product_id, code, name, gtin, kind, base_unit, pack_sizes, tax_class);

-- name: insert_parts
insert into catalog_bundle_part (bundle_sku_id, part_sku_id, quantity)
select p.bundle_sku_id, p.part_sku_id, p.quantity
from unnest($1::uuid[], $2::uuid[], $3::bigint[]) as p(bundle_sku_id, part_sku_id, quantity);

-- name: insert_media
insert into catalog_media (id, product_id, position, media_type, alt, content)
select m.id, m.product_id, m.position, m.media_type, m.alt, m.content
from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[], $5::text[], $6::bytea[])
  as m(id, product_id, position, media_type, alt, content);

-- name: update_product
update catalog_product
set name = $3, description = $4, category_id = $5, attributes = $6::json, archived_at = $7, version = version + 1
where id = $1 and version = $2;

-- name: update_sku
update catalog_sku
set name = $3, gtin = $4, pack_sizes = $5::json, tax_class = $6, archived_at = $7, version = version + 1
where id = $1 and version = $2;

-- name: list_products
select id, name, description, category_id, attributes, (extract(epoch from archived_at) * 1000)::bigint as archived_at, version,
  lower(name) as sort_name
from catalog_product
where (lower(name), id) > ($2, $3::uuid)
  and ($4::uuid[] is null or category_id = any ($4::uuid[]))
  and ($5 or archived_at is null)
order by lower(name), id
limit $1;

-- The SKUs' part is an array, so that the planner joins both ways by their indexes and reads each product once.
-- name: search_products
select p.id, p.name, p.description, p.category_id, p.attributes, (extract(epoch from p.archived_at) * 1000)::bigint as archived_at, p.version,
  lower(p.name) as sort_name
from catalog_product p
where (
    p.words @@ to_tsquery('simple', $6)
    or p.id = any (array(
      select s.product_id
      from catalog_sku s
      where lower(s.code) ~>=~ $7 and lower(s.code) ~<~ $8 or s.gtin ~>=~ $9 and s.gtin ~<~ $10 or s.gtin ~>=~ $11 and s.gtin ~<~ $12
        or s.gtin = $13)))
  and (lower(p.name), p.id) > ($2, $3::uuid)
  and ($4::uuid[] is null or p.category_id = any ($4::uuid[]))
  and ($5 or p.archived_at is null)
order by lower(p.name), p.id
limit $1;

-- name: list_skus
select s.id, s.product_id, s.code, s.name, s.gtin, s.kind, s.base_unit, s.pack_sizes, s.archived_at is not null as archived, lower(s.name) as sort_name
from catalog_sku s
where (lower(s.name), s.id) > ($2, $3::uuid) and s.archived_at is null
order by lower(s.name), s.id
limit $1;

-- A scan: what it says exactly, before anything that begins like it.
-- name: scan_skus
select s.id, s.product_id, s.code, s.name, s.gtin, s.kind, s.base_unit, s.pack_sizes, s.archived_at is not null as archived, lower(s.name) as sort_name
from catalog_sku s
where (lower(s.code) = lower($1) or s.gtin = $2) and s.archived_at is null
order by s.code
limit 10;

-- name: search_skus
select s.id, s.product_id, s.code, s.name, s.gtin, s.kind, s.base_unit, s.pack_sizes, s.archived_at is not null as archived, lower(s.name) as sort_name
from catalog_sku s
where (
    s.words @@ to_tsquery('simple', $4)
    or lower(s.code) ~>=~ $5 and lower(s.code) ~<~ $6
    or s.gtin ~>=~ $7 and s.gtin ~<~ $8
    or s.gtin ~>=~ $9 and s.gtin ~<~ $10
    or s.gtin = $11)
  and s.id <> all ($12::uuid[])
  and (lower(s.name), s.id) > ($2, $3::uuid)
  and s.archived_at is null
order by lower(s.name), s.id
limit $1;

-- name: find_pictures
select id, product_id, position, media_type, alt
from catalog_media
where product_id = any ($1::uuid[])
order by product_id, position, id;

-- name: find_media
select media_type, content
from catalog_media
where id = $1;

-- name: find_sku_refs
select s.id, s.code, s.name, s.kind, coalesce(s.tax_class, c.tax_class) as tax_class, s.base_unit,
  s.archived_at is not null or p.archived_at is not null as archived, s.product_id, p.category_id, p.attributes::jsonb || v.options::jsonb as attributes
from catalog_sku s
join catalog_variant v on v.id = s.variant_id
join catalog_product p on p.id = s.product_id
join catalog_category c on c.id = p.category_id
where s.id = any ($1::uuid[]);

-- The categories named and all above them.
-- name: find_categories_above
with recursive above (id, parent_id) as (
  select c.id, c.parent_id
  from catalog_category c
  where c.id = any ($1::uuid[])
  union
  select c.id, c.parent_id
  from above a
  join catalog_category c on c.id = a.parent_id)
select id, parent_id
from above;

-- name: move_category
update catalog_category
set parent_id = $3, version = version + 1
where id = $1 and version = $2;

-- Where SKUs with these codes are, for those who know them by code only.
-- name: find_sku_places
select id, code, product_id
from catalog_sku
where code = any ($1::text[]);

-- name: update_products
update catalog_product p
set name = w.name, description = w.description, category_id = w.category_id, attributes = w.attributes::json, archived_at = w.archived_at,
  version = p.version + 1
from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::timestamptz[])
  as w(id, version, name, description, category_id, attributes, archived_at)
where p.id = w.id and p.version = w.version;

-- name: update_skus
update catalog_sku s
set name = w.name, gtin = w.gtin, pack_sizes = w.pack_sizes::json, tax_class = w.tax_class, archived_at = w.archived_at, version = s.version + 1
from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
  as w(id, version, name, gtin, pack_sizes, tax_class, archived_at)
where s.id = w.id and s.version = w.version;
