create table catalog_category (
  id uuid primary key,
  parent_id uuid references catalog_category (id),
  name text not null check (name <> ''),
  tax_class text not null default 'standard' check (tax_class <> ''),
  position integer not null default 0,
  version bigint not null default 1 check (version > 0)
);

create table catalog_product (
  id uuid primary key,
  name text not null check (name <> ''),
  description text not null default '',
  category_id uuid not null references catalog_category (id),
  attributes json not null default '{}',
  archived_at timestamptz,
  version bigint not null default 1 check (version > 0),
  -- People type the beginnings of words; 'simple' because a catalogue speaks several languages at once. Signs are blanked first, else
  -- 'Vase-99' would hold the word -99, a negative number. Stored, because computing it for every row read took nine tenths of a search.
  words tsvector not null generated always as (to_tsvector('simple', regexp_replace(name, '[^[:alnum:]]+', ' ', 'g'))) stored
);
create index catalog_product_category on catalog_product (category_id);
create index catalog_product_name on catalog_product (lower(name), id);
create index catalog_product_words on catalog_product using gin (words) with (fastupdate = off);

create table catalog_variant (
  id uuid primary key,
  product_id uuid not null references catalog_product (id),
  name text not null default '',
  options json not null default '{}',
  position integer not null default 0
);
create index catalog_variant_product on catalog_variant (product_id);

-- What is counted, priced and sold. kind: goods are stocked; a service, charge or voucher is not; a bundle sells its parts.
create table catalog_sku (
  id uuid primary key,
  variant_id uuid not null references catalog_variant (id),
  product_id uuid not null references catalog_product (id),
  code text not null unique check (code <> ''),
  name text not null check (name <> ''),
  gtin text check (gtin ~ '^[0-9]{8}$|^[0-9]{12,14}$'),
  kind text not null default 'goods' check (kind in ('goods', 'service', 'shipping', 'discount', 'voucher', 'bundle', 'adjustment')),
  base_unit text not null default 'piece' check (base_unit in ('piece', 'gram', 'millilitre', 'millimetre')),
  pack_sizes json not null default '[]',
  tax_class text check (tax_class <> ''),
  archived_at timestamptz,
  version bigint not null default 1 check (version > 0),
  words tsvector not null generated always as (to_tsvector('simple', regexp_replace(name, '[^[:alnum:]]+', ' ', 'g'))) stored
);
create unique index catalog_sku_gtin on catalog_sku (gtin text_pattern_ops) where gtin is not null;
create index catalog_sku_code on catalog_sku (lower(code) text_pattern_ops);
create index catalog_sku_name on catalog_sku (lower(name), id);
create index catalog_sku_words on catalog_sku using gin (words) with (fastupdate = off);
create index catalog_sku_product on catalog_sku (product_id);
create index catalog_sku_variant on catalog_sku (variant_id);

create table catalog_bundle_part (
  bundle_sku_id uuid not null references catalog_sku (id),
  part_sku_id uuid not null references catalog_sku (id),
  quantity bigint not null check (quantity > 0),
  primary key (bundle_sku_id, part_sku_id),
  check (bundle_sku_id <> part_sku_id)
);
create index catalog_bundle_part_part on catalog_bundle_part (part_sku_id);

create table catalog_media (
  id uuid primary key,
  product_id uuid not null references catalog_product (id),
  position integer not null default 0,
  media_type text not null check (media_type in ('image/svg+xml', 'image/png', 'image/jpeg', 'image/webp', 'image/avif')),
  alt text not null,
  content bytea not null
);
create index catalog_media_product on catalog_media (product_id, position);
