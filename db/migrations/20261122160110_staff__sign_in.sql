-- platform_throttle counts what went wrong, also for names that nobody has.
alter table staff_person drop column failed_sign_ins, drop column locked_until;

alter table staff_role add column requires_second_factor boolean not null default false;

-- Everybody signs in again: of the sessions so far nobody knows how they were opened.
delete from staff_session;
alter table staff_session
  add column id uuid not null,
  add column method text not null check (method in ('password', 'passkey', 'company', 'invitation')),
  -- May do nothing but set up the second factor that its person's role asks for.
  add column limited boolean not null,
  -- When its person last proved who they are.
  add column confirmed_at timestamptz not null;
create unique index staff_session_id on staff_session (id);

-- Something begun that is finished by showing the ticket: once, and soon.
create table staff_ticket (
  token_hash text primary key,
  kind text not null check (kind in ('second_factor', 'password_reset', 'passkey_sign_in', 'passkey_creation', 'company')),
  person_id uuid references staff_person (id),
  expires_at timestamptz not null,
  tries integer not null default 0 check (tries >= 0),
  body jsonb not null
);
create index staff_ticket_expires_at on staff_ticket (expires_at);
create index staff_ticket_person on staff_ticket (person_id);

create table staff_totp (
  person_id uuid primary key references staff_person (id),
  sealed_seed text not null,
  created_at timestamptz not null,
  -- Null until the first code was right: only then it is asked for.
  confirmed_at timestamptz,
  -- The number of the half minute of the last code that was taken; an earlier or the same one is not taken again.
  last_step bigint not null default 0
);

create table staff_recovery_code (
  person_id uuid not null references staff_person (id),
  code_hash text not null,
  used_at timestamptz,
  primary key (person_id, code_hash)
);

create table staff_passkey (
  id uuid primary key,
  person_id uuid not null references staff_person (id),
  name text not null check (name <> ''),
  credential_id text not null unique,
  public_key text not null,
  counter bigint not null check (counter >= 0),
  transports text[] not null,
  -- The name of the site that it was made on; it works there only.
  site text not null,
  created_at timestamptz not null,
  last_used_at timestamptz
);
create index staff_passkey_person on staff_passkey (person_id);

create table staff_invitation (
  id uuid primary key,
  person_id uuid not null references staff_person (id),
  token_hash text not null unique,
  invited_by uuid not null,
  created_at timestamptz not null,
  sent_at timestamptz not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz,
  check (accepted_at is null or revoked_at is null)
);
create unique index staff_invitation_open on staff_invitation (person_id) where accepted_at is null and revoked_at is null;

-- Who somebody is for the company's OpenID Connect provider.
create table staff_company_identity (
  issuer text not null,
  subject text not null,
  person_id uuid not null references staff_person (id),
  linked_at timestamptz not null,
  primary key (issuer, subject),
  unique (issuer, person_id)
);
