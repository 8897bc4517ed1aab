create table staff_person (
  id uuid primary key,
  name text not null check (name <> ''),
  email text not null,
  password_hash text,
  locale text not null default 'en',
  failed_sign_ins integer not null default 0 check (failed_sign_ins >= 0),
  locked_until timestamptz,
  archived_at timestamptz,
  version bigint not null default 1 check (version > 0)
);
create unique index staff_person_email on staff_person (lower(email));

create table staff_role (
  id uuid primary key,
  code text not null unique,
  name text not null,
  permissions text[] not null,
  version bigint not null default 1 check (version > 0)
);

-- A grant without entity and location holds everywhere.
create table staff_grant (
  id uuid primary key,
  person_id uuid not null references staff_person (id),
  role_id uuid not null references staff_role (id),
  entity_id uuid,
  location_id uuid
);
create index staff_grant_person on staff_grant (person_id);

create table staff_session (
  token_hash text primary key,
  person_id uuid not null references staff_person (id),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_seen_at timestamptz not null,
  ended_at timestamptz,
  user_agent text not null default '',
  address text not null default ''
);
create index staff_session_person on staff_session (person_id);
