-- default_location_id fulfils what the channel sells when nobody chooses; commission is what a marketplace keeps.
create table channel (
  id uuid primary key,
  entity_id uuid not null references company_legal_entity (id),
  code text not null unique check (code <> ''),
  name text not null check (name <> ''),
  kind text not null check (kind in ('shop', 'store', 'marketplace', 'call_centre')),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  default_location_id uuid not null,
  commission_ppm integer not null default 0 check (commission_ppm between 0 and 1000000),
  archived_at timestamptz,
  version bigint not null default 1 check (version > 0)
);
