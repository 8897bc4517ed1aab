-- Who taxes and how, where it is not as the program knows it of itself. GB is a country, US-CA a state, US-CA-ALAMEDA what lies in it.
create table price_tax_jurisdiction (
  code text primary key check (code ~ '^[A-Z]{2}(-[A-Z0-9]+)*$'),
  name text not null,
  system text not null check (system in ('vat', 'gst_split', 'sales_tax')),
  tax_code text not null check (tax_code ~ '^[A-Z][A-Z0-9_]*$'),
  rounding_scope text not null check (rounding_scope in ('line', 'document')),
  rounding_parts text not null check (rounding_parts in ('each', 'together')),
  rounding_step_minor integer not null check (rounding_step_minor > 0),
  shipping text not null check (shipping in ('own', 'goods', 'untaxed')),
  deposits text not null check (deposits in ('taxed', 'outside')),
  sourcing text not null check (sourcing in ('destination', 'origin')),
  version bigint not null default 1 check (version > 0)
);

-- Beside price_vat_rate, which goes on to hold the plain rates of the company's countries. A percentage, or an amount by the piece (minor units times
-- 10^unit_scale for unit_per base units).
create table price_tax_rate (
  jurisdiction text not null check (jurisdiction ~ '^[A-Z]{2}(-[A-Z0-9]+)*$'),
  code text not null check (code ~ '^[A-Z][A-Z0-9_]*$'),
  tax_class text not null check (tax_class <> ''),
  valid_from date not null,
  valid_until date check (valid_until >= valid_from),
  rate_ppm integer not null check (rate_ppm >= 0),
  unit_amount bigint check (unit_amount >= 0),
  unit_scale smallint check (unit_scale between 0 and 7),
  unit_per bigint check (unit_per > 0),
  unit_currency text check (unit_currency ~ '^[A-Z]{3}$'),
  unit_under_others boolean,
  compound boolean not null,
  exempt boolean not null,
  name text not null,
  source text not null check (source <> ''),
  checked_on date,
  constraint price_tax_rate_shape check (num_nulls(unit_amount, unit_scale, unit_per, unit_currency, unit_under_others) in (0, 5)),
  primary key (jurisdiction, code, tax_class, valid_from)
);

-- Why a customer is not taxed somewhere. An exemption is ended, never deleted: what was sold was sold untaxed because of it.
create table price_tax_exemption (
  id uuid primary key,
  customer_id uuid not null references customer (id),
  jurisdiction text not null check (jurisdiction ~ '^[A-Z]{2}(-[A-Z0-9]+)*$'),
  reason text not null check (reason ~ '^[a-z][a-z0-9_]*$'),
  certificate text,
  valid_from date not null,
  valid_until date check (valid_until >= valid_from),
  recorded_at timestamptz not null,
  version bigint not null default 1 check (version > 0)
);
create index price_tax_exemption_customer on price_tax_exemption (customer_id, valid_from);

-- What taxes ask of a customer. The VAT number of a person is personal: it is erased with the customer.
create table price_tax_buyer (
  customer_id uuid primary key references customer (id),
  business boolean not null,
  vat_id text check (vat_id ~ '^[A-Z]{2}[0-9A-Z+*]{2,12}$'),
  version bigint not null default 1 check (version > 0)
);

-- Where a location is, as far as taxes ask: below its country.
create table price_tax_place (
  location_id uuid primary key references location (id),
  region text not null check (region ~ '^[A-Z0-9]{1,3}$'),
  county text,
  city text,
  district text,
  version bigint not null default 1 check (version > 0)
);

-- Where a legal entity pays tax besides the countries of company_tax_registration: states (US-CA), and the one-stop shop of the Union (EU-OSS).
create table price_tax_registration (
  id uuid primary key,
  entity_id uuid not null references company_legal_entity (id),
  jurisdiction text not null check (jurisdiction ~ '^[A-Z]{2}-[A-Z0-9]+$'),
  tax_number text not null,
  valid_from date not null,
  valid_until date check (valid_until >= valid_from),
  unique (entity_id, jurisdiction, valid_from)
);
