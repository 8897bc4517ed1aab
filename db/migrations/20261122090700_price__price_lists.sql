create table price_list (
  id uuid primary key,
  channel_id uuid not null references channel (id),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  tax_inclusive boolean not null,
  name text not null,
  version bigint not null default 1 check (version > 0),
  unique (channel_id, currency)
);

-- amount is in minor units times 10^scale per `per` base units; the row in force is the latest valid_from not after now.
create table price (
  price_list_id uuid not null references price_list (id),
  sku_id uuid not null references catalog_sku (id),
  valid_from timestamptz not null,
  amount bigint not null check (amount >= 0),
  scale smallint not null default 0 check (scale between 0 and 7),
  per bigint not null default 1 check (per > 0),
  primary key (price_list_id, sku_id, valid_from)
);
create index price_sku on price (sku_id);

create table price_vat_rate (
  country text not null check (country ~ '^[A-Z]{2}$'),
  tax_class text not null,
  valid_from date not null,
  rate_ppm integer not null check (rate_ppm between 0 and 1000000),
  name text not null,
  primary key (country, tax_class, valid_from)
);
