-- A price change: rows that begin, are called off and are taken back together, by this one row.
create table price_change (
  id uuid primary key,
  name text not null,
  state text not null check (state in ('draft', 'staging', 'scheduled', 'cancelled', 'undone')),
  start_at timestamptz,
  start_local text,
  forced boolean not null default false,
  markdown boolean not null default false,
  valid_until timestamptz,
  not_before timestamptz,
  ended_at timestamptz,
  row_count integer not null default 0 check (row_count >= 0),
  staged_after text,
  created_by uuid not null,
  created_at timestamptz not null,
  scheduled_by uuid,
  scheduled_at timestamptz,
  version bigint not null default 1 check (version > 0),
  constraint price_change_one_start check (start_at is null or start_local is null),
  constraint price_change_has_start check (state in ('draft', 'cancelled') or start_at is not null or start_local is not null),
  constraint price_change_undone_when check ((state = 'undone') = (ended_at is not null))
);
create index price_change_at_work on price_change (id) where state = 'staging';

-- markdown: an announced reduction. change_id: holds only as that change says; waits: at closing, because it raises the price.
alter table price add column valid_until timestamptz;
alter table price add column markdown boolean not null default false;
alter table price add column change_id uuid;
alter table price add column waits boolean not null default false;
alter table price add constraint price_change_id foreign key (change_id) references price_change (id) not valid;

-- Lists above the base lists. An empty array means all.
create table price_override_list (
  id uuid primary key,
  name text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  tax_inclusive boolean not null,
  priority integer not null check (priority between 0 and 1000),
  channel_ids uuid[] not null,
  location_ids uuid[] not null,
  group_ids uuid[] not null,
  valid_from timestamptz not null,
  valid_until timestamptz check (valid_until > valid_from),
  adjust_ppm integer not null check (adjust_ppm > -1000000),
  ending text not null check (ending in ('none', '00', '95', '99')),
  version bigint not null default 1 check (version > 0)
);

-- Without an amount the list says nothing about the SKU from then on.
create table price_override (
  list_id uuid not null references price_override_list (id),
  sku_id uuid not null references catalog_sku (id),
  min_quantity bigint not null check (min_quantity > 0),
  valid_from timestamptz not null,
  valid_until timestamptz,
  amount bigint check (amount >= 0),
  scale smallint not null default 0 check (scale between 0 and 7),
  per bigint not null default 1 check (per > 0),
  change_id uuid references price_change (id),
  waits boolean not null default false,
  primary key (list_id, sku_id, min_quantity, valid_from)
);
create index price_override_sku on price_override (sku_id);

-- What a change is to do, before it is scheduled. Of a base list or of an override list.
create table price_change_row (
  change_id uuid not null references price_change (id),
  list_id uuid not null,
  sku_id uuid not null references catalog_sku (id),
  min_quantity bigint not null check (min_quantity > 0),
  is_override boolean not null,
  amount bigint not null check (amount >= 0),
  scale smallint not null check (scale between 0 and 7),
  per bigint not null check (per > 0),
  primary key (change_id, sku_id, list_id, min_quantity)
);

create table price_customer_group (
  id uuid primary key,
  code text not null unique,
  name text not null
);

create table price_customer_group_member (
  customer_id uuid not null references customer (id),
  group_id uuid not null references price_customer_group (id),
  since timestamptz not null,
  primary key (customer_id, group_id)
);
create index price_customer_group_member_of on price_customer_group_member (group_id, customer_id);

-- The most that the law lets a SKU cost, taxes included; of one lot, or of all with an empty one.
create table price_ceiling (
  sku_id uuid not null references catalog_sku (id),
  lot text not null,
  country text not null check (country ~ '^[A-Z]{2}$'),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  valid_from timestamptz not null,
  valid_until timestamptz check (valid_until > valid_from),
  amount_minor bigint not null check (amount_minor > 0),
  per bigint not null check (per > 0),
  primary key (sku_id, lot, country, currency, valid_from)
);

-- A shelf label that was changed. Which ones are to be changed follows from the prices themselves.
create table price_label_done (
  location_id uuid not null references location (id),
  sku_id uuid not null references catalog_sku (id),
  starts_at timestamptz not null,
  done_by uuid not null,
  done_at timestamptz not null,
  primary key (location_id, sku_id, starts_at)
);
