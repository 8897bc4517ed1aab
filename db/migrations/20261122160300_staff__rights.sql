alter table staff_person add column deactivated_by uuid;

-- Of a role that the program brings along the program knows the permissions; limits are the company's.
alter table staff_role
  add column description text not null default '',
  add column limits jsonb not null default '{}',
  add column archived_at timestamptz;

alter table staff_grant
  add column valid_from timestamptz not null default '1970-01-01T00:00:00Z',
  add column valid_until timestamptz,
  add column granted_by uuid,
  add constraint staff_grant_time check (valid_until is null or valid_until > valid_from);

-- Acts that need a second person: from which amount on, by currency; always where there are no amounts.
create table staff_four_eyes (
  act text primary key,
  amounts jsonb,
  expires_minutes integer not null check (expires_minutes between 1 and 43200),
  version bigint not null default 1 check (version > 0)
);

-- What somebody asked for and a second person decides. The request as it was sent, so that it can be done afterwards; never personal data.
create table staff_approval (
  id uuid primary key,
  act text not null,
  operation text not null,
  request json not null,
  request_hash uuid not null,
  asked_by uuid not null references staff_person (id),
  asked_key text not null,
  permission text not null,
  entity_id uuid,
  location_id uuid,
  amounts jsonb not null,
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  state text not null check (state in ('pending', 'approved', 'declined', 'done', 'failed')),
  decided_by uuid references staff_person (id),
  decided_at timestamptz,
  note text not null default '',
  outcome jsonb,
  version bigint not null default 1 check (version > 0),
  unique (asked_by, asked_key),
  check (decided_by is null or decided_by <> asked_by),
  check ((state = 'pending') = (decided_by is null))
);
create index staff_approval_pending on staff_approval (expires_at) where state = 'pending';
