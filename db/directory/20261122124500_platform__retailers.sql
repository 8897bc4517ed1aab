-- The directory: which retailers this installation holds beside its own one, in a schema each. It lies in a schema of its own and is there only when there was ever
-- a second retailer.

create table platform_retailer (
  id uuid primary key,
  name text not null unique check (name <> '' and char_length(name) <= 100),
  -- Never given twice, so that nobody who still knows the old one is led into a new one.
  schema_name text not null unique check (schema_name ~ '^[a-z][a-z0-9_]{0,49}$'),
  state text not null check (state in ('creating', 'active', 'suspended', 'deleting')),
  -- Why it is suspended, for the operator. Nobody else is told.
  reason text,
  created_at timestamptz not null,
  state_since timestamptz not null,
  -- When everything was last written out and up to which event, so that nobody is deleted without.
  exported_at timestamptz,
  exported_event bigint check (exported_event >= 0),
  check ((exported_at is null) = (exported_event is null)),
  check ((state = 'suspended') <= (reason is not null))
);

-- The names it answers to; a name leads to one retailer.
create table platform_retailer_host (
  host text primary key check (host = lower(host) and host ~ '^[a-z0-9.-]{1,253}$'),
  retailer_id uuid not null references platform_retailer (id) on delete cascade,
  -- The first one is what people are sent to.
  place integer not null check (place >= 0),
  unique (retailer_id, place)
);

-- What operators did, kept also of retailers that are gone.
create table platform_retailer_act (
  id uuid primary key,
  at timestamptz not null,
  act text not null,
  retailer_id uuid not null,
  name text not null,
  schema_name text not null,
  -- Who ran the command, as the system knows them.
  by_user text not null,
  detail text
);
