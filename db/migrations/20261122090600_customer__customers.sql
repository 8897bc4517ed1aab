-- Personal data stand in card rows only: a new version is a new card, and forgetting a person deletes cards.
create table customer (
  id uuid primary key,
  number text not null unique,
  card_id uuid not null,
  created_at timestamptz not null,
  archived_at timestamptz,
  version bigint not null default 1 check (version > 0)
);

create table customer_card (
  id uuid primary key,
  customer_id uuid not null references customer (id),
  name text not null default '',
  email text not null default '',
  phone text not null default '',
  address json not null default '{}',
  country text not null default '' check (country = '' or country ~ '^[A-Z]{2}$'),
  purpose text not null default 'sale',
  keep_until date,
  salt text not null,
  created_at timestamptz not null,
  words tsvector not null generated always as (to_tsvector('simple', regexp_replace(name, '[^[:alnum:]]+', ' ', 'g'))) stored
);
create index customer_card_customer on customer_card (customer_id);
create index customer_card_email on customer_card (lower(email) text_pattern_ops) where email <> '';
create index customer_card_phone on customer_card (phone text_pattern_ops) where phone <> '';
create index customer_card_words on customer_card using gin (words) with (fastupdate = off);
