create table company_legal_entity (
  id uuid primary key,
  code text not null unique check (code <> ''),
  name text not null check (name <> ''),
  country text not null check (country ~ '^[A-Z]{2}$'),
  functional_currency text not null check (functional_currency ~ '^[A-Z]{3}$'),
  fiscal_year_start_month smallint not null default 1 check (fiscal_year_start_month between 1 and 12),
  address json not null default '{}',
  archived_at timestamptz,
  version bigint not null default 1 check (version > 0)
);

create table company_tax_registration (
  id uuid primary key,
  entity_id uuid not null references company_legal_entity (id),
  country text not null check (country ~ '^[A-Z]{2}$'),
  tax_number text not null,
  valid_from date not null,
  valid_to date check (valid_to > valid_from),
  unique (entity_id, country, valid_from)
);

-- One unit of from_currency (major) is numerator / denominator units of to_currency (major).
create table company_exchange_rate (
  from_currency text not null check (from_currency ~ '^[A-Z]{3}$'),
  to_currency text not null check (to_currency ~ '^[A-Z]{3}$'),
  valid_from date not null,
  numerator bigint not null check (numerator > 0),
  denominator bigint not null check (denominator > 0),
  primary key (from_currency, to_currency, valid_from)
);

-- A document series counts without gaps. Its row is written by commands only.
create table company_series (
  id uuid primary key,
  entity_id uuid not null,
  kind text not null check (kind <> ''),
  scope_id uuid not null,
  fiscal_year integer not null check (fiscal_year between 1900 and 9999),
  last_number bigint not null check (last_number >= 0),
  issued bigint not null check (issued = last_number),
  unique (entity_id, kind, scope_id, fiscal_year)
);

create table company_register (
  id uuid primary key,
  location_id uuid not null,
  code text not null check (code <> ''),
  name text not null,
  fact_secret text not null,
  archived_at timestamptz,
  version bigint not null default 1 check (version > 0),
  unique (location_id, code)
);
