-- Programs and devices that come in by a key of their own. A key stays the same when its secret is changed, so that what a program
-- sends again under an Idempotency-Key is known again.
create table staff_api_key (
  id uuid primary key,
  kind text not null check (kind in ('key', 'sandbox', 'device')),
  name text not null check (name <> ''),
  permissions text[] not null check (cardinality(permissions) > 0),
  -- Where they hold; both empty: everywhere.
  entity_ids uuid[] not null,
  location_ids uuid[] not null,
  register_id uuid,
  per_minute integer not null check (per_minute > 0),
  burst integer not null check (burst > 0),
  created_by uuid not null references staff_person (id),
  created_at timestamptz not null,
  expires_at timestamptz check (expires_at > created_at),
  last_used_at timestamptz,
  revoked_at timestamptz,
  revoked_by uuid references staff_person (id),
  version bigint not null default 1 check (version > 0),
  check (kind <> 'device' or cardinality(location_ids) = 1),
  check (kind = 'device' or register_id is null)
);
-- Two tills that number their facts as one would tell two stories.
create unique index staff_api_key_register on staff_api_key (register_id) where revoked_at is null;

-- SHA-256 of 32 random bytes; `start` is what a person recognises a secret by. The one before stays valid for a while.
create table staff_api_secret (
  hash text primary key,
  key_id uuid not null references staff_api_key (id),
  start text not null,
  created_at timestamptz not null,
  valid_until timestamptz
);
create index staff_api_secret_key on staff_api_secret (key_id);

-- What the office reads out to a device. Used once, within minutes.
create table staff_pairing_code (
  code_hash text primary key,
  name text not null check (name <> ''),
  entity_id uuid not null,
  location_id uuid not null,
  register_id uuid,
  permissions text[] not null check (cardinality(permissions) > 0),
  created_by uuid not null references staff_person (id),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index staff_pairing_code_expires on staff_pairing_code (expires_at);
