create table location (
  id uuid primary key,
  entity_id uuid not null references company_legal_entity (id),
  code text not null unique check (code <> ''),
  name text not null check (name <> ''),
  kind text not null check (kind in ('store', 'warehouse', 'third_party', 'drop_ship', 'transit')),
  city text not null default '',
  country text not null check (country ~ '^[A-Z]{2}$'),
  address json not null default '{}',
  time_zone text not null,
  cut_off_hour smallint not null default 0 check (cut_off_hour between 0 and 23),
  archived_at timestamptz,
  version bigint not null default 1 check (version > 0)
);
