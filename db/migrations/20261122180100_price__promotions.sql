-- What a promotion does and when stands in `terms`, as the engine reads it; what lists are made and searched by stands beside it.
create table price_promotion (
  id uuid primary key,
  name text not null check (char_length(name) between 1 and 200),
  terms json not null,
  valid_from timestamptz,
  valid_until timestamptz,
  archived_at timestamptz,
  created_at timestamptz not null,
  version bigint not null default 1 check (version > 0),
  constraint price_promotion_ends_after_it_began check (valid_until > valid_from)
);
create index price_promotion_name on price_promotion (name, id);

-- A code that many may use opens one promotion.
create table price_promotion_code (
  code text primary key check (code ~ '^[A-Z0-9]{3,40}$'),
  promotion_id uuid not null references price_promotion (id)
);
create index price_promotion_code_promotion on price_promotion_code (promotion_id);

-- How often and how much: of a promotion, of a promotion by a customer, of a coupon, of an offer. Written by the commit.
create table price_promotion_use (
  key text primary key check (char_length(key) between 1 and 200),
  uses bigint not null check (uses >= 0),
  overuses bigint not null check (overuses >= 0),
  spent_minor bigint not null check (spent_minor >= 0),
  overspent_minor bigint not null check (overspent_minor >= 0),
  version bigint not null check (version > 0)
) with (fillfactor = 70);

-- Codes made in bulk. They follow from the batch, the number and a key that is sealed, and stand here hashed.
create table price_coupon_batch (
  id uuid primary key,
  promotion_id uuid not null references price_promotion (id),
  name text not null check (char_length(name) between 1 and 200),
  codes integer not null check (codes between 1 and 100000),
  uses_each bigint not null check (uses_each > 0),
  valid_until timestamptz,
  created_at timestamptz not null
);
create index price_coupon_batch_promotion on price_coupon_batch (promotion_id);

create table price_coupon (
  code_hash text primary key,
  batch_id uuid not null references price_coupon_batch (id),
  number integer not null check (number > 0),
  unique (batch_id, number)
);

-- A promotion offered to one customer, once.
create table price_personal_offer (
  id uuid primary key,
  promotion_id uuid not null references price_promotion (id),
  customer_id uuid not null references customer (id),
  valid_until timestamptz,
  reason text not null check (char_length(reason) <= 200),
  created_at timestamptz not null
);
create index price_personal_offer_customer on price_personal_offer (customer_id);
create index price_personal_offer_promotion on price_personal_offer (promotion_id);

create table price_coupon_key (
  id smallint primary key check (id = 1),
  sealed text not null
);
